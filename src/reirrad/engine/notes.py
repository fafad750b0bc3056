"""What a report says of a case as a whole: the headline, options that weaken it, and what was noticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reirrad.engine.from_cases import Prepared
from reirrad.engine.groups import Group
from reirrad.engine.noted import is_far_above, is_far_below, is_large_fraction, may_be_stereotactic
from reirrad.engine.notes_of_days import notes_of_days
from reirrad.engine.stated_in_vain import stated_in_vain
from reirrad.library import Library, Profile
from reirrad.model.case import Case, Course
from reirrad.model.finding import Finding
from reirrad.model.headline import REQUIRES_ORGANS, counted, is_prescribed
from reirrad.model.metric import GY_DIVISORS, MetricError, UnknownMetricError, parse_metric
from reirrad.model.schedule import parse_schedule
from reirrad.model.wording import KNOWN_NAMES, beyond
from reirrad.quantities import in_gy


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """Options of a check that its report repeats."""

    strict: bool = False
    require_organs: bool = False


def headline(
    case: Case,
    findings: Sequence[Finding],
    unmapped: Sequence[str],
    bare: Sequence[str],
    groups: Sequence[Group],
    library: Library,
    options: CheckOptions,
) -> str:
    """Return the verdict in words: what was exceeded, of how many, what could not be evaluated, on what basis."""
    n_parts = sum(bool(group.not_judged) and group.finding.status == "not_evaluated" for group in groups)
    text = counted(findings, n_unmapped=len(unmapped), n_without_rule=len(bare), n_parts=n_parts)
    if case.point_maximum is not None:
        text += f", {case.point_maximum} taken as point maximum"
    text += ", strict" if options.strict else ""
    text += ", a rule required for every structure" if options.require_organs else ""
    if not library.profile.is_default:
        text += f"; judged by {_choice(library)} only"
    if _risk(library):
        text += f", {_risk(library)}"
    vain = len(stated_in_vain(case, library))
    text += f"; limits on {vain} stated dose{'s' * (vain > 1)} left out" if vain else ""
    modified = [loaded.edition.id for loaded in library.used() if loaded.origin == "modified"]
    modified += library.modified_tables
    if modified:
        text += f"; LOCAL, MODIFIED: {', '.join(modified)}"
    return text


def _risk(library: Library) -> str:
    """Return the risk that was chosen for models, if a model is judged."""
    is_judged = any(rule.cord_model is not None for _, rule in library.judged())
    if library.model_risk_percent is None or not is_judged:
        return ""
    return f"model at a risk of {library.model_risk_percent:g} %"


def _choice(library: Library) -> str:
    profile = library.profile
    parts = [f"profile {profile.name}"] if profile.name != Profile().name else []
    if profile.editions:
        count = f"{len(profile.editions)} of {len(library.editions)} editions"
        parts.append(f"{count} ({', '.join(profile.editions)})")
    return ", ".join(parts)


def notes_of_case(
    index: int,
    case: Case,
    prepared: Prepared,
    findings: Sequence[Finding],
    bare: Sequence[str],
    library: Library,
    left_out: Mapping[str, int],
    options: CheckOptions,
) -> Iterator[str]:
    """Yield what a reader of the findings must know about the case."""
    yield from notes_of_choice(case, library, strict=options.strict)
    if options.require_organs:
        yield f"{REQUIRES_ORGANS}, a structure about which no constraint decides is not evaluated"
    if case.proposed is None:
        yield "no course is proposed: the findings are about what was delivered"
    if any(is_prescribed(item.basis) for item in findings):
        yield "prescriptions stand for organ doses: hot spots and dose fall-off are not in the values"
    yield from _left_out(library, left_out)
    vain = stated_in_vain(case, library)
    if vain:
        yield f"doses are stated about which only limits decide that are left out: {', '.join(vain)}; see --profile all"
    yield from _without_rule(bare, findings, library)
    for name in prepared.unknown_metrics[index]:
        yield f"metric not known, not used: {name}"
    for course in case.course:
        yield from _course(course, library)
    yield from notes_of_days(case, library)
    yield from _twins(case)


def notes_of_choice(case: Case, library: Library, *, strict: bool) -> Iterator[str]:
    """Yield what every answer about a case repeats: its history, what weakens a check, and names that are not known."""
    yield _history(case)
    if case.point_maximum is not None:
        yield f"option: {case.point_maximum} is taken as the point maximum where Max[Gy] is not stated"
    if strict:
        yield "option: strict, sums of near-maxima other than Max prove nothing by themselves"
    yield from notes_of_library(library)
    for name in unmapped_structures(case, library):
        yield f'structure "{name}" is not known: nothing that needs it was evaluated; {_right_name(name, library)}'


def unmapped_structures(case: Case, library: Library) -> tuple[str, ...]:
    """Return the judged structures that the alias table does not know."""
    return tuple(name for name in case.structures if library.structures.canonical(name) is None)


def notes_of_library(library: Library) -> Iterator[str]:
    """Yield what was chosen of the rules, and which of them are not as the package ships them."""
    profile = library.profile
    has_end = False
    for loaded in library.used():
        if loaded.origin == "modified":
            yield f"edition {loaded.edition.id} differs from the one that the package ships: its numbers are local"
        elif loaded.origin == "user":
            yield f"edition {loaded.edition.id} is not of the package: {loaded.source}"
        if loaded.edition.valid_until is not None:
            yield f"edition {loaded.edition.id} is {loaded.edition.validity_text}"
            has_end = True
    if library.as_of is not None:
        yield f"option: as of {library.as_of}, no edition that is used states an end before that day"
    elif has_end:
        yield "no day is stated: whether an edition has ended was not asked"
    if not profile.is_default:
        yield f"option: judged by {_choice(library)}" + (f" ({profile.reason})" if profile.reason else "")
    if _risk(library):
        yield f"option: {_risk(library)}, chosen instead of that of its edition"
    for name in library.modified_tables:
        yield f"{name} differs from the one that the package ships"


def _left_out(library: Library, left_out: Mapping[str, int]) -> Iterator[str]:
    profile = library.profile
    if left_out:
        counts = ", ".join(f"{edition} {count}" for edition, count in left_out.items())
        total = sum(left_out.values())
        what = "limit about these structures is" if total == 1 else "limits about these structures are"
        chosen = " and the editions chosen" if profile.editions else ""
        yield f"left out: {total} {what} outside the profile {profile.name}{chosen}: not judged ({counts})"


def _right_name(name: str, library: Library) -> str:
    sides = [side for suffix in ("_L", "_R") if (side := library.structures.canonical(f"{name}{suffix}"))]
    if len(sides) > 1:
        return f"it is a paired organ: write its side, {' or '.join(sides)}"
    return KNOWN_NAMES


def _history(case: Case) -> str:
    return {
        "complete": "history: complete, every course is listed",
        "none": "history: no earlier radiotherapy, as stated",
        "partial": "history: partial, earlier courses may be missing",
        "unknown": "history: unknown, earlier courses may be missing",
    }[case.prior_radiotherapy]


def _without_rule(bare: Sequence[str], findings: Sequence[Finding], library: Library) -> Iterator[str]:
    judged = {item.structure for item in findings}
    for name in bare:
        if name in judged:
            deciding = [item for item in findings if item.structure == name and not item.advisory]
            is_earlier = any(item.status != "not_applicable" for item in deciding)
            yield (
                f"structure {name}: only advisory constraints are about it"
                if not deciding
                else f"structure {name}: no constraint that decides applies to its newest course that gives dose"
                + ("; those that apply to an earlier one say nothing of it" if is_earlier else "")
            )
            continue
        text = f"structure {name}: no constraint that is judged is about it"
        related = sorted(other for other in judged if library.structures.are_related(other, name))
        parts = sorted(part for part in library.structures.parts_of(name) if part not in judged)
        if related:
            text += f"; its doses bound those of {', '.join(related)}"
        elif parts:
            text += f"; to judge what lies within it, list {parts[0]} too"
        yield text


def _course(course: Course, library: Library) -> Iterator[str]:
    unstated = sorted({name for phase in course.phases for name, dose in phase.dose.items() if dose.basis is None})
    if unstated:
        names = ", ".join(unstated)
        yield f'course "{course.id}": the basis of the doses to {names} is not stated; they bound no other structure'
    yield from _odd_technique(course, library)
    for phase in course.phases:
        schedule = parse_schedule(phase.schedule) if phase.schedule is not None else None
        for name, dose in phase.dose.items():
            for key, (low, high) in dose.metrics.items():
                if low == high == 0:
                    yield f'course "{course.id}": {key} of {name} is stated as 0; a Max[Gy] of 0 is out of the field'
                try:
                    divisor = GY_DIVISORS.get(parse_metric(key).unit)
                except (MetricError, UnknownMetricError):
                    continue
                if schedule is not None and divisor is not None:
                    times = float(in_gy(high, divisor)) / float(schedule.total_dose_gy)
                    if is_far_above(times, library):
                        yield (
                            f'course "{course.id}": {key} of {name} is {times:.1f} times the scheduled dose; '
                            "check the unit and the schedule"
                        )
                    elif divisor > 1 and is_far_below(times, library):
                        yield (
                            f'course "{course.id}": {key} of {name} is {times:.1g} times the scheduled dose; '
                            "is the number in Gy?"
                        )


def _odd_technique(course: Course, library: Library) -> Iterator[str]:
    """Yield what is no error and takes limits away: a large fraction in a course that is not called stereotactic."""
    if not may_be_stereotactic(course.technique, course.modality):
        return
    schedules = [parse_schedule(phase.schedule) for phase in course.phases if phase.schedule is not None]
    size = max((item.total_dose_gy / item.n_fractions for item in schedules), default=0)
    if is_large_fraction(float(size), library):
        usual = library.conventions["technique"]["note_above_gy"]
        yield (
            f'course "{course.id}": {beyond(float(size), usual)} Gy per fraction, and technique is {course.technique}: '
            "limits for stereotactic courses do not apply to it; check the word"
        )


def _twins(case: Case) -> Iterator[str]:
    seen: dict[str, str] = {}
    for course in case.course:
        content = course.model_dump_json(exclude={"id", "note", "role"})
        earlier = seen.setdefault(content, course.id)
        if earlier != course.id:
            yield f'courses "{earlier}" and "{course.id}" are alike in everything but their id: was one listed twice?'
