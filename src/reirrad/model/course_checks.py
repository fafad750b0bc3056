"""What must agree within one course: schedule, fractions, phases, dates and doses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from reirrad.errors import Problem, key_text, shown
from reirrad.model.case import Course, Phase, StructureDose
from reirrad.model.dates import parse_date_range
from reirrad.model.dose_order import Read, order_of_metrics, order_of_volumes
from reirrad.model.dose_volume import order_of_curve
from reirrad.model.metric import (
    GY_DIVISORS,
    Metric,
    MetricError,
    MetricKind,
    MisspeltMetricError,
    UnknownMetricError,
    parse_metric,
)
from reirrad.model.schedule import Schedule, parse_schedule
from reirrad.model.schedule_checks import against_schedule
from reirrad.quantities import IS_SENTINEL, QUANTITIES, SENTINELS, in_gy

WHOLE_PERCENT = 100
HOURS_OF_A_DAY = 24
#: Which structures get dose with one that a case names.
Treated = Callable[[str], Iterable[str]]
#: What to do about doses of one day that are stated apart: none of them is a dose per fraction.
SAME_DAY = "what is given on one day counts together: enter it as one, or correct the dates"


def itself(name: str) -> Iterable[str]:
    """Return the structure that is named, and no other."""
    return (name,)


def problems_of_course(course: Course, where: str) -> Iterator[Problem]:
    """Yield what does not agree within a course; ``where`` is its path in the file."""
    yield from _phases(course, where)
    yield from _dates(course, where)
    if course.hours_between_fractions is not None and course.fractions_per_day == 1:
        yield Problem(
            f"{where}.hours_between_fractions",
            "there is one fraction a day",
            shown(course.hours_between_fractions),
            "only with more than one fraction a day",
        )
    elif course.hours_between_fractions is not None:
        yield from _hours(course, course.hours_between_fractions, where)
    if not course.phase:
        yield from _phase(course, course, where)
    for number, phase in enumerate(course.phase, start=1):
        yield from _phase(course, phase, f"{where}.phase[{number}]")


def _hours(course: Course, hours: float, where: str) -> Iterator[Problem]:
    """Yield that the night is not longer than the hours between fractions, although it is to repair completely."""
    per_day = course.fractions_per_day
    if hours * per_day >= HOURS_OF_A_DAY:
        night = HOURS_OF_A_DAY - hours * (per_day - 1)
        yield Problem(
            f"{where}.hours_between_fractions",
            f"the night after {per_day} fractions so far apart is not longer than that"
            if night > 0
            else f"{per_day} fractions so far apart do not fit into a day",
            shown(hours),
            f"less than {HOURS_OF_A_DAY / per_day:g} h",
            "state the shorter one of the hours between two fractions, or none: repair is then a range",
        )


def _phases(course: Course, where: str) -> Iterator[Problem]:
    if not course.phase and course.n_phases is not None:
        what = "the course lists no phase"
        yield Problem(f"{where}.n_phases", what, shown(course.n_phases), "[[course.phase]] tables")
    if not course.phase:
        return
    n_listed = len(course.phase)
    if course.n_phases is None:
        hint = "it tells a course that is whole from one of which a phase was lost"
        yield Problem(
            f"{where}.n_phases", f"is missing, and the course lists {n_listed} phases", "", str(n_listed), hint
        )
    elif course.n_phases != n_listed:
        yield Problem(f"{where}.n_phases", f"the course lists {n_listed} phases", shown(course.n_phases), str(n_listed))
    for key in ("schedule", "fractions_delivered", "dose_of", "dose"):
        if getattr(course, key):
            yield Problem(f"{where}.{key}", "the course lists phases", hint=f"write {key} in each phase")


def _dates(course: Course, where: str) -> Iterator[Problem]:
    if course.start is None or course.end is None:
        return
    start, end = parse_date_range(course.start), parse_date_range(course.end)
    if start.low is not None and end.high is not None and end.high < start.low:
        yield Problem(
            f"{where}.end",
            "the course ends before it starts",
            shown(course.end),
            f"{start.low.isoformat()} or later",
            "were start and end swapped?",
        )
    elif start.low is not None and end.high is not None:
        days = (end.high - start.low).days + 1
        counts = [_n_delivered(phase) for phase in (course.phase or [course])]
        if max(counts) > days * course.fractions_per_day:
            yield Problem(
                f"{where}.end",
                f"{max(counts)} fractions, {course.fractions_per_day} a day, do not fit between start and end",
                shown(course.end),
                f"at least {-(-max(counts) // course.fractions_per_day)} days; these are {days}",
                "are the dates right, and fractions_per_day?",
            )
            return
        yield from phases_that_do_not_fit(course, days, where)


def phases_that_do_not_fit(course: Course, days: int, where: str, treated: Treated = itself) -> Iterator[Problem]:
    """Yield the structures whose phases need more days than there are between start and end."""
    for name, needed in days_with_dose(course, treated).items():
        if needed > days:
            yield Problem(
                f"{where}.end",
                f"the phases that give dose to {name} do not fit between start and end one after another",
                shown(course.end),
                f"at least {needed} days; these are {days}",
                SAME_DAY,
            )


def days_with_dose(course: Course, treated: Treated = itself) -> dict[str, int]:
    """Return by structure on how many days it receives dose at least, if phases follow each other."""
    fractions: dict[str, int] = {}
    for phase in course.phases:
        for name in dict.fromkeys(name for stated in structures_with_dose(phase) for name in treated(stated)):
            fractions[name] = fractions.get(name, 0) + _n_delivered(phase)
    return {name: -(-n // int(course.fractions_per_day)) for name, n in fractions.items()}


def structures_with_dose(phase: Phase) -> list[str]:
    """Return the structures for which a phase states a dose that may be above 0."""
    return [name for name, dose in phase.dose.items() if any(high > 0 for _, high in dose.metrics.values())]


def _n_delivered(phase: Phase) -> int:
    """Return the fractions that were given, or are planned where all were; 0 where no schedule says."""
    planned = parse_schedule(phase.schedule).n_fractions if phase.schedule is not None else 0
    return min(phase.fractions_delivered or planned, planned)


def _phase(course: Course, phase: Phase, where: str) -> Iterator[Problem]:
    schedule = parse_schedule(phase.schedule) if phase.schedule is not None else None
    yield from _delivered(course, phase, schedule, where)
    if schedule is not None and course.fractions_per_day > schedule.n_fractions:
        yield Problem(
            f"{where}.fractions_per_day" if phase is course else f"{where}.schedule",
            "there are fewer fractions in all than on one day",
            shown(course.fractions_per_day if phase is course else phase.schedule),
            f"at most {schedule.n_fractions} a day"
            if phase is course
            else f"at least {course.fractions_per_day} fractions",
            "were the two swapped?",
        )
    for name, dose in phase.dose.items():
        yield from _doses(dose, schedule, phase, f"{where}.dose.{key_text(name)}")


def _delivered(course: Course, phase: Phase, schedule: Schedule | None, where: str) -> Iterator[Problem]:
    delivered = phase.fractions_delivered
    if delivered is None:
        if phase.dose_of is not None:
            yield Problem(f"{where}.dose_of", "there is no fractions_delivered", hint="add it, or leave dose_of out")
        return
    key = f"{where}.fractions_delivered"
    if course.role == "proposed":
        yield Problem(key, "a proposed course has not begun", shown(delivered), hint="leave it out")
    if schedule is None:
        yield Problem(key, "there is no schedule", shown(delivered), hint="add the schedule as planned")
    elif delivered > schedule.n_fractions:
        yield Problem(key, "more fractions than were planned", shown(delivered), f"1 to {schedule.n_fractions}")
    elif delivered < schedule.n_fractions and phase.dose_of is None and course.role == "delivered":
        yield Problem(
            f"{where}.dose_of",
            f"it is required: {delivered} of {schedule.n_fractions} fractions were delivered",
            allowed='"planned" or "delivered"',
            hint="say which of the two the doses are",
        )


def _doses(dose: StructureDose, schedule: Schedule | None, phase: Phase, where: str) -> Iterator[Problem]:
    read: list[Read] = []
    volumes: list[Read] = []
    seen: set[Metric] = set()
    for key, bounds in dose.metrics.items():
        path = f'{where}."{key}"'
        if not key.isprintable():
            yield Problem(path, "the metric has control characters", shown(key), "printable text")
            continue
        try:
            parsed = parse_metric(key)
        except MisspeltMetricError as error:
            yield Problem(path, str(error), shown(key), hint=error.hint)
            continue
        except MetricError as error:
            yield Problem(path, str(error), shown(key), hint=f'write "{key.strip()}[Gy]" or "{key.strip()}[cGy]"')
            continue
        except UnknownMetricError:
            continue  # listed in the report; what needs it is not evaluated
        if parsed.metric in seen:
            yield Problem(path, "the metric is given twice", shown(key), "each metric once", "remove one of them")
        seen.add(parsed.metric)
        if parsed.metric.kind is MetricKind.VOLUME_AT:
            if parsed.unit == "%" and bounds[1] > WHOLE_PERCENT:
                yield Problem(path, "the volume is out of range", shown(bounds[1]), "0 to 100 %")
            yield from _sentinel(bounds, "volume", path)
            volumes.append((parsed.metric, (Decimal(repr(bounds[0])), Decimal(repr(bounds[1]))), path))
            continue
        low, high = (in_gy(end, GY_DIVISORS[parsed.unit]) for end in bounds)
        yield from _dose_value(bounds, high, path)
        read.append((parsed.metric, (low, high), path))
    if schedule is not None:
        yield from against_schedule(read, schedule, phase, is_prescription=dose.basis == "prescription")
    yield from order_of_metrics(read, is_uniform=dose.basis == "prescription")
    yield from order_of_volumes(volumes)
    yield from order_of_curve(read, volumes)


def _sentinel(bounds: tuple[float, float], what: str, path: str) -> Iterator[Problem]:
    found = next((end for end in bounds if end in SENTINELS), None)
    if found is not None:
        hint = f"leave the key out if the {what} is unknown; write a range if it is real"
        yield Problem(path, IS_SENTINEL, shown(found), hint=hint)


def _dose_value(bounds: tuple[float, float], high_gy: Decimal, path: str) -> Iterator[Problem]:
    quantity = QUANTITIES["total_dose_gy"]
    sentinels = list(_sentinel(bounds, "dose", path))
    if sentinels:
        yield from sentinels
    elif high_gy > 0 and float(high_gy) == 0:
        # out of the field is what is stated as 0
        yield Problem(path, "the dose is not 0, and too small to be told from it", shown(bounds[1]), quantity.allowed)
    elif not quantity.contains(float(high_gy)):
        hint = quantity.slip if path.endswith('[Gy]"') else "is it the total dose of the course?"
        yield Problem(path, "the dose is out of range", shown(bounds[1]), quantity.allowed, hint)
