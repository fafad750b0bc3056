"""Every field that is refused, with the whole message: where, what, given, allowed, what to do."""

from __future__ import annotations

import datetime as dt
from math import inf, nan

import pytest

from ingest.good_case import DOSE, FIRST, SECOND, drop, good_document, put
from reirrad.errors import CaseError
from reirrad.ingest import parse_case

START = (*FIRST, "start")
SCHEDULE = (*FIRST, "schedule")
MAX = (*DOSE, "Max[Gy]")
PER_DAY = (*FIRST, "fractions_per_day")

AT_START = "course[1].start"
AT_SCHEDULE = "course[1].schedule"
AT_MAX = 'course[1].dose.SpinalCord."Max[Gy]"'
AT_CGY = 'course[1].dose.SpinalCord."Max[cGy]"'

DATES = "allowed: 2016, 2016-11, 2016-11-03, an interval 2016-10/2016-12, or an open one 2016-11/.."
SCHEDULES = 'allowed: "50 Gy / 25", "25 x 2 Gy" or "5000 cGy / 25"'
DOSES = "allowed: a number from 0, or a range [low, high]"
LEAVE_OUT = "leave the key out if the dose is unknown"
NO_QUOTES = "write it without quotes, the unit stands in the key"
CGY = "is it in cGy? write the unit, e.g. Max[cGy]"
MISSING = "databases write this number where a value is missing"
NOT_KNOWN = "leave the key out if it is not known"
IF_AGREED = "; leave it out if it is not known; if it is real, write the other unit, or fractions alone: 3 x 333 cGy"
IF_REAL = "leave the key out if the dose is unknown; write a range if it is real"
SWAPPED = "were fractions and dose swapped?"
ORDER = "write it as year-month-day"
QUOTE = "allowed: text in quotes; put it in quotes: an id is text"
UNPRINTABLE = "the text has control characters"
PER_DAY_ALLOWED = "allowed: a whole number from 1 to 6"
COURSE_KEYS = (
    "schedule, fractions_delivered, dose_of, dose, id, role, modality, technique, start, end, months_since_previous, "
    "fractions_per_day, hours_between_fractions, n_phases, phase, systemic_therapy, note"
)
CASE_KEYS = (
    "schema, case_id, prior_radiotherapy, prior_courses, structures, point_maximum, repair_half_time_h, course, "
    "age_years, systemic_therapy, note"
)

SCHEDULES_REFUSED = [
    ("D01-no-unit", "50/25", "the dose has no unit", "; write Gy or cGy behind the dose"),
    ("D05-half-fraction", "50 Gy / 25.5", "the number of fractions is not whole", f"; {SWAPPED}"),
    ("D05-swapped", "2 Gy / 250", "the number of fractions is not a whole number from 1 to 200", f"; {SWAPPED}"),
    ("D01-cgy-as-gy", "5000 Gy / 25", "the total dose is not above 0 and up to 1000 Gy", "; is it in cGy?"),
    ("D25-decimal-comma", "45,5 Gy / 25", "this is not a schedule", "; use a decimal point"),
    (
        "D03-rbe",
        "50 Gy(RBE) / 25",
        "the unit Gy(RBE) is not read",
        "; write Gy or cGy; RBE-weighted doses are not converted",
    ),
    (
        "D04-contradiction",
        "25 Gy / 25 (2 Gy)",
        "25 x 2 Gy is 50 Gy, not 25 Gy",
        "; was the dose per fraction written for the total?",
    ),
    ("D06-total-alone", "50 Gy", "this is not a schedule", ""),
    ("D01-number", 50, "this is not a schedule", "; put it in quotes, with the unit"),
    ("D22-empty", "", "this is not a schedule", ""),
    # D22: 999 Gy are another prescription than the 57.6 Gy that a limit is about
    (
        "D22-999",
        "999 Gy / 32",
        MISSING,
        IF_AGREED,
    ),
    (
        "D22-99.99",
        "99.99 Gy / 32",
        MISSING,
        IF_AGREED,
    ),
]

