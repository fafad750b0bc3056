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
_COLUMNS = (
    "from_cases",
    "batch",
    "convert",
    "doses",
    "orders",
    "applicability",
    "selection",
    "missing",
    "contradictions",
)
_ANSWERS = ("check", "codes", "disagreement", "example", "explain", "explain_course", "explain_sums", "notes", "trace")
_PLANNING_TESTS = (
    "tests/engine/test_budget_rows.py",
    "tests/engine/test_courses_in_time.py",
    "tests/engine/test_drawing_together.py",
    "tests/engine/test_explained.py",
    "tests/engine/test_further.py",
    "tests/engine/test_largest.py",
    "tests/engine/test_sensitivity_rows.py",
    "tests/engine/test_timeline_left_out.py",
    "tests/engine/test_timeline_lines.py",
    "tests/engine/test_what_if.py",
    "tests/engine/test_what_if_dates.py",
    "tests/engine/test_when_rows.py",
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
    # the engine, each part with few tests that are about it; a survivor is asked nothing that takes long
    "decision": Area(tuple(f"src/reirrad/engine/{name}.py" for name in _DECISION), _DECISION_TESTS, kept=_LIBRARY),
    "judging": Area(
        tuple(f"src/reirrad/engine/{name}.py" for name in ("judge", "judged", "evaluate", "view")),
        ("tests/engine/test_limits_of_orders.py", "tests/engine/test_proof.py", "tests/engine/test_reasons.py"),
        kept=_LIBRARY,
    ),
    "columns": Area(
        tuple(f"src/reirrad/engine/{name}.py" for name in _COLUMNS),
        ("tests/engine/test_orders.py", "tests/engine/test_selection.py", "tests/engine/test_reasons.py"),
        kept=_LIBRARY,
    ),
    "answers": Area(
        tuple(f"src/reirrad/engine/{name}.py" for name in _ANSWERS),
        ("tests/engine/test_notes.py", "tests/engine/test_example.py", "tests/report/test_derivation.py"),
        kept=_LIBRARY,
    ),
    "planning": Area(
        ("src/reirrad/engine/planning/*.py",),
        _PLANNING_TESTS,
        kept=_LIBRARY,
    ),
}
