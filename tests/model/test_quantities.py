"""The vocabulary, typed a second time: a slip in a bound lets a wrong number in, or keeps a right one out."""

from math import inf, nan, nextafter

import numpy as np
import pytest

from reirrad.model.dates import DateError
from reirrad.model.schedule import ScheduleError
from reirrad.quantities import QUANTITIES, Quantity, _vocabulary, shortest_text

# name, unit, lowest, highest, the lowest itself is excluded, whole numbers only
TYPED_AGAIN = [
    ("total_dose_gy", "Gy", 0, 1000, False, False),
    ("dose_per_fraction_gy", "Gy", 0, 1000, False, False),
    ("n_fractions", "1", 1, 200, False, True),
    ("fractions_delivered", "1", 1, 200, False, True),
    ("alpha_beta_gy", "Gy", 0, inf, True, False),
    ("bed_gy", "Gy BED", 0, inf, False, False),
    ("eqd2_gy", "Gy EQD2", 0, inf, False, False),
    ("limit_gy", "Gy", 0, 1000, True, False),
    ("limit_eqd2_gy", "Gy EQD2", 0, 1000, True, False),
    ("limit_bed_gy", "Gy BED", 0, 1000, True, False),
    ("condition_fraction_size_gy", "Gy", 0, 100, False, False),
    ("limit_months", "months", 0, 1200, True, False),
    ("limit_percent", "%", 0, 100, True, False),
    ("limit_cc", "cc", 0, 200_000, True, False),
    ("edition_alpha_beta_gy", "Gy", 0.1, 50, False, False),
    ("fractions_per_day", "1", 1, 6, False, True),
    ("hours_between_fractions", "h", 0, 24, True, False),
    ("repair_half_time_h", "h", 0, 100, True, False),
    ("months_since_previous", "months", 0, 1200, False, False),
    ("prior_courses", "1", 0, 100, False, True),
    ("course_number", "1", 1, 1000, False, True),
    ("n_phases", "1", 1, 50, False, True),
    ("recovered_fraction", "1", 0, 1, False, False),
    ("target_distance_mm", "mm", 0, 1000, False, False),
    ("age_years", "years", 0, 130, False, False),
]


def test_the_vocabulary_is_complete() -> None:
    assert [row[0] for row in TYPED_AGAIN] == list(QUANTITIES)


@pytest.mark.parametrize(("name", "unit", "low", "high", "is_open", "is_whole"), TYPED_AGAIN)
def test_bounds(name: str, unit: str, low: float, high: float, is_open: bool, is_whole: bool) -> None:
    quantity = QUANTITIES[name]
    assert (quantity.name, quantity.unit, quantity.whole) == (name, unit, is_whole)
    assert quantity.contains(low) is not is_open
    assert not quantity.contains(nextafter(low, -inf))
    assert quantity.contains(nextafter(low, inf))
    assert not quantity.contains(nan)
    if high == inf:
        assert quantity.contains(1e300)
    else:
        assert quantity.contains(high)
        assert not quantity.contains(nextafter(high, inf))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("n_fractions", "a whole number from 1 to 200"),
        ("total_dose_gy", "a number from 0 to 1000 Gy"),
        ("alpha_beta_gy", "a number above 0 Gy"),
        ("bed_gy", "a number from 0 Gy BED up"),
        ("repair_half_time_h", "a number above 0 to 100 h"),
    ],
)
def test_bounds_in_words(name: str, words: str) -> None:
    assert QUANTITIES[name].allowed == words


def test_a_vocabulary_is_found_by_name_and_cannot_be_changed() -> None:
    quantity = Quantity("name", "Gy", 0, 1, "meaning")
    found = _vocabulary(quantity)
    assert found["name"] is quantity
    with pytest.raises(TypeError):
        found["name"] = quantity  # type: ignore[index]


def test_errors_without_a_hint_have_an_empty_one() -> None:
    for error in (DateError("what"), ScheduleError("what")):
        assert (str(error), error.what, error.hint) == ("what", "what", "")


def test_a_wide_number_that_no_float64_is_keeps_its_digits() -> None:
    third = np.longdouble(1) / 3
    if float(third) == third:
        pytest.skip("no wider float than float64 here")
    assert shortest_text(third) == str(third)
