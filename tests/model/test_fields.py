"""Each type of field: what it reads, and the whole words with which it refuses anything else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from math import inf, nan
from typing import Any, Literal, cast

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from reirrad.model import fields
from reirrad.model.dates import ALLOWED as DATES
from reirrad.model.schedule import ALLOWED as SCHEDULES
from reirrad.quantities import IS_SENTINEL, QUANTITIES

HUGE = 10**400
TEXT, PRINTABLE = "text in quotes", "printable text"
DOSE = "a number from 0, or a range [low, high]"
UNQUOTED = "write it without quotes"
UNQUOTED_DOSE = "write it without quotes, the unit stands in the key"
LEAVE_OUT_DOSE = "leave the key out if the dose is unknown"
SWAPPED = "were fractions and dose swapped?"
NOT_NUMBER, RANGE = "this is not a number", "the number is out of range"
NOT_FINITE, NOT_WHOLE = "the number is not finite", "the number is not whole"

READ: list[tuple[str, Any, Any]] = [
    ("MonthsSincePrevious", 12, 12.0),
    ("TargetDistance", 3.5, 3.5),
    # no half-time stands for a missing one
    ("RepairHalfTime", 99.99, 99.99),
    ("NFractions", 25, 25),
    ("NFractions", 25.0, 25),
    ("NFractions", 1, 1),
    ("AgeYears", 7.5, 7.5),
    ("AgeYears", 0, 0.0),
    ("RecoveredFraction", 1, 1.0),
    ("DoseRange", 50, (50.0, 50.0)),
    ("DoseRange", 0, (0.0, 0.0)),
    ("DoseRange", [48, 53.5], (48.0, 53.5)),
    ("DoseRange", (48, 48), (48.0, 48.0)),
    ("Name", "a", "a"),
    ("Name", "x" * 200, "x" * 200),
    ("Name", " Kürzel {1} ", " Kürzel {1} "),
    ("AlphaBeta", 2, 2.0),
    ("AlphaBeta", 0.1, 0.1),
    ("AlphaBeta", 50, 50.0),
    ("AlphaBeta", "not stated", "not stated"),
    ("FreeText", "", ""),
    ("FreeText", "one\r\n\ttwo", "one\r\n\ttwo"),
    ("FreeText", "x" * 20_000, "x" * 20_000),
    ("StatedText", " a", " a"),
    ("DateText", " 2016-11 ", "2016-11"),
    ("DateText", dt.date(2016, 11, 3), "2016-11-03"),
    # the civil date as written, whatever the zone
    ("DateText", dt.datetime(2016, 11, 3, 23, 30, tzinfo=dt.timezone(-dt.timedelta(hours=9))), "2016-11-03"),
    ("ScheduleText", " 50 Gy / 25 ", "50 Gy / 25"),
    # a number of numpy is the one that it prints, at its width
    ("NFractions", np.int64(25), 25),
    ("NFractions", np.uint8(25), 25),
    ("NFractions", np.float32(25), 25),
    ("AgeYears", np.float32(7.1), 7.1),
    ("RepairHalfTime", np.int32(4), 4.0),
    ("DoseRange", np.int64(30), (30.0, 30.0)),
    ("DoseRange", np.float32(30.1), (30.1, 30.1)),
    ("DoseRange", np.float16(2.1), (2.1, 2.1)),
    ("DoseRange", np.longdouble("30.1"), (30.1, 30.1)),
    ("DoseRange", [np.float64(30.1), np.float32(30.2)], (30.1, 30.2)),
    ("AlphaBeta", np.float32(2.1), 2.1),
]

ALPHA_BETA = 'a number from 0.1 to 50 Gy, or "not stated"'
#: type, value, what is wrong, what is allowed, hint
MISSING = "leave the key out if it is not known"
REFUSED: list[tuple[str, Any, str, str, str]] = [
    ("MonthsSincePrevious", 999, IS_SENTINEL, "a number from 0 to 1200 months", MISSING),
    ("TargetDistance", 99.99, IS_SENTINEL, "a number from 0 to 1000 mm", MISSING),
    ("NFractions", "25", NOT_NUMBER, "a whole number from 1 to 200", UNQUOTED),
    ("NFractions", True, NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", None, NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", 2.5, NOT_WHOLE, "a whole number from 1 to 200", SWAPPED),
    ("NFractions", 201, RANGE, "a whole number from 1 to 200", SWAPPED),
    ("NFractions", 0, RANGE, "a whole number from 1 to 200", SWAPPED),
    ("NFractions", HUGE, RANGE, "a whole number from 1 to 200", ""),
    ("NFractions", nan, NOT_FINITE, "a whole number from 1 to 200", "leave the key out if unknown"),
    ("RepairHalfTime", inf, NOT_FINITE, "a number above 0 to 100 h", "leave the key out if unknown"),
    ("AgeYears", -0.0, RANGE, "a number from 0 to 130 years", ""),
    ("DoseRange", "50", NOT_NUMBER, DOSE, UNQUOTED_DOSE),
    ("DoseRange", True, NOT_NUMBER, DOSE, ""),
    ("DoseRange", None, NOT_NUMBER, DOSE, ""),
    ("DoseRange", nan, NOT_FINITE, DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", HUGE, NOT_FINITE, DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", -HUGE, NOT_FINITE, DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", -1, "the number is negative", DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", -0.0, "the number is negative", DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", [50], "a range has two ends", DOSE, ""),
    ("DoseRange", [1, 2, 3], "a range has two ends", DOSE, ""),
    ("DoseRange", [2, 1], "the range ends below its beginning", DOSE, "were the ends swapped?"),
    ("DoseRange", [1, "2"], NOT_NUMBER, DOSE, UNQUOTED_DOSE),
    ("Name", 7, "this is not text", TEXT, "put it in quotes: an id is text"),
    ("Name", 7.5, "this is not text", TEXT, "put it in quotes: an id is text"),
    ("Name", dt.date(2016, 1, 1), "this is not text", TEXT, "put it in quotes: an id is text"),
    ("Name", [], "this is not text", TEXT, ""),
    ("Name", " \t", "the text is empty", TEXT, ""),
    ("Name", "a\tb", "the text has control characters", PRINTABLE, ""),
    ("Name", "a\u202eb", "the text has control characters", PRINTABLE, ""),
    ("Name", "a\ud800b", "the text has control characters", PRINTABLE, ""),
    ("Name", "x" * 201, "the text is too long", "at most 200 characters", ""),
    ("AlphaBeta", "3", "this is not an alpha/beta", ALPHA_BETA, ""),
    ("AlphaBeta", True, "this is not an alpha/beta", ALPHA_BETA, ""),
    ("AlphaBeta", 0, RANGE, ALPHA_BETA, ""),
    ("AlphaBeta", 0.0999, RANGE, ALPHA_BETA, ""),
    ("AlphaBeta", 1e-300, RANGE, ALPHA_BETA, ""),
    ("AlphaBeta", 50.01, RANGE, ALPHA_BETA, "is it in cGy?"),
    ("AlphaBeta", 200, RANGE, ALPHA_BETA, "is it in cGy?"),
    ("AlphaBeta", inf, RANGE, ALPHA_BETA, "is it in cGy?"),
    ("AlphaBeta", nan, RANGE, ALPHA_BETA, ""),
    ("FreeText", 7, "this is not text", TEXT, ""),
    ("FreeText", "a\x1bb", "the text has control characters", PRINTABLE, ""),
    ("FreeText", "x" * 20_001, "the text is too long", "at most 20000 characters", ""),
    ("StatedText", 7, "this is not text", TEXT, ""),
    ("StatedText", " \n", "the text is empty", TEXT, 'write "not stated" if the source does not say'),
    ("DateText", 2016, "this is not a date", DATES, 'put it in quotes: "2016"'),
    ("DateText", 2016.5, "this is not a date", DATES, ""),
    ("DateText", "2016-02-30", "there is no such day", DATES, "2016-02 has 29 days"),
    ("ScheduleText", 50, "this is not a schedule", SCHEDULES, "put it in quotes, with the unit"),
    ("NFractions", np.bool_(True), NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", np.timedelta64(25, "D"), NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", np.array([25]), NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", Fraction(25), NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", Decimal(25), NOT_NUMBER, "a whole number from 1 to 200", ""),
    ("NFractions", np.float32(2.5), NOT_WHOLE, "a whole number from 1 to 200", SWAPPED),
    ("NFractions", np.int64(201), RANGE, "a whole number from 1 to 200", SWAPPED),
    ("TargetDistance", np.float32(99.99), IS_SENTINEL, "a number from 0 to 1000 mm", MISSING),
    ("DoseRange", np.bool_(True), NOT_NUMBER, DOSE, ""),
    ("DoseRange", np.float32(nan), NOT_FINITE, DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", np.float32(inf), NOT_FINITE, DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", np.float32(-0.0), "the number is negative", DOSE, LEAVE_OUT_DOSE),
    ("DoseRange", np.int8(-1), "the number is negative", DOSE, LEAVE_OUT_DOSE),
]


def adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(fields, name))


@pytest.mark.parametrize(("name", "given", "read"), READ)
def test_what_is_read(name: str, given: Any, read: Any) -> None:
    found = adapter(name).validate_python(given)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(("name", "given", "what", "allowed", "hint"), REFUSED)
def test_what_is_refused(name: str, given: Any, what: str, allowed: str, hint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter(name).validate_python(given)
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == ("reirrad", what)
    assert error["ctx"] == {"what": what, "allowed": allowed, "hint": hint}


@pytest.mark.parametrize(("name", "given"), [("DateText", "03/04/2020"), ("ScheduleText", "50/25")])
def test_what_their_readers_refuse_is_handed_on(name: str, given: str) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter(name).validate_python(given)
    (error,) = caught.value.errors()
    assert error["ctx"]["what"]
    assert error["ctx"]["hint"]
    assert error["ctx"]["allowed"] == {"DateText": DATES, "ScheduleText": SCHEDULES}[name]


def test_braces_of_a_refusal_stay() -> None:
    error = fields.refusal("{a} and {what}")
    assert (error.message(), error.type) == ("{a} and {what}", "reirrad")
    assert error.context == {"what": "{a} and {what}", "allowed": "", "hint": ""}


def test_numbers_of_any_size() -> None:
    assert [fields.as_float(value) for value in (HUGE, -HUGE, 2)] == [inf, -inf, 2.0]


@pytest.mark.parametrize(
    ("name", "kind", "bounds"),
    [
        ("n_fractions", "integer", {"minimum": 1, "maximum": 200}),
        ("age_years", "number", {"minimum": 0, "maximum": 130}),
        ("repair_half_time_h", "number", {"exclusiveMinimum": 0, "maximum": 100}),
        ("alpha_beta_gy", "number", {"exclusiveMinimum": 0}),
    ],
)
def test_the_schema_says_the_same(name: str, kind: str, bounds: dict[str, float]) -> None:
    number = TypeAdapter(fields._number_type(name))
    assert number.json_schema() == {"type": kind, "description": QUANTITIES[name].meaning, **bounds}
    with pytest.raises(ValidationError):
        number.validate_python(-1)


def test_numbers_are_whole_where_they_count() -> None:
    for name, kind in (("n_fractions", int), ("age_years", float)):
        assert type(TypeAdapter(fields._number_type(name)).validate_python(3.0)) is kind


def test_the_schema_of_text() -> None:
    text = TypeAdapter(fields._text_type(str.upper, "what it is"))
    assert text.json_schema() == {"type": "string", "description": "what it is"}
    assert text.validate_python("a") == "A"


@pytest.mark.parametrize("mode", ["python", "json"])
def test_a_range_of_one_number_is_written_as_one(mode: Literal["python", "json"]) -> None:
    ranges = adapter("DoseRange")
    assert ranges.dump_python((50.0, 50.0), mode=mode) == 50.0
    assert cast("list[float]", ranges.dump_python((48.0, 53.5), mode=mode)) == [48.0, 53.5]
