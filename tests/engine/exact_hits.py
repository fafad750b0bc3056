"""Pairs of schedules in whole centigrays whose quantities add up to a limit exactly, found by counting."""

from fractions import Fraction
from functools import cache
from math import isqrt
from typing import NamedTuple


class Plan(NamedTuple):
    """A total dose in cGy in a number of fractions."""

    centigray: int
    fractions: int

    @property
    def schedule(self) -> str:
        return f"{self.centigray} cGy / {self.fractions}"

    @property
    def gray(self) -> float:
        return self.centigray / 100

    def more(self, centigray: int) -> float:
        """Return the dose in Gy, some centigrays higher."""
        return (self.centigray + centigray) / 100


def bed(plan: Plan, alpha_beta: int) -> Fraction:
    """Return D (1 + (D/n) / (alpha/beta)) exactly, in Gy."""
    dose = Fraction(plan.centigray, 100)
    return dose * (1 + dose / plan.fractions / alpha_beta)


@cache
def plans(alpha_beta: int, most_fractions: int) -> dict[int, Plan]:
    """Return schedules by their BED in units of 1 / (10 000 alpha/beta) Gy, where that is a whole number."""
    found: dict[int, Plan] = {}
    for n in range(1, most_fractions + 1):
        for dose in range(400, 6001):
            squared = dose * dose
            # odd numbers of centigrays are those that binary fractions round
            if squared % n == 0 and dose % 50 and dose != 999:
                found.setdefault(100 * alpha_beta * dose + squared // n, Plan(dose, n))
    return found


def exact_pairs(total_bed: str, *, alpha_beta: int = 2, most_fractions: int = 30) -> list[tuple[Plan, Plan]]:
    """Return every pair of those schedules whose BED adds up to a number exactly."""
    target = Fraction(total_bed) * 10_000 * alpha_beta
    assert target.denominator == 1
    known = plans(alpha_beta, most_fractions)
    pairs = [(plan, known[int(target) - units]) for units, plan in known.items() if int(target) - units in known]
    assert all(bed(a, alpha_beta) + bed(b, alpha_beta) == Fraction(total_bed) for a, b in pairs)
    return pairs


def equal_in_five_fractions() -> list[tuple[Plan, Plan]]:
    """Return schedules of more than five fractions, each with one of five and the same BED at alpha/beta 2."""
    found = []
    for n in range(6, 31):
        for dose in range(600, 6001):
            # D + D^2 / (2 * 5) = E + E^2 / (2 n) in Gy; in cGy: D^2 + 1000 D = 1000 E + 5 E^2 / n
            right = 1000 * dose * n + 5 * dose * dose
            if right % n == 0:
                root = isqrt(250_000 + right // n)
                if root * root == 250_000 + right // n and root - 500 != 999:
                    found.append((Plan(dose, n), Plan(root - 500, 5)))
    assert all(bed(a, 2) == bed(b, 2) for a, b in found)
    return found


def spread(pairs: list[tuple[Plan, Plan]], count: int = 40) -> list[tuple[Plan, Plan]]:
    """Return some pairs from everywhere in the list."""
    assert len(pairs) >= 24
    return pairs[:: max(1, len(pairs) // count)][:count]
