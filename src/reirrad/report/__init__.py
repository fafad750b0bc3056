"""Reports as text and JSON: pure functions of the findings."""

from reirrad.report.json_report import report_json, reports_json
from reirrad.report.text import report_text

__all__ = ["report_json", "report_text", "reports_json"]
