"""A report as a text answer, in the order of the page for a consult."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reirrad.model.case import Case
from reirrad.model.finding import Finding, Report
from reirrad.model.wording import KNOWN_NAMES
from reirrad.report.blocks import Block, Heading, Paragraph, Row, Table, bullets
from reirrad.report.consult_parts import NOT_STATED, course_rows, facts, reirradiation_type
from reirrad.report.finding_words import (
    LIMITS_OF_USE,
    POPULATIONS,
    STATUS_ORDER,
    STATUS_WORDS,
    WITHOUT_RULE,
    WITHOUT_RULE_HEAD,
    after_recovery,
    limit_text,
    margin_text,
    members_text,
    not_applicable,
    nothing_open,
    numbered_sources,
    reason_words,
    remarks,
    source_line,
    steps,
    value_text,
    wanted,
    wanted_of_groups,
    what_is_judged,
    why_range,
)
from reirrad.report.plain import Style, plain_text, unstyled
from reirrad.report.seal import end_text, sealed_text
from reirrad.report.text_tables import disagreement_blocks, reference_blocks

_HEADS = ("status", "value", "required", "margin", "source")


def closing_blocks(notes: Iterable[str], sha256: str, version: str) -> Iterator[Block]:
    """Yield what every planning answer ends with: its notes, what it was computed from and by, the limits of use."""
    yield Heading("Notes")
    yield from bullets([*notes, f"reirrad {version}; input sha256 {sha256}"])
    yield Paragraph(LIMITS_OF_USE, 2)


def report_text(report: Report, case: Case | None = None, *, style: Style = unstyled, details: bool = True) -> str:
    """Return a report as plain text, with the end and the digest that a file has.

    Parameters
    ----------
    report
        The report.
    case
        The case, whose courses are listed then.
    style
        Receives what tells a status, with the status, and returns it styled for the terminal, without the digest.
    details
        Whether to print the derivations.
    """
    text = plain_text(report_blocks(report, case, details=details), style=style)
    text += "\n" + plain_text([Paragraph(end_text([report]))])
    return sealed_text(text) if style is unstyled else text


def report_blocks(
    report: Report, case: Case | None = None, *, details: bool = True, as_months: bool = False
) -> Iterator[Block]:
    """Yield a report block by block.

    Parameters
    ----------
    report, case, details
        As of ``report_text``.
    as_months
        Whether dates are printed as months since the first course.
    """
    ranked = sorted(report.findings, key=lambda item: (item.advisory, STATUS_ORDER[item.status]))
    listed = [item for item in ranked if item.status != "not_applicable"]
    sources, about = numbered_sources(listed, report.editions)
    yield from headline_blocks(report)
    counts = ", ".join(f"{word} {getattr(report.counts, status)}" for status, word in STATUS_WORDS.items())
    yield Paragraph(f"Limits that decide: {counts}")
    if report.unmapped_structures:
        names = ", ".join(report.unmapped_structures)
        yield Paragraph(f"! Structures that are not known, of which nothing was judged: {names}")
    if report.structures_without_rule:
        yield Paragraph(f"! {WITHOUT_RULE_HEAD}: {', '.join(report.structures_without_rule)}")
    if case is not None:
        yield from _courses(case, as_months=as_months)
    yield from _structures(listed, sources)
    yield from _groups(report)
    yield from disagreement_blocks(report.disagreement)
    yield from _not_applicable(report.findings)
    yield from _sources(sources, about)
    yield from reference_blocks(report.references)
    yield from _open(listed, report)
    if details and listed:
        yield from _derivations(listed)
    yield from _made(report)
    yield Paragraph(LIMITS_OF_USE, 2)


def headline_blocks(report: Report) -> Iterator[Block]:
    """Yield case, verdict and headline."""
    yield Heading(f"Case {report.case_id}", 1)
    yield Paragraph(f"Verdict: {STATUS_WORDS[report.verdict]}", status=report.verdict)
    if report.verdict_without_proposed is not None:
        before = report.verdict_without_proposed
        yield Paragraph(f"Without the proposed course: {STATUS_WORDS[before]}", status=before)
    yield Paragraph(report.headline)


def _courses(case: Case, *, as_months: bool) -> Iterator[Block]:
    yield Heading("The case and its courses")
    kind, why = reirradiation_type(case)
    for name, text in facts(case).items():
        yield Paragraph(f"{name}: {text}", 2)
    yield Paragraph(f"Type of re-irradiation (ESTRO-EORTC): {kind}; {why}", 2)
    for name, stated in (("Systemic therapy", case.systemic_therapy), ("Note", case.note)):
        if stated:
            yield Paragraph(f"{name}: {' '.join(stated.split())}", 2)
    if not case.course:
        yield Paragraph("No course is listed.", 2)
    if as_months:
        yield Paragraph("Dates are months since the first day of the first course.", 2)
    for course in course_rows(case, as_months=as_months):
        yield Heading(f'"{course.id}", {course.role}', 3)
        yield Paragraph(f"{course.schedule}, {course.per_day}; {course.modality}; technique {course.technique}", 2)
        when = "; ".join(
            f"{name} {day}" + (" months" if as_months and day != NOT_STATED else "")
            for name, day in (("start", course.start), ("end", course.end))
        )
        yield Paragraph(f"{when}; {course.interval}" if course.interval else when, 2)
        yield from bullets(course.doses or ["no dose stated"])
        yield from bullets([f"{name}: {' '.join(text.split())}" for name, text in course.texts])


def _structures(listed: Sequence[Finding], sources: dict[str, int]) -> Iterator[Block]:
    yield Heading("Limits by structure")
    if not listed:
        yield Paragraph("No limit that is judged applies.", 2)
    for structure in dict.fromkeys(item.structure for item in listed):
        items = [item for item in listed if item.structure == structure]
        yield Heading(structure, 3)
        rows = tuple(_row(item, sources[source_line(item)]) for item in items)
        yield Table(_HEADS, rows, frozenset({1, 3}), told=0)


def _row(item: Finding, source: int) -> Row:
    told = [", ".join(filter(None, (what_is_judged(item), after_recovery(item)))), *remarks(item)]
    if item.status == "not_evaluated":
        told.append(f"reason: {reason_words(item.reason)}")
    if item.limit_high is not None:
        told.append(f"limit: {why_range(item)}")
    return Row(
        (STATUS_WORDS[item.status], value_text(item), limit_text(item), margin_text(item), f"[{source}]"),
        title=item.constraint_id + (" - advisory, not part of the verdict" if item.advisory else ""),
        below=("; ".join(told),),
        status=item.status,
    )


def _groups(report: Report) -> Iterator[Block]:
    groups = [group for group in report.groups if group.status != "not_applicable"]
    if groups:
        yield Heading("Stated only together by their source", 3)
    for group in groups:
        members = members_text(group, report)
        text = f"{group.structure}, {group.group}: {STATUS_WORDS[group.status]} ({members})"
        yield Paragraph(text, 2, status=group.status)


def _not_applicable(findings: Sequence[Finding]) -> Iterator[Block]:
    groups = list(not_applicable(findings))
    for advisory in (False, True):
        items = [(structure, why, ids) for structure, why, is_advisory, ids in groups if is_advisory is advisory]
        if items:
            count = sum(len(ids) for _, _, ids in items)
            yield Heading(f"not applicable ({count})" + (" - advisory" if advisory else ""), 3)
        for structure, why, ids in items:
            yield Paragraph(f"{structure}, {why}: {', '.join(ids)}", 2)


def _sources(sources: dict[str, int], about: dict[int, str]) -> Iterator[Block]:
    if sources:
        yield Heading("Sources", 3)
        yield Paragraph(POPULATIONS, 2)
    for source, number in sources.items():
        yield Paragraph(f"[{number}] {source}", 2)
        if about[number]:
            yield Paragraph(f"population: {about[number]}", 6)


def _open(listed: Sequence[Finding], report: Report) -> Iterator[Block]:
    yield Heading("What could not be evaluated, and what would decide it")
    items = [item for item in listed if item.status == "not_evaluated"]
    if text := nothing_open(report):
        yield Paragraph(text, 2)
    for item in items:
        yield Paragraph(f"{item.structure}, {item.constraint_id}: {reason_words(item.reason)}", 2)
        yield from bullets(wanted(item), 4)
    yield from (Paragraph(text, 2) for text in wanted_of_groups(report))
    if report.unmapped_structures:
        yield Paragraph(f"Structures that are not known ({KNOWN_NAMES}): {', '.join(report.unmapped_structures)}", 2)
    if report.structures_without_rule:
        yield Paragraph(f"{WITHOUT_RULE}: {', '.join(report.structures_without_rule)}", 2)


def _derivations(items: Sequence[Finding]) -> Iterator[Block]:
    yield Heading("How each value was computed")
    for item in items:
        yield Heading(f"{item.structure}, {item.constraint_id}", 3)
        for line in steps(item):
            yield Paragraph(line, 2)


def _made(report: Report) -> Iterator[Block]:
    yield Heading("How this was made")
    judged = {item.edition for item in report.findings}
    used = [edition for edition in report.editions if edition.id in judged]
    editions = ", ".join(f"{edition.id} ({edition.digest[:19]})" for edition in used) or "none has a finding"
    others = len(report.editions) - len(used)
    more = f"; nothing of {others} more is about these structures" if others else ""
    made = f"input sha256 {report.input.sha256[:16]}; reirrad {report.reirrad_version}"
    yield from bullets([*report.notes, f"editions: {editions}{more}", made])
