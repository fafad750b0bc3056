"""The steps of a judge by themselves: what cannot be evaluated, sums that must be proved, and exact ones.

The courses are those of ``hand_judges``: nine months and then 24 between them.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
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
    items,
    judge_of,
    second,
    third,
    view_of,
)
from engine.house_edition import DISTRIBUTION, EQD2, MONTHS, PHYSICAL, Fields
from engine.test_judge import NOT_STATED, SCORE, THREE
from reirrad.engine.codes import Cause
from reirrad.engine.convert import Conversion, Span
from reirrad.engine.judge import Judge
from reirrad.engine.judged import Judged, joined_cases
from reirrad.engine.scopes import Turns, share_of_bounds

IMPOSSIBLE: list[tuple[Fields, int]] = [
    ({}, 0),
    (NOT_STATED, Cause.ALPHA_BETA_NOT_STATED),
    (EQD2 | NOT_STATED, Cause.ALPHA_BETA_NOT_STATED),
    (PHYSICAL, 0),
    (DISTRIBUTION | PHYSICAL | {"metric": "Mean[Gy]"}, Cause.METRIC_NOT_SUMMABLE),
    (DISTRIBUTION | PHYSICAL | {"metric": "V20Gy[%]"}, Cause.METRIC_NOT_SUMMABLE),
    (DISTRIBUTION | PHYSICAL | {"metric": "D2cc[Gy]"}, Cause.METRIC_NOT_SUMMABLE),
    ({"metric": "D1cc[Gy]"}, 0),
    (DISTRIBUTION | PHYSICAL | {"metric": "Mean[Gy]", "scope": "newest_course"}, 0),
    (DISTRIBUTION | PHYSICAL | {"metric": "V20Gy[%]", "scope": "each_course"}, 0),
    (DISTRIBUTION | {"metric": "Mean[Gy]", "scope": "newest_course"}, Cause.DISTRIBUTION_NEEDED),
    (DISTRIBUTION | {"metric": "V20Gy[%]", "scope": "first_course"}, Cause.DISTRIBUTION_NEEDED),
    (DISTRIBUTION | EQD2 | {"metric": "D2cc[Gy]", "scope": "newest_course"}, 0),
]


@pytest.mark.parametrize(("fields", "cause"), IMPOSSIBLE)
def test_what_can_be_evaluated_for_no_case(fields: Fields, cause: int) -> None:
    assert judge_of(history(*THREE), limit=30, **fields).impossible() == cause


@pytest.mark.parametrize(
    ("fields", "strict", "conversion", "is_strict_sum"),
    [
        ({}, True, Conversion("BED", 2.0), False),
        (EQD2 | {"alpha_beta_gy": 2.5}, False, Conversion("EQD2", 2.5), False),
        (NOT_STATED, False, Conversion("BED", None), False),
        (PHYSICAL, False, Conversion("physical", None), False),
        (MONTHS | {"comparison": "at_least"}, True, Conversion("physical", None), False),
        ({"metric": "D0.1cc[Gy]"}, True, Conversion("BED", 2.0), True),
        ({"metric": "D0.1cc[Gy]"}, False, Conversion("BED", 2.0), False),
        ({"metric": "D0.1cc[Gy]", "scope": "newest_course"}, True, Conversion("BED", 2.0), False),
    ],
)
def test_what_is_converted_and_what_must_be_proved(
    fields: Fields, *, strict: bool, conversion: Conversion, is_strict_sum: bool
) -> None:
    judge = judge_of(history(*THREE), strict=strict, **{"limit": 30} | fields)
    other = view_of(history(first()), metric=judge.constraint.metric)
    same = judge.on(other)
    assert (same.view, same.constraint, same.convention) == (other, judge.constraint, judge.convention)
    for one in (judge, same):
        assert (one.conversion, one.strict, one.is_strict_sum) == (conversion, strict, is_strict_sum)


D01: Fields = {"metric": "D0.1cc[Gy]"}


def both(largest: int, fine: int) -> Raw:
    """Return a dose table with a Max beside a dose to 0.1 cc."""
    return {"dose": {"SpinalCord": {"Max[Gy]": largest, "D0.1cc[Gy]": fine, "basis": "plan"}}}


#: BED 20, 40 and 8 Gy2 of 0.1 cc; by Max 12 (1 + 2.4/2) = 26.4, 40 and 6 (1 + 3/2) = 15; not in their order
FINE = history(third(4, **both(6, 4)), first(**both(12, 10)), second(**both(20, 20)))

STRICT: list[tuple[Fields, bool, list[float], list[float]]] = [
    ({"limit": 1}, False, [20, 60, 68], [20, 60, 68]),
    # the largest course, and the sum of the Max; of one course what is stated
    ({"limit": 1}, True, [20, 40, 40], [20, 66.4, 81.4]),
    # 15 + 40, and then 10 + 20 + 8
    ({"limit": 1, "recovery": "steps"}, False, [20, 55, 38], [20, 55, 38]),
    # 0.75 x 26.4 + 40, and then 13.2 + 20 + 15
    ({"limit": 1, "recovery": "steps"}, True, [20, 40, 20], [20, 59.8, 48.2]),
]


@pytest.mark.parametrize(("fields", "strict", "low", "high"), STRICT)
def test_sums_of_near_maxima(fields: Fields, *, strict: bool, low: list[float], high: list[float]) -> None:
    judge = judge_of(FINE, strict=strict, **D01, **fields)
    rows = judge.view.rows[0]
    numbers = judge.turns(0, rows)
    exactly = numbers.of(judge.exact_quantity(rows.course))
    assert exactly.is_exact()
    for of_courses in (numbers, exactly):
        total = judge._total(of_courses, rows.course)
        assert total.low.astype(float).tolist() == [pytest.approx(low)]
        assert total.high.astype(float).tolist() == [pytest.approx(high)]
    assert {type(end) for end in judge._total(exactly, rows.course).high.flat} == {Fraction}
    if strict:
        assert judge._maxima(exactly, rows.course)[0, 1:].astype(float).tolist() == pytest.approx(high[1:])


def test_a_share_of_what_is_not_proved() -> None:
    """EQD2 20 of 20 at least, and 13.2 + 20 at most; then 4 of 20, or of 13.2 + 20 + 7.5."""
    judge = judge_of(FINE, strict=True, scope="share", limit=1, **D01, **EQD2)
    rows = judge.view.rows[0]
    share = judge.value(judge.turns(0, rows), rows.course)
    assert share.low[0, 1:].tolist() == pytest.approx([20 / 33.2, 4 / 40.7])
    assert share.high[0, 1:].tolist() == pytest.approx([1, 4 / 20])
    # by convention 20 of 10 + 20, and 4 of 34
    plain = judge_of(FINE, scope="share", limit=1, **D01, **EQD2)
    assert plain.value(plain.turns(0, rows), rows.course).low[0, 1:].tolist() == pytest.approx([20 / 30, 4 / 34])


def test_shares_of_bounds_at_their_ends() -> None:
    """Doses of 0, and such as are not known; the sum is at least the largest of them."""

    def part(newest: Any, earlier: Any, most: float, *, unseen: bool = False) -> tuple[float, float]:
        low, high = (np.array([[earlier[at], newest[at]]], dtype=float) for at in (0, 1))
        turns = Turns(Span(low, high), Span(low, high), np.array([unseen]))
        total = Span(np.maximum.accumulate(low, axis=1), np.array([[INF if unseen else 0, most]]))
        share = share_of_bounds(turns, total)
        return float(share.low[0, 1]), float(share.high[0, 1])

    assert part((10, 10), (30, 30), 50) == (0.2, pytest.approx(1 / 3))
    assert part((10, 20), (15, 30), 50) == (0.2, 1)
    assert part((0, 0), (0, 0), 0) == (0, 1)
    assert part((0, 0), (0, 10), 10) == (0, 1)
    assert part((0, 0), (5, 10), 10) == (0, 0)
    assert part((0, INF), (5, 10), INF) == (0, 1)
    assert part((10, 10), (5, INF), INF) == (0, 1)
    assert part((10, 10), (20, 20), INF, unseen=True) == (0, 0.5)
    assert part((0.25, 0.25), (0.5, 0.5), 0.5) == (0.5, 0.5)


NEAR: list[tuple[Fields, list[bool]]] = [
    # sums of 60 and 120
    ({"limit": 120}, [False, False, True]),
    ({"limit": [60, 90]}, [False, True, False]),
    ({"limit": [30, 60]}, [False, True, False]),
    ({"limit": 119}, [False, False, False]),
    # edges of 100 and 120, and courses of 60
    (SCORE | {"limit": 5}, [False, False, True]),
    (SCORE | {"limit": 5, "score": SCORE["score"] | {"cumulative_above_gy": [60, 100]}}, [False, True, True]),
    (SCORE | {"limit": 5, "score": SCORE["score"] | {"course_at_least_gy": 40}}, [False, True, True]),
    (
        SCORE | {"limit": 5, "score": SCORE["score"] | {"course_at_least_gy": 30, "cumulative_above_gy": [20, 60]}},
        [True, True, False],
    ),
]


@pytest.mark.parametrize(("fields", "expected"), NEAR)
def test_which_turns_are_decided_exactly(fields: Fields, expected: list[bool]) -> None:
    judge = judge_of(history(*THREE), **fields)
    rows = judge.view.rows[0]
    numbers = judge.turns(0, rows)
    value = judge.value(numbers, rows.course)
    decided = judge._decide(0, rows)
    # the first turn is none: of what is left out no value is kept
    decided.value = value
    assert judge._near(decided, numbers, rows.course).tolist() == [expected]


# 25.6 (1 + 1.6/2) + 33.6 (1 + 2.4/2) = 46.08 + 73.92 = 120, and in float64 a little more
HIT = first(dose={"SpinalCord": {"Max[Gy]": 25.6, "basis": "plan"}}, schedule="25.6 Gy / 16")


def hit(dose: Any) -> Raw:
    return history(HIT, second(dose={"SpinalCord": {"Max[Gy]": dose, "basis": "plan"}}, schedule="33.6 Gy / 14"))


def test_what_must_be_proved_is_decided_exactly_too() -> None:
    """The largest course has 40 Gy2 of 0.1 cc, and the sums by Max are 66.4 and 81.4."""
    judge = judge_of(FINE, strict=True, limit=40, **D01)
    (found,) = items(judge)
    assert (found.status, found.value, found.course) == (OPEN, (40, 81.4), "c")
    for edges, expected in (([10, 40], [False, True, True]), ([10, 66.4], [False, True, False])):
        score = SCORE["score"] | {"cumulative_above_gy": edges, "course_at_least_gy": 1000}
        judge = judge_of(FINE, strict=True, **D01 | SCORE | {"limit": 5, "score": score})
        rows = judge.view.rows[0]
        near = judge._near(judge._decide(0, rows), judge.turns(0, rows), rows.course)
        assert near.tolist() == [expected]


def test_a_score_that_must_be_proved() -> None:
    """40 and at most 66.4 Gy2 are above 30: 2, and nine months: 3; 81.4 Gy2 would be above 70 too."""
    score = SCORE | {"limit": 5, "score": SCORE["score"] | {"cumulative_above_gy": [30, 70]}}
    two = history(first(**both(12, 10)), second(**both(20, 20)))
    found = items(judge_of(FINE, two, two, strict=True, **D01, **score))
    assert [(one.status, one.value, one.course) for one in found] == [
        (OPEN, (5, 7), "c"), (MET, (5, 5), "b"), (MET, (5, 5), "b"),
    ]  # fmt: skip


def test_only_what_is_near_is_decided_exactly() -> None:
    """Exact sums of 120, of half a thousand millionth more or less, and of a range that ends at 120."""
    raws = (
        history(first(), second()), hit(33.6), hit(33.6 + 1e-14), hit([30, 33.6]), history(second(), third()),
        hit(33.6 - 1e-14),
    )  # fmt: skip
    assert 25.6 * (1 + 1.6 / 2) + 33.6 * (1 + 2.4 / 2) != 120
    found = items(judge_of(*raws, limit=120))
    above, below = np.nextafter(120, INF), np.nextafter(120, 0)
    # 30 (1 + (30/14)/2) + 46.08
    low = float(Fraction("46.08") + 30 + Fraction(900, 28))
    assert [one.status for one in found] == [MET, MET, VIOLATED, MET, MET, MET]
    assert [one.value for one in found] == [
        (60, 60), (120, 120), (pytest.approx(120), pytest.approx(120)), (low, 120), (100, 100),
        (pytest.approx(120), pytest.approx(120)),
    ]  # fmt: skip
    assert found[2].value[0] >= above
    assert found[5].value[1] <= below
    margins = [one.margin for one in found]
    assert (margins[0], margins[1], margins[3], margins[4]) == (60, 0, 0, 20)
    assert -1e-13 < margins[2] < 0 < margins[5] < 1e-13
    strictly = items(judge_of(*raws, limit=120, comparison="below"))
    assert [one.status for one in strictly] == [MET, VIOLATED, VIOLATED, OPEN, MET, MET]
    # no edition may have a lower limit of a sum: the comparison is changed afterwards
    judge = judge_of(*raws, limit=120)
    turned = replace(judge.constraint, comparison="at_least")
    lower = items(Judge(judge.view, turned, judge.convention, strict=False))
    assert [one.status for one in lower] == [VIOLATED, MET, MET, OPEN, VIOLATED, VIOLATED]
    assert [lower[at].margin for at in (1, 3)] == [0, pytest.approx(low - 120)]


def test_exact_doses_of_every_order() -> None:
    judge = judge_of(history(second(), first(start=None, end=None)), limit=1)
    rows = judge.view.rows[0]
    quantity = judge.exact_quantity(rows.course)
    for end in quantity:
        assert end.tolist() == [[Fraction(20), Fraction(40)], [Fraction(40), Fraction(20)]]
        assert {type(one) for one in end.flat} == {Fraction}


def test_a_discounted_sum_knows_what_is_recovered() -> None:
    rows_of = {}
    for name in ("none", "steps", "raised"):
        judge = judge_of(history(*THREE), limit=1, recovery=name)
        rows_of[name] = judge.turns(0, judge.view.rows[0])
    assert rows_of["none"].recovered == rows_of["raised"].recovered == ()
    assert [span.low.tolist() for span in rows_of["steps"].recovered] == [[[]], [[0.25]], [[0.5, 0.5]]]
    for found in rows_of.values():
        assert isinstance(found.quantity, Span)
        assert found.quantity.low.tolist() == found.quantity.high.tolist() == [[20, 40, 60]]
        assert found.interval.low.tolist() == [[0, 9, 9]]
        assert found.unseen.tolist() == [False]


def test_findings_of_several_parts_are_in_the_order_of_the_cases() -> None:
    raws = history(first(), second()), history(), history(first(), second(6))
    judge = judge_of(*raws, limit=60, recovery="steps")
    parts = [judge._judge_rows(at, rows) for at, rows in enumerate(judge.view.rows)]
    assert joined_cases(parts[:1]) is parts[0]
    whole = joined_cases(parts)
    assert isinstance(whole, Judged)
    columns = (whole.case, whole.course, *whole.undiscounted, whole.rows_index, whole.row, whole.turn)
    assert [column.tolist() for column in columns] == [
        [0, 1, 2], [1, -1, 3], [60, np.inf, 32], [60, -np.inf, 32], [1, 0, 1], [0, 0, 1], [1, -1, 1],
    ]  # fmt: skip
    assert whole.decided.status.tolist() == [[MET], [OUT], [MET]]
    assert whole.decided.value.high.tolist() == [[55], [-np.inf], [27]]
    again = joined_cases(parts[::-1])
    assert [part.tolist() for part in (again.case, again.row, again.turn)] == [[0, 1, 2], [0, 0, 1], [1, -1, 1]]
    # a case without a course has none that anything was said of
    assert whole.is_of_newest.tolist() == again.is_of_newest.tolist() == [True, True, True]
    changed = [replace(part, is_of_newest=np.full(len(part.case), at == 0)) for at, part in enumerate(parts)]
    assert joined_cases(changed).is_of_newest.tolist() == [False, True, False]
    changed = [replace(part, may_be_of_newest=np.full(len(part.case), at == 0)) for at, part in enumerate(parts)]
    assert joined_cases(changed).may_be_of_newest.tolist() == [False, True, False]
    changed = [replace(part, exclusion_of_newest=np.full(len(part.case), at)) for at, part in enumerate(parts)]
    assert joined_cases(changed).exclusion_of_newest.tolist() == [1, 0, 1]


def test_a_finding_does_not_hang_on_what_else_is_judged() -> None:
    """120 and 46.08 + 73.92 in float64, far from any limit: its last digit stays, whatever is beside it."""
    far, at_limit = hit(33.6), history(first(30), second(20))
    (alone,) = items(judge_of(far, limit=100))
    assert alone.value[0] == 25.6 * (1 + 1.6 / 2) + 33.6 * (1 + 2.4 / 2) != 120
    both = items(judge_of(far, at_limit, limit=100))
    assert both[0] == alone
    assert (both[1].status, both[1].value) == (MET, (100, 100))


def test_intervals_after_a_course_of_another_modality() -> None:
    """Of each case by itself; whether the proton course was near the cord is not known to a limit of photons."""
    raws = (
        history(first(), second()), history(first(modality="proton"), second()), history(first(), second()),
        history(first(), second(modality="proton")), history(first(), second(modality="proton"), third()),
    )  # fmt: skip
    found = items(judge_of(*raws, limit=6, comparison="at_least", **MONTHS))
    nothing, open_ = Cause(0), Cause.MODALITY_NOT_SUPPORTED
    assert [(one.status, one.value, one.causes) for one in found] == [
        (MET, (9, 9), nothing), (OPEN, (0, INF), open_), (MET, (9, 9), nothing), (OPEN, (0, INF), open_),
        (OPEN, (0, INF), open_),
    ]  # fmt: skip


def test_courses_in_no_order_that_a_condition_excludes_one_by_one() -> None:
    """Seven courses on unknown days, all of another technique, or none: of each case by itself."""

    def seven(technique: str) -> Raw:
        return history(*(first(2, name=str(at), start=None, end=None, technique=technique) for at in range(7)))

    fields: Fields = PHYSICAL | {"limit": 50, "scope": "newest_course", "conditions": {"technique": ["stereotactic"]}}
    out, may_be = seven("conventional"), seven("stereotactic")
    for raws, expected in (
        ([out], [OUT]), ([may_be], [OPEN]), ([out, may_be], [OUT, OPEN]), ([may_be, out], [OPEN, OUT]),
    ):  # fmt: skip
        assert [one.status for one in items(judge_of(*raws, **fields))] == expected
