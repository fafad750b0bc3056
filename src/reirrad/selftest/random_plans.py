"""Random schedules: usual fraction sizes, those that a constraint asks for, and pairs that hit its limit exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from reirrad.quantities import SENTINELS
from reirrad.selftest.draws import Draws
from reirrad.selftest.exact_hits import CENTIGRAY, NUMBERS, Plan, coefficients, every_pair, exactly

Phases = list[Plan]
_MOST_FRACTIONS = 3 * 12
#: Other software writes 99.99, 999 or 9999 where a value is missing: a schedule is refused with them, in Gy and in cGy.
_SENTINELS = {999, 9999}
_SUMS = ("cumulative", "share", "score")


def any_phases(draws: Draws) -> Phases:
    """Draw the phases of a course, mostly one."""
    return [_any_plan(draws) for _ in range(draws.one_of([1, 1, 1, 1, 1, 1, 2, 3]))]


def _any_plan(draws: Draws) -> Plan:
    kind = draws.whole(0, 3)
    if kind == 0:  # a few large fractions
        n, size = draws.whole(1, 5), draws.whole(3, 2 * 9) * CENTIGRAY
    elif kind == 1:  # conventional
        n, size = draws.whole(2 * 10, 3 * 11), draws.one_of([2 * 9, 2 * 10]) * 10
    elif kind == 2:
        n, size = draws.whole(1, 2 * 10), draws.whole(10, 31) * 10
    else:  # a total that is no multiple of anything
        n = draws.whole(1, _MOST_FRACTIONS)
        return _plausible(draws.whole(1, 6 * 10 * CENTIGRAY), n)
    return _plausible(n * size, n)


def _plausible(centigray: int, n_fractions: int) -> Plan:
    """Return a plan, of one centigray more where its total would be refused as one that stands for a missing one."""
    return Plan(centigray + (centigray in _SENTINELS), n_fractions)


def asked_phases(draws: Draws, constraint: dict[str, Any]) -> Phases:
    """Draw a course of the kind that the conditions of a constraint are about."""
    conditions = constraint.get("conditions") or {}
    by_number = constraint.get("limit_by_n_fractions")
    n = draws.one_of(sorted(by_number)) if by_number else draws.whole(1, _MOST_FRACTIONS)
    if "n_fractions" in conditions:
        n = draws.whole(*conditions["n_fractions"])
    if "fraction_size_gy" in conditions:
        size = exactly(draws.one_of(conditions["fraction_size_gy"])) * CENTIGRAY
        return [_plausible(int(size * n), n)]
    if "scheduled_dose_gy" in conditions:
        total = exactly(draws.one_of(conditions["scheduled_dose_gy"])) * CENTIGRAY
        return [_plausible(int(total), n)]
    limits = _limits(constraint, n)
    if constraint["scope"] in _SUMS or constraint["scope"] == "interval" or not limits:
        return [_plausible(draws.whole(1, 6 * 10 * CENTIGRAY), n)]
    total = exactly(draws.one_of(limits)) * CENTIGRAY + draws.whole(-1, 1)
    return [_plausible(max(1, int(total)), n)]


def _limits(constraint: dict[str, Any], n_fractions: int) -> list[Any]:
    by_number = constraint.get("limit_by_n_fractions")
    if by_number:
        limit = by_number.get(n_fractions)
        return [] if limit is None else list(limit) if isinstance(limit, tuple | list) else [limit]
    return [constraint["limit"], constraint.get("limit_high") or constraint["limit"]]


def exact_pair(draws: Draws, constraint: dict[str, Any]) -> tuple[Plan, Plan] | None:
    """Draw two plans whose quantities hit the limit of a constraint exactly, as a sum or as a share, if there are any.

    Of a constraint with recovery the first plan is discounted, or the limit raised, by one of its steps.
    """
    scope, quantity = constraint["scope"], constraint.get("quantity") or "physical"
    if scope == "interval":
        return None
    alpha_beta = None if quantity == "physical" else exactly(constraint["alpha_beta"])
    part, factor = _recovered(draws, constraint)
    c0, c1 = coefficients(scope, quantity, alpha_beta, exactly(_aim(draws, constraint)) * factor)
    fewest, most = (constraint.get("conditions") or {}).get("n_fractions", (NUMBERS[0], NUMBERS[-1]))
    hits = every_pair(alpha_beta, c0, c1 * (1 - part), tuple(NUMBERS), tuple(range(fewest, most + 1)))
    if hits is None:
        return None
    row = draws.whole(0, len(hits.x) - 1)
    x, n, y, m = (int(column[row]) for column in hits)
    # a centigray more would be no hit
    return None if {x, y} & _SENTINELS else (Plan(x, n), Plan(y, m))


def _aim(draws: Draws, constraint: dict[str, Any]) -> Any:
    score = constraint.get("score")
    if score:
        return draws.one_of([*(above for above, _ in score["bands"]), score["course"][0]])
    by_number = constraint.get("limit_by_n_fractions")
    return draws.one_of(_limits(constraint, draws.one_of(sorted(by_number)) if by_number else 0))


def _recovered(draws: Draws, constraint: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """Return the part of the first course that has recovered, and the factor of the limit."""
    if constraint.get("recovery"):
        _, _, fraction = draws.one_of(constraint["recovery"])
        return (exactly(fraction) if fraction != 1 else Fraction(0)), Fraction(1)
    if constraint.get("tolerance_recovery"):
        _, _, fraction = draws.one_of(constraint["tolerance_recovery"])
        return Fraction(0), 1 + exactly(fraction)
    return Fraction(0), Fraction(1)


def gray(centigray: int) -> int | float:
    """Return a dose in Gy as people write it: 50 and not 50.0."""
    return centigray // CENTIGRAY if centigray % CENTIGRAY == 0 else centigray / CENTIGRAY


def schedule_text(draws: Draws, plan: Plan) -> str:
    """Return a schedule in one of the ways in which it may be written."""
    total, n = plan
    texts = [f"{gray(total)} Gy / {n}", f"{total} cGy / {n}"]
    if total % n == 0 and gray(total // n) not in SENTINELS:
        texts.append(f"{n} x {gray(total // n)} Gy")
    return draws.one_of(texts)
