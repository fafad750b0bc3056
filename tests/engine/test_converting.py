"""Doses of phases to the quantity of their courses, by hand: in float64, and exactly."""

from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine.columns_by_hand import batch_of, course, phase
from reirrad.engine.batch import Batch
from reirrad.engine.convert import (
    Span,
    course_quantities,
    delivered_doses,
    exact,
    exact_course_quantities,
    gives_dose,
    phase_quantities,
)
from reirrad.engine.doses import PhaseDoses

Ends = list[tuple[Any, Any]]


def doses(*ends: tuple[float, float]) -> PhaseDoses:
    low, high = (np.array([end[at] for end in ends], dtype=np.float64) for at in (0, 1))
    rows = np.full(len(ends), -1)
    return PhaseDoses(low, high, rows, rows, rows < 0)


def span(*ends: tuple[float, float]) -> Span:
    return Span(*(np.array([end[at] for end in ends], dtype=np.float64) for at in (0, 1)))


def ends(found: Span) -> Ends:
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


NO_REPAIR = (0.0, 0.0)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.1, Fraction(1, 10)),
        (50.4, Fraction(252, 5)),
        (np.float32(0.5), Fraction(1, 2)),
        (0, 0),
        (1e-9, Fraction(1, 10**9)),
    ],
)
def test_a_number_means_its_shortest_decimal_text(number: float, expected: Fraction) -> None:
    assert exact(number) == expected
    assert isinstance(exact(number), Fraction)


def test_what_is_no_number_stays_what_it_is() -> None:
    assert (exact(inf), exact(-inf)) == (inf, -inf)
    assert np.isnan(exact(nan))


def test_the_part_of_planned_doses_that_was_given() -> None:
    batch = batch_of(
        course(phase(), phase(given=9, planned=28)),
        course(phase(given=3, planned=5), phase(given=5, planned=5), phase(given=5, planned=17)),
    )
    planned = doses((10, 20), (22.3, inf), (60.37, 61), (1.1, 2.2), (0, 44.02))
    found = delivered_doses(batch, planned)
    nearest = float(Fraction(22.3) * 9 / 28), float(Fraction(60.37) * 3 / 5), float(Fraction(44.02) * 5 / 17)
    assert ends(found) == [(10, 20), (nearest[0], inf), (nearest[1], 36.6), (1.1, 2.2), (0, nearest[2])]
    assert nearest[0] != 22.3 / 28 * 9  # in float64 it is another number
    # what was planned stays as it is
    assert (planned.low[1], planned.high[2]) == (22.3, 61)


def test_parts_are_the_nearest_numbers() -> None:
    """Against fractions, where float64 rounds twice: doses of centigrays in up to 39 planned fractions."""
    cases = [
        (cgy, given, planned)
        for planned in (3, 7, 28, 39)
        for given in (1, 2, planned - 1)
        for cgy in range(100, 9000, 97)
    ]
    batch = batch_of(course(*(phase(given=given, planned=planned) for _, given, planned in cases)))
    gray = [cgy / 100 for cgy, _, _ in cases]
    found = delivered_doses(batch, doses(*zip(gray, gray, strict=True)))
    nearest = [float(Fraction(value) * given / planned) for value, (_, given, planned) in zip(gray, cases, strict=True)]
    assert found.low.tolist() == found.high.tolist() == nearest
    # plain products and quotients are wrong for some
    assert nearest != [value * given / planned for value, (_, given, planned) in zip(gray, cases, strict=True)]


# quantity, and what 20 to 24 Gy in 10 fractions comes to at alpha/beta 2, with h = 0 to 1/2
CONVERTED = [
    ("physical", (20, 24)),
    # 20 (1 + 2/2) and 24 (1 + 1.5 * 2.4/2)
    ("BED", (40, 24 * 2.8)),
    ("EQD2", (20, 12 * 2.8)),
]


