"""Each limit of the cord editions met, exactly at it, and violated; and what is reported beside the status."""

from typing import Any

import pytest

from engine.exact_hits import Plan, exact_pairs
from engine.judged_pairs import STEREOTACTIC, found, in_phases, pair, single
from property.example_cases import FIRST, case, cord, course
from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.model.rule import Undiscounted

Raw = dict[str, Any]
SAC: Raw = STEREOTACTIC | {"structure": "ThecalSac"}
LUMBAR = {"structure": "SpinalCord_Lum"}
FIFTY, THIRTY = Plan(5000, 25), Plan(3000, 10)


def months(months_apart: str, **fields: Any) -> Raw:
    """Return a case whose second course begins on a day; the first one ends on 5 February 2010."""
    raw = pair(Plan(1000, 5), Plan(900, 5), **fields)
    raw["course"][1]["start"] = months_apart
    return raw


def edges(raw: Any, plans: tuple[Plan, Plan], **fields: Any) -> tuple[Raw, Raw, Raw]:
    """Return the case a centigray below, at and above its limit."""
    below, at, above = (raw(*plans, more=more, **fields) for more in (-1, 0, 1))
    return below, at, above


def intervals(last_day: str, first_day: str, **fields: Any) -> tuple[Raw, Raw, Raw]:
    return months("2012", **fields), months(first_day, **fields), months(last_day, **fields)


# 30 Gy in 10 is 75 Gy2, twice that 150 Gy2: three points, and 3 is the limit; 75 Gy4 is 50 Gy in 25
SCORE, SCORE_4 = (THIRTY, THIRTY), (FIFTY, FIFTY)
# 10 (1 + 2/2) + 55 (1 + 2.2/2) = 135.5 Gy2
CUMULATIVE = (Plan(1000, 5), Plan(5500, 25))
# 24 (1 + 1.5/2) + 24 (1 + 2.67/2) = 42 + 56 = 98 Gy2 in one course
COURSE = (Plan(2400, 16), Plan(2400, 9))

# by constraint: met, exactly at the limit, violated
CASES: dict[str, tuple[Raw, Raw, Raw]] = {
    "nieder-2005.score": edges(pair, SCORE),
    "nieder-2006.cumulative": edges(pair, CUMULATIVE),
    "nieder-2006.course": edges(in_phases, COURSE),
    "nieder-2006.interval": intervals("2010-08-04", "2010-08-05"),
    "nieder-2005-lumbar.score": edges(pair, SCORE, **LUMBAR),
    "nieder-2005-lumbar.score-ab4": edges(pair, SCORE_4, **LUMBAR),
    "nieder-2006-lumbar.cumulative": edges(pair, CUMULATIVE, **LUMBAR),
    "nieder-2006-lumbar.cumulative-ab4": edges(pair, exact_pairs("135.5", alpha_beta=4)[0], **LUMBAR),
    "nieder-2006-lumbar.course": edges(in_phases, COURSE, **LUMBAR),
    "nieder-2006-lumbar.course-ab4": edges(in_phases, exact_pairs("98", alpha_beta=4)[0], **LUMBAR),
    "nieder-2006-lumbar.interval": intervals("2010-08-04", "2010-08-05", **LUMBAR),
    # 50 Gy in 25 is an EQD2 of 50; 8 (1 + 8/2) / 2 = 20
    "hytec-cord-2021.cumulative": edges(pair, (FIFTY, Plan(800, 1)), **SAC),
    # 6 (1 + 3/2) + 10 (1 + 5/2) = 50 Gy2, which is an EQD2 of 25
    "hytec-cord-2021.newest-course": edges(in_phases, (Plan(600, 2), Plan(1000, 2)), **SAC),
    # 30 (1 + 2/2) = 20 (1 + 4/2) = 60
    "hytec-cord-2021.share": edges(pair, (Plan(3000, 15), Plan(2000, 5)), **SAC),
    "hytec-cord-2021.interval": intervals("2010-07-04", "2010-07-05", **SAC),
    "hytec-cord-2021.first-course": (single(16.99, 2), single(17, 2), single(17.01, 2)),
}


EDITIONS = {"nieder-2005", "nieder-2006", "hytec-cord-2021"}


def test_every_limit_of_the_cord_editions_is_here() -> None:
    shipped = [item for loaded, item in load_library().constraints() if loaded.edition.id in EDITIONS]
    assert {item.id for item in shipped if item.kind == "limit"} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_met_at_the_limit_and_violated(name: str) -> None:
    raws = CASES[name]
    items = [found(raw, name, raw["structures"][0]) for raw in raws]
    assert [item.status for item in items] == ["met", "met", "violated"]
    assert [item.reason for item in items] == [None] * 3
    met, at, violated = items
    assert at.margin == 0
    assert (at.value, at.limit_high) == (at.limit, None)
    assert met.margin is not None
    assert met.margin >= 0
    assert violated.margin is not None
    assert violated.margin < 0
    # a dose limit that is hit is near; points, shares and months are no doses
    assert at.near_limit == (at.scope not in ("score", "share", "interval"))


def test_98_and_102_are_two_numbers() -> None:
    """A course between them is outside the recommendation of 2006 and scores nothing in 2005."""
    raw = pair(Plan(100, 1), FIFTY)  # 50 (1 + 2/2) = 100 Gy2
    assert found(raw, "nieder-2006.course").status == "violated"
    assert found(raw, "nieder-2005.score").value == 0
    assert found(pair(Plan(100, 1), Plan(5100, 25)), "nieder-2005.score").value == 4.5  # 51 (1 + 2.04/2) = 103.02


