"""A course as one constraint sees it for one structure, and its quantities: section 4 of docs/semantics.md."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from typing import Any

from reirrad.selftest.oracle.dates import INF, Number, Range, Timeline, number
from reirrad.selftest.oracle.facts import (
    MAX,
    UNKNOWN,
    Metric,
    Phase,
    dose_range,
    is_near_maximum,
    is_volume,
    parse_metric,
    phases_of,
    smallest_target_distance,
)


def half_to_the(exponent: Fraction) -> Fraction:
    """Return 2 ** -exponent: exact for a whole exponent, otherwise to 50 digits."""
    if exponent.denominator == 1:
        return Fraction(1, 2**exponent.numerator)
    with localcontext() as context:
        context.prec = 50
        power = -Decimal(exponent.numerator) / Decimal(exponent.denominator)
        return Fraction(Decimal(2) ** power)


@cache
def pairs_of_a_day(fractions: int, theta: Fraction) -> Fraction:
    """Return what is left unrepaired between the fractions of one day, of every pair of them."""
    return sum((theta ** (later - earlier) for later in range(fractions) for earlier in range(later)), Fraction(0))


@cache
def incomplete_repair(
    per_day: int, hours: Fraction | None, half_time: Fraction | None, fractions: int, *, is_only: bool = True
) -> Range:
    """Return the range of h of Thames 1985 for a number of fractions, as the sum that its closed form abbreviates.

    They take as few days as they can: most is unrepaired where all days but one are full, least where no two days
    differ by more than one fraction. Of several phases the day that is not full may be shared: as if all were full.
    """
    if per_day == 1:
        return Fraction(0), Fraction(0)
    is_open = hours is None or half_time is None
    theta = Fraction(1) if hours is None or half_time is None else half_to_the(hours / half_time)
    days = -(-fractions // per_day)
    even = [fractions // days + (1 if day < fractions % days else 0) for day in range(days)]
    full = [min(per_day, fractions - day * per_day) for day in range(days)]
    low, high = (2 * sum(pairs_of_a_day(n, theta) for n in spread) / fractions for spread in (even, full))
    if not is_only:
        high = 2 * pairs_of_a_day(per_day, theta) / per_day
    return Fraction(0) if is_open else low, high


def quantity_value(kind: str, alpha_beta: Fraction | None, dose: Number, size: Number, h: Number) -> Number:
    """Return the quantity of a total dose that is given in fractions of a size."""
    if kind == "physical" or dose == INF:
        return dose
    if alpha_beta is None:
        raise ValueError("BED and EQD2 need an alpha/beta")
    bed = dose * (1 + (1 + h) * size / alpha_beta)
    return bed if kind == "bed" else bed / (1 + 2 / alpha_beta)


def repair_range(case: dict[str, Any], course: dict[str, Any], structure: str, phases: list[Phase]) -> list[Range]:
    """Return the range of h of every phase of a course; 0 for one that may be a single fraction."""
    hours = course.get("hours_between_fractions")
    half_time = case.get("repair_half_time_h", {}).get(structure)
    stated = (None if hours is None else number(hours), None if half_time is None else number(half_time))
    return [
        incomplete_repair(course["fractions_per_day"], *stated, phase.fractions, is_only=len(phases) == 1)
        if phase.fractions is not None
        else (Fraction(0), Fraction(0))
        for phase in phases
    ]


@dataclass(frozen=True)
class Seen:
    """A course as one constraint sees it for one structure."""

    course_id: str
    technique: str | None
    fractions: tuple[int, int] | None  # fewest and most that treat the structure; unknown if a phase has no schedule
    per_day: int
    is_one_schedule: bool  # at most one phase treats the structure, once a day
    most_dose: Number  # of all phases together
    most_of_a_day: Number  # of any phase; unknown if a schedule is
    may_be_untreated: bool  # by one of several phases
    schedules: list[tuple[int, Fraction] | None]  # of each phase: fractions and total dose as planned
    target_distance: Range
    dose: Range  # of Max: decides whether the course counts
    quantity: Range
    max_quantity: Range
    is_listed: bool  # the constraint is about its modality


def needs_distribution(constraint: dict[str, Any]) -> bool:
    """Tell whether the quantity does not follow from the metric: a mean of BED is not the BED of a mean."""
    metric, _ = parse_metric(constraint["metric"])
    return constraint.get("quantity") in ("bed", "eqd2") and (metric[0] == "mean" or is_volume(metric))


def phase_quantities(
    constraint: dict[str, Any], phases: list[Phase], doses: list[Range], repair: list[Range]
) -> list[Range]:
    """Return the quantity of every phase, at both ends of its ranges."""
    kind = constraint.get("quantity") or "physical"
    alpha_beta = None if constraint.get("alpha_beta") is None else number(constraint["alpha_beta"])
    found: list[Range] = []
    for phase, dose, h in zip(phases, doses, repair, strict=True):
        if phase.fractions is not None and dose[0] == dose[1] and h[0] == h[1]:
            both = quantity_value(kind, alpha_beta, dose[0], dose[0] / phase.fractions, h[0])
            found.append((both, both))
        elif phase.fractions is None:  # from ever more and smaller fractions to a single one
            low = quantity_value(kind, alpha_beta, dose[0], Fraction(0), Fraction(0))
            found.append((low, quantity_value(kind, alpha_beta, dose[1], dose[1], Fraction(0))))
        else:
            low = quantity_value(kind, alpha_beta, dose[0], dose[0] / phase.fractions, h[0])
            found.append((low, quantity_value(kind, alpha_beta, dose[1], dose[1] / phase.fractions, h[1])))
    return found


def sum_of(ranges: list[Range]) -> Range:
    """Return the sum of ranges."""
    return sum((low for low, _ in ranges), Fraction(0)), sum((high for _, high in ranges), Fraction(0))


def adds_up(metric: Metric, *, strict: bool) -> bool:
    """Tell whether the metric of several phases is the sum of their metrics, by nature or by convention."""
    return metric == MAX or metric[0] == "mean" or (is_near_maximum(metric) and not strict)


def is_part_of_plan(course: dict[str, Any], phase: Phase) -> bool:
    """Tell whether the doses are planned ones of which only a part was delivered."""
    return (
        course.get("dose_of") == "planned"
        and phase.schedule is not None
        and phase.fractions is not None
        and phase.fractions < phase.schedule[0]
    )


def day_dose(phase: Phase, dose: Range, per_day: int) -> Number:
    """Return the most that a phase gives on one day."""
    return INF if phase.fractions is None else dose[1] * per_day / phase.fractions


def treating_fractions(phases: list[Phase], max_doses: list[Range]) -> tuple[int, int] | None:
    """Return the fewest and the most fractions in which the structure gets dose; None where a schedule lacks."""
    pairs = [(phase.fractions, dose) for phase, dose in zip(phases, max_doses, strict=True) if dose[1] > 0]
    known = [(fractions, dose[0] > 0) for fractions, dose in pairs if fractions is not None]
    if len(known) < len(pairs) or not known:
        return None
    certain = [fractions for fractions, is_certain in known if is_certain]
    every = [fractions for fractions, _ in known]
    return sum(certain) if certain else min(every), sum(every)


def is_listed(constraint: dict[str, Any], course: dict[str, Any]) -> bool:
    """Tell whether the constraint is about the modality of a course."""
    return constraint.get("modalities") is None or course["modality"] in constraint["modalities"]


class Read:
    """A case as it is read once, and its courses as constraints see them: what is asked again is kept."""

    def __init__(self, case: dict[str, Any], *, strict: bool = False) -> None:
        self.case, self.strict = case, strict
        self.courses: list[dict[str, Any]] = case.get("course", [])
        self.phases = [phases_of(course) for course in self.courses]
        self.timeline = Timeline(self.courses)
        self.point_maximum = parse_metric(case["point_maximum"])[0] if "point_maximum" in case else None
        self.doses = cache(self._doses)
        self._seen: dict[Any, Seen] = {}

    def _doses(self, course: int, structure: str, metric: Metric) -> list[Range]:
        return [dose_range(phase, structure, metric, self.point_maximum) for phase in self.phases[course]]

    def seen(self, course: int, structure: str, constraint: dict[str, Any]) -> Seen:
        """Return a course as :func:`see_course` does; constraints that see the same share it."""
        metric, kind, alpha_beta = constraint["metric"], constraint.get("quantity"), constraint.get("alpha_beta")
        key = course, structure, metric, kind, str(alpha_beta), is_listed(constraint, self.courses[course])
        if key not in self._seen:
            self._seen[key] = see_course(self, course, structure, constraint)
        return self._seen[key]


def see_course(read: Read, index: int, structure: str, constraint: dict[str, Any]) -> Seen:
    """Return a course with the quantity of a constraint for a structure."""
    metric, _ = parse_metric(constraint["metric"])
    course, phases = read.courses[index], read.phases[index]
    doses, max_doses = read.doses(index, structure, metric), read.doses(index, structure, MAX)
    given = max_doses
    h = repair_range(read.case, course, structure, phases)
    # volumes of phases do not add up, and that of a part of what was planned is not known
    if is_volume(metric) and (len(phases) > 1 or is_part_of_plan(course, phases[0])):
        comparable = False
    else:
        comparable = is_listed(constraint, course)

    def of_doses(ranges: list[Range], *, summed: bool = True) -> Range:
        if not comparable or needs_distribution(constraint):
            return UNKNOWN
        parts = phase_quantities(constraint, phases, ranges, h)
        if summed:
            return sum_of(parts)
        # the hottest 5 cc of one phase need not be those of another
        return max(low for low, _ in parts), sum_of(phase_quantities(constraint, phases, max_doses, h))[1]

    irradiating = [high for _, high in max_doses if high > 0]
    summed = adds_up(metric, strict=read.strict) or len(irradiating) < 2
    quantity = of_doses(doses, summed=summed)
    treating = [phase for phase, dose in zip(phases, max_doses, strict=True) if dose[1] > 0]
    of_treating = [dose for dose, most in zip(doses if summed else max_doses, max_doses, strict=True) if most[1] > 0]
    upper = list(zip(treating, of_treating, strict=True))
    return Seen(
        course_id=course["id"],
        technique=course.get("technique"),
        fractions=treating_fractions(phases, max_doses),
        most_dose=sum((dose[1] for _, dose in upper), Fraction(0)),
        most_of_a_day=max((day_dose(phase, dose, course["fractions_per_day"]) for phase, dose in upper), default=INF),
        per_day=course["fractions_per_day"],
        is_one_schedule=len(irradiating) < 2 and course["fractions_per_day"] == 1,
        may_be_untreated=len(phases) > 1 and any(low == 0 for low, _ in max_doses),
        schedules=[phase.schedule for phase in phases],
        target_distance=smallest_target_distance(phases, structure),
        dose=(sum((dose[0] for dose in given), Fraction(0)), sum((dose[1] for dose in given), Fraction(0))),
        quantity=quantity,
        max_quantity=quantity if metric == MAX else of_doses(max_doses),
        is_listed=is_listed(constraint, course),
    )
