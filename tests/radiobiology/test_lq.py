"""BED, EQD2, EQDx and the inverse: published values, exact arithmetic, shapes, blocks."""

from __future__ import annotations

from fractions import Fraction
from math import ulp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reirrad.radiobiology import bed, dose_per_fraction, eqd2, eqdx
from reirrad.radiobiology._arguments import BLOCK_ROWS
from reirrad.radiobiology.lq import bed_expression, eqd_expression

doses_gy = st.floats(0.01, 200.0)
fraction_numbers = st.integers(1, 60)
alpha_betas_gy = st.floats(0.5, 20.0)
factors = st.floats(0.0, 2.0)

# without a factor, four roundings make a BED and five an EQD2; a factor adds two. 24 million random schedules, a third
# of them made to round badly, reached 2.8 and 3.6 units in the last place, with a factor 3.5 and 4.7
BED_ULPS = 4
EQD2_ULPS = 4
EQD2_WITH_FACTOR_ULPS = 6


def ulps(value: float, expected: Fraction) -> float:
    """Distance from the exact value, in units of the last place."""
    return float(abs(Fraction(float(value)) - expected) / Fraction(ulp(float(expected))))


def exact_bed(total, n, alpha_beta, factor=0.0) -> Fraction:
    total, n, alpha_beta, factor = (Fraction(value) for value in (total, n, alpha_beta, factor))
    return total * (1 + (1 + factor) * (total / n) / alpha_beta)


# by hand: 25 x 2: 50 (1 + 2/2); 10 x 3: 30 (1 + 3/2); 3 x 18: 54 (1 + 18/3); 16 x 2.4: 38.4 (1 + 2.4/2)
BY_HAND = [
    (50.0, 25, 2.0, 100.0, 50.0),
    (30.0, 10, 2.0, 75.0, 37.5),
    (54.0, 3, 3.0, 378.0, 226.8),
    (38.4, 16, 2.0, 84.48, 42.24),
    (8.0, 1, 10.0, 14.4, 12.0),
    (0.0, 5, 2.0, 0.0, 0.0),
]


@pytest.mark.parametrize(("total", "n", "alpha_beta", "expected_bed", "expected_eqd2"), BY_HAND)
def test_values_by_hand(total, n, alpha_beta, expected_bed, expected_eqd2):
    schedule = {"total_dose_gy": total, "n_fractions": n, "alpha_beta_gy": alpha_beta}
    assert bed(**schedule) == pytest.approx(expected_bed, rel=1e-15)
    assert eqd2(**schedule) == pytest.approx(expected_eqd2, rel=1e-15)


def test_twice_daily_45_gy_in_30_fractions_from_the_evidence():
    factor = 2 ** (-6 / 4)
    value = bed(total_dose_gy=45.0, n_fractions=30, alpha_beta_gy=2.0, incomplete_repair_factor=factor)
    assert round(float(value), 2) == 90.68


def test_eqdx_by_hand_and_its_limits():
    schedule = {"total_dose_gy": 54.0, "n_fractions": 3, "alpha_beta_gy": 3.0}
    assert eqdx(**schedule, reference_dose_per_fraction_gy=3.0) == 189.0
    assert eqdx(**schedule, reference_dose_per_fraction_gy=0.0) == bed(**schedule) == 378.0
    assert eqdx(**schedule, reference_dose_per_fraction_gy=2.0) == eqd2(**schedule)
    assert eqdx(**schedule, reference_dose_per_fraction_gy=18.0) == pytest.approx(54.0, rel=1e-15)


@given(doses_gy, fraction_numbers, alpha_betas_gy, factors)
def test_stays_within_a_few_ulp_of_rational_arithmetic(total, n, alpha_beta, factor):
    schedule = {"total_dose_gy": total, "n_fractions": n, "alpha_beta_gy": alpha_beta}
    per_eqd2 = 1 + Fraction(2) / Fraction(alpha_beta)
    expected = exact_bed(total, n, alpha_beta)
    assert ulps(bed(**schedule), expected) <= BED_ULPS
    assert ulps(eqd2(**schedule), expected / per_eqd2) <= EQD2_ULPS
    schedule["incomplete_repair_factor"] = factor
    expected = exact_bed(total, n, alpha_beta, factor)
    assert ulps(bed(**schedule), expected) <= BED_ULPS
    assert ulps(eqd2(**schedule), expected / per_eqd2) <= EQD2_WITH_FACTOR_ULPS


