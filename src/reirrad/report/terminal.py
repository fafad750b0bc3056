"""Text answers on a terminal, by rich: the blocks and the lines of the plain text, with weight, rules and colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reirrad.errors import MissingExtraError, how_to_install, printable
from reirrad.report.blocks import GAP, WIDEST, Block, Heading, Row, Table, has_space_before
from reirrad.report.wrapping import wrapped

_STYLES = {"violated": "bold red", "not_evaluated": "yellow", "met": "green"}


def terminal_text(blocks: Iterable[Block], *, width: int, colour: bool, unicode: bool) -> str:
    """Return blocks as what a terminal is sent.

    Texts are never read as markup, and control characters are shown and not sent: what drives the terminal comes from
    here alone. Without rules and styles the lines are those of ``plain_text`` at the same width, if no character is
    wider than one column.

    Parameters
    ----------
    blocks
        Headings, paragraphs and tables.
    width
        Columns of the terminal; above ``WIDEST`` lines would be hard to read, and are not longer.
    colour
        Whether to colour what tells a status; its words say the same.
    unicode
        Whether rules may be other than ASCII. Texts are printed as they are.

    Raises
    ------
    MissingExtraError
        If rich is not installed.
    """
    try:
        from rich.console import Console
    except ImportError:
        raise MissingExtraError(f"this form of a text answer needs rich: {how_to_install('terminal')}") from None
    console = Console(
        width=min(width, WIDEST),
        height=1,  # without one, rich takes a terminal that calls itself dumb for 80 columns wide
        force_terminal=True,
        force_jupyter=False,
        color_system="standard" if colour else None,
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        safe_box=False,
    )
    previous: Block | None = None
    with console.capture() as captured:
        for block in blocks:
            if has_space_before(block, previous):
                console.print()
            for part in _parts(block, console.width, "\u2500" if unicode else "-"):
                console.print(part)
            previous = block
    return "\n".join(line.rstrip(" ") for line in captured.get().split("\n"))


def _parts(block: Block, width: int, line: str) -> Iterator[Any]:
    from rich.rule import Rule

    if isinstance(block, Table):
        yield from _table(block, width)
    elif isinstance(block, Heading):
        yield _wrapped(block.text, 0, width, "bold")
        if block.level < 3:
            yield Rule(characters=line, style="dim")
    else:
        yield _wrapped(block.text, block.indent, width, _STYLES.get(block.status or "", ""))


def _table(table: Table, width: int) -> Iterator[Any]:
    from rich.cells import cell_len

    if not table.rows:
        return
    table = table.printable()
    widths = table.widths(width, cell_len)
    yield _cells(table, Row(table.heads), widths, "dim")
    for row in table.rows:
        if row.title:
            yield _wrapped(row.title, 2, width, "bold")
        yield _cells(table, row, widths, "")
        for text in row.below:
            yield _wrapped(text, table.inset, width, "")


def _cells(table: Table, row: Row, widths: list[int], style: str) -> Any:
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, GAP, 0, 0))
    for column, width in enumerate(widths):
        side = "right" if column in table.right else "left"
        grid.add_column(width=width, justify=side, no_wrap=True)  # type: ignore[arg-type]  # a literal by its value
    told = _STYLES.get(row.status or "", "")
    grid.add_row(
        *(
            _text(wrapped(cell, width, measure=cell_len), told if column == table.told and told else style)
            for column, (cell, width) in enumerate(zip(row.cells, widths, strict=True))
        )
    )
    return Padding(grid, (0, 0, 0, table.inset))


def _wrapped(text: str, indent: int, width: int, style: str) -> Any:
    from rich.cells import cell_len
    from rich.padding import Padding

    lines = wrapped(printable(text), width - indent, deeper=2, measure=cell_len)
    return Padding(_text(lines, style), (0, 0, 0, indent))


def _text(lines: Iterable[str], style: str) -> Any:
    """Return lines that are broken already; what pads them is not styled."""
    from rich.text import Text

    text = Text("\n".join(lines), no_wrap=True)
    text.stylize(style)
    return text
