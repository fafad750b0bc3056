"""Numbers and ranges as derivations and reports print them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol


def plain(number: float, *, decimals: int = 4) -> str:
    """Return a number without exponent and trailing zeros; unbounded in words.

    >>> plain(90.67766953), plain(120.0), plain(float("inf"))
    ('90.6777', '120', 'unbounded')
    """
    if math.isinf(number):
        return "unbounded"
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_text(low: float, high: float, *, decimals: int = 4) -> str:
    """Return a range, or the one number that it is.

    >>> span_text(48, 53.5), span_text(2, 2)
    ('48 to 53.5', '2')
    """
    if low == high:
        return plain(low, decimals=decimals)
    return f"{plain(low, decimals=decimals)} to {plain(high, decimals=decimals)}"


def beyond(value: float, *limits: float, decimals: int = 2) -> str:
    """Return a value with as many digits as it takes not to look like a limit unless it is equal to it.

    >>> beyond(135.5004, 135.5), beyond(135.5, 135.5), beyond(220.0, 135.5)
    ('135.5004', '135.5', '220')
    >>> beyond(34.999, 35.0, 38.0)
    '34.999'
    """
    for digits in range(decimals, 18):
        text = plain(value, decimals=digits)
        if all(_sign(_number(text), limit) == _sign(value, limit) for limit in limits):
            return text
    return repr(value)


class Compared(Protocol):
    """What has a value, perhaps a range, and a limit, perhaps a range or none."""

    @property
    def value_low(self) -> float | None:
        """The lower end of the value; unbounded if there is none."""

    @property
    def value_high(self) -> float | None:
        """The upper end of the value; unbounded if there is none."""

    @property
    def limit(self) -> float | None:
        """The limit, or the lower end of its range."""

    @property
    def limit_high(self) -> float | None:
        """The upper end of the range of the limit, if it is one."""


class Discountable(Compared, Protocol):
    """What may have a sum without recovery beside its value."""

    @property
    def undiscounted_low(self) -> float | None:
        """The lower end of that sum; ``None`` where nothing is discounted."""

    @property
    def undiscounted_high(self) -> float | None:
        """The upper end of that sum; unbounded if there is none."""


#: Ends of a range as shown and as they are; ``None`` is unbounded.
Ends = list[tuple[str, float | None]]


def value_and_limit(item: Compared) -> tuple[Ends, Ends]:
    """Return the ends of a value and of its limit, without unit, so that they look as they compare.

    One end stands for both where they are equal; there are none where there is no number.
    """
    has_value = item.value_low is not None or item.value_high is not None
    return _compared_ends(item, (item.value_low, item.value_high) if has_value else ())


def undiscounted_ends(item: Discountable) -> Ends:
    """Return the ends of the sum without recovery as those of a value; none where nothing is discounted."""
    ends = () if item.undiscounted_low is None else (item.undiscounted_low, item.undiscounted_high)
    return _compared_ends(item, ends)[0]


def _compared_ends(item: Compared, ends: Sequence[float | None]) -> tuple[Ends, Ends]:
    limits = [limit for limit in (item.limit, item.limit_high) if limit is not None]
    values = list(dict.fromkeys(ends))
    texts, of_limits = compared_texts(
        [math.inf if value is None else value for value in values], limits, decimals=2 if limits else 4
    )
    return list(zip(texts, values, strict=True)), list(zip(of_limits, limits, strict=True))


def compared_texts(
    values: Sequence[float], limits: Sequence[float], *, decimals: int = 4
) -> tuple[list[str], list[str]]:
    """Return values and limits as texts in which every value stands to every limit as the numbers do.

    >>> compared_texts([79.6713152], [79.6712911])
    (['79.67132'], ['79.6713'])
    """
    for digits in range(4, 18):
        texts = [plain(limit, decimals=digits) for limit in limits]
        shown = [_number(text) for text in texts]
        pairs = list(zip(shown, limits, strict=True))
        if all(_sign(value, number) == _sign(value, limit) for number, limit in pairs for value in values):
            break
    else:
        texts, shown = [repr(limit) for limit in limits], list(limits)
    return [beyond(value, *shown, decimals=decimals) for value in values], texts


def _sign(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)


def _number(text: str) -> float:
    return math.inf if text == "unbounded" else float(text)


def number_or_none(value: float) -> float | None:
    """Return a number as JSON has it: ``None`` where it is unbounded or there is none."""
    return float(value) if math.isfinite(value) else None


#: Which structures are known is closed: a right TG-263 name may be none of them.
KNOWN_NAMES = "see `reirrad rules structures`"
