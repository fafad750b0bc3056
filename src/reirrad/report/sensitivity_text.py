"""The answer of ``reirrad sensitivity`` as text: for each finding what it survives, and where it flips."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reirrad.model.sensitivity import (
    AlphaBetaRange,
    DateRange,
    DoseRange,
    Sensitivity,
    SensitivityRow,
    WithOtherRecovery,
)
from reirrad.model.wording import plain
from reirrad.report.blocks import Block, Heading, Paragraph
from reirrad.report.text import closing_blocks

_WORDS = {"violated": "VIOLATED", "not_evaluated": "not evaluated", "met": "met", "not_applicable": "not applicable"}


def sensitivity_blocks(answer: Sensitivity) -> Iterator[Block]:
    """Yield the answer block by block."""
    counts = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in answer.counts.items())
    yield Heading(f"Case {answer.case_id}", 1)
    yield Paragraph(f"How sure the findings are: {counts}")
    ranked = sorted(answer.rows, key=lambda row: row.structure)
    for structure, rows in groupby(ranked, key=lambda row: row.structure):
        yield Heading(structure)
        for row in rows:
            yield from _row(row)
    if not answer.rows:
        yield Paragraph("no constraint that is judged applies")
    yield from closing_blocks(answer.notes, answer.input.sha256, answer.reirrad_version)


def _row(row: SensitivityRow) -> Iterator[Block]:
    advisory = " (advisory)" if row.advisory else ""
    reason = f" ({row.reason.replace('_', ' ')})" if row.reason else ""
    label = f", {row.label.upper() if row.label == 'fragile' else row.label}" if row.label else ""
    yield Paragraph(f"{row.constraint_id}{advisory}: {_WORDS[row.status]}{reason}{label}", 2, status=row.status)
    lines = list(answers_of(row))
    if row.status == "not_evaluated":
        # what does not decide it either is in the JSON
        lines = lines or ["nothing that is asked here decides it"]
    for line in lines:
        yield Paragraph(line, 4)


def answers_of(row: SensitivityRow) -> Iterator[str]:
    """Yield what was asked of a finding; of one that was not evaluated only what would decide it."""
    is_open = row.status == "not_evaluated"
    for item in row.alpha_beta:
        if not (is_open and item.survives):
            yield _alpha_beta(item, row)
    if row.alpha_beta_gy is not None and not row.alpha_beta and not is_open:
        yield "alpha/beta: no interval is published for this endpoint"
    dates = row.dates
    is_same = dates is not None and dates.status_shortest == dates.status_longest and dates.flips_at_months is None
    if row.dates is not None and not (is_open and is_same):
        yield f"dates: {_dates(row.dates, row)}"
    dose = row.dose
    if dose is not None and not (is_open and dose.flips_at_lower_percent is dose.flips_at_higher_percent is None):
        yield f"doses: {_dose(dose, row)}"
    if row.recovery and not is_open:
        parts = "; ".join(map(_recovery, row.recovery))
        what = "the sum alone" if row.recovery[0].would_be is None else "as a comparison"
        yield f"other recovery, {what} ({row.recovery[0].unit}): {parts}"


def _alpha_beta(item: AlphaBetaRange, row: SensitivityRow) -> str:
    text = f"alpha/beta {plain(item.low_gy)} to {plain(item.high_gy)} Gy, {item.source}: "
    if item.survives:
        text += f"still {_WORDS[row.status]}"
    elif item.status_low == item.status_high:
        text += f"{_WORDS[item.status_low]} at both ends"
    else:
        text += (
            f"{_WORDS[item.status_low]} at {plain(item.low_gy)}, {_WORDS[item.status_high]} at {plain(item.high_gy)}"
        )
    if item.flips_at_gy is not None and item.flips_to is not None and row.alpha_beta_gy is not None:
        text += f"; from {plain(row.alpha_beta_gy)} Gy it flips to {_WORDS[item.flips_to]} at {plain(item.flips_at_gy)}"
    return text


def _dates(item: DateRange, row: SensitivityRow) -> str:
    if item.survives:
        return f"still {_WORDS[row.status]} on every date that is stated"
    text = f"{_WORDS[item.status_shortest]} with the shortest intervals, {_WORDS[item.status_longest]} with the longest"
    if item.status_shortest == item.status_longest:
        text = f"{_WORDS[item.status_shortest]} with the shortest and the longest intervals"
    if item.flips_at_months is not None:
        text += f"; it flips at {plain(item.flips_at_months, decimals=1)} months"
    return text


def _dose(item: DoseRange, row: SensitivityRow) -> str:
    same = " and ".join(f"+/- {shift.percent} %" for shift in item.shifts if shift.survives)
    parts = [f"still {_WORDS[row.status]} at {same}"] if same else []
    for shift in item.shifts:
        if not shift.survives:
            lower, higher = _WORDS[shift.status_lower], _WORDS[shift.status_higher]
            parts.append(f"-{shift.percent} % {lower}, +{shift.percent} % {higher}")
    for sign, percent in (("-", item.flips_at_lower_percent), ("+", item.flips_at_higher_percent)):
        if percent is not None:
            parts.append(f"it flips at {sign}{plain(percent)} %")
    if item.flips_at_lower_percent is None and item.flips_at_higher_percent is None:
        parts.append(f"it does not flip up to +/- {item.looked_for_up_to_percent} %")
    return "; ".join(parts)


def _recovery(item: WithOtherRecovery) -> str:
    value = f"{item.schedule} {_value(item.value_low, item.value_high)}"
    if item.would_be is None:
        return value
    return f"{value} of {_value(item.limit, item.limit_high or item.limit)}, would be {_WORDS[item.would_be]}"


def _value(low: float | None, high: float | None) -> str:
    if low is None:
        return "nothing"
    if high is None:
        return f"{plain(low, decimals=2)} or more"
    return plain(low, decimals=2) if low == high else f"{plain(low, decimals=2)} to {plain(high, decimals=2)}"
