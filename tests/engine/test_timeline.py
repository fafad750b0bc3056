"""The accumulated dose over time, against sums made by hand, and against the report of the same case."""

from __future__ import annotations

from typing import Any

import pytest

from engine.house_edition import house_library
from golden.golden_cases import GOLDEN, PUBLISHED
from property.example_cases import case, cord, course
from reirrad import check, load_case, load_library, parse_case
from reirrad.engine.planning.timeline import timeline
from reirrad.model.timeline import Timeline, TimelineLine

Raw = dict[str, Any]
LIBRARY = load_library()


def lines(raw: Raw, *editions: str, strict: bool = False) -> dict[str, TimelineLine]:
    found = timeline(parse_case(raw), library=LIBRARY.select(editions), strict=strict)
    return {line.constraint_id: line for own in found.structures for line in own.lines}


def left_out(found: Timeline) -> dict[tuple[str, str], str]:
    return {(item.structure, item.constraint_id): item.reason for item in found.left_out}


def one_course(**dose: Any) -> Raw:
    first = course("first", "delivered", "2019-07-29", "2019-08-30", "45 Gy / 25", dose=cord(**dose))
    return case(["SpinalCord"], first)


def two_courses(start: str = "2020-01-06", end: str = "2020-01-17") -> Raw:
    """Return 45 Gy / 25 until 30 August 2019 and 20 Gy / 10, as D0.1cc."""
    first = course("first", "delivered", "2019-07-29", "2019-08-30", "45 Gy / 25", dose=cord(45, metric="D0.1cc[Gy]"))
    second = course("second", "proposed", start, end, "20 Gy / 10", dose=cord(20, metric="D0.1cc[Gy]"))
    return case(["SpinalCord"], first, second)


def test_steps_of_michigan_after_one_course() -> None:
    # 45 Gy in 1.8 Gy fractions at 2.5: 45 (1 + 1.8/2.5) / (1 + 2/2.5) = 43 Gy EQD2; 0, 10, 25 and 50 % recover
    line = lines(one_course(dose=45, metric="D0.1cc[Gy]"), "umich-2019")["umich-2019.spinal-cord"]
    points = [(point.date, point.course_id, point.high, point.limit_low) for point in line.points]
    assert points == [
        ("2019-07-29", "first", pytest.approx(43), None),
        ("2019-08-30", None, pytest.approx(43), 50),
        ("2019-11-30", None, pytest.approx(38.7), 50),
        ("2020-02-29", None, pytest.approx(32.25), 50),
        ("2020-08-30", None, pytest.approx(21.5), 50),
        ("2022-08-30", None, pytest.approx(21.5), 50),
    ]
    assert [point.months for point in line.points][1:] == [0, 3, 6, 12, 36]
    assert all(point.low == point.high for point in line.points)
    assert (line.status, line.reason) == ("not_applicable", "fewer_than_two_courses")


def test_both_courses_recover_by_their_own_interval() -> None:
    # 4 months later 10 % of 43 Gy are gone; the second, 20 Gy EQD2, ends on 17 January 2020
    line = lines(two_courses(), "umich-2019")["umich-2019.spinal-cord"]
    points = {point.date: point.high for point in line.points}
    assert points["2020-01-06"] == pytest.approx(0.9 * 43 + 20)
    assert points["2020-02-29"] == pytest.approx(0.75 * 43 + 20)
    assert points["2020-04-17"] == pytest.approx(0.75 * 43 + 0.9 * 20)
    assert points["2020-07-17"] == pytest.approx(0.75 * 43 + 0.75 * 20)
    assert points["2020-08-30"] == pytest.approx(0.5 * 43 + 0.75 * 20)
    assert points["2021-01-17"] == pytest.approx(0.5 * 43 + 0.5 * 20)
    assert line.points[-1].date == "2023-01-17"


