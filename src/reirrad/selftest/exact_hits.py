"""Doses in whole centigrays whose quantities hit a limit exactly, solved in whole numbers.

Written from section 4 of docs/semantics.md. With x cGy in n fractions and alpha/beta a cGy, BED * a = a x + x^2 / n in
cGy^2; EQD2 is BED divided by 1 + 200 / a.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import isqrt
from typing import Any, NamedTuple

CENTIGRAY = 100
_EQD2_REFERENCE_GY = 2


class Plan(NamedTuple):
    """A total dose in cGy and a number of fractions."""

    centigray: int
    n_fractions: int


def exactly(number: Any) -> Fraction:
    """Return the number that a decimal text, or the shortest text of a float, means."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


class Scale(NamedTuple):
    """A quantity at an alpha/beta."""

    quantity: str  # "bed" | "eqd2" | "physical"
    alpha_beta: Fraction | None

    @classmethod
    def of(cls, constraint: dict[str, Any]) -> Scale:
        """Return the scale of a constraint in the oracle's format."""
        quantity = constraint.get("quantity") or "physical"
        return cls(quantity, None if quantity == "physical" else exactly(constraint["alpha_beta"]))

    def value(self, plan: Plan) -> Fraction:
        """Return the quantity of a plan in Gy, exactly."""
        dose = Fraction(plan.centigray, CENTIGRAY)
        if self.alpha_beta is None:
            return dose
        bed = dose * (1 + dose / plan.n_fractions / self.alpha_beta)
        return bed if self.quantity == "bed" else bed / (1 + _EQD2_REFERENCE_GY / self.alpha_beta)

    def hits(self, value: Fraction, numbers: Iterable[int]) -> Iterator[Plan]:
        """Yield the plans of whole centigrays that give a value exactly, for numbers of fractions."""
        if value <= 0:
            return
        if self.alpha_beta is None:
            centigray = value * CENTIGRAY
            yield from (Plan(centigray.numerator, n) for n in numbers if centigray.denominator == 1)
            return
        bed = value if self.quantity == "bed" else value * (1 + _EQD2_REFERENCE_GY / self.alpha_beta)
        # x^2 + a n x = a n BED, in cGy; with a = p / q and BED = u / v it is q x^2 + p n x = p n u / v in whole numbers
        p, q = (self.alpha_beta * CENTIGRAY).as_integer_ratio()
        u, v = (bed * CENTIGRAY).as_integer_ratio()
        for n in numbers:
            right, rest = divmod(p * n * u, v)
            if rest:
                continue
            square = (p * n) ** 2 + 4 * q * right
            root = isqrt(square)
            if root * root == square and not (root - p * n) % (2 * q):
                yield Plan((root - p * n) // (2 * q), n)
