"""The reference page of the rule library, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reirrad.model.rule import Edition
from reirrad.report.rule_text import (
    PROFILE_TEXTS,
    READ_TEXTS,
    conditions_text,
    limit_text,
    quantity_text,
    recovery_text,
    schedule_lines,
)

_HEAD = """\
# The rule library

Generated from the edition files in `src/reirrad/library/editions/` by `make library`; a test keeps the two equal.
`reirrad rules show ID` prints a rule with a worked example.

What `read` says: `source` means that the paper's own abstract or table was read, `transcription` that only a public
transcription of it was. References are shown beside findings and never compared.

Profiles:
"""


def library_page(editions: Iterable[Edition], *, is_whole: bool = True) -> str:
    """Return the page: every edition with its recovery schedules and constraints."""
    listed = list(editions)
    head = _head(listed) if is_whole else ["# Rules", ""]
    return "\n".join([*head, *(line for edition in listed for line in _edition(edition))]).rstrip() + "\n"


def _head(editions: list[Edition]) -> Iterator[str]:
    yield _HEAD
    for name, text in PROFILE_TEXTS.items():
        yield f"- `{name}`: {text}"
    limits = sum(rule.kind == "limit" for edition in editions for rule in edition.constraint)
    references = sum(rule.kind == "reference" for edition in editions for rule in edition.constraint)
    yield ""
    yield f"{len(editions)} editions, {limits} limits, {references} references."
    yield ""


def _edition(edition: Edition) -> Iterator[str]:
    yield f"## {edition.id}"
    yield ""
    read = READ_TEXTS[edition.read].capitalize()
    source = f"{_cell(edition.citation)} doi: {edition.doi}. {read}. {_cell(edition.population)}"
    validity = f" The edition is {edition.validity_text}." if edition.valid_until is not None else ""
    yield f"**{_cell(edition.title)}.** {source}{validity}"
    yield ""
    for schedule in edition.recovery:
        acts = "discounts the earlier dose" if schedule.acts_on == "prior_dose" else "raises the tolerance"
        yield f"Recovery `{schedule.id}` ({_cell(schedule.name)}), which {acts}: {'; '.join(schedule_lines(schedule))}."
        yield ""
    limits = [rule for rule in edition.constraint if rule.kind == "limit"]
    if limits:
        yield "| id | structures | compared | required | applies to | recovery | risk | profile | read | locator |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for rule in limits:
            profile = rule.profile + (", advisory" if rule.advisory else "")
            yield _row(
                *(f"`{rule.id}`", ", ".join(rule.structures), quantity_text(rule), limit_text(rule)),
                *(conditions_text(rule), recovery_text(edition, rule), rule.risk_at_limit, profile),
                *(rule.read, rule.locator),
            )
        yield ""
    references = [rule for rule in edition.constraint if rule.kind == "reference"]
    if references:
        yield "| reference | structures | endpoint | printed | result | read | locator |"
        yield "|---|---|---|---|---|---|---|"
        for rule in references:
            yield _row(
                *(f"`{rule.id}`", ", ".join(rule.structures), rule.endpoint, rule.printed or ""),
                *(rule.risk_at_limit, rule.read, rule.locator),
            )
        yield ""
    for rule in edition.constraint:
        if rule.note:
            yield f"- `{rule.id}`: {_cell(rule.note)}"
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
