"""What must hold within an edition, beyond the type of each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reirrad.errors import Problem, shown
from reirrad.library.lint_constraint import problems_of_constraint
from reirrad.library.structures import Structures
from reirrad.model.metric import MetricError, UnknownMetricError, parse_metric
from reirrad.model.rule import Constraint, Edition, RecoverySchedule

_SHARED = ("structures", "applies_to_related", "conditions", "modalities", "metric", "advisory", "profile", "kind")


@dataclass(frozen=True, slots=True)
class Parts:
    """Constraints and recovery schedules of an edition that are valid by themselves, with their numbers in the file."""

    edition_id: str
    constraints: Sequence[tuple[int, Constraint]]
    schedules: Sequence[tuple[int, RecoverySchedule]]
    #: whether these are all of the edition; what refers to a part that is missing is not judged otherwise
    is_whole: bool


def problems_of_edition(edition: Edition, structures: Structures) -> list[Problem]:
    """Return every problem of an edition whose fields are valid."""
    constraints, schedules = list(enumerate(edition.constraint, start=1)), list(enumerate(edition.recovery, start=1))
    parts = Parts(edition.id, constraints, schedules, is_whole=True)
    return [*_validity(edition), *problems_of_parts(parts, structures)]


def _validity(edition: Edition) -> Iterator[Problem]:
    if edition.superseded_by is None:
        return
    if edition.superseded_by == edition.id:
        yield Problem("superseded_by", "an edition does not supersede itself", shown(edition.superseded_by))
    if edition.valid_until is None:
        what = "from when on is not stated"
        yield Problem("superseded_by", what, shown(edition.superseded_by), "with valid_until, the last day of this one")


def problems_of_parts(parts: Parts, structures: Structures) -> list[Problem]:
    """Return every problem of the parts of an edition."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, constraint in parts.constraints:
        where = f"constraint[{number}]"
        if constraint.id.casefold() in seen:
            what, hint = "the id is used twice in this edition", "an id stands for one constraint for ever"
            problems.append(Problem(f"{where}.id", what, shown(constraint.id), "an id of its own", hint))
        seen.add(constraint.id.casefold())
        if not constraint.id.startswith(parts.edition_id):
            what = "the id does not begin with that of its edition"
            problems.append(Problem(f"{where}.id", what, shown(constraint.id), f"{parts.edition_id}..."))
        problems += problems_of_constraint(constraint, structures, where)
        problems += _recovery(parts, constraint, where)
    problems += _groups(parts)
    problems += _schedules(parts)
    for number, schedule in parts.schedules:
        problems += _steps(schedule, f"recovery[{number}]")
    return problems


def _recovery(parts: Parts, constraint: Constraint, where: str) -> Iterator[Problem]:
    """Yield where a limit and its recovery do not fit: what the limit is printed for says which goes with it."""
    key = f"{where}.recovery"
    is_sum = constraint.scope == "cumulative" and constraint.kind == "limit"
    if is_sum and constraint.limit_for is None:
        allowed = "undiscounted_sum, recovery_adjusted_sum or tolerance"
        yield Problem(f"{where}.limit_for", "it is required: for which sum is the limit printed?", allowed=allowed)
    if not is_sum and constraint.limit_for is not None:
        what = "only the limit of a cumulative sum is for a sum"
        yield Problem(f"{where}.limit_for", what, shown(constraint.limit_for), hint="leave it out")
    if constraint.recovery == "none":
        if constraint.limit_for in {"recovery_adjusted_sum", "tolerance"}:
            what = f"a limit for the {constraint.limit_for} needs the recovery schedule of its source"
            yield Problem(key, what, '"none"', "the id of a [[recovery]] table")
        return
    if constraint.scope != "cumulative":
        yield Problem(key, "only a cumulative sum can be discounted", shown(constraint.scope), '"none"')
        return
    if constraint.quantity not in {"BED", "EQD2"}:
        what = "recovery goes with an equieffective dose"
        yield Problem(key, what, shown(constraint.quantity), "BED or EQD2")
    schedule = next((schedule for _, schedule in parts.schedules if schedule.id == constraint.recovery), None)
    if schedule is None:
        if parts.is_whole:
            known = ", ".join(["none", *(schedule.id for _, schedule in parts.schedules)])
            yield Problem(key, "there is no such recovery schedule in this edition", shown(constraint.recovery), known)
        return
    fits = {"prior_dose": "recovery_adjusted_sum", "tolerance": "tolerance"}[schedule.acts_on]
    if constraint.limit_for is not None and constraint.limit_for != fits and is_sum:
        what = {
            "undiscounted_sum": "an undiscounted limit would count recovery twice",
            "recovery_adjusted_sum": "the schedule raises the tolerance; the limit is for a discounted sum",
            "tolerance": "the schedule discounts the dose; the limit is a tolerance that recovery raises",
        }[constraint.limit_for]
        yield Problem(key, what, f"{shown(schedule.id)} acts on the {schedule.acts_on}", f'limit_for = "{fits}"')


def _groups(parts: Parts) -> Iterator[Problem]:
    first: dict[str, Constraint] = {}
    for number, constraint in parts.constraints:
        if constraint.group is None:
            continue
        leader = first.setdefault(constraint.group, constraint)
        for name in _SHARED:
            if _shared(leader, name) != _shared(constraint, name):
                what = f"the members of group {constraint.group} share one applicability, but differ in {name}"
                yield Problem(f"constraint[{number}].{name}", what, hint=f"compare {leader.id}")


def _shared(constraint: Constraint, name: str) -> object:
    """Return what members of a group must have alike: of volumes the curve, at whatever dose it is read."""
    value: object = getattr(constraint, name)
    if name != "metric":
        return value
    try:
        place = parse_metric(constraint.metric).metric.place_on_curve
    except (MetricError, UnknownMetricError):
        return value
    return value if place is None else place[0]


def _schedules(parts: Parts) -> Iterator[Problem]:
    used = {constraint.recovery for _, constraint in parts.constraints}
    seen: set[str] = set()
    for number, schedule in parts.schedules:
        key = f"recovery[{number}].id"
        if schedule.id == "none":
            yield Problem(key, "none is the word for no recovery", shown(schedule.id), "another id")
        elif schedule.id in seen:
            yield Problem(key, "the id is used twice in this edition", shown(schedule.id), "an id of its own")
        elif schedule.id not in used and parts.is_whole:
            yield Problem(key, "no constraint uses this recovery schedule", shown(schedule.id), hint="remove it")
        seen.add(schedule.id)


def _steps(schedule: RecoverySchedule, where: str) -> Iterator[Problem]:
    for number, step in enumerate(schedule.step, start=1):
        if step.to_months is not None and step.to_months <= step.from_months:
            yield Problem(f"{where}.step[{number}]", "the bin ends before it begins", shown(step.to_months))
    for number, (step, following) in enumerate(pairwise(schedule.step), start=2):
        if step.to_months is None or step.to_months > following.from_months:
            yield Problem(f"{where}.step[{number}]", "the bin begins before the one above it ends")
        if following.recovered_fraction < step.recovered_fraction:
            what = "less is recovered than in the bin above it"
            hint = "were the two swapped? What is recovered is not lost again"
            yield Problem(f"{where}.step[{number}]", what, shown(following.recovered_fraction), hint=hint)
