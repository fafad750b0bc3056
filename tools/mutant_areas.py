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
_JUDGING_TESTS = ("judge", "judge_cases", "judge_causes", "judge_steps", "view", "evaluate")
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
_COLUMN_TESTS = (
    "applicability",
    "columns",
    "converting",
    "part_above_container",
    "parts_of_batches",
    "phase_doses",
    "rows_of_orders",
    "what_would_decide",
)
_ANSWERS = ("check", "codes", "disagreement", "example", "explain", "explain_course", "explain_sums", "notes", "trace")
_ANSWER_TESTS = (
    "tests/engine/test_derivation_of_courses.py",
    "tests/engine/test_derivation_of_models.py",
    "tests/engine/test_derivation_of_recovery.py",
    "tests/engine/test_derivation_of_sums.py",
    "tests/engine/test_derivation_without_value.py",
    "tests/engine/test_disagreement_by_hand.py",
    "tests/engine/test_example.py",
    "tests/engine/test_example_at_ends.py",
    "tests/engine/test_findings_whole.py",
    "tests/engine/test_notes_in_words.py",
    "tests/engine/test_notes_of_courses.py",
    "tests/engine/test_reports_whole.py",
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
    "fields": Area(("src/reirrad/model/fields.py",), ("tests/model/test_fields.py", "src/reirrad/model/fields.py")),
    "cells": Area(
        tuple(f"src/reirrad/audit/{name}.py" for name in _CELLS),
        tuple(f"tests/audit/test_{name}.py" for name in ("cells", "rows", "agreement")),
        kept=_LIBRARY,
    ),
    # the engine, each part with few tests that are about it; a survivor is asked nothing that takes long
    "decision": Area(tuple(f"src/reirrad/engine/{name}.py" for name in _DECISION), _DECISION_TESTS, kept=_LIBRARY),
    "judging": Area(
        tuple(f"src/reirrad/engine/{name}.py" for name in ("judge", "judged", "evaluate", "view")),
        tuple(f"tests/engine/test_{name}.py" for name in _JUDGING_TESTS),
        kept=_LIBRARY,
    ),
    "columns": Area(
        tuple(f"src/reirrad/engine/{name}.py" for name in _COLUMNS),
        tuple(f"tests/engine/test_{name}.py" for name in _COLUMN_TESTS),
        kept=_LIBRARY,
    ),
    "answers": Area(tuple(f"src/reirrad/engine/{name}.py" for name in _ANSWERS), _ANSWER_TESTS, kept=_LIBRARY),
    "planning": Area(
        ("src/reirrad/engine/planning/*.py",),
        ("tests/engine/test_bracket.py", "tests/engine/test_timeline.py", "src/reirrad/engine/planning"),
        kept=_LIBRARY,
    ),
}
