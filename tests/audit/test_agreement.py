"""Whether the months and the order that a table states are those of its dates, and half-times are one."""

from __future__ import annotations

import numpy as np
import pytest

from audit.test_rows import read, reasons
from audit.two_course_table import NIEDER, TABLE
from reirrad import audit
from reirrad.audit.agreement import check_half_times, check_months


def months(*courses: tuple[str, str, str, str], patients: str = "") -> list[tuple[str, str]]:
    """Check courses, each with number, months since the one before, start and end; return the reason of each row."""
    rows = read(
        *(
            {"patient_id": patient, "course_id": f"{at}"}
            | dict(zip(("course_number", "months_since_previous", "start", "end"), course, strict=True))
            for at, (course, patient) in enumerate(zip(courses, patients or "p" * len(courses), strict=True))
        )
    )
    check_months(rows, np.arange(rows.n_rows))
    return reasons(rows)


NOTHING, WRONG = ("", ""), ("months_since_previous", "differs_from_dates")
BACKWARD = ("course_number", "differs_from_dates")
FIRST = ("1", "", "2019-12-01", "2020-01-10")
FIRST_DAY = ("1", "", "2020-01-01", "2020-01-01")


@pytest.mark.parametrize(
    ("stated", "start", "expected"),
    [
        ("6", "2020-07-10", NOTHING),
        ("5.9", "2020-07-10", WRONG),
        ("6.1", "2020-07-10", WRONG),
        # months may be rounded: six and a half lie between six and seven
        ("6", "2020-07-25", NOTHING),
        ("7", "2020-07-25", NOTHING),
        ("5.9", "2020-07-25", WRONG),
        ("7.1", "2020-07-25", WRONG),
        # all of July: between five and seven
        ("5", "2020-07", NOTHING),
        ("7", "2020-07", NOTHING),
        ("4.9", "2020-07", WRONG),
        ("7.1", "2020-07", WRONG),
        # nothing is stated, or nothing is known to differ from it
        ("", "2020-07-10", NOTHING),
        ("60", "", NOTHING),
        ("60", "2020-07/..", NOTHING),
        # at most six months, and at least as many
        ("6", "../2020-07-10", NOTHING),
        ("0", "../2020-07-10", NOTHING),
        ("6.1", "../2020-07-10", WRONG),
        ("6", "2020-07-10/..", NOTHING),
        ("5.9", "2020-07-10/..", WRONG),
        # the second course before the first
        ("6", "2019-11-30", BACKWARD),
        ("", "2019-11-30", BACKWARD),
        ("0", "2019-12-01", NOTHING),
        ("0", "2019-11", BACKWARD),
        ("0", "2019-11/2019-12", NOTHING),
    ],
)
def test_months_and_dates_agree(stated: str, start: str, expected: tuple[str, str]) -> None:
    assert months(FIRST, ("2", stated, start, "")) == [NOTHING, expected]
    # whatever the order of the rows, and of other patients
    assert months(("2", stated, start, ""), FIRST) == [expected, NOTHING]
    assert months(FIRST, ("2", stated, start, ""), patients="pq") == [NOTHING, NOTHING]


@pytest.mark.parametrize("end", ["", "2020-01/..", "../2020-01"])
def test_an_end_that_is_not_known_is_not_before_its_start(end: str) -> None:
    """T05: nothing is made of a start but that the end is not before it: at most 6.3 months."""
    assert months(("1", "", "2020-01-01", end), ("2", "7", "2020-07-10", "")) == [NOTHING, NOTHING]
    assert months(("1", "", "2020-01-01", end), ("2", "7.1", "2020-07-10", "")) == [NOTHING, WRONG]
    assert months(("1", "", "", end), ("2", "66", "2025-07-10", "")) == [NOTHING, NOTHING]
    assert months(("1", "", "", ""), ("2", "60", "2020-07-10", "")) == [NOTHING, NOTHING]


@pytest.mark.parametrize(
    ("stated", "end", "expected"),
    [
        ("2", "2020-03-01", NOTHING),
        ("2.1", "2020-03-01", WRONG),
        ("24", "2020-03-01", WRONG),
        ("24", "../2020-03-01", WRONG),
        ("24", "2022-03", NOTHING),
        ("24", "2020-03/..", NOTHING),
        # in the month in which the first one ended, or before
        ("0", "2020-01-01", NOTHING),
        ("1", "2020-01-01", WRONG),
        ("0", "2019-11-30", BACKWARD),
    ],
)
@pytest.mark.parametrize("first", [("1", "", "", "2020-01-01"), ("1", "", "2020-01-01", ""), FIRST_DAY])
def test_t05_a_course_starts_no_later_than_its_end(
    first: tuple[str, str, str, str], stated: str, end: str, expected: tuple[str, str]
) -> None:
    """T05: months are counted to a start; where only the end is stated they are at most those to the end."""
    if expected is BACKWARD and not first[2]:
        expected = NOTHING  # when the first one started is not known
    assert months(first, ("2", stated, "", end)) == [NOTHING, expected]


