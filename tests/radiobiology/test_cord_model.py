"""The cord model of Woolley 2018: published check values, its bounds, and what it refuses.

The parameters are typed here once more, from the equations as published; an independent solution by bisection stands
beside the one of the package.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.effort import examples
from reirrad.errors import QuantityError
from reirrad.radiobiology.cord_model import allowed_second_bed, dose_at_risk

PARAMETERS: dict[str, Any] = {
    "alpha_beta_gy": 2.0,
    "risk_percent": 1.0,
    "single_course_d50_gy": 76.5571,
    "single_course_slope": 11.3764,
    "retreatment_after_years": (1.0, 2.0, 3.0),
    "retreatment_d50_gy": (64.3842, 72.2328, 74.9850),
    "retreatment_slope": (9.5675, 10.7338, 11.1428),
    "first_course_of_animals_gy": 44.0,
    "onset_steepness": 0.15,
    "onset_shift": 0.1,
    "onset_percent": 35.0,
    "recovery_begins_days": 70.0,
    "human_risk_percent": 1.0,
    "human_dose_gy": 54.8,
    "human_dose_per_fraction_gy": 2.0,
}
TOLERANCE = 109.6
#: r after 1, 2 and 3 years at a risk of 1 %, as published
PUBLISHED_RATES = (4.748, 16.404, 48.014)


def allowed(first_bed_gy: Any, interval_years: Any, **changes: Any) -> Any:
    return allowed_second_bed(first_bed_gy=first_bed_gy, interval_years=interval_years, **(PARAMETERS | changes))


def probit(dose: float, d50: float, slope: float) -> float:
    return 0.5 * (1 + math.erf(slope / math.sqrt(2) * (dose / d50 - 1)))


def second_percent(first: float, rate: float) -> float:
    """B2 of B1, as the equations print it."""
    h = 0.5 * (1 + math.tanh(0.15 * (first - 35 / (1 + 0.1 * rate))))
    left = 1 - first / 100
    return 100 * left * (1 + h * (left ** (-rate / (1 + rate)) - 1))


def bisected(function: Any, low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return low


def naive_allowed(first_bed: float, years: float, risk: float = 1.0) -> float:
    """The model written out anew: bisection for every root, the cubic by Newton's divided differences."""

    def dose_of(d50: float, slope: float, at: float) -> float:
        return bisected(lambda dose: probit(dose, d50, slope) - at / 100, 0.0, 2 * d50)

    single = dose_of(76.5571, 11.3764, risk)
    points, rates = [70 / 365], [0.0]
    for year, d50, slope in ((1, 64.3842, 9.5675), (2, 72.2328, 10.7338), (3, 74.9850, 11.1428)):
        target = 100 * dose_of(d50, slope, risk) / single
        points.append(float(year))
        rates.append(bisected(lambda r, target=target: second_percent(4400 / single, r) - target, 0.0, 1e6))
    table = list(rates)
    for order in range(1, 4):
        for i in range(3, order - 1, -1):
            table[i] = (table[i] - table[i - 1]) / (points[i] - points[i - order])
    rate = table[3]
    for i in (2, 1, 0):
        rate = rate * (years - points[i]) + table[i]
    tolerance = 2 * (54.8 + single - dose_of(76.5571, 11.3764, 1.0))
    return second_percent(100 * first_bed / tolerance, max(rate, 0.0)) * tolerance / 100


def test_published_case() -> None:
    # 40 Gy in 20 fractions is 80 Gy2, 72.99 % of 109.6; two years later 92.75 % are allowed: 101.7 Gy2
    assert pytest.approx(72.99, abs=0.005) == 100 * 80 / TOLERANCE
    found = float(allowed(80.0, 2.0))
    assert found == pytest.approx(101.7, abs=0.05)
    assert 100 * found / TOLERANCE == pytest.approx(92.75, abs=0.005)


@pytest.mark.parametrize(("years", "rate"), list(zip((1.0, 2.0, 3.0), PUBLISHED_RATES, strict=True)))
def test_published_rates(years: float, rate: float) -> None:
    # the rate is not returned: the BED that it gives is
    expected = second_percent(100 * 80 / TOLERANCE, rate) * TOLERANCE / 100
    assert float(allowed(80.0, years)) == pytest.approx(expected, rel=2e-5)


def test_dose_at_risk_inverts_the_curve() -> None:
    for risk in (0.1, 1.0, 5.0, 50.0, 95.0):
        dose = dose_at_risk(risk_percent=risk, d50_gy=76.5571, slope=11.3764)
        assert probit(dose, 76.5571, 11.3764) == pytest.approx(risk / 100, rel=1e-9)


@examples(60)
@given(first=st.floats(0, 109), years=st.floats(70 / 365, 3), risk=st.sampled_from([0.5, 1.0, 2.0, 5.0, 10.0]))
def test_as_the_model_written_anew(first: float, years: float, risk: float) -> None:
    expected = naive_allowed(first, years, risk)
    assert float(allowed(first, years, risk_percent=risk)) == pytest.approx(expected, rel=1e-7, abs=1e-6)


def test_arrays_broadcast_and_are_what_scalars_are() -> None:
    first, years = np.array([[20.0], [80.0]]), np.array([0.5, 1.0, 2.5])
    both = allowed(first, years)
    assert both.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            assert both[i, j] == float(allowed(first[i, 0], years[j]))


def test_without_a_first_course_the_tolerance_is_left() -> None:
    assert float(allowed(0.0, 1.0)) == pytest.approx(TOLERANCE, rel=1e-4)


def test_nothing_has_recovered_when_recovery_begins() -> None:
    assert float(allowed(80.0, 70 / 365)) == pytest.approx(TOLERANCE - 80.0, rel=1e-12)


@pytest.mark.parametrize(
    ("first", "years"), [(80.0, 69.9 / 365), (80.0, 0.0), (80.0, 3.0001), (109.6, 2.0), (120.0, 2.0)]
)
def test_outside_its_data_the_model_says_nothing(first: float, years: float) -> None:
    assert math.isnan(float(allowed(first, years)))


def test_more_risk_allows_more() -> None:
    found = [float(allowed(80.0, 2.0, risk_percent=risk)) for risk in (0.5, 1.0, 2.0, 5.0, 10.0, 50.0)]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("first", "years", "changes", "message"),
    [
        (-1.0, 1.0, {}, "first_bed_gy: is out of range; given: -1.0"),
        ([80.0, float("nan")], 1.0, {}, "first_bed_gy: 1 of 2 values are out of range, the first at index 1"),
        (80.0, float("inf"), {}, "interval_years: is out of range"),
        (80.0, None, {}, "interval_years: is missing"),
        (80.0, 1.0, {"risk_percent": 0.0}, "risk_percent: is out of range"),
        (80.0, 1.0, {"risk_percent": 100.0}, "risk_percent: is out of range"),
        (80.0, 1.0, {"risk_percent": 1e-30}, "risk_percent: the curve has no dose of this risk"),
        (np.zeros(2), np.ones(3), {}, "the shapes of the arguments do not agree"),
        (80.0, 1.0, {"retreatment_slope": (1.0, 10.7338, 11.1428)}, "the curve has no dose of this risk"),
        (80.0, 1.0, {"retreatment_d50_gy": (90.0, 90.0, 90.0)}, "no recovery rate explains the retreatment curves"),
    ],
)
def test_refusals(first: Any, years: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(QuantityError) as caught:
        allowed(first, years, **changes)
    assert message in str(caught.value)
