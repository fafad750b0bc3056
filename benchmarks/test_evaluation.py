"""The evaluation of many patients, beside the bare conversion of the same schedules.

Two courses a patient, one structure, every cord constraint: what a finding costs over the BED that it is made of.
"""

from __future__ import annotations

import numpy as np
import pytest

from reirrad import audit, bed
from reirrad.audit.assemble import assemble, check_rows
from reirrad.audit.rows import read_rows
from reirrad.audit.table import columns_of
from reirrad.engine.evaluate import evaluate
from reirrad.library import load_library


def cohort(n_patients: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(20)
    n = 2 * n_patients
    first = np.datetime64("2010-01-01") + rng.integers(0, 3000, n_patients)
    start = np.stack([first, first + rng.integers(40, 2000, n_patients)], axis=1).ravel()
    n_fractions = rng.integers(5, 30, n)
    return {
        "patient_id": np.repeat(np.char.add("P", np.arange(n_patients).astype(str)), 2),
        "course_id": np.tile(["1", "2"], n_patients),
        "structure": np.full(n, "SpinalCord"),
        "metric": np.full(n, "Max[Gy]"),
        "dose_gy": np.round(n_fractions * rng.uniform(1.0, 3.0, n), 2),
        "n_fractions": n_fractions,
        "fractions_per_day": np.ones(n, dtype=np.int64),
        "modality": np.full(n, "photon"),
        "start": start,
        "end": start + rng.integers(5, 40, n),
        "prior_radiotherapy": np.full(n, "complete"),
        "prior_courses": np.full(n, 2),
    }


@pytest.mark.parametrize("n_patients", [1_000, 100_000])
@pytest.mark.parametrize("what", ["bed of the schedules", "evaluation", "audit"])
def test_evaluation(benchmark, n_patients, what):
    benchmark.group = f"{n_patients} patients"
    table, library = cohort(n_patients), load_library()
    if what == "bed of the schedules":
        benchmark(bed, total_dose_gy=table["dose_gy"], n_fractions=table["n_fractions"], alpha_beta_gy=2.0)
        return
    if what == "audit":
        findings = benchmark.pedantic(audit, args=(table,), rounds=2)
        assert len(findings) == 9 * n_patients
        return
    rows = read_rows(columns_of(table, {}), library, assume_once_daily=False)
    batch, _ = assemble(rows, check_rows(rows))
    blocks = benchmark.pedantic(evaluate, args=(batch, library), rounds=3)
    benchmark.extra_info["findings"] = sum(len(block.status) for block in blocks)
