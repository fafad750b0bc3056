"""Times with a zone as days: of a place, the day as it was there; of UTC, every day that it may have been somewhere.

A database that stores moments gives them back in UTC, and the civil date is lost: in Auckland it may be the next day,
in Los Angeles the day before. An interval from such a day may be a day too long.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from reirrad.model.dates import PLACEHOLDERS

Array = np.ndarray[Any, Any]
#: Names of zones that say nothing of the place: an export wrote them.
_UTC = frozenset(
    {"utc", "etc/utc", "z", "+00:00", "-00:00", "uct", "etc/uct", "gmt", "etc/gmt", "gmt0", "gmt+0", "gmt-0"}
    | {"etc/gmt0", "etc/gmt+0", "etc/gmt-0", "zulu", "etc/zulu", "universal", "etc/universal"}
    | {"greenwich", "etc/greenwich"}
)
#: Clocks are at most so far behind UTC, and so far ahead of it.
_BEHIND, _AHEAD = dt.timedelta(hours=12), dt.timedelta(hours=14)
_FIRST, _LAST = np.datetime64(dt.datetime.min, "s"), np.datetime64(dt.datetime.max, "s")
_ZEROS = np.array(sorted(PLACEHOLDERS), dtype="M8[s]")


def is_utc(zone: str) -> bool:
    """Whether a zone is that of Greenwich, and of no place.

    >>> is_utc("Etc/UTC"), is_utc("+00:00"), is_utc("Europe/London"), is_utc("+13:00")
    (True, True, False, False)
    """
    return zone.casefold() in _UTC


def day_text(moment: dt.datetime) -> str:
    """Return the day of a time, or the days that it may be, as text.

    >>> day_text(dt.datetime(2019, 1, 17, 11, 30, tzinfo=dt.UTC))
    '2019-01-16/2019-01-18'
    >>> day_text(dt.datetime(2019, 1, 17, 11, 30, tzinfo=dt.timezone(dt.timedelta(hours=13))))
    '2019-01-17'
    """
    written = moment.isoformat()[:10]
    offset = moment.utcoffset()
    if moment.tzinfo is None or offset is None:
        return written
    try:
        in_utc = moment.replace(tzinfo=None) - offset
        if in_utc.time() == dt.time() and (zero := in_utc.isoformat()[:10]) in PLACEHOLDERS:
            return zero
        if not _is_of_utc(moment, offset):
            return written
        first, last = (in_utc - _BEHIND).isoformat()[:10], (in_utc + _AHEAD).isoformat()[:10]
    except OverflowError:  # in the years 1 and 9999, which nothing reads
        return written
    return f"{first}/{last}"


def with_days(column: Array) -> Array:
    """Return an array of any objects with the texts of its dates and times, a cell at a time: equal moments differ."""
    texts = np.empty(len(column), dtype=object)
    for place, value in enumerate(column):
        # what stands for no time in pandas is a time, and not equal to itself
        is_date = isinstance(value, dt.date) and value == value
        texts[place] = value if not is_date else _day_of(value)
    return texts


def _day_of(value: dt.date) -> str:
    return day_text(value) if isinstance(value, dt.datetime) else value.isoformat()


def _is_of_utc(moment: dt.datetime, offset: dt.timedelta) -> bool:
    zone = moment.tzinfo
    # a zone of a place has its name in one of these; one of a fixed offset may have any
    named = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if named is not None:
        return is_utc(str(named))
    return not offset and (isinstance(zone, dt.timezone) or is_utc(moment.tzname() or ""))


def day_texts(moments: Array) -> Array:
    """Return the days that moments of UTC may be, as text; ``None`` where there is none."""
    texts = np.full(len(moments), None, dtype=object)
    known = np.flatnonzero(~np.isnat(moments))
    seconds = moments[known].astype("M8[s]")
    behind, ahead = np.timedelta64(_BEHIND, "s"), np.timedelta64(_AHEAD, "s")
    first, last = (seconds - behind).astype("M8[D]"), (seconds + ahead).astype("M8[D]")
    # a zero of a database is no moment
    is_zero = np.isin(moments[known], _ZEROS)
    first, last = (np.where(is_zero, seconds.astype("M8[D]"), days) for days in (first, last))
    # cells are many, days are few
    _, one, place = np.unique(
        first.astype(np.int64) * 4 + (last - first).astype(np.int64), return_index=True, return_inverse=True
    )
    ends = [np.datetime_as_string(days[one]).tolist() for days in (first, last)]
    words = np.array([low if low == high else f"{low}/{high}" for low, high in zip(*ends, strict=True)], dtype=object)
    texts[known] = words[place]
    return texts


def arrow_days(column: Any, arrow: Any) -> Any:
    """Return an Arrow column of timestamps as dates, or, of UTC, as texts of the days that they may be.

    Parameters
    ----------
    column
        A chunked array of timestamps.
    arrow
        The module of Arrow, which not every table needs.
    """
    zone = column.type.tz
    moments = np.asarray(column.cast(arrow.timestamp(column.type.unit)).to_numpy())
    if zone is not None and is_utc(zone):
        return arrow.chunked_array([arrow.array(day_texts(moments), arrow.string(), from_pandas=True)])
    days = np.asarray(column.cast(arrow.date32()).to_numpy()).astype("M8[D]")
    if zone is not None:
        # a zero of a database stays one, and is not the evening before it in New York
        days = np.where(np.isin(moments, _ZEROS), moments.astype("M8[D]"), days)
    # a day of millions of years has no number of its own, and would be one of this century: it becomes one to refuse
    seconds = moments.astype("M8[s]")
    days = np.where((seconds < _FIRST) | (seconds > _LAST), np.datetime64(dt.date.max), days)
    return arrow.chunked_array([arrow.array(days, arrow.date32())])
