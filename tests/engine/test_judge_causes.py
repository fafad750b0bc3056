"""Why a turn is open: every cause that its value, or its limit, is a range.

The courses are those of ``hand_judges``: 20, 40 and 60 Gy2, nine months and then 24 between them.
"""

from typing import Any

import pytest

from engine.hand_judges import (
    INF,
    MET,
    OPEN,
    OUT,
    VIOLATED,
    Raw,
    first,
    history,
    judge_of,
    second,
    third,
    unseen,
)
from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields
from engine.test_judge import SCORE, STEREOTACTIC
from engine.test_judge_steps import D01, FINE, both
from reirrad.engine.codes import Cause, Status
from reirrad.engine.judge import Judge

#: status, value from and to, and causes
Turn = tuple[Status, tuple[Any, Any], Cause]


def turns(judge: Judge) -> list[Turn]:
    """Return status, value and causes of each turn of the first row."""
    decided = judge._decide(0, judge.view.rows[0])
    columns = (decided.status, *decided.value, decided.causes)
    return [
        (Status(status), (low, high), Cause(causes))
        for status, low, high, causes in zip(*(column[0].tolist() for column in columns), strict=True)
    ]


NONE, RANGE, UNKNOWN = Cause(0), Cause.DOSE_RANGE, Cause.DOSE_UNKNOWN
HISTORY, INTERVAL, RECOVERY = Cause.HISTORY_UNKNOWN, Cause.INTERVAL_UNKNOWN, Cause.RECOVERY_NOT_STATED
PROOF, SOURCE = Cause.SUM_NOT_PROVEN, Cause.SOURCE_RANGE
NO_TURN = (OUT, (INF, -INF), NONE)
# 10 Gy in ten fractions are 10 (1 + 1/2) = 15 Gy2; 2 Gy in one are 4 Gy2
WIDE, SMALL = second([10, 20]), third(2)
# 3 February to 5 November: five months or nine
OPEN_MONTHS = second(start="2010-07-05/2010-11-05")
HALF_UNKNOWN = third(2, dose=None)

