"""The answer of ``reirrad budget --when`` as text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reirrad.errors import printable
from reirrad.model.when import When, WhenRow
from reirrad.report.text import closing_lines
from reirrad.report.wrapping import wrapped

_WORDS = {"violated": "VIOLATED", "not_evaluated": "NOT EVALUATED", "met": "met", "not_applicable": "not applicable"}


def when_text(answer: When) -> str:
    """Return the answer as text: by structure, the earliest day first."""
    lines = [f"Case {answer.case_id}", "First day of the proposed course on which a constraint is met", ""]

    def rank(row: WhenRow) -> tuple[str, bool, str, str]:
        return row.structure, row.advisory, row.earliest or "never", row.constraint_id

    ranked = sorted(answer.rows, key=rank)
    for structure, rows in groupby(ranked, key=lambda row: row.structure):
        lines.append(structure)
        for row in rows:
            lines += _row(row)
        lines.append("")
    if not answer.rows:
        lines += ["no constraint is about these structures", ""]
    lines += closing_lines(answer.notes, answer.input.sha256, answer.reirrad_version)
    return "\n".join(printable(line) for line in lines) + "\n"


def _row(row: WhenRow) -> Iterator[str]:
    advisory = " (advisory)" if row.advisory else ""
    never = all(period.status == "not_applicable" for period in row.periods)
    earliest = row.earliest or ("not applicable on any day" if never else "never by its date alone")
    yield from wrapped(f"{row.constraint_id}{advisory}: {earliest}", "  ")
    if len(row.periods) > 1 or row.periods[0].status == "not_evaluated":
        periods = "; ".join(
            f"from {period.start} {_WORDS[period.status]}"
            + (f" ({period.reason.replace('_', ' ')})" if period.status == "not_evaluated" and period.reason else "")
            for period in row.periods
        )
        yield from wrapped(periods, "    ")
