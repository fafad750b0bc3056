"""Numbers and ranges as derivations and reports print them."""

from __future__ import annotations

import math


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


def beyond(value: float, limit: float, *, decimals: int = 2) -> str:
    """Return a value with as many digits as it takes not to look like its limit unless it is equal to it.

    >>> beyond(135.5004, 135.5), beyond(135.5, 135.5), beyond(220.0, 135.5)
    ('135.5004', '135.5', '220')
    """
    for digits in range(decimals, 18):
        text = plain(value, decimals=digits)
        shown = float(text) if text != "unbounded" else math.inf
        if (shown > limit) == (value > limit) and (shown < limit) == (value < limit):
            return text
    return repr(value)


def number_or_none(value: float) -> float | None:
    """Return a number as JSON has it: ``None`` where it is unbounded or there is none."""
    return float(value) if math.isfinite(value) else None
