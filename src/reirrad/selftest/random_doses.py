"""What a random phase states of its structures: values, ranges, prescriptions, zeros, volumes, distances, nothing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from reirrad.selftest.draws import Draws
from reirrad.selftest.exact_hits import CENTIGRAY, Plan
from reirrad.selftest.oracle.facts import (
    MAX,
    Metric,
    Stated,
    bounds_a_part,
    contains,
    is_volume,
    parse_doses,
    parse_metric,
)
from reirrad.selftest.random_plans import gray
from reirrad.selftest.random_volumes import rules_out, rules_out_around, volume_names

Raw = dict[str, Any]

USUAL_METRICS = ["Max[Gy]"] * 4 + ["D0.03cc[Gy]", "D0.1cc[Gy]", "D1cc[Gy]", "D2%[Gy]", "Mean[Gy]", "Min[Gy]"]
POINT_MAXIMUM = "D0.03cc[Gy]"
#: Other software writes 99.99 and 999 where a value is missing: they are refused, in Gy and in cGy.
_SENTINELS = {999, 9999}
_HIGHEST = 150 * CENTIGRAY
_PERCENT = 100
_KINDS = ["measured"] * 6 + ["prescription", "zero", "missing"]


def plausible(dose: int, plan: Plan) -> int:
    """Move a dose that would be refused as a slip (the dose of one fraction) or as a sentinel."""
    while dose in _SENTINELS or (plan.n_fractions > 1 and dose * plan.n_fractions == plan.centigray):
        dose += 1
    return dose


def stated_doses(draws: Draws, plan: Plan, metrics: Sequence[str], *, may_prescribe: bool) -> Raw:
    """Draw what a phase states for one structure; empty if nothing."""
    kind = draws.one_of(_KINDS)
    if kind == "missing":
        return {}
    if kind == "prescription" and may_prescribe:
        dose = draws.one_of([plan.centigray, plan.centigray, 0])
        name = draws.one_of(["Max[Gy]", "Max[Gy]", POINT_MAXIMUM])
        return {name: gray(dose), "basis": "prescription"}
    names = _metrics(draws, metrics)
    doses = dict.fromkeys(names, 0) if kind == "zero" else _measured(draws, plan, names)
    basis = draws.one_of([None, "plan", "plan", "estimate"])
    return doses | ({"basis": basis} if basis else {})


def _metrics(draws: Draws, metrics: Sequence[str]) -> list[str]:
    """Draw one metric, or several with the larger ones first."""
    count = draws.one_of([1, 1, 1, 1, 2, 2, 3])
    return sorted(set(draws.some_of(metrics, count)), key=lambda name: _size(parse_metric(name)[0]))


def _size(metric: Metric) -> tuple[int, Fraction]:
    """Return a key that sorts metrics of one structure so that none is below one that comes after it."""
    kind, size = metric
    ranks = ["max", "cc", "percent", "mean", "min"]
    return ranks.index(kind), size if kind in ("cc", "percent") else Fraction(0)


def _measured(draws: Draws, plan: Plan, names: list[str]) -> Raw:
    """Draw values and ranges that never rise from one metric to the next."""
    one = [plan.centigray, *(draws.whole(0, plan.centigray) for _ in range(3)), draws.whole(0, _HIGHEST)]
    highs = sorted((draws.one_of(one) for _ in names), reverse=True)
    doses: Raw = {}
    lowest = _HIGHEST
    for name, high in zip(names, highs, strict=True):
        lowest = min(lowest, max(0, high - draws.one_of([0, 0, 0, 0, 1, 2 * CENTIGRAY, _HIGHEST])))
        ends = [plausible(lowest, plan), plausible(high, plan)]
        lowest = ends[0]
        values: list[Any] = list(ends)
        key = name.replace("[Gy]", "[cGy]") if draws.chance(10) else name
        if key == name:
            values = [draws.one_of([gray(end), end / CENTIGRAY]) for end in ends]
        doses[key] = values if ends[0] < ends[1] else values[0]
    return doses


def with_facts(draws: Draws, doses: Raw, volumes: Sequence[str], distances: Sequence[Any]) -> Raw:
    """Add to a table a volume and the distance of the target."""
    facts: Raw = {}
    if volumes and draws.chance(2):
        facts[draws.one_of(volumes)] = (
            draws.whole(0, _PERCENT) if draws.chance(2) else draws.whole(0, 10 * _PERCENT) / 10
        )
    if distances and draws.chance(3):
        facts["target_distance_mm"] = draws.one_of(distances)
    return doses | facts


def make_consistent(tables: Raw, point_maximum: str | None) -> None:
    """Take out what makes a case refused.

    A container below its part, Max beside the metric that stands for it, volumes that doses beside them rule out.
    """
    declared = None if point_maximum is None else point_maximum.partition("[")[0]
    for table in tables.values():
        if declared in {key.partition("[")[0] for key in table}:
            for key in [key for key in table if key.startswith("Max[")]:
                del table[key]
    for name, stated in parse_doses(tables, Fraction(1)).items():
        for key in volume_names(tables[name]):
            volume, _ = parse_metric(key)
            if any(rules_out(metric, ends, volume, stated.ranges[volume]) for metric, ends in stated.ranges.items()):
                del tables[name][key]
    doses = parse_doses(tables, Fraction(1))
    stands = None if point_maximum is None else parse_metric(point_maximum)[0]
    for outer in [outer for outer in doses for inner in doses if contains(outer, inner)]:
        parts = [doses[inner] for inner in tables if contains(outer, inner)]
        if outer in tables and any(_is_below(doses[outer], part, stands) for part in parts):
            del tables[outer]


def _is_below(outer: Stated, inner: Stated, point_maximum: Metric | None) -> bool:
    highs = [(metric, most) for metric, (_, most) in outer.ranges.items()]
    # a prescription is a uniform dose, and the point maximum stands for Max
    highs += [(MAX, most) for metric, most in highs if outer.basis == "prescription" or metric == point_maximum]
    return any(
        rules_out_around(larger, most, smaller, ends)
        if is_volume(smaller)
        else bounds_a_part(larger, smaller) and most < ends[0]
        for larger, most in highs
        for smaller, ends in inner.ranges.items()
    )