@pytest.mark.parametrize(("quantity", "expected"), CONVERTED)
def test_a_phase_in_float64(quantity: str, expected: tuple[float, float]) -> None:
    batch = batch_of(course(phase(n=10), phase(n=5, given=5, planned=10)))
    found = phase_quantities(batch, doses((20, 24), (40, 48)), span((0, 0.5), (0, 0)), quantity, np.array(2.0))
    # half of 40 to 48 Gy in 5 fractions: 20 (1 + 4/2) and 24 (1 + 4.8/2)
    half = {"physical": (20, 24), "BED": (60, 24 * 3.4), "EQD2": (30, 12 * 3.4)}[quantity]
    assert ends(found) == [pytest.approx(expected), pytest.approx(half)]


def test_a_phase_without_a_schedule_is_any_number_of_fractions() -> None:
    """Many fractions of nothing: 20 Gy; a single one: 20 (1 + 20/2) = 220 Gy2."""
    batch = batch_of(course(phase(n=0)))
    given = batch, doses((20, 20)), span(NO_REPAIR)
    assert ends(phase_quantities(*given, "BED", np.array(2.0))) == [(20, 220)]
    assert ends(phase_quantities(*given, "EQD2", np.array(2.0))) == [(10, 110)]
    assert ends(phase_quantities(*given, "physical", np.array(nan))) == [(20, 20)]


def test_each_phase_with_its_own_alpha_beta() -> None:
    batch = batch_of(course(phase(n=10)), course(phase(n=1)))
    # 20 (1 + 2/2), and a single fraction of 20 (1 + 20/10)
    found = phase_quantities(
        batch, doses((20, 20), (20, inf)), span(NO_REPAIR, NO_REPAIR), "BED", np.array([2.0, 10.0])
    )
    assert ends(found) == [(40, 40), (60, inf)]


def test_a_course_is_the_sum_of_its_phases() -> None:
    batch = batch_of(course(phase(), phase(), phase()), course(phase()), course(phase(), phase()))
    found = course_quantities(batch, span((1, 2), (10, 20), (100, 200), (3, inf), (5, 6), (50, inf)))
    assert ends(found) == [(111, 222), (3, inf), (55, inf)]


def test_of_phases_that_do_not_add_up_the_largest_is_certain() -> None:
    batch = batch_of(course(phase(), phase(), phase()), course(phase()), course(phase(), phase()))
    phases = span((1, 2), (100, 200), (10, 20), (3, inf), (5, 6), (50, inf))
    for unsummed, lows in (
        ([True, False, True], [100, 3, 50]),
        ([False, False, True], [111, 3, 50]),
        ([False] * 3, [111, 3, 55]),
    ):
        found = course_quantities(batch, phases, np.array(unsummed))
        assert ends(found) == list(zip(lows, (222, inf, inf), strict=True))


def test_of_phases_that_do_not_add_up_the_largest_is_certain_in_fractions() -> None:
    """20 (1 + 2/2), 10 (1 + 1/2) and 12 (1 + 1.2/2)."""
    batch = batch_of(course(phase(n=10), phase(n=10)), course(phase(n=10), phase(n=10)))
    given = (
        batch,
        doses((20, 20), (10, 10), (10, 12), (20, 20)),
        "BED",
        np.array(2.0),
        np.array([0, 1]),
        np.array([nan]),
    )
    found = exact_course_quantities(*given, unsummed=np.array([True, False]))
    assert ends(found) == [(40, 55), (55, Fraction("59.2"))]


def in_fractions(
    batch: Batch,
    stated: PhaseDoses,
    quantity: str,
    alpha_beta: Any,
    courses: list[int],
    *half_times: float,
) -> Ends:
    found = exact_course_quantities(
        batch, stated, quantity, np.array(alpha_beta), np.array(courses), np.array(half_times or [nan])
    )
    assert [end.dtype for end in found] == [np.dtype(object)] * 2
    return ends(found)


