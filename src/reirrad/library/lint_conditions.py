"""Conditions under which a constraint can never apply: it would be listed as not applicable for every case."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reirrad.errors import Problem, shown
from reirrad.model.rule import Constraint
from reirrad.quantities import EXACT, MONTHS_OF_A_LIFETIME, QUANTITIES

#: Scopes that judge courses before which there may be no other one.
_WITHOUT_INTERVAL = frozenset({"first_course", "each_course"})


def problems_of_conditions(constraint: Constraint, where: str) -> Iterator[Problem]:
    """Yield each condition that no case fulfils, by itself or beside the others."""
    conditions = constraint.conditions
    size, fractions = conditions.fraction_size_gy, conditions.n_fractions
    bounds = QUANTITIES["condition_fraction_size_gy"]
    if size is not None and not bounds.contains(size[1]):
        yield Problem(f"{where}.fraction_size_gy", "no fraction is so large", shown(size), bounds.allowed, bounds.slip)
    most = QUANTITIES["n_fractions"]
    if fractions is not None and not most.contains(fractions[0]):
        yield Problem(f"{where}.n_fractions", "no schedule has so many fractions", shown(fractions), most.allowed)
    interval = conditions.interval_months
    if interval is not None and constraint.scope in _WITHOUT_INTERVAL:
        what = f"scope {constraint.scope} is about the first course, too, before which there is no interval"
        yield Problem(
            f"{where}.interval_months", what, shown(interval), hint="leave it out, or judge the newest course"
        )
    if interval is not None and constraint.scope == "interval":
        yield from _within_itself(constraint, interval, f"{where}.interval_months")
    if interval is not None and interval[0] > MONTHS_OF_A_LIFETIME:
        what, allowed = "no interval is so long", f"up to {MONTHS_OF_A_LIFETIME} months"
        yield Problem(f"{where}.interval_months", what, shown(interval), allowed, "is it in days?")
    yield from _beside_each_other(constraint, where)


def _within_itself(constraint: Constraint, interval: tuple[float, float], where: str) -> Iterator[Problem]:
    """Yield an interval limit that every interval meets for which it applies."""
    limit = constraint.limit
    if (
        limit is not None
        and interval[0] >= limit[1]
        and not (constraint.comparison == "above" and interval[0] == limit[1])
    ):
        yield Problem(
            where, "every interval for which the limit applies meets it", shown(interval), "one that does not"
        )


def _beside_each_other(constraint: Constraint, where: str) -> Iterator[Problem]:
    conditions = constraint.conditions
    size, fractions, total = conditions.fraction_size_gy, conditions.n_fractions, conditions.scheduled_dose_gy
    if size is not None and fractions is not None and total is not None:
        low, high = (EXACT.multiply(Decimal(repr(end)), n) for end, n in zip(size, fractions, strict=True))
        if high < Decimal(repr(total[0])) or low > Decimal(repr(total[1])):
            least, most = (f"{EXACT.normalize(end):f}" for end in (low, high))
            what = f"fractions of that size and number are {least} to {most} Gy in all"
            yield Problem(f"{where}.scheduled_dose_gy", what, shown(total), "a range that they can reach")
    if fractions is not None and constraint.limit_by_n_fractions is not None:
        numbers = [n for n, _ in constraint.limit_by_n_fractions]
        outside = [str(n) for n in numbers if not fractions[0] <= n <= fractions[1]]
        if outside:
            what = "limit_by_n_fractions has limits for other fraction numbers, which never apply"
            yield Problem(f"{where}.n_fractions", what, shown(fractions), f"a range with {', '.join(outside)}")