ZERO_DAY = "databases write this day where a date is missing"
NO_DATE = "leave it out if the date is not known; if it is real, write its month,"

DATES_REFUSED = [
    ("T01-slashes", "03/04/2020", "the order of day and month is ambiguous", ORDER),
    ("T01-dots", "05.12.2012", "the order of day and month is ambiguous", ORDER),
    ("T01-no-such-month", "25.12.2012", "the year stands last", ORDER),
    ("T01-month-first", "12/25/2012", "the year stands last", ORDER),
    ("T07-31-february", "2012-02-31", "there is no such day", "2012-02 has 29 days"),
    ("T07-month-13", "2012-13", "there is no such month", "the order is year-month-day"),
    ("T07-serial", "43831", "this looks like a spreadsheet's serial number", ORDER),
    ("T07-year", "0099", "the year is outside 1895 to 2199", "was a digit lost or doubled?"),
    ("T08-two-digits", "04.03.12", "the year has two digits", "write all four digits: year-month-day"),
    ("T03-number", 2012, "this is not a date", 'put it in quotes: "2016"'),
    ("H07-empty", "", "the date is empty", "leave the key out if the date is not known"),
    ("D22-spreadsheet-zero", "1900-01-01", ZERO_DAY, f"{NO_DATE} 1900-01"),
    ("D22-spreadsheet-day-0", "1899-12-30", ZERO_DAY, f"{NO_DATE} 1899-12"),
    ("D22-database-zero", "1970-01-01T00:00:00Z", ZERO_DAY, f"{NO_DATE} 1970-01"),
    ("D22-zero-as-an-end", "../1904-01-01", ZERO_DAY, f"{NO_DATE} 1904-01"),
    ("T07-interval-swapped", "2013/2012", "the interval ends before it begins", "were the ends swapped?"),
]

DOSES_REFUSED = [
    # D24
    ("D24-negative", -5.0, f"the number is negative; given: -5.0; {DOSES}; {LEAVE_OUT}"),
    ("D24-minus-zero", -0.0, f"the number is negative; given: -0.0; {DOSES}; {LEAVE_OUT}"),
    ("D24-nan", nan, f"the number is not finite; given: nan; {DOSES}; {LEAVE_OUT}"),
    ("D24-inf", inf, f"the number is not finite; given: inf; {DOSES}; {LEAVE_OUT}"),
    ("D24-huge-int", 10**400, f"the number is not finite; given: 1{'0' * 76}...; {DOSES}; {LEAVE_OUT}"),
    ("D24-minus-inf-in-range", [-inf, 2], f"the number is not finite; given: [-inf, 2]; {DOSES}; {LEAVE_OUT}"),
    ("D24-negative-in-range", [-1, 2], f"the number is negative; given: [-1, 2]; {DOSES}; {LEAVE_OUT}"),
    # D22
    ("D22-minus-1", -1, f"the number is negative; given: -1; {DOSES}; {LEAVE_OUT}"),
    ("D22-999", 999, f"{MISSING}; given: 999.0; {IF_REAL}"),
    ("D22-99.99", 99.99, f"{MISSING}; given: 99.99; {IF_REAL}"),
    ("D22-999-as-low-end", [999, 1000], f"{MISSING}; given: 999.0; {IF_REAL}"),
    ("D22-999-as-high-end", [40, 999], f"{MISSING}; given: 999.0; {IF_REAL}"),
    # D01
    ("D01-cgy-as-gy", 4500, f"the dose is out of range; given: 4500.0; allowed: a number from 0 to 1000 Gy; {CGY}"),
    # D04: three decimals of Gy: 50 Gy / 25 is 2 Gy
    (
        "D04-per-fraction",
        2.0,
        "this is the dose per fraction of the schedule, where the total is wanted; given: 2.0 Gy; allowed: the total "
        "dose to the structure, e.g. 50 Gy; if the structure received no more in all, write a range around it",
    ),
    ("D25-text", "45,0", f"this is not a number; given: '45,0'; {DOSES}; {NO_QUOTES}"),
    ("text-with-unit", "45 Gy", f"this is not a number; given: '45 Gy'; {DOSES}; {NO_QUOTES}"),
    ("bool", True, f"this is not a number; given: True; {DOSES}"),
    ("D22-null", None, f"this is not a number; given: None; {DOSES}"),
    ("one-end", [45], f"a range has two ends; given: [45]; {DOSES}"),
    ("swapped", [50, 45], f"the range ends below its beginning; given: [50, 45]; {DOSES}; were the ends swapped?"),
]

