"""The steps of a decision by themselves: comparing, choosing a turn, and agreeing over candidates and orders."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from reirrad.engine.codes import Cause, Exclusion, Status
from reirrad.engine.convert import Span
from reirrad.engine.decide import agree, compare, is_near, margin_of, worst_turn
from reirrad.engine.decided import NO_CANDIDATE, Decided, blank, has_limit, picked, unite_candidates

MET, OPEN, VIOLATED, OUT = Status.MET, Status.NOT_EVALUATED, Status.VIOLATED, Status.NOT_APPLICABLE
Ends = tuple[float, float]


def span(*ends: Ends) -> Span:
    return Span(np.array([[low] for low, _ in ends]), np.array([[high] for _, high in ends]))


#: value, and what is decided with a printed range of 10 to 20: at most, below, at least, above
COMPARED: list[tuple[Ends, tuple[Status, Status, Status, Status]]] = [
    ((9, 9), (MET, MET, VIOLATED, VIOLATED)),
    ((10, 10), (MET, OPEN, OPEN, VIOLATED)),
    ((11, 19), (OPEN, OPEN, OPEN, OPEN)),
    ((20, 20), (OPEN, VIOLATED, MET, OPEN)),
    ((21, 21), (VIOLATED, VIOLATED, MET, MET)),
    ((9, 10), (MET, OPEN, OPEN, VIOLATED)),
    ((9, 11), (OPEN, OPEN, OPEN, OPEN)),
    ((20, 21), (OPEN, VIOLATED, MET, OPEN)),
    ((19, 21), (OPEN, OPEN, OPEN, OPEN)),
    ((9, 21), (OPEN, OPEN, OPEN, OPEN)),
    ((0, inf), (OPEN, OPEN, OPEN, OPEN)),
    ((21, inf), (VIOLATED, VIOLATED, MET, MET)),
]


@pytest.mark.parametrize(("value", "expected"), COMPARED)
def test_a_range_is_compared_with_both_ends_of_a_printed_one(
    value: Ends, expected: tuple[Status, Status, Status, Status]
) -> None:
    comparisons = ("at_most", "below", "at_least", "above")
    found = [Status(compare(span(value), span((10, 20)), name)[0, 0]) for name in comparisons]
    assert found == list(expected)


@pytest.mark.parametrize("comparison", ["at_most", "below", "at_least", "above"])
def test_what_has_no_limit_is_not_decided(comparison: str) -> None:
    fractions = np.array([[Fraction(10)], [Fraction(10)]], dtype=object)
    limits = np.array([[nan], [nan]], dtype=object)
    for value, limit in ((span((10, 10), (0, inf)), span((nan, nan), (nan, nan))), ((fractions,) * 2, (limits,) * 2)):
        assert compare(Span(*value), Span(*limit), comparison).tolist() == [[OPEN], [OPEN]]


def test_a_range_the_wrong_way_round_is_no_pass() -> None:
    assert compare(span((21, 9)), span((10, 20)), "at_most")[0, 0] == VIOLATED


def test_room_is_left_at_the_worst_end() -> None:
    value, limit = span((3, 8), (3, inf)), span((10, 20), (10, 20))
    assert margin_of(value, limit, is_upper=True).tolist() == [[2], [-inf]]
    assert margin_of(value, limit, is_upper=False).tolist() == [[-17], [-17]]
    # where there is no limit, in fractions too
    assert margin_of(span((3, 8)), span((nan, nan)), is_upper=True).tolist() == [[-inf]]
    fractions = Span(*(np.array([[Fraction(end)]], dtype=object) for end in (3, 8)))
    no_limit = Span(*(np.array([[nan]], dtype=object) for _ in range(2)))
    assert margin_of(fractions, no_limit, is_upper=True).tolist() == [[-inf]]
    assert margin_of(fractions, fractions, is_upper=False).dtype == np.float64


@pytest.mark.parametrize(
    ("value", "edge", "expected"),
    [
        ((135.5, 200), 135.5, True),
        ((100, 135.5), 135.5, True),
        ((135.5 + 1e-7, 200), 135.5, True),
        ((100, 135.5 - 1e-7), 135.5, True),
        ((135.5 + 2e-7, 200), 135.5, False),
        ((100, 135.5 - 2e-7), 135.5, False),
        ((135, 136), 135.5, False),
        # a thousand millionth of it is 1: at that distance float64 decides
        ((1e9 + 1, 2e9), 1e9, False),
        ((0, 1e9 - 1), 1e9, False),
        ((inf, -inf), 135.5, False),
        ((inf, inf), inf, False),
        ((0, 1), nan, False),
    ],
)
def test_what_is_near_a_limit(value: Ends, edge: float, *, expected: bool) -> None:
    assert is_near(span(value), edge).tolist() == [[expected]]
    assert is_near(span(value), np.array([[edge]])).tolist() == [[expected]]


def turns(
    status: list[list[int]],
    margin: list[list[float]] | None = None,
    limit: list[list[float]] | None = None,
    value: list[list[Ends]] | None = None,
    causes: list[list[int]] | None = None,
    exclusion: list[list[int]] | None = None,
) -> Decided:
    """Return turns with ranges of values from 0 to 1, and limits of 50, where nothing else is said."""
    shape = np.shape(status)
    ends = np.array(value if value is not None else np.broadcast_to((0.0, 1.0), (*shape, 2)), dtype=np.float64)
    limits = np.array(limit if limit is not None else np.full(shape, 50.0))
    return Decided(
        status=np.array(status),
        margin=np.array(margin if margin is not None else np.zeros(shape), dtype=np.float64),
        value=Span(ends[..., 0].copy(), ends[..., 1].copy()),
        limit=Span(limits, limits.copy()),
        causes=np.array(causes if causes is not None else np.zeros(shape, dtype=np.int64)),
        exclusion=np.array(exclusion if exclusion is not None else np.zeros(shape, dtype=np.int64)),
    )


@pytest.mark.parametrize(
    ("status", "margin", "limit", "expected"),
    [
        ([MET, VIOLATED, OPEN], [0, 9, 0], 50.0, 1),
        ([OPEN, MET, MET], [9, 0, 0], 50.0, 0),
        ([MET, MET, MET], [2, 1, 3], 50.0, 1),
        ([MET, MET, MET], [1, 2, 3], 50.0, 0),
        ([MET, MET], [1, 1], 50.0, 1),
        ([OPEN, OPEN], [-inf, -inf], 50.0, 1),
        # margins of 5 that differ by less than a millionth of a millionth of the limit are one
        ([MET, MET], [5, 5 + 1e-11], 50.0, 1),
        ([MET, MET], [5, 5 + 1e-10], 50.0, 0),
        ([MET, MET], [0, 1], 1e12, 1),
        ([MET, MET], [0, 1.5], 1e12, 0),
    ],
)
def test_the_worst_turn(status: list[int], margin: list[float], limit: float, expected: int) -> None:
    """Worst status, then smallest margin, then latest course."""
    others = [MET] * len(status), list(range(9, 9 - len(status), -1))
    decided = turns([status, others[0]], [margin, others[1]], [[limit] * len(status), [50.0] * len(status)])
    assert worst_turn(decided).tolist() == [expected, len(status) - 1]


def test_a_limit_is_both_its_ends() -> None:
    decided = turns([[MET, MET, MET]], limit=[[50.0, 50.0, 40.0]])
    decided.limit.high[0, 1] = 60.0
    assert has_limit(decided, np.array([[50.0]]), np.array([[50.0]])).tolist() == [[True, False, False]]


def columns(decided: Decided) -> list[tuple[float, ...]]:
    """Return status, value, margin, limit, causes and exclusion of each turn of the first row."""
    parts = (decided.status, *decided.value, decided.margin, *decided.limit, decided.causes, decided.exclusion)
    return list(zip(*(part[0].tolist() for part in parts), strict=True))


def test_what_is_excluded_or_refused_has_no_value() -> None:
    def two() -> Decided:
        return turns(
            [[MET, MET]], [[4, 4]], causes=[[Cause.DOSE_RANGE] * 2], exclusion=[[Exclusion.OTHER_INTERVAL] * 2]
        )

    where, interval = np.array([[False, True]]), Exclusion.OTHER_INTERVAL
    same = (MET, 0, 1, 4, 50, 50, Cause.DOSE_RANGE, interval)
    out = (OUT, inf, -inf, inf, 50, 50, 0, Exclusion.NO_COURSE)
    assert columns(two().exclude(where, Exclusion.NO_COURSE)) == [same, out]
    codes = np.array([[Exclusion.OTHER_TECHNIQUE, Exclusion.NO_COURSE]])
    assert columns(two().exclude(where, codes)) == [same, out]
    refused = (OPEN, inf, -inf, -inf, 50, 50, Cause.ORDER_UNKNOWN, Exclusion.NONE)
    assert columns(two().refuse(where, Cause.ORDER_UNKNOWN)) == [same, refused]
    assert columns(picked(two().refuse(where, Cause.ORDER_UNKNOWN), np.array([1]))) == [refused]
    nothing = (OUT, inf, -inf, inf, 10, 20, 0, Exclusion.NONE)
    assert columns(blank(1, 2, (10, 20))) == [nothing] * 2
    assert {part.dtype for part in (blank(1, 2).causes, blank(1, 2).exclusion)} == {np.dtype(np.int64)}
    np.testing.assert_equal(columns(blank(2, 1)), [(*nothing[:4], nan, nan, *nothing[6:])])


def test_candidates_for_the_first_course_must_agree() -> None:
    """Rows of three courses, of which some cannot have been the first: one, two that agree, two that do not, three."""
    status = [[MET, NO_CANDIDATE, NO_CANDIDATE], [MET, MET, NO_CANDIDATE], [MET, OPEN, NO_CANDIDATE], [VIOLATED] * 3]
    margin = [[4, -9, -9], [4, 3, -9], [4, -2, -9], [-3, -2, -1]]
    value = [
        [(46, 46), (0, 99), (0, 99)],
        [(46, 46), (47, 47), (0, 99)],
        [(46, 46), (40, 52), (0, 99)],
        [(53, 53), (52, 52), (51, 51)],
    ]
    decided = turns(status, margin, value=value)
    one = turns(
        [[MET], [MET], [OPEN], [VIOLATED]],
        [[4], [3], [-2], [-3]],
        value=[[(46, 46)], [(47, 47)], [(40, 52)], [(53, 53)]],
        causes=[[0], [0], [Cause.SOURCE_RANGE], [0]],
        exclusion=[[0], [0], [Exclusion.OTHER_INTERVAL], [0]],
    )
    assert unite_candidates(one, decided).tolist() == [False, True, True, True]
    assert one.status.ravel().tolist() == [MET, MET, OPEN, VIOLATED]
    assert one.causes.ravel().tolist() == [0, 0, Cause.SOURCE_RANGE | Cause.FIRST_COURSE_UNKNOWN, 0]
    assert one.exclusion.ravel().tolist() == [Exclusion.NONE] * 4
    assert one.value.low.ravel().tolist() == [46, 46, 40, 51]
    assert one.value.high.ravel().tolist() == [46, 47, 52, 53]
    assert one.margin.ravel().tolist() == [4, 3, -2, -3]


def test_which_course_was_first_is_open_for_want_of_a_dose() -> None:
    """A candidate of which no dose is stated is what is missing; one with a range may be none, or the first."""
    decided = turns([[MET, OPEN], [MET, OPEN]], [[4, -2]] * 2, value=[[(46, 46), (0, 99)]] * 2)
    decided.causes[0, 1], decided.causes[1, 1] = Cause.DOSE_UNKNOWN, Cause.DOSE_RANGE
    one = turns([[OPEN], [OPEN]], [[-2], [-2]], value=[[(0, 99)]] * 2)
    assert unite_candidates(one, decided).all()
    assert one.causes.ravel().tolist() == [Cause.DOSE_UNKNOWN, Cause.FIRST_COURSE_UNKNOWN]


def test_orders_must_agree() -> None:
    """Cases of two orders: met by limits of their own, one alone, met or violated, met or open, out, of one margin."""
    case = np.array([0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    course = np.array([10, 11, 12, 13, 13, 14, 15, 16, 16, 17, 18])
    decided = turns(
        [[item] for item in (MET, MET, VIOLATED, MET, VIOLATED, OPEN, MET, OUT, OUT, MET, MET)],
        [[item] for item in (5, 1, -1, 5, -2, -inf, 5, inf, inf, 5, 5)],
        [[item] for item in (50.0, 30.0, 50.0, 50.0, 30.0, 50.0, 30.0, 50.0, 50.0, 50.0, 30.0)],
        [[item] for item in (
            (45, 45), (29, 29), (51, 51), (45, 45), (32, 32), (40, 60), (25, 25), (inf, -inf), (inf, -inf),
            (45, 45), (25, 25),
        )],
        [[item] for item in (0, 0, 0, 0, 0, Cause.DOSE_RANGE, 0, 0, 0, 0, 0)],
        [[item] for item in (0, 0, 0, 0, 0, 0, 0, Exclusion.OTHER_INTERVAL, Exclusion.OTHER_INTERVAL, 0, 0)],
    )  # fmt: skip
    cases, rows, one, courses = agree(case, decided, course)
    assert cases.tolist() == [0, 1, 2, 3, 4, 5]
    assert rows.tolist() == [1, 2, 4, 5, 7, 10]
    assert courses.tolist() == [-1, 12, 13, -1, 16, -1]
    assert one.status.tolist() == [[MET], [VIOLATED], [OPEN], [OPEN], [OUT], [MET]]
    assert one.margin.tolist() == [[1], [-1], [-2], [-inf], [inf], [5]]
    assert one.value.low.tolist() == [[29], [51], [32], [25], [inf], [25]]
    assert one.value.high.tolist() == [[29], [51], [45], [60], [-inf], [25]]
    assert one.limit.low.tolist() == one.limit.high.tolist() == [[30], [50], [30], [50], [50], [30]]
    order, both = [Cause.ORDER_UNKNOWN], [Cause.ORDER_UNKNOWN | Cause.DOSE_RANGE]
    assert one.causes.tolist() == [[0], [0], order, both, [0], [0]]
    assert one.exclusion.tolist() == [[0], [0], [0], [0], [Exclusion.OTHER_INTERVAL], [0]]


def test_orders_of_which_one_is_out_are_open() -> None:
    one = agree(
        np.array([0, 0]),
        turns([[OUT], [MET]], [[inf], [5]], exclusion=[[Exclusion.OTHER_INTERVAL], [0]]),
        np.array([1, 1]),
    )[2]
    assert (one.status.tolist(), one.exclusion.tolist()) == ([[OPEN]], [[0]])


def test_without_several_orders_nothing_changes() -> None:
    decided = turns([[MET], [VIOLATED]])
    cases, rows, one, courses = agree(np.array([3, 5]), decided, np.array([8, 9]))
    assert one is decided
    assert (cases.tolist(), rows.tolist(), courses.tolist()) == ([3, 5], [0, 1], [8, 9])


def test_cases_need_not_begin_with_the_first() -> None:
    decided = turns([[MET], [MET], [VIOLATED]], [[2], [5], [-1]])
    cases, rows, one, courses = agree(np.array([1, 1, 3]), decided, np.array([8, 8, 9]))
    assert (cases.tolist(), rows.tolist(), courses.tolist()) == ([1, 3], [0, 2], [8, 9])
    assert one.status.tolist() == [[MET], [VIOLATED]]


def test_a_status_that_is_no_code_is_an_error() -> None:
    """It would be passed over for a turn that is left out."""
    decided = turns([[OUT, MET]], [[inf, 0]], [[50.0, 50.0]])
    decided.status = np.array([[float(OUT), nan]])
    with pytest.raises(TypeError, match="Cannot cast"):
        worst_turn(decided)


def test_of_orders_the_smallest_margin_counts_by_less_than_a_gray() -> None:
    decided = turns([[MET], [MET]], [[0.3], [0.1]], [[10.0], [20.0]], [[(9.7, 9.7)], [(19.9, 19.9)]])
    _, rows, one, _ = agree(np.array([0, 0]), decided, np.array([1, 2]))
    assert (rows.tolist(), one.limit.low.tolist()) == ([1], [[20]])


def test_what_is_left_open_keeps_what_was_not_known_before() -> None:
    decided = turns([[MET, MET]], [[4, 4]], causes=[[Cause.DOSE_RANGE] * 2])
    decided.leave_open(np.array([[False, True]]), Cause.OTHER_FRACTIONATION)
    assert decided.status.tolist() == [[MET, OPEN]]
    assert decided.causes.tolist() == [[Cause.DOSE_RANGE, Cause.DOSE_RANGE | Cause.OTHER_FRACTIONATION]]
