"""Exactly at a limit, a hundredth of a gray above it, and other numbers that are easily got wrong."""

from typing import Any

import pytest

from engine.exact_hits import Plan, bed, equal_in_five_fractions, exact_pairs, spread
from engine.house_edition import house_library
from engine.judged_pairs import STEREOTACTIC, found, in_phases, pair, single
from property.changes import by_key
from property.example_cases import case, cord, course
from reirrad.engine.check import check_all
from reirrad.ingest import parse_case
from reirrad.library import Library

Raw = dict[str, Any]


def statuses(raws: list[Raw], name: str, structure: str = "SpinalCord", *, library: Library | None = None) -> list[str]:
    """Judge all in one batch: each must be decided as if it were alone."""
    reports = check_all([parse_case(raw) for raw in raws], library=library)
    return [by_key(report)[name, structure].status for report in reports]


def values(raws: list[Raw], name: str) -> list[float | None]:
    reports = check_all([parse_case(raw) for raw in raws])
    return [by_key(report)[name, "SpinalCord"].value for report in reports]


AT_MOST = [(-1, "met"), (0, "met"), (1, "violated")]


# O09
@pytest.mark.parametrize(("more", "status"), AT_MOST)
def test_cumulative_limit_hit_exactly(more: int, status: str) -> None:
    raws = [pair(*plans, more=more) for plans in spread(exact_pairs("135.5"))]
    assert statuses(raws, "nieder-2006.cumulative") == [status] * len(raws)


@pytest.mark.parametrize(("more", "status"), AT_MOST)
def test_cumulative_limit_hit_exactly_at_alpha_beta_4(more: int, status: str) -> None:
    pairs = spread(exact_pairs("135.5", alpha_beta=4))
    raws = [pair(*plans, more=more, structure="SpinalCord_Lum") for plans in pairs]
    assert statuses(raws, "nieder-2006-lumbar.cumulative-ab4", "SpinalCord_Lum") == [status] * len(raws)


@pytest.mark.parametrize(("edge", "points"), [("120", 0), ("130", 1), ("140", 2), ("150", 3), ("180", 6)])
def test_score_bands_hit_exactly(edge: str, points: int) -> None:
    """A band ends with its upper number: 120 scores 0 and what is above it scores 1."""
    small = spread([plans for plans in exact_pairs(edge) if all(bed(plan, 2) < 101 for plan in plans)])
    assert values([pair(*plans) for plans in small], "nieder-2005.score") == [points] * len(small)
    assert values([pair(*plans, more=1) for plans in small], "nieder-2005.score") == [points + 1] * len(small)


@pytest.mark.parametrize(("more", "status"), AT_MOST)
def test_course_limit_hit_exactly(more: int, status: str) -> None:
    raws = [in_phases(*plans, more=more) for plans in spread(exact_pairs("98"))]
    assert statuses(raws, "nieder-2006.course") == [status] * len(raws)


def test_score_of_a_large_course_hit_exactly() -> None:
    """102 scores and what is below it does not; 98 is the other number and scores nothing."""
    pairs = spread(exact_pairs("102"))
    assert values([in_phases(*plans) for plans in pairs], "nieder-2005.score") == [4.5] * len(pairs)
    assert values([in_phases(*plans, more=-1) for plans in pairs], "nieder-2005.score") == [0] * len(pairs)


@pytest.mark.parametrize(("more", "status"), AT_MOST)
def test_eqd2_limits_hit_exactly(more: int, status: str) -> None:
    # an EQD2 at alpha/beta 2 is half the BED; the stereotactic course has five fractions at most
    newest = [plans for plans in exact_pairs("50", most_fractions=4) if plans[0].fractions + plans[1].fractions <= 5]
    newest.append((Plan(600, 2), Plan(1000, 2)))  # 6 (1 + 3/2) + 10 (1 + 5/2) = 15 + 35
    raws = [in_phases(*plans, more=more, structure="ThecalSac", **STEREOTACTIC) for plans in newest]
    assert statuses(raws, "hytec-cord-2021.newest-course", "ThecalSac") == [status] * len(newest)
    # any number of fractions, by the same limit without its conditions
    free = house_library({"free": {"limit": 25, "quantity": "EQD2", "scope": "newest_course"}})
    raws = [in_phases(*plans, more=more) for plans in spread(exact_pairs("50"))]
    assert statuses(raws, "house.free", library=free) == [status] * len(raws)
    total = spread([plans for plans in exact_pairs("140") if plans[1].fractions <= 5])
    raws = [pair(*plans, more=more, structure="ThecalSac", **STEREOTACTIC) for plans in total]
    assert statuses(raws, "hytec-cord-2021.cumulative", "ThecalSac") == [status] * len(raws)


