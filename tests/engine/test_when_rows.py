"""The days on which findings change, field by field: what is asked for, the periods, and what is refused."""

import datetime as dt
from dataclasses import replace
from math import inf
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import __version__, load_library, parse_case
from reirrad.engine.check import case_digest
from reirrad.engine.planning.when import _days, _months, _row, _starting, when
from reirrad.errors import InputError
from reirrad.model.finding import Finding
from reirrad.model.when import Period, When, WhenRow

Raw = dict[str, Any]
EPOCH = dt.date(1970, 1, 1)
# EQD2 at 2 Gy a fraction is the dose
FIRST = course("first", "delivered", "2019-07-29", "2019-08-31", "40 Gy / 20", dose=cord(40))
EARLIER = course("earlier", "delivered", "2018-11-05", "2018-11-30", "10 Gy / 5", dose=cord(10))
PLAN = course("plan", "proposed", "2019-09-09", "2019-09-20", "20 Gy / 10", dose=cord(20))
PLANNED = case(["SpinalCord"], FIRST, PLAN)
WAIT = MONTHS | {"limit": 6, "comparison": "at_least"}
SCORE = {
    "cumulative_above_gy": [120],
    "points_per_band": 1,
    "interval_below_months": 7,
    "interval_points": 4.5,
    "course_at_least_gy": 102,
    "course_points": 4.5,
    "group": [{"name": "all", "rate": "none", "locator": "none"}],
}


def asked(raw: Raw, *, strict: bool = False, **constraints: Fields) -> When:
    return when(parse_case(raw), library=house_library(constraints), strict=strict)


def periods(found: When) -> dict[tuple[str, str], list[tuple[str, str, str | None]]]:
    return {
        (row.structure, row.constraint_id): [(period.start, period.status, period.reason) for period in row.periods]
        for row in found.rows
    }


def test_a_row_from_the_day_after_the_last_course_on() -> None:
    # six months after 31 August 2019 is 29 February 2020, twelve 31 August 2020: 60, 50 and 40 Gy where 49 are allowed
    fields = EQD2 | {"limit": 49, "recovery": "steps", "locator": "table 4", "read": "transcription", "advisory": True}
    (row,) = asked(PLANNED, mine=fields).rows
    assert row == WhenRow(
        structure="SpinalCord",
        constraint_id="house.mine",
        edition="house",
        advisory=True,
        earliest="2020-08-31",
        periods=(
            Period(start="2019-09-01", status="violated", reason=None),
            Period(start="2020-08-31", status="met", reason=None),
        ),
        source="none doi:none (read: transcription)",
        locator="table 4",
    )


def test_every_delivered_course_counts_from_its_own_end() -> None:
    # of the earlier 10 Gy a quarter is gone on the first day, half by 30 November 2019; of the other 40 a quarter by
    # 29 February and half by 31 August 2020: with 20 Gy they are 67.5, 65, 55 and 45. Before the plan 47.5 were reached
    raw = case(["SpinalCord"], FIRST, EARLIER, PLAN)
    for limit, start in ((67.5, "2019-09-01"), (65, "2019-11-30"), (55, "2020-02-29"), (47.5, "2020-08-31")):
        (row,) = asked(raw, mine=EQD2 | {"limit": limit, "recovery": "steps"}).rows
        assert row.earliest == start
        assert row.periods[0].start == "2019-09-01"
    (row,) = asked(raw, mine=EQD2 | {"limit": 47.4, "recovery": "steps"}).rows
    assert (row.earliest, row.periods) == (None, (Period(start="2019-09-01", status="violated", reason=None),))


def test_rows_are_those_of_the_library_and_the_case() -> None:
    doses = cord(20) | cord(20, "ThecalSac")
    raw = case(["SpinalCord", "ThecalSac", "Spleen"], FIRST | {"dose": doses}, PLAN | {"dose": doses})
    early = PHYSICAL | {"limit": 19, "scope": "newest_course", "conditions": {"interval_months": [0, 6]}}
    found = asked(raw, early=early, wait=WAIT, sac=WAIT | {"limit": 7, "structures": ["Rectum", "ThecalSac"]})
    before, after = ("2019-09-01", "violated", None), ("2020-02-29", "not_applicable", "other_interval")
    met = ("2020-02-29", "met", None)
    assert list(periods(found).items()) == [
        (("SpinalCord", "house.early"), [before, after]),
        (("ThecalSac", "house.early"), [before, after]),
        (("SpinalCord", "house.wait"), [before, met]),
        (("ThecalSac", "house.wait"), [before, met]),
        (("ThecalSac", "house.sac"), [before, ("2020-03-31", "met", None)]),
    ]
    assert (found.case_id, found.left_out, found.unmapped_structures) == ("example", (), ("Spleen",))
    assert found.notes == (
        "history: complete, every course is listed",
        "edition house is not of the package: house.toml",
        "option: judged by profile house",
        'structure "Spleen" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
        "the doses are those of the proposed course; only its first day is moved",
        "a day on which a limit is met is no advice to treat on it",
    )
    assert [(used.id, used.origin) for used in found.editions] == [("house", "user")]
    assert found.input.sha256 == case_digest(parse_case(raw))
    assert found.reirrad_version == __version__


