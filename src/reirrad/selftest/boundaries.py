"""Every limit at its edge: the last dose that is met and the next one that is not, and what exact arithmetic says.

The edges are found with the program's own decision, all limits in one batch; that they are the right ones is told by
the oracle, which shares no code with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reirrad.engine.codes import Status
from reirrad.engine.evaluate import evaluate
from reirrad.engine.example import case_at, most_steps
from reirrad.engine.from_cases import prepare
from reirrad.ingest import parse_case
from reirrad.library import Library, Profile
from reirrad.model.rule import COMPARISON_SIGNS, Constraint
from reirrad.model.selftest import Comparison, Part
from reirrad.model.wording import beyond, plain
from reirrad.selftest.constraints import as_oracle_sees
from reirrad.selftest.oracle import judge

#: What the oracle judges only with fields that a library does not hand on in its form.
_NOT_BY_ORACLE = frozenset({"allowed_bed"})
#: Relative distance within which float64 and exact arithmetic name the same value.
_CLOSE = Fraction(1, 10**12)


@dataclass(frozen=True, slots=True)
class _Judged:
    status: str
    value: float
    limit: float


class _Search:
    """The two neighbouring steps between which a limit lies, from what is known at some steps."""

    def __init__(self, constraint: Constraint) -> None:
        self.constraint = constraint
        self.known: dict[int, _Judged] = {}
        self._most = most_steps(constraint)

    def probes(self) -> set[int]:
        """Return the steps to judge next: first three, then those about which a parabola through three crosses."""
        if not self.known:
            return {1, self._most // 2, self._most}
        low, high = sorted((self.good, self.bad))
        crossing = self._crossing(low, high)
        asked = {crossing - 1, crossing, crossing + 1, (low + high) // 2}
        return {at for at in asked if low < at < high}

    @property
    def is_decidable(self) -> bool:
        """Whether one end is met and the other is not."""
        ends = {self.known[1].status, self.known[self._most].status}
        return ends == {"met", "violated"}

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
    def is_open(self) -> bool:
        """Whether there are steps between the two."""
        return abs(self.good - self.bad) > 1

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


def boundaries(library: Library) -> Part:
    """Return how every limit that a stated value decides is decided on both sides of its edge."""
    rules = [rule for _, rule in library.constraints() if rule.kind == "limit" and rule.scope not in _NOT_BY_ORACLE]
    alone = library.select(profile=Profile(name="limits", constraints=frozenset(rule.id for rule in rules)))
    searches = [_Search(rule) for rule in rules]
    _judge(searches, alone)
    searches = [search for search in searches if search.is_decidable]
    while pending := [search for search in searches if search.is_open]:
        _judge(pending, alone)
    seen = {fields["id"]: fields for fields in as_oracle_sees(alone)}
    rows = tuple(_row(search, seen[search.constraint.id]) for search in searches)
    how = (
        "the last value of each limit that is met and the next one that is not, in steps of 0.01 of the unit or of a "
        f"day, each judged by exact arithmetic too; {len(rules) - len(rows)} limits are decided by no single stated "
        "value"
    )
    differ = sum(not row.agrees for row in rows)
    return Part(name="Limits at their edges", how=how, compared=2 * len(rows), differ=differ, rows=rows)


def _judge(searches: list[_Search], library: Library) -> None:
    """Judge the next steps of every search, all in one batch."""
    asked = [(search, at) for search in searches for at in sorted(search.probes())]
    cases = [parse_case(case_at(search.constraint, at)) for search, at in asked]
    wanted = {search.constraint.id: search for search in searches}
    for block in evaluate(prepare(cases, library).batch, library):
        search = wanted.get(block.constraint.id)
        if search is None or block.structure != search.constraint.structures[0]:
            continue
        decided = block.judged.decided
        for place, row in enumerate(block.judged.case.tolist()):
            if asked[row][0] is search:
                value, limit = float(decided.value.low[place, 0]), float(decided.limit.low[place, 0])
                search.known[asked[row][1]] = _Judged(Status(int(block.status[place])).word, value, limit)


def _row(search: _Search, fields: dict[str, Any]) -> Comparison:
    rule = search.constraint
    good, bad = search.known[search.good], search.known[search.bad]
    by_oracle = [_by_oracle(rule, at, fields) for at in (search.good, search.bad)]
    pairs = list(zip((good, bad), by_oracle, strict=True))
    agrees = all(one.status == status and _is_close(one.value, value) for one, (status, value) in pairs)
    limit = _limit(fields)
    return Comparison(
        what=f"{rule.id}: {COMPARISON_SIGNS[rule.comparison]} {'by fractions' if limit is None else plain(limit)}",
        source="exact arithmetic",
        expected="; ".join(_told(status, value, limit) for status, value in by_oracle),
        found="; ".join(_told(one.status, one.value, limit) for one in (good, bad)),
        unit="" if rule.unit == "1" else rule.unit,
        agrees=agrees and good.status == "met" and bad.status != "met",
    )


def _by_oracle(rule: Constraint, at: int, fields: dict[str, Any]) -> tuple[str, Any]:
    for item in judge(case_at(rule, at), constraints=[fields]):
        if item["structure"] == rule.structures[0]:
            return item["status"], item["value_low"]
    return "not_applicable", None


def _is_close(value: float, exact: Any) -> bool:
    return exact is not None and abs(Fraction(value) - Fraction(exact)) <= _CLOSE * abs(Fraction(exact))


def _limit(fields: dict[str, Any]) -> float | None:
    """Return the end of a limit from which it is not met."""
    high = fields.get("limit_high")
    limit = fields.get("limit")
    return None if limit is None else float(limit if high is None or fields["comparison"] == "at_most" else high)


def _told(status: str, value: Any, limit: float | None) -> str:
    text = "none" if value is None else plain(float(value)) if limit is None else beyond(float(value), limit)
    return f"{text} {status.replace('_', ' ')}"
