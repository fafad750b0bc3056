"""One constraint over cases of two or three courses: every number of its findings, by hand.

Courses of 10, 20 and 30 Gy in fractions of 2 Gy: 20, 40 and 60 Gy2; nine months and then 24 between them, 34 from the
first to the third.
"""

from typing import Any

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
    second,
    third,
    unseen,
)
from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields
from reirrad.engine.codes import Cause, Exclusion, Status

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
        decided(MET, 2 / 3, 1 / 12, 0.75, "b", 1),
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
        decided(OPEN, (0, 9), -6, 6, "c", 2, causes=Cause.HISTORY_UNKNOWN),
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
    "after another interval": (
        history(first(), second()),
        {"limit": 30, "conditions": {"interval_months": [0, 9]}},
        excluded(Exclusion.OTHER_INTERVAL, 30, "b", 1),
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
        decided(OPEN, (0, 40), -10, 30, None, 1, causes=Cause.FIRST_COURSE_UNKNOWN),
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_one_case(name: str) -> None:
    raw, fields, expected = FINDINGS[name]
    assert item(raw, **fields) == expected
