"""The parts of the text report that set editions and published results side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reirrad.model.finding import Disagreement, Opinion, Reference
from reirrad.model.rule import COMPARISON_SIGNS
from reirrad.model.wording import beyond, value_and_limit
from reirrad.report.blocks import Block, Heading, Paragraph, Row, Table
from reirrad.report.finding_words import STATUS_WORDS, after_recovery

#: The head of published results, which are no limits.
REFERENCES = "Published results, for context (not limits: nothing is compared with them)"
_HEADS = ("status", "value", "required", "room")


def disagreement_blocks(disagreement: Sequence[Disagreement]) -> Iterator[Block]:
    """Yield a table for each structure: what each edition makes of it at its worst course."""
    if not disagreement:
        return
    yield Heading("Editions side by side, each by its worst course; room: margin in % of limit", 3)
    for item in disagreement:
        yield Paragraph(title_of(item), 2)
        is_told = len({opinion.course_id for opinion in item.opinions}) > 1
        rows = tuple(_row(opinion, is_told=is_told) for opinion in item.opinions)
        yield Table(_HEADS, rows, frozenset({1, 3}), told=0)


def title_of(item: Disagreement) -> str:
    """Return in one line whether the editions agree, which binds, and how far they are apart."""
    open_ = sum(opinion.status == "not_evaluated" for opinion in item.opinions)
    if item.agree is None:
        return f"{item.structure}: no edition could be evaluated"
    n_evaluated = len(item.opinions) - open_
    if n_evaluated == 1:
        # one says nothing of whether others agree
        return f"{item.structure}: {item.binds} alone was evaluated, {open_} could not be"
    which = "the editions" if not open_ else "the editions that were evaluated"
    text = f"{item.structure}: {which} {'agree' if item.agree else 'DISAGREE'}"
    if open_:
        text += f", {open_} could not be evaluated"
    if item.binds is not None:
        text += f"; {item.binds} binds"
    if item.spread_percent is not None and item.spread_percent[0] < item.spread_percent[1]:
        low, high = item.spread_percent
        text += f"; room from {_percent(low)} to {_percent(high)}"
    return text


def _row(opinion: Opinion, *, is_told: bool) -> Row:
    """Return a row; it tells at which course its finding is decided where those of the others are at another one."""
    values, limits = (" to ".join(text for text, _ in ends) for ends in value_and_limit(opinion))
    value = values or "-"
    unit = "" if opinion.unit == "1" else opinion.unit
    required = f"{COMPARISON_SIGNS[opinion.comparison]} {limits} {unit}".rstrip() if limits else "-"
    room = "-" if opinion.margin_percent is None else _percent(opinion.margin_percent)
    cells = (STATUS_WORDS[opinion.status], value, required, room)
    course = f'at course "{opinion.course_id}"' if is_told and opinion.course_id is not None else ""
    told = tuple(filter(None, (after_recovery(opinion), course)))
    return Row(cells, title=opinion.constraint_id, below=told, status=opinion.status)


def _percent(percent: float) -> str:
    # a violated limit never reads as room 0
    return f"{'+' if percent > 0 else ''}{beyond(percent, 0.0, decimals=0)} %"


def reference_blocks(references: Sequence[Reference]) -> Iterator[Block]:
    """Yield the published results about the structures: context, never compared."""
    if references:
        yield Heading(REFERENCES, 3)
    yield from (Paragraph(line, 2) for line in reference_lines(references))


def reference_lines(references: Sequence[Reference]) -> list[str]:
    """Return a line for each published result, by structure."""
    ranked = sorted(references, key=lambda item: item.structure)
    return [f"{item.structure}: {item.printed}: {item.risk}; {item.endpoint} ({item.id})" for item in ranked]
