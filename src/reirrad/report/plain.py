"""Text answers without any library: the same bytes on every machine, in a pipe and in a file."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from reirrad.errors import printable
from reirrad.report.blocks import WIDTH, Block, Heading, Paragraph, Row, Table, has_space_before

#: Styles a piece of text by a status; plain text gives it back unchanged.
Style = Callable[[str, str], str]


def unstyled(text: str, _status: str) -> str:
    """Return a text as it is."""
    return text


def plain_text(blocks: Iterable[Block], *, style: Style = unstyled) -> str:
    """Return blocks as lines of at most ``WIDTH`` columns, control characters shown and not sent.

    Parameters
    ----------
    blocks
        Headings, paragraphs and tables.
    style
        Receives what tells a status, with the status, and returns it styled for the terminal.
    """
    lines: list[str] = []
    previous: Block | None = None
    for block in blocks:
        if has_space_before(block, previous):
            lines.append("")
        lines += _lines(block, style)
        previous = block
    return "\n".join(lines) + "\n"


def _lines(block: Block, style: Style) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block, style)
    elif isinstance(block, Heading):
        yield from _wrapped(block.text, 0)
    else:
        yield from _paragraph(block, style)


def _paragraph(block: Paragraph, style: Style) -> Iterator[str]:
    for line in _wrapped(block.text, block.indent):
        yield line if block.status is None else style(line, block.status)


def _wrapped(text: str, indent: int) -> list[str]:
    before = " " * indent
    lines = textwrap.wrap(
        printable(text), WIDTH, initial_indent=before, subsequent_indent=before + "  ", break_on_hyphens=False
    )
    return lines or [""]


def _table(table: Table, style: Style) -> Iterator[str]:
    shown = Table(
        table.heads,
        tuple(Row(tuple(map(printable, row.cells)), row.title, row.below, row.status) for row in table.rows),
        table.right,
        table.told,
    )
    widths = shown.widths(WIDTH, len)
    yield from _cells(shown, Row(shown.heads), widths, style)
    for row in shown.rows:
        if row.title:
            yield from _wrapped(row.title, 2)
        yield from _cells(shown, row, widths, style)
        for text in row.below:
            yield from _wrapped(text, shown.inset)


def _cells(table: Table, row: Row, widths: list[int], style: Style) -> Iterator[str]:
    parts = [textwrap.wrap(cell, width, break_on_hyphens=False) for cell, width in zip(row.cells, widths, strict=True)]
    for line in zip_longest(*parts, fillvalue=""):
        texts = []
        for column, (text, width) in enumerate(zip(line, widths, strict=True)):
            padded = text.rjust(width) if column in table.right else text.ljust(width)
            if column == len(widths) - 1:
                padded = padded.rstrip()
            tells = row.status if column == table.told and text else None
            texts.append(padded if tells is None else padded.replace(text, style(text, tells), 1))
        yield (" " * table.inset + "  ".join(texts)).rstrip()
