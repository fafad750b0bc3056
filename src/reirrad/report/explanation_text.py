"""An explanation as text: a sheet that a second person can repeat with a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.errors import printable
from reirrad.model.explanation import CourseInOrder, ExplainedFinding, Explanation
from reirrad.model.rule import Constraint, Edition
from reirrad.model.wording import plain, span_text
from reirrad.report.rule_text import rule_lines
from reirrad.report.text import LIMITS_OF_USE
from reirrad.report.wrapping import rewrapped, wrapped

_STATUS = {"violated": "VIOLATED", "not_evaluated": "NOT EVALUATED", "met": "met", "not_applicable": "not applicable"}


def explanation_text(explanation: Explanation, edition: Edition, constraint: Constraint) -> str:
    """Return an explanation as text.

    Parameters
    ----------
    explanation
        The explanation.
    edition, constraint
        The rule that it is about, which is printed first.
    """
    lines = [f"Case {explanation.case_id}", ""]
    for text in rule_lines(edition, constraint, explanation.edition.digest):
        lines += rewrapped(text)
    for item in explanation.findings:
        lines += ["", *_finding(item)]
    lines += ["", *(line for note in explanation.notes for line in wrapped(f"- {note}", ""))]
    lines += [f"- input sha256 {explanation.input.sha256}; reirrad {explanation.reirrad_version}"]
    lines += wrapped(LIMITS_OF_USE, "")
    return "\n".join(printable(line) for line in lines) + "\n"


def _finding(item: ExplainedFinding) -> Iterator[str]:
    finding = item.finding
    reason = f" ({finding.reason.replace('_', ' ')})" if finding.reason else ""
    yield f"{finding.structure}: {_STATUS[finding.status]}{reason}"
    if item.courses:
        yield "  Courses in order"
        for course in item.courses:
            yield from wrapped(_course(course), "    ")
    if item.formulas:
        yield "  Formulas"
        for formula in item.formulas:
            yield from wrapped(f"{formula.text}   [{formula.source}]", "    ")
    yield "  With the numbers of the case"
    for line in finding.derivation:
        yield from wrapped(line, "    ")


def _course(course: CourseInOrder) -> str:
    text = f"{course.course_id}: first fraction {_date(course.start)}, last {_date(course.end)}"
    if course.months_since_previous is not None:
        low, high = course.months_since_previous
        months = span_text(low, high) if high is not None else f"{plain(low)} to unbounded"
        text += f"; {months} months after the course before"
    return text


def _date(days: tuple[str | None, str | None]) -> str:
    low, high = days
    if low is None and high is None:
        return "not stated"
    if low == high:
        return str(low)
    return f"{low or 'any day'} to {high or 'any day'}"
