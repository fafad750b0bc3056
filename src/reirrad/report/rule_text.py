"""A constraint in words: what is compared with what, when, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.model.rule import (
    COMPARISON_SIGNS,
    Constraint,
    Discounted,
    Edition,
    RaisedTolerance,
    RecoverySchedule,
)
from reirrad.model.wording import plain
from reirrad.report.blocks import Block, Heading, Paragraph

_SCOPES = {
    "first_course": "first course",
    "each_course": "each course",
    "newest_course": "newest course",
    "cumulative": "cumulative",
    "share": "share of the newest course in the cumulative dose",
    "interval": "interval",
    "score": "score",
    "allowed_bed": "second course, against the BED that a model allows",
}
PROFILE_TEXTS = {
    "point-dose": "judged by default",
    "stated-fact": "judged by default where the case states the fact that it depends on",
    "distribution": "outside the default profile: a dose point cannot decide it (--profile all)",
    "incomplete": "outside the default profile: its source does not state what is needed (--profile all)",
    "second-opinion": "a second opinion, judged only if its edition is named (--edition)",
}
READ_TEXTS = {
    "source": "the source itself was read",
    "transcription": "only a public transcription was read",
}


def quantity_text(constraint: Constraint) -> str:
    """Return what is compared, e.g. ``cumulative EQD2 of D0.1cc[Gy], alpha/beta 2.5 Gy``."""
    if constraint.scope == "interval":
        return "interval between consecutive courses"
    quantity = "dose" if constraint.quantity == "physical" else constraint.quantity
    text = f"{_SCOPES[constraint.scope]}, {quantity} of {constraint.metric}"
    if constraint.metric.startswith(("V", "CV")) and constraint.quantity == "physical":
        text = f"{_SCOPES[constraint.scope]}, {constraint.metric}"
    if constraint.alpha_beta_gy is not None:
        value = constraint.alpha_beta_gy
        text += f", alpha/beta {value if isinstance(value, str) else f'{plain(value)} Gy'}"
    return text


def limit_text(constraint: Constraint) -> str:
    """Return the limit with its sign and unit, or what a reference prints."""
    if constraint.kind == "reference":
        return constraint.printed or ""
    sign = COMPARISON_SIGNS[constraint.comparison]
    unit = "" if constraint.unit == "1" else f" {constraint.unit}"
    if constraint.cord_model is not None:
        return f"{sign} the allowed BED at a risk of {plain(constraint.cord_model.risk_percent)} %"
    if constraint.limit is not None:
        return f"{sign} {_span(constraint.limit)}{unit}"
    rows = [(n, f"{_span(limit)}{unit} in {n}") for n, limit in constraint.limit_by_n_fractions or ()]
    s = "" if [n for n, _ in rows] == [1] else "s"
    return f"{sign} {', '.join(text for _, text in rows)} fraction{s}"


def _span(limit: tuple[float, float]) -> str:
    low, high = limit
    return plain(low) if low == high else f"{plain(low)} to {plain(high)}"


def conditions_text(constraint: Constraint) -> str:
    """Return the conditions; empty where there are none."""
    conditions = constraint.conditions
    parts = []
    if conditions.technique is not None:
        parts.append(" or ".join(conditions.technique))
    if conditions.n_fractions is not None:
        fewest, most = conditions.n_fractions
        s = "" if most == 1 else "s"
        parts.append(f"{fewest} fraction{s}" if fewest == most else f"{fewest} to {most} fractions")
    if conditions.fraction_size_gy is not None:
        parts.append("{} to {} Gy per fraction".format(*map(plain, conditions.fraction_size_gy)))
    if conditions.scheduled_dose_gy is not None:
        parts.append("{} to {} Gy scheduled".format(*map(plain, conditions.scheduled_dose_gy)))
    if conditions.interval_months is not None:
        parts.append(f"interval {_bin(conditions.interval_months, 'months')}")
    if conditions.target_distance_mm is not None:
        parts.append(f"target distance {_bin(conditions.target_distance_mm, 'mm')}")
    return "; ".join(parts)


def _bin(ends: tuple[float, float], unit: str) -> str:
    low, high = ends
    if high == float("inf"):
        return f">= {plain(low)} {unit}"
    return f"< {plain(high)} {unit}" if low == 0 else f">= {plain(low)} and < {plain(high)} {unit}"


def recovery_text(edition: Edition, constraint: Constraint) -> str:
    """Return how the sum and its limit belong together; empty where nothing is summed."""
    convention = edition.convention_of(constraint)
    if isinstance(convention, Discounted):
        return f"earlier courses discounted ({convention.schedule.name})"
    if isinstance(convention, RaisedTolerance):
        return f"tolerance raised, dose not discounted ({convention.schedule.name})"
    return "undiscounted sum" if constraint.scope in {"cumulative", "share", "score"} else ""


def schedule_lines(schedule: RecoverySchedule) -> Iterator[str]:
    """Yield the steps of a recovery schedule."""
    for step in schedule.step:
        bin_ = (step.from_months, float("inf") if step.to_months is None else step.to_months)
        yield f"{_bin(bin_, 'months')}: {step.recovered_fraction:.2f}"


def rule_blocks(edition: Edition, constraint: Constraint, digest: str) -> Iterator[Block]:
    """Yield everything about a constraint, a paragraph each."""
    is_limit = constraint.kind == "limit"
    yield Heading(constraint.id)
    yield Paragraph(
        f"kind: {constraint.kind}" + (" (advisory: shown, no part of the verdict)" if constraint.advisory else ""), 2
    )
    if constraint.group is not None:
        yield Paragraph(f"group: {constraint.group} (stated only together by the source)", 2)
    related = " and what contains or lies in it" if constraint.applies_to_related else ""
    yield Paragraph(f"structures: {', '.join(constraint.structures)}{related}", 2)
    yield Paragraph(f"endpoint: {constraint.endpoint}", 2)
    yield Paragraph(f"{'compared' if is_limit else 'about'}: {quantity_text(constraint)}", 2)
    yield Paragraph(f"{'required' if is_limit else 'printed'}: {limit_text(constraint)}", 2)
    if conditions_text(constraint):
        yield Paragraph(f"applies to: {conditions_text(constraint)}", 2)
    yield Paragraph(f"modalities: {', '.join(constraint.modalities)}", 2)
    if recovery_text(edition, constraint) and is_limit:
        yield Paragraph(f"recovery: {recovery_text(edition, constraint)}", 2)
    convention = edition.convention_of(constraint)
    if isinstance(convention, Discounted | RaisedTolerance):
        yield from (Paragraph(line, 4) for line in schedule_lines(convention.schedule))
    yield Paragraph(f"risk: {constraint.risk_at_limit}", 2)
    if is_limit:
        yield Paragraph(f"profile: {constraint.profile} ({PROFILE_TEXTS[constraint.profile]})", 2)
    yield Paragraph(f"source: {edition.citation} {edition.doi_text}", 2)
    yield Paragraph(f"locator: {constraint.locator}; {READ_TEXTS[constraint.read]}", 2)
    yield Paragraph(f"population: {edition.population}", 2)
    if constraint.note:
        yield Paragraph(f"note: {constraint.note}", 2)
    yield Paragraph(f"edition: {edition.id}, {edition.title} ({digest})", 2)
    if edition.valid_until is not None:
        yield Paragraph(f"the edition is {edition.validity_text}", 2)
