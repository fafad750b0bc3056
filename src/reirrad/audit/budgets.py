"""The dose that a further course may still give, for many patients at once: a cohort table in, columns out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reirrad.audit.planning import (
    CASES_AT_ONCE,
    Columns,
    PlanningColumns,
    joined,
    portions,
    read_table,
    reasons,
    result,
    same,
)
from reirrad.engine.arguments import rules_of
from reirrad.engine.batch import Ints
from reirrad.engine.codes import Status
from reirrad.engine.planning.asked import one_interval, problems_of_technique, whole_numbers
from reirrad.engine.planning.further import with_fractions, with_further_course
from reirrad.engine.planning.largest import STATES, STEPS_OF_A_GRAY, Answer, Largest, answers
from reirrad.engine.selection import taken
from reirrad.errors import InputError
from reirrad.library import Library
from reirrad.model.case import Technique


def budgets(
    table: Any,
    *,
    n_fractions: Sequence[int],
    interval_months: int | None = None,
    technique: Technique | None = None,
    library: Library | None = None,
    strict: bool = False,
    assume_once_daily: bool = False,
    rename: Mapping[str, str] | None = None,
) -> PlanningColumns:
    """Return the largest total physical dose that a further course may give, for every patient of a cohort table.

    Parameters
    ----------
    table
        As for :func:`reirrad.audit`. The doses of proposed courses are ignored, as for :func:`reirrad.budget`.
    n_fractions
        Fraction numbers to answer for.
    interval_months
        From the last course to the further one, for patients without a proposed course; not known by default.
    technique
        Of the further course of patients without a proposed one; not stated by default.
    library, strict, assume_once_daily, rename
        As for :func:`reirrad.audit`.

    Returns
    -------
    PlanningColumns
        ``patient_id``, ``structure``, ``constraint_id``, ``advisory``, ``n_fractions``, ``state`` (as in
        :class:`reirrad.model.budget.BudgetRow`), ``max_total_dose_gy`` and ``max_dose_per_fraction_gy`` (NaN unless
        bounded), ``binding`` (the smallest of the doses that are left; a row of state ``none`` leaves none at all),
        ``reason``.

    Raises
    ------
    TableError
        If columns are missing, not known or of different lengths.
    InputError
        If the technique is not known.
    QuantityError
        If a fraction number is not a whole number from 1, or the interval not whole months from 0 to 1200.

    Examples
    --------
    >>> from reirrad import load_library
    >>> table = {
    ...     "patient_id": ["A", "B"], "course_id": ["1", "1"], "structure": ["SpinalCord"] * 2,
    ...     "metric": ["Max[Gy]"] * 2, "dose_gy": [30.0, 45.0], "n_fractions": [10, 25], "fractions_per_day": [1, 1],
    ...     "modality": ["photon"] * 2, "start": ["2020-01-06"] * 2, "end": ["2020-02-07"] * 2,
    ...     "prior_radiotherapy": ["complete"] * 2, "prior_courses": [1, 1],
    ... }
    >>> library = load_library().select(["nieder-2006"])
    >>> found = budgets(table, n_fractions=[5, 10], interval_months=12, library=library)
    >>> is_binding = found.columns["binding"]
    >>> for name in ("patient_id", "n_fractions", "max_total_dose_gy"):
    ...     found.columns[name][is_binding].tolist()
    ['A', 'A', 'B', 'B']
    [5, 10, 5, 10]
    [20.09, 26.19, 17.91, 23.16]
    """
    counts = whole_numbers(n_fractions)
    interval_months = one_interval(interval_months)
    problems = list(problems_of_technique(technique))
    if problems:
        raise InputError("budgets", problems)
    rules = rules_of(library, call="budgets")
    read = read_table(table, rules, rename, strict=strict, assume_once_daily=assume_once_daily)
    parts: list[Columns] = []
    left_out: dict[str, None] = {}
    for first, batch in portions(read.batch, max(1, CASES_AT_ONCE // len(counts))):
        many = taken(batch, np.repeat(np.arange(batch.n_cases), len(counts)))
        months = None if interval_months is None else np.full(many.n_cases, interval_months)
        further = with_further_course(many, technique=technique, interval_months=months)
        asked = with_fractions(further, np.tile(counts, batch.n_cases))
        for answer in answers(asked, rules, strict=strict):
            if answer.largest is None:
                left_out[answer.constraint.id] = None
            else:
                parts.append(_budget_columns(answer, answer.largest, counts, first))
    columns = joined(parts, _BUDGET_COLUMNS)
    columns["binding"] = _binding(columns)
    return result(read, rules, columns, tuple(left_out))


_BUDGET_COLUMNS = (
    "patient",
    "structure",
    "constraint_id",
    "advisory",
    "n_fractions",
    "state",
    "max_total_dose_gy",
    "max_dose_per_fraction_gy",
    "reason",
)


def _budget_columns(answer: Answer, found: Largest, counts: Ints, first: int) -> Columns:
    n = counts[found.case % len(counts)]
    dose = np.where(found.is_bounded, found.steps / STEPS_OF_A_GRAY, np.nan)
    words = np.array([STATES.get(item, "") for item in Status], dtype=object)
    constraint = answer.constraint
    return {
        "patient": first + found.case // len(counts),
        "structure": same(answer.structure, len(n)),
        "constraint_id": same(constraint.id, len(n)),
        "advisory": np.full(len(n), constraint.advisory),
        "n_fractions": n,
        "state": np.where(found.is_bounded, "bounded", words[found.status]).astype(object),
        "max_total_dose_gy": dose,
        "max_dose_per_fraction_gy": dose / n,
        "reason": reasons(found.status, found.causes),
    }


def _binding(columns: Columns) -> np.ndarray[Any, Any]:
    """Mark the smallest bounded row of each patient, structure and fraction number."""
    _, structure = np.unique(columns["structure"].astype(np.str_), return_inverse=True)
    keys = np.stack([columns["patient"], structure.ravel(), columns["n_fractions"]])
    _, group = np.unique(keys, axis=1, return_inverse=True)
    dose = np.where(columns["advisory"], np.nan, columns["max_total_dose_gy"])
    smallest = np.full(int(group.max(initial=-1)) + 1, np.inf)
    np.fmin.at(smallest, group.ravel(), dose)
    return np.asarray(dose == smallest[group.ravel()])
