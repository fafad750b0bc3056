"""Text answers on a terminal, by rich: the blocks and the words of the plain text, with weight, rules and colour."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from reirrad.errors import MissingExtraError, printable
from reirrad.report.blocks import WIDEST, Block, Paragraph, Row, Table, has_space_before

_STYLES = {"violated": "bold red", "not_evaluated": "yellow", "met": "green"}


def terminal_text(blocks: Iterable[Block], *, width: int, colour: bool, unicode: bool) -> str:
    """Return blocks as what a terminal is sent.

    Texts are never read as markup, and control characters are shown and not sent: what drives the terminal comes from
    here alone.

    Parameters
    ----------
    blocks
        Headings, paragraphs and tables.
    width
        Columns of the terminal.
    colour
        Whether to colour what tells a status; its words say the same.
    unicode
        Whether rules may be other than ASCII.

    Raises
    ------
    MissingExtraError
        If rich is not installed.
    """
    try:
        from rich.console import Console
    except ImportError:
        raise MissingExtraError("this form of a text answer needs rich: pip install 'reirrad[terminal]'") from None
    sheet = io.StringIO()
    console = Console(
        file=sheet,
        width=min(width, WIDEST),
        force_terminal=True,
        color_system="standard" if colour else None,
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    previous: Block | None = None
    for block in blocks:
        if has_space_before(block, previous):
            console.print()
        for part in _parts(block, console.width, "─" if unicode else "-"):
            console.print(part)
        previous = block
    return "\n".join(line.rstrip() for line in sheet.getvalue().splitlines()) + "\n"


def _parts(block: Block, width: int, line: str) -> Iterator[Any]:
    from rich.rule import Rule

    if isinstance(block, Table):
        yield from _table(block, width)
    elif isinstance(block, Paragraph):
        yield _wrapped(block.text, block.indent, _STYLES.get(block.status or "", ""))
    else:
        yield _text(block.text, "bold")
        if block.level < 3:
            yield Rule(characters=line, style="dim")


def _table(table: Table, width: int) -> Iterator[Any]:
    from rich.cells import cell_len

    shown = Table(
        tuple(table.heads),
        tuple(Row(tuple(map(printable, row.cells)), row.title, row.below, row.status) for row in table.rows),
        table.right,
        table.told,
    )
    widths = shown.widths(width, cell_len)
    yield _cells(shown, Row(shown.heads), widths, "dim")
    for row in shown.rows:
        if row.title:
            yield _wrapped(row.title, 2, "bold")
        yield _cells(shown, row, widths, "")
        for text in row.below:
            yield _wrapped(text, shown.inset, "")


def _cells(table: Table, row: Row, widths: list[int], style: str) -> Any:
    from rich.padding import Padding
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 2, 0, 0))
    for column, width in enumerate(widths):
        side = "right" if column in table.right else "left"
        grid.add_column(width=width, justify=side, overflow="fold")  # type: ignore[arg-type]  # a literal by its value
    told = _STYLES.get(row.status or "", "")
    grid.add_row(
        *(_text(cell, told if column == table.told and told else style) for column, cell in enumerate(row.cells))
    )
    return Padding(grid, (0, 0, 0, table.inset))


def _wrapped(text: str, indent: int, style: str) -> Any:
    """Return a paragraph whose second line stands deeper than its first."""
    from rich.padding import Padding

    return Padding.indent(_Hanging(text, style), indent)


def _text(text: str, style: str) -> Any:
    from rich.text import Text

    return Text(printable(text), style=style)


class _Hanging:
    """A text whose lines after the first are indented by two."""

    def __init__(self, text: str, style: str) -> None:
        self._text = _text(text, style)

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        lines = self._text.wrap(console, max(options.max_width - 2, 1))
        for number, line in enumerate(lines):
            if number:
                line.pad_left(2)
            yield line
