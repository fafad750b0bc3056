"""A self-test as a text answer: the record of a commissioning, with lines to sign it."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.model.selftest import Comparison, Part, SelfTest
from reirrad.report.blocks import WIDTH, Block, Heading, Paragraph, Row, Table
from reirrad.report.finding_words import LIMITS_OF_USE

AGREES, DIFFERS = "agrees", "DIFFERS"
SIGNED = ("Performed by", "Date", "Machine", "Signature")


def headline(answer: SelfTest) -> str:
    """Return the outcome in a sentence."""
    if answer.agrees:
        return f"all of {answer.compared} comparisons agree"
    return f"{answer.differ} of {answer.compared} comparisons DIFFER: do not use this installation"


def selftest_blocks(answer: SelfTest) -> Iterator[Block]:
    """Yield a self-test block by block."""
    yield Heading(f"Self-test of reirrad {answer.reirrad_version}", 1)
    word = AGREES if answer.agrees else DIFFERS
    yield Paragraph(f"Outcome: {word} ({headline(answer)})", status="met" if answer.agrees else "violated")
    for part in answer.parts:
        yield from _part(part)
    yield Heading("Made with")
    for name, text in answer.environment.items():
        yield Paragraph(f"{name}: {text}", 2)
    yield Paragraph(", ".join(f"{name} {number}" for name, number in answer.options.items()), 2)
    yield Heading("Editions")
    for edition in answer.editions:
        yield Paragraph(f"{edition.id}: {edition.digest}", 2)
    yield Heading("Record")
    for name in SIGNED:
        yield Paragraph(f"{name}: {'_' * (WIDTH // 2)}", 2)
    yield Paragraph(LIMITS_OF_USE, 2)


def _part(part: Part) -> Iterator[Block]:
    yield Heading(f"{part.name}: {part.compared} compared, {part.differ} differ")
    yield Paragraph(part.how, 2)
    rows = tuple(_row(row) for row in part.rows)
    if rows:
        yield Table(("expected", "found", "outcome"), rows, told=2)


def _row(row: Comparison) -> Row:
    unit = f" {row.unit}" if row.unit else ""
    return Row(
        (f"{row.expected}{unit}", f"{row.found}{unit}", AGREES if row.agrees else DIFFERS),
        title=f"{row.what} [{row.source}]",
        status="met" if row.agrees else "violated",
    )