def test_a_tolerance_rises_and_falls_with_the_next_course() -> None:
    # 50 Gy, 25 % more after 6 months, 50 % after 12; the smallest interval decides for all later ones
    raw = case(
        ["SpinalCord"],
        course("first", "delivered", "2019-07-29", "2019-08-30", "20 Gy / 10", dose=cord(20)),
        course("second", "proposed", "2020-05-04", "2020-05-15", "20 Gy / 10", dose=cord(20)),
    )
    line = lines(raw, "doi-2021")["doi-2021.simple-rule"]
    found = [(point.date, point.course_id, point.high, point.limit_low) for point in line.points]
    assert found == [
        ("2019-07-29", "first", 20, None),
        ("2019-08-30", None, 20, 50),
        ("2020-02-29", None, 20, 62.5),
        ("2020-05-04", "second", 40, 62.5),
        ("2020-05-15", None, 40, 50),
        ("2020-11-15", None, 40, 62.5),
        ("2023-05-15", None, 40, 62.5),
    ]
    assert line.acts_on == "tolerance"


def test_a_limit_is_drawn_where_its_interval_admits_it() -> None:
    raw = case(["SpinalCord"], course("first", "delivered", "2019-07-29", "2019-08-30", "20 Gy / 10", dose=cord(20)))
    line = lines(raw, "paradis-rulach-2021")["paradis-rulach-2021.spinal-cord"]
    limits = {point.date: point.limit_low for point in line.points if point.course_id is None}
    assert limits == {"2019-08-30": None, "2020-02-29": 56.25, "2020-08-30": None, "2022-08-30": None}


def test_published_case() -> None:
    # 50 and 60 Gy at 2 Gy; 22 months and 1 of 30 days at the shortest, and half of the first is gone by then
    found = timeline(load_case(GOLDEN["hpc_lumbar_2024"]), library=LIBRARY)
    own = {structure.structure: structure.lines for structure in found.structures}
    line = next(line for line in own["SpinalCord_Lum"] if line.edition == "umich-2019")
    assert [(point.course_id, point.high) for point in line.points][:5] == [
        ("1 adjuvant", 50), (None, 50), (None, 45), (None, 37.5), (None, 25),
    ]  # fmt: skip
    second = line.points[5]
    assert (second.course_id, second.high, second.limit_low) == ("2 re-irradiation", 85, 50)
    assert second.months == pytest.approx(22 + 1 / 30)
    # 0.9, 0.75 and 0.5 of the second beside half of the first
    assert [point.high for point in line.points[6:]] == [85, 79, 70, 55, 55]
    assert {point.date for point in line.points} == {None}
    undiscounted = next(line for line in own["SpinalCord_Lum"] if line.constraint_id == "nieder-2006-lumbar.cumulative")
    assert [point.high for point in undiscounted.points] == [100, 100, 220, 220, 220]
    assert left_out(found) == {("ThecalSac", "hytec-cord-2021.cumulative"): "other_technique"}


def test_months_that_are_stated_without_dates() -> None:
    found = timeline(load_case(GOLDEN["phases_and_twice_daily"]), library=LIBRARY)
    line = next(line for line in found.structures[0].lines if line.edition == "umich-2019")
    months = {point.months: point.high for point in line.points if point.course_id is None}
    # two phases: 25.6 (1 + 1.6/2.5)/1.8 + 33.6 (1 + 2.4/2.5)/1.8; the second course is 10 Gy at 2 Gy
    first = (25.6 * 1.64 + 33.6 * 1.96) / 1.8
    assert months[12] == pytest.approx(first / 2)
    assert months[29] == pytest.approx(first / 2 + 10)
    assert months[29 + 6] == pytest.approx(first / 2 + 7.5)
    assert max(months) == 29 + 8 + 36


def test_ranges_are_ranges() -> None:
    found = timeline(load_case(GOLDEN["open_questions"]), library=LIBRARY)
    (own,) = found.structures
    line = next(line for line in own.lines if line.edition == "nieder-2006")
    # 30 to 45 Gy in 20: 30 (1 + 1.5/2) and 45 (1 + 2.25/2)
    assert (line.points[0].low, line.points[0].high) == (52.5, 95.625)
    assert (line.points[-1].low, line.points[-1].high) == (92.5, 135.625)
    reasons = left_out(found)
    assert reasons["SpinalCord_Cerv", "nieder-2006.cumulative"] == "dose_unknown"


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("path", [*GOLDEN.values(), *sorted(PUBLISHED.glob("*.toml"))], ids=lambda path: path.stem)
def test_no_number_contradicts_the_report(path: Any, *, strict: bool) -> None:
    read = load_case(path)
    found = timeline(read, library=LIBRARY, strict=strict)
    reported = {(item.structure, item.constraint_id): item for item in check(read, strict=strict).findings}
    wanted = {
        key for key, item in reported.items() if item.scope == "cumulative" and item.unit in ("Gy EQD2", "Gy BED")
    }
    drawn = {(own.structure, line.constraint_id): line for own in found.structures for line in own.lines}
    assert drawn.keys() | left_out(found).keys() == wanted
    assert not drawn.keys() & left_out(found).keys()
    for key, line in drawn.items():
        item = reported[key]
        assert (line.status, line.value_low, line.value_high) == (item.status, item.value_low, item.value_high)
        if item.status == "not_applicable":
            continue
        (at,) = (point for point in line.points if point.course_id == item.course_id)
        assert (at.low, at.high) == (pytest.approx(item.value_low), pytest.approx(item.value_high))
        assert at.limit_low == item.limit
        assert at.limit_high == (item.limit if item.limit_high is None else item.limit_high)
        assert [point.months for point in line.points] == sorted(point.months for point in line.points)


