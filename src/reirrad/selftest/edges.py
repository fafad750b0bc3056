"""The two neighbouring steps between which a limit lies, searched for with the program's own decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

from reirrad.engine.codes import Status
from reirrad.engine.evaluate import evaluate
from reirrad.engine.example import case_at, most_steps
from reirrad.engine.from_cases import prepare
from reirrad.ingest import parse_case
from reirrad.library import Library, Profile
from reirrad.model.rule import Constraint

_STEPS_OF_A_UNIT = 100
#: How many steps a part of the way is cut into where a parabola does not lead to the limit.
_CUTS = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """What the program says at one step."""

    status: str
    value: float
    limit: float


class Edge:
    """The edge of a limit, from what is known at some steps; of a table of fraction numbers, of one row."""

    def __init__(self, constraint: Constraint, n_fractions: int | None = None) -> None:
        self.constraint = constraint
        self.n_fractions = n_fractions
        self.printed = constraint.limit
        self.known: dict[int, Judged] = {}
        self._of_cases = constraint
        if constraint.limit_by_n_fractions is not None:
            row = next(row for row in constraint.limit_by_n_fractions if row[0] == n_fractions)
            self.printed = row[1]
            # the cases are those of a rule that has this row only; they are judged by the whole rule
            self._of_cases = replace(constraint, limit_by_n_fractions=(row,))
        self._most = most_steps(constraint)
        self._guess = self._guessed()

    def case(self, at: int) -> dict[str, Any]:
        """Return the case at a step, as a case file has it."""
        return case_at(self._of_cases, at)

    def probes(self) -> set[int]:
        """Return the steps to judge next.

        First where a limit on the dose itself lies; then both ends and the middle; then those about which a parabola
        through three crosses the limit; where that did not lead there (points, shares) equal parts of the rest, too.
        """
        if not self.known and self._guess:
            return set(self._guess)
        ends = {1, self._most // 2, self._most}
        if not ends <= self.known.keys():
            return ends - self.known.keys()
        low, high = sorted((self.good, self.bad))
        crossing = self._crossing(low, high)
        asked = set(range(crossing - 2, crossing + 3))
        if len(self.known) > len(ends) + len(self._guess):
            asked |= {low + (high - low) * part // _CUTS for part in range(1, _CUTS)}
        return {at for at in asked if low < at < high}

    @property
    def is_found(self) -> bool:
        """Whether two neighbours are known, one met and one not."""
        return self._has_both and abs(self.good - self.bad) == 1

    @property
    def is_open(self) -> bool:
        """Whether there is more to ask."""
        if self.is_found:
            return False
        ends = [self.known.get(at) for at in (1, self._most)]
        return None in ends or {end.status for end in ends if end is not None} == {"met", "violated"}

    @property
    def good(self) -> int:
        """The last step that is known to be met."""
        met = [at for at, judged in self.known.items() if judged.status == "met"]
        return max(met) if self.constraint.is_upper else min(met)

    @property
    def bad(self) -> int:
        """The first step that is known not to be met."""
        other = [at for at, judged in self.known.items() if judged.status != "met"]
        return min(other) if self.constraint.is_upper else max(other)

    @property
    def _has_both(self) -> bool:
        return len({judged.status == "met" for judged in self.known.values()}) > 1

    def _guessed(self) -> tuple[int, ...]:
        """Return the two steps about a limit on a stated dose or volume itself; for any other, nothing."""
        rule = self.constraint
        is_stated = rule.quantity == "physical" and rule.scope in {"newest_course", "each_course", "first_course"}
        if not is_stated or self.printed is None:
            return ()
        low, high = self.printed
        steps = Fraction(str(low if rule.is_upper else high)) * _STEPS_OF_A_UNIT
        first = ceil(steps) - 1 if rule.comparison in {"below", "at_least"} else floor(steps)
        return tuple(at for at in (first, first + 1) if 1 <= at <= self._most)

    def _crossing(self, low: int, high: int) -> int:
        near = sorted(self.known, key=lambda at: min(abs(at - low), abs(at - high)))[:3]
        points = [(at, self.known[at].value) for at in near]
        limit = self.known[low].limit

        def value(at: int) -> float:
            total = 0.0
            for one, known in points:
                term = known
                for other, _ in points:
                    if other != one:
                        term *= (at - other) / (one - other)
                total += term
            return total

        rises = value(low) < value(high)
        while high - low > 1:
            middle = (low + high) // 2
            is_below = value(middle) < limit
            low, high = (middle, high) if is_below is rises else (low, middle)
        return high


def edges_of(rules: Iterable[Constraint], library: Library) -> list[Edge]:
    """Return the edges of limits, of each row of a table; those that no single stated value decides stay not found."""
    edges = []
    for rule in rules:
        rows = rule.limit_by_n_fractions
        edges += [Edge(rule)] if rows is None else [Edge(rule, row[0]) for row in rows]
    pending = edges
    while pending:
        _judge(pending, library)
        pending = [edge for edge in pending if edge.is_open]
    return edges


def _judge(edges: list[Edge], library: Library) -> None:
    """Judge the next steps of every edge, all in one batch, by the rules of these edges alone."""
    wanted: dict[str, Constraint] = {edge.constraint.id: edge.constraint for edge in edges}
    alone = library.select(profile=Profile(name="limits", constraints=frozenset(wanted)))
    asked = [(edge, at) for edge in edges for at in sorted(edge.probes())]
    cases = [parse_case(edge.case(at)) for edge, at in asked]
    for block in evaluate(prepare(cases, alone).batch, alone, before=False):
        rule = wanted.get(block.constraint.id)
        if rule is None or block.structure != rule.structures[0]:
            continue
        decided = block.judged.decided
        for place, row in enumerate(block.judged.case.tolist()):
            edge, at = asked[row]
            if edge.constraint is rule:
                value, limit = float(decided.value.low[place, 0]), float(decided.limit.low[place, 0])
                edge.known[at] = Judged(Status(int(block.status[place])).word, value, limit)
