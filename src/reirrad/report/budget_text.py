"""A budget as text: for each structure what every constraint leaves, by fraction number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reirrad.model.budget import Budget, BudgetRow
from reirrad.model.wording import plain
from reirrad.report.blocks import Block, Heading, Paragraph, Row, Table
from reirrad.report.text import closing_blocks

#: Columns of fraction numbers that fit beside one another.
_COLUMNS = 5
STATES = {"unbounded": "no bound", "none": "NO DOSE", "not_evaluated": "not evaluated"}


def budget_blocks(budget: Budget) -> Iterator[Block]:
    """Yield a budget block by block."""
    yield Heading(f"Case {budget.case_id}", 1)
    yield Paragraph(
        "Largest total dose to the structure with which a constraint is still met, in Gy "
        "(per fraction in brackets; * binds; rounded down to 0.01 Gy)"
    )
    if not budget.rows:
        yield Paragraph(without_rows(budget.left_out))
    by_structure = groupby(sorted(budget.rows, key=lambda row: row.structure), key=lambda row: row.structure)
    for structure, items in by_structure:
        rows = list(items)
        for months in dict.fromkeys(row.interval_months for row in rows):
            yield from _structure(structure, months, [row for row in rows if row.interval_months == months])
    yield from closing_blocks(budget.notes, budget.input.sha256, budget.reirrad_version)


def without_rows(left_out: Sequence[str]) -> str:
    """Return why a planning answer has no rows, with the constraints that it leaves out."""
    text = "constraint is about a further course to these structures"
    return f"no other {text} than those that are left out: {', '.join(left_out)}" if left_out else f"no {text}"


def _structure(structure: str, months: int | None, rows: Sequence[BudgetRow]) -> Iterator[Block]:
    yield Heading(structure + ("" if months is None else f", {months} months after the last course"))
    counts = sorted({row.n_fractions for row in rows})
    for start in range(0, len(counts), _COLUMNS):
        yield _table(rows, counts[start : start + _COLUMNS])
    for n in counts:
        yield Paragraph(_editions(n, [row for row in rows if row.n_fractions == n]), 2)
    for reason in dict.fromkeys(row.reason for row in rows if row.reason):
        names = ", ".join(dict.fromkeys(row.constraint_id for row in rows if row.reason == reason))
        yield Paragraph(f"not evaluated, {reason.replace('_', ' ')}: {names}", 2)


def _table(rows: Sequence[BudgetRow], counts: Sequence[int]) -> Table:
    forbidden = {row.n_fractions for row in rows if row.state == "none" and not row.advisory}
    lines = []
    for constraint_id in dict.fromkeys(row.constraint_id for row in rows):
        by_n = {row.n_fractions: row for row in rows if row.constraint_id == constraint_id}
        advisory = " (advisory)" if any(row.advisory for row in by_n.values()) else ""
        cells = tuple(_cell(by_n.get(n), binds=binds(by_n.get(n), forbidden)) for n in counts)
        lines.append(Row(cells, title=constraint_id + advisory))
    heads = tuple(f"{n} fraction{'s' * (n != 1)}" for n in counts)
    return Table(heads, tuple(lines), frozenset(range(len(heads))))


def binds(row: BudgetRow | None, forbidden: set[int]) -> bool:
    """Whether a row leaves least of its column: no dose at all before any dose."""
    if row is None or row.advisory:
        return False
    return row.state == "none" if row.n_fractions in forbidden else row.binding


def _cell(row: BudgetRow | None, *, binds: bool) -> str:
    if row is None:
        return "-"
    star = "*" if binds else ""
    if row.max_total_dose_gy is None:
        return f"{star}{STATES[row.state]}"
    return f"{star}{row.max_total_dose_gy:.2f} ({per_fraction(row.max_total_dose_gy, row.n_fractions)})"


def per_fraction(total_gy: float, n_fractions: int) -> str:
    """Return a dose per fraction rounded down: what is printed is never more than what is left."""
    # from the whole hundredths of the total, as 9.04 * 100 is below 904
    return f"{round(total_gy * 100) // n_fractions / 100:.2f}"


def _editions(n: int, rows: Sequence[BudgetRow]) -> str:
    """Return which edition leaves least and which most, of those that set a bound, and that some may leave less."""
    left: dict[str, float] = {}
    deciding = [row for row in rows if not row.advisory]
    for row in deciding:
        if row.state in {"bounded", "none"}:
            dose = row.max_total_dose_gy or 0.0
            left[row.edition] = min(left.get(row.edition, dose), dose)
    name = f"{n} fraction{'s' * (n != 1)}"
    if not left:
        return f"{name}: no edition sets a bound that could be evaluated"
    unsaid = dict.fromkeys(row.edition for row in deciding if row.state == "not_evaluated")
    open_ = f"; not every limit of {', '.join(unsaid)} could be evaluated: what is left may be less" if unsaid else ""
    least, most = min(left, key=lambda key: (left[key], key)), max(left, key=lambda key: (left[key], key))
    if len(left) > 1 and left[least] == left[most]:
        return f"{name}: every edition that sets a bound leaves {plain(left[least], decimals=2)} Gy{open_}"
    if least == most:
        return f"{name}: {least} leaves {plain(left[least], decimals=2)} Gy{open_}"
    return (
        f"{name}: most restrictive {least} ({plain(left[least], decimals=2)} Gy), "
        f"most permissive {most} ({plain(left[most], decimals=2)} Gy){open_}"
    )
