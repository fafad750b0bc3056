"""Drawing whole numbers together, against thresholds that are known: the guess may be bad, the answer may not."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.effort import examples
from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.engine.planning.bracket import Bracket
from reirrad.engine.planning.changes import NONE, first_change

MOST = 100_000
#: A question that asked every number would take a hundred thousand tries; halving alone takes 17.
TRIES = 60

#: The margin of steps whose threshold is known, above 0 where the question is met.
Margin = Callable[[Floats, Floats], Floats]


def quadratic(steps: Floats, threshold: Floats) -> Floats:
    """A sum of BED: what a threshold half a step further on leaves, at n = 7 and an alpha/beta of 2."""
    edge = threshold + 0.5
    return edge / 100 * (1 + edge / 1400) - steps / 100 * (1 + steps / 1400)


def constant(steps: Floats, threshold: Floats) -> Floats:
    """A condition: how much it is missed by does not depend on the dose."""
    return np.where(steps <= threshold, 4.0, -3.0)


def rational(steps: Floats, threshold: Floats) -> Floats:
    """A share of a sum."""
    edge = threshold + 0.5
    return edge / (edge + 2000) - steps / (steps + 2000)


def infinite(steps: Floats, threshold: Floats) -> Floats:
    """An open end, as where a dose is not known."""
    return np.where(steps <= threshold, 1.0, -np.inf)


def missing(steps: Floats, _threshold: Floats) -> Floats:
    return np.full(len(steps), np.nan)


def misleading(steps: Floats, threshold: Floats) -> Floats:
    """A parabola whose root is far from the threshold."""
    return quadratic(steps, 3 * threshold + 40)


def kinked(steps: Floats, threshold: Floats) -> Floats:
    """Two constraints of one finding: another one is nearest to its limit far away than near by."""
    return np.minimum(quadratic(steps, threshold), 50 * (quadratic(steps, threshold) + 20))


MARGINS: list[Margin] = [quadratic, constant, rational, infinite, missing, misleading, kinked]


def drawn_together(bracket: Bracket, threshold: Ints, margin: Margin) -> int:
    """Answer what a bracket asks until it is closed; return how often it asked."""
    tries = 0
    while not bracket.is_closed():
        steps = bracket.candidate()
        is_open = bracket.beyond - bracket.met > 1
        # a number that is known already would be asked for ever
        assert np.all((bracket.met < steps)[is_open])
        assert np.all((steps < bracket.beyond)[is_open])
        is_met: Bools = steps <= threshold
        with np.errstate(all="ignore"):
            bracket.narrow(steps, is_met, margin(steps.astype(np.float64), threshold.astype(np.float64)))
        tries += 1
        assert tries <= TRIES
    return tries


@pytest.mark.parametrize("margin", MARGINS, ids=lambda margin: margin.__name__)
@pytest.mark.parametrize("is_far_noted", [True, False])
def test_every_threshold_is_found_whatever_the_margins_are(margin: Margin, is_far_noted: bool) -> None:
    generator = np.random.default_rng(20260)
    # small thresholds are as frequent as large ones, and both ends are among them
    threshold = np.concatenate([[1, 2, MOST - 2, MOST - 1], np.exp(generator.uniform(0, np.log(MOST - 1), 500))])
    threshold = threshold.astype(np.int64)
    bracket = Bracket(met=np.ones(len(threshold), dtype=np.int64), beyond=np.full(len(threshold), MOST))
    if is_far_noted:
        far = margin(np.full(len(threshold), float(MOST)), threshold.astype(np.float64))
        bracket.note(np.ones(len(threshold), dtype=np.bool_), bracket.beyond, far)
    drawn_together(bracket, threshold, margin)
    assert bracket.met.tolist() == threshold.tolist()
    assert bracket.beyond.tolist() == (threshold + 1).tolist()


def test_a_sum_of_bed_needs_fewer_tries_than_halving() -> None:
    threshold = np.arange(500, 6000, 7)
    tries = {}
    for margin in (quadratic, missing):
        bracket = Bracket(met=np.ones(len(threshold), dtype=np.int64), beyond=np.full(len(threshold), MOST))
        tries[margin] = drawn_together(bracket, threshold, margin)
    assert tries[quadratic] < tries[missing]


def test_what_is_answered_stays_answered() -> None:
    # the second question is closed from the start, as one that sets no bound is
    bracket = Bracket(met=np.array([1, 1, 6]), beyond=np.array([MOST, 2, 9]))
    drawn_together(bracket, np.array([1234, 1, 7]), quadratic)
    assert (bracket.met.tolist(), bracket.beyond.tolist()) == ([1234, 1, 7], [1235, 2, 8])


@examples(60)
@given(
    bounds=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 5000)), min_size=1, max_size=8
    ),
    noise=st.randoms(use_true_random=False),
)
def test_any_start_and_any_margins(bounds: list[tuple[int, int, int]], noise: Random) -> None:
    met = np.array([low for low, _, _ in bounds])
    beyond = met + np.array([width for _, width, _ in bounds])
    threshold = met + np.array([place for _, _, place in bounds]) % (beyond - met)

    def arbitrary(steps: Floats, _threshold: Floats) -> Floats:
        return np.array([noise.choice([-1.0, -1e300, 0.0, np.nan, np.inf, -np.inf, 1e-300]) for _ in steps])

    bracket = Bracket(met=met, beyond=beyond)
    drawn_together(bracket, threshold, arbitrary)
    assert bracket.met.tolist() == threshold.tolist()


def test_no_question_is_closed() -> None:
    assert Bracket(met=np.zeros(0, dtype=np.int64), beyond=np.zeros(0, dtype=np.int64)).is_closed()


def changing_at(threshold: Ints, before: Ints, after: Ints) -> Callable[[Ints], Ints]:
    return lambda steps: np.where(steps < threshold, before, after)


@examples(60)
@given(
    thresholds=st.lists(st.integers(1, 1200), min_size=1, max_size=8),
    stations=st.lists(st.integers(1, 1000), min_size=1, max_size=5, unique=True),
)
def test_the_first_change_is_found_up_to_the_last_station(thresholds: list[int], stations: list[int]) -> None:
    n, last = len(thresholds), max(stations)
    before, after = np.arange(n) % 3 + 1, (np.arange(n) + 1) % 3 + 1
    change = first_change(
        changing_at(np.array(thresholds), before, after), before, [np.full(n, place) for place in sorted(stations)]
    )
    assert change.step.tolist() == [place if place <= last else NONE for place in thresholds]
    expected = [int(after[i]) if place <= last else NONE for i, place in enumerate(thresholds)]
    assert change.status.tolist() == expected


def test_no_change_at_all() -> None:
    status = np.array([1, 2, 3])
    change = first_change(lambda steps: status, status, [np.full(3, 300), np.full(3, 5000)])
    assert change.step.tolist() == change.status.tolist() == [NONE] * 3


def test_of_several_changes_the_one_before_the_first_other_station_is_drawn_together() -> None:
    # met, then open from 120 on, then violated from 450 on: what is named is the first
    def three(steps: Ints) -> Ints:
        return np.select([steps < 120, steps < 450], [1, 2], 3)

    for stations in ([300, 500], [500], [120], [100, 119, 121]):
        change = first_change(three, np.array([1]), [np.array([place]) for place in stations])
        assert (change.step.tolist(), change.status.tolist()) == ([120], [2])


def test_what_comes_back_between_two_stations_is_not_seen_and_a_station_in_it_sees_it() -> None:
    def coming_back(steps: Ints) -> Ints:
        return np.where((steps >= 40) & (steps < 60), 3, 1)

    def found(*stations: int) -> list[int]:
        places = [np.array([place]) for place in stations]
        return first_change(coming_back, np.array([1]), places).step.tolist()

    assert found(30, 100) == [NONE]
    assert found(50, 100) == [40]
    assert found(30, 59, 100) == [40]


def test_every_finding_has_its_own_stations() -> None:
    threshold, one = np.array([10, 10, 70]), np.ones(3, dtype=np.int64)
    change = first_change(changing_at(threshold, one, 2 * one), one, [np.array([9, 10, 69]), np.array([9, 11, 80])])
    assert change.step.tolist() == [NONE, 10, 70]
