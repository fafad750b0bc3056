"""Every limit at its edge: the last dose that is met and the next one that is not, and what exact arithmetic says.

The edges are found with the program's own decision; that they are the right ones is told by the oracle, which shares
no code with it. A table of limits by the number of fractions is tested at each of its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reirrad.library import Library, Profile
from reirrad.model.rule import COMPARISON_SIGNS, Constraint
from reirrad.model.selftest import Comparison, Part
from reirrad.model.wording import beyond, plain, span_text
from reirrad.selftest.constraints import as_oracle_sees
from reirrad.selftest.edges import Edge, edges_of
from reirrad.selftest.oracle import judge

#: What the oracle judges only with fields that a library does not hand on in its form.
_NOT_BY_ORACLE = frozenset({"allowed_bed"})
#: Relative distance within which float64 and exact arithmetic name the same value.
_CLOSE = Fraction(1, 10**12)
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class _Exact:
    """What exact arithmetic says at one step: the limit is what the value and its margin leave."""

    status: str
    value: Fraction | None = None
    limit: Fraction | None = None


def boundaries(library: Library) -> Part:
    """Return how every limit that a stated value decides is decided on both sides of its edge."""
    rules = [rule for _, rule in library.constraints() if rule.kind == "limit" and rule.scope not in _NOT_BY_ORACLE]
    alone = library.select(profile=Profile(name="limits", constraints=frozenset(rule.id for rule in rules)))
    edges = [edge for edge in edges_of(rules, alone) if edge.is_found]
    seen = {fields["id"]: fields for fields in as_oracle_sees(alone)}
    rows = tuple(_row(edge, seen[edge.constraint.id]) for edge in edges)
    decided = {edge.constraint.id for edge in edges}
    how = (
        "the last value of each limit that is met and the next one that is not, in steps of 0.01 of the unit or of a "
        "day, each judged by exact arithmetic too; a limit that depends on the number of fractions at each number that "
        f"it states; {len(rules) - len(decided)} limits are decided by no single stated value"
    )
    differ = sum(not row.agrees for row in rows)
    return Part(name="Limits at their edges", how=how, compared=2 * len(rows), differ=differ, rows=rows)


def _row(edge: Edge, fields: dict[str, Any]) -> Comparison:
    rule = edge.constraint
    steps = (edge.good, edge.bad)
    good, bad = (edge.known[at] for at in steps)
    exact = [_by_oracle(edge, at, fields) for at in steps]
    agrees = all(
        one.status == other.status and _is_close(one.value, other.value) and _is_close(one.limit, other.limit)
        for one, other in zip((good, bad), exact, strict=True)
    )
    expected = [(one.status, one.value, one.limit) for one in exact]
    found = [(one.status, one.value, one.limit) for one in (good, bad)]
    unit = "" if rule.unit == "1" else rule.unit
    return Comparison(
        what=_what(edge, good.limit, unit, fields.get("tolerance_recovery") or []),
        source="exact arithmetic",
        expected=_told(expected, ""),
        found=_told(found, ""),
        unit=unit,
        agrees=agrees and good.status == "met" and bad.status != "met",
        basis="exact arithmetic",
        expected_with_unit=_told(expected, unit),
        found_with_unit=_told(found, unit),
    )


def _what(edge: Edge, held: float, unit: str, steps: list[tuple[float, float | None, float]]) -> str:
    """Return the limit that a row tests: with its number of fractions, as a range, and raised, where it is so."""
    rule = edge.constraint
    low, high = edge.printed or (held, held)
    number = edge.n_fractions
    of = "" if number is None else f", {number} fraction{'' if number == 1 else 's'}"
    unit = f" {unit}" if unit else ""
    limit = span_text(low, high)
    why = " (printed as a range: not evaluated within it)" if low < high else ""
    if steps:
        limit = plain(held)
        why = f" ({plain(low)}, raised by what has recovered{_recovered(held, low, steps)})"
    return f"{rule.id}{of}: {COMPARISON_SIGNS[rule.comparison]} {limit}{unit}{why}"


def _recovered(held: float, printed: float, steps: list[tuple[float, float | None, float]]) -> str:
    """Return which step of a recovery schedule makes the limit that is held of the one that is printed."""
    for start, end, fraction in steps:
        if _is_close(held, Fraction(printed) * (1 + Fraction(str(fraction)))):
            until = " months or more" if end is None else f" to {plain(end)} months"
            return f": {plain(_PERCENT * fraction)} % after {plain(start)}{until}"
    return ""


def _by_oracle(edge: Edge, at: int, fields: dict[str, Any]) -> _Exact:
    rule: Constraint = edge.constraint
    for item in judge(edge.case(at), constraints=[fields]):
        if item["structure"] == rule.structures[0]:
            margin, value = item["margin"], item["value_high" if rule.is_upper else "value_low"]
            limit = None if margin is None else value + margin if rule.is_upper else value - margin
            return _Exact(item["status"], item["value_low"], limit)
    return _Exact("not_applicable")


def _is_close(value: float, exact: Fraction | None) -> bool:
    return exact is not None and abs(Fraction(value) - Fraction(exact)) <= _CLOSE * abs(Fraction(exact))


def _told(judged: list[tuple[str, Any, Any]], unit: str) -> str:
    """Return the values and statuses of both sides; no value looks like the limit that it is not equal to."""
    words = []
    for status, value, limit in judged:
        number = float(value) if value is not None else 0.0
        text = "none" if value is None else plain(number) if limit is None else beyond(number, float(limit))
        after = unit.removesuffix("s") if text == "1" else unit
        words.append(f"{text} {after}".rstrip() + f" {status.replace('_', ' ')}")
    return "; ".join(words)
