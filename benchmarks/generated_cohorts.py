"""Clean cohort tables of any size for benchmarks, written in portions so that the memory does not grow with the rows.

Needs pyarrow. The numbers are drawn and are not clinical; nothing in a table is wrong, so that a row in quarantine is a
bug of the reader.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

STRUCTURES = (
    *("SpinalCord", "CaudaEquina", "Brainstem", "Esophagus", "Heart", "Lungs"),
    *("Rectum", "Bladder", "Bowel_Small", "BrachialPlex_L", "Skin", "Liver"),
)
COURSES, COURSE_SHARES = (1, 2, 3, 4), (0.15, 0.6, 0.15, 0.1)
MEAN_COURSES = 2.2
CONVENTIONAL, STEREOTACTIC = (10, 15, 20, 25, 30), (1, 3, 5)
FIRST_DAY = np.datetime64("2005-01-03")
#: Patients of a portion: about 200,000 rows, 20 MB of text.
PATIENTS_AT_ONCE = 8_000


def write_cohort(path: str | Path, *, n_rows: int, seed: int = 20) -> int:
    """Write a clean CSV of about ``n_rows`` course rows; return how many it has.

    The same arguments give the same bytes. Patients are whole, so the number of rows is near the one asked.
    """
    n_patients = max(1, round(n_rows / (MEAN_COURSES * len(STRUCTURES))))
    rng = np.random.default_rng(seed)
    written = 0
    with Path(path).open("wb") as file:
        for first in range(0, n_patients, PATIENTS_AT_ONCE):
            portion = _portion(rng, first, min(PATIENTS_AT_ONCE, n_patients - first))
            # without quotes, as most exports are: no cell holds a comma
            options = pa_csv.WriteOptions(include_header=first == 0, quoting_style="none", quoting_header="none")
            pa_csv.write_csv(portion, file, options)
            written += portion.num_rows
    return written


def _portion(rng: np.random.Generator, first_patient: int, n_patients: int) -> pa.Table:
    n_courses = rng.choice(COURSES, n_patients, p=COURSE_SHARES)
    patient = np.repeat(np.arange(n_patients), n_courses)
    number = np.arange(len(patient)) - np.repeat(np.cumsum(n_courses) - n_courses, n_courses)
    is_stereotactic = rng.random(len(patient)) < 0.2
    n_fractions = np.where(
        is_stereotactic, rng.choice(STEREOTACTIC, len(patient)), rng.choice(CONVENTIONAL, len(patient))
    )
    start, end = _dates(rng, patient, number, n_fractions)
    n = len(patient) * len(STRUCTURES)
    course = np.repeat(np.arange(len(patient), dtype=np.int32), len(STRUCTURES))

    def spread(values: np.ndarray) -> pa.Array:
        return pa.array(values).take(pa.array(course))

    def constant(value: object) -> pa.Array:
        return pa.repeat(value, n)

    # below 91 Gy in all, so that no dose is 99.99 or 999, which stand for "missing"
    per_fraction = np.where(is_stereotactic, 12.0, 3.0)[course] * rng.random(n)
    return pa.table(
        {
            "patient_id": spread(np.char.mod("P%08d", first_patient + patient)),
            "course_id": spread((number + 1).astype(str)),
            "structure": pa.array(STRUCTURES).take(pa.array(np.tile(np.arange(len(STRUCTURES)), len(patient)))),
            "metric": constant("Max[Gy]"),
            "dose_gy": pa.array(n_fractions[course] * per_fraction).cast(pa.decimal128(5, 2)),
            "n_fractions": spread(n_fractions.astype(np.int16)),
            "fractions_per_day": constant(pa.scalar(1, pa.int8())),
            "modality": constant("photon"),
            "technique": spread(np.where(is_stereotactic, "stereotactic", "conventional")),
            "start": spread(start.astype(str)),
            "end": spread(end.astype(str)),
            "prior_radiotherapy": constant("complete"),
            "prior_courses": spread(n_courses[patient].astype(np.int8)),
            "basis": constant("plan"),
        }
    )


def _dates(
    rng: np.random.Generator, patient: np.ndarray, number: np.ndarray, n_fractions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last day of each course; a course begins 60 days or more after the end of the one before."""
    days = (n_fractions - 1) // 5 * 7 + (n_fractions - 1) % 5
    is_first = number == 0
    gap = rng.integers(60, 900, len(patient))
    before = np.concatenate([[0], days[:-1]])
    # days since the first course began: a running sum that starts again with each patient
    since = np.cumsum(np.where(is_first, 0, gap + before))
    since -= since[is_first][patient]
    start = FIRST_DAY + 7 * rng.integers(0, 520, patient[-1] + 1)[patient] + since
    return start, start + days


if __name__ == "__main__":
    write_cohort(sys.argv[1], n_rows=int(sys.argv[2]))
