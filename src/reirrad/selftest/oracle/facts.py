"""What a raw case states about structures, schedules and doses: sections 2 and 3 of docs/semantics.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from reirrad.selftest.oracle.dates import INF, Number, Range, number, number_range

# ("max", None), ("mean", None), ("min", None), ("cc", v), ("percent", p), ("other", text), and the volumes
# ("volume_cc", ("V", dose)), ("volume_cc", ("CV", dose)), ("volume_percent", ("V", dose))
Metric = tuple[str, Any]
MAX: Metric = ("max", None)
UNKNOWN: Range = (Fraction(0), INF)
NOT_METRICS = ("basis", "target_distance_mm")

PARTS = {
    "SpinalCanal": ["ThecalSac"],
    "ThecalSac": ["SpinalCord", "CaudaEquina"],
    "SpinalCord": ["SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac", "SpinalCord_Sub"],
    "Lungs": ["Lung_L", "Lung_R", "Lungs-GTV"],
    "Kidneys": ["Kidney_L", "Kidney_R"],
    "Parotids": ["Parotid_L", "Parotid_R"],
    "Liver": ["Liver-GTV"],
}
# Structures that need no finding to count as known; any structure with a finding is known as well.
KNOWN = {"SpinalCanal", "ThecalSac", "SpinalCord", "CaudaEquina", *PARTS["SpinalCord"]} | {
    "Esophagus", "BrachialPlex", "BrachialPlex_L", "BrachialPlex_R", "GreatVes", "Bronchus", "Skin", "Heart", "Lungs",
}  # fmt: skip


def is_cord_prv(structure: str) -> bool:
    """Tell whether a structure is a planning risk volume of the cord."""
    return re.fullmatch(r"SpinalCord_PRV\d*", structure) is not None


@cache
def contains(outer: str, inner: str) -> bool:
    """Tell whether the structure outer properly contains the structure inner."""
    parts = ["SpinalCord"] if is_cord_prv(outer) else PARTS.get(outer, [])
    return any(part == inner or contains(part, inner) for part in parts)


def is_known(structure: str) -> bool:
    """Tell whether a structure is known without a finding."""
    return structure in KNOWN or is_cord_prv(structure)


@cache
def parse_metric(text: str) -> tuple[Metric, Fraction]:
    """Return the metric of a name such as D0.1cc[cGy] and the divisor that turns its values into Gy."""
    volume = re.fullmatch(r"(C?V)(\d+(?:\.\d+)?)Gy\[(cc|%)\]", text)
    if volume:
        name, dose, volume_unit = volume.groups()
        return ("volume_cc" if volume_unit == "cc" else "volume_percent", (name, Fraction(dose))), Fraction(1)
    match = re.fullmatch(r"(?:(Max|Mean|Min)|D(\d+(?:\.\d+)?)(cc|%))\[(c?Gy)\]", text)
    if match is None:
        return ("other", text), Fraction(1)
    name, size, size_unit, unit = match.groups()
    divisor = Fraction(100 if unit == "cGy" else 1)
    if name:
        return (name.lower(), None), divisor
    return ("cc" if size_unit == "cc" else "percent", Fraction(size)), divisor


def is_near_maximum(metric: Metric) -> bool:
    """Tell whether a metric is Max, D(v)cc up to 1 cc or D(p)% up to 2 %."""
    kind, size = metric
    return kind == "max" or (kind == "cc" and size <= 1) or (kind == "percent" and size <= 2)


def is_volume(metric: Metric) -> bool:
    """Tell whether a metric is a volume and not a dose."""
    return metric[0] in ("volume_cc", "volume_percent")


def unstated(metric: Metric) -> Range:
    """Return the range of a metric about which nothing is stated."""
    return (Fraction(0), Fraction(100)) if metric[0] == "volume_percent" else UNKNOWN


def bounds_from_above(a: Metric, b: Metric) -> bool:
    """Tell whether metric a of a structure is never below metric b of it, or of a part of it.

    Max bounds itself, because the structures may differ.
    """
    if a == MAX:
        return b[0] in ("max", "cc", "percent", "mean", "min")
    if b[0] == "min":
        return a[0] in ("cc", "percent", "mean")
    return bool(a[0] == b[0] and a[0] in ("cc", "percent") and a[1] <= b[1])


def bounds_a_part(a: Metric, b: Metric) -> bool:
    """Tell whether metric a of a structure is never below metric b of a structure within it."""
    return bounds_from_above(a, b) and (a == MAX or a[0] == b[0] == "cc")


@dataclass(frozen=True)
class Stated:
    """What a phase states for one structure: ranges in Gy (volumes in cc or percent) by metric."""

    basis: str | None
    ranges: dict[Metric, Range]
    target_distance: Fraction | None = None
    maybe_prescribed: frozenset[Metric] = frozenset()  # of no basis, and not proved to be no prescription


@dataclass(frozen=True)
class Phase:
    """A phase of a course, or the course itself where it has none."""

    schedule: tuple[int, Fraction] | None  # fractions and total dose as planned
    fractions: int | None  # delivered; unknown without a schedule
    doses: dict[str, Stated]


def parse_schedule(text: str) -> tuple[int, Fraction]:
    """Return the number of fractions and the total dose in Gy of '50 Gy / 25', '25 x 2 Gy' or '5000 cGy / 25'."""
    dose = r"(\d+(?:\.\d+)?)\s*(c?Gy)"
    by_total = re.fullmatch(dose + r"\s*/\s*(\d+)", text.strip())
    if by_total:
        total, unit, count = by_total.groups()
        return int(count), Fraction(total) / (100 if unit == "cGy" else 1)
    by_fraction = re.fullmatch(r"(\d+)\s*x\s*" + dose, text.strip())
    if by_fraction is None:
        raise ValueError(f"not a schedule: {text!r}")
    count, each, unit = by_fraction.groups()
    return int(count), int(count) * Fraction(each) / (100 if unit == "cGy" else 1)


def parse_doses(
    table: dict[str, dict[str, Any]], scale: Fraction, prescribed: Fraction | None = None
) -> dict[str, Stated]:
    """Return what the dose tables of a phase state, every dose times a scale.

    ``prescribed`` is the dose that a prescription would have in it.
    """
    doses = {}
    for structure, entries in table.items():
        ranges: dict[Metric, Range] = {}
        maybe_prescribed = set()
        for name, value in entries.items():
            if name not in NOT_METRICS:
                metric, divisor = parse_metric(name)
                low, high = number_range(value)
                is_other = prescribed is not None and low == high and not _is_about(low / divisor, prescribed)
                if "basis" not in entries and not is_other:
                    maybe_prescribed.add(metric)
                factor = 1 if is_volume(metric) else scale / divisor
                ranges[metric] = (low * factor, high * factor)
        distance = entries.get("target_distance_mm")
        doses[structure] = Stated(
            entries.get("basis"), ranges, None if distance is None else number(distance), frozenset(maybe_prescribed)
        )
    return doses


def _is_about(dose: Number, prescribed: Number) -> bool:
    """Tell whether a dose is the prescribed one, as it is rounded in print."""
    rounding = Fraction("0.005")
    return prescribed - rounding <= dose <= prescribed + rounding


def phases_of(course: dict[str, Any]) -> list[Phase]:
    """Return the phases of a course with delivered fractions and delivered doses; without phases, itself."""
    phases = []
    for raw in course.get("phase") or [course]:
        if "schedule" not in raw:
            phases.append(Phase(None, None, parse_doses(raw.get("dose", {}), Fraction(1))))
            continue
        planned, total = parse_schedule(raw["schedule"])
        delivered = raw.get("fractions_delivered", planned)
        part = Fraction(delivered, planned)
        scale = part if raw.get("dose_of") == "planned" else Fraction(1)
        prescribed = total * part if raw.get("dose_of") == "delivered" else total
        phases.append(Phase((planned, total), delivered, parse_doses(raw.get("dose", {}), scale, prescribed)))
    return phases


def smallest_target_distance(phases: list[Phase], structure: str) -> Range:
    """Return the smallest distance of a structure from the target: anything from 0 on if a phase states none."""
    stated = [phase.doses[structure].target_distance if structure in phase.doses else None for phase in phases]
    known = [distance for distance in stated if distance is not None]
    least = min(known) if known else INF
    return (least if None not in stated else Fraction(0)), least


def states_target_distance(case: dict[str, Any], structure: str) -> bool:
    """Tell whether any course of a case states the distance of the target for a structure."""
    courses = [phases_of(course) for course in case.get("course", [])]
    return any(smallest_target_distance(phases, structure)[1] < INF for phases in courses)


def dose_range(phase: Phase, structure: str, metric: Metric, point_maximum: Metric | None) -> Range:
    """Return the possible dose of a phase by the four rules of the specification, in their order."""
    own = phase.doses.get(structure)
    if own is not None:
        stands = metric
        if metric == MAX and MAX not in own.ranges and point_maximum is not None:
            stands = point_maximum
        if stands in own.ranges:
            return narrowed(own, own.ranges[stands], bounds_of(phase, structure, metric, point_maximum))
        if own.basis == "prescription" and is_near_maximum(metric):
            for stated, value in own.ranges.items():
                if is_near_maximum(stated):
                    return value
    low, high = bounds_of(phase, structure, metric, point_maximum)
    return (low, INF) if low > high else (low, high)  # contradictory statements: the lower end is proved


def narrowed(own: Stated, stated: Range, bounds: Range) -> Range:
    """Return what a stated range and its bounds leave; a stated number and a prescription stand as they are."""
    low, high = max(stated[0], bounds[0]), min(stated[1], bounds[1])
    return stated if own.basis == "prescription" or low > high else (low, high)


def bounds_of(phase: Phase, structure: str, metric: Metric, point_maximum: Metric | None) -> Range:
    """Return what the other statements of a phase leave possible: rule 4 of section 3."""
    low, high = unstated(metric)
    for other, stated in phase.doses.items():
        if stated.basis == "prescription" or (other != structure and stated.basis is None):
            continue
        bounds = bounds_from_above if other == structure else bounds_a_part
        for their_metric, (their_low, their_high) in bounding_statements(stated, metric, point_maximum):
            if their_metric in stated.maybe_prescribed and not is_near_maximum(metric):
                continue
            if (other == structure or contains(other, structure)) and bounds(their_metric, metric):
                high = min(high, their_high)
            if (other == structure or contains(structure, other)) and bounds(metric, their_metric):
                low = max(low, their_low)
    return low, high


def bounding_statements(stated: Stated, metric: Metric, point_maximum: Metric | None) -> Iterator[tuple[Metric, Range]]:
    """Yield what bounds others: what is stated, and the metric that stands for Max."""
    yield from stated.ranges.items()
    if metric == MAX and MAX not in stated.ranges and point_maximum is not None and point_maximum in stated.ranges:
        yield MAX, stated.ranges[point_maximum]
