"""One constraint over cases of two or three courses: every number of its findings, by hand.

Courses of 10, 20 and 30 Gy in fractions of 2 Gy: 20, 40 and 60 Gy2; nine months and then 24 between them, 34 from the
first to the third.
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
    Ends,
    Item,
    Raw,
    first,
    history,
    item,
    items,
    items_of,
    judge_of,
    second,
    third,
    unseen,
    view_of,
)
from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields
from reirrad.engine.codes import Cause, Exclusion, Status
from reirrad.engine.judge import Judge
from reirrad.library import load_library

NO_CAUSE, NO_EXCLUSION = Cause(0), Exclusion.NONE
THREE = first(), second(), third()
NO_DOSE: Fields = {"schedule": "10 Gy / 5"}
STEREOTACTIC: Fields = {"conditions": {"technique": ["stereotactic"]}}
NOT_STATED: Fields = {"alpha_beta_gy": "not stated", "profile": "incomplete"}
SCORE: Fields = {
    "scope": "score",
    "score": {
        "cumulative_above_gy": [100, 120], "points_per_band": 2, "interval_below_months": 10, "interval_points": 3,
        "course_at_least_gy": 60, "course_points": 5,
        "group": [{"name": "any", "rate": "none", "locator": "none"}],
    },
}  # fmt: skip


def decided(
    status: Status,
    value: float | Ends,
    margin: float,
    limit: float | Ends,
    course: str | None,
    turn: int,
    *,
    causes: Cause = NO_CAUSE,
    exclusion: Exclusion = NO_EXCLUSION,
    undiscounted: float | Ends = NOTHING,
) -> Item:
    """Return the finding of the only case, in its only order."""
    value, limit, undiscounted = (
        number if isinstance(number, tuple) else (number, number) for number in (value, limit, undiscounted)
    )
    return Item(0, status, value, margin, limit, causes, exclusion, course, undiscounted, (0, 0, turn))


def refused(cause: Cause, limit: float | Ends, course: str | None, turn: int, **more: Any) -> Item:
    return decided(OPEN, NOTHING, -INF, limit, course, turn, causes=cause, **more)


def excluded(exclusion: Exclusion, limit: float | Ends, course: str | None, turn: int, **more: Any) -> Item:
    return decided(OUT, NOTHING, INF, limit, course, turn, exclusion=exclusion, **more)


FINDINGS: dict[str, tuple[Raw, Fields, Item]] = {
    "sum": (history(*THREE), {"limit": 135.5}, decided(MET, 120, 15.5, 135.5, "c", 2)),
    # 0.75 x 20 + 40 = 55, and then (20 + 40) / 2 + 60 = 90
    "discounted": (
        history(*THREE),
        {"limit": 120, "recovery": "steps"},
        decided(MET, 90, 30, 120, "c", 2, undiscounted=120),
    ),
    # everything is recovered after 24 months: 20 + 40 = 60 after nine, and the third one, of 20 Gy2, by itself
    "an earlier turn": (
        history(first(), second(), third(10)),
        {"limit": 100, "recovery": "all"},
        decided(MET, 60, 40, 100, "b", 1, undiscounted=60),
    ),
    "newest": (history(*THREE), {"limit": 50, "scope": "newest_course"}, decided(VIOLATED, 60, -10, 50, "c", 2)),
    "each": (
        history(first(40), second(), third()),
        {"limit": 100, "scope": "each_course"},
        decided(MET, 80, 20, 100, "a", 0),
    ),
    # the first course is no later one: nothing is asked of it
    "not the first": (
        history(first(40), second(), third()),
        {"limit": 100, "scope": "newest_course"},
        decided(MET, 60, 40, 100, "c", 2),
    ),
    "share": (
        history(*THREE),
        EQD2 | {"limit": 0.75, "scope": "share"},
        decided(MET, 20 / 30, 0.75 - 20 / 30, 0.75, "b", 1),
    ),
    "interval": (history(*THREE), MONTHS | {"limit": 6, "comparison": "at_least"}, decided(MET, 9, 3, 6, "c", 2)),
    "first": (history(*THREE), PHYSICAL | {"limit": 50, "scope": "first_course"}, decided(MET, 10, 40, 50, "a", 0)),
    "only": (history(first()), PHYSICAL | {"limit": 50, "scope": "first_course"}, decided(MET, 10, 40, 50, "a", 0)),
    # 50 x 1.25 after nine months
    "raised": (history(*THREE), EQD2 | {"limit": 50, "recovery": "raised"}, decided(MET, 60, 2.5, 62.5, "c", 2)),
    # 120 is above 100 and not above 120: 2; nine months: 3; 60 at once: 5
    "score": (history(*THREE), SCORE | {"limit": 4}, decided(VIOLATED, 10, -6, 4, "c", 2)),
    "unseen": (
        unseen(*THREE),
        {"limit": 135.5},
        decided(OPEN, (120, INF), -INF, 135.5, "c", 2, causes=Cause.HISTORY_UNKNOWN),
    ),
    "unseen and beyond": (unseen(*THREE), {"limit": 100}, decided(VIOLATED, (120, INF), -INF, 100, "c", 2)),
    "unseen and discounted": (
        unseen(*THREE),
        {"limit": 80, "recovery": "steps"},
        decided(VIOLATED, (90, INF), -INF, 80, "c", 2, undiscounted=(120, INF)),
    ),
    "unseen and one": (
        unseen(first()),
        {"limit": 135.5},
        decided(OPEN, (20, INF), -INF, 135.5, "a", 0, causes=Cause.HISTORY_UNKNOWN),
    ),
    "unseen, newest": (unseen(first()), {"limit": 50, "scope": "newest_course"}, decided(MET, 20, 30, 50, "a", 0)),
    "unseen, each": (
        unseen(*THREE),
        {"limit": 100, "scope": "each_course"},
        decided(OPEN, (0, INF), -INF, 100, None, -1, causes=Cause.HISTORY_UNKNOWN),
    ),
    "unseen, each, by a course": (
        unseen(*THREE),
        {"limit": 50, "scope": "each_course"},
        decided(VIOLATED, 60, -10, 50, "c", 2),
    ),
    "unseen, each, from below": (
        unseen(*THREE),
        {"limit": 5, "scope": "each_course", "comparison": "at_least"},
        decided(OPEN, (0, INF), -5, 5, None, -1, causes=Cause.HISTORY_UNKNOWN),
    ),
    "unseen, interval": (
        unseen(*THREE),
        MONTHS | {"limit": 6, "comparison": "at_least"},
        decided(OPEN, (0, 9), -6, 6, "c", 2, causes=Cause.HISTORY_UNKNOWN | Cause.INTERVAL_UNKNOWN),
    ),
    "unseen, first": (
        unseen(*THREE),
        PHYSICAL | {"limit": 50, "scope": "first_course"},
        refused(Cause.HISTORY_UNKNOWN, 50, None, 2),
    ),
    "no course": (history(), {"limit": [30, 40]}, excluded(Exclusion.NO_COURSE, (30, 40), None, -1)),
    "no course that counts": (
        history(first(0, **NO_DOSE)),
        {"limit": 30},
        excluded(Exclusion.NO_COURSE, 30, None, -1),
    ),
    "no course, unseen": (unseen(), {"limit": 30}, refused(Cause.HISTORY_UNKNOWN, 30, None, -1)),
    "no course, unseen and impossible": (
        unseen(),
        {"limit": 30} | NOT_STATED,
        refused(Cause.ALPHA_BETA_NOT_STATED, 30, None, -1),
    ),
    "one course": (history(first()), {"limit": 30}, excluded(Exclusion.FEWER_THAN_TWO_COURSES, 30, "a", 0)),
    "one item": (
        history(first()),
        {"limit": 30, "scope": "each_course"},
        excluded(Exclusion.FEWER_THAN_TWO_COURSES, 30, "a", 0),
    ),
    "impossible": (history(*THREE), {"limit": 30} | NOT_STATED, refused(Cause.ALPHA_BETA_NOT_STATED, 30, "c", 2)),
    "impossible and discounted": (
        history(*THREE),
        {"limit": 30, "recovery": "steps"} | NOT_STATED,
        refused(Cause.ALPHA_BETA_NOT_STATED, 30, "c", 2),
    ),
    "impossible and elsewhere": (
        history(*THREE),
        {"limit": 30} | NOT_STATED | STEREOTACTIC,
        excluded(Exclusion.OTHER_TECHNIQUE, 30, "c", 2),
    ),
    # of the unseen course alone nobody knows that it is no stereotactic one
    "unseen and impossible": (
        unseen(*THREE),
        {"limit": 30, "scope": "each_course"} | NOT_STATED | STEREOTACTIC,
        refused(Cause.ALPHA_BETA_NOT_STATED, 30, None, -1),
    ),
    "no technique": (
        history(first(), second(technique=None)),
        {"limit": 100} | STEREOTACTIC,
        decided(OPEN, 60, 40, 100, "b", 1, causes=Cause.TECHNIQUE_UNKNOWN),
    ),
    # the first may have given nothing, then the second was the first; the third, of 120 Gy2, was not
    "two candidates": (
        history(first([0, 10]), second(), third(60)),
        {"limit": 50, "scope": "first_course"},
        decided(MET, (0, 40), 10, 50, None, 1),
    ),
    "candidates that disagree": (
        history(first([0, 10]), second(), third()),
        {"limit": 30, "scope": "first_course"},
        decided(OPEN, (0, 40), -10, 30, None, 1, causes=Cause.DOSE_UNKNOWN),
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_one_case(name: str) -> None:
    raw, fields, expected = FINDINGS[name]
    assert item(raw, **fields) == expected


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
