"""An explanation as text: a sheet that a second person can repeat with a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.model.explanation import CourseInOrder, ExplainedFinding, Explanation
from reirrad.model.rule import Constraint, Edition
from reirrad.model.wording import plain, span_text
from reirrad.report.blocks import Block, Heading, Paragraph
from reirrad.report.finding_words import STATUS_WORDS
from reirrad.report.rule_text import rule_blocks
from reirrad.report.text import closing_blocks


def explanation_blocks(explanation: Explanation, edition: Edition, constraint: Constraint) -> Iterator[Block]:
    """Yield an explanation block by block.

    Parameters
    ----------
    explanation
        The explanation.
    edition, constraint
        The rule that it is about, which is printed first.
    """
    yield Heading(f"Case {explanation.case_id}", 1)
    yield from rule_blocks(edition, constraint, explanation.edition.digest)
    for item in explanation.findings:
        yield from _finding(item)
    yield from closing_blocks(explanation.notes, explanation.input.sha256, explanation.reirrad_version)


def _finding(item: ExplainedFinding) -> Iterator[Block]:
    finding = item.finding
    reason = f" ({finding.reason.replace('_', ' ')})" if finding.reason else ""
    yield Heading(finding.structure)
    yield Paragraph(f"{STATUS_WORDS[finding.status]}{reason}", 2, status=finding.status)
    if item.courses:
        yield Heading("Courses in order", 3)
        for course in item.courses:
            yield Paragraph(_course(course), 2)
    if item.formulas:
        yield Heading("Formulas", 3)
        for formula in item.formulas:
            yield Paragraph(f"{formula.text}   [{formula.source}]", 2)
    yield Heading("With the numbers of the case", 3)
    for line in finding.derivation:
        yield Paragraph(line, 2)


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
