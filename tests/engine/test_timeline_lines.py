"""Whole lines of the accumulated dose over time, number by number, and what is said beside them."""

from typing import Any

import pytest

from engine.house_edition import DISTRIBUTION, EQD2, MONTHS, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import __version__, load_library, parse_case
from reirrad.engine.check import case_digest
from reirrad.engine.planning.timeline import timeline
from reirrad.model.timeline import LeftOutLine, Timeline, TimelineLine, TimelinePoint

Raw = dict[str, Any]
Numbers = tuple[float, str | None, str | None, float, float, float | None, float | None]
# EQD2 at 2 Gy a fraction is the dose
FIRST = course("first", "delivered", "2019-07-29", "2019-08-30", "20 Gy / 10", dose=cord(20))
SECOND = course("second", "proposed", "2020-01-06", "2020-01-24", "30 Gy / 15", dose=cord(30))
TWO = case(["SpinalCord"], FIRST, SECOND)
STEPS = EQD2 | {"limit": [60, 70], "recovery": "steps", "locator": "table 3"}


def drawn(raw: Raw, *, strict: bool = False, **constraints: Fields) -> Timeline:
    return timeline(parse_case(raw), library=house_library(constraints), strict=strict)


def line(raw: Raw, fields: Fields, *, strict: bool = False) -> TimelineLine:
    ((own,),) = (found.lines for found in drawn(raw, mine=fields, strict=strict).structures)
    return own


def numbers(found: TimelineLine) -> list[Numbers]:
    return [
        (point.months, point.date, point.course_id, point.low, point.high, point.limit_low, point.limit_high)
        for point in found.points
    ]


def test_a_line_from_its_first_to_its_last_point() -> None:
    # 0, 25 and 50 % recover from 0, 6 and 12 months on, of each course after its own end; months are counted from the
    # 30th of a month, 29 July to 30 August is a month (to the 29th) and a day of 31
    points = [
        (-1 - 1 / 31, "2019-07-29", "first", 20, 20, None, None),
        (0, "2019-08-30", None, 20, 20, 60, 70),
        (4 + 7 / 31, "2020-01-06", "second", 50, 50, 60, 70),
        (4 + 25 / 31, "2020-01-24", None, 50, 50, 60, 70),
        (6, "2020-02-29", None, 45, 45, 60, 70),
        (10 + 24 / 30, "2020-07-24", None, 37.5, 37.5, 60, 70),
        (12, "2020-08-30", None, 32.5, 32.5, 60, 70),
        (16 + 25 / 31, "2021-01-24", None, 25, 25, 60, 70),
        (40 + 25 / 31, "2023-01-24", None, 25, 25, 60, 70),
    ]
    names = ("months", "date", "course_id", "low", "high", "limit_low", "limit_high")
    expected = tuple(TimelinePoint(**dict(zip(names, point, strict=True))) for point in points)  # type: ignore[arg-type]
    assert line(TWO, STEPS) == TimelineLine(
        constraint_id="house.mine",
        edition="house",
        advisory=False,
        metric="Max[Gy]",
        alpha_beta_gy=2,
        unit="Gy EQD2",
        comparison="at_most",
        acts_on="prior_dose",
        recovery="steps",
        status="met",
        reason=None,
        course_id="second",
        not_applicable_to=None,
        value_low=50,
        value_high=50,
        limit=60,
        limit_high=70,
        points=expected,
        source="none doi:none (read: source)",
        locator="table 3",
    )


def test_other_words_of_a_line() -> None:
    fields = {"limit": 90, "advisory": True, "comparison": "below", "metric": "D0.1cc[Gy]", "read": "transcription"}
    raw = case(["SpinalCord"], FIRST, SECOND | {"dose": cord([30, 33], metric="D0.1cc[Gy]")})
    found = line(raw, fields)
    assert (found.advisory, found.comparison, found.metric, found.unit) == (True, "below", "D0.1cc[Gy]", "Gy BED")
    assert (found.acts_on, found.recovery, found.source) == ("nothing", None, "none doi:none (read: transcription)")
    assert (found.limit, found.limit_high) == (90, None)
    raised = line(TWO, EQD2 | {"limit": 50, "recovery": "raised"})
    assert (raised.acts_on, raised.recovery) == ("tolerance", "raised")


