"""What a text answer consists of, before anything is known of where it is printed: headings, paragraphs and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reirrad.errors import printable
from reirrad.report.wrapping import Measure

#: Columns that every text answer fits in; a wider terminal gets up to ``WIDEST``.
WIDTH = 80
WIDEST = 100
#: Blanks between the columns of a table.
GAP = 2


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 of the answer, 2 of a section, 3 of a part of it."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and the status that it tells, if any."""

    text: str
    indent: int = 0
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row: cells, a title on a line of its own above them, paragraphs below them; the status is that of a cell."""

    cells: tuple[str, ...]
    title: str = ""
    below: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``right`` are the columns that are set flush right, ``told`` the one that tells the status of a row."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    right: frozenset[int] = field(default_factory=frozenset)
    told: int | None = None

    @property
    def inset(self) -> int:
        """Blanks before cells: those of a row with a title stand below it."""
        return 4 if any(row.title for row in self.rows) else 2

    def printable(self) -> Table:
        """Return the table with control characters shown, as only then its columns are as wide as they look."""
        rows = tuple(replace(row, cells=tuple(map(printable, row.cells))) for row in self.rows)
        return replace(self, heads=tuple(map(printable, self.heads)), rows=rows)

    def widths(self, room: int, measure: Measure) -> list[int]:
        """Return a width for each column that fits into a line; the widest give way first, of equal ones the last.

        Parameters
        ----------
        room
            Columns of the line.
        measure
            Columns that a text takes.
        """
        lines = [self.heads, *(row.cells for row in self.rows)]
        widths = [max(1, *(measure(line[column]) for line in lines)) for column in range(len(self.heads))]
        room -= self.inset + GAP * (len(widths) - 1)
        while sum(widths) > room and max(widths) > 1:
            widths[max(range(len(widths)), key=lambda column: (widths[column], column))] -= 1
        return widths


Block = Heading | Paragraph | Table


def has_space_before(block: Block, previous: Block | None) -> bool:
    """Whether a blank line comes before a block: it parts a heading from what it is no heading of."""
    if previous is None or not isinstance(block, Heading):
        return False
    return not isinstance(previous, Heading)


def bullets(texts: Sequence[str], indent: int = 2) -> list[Block]:
    """Return texts as a list."""
    return [Paragraph(f"- {text}", indent) for text in texts]
