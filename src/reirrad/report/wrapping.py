"""Breaking texts into lines that fit, the same for plain text and for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

#: Columns that a text takes; ``len`` where every character is taken to be one column wide.
Measure = Callable[[str], int]

#: A word with what it must not be parted from: a number from its unit and its sign, a status from what denies it.
_PIECE = re.compile(
    r" *(?:(?:[<>]=?|\+/-|NOT(?= EVALUATED)|not(?= evaluated)) )?[^ ]+(?:(?<=[0-9]) (?:%|Gy|months|points)[^ ]*)?| +$"
)
_WORD = re.compile(r" *[^ ]+| +$")


def wrapped(text: str, room: int, *, deeper: int = 0, measure: Measure = len) -> list[str]:
    """Return a text as lines; nothing of it is lost but blanks at the ends of lines.

    Parameters
    ----------
    text
        Without control characters; blanks between words of a line stay as many as they are.
    room
        Columns of a line, at least 1.
    deeper
        Blanks before every line but the first.
    measure
        Columns that a text takes.

    >>> wrapped("a limit of <= 50 Gy EQD2", 16)
    ['a limit of', '<= 50 Gy EQD2']
    >>> wrapped("umich-2019.spinal-cord", 12, deeper=2)
    ['umich-2019.s', '  pinal-cord']
    """
    lines: list[str] = []
    line = ""
    before = ""
    for piece in _pieces(text, room - deeper, measure):
        if line.strip() and measure(before + line + piece) > room:
            lines.append(before + line.rstrip(" "))
            line, before = "", " " * min(deeper, room - 1)
        line += piece if line else piece.lstrip(" ")
        while measure(before + line) > room:
            cut = _fitting(line, room - measure(before), measure)
            if cut == len(line):
                break
            lines.append(before + line[:cut])
            line, before = line[cut:], " " * min(deeper, room - 1)
    return [*lines, before + line.rstrip(" ")] if line.strip() or not lines else lines


def _pieces(text: str, room: int, measure: Measure) -> Iterator[str]:
    """Yield what stays together; what is longer than a line is parted at its blanks."""
    for piece in _PIECE.findall(text):
        if measure(piece.strip(" ")) > room:
            yield from _WORD.findall(piece)
        else:
            yield piece


def _fitting(text: str, room: int, measure: Measure) -> int:
    """Return how many characters fit, at least one: a character wider than the room is not left out."""
    cut = 1
    while cut < len(text) and measure(text[: cut + 1]) <= room:
        cut += 1
    return cut
