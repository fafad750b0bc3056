"""When the recovered fraction becomes another one: days counted by hand, ends of months clipped."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from reirrad.library import load_library
from reirrad.model.finding import RecoveredCourse, Report
from reirrad.report import report_json, report_text
from report.shown import parts, sections
from report.two_courses import case_of, only, report_of

UMICH = load_library().select(["umich-2019"])
CORD, STOMACH = "umich-2019.spinal-cord", "umich-2019.stomach"


def judged(end: str, start: str, structure: str = "SpinalCord") -> Report:
    return report_of(case_of(end, start, structure=structure), UMICH)


def recovered(end: str, start: str, structure: str = "SpinalCord", rule: str = CORD) -> RecoveredCourse:
    (item,) = only(judged(end, start, structure).findings, constraint_id=rule).recovery
    return item


# serial organs: 0 below 3 months, 0.1 below 6, 0.25 below 12, then 0.5
# (end of the first course, start of the second, fraction, next fraction, days)
SERIAL = [
    # 6 months after 31 January is 31 July: 23 days after 8 July
    ("2020-01-31", "2020-07-08", 0.1, 0.25, 23),
    # 12 months after it is 31 January: 16 + 30 + 31 + 30 + 31 + 31 days after 15 August
    ("2020-01-31", "2020-08-15", 0.25, 0.5, 169),
    # 3 months after 31 January is 30 April, the last of its month: 29 days after 1 April
    ("2020-01-31", "2020-04-01", 0.0, 0.1, 29),
    # 6 months after 31 August is 29 February of a leap year: 21 + 29 days after 10 January
    ("2019-08-31", "2020-01-10", 0.1, 0.25, 50),
    # ... and 28 February of another: 21 + 28
    ("2020-08-31", "2021-01-10", 0.1, 0.25, 49),
    # 3 months after 30 November is 28 February
    ("2020-11-30", "2021-02-01", 0.0, 0.1, 27),
    ("2020-11-30", "2021-02-27", 0.0, 0.1, 1),
    # it is reached; 6 months after 30 November is 30 May: 31 + 30 + 30 days after 28 February
    ("2020-11-30", "2021-02-28", 0.1, 0.25, 91),
    # 12 months after 29 February is 28 February
    ("2020-02-29", "2021-02-27", 0.25, 0.5, 1),
    # the second course begins the day after the first
    ("2020-01-30", "2020-01-31", 0.0, 0.1, 90),
]


@pytest.mark.parametrize(("end", "start", "fraction", "following", "days"), SERIAL)
def test_days_to_the_next_step(end: str, start: str, fraction: float, following: float, days: int) -> None:
    item = recovered(end, start)
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (fraction, following, days)


@pytest.mark.parametrize(("end", "start", "fraction", "following", "days"), SERIAL)
def test_after_those_days_and_no_sooner_it_is_reached(
    end: str, start: str, fraction: float, following: float, days: int
) -> None:
    day = dt.date.fromisoformat(start)
    assert recovered(end, (day + dt.timedelta(days)).isoformat()).fraction == following
    assert recovered(end, (day + dt.timedelta(days - 1)).isoformat()).fraction == fraction


def test_another_schedule() -> None:
    # gut: 0.4 from 12 months to 36; 36 months after 29 February 2020 is 28 February 2023, one day less than two
    # years of 365 days after 1 March 2021
    item = recovered("2020-02-29", "2021-03-01", "Stomach", STOMACH)
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (0.4, 0.5, 729)


@pytest.mark.parametrize("start", ["2021-01-31", "2021-02-01", "2035-06-30"])
def test_none_at_the_last_step(start: str) -> None:
    item = recovered("2020-01-31", start)
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (0.5, None, None)


@pytest.mark.parametrize(
    ("end", "start", "fraction"),
    [
        # all of it within one bin: the fraction is known, the days are not
        ("2020-01", "2020-05-08", 0.1),
        ("2020-01-31", "2020-05", 0.1),
        ("2020-01/2020-02", "2020-08-15/2020-09", (0.1, 0.25)),
        ("", "2020-07-08", (0.0, 0.5)),
        ("2020-01-31", "2020-07-08/..", (0.1, 0.5)),
        # all of the first course lies behind the second: an interval of 0, of no known days
        ("2020-03", "2020-02", 0.0),
        ("2020-02/2020-04", "2020-02-01", 0.0),
        ("2020-02-01", "2020-01/2020-02-01", 0.0),
    ],
)
def test_null_where_dates_are_partial(end: str, start: str, fraction: object) -> None:
    item = recovered(end, start)
    following = 0.1 if item.interval_months == 0 else None
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (fraction, following, None)
    becomes = [line for line in only(judged(end, start).findings, constraint_id=CORD).derivation if "becomes" in line]
    assert becomes == ([] if following is None else ["first: later the recovered fraction becomes 0.10"])


@pytest.mark.parametrize(
    ("months", "fraction", "following"), [("2.5", 0.0, 0.1), ("7", 0.25, 0.5), ("12", 0.5, None), ("11.999", 0.25, 0.5)]
)
def test_stated_months_have_no_day(months: str, fraction: float, following: float | None) -> None:
    report = judged("", f"months_since_previous = {months}")
    finding = only(report.findings, constraint_id=CORD)
    (item,) = finding.recovery
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (fraction, following, None)
    later = [line for line in finding.derivation if "becomes" in line]
    assert later == ([] if following is None else [f"first: later the recovered fraction becomes {following:.2f}"])


@pytest.mark.parametrize(("start", "words"), [("2020-07-08", "in 23 days"), ("2020-07-30", "in 1 day")])
def test_the_text_says_so(start: str, words: str) -> None:
    report = judged("2020-01-31", start)
    line = f"first: {words} the recovered fraction becomes 0.25"
    assert line in only(report.findings, constraint_id=CORD).derivation
    derivations = parts(sections(report_text(report))["How each value was computed"])
    assert f"  {line}" in derivations[f"SpinalCord, {CORD}"]


def test_the_json_says_so() -> None:
    document = json.loads(report_json(judged("2020-01-31", "2020-07-08")))
    (finding,) = (item for item in document["findings"] if item["constraint_id"] == CORD)
    # 5 months to 30 June, and 8 of the 31 days to 31 July
    assert finding["recovery"] == [
        {
            "course_id": "first",
            "interval_months": pytest.approx(5 + 8 / 31, rel=1e-12),
            "fraction": 0.1,
            "next_fraction": 0.25,
            "days_to_next_step": 23,
        }
    ]


def test_each_earlier_course_has_its_own_days() -> None:
    text = case_of("2020-01-31", "2020-07-08").replace("prior_courses = 1", "prior_courses = 2")
    head, first, second = text.split("[[course]]")
    dated = 'end = "2020-01-31"\n'
    middle = first.replace('"first"', '"middle"').replace(dated, 'start = "2020-03-02"\nend = "2020-04-30"\n')
    report = report_of("[[course]]".join([head, first, middle, second]), UMICH)
    items = only(report.findings, constraint_id=CORD).recovery
    found = [(item.course_id, item.fraction, item.next_fraction, item.days_to_next_step) for item in items]
    # 3 months after 30 April is 30 July: 22 days after 8 July
    assert found == [("first", 0.1, 0.25, 23), ("middle", 0.0, 0.1, 22)]


def test_a_raised_tolerance_discounts_nothing() -> None:
    report = report_of(case_of("2020-01-31", "2020-07-08"), load_library().select(["doi-2021"]))
    assert only(report.findings, constraint_id="doi-2021.simple-rule").recovery is None
