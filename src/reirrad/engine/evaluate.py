"""The evaluation: a batch of cases against a library, to one finding per case, structure and constraint."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reirrad.engine.batch import Batch, Bools, Ints
from reirrad.engine.codes import Status
from reirrad.engine.judge import Judge
from reirrad.engine.judged import Judged
from reirrad.engine.proof import require_proof
from reirrad.engine.view import MAXIMUM, View
from reirrad.library import Library, LoadedEdition
from reirrad.model.metric import parse_metric
from reirrad.model.rule import Constraint


@dataclass(frozen=True, slots=True)
class Block:
    """One constraint on one structure, for every case that it is judged for."""

    loaded: LoadedEdition
    constraint: Constraint
    structure: str
    judge: Judge
    judged: Judged
    #: status of the same finding without the proposed course; -1 where nothing is proposed
    status_without: Ints

    @property
    def status(self) -> Ints:
        """Status of each finding."""
        return self.judged.decided.status[:, 0]

    @property
    def near_limit(self) -> Bools:
        """Whether the value lies within the library's margin of a dose limit."""
        decided = self.judged.decided
        if not self.constraint.unit.startswith("Gy"):
            return np.zeros(len(self.status), dtype=np.bool_)
        fraction: float = self.judge.view.library.conventions["near_limit"]["dose_fraction"]
        return np.less_equal(np.abs(decided.margin[:, 0]), fraction * decided.limit.low[:, 0])


def evaluate(batch: Batch, library: Library, *, strict: bool = False, before: bool = True) -> list[Block]:
    """Judge every case of a batch by every constraint of a library.

    Parameters
    ----------
    batch
        The cases as columns.
    library
        Editions, structures and conventions.
    strict
        Whether a sum of near-maxima other than Max proves nothing by itself.
    before
        Whether to judge the cases without what is proposed, too.

    Returns
    -------
    list
        A block for each constraint and structure that any case is judged for, in the order of the library.
    """
    targets = _targets(batch, library)
    blocks = _evaluate(batch, library, targets, strict=strict)
    if not (before and batch.is_proposed.any()):
        return blocks
    without = _evaluate(batch.without_proposed(), library, targets, strict=strict)
    has_proposed = np.zeros(batch.n_cases, dtype=np.bool_)
    has_proposed[batch.course_case[batch.is_proposed]] = True
    return [
        replace(block, status_without=np.where(has_proposed[block.judged.case], earlier.status, -1))
        for block, earlier in zip(blocks, without, strict=True)
    ]


def _targets(batch: Batch, library: Library) -> list[tuple[LoadedEdition, Constraint, str, Bools]]:
    """Return each constraint with each of its structures and the cases that it is judged for."""
    targets = []
    for loaded, constraint in library.judged():
        for structure in constraint.structures:
            cases = cases_judged_for(batch, library, constraint, structure)
            if cases.any():
                targets.append((loaded, constraint, structure, cases))
    return targets


def _evaluate(
    batch: Batch, library: Library, targets: list[tuple[LoadedEdition, Constraint, str, Bools]], *, strict: bool
) -> list[Block]:
    views: dict[tuple[str, str, bytes], View] = {}
    blocks = []
    for loaded, constraint, structure, cases in targets:
        metric, who = parse_metric(constraint.metric).metric, cases.tobytes()
        maximum = views.setdefault((structure, MAXIMUM.name, who), View(batch, library, structure, MAXIMUM, cases))
        view = views.setdefault((structure, metric.name, who), View(batch, library, structure, metric, cases, maximum))
        judge = Judge(view, constraint, loaded.edition.convention_of(constraint), strict=strict)
        judged = judge.judge()
        blocks.append(Block(loaded, constraint, structure, judge, judged, np.full(len(judged.case), -1)))
    return blocks


def cases_judged_for(batch: Batch, library: Library, constraint: Constraint, structure: str) -> Bools:
    """Return which cases have a finding for a constraint and one of its structures."""
    cases = cases_about(batch, library, constraint, structure)
    if constraint.profile == "stated-fact" and not library.profile.insists_on(constraint):
        stated = np.zeros(batch.n_cases, dtype=np.bool_)
        own = batch.distance_structure == library.structures.names.index(structure)
        stated[batch.course_case[batch.distance_course[own]]] = True
        cases = cases & stated
    return cases


