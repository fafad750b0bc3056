"""What a raw case states about doses, and the quantities that follow from it, for the oracle."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from reference.oracle_dates import INF, Number, Range, number, number_range

Metric = tuple[str, Any]  # ("max", None), ("mean", None), ("min", None), ("cc", v), ("percent", p), ("other", text)
MAX: Metric = ("max", None)
UNKNOWN: Range = (Fraction(0), INF)

PARTS = {
    "SpinalCanal": ["ThecalSac"],
    "ThecalSac": ["SpinalCord", "CaudaEquina"],
    "SpinalCord": ["SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac"],
}
# Structures that need no finding to count as known; any structure with a finding is known as well.
KNOWN = {"SpinalCanal", "ThecalSac", "SpinalCord", "CaudaEquina", *PARTS["SpinalCord"]} | {
    "Esophagus", "BrachialPlex", "BrachialPlex_L", "BrachialPlex_R", "GreatVes", "Bronchus", "Skin", "Heart", "Lungs",
}  # fmt: skip


def is_cord_prv(structure: str) -> bool:
    return re.fullmatch(r"SpinalCord_PRV\d*", structure) is not None


def contains(outer: str, inner: str) -> bool:
    """Tell whether the structure outer properly contains the structure inner."""
    parts = ["SpinalCord"] if is_cord_prv(outer) else PARTS.get(outer, [])
    return any(part == inner or contains(part, inner) for part in parts)


def is_known(structure: str) -> bool:
    return structure in KNOWN or is_cord_prv(structure)


def parse_metric(text: str) -> tuple[Metric, Fraction]:
    """Return the metric of a name such as D0.1cc[cGy] and the divisor that turns its values into Gy."""
    match = re.fullmatch(r"(?:(Max|Mean|Min)|D(\d+(?:\.\d+)?)(cc|%))\[(c?Gy)\]", text)
    if match is None:
        return ("other", text), Fraction(1)
    name, size, size_unit, unit = match.groups()
    divisor = Fraction(100 if unit == "cGy" else 1)
    if name:
        return (name.lower(), None), divisor
    return ("cc" if size_unit == "cc" else "percent", Fraction(size)), divisor


def is_near_maximum(metric: Metric) -> bool:
    kind, size = metric
    return kind == "max" or (kind == "cc" and size <= 1) or (kind == "percent" and size <= 2)


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
    """What a phase states for one structure: ranges in Gy by metric."""

    basis: str | None
    ranges: dict[Metric, Range]


@dataclass(frozen=True)
class Phase:
    fractions: int
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


def parse_doses(table: dict[str, dict[str, Any]], scale: Fraction) -> dict[str, Stated]:
    doses = {}
    for structure, entries in table.items():
        ranges: dict[Metric, Range] = {}
        for name, value in entries.items():
            if name != "basis":
                metric, divisor = parse_metric(name)
                low, high = number_range(value)
                ranges[metric] = (low * scale / divisor, high * scale / divisor)
        doses[structure] = Stated(entries.get("basis"), ranges)
    return doses


def phases_of(course: dict[str, Any]) -> list[Phase]:
    """Return the phases of a course with delivered fractions and delivered doses; without phases, itself."""
    phases = []
    for raw in course.get("phase") or [course]:
        planned, _ = parse_schedule(raw["schedule"])
        delivered = raw.get("fractions_delivered", planned)
        scale = Fraction(delivered, planned) if raw.get("dose_of") == "planned" else Fraction(1)
        phases.append(Phase(delivered, parse_doses(raw.get("dose", {}), scale)))
    return phases


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
    return (high, low) if low > high else (low, high)  # contradictory statements


def narrowed(own: Stated, stated: Range, bounds: Range) -> Range:
    """Return what a stated range and its bounds leave; a stated number and a prescription stand as they are."""
    low, high = max(stated[0], bounds[0]), min(stated[1], bounds[1])
    return stated if own.basis == "prescription" or low > high else (low, high)


def bounds_of(phase: Phase, structure: str, metric: Metric, point_maximum: Metric | None) -> Range:
    low, high = UNKNOWN
    for other, stated in phase.doses.items():
        if stated.basis == "prescription" or (other != structure and stated.basis is None):
            continue
        bounds = bounds_from_above if other == structure else bounds_a_part
        for their_metric, (their_low, their_high) in bounding_statements(stated, metric, point_maximum):
            if (other == structure or contains(other, structure)) and bounds(their_metric, metric):
                high = min(high, their_high)
            if (other == structure or contains(structure, other)) and bounds(metric, their_metric):
                low = max(low, their_low)
    return low, high


def bounding_statements(stated: Stated, metric: Metric, point_maximum: Metric | None) -> Iterator[tuple[Metric, Range]]:
    yield from stated.ranges.items()
    if metric == MAX and MAX not in stated.ranges and point_maximum is not None and point_maximum in stated.ranges:
        yield MAX, stated.ranges[point_maximum]


def half_to_the(exponent: Fraction) -> Fraction:
    """Return 2 ** -exponent: exact for a whole exponent, otherwise to 50 digits."""
    if exponent.denominator == 1:
        return Fraction(1, 2**exponent.numerator)
    with localcontext() as context:
        context.prec = 50
        power = -Decimal(exponent.numerator) / Decimal(exponent.denominator)
        return Fraction(Decimal(2) ** power)


def incomplete_repair(per_day: int, hours: Fraction | None, half_time: Fraction | None) -> Range:
    """Return the range of h of Thames 1985, as the sum that its closed form abbreviates."""
    if per_day == 1:
        return Fraction(0), Fraction(0)
    if hours is None or half_time is None:
        return Fraction(0), Fraction(per_day - 1)
    theta = half_to_the(hours / half_time)
    h = Fraction(2, per_day) * sum((per_day - k) * theta**k for k in range(1, per_day))
    return h, h


def quantity_value(kind: str, alpha_beta: Fraction | None, dose: Number, fractions: int, h: Number) -> Number:
    if kind == "physical" or dose == INF:
        return dose
    if alpha_beta is None:
        raise ValueError("BED and EQD2 need an alpha/beta")
    bed = dose * (1 + (1 + h) * (dose / fractions) / alpha_beta)
    return bed if kind == "bed" else bed / (1 + 2 / alpha_beta)


def repair_range(case: dict[str, Any], course: dict[str, Any], structure: str) -> Range:
    hours = course.get("hours_between_fractions")
    half_time = case.get("repair_half_time_h", {}).get(structure)
    return incomplete_repair(
        course["fractions_per_day"],
        None if hours is None else number(hours),
        None if half_time is None else number(half_time),
    )


@dataclass(frozen=True)
class Seen:
    """A course as one constraint sees it for one structure."""

    course_id: str
    technique: str | None
    fractions: int
    dose: Range
    quantity: Range
    max_quantity: Range


def course_quantity(constraint: dict[str, Any], phases: list[Phase], doses: list[Range], h: Range) -> Range:
    """Return the sum over the phases, at both ends of every range."""
    kind = constraint.get("quantity") or "physical"
    alpha_beta = None if constraint.get("alpha_beta") is None else number(constraint["alpha_beta"])
    low: Number = Fraction(0)
    high: Number = Fraction(0)
    for phase, dose in zip(phases, doses, strict=True):
        low += quantity_value(kind, alpha_beta, dose[0], phase.fractions, h[0])
        high += quantity_value(kind, alpha_beta, dose[1], phase.fractions, h[1])
    return low, high


def see_course(case: dict[str, Any], course: dict[str, Any], structure: str, constraint: dict[str, Any]) -> Seen:
    metric, _ = parse_metric(constraint["metric"])
    point_maximum = parse_metric(case["point_maximum"])[0] if "point_maximum" in case else None
    phases = phases_of(course)
    doses = [dose_range(phase, structure, metric, point_maximum) for phase in phases]
    max_doses = [dose_range(phase, structure, MAX, point_maximum) for phase in phases]
    h = repair_range(case, course, structure)
    comparable = constraint.get("modalities") is None or course["modality"] in constraint["modalities"]
    return Seen(
        course_id=course["id"],
        technique=course.get("technique"),
        fractions=sum(phase.fractions for phase in phases),
        dose=(sum((dose[0] for dose in doses), Fraction(0)), sum((dose[1] for dose in doses), Fraction(0))),
        quantity=course_quantity(constraint, phases, doses, h) if comparable else UNKNOWN,
        max_quantity=course_quantity(constraint, phases, max_doses, h) if comparable else UNKNOWN,
    )
