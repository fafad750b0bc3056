"""A sheet on which lines of text and axes stand below each other, as wide as a column of A4 or a phone held upright."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from reirrad.errors import printable
from reirrad.report.pictures.settings import drawing, text_width_in
from reirrad.report.pictures.style import BLACK, Style

#: Sizes in inches; type in points.
WIDTH_IN, MARGIN_IN = 5.75, 1 / 10
SMALL_PT, TEXT_PT, HEAD_PT = 8, 9, 11
_LINE_OF_TYPE, _POINTS_OF_AN_INCH = 1.35, 72
_SAMPLE_IN = 0.46

Painter = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class _Block:
    height_in: float
    #: receives the figure and the top of the block, in inches from below
    draw: Callable[[Any, float], None]


class Sheet:
    """Blocks that are drawn from top to bottom; the figure is as high as they are."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []

    def space(self, height_in: float) -> None:
        """Leave room."""
        self._blocks.append(_Block(height_in, lambda figure, top: None))

    def text(self, text: str, *, size: int = TEXT_PT, bold: bool = False, indent_in: float = 0.0) -> None:
        """Add a paragraph."""
        lines = _lines(text, size, indent_in, bold=bold)
        height = len(lines) * _height(size)

        def draw(figure: Any, top: float) -> None:
            for number, line in enumerate(lines):
                middle = top - (number + 1 / 2) * _height(size)
                _write(figure, MARGIN_IN + indent_in, middle, line, size=size, bold=bold)

        self._blocks.append(_Block(height, draw))

    def key(self, own: Style, text: str) -> None:
        """Add a line of a legend: letter, sample of line and marker, and what it is."""
        start = _SAMPLE_IN + 1 / 4
        lines = _lines(text, SMALL_PT, start, bold=False)
        height = len(lines) * _height(SMALL_PT)

        def draw(figure: Any, top: float) -> None:
            from matplotlib.lines import Line2D

            middle = top - _height(SMALL_PT) / 2
            _write(figure, MARGIN_IN, middle, own.letter, size=SMALL_PT, bold=True)
            left = MARGIN_IN + 1 / 5
            sample = Line2D(
                [left / WIDTH_IN, (left + _SAMPLE_IN) / WIDTH_IN],
                [middle / figure.get_figheight()] * 2,
                color=own.colour,
                linestyle=own.line,
                marker=own.marker,
                markersize=5,
                linewidth=1.5,
                markevery=[0],
            )
            figure.add_artist(sample)
            for number, line in enumerate(lines):
                _write(figure, MARGIN_IN + start, middle - number * _height(SMALL_PT), line, size=SMALL_PT)

        self._blocks.append(_Block(height, draw))

    def axes(
        self, height_in: float, paint: Painter, *, left_in: float, right_in: float, above_in: float, below_in: float
    ) -> None:
        """Add axes; the room around them is for what is written beside them."""

        def draw(figure: Any, top: float) -> None:
            total = figure.get_figheight()
            box = (
                left_in / WIDTH_IN,
                (top - above_in - height_in) / total,
                (WIDTH_IN - left_in - right_in) / WIDTH_IN,
                height_in / total,
            )
            paint(figure.add_axes(box))

        self._blocks.append(_Block(height_in + above_in + below_in, draw))

    def figure(self) -> Any:
        """Return everything as a matplotlib figure."""
        with drawing():
            from matplotlib.figure import Figure

            height = sum(block.height_in for block in self._blocks) + 2 * MARGIN_IN
            figure = Figure(figsize=(WIDTH_IN, height), facecolor="white")
            top = height - MARGIN_IN
            for block in self._blocks:
                block.draw(figure, top)
                top -= block.height_in
            return figure


def _height(size: int) -> float:
    return size * _LINE_OF_TYPE / _POINTS_OF_AN_INCH


def _lines(text: str, size: int, indent_in: float, *, bold: bool) -> list[str]:
    """Return a text as lines that fit, measured in the font of the pictures; a word that does not fit is broken."""
    most = WIDTH_IN - 2 * MARGIN_IN - indent_in
    lines = [""]
    # a number stays with its percent sign
    for word in printable(text).replace(" %", "\N{NO-BREAK SPACE}%").split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if text_width_in(longer, size, bold=bold) <= most:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if text_width_in(lines[-1] + letter, size, bold=bold) > most:
                lines.append("")
            lines[-1] += letter
    return lines


def fitted(text: str, most_in: float) -> str:
    """Return small type that is no wider than there is room; what is cut ends in dots."""
    whole = printable(text)
    if text_width_in(whole, SMALL_PT) <= most_in:
        return whole
    length = len(whole)
    while length and text_width_in(f"{whole[:length]}...", SMALL_PT) > most_in:
        length -= 1
    return f"{whole[:length]}..."


def _write(figure: Any, left_in: float, middle_in: float, text: str, *, size: int, bold: bool = False) -> None:
    figure.text(
        left_in / WIDTH_IN,
        middle_in / figure.get_figheight(),
        text,
        fontsize=size,
        fontweight="bold" if bold else "normal",
        color=BLACK,
        va="center_baseline",
        ha="left",
    )


def spread(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Return places in the same order, at least so far apart, within bounds where there is room for all.

    >>> spread([1.0, 1.0, 5.0], 2.0, 0.0, 10.0)
    [0.0, 2.0, 5.0]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    found = [float(place) for place in places]
    for _ in range(len(places) ** 2 + 1):
        is_apart = True
        for first, second in pairwise(order):
            missing = least - (found[second] - found[first])
            if missing > least * 1e-6:
                found[first] -= missing / 2
                found[second] += missing / 2
                is_apart = False
        for index in order:
            found[index] = min(max(found[index], low), high)
        if is_apart:
            break
    at = low
    for index in order:
        found[index] = max(found[index], at)
        at = found[index] + least
    return [round(place, 6) for place in found]
