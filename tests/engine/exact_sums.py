"""Pairs of courses in whole centigrays whose EQD2, the first one discounted, adds up to a limit exactly."""

from fractions import Fraction
from functools import cache

from engine.exact_hits import Plan

#: The schedules of the cases; the dose to the organ is another one.
SCHEDULED_GRAY = "55.55"
_MOST_FRACTIONS = 30
# doses that are refused: that of one fraction of the schedule, and what stands for a missing value elsewhere
_REFUSED = {(dose, n) for n in range(1, _MOST_FRACTIONS + 1) for dose in (999, 9999)} | {
    (5555 // n, n) for n in range(1, _MOST_FRACTIONS + 1) if 5555 % n == 0
}


def eqd2(plan: Plan, alpha_beta: Fraction) -> Fraction:
    """Return D (D/n + alpha/beta) / (2 + alpha/beta) exactly, in Gy."""
    dose: Fraction = Fraction(plan.centigray, 100)
    return dose * (dose / plan.fractions + alpha_beta) / (2 + alpha_beta)


@cache
def plans(alpha_beta: Fraction) -> dict[int, Plan]:
    """Return schedules by their EQD2 in whole units of :func:`unit`."""
    found: dict[int, Plan] = {}
    per_centigray = int(200 * alpha_beta)
    assert per_centigray == 200 * alpha_beta
    for n in range(1, _MOST_FRACTIONS + 1):
        for dose in range(400, 6001):
            squared = 2 * dose * dose
            # odd numbers of centigrays are those that binary fractions round
            if squared % n == 0 and dose % 50 and (dose, n) not in _REFUSED:
                found.setdefault(squared // n + per_centigray * dose, Plan(dose, n))
    assert all(eqd2(plan, alpha_beta) == units * unit(alpha_beta) for units, plan in list(found.items())[::997])
    return found


def unit(alpha_beta: Fraction) -> Fraction:
    """Return how many Gy a unit is: 20 000 (2 + alpha/beta) D/Gy (D/n + alpha/beta) is a whole number of them."""
    return 1 / (20_000 * (2 + alpha_beta))


@cache
def exact_sums(total: Fraction, alpha_beta: Fraction, recovered: Fraction = Fraction(0)) -> list[tuple[Plan, Plan]]:
    """Return pairs with (1 - recovered) EQD2 of the first + EQD2 of the second = total, from everywhere."""
    target, part = total / unit(alpha_beta), 1 / (1 - recovered)
    assert target.denominator == 1
    known, whole, times, over = plans(alpha_beta), int(target), part.numerator, part.denominator
    pairs = []
    for units, second in known.items():
        first, rest = divmod((whole - units) * times, over)
        if not rest and first in known:
            pairs.append((known[first], second))
    assert len(pairs) >= 3
    chosen = [pairs[0], pairs[len(pairs) // 2], pairs[-1]]
    assert all((1 - recovered) * eqd2(a, alpha_beta) + eqd2(b, alpha_beta) == total for a, b in chosen)
    return chosen
