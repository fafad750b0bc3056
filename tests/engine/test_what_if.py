"""What is asked of findings, one thing at a time, against answers by hand."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from engine.asked_blocks import ALTERNATIVES, ELSEWHERE, FIRST, PLAN, WAIT, block_of, interval, planned
from engine.hand_judges import history, judge_of
from engine.house_edition import DISTRIBUTION, EQD2, PHYSICAL, Fields, house_library
from engine.test_judge import SCORE
from property.example_cases import case, cord
from reirrad import parse_case
from reirrad.engine.batch import Floats
from reirrad.engine.codes import Status
from reirrad.engine.convert import Conversion
from reirrad.engine.evaluate import Block, evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.planning.bed_limits import in_2_gy_fractions
from reirrad.engine.planning.changes import NONE, Change
from reirrad.engine.planning.whatif import (
    OverAlphaBeta,
    OverDoses,
    WhatIf,
    over_alpha_beta,
    over_doses,
    what_if,
    with_other_recovery,
)
from reirrad.library import Library
from reirrad.library.alternatives import Alternatives

Rule = Callable[[int], int]
MET, OPEN, VIOLATED = Status.MET, Status.NOT_EVALUATED, Status.VIOLATED


class Stated:
    """A block whose findings have a status by a rule, in steps of 0.01 Gy; they are cases 1, 2, ..."""

    def __init__(self, *rules: Rule, own: float | None = 2.0, is_converted: bool = True, model: object = None) -> None:
        self.rules, self.own = rules, own
        self.constraint = SimpleNamespace(cord_model=model, quantity="EQD2")
        self.judged = SimpleNamespace(case=1 + np.arange(len(rules)))
        self.judge = SimpleNamespace(
            conversion=SimpleNamespace(alpha_beta_gy=own),
            is_converted=is_converted,
            constraint=self.constraint,
            view=SimpleNamespace(
                batch=SimpleNamespace(n_cases=len(rules) + 1), with_alpha_beta=lambda of_cases: of_cases
            ),
            on=lambda of_cases: SimpleNamespace(judge=lambda: self._judged(of_cases)),
        )
        self.status = np.array([rule(200) for rule in rules])

    def _judged(self, of_cases: Floats) -> SimpleNamespace:
        assert of_cases[0] == self.own, "a case that is not asked"
        values = [rule(round(100 * value)) for rule, value in zip(self.rules, of_cases[1:], strict=True)]
        return SimpleNamespace(decided=SimpleNamespace(status=np.array(values)[:, None]))


def stated(low: float, high: float, *rules: Rule) -> list[tuple[int, int, bool, float, int]]:
    found = over_alpha_beta(cast("Block", Stated(*rules)), interval(low, high))
    assert found is not None
    assert (found.interval.low_gy, found.interval.high_gy) == (low, high)
    columns = (found.status_low, found.status_high, found.survives, found.flips_at_gy, found.flips_to)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def inside(low: int, high: int, status: int = VIOLATED) -> Rule:
    return lambda step: status if low <= step <= high else MET


def test_an_interval_below_the_own_alpha_beta() -> None:
    # 1.50, 1.36, 1.21, 1.07, 0.93, 0.79, 0.64, 0.50 are looked at, then what is between 1.50 and the own 2
    rules = [inside(0, last) for last in (199, 150, 119, 50, 49)]
    found = stated(0.5, 1.5, *rules, inside(108, 120), inside(105, 110), inside(150, 180))
    assert found[:4] == [
        (VIOLATED, VIOLATED, False, 1.99, VIOLATED),
        (VIOLATED, VIOLATED, False, 1.5, VIOLATED),
        (VIOLATED, MET, False, 1.19, VIOLATED),
        (VIOLATED, MET, False, 0.5, VIOLATED),
    ]
    np.testing.assert_equal(found[4:6], [(MET, MET, True, nan, NONE)] * 2)
    assert found[6:] == [(MET, MET, False, 1.1, VIOLATED), (MET, VIOLATED, False, 1.8, VIOLATED)]


def test_an_interval_above_the_own_alpha_beta() -> None:
    found = stated(2.5, 4, *(inside(first, 999, OPEN) for first in (201, 250, 381, 400, 401)))
    assert found[:4] == [
        (OPEN, OPEN, False, 2.01, OPEN),
        (OPEN, OPEN, False, 2.5, OPEN),
        (MET, OPEN, False, 3.81, OPEN),
        (MET, OPEN, False, 4.0, OPEN),
    ]
    np.testing.assert_equal(found[4:], [(MET, MET, True, nan, NONE)])


def test_an_interval_around_it_flips_at_the_nearer_of_two() -> None:
    def both(last: int, first: int) -> Rule:
        return lambda step: VIOLATED if step <= last else OPEN if step >= first else MET

    rules = [both(150, 240), both(165, 240), both(160, 240), both(0, 300), both(100, 999), both(199, 201)]
    assert stated(1, 3, *rules) == [
        (VIOLATED, OPEN, False, 2.4, OPEN),
        (VIOLATED, OPEN, False, 1.65, VIOLATED),
        # both are 0.40 Gy away: the lower one
        (VIOLATED, OPEN, False, 1.6, VIOLATED),
        (MET, OPEN, False, 3.0, OPEN),
        (VIOLATED, MET, False, 1.0, VIOLATED),
        (VIOLATED, OPEN, False, 1.99, VIOLATED),
    ]
    # 1.71 is looked at on the way down only: it flips, and does not survive. 1.00, 1.29, 1.57, ... are looked at again
    assert stated(1, 3, inside(165, 175)) == [(MET, MET, False, 1.75, VIOLATED)]


def test_an_interval_that_begins_or_ends_at_it() -> None:
    assert stated(2, 3, inside(0, 199), inside(290, 300))[1] == (MET, VIOLATED, False, 2.9, VIOLATED)
    np.testing.assert_equal(stated(2, 3, inside(0, 199)), [(MET, MET, True, nan, NONE)])
    np.testing.assert_equal(stated(1, 2, inside(201, 300)), [(MET, MET, True, nan, NONE)])
    np.testing.assert_equal(stated(2, 2, inside(201, 300)), [(MET, MET, True, nan, NONE)])
    assert stated(2.01, 2.02, inside(201, 201)) == [(VIOLATED, MET, False, 2.01, VIOLATED)]


def test_a_place_that_differs_is_no_survival_although_no_flip_is_found() -> None:
    # from 1.50 to 4 one of eight places is 2.21; on the way up from 2 it is 2.29 after 2.00
    np.testing.assert_equal(stated(1.5, 4, inside(220, 222)), [(MET, MET, False, nan, NONE)])


def test_where_alpha_beta_does_not_matter_alone() -> None:
    silent = [Stated(inside(0, 1), own=None), Stated(inside(0, 1), is_converted=False), Stated(inside(0, 1), model=1)]
    assert [over_alpha_beta(cast("Block", one), interval(1, 3)) for one in silent] == [None] * 3


def test_alpha_beta_of_a_quantity() -> None:
    # 20 Gy in 5: EQD2 (20 a + 80) / (a + 2). BED 60 at 2 is EQD2 30, violated below 2; 58 is 29, met from 2.45 on
    fields = {"limit": 60, "scope": "newest_course"}
    large, small = (
        case(["SpinalCord"], FIRST, PLAN | {"schedule": "20 Gy / 5", "dose": cord(dose)}) for dose in (20, 10)
    )
    found = over_alpha_beta(block_of(fields, case(["SpinalCord"], FIRST), large, small), interval(1, 3))
    assert found is not None
    np.testing.assert_equal(found.flips_at_gy, [nan, 1.99, nan])
    assert found.survives.tolist() == [True, False, True]
    found = over_alpha_beta(block_of(fields | {"limit": 58}, large), interval(1, 3))
    assert found is not None
    assert (found.flips_at_gy.tolist(), found.flips_to.tolist()) == ([2.45], [MET])
    # at its own alpha/beta the finding stands, although 84 Gy2.5 are 46.666... Gy: 30 Gy in 10 and 10 in 5 are 84
    exact = {"limit": 84, "alpha_beta_gy": 2.5}
    ten, five = FIRST | {"schedule": "30 Gy / 10", "dose": cord(30)}, PLAN | {"schedule": "10 Gy / 5", "dose": cord(10)}
    block = block_of(exact, case(["SpinalCord"], ten, five))
    found = over_alpha_beta(block, interval(2.5, 4))
    assert found is not None
    assert (block.status.tolist(), found.status_low.tolist()) == ([MET], [MET])
    # in 2 Gy fractions nothing changes
    found = over_alpha_beta(block_of({"limit": 40, "scope": "newest_course"}, planned()), interval(1, 3))
    assert found is not None
    assert found.survives.tolist() == [True]


@pytest.mark.parametrize(
    ("fields", "limit", "by_n"),
    [
        ({"limit": [60, 70]}, (30, 35), None),
        ({"limit": 60, "alpha_beta_gy": 4}, (40, 40), None),
        ({"limit": None, "scope": "newest_course", "limit_by_n_fractions": {"1": 20, "5": [30, 40]}}, None,
         ((1, (10, 10)), (5, (15, 20)))),
        # points and shares are no doses
        ({"limit": 0.5, "scope": "share"}, (0.5, 0.5), None),
        (SCORE | {"limit": 3}, (3, 3), None),
    ],
)  # fmt: skip
def test_a_limit_on_bed_in_2_gy_fractions(fields: Fields, limit: object, by_n: object) -> None:
    judge = judge_of(history(), **fields)
    own = judge.conversion.alpha_beta_gy or 0.0
    changed = in_2_gy_fractions(judge, own)
    assert (changed.constraint.quantity, changed.conversion) == ("EQD2", Conversion("EQD2", own))
    assert (changed.constraint.limit, changed.constraint.limit_by_n_fractions) == (limit, by_n)
    assert (changed.view, changed.convention, changed.strict) == (judge.view, judge.convention, judge.strict)
    before, after = judge.constraint.score, changed.constraint.score
    if before is None or after is None:
        assert before is after
    else:
        assert [2 * edge for edge in after.cumulative_above_gy] == list(before.cumulative_above_gy)
        assert 2 * after.course_at_least_gy == before.course_at_least_gy
    of_eqd2 = judge_of(history(), limit=30, **EQD2)
    assert in_2_gy_fractions(of_eqd2, 2.0) is of_eqd2


def changes(found: OverDoses | None) -> list[list[int]]:
    assert found is not None
    return [column.tolist() for one in (found.lower, found.higher) for column in (one.step, one.status)]


def test_doses_are_all_changed_alike() -> None:
    # 19.5 Gy reach 20 by 2.564 %, 19 by 5.263 %; 25 are 20 with 20 % less; 40 with a half; 13.33 less than 20 with a
    # half more, and 13.34 more
    raws = [planned(dose) for dose in (19.5, 25, 40, 13.33, 13.34, 39.99, 19)]
    block = block_of(PHYSICAL | {"limit": 20, "scope": "newest_course"}, ELSEWHERE, *raws)
    found = over_doses(block, ALTERNATIVES)
    assert changes(found) == [
        [NONE, 2000, 5000, NONE, NONE, 4999, NONE],
        [NONE, MET, MET, NONE, NONE, MET, NONE],
        [257, NONE, NONE, NONE, 4993, NONE, 527],
        [VIOLATED, NONE, NONE, NONE, VIOLATED, NONE, VIOLATED],
    ]
    assert found is not None
    assert {percent: [ends.tolist() for ends in shift] for percent, shift in found.shifts.items()} == {
        3: [[MET, VIOLATED, VIOLATED, MET, MET, VIOLATED, MET], [VIOLATED] * 3 + [MET, MET, VIOLATED, MET]],
        5: [[MET, VIOLATED, VIOLATED, MET, MET, VIOLATED, MET], [VIOLATED] * 3 + [MET, MET, VIOLATED, MET]],
    }
    assert [found.survives(block.status, percent).tolist() for percent in (3, 5)] == [[False] + [True] * 6] * 2


def test_three_percent_more_than_30_is_30_9() -> None:
    # in binary it would be a little more
    found = over_doses(block_of(PHYSICAL | {"limit": 30.9, "scope": "newest_course"}, planned(30)), ALTERNATIVES)
    assert changes(found) == [[NONE], [NONE], [301], [VIOLATED]]


def test_ends_of_ranges_and_the_maxima_are_changed_too() -> None:
    # 20 + [25, 28] in all: the upper end reaches 50 by 4.17 %, the lower one by 11.1 %; 45 less 20 % are 36, and
    # not below
    found = over_doses(block_of(PHYSICAL | {"limit": 50}, planned([25, 28])), ALTERNATIVES)
    assert changes(found) == [[NONE], [NONE], [417], [OPEN]]
    found = over_doses(block_of(PHYSICAL | {"limit": 36, "comparison": "below"}, planned([25, 28])), ALTERNATIVES)
    assert changes(found) == [[2001], [OPEN], [NONE], [NONE]]
    # strict: the largest near-maximum of 22, and 20 + 25 by the maxima, which reach 50 by 11.12 %
    both = {"SpinalCord": {"D0.1cc[Gy]": 22, "Max[Gy]": 25, "basis": "plan"}}
    before = {"SpinalCord": {"D0.1cc[Gy]": 18, "Max[Gy]": 20, "basis": "plan"}}
    raw = case(["SpinalCord"], FIRST | {"dose": before}, PLAN | {"dose": both})
    block = block_of(PHYSICAL | {"limit": 50, "metric": "D0.1cc[Gy]"}, raw, strict=True)
    assert changes(over_doses(block, ALTERNATIVES)) == [[NONE], [NONE], [1112], [OPEN]]


def test_where_doses_do_not_matter() -> None:
    volume = PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course"}
    mean = PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "Mean[Gy]", "scope": "each_course"}
    asked = [over_doses(block_of(fields, planned()), ALTERNATIVES) for fields in (WAIT, volume, mean)]
    assert [found is None for found in asked] == [True, True, False]


def test_other_schedules_and_none() -> None:
    # 20 and 20 Gy EQD2, of which a half is gone after 12 months; a quarter more tolerance
    block = block_of(EQD2 | {"limit": 36, "recovery": "steps"}, planned())
    none, half, risen = (with_other_recovery(block, one) for one in (None, *ALTERNATIVES.recovery))
    assert block.status.tolist() == [MET]
    found = [(one.value.low[0, 0], one.value.high[0, 0], one.limit.high[0, 0]) for one in (none, half, risen)]
    assert found == [(40, 40, 36), (30, 30, 36), (40, 40, 45)]
    assert [one.status.tolist() for one in (none, half, risen)] == [[[VIOLATED]], [[MET]], [[MET]]]
    near = {"dose": cord(20, metric="D0.1cc[Gy]")}
    raw = case(["SpinalCord"], FIRST | near, PLAN | near)
    strict = block_of(EQD2 | {"limit": 60, "recovery": "steps", "metric": "D0.1cc[Gy]"}, raw, strict=True)
    assert with_other_recovery(strict, None).value.high[0, 0] == inf


def asked_of(fields: Fields, alternatives: Alternatives) -> WhatIf:
    block = block_of(fields, planned())
    return what_if(block, block.judge.view.library, alternatives)


def test_all_that_is_asked() -> None:
    alternatives = replace(
        ALTERNATIVES,
        alpha_beta=(interval(1, 3, "SpinalCord", name="a"), interval(1, 3, "Rectum"), interval(2, 4, "SpinalCord")),
    )
    found = asked_of(EQD2 | {"limit": 36, "recovery": "steps"}, alternatives)
    assert [item.interval.id for item in found.alpha_beta] == ["a", "published"]
    assert found.dates is None
    assert found.doses is not None
    # its own schedule is none of the others
    assert [None if item is None else item.id for item, _ in found.recovery] == [None, "half"]
    assert [decided.status.tolist() for _, decided in found.recovery] == [[[VIOLATED]], [[MET]]]
    for fields, names in (
        (EQD2 | {"limit": 36}, ["half"]),
        # a tolerance alone rises
        (EQD2 | {"limit": 36, "recovery": "raised"}, [False, "half", "risen"]),
        (EQD2 | {"limit": 36, "scope": "newest_course"}, []),
        ({"limit": 36, "alpha_beta_gy": "not stated", "profile": "incomplete"}, []),
    ):
        assert [item is not None and item.id for item, _ in asked_of(fields, ALTERNATIVES).recovery] == names


def test_schedules_of_other_constraints_are_compared_with() -> None:
    library: Library = house_library(
        {"mine": EQD2 | {"limit": 36, "recovery": "steps"}, "zeros": {"limit": 90, "recovery": "zeros"}}
    )
    batch = prepare([parse_case(planned())], library).batch
    block, _ = evaluate(batch, library, before=False)
    found = what_if(block, library, ALTERNATIVES)
    assert [None if item is None else item.id for item, _ in found.recovery] == [None, "half", "house.zeros"]


def test_what_survives_everything_is_robust() -> None:
    status = np.array([MET, VIOLATED, OPEN, MET, MET, MET])
    of = np.array([True, True, True, False, True, True])
    answer = OverAlphaBeta(interval(1, 3), status, status, of, np.full(6, nan), np.full(6, NONE))
    other = np.array([MET, VIOLATED, OPEN, MET, OPEN, MET])
    lower = np.array([MET, VIOLATED, OPEN, MET, MET, VIOLATED])
    change = Change(np.full(6, NONE), np.full(6, NONE))
    doses = OverDoses({3: (status, other), 5: (lower, status)}, change, change)
    assert doses.survives(status, 3).tolist() == [True, True, True, True, False, True]
    assert doses.survives(status, 5).tolist() == [True, True, True, True, True, False]
    block = cast("Block", SimpleNamespace(status=status))

    def robust(alpha_beta: tuple[OverAlphaBeta, ...], over: OverDoses | None) -> list[bool]:
        return list(WhatIf(block, alpha_beta, None, over, ()).is_robust)

    assert robust((), None) == [True, True, False, True, True, True]
    assert robust((answer,), None) == [True, True, False, False, True, True]
    assert robust((), doses) == [True, True, False, True, False, False]
    assert robust((replace(answer, survives=~of), answer), doses) == [False] * 6
