"""Values of the scopes at a turn, the smallest interval, recovery: sections 5 and 6 of docs/semantics.md."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from reirrad.selftest.oracle import facts
from reirrad.selftest.oracle.courses import Seen
from reirrad.selftest.oracle.dates import INF, Number, Range, Timeline, number

ZERO, ONE = Fraction(0), Fraction(1)
SUMMING_SCOPES = ("cumulative", "share", "score")
Order = tuple[int, ...]  # positions of courses in the case, earliest first


@dataclass(frozen=True)
class View:
    """A case as one constraint sees it for one structure."""

    constraint: dict[str, Any]
    courses: dict[int, Seen]  # by position in the case; removed courses are left out
    timeline: Timeline
    unseen: bool
    strict: bool
    metric: facts.Metric

    def surely_gives(self, course: int) -> bool:
        """Tell whether a course gives dose whatever the rest of its range is."""
        return self.courses[course].dose[0] > 0


def within(value: Range, start: Any, stop: Any) -> bool | None:
    """Tell whether a value known as a range lies in [start, stop); None for unknown."""
    first, beyond = number(start), INF if stop is None else number(stop)
    low, high = value
    if high < first or low >= beyond:
        return False
    return True if low >= first and (high < beyond or stop is None) else None


def smallest_interval(view: View, order: Order, turn: int) -> Range:
    """Return the smallest of the consecutive intervals up to the turn of a course."""
    upto = order[: turn + 1]
    sure = [i for i in order[:turn] if view.surely_gives(i)] + [order[turn]]
    low = min((view.timeline.interval(i, j)[0] for i, j in pairwise(upto)), default=ZERO)
    high = min((view.timeline.interval(i, j)[1] for i, j in pairwise(sure)), default=INF)
    return (ZERO if view.unseen else low), high


def interval(view: View, order: Order, turn: int) -> Range:
    """Return the smallest interval; which courses count is not known where one has a modality that is not listed."""
    listed = all(view.courses[i].is_listed for i in order[: turn + 1])
    return smallest_interval(view, order, turn) if listed else facts.UNKNOWN


def recovered(bins: list[tuple[Any, Any, Any]], interval: Range) -> Range:
    """Return the smallest and largest recovered fraction; a part of the interval outside every bin may be anything."""
    low, high = interval
    met = [number(fraction) for start, stop, fraction in bins if within(interval, start, stop) is not False]
    reached: Number = low
    covered = False
    while not covered:
        holding = [stop for start, stop, _ in bins if within((reached, reached), start, stop)]
        if not holding:
            return ZERO, ONE
        reached = INF if holding[0] is None else number(holding[0])
        covered = reached > high or holding[0] is None
    return min(met), max(met)


def part_left(value: Number, fraction: Number) -> Number:
    """Multiply; nothing left of an unbounded dose is nothing."""
    return ZERO if fraction == 0 else value * fraction


def cumulative(view: View, order: Order, turn: int, *, discounted: bool = True) -> Range:
    """Return the sum of the quantities, those of earlier courses less what has recovered."""
    bins = view.constraint.get("recovery") if discounted else None
    newest = order[turn]
    # A sum of near-maxima is only a convention: strictly, the largest term and the sum of the Max bound the truth.
    convention = view.strict and view.metric != facts.MAX and turn > 0
    lows: list[Number] = []
    highs: list[Number] = []
    for i in order[: turn + 1]:
        course = view.courses[i]
        upper = (course.max_quantity if convention else course.quantity)[1]
        if bins is None or i == newest:
            lows.append(course.quantity[0])
            highs.append(upper)
        else:
            r = recovered(bins, view.timeline.interval(i, newest))
            lows.append(part_left(course.quantity[0], ONE - r[1]))
            highs.append(part_left(upper, ONE - r[0]))
    low = max(lows) if convention else sum(lows, ZERO)
    return low, INF if view.unseen else sum(highs, ZERO)


def newest_course(view: View, order: Order, turn: int) -> Range:
    """Return the quantity of the course whose turn it is."""
    return view.courses[order[turn]].quantity


def share(view: View, order: Order, turn: int) -> Range:
    """Return the part that the newest course has in the sum."""
    low, high = newest_course(view, order, turn)
    prior = [view.courses[i].quantity for i in order[:turn]]
    if view.strict and view.metric != facts.MAX:
        # the sum is at least its largest term, and at most that of the Max
        _, most = cumulative(view, order, turn, discounted=False)
        largest = max([high, *(q[0] for q in prior)])
        return ratio(low, most, ZERO), ratio(high, largest, ONE)
    prior_low = sum((q[0] for q in prior), ZERO)
    prior_high = INF if view.unseen else sum((q[1] for q in prior), ZERO)
    return part_of(low, prior_high, ZERO), part_of(high, prior_low, ONE)


def ratio(part: Number, whole: Number, if_undefined: Fraction) -> Number:
    """Return part / whole; where both are 0 or both unbounded, what is given for it."""
    if part == whole and part in (0, INF):
        return if_undefined
    return ZERO if whole == INF else part / whole


def part_of(own: Number, others: Number, if_undefined: Fraction) -> Number:
    """Return own / (own + others); where both are 0 or both unbounded, what is given for it."""
    if own == others and own in (0, INF):
        return if_undefined
    if own == INF:
        return ONE
    return ZERO if others == INF else own / (own + others)


def score(view: View, order: Order, turn: int) -> Range:
    """Return the points of the sum, of the smallest interval and of the single courses."""
    rules = view.constraint["score"]
    total = cumulative(view, order, turn, discounted=False)
    limit_months, interval_points = map(number, rules["interval"])
    limit_course, course_points = map(number, rules["course"])
    interval = smallest_interval(view, order, turn)
    courses = [view.courses[i].quantity for i in order[: turn + 1]] + ([facts.UNKNOWN] if view.unseen else [])
    low = band_points(rules["bands"], total[0])
    high = band_points(rules["bands"], total[1])
    low += interval_points if interval[1] < limit_months else ZERO
    high += interval_points if interval[0] < limit_months else ZERO
    low += course_points if any(q[0] >= limit_course for q in courses) else ZERO
    high += course_points if any(q[1] >= limit_course for q in courses) else ZERO
    return low, high


def band_points(bands: list[tuple[Any, Any]], value: Number) -> Fraction:
    """Return the points of the highest band whose lower end the value exceeds."""
    return max((number(points) for above, points in bands if value > number(above)), default=ZERO)


SCOPES: dict[str, Callable[[View, Order, int], Range]] = {
    "cumulative": cumulative,
    "newest_course": newest_course,
    "share": share,
    "interval": interval,
    "score": score,
}
