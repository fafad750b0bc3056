"""The last look: what is met must say so by its own numbers, whoever decided it."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine.disagreement_cases import finding
from engine.judged_pairs import pair
from reirrad.engine.codes import Status
from reirrad.engine.convert import Span
from reirrad.engine.decide import compare
from reirrad.engine.decided import Decided, blank
from reirrad.engine.planning.budget import budget
from reirrad.engine.proof import require_proof
from reirrad.errors import ReirradError, UnprovedError
from reirrad.ingest import parse_case
from reirrad.library import load_library
from sabotage.sabotaged_cases import SMALL

WORDS = "a finding is met, but its numbers do not say so: nothing was decided"


def test_a_comparison_that_is_not_known_decides_nothing() -> None:
    ten = np.array([10.0])
    with pytest.raises(ValueError, match="unknown comparison 'less'"):
        compare(Span(ten, ten), Span(ten, ten), "less")


def decided(value: tuple[float, float], limit: tuple[float, float], margin: float, status: int = Status.MET) -> Decided:
    """Return two findings: one that does not apply, and one that is met."""
    result = blank(2, 1, limit)
    result.status[1], result.margin[1] = status, margin
    result.value.low[1], result.value.high[1] = value
    return result


# value, limit and margin that prove it, at the edge of each comparison
PROVED: list[tuple[str, tuple[float, float], tuple[float, float], float]] = [
    ("at_most", (10, 20), (20, 20), 0),
    ("at_most", (10, 20), (20, 30), 0),
    ("below", (10, 19.9), (20, 20), 0.1),
    ("at_least", (6, 9), (6, 6), 0),
    ("at_least", (6, inf), (5, 6), 0),
    ("above", (6.1, 9), (6, 6), 0.1),
]
# the same with one thing that contradicts it
UNPROVED: list[tuple[str, tuple[float, float], tuple[float, float], float]] = [
    ("at_most", (10, 20.1), (20, 20), 1),
    ("at_most", (10, 25), (20, 30), 1),
    ("at_most", (21, 20), (20, 20), 0),
    ("at_most", (10, 20), (20, 19), 0),
    ("at_most", (10, 20), (20, 20), -0.1),
    ("at_most", (10, nan), (20, 20), 1),
    ("at_most", (nan, 20), (20, 20), 1),
    ("at_most", (10, 20), (nan, 20), 1),
    ("at_most", (10, 20), (20, nan), 1),
    ("at_most", (10, 20), (20, 20), nan),
    ("at_most", (10, inf), (20, 20), -inf),
    ("below", (10, 20), (20, 20), 0),
    ("at_least", (5.9, 9), (6, 6), 1),
    ("at_least", (5.5, 9), (5, 6), 1),
    ("above", (6, 9), (6, 6), 0),
]


@pytest.mark.parametrize(("comparison", "value", "limit", "margin"), PROVED)
def test_what_says_so_itself_is_met(
    comparison: str, value: tuple[float, float], limit: tuple[float, float], margin: float
) -> None:
    require_proof(decided(value, limit, margin), comparison)


@pytest.mark.parametrize(("comparison", "value", "limit", "margin"), UNPROVED)
def test_what_does_not_is_refused(
    comparison: str, value: tuple[float, float], limit: tuple[float, float], margin: float
) -> None:
    with pytest.raises(UnprovedError) as caught:
        require_proof(decided(value, limit, margin), comparison)
    assert str(caught.value) == WORDS
    assert isinstance(caught.value, ReirradError)
    # of what is not met nothing is asked
    for status in (Status.VIOLATED, Status.NOT_EVALUATED, Status.NOT_APPLICABLE):
        require_proof(decided(value, limit, margin, status), comparison)


def test_one_of_many_is_enough() -> None:
    columns = Decided(
        status=np.full((3, 1), Status.MET),
        margin=np.full((3, 1), 1.0),
        value=Span(np.full((3, 1), 10.0), np.array([[19.0], [21.0], [19.0]])),
        limit=Span(np.full((3, 1), 20.0), np.full((3, 1), 20.0)),
        causes=np.zeros((3, 1), dtype=np.int64),
        exclusion=np.zeros((3, 1), dtype=np.int64),
    )
    with pytest.raises(UnprovedError):
        require_proof(columns, "at_most")


NUMBERS: list[tuple[str, dict[str, Any]]] = [
    ("at_most", {"value_high": 20.0, "limit": 20.0, "margin": 0.0}),
    ("below", {"value_high": 19.9, "limit": 20.0, "margin": 0.1}),
    ("at_least", {"value_low": 6.0, "limit": 6.0, "margin": 0.0}),
    ("at_least", {"value_low": 7.0, "limit": 6.0, "limit_high": 7.0, "margin": 0.0}),
    ("above", {"value_low": 6.1, "limit": 6.0, "margin": 0.1}),
]


@pytest.mark.parametrize(("comparison", "numbers"), NUMBERS)
def test_a_finding_that_is_met_has_the_numbers(comparison: str, numbers: dict[str, Any]) -> None:
    item = finding("a", comparison=comparison, status="violated", **numbers)
    fields = {"value_high" if "value_high" in numbers else "value_low", "limit", "margin"}
    replace(item, status="met")
    for name in fields:
        for value in (None, nan):
            with pytest.raises(UnprovedError, match="a is met, but its numbers do not say so: nothing was decided"):
                replace(item, status="met", **{name: value})
    with pytest.raises(UnprovedError):
        replace(item, status="met", margin=-0.1)


@pytest.mark.parametrize(
    ("comparison", "numbers"),
    [
        ("at_most", {"value_high": 20.1, "limit": 20.0, "margin": 0.0}),
        ("below", {"value_high": 20.0, "limit": 20.0, "margin": 0.0}),
        ("at_least", {"value_low": 5.9, "limit": 6.0, "margin": 0.0}),
        ("at_least", {"value_low": 6.5, "limit": 6.0, "limit_high": 7.0, "margin": 0.0}),
        ("above", {"value_low": 6.0, "limit": 6.0, "margin": 0.0}),
    ],
)
def test_a_finding_beyond_its_limit_is_not_met(comparison: str, numbers: dict[str, Any]) -> None:
    item = finding("a", comparison=comparison, status="not_evaluated", **numbers)
    with pytest.raises(UnprovedError):
        replace(item, status="met")


def test_a_budget_is_bounded_by_a_dose_or_not_at_all() -> None:
    library = load_library().select(["nieder-2006"])
    rows = budget(parse_case(pair(*SMALL)), n_fractions=[5], library=library).rows
    bounded = next(row for row in rows if row.state == "bounded")
    for dose in (None, nan, 0.0, -1.0, inf):
        with pytest.raises(
            UnprovedError, match=f"^{bounded.constraint_id} is bounded, and its dose is {dose}: nothing"
        ):
            replace(bounded, max_total_dose_gy=dose)
    for state in ("unbounded", "none", "not_evaluated"):
        with pytest.raises(UnprovedError):
            replace(bounded, state=state)
