"""What a derivation says of a score and of the cord model; values by hand."""

from __future__ import annotations

from typing import Any

import pytest

from engine.derivations import TEN, TWENTY, TWENTY_LINES, derived, given, lines_after_courses, two
from engine.judged_pairs import found
from property.example_cases import cord, course
from reirrad.engine.evaluate import evaluate
from reirrad.engine.explain_sums import model_lines
from reirrad.engine.from_cases import prepare
from reirrad.engine.trace import Trace
from reirrad.ingest import parse_case
from reirrad.library import load_library

Raw = dict[str, Any]
BOTH = two(TEN, TWENTY)


SCORE = "nieder-2005.score"
RULE = (
    "score: one band of 1 for each of 120, 130, 140, 150, 160, 170, 180, 190, 200 Gy2 that the sum is above; 4.5 for "
    "an interval below 6 months (it is {}); 4.5 for a course of at least 102 Gy2 (the largest is {})"
)
LOW, MIDDLE, HIGH = (
    f"risk group: {name} ({rate} % myelopathy; 2006 update, abstract)"
    for name, rate in (("low", 3), ("intermediate", 25), ("high", 90))
)
EDITION_NOTE = "note of the edition: Met means the low-risk group. Bands are half-open on the unrounded BED."


def test_a_score() -> None:
    assert lines_after_courses(BOTH, SCORE) == [
        "sum, no recovery assumed: 20 + 40 = 60 Gy2",
        RULE.format("59", "40"),
        LOW,
        "required <= 3 points; value 0: met",
        EDITION_NOTE,
    ]
    # 30 Gy in 15 are 60 Gy2; 60 + 100 or 110 are above 4 or 5 bands, and 110 is at least 102: 4 to 9.5 points
    larger = two(given("30 Gy / 15", 30), given("50 Gy / 25", 50))
    # 50 (1 + 2/2) = 100; 55 (1 + 2.2/2) = 115.5: 175.5 is above 6 bands
    larger["course"][1]["dose"] = cord([50, 55])
    assert lines_after_courses(larger, SCORE) == [
        "sum, no recovery assumed: at least 60 + 100 = 160, at most 60 + 115.5 = 175.5 Gy2",
        RULE.format("59", "100 to 115.5"),
        MIDDLE,
        HIGH,
        "required <= 3 points; value 4 to 10.5: violated",
        EDITION_NOTE,
    ]
    # the first course may be the largest, and 5 months count 4.5
    early = two(given("50 Gy / 25", [45, 46]), TWENTY | {"start": "2010-07-05"})
    assert lines_after_courses(early, SCORE) == [
        "sum, no recovery assumed: at least 85.5 + 40 = 125.5, at most 88.32 + 40 = 128.32 Gy2",
        RULE.format("5", "85.5 to 88.32"),
        MIDDLE,
        "required <= 3 points; value 5.5: violated",
        EDITION_NOTE,
    ]


MODEL = "woolley-2018.allowed-bed"
MODEL_NOTE = "note of the edition: A second opinion."


def after_24_months(**more: Any) -> Raw:
    return two(given("40 Gy / 20", 40), TWENTY | {"start": "2012-02-05"} | more)


def test_the_cord_model() -> None:
    # the worked example of the model: 101.6587 Gy2 two years after 80 Gy2; 54.8 (1 + 2/2) is the tolerance
    lines = derived(after_24_months(), MODEL)
    assert lines[:2] == ["first: Max[Gy] = 40 Gy (plan), 20 fractions", "first: BED = 40 x (1 + 2/2) = 80 Gy2"]
    assert lines[2:4] == TWENTY_LINES
    assert lines[4:7] == [
        "first: 24 months before the second course",
        "the model allows 101.6587 Gy2 at a risk of 1 %, of a tolerance of 109.6 Gy2 for one course",
        "required <= 101.6587 Gy BED; value 40: met",
    ]
    assert lines[7].startswith(MODEL_NOTE)


@pytest.mark.parametrize(("limit", "text"), [(1.00004, "1"), (0.00001, "0.00001")])
def test_what_the_cord_model_allows_is_not_rounded_to_nothing(limit: float, text: str) -> None:
    library = load_library().select(["woolley-2018"])
    prepared = prepare([parse_case(after_24_months())], library)
    (block,) = evaluate(prepared.batch, library)
    block.judged.decided.limit.low[:] = limit
    _, line = model_lines(Trace(block, 0))
    assert line.startswith(f"the model allows {text} Gy2 at a risk of 1 %")


def test_the_cord_model_where_it_says_nothing() -> None:
    lines = lines_after_courses(two(TEN, TWENTY), MODEL)
    assert lines[:3] == [
        "first: 59 months before the second course",
        "value 40 Gy BED",
        "to decide: nothing in the case: the model is made for intervals of at most 3 years, and this one is 59 months",
    ]
    assert lines[3].startswith(MODEL_NOTE)
    third = two(TEN, TWENTY)
    third["course"].insert(1, course("middle", "delivered", "2014-06-05", "2014-06-05", "2 Gy / 1", dose=cord(2)))
    third["prior_courses"] = 2
    assert lines_after_courses(third, MODEL)[0] == "value 40 Gy BED"


def test_the_tolerance_of_the_cord_model_is_for_its_own_risk() -> None:
    library = load_library().select(["woolley-2018"], model_risk_percent=2.5)
    item = found(after_24_months(), MODEL, library=library)
    assert item.limit is not None
    # more is allowed at a higher risk
    assert item.limit > 101.66
    assert f"the model allows {item.limit:.4f} Gy2 at a risk of 2.5 %" in item.derivation
