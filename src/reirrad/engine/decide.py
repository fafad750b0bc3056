"""Comparing a range with a limit, and choosing which turn and which order is reported."""

from __future__ import annotations

import numpy as np

from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.engine.codes import Cause, Status
from reirrad.engine.convert import Numbers, Span, exact
from reirrad.engine.decided import Decided, has_limit

#: Where a value is this near to a limit, relative to it, it is decided again in rational arithmetic.
NEAR = 1e-9
#: Margins this near to each other, relative to the limit, are the same margin: the later course is reported.
_SAME_MARGIN = 1e-12
#: Margins of orders that agree to so many decimals are the same: the limits decide which is told.
_MARGIN_DECIMALS = 9


def compare(value: Span, limit: Span, comparison: str) -> Ints:
    """Return met, violated or not evaluated for ranges of values; no tolerance.

    ``limit.low`` and ``limit.high`` are the ends of a printed range, equal where the source prints one number.
    """
    with np.errstate(invalid="ignore"):  # a turn without a limit has NaN there and compares with nothing
        match comparison:
            case "at_most":
                met, violated = value.high <= limit.low, value.low > limit.high
            case "below":
                met, violated = value.high < limit.low, value.low >= limit.high
            case "at_least":
                met, violated = value.low >= limit.high, value.high < limit.low
            case "above":
                met, violated = value.low > limit.high, value.high <= limit.low
            case _:
                raise ValueError(f"unknown comparison {comparison!r}")
    status = np.full(np.shape(met), Status.NOT_EVALUATED, dtype=np.int64)
    status[met] = Status.MET
    # last, so that a range whose ends are the wrong way round is no pass
    status[violated] = Status.VIOLATED
    return status


def margin_of(value: Span, limit: Span, *, is_upper: bool) -> Floats:
    """Return the room left at the worst end; -inf where that end is unbounded, or there is no limit."""
    margin = (limit.low - value.high if is_upper else value.low - limit.high).astype(np.float64)
    return np.where(np.isnan(margin), -np.inf, margin)


def is_near(value: Span, edge: Floats | float) -> Bools:
    """Whether an end of a range is so near to a limit that float64 does not decide."""
    scale = NEAR * np.abs(edge)
    with np.errstate(invalid="ignore"):
        return (np.abs(value.low - edge) < scale) | (np.abs(value.high - edge) < scale)


def exact_limit(limit: Span) -> Span:
    """Return a limit as the fractions that its decimal text means."""

    def convert(ends: Numbers) -> Numbers:
        array = np.empty(ends.size, dtype=object)
        array[:] = [exact(end) for end in ends.ravel()]
        return array.reshape(ends.shape)

    return Span(convert(limit.low), convert(limit.high))


def shown(value: Span, limit: Span) -> Span:
    """Return exact values as float64 that lie on the same side of a limit.

    A fraction may round onto the limit that it exceeds, or stays below. Such an end is moved to the next float64, so
    that whoever compares the printed number with the limit finds what was decided.
    """
    exactly = exact_limit(limit)
    edges = (limit.low, exactly.low), (limit.high, exactly.high)
    return Span(_beside(value.low, edges), _beside(value.high, edges))


def _beside(ends: Numbers, edges: tuple[tuple[Numbers, Numbers], ...]) -> Floats:
    numbers = ends.astype(np.float64)
    with np.errstate(invalid="ignore"):  # a turn without a limit has NaN there
        for edge, exact_edge in edges:
            numbers = np.where((ends > exact_edge) & (numbers <= edge), np.nextafter(edge, np.inf), numbers)
            numbers = np.where((ends < exact_edge) & (numbers >= edge), np.nextafter(edge, -np.inf), numbers)
    return numbers


def worst_turn(decided: Decided) -> Ints:
    """Return the turn reported for each row: worst status, then smallest margin, then latest course."""
    # NaN is no code, and would be passed over for a turn that is left out: it is an error
    status = decided.status.astype(np.int64, casting="safe")
    n_rows, n_turns = status.shape
    best = np.zeros(n_rows, dtype=np.int64)
    every = np.arange(n_rows)
    for turn in range(1, n_turns):
        worse = status[:, turn] > status[every, best]
        same = status[:, turn] == status[every, best]
        margin, smallest = decided.margin[:, turn], decided.margin[every, best]
        with np.errstate(invalid="ignore"):  # two unbounded margins have no difference
            is_about_same = margin - smallest <= _SAME_MARGIN * np.abs(decided.limit.low[:, turn])
        smaller = (margin <= smallest) | is_about_same
        best = np.where(worse | (same & smaller), turn, best)
    return best


def agree(case: Ints, decided: Decided, course: Ints) -> tuple[Ints, Ints, Decided, Ints]:
    """Combine the rows of each case, which are adjacent: the possible orders must agree on the status.

    Parameters
    ----------
    case
        The case of each row.
    decided
        One turn per row: shape (n_rows, 1).
    course
        The course whose turn it is, per row.

    Returns
    -------
    cases, rows, decided, course
        The cases, the row reported for each, and what is decided for each, shape (n_cases, 1): the worst row's, with
        the union of the ranges (where it is met or violated, of those with its limit: the range of another one may
        lie beyond it); not evaluated where the orders disagree. The course is -1 where it depends on the order.
    """
    first = np.flatnonzero(np.diff(case, prepend=-1))
    if len(first) == len(case):
        return case, np.arange(len(case)), decided, course
    group = np.cumsum(np.diff(case, prepend=-1) != 0) - 1
    # margins that are the same but for roundings leave it to the limits
    margin = np.round(decided.margin[:, 0], _MARGIN_DECIMALS)
    rank = np.lexsort((decided.limit.low[:, 0], margin, -decided.status[:, 0], group))
    chosen = rank[np.searchsorted(group[rank], np.arange(len(first)))]
    lowest = np.minimum.reduceat(decided.status[:, 0], first)
    highest = np.maximum.reduceat(decided.status[:, 0], first)
    disagree = lowest != highest
    causes = decided.causes[chosen, 0]
    is_open = disagree | ((lowest != Status.MET) & (lowest != Status.VIOLATED))
    belongs = (
        is_open[group] | has_limit(decided, decided.limit.low[chosen][group], decided.limit.high[chosen][group])[:, 0]
    )
    result = Decided(
        status=np.where(disagree, Status.NOT_EVALUATED, decided.status[chosen, 0])[:, None],
        margin=np.minimum.reduceat(decided.margin[:, 0], first)[:, None],
        value=Span(
            np.minimum.reduceat(np.where(belongs, decided.value.low[:, 0], np.inf), first)[:, None],
            np.maximum.reduceat(np.where(belongs, decided.value.high[:, 0], -np.inf), first)[:, None],
        ),
        limit=Span(decided.limit.low[chosen], decided.limit.high[chosen]),
        causes=np.where(disagree, causes | Cause.ORDER_UNKNOWN, causes)[:, None],
        exclusion=decided.exclusion[chosen],  # none, where an order that applies was chosen before one that does not
    )
    is_same = np.minimum.reduceat(course, first) == np.maximum.reduceat(course, first)
    return case[first], chosen, result, np.where(is_same, course[chosen], -1)
