"""Tables whose courses speak against the history that is stated, or against their own order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from audit.test_lost_cells import INTERVAL, courses, found, verdict
from reirrad import audit, check, parse_case
from reirrad.audit import Findings
from reirrad.errors import CaseError

NAN = np.nan
WRONG_NUMBER = ("course_number", "differs_from_courses")
WRONG_MONTHS = ("months_since_previous", "differs_from_courses")
WRONG_COUNT = ("prior_courses", "differs_from_courses")
PROPOSED_NUMBER = ("course_number", "proposed_before_delivered")
PROPOSED_START = ("start", "proposed_before_delivered")


def quarantined(findings: Findings) -> list[tuple[str, str]]:
    assert findings.rows_in == findings.rows_audited + findings.rows_quarantined + findings.rows_duplicate
    return [(item.column, item.reason) for item in findings.quarantine]


@pytest.mark.parametrize(
    ("numbers", "months", "expected"),
    [
        ([1, 2], [NAN, 24], None),
        ([2, 1], [24, NAN], None),
        ([2, 3], [30, 24], WRONG_NUMBER),
        ([2, 3], [NAN, 24], WRONG_NUMBER),
        ([1, 3], [NAN, 24], WRONG_NUMBER),
        ([3, 1], [24, NAN], WRONG_NUMBER),
        ([1, 1], [NAN, 24], WRONG_NUMBER),
        ([2, 2], [NAN, NAN], WRONG_NUMBER),
        ([NAN, 3], [NAN, 24], WRONG_NUMBER),
        ([1, 2], [13, 24], WRONG_MONTHS),
        ([1, 2], [0, 24], WRONG_MONTHS),
        ([1, 2], [13, NAN], WRONG_MONTHS),
        # whichever of the two is the first, it has months
        ([NAN, NAN], [13, 24], WRONG_MONTHS),
        ([NAN, 2], [13, 24], WRONG_MONTHS),
        # what is empty speaks against nothing
        ([NAN, 2], [NAN, 24], None),
        ([1, NAN], [NAN, NAN], None),
        ([NAN, NAN], [NAN, 24], None),
        ([1, 2], [NAN, NAN], None),
    ],
)
def test_h03_numbers_and_months_beside_a_complete_history(
    numbers: list[float], months: list[float], expected: tuple[str, str] | None
) -> None:
    """H03: a course 3 of two that are listed says that there was another one."""
    # the patient beside it is judged as before
    both = [
        courses(10, 10, course_number=numbers, months_since_previous=months),
        courses(10, 10, patient_id=["B", "B"]),
    ]
    findings = audit({name: [*both[0][name], *both[1][name]] for name in both[0]})
    assert quarantined(findings) == ([expected] * 2 if expected else [])
    summary = findings.patients.columns
    assert summary["verdict"].tolist()[1] == "met"
    assert summary["n_quarantined"].tolist() == [2 if expected else 0, 0]
    if expected:
        assert summary["verdict"].tolist()[0] == "not_evaluated"


@pytest.mark.parametrize(
    ("number", "months", "prior", "expected"),
    [
        (1, NAN, 0, None),
        (1, NAN, NAN, None),
        (NAN, NAN, NAN, None),
        (2, 24, NAN, WRONG_NUMBER),
        (2, NAN, 0, WRONG_NUMBER),
        (1, 24, NAN, WRONG_MONTHS),
        (NAN, 24, NAN, WRONG_MONTHS),
        (1, NAN, 1, WRONG_COUNT),
    ],
)
def test_h03_numbers_months_and_counts_beside_none(
    number: float, months: float, prior: float, expected: tuple[str, str] | None
) -> None:
    """H03: no radiotherapy before, but the proposed course is the second one, or has one so many months before it."""
    table = courses(
        30,
        role=["proposed"],
        prior_radiotherapy=["none"],
        prior_courses=[prior],
        course_number=[number],
        months_since_previous=[months],
    )
    findings = audit(table)
    assert quarantined(findings) == ([expected] if expected else [])
    if expected:
        assert verdict(findings) == "not_evaluated"


def test_h03_a_count_below_the_courses_listed() -> None:
    """H03: whatever the history, two delivered courses are not one."""
    for history, expected in (("partial", [WRONG_COUNT] * 2), ("unknown", [WRONG_COUNT] * 2), ("", [WRONG_COUNT] * 2)):
        assert quarantined(audit(courses(10, 10, prior_radiotherapy=[history] * 2, prior_courses=[1, 1]))) == expected
    assert quarantined(audit(courses(10, 10, prior_radiotherapy=["partial"] * 2, prior_courses=[3, 3]))) == []


@pytest.mark.parametrize("history", ["partial", "unknown", ""])
@pytest.mark.parametrize("numbers", [[2, 3], [1, 3], [1, 1], [7, 9]])
def test_numbers_may_have_gaps_where_the_history_is_not_whole(history: str, numbers: list[float]) -> None:
    table = courses(10, 10, prior_radiotherapy=[history] * 2, prior_courses=[NAN, NAN], course_number=numbers)
    assert quarantined(audit(table)) == []


@pytest.mark.parametrize(("number", "high"), [(2, 5.0), (3, np.inf)])
def test_months_since_a_course_that_is_not_listed_are_not_those_to_an_earlier_one(number: float, high: float) -> None:
    """Course 3 came 5 months after course 2: from course 1 to it they were 5 or more."""
    table = courses(
        10,
        10,
        prior_radiotherapy=["partial"] * 2,
        prior_courses=[NAN, NAN],
        course_number=[1, number],
        months_since_previous=[NAN, 5],
    )
    interval = found(audit(table), INTERVAL)
    assert (interval["status"], interval["value_low"]) == ("violated" if number == 2 else "not_evaluated", 0.0)
    assert interval["value_high"] == high or (np.isinf(high) and np.isnan(interval["value_high"]))


def test_a_number_of_zero_is_none() -> None:
    """D22: numbers begin with 1; 0 is what databases write for a missing one."""
    findings = audit(courses(10, 10, course_number=[0, 1]))
    assert ("course_number", "not_allowed") in quarantined(findings)
    assert verdict(findings) == "not_evaluated"


def proposed(**more: Any) -> dict[str, Any]:
    """Return a delivered and a proposed course."""
    return courses(10, 10, role=["delivered", "proposed"], prior_courses=[1, 1], **more)


@pytest.mark.parametrize(
    ("numbers", "months", "history", "expected"),
    [
        ([1, 2], [NAN, 24], "complete", None),
        ([2, 1], [24, NAN], "complete", PROPOSED_NUMBER),
        ([2, 1], [24, NAN], "partial", PROPOSED_NUMBER),
        ([2, 1], [24, NAN], "unknown", PROPOSED_NUMBER),
        ([5, 4], [24, NAN], "unknown", PROPOSED_NUMBER),
        ([4, 5], [24, NAN], "unknown", None),
        ([1, 1], [24, NAN], "unknown", None),
        ([NAN, 1], [24, NAN], "unknown", None),
        ([2, NAN], [24, NAN], "unknown", None),
    ],
)
def test_h10_a_proposed_course_with_the_number_of_an_earlier_one(
    numbers: list[float], months: list[float], history: str, expected: tuple[str, str] | None
) -> None:
    """H10: it would count as the one that recovers."""
    table = proposed(prior_radiotherapy=[history] * 2, course_number=numbers, months_since_previous=months)
    findings = audit(table)
    assert quarantined(findings) == ([expected] * 2 if expected else [])
    assert not expected or verdict(findings) == "not_evaluated"


@pytest.mark.parametrize(
    ("delivered", "planned", "is_refused"),
    [
        (("2020-01-06", "2020-01-17"), ("2022-01-10", "2022-01-21"), False),
        (("2020-01-06", "2020-01-17"), ("2010-01-10", "2010-01-21"), True),
        (("2020-01-06", "2020-01-17"), ("", "2010-01-21"), True),
        (("2020-01-06", ""), ("2010-01-10", ""), True),
        (("2020-01-06", "2020-01-17"), ("2020-01-05", "2022-01-21"), True),
        (("2020-01-06", "2020-01-17"), ("2020-01-06", "2022-01-21"), False),
        # it may begin on the 6th or later, or it is not known when the other one began
        (("2020-01-06", "2020-01-17"), ("2020-01", "2022-01-21"), False),
        (("2020-01", "2020-01-17"), ("2020-01-01", "2022-01-21"), False),
        (("", "2020-01-17"), ("2010-01-10", "2010-01-21"), False),
        (("2020-01-06", "2020-01-17"), ("", ""), False),
    ],
)
@pytest.mark.parametrize("history", ["complete", "partial"])
def test_h10_a_proposed_course_that_begins_before_a_delivered_one(
    delivered: tuple[str, str], planned: tuple[str, str], history: str, *, is_refused: bool
) -> None:
    """H10: a table and a case file are refused for the same dates."""
    table = proposed(
        prior_radiotherapy=[history] * 2,
        start=[delivered[0], planned[0]],
        end=[delivered[1], planned[1]],
        course_number=[NAN, NAN],
        months_since_previous=[NAN, NAN],
    )
    findings = audit(table)
    assert quarantined(findings) == ([PROPOSED_START] * 2 if is_refused else [])
    case = {
        "schema": "reirrad-case/1",
        "case_id": "A",
        "structures": ["SpinalCord"],
        "prior_radiotherapy": history,
        "prior_courses": 1,
        "course": [
            {"id": role, "role": role, "modality": "photon", "fractions_per_day": 1, "schedule": "10 Gy / 5"}
            | {key: day for key, day in zip(("start", "end"), days, strict=True) if day}
            for role, days in (("delivered", delivered), ("proposed", planned))
        ],
    }
    if is_refused:
        with pytest.raises(CaseError, match="the proposed course begins before"):
            check(parse_case(case))
    else:
        check(parse_case(case))


def test_h10_of_several_delivered_courses_one_is_enough() -> None:
    starts = ["2010-01-04", "2020-01-06", "2015-01-05"]
    nothing = [NAN] * 3
    table = courses(10, 10, 10, role=["delivered", "delivered", "proposed"], prior_courses=[2] * 3, start=starts)
    ends = ["2010-02-26", "2020-02-28", "2015-02-27"]
    table |= {"end": ends, "course_number": nothing, "months_since_previous": nothing}
    assert quarantined(audit(table)) == [PROPOSED_START] * 3


LIFETIME = ("start", "beyond_a_lifetime")


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        (("1980-02-01", "1980-03-01"), ("2080-01-20", "2080-02-01"), False),
        # the last day of the two that is certain, after the first one that is
        (("1980-02-01", "1980-03-01"), ("2080-02-02", "2080-03-20"), True),
        (("1980-02-01", "1980-03-01"), ("2080-02-01", "2080"), False),
        (("1980-02-01", "1980-03-01"), ("2080-01-20", "2080-02-02"), True),
        (("2080-02-01", "2080-03-01"), ("1980-01-01", "1980-01-20"), True),
        (("1980", "1980"), ("2080", "2080"), False),
        (("1980", "1980"), ("2081", "2081"), True),
        (("1980-02/..", "1980-02/.."), ("2199", "2199"), False),
        (("", ""), ("2199", "2199"), False),
        (("2024-01-08", "2024-02-09"), ("2124-02-12", "2124-03-15"), True),
    ],
)
def test_t07_days_of_one_life(first: tuple[str, str], second: tuple[str, str], *, is_refused: bool) -> None:
    """T07: of 2024 typed as 2124 all recovers. Nothing else of a table or a case says that a year is wrong."""
    dates = {"start": [first[0], second[0]], "end": [first[1], second[1]]}
    table = courses(10, 10, course_number=[NAN, NAN], months_since_previous=[NAN, NAN], **dates)
    findings = audit(table)
    assert quarantined(findings) == ([LIFETIME] * 2 if is_refused else [])
    raw = {"schema": "reirrad-case/1", "case_id": "A", "prior_radiotherapy": "complete", "prior_courses": 2}
    raw |= {
        "structures": ["SpinalCord"],
        "course": [_dated(name, *days) for name, days in (("a", first), ("b", second))],
    }
    if is_refused:
        with pytest.raises(CaseError, match=r"it lies more than 1200 months after course\[[12]\]\.(start|end); given"):
            parse_case(raw)
    else:
        parse_case(raw)


def test_t07_two_days_of_one_course() -> None:
    raw = {"schema": "reirrad-case/1", "case_id": "A", "structures": ["SpinalCord"], "course": []}
    raw["course"] = [_dated("a", "2024-01-08", "2124-02-09")]
    with pytest.raises(CaseError) as caught:
        parse_case(raw)
    assert [str(problem) for problem in caught.value.problems] == [
        "course[1].end: it lies more than 1200 months after course[1].start; given: '2124-02-09'; "
        "allowed: days of one life; course[1].start is in 2024; was a digit of a year mistyped?"
    ]


def _dated(name: str, start: str, end: str) -> dict[str, Any]:
    course = {"id": name, "role": "delivered", "modality": "photon", "fractions_per_day": 1, "schedule": "10 Gy / 5"}
    dates = {key: value for key, value in (("start", start), ("end", end)) if value}
    return course | dates | {"dose": {"SpinalCord": {"Max[Gy]": 10}}}
