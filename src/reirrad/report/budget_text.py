"""A budget as text: for each structure what every constraint leaves, by fraction number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from reirrad.errors import printable
from reirrad.model.budget import Budget, BudgetRow
from reirrad.model.wording import plain
from reirrad.report.text import closing_lines
from reirrad.report.wrapping import WIDTH, wrapped

STATES = {"unbounded": "no bound", "none": "NO DOSE", "not_evaluated": "not evaluated"}


def budget_text(budget: Budget) -> str:
    """Return a budget as text; the binding constraint of each column is marked."""
    lines = [
        f"Case {budget.case_id}",
        "Largest total dose to the structure with which a constraint is still met, in Gy",
    ]
    lines += ["(per fraction in brackets; * binds; rounded down to 0.01 Gy)", ""]
    if not budget.rows:
        lines += ["no constraint is about a further course to these structures", ""]
    by_structure = groupby(sorted(budget.rows, key=lambda row: row.structure), key=lambda row: row.structure)
    for structure, items in by_structure:
        rows = list(items)
        for months in dict.fromkeys(row.interval_months for row in rows):
            lines += _table(structure, months, [row for row in rows if row.interval_months == months])
    lines += closing_lines(budget.notes, budget.input.sha256[:16], budget.reirrad_version)
    return "\n".join(printable(line) for line in lines) + "\n"


def _table(structure: str, months: int | None, rows: Sequence[BudgetRow]) -> Iterator[str]:
    when = "" if months is None else f", {months} months after the last course"
    yield f"{structure}{when}"
    counts = sorted({row.n_fractions for row in rows})
    table = [["", *(f"{n} fraction{'s' * (n != 1)}" for n in counts)]]
    forbidden = {row.n_fractions for row in rows if row.state == "none" and not row.advisory}
    for constraint_id in dict.fromkeys(row.constraint_id for row in rows):
        by_n = {row.n_fractions: row for row in rows if row.constraint_id == constraint_id}
        advisory = " (advisory)" if any(row.advisory for row in by_n.values()) else ""
        table.append(
            [constraint_id + advisory, *(_cell(by_n.get(n), binds=binds(by_n.get(n), forbidden)) for n in counts)]
        )
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        first, *others = line
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        text = "  " + "  ".join([first.ljust(widths[0]), *cells])
        yield from [text.rstrip()] if len(text) <= WIDTH else wrapped(text.strip(), "  ")
    for n in counts:
        yield from wrapped(_editions(n, [row for row in rows if row.n_fractions == n]), "  ")
    for reason in dict.fromkeys(row.reason for row in rows if row.reason):
        names = ", ".join(dict.fromkeys(row.constraint_id for row in rows if row.reason == reason))
        yield from wrapped(f"not evaluated, {reason.replace('_', ' ')}: {names}", "  ")
    yield ""


def binds(row: BudgetRow | None, forbidden: set[int]) -> bool:
    """Whether a row leaves least of its column: no dose at all before any dose."""
    if row is None or row.advisory:
        return False
    return row.state == "none" if row.n_fractions in forbidden else row.binding


def _cell(row: BudgetRow | None, *, binds: bool) -> str:
    if row is None:
        return "-"
    star = "* " if binds else ""
    if row.max_total_dose_gy is None or row.max_dose_per_fraction_gy is None:
        return f"{star}{STATES[row.state]}"
    # each number rounded down: what is printed is never more than what is left
    per_fraction = int(row.max_dose_per_fraction_gy * 100) / 100
    return f"{star}{row.max_total_dose_gy:.2f} ({per_fraction:.2f})"


def _editions(n: int, rows: Iterable[BudgetRow]) -> str:
    """Return which edition leaves least and which most, of those that set a bound."""
    left: dict[str, float] = {}
    for row in rows:
        if not row.advisory and row.state in {"bounded", "none"}:
            dose = row.max_total_dose_gy or 0.0
            left[row.edition] = min(left.get(row.edition, dose), dose)
    name = f"{n} fraction{'s' * (n != 1)}"
    if not left:
        return f"{name}: no edition sets a bound that could be evaluated"
    least, most = min(left, key=lambda key: (left[key], key)), max(left, key=lambda key: (left[key], key))
    if least == most:
        return f"{name}: {least} leaves {plain(left[least], decimals=2)} Gy"
    return (
        f"{name}: most restrictive {least} ({plain(left[least], decimals=2)} Gy), "
        f"most permissive {most} ({plain(left[most], decimals=2)} Gy)"
    )
