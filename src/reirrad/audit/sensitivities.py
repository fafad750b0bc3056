"""How sure the findings of many patients are: a cohort table in, columns out."""

from __future__ import annotations

from collections.abc import Mapping
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
from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import evaluate
from reirrad.engine.planning.changes import NONE
from reirrad.engine.planning.whatif import STEPS_OF_A_PERCENT, WhatIf, is_for_the_plain_sum, what_if
from reirrad.library import Library
from reirrad.library.alternatives import load_alternatives


def sensitivities(
    table: Any,
    *,
    library: Library | None = None,
    strict: bool = False,
    assume_once_daily: bool = False,
    rename: Mapping[str, str] | None = None,
) -> PlanningColumns:
    """Return for every finding of a cohort table whether it survives what is uncertain, and where it flips.

    Parameters
    ----------
    table, library, strict, assume_once_daily, rename
        As for :func:`reirrad.audit`.

    Returns
    -------
    PlanningColumns
        ``patient_id``, ``structure``, ``constraint_id``, ``advisory``, ``status``, ``label`` (robust, fragile, or
        ``None`` where nothing was evaluated), ``alpha_beta_survives`` (over all published intervals;
        ``None`` where there is none or alpha/beta does not matter, or a quarantined row leaves it open) and
        ``alpha_beta_flips_at_gy`` (the nearest to that of the constraint), ``dose_flips_at_lower_percent`` and
        ``dose_flips_at_higher_percent``, ``status_shortest``, ``status_longest`` and ``dates_flip_at_months`` (over
        dates that are ranges), and ``other_recovery``: of the other published recovery schedules, how many would give
        another status (-1 for a limit that is for the sum without recovery: no discounted one is set beside it). NaN,
        ``None`` and -1 where there is no flip, or it was not asked.

    Raises
    ------
    TableError
        If columns are missing, not known or of different lengths.

    Examples
    --------
    >>> from reirrad import load_library
    >>> table = {
    ...     "patient_id": ["A", "A"], "course_id": ["1", "2"], "structure": ["SpinalCord"] * 2,
    ...     "metric": ["Max[Gy]"] * 2, "dose_gy": [30.0, 22.0], "n_fractions": [10, 10], "fractions_per_day": [1, 1],
    ...     "modality": ["photon"] * 2, "start": ["2020-01-06", "2021-01-04"], "end": ["2020-01-17", "2021-01-15"],
    ...     "prior_radiotherapy": ["complete"] * 2, "prior_courses": [2, 2],
    ... }
    >>> found = sensitivities(table, library=load_library().select(["nieder-2006"])).columns
    >>> found["label"].tolist(), found["dose_flips_at_higher_percent"].tolist()
    (['robust', 'robust', 'robust'], [7.32, 17.96, nan])
    """
    rules = rules_of(library, call="sensitivities")
    read = read_table(table, rules, rename, strict=strict, assume_once_daily=assume_once_daily)
    alternatives = load_alternatives()
    parts = [
        _sensitivity_columns(what_if(block, rules, alternatives), first)
        for first, batch in portions(read.batch, CASES_AT_ONCE)
        for block in evaluate(batch, rules, strict=strict, before=False)
    ]
    return result(read, rules, joined(parts, _SENSITIVITY_COLUMNS), ())


_SENSITIVITY_COLUMNS = (
    "patient",
    "structure",
    "constraint_id",
    "advisory",
    "status",
    "reason",
    "label",
    "alpha_beta_survives",
    "alpha_beta_flips_at_gy",
    "dose_flips_at_lower_percent",
    "dose_flips_at_higher_percent",
    "status_shortest",
    "status_longest",
    "dates_flip_at_months",
    "other_recovery",
)


def _sensitivity_columns(found: WhatIf, first: int) -> Columns:
    block = found.block
    status, decided = block.status, block.judged.decided
    n, applies = len(status), status != Status.NOT_APPLICABLE
    words = np.array([None, *(item.word for item in Status)], dtype=object)
    label = np.where(found.is_robust, "robust", "fragile").astype(object)
    label[~np.isin(status, (Status.MET, Status.VIOLATED))] = None
    flips = np.full(n, np.nan)
    survives = np.ones(n, dtype=np.bool_)
    own = block.judge.conversion.alpha_beta_gy or 0.0
    for answer in found.alpha_beta:
        is_nearer = ~(np.abs(flips - own) <= np.abs(answer.flips_at_gy - own)) & ~np.isnan(answer.flips_at_gy)
        flips = np.where(is_nearer, answer.flips_at_gy, flips)
        survives &= answer.survives
    dates, doses = found.dates, found.doses
    unasked = np.full(n, NONE)
    columns: Columns = {
        "patient": first + block.judged.case,
        "structure": same(block.structure, n),
        "constraint_id": same(block.constraint.id, n),
        "advisory": np.full(n, block.constraint.advisory),
        "status": words[1 + status],
        "reason": reasons(status, decided.causes[:, 0]),
        "label": label,
        "alpha_beta_survives": _where_asked(found, survives),
        "alpha_beta_flips_at_gy": flips,
        "dose_flips_at_lower_percent": _percent(unasked if doses is None else doses.lower.step),
        "dose_flips_at_higher_percent": _percent(unasked if doses is None else doses.higher.step),
        "status_shortest": words[1 + (unasked if dates is None else dates.where_asked(dates.status_shortest))],
        "status_longest": words[1 + (unasked if dates is None else dates.where_asked(dates.status_longest))],
        "dates_flip_at_months": np.full(n, np.nan) if dates is None else dates.flips_at_months,
        "other_recovery": sum((other.status[:, 0] != status for _, other in found.recovery), np.zeros(n, np.int64))
        if found.recovery and not is_for_the_plain_sum(block)
        else unasked,
    }
    return {name: column[applies] for name, column in columns.items()}


def _where_asked(found: WhatIf, survives: Bools) -> np.ndarray[Any, Any]:
    """Return answers about alpha/beta; ``None`` where it does not matter, or no value could change what is open."""
    words = survives.astype(object)
    block = found.block
    is_open = (block.status == Status.NOT_EVALUATED) & block.judge.view.batch.has_unread[block.judged.case]
    words[is_open if found.alpha_beta else slice(None)] = None
    return words


def _percent(steps: Ints) -> np.ndarray[Any, Any]:
    return np.where(steps == NONE, np.nan, steps / STEPS_OF_A_PERCENT)
