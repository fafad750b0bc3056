"""What keeps a sum, or a limit of the model, from being one number, and what bounds it all the same."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from engine.exact_hits import Plan
from engine.house_edition import house_library
from engine.judged_pairs import found, pair
from engine.test_reasons import changed
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine import scopes
from reirrad.engine.convert import Span
from reirrad.library import load_library

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
    ],
)
def test_shares_as_the_semantics_say(
    newest: tuple[float, float], prior: tuple[float, float], expected: tuple[float, float]
) -> None:
    """0/0 is [0, 1], inf/(inf + finite) is 1, finite/(finite + inf) is 0, inf/inf is [0, 1]; NaN stays NaN."""
    low, high = (np.array([[before, own]]) for before, own in zip(prior, newest, strict=True))
    turns = scopes.Turns(Span(low, high), Span(low, high), np.array([False]))
    found_share = scopes.share(turns, scopes.cumulative(turns))
    np.testing.assert_equal((found_share.low[0, 1], found_share.high[0, 1]), expected)
