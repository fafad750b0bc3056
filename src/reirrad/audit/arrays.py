"""Tables that a caller holds in memory, as arrays of cells: numpy, masked arrays, lists, Arrow, pandas, polars.

What is missing stays missing, a date is the one that is written, and a number keeps the width at which it is stored.
"""

from __future__ import annotations

import contextlib
import importlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from reirrad.audit.zones import arrow_days
from reirrad.errors import MissingExtraError, Problem, TableError, how_to_install, shown

Array = np.ndarray[Any, Any]
#: Types of which a list becomes an array of that type; any other list stays what it is, cell by cell.
_PLAIN = (str, bytes, bool, int, float, np.generic)


def raw_columns(table: Any) -> dict[str, Any]:
    """Return the columns of a table by name, as they are.

    Raises
    ------
    TableError
        If it is no table, Arrow cannot take it, or two of its columns have one name.
    MissingExtraError
        If the table is an Arrow table and pyarrow is not installed.
    """
    if isinstance(table, Mapping):
        return dict(zip(_each_once(list(map(str, table))), table.values(), strict=True))
    if hasattr(table, "iloc") and hasattr(
        table, "columns"
    ):  # pandas: its own types say more than what Arrow makes of them
        names = _each_once([str(name) for name in table.columns])
        return {name: table.iloc[:, place] for place, name in enumerate(names)}
    if not hasattr(table, "__arrow_c_stream__"):
        raise _no_table(table)
    try:
        pyarrow = importlib.import_module("pyarrow")
    except ModuleNotFoundError:
        raise MissingExtraError(f"an Arrow table needs pyarrow: {how_to_install('arrow')}") from None
    try:
        with _told(""):
            arrow = pyarrow.table(table)
    except TableError:
        if _is_one_column(table, pyarrow):
            raise _no_table(table) from None
        raise
    return {name: arrow.column(place) for place, name in enumerate(_each_once(arrow.column_names))}


def _no_table(given: Any) -> TableError:
    allowed = "a mapping of arrays, or an Arrow table"
    return TableError("table", [Problem("", "this is no table", type(given).__name__, allowed)])


def _is_one_column(given: Any, pyarrow: Any) -> bool:
    """Whether Arrow can read it, though as no table: a series, a chunked array."""
    try:
        return not pyarrow.types.is_struct(pyarrow.chunked_array(given).type)
    except (pyarrow.ArrowException, TypeError, ValueError):
        return False


def _each_once(names: Sequence[str]) -> Sequence[str]:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TableError("table", [Problem(name, "two columns have this name", shown(name)) for name in twice])
    return names


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """Tell what Arrow has against a table or a column: a type that it does not know, values that do not fit."""
    pyarrow = importlib.import_module("pyarrow")
    try:
        yield
    except (pyarrow.ArrowException, ValueError) as error:
        text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        hint = "store it as text, numbers or dates"
        raise TableError("table", [Problem(name, f"it cannot be read: {text}", hint=hint)]) from None


def array_of(values: Any, name: str = "", *, is_date: bool = True) -> Array:
    """Return a column as an array of cells; what is missing in it is ``None``, NaN or NaT.

    Parameters
    ----------
    values
        Cells, in whatever holds them.
    name
        What the column is called.
    is_date
        Whether it is one of dates. In any other a year stays a date, which nothing reads: as text it would be a number.

    Raises
    ------
    TableError
        If Arrow cannot read it; it says the name.
    """
    array = _array_of(values, name, is_date=is_date)
    return _with_partial_dates(array) if is_date else array


def _array_of(values: Any, name: str, *, is_date: bool) -> Array:
    if np.ma.isMaskedArray(values):
        return _unmasked(values)
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, list | tuple):
        return _of_list(values, is_date=is_date)
    is_arrow = hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__")
    if is_arrow and not hasattr(values, "iloc"):
        return _of_arrow(values, name)
    dtype: Any = getattr(values, "dtype", None)
    if hasattr(dtype, "fill_value") and getattr(dtype.subtype, "kind", "") == "f":
        # sparse: as an array it is one of float64, in which float32 2.1 is 2.0999999
        return np.asarray(values.astype(dtype.subtype))
    return np.asarray(values)