CAUSES: dict[str, tuple[Raw, Fields, list[Turn]]] = {
    "a range stays in later sums": (
        history(first(), WIDE, SMALL),
        {"limit": 59},
        [NO_TURN, (OPEN, (35, 60), RANGE), (OPEN, (39, 64), RANGE)],
    ),
    "and not where it is decided": (
        history(first(), WIDE, third()),
        {"limit": 59},
        [NO_TURN, (OPEN, (35, 60), RANGE), (VIOLATED, (95, 120), NONE)],
    ),
    "of several causes": (
        history(first(), WIDE, HALF_UNKNOWN),
        {"limit": 59},
        [NO_TURN, (OPEN, (35, 60), RANGE), (OPEN, (35, INF), RANGE | UNKNOWN)],
    ),
    "a course by itself has its own": (
        unseen(first(start="2009"), WIDE, HALF_UNKNOWN),
        {"limit": 39, "scope": "newest_course"},
        [(MET, (20, 20), NONE), (OPEN, (15, 40), RANGE), (OPEN, (0, INF), UNKNOWN)],
    ),
    "an unseen course is in every sum": (
        unseen(first(), WIDE),
        {"limit": 59},
        [(OPEN, (20, INF), HISTORY), (OPEN, (35, INF), HISTORY | RANGE)],
    ),
    "and in every share": (
        unseen(first(), WIDE),
        EQD2 | {"limit": 0.25, "scope": "share"},
        [(OPEN, (0, 1), HISTORY), (OPEN, (0, 20 / 30), HISTORY | RANGE)],
    ),
    "and in every interval, where no dose matters": (
        unseen(first(), WIDE),
        MONTHS | {"limit": 6, "comparison": "at_least"},
        [(OPEN, (0, INF), HISTORY), (OPEN, (0, 9), HISTORY)],
    ),
    # five to nine months, where six are asked for
    "both the history and months": (
        unseen(first(), OPEN_MONTHS),
        MONTHS | {"limit": 6, "comparison": "at_least"},
        [(OPEN, (0, INF), HISTORY), (OPEN, (0, 9), HISTORY | INTERVAL)],
    ),
    # and where four are, five to nine decide
    "months that decide without the history": (
        unseen(first(), OPEN_MONTHS),
        MONTHS | {"limit": 4, "comparison": "at_least"},
        [(OPEN, (0, INF), HISTORY), (OPEN, (0, 9), HISTORY)],
    ),
    "months": (
        history(first(), OPEN_MONTHS),
        MONTHS | {"limit": 6, "comparison": "at_least"},
        [NO_TURN, (OPEN, (5, 9), INTERVAL)],
    ),
    "months do not matter to a plain sum": (
        history(first([8, 10]), OPEN_MONTHS),
        {"limit": 59},
        [NO_TURN, (OPEN, (54.4, 60), RANGE)],  # 8 (1 + 1.6/2) = 14.4
    ),
    # a quarter is recovered from six months on
    "months decide what is recovered": (
        history(first(), OPEN_MONTHS),
        {"limit": 59, "recovery": "steps"},
        [NO_TURN, (OPEN, (55, 60), INTERVAL)],
    ),
    # 14.4 to 20 Gy2 of the first: 0.75 x 14.4 + 40, to 60
    "months and a dose decide": (
        history(first([8, 10]), OPEN_MONTHS),
        {"limit": 59, "recovery": "steps"},
        [NO_TURN, (OPEN, (50.8, 60), RANGE | INTERVAL)],
    ),
    # nothing is said of what is recovered after five years
    "what is recovered is not stated": (
        history(first(), second(start="2015-02-05", end="2015-03-05")),
        {"limit": 59, "recovery": "gap"},
        [NO_TURN, (OPEN, (40, 60), RECOVERY)],
    ),
    # at most 60 Gy2 at once: five points, and three for the months
    "months decide a score": (
        history(first(), second(30, start="2010-07-05/2011-02-05", end="2011-03-05")),
        SCORE | {"limit": 6},
        [NO_TURN, (OPEN, (5, 8), INTERVAL)],
    ),
    # the second course began within twelve months of the first, whatever was before
    "a score of sums": (unseen(first(), second()), SCORE | {"limit": 3}, [
        (OPEN, (0, 12), HISTORY), (OPEN, (3, 12), HISTORY),
    ]),
    # 50 Gy, or 62.5 from six months on
    "months decide a tolerance": (
        history(first(), second(50, start="2010-07-05/2010-11-05")),
        EQD2 | {"limit": 50, "recovery": "raised"},
        [NO_TURN, (OPEN, (60, 60), INTERVAL)],
    ),
    # 62.5 Gy after nine months, and 50 if a course between left none
    "the history decides a tolerance": (
        unseen(first(), second(50)),
        EQD2 | {"limit": 50, "recovery": "raised"},
        [(OPEN, (10, INF), HISTORY), (OPEN, (60, INF), HISTORY)],
    ),
    # from nine to twelve months nothing is stated: the tolerance may be twice as high
    "the tolerance is not stated": (
        history(first(), second(50)),
        EQD2 | {"limit": 50, "recovery": "raised-gap"},
        [NO_TURN, (OPEN, (60, 60), RECOVERY)],
    ),
    "a tolerance that is known, and a dose that is not": (
        history(first(), second([40, 60])),
        EQD2 | {"limit": 50, "recovery": "raised"},
        # 40 Gy in 30 fractions: 40 (1 + (4/3)/2) / 2 = 100/3
        [NO_TURN, (OPEN, (pytest.approx(10 + 100 / 3), 70), RANGE)],
    ),
    # 0 of 0 + 0 to 0.1 cc, of courses that give dose elsewhere
    "a share of nothing": (
        history(first(**both(10, 0)), second(**both(10, 0))),
        EQD2 | D01 | {"limit": 0.5, "scope": "share"},
        [NO_TURN, (OPEN, (0, 1), RANGE)],
    ),
    "the modality": (
        history(first(), second(modality="proton")),
        {"limit": 59},
        [NO_TURN, (OPEN, (20, INF), Cause.MODALITY_NOT_SUPPORTED)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSES)
def test_why_a_turn_is_open(name: str) -> None:
    raw, fields, expected = CAUSES[name]
    assert turns(judge_of(raw, **fields)) == expected


@pytest.mark.parametrize(
    ("low", "high", "comparison", "expected"),
    [
        # between the ends it is the source that does not say
        (41, 49, "at_most", (OPEN, SOURCE)),
        (41, 50, "at_most", (OPEN, SOURCE)),
        (50, 50, "at_most", (OPEN, SOURCE)),
        # a range that reaches an end, or beyond
        (40, 49, "at_most", (OPEN, RANGE | SOURCE)),
        (41, 51, "at_most", (OPEN, RANGE | SOURCE)),
        (39, 51, "at_most", (OPEN, RANGE | SOURCE)),
        (30, 40, "at_most", (MET, NONE)),
        (51, 60, "at_most", (VIOLATED, NONE)),
        (41, 49, "at_least", (OPEN, SOURCE)),
        (30, 40, "at_least", (OPEN, RANGE | SOURCE)),
    ],
)
def test_a_printed_range_of_40_to_50(low: int, high: int, comparison: str, expected: tuple[Status, Cause]) -> None:
    raw = history(first(), second([low, high] if low < high else low))
    judge = judge_of(raw, limit=[40, 50], comparison=comparison, scope="newest_course", **PHYSICAL)
    status, value, causes = turns(judge)[1]
    assert (value, (status, causes)) == ((low, high), expected)


def test_what_is_about_one_case_is_not_said_of_another() -> None:
    judge = judge_of(history(first(), WIDE), unseen(first(), second(18)), history(first(), second()), limit=59)
    decided = judge._decide(0, judge.view.rows[0])
    assert decided.status.tolist() == [[OUT, OPEN], [OPEN, OPEN], [OUT, VIOLATED]]
    assert decided.causes.tolist() == [[0, RANGE], [HISTORY, HISTORY], [0, 0]]


def test_what_is_not_proved_says_so_from_the_second_course_on() -> None:
    first_two = unseen(first(**both(12, 10)), second(**both(20, 20)))
    assert [causes for *_, causes in turns(judge_of(first_two, strict=True, limit=60, **D01))] == [
        HISTORY, HISTORY | PROOF,
    ]  # fmt: skip
    assert turns(judge_of(FINE, strict=True, limit=65, **D01))[1:] == [
        (OPEN, (40, pytest.approx(66.4)), PROOF), (OPEN, (40, pytest.approx(81.4)), PROOF),
    ]  # fmt: skip


def test_what_does_not_apply_has_no_turn() -> None:
    judge = judge_of(history(first(), second(technique="stereotactic"), third()), limit=59, **STEREOTACTIC)
    assert turns(judge) == [NO_TURN, (VIOLATED, (60, 60), NONE), NO_TURN]
