"""The largest dose of a further course with which a constraint is met, for every case of a batch at once.

The course is given one dose, in steps of 0.01 Gy, and judged as any case is; the largest that is met is found between
one that is met and one that is not, which are drawn together until they are one step apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Batch, Bools, Ints
from reirrad.engine.codes import Status
from reirrad.engine.decided import Decided
from reirrad.engine.evaluate import cases_about
from reirrad.engine.judge import Judge
from reirrad.engine.planning.bracket import Bracket
from reirrad.engine.view import MAXIMUM, View
from reirrad.errors import UnprovedError
from reirrad.library import Library, LoadedEdition
from reirrad.model.budget import BudgetState
from reirrad.model.dose_volume import proves_dose
from reirrad.model.metric import Metric, MetricKind, parse_metric
from reirrad.model.rule import Constraint
from reirrad.quantities import QUANTITIES

STEPS_OF_A_GRAY = 100
#: Beyond the largest dose that is read a constraint sets no bound.
MOST_STEPS = int(QUANTITIES["total_dose_gy"].high) * STEPS_OF_A_GRAY
#: Every fourth try halves what is left of them, which takes seventeen times: more is a bug.
_MOST_TRIES = 100

#: What the status with the smallest dose means where there is no largest one.
STATES: Mapping[int, BudgetState] = {
    Status.MET: "unbounded",
    Status.VIOLATED: "none",
    Status.NOT_EVALUATED: "not_evaluated",
}


@dataclass(frozen=True, slots=True)
class Largest:
    """The answer of one constraint on one structure, for the cases that it says something of; arrays of shape (n,).

    A case to whose further course it does not apply is none of them, whatever was found of earlier courses.
    """

    case: Ints
    #: status and causes with the smallest dose
    status: Ints
    causes: Ints
    #: the course at which that is found; -1: no listed one, or it depends on an order that is not known
    course: Ints
    #: whether there is a largest dose, and it in steps of 0.01 Gy (1 where there is none)
    is_bounded: Bools
    steps: Ints


@dataclass(frozen=True, slots=True)
class Answer:
    """One constraint on one structure; ``largest`` is ``None`` where a dose is no answer to it."""

    loaded: LoadedEdition
    constraint: Constraint
    structure: str
    largest: Largest | None


def answers(batch: Batch, library: Library, *, strict: bool) -> Iterator[Answer]:
    """Yield the answer of every constraint that is judged for any case, on each of its structures.

    Parameters
    ----------
    batch
        Cases that all propose a course of one phase without doses.
    library
        The rules.
    strict
        As for :func:`reirrad.check`.
    """
    given = Given(batch, library)
    for loaded, constraint in library.judged():
        for structure in constraint.structures:
            cases = cases_asked(batch, library, constraint, structure)
            if cases.any():
                found = None
                if is_bounded_by_dose(constraint):
                    found = largest(judge_of(given, loaded, constraint, structure, strict=strict), given)
                yield Answer(loaded, constraint, structure, found)


def is_bounded_by_dose(constraint: Constraint) -> bool:
    """Whether more dose can only be worse, so that there is a largest one."""
    is_volume = parse_metric(constraint.metric).metric.kind is MetricKind.VOLUME_AT
    return not is_volume and (constraint.is_upper or constraint.scope == "interval")


def cases_asked(batch: Batch, library: Library, constraint: Constraint, structure: str) -> Bools:
    """Return which cases a constraint is asked for: a fact that it needs is stated for the proposed course."""
    cases = cases_about(batch, library, constraint, structure)
    if constraint.scope == "first_course":
        # the constraint says nothing of a further course to what had dose before, whatever dose it gives
        cases = cases & ~have_had_dose(batch, library, structure)
    if constraint.profile == "stated-fact" and not library.profile.insists_on(constraint):
        own = batch.distance_structure == library.structures.names.index(structure)
        own &= batch.is_proposed[batch.distance_course]
        stated = np.zeros(batch.n_cases, dtype=np.bool_)
        stated[batch.course_case[batch.distance_course[own]]] = True
        cases = cases & stated
    return cases


def have_had_dose(batch: Batch, library: Library, structure: str) -> Bools:
    """Return which cases have a delivered course that gives dose to a structure for certain."""
    # by any dose or volume that is stated of it, and by what is stated of the structures around it and within it
    proves = np.array([proves_dose(metric) for metric in batch.metrics], dtype=np.bool_)
    own = (batch.dose_structure == library.structures.names.index(structure)) & (batch.dose_low > 0)
    own &= proves[batch.dose_metric]
    gives = View(batch, library, structure, MAXIMUM, np.ones(batch.n_cases, dtype=np.bool_)).certainly_gives_dose.copy()
    gives[batch.phase_course[batch.dose_phase[own]]] = True
    found = np.zeros(batch.n_cases, dtype=np.bool_)
    found[batch.course_case[gives & ~batch.is_proposed]] = True
    return found


def judge_of(given: Given, loaded: LoadedEdition, constraint: Constraint, structure: str, *, strict: bool) -> Judge:
    """Return the judge of a constraint on a structure, with the smallest dose given."""
    cases = cases_asked(given.batch, given.library, constraint, structure)
    view = given.view(structure, parse_metric(constraint.metric).metric, cases)
    return Judge(view, constraint, loaded.edition.convention_of(constraint), strict=strict)


def largest(judge: Judge, given: Given) -> Largest:
    """Return the largest dose of the proposed course that a constraint leaves to a structure."""
    first = judge.judge()
    status, n = first.decided.status[:, 0], len(first.case)
    # whether it applies does not depend on how much dose the further course gives
    is_asked = first.may_be_of_newest
    bracket = Bracket(met=np.full(n, 1), beyond=np.full(n, MOST_STEPS))
    at_most = given.judged(judge, first.case, bracket.beyond)
    is_bounded = is_asked & (status == Status.MET) & (at_most.status[:, 0] != Status.MET)
    bracket.note(is_bounded, bracket.beyond, at_most.margin[:, 0])
    bracket.beyond[~is_bounded] = 2
    for _ in range(_MOST_TRIES):
        if bracket.is_closed() is True:
            break
        steps = bracket.candidate()
        decided = given.judged(judge, first.case, steps)
        bracket.narrow(steps, decided.status[:, 0] == Status.MET, decided.margin[:, 0])
    else:
        raise UnprovedError("no largest dose was found between two others: nothing was decided")
    causes, at = first.decided.causes[:, 0], is_asked
    return Largest(first.case[at], status[at], causes[at], first.course[at], is_bounded[at], bracket.met[at])


class Given:
    """A batch whose proposed courses give any dose to a structure: stated in the metric that is asked for, and as Max.

    Which courses count, their order and their intervals do not depend on how much it is: views share them.
    """

    def __init__(self, batch: Batch, library: Library) -> None:
        self.batch, self.library = batch, library
        self._phase = np.flatnonzero(batch.is_proposed[batch.phase_course])
        self._case = batch.phase_case[self._phase]
        self._views: dict[tuple[str, str, bytes], View] = {}

    def view(self, structure: str, metric: Metric, cases: Bools) -> View:
        """Return the view in which the proposed courses give the smallest dose."""
        key = structure, metric.name, cases.tobytes()
        if key not in self._views:
            maximum = None if metric == MAXIMUM else self.view(structure, MAXIMUM, cases)
            view = View(self.batch, self.library, structure, metric, cases, maximum)
            self._give(view, np.full(self.batch.n_cases, 1))
            self._views[key] = view
        return self._views[key]

    def judged(self, judge: Judge, cases: Ints, steps: Ints) -> Decided:
        """Return what is decided of cases whose proposed courses give so many steps of dose."""
        all_steps = np.full(self.batch.n_cases, 1)
        all_steps[cases] = steps
        view = self._changed(judge.view, all_steps)
        if view.maximum is not None:
            view.maximum = self._changed(view.maximum, all_steps)
        return judge.on(view).judge().decided

    def _changed(self, view: View, steps: Ints) -> View:
        changed = view.with_doses(view.doses.low.copy(), view.doses.high.copy())
        self._give(changed, steps)
        return changed

    def _give(self, view: View, steps: Ints) -> None:
        dose = steps[self._case] / STEPS_OF_A_GRAY
        for ends in (view.doses.low, view.doses.high):
            ends[self._phase] = dose
