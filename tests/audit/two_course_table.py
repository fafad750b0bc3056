"""One patient of two courses as a table in memory, and the edition that tests of whole tables judge it by."""

from __future__ import annotations

from typing import Any

from reirrad import load_library

NIEDER = load_library().select(["nieder-2006"])
#: 30 Gy / 10 and 30 Gy / 20 are 75 + 52.5 = 127.5 Gy2, more than two years apart: met.
TABLE: dict[str, Any] = {
    "patient_id": ["A", "A"], "course_id": ["1", "2"], "structure": ["SpinalCord"] * 2, "metric": ["Max[Gy]"] * 2,
    "dose_gy": [30.0, 30.0], "n_fractions": [10, 20], "fractions_per_day": [1, 1], "modality": ["photon"] * 2,
    "start": ["2020-01-06", "2022-03-07"], "end": ["2020-01-17", "2022-04-01"],
    "prior_radiotherapy": ["complete"] * 2, "prior_courses": [2, 2],
}  # fmt: skip
