"""Arguments of the cord model: each is checked, all problems are told at once, and with which words."""

from __future__ import annotations

import math
from math import inf, nan

import numpy as np
import pytest

from radiobiology.test_cord_model import PARAMETERS, allowed
from radiobiology.test_edges import RISK, message_of
from reirrad.radiobiology import _cord_arguments
from reirrad.radiobiology._cord_arguments import one
from reirrad.radiobiology.cord_model import human_tolerance_bed


def test_curves_of_the_cord_model_must_be_complete() -> None:
    for name, numbers in (
        ("retreatment_after_years", (2, 3, 3)),
        ("retreatment_d50_gy", (3, 2, 3)),
        ("retreatment_slope", (3, 3, 2)),
    ):
        assert message_of(allowed, 80.0, 1.0, **{name: PARAMETERS[name][:2]}) == (
            f"the numbers of the retreatment curves differ; given: retreatment_after_years {numbers[0]}, "
            f"retreatment_d50_gy {numbers[1]}, retreatment_slope {numbers[2]}; allowed: one of each for each interval"
        )


@pytest.mark.parametrize(("name", "allowed_", "bad"), [
    ("alpha_beta_gy", "a finite number above 0 Gy", 0.0),
    ("single_course_d50_gy", "a finite number above 0 Gy", 0.0),
    ("single_course_slope", "a finite number above 0", 0.0),
    ("first_course_of_animals_gy", "a finite number from 0 Gy up", -1.0),
    ("onset_steepness", "a finite number from 0 /% up", -1.0),
    ("onset_shift", "a finite number from 0 up", -1.0),
    ("onset_percent", "a finite number from 0 % up", -1.0),
    ("recovery_begins_days", "a finite number from 0 days up", -70.0),
    ("human_dose_gy", "a finite number from 0 Gy up", -1.0),
    ("human_dose_per_fraction_gy", "a finite number from 0 Gy up", -1.0),
])  # fmt: skip
def test_every_number_of_the_cord_model_is_checked(name: str, allowed_: str, bad: float) -> None:
    for value in (nan, inf, bad):
        message = f"{name}: is out of range; given: {value!r}; allowed: {allowed_}"
        assert message_of(allowed, 80.0, 2.0, **{name: value}) == message
    for value, said in (
        (None, "is missing"),
        ("x", "text is not a number; given: 'x'"),
        ([2.0, 3.0], "is not one number; given: [2.0, 3.0]"),
    ):
        assert message_of(allowed, 80.0, 2.0, **{name: value}) == f"{name}: {said}; allowed: {allowed_}"


@pytest.mark.parametrize("name", ["risk_percent", "human_risk_percent"])
def test_risks_of_the_cord_model_are_checked(name: str) -> None:
    for value in (nan, 0.0, 100.0):
        assert message_of(allowed, 80.0, 2.0, **{name: value}) == f"{name}: is out of range; given: {value!r}; {RISK}"
    assert message_of(allowed, 80.0, 2.0, **{name: 1e-30}) == (
        f"{name}: the curve has no dose of this risk; given: 1e-30"
    )
    missing = "is missing; allowed: a finite number above 0 % and below 100 %"
    assert message_of(allowed, 80.0, 2.0, **{name: None}) == f"{name}: {missing}"


def test_a_risk_is_above_0_and_below_100_percent() -> None:
    # one that is made here: those of the module were made with its import
    known = _cord_arguments._risk("any_percent")
    assert (known.name, known.unit) == ("any_percent", "%")
    for value in (5e-324, 1.0, math.nextafter(100.0, 0.0)):
        assert one(known, value) == value
    for value in (0.0, 100.0, math.nextafter(100.0, 101.0), -1.0):
        assert message_of(one, known, value) == f"any_percent: is out of range; given: {value!r}; {RISK}"


