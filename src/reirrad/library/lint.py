"""What must hold within an edition, beyond the type of each field."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reirrad.errors import Problem, shown
from reirrad.library.structures import Structures
from reirrad.model.metric import MetricError, UnknownMetricError, parse_metric
from reirrad.model.rule import Constraint, Edition, RecoverySchedule

_SUMS = {"cumulative", "share", "score"}


def problems_of_edition(edition: Edition, structures: Structures) -> list[Problem]:
    """Return every problem of an edition whose fields are valid."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, constraint in enumerate(edition.constraint, start=1):
        where = f"constraint[{number}]"
        if constraint.id in seen:
            what, hint = "the id is used twice in this edition", "an id stands for one constraint for ever"
            problems.append(Problem(f"{where}.id", what, shown(constraint.id), "an id of its own", hint))
        seen.add(constraint.id)
        problems += _identity(edition, constraint, structures, where)
        problems += _quantity(constraint, where)
        problems += _limit(constraint, where)
        problems += _recovery(edition, constraint, where)
    problems += _groups(edition)
    problems += _schedules(edition)
    for number, schedule in enumerate(edition.recovery, start=1):
        problems += _steps(schedule, f"recovery[{number}]")
    return problems


def _identity(edition: Edition, constraint: Constraint, structures: Structures, where: str) -> Iterator[Problem]:
    if not constraint.id.startswith(edition.id):
        what = "the id does not begin with that of its edition"
        yield Problem(f"{where}.id", what, shown(constraint.id), f"{edition.id}...")
    for name in constraint.structures:
        if name not in structures.names:
            near = structures.canonical(name)
            hint = f"write {near}" if near else "add it to the table of structures"
            yield Problem(f"{where}.structures", "this is no TG-263 name of the table", shown(name), hint=hint)
    if len(set(constraint.structures)) != len(constraint.structures):
        yield Problem(f"{where}.structures", "a structure is listed twice")
    try:
        parsed = parse_metric(constraint.metric)
    except (MetricError, UnknownMetricError) as error:
        yield Problem(f"{where}.metric", str(error), shown(constraint.metric), "e.g. Max[Gy]")
    else:
        if parsed.unit == "cGy":
            yield Problem(f"{where}.metric", "limits are in Gy", shown(constraint.metric), parsed.metric.label)


def _quantity(constraint: Constraint, where: str) -> Iterator[Problem]:
    key = f"{where}.alpha_beta_gy"
    is_converted = constraint.quantity in {"BED", "EQD2"}
    if is_converted and constraint.alpha_beta_gy is None:
        allowed = 'a number of Gy, or "not stated" if the source does not say'
        yield Problem(key, f"it is required with quantity {constraint.quantity}", allowed=allowed)
    if not is_converted and constraint.alpha_beta_gy is not None:
        what = f"quantity {constraint.quantity} has no alpha/beta"
        yield Problem(key, what, shown(constraint.alpha_beta_gy), hint="leave it out")
    if (constraint.scope == "interval") != (constraint.quantity == "months"):
        what = "scope interval and quantity months belong together"
        yield Problem(f"{where}.quantity", what, shown(constraint.quantity))
    if constraint.scope == "score" and not is_converted:
        yield Problem(f"{where}.quantity", "a score needs BED or EQD2", shown(constraint.quantity))


def _limit(constraint: Constraint, where: str) -> Iterator[Problem]:
    given = [name for name in ("limit", "limit_by_n_fractions") if getattr(constraint, name) is not None]
    if constraint.kind == "limit" and len(given) != 1:
        yield Problem(f"{where}.limit", "exactly one of limit and limit_by_n_fractions is needed", ", ".join(given))
    if constraint.limit_by_n_fractions is not None and constraint.scope not in {"first_course", "newest_course"}:
        what = "a limit by fraction number concerns the first or the newest course"
        yield Problem(f"{where}.limit_by_n_fractions", what, shown(constraint.scope))
    if (constraint.scope == "score") != (constraint.score is not None):
        yield Problem(f"{where}.score", "scope score and the table score belong together", shown(constraint.scope))
    if constraint.scope == "share" and constraint.limit is not None and constraint.limit[1] > 1:
        yield Problem(f"{where}.limit", "a share is at most 1", shown(constraint.limit[1]))
    if constraint.score is not None:
        yield from _score(constraint, f"{where}.score")


def _score(constraint: Constraint, where: str) -> Iterator[Problem]:
    score = constraint.score
    if score is None:
        return
    if any(low >= high for low, high in pairwise(score.cumulative_above_gy)):
        yield Problem(f"{where}.cumulative_above_gy", "the bands do not rise")
    ends = [group.up_to_points for group in score.group]
    if ends[-1] is not None or any(end is None for end in ends[:-1]):
        yield Problem(f"{where}.group", "the last group, and only it, has no upper end")
    elif any(low >= high for low, high in pairwise(end for end in ends if end is not None)):
        yield Problem(f"{where}.group", "the groups do not rise")


def _recovery(edition: Edition, constraint: Constraint, where: str) -> Iterator[Problem]:
    if constraint.recovery == "none":
        return
    known = ["none", *(schedule.id for schedule in edition.recovery)]
    key = f"{where}.recovery"
    if constraint.recovery not in known:
        yield Problem(
            key, "there is no such recovery schedule in this edition", shown(constraint.recovery), ", ".join(known)
        )
    if constraint.scope != "cumulative":
        yield Problem(key, "only a cumulative sum can be discounted", shown(constraint.scope), '"none"')
    if constraint.quantity not in {"BED", "EQD2"}:
        yield Problem(key, "recovery multiplies an equieffective dose", shown(constraint.quantity), "BED or EQD2")


def _groups(edition: Edition) -> Iterator[Problem]:
    first: dict[str, tuple[int, Constraint]] = {}
    for number, constraint in enumerate(edition.constraint, start=1):
        if constraint.group is None:
            continue
        _, leader = first.setdefault(constraint.group, (number, constraint))
        for name in ("structures", "applies_to_related", "conditions", "modalities", "metric", "advisory", "profile"):
            if getattr(leader, name) != getattr(constraint, name):
                what = f"the members of group {constraint.group} share one applicability, but differ in {name}"
                yield Problem(f"constraint[{number}].{name}", what, hint=f"compare {leader.id}")


def _schedules(edition: Edition) -> Iterator[Problem]:
    used = {constraint.recovery for constraint in edition.constraint}
    seen: set[str] = set()
    for number, schedule in enumerate(edition.recovery, start=1):
        key = f"recovery[{number}].id"
        if schedule.id == "none":
            yield Problem(key, "none is the word for no recovery", shown(schedule.id), "another id")
        elif schedule.id in seen:
            yield Problem(key, "the id is used twice in this edition", shown(schedule.id), "an id of its own")
        elif schedule.id not in used:
            yield Problem(key, "no constraint uses this recovery schedule", shown(schedule.id), hint="remove it")
        seen.add(schedule.id)


def _steps(schedule: RecoverySchedule, where: str) -> Iterator[Problem]:
    for number, step in enumerate(schedule.step, start=1):
        if step.to_months is not None and step.to_months <= step.from_months:
            yield Problem(f"{where}.step[{number}]", "the bin ends before it begins", shown(step.to_months))
    for number, (step, following) in enumerate(pairwise(schedule.step), start=2):
        if step.to_months is None or step.to_months > following.from_months:
            yield Problem(f"{where}.step[{number}]", "the bin begins before the one above it ends")
