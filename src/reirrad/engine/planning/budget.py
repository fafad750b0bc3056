"""The dose that a further course may still give, found with the decision itself.

For each structure, constraint and fraction number the course is given one dose, in steps of 0.01 Gy, and judged as any
case is. The largest dose that is met is found by bisection, all questions of a structure at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reirrad import __version__
from reirrad.engine.batch import Batch, Ints
from reirrad.engine.check import case_digest, editions_used, source_of
from reirrad.engine.codes import Status, reason_word
from reirrad.engine.evaluate import Block, evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.notes import notes_of_choice, unmapped_structures
from reirrad.engine.planning.budget_cases import Question, questions
from reirrad.library import Library, LoadedEdition, Profile, load_library
from reirrad.model.budget import Budget, BudgetRow
from reirrad.model.case import Case, Technique
from reirrad.model.finding import InputDigest
from reirrad.model.metric import MetricKind, parse_metric
from reirrad.model.rule import Constraint
from reirrad.quantities import QUANTITIES

_STEPS_OF_A_GRAY = 100
#: Beyond the largest dose that is read a constraint sets no bound.
_MOST_STEPS = int(QUANTITIES["total_dose_gy"].high) * _STEPS_OF_A_GRAY


@dataclass(frozen=True, slots=True)
class _Asked:
    """One constraint on one structure for one course that may be given."""

    question: Question
    loaded: LoadedEdition
    constraint: Constraint


def budget(
    case: Case,
    *,
    n_fractions: Sequence[int],
    library: Library | None = None,
    strict: bool = False,
    technique: Technique | None = None,
    intervals_months: Sequence[int] = (),
) -> Budget:
    """Return the largest total physical dose that a further course may give, by structure and constraint.

    Parameters
    ----------
    case
        The courses before it. The dose of a proposed course is ignored: its date, modality and technique count.
    n_fractions
        Fraction numbers to answer for; as many a day as the proposed course has, one where there is none.
    library
        The rules; the editions of the package by default.
    strict
        As for :func:`reirrad.check`.
    technique
        Of the further course, where the case proposes none; not stated by default.
    intervals_months
        Intervals to answer for, in months from the end of the last course, where the case proposes none.

    Returns
    -------
    Budget
        Rows with the dose rounded down to 0.01 Gy: with it the constraint is met, with 0.01 Gy more it is not.

    Raises
    ------
    CaseError
        If the fields of the case do not agree.
    InputError
        If the case proposes no course and its last course has no exact end, or proposes one and a technique is given.

    Examples
    --------
    >>> from reirrad import load_library, parse_case
    >>> case = parse_case({
    ...     "schema": "reirrad-case/1", "case_id": "A", "structures": ["SpinalCord"],
    ...     "prior_radiotherapy": "complete", "prior_courses": 1,
    ...     "course": [{"id": "1", "role": "delivered", "modality": "photon", "fractions_per_day": 1,
    ...                 "start": "2020-01-06", "end": "2020-01-17", "schedule": "30 Gy / 10",
    ...                 "dose": {"SpinalCord": {"Max[Gy]": 30.0}}}]})
    >>> library = load_library().select(["nieder-2006"])
    >>> for row in budget(case, n_fractions=[10], intervals_months=[12], library=library).rows:
    ...     print(row.constraint_id, row.state, row.max_total_dose_gy)
    nieder-2006.cumulative bounded 26.19
    nieder-2006.course bounded 35.38
    nieder-2006.interval unbounded None
    """
    rules = library if library is not None else load_library()
    rows: list[BudgetRow] = []
    asked_by_structure: dict[str, list[_Asked]] = {}
    left_out: dict[str, None] = {}
    for question in questions(case, rules, n_fractions, technique, intervals_months):
        asked_by_structure.setdefault(question.structure, [])
        for loaded, constraint in rules.judged():
            if question.structure not in constraint.structures or not _is_judged(question, constraint, rules):
                continue
            if _is_bounded_by_dose(constraint):
                asked_by_structure[question.structure].append(_Asked(question, loaded, constraint))
            else:
                left_out[constraint.id] = None
    for asked in asked_by_structure.values():
        rows += _answers(asked, rules, strict=strict) if asked else []
    return Budget(
        case_id=case.case_id,
        rows=tuple(_with_binding(rows)),
        unmapped_structures=unmapped_structures(case, rules),
        left_out=tuple(left_out),
        notes=(
            *notes_of_choice(case, rules, strict=strict),
            *_silent(asked_by_structure, rows, left_out),
            "the dose is that of the further course to the structure, in the metric of the constraint and as its Max",
            "rows of different metrics are compared as if the dose were uniform",
            "a dose that is left is no advice to give it",
        ),
        editions=editions_used(rules),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def _is_judged(question: Question, constraint: Constraint, library: Library) -> bool:
    """Whether a constraint is judged for such a course, if it depends on a fact that may be stated."""
    is_stated = constraint.profile != "stated-fact" or question.target_distance_mm is not None
    return is_stated or library.profile.insists_on(constraint)


def _is_bounded_by_dose(constraint: Constraint) -> bool:
    """Whether more dose can only be worse, so that there is a largest one."""
    is_volume = parse_metric(constraint.metric).metric.kind is MetricKind.VOLUME_AT
    return not is_volume and (constraint.is_upper or constraint.scope == "interval")


def _silent(structures: Iterable[str], rows: Sequence[BudgetRow], left_out: Iterable[str]) -> Iterator[str]:
    """Yield what has no row, so that nothing is missing without a word."""
    told = {row.structure for row in rows}
    for structure in structures:
        if structure not in told:
            yield f"structure {structure}: no constraint that is judged applies to such a course"
    names = ", ".join(left_out)
    if names:
        yield f"left out, because no largest dose answers them: {names}"


def _answers(asked: list[_Asked], library: Library, *, strict: bool) -> list[BudgetRow]:
    """Answer every question about one structure, by bisection on the batch of all of them."""
    structure = asked[0].question.structure
    cases = [item.question.case_for(item.constraint.metric) for item in asked]
    alone = replace(
        library,
        profile=Profile("budget", constraints=frozenset(item.constraint.id for item in asked)),
    )
    batch = _without_guesses(prepare(cases, alone).batch, asked)
    is_new = batch.is_proposed[batch.phase_course[batch.dose_phase]]
    case_of_dose = batch.phase_case[batch.dose_phase]

    def judged(steps: Ints) -> tuple[Ints, list[str | None]]:
        dose = np.where(is_new, steps[case_of_dose] / _STEPS_OF_A_GRAY, batch.dose_low)
        high = np.where(is_new, dose, batch.dose_high)
        changed = replace(batch, dose_low=dose, dose_high=high)
        return _own(asked, evaluate(changed, alone, strict=strict, before=False), structure)

    every = np.full(len(asked), 1, dtype=np.int64)
    at_least, reasons = judged(every)
    at_most, _ = judged(every * _MOST_STEPS)
    is_bounded = (at_least == Status.MET) & (at_most != Status.MET)
    met, beyond = every.copy(), every * _MOST_STEPS
    while bool(np.any(is_bounded & (beyond - met > 1))):
        middle = np.where(is_bounded, (met + beyond) // 2, 1)
        is_met = judged(middle)[0] == Status.MET
        met = np.where(is_bounded & is_met, middle, met)
        beyond = np.where(is_bounded & ~is_met, middle, beyond)
    return [
        row
        for index, item in enumerate(asked)
        if (row := _row(item, Status(int(at_least[index])), bool(is_bounded[index]), int(met[index]), reasons[index]))
    ]


def _without_guesses(batch: Batch, asked: list[_Asked]) -> Batch:
    """Leave open what is prescribed by a further course of which only the number of fractions is asked."""
    is_guess = ~np.array([item.question.is_prescribed for item in asked])[batch.course_case] & batch.is_proposed
    names = ("fraction_size_low", "fraction_size_high", "scheduled_dose_gy")
    changed: dict[str, Any] = {name: np.where(is_guess, np.nan, getattr(batch, name)) for name in names}
    return replace(batch, **changed)


def _own(asked: list[_Asked], blocks: list[Block], structure: str) -> tuple[Ints, list[str | None]]:
    """Return the status and reason of each question's own constraint."""
    by_id = {block.constraint.id: block for block in blocks if block.structure == structure}
    status = np.full(len(asked), Status.NOT_APPLICABLE, dtype=np.int64)
    reasons: list[str | None] = []
    for index, item in enumerate(asked):
        block = by_id[item.constraint.id]
        at = int(np.searchsorted(block.judged.case, index))
        status[index] = block.status[at]
        decided = block.judged.decided
        reasons.append(
            reason_word(
                status=int(status[index]),
                causes=int(decided.causes[at, 0]),
                exclusion=int(decided.exclusion[at, 0]),
            )
        )
    return status, reasons