def test_random_table_stays_within_a_few_ulp_of_rational_arithmetic():
    random = np.random.default_rng(20240501)
    total, alpha_beta = random.uniform(0.1, 90.0, 2000), random.uniform(1.0, 12.0, 2000)
    n = random.integers(1, 41, 2000)
    beds, eqd2s = (f(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta) for f in (bed, eqd2))
    for at in range(total.size):
        expected = exact_bed(total[at], int(n[at]), alpha_beta[at])
        assert ulps(beds[at], expected) <= BED_ULPS
        assert ulps(eqd2s[at], expected / (1 + Fraction(2) / Fraction(alpha_beta[at]))) <= EQD2_ULPS


@given(doses_gy, fraction_numbers, alpha_betas_gy, factors)
def test_dose_per_fraction_inverts_bed(total, n, alpha_beta, factor):
    common = {"n_fractions": n, "alpha_beta_gy": alpha_beta, "incomplete_repair_factor": factor}
    back = dose_per_fraction(bed_gy=bed(total_dose_gy=total, **common), **common)
    assert back == pytest.approx(total / n, rel=4e-15)


@pytest.mark.parametrize("tiny", [1e-300, 1e-100, 1e-20, 1e-16, 1e-12, 1e-8])
def test_inverse_keeps_its_digits_for_a_tiny_dose(tiny):
    # the root's series in x = q/(a/b): d = q (1 - x + 2 x^2 - ...); cubic and later terms are far below 1e-15 here
    x = Fraction(tiny) / 3
    expected = float(Fraction(tiny) * (1 - x + 2 * x * x))
    value = dose_per_fraction(bed_gy=tiny, n_fractions=1, alpha_beta_gy=3.0)
    assert value == pytest.approx(expected, rel=1e-15, abs=0.0)


def test_inverse_of_zero_is_zero():
    assert dose_per_fraction(bed_gy=0.0, n_fractions=5, alpha_beta_gy=3.0) == 0.0


