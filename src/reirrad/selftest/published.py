"""The program against published values, and against values worked out by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.library.check_values import CalculationValue, CaseValues, ExpectedFinding, load_check_values
from reirrad.model.finding import Finding
from reirrad.model.selftest import Basis, Comparison, Part


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
    counts = Counter(row.basis for row in rows)
    how = (
        "each number has the expected digits when it is rounded to as many decimals; each status is the expected one; "
        f"where the expected ones come from: {counts['printed']} printed in their source, {counts['published code']} "
        f"from published code, {counts['by hand']} worked out by hand from an equation or from schedules of a source"
    )
    differ = sum(not row.agrees for row in rows)
    return Part(name="Published values", how=how, compared=len(rows), differ=differ, rows=tuple(rows))


def _calculation(item: CalculationValue, functions: Mapping[str, Any]) -> Comparison:
    arguments = dict(item.arguments)
    if item.repair:
        arguments["incomplete_repair_factor"] = functions["incomplete_repair_factor"](**item.repair)
    found = as_printed(float(functions[item.call](**arguments)), item.printed)
    unit = "" if item.unit == "1" else item.unit
    return Comparison(
        what=item.what,
        source=item.source,
        expected=item.printed,
        found=found,
        unit=unit,
        agrees=found == item.printed,
        basis=basis_of(item.source),
        expected_with_unit=f"{item.printed} {unit}".rstrip(),
        found_with_unit=f"{found} {unit}".rstrip(),
    )


def basis_of(source: str) -> Basis:
    """Return where an expected value comes from, which the source of a check value says in words.

    >>> basis_of("Thames 1985, table of h"), basis_of("by hand: 30 (3 + 2)/(2 + 2)")
    ('printed', 'by hand')
    """
    if "by hand" in source:
        return "by hand"
    return "published code" if "published code" in source else "printed"


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
    unit = "" if finding is None or finding.unit == "1" else finding.unit
    wanted, wanted_with_unit = (_told(expected.printed, expected.status, after) for after in ("", unit))
    found = found_with_unit = "no finding"
    if finding is not None:
        value = None
        if expected.printed is not None:
            number = getattr(finding, expected.field)
            value = "none" if number is None else as_printed(number, expected.printed)
        found, found_with_unit = (_told(value, finding.status, after) for after in ("", unit))
    return Comparison(
        what=f"{item.name}: {expected.constraint_id}" + (f", {expected.field}" if expected.field != "value" else ""),
        source=item.source,
        expected=wanted,
        found=found,
        unit=unit,
        agrees=found == wanted,
        basis=basis_of(item.source),
        expected_with_unit=wanted_with_unit,
        found_with_unit=found_with_unit,
    )


def _told(value: str | None, status: str, unit: str) -> str:
    """Return a value and its status; the status alone where no value is expected."""
    words = status.replace("_", " ") if unit else status
    if value is None:
        return words
    return f"{value} {unit}, {words}" if unit and value != "none" else f"{value}, {words}"