def test_strict_is_strict_and_says_so() -> None:
    near = cord(20, metric="D0.1cc[Gy]")
    raw = case(["SpinalCord"], FIRST | {"dose": near}, PLAN | {"dose": near})
    fields = EQD2 | {"limit": 60, "metric": "D0.1cc[Gy]"}
    found = asked(raw, strict=True, mine=fields)
    assert [row.periods[0].reason for row in found.rows] == ["sum_not_proven"]
    assert found.notes[1] == "option: strict, sums of near-maxima other than Max prove nothing by themselves"
    assert when(parse_case(raw), library=house_library({"mine": fields})).rows[0].earliest == "2019-09-01"


def test_the_cord_model_is_named_as_left_out() -> None:
    library = load_library().select(["woolley-2018", "nieder-2006"])
    found = when(parse_case(PLANNED), library=library)
    assert found.left_out == ("woolley-2018.allowed-bed",)
    assert [row.constraint_id for row in found.rows] == [
        "nieder-2006.cumulative", "nieder-2006.course", "nieder-2006.interval",
    ]  # fmt: skip
    assert found.notes[-3:] == (
        "left out, because they change every day: woolley-2018.allowed-bed",
        "the doses are those of the proposed course; only its first day is moved",
        "a day on which a limit is met is no advice to treat on it",
    )


def test_every_model_is_named() -> None:
    library = load_library().select(["woolley-2018"])
    (loaded,) = (item for item in library.editions if item.edition.id == "woolley-2018")
    rule = next(item for item in loaded.edition.constraint if item.cord_model is not None)
    edition = replace(loaded.edition, constraint=(rule, replace(rule, id="woolley-2018.again")))
    found = when(parse_case(PLANNED), library=replace(library, editions=(replace(loaded, edition=edition),)))
    said = "left out, because they change every day: woolley-2018.allowed-bed, woolley-2018.again"
    assert (found.rows, found.notes[-3]) == ((), said)


def test_the_editions_of_the_package_are_the_rules_by_default() -> None:
    nothing = parse_case(PLANNED | {"structures": ["Spleen"], "course": [PLANNED_BARE, PLAN_BARE]})
    assert when(nothing).editions == when(nothing, library=load_library()).editions
    assert when(nothing, library=house_library({"mine": WAIT})).editions[0].id == "house"


PLANNED_BARE, PLAN_BARE = ({key: value for key, value in one.items() if key != "dose"} for one in (FIRST, PLAN))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"limit": 120}, set()),
        (MONTHS | {"limit": [5, 6.5], "comparison": "at_least"}, {5, 6.5}),
        ({"limit": 3, "scope": "score", "score": SCORE}, {7}),
        (EQD2 | {"limit": 85, "conditions": {"interval_months": [9, inf]}}, {9}),
        ({"limit": 85, "conditions": {"interval_months": [3, 8]}, "recovery": "steps"}, {3, 8, 0, 6, 12}),
        ({"limit": 85, "recovery": "gap"}, {5, 6, 7, 60}),
        ({"limit": 85, "recovery": "raised-gap"}, {3, 9, 12, 24}),
    ],
)
def test_the_months_that_a_constraint_names(fields: Fields, expected: set[float]) -> None:
    ((loaded, constraint),) = house_library({"mine": fields}).constraints()
    found = list(_months(loaded.edition, constraint))
    assert set(found) == expected
    assert len(found) == len(expected)


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - EPOCH).days


def test_the_days_on_which_a_number_of_months_may_be_reached() -> None:
    end = day("2019-08-31")
    assert _days(end, 6) == range(day("2020-02-29"), day("2020-03-01") + 1)
    assert _days(end, 4.5) == range(day("2019-12-31"), day("2020-02-01") + 1)
    assert _days(end, 0) == range(end, end + 2)


