"""What is wrong with an edition, as its reader is told."""

from __future__ import annotations

import re

import pytest

from reirrad.errors import LibraryError
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures

_LINE = re.compile(r"line (\d+), ")


def refused(text: str) -> list[str]:
    """Return every problem of an edition, each with its line."""
    with pytest.raises(LibraryError) as caught:
        parse_edition(text.encode(), "own.toml", shipped_structures())
    assert str(caught.value).startswith("own.toml: ")
    return [str(problem) for problem in caught.value.problems]


def without_line(problem: str) -> str:
    return _LINE.sub("", problem, count=1) if _LINE.match(problem) else problem


def told_places(parts: dict[str, str]) -> list[tuple[str, str]]:
    """Return the part and the text of the line that each problem names; of a problem without a line, nothing."""
    lines = [(name, line) for name, text in parts.items() for line in text.splitlines()]
    found = [_LINE.match(problem) for problem in refused("".join(parts.values()))]
    return [("", "") if place is None else lines[int(place[1]) - 1] for place in found]


def cases(table):
    """Return the rows of a table as parameters; the first of each is its name."""
    return [pytest.param(*row[1:], id=row[0]) for row in table]


def line_number(parts: dict[str, str], part: str, line: str) -> int:
    """Return the number of a line of one part; the line stands there once."""
    before = 0
    for name, text in parts.items():
        if name == part:
            lines = text.splitlines()
            assert lines.count(line) == 1, (line, lines.count(line))
            return before + lines.index(line) + 1
        before += len(text.splitlines())
    raise AssertionError(part)
