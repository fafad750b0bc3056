"""Texts of dates: read as a reader written from ISO 8601 alone reads them, or refused (T01-T08, O03)."""

from __future__ import annotations

import datetime as dt

from fuzz.contract import check_words, text_of
from fuzz.mutations import of_tokens
from reirrad.model.dates import FIRST_YEAR, LAST_YEAR, DateError, DateRange, parse_date_range

TOKENS = [
    *("2016", "2016-02", "2016-02-29", "2199-12-31", "1895", "0099", "20022", "43831", "2020-03-04T23:30"),
    *("T", " ", "/", "..", "-", ".", ":", "Z", "+13:00", "-11:00", "24:00", "00:30:00", ",5", ".999", "\u0662", "\xa0"),
    *("03/04/2020", "20-03-04", "31", "12"),
]
SEEDS = [
    *("2019", "2019-05", "2016-02-29", "2014-04/2014-12", "2016-11/..", "../2016-11", "2016-11/", "  2016-11-03\n"),
    *("2020-03-04T23:30", "2020-03-04 08:15:30", "2020-03-04T00:30:00+13:00", "2020-03-04T23:59:59.999Z"),
]

MOST_BYTES = 64
CHANGE = of_tokens(TOKENS)


def seeds() -> list[bytes]:
    return [text.encode() for text in SEEDS]


def one_input(data: bytes) -> bool:
    """Whether the date was read."""
    text = text_of(data)
    try:
        days = parse_date_range(text)
    except DateError as error:
        check_words(error.what)
        check_words(error.hint)
        assert ends_of(text) is None, f"refused: {text!r}"
        return False
    assert (days.low, days.high) == ends_of(text), f"read as {days}: {text!r}"
    assert parse_date_range(_printed(days)) == days
    return True


def _printed(days: DateRange) -> str:
    return "/".join(".." if day is None else day.isoformat() for day in (days.low, days.high))


def ends_of(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """Return first and last day of what ISO 8601 and the open ends of ISO 8601-2 mean; nothing for all else."""
    text = text.strip()
    if "/" not in text:
        return _one(text)
    halves = text.split("/")
    if len(halves) != 2 or text == "/":
        return None
    ends = [(None, None) if half in ("", "..") else _one(half) for half in halves]
    if None in ends:
        return None
    low, high = ends[0][0], ends[1][1]
    return None if low is not None and high is not None and low > high else (low, high)


def _one(text: str) -> tuple[dt.date, dt.date] | None:
    day, time = text[:10], text[10:]
    if time and (len(day) < 10 or not _is_time(time)):
        return None
    parts = day.split("-")
    if [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]) or not all(map(_is_number, parts)):
        return None
    year, month, number = (int(part) for part in (*parts, *("0", "0")[len(parts) - 1 :]))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        if len(parts) == 3:
            return dt.date(year, month, number), dt.date(year, month, number)
        if len(parts) == 2:
            following = dt.date(year + month // 12, month % 12 + 1, 1)
            return dt.date(year, month, 1), following - dt.timedelta(days=1)
    except ValueError:
        return None
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_time(text: str) -> bool:
    """Whether ``T`` or a blank and a time of day in the extended format, hours and minutes at least, perhaps a zone."""
    mark, time = text[0], text[1:]
    at = max(time.find(sign) for sign in "Z+-")
    zone = time[at:] if at >= 0 else "Z"
    clock = (time[:at] if at >= 0 else time).replace(",", ".")
    whole, point, fraction = clock.partition(".")
    parts = whole.split(":")
    if mark not in "T " or not 2 <= len(parts) <= 3 or not all(len(part) == 2 and _is_number(part) for part in parts):
        return False
    if point and not (len(parts) == 3 and 1 <= len(fraction) <= 9 and _is_number(fraction)):
        return False
    hour, minute, second = (int(part) for part in (*parts, "0")[:3])
    is_midnight = hour == 24 and minute == second == 0 and not fraction.strip("0")
    return (is_midnight or (hour < 24 and minute < 60 and second < 60)) and _is_zone(zone)


def _is_zone(zone: str) -> bool:
    if zone[0] == "Z":
        return zone == "Z"
    digits = zone[1:].replace(":", "", 1) if zone[3:4] == ":" else zone[1:]
    is_whole = _is_number(digits) and len(digits) in (2, 4) and (zone[3:4] != ":" or len(digits) == 4)
    return is_whole and int(digits[:2]) < 24 and int(digits[2:] or 0) < 60
