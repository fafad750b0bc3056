"""Edges of the numeric functions that nothing else meets: bounds of each argument, whole messages, unusual arrays."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from radiobiology.test_cord_model import allowed
from reirrad.errors import QuantityError
from reirrad.radiobiology import (
    bed,
    dose_per_fraction,
    eqd2,
    incomplete_repair_factor,
    recovered_fraction_range,
    residual,
)
from reirrad.radiobiology._arguments import BLOCK_ROWS, Argument, _block_usable, argument, evaluate, exact
from reirrad.radiobiology.cord_model import dose_at_risk

SWAPPED = "were fractions and dose swapped?"
UNIT_SLIP = "is it in cGy? write the unit, e.g. Max[cGy]"
RISK = "allowed: a finite number above 0 % and below 100 %; a risk of 0 or 100 % has no dose"


def message_of(function: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(QuantityError) as caught:
        function(*args, **given)
    return str(caught.value)


def test_arguments_are_those_of_the_vocabulary() -> None:
    # upper bounds catch slips of input; equations take what is larger unless they ask for them
    assert argument("total_dose_gy") == Argument("total_dose_gy", "Gy", 0.0, False, inf, False, hint="")
    assert argument("total_dose_gy", bounded=True) == Argument(
        "total_dose_gy", "Gy", 0.0, False, 1000.0, hint=UNIT_SLIP
    )
    assert argument("n_fractions") == Argument("n_fractions", "", 1, False, inf, True, hint=SWAPPED)
    assert argument("alpha_beta_gy") == Argument("alpha_beta_gy", "Gy", 0.0, True)
    assert argument("fractions_per_day", bounded=True) == Argument("fractions_per_day", "", 1, False, 6, True)


@pytest.mark.parametrize(
    ("known", "inside", "outside"),
    [
        (argument("total_dose_gy"), [0.0, 1e300], [-0.5, inf]),
        (argument("total_dose_gy", bounded=True), [0.0, 1000.0], [1000.1]),
        (argument("alpha_beta_gy"), [5e-324, 2.0], [0.0, -1.0]),
        (argument("fractions_per_day", bounded=True), [1.0, 6.0], [0.0, 0.5, 1.5, 7.0]),
        (Argument("open", low=1.0, low_is_open=True), [1.5], [1.0, 0.5]),
        (Argument("unbounded", unbounded=True), [0.0, inf], [-1.0]),
    ],
)
def test_blocks_keep_every_bound(known: Argument, inside: list[float], outside: list[float]) -> None:
    scratch = np.empty(2)
    assert _block_usable(known, np.array(inside[:2] * (2 // len(inside))), False, scratch)
    for value in outside:
        assert not _block_usable(known, np.array([inside[0], value]), False, scratch), value


def test_upper_bounds_hold_in_arrays() -> None:
    message = message_of(
        incomplete_repair_factor,
        fractions_per_day=[2, 7], hours_between_fractions=[6.0, 6.0], repair_half_time_h=[4.0, 4.0],
    )  # fmt: skip
    assert message == (
        "fractions_per_day: 1 of 2 values are out of range, the first at index 1; given: 7; "
        "allowed: a whole number from 1 to 6"
    )


@pytest.mark.parametrize("dtype", ["<i4", ">i4", ">f8", "<f4", "longdouble"])
def test_large_arrays_of_any_layout_are_what_small_ones_are(dtype: str) -> None:
    """40 Gy in 1, 2, ... fractions at alpha/beta 2, from every second place of an array."""
    n_rows = BLOCK_ROWS + 7
    n = np.repeat((np.arange(n_rows) % 40 + 1).astype(dtype), 2)[::2]
    assert not n.flags.c_contiguous
    found = bed(total_dose_gy=40.0, n_fractions=n, alpha_beta_gy=2.0)
    expected = np.array([40.0 * (1 + 40.0 / (2.0 * (at % 40 + 1))) for at in range(n_rows)])
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_a_large_result_goes_where_it_is_to_go() -> None:
    # not contiguous: flattened, it would be a copy
    out = np.zeros((BLOCK_ROWS + 7, 2)).T
    total = np.full(out.shape, 30.0)
    assert bed(total_dose_gy=total, n_fractions=10, alpha_beta_gy=2.0, out=out) is out
    assert np.all(out == 75.0)


@pytest.mark.parametrize("n_fractions", [4, np.array([4.0])])
def test_without_any_repair_two_fractions_a_day_are_one(n_fractions: Any) -> None:
    """h = 1 of two fractions a day: 12 (1 + 2 x 3/2) = 48 Gy2, half of it EQD2."""
    given: dict[str, Any] = {"total_dose_gy": 12.0, "n_fractions": n_fractions, "alpha_beta_gy": 2.0}
    assert bed(**given, incomplete_repair_factor=1) == 48.0
    assert eqd2(**given, incomplete_repair_factor=1) == 24.0
    assert dose_per_fraction(bed_gy=48.0, n_fractions=n_fractions, alpha_beta_gy=2, incomplete_repair_factor=1) == 3.0


@pytest.mark.skipif(np.finfo(np.longdouble).max <= np.finfo(np.float64).max, reason="no wider numbers here")
def test_a_number_that_float64_cannot_hold_is_out_of_range() -> None:
    large = np.longdouble("1e4000")
    words = "out of range"
    assert words in message_of(bed, total_dose_gy=large, n_fractions=2, alpha_beta_gy=2)
    assert words in message_of(bed, total_dose_gy=np.array([large, large]), n_fractions=2, alpha_beta_gy=2)


def test_exact_numbers() -> None:
    known = argument("total_dose_gy")
    assert message_of(exact, known, "3") == (
        "total_dose_gy: is not a number; given: '3'; allowed: a finite number from 0 Gy up"
    )
    assert message_of(exact, known, None) == "total_dose_gy: is missing; allowed: a finite number from 0 Gy up"
    # a whole number of numpy must not stay one: its products would wrap around
    assert exact(known, np.int64(2**62)) * 4 == 2**64


def test_risks_out_of_range_are_named() -> None:
    above = "allowed: a finite number above 0"
    for given, said in (
        ({"risk_percent": 0.0}, f"risk_percent: is out of range; given: 0.0; {RISK}"),
        ({"risk_percent": 100.0}, f"risk_percent: is out of range; given: 100.0; {RISK}"),
        ({"d50_gy": 0.0}, f"d50_gy: is out of range; given: 0.0; {above} Gy"),
        ({"d50_gy": inf}, f"d50_gy: is out of range; given: inf; {above} Gy"),
        ({"slope": 0.0}, f"slope: is out of range; given: 0.0; {above}"),
        ({"slope": inf}, f"slope: is out of range; given: inf; {above}"),
        ({"slope": [1.0, 2.0]}, f"slope: is not one number; given: [1.0, 2.0]; {above}"),
        (
            {"risk_percent": nan, "d50_gy": True, "slope": "x"},
            f"risk_percent: is out of range; given: nan; {RISK}\n"
            f"d50_gy: a truth value is not a number; given: True; {above} Gy\n"
            f"slope: text is not a number; given: 'x'; {above}",
        ),
        # 76.5 (1 - 2.33 / 1e-320) and, above one half, 76.5 (1 + 2.33 / 1e-320)
        ({"risk_percent": 1.0, "slope": 1e-320}, "risk_percent: the curve has no dose of this risk; given: 1.0"),
        ({"risk_percent": 99.0, "slope": 1e-320}, "risk_percent: the curve has no dose of this risk; given: 99.0"),
    ):
        values: dict[str, Any] = {"risk_percent": 50.0, "d50_gy": 76.5, "slope": 11.4} | given
        assert message_of(dose_at_risk, **values) == said
    assert dose_at_risk(risk_percent=50, d50_gy=0.5, slope=2.0) == 0.5
    # the curve has a dose of exactly 0 here
    values = {"risk_percent": 1.0, "d50_gy": 50.0, "slope": -float(ndtri(0.01))}
    assert message_of(dose_at_risk, **values) == "risk_percent: the curve has no dose of this risk; given: 1.0"


def test_human_curves_without_a_dose_are_refused() -> None:
    words = "risk_percent: the human curve has no dose of this risk; given: 1.0"
    assert message_of(allowed, 80.0, 1.0, human_dose_gy=0.0) == words
    # 0.4 (1 + 2/2) = 0.8 Gy2, and no course before
    assert float(allowed(0.0, 1.0, human_dose_gy=0.4)) == pytest.approx(0.8, rel=1e-4)


def test_the_cord_model_computes_in_float64() -> None:
    single, double = allowed(np.float32([80.0]), np.float32([2.0])), allowed(80.0, 2.0)
    assert single.dtype == np.float64
    assert single[0] == double
    assert message_of(allowed, np.zeros(2), np.ones(3)) == (
        "the shapes of the arguments do not agree; given: first_bed_gy (2,), interval_years (3,)"
    )


def test_residual_keeps_its_kind() -> None:
    assert residual(quantity=np.float32([30.0]), recovered_fraction=np.float32([0.5])).dtype == np.float64
    nothing = residual(quantity=Fraction(30), recovered_fraction=Fraction(1))
    assert (nothing, type(nothing)) == (0, Fraction)
    large = Fraction(10) ** 400
    assert residual(quantity=large, recovered_fraction=Fraction(1, 4)) == large * 3 / 4


TABLE: dict[str, Any] = {
    "from_months": [0, 6],
    "to_months": [6, 12],
    "recovered_fraction": [Fraction(0), Fraction(1, 4)],
}


def recovered(low: Any, high: Any, **changes: Any) -> tuple[Any, Any]:
    return recovered_fraction_range(interval_low_months=low, interval_high_months=high, **(TABLE | changes))


def test_beyond_the_table_anything_may_have_recovered() -> None:
    assert recovered(6, 13) == (0, 1)
    for end in (*recovered(6, 13), *recovered(6, 6)):
        assert isinstance(end, Fraction)
    for end in recovered(6, 13, recovered_fraction=[0.0, 0.25]):
        assert isinstance(end, float)


@pytest.mark.parametrize(("name", "position"), [("interval_low_months", 0), ("interval_high_months", 1)])
def test_intervals_are_named(name: str, position: int) -> None:
    ends: list[Any] = [6, 6]
    for value, what in (("6", "text is not a number"), (["6"], "text is not a number"), (None, "is missing")):
        ends[position] = value
        assert message_of(recovered, *ends).startswith(f"{name}: {what}")


@pytest.mark.parametrize("name", ["from_months", "to_months", "recovered_fraction"])
def test_columns_of_the_table_are_named(name: str) -> None:
    for value in ("6", ["6", "12"], [True, False]):
        assert message_of(recovered, 6, 6, **{name: value}).startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["quantity", "recovered_fraction"])
def test_terms_of_a_sum_are_named(name: str) -> None:
    for value in ("6", ["6"], [True]):
        given: dict[str, Any] = {"quantity": 30.0, "recovered_fraction": 0.5} | {name: value}
        assert message_of(residual, **given).startswith(f"{name}: ")


def test_shapes_that_do_not_agree_are_named() -> None:
    words = "the shapes of the arguments do not agree; given: "
    assert message_of(recovered, [6, 7], [8, 9, 10]) == (f"{words}interval_low_months (2,), interval_high_months (3,)")
    assert message_of(recovered, 6, 6, from_months=[0, 6, 9]) == (
        f"{words}from_months (3,), to_months (2,), recovered_fraction (2,)"
    )


def test_the_first_reversed_interval_is_named() -> None:
    message = message_of(recovered, [6, 6, 6], [6, 5, 4])
    assert message.startswith(
        "interval_high_months: 2 of 3 values are below interval_low_months, the first at index 1; given: 5.0"
    )


def test_a_result_that_is_written_elsewhere_is_not_taken() -> None:
    # what is returned is what stands in the target: a kernel that leaves it empty would return any numbers
    doses = (argument("total_dose_gy"), [1.0, 2.0])
    with pytest.raises(RuntimeError, match="a result was not written where it is taken from"):
        evaluate(lambda values, _out: values[0] * 2.0, [doses])
