"""Dates as ranges of days: what is read, what is refused and with which words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reirrad.model.dates import DateError, DateRange, one_day, parse_date_range, stated_date_range

ORDER = "write it as year-month-day"
FOUR_DIGITS = "write all four digits: year-month-day"
LOST_DIGIT = "was a digit lost or doubled?"
AMBIGUOUS = "the order of day and month is ambiguous"
YEAR_LAST = "the year stands last"
TWO_DIGITS = "the year has two digits"
SERIAL = "this looks like a spreadsheet's serial number"
NOT_ISO = "this is not an ISO 8601 date"
NO_DAY = "there is no such day"
NO_MONTH = "there is no such month"
YEARS = "the year is outside 1895 to 2199"

READ = [
    # T03: a partial date is every day it may mean
    pytest.param("2019", "2019-01-01", "2019-12-31", id="T03-year"),
    pytest.param("2019-05", "2019-05-01", "2019-05-31", id="T03-month"),
    pytest.param("2019-04", "2019-04-01", "2019-04-30", id="T03-short-month"),
    pytest.param("2016-02", "2016-02-01", "2016-02-29", id="T03-leap-february"),
    pytest.param("2019-02", "2019-02-01", "2019-02-28", id="T03-february"),
    pytest.param("2000-02", "2000-02-01", "2000-02-29", id="T03-leap-century"),
    pytest.param("1900-02", "1900-02-01", "1900-02-28", id="T03-common-century"),
    pytest.param("2016-11-03", "2016-11-03", "2016-11-03", id="day"),
    pytest.param("2016-02-29", "2016-02-29", "2016-02-29", id="leap-day"),
    pytest.param("1895", "1895-01-01", "1895-12-31", id="first-year"),
    pytest.param("2199-12-31", "2199-12-31", "2199-12-31", id="last-day"),
    pytest.param("  2016-11-03\n", "2016-11-03", "2016-11-03", id="blanks-around"),
    # intervals: the first day of the first end, the last day of the last
    pytest.param("2014-04/2014-12", "2014-04-01", "2014-12-31", id="interval-of-months"),
    pytest.param("2014/2015-02", "2014-01-01", "2015-02-28", id="interval-of-mixed-ends"),
    pytest.param("2014-04-03/2014-04-03", "2014-04-03", "2014-04-03", id="interval-of-one-day"),
    pytest.param("2016-11/2016", "2016-11-01", "2016-12-31", id="interval-ends-within-its-end"),
    pytest.param("2016-11/..", "2016-11-01", None, id="open-end"),
    pytest.param("../2016-11", None, "2016-11-30", id="open-beginning"),
    pytest.param("2016-11/", "2016-11-01", None, id="open-end-empty"),
    pytest.param("/2016-11", None, "2016-11-30", id="open-beginning-empty"),
    # T06: a date is the civil date as written; neither the time nor the zone moves it
    pytest.param("2020-03-04T23:30", "2020-03-04", "2020-03-04", id="T06-time"),
    pytest.param("2020-03-04 08:15:30", "2020-03-04", "2020-03-04", id="T06-time-after-blank"),
    pytest.param("2020-03-04T00:30:00+13:00", "2020-03-04", "2020-03-04", id="T06-zone-ahead"),
    pytest.param("2020-03-04T23:30:00-11:00", "2020-03-04", "2020-03-04", id="T06-zone-behind"),
    pytest.param("2020-03-04T23:59:59.999Z", "2020-03-04", "2020-03-04", id="T06-utc"),
]

REFUSED = [
    # T01: never guessed from the size of a number, not even where only one order is possible
    pytest.param("03/04/2020", AMBIGUOUS, ORDER, id="T01-slashes"),
    pytest.param("03.04.2020", AMBIGUOUS, ORDER, id="T01-dots"),
    pytest.param("3-4-2020", AMBIGUOUS, ORDER, id="T01-hyphens"),
    pytest.param("12/12/2020", AMBIGUOUS, ORDER, id="T01-12-may-be-a-month"),
    pytest.param("13/12/2020", YEAR_LAST, ORDER, id="T01-day-above-12"),
    pytest.param("12/13/2020", YEAR_LAST, ORDER, id="T01-second-above-12"),
    pytest.param("31.02.2020", YEAR_LAST, ORDER, id="T01-31-february"),
    # T07
    pytest.param("2020-02-31", NO_DAY, "2020-02 has 29 days", id="T07-31-february"),
    pytest.param("2021-02-29", NO_DAY, "2021-02 has 28 days", id="T07-no-leap-year"),
    pytest.param("2021-04-31", NO_DAY, "2021-04 has 30 days", id="T07-31-april"),
    pytest.param("2021-04-00", NO_DAY, "2021-04 has 30 days", id="T07-day-0"),
    pytest.param("2021-13", NO_MONTH, "the order is year-month-day", id="T07-month-13"),
    pytest.param("2021-31-01", NO_MONTH, "the order is year-month-day", id="T07-year-day-month"),
    pytest.param("2021-00", NO_MONTH, "the order is year-month-day", id="T07-month-0"),
    pytest.param("0099-01-01", YEARS, LOST_DIGIT, id="T07-year-99"),
    pytest.param("1894", YEARS, LOST_DIGIT, id="T07-year-too-early"),
    pytest.param("2200-01", YEARS, LOST_DIGIT, id="T07-year-too-late"),
    pytest.param("43831", SERIAL, ORDER, id="T07-serial"),
    pytest.param("43831.5", SERIAL, ORDER, id="T07-serial-with-time"),
    pytest.param("20022-01-01", NOT_ISO, ORDER, id="T07-year-of-five-digits"),
    pytest.param("2015/2014", "the interval ends before it begins", "were the ends swapped?", id="T07-ends-swapped"),
    pytest.param("2014-04-02/2014-04-01", "the interval ends before it begins", "were the ends swapped?", id="T07-day"),
    # T08
    pytest.param("20-03-04", TWO_DIGITS, FOUR_DIGITS, id="T08-year-first"),
    pytest.param("04.03.20", TWO_DIGITS, FOUR_DIGITS, id="T08-year-last"),
    pytest.param("3/4/20", TWO_DIGITS, FOUR_DIGITS, id="T08-slashes"),
    pytest.param("16-11", TWO_DIGITS, FOUR_DIGITS, id="T08-month"),
    pytest.param("16", TWO_DIGITS, FOUR_DIGITS, id="T08-year-only"),
    pytest.param("16/17", TWO_DIGITS, FOUR_DIGITS, id="T08-interval"),
    # H07: a word is no date, and an empty text is said to be empty
    pytest.param("", "the date is empty", "leave the key out if the date is not known", id="H07-empty"),
    pytest.param(" \t", "the date is empty", "leave the key out if the date is not known", id="H07-blank"),
    pytest.param("NA", NOT_ISO, ORDER, id="H07-na"),
    pytest.param("today", NOT_ISO, ORDER, id="today"),
    pytest.param("2016-3-4", NOT_ISO, ORDER, id="digits-left-out"),
    pytest.param("March 2016", NOT_ISO, ORDER, id="month-name"),
    pytest.param("2016-W10", NOT_ISO, ORDER, id="week"),
    pytest.param("2016-11 or later", NOT_ISO, ORDER, id="words-behind"),
    pytest.param("\N{FULLWIDTH DIGIT TWO}016", NOT_ISO, ORDER, id="O03-fullwidth-digit"),
    pytest.param("2014/2015/2016", "an interval has two ends", "write 2014-04/2014-12", id="three-ends"),
    pytest.param(".../2016", NOT_ISO, ORDER, id="three-dots"),
]


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(DateError) as caught:
        parse_date_range(text)
    assert str(caught.value) == caught.value.what
    return caught.value.what, caught.value.hint


@pytest.mark.parametrize(("text", "low", "high"), READ)
def test_read(text, low, high):
    days = [None if day is None else dt.date.fromisoformat(day) for day in (low, high)]
    assert parse_date_range(text) == DateRange(*days)


@pytest.mark.parametrize(("text", "what", "hint"), REFUSED)
def test_refused(text, what, hint):
    assert refusal(text) == (what, hint)


# T06: what stands behind the day must be a time of day; a second date would be lost in silence
@pytest.mark.parametrize(
    "text",
    [
        *("2016-11-03 2016-12-20", "2016-11-03 -2016-12-20", "2016-11-03T99:99", "2016-11-03T", "2016-11-03T+-.,:"),
        # a second year or month is no time of day either: 20:17 in the zone -05 was what these were read as
        *("2016-11-03 2017-05", "2016-11-03 2017", "2016-11-03T2017", "2016-11-03T24:59", "2016-11-03T10:00+99:99"),
    ],
)
def test_what_follows_the_day_is_a_time(text):
    refusal(text)


# T01, T08: a slash does not make an interval of these; four digits are there, so they are not asked for
@pytest.mark.parametrize("text", ["11/2016", "2016/11", "2016/11/03"])
def test_slashes_inside_a_date_are_called_that(text):
    what, hint = refusal(text)
    assert what not in {TWO_DIGITS, "an interval has two ends"}
    assert "year-month-day" in hint or "year-month" in hint


# T03: an interval that is open at both ends is no date, but it says that none is known; a lone slash says nothing
def test_a_lone_slash_is_no_date():
    assert parse_date_range("../..") == DateRange(None, None)
    refusal("/")


@given(st.dates(dt.date(1895, 1, 1), dt.date(2199, 12, 31)))
def test_every_day_lies_in_its_month_and_year(day):
    assert parse_date_range(day.isoformat()) == DateRange(day, day)
    for part in (day.isoformat()[:7], day.isoformat()[:4]):
        days = parse_date_range(part)
        assert days.low <= day <= days.high
        assert days.low.day == 1
        assert (days.high + dt.timedelta(days=1)).day == 1


@given(st.text("0123456789-/.T: Z+", max_size=24))
def test_whatever_is_read_rises(text):
    try:
        days = parse_date_range(text)
    except DateError as error:
        words = (error.what, error.hint)
        assert all(words)
    else:
        assert days.low is None or days.high is None or days.low <= days.high


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("2016/11/03", "the parts of a date are joined by hyphens", "write it as year-month-day"),
        ("/", "the interval has no end at all", "leave the key out if the date is not known"),
        ("2014/2015/2016", "an interval has two ends", "write 2014-04/2014-12"),
        (" ", "the date is empty", "leave the key out if the date is not known"),
        ("2015/2014", "the interval ends before it begins", "were the ends swapped?"),
    ],
)
def test_messages_word_by_word(text: str, what: str, hint: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date_range(text)
    assert (str(caught.value), caught.value.what, caught.value.hint) == (what, what, hint)


@pytest.mark.parametrize("value", ["2016-11-03", " 2016-11-03 ", dt.date(2016, 11, 3), "2016-11-03/2016-11-03"])
def test_one_day(value: object) -> None:
    assert one_day(value) == dt.date(2016, 11, 3)


NOT_A_DAY = ("this is not a day", "write it in quotes, as year-month-day")
MORE_THAN_ONE = ("this is more than one day", "write year, month and day")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (20161103, NOT_A_DAY),
        (None, NOT_A_DAY),
        # a time has a zone, in which it may be another day
        (dt.datetime(2016, 11, 3, 23, 30), NOT_A_DAY),
        ("2016", MORE_THAN_ONE),
        ("2016-11", MORE_THAN_ONE),
        ("2016-11-03/2016-11-04", MORE_THAN_ONE),
        ("2016-11-03/..", MORE_THAN_ONE),
        ("../2016-11-03", MORE_THAN_ONE),
    ],
)
def test_what_is_not_one_day(value: object, words: tuple[str, str]) -> None:
    with pytest.raises(DateError) as caught:
        one_day(value)
    assert (caught.value.what, caught.value.hint) == words


@pytest.mark.parametrize("text", ["1970-01-01", "1970-01-01T00:30:00Z", " 1970-01-01/2014-04", "1900-01/1970-01-01"])
def test_a_day_that_stands_for_a_missing_one_word_by_word(text: str) -> None:
    parse_date_range(text)
    with pytest.raises(DateError) as caught:
        stated_date_range(text)
    hint = "leave it out if the date is not known; if it is real, write its month, 1970-01"
    assert (caught.value.what, caught.value.hint) == ("databases write this day where a date is missing", hint)
