"""What is printed of a value that was decided exactly: it is beyond its limit where the value is, and only there."""

from fractions import Fraction
from math import inf, nan, nextafter

import numpy as np
import pytest

from engine.house_edition import PHYSICAL, house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.convert import Span
from reirrad.engine.decide import exact_limit, shown

HAIR = Fraction(1, 10**30)
#: Far less than the distance of float64 numbers near 135.5, which is 2.8e-14.
BARELY_LESS, BARELY_MORE = 49.99999999999999, 50.00000000000001


@pytest.mark.parametrize(
    ("comparison", "first", "status", "is_low_beyond", "is_high_beyond"),
    [
        ("below", BARELY_LESS, "met", False, False),
        ("below", 50.0, "violated", True, True),
        ("at_most", BARELY_LESS, "met", False, False),
        ("at_most", 50.0, "met", False, False),
        ("at_most", BARELY_MORE, "violated", True, True),
        ("below", [BARELY_LESS, 50.0], "not_evaluated", False, True),
        ("at_most", [50.0, BARELY_MORE], "not_evaluated", False, True),
        ("at_most", [BARELY_LESS, BARELY_MORE], "not_evaluated", False, True),
    ],
)
def test_a_sum_next_to_its_limit(
    comparison: str, first: float | list[float], status: str, *, is_low_beyond: bool, is_high_beyond: bool
) -> None:
    """50 and 85.5 Gy are 135.5 Gy; a hair less or more rounds to it."""
    assert sum((BARELY_LESS, 85.5)) == sum((BARELY_MORE, 85.5)) == 135.5
    raw = case(
        ["SpinalCord"],
        course(*FIRST, "50 Gy / 25", dose=cord(first)),
        course(*SECOND, "85.5 Gy / 25", dose=cord(85.5)),
    )
    library = house_library({"only": PHYSICAL | {"limit": 135.5, "comparison": comparison}})
    item = found(raw, "house.only", library=library)
    assert item.status == status
    assert item.value_low is not None
    assert item.value_high is not None
    is_beyond = (lambda end: end >= 135.5) if comparison == "below" else (lambda end: end > 135.5)
    assert (is_beyond(item.value_low), is_beyond(item.value_high)) == (is_low_beyond, is_high_beyond)
    assert (item.value_low, item.value_high) == pytest.approx((135.5, 135.5), abs=3e-14)


@pytest.mark.parametrize(
    ("limit", "value", "printed"),
    [
        ((10.0, 20.0), 10 - HAIR, nextafter(10, -inf)),
        ((10.0, 20.0), Fraction(10), 10.0),
        ((10.0, 20.0), 10 + HAIR, nextafter(10, inf)),
        ((10.0, 20.0), 20 - HAIR, nextafter(20, -inf)),
        ((10.0, 20.0), Fraction(20), 20.0),
        ((10.0, 20.0), 20 + HAIR, nextafter(20, inf)),
        ((10.0, 20.0), Fraction("15.25"), 15.25),
        ((10.0, 20.0), Fraction(1), 1.0),
        ((10.0, 20.0), Fraction(90), 90.0),
        ((10.0, 20.0), inf, inf),
        ((nan, nan), 10 + HAIR, 10.0),
        # a limit of 0.1 means one tenth, and the float that stands for it is above that
        ((0.1, 0.1), Fraction(1, 10), 0.1),
        ((0.1, 0.1), Fraction(0.1), nextafter(0.1, inf)),
    ],
)
def test_each_end_stays_on_its_side_of_each_end_of_the_limit(
    limit: tuple[float, float], value: Fraction | float, printed: float
) -> None:
    low, high = (np.full((2, 3), end) for end in limit)
    ends = np.full((2, 3), Fraction(0), dtype=object)
    ends[:, 1] = value
    few = np.full((2, 3), min(printed, 0.0))
    few[:, 1] = printed
    for span in (Span(ends, ends), Span(ends, ends.copy())):
        found_ends = shown(span, Span(low, high))
        assert found_ends.low.tolist() == found_ends.high.tolist() == few.tolist()
        assert found_ends.low.dtype == np.float64


def test_a_limit_is_what_its_decimal_text_means() -> None:
    limit = Span(np.array([[0.1, 135.5], [nan, inf]]), np.array([[0.3, 140.0], [nan, inf]]))
    low, high = exact_limit(limit)
    assert low.dtype == high.dtype == object
    assert (low[0].tolist(), high[0].tolist()) == (
        [Fraction(1, 10), Fraction(271, 2)],
        [Fraction(3, 10), Fraction(140)],
    )
    for ends in (low, high):
        assert [repr(float(end)) for end in ends[1]] == ["nan", "inf"]
