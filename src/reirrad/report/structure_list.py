"""The structures that are known, as a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reirrad.model.structure import ListedStructure
from reirrad.report.blocks import Block, Heading, Paragraph


def structure_list_blocks(structures: Sequence[ListedStructure]) -> Iterator[Block]:
    """Yield each structure with its side, its other names, and what it lies within."""
    yield Heading("Structures that are known, by their TG-263 names")
    for item in structures:
        yield Paragraph(item.name, 2)
        parts = [item.side] if item.side else []
        # in quotes, because a name may have a comma
        others = ", ".join(f'"{alias}"' for alias in item.aliases)
        parts += [f"also {others}"] if others else []
        parts += [f"within {', '.join(item.within)}"] if item.within else []
        if parts:
            yield Paragraph("; ".join(parts), 4)
    yield Heading("In all")
    yield Paragraph(f"{len(structures)} structures; case does not matter, and no other name is known", 2)
