"""What a report says of a case as a whole: the headline, options that weaken it, and what was noticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reirrad.engine.from_cases import Prepared
from reirrad.library import Library
from reirrad.model.case import Case, Course
from reirrad.model.finding import Finding
from reirrad.model.metric import GY_DIVISORS, MetricError, UnknownMetricError, parse_metric
from reirrad.model.schedule import parse_schedule


def headline(case: Case, findings: Sequence[Finding], unmapped: Sequence[str], *, strict: bool) -> str:
    """Return the verdict in words: what was exceeded, of how many, what could not be evaluated, on what basis."""
    deciding = [item for item in findings if not item.advisory]
    violated = [item for item in deciding if item.status == "violated"]
    evaluated = len(violated) + sum(item.status == "met" for item in deciding)
    open_ = sum(item.status == "not_evaluated" for item in deciding)
    if evaluated:
        parts = [f"{len(violated) or 'none'} of {evaluated} evaluated limits exceeded"]
    else:
        parts = ["no limit was evaluated"]
    if open_:
        parts.append(f"{open_} could not be evaluated")
    if unmapped:
        parts.append(f"{len(unmapped)} structure{'s' if len(unmapped) > 1 else ''} not known")
    before = sum(item.caused_by_proposed is False for item in violated)
    if before:
        parts.append(f"{before} {'was' if before == 1 else 'were'} exceeded before the proposed course")
    text = "; ".join(parts)
    if any(item.basis is not None and "prescription" in item.basis for item in deciding):
        text += ", on prescription doses"
    if case.point_maximum is not None:
        text += f", {case.point_maximum} taken as point maximum"
    return text + (", strict" if strict else "")


def notes_of_case(
    index: int, case: Case, prepared: Prepared, findings: Sequence[Finding], library: Library, *, strict: bool
) -> Iterator[str]:
    """Yield what a reader of the findings must know about the case."""
    yield _history(case)
    if case.proposed is None:
        yield "no course is proposed: the findings are about what was delivered"
    if any(item.basis is not None and "prescription" in item.basis for item in findings):
        yield "prescriptions stand for organ doses: hot spots and dose fall-off are not in the values"
    if case.point_maximum is not None:
        yield f"option: {case.point_maximum} is taken as the point maximum where Max[Gy] is not stated"
    if strict:
        yield "option: strict, sums of near-maxima other than Max prove nothing by themselves"
    for name in prepared.unmapped[index]:
        yield f'structure "{name}" is not known: nothing that needs it was evaluated; write its TG-263 name'
    yield from _without_rule(case, prepared.unmapped[index], findings, library)
    for name in prepared.unknown_metrics[index]:
        yield f"metric not known, not used: {name}"
    for course in case.course:
        yield from _course(course, library)
    yield from _twins(case)


def _history(case: Case) -> str:
    return {
        "complete": "history: complete, every course is listed",
        "none": "history: no earlier radiotherapy, as stated",
        "partial": "history: partial, earlier courses may be missing",
        "unknown": "history: unknown, earlier courses may be missing",
    }[case.prior_radiotherapy]


def _without_rule(case: Case, unmapped: Sequence[str], findings: Sequence[Finding], library: Library) -> Iterator[str]:
    judged = {item.structure for item in findings}
    for name in case.structures:
        canonical = library.structures.canonical(name)
        if name in unmapped or canonical is None or canonical in judged:
            continue
        text = f"structure {canonical}: no constraint of the chosen editions is about it"
        related = sorted(other for other in judged if library.structures.are_related(other, canonical))
        parts = sorted(part for part in library.structures.parts_of(canonical) if part not in judged)
        if related:
            text += f"; its doses bound those of {', '.join(related)}"
        elif parts:
            text += f"; to judge what lies within it, list {parts[0]} too"
        yield text


def _course(course: Course, library: Library) -> Iterator[str]:
    factor = library.conventions["dose"]["note_above_prescription"]
    unstated = sorted({name for phase in course.phases for name, dose in phase.dose.items() if dose.basis is None})
    if unstated:
        names = ", ".join(unstated)
        yield f'course "{course.id}": the basis of the doses to {names} is not stated; they bound no other structure'
    for phase in course.phases:
        schedule = parse_schedule(phase.schedule) if phase.schedule is not None else None
        for name, dose in phase.dose.items():
            for key, (low, high) in dose.metrics.items():
                if low == high == 0:
                    yield f'course "{course.id}": {key} of {name} is stated as 0, out of the field; it does not count'
                try:
                    divisor = GY_DIVISORS.get(parse_metric(key).unit)
                except (MetricError, UnknownMetricError):
                    continue
                if schedule is not None and divisor is not None:
                    times = high / divisor / float(schedule.total_dose_gy)
                    if times > factor:
                        yield (
                            f'course "{course.id}": {key} of {name} is {times:.1f} times the scheduled dose; '
                            "check the unit and the schedule"
                        )


def _twins(case: Case) -> Iterator[str]:
    seen: dict[str, str] = {}
    for course in case.course:
        content = course.model_dump_json(exclude={"id", "note", "role"})
        earlier = seen.setdefault(content, course.id)
        if earlier != course.id:
            yield f'courses "{earlier}" and "{course.id}" are alike in everything but their id: was one listed twice?'