def changed(raw: Raw, **fields: Any) -> Raw:
    return raw | fields


def undated(raw: Raw) -> Raw:
    for one in raw["course"]:
        one.pop("start", None)
        one.pop("end", None)
    return raw


def either_first(raw: Raw) -> Raw:
    for one in raw["course"]:
        one |= {"start": "2019", "end": "2019", "role": "delivered"}
    return changed(raw, prior_courses=2)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (changed(two_courses(), prior_radiotherapy="partial"), "history_unknown"),
        (undated(two_courses()), "interval_unknown"),
        (either_first(two_courses()), "order_unknown"),
        (changed(two_courses(), course=[], prior_radiotherapy="none", prior_courses=0), "no_course"),
    ],
)
def test_what_is_unknown_is_left_out_with_its_reason(raw: Raw, reason: str) -> None:
    found = timeline(parse_case(raw), library=LIBRARY.select(["umich-2019"]))
    assert found.structures == ()
    assert left_out(found)["SpinalCord", "umich-2019.spinal-cord"] == reason


@pytest.mark.parametrize("start", ["2019-08-30", "2019-08-26"])
def test_between_courses_that_follow_at_once_or_overlap_there_is_no_day(start: str) -> None:
    # 43 and 20 Gy EQD2, of which nothing has recovered when the second begins on the last day of the first, or before
    line = lines(two_courses(start=start, end="2019-09-13"), "umich-2019")["umich-2019.spinal-cord"]
    first, second, *after = line.points
    assert (first.date, first.course_id, first.high) == ("2019-07-29", "first", pytest.approx(43))
    assert (second.date, second.course_id, second.high) == (start, "second", pytest.approx(63))
    # three months after the first, and after the second, a tenth of it is gone
    assert [(point.date, point.course_id, point.high) for point in after][:3] == [
        ("2019-09-13", None, pytest.approx(63)),
        ("2019-11-30", None, pytest.approx(0.9 * 43 + 20)),
        ("2019-12-13", None, pytest.approx(0.9 * (43 + 20))),
    ]


def test_without_dates_one_course_still_has_a_line() -> None:
    line = lines(undated(one_course(dose=45, metric="D0.1cc[Gy]")), "umich-2019")["umich-2019.spinal-cord"]
    assert [point.months for point in line.points] == [0, 0, 3, 6, 12, 36]


def test_strict_sums_keep_the_larger_end_that_the_maxima_prove() -> None:
    # D0.1cc without Max: the sum of near-maxima proves nothing
    found = timeline(parse_case(two_courses()), library=LIBRARY.select(["umich-2019"]), strict=True)
    assert left_out(found)["SpinalCord", "umich-2019.spinal-cord"] == "dose_unknown"
    raw = two_courses()
    for one, most in zip(raw["course"], (45, 20), strict=True):
        one["dose"]["SpinalCord"]["Max[Gy]"] = most
    line = lines(raw, "umich-2019", strict=True)["umich-2019.spinal-cord"]
    points = {point.date: (point.low, point.high) for point in line.points}
    # the largest of what is left of either, and the sum of the maxima
    assert points["2020-02-29"] == (pytest.approx(0.75 * 43), pytest.approx(0.75 * 43 + 20))


def test_limits_of_any_library_have_lines() -> None:
    found = timeline(parse_case(two_courses()), library=house_library())
    assert found.structures or found.left_out
    assert found.to_dict()["schema"] == "reirrad-timeline/1"
