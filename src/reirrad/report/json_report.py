"""Reports as JSON: the same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reirrad.errors import InputError
from reirrad.model.finding import Report
from reirrad.model.reports import REPORTS_SCHEMA


def report_json(report: Report) -> str:
    """Return the JSON of one report."""
    return json_text(report.to_dict())


def reports_json(reports: Sequence[Report], errors: Sequence[InputError] = ()) -> str:
    """Return the JSON of several reports; inputs that could not be judged are listed, never left out."""
    document: dict[str, Any] = {"schema": REPORTS_SCHEMA, "reports": [report.to_dict() for report in reports]}
    if errors:
        document["errors"] = [
            {"source": error.source, "problems": [str(problem) for problem in error.problems]} for error in errors
        ]
    return json_text(document)


def json_text(document: Mapping[str, Any]) -> str:
    """Return a document as the JSON that every command writes."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
