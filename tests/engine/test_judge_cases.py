"""One constraint over several cases at once, and cases that are refused: every number of its findings, by hand.

Courses of 10, 20 and 30 Gy in fractions of 2 Gy: 20, 40 and 60 Gy2; nine months and then 24 between them.
"""

from typing import Any

import numpy as np
import pytest

from engine.hand_judges import (
    INF,
    MET,
    NOTHING,
    OPEN,
    OUT,
    VIOLATED,
    first,
    history,
    item,
    items,
    items_of,
    judge_of,
    second,
    third,
    view_of,
)
from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields
from engine.test_judge import NO_CAUSE, NO_EXCLUSION, NOT_STATED, STEREOTACTIC, THREE, excluded, refused
from reirrad.engine.codes import Cause, Exclusion
from reirrad.engine.judge import Judge
from reirrad.library import load_library


def test_without_a_number_of_fractions_there_is_no_limit() -> None:
    """Nor room below it, and nothing else is asked for: the dose is one number."""
    by_number: Fields = PHYSICAL | {"limit_by_n_fractions": {"5": 30, "10": 50}, "scope": "newest_course"}
    raws = history(first(), second(), third(schedule=None)), history(first(), second())
    unknown, known = items(judge_of(*raws, **by_number))
    assert (unknown.status, unknown.value, unknown.margin, unknown.course) == (OPEN, (30, 30), -INF, "c")
    assert unknown.causes == Cause.N_FRACTIONS_UNKNOWN
    assert np.isnan(unknown.limit).all()
    assert (known.status, known.limit, known.margin) == (MET, (50, 50), 30)
    ranged = item(history(first(), second([10, 20], schedule=None)), **by_number)
    assert ranged.causes == Cause.N_FRACTIONS_UNKNOWN | Cause.DOSE_RANGE


def test_a_first_course_by_itself_in_every_case() -> None:
    raws = history(first(), second()), history(first(60), second())
    found = items(judge_of(*raws, limit=50, scope="first_course", **PHYSICAL))
    assert [(one.status, one.value, one.course) for one in found] == [(MET, (10, 10), "a"), (VIOLATED, (60, 60), "a")]


def test_stated_months_are_compared_as_they_are() -> None:
    """6.1 in float64 is below 61/10: an interval is no sum, and is not decided again."""
    chain = history(first(start=None, end=None), second(start=None, end=None, months_since_previous=6.1))
    found = item(chain, **MONTHS, limit=6.1, comparison="at_least")
    assert (found.status, found.value, found.margin) == (MET, (6.1, 6.1), 0)


