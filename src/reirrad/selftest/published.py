"""The program against published values, and against values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.library.check_values import CalculationValue, CaseValues, ExpectedFinding, load_check_values
from reirrad.model.finding import Finding
from reirrad.model.selftest import Comparison, Part


def published_values(library: Library, functions: Mapping[str, Any]) -> Part:
    """Return how calculations and whole cases compare with what is printed.

    Parameters
    ----------
    library
        The editions of the package.
    functions
        Public functions of radiobiology by name.
    """
    values = load_check_values()
    rows = [_calculation(item, functions) for item in values.calculations]
    for item in values.cases:
        rows += _case(item, library)
    how = "each number has the printed digits when it is rounded to as many decimals; each status is the expected one"
    differ = sum(not row.agrees for row in rows)
    return Part(name="Published values", how=how, compared=len(rows), differ=differ, rows=tuple(rows))


def _calculation(item: CalculationValue, functions: Mapping[str, Any]) -> Comparison:
    arguments = dict(item.arguments)
    if item.repair:
        arguments["incomplete_repair_factor"] = functions["incomplete_repair_factor"](**item.repair)
    found = as_printed(float(functions[item.call](**arguments)), item.printed)
    return Comparison(
        what=item.what,
        source=item.source,
        expected=item.printed,
        found=found,
        unit=item.unit,
        agrees=found == item.printed,
    )


def as_printed(value: float, printed: str) -> str:
    """Return a number with as many decimals as a printed one.

    >>> as_printed(0.06249999, "0.0625"), as_printed(99.96, "100")
    ('0.0625', '100')
    """
    return f"{value:.{len(printed.partition('.')[2])}f}"


def _case(item: CaseValues, library: Library) -> Iterator[Comparison]:
    report = check(parse_case(dict(item.case)), library=library.select(list(item.editions)))
    found = {(finding.constraint_id, finding.structure): finding for finding in report.findings}
    for expected in item.finding:
        yield _finding(item, expected, found.get((expected.constraint_id, expected.structure)))


def _finding(item: CaseValues, expected: ExpectedFinding, finding: Finding | None) -> Comparison:
    wanted = expected.status if expected.printed is None else f"{expected.printed}, {expected.status}"
    found = "no finding"
    if finding is not None:
        value = getattr(finding, expected.field)
        found = finding.status
        if expected.printed is not None:
            found = f"{'none' if value is None else as_printed(value, expected.printed)}, {found}"
    return Comparison(
        what=f"{item.name}: {expected.constraint_id}" + (f", {expected.field}" if expected.field != "value" else ""),
        source=item.source,
        expected=wanted,
        found=found,
        unit="" if finding is None or finding.unit == "1" else finding.unit,
        agrees=found == wanted,
    )
