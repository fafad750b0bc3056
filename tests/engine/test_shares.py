"""Shares of the newest course where repair between fractions is incomplete: to the last place."""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import ulp
from typing import Any

import numpy as np
import pytest

from engine.hand_judges import first, history, item, judge_of, second, third, view_of
from engine.house_edition import EQD2
from property.example_cases import cord

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
    expected = float(newest / (newest + eqd2("129.53", 4, repair(3, 4))))
    found = item(raw, **SHARE)
    # in float64 alone it was 5 units in the last place off
    assert found.value == (expected, expected)
    assert abs(found.margin - (0.5 - expected)) <= ulp(0.5)


REPAIRED = {"fractions_per_day": 2, "hours_between_fractions": 6}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scope": "share", "limit": 0.9}, [True, False]),
        # elsewhere the roundings of one sum are few
        ({"scope": "cumulative", "limit": 1000}, [False, False]),
        ({"scope": "newest_course", "limit": 1000}, [False, False]),
    ],
)
def test_shares_are_decided_exactly_where_repair_is_incomplete(fields: dict[str, Any], expected: list[bool]) -> None:
    judge = judge_of(history(first(), second(**REPAIRED)), history(first(), second()), **EQD2, **fields)
    (rows,) = judge.view.rows
    near = judge._near(judge._decide(0, rows), judge.turns(0, rows), rows.course)
    assert near.tolist() == [[one, one] for one in expected]


def test_which_courses_are_repaired() -> None:
    phases = [{"schedule": "10 Gy / 5", "dose": cord(10)}, {"schedule": "4 Gy / 2", "dose": cord(4)}]
    view = view_of(
        history(
            first(),
            second(schedule=None, n_phases=2, phase=phases, **REPAIRED) | {"dose": {}},
            # of what has no schedule a single fraction is the most
            third(schedule=None, **REPAIRED),
        )
    )
    assert (view.is_repaired.tolist(), view.is_repaired.dtype) == ([False, True, False], np.bool_)
