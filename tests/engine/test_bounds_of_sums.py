"""What keeps a sum, or a limit of the model, from being one number, and what bounds it all the same."""

from fractions import Fraction
from math import inf, isfinite, nan

import numpy as np
import pytest

from engine.exact_hits import Plan
from engine.house_edition import house_edition, house_library
from engine.judged_pairs import found, pair
from engine.test_reasons import changed
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine import scopes
from reirrad.engine.convert import Span
from reirrad.engine.limits import raised_tolerance
from reirrad.library import load_library
from reirrad.model.rule import Score

STRICT = {"limit": 45, "recovery": "steps", "metric": "D0.1cc[Gy]"}


def test_strict_sums_are_at_least_what_is_left_of_the_largest_course() -> None:
    """50 (1 + 2/2) = 100 Gy2, of which a half is left after 59 months, before 20 Gy2."""
    raw = case(
        ["SpinalCord"],
        course(*FIRST, "50 Gy / 25", dose=cord(50, metric="D0.1cc[Gy]")),
        course(*SECOND, "10 Gy / 5", dose=cord(10, metric="D0.1cc[Gy]")),
    )
    item = found(raw, "house.only", library=house_library({"only": STRICT}), strict=True)
    assert (item.status, item.value_low, item.value_high) == ("violated", 50.0, None)


def test_strict_sums_of_three_courses() -> None:
    """20 Gy2, then 100 Gy2 in 2012, and 20 Gy2 three years later: a half of 100 is left."""
    raw = case(
        ["SpinalCord"],
        course(*FIRST, "10 Gy / 5", dose=cord(10, metric="D0.1cc[Gy]")),
        course("middle", "delivered", "2012-01-02", "2012-02-03", "50 Gy / 25", dose=cord(50, metric="D0.1cc[Gy]")),
        course(*SECOND, "10 Gy / 5", dose=cord(10, metric="D0.1cc[Gy]")),
    )
    item = found(raw, "house.only", library=house_library({"only": STRICT | {"limit": 49}}), strict=True)
    assert (item.status, item.course_id, item.value_low) == ("violated", "second", 50.0)


def test_every_cause_of_an_open_model_is_kept() -> None:
    library = load_library().select(["woolley-2018"])
    name = "woolley-2018.allowed-bed"
    dose = cord([8, 10])
    raw = changed(pair(Plan(1000, 5), Plan(1000, 5)), 0, dose=dose)
    assert found(raw, name, library=library).reason == "dose_range"
    history = found(raw | {"prior_radiotherapy": "partial"}, name, library=library)
    assert history.reason == "history_unknown"
    both = found(changed(raw, 1, start="2012", end="2012-12-31"), name, library=library)
    to_decide = [line for line in both.derivation if line.startswith("to decide")]
    assert both.reason == "dose_range"
    assert len(to_decide) == 2
    assert "more exactly" in to_decide[0]
    assert "state the end and start dates of the courses more exactly" in to_decide[1]


def test_what_is_left_is_exact_where_the_doses_are() -> None:
    """0.3 means 3/10 and not the float next to it: 7/10 of 25.6, and 25.6."""
    doses = np.array([[Fraction("25.6"), Fraction("25.6")]], dtype=object)
    nothing, part = Span(np.zeros((1, 0)), np.zeros((1, 0))), Span(np.array([[0.3]]), np.array([[0.3]]))
    turns = scopes.Turns(Span(doses, doses), Span(doses, doses), np.array([False]), (nothing, part))
    total = scopes.discounted(turns)
    for end in (total.low[0, 1], total.high[0, 1]):
        assert isinstance(end, Fraction)
        assert end == Fraction("43.52")


@pytest.mark.parametrize(
    ("newest", "prior", "expected"),
    [
        ((0.0, 0.0), (0.0, 0.0), (0.0, 1.0)),
        ((10.0, 20.0), (30.0, 60.0), (10 / 70, 20 / 50)),
        ((10.0, inf), (30.0, 60.0), (10 / 70, 1.0)),
        ((10.0, 20.0), (30.0, inf), (0.0, 20 / 50)),
        ((inf, inf), (inf, inf), (0.0, 1.0)),
        ((10.0, 20.0), (0.0, 0.0), (1.0, 1.0)),
        ((nan, nan), (30.0, 30.0), (nan, nan)),
        ((10.0, 10.0), (nan, nan), (nan, nan)),
        ((inf, inf), (30.0, 30.0), (1.0, 1.0)),
        ((inf, inf), (0.0, 0.0), (1.0, 1.0)),
        ((10.0, 20.0), (inf, inf), (0.0, 0.0)),
        ((0.0, 0.0), (inf, inf), (0.0, 0.0)),
        ((0.25, 0.25), (0.25, 0.25), (0.5, 0.5)),
    ],
)
def test_shares_as_the_semantics_say(
    newest: tuple[float, float], prior: tuple[float, float], expected: tuple[float, float]
) -> None:
    """0/0 is [0, 1], inf/(inf + finite) is 1, finite/(finite + inf) is 0, inf/inf is [0, 1]; NaN stays NaN."""
    for dtype in (np.float64, object):
        low, high = (
            np.array([[Fraction(dose) if dtype is object and isfinite(dose) else dose for dose in ends]], dtype=dtype)
            for ends in zip(prior, newest, strict=True)
        )
        turns = scopes.Turns(Span(low, high), Span(low, high), np.array([False]))
        with np.errstate(invalid="ignore"):  # NaN among fractions
            share = scopes.share(turns, scopes.cumulative(turns))
        np.testing.assert_equal((float(share.low[0, 1]), float(share.high[0, 1])), expected)


