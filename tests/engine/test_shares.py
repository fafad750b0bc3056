"""Shares of the newest course: to the last place."""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import ulp
from typing import Any

import pytest

from engine.hand_judges import VIOLATED, first, history, item, judge_of, second, third
from engine.house_edition import EQD2
from property.example_cases import cord
from reirrad.engine.judge import Judge

SHARE = EQD2 | {"limit": 0.5, "scope": "share", "modalities": ["photon"]}
HALF_TIME_H = "5.5"


def repair(per_day: int, hours: int) -> Fraction:
    """h_m = 2/m sum of (m - k) theta^k, with theta = 2^(-hours / half-time)."""
    with localcontext() as context:
        context.prec = 60
        theta = Fraction(Decimal(2) ** (-Decimal(hours) / Decimal(HALF_TIME_H)))
    return Fraction(2, per_day) * sum((per_day - k) * theta**k for k in range(1, per_day))


def eqd2(gray: str, n: int, h: Fraction) -> Fraction:
    dose = Fraction(gray)
    return dose * (2 + (1 + h) * dose / n) / 4


def given(gray: float, schedule: str, per_day: int, hours: int) -> dict[str, Any]:
    return {
        "dose": cord(gray),
        "schedule": schedule,
        "fractions_per_day": per_day,
        "hours_between_fractions": hours,
    }


def test_a_share_has_every_digit() -> None:
    raw = history(
        first(**given(129.53, "21.58 Gy / 4", 3, 4)),
        second(**given(18.99, "21.95 Gy / 2", 2, 8)),
        repair_half_time_h={"SpinalCord": 5.5},
    )
    newest = eqd2("18.99", 2, repair(2, 8))
    # four fractions, three a day: 3 and 1, or 2 and 2
    ends = [float(newest / (newest + eqd2("129.53", 4, h))) for h in (repair(3, 4) * 3 / 4, repair(2, 4))]
    found = item(raw, **SHARE)
    # in float64 alone it was 5 units in the last place off
    assert found.value == tuple(ends)
    assert abs(found.margin - (0.5 - ends[1])) <= ulp(0.5)


def test_a_share_of_phases_has_every_digit() -> None:
    raw = history(
        first(dose=cord(26.57), schedule="26.58 Gy / 31"),
        second(schedule=None, dose={}, n_phases=2, phase=[{"schedule": "71.68 Gy / 5", "dose": cord(71.68)}] * 2),
        third(role="delivered", dose=cord(32.4), schedule="32.4 Gy / 12", fractions_delivered=3, dose_of="planned"),
    )
    newest, none = eqd2("8.1", 3, Fraction(0)), Fraction(0)
    expected = float(newest / (newest + eqd2("26.57", 31, none) + 2 * eqd2("71.68", 5, none)))
    judge = judge_of(raw, **SHARE)
    (rows,) = judge.view.rows
    # in float64 alone it was 5 units in the last place off
    assert judge._decide(0, rows).value.low[0, 2] == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scope": "share", "limit": 0.9}, True),
        # elsewhere the roundings of one sum are few
        ({"scope": "cumulative", "limit": 1000}, False),
        ({"scope": "newest_course", "limit": 1000}, False),
    ],
)
def test_shares_are_always_decided_exactly(fields: dict[str, Any], *, expected: bool) -> None:
    judge = judge_of(history(first(), second()), **EQD2, **fields)
    (rows,) = judge.view.rows
    near = judge._near(judge._decide(0, rows), judge.turns(0, rows), rows.course)
    assert near.tolist() == [[expected, expected]]


def test_nothing_is_decided_exactly_where_nothing_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    # one course alone is no sum, and the technique of the others is another
    judge = judge_of(
        history(first()),
        history(first(technique="conventional"), second(technique="conventional")),
        history(first(technique="stereotactic"), second(technique="stereotactic")),
        **SHARE,
        conditions={"technique": ["stereotactic"]},
    )
    asked: list[list[int]] = []
    exactly = Judge.exact_quantity
    monkeypatch.setattr(
        Judge, "exact_quantity", lambda self, course: asked.append(course.tolist()) or exactly(self, course)
    )
    judge.judge()
    assert asked == [[[3, 4]]]


def test_an_earlier_course_that_hits_an_edge_of_a_score_is_decided_exactly() -> None:
    """32.16 (1 + 2.01/2) + 7.72 (1 + 7.72/2) = 102 Gy2, and in float64 less; the newest course has any dose."""
    phases = [{"schedule": "16 x 2.01 Gy", "dose": cord(32.16)}, {"schedule": "7.72 Gy / 1", "dose": cord(7.72)}]
    raw = history(
        first(schedule=None, dose={}, n_phases=2, phase=phases),
        second(dose=cord([0, 100]), schedule=None),
    )
    score = {
        "cumulative_above_gy": [1000], "points_per_band": 1, "interval_below_months": 1, "interval_points": 1,
        "course_at_least_gy": 102, "course_points": 5, "group": [{"name": "any", "rate": "none", "locator": "none"}],
    }  # fmt: skip
    found = item(raw, limit=4, scope="score", score=score)
    assert (found.status, found.value) == (VIOLATED, (5, 6))
