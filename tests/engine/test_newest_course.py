"""A limit that does not apply to the newest course says nothing of it, whatever it found of an earlier one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.asked_blocks import block_of
from engine.house_edition import EQD2, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import budget, budgets, load_library, parse_case, sensitivity
from reirrad.engine.codes import Exclusion, Status
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.planning.explanation import explain
from reirrad.engine.planning.when import when
from reirrad.library import Profile
from reirrad.model.budget import Unanswered

Raw = dict[str, Any]
FIRST = course("first", "delivered", "2018-01-08", "2018-01-19", "30 Gy / 10", dose=cord(30))
SECOND = course("second", "delivered", "2019-01-21", "2019-01-25", "12 Gy / 3", technique="stereotactic", dose=cord(12))
PLAN = course("plan", "proposed", "2020-01-27", "2020-02-07", "20 Gy / 10", dose=cord(20))
THREE = case(["SpinalCord"], FIRST, SECOND, PLAN)
STEREOTACTIC: Fields = PHYSICAL | {
    "limit": 20, "scope": "newest_course", "conditions": {"technique": ["stereotactic"]},
}  # fmt: skip
SILENT = "structure SpinalCord: no constraint that decides applies to such a course; that is no dose that is left"


def hot(raw: Raw = THREE) -> Raw:
    """Return a case whose stereotactic course gave 24 Gy."""
    return raw | {"course": [raw["course"][0], SECOND | {"dose": cord(24)}, *raw["course"][2:]]}


def planned(**fields: Any) -> Raw:
    return case(["SpinalCord"], FIRST, SECOND, PLAN | fields)


def found_of(fields: Fields, *raws: Raw) -> tuple[list[str], list[bool], list[Exclusion]]:
    """Return status, whether it is of no newest course, and why."""
    block = block_of(fields, *raws)
    why = [Exclusion(code) for code in block.judged.exclusion_of_newest]
    return [Status(code).word for code in block.status], (~block.judged.may_be_of_newest).tolist(), why


def test_what_is_found_of_an_earlier_course() -> None:
    """The stereotactic one in the middle has 12 or 24 Gy; a plan whose technique is not stated may be one, too."""
    unstated = case(["SpinalCord"], FIRST, SECOND, {key: PLAN[key] for key in PLAN if key != "technique"})
    assert found_of(STEREOTACTIC, THREE, hot(), planned(technique="stereotactic"), unstated) == (
        ["met", "violated", "met", "not_evaluated"],
        [True, True, False, False],
        [Exclusion.OTHER_TECHNIQUE, Exclusion.OTHER_TECHNIQUE, Exclusion.NONE, Exclusion.NONE],
    )


def test_cases_of_different_numbers_of_courses() -> None:
    alone, bare = case(["SpinalCord"], FIRST), case(["SpinalCord"], FIRST | {"dose": cord(0)})
    two = case(["SpinalCord"], SECOND, PLAN | {"technique": "stereotactic"})
    assert found_of(STEREOTACTIC, two, alone, THREE, bare, two) == (
        ["met", "not_applicable", "met", "not_applicable", "met"],
        [False, True, True, False, False],
        # one course alone is no re-irradiation, and without a course there is no newest one
        [Exclusion.NONE, Exclusion.FEWER_THAN_TWO_COURSES, Exclusion.OTHER_TECHNIQUE, Exclusion.NONE, Exclusion.NONE],
    )


def test_each_course_and_the_first_one() -> None:
    each = STEREOTACTIC | {"scope": "each_course"}
    assert found_of(each, THREE, planned(technique="stereotactic")) == (
        ["met", "met"], [True, False], [Exclusion.OTHER_TECHNIQUE, Exclusion.NONE],
    )  # fmt: skip
    # 30 Gy of the first course are met; where it may have given none the second is a candidate, and a third, too
    first = PHYSICAL | {"limit": 45, "scope": "first_course"}
    may = [FIRST | {"dose": cord([0, 30])}, SECOND | {"dose": cord([0, 12])}]
    assert found_of(first, THREE, case(["SpinalCord"], *may, PLAN)) == (
        ["met", "met"], [True, False], [Exclusion.NONE, Exclusion.NONE],
    )  # fmt: skip


#: Either may have been the first: 1 March, or any day of 2018.
MARCH = course("march", "delivered", "2018-03-01", "2018-03-01", "12 Gy / 1", technique="stereotactic", dose=cord(12))
SOME_DAY = MARCH | {"id": "some day", "start": "2018", "end": "2018"}
UNORDERED = case(["SpinalCord"], MARCH, SOME_DAY, PLAN)


def test_an_order_in_which_it_applies_is_enough() -> None:
    """With the other course first at most two months lie between; with 1 March first ten."""
    later = PHYSICAL | {"limit": 20, "scope": "newest_course", "conditions": {"interval_months": [5, float("inf")]}}
    assert found_of(later, UNORDERED) == (["not_evaluated"], [False], [Exclusion.NONE])
    block = block_of(later, UNORDERED)
    assert block.judged.is_of_newest.tolist() == [False]
    # in no order is the plan stereotactic
    assert found_of(STEREOTACTIC, UNORDERED) == (["met"], [True], [Exclusion.OTHER_TECHNIQUE])


def test_a_budget_has_no_row_of_it() -> None:
    """Before, 0.01 and 1000 Gy were met by 12 Gy of the second course, and no dose by its 24 Gy."""
    library = house_library({"mine": STEREOTACTIC})
    for raw in (THREE, hot(), UNORDERED):
        found = budget(parse_case(raw), n_fractions=[5], library=library)
        assert found.rows == ()
        assert found.unanswered == (Unanswered(structure="SpinalCord", n_fractions=5, interval_months=None),)
        assert SILENT in found.notes
    (row,) = budget(parse_case(planned(technique="stereotactic")), n_fractions=[5], library=library).rows
    assert (row.state, row.max_total_dose_gy) == ("bounded", 20.0)


def test_a_budget_of_intervals_of_which_some_are_outside() -> None:
    """Twelve months lie between the first two: a further course after three is none after at least nine."""
    later = PHYSICAL | {"limit": 60, "conditions": {"interval_months": [9, float("inf")]}}
    raw = case(["SpinalCord"], FIRST, SECOND)
    library = house_library({"mine": later})
    found = budget(parse_case(raw), n_fractions=[5], intervals_months=[3, 8, 9], library=library)
    # 30 + 12 before, 60 in all
    assert [(row.interval_months, row.max_total_dose_gy) for row in found.rows] == [(9, 18.0)]
    assert [item.interval_months for item in found.unanswered] == [3, 8]


def test_budgets_of_a_table_have_none_either() -> None:
    """The same courses, of a patient with a conventional plan, one with a stereotactic one, and one with 24 Gy."""
    rows = [
        (who, number, dose, n, technique, start, end, role)
        for who, middle, last in (("A", 12, "conventional"), ("B", 12, "stereotactic"), ("C", 24, "conventional"))
        for number, dose, n, technique, start, end, role in (
            ("1", 30, 10, "conventional", "2018-01-08", "2018-01-19", "delivered"),
            ("2", middle, 3, "stereotactic", "2019-01-21", "2019-01-25", "delivered"),
            ("3", 20, 10, last, "2020-01-27", "2020-02-07", "proposed"),
        )
    ]
    names = ("patient_id", "course_id", "dose_gy", "n_fractions", "technique", "start", "end", "role")
    table = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    fixed = {"structure": "SpinalCord", "metric": "Max[Gy]", "modality": "photon", "fractions_per_day": 1}
    fixed |= {"prior_radiotherapy": "complete", "prior_courses": 2}
    table |= {name: np.full(len(rows), value) for name, value in fixed.items()}
    library = house_library({"mine": STEREOTACTIC})
    found = budgets(table, n_fractions=[5], library=library)
    assert found.columns["patient_id"].tolist() == ["B"]
    assert found.columns["max_total_dose_gy"].tolist() == [20.0]
    assert found.columns["state"].tolist() == ["bounded"]
    # of the first course of A nothing can be read: it stands with that, and not without a word
    spoiled = budgets(
        table | {"n_fractions": np.array(["x", *map(str, table["n_fractions"][1:])])}, n_fractions=[5], library=library
    )
    assert spoiled.columns["patient_id"].tolist() == ["A", "B"]
    assert spoiled.columns["state"].tolist() == ["not_evaluated", "bounded"]
    assert spoiled.columns["reason"].tolist() == ["row_quarantined", None]


def test_what_could_not_be_read_may_be_about_the_newest_course() -> None:
    """A row that is quarantined may hold its technique: nothing is left out because of what the others say."""
    library = house_library({"mine": STEREOTACTIC})
    batch = prepare([parse_case(THREE), parse_case(THREE)], library).batch
    (block,) = evaluate(replace(batch, has_unread=np.array([True, False])), library, before=False)
    assert block.judged.may_be_of_newest.tolist() == [True, False]
    assert [Status(code).word for code in block.status] == ["not_evaluated", "met"]
    assert block.judged.is_of_newest.tolist() == [False, False]


@pytest.mark.parametrize("raw", [THREE, hot()])
def test_there_is_no_first_day(raw: Raw) -> None:
    found = when(parse_case(raw), library=house_library({"mine": STEREOTACTIC}))
    (row,) = found.rows
    assert row.earliest is None
    assert [(period.start, period.status, period.reason) for period in row.periods] == [
        ("2019-01-26", "not_applicable", "other_technique"),
    ]
    assert found.structures_without_rule == ("SpinalCord",)


def test_a_day_on_which_it_begins_to_apply() -> None:
    """Twelve months lie between the first two courses; nine after the second are over on 25 October 2019."""
    later = PHYSICAL | {"limit": 70, "conditions": {"interval_months": [9, float("inf")]}}
    (row,) = when(parse_case(THREE), library=house_library({"mine": later})).rows
    assert [(period.start, period.status, period.reason) for period in row.periods] == [
        ("2019-01-26", "not_applicable", "other_interval"),
        ("2019-10-25", "met", None),
    ]
    assert row.earliest == "2019-10-25"


VERDICT = (
    "the verdict is that of the case: what was found at earlier courses counts, where a constraint does not apply to "
    "the proposed one too"
)


def test_the_verdict_in_time_is_that_of_the_case() -> None:
    library = house_library({"mine": STEREOTACTIC})
    found = when(parse_case(hot()), library=library)
    assert [period.status for period in found.verdict] == ["violated"]
    assert VERDICT in found.notes
    assert VERDICT not in when(parse_case(planned(technique="stereotactic")), library=library).notes
    # what applies to no course was found at none
    other = house_library({"mine": STEREOTACTIC | {"conditions": {"technique": ["other"]}}})
    assert VERDICT not in when(parse_case(hot()), library=other).notes
    advisory = house_library({"mine": STEREOTACTIC | {"advisory": True}})
    assert VERDICT not in when(parse_case(hot()), library=advisory).notes


EARLIER = (
    "structure SpinalCord: house.mine does not apply to its newest course that gives dose; the finding is about an "
    "earlier one"
)


def test_an_explanation_says_so() -> None:
    library = house_library({"mine": STEREOTACTIC})
    found = explain(parse_case(THREE), "house.mine", library=library)
    assert found.findings[0].finding.status == "met"
    assert found.notes[-1] == EARLIER
    assert EARLIER not in explain(parse_case(planned(technique="stereotactic")), "house.mine", library=library).notes
    # not applicable is said already
    alone = explain(parse_case(case(["SpinalCord"], FIRST)), "house.mine", library=library)
    assert not [note for note in alone.notes if note.startswith("structure")]


def test_a_sensitivity_says_so() -> None:
    doses = cord(12) | cord(12, "ThecalSac")
    raw = case(["SpinalCord", "ThecalSac"], *({**one, "dose": doses} for one in (FIRST, SECOND, PLAN)))
    mine: dict[str, Fields] = {
        "mine": STEREOTACTIC,
        "sum": EQD2 | {"limit": 90, "conditions": {"technique": ["stereotactic"]}, "structures": ["ThecalSac"]},
        "plain": EQD2 | {"limit": 90},
    }
    found = sensitivity(parse_case(raw), library=house_library(mine))
    assert [note for note in found.notes if note.startswith("structure")] == [
        EARLIER,
        "structure ThecalSac: house.mine, house.sum do not apply to its newest course that gives dose; the findings "
        "are about earlier ones",
    ]


def test_o04_a_limit_of_stereotactic_courses_and_a_conventional_plan() -> None:
    """O04: 30 Gy / 10 after 24 Gy / 3: the four of the sac are for stereotactic newest courses only."""
    sac = [{**one, "dose": cord(dose, "ThecalSac")} for one, dose in ((FIRST, 30), (SECOND, 12), (PLAN, 30))]
    read = parse_case(case(["ThecalSac"], *sac))
    library = load_library().select(["hytec-cord-2021"], profile=Profile())
    assert budget(read, n_fractions=[1, 5, 10], library=library).rows == ()
    found = when(read, library=library)
    assert {row.earliest for row in found.rows} == {None}
    assert len(found.rows) == 4
