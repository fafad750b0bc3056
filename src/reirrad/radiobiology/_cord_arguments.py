"""Arguments of the model of spinal cord recovery: which numbers each may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import nextafter
from typing import Any, Literal, TypeAlias

import numpy as np

from reirrad.errors import Problem, QuantityError, shown
from reirrad.radiobiology._arguments import Argument, FloatArray, argument, as_numbers, refusal, refuse_unusable

Numbers: TypeAlias = tuple[float, ...]
#: An argument, and what it is: one number, one for each interval of the animals, or an array of any shape.
Known: TypeAlias = tuple[Literal["one", "several", "array"], Argument]


class Risk(Argument):
    """A risk in percent: there is none of 0 or 100 that has a dose."""

    __slots__ = ()

    @property
    def allowed(self) -> str:
        """The bounds in words, neither of which is included."""
        return "a finite number above 0 % and below 100 %"


def _risk(name: str) -> Argument:
    below = nextafter(100.0, 0.0)
    return Risk(name, "%", low_is_open=True, high=below, hint="a risk of 0 or 100 % has no dose")


def one(known: Argument, value: Any) -> float:
    """Return one number."""
    number = as_numbers(known, value)
    if np.ndim(number):
        raise refusal(known, "is not one number", value)
    refuse_unusable([known], [number])
    return float(number)


def several(known: Argument, value: Any) -> Numbers:
    """Return the numbers of a list."""
    numbers = as_numbers(known, value)
    if np.ndim(numbers) != 1 or not np.size(numbers):
        raise refusal(known, "is not a list of numbers, one for each interval", value)
    refuse_unusable([known], [numbers])
    return tuple(np.asarray(numbers, dtype=np.float64).tolist())


def array(known: Argument, value: Any) -> FloatArray:
    """Return numbers of any shape."""
    numbers = np.asarray(as_numbers(known, value), dtype=np.float64)
    refuse_unusable([known], [numbers])
    return numbers


RISK, HUMAN_RISK = _risk("risk_percent"), _risk("human_risk_percent")
AFTER = Argument("retreatment_after_years", "years", low_is_open=True)
#: One curve by itself.
CURVE: tuple[Known, ...] = (
    ("one", RISK),
    ("one", Argument("d50_gy", "Gy", low_is_open=True)),
    ("one", Argument("slope", low_is_open=True)),
)
#: The model.
MODEL: tuple[Known, ...] = (
    ("array", Argument("first_bed_gy", "Gy BED")),
    ("array", Argument("interval_years", "years")),
    ("one", argument("alpha_beta_gy")),
    ("one", RISK),
    ("one", Argument("single_course_d50_gy", "Gy", low_is_open=True)),
    ("one", Argument("single_course_slope", low_is_open=True)),
    ("several", AFTER),
    ("several", Argument("retreatment_d50_gy", "Gy", low_is_open=True)),
    ("several", Argument("retreatment_slope", low_is_open=True)),
    ("one", Argument("first_course_of_animals_gy", "Gy")),
    ("one", Argument("onset_steepness", "/%")),
    ("one", Argument("onset_shift")),
    ("one", Argument("onset_percent", "%")),
    ("one", Argument("recovery_begins_days", "days")),
    ("one", HUMAN_RISK),
    ("one", Argument("human_dose_gy", "Gy")),
    ("one", Argument("human_dose_per_fraction_gy", "Gy")),
)


def checked(known: Sequence[Known], values: Sequence[Any]) -> list[Any]:
    """Return what is read from each value; an error names every argument that cannot be read."""
    readers: dict[str, Callable[[Argument, Any], Any]] = {"one": one, "several": several, "array": array}
    found, problems = [], []
    for (kind, known_), value in zip(known, values, strict=True):
        try:
            found.append(readers[kind](known_, value))
        except QuantityError as error:
            problems.append(str(error))
    if problems:
        raise QuantityError("\n".join(problems))
    return found


def check_retreatment(after: Numbers, d50: Numbers, slope: Numbers, begin_years: float) -> None:
    """Refuse curves of retreatment that are not as many as the intervals, or intervals that do not rise."""
    if not len(after) == len(d50) == len(slope):
        given = f"{AFTER.name} {len(after)}, retreatment_d50_gy {len(d50)}, retreatment_slope {len(slope)}"
        allowed = "one of each for each interval"
        raise QuantityError(str(Problem("", "the numbers of the retreatment curves differ", given, allowed)))
    if any(later <= earlier for earlier, later in pairwise((begin_years, *after))):
        what = "the intervals do not rise from the beginning of recovery on"
        allowed = f"above {begin_years:g} years (recovery_begins_days), each above the one before"
        raise QuantityError(str(Problem(AFTER.name, what, shown(after), allowed)))