@pytest.mark.parametrize(("more", "status"), AT_MOST)
def test_a_share_of_one_half_exactly(more: int, status: str) -> None:
    equal = equal_in_five_fractions()
    assert (Plan(3000, 15), Plan(2000, 5)) in equal  # 30 (1 + 2/2) = 20 (1 + 4/2) = 60
    raws = [pair(*plans, more=more, structure="ThecalSac", **STEREOTACTIC) for plans in spread(equal)]
    assert statuses(raws, "hytec-cord-2021.share", "ThecalSac") == [status] * len(raws)


def test_two_courses_of_120_in_all_score_nothing() -> None:
    """16 x 1.6 + 14 x 2.4 Gy: 25.6 (1 + 1.6/2) + 33.6 (1 + 2.4/2) = 46.08 + 73.92 = 120, not 120.00000000000001."""
    score = found(pair(Plan(2560, 16), Plan(3360, 14)), "nieder-2005.score")
    assert (score.status, score.value) == ("met", 0)
    # nowhere near its own limit the sum is shown as it comes, to the last digit but one
    total = found(pair(Plan(2560, 16), Plan(3360, 14)), "nieder-2006.cumulative")
    assert total.value == pytest.approx(120, rel=1e-15)


INTERVALS = [
    ("2010-02-05", "2010-08-05", "met", "met"),
    ("2010-02-05", "2010-08-04", "violated", "met"),
    ("2014-08-31", "2015-02-28", "met", "met"),  # 31 February is clipped to the end of the month
    ("2014-08-31", "2015-02-27", "violated", "met"),
    ("2015-08-31", "2016-02-28", "violated", "met"),  # that year has a 29 February
    ("2015-01-31", "2015-07-01", "violated", "met"),  # 151 days
    ("2015-01-31", "2015-06-30", "violated", "met"),  # five months: 30 June
    ("2015-01-31", "2015-06-29", "violated", "violated"),
    ("2015-01-31", "2015-07-31", "met", "met"),
]


@pytest.mark.parametrize(("end", "start", "nieder", "hytec"), INTERVALS)
def test_intervals_at_their_limits(end: str, start: str, nieder: str, hytec: str) -> None:
    """T04."""
    both = cord(10) | cord(10, "ThecalSac")
    raw = case(
        ["SpinalCord", "ThecalSac"],
        course("first", "delivered", "2010-01-04", end, "10 Gy / 5", dose=both),
        course("second", "proposed", start, "2020-01-01", "10 Gy / 5", dose=both, **STEREOTACTIC),
    )
    assert found(raw, "nieder-2006.interval").status == nieder
    assert found(raw, "hytec-cord-2021.interval", "ThecalSac").status == hytec
    assert found(raw, "nieder-2005.score").value == (4.5 if nieder == "violated" else 0)


FIRST_COURSES = [
    (12.4, 1, "met"), (12.41, 1, "not_evaluated"), (13, 1, "not_evaluated"), (14.0, 1, "not_evaluated"),
    (14.01, 1, "violated"), (17, 2, "met"), (17.01, 2, "violated"), (20.3, 3, "met"), (20.31, 3, "violated"),
    (23, 4, "met"), (23.01, 4, "violated"), (25.3, 5, "met"), (25.31, 5, "violated"), (30, 6, "not_applicable"),
]  # fmt: skip


@pytest.mark.parametrize("structure", ["SpinalCord", "ThecalSac"])
@pytest.mark.parametrize(("dose", "n", "status"), FIRST_COURSES)
def test_first_stereotactic_course(dose: float, n: int, status: str, structure: str) -> None:
    item = found(single(dose, n, structure), "hytec-cord-2021.first-course", structure)
    assert item.status == status
    assert item.reason == {"not_evaluated": "source_range", "not_applicable": "other_n_fractions"}.get(status)


def test_a_value_that_rounds_to_its_limit_is_printed_beyond_it() -> None:
    """S05: 135.5 and a ten-thousandth of a centigray."""
    raw = pair(Plan(1000, 5), Plan(5500, 25))
    raw["course"][1]["dose"] = cord(55.000001)
    item = found(raw, "nieder-2006.cumulative")
    assert item.status == "violated"
    assert item.value is not None
    assert item.value > 135.5
    assert any("135.500" in line and "violated" in line for line in item.derivation)
