"""A self-test as a text answer: the record of a commissioning, with lines to sign it."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.model.selftest import Comparison, Part, SelfTest
from reirrad.report.blocks import WIDTH, Block, Heading, Paragraph, Row, Table
from reirrad.report.finding_words import LIMITS_OF_USE

AGREES, DIFFERS = "agrees", "DIFFERS"
#: The record names no machine and no person by itself: these are lines to fill in.
SIGNED = ("Machine", "Room", "Performed by", "Date", "Signature")
BY_HAND = "To fill in by hand; the program writes down neither the name of the machine nor that of the user."

_NAMES = {"operating_system": "operating system"}
#: Where an expected value comes from, where its source does not say it by itself.
_KINDS = {"printed": "printed in the source", "published code": "worked out from published code"}


def headline(answer: SelfTest) -> str:
    """Return the outcome in a sentence."""
    if answer.agrees:
        return f"all of {answer.compared} comparisons agree"
    return f"{answer.differ} of {answer.compared} comparisons DIFFER: do not use this installation"


def installation(answer: SelfTest) -> dict[str, str]:
    """Return what ran, by the names that people read."""
    facts = {_NAMES.get(name, name): text for name, text in answer.environment.items()}
    options = ", ".join(f"{name} {number}" for name, number in answer.options.items())
    return {"reirrad": answer.reirrad_version, "code": answer.code_digest} | facts | {"options": options}


def source_of(row: Comparison) -> str:
    """Return the source of a row, and what kind of number it gave."""
    kind = _KINDS.get(row.basis, "")
    return f"{kind}: {row.source}" if kind else row.source


def selftest_blocks(answer: SelfTest) -> Iterator[Block]:
    """Yield a self-test block by block."""
    yield Heading(f"Self-test of reirrad {answer.reirrad_version}", 1)
    word = AGREES if answer.agrees else DIFFERS
    yield Paragraph(f"Outcome: {word} ({headline(answer)})", status="met" if answer.agrees else "violated")
    yield Heading("This installation")
    for name, text in installation(answer).items():
        yield Paragraph(f"{name}: {text}", 2)
    for part in answer.parts:
        yield from _part(part)
    yield Heading("Editions")
    for edition in answer.editions:
        yield Paragraph(f"{edition.id}: {edition.digest}", 2)
    yield Heading("Record")
    yield Paragraph(BY_HAND, 2)
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
    return Row(
        (row.expected_with_unit, row.found_with_unit, AGREES if row.agrees else DIFFERS),
        title=f"{row.what} [{source_of(row)}]",
        status="met" if row.agrees else "violated",
    )
