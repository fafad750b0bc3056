"""Every dose on the grid of 0.01 Gy whose quantity hits a limit exactly, found by counting in whole numbers.

Written from section 4 of docs/semantics.md. With x and y in cGy in n and m fractions and alpha/beta a in cGy, a BED is
(a x + x^2 / n) / a. A sum hits its limit where a y + y^2 / m = c0 + c1 (a x + x^2 / n), with c0 from the limit and
c1 = -1, less by what has recovered; a share s where c0 = 0 and c1 = s / (1 - s). Multiplied by m and denominators
it is a square to be found in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, isqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
CENTIGRAY = 100
MOST_CENTIGRAY = 100 * CENTIGRAY
NUMBERS = range(1, 41)
#: The fraction size in EQD2, by its definition.
_EQD2_REFERENCE_GY = 2


class Plan(NamedTuple):
    """A total dose in cGy and a number of fractions."""

    centigray: int
    n_fractions: int


def exactly(number: Any) -> Fraction:
    """Return the number that a decimal text, or the shortest text of a float, means."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


def coefficients(scope: str, quantity: str, alpha_beta: Fraction | None, limit: Fraction) -> tuple[Fraction, Fraction]:
    """Return c0 and c1 of a limit: in cGy^2, or in cGy where nothing is converted (no alpha/beta)."""
    if scope == "share":
        return Fraction(0), limit / (1 - limit)
    if alpha_beta is None:
        return limit * CENTIGRAY, Fraction(-1)
    bed = limit if quantity.casefold() == "bed" else limit * (1 + _EQD2_REFERENCE_GY / alpha_beta)
    return bed * alpha_beta * CENTIGRAY**2, Fraction(-1)


class Hits(NamedTuple):
    """Pairs of plans, in columns: cGy and fractions of each."""

    x: Ints
    n: Ints
    y: Ints
    m: Ints


def pairs(
    alpha_beta: Fraction | None, c0: Fraction, c1: Fraction, numbers_x: Sequence[int], numbers_y: Sequence[int]
) -> Iterator[Hits]:
    """Yield every pair with whole x and y from 1 to 10 000 cGy; c0 in cGy^2, or in cGy where nothing is converted."""
    if alpha_beta is None:
        yield _physical(c0, c1, numbers_x, numbers_y)
        return
    a = alpha_beta * CENTIGRAY
    if a.denominator != 1:
        return
    x = np.arange(1, MOST_CENTIGRAY + 1, dtype=np.int64)
    p0, q0, p1, q1 = *c0.as_integer_ratio(), *c1.as_integer_ratio()
    for n in numbers_x:
        # of m: numerator over q0 q1 n
        numerator = p0 * q1 * n + p1 * q0 * (int(a) * n * x + x * x)
        possible = numerator > 0
        yield from _squares(int(a), x[possible], numerator[possible], q0 * q1 * n, n, numbers_y)


def _squares(a: int, x: Ints, numerator: Ints, divisor: int, n: int, numbers_y: Sequence[int]) -> Iterator[Hits]:
    """Yield the pairs of one n, by m and then by x, if there are any.

    Roots are drawn only where m numerators are a multiple of the divisor, in float64, which has every square here
    exactly; what they leave is looked at once more in whole numbers.
    """
    alike: dict[int, list[int]] = {}
    for number in numbers_y:
        alike.setdefault(divisor // gcd(divisor, number), []).append(number)
    found = []
    for of_m, numbers in alike.items():
        whole = numerator // of_m  # and no remainder: a division by one number is much the faster of the two
        at = np.flatnonzero(whole * of_m == numerator)
        ms = np.asarray(numbers, dtype=np.int64)
        factor = ms * of_m // divisor
        roots = np.sqrt(whole[at] * (4.0 * factor[:, None]) + (float(a) * ms[:, None]) ** 2)
        row, column = np.nonzero(roots == np.rint(roots))
        found.append((at[column], ms[row], whole[at[column]] * factor[row]))
    place, m, of_y = (np.concatenate(columns) for columns in zip(*found, strict=True))
    square = (a * m) ** 2 + 4 * of_y
    root = np.rint(np.sqrt(square.astype(np.float64))).astype(np.int64)
    y = (root - a * m) // 2
    hit = np.flatnonzero((root * root == square) & (y > 1) & (y < MOST_CENTIGRAY))
    if len(hit):
        hit = hit[np.lexsort((place[hit], m[hit]))]
        yield Hits(x[place[hit]], np.full(len(hit), n), y[hit], m[hit])


def _physical(c0: Fraction, c1: Fraction, numbers_x: Sequence[int], numbers_y: Sequence[int]) -> Hits:
    """Return every pair of doses; fractions do not matter and are taken in turn."""
    x = np.arange(1, MOST_CENTIGRAY + 1, dtype=np.int64)
    p0, q0, p1, q1 = *c0.as_integer_ratio(), *c1.as_integer_ratio()
    y, rest = np.divmod(p0 * q1 + p1 * q0 * x, q0 * q1)
    hit = (rest == 0) & (y > 1) & (y < MOST_CENTIGRAY)
    x, y = x[hit], y[hit]
    return Hits(x, np.asarray(numbers_x)[x % len(numbers_x)], y, np.asarray(numbers_y)[7 * x % len(numbers_y)])


def singles(alpha_beta: Fraction | None, c0: Fraction, numbers: Sequence[int]) -> Iterator[Hits]:
    """Yield every single course; that beside it gets a centigray, which no limit notices."""
    for m in numbers:
        ones = np.ones(1, dtype=np.int64)
        if alpha_beta is None:
            y = c0
        else:
            a = alpha_beta * CENTIGRAY
            square = (a * m) ** 2 + 4 * c0 * m
            root = isqrt(square.numerator) if square.denominator == 1 else 0
            y = (root - a * m) / 2 if root * root == square else Fraction(0)
        if y.denominator == 1 and 1 < y < MOST_CENTIGRAY:
            yield Hits(ones, ones, ones * y.numerator, ones * m)


@lru_cache(1 << 8)
def every_pair(
    alpha_beta: Fraction | None, c0: Fraction, c1: Fraction, numbers_x: tuple[int, ...], numbers_y: tuple[int, ...]
) -> Hits | None:
    """Return all that :func:`pairs` yields, or None if there is none; it is kept for the next time."""
    parts = list(pairs(alpha_beta, c0, c1, numbers_x, numbers_y))
    joined = Hits(*(np.concatenate(columns) for columns in zip(*parts, strict=True))) if parts else None
    return joined if joined is not None and len(joined.x) else None