def test_months_after_a_gap_are_those_since_another_course() -> None:
    """Course 3 came 6 months after course 2, which is not listed, and so 6 or more after course 1."""
    assert months(FIRST, ("3", "6", "2025-07-10", "")) == [NOTHING, NOTHING]
    assert months(FIRST, ("3", "6.1", "2020-07-10", "")) == [NOTHING, WRONG]
    assert months(FIRST, ("3", "6", "2019-11-30", "")) == [NOTHING, BACKWARD]


def test_two_courses_of_one_number_are_in_no_order() -> None:
    for ids in ("pp", "qq"):
        early, late = ("2", "60", "2010-01-01", "2010-01-10"), ("2", "1", "2020-07-10", "2020-07-20")
        assert months(early, late, patients=ids) == months(late, early, patients=ids) == [NOTHING, NOTHING]


def test_courses_without_a_number_are_not_compared() -> None:
    assert months(("", "", "2020-01-01", "2020-01-10"), ("", "60", "2020-07-10", "")) == [NOTHING, NOTHING]
    assert months(FIRST, ("", "60", "2020-07-10", "")) == [NOTHING, NOTHING]
    assert months(FIRST, ("2", "6", "2020-07-10", "2020-07-10"), ("3", "9", "2020-08-10", "")) == [
        NOTHING,
        NOTHING,
        WRONG,
    ]


@pytest.mark.parametrize(("stated", "expected"), [("0.5", NOTHING), ("0", NOTHING), ("7.1", WRONG)])
def test_after_a_gap_the_months_are_those_since_a_course_that_is_not_listed(
    stated: str, expected: tuple[str, str]
) -> None:
    """Between courses 1 and 3 lie six months: since course 2 they are as many at most, and may be none."""
    assert months(FIRST, ("3", stated, "2020-07-10", "")) == [NOTHING, expected]


def test_every_row_of_a_course_is_refused() -> None:
    first = dict(zip(("course_number", "start", "end"), ("1", "2020-01-01", "2020-01-10"), strict=True))
    second = {"course_id": "d", "course_number": "2", "start": "2020-07-10", "months_since_previous": "60"}
    rows = read(first, second, second | {"structure": "ThecalSac"})
    check_months(rows, np.array([0, 1, 1]))
    assert reasons(rows) == [NOTHING, WRONG, WRONG]


def test_rows_without_a_patient_are_not_compared() -> None:
    assert months(FIRST, ("2", "60", "2020-07-10", ""), patients="  ")[1] == ("patient_id", "missing")


@pytest.mark.parametrize(
    ("stated", "is_refused"),
    [
        (("", "4"), False),
        (("4", ""), False),
        (("", ""), False),
        (("4", "", "4.0"), False),
        (("4", "5"), True),
        (("", "4", "5"), True),
        (("5", "", "4"), True),
    ],
)
def test_an_empty_half_time_states_none(stated: tuple[str, ...], *, is_refused: bool) -> None:
    several = [{"course_id": str(at), "repair_half_time_h": text} for at, text in enumerate(stated)]
    # of another structure, and of another patient, it may be another
    others = [{"structure": "Brain", "repair_half_time_h": "1"}, {"patient_id": "q", "repair_half_time_h": "2"}]
    rows = read(*several, *others)
    check_half_times(rows)
    expected = ("repair_half_time_h", "differs_within_patient") if is_refused else NOTHING
    assert reasons(rows) == [expected] * len(stated) + [NOTHING] * 2


def test_a_half_time_of_one_row_is_that_of_the_patient() -> None:
    table = TABLE | {"fractions_per_day": [2, 1], "hours_between_fractions": [6, None]}
    asked = [audit(table | {"repair_half_time_h": hours}, library=NIEDER) for hours in ([4, 4], [4, None], [None, 4])]
    for found in asked:
        assert found.quarantine == ()
        # 10 x 3 Gy, of which 2 ** (-6 / 4) is not repaired between two: 30 x (1 + 3 x 1.353553 / 2), and 52.5 Gy2
        at = found.columns["constraint_id"].tolist().index("nieder-2006.cumulative")
        assert found.columns["value_low"][at] == pytest.approx(30 * (1 + 1.5 * (1 + 2**-1.5)) + 52.5, rel=1e-12)
        assert found.columns["status"][at] == "violated"


def test_months_after_a_course_that_is_not_listed() -> None:
    """Of the third course they are those since the second, which no row is about: any number up to all of them."""
    for stated, expected in (("0", NOTHING), ("0.5", NOTHING), ("6", NOTHING), ("6.1", WRONG)):
        assert months(FIRST, ("3", stated, "2020-07-10", "")) == [NOTHING, expected]
