"""Whether fractions fit into the days between start and end, when none is given on the same day as another."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple


class Window(NamedTuple):
    """The days, counted from any day, on which so many are needed."""

    first: int
    last: int
    needed: int


def too_few_days(windows: Sequence[Window]) -> Iterator[list[int]]:
    """Yield which windows together need more days than there are from their first to their last; each once at most.

    Every day goes to the window that ends first of those that have begun: if that does not serve all of them, nothing
    does (J. R. Jackson 1955), and those that lie within some span of days need more than it has.

    >>> list(too_few_days([Window(1, 10, 4), Window(1, 10, 4), Window(2, 6, 3)]))
    [[0, 1, 2]]
    >>> list(too_few_days([Window(1, 10, 4), Window(1, 10, 4), Window(2, 6, 2)]))
    []
    """
    left = list(range(len(windows)))
    while found := _within_one_span([windows[at] for at in left]):
        yield [left[at] for at in found]
        left = [at for place, at in enumerate(left) if place not in found]


def _within_one_span(windows: Sequence[Window]) -> dict[int, None]:
    """Return windows that do not fit into the days of their span, in order; none if all fit."""
    missed = _missed(windows)
    if missed is None:
        return {}
    within = [at for at, window in enumerate(windows) if window.last <= missed]
    for begins in sorted({windows[at].first for at in within}, reverse=True):
        inside = [at for at in within if windows[at].first >= begins]
        if sum(windows[at].needed for at in inside) > missed - begins + 1:
            return dict.fromkeys(inside)
    raise AssertionError("windows that do not fit lie within no span")  # pragma: no cover


def _missed(windows: Sequence[Window]) -> int | None:
    """Return the first end of a window by which it was not served."""
    waiting = sorted(range(len(windows)), key=lambda at: windows[at].first, reverse=True)
    begun: list[tuple[int, float]] = []
    today: float = -inf
    while waiting or begun:
        if not begun:
            today = max(today, windows[waiting[-1]].first)
        while waiting and windows[waiting[-1]].first <= today:
            window = windows[waiting.pop()]
            heapq.heappush(begun, (window.last, window.needed))
        last, needed = heapq.heappop(begun)
        served = needed if not waiting else min(needed, windows[waiting[-1]].first - today)
        today += served
        if today - 1 > last:
            return last
        if served < needed:
            heapq.heappush(begun, (last, needed - served))
    return None
