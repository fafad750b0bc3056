"""The evaluation: a batch of cases against a library, to one finding per case, structure and constraint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Batch, Bools, Ints
from reirrad.engine.codes import Status
from reirrad.engine.judge import Judge
from reirrad.engine.judged import Judged
from reirrad.engine.view import View
from reirrad.library import Library, LoadedEdition
from reirrad.model.metric import parse_metric
from reirrad.model.rule import Constraint

#: The profile that is judged: what point doses can decide. The rest is counted as outside it.
PROFILE = "point-dose"


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
        if self.constraint.quantity == "months" or self.constraint.scope in {"score", "share"}:
            return np.zeros(len(self.status), dtype=np.bool_)
        fraction: float = self.judge.view.library.conventions["near_limit"]["dose_fraction"]
        return np.less_equal(np.abs(decided.margin[:, 0]), fraction * decided.limit.low[:, 0])


def evaluate(batch: Batch, library: Library, *, strict: bool = False) -> list[Block]:
    """Judge every case of a batch by every constraint of a library.

    Parameters
    ----------
    batch
        The cases as columns.
    library
        Editions, structures and conventions.
    strict
        Whether a sum of near-maxima other than Max proves nothing by itself.

    Returns
    -------
    list
        A block for each constraint and structure that any case is judged for, in the order of the library.
    """
    blocks = _evaluate(batch, library, strict=strict)
    if not batch.is_proposed.any():
        return blocks
    before = _evaluate(batch.without_proposed(), library, strict=strict)
    has_proposed = np.zeros(batch.n_cases, dtype=np.bool_)
    has_proposed[batch.course_case[batch.is_proposed]] = True
    return [
        Block(
            block.loaded,
            block.constraint,
            block.structure,
            block.judge,
            block.judged,
            np.where(has_proposed[block.judged.case], earlier.status, -1),
        )
        for block, earlier in zip(blocks, before, strict=True)
    ]


def _evaluate(batch: Batch, library: Library, *, strict: bool) -> list[Block]:
    views: dict[tuple[str, str, bytes], View] = {}
    blocks = []
    for loaded, constraint in library.constraints():
        if constraint.kind != "limit" or constraint.profile != PROFILE:
            continue
        metric = parse_metric(constraint.metric).metric
        for structure in constraint.structures:
            cases = cases_judged_for(batch, library, constraint, structure)
            if not cases.any():
                continue
            key = (structure, metric.name, cases.tobytes())
            view = views.setdefault(key, View(batch, library, structure, metric, cases))
            judge = Judge(view, constraint, loaded.edition.recovery_of(constraint), strict=strict)
            judged = judge.judge()
            blocks.append(Block(loaded, constraint, structure, judge, judged, np.full(len(judged.case), -1)))
    return blocks


def cases_judged_for(batch: Batch, library: Library, constraint: Constraint, structure: str) -> Bools:
    """Return which cases have a finding for a constraint and one of its structures."""
    table = library.structures
    cases = _cases_that_judge(batch, table.names.index(structure))
    if constraint.applies_to_related:
        related = [index for index, name in enumerate(table.names) if table.are_related(name, structure)]
        for index in related:
            cases = cases | _cases_that_judge(batch, index)
    return cases


def outside_profile(batch: Batch, library: Library, case: int) -> int:
    """Return how many limits on the structures of a case are outside the profile and were not judged."""
    return sum(
        bool(cases_judged_for(batch, library, constraint, structure)[case])
        for _, constraint in library.constraints()
        if constraint.kind == "limit" and constraint.profile != PROFILE
        for structure in constraint.structures
    )


def _cases_that_judge(batch: Batch, structure: int) -> Bools:
    cases = np.zeros(batch.n_cases, dtype=np.bool_)
    cases[batch.judged_case[batch.judged_structure == structure]] = True
    return cases


def verdicts(batch: Batch, blocks: list[Block], unmapped: Bools, *, without_proposed: bool = False) -> Ints:
    """Return the verdict of every case as a :class:`Status`.

    Advisory findings and those that do not apply are neutral; where nothing was met or violated, nothing was evaluated.
    """
    worst = np.full(batch.n_cases, Status.NOT_APPLICABLE, dtype=np.int64)
    for block in blocks:
        if not block.constraint.advisory:
            status = block.status_without if without_proposed else block.status
            case = block.judged.case
            worst[case] = np.maximum(worst[case], status)
    worst[worst == Status.NOT_APPLICABLE] = Status.NOT_EVALUATED
    worst[unmapped & (worst == Status.MET)] = Status.NOT_EVALUATED
    return worst
