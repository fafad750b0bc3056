"""The answer of ``reirrad budget --when`` as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from reirrad.model.when import Period, When, WhenRow
from reirrad.report.blocks import Block, Heading, Paragraph
from reirrad.report.budget_text import without_rows
from reirrad.report.finding_words import STATUS_WORDS
from reirrad.report.text import closing_blocks


def when_blocks(answer: When) -> Iterator[Block]:
    """Yield the answer block by block."""
    yield Heading(f"Case {answer.case_id}", 1)
    if answer.verdict:
        yield Paragraph(f"Verdict: {_in_time(answer.verdict)}")
    yield Paragraph("First day of the proposed course on which a constraint is met")

    def rank(row: WhenRow) -> tuple[str, bool, str, str]:
        return row.structure, row.advisory, row.earliest or "never", row.constraint_id

    ranked = sorted(answer.rows, key=rank)
    for structure, rows in groupby(ranked, key=lambda row: row.structure):
        yield Heading(structure)
        for row in rows:
            yield from _row(row)
    if not answer.rows:
        yield Paragraph(without_rows(answer.left_out))
    yield from closing_blocks(answer.notes, answer.input.sha256, answer.reirrad_version)


def _row(row: WhenRow) -> Iterator[Block]:
    advisory = " (advisory)" if row.advisory else ""
    never = all(period.status == "not_applicable" for period in row.periods)
    earliest = row.earliest or ("not applicable on any day" if never else "never by its date alone")
    yield Paragraph(f"{row.constraint_id}{advisory}: {earliest}", 2)
    if len(row.periods) > 1 or row.periods[0].status == "not_evaluated":
        yield Paragraph(_in_time(row.periods), 4)


def _in_time(periods: Iterable[Period]) -> str:
    return "; ".join(
        f"from {period.start} {STATUS_WORDS[period.status]}"
        + (f" ({period.reason.replace('_', ' ')})" if period.status == "not_evaluated" and period.reason else "")
        for period in periods
    )