def test_ranges_of_doses_have_two_ends() -> None:
    # 10 to 20 Gy in 10 fractions: 10 (1 + 1/2) = 15 and 20 (1 + 2/2) = 40 Gy2; 30 Gy in 15 are 60; a quarter and a half
    raw = case(["SpinalCord"], FIRST | {"dose": cord([10, 20])}, SECOND)
    found = line(raw, {"limit": 120, "recovery": "steps"})
    assert [(low, high) for _, _, _, low, high, _, _ in numbers(found)] == [
        (15, 40), (15, 40), (75, 100), (75, 100), (71.25, 90), (56.25, 75), (52.5, 65), (37.5, 50), (37.5, 50),
    ]  # fmt: skip
    undiscounted = line(raw, {"limit": 120})
    assert [(low, high) for _, _, _, low, high, _, _ in numbers(undiscounted)] == [(15, 40)] * 2 + [(75, 100)] * 3


THIRD = course("third", "proposed", "2021-01-06", "2021-01-20", "10 Gy / 5", dose=cord(10))
EARLIER = SECOND | {"role": "delivered"}


def test_three_courses_each_by_its_own_interval() -> None:
    # before the third: 10 of 20 and 22.5 of 30 Gy, 11 months later; then its 10, of which the same is left half a year
    # later as of the second, whose year is over on 24 January 2021
    found = line(case(["SpinalCord"], FIRST, EARLIER, THIRD), STEPS)
    assert [(date, name, low, high) for _, date, name, low, high, _, _ in numbers(found)][6:] == [
        ("2020-08-30", None, 32.5, 32.5),
        ("2021-01-06", "third", 42.5, 42.5),
        ("2021-01-20", None, 42.5, 42.5),
        ("2021-01-24", None, 35, 35),
        ("2021-07-20", None, 32.5, 32.5),
        ("2022-01-20", None, 30, 30),
        ("2024-01-20", None, 30, 30),
    ]


def test_a_tolerance_never_rises_above_what_the_smallest_interval_admits() -> None:
    # 50 Gy, 62.5 after half a year, 75 after a year; between the first two courses are four months, then eleven
    found = line(case(["SpinalCord"], FIRST, EARLIER, THIRD), EQD2 | {"limit": 50, "recovery": "raised"})
    assert [(date, name, high, limit, most) for _, date, name, _, high, limit, most in numbers(found)] == [
        ("2019-07-29", "first", 20, None, None),
        ("2019-08-30", None, 20, 50, 50),
        ("2020-01-06", "second", 50, 50, 50),
        ("2020-01-24", None, 50, 50, 50),
        ("2021-01-06", "third", 60, 50, 50),
        ("2021-01-20", None, 60, 50, 50),
        ("2024-01-20", None, 60, 50, 50),
    ]


def test_a_tolerance_after_an_interval_that_is_a_range() -> None:
    # the second begins 5 or 6 months after the first: 50, or 62.5 and then as long as at the longest
    raw = case(["SpinalCord"], FIRST, SECOND | {"start": "2020-02", "end": "2020-03-13"})
    found = line(raw, EQD2 | {"limit": 50, "recovery": "raised"})
    assert [(date, name, limit, most) for _, date, name, _, _, limit, most in numbers(found)] == [
        (None, "first", None, None),
        (None, None, 50, 50),
        (None, "second", 50, 62.5),
        (None, None, 50, 50),
        (None, None, 50, 62.5),
        (None, None, 50, 62.5),
    ]
    # 30 August to 1 February: 5 months and 2 of 30 days (30 January to 29 February); its end is a day
    months = [point.months for point in found.points]
    assert months[:3] == [0, 0, 5 + 2 / 30]
    assert months[3:] == [5 + 2 / 30, 5 + 2 / 30 + 6, 5 + 2 / 30 + 36]


