"""Reports as text, JSON and CSV: pure functions of the findings."""

from reirrad.report.csv_report import reports_csv
from reirrad.report.json_report import report_json, reports_json
from reirrad.report.text import report_text

__all__ = ["report_json", "report_text", "reports_csv", "reports_json"]
