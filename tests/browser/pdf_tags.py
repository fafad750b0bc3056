"""Which pages of a tagged PDF an element of the page is on.

A browser writes the tree of the document into a tagged PDF: rows, figures, headings; every leaf names the page that it
is painted on. What is painted on two pages was cut. Only what Chromium writes is read: objects that stand one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_PAGE = re.compile(rb"/Pg (\d+) 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")


@dataclass(eq=False)
class Element:
    """An element: its type, the pages of its own content, and the elements within."""

    kind: str
    own_pages: set[int]
    is_head: bool
    within: list[Element] = field(default_factory=list)

    @cached_property
    def pages(self) -> frozenset[int]:
        return frozenset(self.own_pages.union(*(part.pages for part in self.within)))

    def every(self) -> Iterator[Element]:
        """Yield the element and all within, in the order of the document."""
        yield self
        for part in self.within:
            yield from part.every()


def tree(pdf: bytes) -> Element:
    """Return the tree of a tagged PDF."""
    objects = {int(number): content for number, content in _OBJECT.findall(pdf)}
    pages = _pages(objects)
    (root,) = (content for content in objects.values() if content.startswith(b"<</Type /StructTreeRoot"))
    (top,) = _kids(root)
    return _element(top, objects, pages)


def cut_rows(top: Element) -> list[Element]:
    """Return the rows of tables that are on more than one page; a head of columns is repeated, and not cut."""
    rows = [part for part in top.every() if part.kind == "TR"]
    assert rows
    return [row for row in rows if len(row.pages) > 1 and not all(cell.is_head for cell in row.within)]


def cut_figures(top: Element) -> list[Element]:
    """Return the pictures that are on more than one page, with what is written below them."""
    return [part for part in top.every() if part.kind == "Figure" and len(part.pages) > 1]


def last_section(top: Element) -> frozenset[int]:
    """Return the pages of what begins with the last heading of the second level."""
    parts = list(top.every())
    last = max(number for number, part in enumerate(parts) if part.kind == "H2")
    return frozenset().union(*(part.own_pages for part in [*parts[last].every(), *parts[last:]]))


def headings_alone(top: Element) -> list[Element]:
    """Return the headings after which the next text is on another page."""
    parts = [part for part in top.every() if part.own_pages or part.kind in {"H2", "H3"}]
    alone = []
    for number, part in enumerate(parts):
        if part.kind not in {"H2", "H3"}:
            continue
        inside = list(part.every())
        after = next((other for other in parts[number + 1 :] if other.own_pages and other not in inside), None)
        if after is not None and min(after.own_pages) > max(part.pages):
            alone.append(part)
    return alone


def count_of_pages(pdf: bytes) -> int:
    return len(_pages({int(number): content for number, content in _OBJECT.findall(pdf)}))


def _pages(objects: dict[int, bytes]) -> dict[int, int]:
    numbers = [number for number, content in objects.items() if re.match(rb"<</Type /Page\s", content)]
    return {number: place for place, number in enumerate(sorted(numbers), start=1)}


def _kids(content: bytes) -> list[int]:
    at = re.search(rb"/K (\[.*?\]|\d+ 0 R)", content, re.DOTALL)
    return [] if at is None else [int(number) for number in _REFERENCE.findall(_PAGE.sub(b"", at.group()))]


def _element(number: int, objects: dict[int, bytes], pages: dict[int, int]) -> Element:
    content = objects[number]
    (kind,) = re.findall(rb"/S /(\w+)\n", content)[:1]
    return Element(
        kind.decode(),
        {pages[int(page)] for page in _PAGE.findall(content)},
        b"/Scope /Column" in content,
        [_element(kid, objects, pages) for kid in _kids(content) if kid in objects],
    )