def _row(item: _Asked, at_least: Status, is_bounded: bool, steps: int, reason: str | None) -> BudgetRow | None:
    """Return the row of a question; ``None`` where the constraint does not apply to such a course."""
    if at_least is Status.NOT_APPLICABLE:
        return None
    question = item.question
    dose = steps / _STEPS_OF_A_GRAY if is_bounded else None
    if is_bounded:
        state = "bounded"
    else:
        state = {Status.MET: "unbounded", Status.VIOLATED: "none", Status.NOT_EVALUATED: "not_evaluated"}[at_least]
    return BudgetRow(
        structure=question.structure,
        constraint_id=item.constraint.id,
        edition=item.loaded.edition.id,
        n_fractions=question.n_fractions,
        state=state,  # type: ignore[arg-type]
        max_total_dose_gy=dose,
        max_dose_per_fraction_gy=None if dose is None else dose / question.n_fractions,
        binding=False,
        reason=reason if state == "not_evaluated" else None,
        source=source_of(item.loaded, item.constraint.read),
        locator=item.constraint.locator,
        metric=item.constraint.metric,
        advisory=item.constraint.advisory,
        interval_months=question.interval_months,
    )


def _with_binding(rows: Sequence[BudgetRow]) -> list[BudgetRow]:
    """Mark the smallest bounded row of each structure, fraction number and interval."""
    smallest: dict[tuple[str, int, int | None], float] = {}
    for row in rows:
        if row.max_total_dose_gy is not None and not row.advisory:
            key = (row.structure, row.n_fractions, row.interval_months)
            smallest[key] = min(smallest.get(key, row.max_total_dose_gy), row.max_total_dose_gy)
    return [
        replace(
            row,
            binding=not row.advisory
            and row.max_total_dose_gy is not None
            and smallest[row.structure, row.n_fractions, row.interval_months] == row.max_total_dose_gy,
        )
        for row in rows
    ]
