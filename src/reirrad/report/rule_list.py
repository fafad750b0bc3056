"""Rules as a list, by edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reirrad.model.rule import Constraint, Edition
from reirrad.report.blocks import Block, Heading, Paragraph
from reirrad.report.rule_text import conditions_text, limit_text, quantity_text, recovery_text


def rule_list_blocks(rules: Sequence[tuple[Edition, Constraint]]) -> Iterator[Block]:
    """Yield the rules by edition; each with its structures, what is compared, the limit and where it applies."""
    edition_id = None
    for edition, rule in rules:
        if edition.id != edition_id:
            yield Heading(f"{edition.id}: {edition.title} (read: {edition.read})")
            edition_id = edition.id
        marks = [] if rule.kind == "limit" else ["reference"]
        marks += ["advisory"] if rule.advisory else []
        marks += [] if rule.profile == "point-dose" or rule.kind == "reference" else [f"profile {rule.profile}"]
        yield Paragraph(rule.id + (f" ({', '.join(marks)})" if marks else ""), 2)
        if rule.kind == "reference":
            text = f"{', '.join(rule.structures)}: {limit_text(rule)}: {rule.risk_at_limit}"
        else:
            parts = [f"{quantity_text(rule)} {limit_text(rule)}", recovery_text(edition, rule), conditions_text(rule)]
            text = f"{', '.join(rule.structures)}: {'; '.join(part for part in parts if part)}"
        yield Paragraph(text, 4)
    limits = sum(rule.kind == "limit" for _, rule in rules)
    yield Heading("In all")
    yield Paragraph(f"{limits} limits and {len(rules) - limits} references", 2)
