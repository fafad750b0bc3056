"""How things are told apart: by line, marker, hatch and letter first, and by a colour that the colour-blind see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Palette of Okabe and Ito; its yellow is left out, it cannot be seen on white.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE = "#767676", "#DDDDDD"

_COLOURS = (BLUE, VERMILLION, BLACK, GREEN, PURPLE, ORANGE, SKY)
_LINES: tuple[Any, ...] = (
    "-",
    (0, (6, 2)),
    (0, (1, 1)),
    (0, (6, 2, 1, 2)),
    (0, (3, 1)),
    (0, (6, 1, 1, 1, 1, 1)),
    (0, (2, 3)),
    (0, (9, 3)),
)
_MARKERS = ("o", "s", "^", "D", "v", "P", "*", "h")
#: Hatches of lines only: circles make a file ten times as large.
_HATCHES = ("////", "\\\\\\\\", "xxxx", "||||", "----", "++++", "//||", "\\\\--")

#: Words of a status; a picture that is printed in black says the same.
STATUS_WORDS = {
    "violated": "VIOLATED",
    "not_evaluated": "NOT EVALUATED",
    "met": "met",
    "not_applicable": "not applicable",
}
#: Fill, hatch and marker by status.
FILLS = {"violated": (VERMILLION, "////"), "not_evaluated": ("#FFFFFF", "---"), "met": (SKY, "")}
STATUS_MARKERS = {"violated": "X", "not_evaluated": "o", "met": "o"}


@dataclass(frozen=True, slots=True)
class Style:
    """How one series is drawn; ``letter`` alone tells it apart."""

    letter: str
    colour: str
    line: Any
    marker: str
    hatch: str


def style(index: int) -> Style:
    """Return the style of a series by its position."""
    letters = [chr(ord("A") + index % _LETTERS)] * (index // _LETTERS + 1)
    return Style(
        letter="".join(letters),
        colour=_COLOURS[index % len(_COLOURS)],
        line=_LINES[index % len(_LINES)],
        marker=_MARKERS[index % len(_MARKERS)],
        hatch=_HATCHES[index % len(_HATCHES)],
    )


_LETTERS = ord("Z") - ord("A") + 1