def columns(rows: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(rows)
    return {
        "total_dose_gy": random.uniform(0.0, 90.0, rows),
        "n_fractions": random.integers(1, 41, rows),
        "alpha_beta_gy": random.uniform(1.0, 12.0, rows),
        "incomplete_repair_factor": random.uniform(0.0, 1.0, rows),
    }


FUNCTIONS = [bed, eqd2, lambda **k: eqdx(reference_dose_per_fraction_gy=3.0, **k)]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("rows", [BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS + 7])
def test_blocks_do_not_change_a_bit(function, rows):
    table = columns(rows)
    whole = function(**table)
    parts = [
        function(**{name: column[at : at + 1000] for name, column in table.items()}) for at in range(0, rows, 1000)
    ]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_one_row_alone_equals_the_row_in_a_table():
    table = columns(50)
    whole = eqd2(**table)
    alone = [eqd2(**{name: column[at] for name, column in table.items()}) for at in range(50)]
    assert whole.tolist() == [float(value) for value in alone]


@pytest.mark.parametrize("shape", [(), (7,), (3, 4), (2, 3, 4), (300, 150), (0,), (3, 0)])
def test_shape_is_kept(shape):
    result = bed(total_dose_gy=np.full(shape, 50.0), n_fractions=np.full(shape, 25), alpha_beta_gy=2.0)
    assert np.shape(result) == shape
    assert np.all(result == 100.0)
    assert isinstance(result, np.ndarray if shape else np.float64)


@pytest.mark.parametrize("rows", [5, 400])
def test_broadcasting_equals_explicit_repetition(rows):
    total = np.linspace(1.0, 80.0, rows)[:, None]
    n = np.arange(1, 201)[None, :]
    alpha_beta = np.array([2.0, 3.0])[:, None, None]
    result = eqd2(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta)
    full = [np.ascontiguousarray(part) for part in np.broadcast_arrays(total, n, alpha_beta)]
    expected = eqd2(total_dose_gy=full[0], n_fractions=full[1], alpha_beta_gy=full[2])
    assert result.shape == (2, rows, 200)
    np.testing.assert_array_equal(result, expected)


LAYOUTS = {
    "reversed": lambda column: column[::-1],
    "every second": lambda column: np.repeat(column, 2)[::2],
    "column of a table": lambda column: np.stack([column, column], axis=1)[:, 1],
    "big-endian": lambda column: column.astype(column.dtype.newbyteorder(">")),
    "unaligned": lambda column: np.frombuffer(b"x" + column.tobytes(), np.uint8)[1:].view(column.dtype),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("rows", [100, BLOCK_ROWS + 100])
def test_memory_layout_does_not_matter(layout, rows):
    table = {name: LAYOUTS[layout](column) for name, column in columns(rows).items()}
    plain = {name: np.ascontiguousarray(column, column.dtype.newbyteorder("=")) for name, column in table.items()}
    np.testing.assert_array_equal(eqd2(**table), eqd2(**plain))


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("rows", [9, BLOCK_ROWS + 9, 4 * BLOCK_ROWS])
def test_direct_and_buffered_evaluation_give_the_same_bits(function, rows):
    table = columns(rows)
    direct = function(**table)
    # one strided argument is enough for the buffered evaluation; a slice moves every block to another alignment
    buffered = function(**(table | {"total_dose_gy": np.repeat(table["total_dose_gy"], 2)[::2]}))
    moved = function(**{name: column[3:] for name, column in table.items()})
    out = np.empty(rows + 1)[1:]
    function(**(table | {"n_fractions": table["n_fractions"].astype(np.float64)}), out=out)
    for other in (buffered, np.concatenate([direct[:3], moved]), out):
        np.testing.assert_array_equal(direct.view(np.uint64), other.view(np.uint64))


@pytest.mark.parametrize("rows", [9, BLOCK_ROWS + 9])
@pytest.mark.parametrize("name", ["total_dose_gy", "n_fractions", "alpha_beta_gy", "incomplete_repair_factor"])
def test_a_scalar_gives_the_bits_of_a_column_of_it(name, rows):
    table = columns(rows)
    value = table[name][-1]
    column = eqd2(**(table | {name: np.full(rows, value)}))
    np.testing.assert_array_equal(eqd2(**(table | {name: value})).view(np.uint64), column.view(np.uint64))


@pytest.mark.parametrize("rows", [6, BLOCK_ROWS + 6])
def test_fortran_order(rows):
    total = np.asfortranarray(np.linspace(0.0, 80.0, 6 * rows).reshape(rows, 6))
    result = bed(total_dose_gy=total, n_fractions=10, alpha_beta_gy=2.0)
    np.testing.assert_array_equal(result, bed(total_dose_gy=total.copy("C"), n_fractions=10, alpha_beta_gy=2.0))


@pytest.mark.parametrize("dtype", [*"bhilqBHILQ", "f2", "f4", "f8", "g"])
@pytest.mark.parametrize("rows", [10, BLOCK_ROWS + 10])
def test_any_number_type_of_the_fraction_number(dtype, rows):
    table = columns(rows)
    expected = bed(**table)
    table["n_fractions"] = table["n_fractions"].astype(dtype)
    np.testing.assert_array_equal(bed(**table), expected)


def test_read_only_inputs_are_used_and_left_alone():
    table = columns(BLOCK_ROWS + 5)
    before = {name: column.copy() for name, column in table.items()}
    for column in table.values():
        column.flags.writeable = False
    eqd2(**table)
    for name, column in table.items():
        np.testing.assert_array_equal(column, before[name])


@pytest.mark.parametrize("rows", [10, BLOCK_ROWS + 10])
def test_out_is_filled_and_returned(rows):
    table, out = columns(rows), np.full(rows, np.nan)
    assert bed(**table, out=out) is out
    np.testing.assert_array_equal(out, bed(**table))
    strided = np.full(2 * rows, np.nan)
    eqd2(**table, out=strided[::2])
    np.testing.assert_array_equal(strided[::2], eqd2(**table))
    assert np.isnan(strided[1::2]).all()


@pytest.mark.parametrize("rows", [10, BLOCK_ROWS + 10])
@pytest.mark.parametrize("name", ["total_dose_gy", "alpha_beta_gy", "incomplete_repair_factor"])
def test_out_may_be_an_argument(name, rows):
    table = columns(rows)
    expected = eqd2(**table)
    eqd2(**table, out=table[name])
    np.testing.assert_array_equal(table[name], expected)


def test_out_may_overlap_an_argument_in_part():
    memory = np.linspace(1.0, 90.0, BLOCK_ROWS + 50)
    expected = bed(total_dose_gy=memory[:-1].copy(), n_fractions=10, alpha_beta_gy=2.0)
    bed(total_dose_gy=memory[:-1], n_fractions=10, alpha_beta_gy=2.0, out=memory[1:])
    np.testing.assert_array_equal(memory[1:], expected)


def test_out_of_no_dimension():
    out = np.empty(())
    assert bed(total_dose_gy=50.0, n_fractions=25, alpha_beta_gy=2.0, out=out) is out
    assert out == 100.0


def test_arguments_cannot_be_given_by_position():
    with pytest.raises(TypeError, match="positional"):
        bed(50.0, 25, 2.0)


def test_checked_functions_compute_the_expressions():
    table = columns(BLOCK_ROWS + 5)
    np.testing.assert_array_equal(bed(**table), bed_expression(**table))
    np.testing.assert_array_equal(eqd2(**table), eqd_expression(**table, reference_dose_gy=2.0))
