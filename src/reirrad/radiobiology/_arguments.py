"""Arguments of the numeric functions: what is allowed, and evaluation in blocks that stay in the processor cache.

Checking an array costs more passes over it. Done block by block, next to the arithmetic, they read from the cache
instead of from memory. Bounds are checked on the bits of the numbers: as unsigned integers, those of numbers from 0 up
are ordered like the numbers, and those of infinity, NaN and negative numbers lie above all finite ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf, nextafter
from struct import pack, unpack
from sys import float_info
from typing import Any, Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from reirrad.errors import Problem, QuantityError, shown
from reirrad.quantities import QUANTITIES, shortest_text

FloatArray: TypeAlias = npt.NDArray[np.float64]
FloatOrArray: TypeAlias = np.float64 | FloatArray
_OperandFlag: TypeAlias = Literal["readonly", "writeonly", "aligned", "nbo"]
Kernel: TypeAlias = Callable[[Sequence[Any], FloatArray | None], Any]

#: Rows per block: long enough to hide the cost of a call, short enough for the processor cache.
BLOCK_ROWS = 32768
_CACHE_LINE_BYTES = 64
_KINDS = {
    "b": "a truth value is not a number",
    "c": "a complex number has no meaning here",
    "S": "text is not a number",
    "U": "text is not a number",
    "T": "text is not a number",
    "M": "a date is not a number",
    "m": "a time difference is not a number",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """Name and bounds of a numeric argument; NaN is always outside them, and infinity unless ``unbounded`` is set."""

    name: str
    unit: str = ""
    low: float = 0.0
    low_is_open: bool = False
    high: float = inf
    whole: bool = False
    unbounded: bool = False
    hint: str = ""

    @property
    def allowed(self) -> str:
        """The bounds in words, e.g. ``a finite number above 0 Gy``."""
        kind = "a whole number" if self.whole else "a number" if self.unbounded else "a finite number"
        unit = f" {self.unit}" if self.unit else ""
        low = f"above {self.low:g}{unit}" if self.low_is_open else f"from {self.low:g}{unit}"
        if self.high < inf:
            return f"{kind} {low} to {self.high:g}{unit}"
        return f"{kind} {low}{'' if self.low_is_open else ' up'}{' or infinity' if self.unbounded else ''}"

    def usable(self, values: Any) -> Any:
        """Return, element by element, whether the values keep the bounds."""
        with np.errstate(invalid="ignore"):
            above = values > self.low if self.low_is_open else values >= self.low
            usable = above & (values <= self.high)
            if not self.unbounded:
                usable &= values < inf
            return usable & (np.rint(values) == values) if self.whole else usable

    def usable_scalar(self, value: np.float64) -> bool:
        """Return whether one number keeps the bounds; much faster than :meth:`usable` for it."""
        number = float(value)
        above = number > self.low if self.low_is_open else number >= self.low
        below = number <= self.high and (number < inf or self.unbounded)
        return above and below and not (self.whole and not number.is_integer())


def argument(name: str, *, bounded: bool = False) -> Argument:
    """Take an argument from the vocabulary; its upper bound, which only catches slips, on request."""
    quantity = QUANTITIES[name]
    unit = "" if quantity.unit == "1" else quantity.unit
    high = quantity.high if bounded else inf
    hint = quantity.slip if bounded or quantity.whole else ""
    return Argument(name, unit, quantity.low, quantity.low_is_open, high, quantity.whole, hint=hint)


def evaluate(kernel: Kernel, given: Sequence[tuple[Argument, Any]], out: Any = None) -> FloatOrArray:
    """Check arguments, given with what the caller passed for them, and evaluate an elementwise kernel in blocks.

    ``kernel(values, out)`` computes from float64 scalars or arrays, writes to ``out`` if that is not None, and returns
    the result. Scalars without ``out`` give a scalar. A QuantityError may leave ``out`` partly written.
    """
    values = [as_numbers(known, value) for known, value in given]
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
            if out is None and not any(isinstance(value, np.ndarray) for value in values):
                _require(all(known.usable_scalar(value) for (known, _), value in zip(given, values, strict=True)))
                return np.float64(kernel(values, None))
            return _evaluate_arrays(kernel, [known for known, _ in given], values, out)
    except FloatingPointError:
        refuse_unusable([known for known, _ in given], values)
        message = "the result is too large for a 64-bit number"
        raise QuantityError(str(Problem("", message, hint="check the units of the arguments"))) from None


def _evaluate_arrays(kernel: Kernel, known: Sequence[Argument], values: list[Any], out: Any) -> FloatArray:
    shape = _common_shape(known, values)
    target = None if out is None else _checked_out(out, shape)
    # the kernel writes intermediate results to its target: an input must not lie there
    in_place = target is not None and any(np.may_share_memory(target, value) for value in values)
    result = np.empty(shape) if target is None or in_place else target
    whole_by_type = [known_.whole and value.dtype.kind in "iu" for known_, value in zip(known, values, strict=True)]
    arrays = [at for at, value in enumerate(values) if isinstance(value, np.ndarray)]
    block_values = list(values)
    _require(all(known[at].usable_scalar(value) for at, value in enumerate(values) if at not in arrays))
    for *blocks, block_out in _blocks([values[at] for at in arrays], result):
        for at, block in zip(arrays, blocks, strict=True):
            _require(_block_usable(known[at], block, whole_by_type[at], block_out))
            block_values[at] = block
        if kernel(block_values, block_out) is not block_out:
            raise RuntimeError("a result was not written where it is taken from")
    if target is None or not in_place:
        return result
    target[...] = result
    return target


def _blocks(arrays: Sequence[Any], result: FloatArray) -> Iterator[Sequence[FloatArray]]:
    """Yield float64 blocks of the inputs, each time together with the block of the result they belong to."""
    if result.size <= BLOCK_ROWS:
        block = [*(array.astype(np.float64, copy=False) for array in arrays), result]
        return iter([block] if result.size else [])
    if all(_is_plain(array) and array.shape == result.shape for array in (*arrays, result)):
        return _slices([array.reshape(-1) for array in arrays], result.reshape(-1))
    return _buffered(arrays, result)


def _is_plain(array: Any) -> bool:
    return bool(array.flags.c_contiguous and array.flags.aligned and array.dtype.isnative)


def _slices(columns: Sequence[Any], result: FloatArray) -> Iterator[Sequence[FloatArray]]:
    """Cut columns of equal length; only integers and other floating-point types are copied."""
    copies = [None if column.dtype == np.float64 else np.empty(BLOCK_ROWS) for column in columns]
    # stores across cache lines are slow: after a short first block, every block begins with a line
    start, stop = 0, -result.ctypes.data % _CACHE_LINE_BYTES // result.itemsize or BLOCK_ROWS
    while start < stop:
        blocks = [column[start:stop] for column in (*columns, result)]
        for at, copied in enumerate(copies):
            if copied is not None:
                np.copyto(copied[: stop - start], blocks[at], casting="same_kind")
                blocks[at] = copied[: stop - start]
        yield blocks
        start, stop = stop, min(stop + BLOCK_ROWS, result.size)


def _buffered(arrays: Sequence[Any], result: FloatArray) -> Iterator[Sequence[FloatArray]]:
    """Cut arrays of any layout, which are repeated where they broadcast."""
    read, write = (cast("list[_OperandFlag]", [use, "aligned", "nbo"]) for use in ("readonly", "writeonly"))
    blocks: Any = np.nditer(
        [*arrays, result],
        flags=["external_loop", "buffered"],
        op_flags=[*([read] * len(arrays)), write],
        op_dtypes=[np.float64] * (len(arrays) + 1),
        casting="same_kind",
        buffersize=BLOCK_ROWS,
    )
    with blocks:
        yield from blocks


def _block_usable(known: Argument, block: FloatArray, whole_by_type: bool, scratch: FloatArray) -> bool:
    bits = block.view(np.uint64).reshape(-1)
    # argmax and argmin take half the time of max and min here
    usable = bits.item(bits.argmax()) <= _bits(known.high if known.high < inf or known.unbounded else float_info.max)
    if usable and (known.low != 0 or known.low_is_open):
        usable = bits.item(bits.argmin()) >= _bits(nextafter(known.low, inf) if known.low_is_open else known.low)
    if usable and known.whole and not whole_by_type:
        differs = np.not_equal(np.rint(block, out=scratch if block.shape == scratch.shape else None), block)
        usable = not differs.item(differs.argmax())
    return usable or bool(known.usable(block).all())  # a zero may have a sign


def _bits(number: float) -> int:
    return int(unpack("Q", pack("d", number))[0])


def _require(usable: bool) -> None:
    if not usable:
        raise FloatingPointError  # caught by evaluate(), which then looks for the values in question


def _common_shape(known: Sequence[Argument], values: Sequence[Any]) -> tuple[int, ...]:
    shapes = {value.shape for value in values if value.ndim}
    if len(shapes) <= 1:
        return shapes.pop() if shapes else ()
    try:
        return np.broadcast_shapes(*(value.shape for value in values))
    except ValueError:
        named = zip(known, values, strict=True)
        given = ", ".join(f"{known_.name} {value.shape}" for known_, value in named if value.ndim)
        raise QuantityError(str(Problem("", "the shapes of the arguments do not broadcast", given))) from None


def _checked_out(out: Any, shape: tuple[int, ...]) -> FloatArray:
    if isinstance(out, np.ndarray):
        if out.dtype == np.float64 and out.dtype.isnative and out.shape == shape and out.flags.writeable:
            return out
        given = f"{'' if out.flags.writeable else 'read-only '}{out.dtype} array of shape {out.shape}"
    else:
        given = shown(out)
    allowed = f"a writeable float64 array of shape {shape}"
    raise QuantityError(str(Problem("out", "cannot take the result", given, allowed)))


def as_numbers(known: Argument, value: Any) -> Any:
    """Return a float64 scalar, or an array of integers or floating-point numbers without copying it."""
    if type(value) is float:
        return np.float64(value)
    if value is None:
        raise refusal(known, "is missing")
    for part in _parts(value):
        if isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part):
            n = np.count_nonzero(np.ma.getmaskarray(part))
            raise refusal(known, f"{n} of {part.size} values are masked, which is missing")
        if isinstance(part, (bool, np.bool_)) or (isinstance(part, np.ndarray) and part.dtype == np.bool_):
            # beside numbers numpy would turn it into 0.0 or 1.0
            raise refusal(known, _KINDS["b"], value)
    try:
        numbers = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        raise refusal(known, "is not a number or a regular array of numbers", value) from None
    if numbers.dtype.kind not in "iuf":
        raise refusal(known, _KINDS.get(numbers.dtype.kind, "is not a number or an array of numbers"), value)
    if numbers.ndim:
        return numbers
    with np.errstate(over="ignore"):  # an extended precision number; its infinity is refused like any other
        return np.float64(numbers[()])


def exact(known: Argument, value: Any) -> Fraction:
    """Return a scalar as a fraction; a floating-point number means its shortest decimal text at its stored width."""
    if isinstance(value, (bool, np.bool_)):
        raise refusal(known, _KINDS["b"], value)
    if not isinstance(value, (int, float, Fraction, Decimal, np.integer, np.floating)):
        raise refusal(known, "is missing" if value is None else "is not a number", value)
    number = value.item() if isinstance(value, np.integer) else value
    try:
        fraction = Fraction(shortest_text(number) if isinstance(number, (float, np.floating)) else number)
    except (ValueError, OverflowError):  # NaN and infinity
        raise refusal(known, "is out of range", value) from None
    above = fraction > known.low if known.low_is_open else fraction >= known.low
    if not (above and fraction <= known.high) or (known.whole and fraction.denominator != 1):
        raise refusal(known, "is out of range", value)
    return fraction


def _parts(values: Any) -> Iterator[Any]:
    """Yield what nested sequences hold, arrays whole."""
    if isinstance(values, (str, bytes, np.ndarray)) or not isinstance(values, Sequence):
        yield values
    else:
        yield from (part for value in values for part in _parts(value))


def refuse_unusable(known: Sequence[Argument], values: Sequence[Any]) -> None:
    """Raise an error that names every argument with unusable values; return if there is none."""
    problems = []
    for known_, value in zip(known, values, strict=True):
        numbers = np.asarray(value)
        with np.errstate(over="ignore"):
            numbers = numbers if numbers.dtype == object else numbers.astype(np.float64, copy=False)
        bad = np.logical_not(known_.usable(numbers))
        if np.any(bad):
            problems.append(str(refusal_where(known_, bad, value, "out of range")))
    if problems:
        raise QuantityError("\n".join(problems))


def refusal_where(known: Argument, bad: Any, values: Any, what: str) -> QuantityError:
    """Build the error for an argument of which some values are bad: their number, the first index and value."""
    if not np.ndim(values):
        return refusal(known, f"is {what}", values, known.hint)
    index = tuple(int(at) for at in np.unravel_index(int(np.argmax(bad)), np.shape(bad)))
    first = index[0] if len(index) == 1 else index
    what = f"{np.count_nonzero(bad)} of {np.size(bad)} values are {what}, the first at index {first}"
    return refusal(known, what, values[index], known.hint)


def refusal(known: Argument, what: str, value: Any = None, hint: str = "") -> QuantityError:
    """Build the error that says what is wrong with an argument, what was given and what is allowed."""
    plain = value.item() if isinstance(value, (np.generic, np.ndarray)) and not value.ndim else value
    given = "" if value is None else " ".join(shown(plain).split())
    return QuantityError(str(Problem(known.name, what, given, known.allowed, hint)))
