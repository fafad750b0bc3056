"""Whether windows of days have room for what is needed within them."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import example, given
from hypothesis import strategies as st

from reirrad.model.days_needed import Window, too_few_days


def fits(windows: list[Window]) -> bool:
    """Hall's condition, over every set of windows: no more is needed than there are days in any of them."""
    every = chain.from_iterable(combinations(windows, n) for n in range(1, len(windows) + 1))
    return all(
        sum(window.needed for window in some)
        <= len(set().union(*(range(window.first, window.last + 1) for window in some)))
        for some in every
    )


windows = st.builds(
    lambda first, days, needed: Window(first, first + days - 1, min(needed, days)),
    st.integers(-6, 6),
    st.integers(1, 8),
    st.integers(1, 6),
)


@given(st.lists(windows, max_size=5))
@example([Window(1, 10, 5)] * 3)
@example([Window(1, 2, 2), Window(5, 6, 2), Window(1, 6, 2)])
@example([Window(1, 3, 2), Window(2, 3, 1), Window(3, 3, 1)])
def test_what_needs_too_much_is_found(given_: list[Window]) -> None:
    found = list(too_few_days(given_))
    assert bool(found) == (not fits(given_))
    told = [at for places in found for at in places]
    assert len(told) == len(set(told))
    assert fits([window for at, window in enumerate(given_) if at not in told])
    for places in found:
        some = [given_[at] for at in places]
        days = max(window.last for window in some) - min(window.first for window in some) + 1
        assert sum(window.needed for window in some) > days


def test_a_window_that_is_too_small_by_itself() -> None:
    assert list(too_few_days([Window(1, 9, 1), Window(3, 5, 4)])) == [[1]]


def test_nothing_needs_nothing() -> None:
    assert not list(too_few_days([]))
    assert not list(too_few_days([Window(3, 3, 0), Window(3, 3, 1)]))


def test_sets_that_have_nothing_to_do_with_each_other() -> None:
    windows = [Window(1, 3, 2), Window(1, 3, 2), Window(5, 9, 1), Window(11, 13, 2), Window(12, 13, 2)]
    assert list(too_few_days(windows)) == [[0, 1], [3, 4]]


def test_the_narrowest_span_that_has_too_few_days_is_told() -> None:
    # 7 days are needed of 1 to 6, too; but it is 5 and 6 that must hold 4
    assert list(too_few_days([Window(1, 6, 3), Window(5, 6, 2), Window(5, 6, 2)])) == [[1, 2]]
