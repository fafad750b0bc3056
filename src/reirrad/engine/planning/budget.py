"""The dose that a further course to one patient may still give, by structure, constraint and fraction number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from reirrad import __version__
from reirrad.engine.arguments import check_flags, rules_of, whole_case
from reirrad.engine.batch import Batch
from reirrad.engine.check import case_digest, editions_used, source_of
from reirrad.engine.codes import Status, reason_word
from reirrad.engine.from_cases import prepare
from reirrad.engine.groups import told_of_parts
from reirrad.engine.notes import notes_of_choice, unmapped_structures
from reirrad.engine.planning.asked import problems_of_technique, whole_months, whole_numbers
from reirrad.engine.planning.further import with_fractions, with_further_course, without_exact_end
from reirrad.engine.planning.largest import STATES, STEPS_OF_A_GRAY, Answer, Largest, answers
from reirrad.engine.planning.newest import told_of_exceeded
from reirrad.engine.selection import taken
from reirrad.errors import InputError, Problem, shown
from reirrad.library import Library
from reirrad.model.budget import Budget, BudgetRow, Unanswered
from reirrad.model.case import Case, Technique
from reirrad.model.finding import InputDigest


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
        Intervals to answer for, in months from the end of the last course, where the case proposes none; not known by
        default.

    Returns
    -------
    Budget
        Rows with the dose rounded down to 0.01 Gy: with it the constraint is met, with 0.01 Gy more it is not.

    Raises
    ------
    CaseError
        If it is no case, or its fields do not agree.
    InputError
        If the case proposes no course and its last course has no exact end, or proposes one and a technique or
        intervals are given; or ``strict`` is neither true nor false.
    LibraryError
        If it is no library.
    QuantityError
        If fraction numbers are not whole numbers from 1, or intervals not whole months from 0 to 1200.

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
    check_flags(call="budget", strict=strict)
    case = whole_case(case, call="budget")
    rules = rules_of(library, call="budget")
    numbers, intervals = whole_numbers(n_fractions).tolist(), whole_months(intervals_months)
    batch = prepare([case], rules).batch
    _refuse(case, batch, technique, intervals)
    months: Sequence[int | None] = intervals or [None]
    asked = [(interval, n) for interval in months for n in numbers]
    further = _asking(batch, asked, technique)
    found = list(answers(further, rules, strict=strict))
    left_out = tuple(dict.fromkeys(answer.constraint.id for answer in found if answer.largest is None))
    rows = [row for answer in found if answer.largest is not None for row in _rows(answer, answer.largest, asked)]
    rows = _in_order(rows, case, rules, asked)
    unanswered = tuple(_unanswered(case, rules, rows, asked))
    in_part = tuple(told_of_parts(((row.constraint_id, row.structure) for row in rows if not row.advisory), rules))
    return Budget(
        case_id=case.case_id,
        rows=tuple(_with_binding(rows)),
        unmapped_structures=unmapped_structures(case, rules),
        left_out=left_out,
        unanswered=unanswered,
        groups_in_part=in_part,
        notes=(
            *notes_of_choice(case, rules, strict=strict),
            *_silent(unanswered, asked),
            *told_of_exceeded(_exceeded(further, found), "whatever dose is added"),
            *in_part,
            *([f"left out, because no largest dose answers them: {', '.join(left_out)}"] if left_out else []),
            *_held(case, found),
            "the dose is that of the further course to the structure, in the metric of the constraint and as its Max",
            "rows of different metrics are compared as if the dose were uniform",
            "a dose that is left is no advice to give it",
        ),
        editions=editions_used(rules),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def _exceeded(further: Batch, found: Sequence[Answer]) -> Iterator[tuple[str, str, str]]:
    """Yield structure, constraint and course where a delivered course is beyond a limit: that leaves no dose."""
    for answer in found:
        if answer.largest is not None:
            courses = answer.largest.course[answer.largest.status == Status.VIOLATED]
            for course in courses[courses >= 0]:
                if not further.is_proposed[course]:
                    yield answer.structure, answer.constraint.id, str(further.course_id[course])


def _held(case: Case, found: Sequence[Answer]) -> Iterator[str]:
    """Yield that a limit for a prescription is about that of the proposed course, whatever dose is left."""
    conditions = [answer.constraint.conditions for answer in found if answer.largest is not None]
    asks = any(item.fraction_size_gy is not None or item.scheduled_dose_gy is not None for item in conditions)
    if case.proposed is not None and asks:
        what = "limits for a prescription are answered for that of the proposed course"
        yield f"{what}; for another one they may not apply"


def _refuse(case: Case, batch: Batch, technique: Technique | None, intervals_months: Sequence[int]) -> None:
    problems: list[Problem] = []
    problems += problems_of_technique(technique)
    if case.proposed is not None and technique is not None:
        what = "the case proposes a course: its technique counts"
        problems.append(Problem("technique", what, shown(technique), hint="leave the option out, or change the case"))
    if case.proposed is not None and intervals_months:
        what = "the case proposes a course: its dates count"
        problems.append(Problem("intervals_months", what, shown(list(intervals_months)), hint="leave them out"))
    if not case.course and intervals_months:
        what = "no course is listed: there is none from which an interval runs"
        problems.append(Problem("intervals_months", what, shown(list(intervals_months)), hint="leave them out"))
    elif case.proposed is None and intervals_months and without_exact_end(batch)[0]:
        hint = "state it, or propose a course with its date"
        problems.append(Problem("course", "the end of the last course is not one day", hint=hint))
    if problems:
        raise InputError(case.case_id, problems)


def _asking(batch: Batch, asked: Sequence[tuple[int | None, int]], technique: Technique | None) -> Batch:
    """Return the case once for each interval and fraction number."""
    many = taken(batch, np.zeros(len(asked), dtype=np.int64))
    months = None if asked[0][0] is None else np.array([interval for interval, _ in asked])
    further = with_further_course(many, technique=technique, interval_months=months)
    return with_fractions(further, np.array([n for _, n in asked]))


def _rows(answer: Answer, found: Largest, asked: Sequence[tuple[int | None, int]]) -> Iterator[BudgetRow]:
    """Yield the rows of an answer, one for each case that it says something of."""
    constraint = answer.constraint
    for at, case in enumerate(found.case):
        status = Status(int(found.status[at]))
        interval, n = asked[int(case)]
        dose = int(found.steps[at]) / STEPS_OF_A_GRAY if found.is_bounded[at] else None
        reason = reason_word(status=status, causes=int(found.causes[at]), exclusion=0)
        yield BudgetRow(
            structure=answer.structure,
            constraint_id=constraint.id,
            edition=answer.loaded.edition.id,
            n_fractions=n,
            state="bounded" if dose is not None else STATES[status],
            max_total_dose_gy=dose,
            max_dose_per_fraction_gy=None if dose is None else dose / n,
            binding=False,
            reason=reason,
            source=source_of(answer.loaded, constraint.read),
            locator=constraint.locator,
            metric=constraint.metric,
            advisory=constraint.advisory,
            interval_months=interval,
        )


def _in_order(
    rows: list[BudgetRow], case: Case, library: Library, asked: Sequence[tuple[int | None, int]]
) -> list[BudgetRow]:
    """Return rows by structure as the case lists them, interval and fraction number, then as the library is."""
    structures = list(dict.fromkeys([*_structures(case, library), *sorted(row.structure for row in rows)]))
    return sorted(
        rows, key=lambda row: (structures.index(row.structure), asked.index((row.interval_months, row.n_fractions)))
    )


def _structures(case: Case, library: Library) -> list[str]:
    names = [library.structures.canonical(name) for name in case.structures]
    return [name for name in names if name is not None]


def _unanswered(
    case: Case, library: Library, rows: Sequence[BudgetRow], asked: Sequence[tuple[int | None, int]]
) -> Iterator[Unanswered]:
    """Yield what has no row that decides, so that nothing is missing without a word."""
    told = {(row.structure, row.interval_months, row.n_fractions) for row in rows if not row.advisory}
    for structure in _structures(case, library):
        for interval, n in asked:
            if (structure, interval, n) not in told:
                yield Unanswered(structure=structure, n_fractions=n, interval_months=interval)


def _silent(unanswered: Sequence[Unanswered], asked: Sequence[tuple[int | None, int]]) -> Iterator[str]:
    """Yield the same in words: by structure, and by interval where not every one has an answer."""
    numbers = tuple(dict.fromkeys(n for _, n in asked))
    for structure in dict.fromkeys(item.structure for item in unanswered):
        own = [(item.interval_months, item.n_fractions) for item in unanswered if item.structure == structure]
        by_numbers: dict[tuple[int, ...], list[int | None]] = {}
        for interval in dict.fromkeys(interval for interval, _ in own):
            by_numbers.setdefault(tuple(n for at, n in own if at == interval), []).append(interval)
        for counts, intervals in by_numbers.items():
            where = f"structure {structure}"
            if len(own) < len(asked) and intervals != [None]:
                months = _listed([interval for interval in intervals if interval is not None])
                where += f", {months} month{'s' * (months != '1')} after the last course"
            if counts != numbers:
                where += f", in {_listed(counts)} fraction{'s' * (counts != (1,))}"
            yield f"{where}: no constraint that decides applies to such a course; that is no dose that is left"


def _listed(numbers: Sequence[int]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last


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
