"""What a case says that cannot be by the library: a part above what contains it, a maximum that is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import permutations

from reirrad.engine.doses import bounds_metric, is_near_maximum
from reirrad.errors import Problem, key_text, shown
from reirrad.library import Library, Structures
from reirrad.model.case import Case, StructureDose
from reirrad.model.consistency import course_path, phases_with_paths
from reirrad.model.metric import GY_DIVISORS, Metric, MetricError, UnknownMetricError, parse_metric

_Ranges = dict[Metric, tuple[Decimal, Decimal]]


def contradictions(case: Case, names: Mapping[str, str | None], structures: Structures) -> Iterator[Problem]:
    """Yield where a structure received more than what contains it, by plan or estimate.

    One of the two is wrong. If the larger one were taken away, the smaller would bound it, and the case would look
    better than it is.
    """
    for index, course in enumerate(case.course):
        for path, phase in phases_with_paths(course, course_path(index)):
            for outer, inner in permutations(phase.dose, 2):
                container, part = names.get(outer), names.get(inner)
                if part is None or container not in structures.containers_of(part):
                    continue
                where = f"{path}.dose.{key_text(inner)}"
                yield from _between(phase.dose[outer], phase.dose[inner], (container, part), where)


def point_maximum_problems(case: Case, library: Library) -> Iterator[Problem]:
    """Yield that a metric does not stand for the maximum: a mean or a volume in its place would pass for the dose."""
    if case.point_maximum is None:
        return
    try:
        metric = parse_metric(case.point_maximum).metric
    except (MetricError, UnknownMetricError):
        return  # told by what reads the case
    if not is_near_maximum(metric, library):
        largest = library.conventions["near_maximum"]
        yield Problem(
            "point_maximum",
            "the metric does not stand for the maximum",
            shown(case.point_maximum),
            f"Max, D..cc of up to {largest['up_to_cc']} cc or D..% of up to {largest['up_to_percent']} %",
            "leave it out, and state the metric under the structure",
        )


def _between(outer: StructureDose, inner: StructureDose, names: tuple[str, str], where: str) -> Iterator[Problem]:
    if outer.basis not in ("plan", "estimate"):
        return
    for larger, (_, most) in _ranges(outer).items():
        for smaller, (least, _) in _ranges(inner).items():
            if bounds_metric(larger, smaller, is_same_structure=False) and least > most:
                yield Problem(
                    where,
                    f"{names[1]} lies within {names[0]}, but its {smaller.label} is above the {larger.label} of that",
                    f"{least:f} Gy above {most:f} Gy",
                    hint="correct one of the two; where contours or grids differ a little, state ranges",
                )


def _ranges(dose: StructureDose) -> _Ranges:
    ranges: _Ranges = {}
    for key, (low, high) in dose.metrics.items():
        try:
            parsed = parse_metric(key)
        except (MetricError, UnknownMetricError):
            continue
        divisor = GY_DIVISORS.get(parsed.unit)
        if divisor is not None:
            ranges[parsed.metric] = (Decimal(repr(low)) / divisor, Decimal(repr(high)) / divisor)
    return ranges