def test_shares_of_three_courses_and_with_one_that_nobody_saw() -> None:
    """10, 10 and 20 Gy: all, a half, a half; an unseen course may take everything from the smaller end."""
    doses = np.array([[10.0, 10.0, 20.0]] * 2)
    turns = scopes.Turns(Span(doses, doses), Span(doses, doses), np.array([False, True]))
    share = scopes.share(turns, scopes.cumulative(turns))
    assert share.low.tolist() == [[1, 0.5, 0.5], [0, 0, 0]]
    assert share.high.tolist() == [[1, 0.5, 0.5], [1, 0.5, 0.5]]


def test_what_is_left_of_each_course_of_each_case() -> None:
    """Halves, quarters and tenths of 10 to 60 Gy, by case and course: 55 = 0.9 x 10 + 0.8 x 20 + 30."""
    doses = np.array([[10, 20, 30], [40, 50, 60]]) * Fraction(1)
    parts = [np.zeros((2, 0)), np.array([[0.5], [0.25]]), np.array([[0.1, 0.2], [0.3, 0.4]])]
    unseen = np.array([False, True])
    turns = scopes.Turns(Span(doses, doses), Span(doses, doses), unseen, tuple(Span(part, part) for part in parts))
    total = scopes.discounted(turns)
    assert total.low.tolist() == [[10, 25, 55], [40, 80, 118]]
    assert total.high.tolist() == [[10, 25, 55], [inf] * 3]
    assert scopes.largest_term(turns).tolist() == [[10, 20, 30], [40, 50, 60]]
    # of the second case alone, with other doses
    other = scopes.discounted(turns.of(Span(doses[:1], doses[:1]), unseen))
    assert other.low.tolist() == [[10, Fraction("27.5"), 49]]
    some = turns.of(Span(doses[:1], doses[:1]), unseen)
    assert some.interval.low.tolist() == some.interval.high.tolist() == [[40, 50, 60]]
    assert [span.low.tolist() for span in some.recovered] == [[[]], [[0.25]], [[0.3, 0.4]]]
    assert some.unseen.tolist() == [True]


def test_a_raised_tolerance_is_exactly_what_its_decimals_say() -> None:
    """A quarter from 6 months on and a half from 12: 0.3 x 1.5 is 0.45, and no float product."""
    edition = house_edition({"only": {"limit": 50, "recovery": "raised"}}).edition
    convention = edition.convention_of(edition.constraint[0])
    limit = np.array([[50.0, nan, 0.3], [50.0, 50.0, 0.3]])
    months = Span(np.array([[7.0, 7.0, 12.0], [5.9, 6.0, 11.0]]), np.array([[7.0, 7.0, 12.0], [6.0, 6.0, 12.0]]))
    raised = raised_tolerance(Span(limit, limit), months, convention.schedule)
    np.testing.assert_equal(raised.low, [[62.5, nan, 0.45], [50.0, 62.5, 0.375]])
    np.testing.assert_equal(raised.high, [[62.5, nan, 0.45], [62.5, 62.5, 0.45]])


def test_a_number_is_compared_as_its_decimals_where_the_others_are_exact() -> None:
    assert repr(scopes.comparable(0.1, np.array([Fraction(1)], dtype=object))) == "Fraction(1, 10)"
    assert repr(scopes.comparable(0.1, np.array([1.0]))) == "0.1"


SCORE = Score(
    cumulative_above_gy=(100.0, 120.0), points_per_band=2.0, interval_below_months=6.0, interval_points=3.0,
    course_at_least_gy=60.0, course_points=5.0, group=(),
)  # fmt: skip


def test_points_by_hand() -> None:
    """110 Gy is above one edge: 2; 5 months: 3; a course of 70 Gy, first or last: 5. What is unseen may add all: 12."""
    doses = np.array([[70.0, 20.0, 20.0], [20.0, 20.0, 70.0], [20.0, 20.0, 20.0]])
    longest = np.array([[12.0, 12.0, 5.0], [12.0, 12.0, 12.0], [12.0, 12.0, 12.0]])
    shortest = np.array([[12.0, 12.0, 5.0], [12.0, 12.0, 12.0], [0.0, 0.0, 0.0]])
    turns = scopes.Turns(Span(doses, doses), Span(shortest, longest), np.array([False, False, True]))
    points = scopes.score(turns, scopes.cumulative(turns), SCORE)
    assert points.low.tolist() == [[5, 5, 10], [0, 0, 7], [0, 0, 0]]
    assert points.high.tolist() == [[5, 5, 10], [0, 0, 7], [12, 12, 12]]
    # a course of 60 Gy is a large one; 100 Gy are not above 100, and 6 months not below 6
    doses, months = np.array([[60.0, 40.0]]), np.array([[6.0, 6.0]])
    turns = scopes.Turns(Span(doses, doses), Span(months, months), np.array([False]))
    points = scopes.score(turns, scopes.cumulative(turns), SCORE)
    assert points.low.tolist() == points.high.tolist() == [[5, 5]]