def test_strict_sums_of_three_courses() -> None:
    # near-maxima of 20, 30 and 10 Gy, and Max of 24, 36 and 15: the largest of what is left, and the sum of the Max
    def both(one: Raw, near: float, most: float) -> Raw:
        return one | {"dose": {"SpinalCord": {"D0.1cc[Gy]": [near, near], "Max[Gy]": [most, most], "basis": "plan"}}}

    raw = case(
        ["SpinalCord"],
        both(FIRST | {"schedule": "20 Gy / 10"}, 20, 24),
        both(EARLIER, 30, 36),
        both(THIRD, 10, 15),
    )

    def eqd2(dose: float, n: int) -> float:
        return dose * (1 + dose / n / 2) / 2

    first, second, third = eqd2(24, 10), eqd2(36, 15), eqd2(15, 5)
    found = line(raw, STEPS | {"metric": "D0.1cc[Gy]"}, strict=True)
    assert [(date, name, low, high) for _, date, name, low, high, _, _ in numbers(found)] == [
        ("2019-07-29", "first", 20, 20),
        ("2019-08-30", None, 20, 20),
        ("2020-01-06", "second", 30, pytest.approx(first + second)),
        ("2020-01-24", None, 30, pytest.approx(first + second)),
        ("2020-02-29", None, 30, pytest.approx(0.75 * first + second)),
        ("2020-07-24", None, 22.5, pytest.approx(0.75 * first + 0.75 * second)),
        ("2020-08-30", None, 22.5, pytest.approx(0.5 * first + 0.75 * second)),
        ("2021-01-06", "third", 22.5, pytest.approx(0.5 * first + 0.75 * second + third)),
        ("2021-01-20", None, 22.5, pytest.approx(0.5 * first + 0.75 * second + third)),
        ("2021-01-24", None, 15, pytest.approx(0.5 * first + 0.5 * second + third)),
        ("2021-07-20", None, 15, pytest.approx(0.5 * first + 0.5 * second + 0.75 * third)),
        ("2022-01-20", None, 15, pytest.approx(0.5 * first + 0.5 * second + 0.5 * third)),
        ("2024-01-20", None, 15, pytest.approx(0.5 * first + 0.5 * second + 0.5 * third)),
    ]
    plain = line(raw, EQD2 | {"limit": 120, "metric": "D0.1cc[Gy]"}, strict=True)
    assert [(low, high) for _, _, _, low, high, _, _ in numbers(plain)] == [
        *[(20, 20)] * 2,
        *[(30, pytest.approx(first + second))] * 2,
        *[(30, pytest.approx(first + second + third))] * 3,
    ]


def test_conditions_but_that_on_the_interval_admit_any_further_course() -> None:
    # the plan has 15 fractions, and a later course may have 5
    fields = EQD2 | {
        "limit": 60,
        "conditions": {"n_fractions": [15, 15], "technique": ["conventional"], "interval_months": [0, 6]},
    }
    found = line(TWO, fields)
    assert [(date, name, limit) for _, date, name, _, _, limit, _ in numbers(found)] == [
        ("2019-07-29", "first", None),
        ("2019-08-30", None, 60),
        ("2020-01-06", "second", 60),
        ("2020-01-24", None, 60),
        ("2023-01-24", None, 60),
    ]


def test_a_limit_is_drawn_where_its_interval_admits_it() -> None:
    alone = line(case(["SpinalCord"], FIRST), EQD2 | {"limit": 60, "conditions": {"interval_months": [6, 12]}})
    assert [(date, limit) for _, date, _, _, _, limit, _ in numbers(alone)] == [
        ("2019-07-29", None), ("2019-08-30", None), ("2020-02-29", 60), ("2020-08-30", None), ("2022-08-30", None),
    ]  # fmt: skip