def _unmasked(values: Any) -> Array:
    """Return a masked array with empty cells where it is masked, and not with the values under its mask."""
    array, mask = np.asarray(values), np.ma.getmaskarray(values)
    if not mask.any():
        return array
    if array.dtype.kind in "fM":
        nothing = np.nan if array.dtype.kind == "f" else np.datetime64("NaT")
        return np.where(mask, np.asarray(nothing, dtype=array.dtype), array)
    cells = array.astype(object)
    cells[mask] = None
    return cells


def _of_list(values: Sequence[Any], *, is_date: bool) -> Array:
    """Return a list as an array; of several types each cell stays what it is: numpy would make 12 and "A" text."""
    kinds = set(map(type, values))
    if is_date and kinds == {np.datetime64} and len({value.dtype for value in values}) > 1:
        # together they would take the finest unit, in which a month is its first day
        return np.concatenate([_day_texts(np.asarray([value])) for value in values])
    if len(kinds) == 1 and issubclass(kind := next(iter(kinds)), _PLAIN) and not _ends_in_nul(values, kind):
        return np.asarray(values)
    cells = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        cells[place] = value
    return cells


def _ends_in_nul(values: Sequence[Any], kind: type) -> bool:
    """Whether a text ends in what numpy would take for padding: two ids would be one."""
    return issubclass(kind, str | bytes) and any(value[-1:] in ("\0", b"\0") for value in values)


def _of_arrow(values: Any, name: str) -> Array:
    try:
        pyarrow = importlib.import_module("pyarrow")
    except ModuleNotFoundError:
        return np.asarray(values)
    with _told(name):
        is_stream = hasattr(values, "__arrow_c_stream__")
        return _cells_of(pyarrow.chunked_array(values if is_stream else [pyarrow.array(values)]))


def _cells_of(column: Any) -> Array:
    pyarrow = importlib.import_module("pyarrow")
    types = pyarrow.types
    if types.is_dictionary(column.type):
        # as codes, a null would become the last of the words
        kind = column.type.value_type
        # words of a view have no kernel that takes them
        kind = pyarrow.string() if types.is_string_view(kind) else kind
        words = [chunk.dictionary.cast(kind).take(chunk.indices) for chunk in column.chunks]
        column = pyarrow.chunked_array(words, type=kind)
    if types.is_interval(column.type):
        # pyarrow ends the process where it makes an array of these
        raise ValueError(f"months, days and nanoseconds together ({column.type}) are no number")
    if types.is_timestamp(column.type):
        # as a number of numpy the date would be that of Greenwich, whatever the zone
        column = arrow_days(column, pyarrow)
    if types.is_null(column.type):
        return np.full(len(column), None, dtype=object)
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _with_partial_dates(array: Array) -> Array:
    """Return years, months and weeks as the text of all their days: as a number they would be their first one."""
    if array.dtype.kind != "M":
        return array
    unit, count = np.datetime_data(array.dtype)
    if (unit, count) in {("Y", 1), ("M", 1)}:
        return _texts(array, np.datetime_as_string(array))
    if unit in {"Y", "M", "W"} or (unit == "D" and count > 1):
        first, last = array.astype("M8[D]"), (array + 1).astype("M8[D]") - 1
        ends = (np.datetime_as_string(days).astype(object) for days in (first, last))
        return _texts(array, next(ends) + "/" + next(ends))
    return array


def _day_texts(array: Array) -> Array:
    dates = _with_partial_dates(array)
    return dates if dates.dtype.kind == "O" else _texts(dates, np.datetime_as_string(dates.astype("M8[D]")))


def _texts(dates: Array, texts: Any) -> Array:
    cells: Array = texts.astype(object)
    cells[np.isnat(dates)] = None
    return cells