def test_where_a_constraint_applies_nowhere_no_dose_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some courses are no later ones, and the others are not stereotactic: nothing is computed for all of them."""
    judge = judge_of(history(first(technique="stereotactic"), second()), history(first()), limit=50, **STEREOTACTIC)

    def no_dose(*_: Any) -> Any:
        raise AssertionError("a dose is asked for")

    monkeypatch.setattr(judge.view, "quantities", no_dose)
    assert [(one.status, one.exclusion) for one in items(judge)] == [
        (OUT, Exclusion.OTHER_TECHNIQUE), (OUT, Exclusion.FEWER_THAN_TWO_COURSES),
    ]  # fmt: skip


def test_cases_of_different_numbers_of_courses() -> None:
    """In the order of the cases; rows are of none, of two and of three courses."""
    raws = history(*THREE), history(first(), second()), history(), history(second(), third())
    found = items(judge_of(*raws, limit=80, recovery="steps"))
    assert [(one.case, one.status, one.value, one.margin, one.course) for one in found] == [
        (0, VIOLATED, (90, 90), -10, "c"),
        (1, MET, (55, 55), 25, "b"),
        (2, OUT, NOTHING, INF, None),
        (3, MET, (80, 80), 0, "c"),  # 40 / 2 + 60
    ]
    assert [one.undiscounted for one in found] == [(120, 120), (60, 60), NOTHING, (100, 100)]
    assert [one.place for one in found] == [(2, 0, 2), (1, 0, 1), (0, 0, -1), (1, 1, 1)]


def test_the_order_that_is_reported() -> None:
    """Of the first case there are two rows: it has two orders, and 80 Gy2 were the newest in the second of them."""
    unordered = history(first(40, start=None), second(start="2010", end="2010-12-05"))
    found = items(judge_of(unordered, history(second(), third()), limit=100, scope="newest_course"))
    assert [(one.case, one.status, one.value, one.margin, one.course) for one in found] == [
        (0, MET, (40, 80), 20, None),
        (1, MET, (60, 60), 40, "c"),
    ]
    assert [one.place for one in found] == [(0, 1, 1), (0, 2, 1)]
    found = items(judge_of(unordered, history(second(), third()), limit=130, recovery="all"))
    # nothing is recovered within 2010, and everything when the third begins
    assert [(one.value, one.undiscounted) for one in found] == [((120, 120), (120, 120)), ((60, 60), (100, 100))]


def test_too_many_orders_decide_nothing() -> None:
    courses = [first(start=None, end=None, name=name) for name in "abcdefg"]
    assert item(history(*courses), limit=1) == refused(Cause.ORDER_UNKNOWN, 1, "g", 6)
    assert item(history(*courses), limit=1, **STEREOTACTIC) == excluded(Exclusion.OTHER_TECHNIQUE, 1, "g", 6)


def test_what_is_refused_for_one_case_is_not_for_another() -> None:
    """The limit of what cannot be evaluated is for stereotactic courses; 30 is raised to 37.5 where it applies."""
    raws = history(first(), second()), history(first(), second(technique="stereotactic"))
    found = items(judge_of(*raws, limit=30, **NOT_STATED, **STEREOTACTIC))
    assert [(one.status, one.causes, one.exclusion) for one in found] == [
        (OUT, NO_CAUSE, Exclusion.OTHER_TECHNIQUE),
        (OPEN, Cause.ALPHA_BETA_NOT_STATED, NO_EXCLUSION),
    ]
    found = items(judge_of(*raws, limit=30, recovery="raised", **EQD2, **STEREOTACTIC))
    assert [(one.status, one.limit, one.margin) for one in found] == [(OUT, (30, 30), INF), (MET, (37.5, 37.5), 7.5)]


def test_what_was_not_read_leaves_only_violations() -> None:
    raws = history(first(), second()), history(first(20), second()), history(first(), second())
    judge = judge_of(*raws, limit=70)
    judge.view.batch.has_unread[:2] = True
    found = [(one.status, one.value, one.margin, one.causes) for one in items(judge)]
    assert found == [
        (OPEN, NOTHING, -INF, Cause.ROW_QUARANTINED),
        (VIOLATED, (80, 80), -10, NO_CAUSE),
        (MET, (60, 60), 10, NO_CAUSE),
    ]


def test_the_model_allows_what_it_says_and_no_other_turn() -> None:
    """20 Gy2, and nine months later 40 Gy2: far below what is allowed, which is more than the tolerance less 20."""
    loaded, constraint = next(
        (loaded, one) for loaded, one in load_library().constraints() if one.cord_model is not None
    )
    convention = loaded.edition.convention_of(constraint)
    judge = Judge(view_of(history(first(), second()), history(*THREE)), constraint, convention, strict=False)
    two, three = items_of(judge.judge(), judge.view.batch)
    assert (two.status, two.value, two.course, two.causes) == (MET, (40, 40), "b", NO_CAUSE)
    assert two.limit[0] == two.limit[1] == two.margin + 40
    assert 89.6 < two.limit[0] < 109.6
    assert (three.status, three.causes, three.course) == (OPEN, Cause.OUTSIDE_MODEL, "c")
    assert np.isnan(three.limit).all()
