"""The vocabulary: every quantity's name, unit, bounds and one-line meaning.

The bounds catch slips of the pen and of the unit. They are no clinical limits: those live in edition files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from math import inf
from types import MappingProxyType
from typing import Any

#: Decimals are computed in this context, never in that of the caller, who may have chosen four digits for a print.
EXACT = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow])


def in_gy(number: float | str, divisor: int) -> Decimal:
    """Return the decimal that a number means in Gy: its shortest text, or the text itself, by a divisor.

    >>> in_gy(2619.4, 100)
    Decimal('26.194')
    """
    return EXACT.divide(EXACT.create_decimal(number if isinstance(number, str) else repr(number)), divisor)


def shortest_text(number: Any) -> str:
    """Return the shortest decimal text of a number at the width at which it is stored, however numpy prints it.

    >>> import numpy
    >>> shortest_text(numpy.float64(30.1)), shortest_text(numpy.float32(2.1))
    ('30.1', '2.1e+00')
    """
    if isinstance(number, float):
        return repr(float(number))
    texts = (f"{float(number):.{digits}e}" for digits in range(17))
    return next((text for text in texts if type(number)(text) == number), str(number))


#: Digits with which every float64 can be written, so that programs write as many, and reading returns the number.
MOST_DIGITS = 17
_NO_DIGIT = re.compile(r"[^0-9]+")


def is_held(text: str) -> bool:
    """Whether the float64 nearest to a decimal text stands for it: not for more digits, nor as 0 for what is not 0.

    Zeros before and behind the other digits do not count.

    >>> is_held("45.600000000000001"), is_held("0012.4000000000000000000"), is_held("12.400000000000000001")
    (True, True, False)
    >>> is_held("0e-400"), is_held("1e-400")
    (True, False)
    """
    mantissa = text.lower().partition("e")[0]
    digits = _NO_DIGIT.sub("", mantissa).strip("0")
    return len(digits) <= MOST_DIGITS and (not digits or float(text) != 0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A name of the vocabulary with its unit and the bounds that an input must keep."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    low_is_open: bool = False
    whole: bool = False
    slip: str = ""
    #: an input may lack it, and a number of :data:`SENTINELS` would pass for a large one
    may_be_missing: bool = False

    @property
    def allowed(self) -> str:
        """The bounds in words, e.g. ``a whole number from 1 to 200``."""
        kind = "a whole number" if self.whole else "a number"
        unit = f" {self.unit}" if self.unit not in {"1", ""} else ""
        low = f"above {self.low:g}" if self.low_is_open else f"from {self.low:g}"
        if self.high == inf:
            return f"{kind} {low}{unit}" if self.low_is_open else f"{kind} {low}{unit} up"
        return f"{kind} {low} to {self.high:g}{unit}"

    def contains(self, value: float) -> bool:
        """Whether a finite number lies within the bounds.

        >>> QUANTITIES["alpha_beta_gy"].contains(0.0)
        False
        """
        above = value > self.low if self.low_is_open else value >= self.low
        return above and value <= self.high and value == value


def _vocabulary(*quantities: Quantity) -> Mapping[str, Quantity]:
    return MappingProxyType({quantity.name: quantity for quantity in quantities})


#: The usual slip behind a number of an edition that is too large.
CGY = "is it in cGy?"

# Of editions: the largest limits that the package ships are 66 Gy, 123 Gy EQD2 and 135.5 Gy BED (54 Gy / 3 is 378 Gy
# BED at alpha/beta 3), the smallest ones 7 Gy, 22 Gy EQD2 and 98 Gy BED: typed in cGy, 700 and more. The bounds lie
# between. The alpha/beta that it ships, with the ends of published intervals, are 0.54 to 8.2 Gy; tumours have more,
# and 1 Gy typed in cGy is 100. The equations hold for every alpha/beta above 0: these bounds are of editions only.
QUANTITIES: Mapping[str, Quantity] = _vocabulary(
    Quantity(
        "total_dose_gy",
        "Gy",
        0.0,
        1000.0,
        "total physical dose of a course or phase",
        slip="is it in cGy? write the unit, e.g. Max[cGy]",
    ),
    Quantity("dose_per_fraction_gy", "Gy", 0.0, 1000.0, "physical dose of one fraction"),
    Quantity("n_fractions", "1", 1, 200, "number of fractions", whole=True, slip="were fractions and dose swapped?"),
    Quantity("fractions_delivered", "1", 1, 200, "number of fractions given of those scheduled", whole=True),
    Quantity("alpha_beta_gy", "Gy", 0.0, inf, "alpha/beta ratio of the linear-quadratic model", low_is_open=True),
    Quantity("bed_gy", "Gy BED", 0.0, inf, "biologically effective dose"),
    Quantity("eqd2_gy", "Gy EQD2", 0.0, inf, "equieffective dose in 2 Gy fractions"),
    Quantity("limit_gy", "Gy", 0.0, 1000.0, "a limit of physical dose in an edition", low_is_open=True, slip=CGY),
    Quantity("limit_eqd2_gy", "Gy EQD2", 0.0, 1000.0, "a limit of EQD2 in an edition", low_is_open=True, slip=CGY),
    Quantity("limit_bed_gy", "Gy BED", 0.0, 1000.0, "a limit of BED in an edition", low_is_open=True, slip=CGY),
    Quantity("condition_fraction_size_gy", "Gy", 0.0, 100.0, "fraction size in a condition of an edition", slip=CGY),
    Quantity("limit_months", "months", 0.0, 1200.0, "a limit of an interval in an edition", low_is_open=True),
    Quantity("limit_percent", "%", 0.0, 100.0, "a limit of a volume in percent in an edition", low_is_open=True),
    Quantity("limit_cc", "cc", 0.0, 200_000.0, "a limit of a volume in an edition", low_is_open=True),
    Quantity("edition_alpha_beta_gy", "Gy", 0.1, 50.0, "alpha/beta of a limit in an edition", slip=CGY),
    Quantity("fractions_per_day", "1", 1, 6, "fractions given on one day", whole=True),
    Quantity("hours_between_fractions", "h", 0.0, 24.0, "time between fractions of one day", low_is_open=True),
    Quantity("repair_half_time_h", "h", 0.0, 100.0, "half-time of sublethal damage repair", low_is_open=True),
    Quantity(
        "months_since_previous",
        "months",
        0.0,
        1200.0,
        "time from the last fraction of the previous course to the first of this one",
        may_be_missing=True,
    ),
    Quantity("prior_courses", "1", 0, 100, "number of courses delivered before", whole=True),
    Quantity("course_number", "1", 1, 1000, "position of a course in the order stated", whole=True),
    Quantity("n_phases", "1", 1, 50, "number of phases of a course", whole=True),
    Quantity("recovered_fraction", "1", 0.0, 1.0, "part of an earlier equieffective dose that no longer counts"),
    Quantity(
        "target_distance_mm",
        "mm",
        0.0,
        1000.0,
        "distance of a structure from the target of a course",
        may_be_missing=True,
    ),
    Quantity("age_years", "years", 0.0, 130.0, "age of the patient; printed, never computed with"),
)

#: Numbers that databases write where a value is missing. A dose of exactly this is refused, and some other quantities.
SENTINELS: frozenset[float] = frozenset({-1.0, -99.0, -999.0, -9999.0, 99.99, 999.0, 999.9, 999.99, 9999.0, 99999.0})

#: Why such a number is refused.
IS_SENTINEL = "databases write this number where a value is missing"

#: The longest interval that is read: days of one patient do not lie further apart.
MONTHS_OF_A_LIFETIME = int(QUANTITIES["months_since_previous"].high)
