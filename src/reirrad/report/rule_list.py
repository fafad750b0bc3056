"""Rules as a list: a line each, in columns."""

from __future__ import annotations

from collections.abc import Sequence

from reirrad.model.rule import Constraint, Edition
from reirrad.report.rule_text import conditions_text, limit_text, quantity_text, recovery_text
from reirrad.report.wrapping import wrapped


def rule_list_text(rules: Sequence[tuple[Edition, Constraint]]) -> str:
    """Return the rules by edition; each with its structures, what is compared, the limit and where it applies."""
    lines: list[str] = []
    edition_id = None
    for edition, rule in rules:
        if edition.id != edition_id:
            lines += ["", *wrapped(f"{edition.id}: {edition.title} (read: {edition.read})", "")]
            edition_id = edition.id
        marks = [] if rule.kind == "limit" else ["reference"]
        marks += ["advisory"] if rule.advisory else []
        marks += [] if rule.profile == "point-dose" or rule.kind == "reference" else [f"profile {rule.profile}"]
        lines.append(f"  {rule.id}" + (f"  ({', '.join(marks)})" if marks else ""))
        if rule.kind == "reference":
            text = f"{', '.join(rule.structures)}: {limit_text(rule)}: {rule.risk_at_limit}"
        else:
            parts = [f"{quantity_text(rule)} {limit_text(rule)}", recovery_text(edition, rule), conditions_text(rule)]
            text = f"{', '.join(rule.structures)}: {'; '.join(part for part in parts if part)}"
        lines += wrapped(text, "    ")
    limits = sum(rule.kind == "limit" for _, rule in rules)
    lines += ["", f"{limits} limits and {len(rules) - limits} references"]
    return "\n".join(lines).lstrip("\n") + "\n"