FIELDS_REFUSED = [
    # D22: 999 months would have recovered, and 999 mm be far from every target
    (
        "D22-months",
        put(*SECOND, "months_since_previous", value=999),
        f"course[2].months_since_previous: {MISSING}; given: 999; allowed: a number from 0 to 1200 months; {NOT_KNOWN}",
    ),
    (
        "D22-distance",
        put(*DOSE, "target_distance_mm", value=999.9),
        f"course[1].dose.SpinalCord.target_distance_mm: {MISSING}; given: 999.9; "
        f"allowed: a number from 0 to 1000 mm; {NOT_KNOWN}",
    ),
    (
        "D22-volume",
        put(*DOSE, value={"CV15Gy[cc]": [700, 999]}),
        f'course[1].dose.SpinalCord."CV15Gy[cc]": {MISSING}; given: 999.0; leave the key out if the volume is unknown; '
        "write a range if it is real",
    ),
    # H06: an id is text from the first byte; a number has lost its zeros
    ("H06-number", put("case_id", value=12345), f"case_id: this is not text; given: 12345; {QUOTE}"),
    ("H06-exponent", put("case_id", value=1e5), f"case_id: this is not text; given: 100000.0; {QUOTE}"),
    (
        "H06-date",
        put("case_id", value=dt.date(2020, 3, 4)),
        f"case_id: this is not text; given: datetime.date(2020, 3, 4); {QUOTE}",
    ),
    ("H06-course", put(*FIRST, "id", value=1), f"course[1].id: this is not text; given: 1; {QUOTE}"),
    ("H07-empty", put("case_id", value=" "), "case_id: the text is empty; given: ' '; allowed: text in quotes"),
    # X18
    (
        "X18-escape",
        put("case_id", value="A\x1b[31m"),
        f"case_id: {UNPRINTABLE}; given: 'A\\x1b[31m'; allowed: printable text",
    ),
    (
        "X18-bidirectional",
        put(*FIRST, "id", value="A\u202eB"),
        f"course[1].id: {UNPRINTABLE}; given: 'A\\u202eB'; allowed: printable text",
    ),
    (
        "X18-newline",
        put("structures", value=["SpinalCord", "a\nb"]),
        f"structures[2]: {UNPRINTABLE}; given: 'a\\nb'; allowed: printable text",
    ),
    (
        "too-long",
        put("case_id", value="x" * 201),
        f"case_id: the text is too long; given: '{'x' * 76}...; allowed: at most 200 characters",
    ),
    # D15: fractions per day has no default
    (
        "D15-missing",
        drop(*PER_DAY),
        "course[1].fractions_per_day: it is required; write fractions_per_day = 1 for a course given once a day",
    ),
    (
        "D15-bool",
        put(*PER_DAY, value=True),
        f"course[1].fractions_per_day: this is not a number; given: True; {PER_DAY_ALLOWED}",
    ),
    (
        "D15-half",
        put(*PER_DAY, value=1.5),
        f"course[1].fractions_per_day: the number is not whole; given: 1.5; {PER_DAY_ALLOWED}",
    ),
    (
        "D15-none-a-day",
        put(*PER_DAY, value=0),
        f"course[1].fractions_per_day: the number is out of range; given: 0; {PER_DAY_ALLOWED}",
    ),
    (
        "D15-quoted",
        put(*PER_DAY, value="1"),
        f"course[1].fractions_per_day: this is not a number; given: '1'; {PER_DAY_ALLOWED}; write it without quotes",
    ),
    (
        "D15-zero-hours",
        put(*FIRST, "hours_between_fractions", value=0),
        "course[1].hours_between_fractions: the number is out of range; given: 0; allowed: a number above 0 to 24 h",
    ),
    # D20
    (
        "D20-missing",
        drop(*FIRST, "modality"),
        'course[1].modality: it is required; write modality = "photon" for a linear accelerator',
    ),
    (
        "D08-missing",
        drop(*FIRST, "role"),
        'course[1].role: it is required; write role = "delivered" for what was given, "proposed" for what is planned',
    ),
    (
        "D17-basis",
        put(*DOSE, "basis", value="guess"),
        "course[1].dose.SpinalCord.basis: this is not one of the allowed words; given: 'guess'; "
        "allowed: 'plan', 'prescription' or 'estimate'",
    ),
    (
        "schema",
        put("schema", value="reirrad-case/2"),
        "schema: this is not one of the allowed words; given: 'reirrad-case/2'; allowed: 'reirrad-case/1'",
    ),
    # O05: unknown keys, with the nearest one that is known
    (
        "O05-course",
        put(*FIRST, "fraction_per_day", value=1),
        f"course[1].fraction_per_day: the key is not known; given: 1; allowed: {COURSE_KEYS}; "
        "did you mean fractions_per_day?",
    ),
    (
        "O05-case",
        put("structure", value=["SpinalCord"]),
        f"structure: the key is not known; given: ['SpinalCord']; allowed: {CASE_KEYS}; did you mean structures?",
    ),
    ("O05-nothing-near", put("zzz", value=1), f"zzz: the key is not known; given: 1; allowed: {CASE_KEYS}"),
    # a proposed course is checked like any other
    (
        "second-course",
        put(*SECOND, "schedule", value="30/10"),
        f"course[2].schedule: the dose has no unit; given: '30/10'; {SCHEDULES}; write Gy or cGy behind the dose",
    ),
]


