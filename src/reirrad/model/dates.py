"""Dates as ranges of days.

A treatment record often holds a year or a month only. Such a date is the range of the days it may mean; nothing is
filled in. Only ISO 8601 is read: ``2016``, ``2016-11``, ``2016-11-03``, an interval ``2014-04/2014-12`` and, from
ISO 8601-2, an open end: ``2016-11/..``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

FIRST_YEAR, LAST_YEAR = 1895, 2199
#: A time of day as dates are written, with colons: without them "2016-11-03 2017-05" would be one day at 20:17.
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?|24:00(?::00(?:[.,]0{1,9})?)?)"
_TIME = rf"[T ]{_CLOCK}(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?"
_PATTERN = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}})(?:{_TIME})?)?)?", re.ASCII)
_SLASHES = re.compile(r"\d{4}/\d{1,2}(/\d{1,2})?|\d{1,2}/\d{4}", re.ASCII)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", re.ASCII)
_TWO_DIGIT_YEAR = re.compile(r"(\d{2}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d{2}(-\d{2})?)", re.ASCII)
_MONTHS_OF_A_YEAR = 12
_SERIAL = re.compile(r"\d{5,6}(\.\d+)?", re.ASCII)

#: Days that spreadsheets and databases write where a date is missing: their zero, or the first day that they have.
PLACEHOLDERS = frozenset({"1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1970-01-01"})

ALLOWED_DAY = "a day in full: 2016-11-03"
ALLOWED = "2016, 2016-11, 2016-11-03, an interval 2016-10/2016-12, or an open one 2016-11/.."


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that a stated date may mean; ``None`` is an open end."""

    low: dt.date | None
    high: dt.date | None


class DateError(ValueError):
    """A date cannot be read; ``hint`` names the usual slip."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def parse_date_range(text: str) -> DateRange:
    """Return the days that a date, partial date or interval may mean.

    Parameters
    ----------
    text
        ISO 8601; a time of day and a zone are read and ignored: dates are civil dates, as written.

    Raises
    ------
    DateError
        If the text is no such date, or the interval ends before it begins.

    Examples
    --------
    >>> parse_date_range("2016-02")
    DateRange(low=datetime.date(2016, 2, 1), high=datetime.date(2016, 2, 29))
    >>> parse_date_range("2016-11/..").high is None
    True
    """
    stripped = text.strip()
    if not stripped:
        raise DateError("the date is empty", "leave the key out if the date is not known")
    if "/" not in stripped:
        return _parse_one(stripped)
    if _DAY_MONTH_YEAR.fullmatch(stripped) or _TWO_DIGIT_YEAR.fullmatch(stripped):
        raise _not_iso(stripped)
    if _SLASHES.fullmatch(stripped):
        raise DateError("the parts of a date are joined by hyphens", "write it as year-month-day")
    ends = stripped.split("/")
    if len(ends) != 2:
        raise DateError("an interval has two ends", "write 2014-04/2014-12")
    if ends == ["", ""]:
        raise DateError("the interval has no end at all", "leave the key out if the date is not known")
    low = None if ends[0] in {"", ".."} else _parse_one(ends[0]).low
    high = None if ends[1] in {"", ".."} else _parse_one(ends[1]).high
    if low is not None and high is not None and high < low:
        raise DateError("the interval ends before it begins", "were the ends swapped?")
    return DateRange(low, high)


def stated_date_range(text: str) -> DateRange:
    """Return the days that a date of an input may mean: as :func:`parse_date_range`, but no zero of a database.

    Raises
    ------
    DateError
        If the text is no date, or one that stands for a missing one: an interval from it would pass for decades.

    Examples
    --------
    >>> stated_date_range("1970-01-01")
    Traceback (most recent call last):
    reirrad.model.dates.DateError: databases write this day where a date is missing
    """
    dates = parse_date_range(text)
    for day in (end.strip()[:10] for end in text.split("/")):
        if day in PLACEHOLDERS:
            raise DateError(
                "databases write this day where a date is missing",
                f"leave it out if the date is not known; if it is real, write its month, {day[:7]}",
            )
    return dates


def one_day(value: object) -> dt.date:
    """Return a day that is stated in full, as text or as a date.

    Raises
    ------
    DateError
        If it is no date, or more days than one.

    Examples
    --------
    >>> one_day("2016-11-03")
    datetime.date(2016, 11, 3)
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        raise DateError("this is not a day", "write it in quotes, as year-month-day")
    days = parse_date_range(value)
    if days.low is None or days.low != days.high:
        raise DateError("this is more than one day", "write year, month and day")
    return days.low


def _parse_one(text: str) -> DateRange:
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise _not_iso(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"the year is outside {FIRST_YEAR} to {LAST_YEAR}", "was a digit lost or doubled?")
    if month is None:
        return DateRange(dt.date(year, 1, 1), dt.date(year, 12, 31))
    if not 1 <= month <= _MONTHS_OF_A_YEAR:
        raise DateError("there is no such month", "the order is year-month-day")
    last_day = calendar.monthrange(year, month)[1]
    if day is None:
        return DateRange(dt.date(year, month, 1), dt.date(year, month, last_day))
    if not 1 <= day <= last_day:
        raise DateError("there is no such day", f"{year}-{month:02d} has {last_day} days")
    one_day = dt.date(year, month, day)
    return DateRange(one_day, one_day)


def _not_iso(text: str) -> DateError:
    if numbers := _DAY_MONTH_YEAR.fullmatch(text):
        is_ambiguous = all(int(number) <= _MONTHS_OF_A_YEAR for number in numbers.groups())
        what = "the order of day and month is ambiguous" if is_ambiguous else "the year stands last"
        return DateError(what, "write it as year-month-day")
    if _TWO_DIGIT_YEAR.fullmatch(text):
        return DateError("the year has two digits", "write all four digits: year-month-day")
    if _SERIAL.fullmatch(text):
        return DateError("this looks like a spreadsheet's serial number", "write it as year-month-day")
    return DateError("this is not an ISO 8601 date", "write it as year-month-day")
