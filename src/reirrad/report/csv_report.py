"""Reports as CSV: a row for every finding, for spreadsheets. Each row has the verdict of its case."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from reirrad.errors import InputError
from reirrad.model.finding import Finding, Report
from reirrad.model.inert import inert

#: What has no place in a cell; JSON has it.
_NESTED = ("recovery", "derivation")
_OF_THE_CASE = ("case_id", "verdict", "headline")
_OF_A_FINDING = tuple(field.name for field in fields(Finding) if field.name not in _NESTED)
_OF_ITS_EDITION = ("edition_digest", "edition_origin")
#: Of the case, too, but long: what no finding is about, and what was taken for granted and chosen.
_AT_THE_END = ("verdict_without_proposed", "unmapped_structures", "notes", "input_sha256", "reirrad_version")
#: The columns, in order.
COLUMNS = (*_OF_THE_CASE, *_OF_A_FINDING, *_OF_ITS_EDITION, *_AT_THE_END)


class _Sink:
    """What a writer of rows writes to: their text."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def write(self, text: str) -> None:
        self.texts.append(text)


def reports_csv(reports: Sequence[Report], errors: Sequence[InputError] = ()) -> str:
    """Return the findings of reports as CSV; inputs that could not be judged are listed, never left out.

    The columns are :data:`COLUMNS`: those of the findings have the names of their JSON, and an empty cell is null
    there; the last ones say by which file of rules, and of the case what no finding is about. A case without a finding
    has a row with its verdict, and an input that was refused one for each problem: its source in place of the id,
    ``refused`` as the verdict and the problem as the headline.
    """
    sink = _Sink()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        writer.writerows(_rows(report))
    for error in errors:
        told = ({"case_id": error.source, "verdict": "refused", "headline": str(item)} for item in error.problems)
        writer.writerows(_cells(values) for values in told)
    return "".join(sink.texts)


def _rows(report: Report) -> Iterator[list[str]]:
    of_the_case = {name: getattr(report, name) for name in _OF_THE_CASE}
    of_the_case |= {"verdict_without_proposed": report.verdict_without_proposed}
    of_the_case |= {name: "; ".join(getattr(report, name)) for name in ("unmapped_structures", "notes")}
    of_the_case |= {"input_sha256": report.input.sha256, "reirrad_version": report.reirrad_version}
    used = {edition.id: edition for edition in report.editions}
    if not report.findings:
        yield _cells(of_the_case)
    for finding in report.findings:
        edition = used[finding.edition]
        of_it = {name: getattr(finding, name) for name in _OF_A_FINDING}
        yield _cells(of_the_case | of_it | {"edition_digest": edition.digest, "edition_origin": edition.origin})


def _cells(values: Mapping[str, Any]) -> list[str]:
    """Return a row: true, false and numbers as in JSON, texts that no spreadsheet takes for a formula."""
    return [_cell(values.get(name)) for name in COLUMNS]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return inert(value) if isinstance(value, str) else repr(value)
