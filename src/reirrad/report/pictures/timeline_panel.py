"""One panel of the accumulated dose over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from reirrad.model.timeline import TimelineLine, TimelinePoint
from reirrad.report.pictures.sheet import SMALL_PT, spread
from reirrad.report.pictures.style import BLACK, GREY, PALE, Style, style

#: Room of a label beside a panel, as a part of its height.
_LABEL_PART = 0.07
#: Room above the highest line, and height of the hatched edge of a limit, as parts of the highest.
_ABOVE, _EDGE = 1.15, 0.02
#: Sums that differ by less than this many decimals fall on one line.
_DECIMALS = 6
_EPOCH = dt.date(1970, 1, 1)


def _place(point: TimelinePoint) -> float:
    """Return where a point stands: the number of its day on an axis of dates, else months."""
    if point.date is None:
        return point.months
    return float((dt.date.fromisoformat(point.date) - _EPOCH).days)


def paint(axes: Any, lines: Sequence[TimelineLine], unit: str, *, is_dated: bool) -> None:
    """Draw the lines of one structure that have one unit.

    Parameters
    ----------
    axes
        Of matplotlib.
    lines
        At least one; the style of each is that of its position.
    unit
        Of all of them.
    is_dated
        Whether the axis has dates.
    """
    highest = max(max(point.high, point.limit_high or 0.0) for line in lines for point in line.points)
    top = _ABOVE * highest or 1.0
    sums: dict[tuple[Any, ...], list[int]] = {}
    for number, line in enumerate(lines):
        # what falls on one line is drawn once, with all its letters
        changes = tuple(_changes(line.points))
        sums.setdefault(changes, []).append(number)
    labels: list[tuple[float, str]] = []
    for number, line in enumerate(lines):
        _limit(axes, line, style(number), top)
    for numbers in sums.values():
        for number in numbers:
            _range(axes, lines[number])
        _sum(axes, lines[numbers[0]], style(numbers[0]))
        labels.append((lines[numbers[0]].points[-1].high, f"sum {_letters(numbers)}"))
    ends = _ends_of_limits(lines)
    first = lines[0].points[0]
    last = lines[0].points[-1]
    labels += [(low, text) for place, low, text in ends if place == _place(last)]
    width = (_place(last) - _place(first)) or 1.0
    axes.set_xlim(_place(first) - width * 0.02, _place(last))
    axes.set_ylim(0, top)
    axes.tick_params(labelsize=SMALL_PT)
    axes.set_ylabel(unit, fontsize=SMALL_PT)
    _axis_of_time(axes, is_dated=is_dated)
    _courses(axes, lines[0])
    _violated(axes, lines, sums, top)
    _early_ends(axes, [end for end in ends if end[0] < _place(last)], top)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    places = spread([place for place, _ in labels], _LABEL_PART * top, 0, top)
    for (place, text), moved in zip(labels, places, strict=True):
        axes.annotate(
            text,
            (1, place / top),
            (1.035, moved / top),
            xycoords="axes fraction",
            fontsize=SMALL_PT,
            va="center",
            arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": GREY, "shrinkA": 0, "shrinkB": 0},
        )


def _changes(points: Sequence[TimelinePoint]) -> Iterator[tuple[float, float]]:
    """Yield places and larger ends, where they change."""
    last = None
    for point in points:
        high = round(point.high, _DECIMALS)
        if high != last:
            yield _place(point), high
        last = high


def _letters(numbers: Sequence[int]) -> str:
    return ",".join(style(number).letter for number in numbers)


def _pieces(line: TimelineLine) -> list[list[tuple[float, float, float]]]:
    """Return where a limit is drawn: places with both ends, without a gap within a piece.

    It is not drawn through a course to which it does not apply, nor after the last one if that is such a course: what
    is left after it is no answer of the limit to this course.
    """
    pieces: list[list[tuple[float, float, float]]] = [[]]
    for point in line.points:
        is_none = point.limit_low is None or point.limit_high is None
        if point.course_id is not None and not is_none:
            continue  # what it is at a course is drawn by itself
        if point.limit_low is not None and point.limit_high is not None:
            pieces[-1].append((_place(point), point.limit_low, point.limit_high))
        elif pieces[-1]:
            pieces[-1].append((_place(point), *pieces[-1][-1][1:]))
            pieces.append([])
        if point.course_id is not None and point.course_id == line.not_applicable_to:
            break
    return [piece for piece in pieces if piece]


def _ends_of_limits(lines: Sequence[TimelineLine]) -> list[tuple[float, float, str]]:
    """Return where limits end, at which dose, and what they are called."""
    ends: dict[tuple[float, float], list[int]] = {}
    for number, line in enumerate(lines):
        for place, low, _ in (piece[-1] for piece in _pieces(line)[-1:]):
            ends.setdefault((place, low), []).append(number)
    return [(place, low, f"limit {_letters(numbers)}") for (place, low), numbers in ends.items()]


def _early_ends(axes: Any, ends: Sequence[tuple[float, float, str]], top: float) -> None:
    """Name limits that end before the panel does where they end."""
    heights = spread([low for _, low, _ in ends], _LABEL_PART * top, 0, top)
    for (place, _, text), height in zip(ends, heights, strict=True):
        axes.annotate(
            text,
            (place, height),
            (3, 0),
            textcoords="offset points",
            fontsize=SMALL_PT,
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        )


def _steps(points: Sequence[TimelinePoint]) -> tuple[list[float], list[float], list[float]]:
    """Return places and both ends of the sum."""
    return [_place(point) for point in points], [point.low for point in points], [point.high for point in points]


def _limit(axes: Any, line: TimelineLine, own: Style, top: float) -> None:
    """Draw the limit: its line, a range as a hatched band, and a hatched edge on the side that is forbidden."""
    for piece in _pieces(line):
        places, low, high = (list(column) for column in zip(*piece, strict=True))
        edge = [end + _EDGE * top for end in high]
        axes.fill_between(places, low, edge, step="post", facecolor="none", edgecolor=own.colour, hatch=own.hatch, lw=0)
        axes.step(places, low, where="post", color=own.colour, linestyle=own.line, linewidth=0.9)
    for point in line.points:
        if point.course_id is not None and point.limit_low is not None and line.acts_on == "tolerance":
            # what it is at the course, where it falls again afterwards
            ends = [point.limit_low, point.limit_high or point.limit_low]
            axes.plot([_place(point)] * 2, ends, color=own.colour, marker="_", markersize=9, lw=3, mew=1.5)


def _range(axes: Any, line: TimelineLine) -> None:
    """Shade what lies between the ends of a range, behind everything else."""
    places, low, high = _steps(line.points)
    if low != high:
        axes.fill_between(places, low, high, step="post", facecolor=PALE, edgecolor="none", alpha=0.5, zorder=0.5)


def _sum(axes: Any, line: TimelineLine, own: Style) -> None:
    """Draw the line at the larger end."""
    places, _, high = _steps(line.points)
    axes.step(places, high, where="post", color=own.colour, linestyle=own.line, linewidth=2)
    given = [point for point in line.points if point.course_id is not None]
    axes.plot(
        [_place(point) for point in given],
        [point.high for point in given],
        linestyle="none",
        marker=own.marker,
        markersize=5,
        color=own.colour,
        markeredgecolor="white",
        markeredgewidth=0.5,
    )


def _courses(axes: Any, line: TimelineLine) -> None:
    given = [point for point in line.points if point.course_id is not None]
    low, high = axes.get_xlim()
    moved = spread([_place(point) for point in given], (high - low) * 0.035, low, high)
    for number, (point, place) in enumerate(zip(given, moved, strict=True), start=1):
        axes.axvline(_place(point), color=GREY, linestyle=":", linewidth=0.8)
        axes.annotate(
            str(number),
            (place, 1.03),
            xycoords=("data", "axes fraction"),
            fontsize=SMALL_PT,
            fontweight="bold",
            ha="center",
        )


def _violated(axes: Any, lines: Sequence[TimelineLine], sums: dict[tuple[Any, ...], list[int]], top: float) -> None:
    """Mark what is violated with a cross and the word, at the course at which it was judged."""
    marks: list[tuple[float, float, str]] = []
    for numbers in sums.values():
        for course in dict.fromkeys(lines[number].course_id for number in numbers):
            beyond = [n for n in numbers if lines[n].status == "violated" and lines[n].course_id == course]
            at = next((point for point in lines[numbers[0]].points if point.course_id == course), None)
            if beyond and at is not None:
                marks.append((_place(at), at.high, f"VIOLATED {_letters(beyond)}"))
    middle = sum(axes.get_xlim()) / 2
    heights = spread([height for _, height, _ in marks], _LABEL_PART * top, 0, top)
    for (place, height, text), moved in zip(marks, heights, strict=True):
        axes.plot([place], [height], marker="X", markersize=9, color=BLACK, markeredgecolor="white")
        is_left = place < middle
        axes.annotate(
            text,
            (place, moved),
            (8 if is_left else -8, 5),
            textcoords="offset points",
            fontsize=SMALL_PT,
            fontweight="bold",
            ha="left" if is_left else "right",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        )


def _axis_of_time(axes: Any, *, is_dated: bool) -> None:
    low, high = axes.get_xlim()
    if not is_dated:
        step = _step(high - low, 10)
        axes.set_xticks([step * number for number in range(int(high // step) + 1)])
        axes.set_xlabel("months since the end of the first course, at the shortest intervals", fontsize=SMALL_PT)
        return
    first, last = (_EPOCH + dt.timedelta(days=int(day)) for day in (low, high))
    months = (last.year - first.year) * 12 + last.month - first.month
    step = _step(months, 7)
    number = -(-(first.year * 12 + first.month) // step) * step
    ticks = []
    while (day := dt.date(number // 12, number % 12 + 1, 1)) <= last:
        ticks.append(day)
        number += step
    axes.set_xticks([(day - _EPOCH).days for day in ticks], [f"{day:%Y-%m}" for day in ticks])
    axes.set_xlabel("date", fontsize=SMALL_PT)


def _step(months: float, most: int) -> int:
    """Return how many months lie between two ticks: half a year, or as many years as it takes."""
    years = (1, 2, 5, 10, 2 * 10)
    return next((step for step in (6, *(12 * n for n in years)) if months / step <= most), 12 * 5 * 10)
