"""The JSON of ``check`` back to reports: of its form, and saying of itself nothing but what its findings say."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reirrad.errors import InputError, Problem, ReirradError, shown
from reirrad.ingest.documents import parse_document
from reirrad.ingest.report_contradictions import HINT, contradictions
from reirrad.model.finding import REPORT_SCHEMA, Report
from reirrad.model.reports import REPORTS_SCHEMA, Reports


def parse_reports(content: bytes, source: str, *, near_fraction: float) -> Reports:
    """Return the reports of a JSON document; one report as one of several.

    Parameters
    ----------
    content
        The bytes of the document.
    source
        Its name, for the message.
    near_fraction
        The part of a dose limit within which a margin is marked as near to it.

    Raises
    ------
    InputError
        If it is not JSON, has not the form of a report, or says of itself what its findings do not; with every problem.
        A number that was changed is found only where it no longer fits the others: the document has no digest.
    """
    document = parse_document(content, source)
    schema = document.get("schema")
    if schema not in (REPORT_SCHEMA, REPORTS_SCHEMA):
        allowed = f"{REPORT_SCHEMA}, {REPORTS_SCHEMA}"
        raise InputError(source, [Problem("schema", "this is no report of check", shown(schema), allowed)])
    kind: TypeAdapter[Any] = TypeAdapter(Report if schema == REPORT_SCHEMA else Reports)
    try:
        found = kind.validate_json(content, strict=True)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [Problem(".".join(map(str, item["loc"])), item["msg"], hint=HINT) for item in told]
        raise InputError(source, problems) from None
    except ReirradError as error:  # a finding that is met and not proved
        raise InputError(source, [Problem("", str(error), hint=HINT)]) from None
    reports = Reports(reports=(found,)) if isinstance(found, Report) else found
    if not reports.reports and not reports.errors:
        raise InputError(source, [Problem("reports", "there is no report in it", hint=HINT)])
    problems = [problem for report in reports.reports for problem in contradictions(report, near_fraction)]
    written = _written(reports)
    if not problems and document != (written["reports"][0] if isinstance(found, Report) else written):
        problems = [Problem("", "it has keys that no report has", hint=HINT)]
    if problems:
        raise InputError(source, problems)
    return reports


def _written(reports: Reports) -> dict[str, Any]:
    """Return the document as it would be written."""
    errors = [{"source": error.source, "problems": error.problems} for error in reports.errors]
    document = {"schema": reports.schema, "reports": [report.to_dict() for report in reports.reports]}
    written: dict[str, Any] = json.loads(json.dumps(document | ({"errors": errors} if errors else {})))
    return written
