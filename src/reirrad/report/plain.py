"""Text answers without any library: the same bytes on every machine, in a pipe and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from reirrad.errors import printable
from reirrad.report.blocks import GAP, WIDTH, Block, Heading, Row, Table, has_space_before
from reirrad.report.wrapping import wrapped

#: Styles a piece of text by a status; plain text gives it back unchanged.
Style = Callable[[str, str], str]


def unstyled(text: str, _status: str) -> str:
    """Return a text as it is."""
    return text


def plain_text(blocks: Iterable[Block], *, style: Style = unstyled, width: int = WIDTH) -> str:
    """Return blocks as lines, control characters shown and not sent.

    Parameters
    ----------
    blocks
        Headings, paragraphs and tables.
    style
        Receives what tells a status, with the status, and returns it styled for the terminal.
    width
        Columns that a line has at most.
    """
    lines: list[str] = []
    previous: Block | None = None
    for block in blocks:
        if has_space_before(block, previous):
            lines.append("")
        lines += _lines(block, style, width)
        previous = block
    return "\n".join(lines) + "\n"


def _lines(block: Block, style: Style, width: int) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block, style, width)
    elif isinstance(block, Heading):
        lines = _wrapped(block.text, 0, width)
        yield from lines
        if block.level == 2:
            yield "-" * max(map(len, lines))
    else:
        for line in _wrapped(block.text, block.indent, width):
            yield line if block.status is None else style(line, block.status)


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    return [" " * indent + line for line in wrapped(printable(text), width - indent, deeper=2)]


def _table(table: Table, style: Style, width: int) -> Iterator[str]:
    if not table.rows:
        return
    table = table.printable()
    widths = table.widths(width, len)
    yield from _cells(table, Row(table.heads), widths, style)
    for row in table.rows:
        if row.title:
            yield from _wrapped(row.title, 2, width)
        yield from _cells(table, row, widths, style)
        for text in row.below:
            yield from _wrapped(text, table.inset, width)


def _cells(table: Table, row: Row, widths: list[int], style: Style) -> Iterator[str]:
    parts = [wrapped(cell, width) for cell, width in zip(row.cells, widths, strict=True)]
    for line in zip_longest(*parts, fillvalue=""):
        texts = []
        for column, (text, width) in enumerate(zip(line, widths, strict=True)):
            blanks = " " * (width - len(text))
            # blanks are never styled: they would show as a bar where a style has a background
            styled = style(text, row.status) if text and row.status is not None and column == table.told else text
            texts.append(blanks + styled if column in table.right else styled + blanks)
        yield (" " * table.inset + (" " * GAP).join(texts)).rstrip(" ")
