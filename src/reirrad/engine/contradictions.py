"""What a case says that cannot be by the library: a part above what contains it, a maximum that is none.

One of two statements is wrong. If the larger one were taken away, the smaller would stand for it or bound it, and the
case would look better than it is: so neither is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import permutations

from reirrad.engine.doses import bounds_metric, is_near_maximum
from reirrad.engine.view import MAXIMUM
from reirrad.errors import Problem, key_text, shown
from reirrad.library import Library, Structures
from reirrad.model.case import Case, StructureDose
from reirrad.model.consistency import phases_with_paths
from reirrad.model.course_checks import phases_that_do_not_fit
from reirrad.model.course_dates import course_path, one_course_a_day
from reirrad.model.dates import parse_date_range
from reirrad.model.dose_volume import order_with_part
from reirrad.model.metric import GY_DIVISORS, Metric, MetricError, MetricKind, UnknownMetricError, parse_metric
from reirrad.quantities import EXACT, in_gy

_Range = tuple[Decimal, Decimal]


def contradictions(case: Case, names: Mapping[str, str | None], structures: Structures) -> Iterator[Problem]:
    """Yield where a structure received more than what contains it, or than what stands for its maximum."""
    declared = _metric(case.point_maximum)
    for index, course in enumerate(case.course):
        for path, phase in phases_with_paths(course, course_path(index)):
            for name, dose in phase.dose.items():
                yield from _above_point_maximum(dose, declared, f"{path}.dose.{key_text(name)}")
            for outer, inner in permutations(phase.dose, 2):
                container, part = names.get(outer), names.get(inner)
                if part is None or container not in structures.containers_of(part):
                    continue
                where = f"{path}.dose.{key_text(inner)}"
                both = phase.dose[outer], phase.dose[inner], (container, part), where
                yield from _between(*both, declared)
                yield from _below_a_volume(*both)


def on_the_same_days(case: Case, names: Mapping[str, str | None], structures: Structures) -> Iterator[Problem]:
    """Yield phases and courses that dates put on the same days, where one treats a part of what the other treats."""

    def treated(name: str) -> list[str]:
        known = names.get(name)
        if known is None:
            return [name]
        containers = structures.containers_of(known)
        # the smallest first: that is told
        return [known, *sorted(containers, key=lambda one: (-len(structures.containers_of(one)), one))]

    for index, course in enumerate(case.course):
        if course.start is not None and course.end is not None:
            first, last = parse_date_range(course.start).low, parse_date_range(course.end).high
            if first is not None and last is not None:
                yield from phases_that_do_not_fit(course, (last - first).days + 1, course_path(index), treated)
    yield from one_course_a_day(dict(enumerate(case.course)), treated)


def point_maximum_problems(case: Case, library: Library) -> Iterator[Problem]:
    """Yield that a metric does not stand for the maximum: a mean or a volume in its place would pass for the dose."""
    metric = _metric(case.point_maximum)
    if metric is not None and not is_near_maximum(metric, library):
        largest = library.conventions["near_maximum"]
        yield Problem(
            "point_maximum",
            "the metric does not stand for the maximum",
            shown(case.point_maximum),
            f"Max, D..cc of up to {largest['up_to_cc']} cc or D..% of up to {largest['up_to_percent']} %",
            "leave it out, and state the metric under the structure",
        )


def _between(
    outer: StructureDose, inner: StructureDose, names: tuple[str, str], where: str, declared: Metric | None
) -> Iterator[Problem]:
    is_planned = outer.basis in ("plan", "estimate")
    hint = "correct one of the two; where contours or grids differ a little, state ranges"
    for larger, (stated, (_, most)) in _with_maximum(outer, declared).items():
        for smaller, (least, _) in _ranges(inner).items():
            if bounds_metric(larger, smaller, is_same_structure=False) and least > most:
                yield Problem(
                    where,
                    f"{names[1]} lies within {names[0]}, but its {smaller.label} is above the {stated.label} of that",
                    f"{least:f} Gy above {most:f} Gy",
                    hint=hint if is_planned else f"{hint}; a dose that is no planned one may be left out",
                )


def _below_a_volume(
    outer: StructureDose, inner: StructureDose, names: tuple[str, str], where: str
) -> Iterator[Problem]:
    """Yield doses of a container that are below what a volume of its part receives."""
    # a declared point maximum is the dose to its own volume, too; a prescription is one of any volume
    doses = [(metric, ends, stated.label) for metric, (stated, ends) in _with_maximum(outer, None).items()]
    volumes = []
    for key, (low, high) in inner.metrics.items():
        metric = _metric(key)
        if metric is not None and metric.kind is MetricKind.VOLUME_AT:
            volumes.append((metric, (in_gy(low, 1), in_gy(high, 1)), key))
    for (_, (_, most), stated_as), (volume, (least, _), _) in order_with_part(doses, volumes):
        yield Problem(
            where,
            f"{names[1]} lies within {names[0]}, but its {volume.label} rules out the {stated_as} of that",
            f"{EXACT.normalize(most):f} Gy beside {volume.label} = {EXACT.normalize(least):f}",
            hint="correct one of the two; where contours or grids differ a little, state ranges",
        )


def _above_point_maximum(dose: StructureDose, declared: Metric | None, where: str) -> Iterator[Problem]:
    """Yield the metrics of a structure that are above the one that stands for its maximum."""
    ranges = _ranges(dose)
    # a Max beside it was refused before
    if declared is None or declared not in ranges:
        return
    _, most = ranges[declared]
    for metric, (least, _) in ranges.items():
        if least > most:
            yield Problem(
                where,
                f"{metric.label} is above {declared.label}, which point_maximum says stands for the maximum",
                f"{least:f} Gy above {most:f} Gy",
                hint="name the largest metric as point_maximum, or leave point_maximum out",
            )


def _with_maximum(dose: StructureDose, declared: Metric | None) -> dict[Metric, tuple[Metric, _Range]]:
    """Return what is stated, by what it is, and Max by what stands for it: a prescription, or the point maximum."""
    ranges = _ranges(dose)
    found = {metric: (metric, stated) for metric, stated in ranges.items()}
    if MAXIMUM not in ranges:
        uniform = [metric for metric in ranges if dose.basis == "prescription" and metric.kind is not MetricKind.MEAN]
        stands = next((metric for metric in [*uniform, declared] if metric in ranges), None)
        found |= {} if stands is None else {MAXIMUM: (stands, ranges[stands])}
    return found


def _ranges(dose: StructureDose) -> dict[Metric, _Range]:
    ranges: dict[Metric, _Range] = {}
    for key, (low, high) in dose.metrics.items():
        metric = _metric(key)
        divisor = None if metric is None else GY_DIVISORS.get(parse_metric(key).unit)
        if metric is not None and divisor is not None:
            ranges[metric] = (in_gy(low, divisor), in_gy(high, divisor))
    return ranges


def _metric(name: str | None) -> Metric | None:
    try:
        return None if name is None else parse_metric(name).metric
    except (MetricError, UnknownMetricError):
        return None  # told by what reads the case