def test_all_that_is_said() -> None:
    doses = cord(20) | cord(20, "ThecalSac")
    raw = case(["SpinalCord", "ThecalSac", "Spleen"], FIRST | {"dose": doses}, EARLIER | {"dose": doses})
    found = drawn(
        raw,
        first={"limit": 120},
        interval=MONTHS | {"limit": 6, "comparison": "at_least"},
        course={"limit": 90, "scope": "each_course"},
        physical=PHYSICAL | {"limit": 60},
        spared=EQD2 | DISTRIBUTION | {"limit": 60, "metric": "CV20Gy[cc]", "comparison": "at_least"},
        technique={"limit": 60, "conditions": {"technique": ["stereotactic"]}},
        second=EQD2 | {"limit": 70, "structures": ["ThecalSac"]},
    )
    assert [(own.structure, [item.constraint_id for item in own.lines]) for own in found.structures] == [
        ("SpinalCord", ["house.first"]),
        ("ThecalSac", ["house.first", "house.second"]),
    ]
    assert found.left_out == tuple(
        LeftOutLine(structure=name, constraint_id="house.technique", reason="other_technique")
        for name in ("SpinalCord", "ThecalSac")
    )
    assert (found.case_id, found.months_after_last_course, found.unmapped_structures) == ("example", 36, ("Spleen",))
    assert found.notes == (
        "history: complete, every course is listed",
        "edition house is not of the package: house.toml",
        "option: judged by profile house",
        'structure "Spleen" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
        "a course counts from its first day on; between courses a line is what counts for one that begins then",
        "after the last course a limit is drawn as for a further course that its other conditions admit",
        "where doses or dates are ranges, the line is the larger sum, with every interval at its shortest",
    )
    assert [(used.id, used.origin) for used in found.editions] == [("house", "user")]
    assert found.input.sha256 == case_digest(parse_case(raw))
    assert found.reirrad_version == __version__
    assert (
        "option: strict, sums of near-maxima other than Max prove nothing by themselves"
        in drawn(raw, first={"limit": 120}, strict=True).notes
    )


def test_the_editions_of_the_package_are_the_rules_by_default() -> None:
    nothing = parse_case(case(["Spleen"]))
    assert timeline(nothing).editions == timeline(nothing, library=load_library()).editions
    assert timeline(nothing, library=house_library({"mine": {"limit": 1}})).editions[0].id == "house"


def test_one_course_alone_is_drawn_where_its_interval_is_not_known() -> None:
    found = line(case(["SpinalCord"], FIRST | {"end": "2019-08-30/.."}), {"limit": 120})
    assert (found.status, found.reason) == ("not_applicable", "fewer_than_two_courses")
    assert [(point.months, point.date, point.high) for point in found.points] == [(at, None, 40) for at in (0, 0, 36)]


def test_courses_that_follow_at_once_are_drawn() -> None:
    found = line(case(["SpinalCord"], FIRST, SECOND | {"start": "2019-08-30"}), {"limit": 120})
    assert [(point.months, point.course_id) for point in found.points][1:3] == [(0, "second"), (4 + 25 / 31, None)]


def test_a_limit_that_does_not_apply_to_the_newest_course_names_it() -> None:
    # 20 Gy and 12 Gy in 3 fractions of 4, which are 18 Gy EQD2
    middle = course(
        "middle", "delivered", "2021-01-04", "2021-01-08", "12 Gy / 3", technique="stereotactic", dose=cord(12)
    )
    plan = SECOND | {"start": "2022-01-10", "end": "2022-01-28"}
    fields = EQD2 | {"limit": 70, "conditions": {"technique": ["stereotactic"]}}
    own = line(case(["SpinalCord"], FIRST, middle, plan), fields)
    assert (own.course_id, own.value_high, own.not_applicable_to) == ("middle", 38, "second")
    own = line(case(["SpinalCord"], FIRST, middle, plan | {"technique": "stereotactic"}), fields)
    assert (own.course_id, own.value_high, own.not_applicable_to) == ("second", 68, None)
