"""A column that was mapped wrongly has another word in every row; that costs no more than any other column (X26)."""

from __future__ import annotations

import time

import numpy as np
import pytest

from reirrad.audit.rows import UNKNOWN, read_rows
from reirrad.library import load_library

N = 30_000


@pytest.mark.parametrize(
    ("column", "word"), [("structure", "S{}"), ("metric", "strange {}"), ("metric", "D0.{}1cc")], ids=str
)
def test_another_name_in_every_row(column: str, word: str) -> None:
    columns = {
        "patient_id": np.full(N, "p"),
        "course_id": np.full(N, "1"),
        "structure": np.full(N, "SpinalCord"),
        "metric": np.full(N, "Max[Gy]"),
        "dose_gy": np.ones(N),
        "n_fractions": np.ones(N),
        "fractions_per_day": np.ones(N),
        "modality": np.full(N, "photon"),
    } | {column: np.array([word.format(number) for number in range(N)])}
    began = time.process_time()
    rows = read_rows(columns, load_library(), assume_once_daily=False)
    assert time.process_time() - began < 5
    assert not rows.bad.any()
    assert len(np.unique(rows[column])) == N
    assert (rows[column] <= UNKNOWN).all() or len(rows.metrics) == N