def refusal(patch):
    document = good_document()
    patch(document)
    with pytest.raises(CaseError) as caught:
        parse_case(document, source="a.toml")
    count = len(caught.value.problems)
    assert str(caught.value).startswith(f"a.toml: {count} problem{'s' if count > 1 else ''}\n  ")
    return [str(problem) for problem in caught.value.problems]


def cases(table):
    return [pytest.param(*row[1:], id=row[0]) for row in table]


def test_the_good_case_is_good():
    assert parse_case(good_document()).case_id == "0012345"


@pytest.mark.parametrize(("text", "what", "hint"), cases(SCHEDULES_REFUSED))
def test_schedule(text, what, hint):
    assert refusal(put(*SCHEDULE, value=text)) == [f"{AT_SCHEDULE}: {what}; given: {text!r}; {SCHEDULES}{hint}"]


@pytest.mark.parametrize(("text", "what", "hint"), cases(DATES_REFUSED))
def test_date(text, what, hint):
    assert refusal(put(*START, value=text)) == [f"{AT_START}: {what}; given: {text!r}; {DATES}; {hint}"]


# T07: a date that the TOML parser makes is held to the same years
@pytest.mark.parametrize("day", [dt.date(99, 1, 1), dt.date(2200, 1, 1), dt.datetime(99, 1, 1, 8)])
def test_date_without_quotes(day):
    (problem,) = refusal(put(*START, value=day))
    assert problem.startswith(f"{AT_START}: the year is outside 1895 to 2199; given: ")


@pytest.mark.parametrize(("value", "message"), cases(DOSES_REFUSED))
def test_dose(value, message):
    assert refusal(put(*MAX, value=value)) == [f"{AT_MAX}: {message}"]


def test_dose_in_cgy_above_the_bound():
    # D02: 4500 Gy, written as cGy: the hint to write cGy would not help
    (problem,) = refusal(put(*DOSE, value={"Max[cGy]": 450_000}))
    assert problem.startswith(
        f"{AT_CGY}: the dose is out of range; given: 450000.0; allowed: a number from 0 to 1000 Gy"
    )
    assert "is it in cGy" not in problem


@pytest.mark.parametrize(("patch", "message"), cases(FIELDS_REFUSED))
def test_field(patch, message):
    assert refusal(patch) == [message]
