"""Incomplete repair and the linear-quadratic-linear model: published values, limits, exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from math import ulp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reirrad.errors import QuantityError
from reirrad.radiobiology import bed, bed_lql, incomplete_repair_factor, incomplete_repair_factor_exact

# fractions a day, hours between them, half-time in hours, printed factor
PRINTED = [(2, 6.0, 1.5, 0.0625), (2, 6.0, 4.0, 0.3536), (2, 6.0, 4.9, 0.4279), (3, 6.0, 4.9, 0.6927)]


def factor(per_day, hours, half_time):
    return incomplete_repair_factor(
        fractions_per_day=per_day, hours_between_fractions=hours, repair_half_time_h=half_time
    )


def exact_factor(per_day, hours, half_time):
    return incomplete_repair_factor_exact(
        fractions_per_day=per_day, hours_between_fractions=hours, repair_half_time_h=half_time
    )


@pytest.mark.parametrize(("per_day", "hours", "half_time", "printed"), PRINTED)
def test_printed_factors(per_day, hours, half_time, printed):
    assert round(float(factor(per_day, hours, half_time)), 4) == printed
    assert round(float(exact_factor(per_day, hours, half_time)), 4) == printed


def test_twice_daily_schedule_from_the_evidence():
    value = bed(total_dose_gy=45.0, n_fractions=30, alpha_beta_gy=2.0, incomplete_repair_factor=factor(2, 6.0, 4.0))
    assert round(float(value), 2) == 90.68


@given(st.integers(2, 6), st.floats(0.5, 24.0), st.floats(0.5, 20.0))
def test_the_sum_equals_the_closed_form(per_day, hours, half_time):
    theta = 2 ** (-hours / half_time)
    closed = 2 / per_day * theta / (1 - theta) * (per_day - (1 - theta**per_day) / (1 - theta))
    assert factor(per_day, hours, half_time) == pytest.approx(closed, rel=1e-10, abs=1e-14)


@given(st.integers(1, 6), st.floats(0.1, 24.0), st.floats(0.5, 100.0))
def test_float_and_exact_factor_agree(per_day, hours, half_time):
    # the exponent carries up to half a unit in the last place, hence the factor hours / half_time
    tolerance = 4 + hours / half_time
    exact = exact_factor(per_day, hours, half_time)
    difference = abs(Fraction(float(factor(per_day, hours, half_time))) - exact)
    assert difference <= tolerance * Fraction(ulp(float(exact)))


@pytest.mark.parametrize("per_day", range(1, 7))
def test_without_repair_the_factor_is_one_less_than_the_fractions(per_day):
    assert factor(per_day, 1e-300, 100.0) == per_day - 1
    assert factor(per_day, 1e-9, 100.0) == pytest.approx(per_day - 1, rel=1e-9)


@pytest.mark.parametrize("per_day", range(2, 7))
def test_nearly_complete_repair(per_day):
    # the first term of the sum, 2 (m - 1) theta / m, is all that is left
    assert factor(per_day, 24.0, 0.24) == pytest.approx(2 * (per_day - 1) / per_day * 2.0**-100, rel=1e-15)
    assert factor(per_day, 24.0, 0.001) == 0.0


def test_one_fraction_a_day_gives_zero():
    assert factor(1, 6.0, 4.0) == 0.0
    assert exact_factor(1, 6.0, 4.0) == 0


@given(st.integers(1, 6), st.floats(0.1, 12.0), st.floats(0.1, 20.0))
def test_factor_stays_within_its_range_and_falls_with_the_gap(per_day, hours, half_time):
    value = factor(per_day, hours, half_time)
    assert 0 <= value <= per_day - 1
    assert factor(per_day, 2 * hours, half_time) <= value


def test_factor_broadcasts():
    per_day, hours = np.array([1, 2, 3]), np.array([[4.0], [6.0]])
    result = factor(per_day, hours, 4.9)
    assert result.shape == (2, 3)
    assert result[1, 1] == factor(2, 6.0, 4.9)
    assert result[1, 2] == factor(3, 6.0, 4.9)
    assert result[:, 0].tolist() == [0.0, 0.0]


def test_factor_in_blocks():
    per_day = np.tile([1, 2, 3, 6], 20_000)
    assert factor(per_day, 6.0, 4.0).reshape(-1, 4)[-1].tolist() == [factor(m, 6.0, 4.0) for m in (1, 2, 3, 6)]


def test_exact_factor_is_rational_for_whole_half_times():
    assert exact_factor(2, 6, 1.5) == Fraction(1, 16)
    assert exact_factor(3, 8, 4) == Fraction(2, 3) * (2 * Fraction(1, 4) + Fraction(1, 16))
    assert exact_factor(2, 0.3, 0.1) == Fraction(1, 8)  # decimal text, not binary value
    assert exact_factor(2, np.float32(0.3), np.float32(0.1)) == Fraction(1, 8)


def test_exact_factor_otherwise_has_sixty_digits():
    theta = exact_factor(2, 6, 4)  # 2^(-3/2), so that its square is 1/8
    assert abs(theta**2 * 8 - 1) < Fraction(1, 10**58)
    assert theta**2 * 8 != 1


def test_exact_factor_of_very_many_half_times_is_a_small_upper_bound():
    assert exact_factor(2, 24, 1e-12) == Fraction(1, 2**4096)


@pytest.mark.parametrize("function", [factor, exact_factor])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7, 6.0, 4.0), "fractions_per_day: is out of range; given: 7"),
        ((1.5, 6.0, 4.0), "fractions_per_day: is out of range; given: 1.5; allowed: a whole number from 1 to 6"),
        ((2, 360.0, 4.0), "hours_between_fractions: is out of range; given: 360.0"),
        ((2, 0.0, 4.0), "hours_between_fractions: is out of range; given: 0.0; allowed: a finite number above 0 h to"),
        ((2, 6.0, float("nan")), "repair_half_time_h: is out of range; given: nan"),
        ((2, 6.0, float("inf")), "repair_half_time_h: is out of range; given: inf"),
        ((True, 6.0, 4.0), "fractions_per_day: a truth value is not a number; given: True"),
        ((2, None, 4.0), "hours_between_fractions: is missing; allowed: a finite number above 0 h to 24 h"),
    ],
)
def test_factor_refuses(function, arguments, message):
    with pytest.raises(QuantityError) as error:
        function(*arguments)
    assert str(error.value).startswith(message)


def lql(total, n, alpha_beta, transition, **more):
    return bed_lql(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta, transition_dose_gy=transition, **more)


def test_lql_from_the_evidence():
    assert bed(total_dose_gy=54.0, n_fractions=3, alpha_beta_gy=3.0) == 378.0
    assert lql(54.0, 3, 3.0, 6.0) == 234.0


def test_lql_with_a_stated_slope_by_hand():
    # 3 [6 (1 + 6/3) + 2 (18 - 6)] = 3 (18 + 24)
    assert lql(54.0, 3, 3.0, 6.0, gamma_over_alpha=2.0) == 126.0


@given(st.floats(0.0, 100.0), st.integers(1, 40), st.floats(0.5, 20.0))
def test_lql_equals_lq_up_to_the_transition_dose(total, n, alpha_beta):
    expected = bed(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta)
    assert lql(total, n, alpha_beta, 1e6) == expected
    assert lql(total, n, alpha_beta, total / n + 0.01) == expected


@given(st.floats(0.1, 100.0), st.integers(1, 40), st.floats(0.5, 20.0), st.floats(0.5, 20.0))
def test_lql_is_the_printed_equation_and_never_above_lq(total, n, alpha_beta, transition):
    d = total / n
    expected = bed(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta)
    value = lql(total, n, alpha_beta, transition)
    assert value <= expected * (1 + 1e-15)
    if d > transition:
        slope = 1 + 2 * transition / alpha_beta
        expected = n * (transition * (1 + transition / alpha_beta) + slope * (d - transition))
    assert value == pytest.approx(expected, rel=1e-13)


def test_lql_broadcasts_and_refuses():
    result = lql(np.array([54.0, 30.0]), np.array([[3], [10]]), 3.0, 6.0)
    assert result.shape == (2, 2)
    assert result[0, 0] == 234.0
    with pytest.raises(QuantityError, match=r"^transition_dose_gy: is out of range; given: inf; allowed: a finite"):
        lql(54.0, 3, 3.0, float("inf"))
    with pytest.raises(QuantityError, match=r"^gamma_over_alpha: is out of range; given: 0\.0; allowed: a finite"):
        lql(54.0, 3, 3.0, 6.0, gamma_over_alpha=0.0)
