"""What the numeric functions refuse, with the whole message."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from reirrad.errors import QuantityError, ReirradError
from reirrad.radiobiology import bed, dose_per_fraction, eqd2, eqdx
from reirrad.radiobiology._arguments import BLOCK_ROWS, argument, exact

SCHEDULE = {"total_dose_gy": 50.0, "n_fractions": 25, "alpha_beta_gy": 2.0}
DOSE = "allowed: a finite number from 0 Gy up"
NUMBER = "allowed: a whole number from 1 up"
SWAPPED = "were fractions and dose swapped?"
RATIO = "allowed: a finite number above 0 Gy"

OUT_OF_RANGE = [
    ("total_dose_gy", -1.0, f"total_dose_gy: is out of range; given: -1.0; {DOSE}"),
    ("total_dose_gy", nan, f"total_dose_gy: is out of range; given: nan; {DOSE}"),
    ("total_dose_gy", inf, f"total_dose_gy: is out of range; given: inf; {DOSE}"),
    ("total_dose_gy", np.float32(-0.5), f"total_dose_gy: is out of range; given: -0.5; {DOSE}"),
    ("n_fractions", 0, f"n_fractions: is out of range; given: 0.0; {NUMBER}; {SWAPPED}"),
    ("n_fractions", -3, f"n_fractions: is out of range; given: -3.0; {NUMBER}; {SWAPPED}"),
    ("n_fractions", 2.5, f"n_fractions: is out of range; given: 2.5; {NUMBER}; {SWAPPED}"),
    ("n_fractions", nan, f"n_fractions: is out of range; given: nan; {NUMBER}; {SWAPPED}"),
    ("n_fractions", inf, f"n_fractions: is out of range; given: inf; {NUMBER}; {SWAPPED}"),
    ("alpha_beta_gy", 0.0, f"alpha_beta_gy: is out of range; given: 0.0; {RATIO}"),
    ("alpha_beta_gy", -0.0, f"alpha_beta_gy: is out of range; given: -0.0; {RATIO}"),
    ("alpha_beta_gy", -2.0, f"alpha_beta_gy: is out of range; given: -2.0; {RATIO}"),
    ("alpha_beta_gy", nan, f"alpha_beta_gy: is out of range; given: nan; {RATIO}"),
    ("alpha_beta_gy", inf, f"alpha_beta_gy: is out of range; given: inf; {RATIO}"),
    (
        "incomplete_repair_factor",
        -0.1,
        "incomplete_repair_factor: is out of range; given: -0.1; allowed: a finite number from 0 up",
    ),
]

WRONG_KIND = [
    (None, "is missing"),
    (True, "a truth value is not a number; given: True"),
    (np.True_, "a truth value is not a number; given: True"),
    (np.array([True, False]), "a truth value is not a number; given: array([ True, False])"),
    ([2.0, True], "a truth value is not a number; given: [2.0, True]"),
    (deque([2.0, True]), "a truth value is not a number; given: deque([2.0, True])"),
    ([deque([2.0, True])], "a truth value is not a number; given: [deque([2.0, True])]"),
    ("30", "text is not a number; given: '30'"),
    (b"30", "text is not a number; given: b'30'"),
    (["30", "20"], "text is not a number; given: ['30', '20']"),
    ([30.0, "20"], "text is not a number; given: [30.0, '20']"),
    (30j, "a complex number has no meaning here; given: 30j"),
    (np.timedelta64(3, "D"), "a time difference is not a number; given: datetime.timedelta(days=3)"),
    ([30.0, None], "is not a number or an array of numbers; given: [30.0, None]"),
    (np.array([1.0], dtype=object), "is not a number or an array of numbers; given: array([1.0], dtype=object)"),
    (Fraction(1, 2), "is not a number or an array of numbers; given: Fraction(1, 2)"),
    (Decimal("1.5"), "is not a number or an array of numbers; given: Decimal('1.5')"),
    ({"a": 1}, "is not a number or an array of numbers; given: {'a': 1}"),
    ([[1.0, 2.0], [3.0]], "is not a number or a regular array of numbers; given: [[1.0, 2.0], [3.0]]"),
    (np.ma.array([1.0, 2.0], mask=[False, True]), "1 of 2 values are masked, which is missing"),
]


def refusal(function=bed, **changes) -> str:
    with pytest.raises(QuantityError) as error:
        function(**(SCHEDULE | changes))
    assert isinstance(error.value, (ReirradError, ValueError))
    return str(error.value)


@pytest.mark.parametrize(("name", "value", "message"), OUT_OF_RANGE)
@pytest.mark.parametrize("function", [bed, eqd2])
def test_scalar_out_of_range(function, name, value, message):
    assert refusal(function, **{name: value}) == message
    assert refusal(function, **{name: np.asarray(value)}) == message


@pytest.mark.parametrize(("name", "value", "message"), OUT_OF_RANGE)
@pytest.mark.parametrize("rows", [6, 2 * BLOCK_ROWS + 6])
def test_array_names_count_first_index_and_value(rows, name, value, message):
    column = np.full(rows, 4.0)
    column[[rows - 1, rows - 3]] = value
    what = f"2 of {rows} values are out of range, the first at index {rows - 3}"
    assert refusal(**{name: column}) == message.replace("is out of range", what)


@pytest.mark.parametrize(("name", "value", "_message"), OUT_OF_RANGE)
@pytest.mark.parametrize("rows", [6, BLOCK_ROWS + 6])
def test_one_bad_value_is_found_wherever_it_stands(rows, name, value, _message):
    for at in (0, rows // 2, rows - 1):
        column = np.full(rows, 4.0)
        column[at] = value
        assert f"1 of {rows} values are out of range, the first at index {at};" in refusal(eqd2, **{name: column})


@pytest.mark.parametrize(("value", "message"), WRONG_KIND)
def test_wrong_kind(value, message):
    assert refusal(total_dose_gy=value) == f"total_dose_gy: {message}; {DOSE}"


def test_integer_column_keeps_its_values_in_the_message():
    message = refusal(n_fractions=np.array([1, 0, -2], dtype=np.int16))
    what = "2 of 3 values are out of range, the first at index 1; given: 0"
    assert message == f"n_fractions: {what}; {NUMBER}; {SWAPPED}"


def test_index_of_a_table():
    total = np.ones((200, 300))
    total[150, 7] = nan
    total[199, 0] = -1.0
    what = "2 of 60000 values are out of range, the first at index (150, 7); given: nan"
    assert refusal(total_dose_gy=total) == f"total_dose_gy: {what}; {DOSE}"
    assert refusal(total_dose_gy=np.asfortranarray(total)) == f"total_dose_gy: {what}; {DOSE}"


def test_every_bad_argument_is_named_at_once():
    message = refusal(total_dose_gy=[1.0, -1.0], alpha_beta_gy=0.0)
    assert [line.split(":")[0] for line in message.splitlines()] == ["total_dose_gy", "alpha_beta_gy"]


def test_two_wrong_signs_do_not_cancel():
    message = refusal(total_dose_gy=np.full(5, -50.0), alpha_beta_gy=np.full(5, -2.0))
    assert "total_dose_gy: 5 of 5" in message
    assert "alpha_beta_gy: 5 of 5" in message


def test_negative_zero_dose_is_zero():
    assert bed(**(SCHEDULE | {"total_dose_gy": np.array([-0.0, 50.0])})).tolist() == [0.0, 100.0]
    total = np.full(BLOCK_ROWS + 9, 50.0)
    total[-1] = -0.0
    assert bed(**(SCHEDULE | {"total_dose_gy": total}))[-2:].tolist() == [100.0, 0.0]


def test_masked_array_without_a_masked_value_is_an_array():
    assert bed(**(SCHEDULE | {"total_dose_gy": np.ma.array([50.0], mask=[False])})).tolist() == [100.0]


def test_other_arguments():
    assert refusal(eqdx, reference_dose_per_fraction_gy=-2.0) == (
        f"reference_dose_per_fraction_gy: is out of range; given: -2.0; {DOSE}"
    )
    with pytest.raises(QuantityError) as error:
        dose_per_fraction(bed_gy=nan, n_fractions=3, alpha_beta_gy=2.0)
    assert str(error.value) == "bed_gy: is out of range; given: nan; allowed: a finite number from 0 Gy BED up"


def test_shapes_that_do_not_broadcast():
    assert refusal(total_dose_gy=[1.0, 2.0], n_fractions=[1, 2, 3]) == (
        "the shapes of the arguments do not broadcast; given: total_dose_gy (2,), n_fractions (3,)"
    )


@pytest.mark.parametrize("total", [1e200, [1.0, 1e200], np.full(BLOCK_ROWS + 1, 1e200)])
@pytest.mark.parametrize("function", [bed, eqd2])
def test_a_result_that_does_not_fit_is_refused(function, total):
    message = "the result is too large for a 64-bit number; check the units of the arguments"
    assert refusal(function, total_dose_gy=total) == message


def read_only() -> np.ndarray:
    array = np.empty(2)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("out", "given"),
    [
        (np.empty(3), "float64 array of shape (3,)"),
        (np.empty(2, np.float32), "float32 array of shape (2,)"),
        (read_only(), "read-only float64 array of shape (2,)"),
        ([0.0, 0.0], "[0.0, 0.0]"),
    ],
)
def test_out_that_cannot_take_the_result(out, given):
    allowed = "a writeable float64 array of shape (2,)"
    assert refusal(total_dose_gy=[1.0, 2.0], out=out) == (
        f"out: cannot take the result; given: {given}; allowed: {allowed}"
    )


@pytest.mark.parametrize("rows", [10, 2 * BLOCK_ROWS])
def test_a_refused_argument_that_is_also_out_is_not_changed(rows):
    total = np.full(rows, 50.0)
    total[-1] = -1.0
    before = total.copy()
    refusal(total_dose_gy=total, out=total)
    np.testing.assert_array_equal(total, before)


def test_refusal_does_not_leave_a_changed_error_state():
    before = np.geterr()
    refusal(total_dose_gy=[1.0, nan])
    assert np.geterr() == before


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, Fraction(2)),
        (0.1, Fraction(1, 10)),
        (np.float64(0.1), Fraction(1, 10)),
        (np.float32(0.1), Fraction(1, 10)),
        (1e-5, Fraction(1, 100_000)),
        (Decimal("0.3"), Fraction(3, 10)),
        (Fraction(1, 3), Fraction(1, 3)),
        (np.int8(3), Fraction(3)),
    ],
)
def test_exact_means_the_shortest_decimal_text(value, expected):
    assert exact(argument("alpha_beta_gy"), value) == expected


@pytest.mark.parametrize("value", [0, -1.0, nan, inf, True, "2", None, [2.0], Decimal("NaN"), Decimal("Infinity")])
def test_exact_refuses(value):
    with pytest.raises(QuantityError, match=r"^alpha_beta_gy: "):
        exact(argument("alpha_beta_gy"), value)