GROUPS = [
    (pair(Plan(1000, 5), Plan(1000, 5)), 0, "low"),
    (pair(*SCORE), 3, "low"),
    (pair(*SCORE, more=1), 4, "intermediate"),
    (pair(FIFTY, Plan(1000, 5)) | {}, 0, "low"),
    (months("2010-03-01"), 4.5, "intermediate"),
    (pair(Plan(4500, 25), Plan(4500, 25)), 6, "intermediate"),  # 2 x 45 (1 + 1.8/2) = 171
    (pair(Plan(4700, 25), Plan(4700, 25)), 7, "high"),  # 2 x 47 (1 + 1.88/2) = 182.36
    (pair(FIFTY, Plan(6000, 30)), 13.5, "high"),  # 220 Gy2: 9 points, and 4.5 for 120 Gy2 in one course
]


@pytest.mark.parametrize(("raw", "points", "group"), GROUPS)
def test_score_and_risk_group(raw: Raw, points: float, group: str) -> None:
    item = found(raw, "nieder-2005.score")
    assert item.value == points
    assert item.status == ("met" if group == "low" else "violated")
    assert [line for line in item.derivation if line.startswith(f"risk group: {group} ")]
    assert sum(line.startswith("risk group") for line in item.derivation) == 1


def test_the_25_gy_of_a_course_is_no_limit_of_the_sum() -> None:
    """A mis-encoding seen in public code: 25 Gy is about the stereotactic course, the sum may reach 70."""
    raw = pair(Plan(4000, 20), Plan(1000, 5), **SAC)  # EQD2: 40 and 10
    total = found(raw, "hytec-cord-2021.cumulative", "ThecalSac")
    assert (total.value, total.limit, total.status) == (50, 70, "met")
    newest = found(raw, "hytec-cord-2021.newest-course", "ThecalSac")
    assert (newest.value, newest.limit, newest.status) == (10, 25, "met")


@pytest.mark.parametrize("name", ["nieder-2006.cumulative", "nieder-2005.score"])
def test_nieder_discounts_nothing(name: str) -> None:
    """A mis-encoding seen in public code: recovery credited to a limit that is about the undiscounted sum."""
    soon, late = pair(FIFTY, Plan(6000, 30)), pair(FIFTY, Plan(6000, 30))
    late["course"][1] |= {"start": "2040-01-02", "end": "2040-02-10"}
    assert found(late, name).value == found(soon, name).value
    assert found(late, name).recovery is None
    assert found(late, "nieder-2006.cumulative").value == 220


def test_cord_editions_have_no_recovery_at_all() -> None:
    shipped = [loaded.edition for loaded in load_library().editions if loaded.edition.id in EDITIONS]
    assert len(shipped) == len(EDITIONS)
    for edition in shipped:
        assert edition.recovery == ()
        assert {edition.convention_of(item) for item in edition.constraint} == {Undiscounted()}


NEAR = [("131.43", False), ("131.44", True), ("139.56", True), ("139.58", False)]


@pytest.mark.parametrize(("bed", "near"), NEAR)
def test_near_limit_is_three_percent(bed: str, near: bool) -> None:
    """135.5 x 0.97 = 131.435 and 135.5 x 1.03 = 139.565; the margin counts on both sides."""
    # single fractions of D with D (1 + D/2) = bed - 20, after 20 Gy2
    dose = -1 + (1 + 2 * (float(bed) - 20)) ** 0.5
    raw = case(
        ["SpinalCord"],
        course(*FIRST, "10 Gy / 5", dose=cord(10)),
        course("second", "proposed", "2015-01-05", "2015-01-05", "15 Gy / 1", dose=cord(round(dose, 9))),
    )
    item = found(raw, "nieder-2006.cumulative")
    assert item.value == pytest.approx(float(bed), abs=1e-6)
    assert item.near_limit == near


def test_caused_by_the_proposed_course() -> None:
    def third(first: Any, second: Any) -> Raw:
        delivered = [
            course("a", "delivered", "2005-01-03", "2005-02-04", "60 Gy / 30", dose=first),
            course("b", "delivered", "2010-01-04", "2010-02-05", "60 Gy / 30", dose=second),
        ]
        proposed = course("c", "proposed", "2015-01-05", "2015-02-06", "60 Gy / 30", dose=cord(60))
        return case(["SpinalCord"], *delivered, proposed)

    name = "nieder-2006.cumulative"
    # 20 (1 + 0.67/2) = 26.67 Gy2 twice, then 120
    assert found(third(cord(20), cord(20)), name).caused_by_proposed is True
    assert found(third(cord(60), cord(60)), name).caused_by_proposed is False  # 240 Gy2 before
    assert found(third(cord([20, 60]), cord(20)), name).caused_by_proposed is None  # not known before
    met = third(cord(20), cord(20))
    met["course"][2]["dose"] = cord(1)
    assert found(met, name).status == "met"
    assert found(met, name).caused_by_proposed is False
    alone = case(["SpinalCord"], *third(cord(60), cord(60))["course"][:2])
    assert found(alone, name).caused_by_proposed is None
    assert check(parse_case(alone)).verdict_without_proposed is None
    assert check(parse_case(third(cord(20), cord(20)))).verdict_without_proposed == "met"