def test_a_tolerance_of_man_without_dose_names_the_risk() -> None:
    said = "risk_percent: the curve has no dose of this risk; given: 1e-30"
    human = {name: value for name, value in PARAMETERS.items() if not name.startswith(("retreatment", "onset"))}
    del human["recovery_begins_days"], human["first_course_of_animals_gy"]
    assert message_of(human_tolerance_bed, **human | {"risk_percent": 1e-30}) == said
    assert message_of(human_tolerance_bed, **human | {"human_risk_percent": 1e-30}) == f"human_{said}"


@pytest.mark.parametrize(("name", "unit"), [
    ("retreatment_after_years", " years"), ("retreatment_d50_gy", " Gy"), ("retreatment_slope", ""),
])  # fmt: skip
def test_lists_of_the_cord_model_are_checked(name: str, unit: str) -> None:
    above = f"allowed: a finite number above 0{unit}"
    for value in (3, [], [[1.0, 2.0, 3.0]]):
        said = f"{name}: is not a list of numbers, one for each interval; given: {value!r}; {above}"
        assert message_of(allowed, 80.0, 2.0, **{name: value}) == said
    assert message_of(allowed, 80.0, 2.0, **{name: (1.0, 0.0, nan)}) == (
        f"{name}: 2 of 3 values are out of range, the first at index 1; given: 0.0; {above}"
    )


@pytest.mark.parametrize(("begins", "years"), [
    (365.0, (1.0, 2.0, 3.0)), (365.0, (1, 1, 3)), (70.0, (1.0, 1.0, 3.0)), (70.0, (1.0, 3.0, 2.0)),
    (70.0, (0.1, 2.0, 3.0)),
])  # fmt: skip
def test_intervals_of_the_cord_model_rise(begins: float, years: tuple[float, ...]) -> None:
    said = (
        "retreatment_after_years: the intervals do not rise from the beginning of recovery on; "
        f"given: {tuple(float(year) for year in years)}; "
        f"allowed: above {begins / 365:g} years (recovery_begins_days), each above the one before"
    )
    message = message_of(allowed, 80.0, 2.0, recovery_begins_days=begins, retreatment_after_years=years)
    assert message == said


def test_every_problem_of_the_cord_model_is_told_at_once() -> None:
    assert message_of(allowed, -1.0, None, alpha_beta_gy=0, retreatment_slope="x", human_dose_gy=nan) == (
        "first_bed_gy: is out of range; given: -1.0; allowed: a finite number from 0 Gy BED up\n"
        "interval_years: is missing; allowed: a finite number from 0 years up\n"
        "alpha_beta_gy: is out of range; given: 0.0; allowed: a finite number above 0 Gy\n"
        "retreatment_slope: text is not a number; given: 'x'; allowed: a finite number above 0\n"
        "human_dose_gy: is out of range; given: nan; allowed: a finite number from 0 Gy up"
    )


def test_numbers_of_the_cord_model_that_are_too_large() -> None:
    words = "the human tolerance is too large for a 64-bit number; check the units of the arguments"
    assert message_of(allowed, 80.0, 2.0, human_dose_gy=1e308) == words
    words = "retreatment_after_years: the curve through the intervals is too large for a 64-bit number; given: "
    close = {"recovery_begins_days": 0.0, "retreatment_after_years": (1e-300, 2e-300, 3.0)}
    assert message_of(allowed, 80.0, 2.0, **close) == f"{words}(1e-300, 2e-300, 3.0)"
    # above the whole tolerance of the animals there is no real number to be found
    assert message_of(allowed, 80.0, 2.0, first_course_of_animals_gy=1000.0) == (
        "risk_percent: no recovery rate explains the retreatment curves at this risk; "
        "choose a risk nearer to the default"
    )


@pytest.mark.filterwarnings("error")
def test_beyond_all_bounds_the_cord_model_is_silent() -> None:
    found = allowed([80.0, 1e308, 80.0], [2.0, 2.0, 1e308], onset_steepness=1e308)
    # the onset is a step from 0 to 1 then
    assert found[0] == pytest.approx(101.66, abs=0.005)
    assert np.isnan(found).tolist() == [False, True, True]
