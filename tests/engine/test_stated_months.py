"""Months that are stated, over several courses: by hand."""

import copy

import numpy as np
import pytest

from property.example_cases import STATED_MONTHS
from reirrad.engine.from_cases import prepare
from reirrad.engine.intervals import interval_between
from reirrad.ingest import parse_case
from reirrad.library import load_library


def test_t04_of_courses_further_on_only_those_between_count() -> None:
    """Six months thrice, and short courses: 18 less 0.11 twice over two of them, and 12 less 0.11 over one."""
    raw = copy.deepcopy(STATED_MONTHS)
    short = raw["course"][1] | {"schedule": "30 Gy / 3", "months_since_previous": 6}
    two = {"n_phases": 2, "phase": [{"schedule": "30 Gy / 3", "dose": short["dose"]}] * 2}
    phases = {key: value for key, value in short.items() if key not in ("schedule", "dose")} | two
    raw["course"] = [
        raw["course"][0],
        *(one | {"id": name} for one, name in ((short, "x"), (phases, "y"), (short, "z"))),
    ]
    raw["course"][-1]["role"] = raw["course"][1]["role"] = raw["course"][2]["role"] = "delivered"
    raw["prior_courses"] = 4
    batch = prepare([parse_case(raw)], load_library()).batch
    found = interval_between(batch, np.array([0, 1, 0, 2]), np.array([3, 3, 2, 3]))
    assert found.low.tolist() == [pytest.approx(each) for each in (18 - 0.22, 12 - 0.11, 12 - 0.11, 6)]


def test_no_months_are_none() -> None:
    raw = copy.deepcopy(STATED_MONTHS)
    raw["course"][1]["months_since_previous"] = 0
    batch = prepare([parse_case(raw)], load_library()).batch
    assert interval_between(batch, np.array([0]), np.array([1])) == ([0.0], [0.0])
