"""Hazards of adding courses up: pooled, missing, prescribed or partial doses, and histories that are not complete."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.house_edition import house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.check import check
from reirrad.engine.planning.sensitivity import sensitivity
from reirrad.ingest import parse_case
from reirrad.library import load_library

CUMULATIVE = "nieder-2006.cumulative"


def two(first: str, dose: float, second: str, other: float) -> dict[str, Any]:
    """Return a case of two courses with a schedule and a Max each."""
    return case(
        ["SpinalCord"], course(*FIRST, first, dose=cord(dose)), course(*SECOND, second, dose=cord(other))
    )  # fmt: skip


def test_d12_courses_are_converted_before_they_are_added() -> None:
    """D12: 30 (1 + 3/2) + 8 (1 + 8/2) = 75 + 40 = 115 Gy2; the 38 Gy pooled in 11 fractions would be 103.6 Gy2."""
    item = found(two("30 Gy / 10", 30, "8 Gy / 1", 8), CUMULATIVE)
    assert item.value == pytest.approx(115, rel=1e-12)
    assert pytest.approx(103.6, abs=0.05) == 38 * (1 + 38 / 11 / 2)


def test_d06_the_same_total_in_other_fractions_is_another_dose() -> None:
    """D06: 36 (1 + 3/2) = 90 and 36 (1 + 1.8/2) = 68.4 Gy2; without a schedule it is anything from 36 to 684 Gy2."""
    for schedule, first in (("12 x 3 Gy", 90), ("20 x 1.8 Gy", 68.4)):
        item = found(two(schedule, 36, "10 Gy / 5", 10), CUMULATIVE)
        assert item.value == pytest.approx(first + 20, rel=1e-12)
    raw = two("12 x 3 Gy", 36, "10 Gy / 5", 10)
    del raw["course"][0]["schedule"]
    item = found(raw, CUMULATIVE)
    assert (item.status, item.reason) == ("not_evaluated", "schedule_unknown")
    assert item.value_low == pytest.approx(36 + 20)
    assert item.value_high == pytest.approx(36 * (1 + 36 / 2) + 20)


@pytest.mark.parametrize("missing", ["dose of a phase", "dose of a course"])
def test_d23_what_is_missing_is_not_added_as_zero(missing: str) -> None:
    """D23: 10 Gy in 5 fractions is 20 Gy2, twice it is 40; with a third dose that is not stated nothing is known."""
    phases = [{"schedule": "10 Gy / 5", "dose": cord(10)}, {"schedule": "10 Gy / 5", "dose": cord(10)}]
    raw = case(
        ["SpinalCord"],
        course(*FIRST, "10 Gy / 5", dose=cord(10)),
        course(*SECOND, None, n_phases=2, phase=phases),
    )
    assert found(raw, CUMULATIVE).value == pytest.approx(60)
    del (phases[1] if missing == "dose of a phase" else raw["course"][0])["dose"]
    item = found(raw, CUMULATIVE)
    assert (item.status, item.reason) == ("not_evaluated", "dose_unknown")
    assert item.value_low == pytest.approx(40)
    assert item.value_high is None
    assert check(parse_case(raw)).verdict != "met"


def test_d16_a_prescription_bounds_no_other_structure() -> None:
    """D16: a target prescribed 20 Gy leaves the cord within its canal unknown; a planned Max of 20 Gy bounds it."""
    for basis, high in (("prescription", None), ("plan", 80.0)):
        raw = case(
            ["SpinalCanal", "SpinalCord"],
            course(*FIRST, "20 Gy / 10", dose=cord(20, "SpinalCanal") | cord(20)),
            course(*SECOND, "20 Gy / 10", dose=cord(20, "SpinalCanal", basis)),
        )
        item = found(raw, CUMULATIVE)
        assert item.value_high == (None if high is None else pytest.approx(high))
        assert item.status == ("not_evaluated" if high is None else "met")


def test_d17_the_headline_says_that_doses_are_prescribed() -> None:
    """D17: the finding carries the basis, and the headline repeats it."""
    raw = two("20 Gy / 10", 20, "20 Gy / 10", 20)
    assert "prescription" not in check(parse_case(raw)).headline
    raw["course"][1]["dose"]["SpinalCord"]["basis"] = "prescription"
    report = check(parse_case(raw))
    assert ", on prescription doses" in report.headline
    assert found(raw, CUMULATIVE).basis == "plan + prescription"


def test_h02_partial_history_is_never_met_and_may_be_violated() -> None:
    """H02: what is known proves a violation, never that a sum is met: 40 and 200 Gy2 of 135.5."""
    for second, dose, status in (("10 Gy / 5", 10, "not_evaluated"), ("60 Gy / 30", 60, "violated")):
        raw = two("20 Gy / 10", 20, second, dose) | {"prior_radiotherapy": "partial"}
        item = found(raw, CUMULATIVE)
        assert (item.status, item.value_high) == (status, None)
        if status == "not_evaluated":
            assert item.reason == "history_unknown"


def test_h12_courses_at_other_levels_are_added_all_the_same() -> None:
    """H12: maxima of one structure are added wherever in it they lie; only 0 takes a course out of a sum."""
    raw = two("20 Gy / 10", 20, "20 Gy / 10", 20)
    raw["course"][0]["note"] = "C3 to C5"
    raw["course"][1]["note"] = "T10 to L1"
    item = found(raw, CUMULATIVE)
    assert (item.value, item.accumulation) == (80, "max_sum")
    raw["course"][0]["dose"]["SpinalCord"]["Max[Gy]"] = 0
    assert found(raw, CUMULATIVE).status == "not_applicable"


def test_d10_a_sum_has_one_alpha_beta() -> None:
    """D10, D11: 20 (1 + 2/2) twice is 80 Gy2, 20 (1 + 2/4) twice 60 Gy4: each is converted anew, none is relabelled."""
    both = case(
        ["SpinalCord_Lum"],
        course(*FIRST, "20 Gy / 10", dose=cord(20, "SpinalCord_Lum")),
        course(*SECOND, "20 Gy / 10", dose=cord(20, "SpinalCord_Lum")),
    )
    by_alpha_beta = {
        (item.alpha_beta_gy, item.value)
        for item in check(parse_case(both)).findings
        if item.scope == "cumulative" and item.quantity == "BED" and item.status == "met"
    }
    assert {(2.0, 80.0), (4.0, 60.0)} <= by_alpha_beta
    assert {(2.0, 60.0), (4.0, 80.0)} & by_alpha_beta == set()


@pytest.mark.parametrize(("start", "months"), [("2010-03-05", 1.0), ("2010-05-03", 2 + 28 / 30)])
def test_t02_a_date_is_year_month_day(start: str, months: float) -> None:
    """T02: from 5 February to 5 March it is a month, to 3 May two months and 28 of 30 days."""
    raw = two("10 Gy / 5", 10, "10 Gy / 5", 10)
    raw["course"][1] |= {"start": start, "end": "2012-01-01"}
    assert found(raw, "nieder-2006.interval").value == pytest.approx(months)


def test_t05_an_interval_runs_from_an_end_to_a_start() -> None:
    """T05: from 5 February 2010, not from 4 January; with the end unknown it may be anything from 0."""
    raw = two("10 Gy / 5", 10, "10 Gy / 5", 10)
    raw["course"][1] |= {"start": "2010-08-04", "end": "2010-09-01"}
    # 6 months after 5 February is 5 August; after 4 January it is 4 July
    assert found(raw, "nieder-2006.interval").status == "violated"
    raw["course"][1] |= {"start": "2010-08-05"}
    assert found(raw, "nieder-2006.interval").status == "met"
    del raw["course"][0]["end"]
    item = found(raw, "nieder-2006.interval")
    assert (item.status, item.value_low) == ("not_evaluated", 0.0)


@pytest.mark.parametrize("metric", ["Max[Gy BED]", "Max[Gy EQD2]", "EQD2[Gy]", "Max[Gy3]"])
def test_d13_a_converted_value_is_not_read_as_a_dose(metric: str) -> None:
    """D13, D09: the formula is never applied to what it gave; such a metric is listed and not used."""
    raw = two("20 Gy / 10", 20, "20 Gy / 10", 20)
    raw["course"][1]["dose"] = {"SpinalCord": {metric: 20.0, "basis": "plan"}}
    item = found(raw, CUMULATIVE)
    assert (item.status, item.reason) == ("not_evaluated", "dose_unknown")
    assert any(f"metric not known, not used: SpinalCord: {metric}" in note for note in check(parse_case(raw)).notes)


def test_d14_the_newest_course_is_never_discounted() -> None:
    """D14: 20 Gy2 + 20 (1 + 4/2) = 60 Gy2 of the newest one; a quarter of the first has recovered: 15 + 60."""
    library = house_library({"only": {"limit": 200, "recovery": "gap"}})
    item = found(two("10 Gy / 5", 10, "20 Gy / 5", 20), "house.only", library=library)
    assert item.recovery is not None
    (first,) = item.recovery
    assert isinstance(first.fraction, float)
    assert first.fraction > 0
    assert item.undiscounted_value == pytest.approx(80)
    assert item.value == pytest.approx(20 * (1 - first.fraction) + 60)


def test_d19_a_prv_bounds_its_organ_from_above_only() -> None:
    """D19: 40 Gy2 of the first course; a PRV with 20 or 60 Gy leaves 0 to 40 or 0 to 120 Gy2 of the second."""
    for dose, high in ((20, 80), (60, 160)):
        raw = case(
            ["SpinalCord_PRV05", "SpinalCord"],
            course(*FIRST, "20 Gy / 10", dose=cord(20) | cord(20, "SpinalCord_PRV05")),
            course(*SECOND, f"{dose} Gy / {dose // 2}", dose=cord(dose, "SpinalCord_PRV05")),
        )
        item = found(raw, CUMULATIVE)
        assert (item.value_low, item.value_high) == (pytest.approx(40), pytest.approx(high))
        assert item.status == ("met" if high == 80 else "not_evaluated")


@pytest.mark.parametrize(
    ("size", "words"), [(6, ""), (8, "is above 6 Gy"), (12, "far above the range"), (40, "beyond any usual practice")]
)
def test_d21_large_fractions_are_noted(size: int, words: str) -> None:
    """D21: above 6, 10 and 30 Gy per fraction the derivation says so."""
    item = found(two("10 Gy / 5", 10, f"{size} Gy / 1", size), CUMULATIVE)
    notes = [line for line in item.derivation if "per fraction" in line]
    assert len(notes) == (0 if not words else 2 if size > 30 else 1)
    assert not words or words in notes[0]


T04_GAPS = [
    # 6 calendar months are 181 days from 5 February on, 184 from 1 March on
    ("2010-02-05", 174, False), ("2010-02-05", 178, True), ("2010-02-05", 181, True), ("2010-02-05", 186, True),
    ("2010-02-05", 188, False), ("2010-03-01", 177, False), ("2010-03-01", 178, True), ("2010-03-01", 183, True),
    ("2010-03-01", 186, True), ("2010-03-01", 191, False),
]  # fmt: skip


@pytest.mark.parametrize(("end", "days", "is_near"), T04_GAPS)
def test_t04_an_interval_within_days_of_its_limit_is_noted(end: str, days: int, is_near: bool) -> None:
    """T04: a gap of 178 to 186 days, which another definition of 6 months may decide otherwise, is said to be one."""
    start = date.fromisoformat(end) + timedelta(days=days)
    raw = two("10 Gy / 5", 10, "10 Gy / 5", 10)
    raw["course"][0] |= {"end": end}
    raw["course"][1] |= {"start": start.isoformat(), "end": "2012-01-01"}
    item = found(raw, "nieder-2006.interval")
    assert item.status == ("met" if days >= (181 if end == "2010-02-05" else 184) else "violated")
    assert any("definitions of a month differ" in line for line in item.derivation) is is_near


STEP = (
    "note: the interval is within days of a step of Univ. Michigan, serial organs; "
    "definitions of a month differ by that much"
)


@pytest.mark.parametrize(
    ("start", "is_near"),
    [("2022-02-22", False), ("2022-02-24", True), ("2022-02-27", True), ("2022-02-28", True), ("2022-03-10", False)],
)
def test_t04_a_step_of_recovery_within_days_is_noted(start: str, is_near: bool) -> None:
    """T04: what has recovered after six months decides as an interval limit does."""
    raw = two("10 Gy / 5", 10, "10 Gy / 5", 10)
    raw["course"][0] |= {"end": "2021-08-31", "start": "2021-08-20"}
    raw["course"][1] |= {"start": start, "end": "2022-04-01"}
    item = found(raw, "umich-2019.spinal-cord")
    assert ([line for line in item.derivation if line.startswith("note: the interval")] == [STEP]) is is_near


def test_h08_courses_that_are_alike_are_noted() -> None:
    """H08: alike in everything but the id, a course may have been listed twice; it is counted, and the report asks."""
    first = course(*FIRST, "10 Gy / 5", dose=cord(10))
    raw = case(["SpinalCord"], first, first | {"id": "export 2"}, course(*SECOND, "10 Gy / 5", dose=cord(10)))
    asked = 'courses "first" and "export 2" are alike in everything but their id: was one listed twice?'
    assert asked in check(parse_case(raw)).notes
    assert found(raw, CUMULATIVE).value == pytest.approx(60)
    raw["course"][1]["dose"] = cord(11)
    assert asked not in check(parse_case(raw)).notes


def test_dates_decide_nothing_where_no_course_that_is_listed_gives_dose() -> None:
    """Both courses are out of the field; what may have been before has any dose, whenever the two were."""
    raw = two("20 Gy / 10", 0, "20 Gy / 10", 0) | {"prior_radiotherapy": "partial"}
    raw["course"][1]["start"] = "2014-01-05/2015-01-05"
    rows = sensitivity(parse_case(raw), library=load_library().select(["nieder-2006"])).rows
    assert len(rows) == 3
    for row in rows:
        assert (row.status, row.reason, row.label) == ("not_evaluated", "history_unknown", None)
        assert row.dates is not None
        assert (row.dates.status_shortest, row.dates.status_longest) == ("not_evaluated", "not_evaluated")
        assert (row.dates.survives, row.dates.flips_at_months) == (False, None)
