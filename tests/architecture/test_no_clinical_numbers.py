"""No clinical number in Python: limits, alpha/beta and recovery live in the editions."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from architecture.sources import SOURCE, Module, modules

LIBRARY = SOURCE / "reirrad" / "library"
#: Numbers that are also those of arithmetic, of counting or of text; a clinical use of them is caught by its name.
ORDINARY = {0.5, *map(float, range(11))}
#: Months of a year, hours of a day, days of a month and of a year, percent: numbers of units, and limits too.
UNITS = {12.0, 24.0, 31.0, 365.0, 366.0, 100.0}
#: Numbers of an edition that are something else in a module, with what they are.
SOMETHING_ELSE = {
    ("reirrad.audit.arrays", 200.0): "most characters of a message",
    ("reirrad.audit.zones", 14.0): "hours by which clocks are ahead",
    ("reirrad.audit.assemble", 1000.0): "most courses of a patient",
    ("reirrad.engine.planning.whatif", 64.0): "places in a range of dates",
    ("reirrad.audit.finding_columns", 15.0): "bits of a status, an exclusion",
    ("reirrad.audit.sources.database_source", 16.0): "bytes by which a file is known",
    ("reirrad.audit.sources.database_source", 200.0): "most characters of a message",
    ("reirrad.audit.sources.parquet_source", 200.0): "most characters of a message",
    ("reirrad.audit.workplace", 200.0): "most characters of a message",
    ("reirrad.cli.progress", 0.2): "seconds between two signs of progress",
    ("reirrad.errors", 80.0): "most characters of a value that is shown",
    ("reirrad.model.nesting", 20.0): "most levels of nesting",
    ("reirrad.model.case", 1000.0): "most courses",
    ("reirrad.model.wording", 18.0): "digits of a float64",
    ("reirrad.quantities", 17.0): "digits of a float64",
    ("reirrad.quantities", 60.0): "digits of decimals",
    ("reirrad.selftest.random_volumes", 30.0): "digits of a volume",
    ("reirrad.quantities", 0.1): "bound of a slip of an alpha/beta",
    ("reirrad.quantities", 50.0): "most phases of a course, bound of a slip of an alpha/beta",
    ("reirrad.quantities", 1000.0): "bound of a slip of the unit",
    ("reirrad.radiobiology._arguments", 64.0): "bytes of a cache line",
    ("reirrad.radiobiology.fractionation", 60.0): "digits of the exact exponential",
    ("reirrad.radiobiology.fractionation", 1000.0): "half-times after which nothing is left to repair",
    ("reirrad.selftest.run", 150.0): "random cases",
    ("reirrad.selftest.oracle.courses", 50.0): "digits of a power",
    ("reirrad.selftest.random_doses", 150.0): "highest dose of a random table",
    ("reirrad.report.text", 16.0): "characters of a digest",
    ("reirrad.report.blocks", 80.0): "columns of a line",
    ("reirrad.report.pictures.settings", 72.0): "points of an inch",
    ("reirrad.report.pictures.settings", 42.0): "kind of a font in a PDF",
    ("reirrad.report.pictures.timeline_panel", 0.02): "part of an axis",
    ("reirrad.report.pictures.sheet", 72.0): "points of an inch",
    ("reirrad.cli.exit_codes", 130.0): "exit code of an interruption",
    ("reirrad.quantities", 130.0): "greatest age",
    ("reirrad.quantities", 200.0): "most fractions of a course",
    ("reirrad.model.fields", 200.0): "most characters of a name",
}
#: Names of what is clinical: none of them is given a number in Python.
CLINICAL = ("alpha_beta", "limit", "half_time_h", "recovered", "recovery", "tolerance", "threshold")


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _in_code(tree: ast.Module) -> Iterator[tuple[float, int]]:
    """Yield each number with its line; those that shift bits count flags."""
    shifts = {
        id(node.right) for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.LShift)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in shifts:
            yield float(node.value), node.lineno


def _clinical_numbers() -> set[float]:
    files = [LIBRARY / "conventions.toml", LIBRARY / "alternatives.toml", *(LIBRARY / "editions").glob("*.toml")]
    found = {number for file in files for number in _numbers(tomllib.loads(file.read_text(encoding="utf-8")))}
    return found - ORDINARY - UNITS


def test_limits_are_among_what_is_looked_for() -> None:
    wanted = {135.5, 98.0, 102.0, 12.4, 14.0, 17.0, 20.3, 23.0, 25.3, 25.0, 70.0, 120.0, 130.0, 200.0, 0.03}
    assert wanted <= _clinical_numbers()


@pytest.mark.parametrize("module", modules().values(), ids=modules().keys())
def test_no_number_of_an_edition_in_code(module: Module) -> None:
    clinical = _clinical_numbers()
    found = {
        (number, line)
        for number, line in _in_code(module.tree())
        if number in clinical and (module.name, number) not in SOMETHING_ELSE
    }
    assert found == set()


def _named_numbers(tree: ast.Module) -> Iterator[tuple[str, float, int]]:
    """Yield each name that is bound to a number: by assignment, as an argument, or as a default."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            pairs = [(node.target.id, node.value)]
        elif isinstance(node, ast.keyword) and node.arg is not None:
            pairs = [(node.arg, node.value)]
        elif isinstance(node, ast.arguments):
            positional = [*node.posonlyargs, *node.args]
            pairs = [
                *((a.arg, d) for a, d in zip(reversed(positional), reversed(node.defaults), strict=False)),
                *((a.arg, d) for a, d in zip(node.kwonlyargs, node.kw_defaults, strict=True)),
            ]
        for name, value in pairs:
            if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
                yield name, float(value.value), value.lineno


@pytest.mark.parametrize("module", modules().values(), ids=modules().keys())
def test_no_clinical_name_has_a_number(module: Module) -> None:
    # a default alpha/beta would be one that nobody chose
    found = [
        (name, number, line)
        for name, number, line in _named_numbers(module.tree())
        if number and any(word in name.casefold() for word in CLINICAL)
    ]
    assert found == []
