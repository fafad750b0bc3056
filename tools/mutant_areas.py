"""What the mutation tests change, and by which tests: areas that can be measured one by one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """Some modules, and the tests that are to kill their mutants."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()
    #: parts of the package that use none of the modules: their caches may stay from test to test
    kept: tuple[str, ...] = ()


_ENGINE_TESTS = (
    "tests/engine",
    "tests/golden",
    "tests/reference",
    "tests/report",
    "tests/property/test_physics.py",
    "tests/property/test_information.py",
    "tests/test_published_cases.py",
    "src/reirrad/engine",
)
_LIBRARY = ("reirrad.library", "reirrad.model")
_DECISION = ("decide", "decided", "proof", "scopes", "intervals", "limits")
_DECISION_TESTS = (
    "tests/engine/test_boundaries.py",
    "tests/engine/test_bounds_of_sums.py",
    "tests/engine/test_cord_model_judged.py",
    "tests/engine/test_decide.py",
    "tests/engine/test_intervals.py",
    "tests/engine/test_limits_of_orders.py",
    "tests/engine/test_proof.py",
    "tests/engine/test_reasons.py",
    "tests/engine/test_recovery_bins.py",
    "tests/engine/test_shown.py",
    "src/reirrad/engine/intervals.py",
)
_READING = ("quantities", "model/dates", "model/schedule", "model/metric")
_CELLS = ("rows", "table", "declared_cells", "agreement")

AREAS = {
    "radiobiology": Area(("src/reirrad/radiobiology/*.py",), ("tests/radiobiology", "src/reirrad/radiobiology")),
    # units, dates and schedules as they are read in cases, and in the cells of tables
    "reading": Area(
        tuple(f"src/reirrad/{name}.py" for name in _READING),
        ("tests/model", "src/reirrad/model", "src/reirrad/quantities.py"),
    ),
    "fields": Area(("src/reirrad/model/fields.py",), ("tests/model", "tests/ingest/test_refusals.py")),
    "cells": Area(
        tuple(f"src/reirrad/audit/{name}.py" for name in _CELLS),
        ("tests/audit/test_memory.py", "tests/audit/test_same_as_check.py", "tests/audit/test_faults_csv.py"),
    ),
    # what decides, by itself and with few tests; then all of the engine
    "decision": Area(tuple(f"src/reirrad/engine/{name}.py" for name in _DECISION), _DECISION_TESTS, kept=_LIBRARY),
    "engine": Area(
        ("src/reirrad/engine/*.py",),
        _ENGINE_TESTS,
        without=("src/reirrad/engine/planning/*", *(f"src/reirrad/engine/{name}.py" for name in _DECISION)),
    ),
    "planning": Area(("src/reirrad/engine/planning/*.py",), ("tests/engine", "src/reirrad/engine/planning")),
}