def cases_about(batch: Batch, library: Library, constraint: Constraint, structure: str) -> Bools:
    """Return which cases judge a structure of a constraint, or one that is related where the constraint asks for it."""
    table = library.structures
    cases = _cases_that_judge(batch, table.names.index(structure))
    if constraint.applies_to_related:
        related = [index for index, name in enumerate(table.names) if table.are_related(name, structure)]
        for index in related:
            cases = cases | _cases_that_judge(batch, index)
    return cases


def outside_profile(batch: Batch, library: Library, case: int) -> dict[str, int]:
    """Return how many limits on the structures of a case are outside the profile and were not judged, by edition."""
    counts: dict[str, int] = {}
    for loaded, constraint in library.constraints():
        if constraint.kind != "limit":
            continue
        is_chosen = library.profile.judges(loaded.edition.id, constraint)
        for structure in constraint.structures:
            if cases_about(batch, library, constraint, structure)[case] and not (
                is_chosen and cases_judged_for(batch, library, constraint, structure)[case]
            ):
                counts[loaded.edition.id] = counts.get(loaded.edition.id, 0) + 1
    return counts


def _cases_that_judge(batch: Batch, structure: int) -> Bools:
    cases = np.zeros(batch.n_cases, dtype=np.bool_)
    cases[batch.judged_case[batch.judged_structure == structure]] = True
    return cases


def without_rule(batch: Batch, blocks: list[Block], library: Library) -> Bools:
    """Return for which judged structures no constraint that decides applies to the newest course with dose.

    One for each of ``batch.judged_case``. An advisory finding decides nothing, and one that applies to earlier courses
    only says nothing of the newest, which is the one that is asked about.
    """
    is_bare = np.ones(len(batch.judged_case), dtype=np.bool_)
    for block in blocks:
        if not block.constraint.advisory:
            has_finding = np.zeros(batch.n_cases, dtype=np.bool_)
            has_finding[block.judged.case[block.judged.is_of_newest]] = True
            is_about = batch.judged_structure == library.structures.names.index(block.structure)
            is_bare &= ~(is_about & has_finding[batch.judged_case])
    return is_bare


def verdicts(batch: Batch, blocks: list[Block], unmapped: Bools, *, without_proposed: bool = False) -> Ints:
    """Return the verdict of every case as a :class:`Status`.

    Advisory findings and those that do not apply are neutral; where nothing was met or violated, nothing was evaluated.
    A case of which a structure was not judged, ``unmapped`` or without a rule where each must have one, is never met,
    nor is one by a part of what its source states only together.
    """
    members = _members_judged(batch, blocks)
    worst = np.full(batch.n_cases, Status.NOT_APPLICABLE, dtype=np.int64)
    for block in blocks:
        require_proof(block.judged.decided, block.constraint.comparison)
        if not block.constraint.advisory:
            status = block.status_without if without_proposed else block.status
            case = block.judged.case
            if block.constraint.group is not None:
                is_part = members[_group(block)][case] < _n_members(block)
                status = np.where(is_part & (status == Status.MET), Status.NOT_EVALUATED, status)
            worst[case] = np.maximum(worst[case], status)
    worst[worst == Status.NOT_APPLICABLE] = Status.NOT_EVALUATED
    worst[unmapped & (worst == Status.MET)] = Status.NOT_EVALUATED
    return worst


def _group(block: Block) -> tuple[str, str | None, str]:
    return block.loaded.edition.id, block.constraint.group, block.structure


def _n_members(block: Block) -> int:
    """Return how many limits the group of a block has for its structure."""
    rules = block.loaded.edition.constraint
    return sum(rule.group == block.constraint.group and block.structure in rule.structures for rule in rules)


def _members_judged(batch: Batch, blocks: list[Block]) -> dict[tuple[str, str | None, str], Ints]:
    """Return how many limits of each group have a finding in each case."""
    members: dict[tuple[str, str | None, str], Ints] = {}
    for block in blocks:
        if block.constraint.group is not None:
            counts = members.setdefault(_group(block), np.zeros(batch.n_cases, dtype=np.int64))
            counts[block.judged.case] += 1
    return members
