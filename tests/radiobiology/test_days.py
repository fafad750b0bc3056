"""Fractions that fill no whole days: every way to spread them, pair by pair, in exact fractions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reirrad.errors import QuantityError
from reirrad.radiobiology import incomplete_repair_factor_exact, incomplete_repair_range_exact


def spreads(n: int, per_day: int, n_days: int) -> Iterator[list[int]]:
    """Yield the ways to give fractions on so many days, at least one and at most so many on each."""
    if n_days == 0:
        if n == 0:
            yield []
        return
    for today in range(1, min(per_day, n) + 1):
        for rest in spreads(n - today, per_day, n_days - 1):
            yield [today, *rest]


def left_unrepaired(days: list[int], theta: Fraction) -> Fraction:
    """Return h of a spread: twice the sum over pairs of one day, by fraction."""
    pairs = sum(
        (theta ** (later - first) for n in days for later in range(n) for first in range(later)), start=Fraction(0)
    )
    return 2 * pairs / sum(days)


@given(n=st.integers(1, 14), per_day=st.integers(1, 6), half_times=st.integers(1, 5))
def test_the_range_is_that_of_every_spread_over_the_fewest_days(n: int, per_day: int, half_times: int) -> None:
    n_days = -(-n // per_day)
    found = incomplete_repair_range_exact(
        n_fractions=n, fractions_per_day=per_day, hours_between_fractions=half_times, repair_half_time_h=1
    )
    every = [left_unrepaired(days, Fraction(1, 2**half_times)) for days in spreads(n, per_day, n_days)]
    assert found == (min(every), max(every))


@given(n=st.integers(1, 60), per_day=st.integers(1, 6), half_times=st.integers(1, 5))
def test_what_is_not_known_may_be_anything_from_full_repair_to_none(n: int, per_day: int, half_times: int) -> None:
    low, high = incomplete_repair_range_exact(n_fractions=n, fractions_per_day=per_day)
    assert (low, high) == (0, max(Fraction(sum(k * (k - 1) for k in days), n) for days in [full_days(n, per_day)]))
    known = incomplete_repair_range_exact(
        n_fractions=n, fractions_per_day=per_day, hours_between_fractions=half_times, repair_half_time_h=1
    )
    assert low <= known[0] <= known[1] <= high
    for stated in ({"hours_between_fractions": 6}, {"repair_half_time_h": 1}):
        assert incomplete_repair_range_exact(n_fractions=n, fractions_per_day=per_day, **stated) == (low, high)


def full_days(n: int, per_day: int) -> list[int]:
    return [per_day] * (n // per_day) + ([n % per_day] if n % per_day else [])


@given(n_days=st.integers(1, 30), per_day=st.integers(1, 6), hours=st.floats(0.5, 12), half_time=st.floats(0.2, 9))
def test_whole_days_have_the_factor_of_a_day(n_days: int, per_day: int, hours: float, half_time: float) -> None:
    day = {"fractions_per_day": per_day, "hours_between_fractions": hours, "repair_half_time_h": half_time}
    factor = incomplete_repair_factor_exact(**day)
    assert incomplete_repair_range_exact(n_fractions=n_days * per_day, **day) == (factor, factor)


@given(n=st.integers(1, 99), hours=st.floats(0.5, 12), half_time=st.floats(0.2, 9))
def test_two_a_day_can_be_spread_in_one_way(n: int, hours: float, half_time: float) -> None:
    low, high = incomplete_repair_range_exact(
        n_fractions=n, fractions_per_day=2, hours_between_fractions=hours, repair_half_time_h=half_time
    )
    assert low == high


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_fractions", 0),
        ("n_fractions", 2.5),
        ("fractions_per_day", 7),
        ("hours_between_fractions", 25),
        ("repair_half_time_h", 0),
    ],
)
def test_what_is_out_of_range_is_refused(name: str, value: float) -> None:
    stated = {"n_fractions": 3, "fractions_per_day": 2, "hours_between_fractions": 6, "repair_half_time_h": 4}
    with pytest.raises(QuantityError, match=f"^{name}: is out of range; given: {value}"):
        incomplete_repair_range_exact(**stated | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hours_between_fractions", -5, "is out of range; given: -5; allowed: a finite number above 0 h to 24 h"),
        ("hours_between_fractions", nan, "is out of range; given: nan; allowed: a finite number above 0 h to 24 h"),
        ("repair_half_time_h", "x", "is not a number; given: 'x'; allowed: a finite number above 0 h to 100 h"),
        (
            "repair_half_time_h",
            True,
            "a truth value is not a number; given: True; allowed: a finite number above 0 h to 100 h",
        ),
    ],
)
@pytest.mark.parametrize("n_fractions", [1, 3])
def test_a_slip_beside_what_is_not_known_is_refused(n_fractions: int, name: str, value: Any, said: str) -> None:
    with pytest.raises(QuantityError) as caught:
        incomplete_repair_range_exact(n_fractions=n_fractions, fractions_per_day=2, **{name: value})
    assert str(caught.value) == f"{name}: {said}"
