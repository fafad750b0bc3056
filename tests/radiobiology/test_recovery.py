"""Residual doses and the range of a step table over an uncertain interval."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reirrad.errors import QuantityError
from reirrad.radiobiology import recovered_fraction_range, residual

TABLE = {"from_months": [0, 3, 6, 12], "to_months": [3, 6, 12, inf], "recovered_fraction": [0.0, 0.1, 0.25, 0.5]}


def fraction_range(low, high, **table):
    smallest, largest = recovered_fraction_range(interval_low_months=low, interval_high_months=high, **(TABLE | table))
    return (smallest.tolist(), largest.tolist()) if isinstance(smallest, np.ndarray) else (smallest, largest)


@pytest.mark.parametrize(
    ("quantity", "recovered", "expected"),
    [(40.0, 0.25, 30.0), (40.0, 0.0, 40.0), (40.0, 1.0, 0.0), (0.0, 0.5, 0.0), (inf, 0.5, inf), (inf, 1.0, 0.0)],
)
def test_residual(quantity, recovered, expected):
    assert residual(quantity=quantity, recovered_fraction=recovered) == expected
    value = residual(quantity=[quantity] * 2, recovered_fraction=recovered)
    assert value.dtype == np.float64
    assert value.tolist() == [expected] * 2


def test_residual_is_exact_on_fractions():
    quantity = np.array([Fraction(1, 3), inf, inf, Fraction(7)], dtype=object)
    recovered = np.array([Fraction(1, 10), Fraction(1), Fraction(1, 2), Fraction(1)], dtype=object)
    assert residual(quantity=quantity, recovered_fraction=recovered).tolist() == [Fraction(3, 10), 0, inf, 0]
    single = residual(quantity=Fraction(1, 3), recovered_fraction=Fraction(1, 10))
    assert single == Fraction(3, 10)
    assert isinstance(single, Fraction)


@pytest.mark.parametrize(
    ("quantity", "recovered", "expected"),
    [
        # 2/3 - 1/15, and 3/10 of 9/10: floats mean what they print
        (Fraction(2, 3), 0.1, Fraction(3, 5)),
        (0.3, Fraction(1, 10), Fraction(27, 100)),
        (3, Fraction(1, 10), Fraction(27, 10)),
        (np.float32(0.3), Fraction(1, 10), Fraction(27, 100)),
        (np.int64(3), Fraction(1, 10), Fraction(27, 10)),
        (Fraction(2, 3), np.float32(0.1), Fraction(3, 5)),
        (Fraction(1), 1.0, Fraction(0)),
        (0.0, Fraction(1, 10), Fraction(0)),
        # beyond the floats, on either side
        (Fraction(10**400), 0.5, Fraction(10**400, 2)),
        (Fraction(1), Fraction(10**400 - 1, 10**400), Fraction(1, 10**400)),
        (inf, Fraction(10**400 - 1, 10**400), inf),
        (inf, Fraction(1), Fraction(0)),
    ],
)
def test_residual_is_exact_where_one_argument_is_a_fraction(quantity, recovered, expected):
    found = residual(quantity=quantity, recovered_fraction=recovered)
    assert found == expected
    assert type(found) is type(expected)


def test_residual_is_exact_beside_a_list_with_fractions():
    quantity = [Fraction(1), 10**400, 0.3, np.float32(0.3), np.int64(7), inf]
    found = residual(quantity=quantity, recovered_fraction=0.5)
    assert found.tolist() == [
        Fraction(1, 2),
        Fraction(10**400, 2),
        Fraction(3, 20),
        Fraction(3, 20),
        Fraction(7, 2),
        inf,
    ]
    assert [type(number) for number in found] == [Fraction] * 5 + [float]
    found = residual(quantity=[[Fraction(1)], [Fraction(2)]], recovered_fraction=np.float32([0.1, 0.2]))
    assert found.tolist() == [[Fraction(9, 10), Fraction(4, 5)], [Fraction(9, 5), Fraction(8, 5)]]
    # each number of a list has its own width
    found = residual(quantity=[0.3, np.float32(0.3)], recovered_fraction=Fraction(0))
    assert found.tolist() == [Fraction(3, 10)] * 2


def test_residual_of_unknown_doses_in_an_object_array():
    value = residual(quantity=np.array([inf, 2], dtype=object), recovered_fraction=Fraction(1, 2))
    assert value.tolist() == [inf, Fraction(1)]


def test_residual_broadcasts():
    assert residual(quantity=[[10.0], [20.0]], recovered_fraction=[0.0, 0.5]).tolist() == [[10.0, 5.0], [20.0, 10.0]]


@pytest.mark.parametrize(
    ("quantity", "recovered", "message"),
    [
        (-1.0, 0.5, "quantity: is out of range; given: -1.0; allowed: a number from 0 up or infinity"),
        (
            [1.0, nan],
            0.5,
            "quantity: 1 of 2 values are out of range, the first at index 1; given: nan; "
            "allowed: a number from 0 up or infinity",
        ),
        (1.0, 25.0, "recovered_fraction: is out of range; given: 25.0; allowed: a finite number from 0 to 1"),
        (
            Fraction(1),
            Fraction(3, 2),
            "recovered_fraction: is out of range; given: Fraction(3, 2); allowed: a finite number from 0 to 1",
        ),
        (
            np.array(["x", Fraction(1)], dtype=object),
            0.5,
            "quantity: holds something that is neither a fraction nor a number; "
            "allowed: a number from 0 up or infinity",
        ),
        (
            [1.0, 2.0],
            [0.1, 0.2, 0.3],
            "the shapes of the arguments do not agree; given: quantity (2,), recovered_fraction (3,)",
        ),
    ],
)
def test_residual_refuses(quantity, recovered, message):
    with pytest.raises(QuantityError) as error:
        residual(quantity=quantity, recovered_fraction=recovered)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.0, 2.0, (0.0, 0.0)),
        (2.0, 2.9, (0.0, 0.0)),
        (2.0, 3.0, (0.0, 0.1)),  # a bin begins at its lower end
        (3.0, 3.0, (0.1, 0.1)),
        (6.0, 6.0, (0.25, 0.25)),
        (5.999, 5.999, (0.1, 0.1)),
        (4.0, 13.0, (0.1, 0.5)),
        (12.0, inf, (0.5, 0.5)),
        (500.0, 600.0, (0.5, 0.5)),
        (0.0, inf, (0.0, 0.5)),
    ],
)
def test_range_of_a_complete_table(low, high, expected):
    assert fraction_range(low, high) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (7.0, 8.0, (0.2, 0.2)),
        (6.0, 8.0, (0.2, 0.2)),
        (5.0, 8.0, (0.0, 1.0)),  # begins before the first bin
        (7.0, 12.0, (0.0, 1.0)),  # 12 itself is in the gap
        (7.0, 11.9, (0.2, 0.2)),
        (13.0, 14.0, (0.0, 1.0)),
        (7.0, 20.0, (0.0, 1.0)),  # both ends are in bins, the gap lies between
        (18.0, 23.0, (0.4, 0.4)),
        (18.0, 24.0, (0.0, 1.0)),
        (18.0, inf, (0.0, 1.0)),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_outside_every_bin_nothing_is_known(low, high, expected, order):
    table = {"from_months": [6, 18], "to_months": [12, 24], "recovered_fraction": [0.2, 0.4]}
    assert fraction_range(low, high, **{name: column[::order] for name, column in table.items()}) == expected


def test_a_table_without_bins_knows_nothing():
    assert fraction_range([1.0, 2.0], 3.0, from_months=[], to_months=[], recovered_fraction=[]) == ([0, 0], [1, 1])


def test_range_is_exact_for_a_table_of_fractions():
    table = {"recovered_fraction": [Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2)]}
    smallest, largest = fraction_range([4.0, 3.0], [13.0, 4.0], **table)
    assert smallest == [Fraction(1, 10), Fraction(1, 10)]
    assert largest == [Fraction(1, 2), Fraction(1, 10)]
    assert fraction_range(4.0, 13.0, **table) == (Fraction(1, 10), Fraction(1, 2))


def test_range_broadcasts():
    assert fraction_range([[0.0], [6.0]], [6.0, 12.0]) == ([[0.0, 0.0], [0.25, 0.25]], [[0.25, 0.5], [0.25, 0.5]])


@given(st.floats(0.0, 40.0), st.floats(0.0, 40.0), st.lists(st.integers(0, 30), min_size=2, max_size=6, unique=True))
def test_range_holds_the_fraction_of_every_interval_within(low, width, edges):
    edges = sorted(edges)
    starts, ends = edges[:-1], edges[1:]
    fractions = [round(0.1 * at, 1) for at in range(len(starts))]
    table = {"from_months": starts, "to_months": ends, "recovered_fraction": fractions}
    smallest, largest = fraction_range(low, low + width, **table)
    samples = [low, low + width, *(edge for edge in edges if low <= edge <= low + width)]
    at_samples = [fraction_range(sample, sample, **table) for sample in samples]
    assert smallest == min(value for value, _ in at_samples)
    assert largest == max(value for _, value in at_samples)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"interval_low_months": inf}, "interval_low_months: is out of range; given: inf; allowed: a finite number"),
        ({"interval_high_months": nan}, "interval_high_months: is out of range; given: nan; allowed: a number from 0"),
        ({"interval_low_months": -1.0}, "interval_low_months: is out of range; given: -1.0; allowed: a finite number"),
        ({"interval_low_months": 3.0}, "interval_high_months: is below interval_low_months; given: 2.0; allowed: a"),
        (
            {"interval_low_months": [1.0, 4.0], "interval_high_months": [2.0, 3.0]},
            "interval_high_months: 1 of 2 values are below interval_low_months, the first at index 1; given: 3.0;",
        ),
        ({"to_months": [3, 6, 12, 12]}, "to_months: 1 of 4 values are not above from_months, the first at index 3;"),
        ({"to_months": [3, 7, 12, inf]}, "from_months: lies inside an earlier bin; given: 6.0; allowed: a finite"),
        ({"to_months": [3, 6, 12]}, "the shapes of the arguments do not agree; given: from_months (4,), to_months"),
        ({"recovered_fraction": [0, 10, 25, 50]}, "recovered_fraction: 3 of 4 values are out of range, the first at"),
    ],
)
def test_range_refuses(changes, message):
    with pytest.raises(QuantityError) as error:
        recovered_fraction_range(**({"interval_low_months": 1.0, "interval_high_months": 2.0} | TABLE | changes))
    assert str(error.value).startswith(message)
