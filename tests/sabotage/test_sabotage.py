"""One function of the engine or of radiobiology broken at a time: no answer may look better for it.

A broken function raises, returns None, returns NaN, or returns its true result with NaN for the numbers in it. A case
that is violated or cannot be evaluated never becomes met then, nor one to which a constraint does not apply; one that
is met stays met at most with numbers that are no better than the true ones. With REIRRAD_EXAMPLES every function is
broken for every case that calls it.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audit.test_memory import COLUMNS, rows_of
from cli.runner import invoke
from engine.judged_pairs import pair
from engine.test_reasons import changed
from property.effort import VARIABLE
from property.example_cases import FIRST, case, cord, course
from reirrad.engine import check as engine_check
from reirrad.engine.planning import budget as engine_budget
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.model.budget import Budget, BudgetRow
from reirrad.model.finding import Finding, Report
from sabotage.sabotaged_cases import JUDGED, LARGE, SMALL, Judged
from sabotage.saboteur import WAYS, Target, called_by, targets

CASES_OF_A_FUNCTION = 10**6 if os.environ.get(VARIABLE) else 2
SECONDS = 30
NIEDER = load_library().select(["nieder-2006"])
BROKEN = [way for way in WAYS if way != "raises"]


@contextmanager
def not_for_ever() -> Iterator[None]:
    """A loop that does not end is no answer, but it must not stop the tests."""

    def stop(_signal: int, _frame: object) -> None:
        raise AssertionError("the program did not end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def sabotaged(target: Target, way: str, act: Callable[[], Any]) -> Any:
    """Return what comes of it, or ``None`` if it is refused."""
    with target.replaced(WAYS[way]) as called, not_for_ever():
        try:
            found = act()
        except AssertionError:
            raise
        except Exception:
            found = None
    assert called, f"{target.name} was not reached"
    return found


def check(item: Judged) -> Report:
    return engine_check.check_all([item.case], library=item.library, strict=item.strict)[0]


def spread(items: list[Any], count: int) -> list[Any]:
    return items[:: max(1, len(items) // count)][:count]


TRUE = {name: check(item) for name, item in JUDGED.items()}


@pytest.fixture(scope="module")
def cases_of_functions() -> dict[Target, list[str]]:
    """The cases that call each function."""
    found: dict[Target, list[str]] = {}
    for name, item in JUDGED.items():
        for target in called_by(lambda item=item: check(item)):
            found.setdefault(target, []).append(name)
    return found


def test_the_cases_are_what_they_are_for() -> None:
    assert {name: report.verdict for name, report in TRUE.items()} == {
        name: item.verdict for name, item in JUDGED.items()
    }


def test_the_cases_reach_the_functions(cases_of_functions: dict[Target, list[str]]) -> None:
    reached = {target.name for target in cases_of_functions}
    packages = ("reirrad.engine.planning", "reirrad.engine.example", "reirrad.engine.disagreement")
    rest = [target.name for target in targets() if not target.name.startswith(packages)]
    # what is left: equations that no limit asks for, other ways to give cases, and what arrays do beyond a block
    assert len(reached) > 250
    assert len(reached) / len(rest) > 0.85, sorted(set(rest) - reached)


def test_forgetting_everything_changes_nothing() -> None:
    """The harness itself: with a function that is replaced by its own result, reports are what they are."""
    target = next(item for item in targets() if item.name == "reirrad.engine.decide.compare")
    with target.replaced(lambda call: call()) as called:
        assert check(JUDGED["sum"]) == TRUE["sum"]
    assert called


def is_no_better(found: Finding, true: Finding) -> bool:
    """Whether a finding that is met says so with numbers that are no better than the true ones."""
    if true.comparison in ("at_most", "below"):
        return found.value_high >= true.value_high and found.limit <= true.limit  # type: ignore[operator]
    return found.value_low <= true.value_low and found.limit >= true.limit  # type: ignore[operator]


@pytest.mark.parametrize("way", WAYS)
def test_no_report_looks_better(way: str, cases_of_functions: dict[Target, list[str]]) -> None:
    outcomes: dict[str, int] = {}
    for target, names in cases_of_functions.items():
        for name in spread(names, 1 if way == "raises" else CASES_OF_A_FUNCTION):
            report = sabotaged(target, way, lambda name=name: check(JUDGED[name]))
            outcome = report.verdict if isinstance(report, Report) else "refused"
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if isinstance(report, Report):
                context = target.name, way, name
                (true,), found = TRUE[name].findings, report.findings
                assert TRUE[name].verdict == "met" or report.verdict != "met", context
                assert [item.constraint_id for item in found] == [true.constraint_id], context
                if true.status != "met":
                    assert found[0].status in ("violated", "not_evaluated"), context
                elif found[0].status == "met":
                    assert is_no_better(found[0], true), context
    assert outcomes["refused"] > 0
    assert way != "raises" or set(outcomes) == {"refused"}


@pytest.mark.parametrize("way", ["raises", "None", "numbers are NaN"])
def test_the_command_never_says_met(way: str, cases_of_functions: dict[Target, list[str]], tmp_path: Path) -> None:
    """S01: an internal error is exit code 2, a message, and no report."""
    files = [tmp_path / "violated.json", tmp_path / "open.json"]
    for file, raw in zip(files, (pair(*LARGE), changed(pair(*SMALL), 0, dose=None)), strict=True):
        file.write_text(json.dumps(raw, default=str), encoding="utf-8")
        assert invoke("check", "--edition", "nieder-2006", file).code in (1, 3)
    for number, target in enumerate(cases_of_functions):
        with target.replaced(WAYS[way]) as called, not_for_ever():
            outcome = invoke("check", "--edition", "nieder-2006", files[number % 2])
        context = target.name, way, outcome
        assert outcome.code in (1, 2, 3), context
        assert "Traceback" not in outcome.err, context
        if outcome.code == 2:
            assert outcome.out == "", context
            assert "internal error" in outcome.err or "nothing was decided" in outcome.err or ": " in outcome.err
        assert way != "raises" or outcome.code == 2 or not called, context


def statuses(found: Any) -> dict[tuple[str, ...], str]:
    """Return the verdicts of the patients of an audit and the statuses of their findings."""
    patients, columns = found.patients.columns, found.columns
    keys = zip(columns["patient_id"], columns["constraint_id"], strict=True)
    verdicts = {(str(name),): str(word) for name, word in zip(patients["patient_id"], patients["verdict"], strict=True)}
    return verdicts | dict(zip(keys, columns["status"], strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_no_audit_looks_better(way: str) -> None:
    from reirrad.audit import memory

    raw = {"violated": pair(*LARGE), "open": changed(pair(*SMALL), 0, dose=None), "met": pair(*SMALL)}
    rows = [row for name, item in raw.items() for row in rows_of(item, name)]
    table = {column: [row[column] for row in rows] for column in COLUMNS}

    def act() -> Any:
        return memory.audit(table, library=NIEDER)

    true = statuses(act())
    assert [true[name,] for name in raw] == ["violated", "not_evaluated", "met"]
    for target in called_by(act):
        found = sabotaged(target, way, act)
        if found is not None:
            for key, status in statuses(found).items():
                assert true[key] == "met" or status != "met", (target.name, way, key)


def further(dose: float, **fields: Any) -> Any:
    return parse_case(case(["SpinalCord"], course(*FIRST, f"{dose} Gy / 25", dose=cord(dose)), **fields))


def rows_by_constraint(found: Budget) -> dict[str, BudgetRow]:
    return {row.constraint_id: row for row in found.rows}


@pytest.mark.parametrize("way", BROKEN)
def test_no_budget_has_more(way: str) -> None:
    """Never a dose above the true one, never unbounded, and never a dose where none is left or nothing is known."""

    def act() -> Budget:
        return engine_budget.budget(further(50), n_fractions=[5], intervals_months=[12], library=NIEDER)

    true = rows_by_constraint(act())
    assert [row.state for row in true.values()] == ["bounded", "none", "unbounded"]
    for target in called_by(act):
        budget = sabotaged(target, way, act)
        if isinstance(budget, Budget):
            found = rows_by_constraint(budget)
            assert set(found) | set(budget.left_out) >= set(true), (target.name, way)
            for name, row in found.items():
                dose, most = row.max_total_dose_gy, true[name].max_total_dose_gy
                if row.state == "bounded":
                    assert dose is not None
                    assert true[name].state != "none", (target.name, way)
                    assert 0 < dose <= (np.inf if most is None else most), (target.name, way)
                assert row.state != "unbounded" or true[name].state == "unbounded", (target.name, way)


def test_no_dose_appears_where_nothing_is_known() -> None:
    def act() -> Budget:
        case_ = further(50, prior_radiotherapy="partial")
        return engine_budget.budget(case_, n_fractions=[5], intervals_months=[12], library=NIEDER)

    true = rows_by_constraint(act())
    assert [row.state for row in true.values()] == ["not_evaluated", "none", "not_evaluated"]
    for target in called_by(act):
        budget = sabotaged(target, "floats are NaN", act)
        if isinstance(budget, Budget):
            assert {row.state for row in budget.rows} <= {"not_evaluated", "none"}, target.name
