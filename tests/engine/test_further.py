"""The columns of a further course, and of the fractions that are asked about, against columns written by hand."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from property.example_cases import case, cord, course
from reirrad import load_library, parse_case
from reirrad.engine.batch import COURSE_COLUMNS, MONTH_PARTS, NO_HIGH, NO_LOW, Batch
from reirrad.engine.codes import MODALITIES, TECHNIQUES
from reirrad.engine.from_cases import prepare
from reirrad.engine.planning.further import (
    last_end,
    with_fractions,
    with_further_course,
    without_exact_end,
)

Raw = dict[str, Any]
LIBRARY = load_library()
EPOCH = dt.date(1970, 1, 1)


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - EPOCH).days


FIRST = course("first", "delivered", "2019-01-07", "2019-01-31", "30 Gy / 10", dose=cord(30))
LATER = course("later", "delivered", "2019-06-03", "2019-06-28", "20 Gy / 5", dose=cord(20))
EARLIER = course("earlier", "delivered", "2018-06-04", "2018-06-29", "20 Gy / 4", dose=cord(20))
VAGUE = LATER | {"end": "2019-06"}
PROPOSED = course("planned", "proposed", "2021-01-04", "2021-01-15", "24 Gy / 8", dose=cord(24))
PHASES = [{"schedule": "12 Gy / 6", "dose": cord(12)}, {"schedule": "10 Gy / 2", "dose": cord(10)}]
IN_PHASES = {key: value for key, value in PROPOSED.items() if key not in ("schedule", "dose")}
IN_PHASES |= {"n_phases": 2, "phase": PHASES, "fractions_per_day": 2, "hours_between_fractions": 6}


def in_months(one: Raw, months: float | None) -> Raw:
    kept = {key: value for key, value in one.items() if key not in ("start", "end")}
    return kept if months is None else kept | {"months_since_previous": months}


def columns(*courses_of_cases: list[Raw]) -> Batch:
    cases = [parse_case(case(["SpinalCord"], *courses)) for courses in courses_of_cases]
    return prepare(cases, LIBRARY).batch


#: cases: one course; two, the last of which is listed first; a plan; none; an end that is a month; months
BATCH = columns(
    [FIRST],
    [LATER, FIRST],
    [FIRST, PROPOSED],
    [],
    [FIRST, VAGUE],
    [in_months(FIRST, None), in_months(LATER, 7.5)],
    [VAGUE],
)


def test_the_last_day_of_what_was_delivered() -> None:
    first, later = day("2019-01-31"), day("2019-06-28")
    assert last_end(BATCH).tolist() == [first, later, first, NO_LOW, NO_HIGH, NO_HIGH, NO_HIGH]
    assert last_end(BATCH).dtype == np.int64


def test_a_course_that_ended_before_for_certain_may_have_ended_on_any_day() -> None:
    later, long_ago = day("2019-06-28"), EARLIER | {"id": "long ago", "start": "2018", "end": "2018"}
    # in June it may have been the last to end; on the last day of the other it was not alone, and the day is the same
    june, same = EARLIER | {"start": "2019", "end": "2019-06"}, EARLIER | {"start": "2019", "end": "2019/2019-06-28"}
    found = columns([long_ago, LATER], [june, LATER], [same, LATER], [long_ago, EARLIER])
    assert last_end(found).tolist() == [later, NO_HIGH, later, NO_HIGH]
    assert without_exact_end(found).tolist() == [False, True, False, True]


def test_an_interval_leads_to_no_date_after_several_courses_without_an_exact_end() -> None:
    assert without_exact_end(BATCH).tolist() == [False, False, False, False, True, False, False]
    assert without_exact_end(columns([FIRST, VAGUE, PROPOSED])).tolist() == [False]


def test_one_course_more_where_none_is_proposed() -> None:
    batch = with_further_course(BATCH, technique="stereotactic", interval_months=np.array([12, 6, 1, 2, 3, 4, 5]))
    assert batch.course_case.tolist() == [0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5, 5, 6, 6]
    f = "further course"
    assert batch.course_id.tolist() == [
        "first", f, "later", "first", f, "first", "planned", f, "first", "later", f, "first", "later", f, "later", f,
    ]  # fmt: skip
    new = batch.course_id == f
    assert np.flatnonzero(batch.is_proposed).tolist() == [1, 4, 6, 7, 10, 13, 15]
    assert set(batch.technique[new].tolist()) == {TECHNIQUES.index("stereotactic")}
    assert set(batch.modality[new].tolist()) == {MODALITIES.index("photon")}
    assert set(batch.fractions_per_day[new].tolist()) == {1}
    for name in ("hours_between_fractions", "fraction_size_low", "fraction_size_high", "scheduled_dose_gy"):
        assert np.isnan(getattr(batch, name)[new]).all()
    # after two courses: six months after 28 June; in months: where there is one course, or months are stated
    starts = [NO_LOW, day("2019-12-28"), NO_LOW, NO_LOW, NO_LOW, NO_LOW]
    assert batch.start_low[new].tolist() == batch.end_low[new].tolist() == starts
    assert batch.start_high[new].tolist() == [NO_HIGH, day("2019-12-28"), *[NO_HIGH] * 4]
    assert batch.end_high[new].tolist() == [NO_HIGH] * 6
    assert batch.stated_order[new].tolist() == [1, -1, -1, -1, 2, 1]
    assert batch.months_low[new].tolist() == [12 * MONTH_PARTS, 0, 0, 0, 4 * MONTH_PARTS, 5 * MONTH_PARTS]
    assert batch.months_high[new].tolist() == batch.months_low[new].tolist()
    # the others stay as they are, but for the dates of single courses
    for name in COURSE_COLUMNS:
        if name not in ("stated_order", "start_low", "start_high", "end_low", "end_high"):
            np.testing.assert_array_equal(getattr(batch, name)[~new], getattr(BATCH, name))
    dates = (batch.start_low, batch.start_high, batch.end_low, batch.end_high)
    alone = [0, 14]
    assert [ends[alone].tolist() for ends in dates] == [[NO_LOW] * 2, [NO_HIGH] * 2, [NO_LOW] * 2, [NO_HIGH] * 2]
    assert batch.stated_order[~new].tolist() == [0, -1, -1, -1, -1, -1, -1, 0, 1, 0]
    others = ~new & ~np.isin(np.arange(16), alone)
    own = ~np.isin(np.arange(10), [0, 9])
    for name in ("start_low", "start_high", "end_low", "end_high"):
        np.testing.assert_array_equal(getattr(batch, name)[others], getattr(BATCH, name)[own])
    # phases belong to the courses that they belonged to
    assert batch.phase_course.tolist() == [0, 2, 3, 5, 6, 8, 9, 11, 12, 14]
    assert batch.course_id[batch.phase_course].tolist() == BATCH.course_id[BATCH.phase_course].tolist()


def test_an_interval_that_is_not_stated() -> None:
    batch = with_further_course(BATCH, interval_months=None)
    new = batch.course_id == "further course"
    assert set(batch.technique[new].tolist()) == {-1}
    assert batch.start_low[new].tolist() == batch.end_low[new].tolist() == [NO_LOW] * 6
    assert batch.start_high[new].tolist() == batch.end_high[new].tolist() == [NO_HIGH] * 6
    assert batch.stated_order[new].tolist() == [-1] * 6
    assert batch.months_low[new].tolist() == batch.months_high[new].tolist() == [0] * 6
    for name in COURSE_COLUMNS:
        np.testing.assert_array_equal(getattr(batch, name)[~new], getattr(BATCH, name))


def test_a_single_course_that_has_a_place_in_an_order_keeps_its_dates() -> None:
    placed = replace(columns([FIRST]), stated_order=np.array([0]))
    batch = with_further_course(placed, interval_months=np.array([3]))
    assert batch.stated_order.tolist() == [0, 1]
    assert (batch.start_low[0], batch.end_high[0]) == (day("2019-01-07"), day("2019-01-31"))


def test_the_last_cases_may_have_no_course() -> None:
    batch = with_further_course(columns([FIRST], [LATER, EARLIER], [], []), interval_months=np.array([3] * 4))
    assert batch.course_case.tolist() == [0, 0, 1, 1, 1, 2, 3]
    assert without_exact_end(columns([FIRST, VAGUE], [], [])).tolist() == [True, False, False]


def test_whoever_has_a_plan_keeps_it() -> None:
    batch = columns([FIRST, PROPOSED], [PROPOSED])
    assert with_further_course(batch, technique="stereotactic", interval_months=np.array([1, 1])) is batch


def test_distances_move_with_their_courses() -> None:
    near = {"dose": {"SpinalCord": {"Max[Gy]": 30, "target_distance_mm": 3}}}
    batch = columns([FIRST], [FIRST | near, LATER])
    assert batch.distance_course.tolist() == [1]
    assert with_further_course(batch, interval_months=None).distance_course.tolist() == [2]


def test_the_plan_is_one_phase_of_so_many_fractions_without_doses() -> None:
    part = {"fractions_delivered": 4, "dose_of": "planned"}
    plans = columns([FIRST, PROPOSED], [IN_PHASES, LATER | part], [FIRST, PROPOSED])
    batch = with_fractions(plans, np.array([8, 8, 9]))
    assert batch.phase_course.tolist() == [0, 1, 2, 3, 4, 5]
    assert batch.n_fractions.tolist() == [10, 8, 8, 4, 10, 9]
    assert batch.scale_given.tolist() == [1, 1, 1, 4, 1, 1]
    assert batch.scale_planned.tolist() == [1, 1, 1, 5, 1, 1]
    # doses of what was delivered
    assert batch.dose_phase.tolist() == [0, 3, 4]
    assert batch.dose_high.tolist() == [30, 20, 30]
    # what is prescribed is known where it is one phase of so many fractions
    np.testing.assert_equal(batch.scheduled_dose_gy.tolist(), [30, 24, np.nan, 20, 30, np.nan])
    np.testing.assert_equal(batch.fraction_size_low.tolist(), [3, 3, np.nan, 4, 3, np.nan])
    np.testing.assert_equal(batch.fraction_size_high.tolist(), [3, 3, np.nan, 4, 3, np.nan])
    np.testing.assert_equal(batch.hours_between_fractions.tolist(), [np.nan, np.nan, 6, np.nan, np.nan, np.nan])
    assert batch.fractions_per_day.tolist() == [1, 1, 2, 1, 1, 1]
    # the columns that were given are not touched
    assert plans.scheduled_dose_gy.tolist() == [30, 24, 22, 20, 30, 24]
    assert plans.n_fractions.tolist() == [10, 8, 6, 2, 4, 10, 8]


@pytest.mark.parametrize(("n", "per_day", "hours"), [(1, 1, np.nan), (2, 2, 6), (3, 2, 6)])
def test_fewer_fractions_than_on_one_of_its_days_share_no_day(n: int, per_day: int, hours: float) -> None:
    plans = columns([FIRST, IN_PHASES])
    batch = with_fractions(plans, np.array([n]))
    assert batch.fractions_per_day.tolist() == [1, per_day]
    np.testing.assert_equal(batch.hours_between_fractions[1], hours)
    assert plans.fractions_per_day.tolist() == [1, 2]
    assert plans.hours_between_fractions[1] == 6


def test_a_plan_without_a_phase_or_before_what_was_delivered() -> None:
    further = with_further_course(columns([LATER, EARLIER], []), interval_months=np.array([1, 1]))
    batch = with_fractions(further, np.array([3, 7]))
    assert batch.phase_course.tolist() == [0, 1, 2, 3]
    assert batch.n_fractions.tolist() == [5, 4, 3, 7]
    assert batch.dose_phase.tolist() == [0, 1]
