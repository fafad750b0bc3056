"""The unchecked expressions of BED and EQDx: exact on fractions, and what infinity gives."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
import pytest

from reirrad.radiobiology.lq import bed_expression, eqd_expression


def test_expressions_are_exact_on_fractions():
    total = np.array([Fraction("25.6"), Fraction("33.6"), Fraction(0)], dtype=object)
    n = np.array([16, 14, 1], dtype=object)
    alpha_beta = np.array([Fraction(2)] * 3, dtype=object)
    beds = bed_expression(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta, incomplete_repair_factor=0)
    # 16 x 1.6 Gy and 14 x 2.4 Gy are exactly 120 Gy2
    assert beds[0] + beds[1] == Fraction(120)
    assert beds[2] == 0
    assert all(isinstance(value, Fraction) for value in beds)
    eqds = eqd_expression(total_dose_gy=total, n_fractions=n, alpha_beta_gy=alpha_beta, reference_dose_gy=2)
    assert eqds[0] + eqds[1] == Fraction(60)
    assert eqds[2] == 0
    assert all(isinstance(value, Fraction) for value in eqds)


def test_expressions_on_single_fractions_and_with_a_factor():
    schedule = {"total_dose_gy": Fraction(45), "n_fractions": 30, "alpha_beta_gy": Fraction(2)}
    schedule["incomplete_repair_factor"] = Fraction(1, 16)
    expected = 45 * (1 + Fraction(17, 16) * Fraction(45, 30) / 2)
    assert bed_expression(**schedule) == expected
    assert eqd_expression(**schedule, reference_dose_gy=2) == expected / 2


@pytest.mark.parametrize("factor", [0.0, np.array([0.5, 0.0, 0.0])])
def test_expressions_take_unknown_and_absent_doses(factor):
    schedule = {"total_dose_gy": np.array([inf, 0.0, 50.0]), "n_fractions": 25, "alpha_beta_gy": 2.0}
    schedule["incomplete_repair_factor"] = factor
    assert bed_expression(**schedule).tolist() == [inf, 0.0, 100.0]
    assert eqd_expression(**schedule, reference_dose_gy=2.0).tolist() == [inf, 0.0, 50.0]
    schedule = {"total_dose_gy": np.array([inf, Fraction(0)], dtype=object), "n_fractions": Fraction(25)}
    for expression in (bed_expression, lambda **k: eqd_expression(reference_dose_gy=2, **k)):
        assert expression(**schedule, alpha_beta_gy=Fraction(2)).tolist() == [inf, 0]


@pytest.mark.parametrize("factor", [0, Fraction(1, 3)])
def test_expressions_take_infinitely_many_fractions(factor):
    # fractions of 0 Gy: BED is the dose itself, EQD2 at 3 Gy three fifths of it
    schedule = {"n_fractions": inf, "incomplete_repair_factor": float(factor), "alpha_beta_gy": 3.0}
    for total in (50.0, np.array([50.0, 0.0])):
        assert np.all(bed_expression(total_dose_gy=total, **schedule) == total)
        assert np.all(eqd_expression(total_dose_gy=total, reference_dose_gy=2.0, **schedule) == total * 0.6)
    schedule = {"n_fractions": inf, "incomplete_repair_factor": factor, "alpha_beta_gy": Fraction(3)}
    third = Fraction(50, 3)
    column = np.array([third, Fraction(0)], dtype=object)
    assert bed_expression(total_dose_gy=third, **schedule) == third
    assert bed_expression(total_dose_gy=column, **schedule).tolist() == [third, 0]
    assert eqd_expression(total_dose_gy=third, reference_dose_gy=2, **schedule) == 10
    assert eqd_expression(total_dose_gy=column, reference_dose_gy=2, **schedule).tolist() == [10, 0]
    schedule["n_fractions"] = np.array([inf, Fraction(10)], dtype=object)
    column = np.array([third, Fraction(30)], dtype=object)
    values = eqd_expression(total_dose_gy=column, reference_dose_gy=2, **schedule)
    assert values.tolist() == [10, 30 * ((1 + factor) * 3 + 3) / Fraction(5)]
    assert all(isinstance(value, Fraction) for value in values)
