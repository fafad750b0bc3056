"""Budgets of many patients at once, beside a root finder that asks the same decision one question at a time.

The decision is a step: met or not. ``brentq`` is given the margin of the decision, which is continuous, so that it
needs few calls; every call judges one case with one dose by the same engine, all else prepared.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from reirrad import budgets, sensitivities
from reirrad.audit.planning import read_table
from reirrad.engine.planning.further import with_fractions, with_further_course
from reirrad.engine.planning.largest import Given, judge_of
from reirrad.engine.selection import taken
from reirrad.library import load_library
from test_evaluation import cohort

COUNTS = (1, 3, 5, 10, 25)
#: Questions that the root finder is asked; its time is per question.
ASKED_ALONE = 40
LIBRARY = load_library().select(["nieder-2006"])
(CUMULATIVE,) = (item for item in LIBRARY.judged() if item[1].id == "nieder-2006.cumulative")


def one_by_one(batch, cases):
    """Return the largest dose for each case and fraction number, each found by itself."""
    found = []
    for case in cases:
        alone = taken(batch, np.array([case]))
        further = with_further_course(alone, interval_months=np.array([12]))
        for n in COUNTS:
            given = Given(with_fractions(further, np.array([n])), LIBRARY)
            judge = judge_of(given, *CUMULATIVE, "SpinalCord", strict=False)

            def margin(dose_gy, given=given, judge=judge):
                return float(given.judged(judge, np.array([0]), np.array([dose_gy * 100])).margin[0, 0])

            found.append(np.nan if margin(0.01) < 0 else brentq(margin, 0.01, 1000.0, xtol=1e-3))
    return found


@pytest.mark.parametrize("n_patients", [1_000, 100_000])
@pytest.mark.parametrize("how", ["at once", "one by one"])
def test_budgets(benchmark, how, n_patients):
    benchmark.group = f"cumulative limit, {n_patients} patients x {len(COUNTS)} fraction numbers"
    table = cohort(n_patients)
    if how == "one by one":
        batch = read_table(table, LIBRARY, None, strict=False, assume_once_daily=False).batch
        found = benchmark.pedantic(one_by_one, args=(batch, range(ASKED_ALONE // len(COUNTS))), rounds=1)
        benchmark.extra_info["questions"] = len(found)
        columns = budgets(table, n_fractions=COUNTS, interval_months=12, library=LIBRARY).columns
        mine = columns["max_total_dose_gy"][columns["constraint_id"] == CUMULATIVE[1].id][: len(found)]
        assert np.allclose(mine, found, atol=0.011, equal_nan=True)
        return
    answers = benchmark.pedantic(
        budgets, args=(table,), kwargs={"n_fractions": COUNTS, "interval_months": 12, "library": LIBRARY}, rounds=1
    )
    benchmark.extra_info["questions"] = len(answers)


@pytest.mark.parametrize("n_patients", [1_000, 20_000])
def test_sensitivities(benchmark, n_patients):
    benchmark.group = f"sensitivity, {n_patients} patients"
    found = benchmark.pedantic(sensitivities, args=(cohort(n_patients),), kwargs={"library": LIBRARY}, rounds=1)
    benchmark.extra_info["findings"] = len(found)
