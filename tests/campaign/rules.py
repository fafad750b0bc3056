"""What must not come of a loss, and which losses make another question of a case.

Nothing that was violated may become met, or no longer apply, or vanish; and the exit code may become 0 only where it
was 0. What is accepted, and why, is the list of :data:`ACCEPTED`; every use of it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from campaign.judging import ABSENT, Judged
from reirrad.engine.codes import Status
from reirrad.model.case import Case, Phase
from reirrad.model.schedule import parse_schedule

ACCEPTED = {
    "structure": "A structure is no longer judged: another question. The findings on the others must not improve.",
    "proposed": "Nothing is proposed any more, and the report says so. Compared with the case before it was proposed.",
    "unlisted course": "A delivered course is gone and the history is not stated as complete: nothing can tell. "
    "There may be an unseen course: the exit code must not become 0.",
    "as scheduled": "fractions_delivered and dose_of are both gone: what is left says, by the contract, that the "
    "course was given as scheduled.",
    "nothing applied": "No limit applied before, which is exit code 3. A course that now only may give dose makes "
    "limits apply that are met whatever it gave.",
    "stated fact": "No distance of the structure from the target is stated any more: the limit that is judged only "
    "where one is stated vanishes. It is laxer than the limit that stays, on the same dose.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Which of :data:`ACCEPTED` a loss is about."""

    kinds: frozenset[str] = frozenset()


def difference(before: Case, after: Case) -> Difference:
    """Return in what the question of a case differs from the one before a loss."""
    kinds = set()
    if set(before.structures) - set(after.structures):
        kinds.add("structure")
    if before.proposed is not None and after.proposed is None:
        kinds.add("proposed")
    if _delivered(after) < _delivered(before):
        kinds.add("unlisted course")
    if _given_in_part(before) and len(_given_in_part(after)) < len(_given_in_part(before)):
        kinds.add("as scheduled")
    if _with_distance(before) - _with_distance(after):
        kinds.add("stated fact")
    return Difference(frozenset(kinds))


def _delivered(case: Case) -> int:
    return sum(course.role == "delivered" for course in case.course)


def _phases(case: Case) -> Iterable[Phase]:
    return (phase for course in case.course for phase in course.phases)


def _given_in_part(case: Case) -> list[Phase]:
    return [
        phase
        for phase in _phases(case)
        if phase.fractions_delivered is not None
        and phase.schedule is not None
        and phase.fractions_delivered != parse_schedule(phase.schedule).n_fractions
    ]


def _with_distance(case: Case) -> set[str]:
    """Return the structures of which a distance from the target is stated anywhere."""
    return {name for phase in _phases(case) for name, dose in phase.dose.items() if dose.target_distance_mm is not None}


@dataclass(slots=True)
class Outcome:
    """What came of a loss: the findings that improved, whether the exit code did, and what was accepted of it."""

    improved: list[tuple[str, str, str]] = field(default_factory=list)
    exit_code_improved: bool = False
    accepted: set[str] = field(default_factory=set)

    @property
    def is_failure(self) -> bool:
        """Whether something improved that must not."""
        return bool(self.improved) or self.exit_code_improved


def compare(judged: Judged, before: int, after: int, different: Difference, near_target: np.ndarray) -> Outcome:
    """Compare a case with what was left of it; both are rows of ``judged``.

    ``near_target`` marks the findings that exist where a distance from the target is stated.
    """
    kinds = different.kinds
    outcome = Outcome()
    is_without = "proposed" in kinds
    earlier = judged.without[before] if is_without else judged.status[before]
    later = judged.status[after]
    is_there = later != ABSENT
    changed = (earlier == Status.VIOLATED) & ~np.isin(later, (Status.VIOLATED, Status.NOT_EVALUATED))
    if "structure" in kinds:
        _accept(outcome, changed & ~is_there, "structure")
        changed &= is_there
    if "stated fact" in kinds:
        _accept(outcome, changed & ~is_there & near_target, "stated fact")
        changed &= is_there | ~near_target
    for kind in ("unlisted course", "as scheduled"):
        if kind in kinds:
            _accept(outcome, changed, kind)
            changed &= False
    outcome.improved = [(*judged.keys[at], Status(max(int(later[at]), 0)).word) for at in np.flatnonzero(changed)]
    is_met = judged.verdict[after] == Status.MET
    if is_met and not _was_met(judged, before, earlier, is_there, kinds, near_target, outcome):
        if "as scheduled" in kinds:
            outcome.accepted.add("as scheduled")
        else:
            outcome.exit_code_improved = True
    elif is_met and is_without and judged.verdict[before] != Status.MET:
        outcome.accepted.add("proposed")
    return outcome


def _accept(outcome: Outcome, changed: np.ndarray, kind: str) -> None:
    if changed.any():
        outcome.accepted.add(kind)


def _was_met(
    judged: Judged,
    before: int,
    earlier: np.ndarray,
    is_there: np.ndarray,
    kinds: frozenset[str],
    near_target: np.ndarray,
    outcome: Outcome,
) -> bool:
    """Whether the exit code was 0 before: of what is still asked."""
    verdict = judged.verdict_without[before] if "proposed" in kinds else judged.verdict[before]
    if verdict == Status.MET:
        return True
    if judged.unmapped[before] and "structure" not in kinds:
        return False
    asked = ~judged.advisory
    if "structure" in kinds:
        asked &= is_there
    elif "stated fact" in kinds:
        asked &= is_there | ~near_target
    worst = int(np.max(earlier[asked], initial=Status.NOT_APPLICABLE))
    if worst == Status.NOT_APPLICABLE:
        outcome.accepted.add("nothing applied")
    elif worst == Status.MET:
        outcome.accepted |= kinds & {"structure", "stated fact"}
    return worst in (Status.NOT_APPLICABLE, Status.MET)