def test_courses_in_fractions() -> None:
    """16 x 1.6 Gy + 14 x 2.4 Gy at alpha/beta 2 is exactly 120 Gy2, and exactly 60 Gy in fractions of 2 Gy."""
    batch = batch_of(course(phase(n=5)), course(phase(n=16), phase(n=14)), course(phase(n=28, given=28, planned=30)))
    stated = doses((9, 9.5), (25.6, 25.6), (33.6, inf), (50.4, 60.3))
    stated.high[2] = 33.6
    assert in_fractions(batch, stated, "BED", 2.0, [1]) == [(120, 120)]
    assert in_fractions(batch, stated, "EQD2", 2.0, [1]) == [(60, 60)]
    assert in_fractions(batch, stated, "physical", nan, [1]) == [(Fraction("59.2"), Fraction("59.2"))]
    # 9 (1 + 1.8/3) and 9.5 (1 + 1.9/3); 28 of 30 fractions of 50.4 Gy: 47.04 (1 + 1.68/3), of 60.3: 56.28 (1 + 2.01/3)
    first = Fraction("14.4"), Fraction("9.5") * Fraction(49, 30)
    last = Fraction("47.04") * Fraction("1.56"), Fraction("56.28") * Fraction("1.67")
    assert in_fractions(batch, stated, "BED", 3.0, [2, 0]) == [last, first]
    # an alpha/beta for each: 9 (1 + 1.8/1.8) = 18, 9.5 (1 + 1.9/1.8)
    own = in_fractions(batch, stated, "BED", [3.0, 1.8], [2, 0])
    assert own == [last, (18, Fraction("9.5") * Fraction(37, 18))]
    assert in_fractions(batch, stated, "BED", 2.0, []) == []


def test_an_open_end_stays_open_in_fractions() -> None:
    batch = batch_of(course(phase(n=5), phase(n=5, given=4, planned=5)))
    assert in_fractions(batch, doses((10, inf), (10, 10)), "BED", 2.0, [0]) == [
        # 10 (1 + 2/2), and 8 Gy in 5 fractions: 8 (1 + 1.6/2)
        (20 + Fraction("14.4"), inf)
    ]


def test_a_course_without_a_schedule_in_fractions() -> None:
    batch = batch_of(course(phase(n=0), fractions_per_day=3, hours_between_fractions=6.0))
    stated = doses((20, 20))
    # a single fraction is repaired whatever the number of fractions a day
    assert in_fractions(batch, stated, "BED", 2.0, [0], 4.0) == [(20, 220)]
    assert in_fractions(batch, stated, "BED", 2.0, [0]) == [(20, 220)]


def test_several_fractions_a_day_in_fractions() -> None:
    """4 h apart at a half-time of 4 h: h_2 = 1/2 and h_3 = 5/6; unknown: from 0 to what no repair comes to.

    Ten fractions in four days of at most three: 3, 3, 3 and 1 (9 h_3 / 10), or 3, 3, 2 and 2 ((6 h_3 + 4 h_2) / 10).
    """
    batch = batch_of(
        course(phase(n=10), phase(n=0), fractions_per_day=2, hours_between_fractions=4.0),
        course(phase(n=10), fractions_per_day=3, hours_between_fractions=4.0),
        course(phase(n=10), fractions_per_day=3),
        course(phase(n=10), fractions_per_day=1, hours_between_fractions=4.0),
        course(phase(n=10), case=1, fractions_per_day=3, hours_between_fractions=4.0),
        course(phase(n=1), fractions_per_day=2, hours_between_fractions=4.0),
        n_cases=2,
    )
    stated = doses(*[(20, 20)] * 7)
    # 20 (1 + (1 + h) 2/2), and beside the first a phase of 20 to 220 Gy2
    assert in_fractions(batch, stated, "BED", 2.0, [0, 1, 2, 3, 4, 5], 4.0, nan) == [
        (50 + 20, 50 + 220),
        (40 + 14, 40 + 15),
        # without repair h_3 = 2: 20 (1 + 2.8)
        (40, 76),
        (40, 40),
        (40, 76),
        # one that was given of two a day shared its day with none: 20 (1 + 20/2)
        (220, 220),
    ]


def test_which_courses_give_dose() -> None:
    batch = batch_of(
        course(phase(), phase()), course(phase(), phase()), course(phase()), course(phase()), course(phase())
    )
    stated = doses((0, 0), (0, 0), (0, 0), (1, 1), (0, 9), (nan, nan), (0.5, inf))
    may, certain = gives_dose(batch, stated)
    assert may.tolist() == [False, True, True, True, True]
    assert certain.tolist() == [False, True, False, False, True]
    assert (may.dtype, certain.dtype) == (np.bool_, np.bool_)