def test_only_the_dates_of_the_plan_are_moved() -> None:
    moved = _starting(parse_case(PLANNED | {"note": "kept"}), day("2020-02-29"))
    first, plan = moved.course
    assert first == parse_case(PLANNED).course[0]
    assert (plan.start, plan.end, plan.months_since_previous) == ("2020-02-29", "2020-02-29/..", None)
    assert (plan.id, plan.schedule, plan.role, moved.note) == ("plan", "20 Gy / 10", "proposed", "kept")
    in_months = {key: value for key, value in PLAN.items() if key not in ("start", "end")}
    stated = _starting(parse_case(case(["SpinalCord"], FIRST, in_months | {"months_since_previous": 3})), 0)
    assert (stated.course[1].start, stated.course[1].months_since_previous) == ("1970-01-01", None)


def test_a_period_ends_where_the_status_or_its_reason_changes() -> None:
    said = [
        ("not_evaluated", "dose_unknown"), ("not_evaluated", "interval_unknown"), ("not_evaluated", "interval_unknown"),
        ("met", None), ("met", None), ("violated", None), ("met", None),
    ]  # fmt: skip
    items = [
        SimpleNamespace(
            structure=f"S{number}", constraint_id=f"C{number}", advisory=number == 0, source=f"s{number}",
            locator=f"l{number}", status=status, reason=reason,
        )
        for number, (status, reason) in enumerate(said)
    ]  # fmt: skip
    row = _row(cast("list[Finding]", items), range(len(said)), "edition", {})
    assert [(period.start, period.status, period.reason) for period in row.periods] == [
        ("1970-01-01", "not_evaluated", "dose_unknown"),
        ("1970-01-02", "not_evaluated", "interval_unknown"),
        ("1970-01-04", "met", None),
        ("1970-01-06", "violated", None),
        ("1970-01-07", "met", None),
    ]
    assert (row.earliest, row.structure, row.constraint_id, row.edition) == ("1970-01-04", "S0", "C0", "edition")
    assert (row.advisory, row.source, row.locator) == (True, "s0", "l0")


END = "the end must be one day; state the day of the last fraction"
REFUSED: list[tuple[Raw, str]] = [
    (
        case(["SpinalCord"], FIRST),
        '1 problem\n  course: no course is proposed; allowed: role = "proposed"; '
        "add it with its doses; its dates are what is asked for",
    ),
    (case(["SpinalCord"], PLAN), "1 problem\n  course: no course was delivered: there is no interval to wait for"),
    (
        case(["SpinalCord"]),
        '2 problems\n  course: no course is proposed; allowed: role = "proposed"; '
        "add it with its doses; its dates are what is asked for\n"
        "  course: no course was delivered: there is no interval to wait for",
    ),
    (case(["SpinalCord"], PLAN, FIRST | {"end": "2019-08"}), f"1 problem\n  course[2].end: {END}"),
    (
        case(["SpinalCord"], {key: value for key, value in FIRST.items() if key != "end"}, PLAN),
        f"1 problem\n  course[1].end: {END}",
    ),
    (
        case(["SpinalCord"], EARLIER | {"end": "2018-11-30/.."}, FIRST | {"end": "2019-08"}, PLAN),
        f"2 problems\n  course[1].end: {END}\n  course[2].end: {END}",
    ),
]


@pytest.mark.parametrize(("raw", "message"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_what_is_refused(raw: Raw, message: str) -> None:
    with pytest.raises(InputError) as refused:
        asked(raw, mine=WAIT)
    assert str(refused.value) == f"example: {message}"


def test_a_case_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(InputError, match="prior_courses"):
        when(parse_case(PLANNED).model_copy(update={"prior_courses": 3}), library=house_library({"mine": WAIT}))


def test_days_that_cannot_be_read_are_refused() -> None:
    # the day after the last one that a date may be
    late = FIRST | {"start": "2199-12-01", "end": "2199-12-31"}
    undated = {key: value for key, value in PLAN.items() if key not in {"start", "end"}}
    with pytest.raises(InputError) as refused:
        asked(case(["SpinalCord"], late, undated), mine=WAIT)
    first, second = str(refused.value).splitlines()[:2]
    assert first.startswith("when: ")
    assert second.startswith("  course[2].start: the year is outside 1895 to 2199; given: '2200-01-01'")
