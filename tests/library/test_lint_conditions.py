"""Conditions that no case fulfils: an edition with one of them would decide nothing, and nobody would notice."""

from __future__ import annotations

from typing import Any

import pytest

from engine.house_edition import DISTRIBUTION, MONTHS, PHYSICAL, Fields, edition_text
from library.refusals import refused, without_line
from library.wide_edition import WIDE, WIDE_PARTS
from reirrad.errors import LibraryError
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures

SIZE = (
    "conditions.fraction_size_gy: no fraction is so large; given: {}; allowed: a number from 0 to 100 Gy; is it in cGy?"
)
MANY = "conditions.n_fractions: no schedule has so many fractions; given: {}; allowed: a whole number from 1 to 200"
LONG = "conditions.interval_months: no interval is so long; given: {}; allowed: up to 1200 months; is it in days?"
TOTAL = (
    "conditions.scheduled_dose_gy: fractions of that size and number are 3.6 to 10 Gy in all; given: {}; "
    "allowed: a range that they can reach"
)


def told(part: str, old: str, new: str) -> list[str]:
    """Return the problems of the wide edition with one text of a part replaced, without line and constraint."""
    text = WIDE_PARTS[part]
    assert text.count(old) == 1
    changed = WIDE.replace(text, text.replace(old, new))
    try:
        parse_edition(changed.encode(), "own.toml", shipped_structures())
    except LibraryError:
        return [without_line(problem).partition(".")[2] for problem in refused(changed)]
    return []


def conditions(text: str) -> list[str]:
    return told("plain", "conditions = {}", f"conditions = {{ {text} }}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fraction_size_gy = [1.8, 2]", []),
        ("fraction_size_gy = [1.8, 100]", []),
        ("fraction_size_gy = [180, 200]", [SIZE.format("(180.0, 200.0)")]),
        ("fraction_size_gy = [1.8, 100.5]", [SIZE.format("(1.8, 100.5)")]),
        ("n_fractions = [200, 201]", []),
        ("n_fractions = [201, 300]", [MANY.format("(201, 300)")]),
        ("interval_months = [1200, inf]", []),
        ("interval_months = [1201, inf]", [LONG.format("(1201.0, inf)")]),
        ("fraction_size_gy = [1.8, 2], n_fractions = [2, 5], scheduled_dose_gy = [10, 20]", []),
        ("fraction_size_gy = [1.8, 2], n_fractions = [2, 5], scheduled_dose_gy = [1, 3.6]", []),
        (
            "fraction_size_gy = [1.8, 2], n_fractions = [2, 5], scheduled_dose_gy = [10.1, 20]",
            [TOTAL.format("(10.1, 20.0)")],
        ),
        (
            "fraction_size_gy = [1.8, 2], n_fractions = [2, 5], scheduled_dose_gy = [1, 3.5]",
            [TOTAL.format("(1.0, 3.5)")],
        ),
        ("fraction_size_gy = [1.8, 2], scheduled_dose_gy = [0.5, 1]", []),
        # 26 x 1.8 is 46.8, whatever binary numbers make of it; 36 x 1.2 is 43.2
        ("fraction_size_gy = [1.8, 1.8], n_fractions = [26, 26], scheduled_dose_gy = [46.8, 46.8]", []),
        ("fraction_size_gy = [1.2, 1.2], n_fractions = [36, 36], scheduled_dose_gy = [43.2, 43.2]", []),
    ],
)
def test_o11_conditions_that_no_case_fulfils(text: str, expected: list[str]) -> None:
    assert conditions(text) == expected


@pytest.mark.parametrize(
    ("fractions", "others"), [("[1, 3]", None), ("[1, 5]", None), ("[1, 2]", "3"), ("[4, 5]", "1, 3")]
)
def test_o11_limits_for_fraction_numbers_that_the_condition_excludes(fractions: str, others: str | None) -> None:
    found = told("near", "target_distance_mm = [0, 2]", f"target_distance_mm = [0, 2], n_fractions = {fractions}")
    what = "conditions.n_fractions: limit_by_n_fractions has limits for other fraction numbers, which never apply"
    given = f"({fractions[1:-1]})"
    assert found == ([] if others is None else [f"{what}; given: {given}; allowed: a range with {others}"])


@pytest.mark.parametrize("comparison", ["at_least", "above"])
def test_o10_a_lower_limit_of_a_sum(comparison: str) -> None:
    # of every cumulative limit and the allowed BED
    assert told("common", '"at_most"', f'"{comparison}"').count(
        wrong_side("more of a sum is no better", comparison)
    ) == sum(scope in text for text in WIDE_PARTS.values() for scope in ('"cumulative"\nlimit', '"allowed_bed"'))


@pytest.mark.parametrize("comparison", ["at_least", "above"])
@pytest.mark.parametrize("scope", ["newest_course", "each_course", "first_course"])
@pytest.mark.parametrize(("metric", "kind"), [("Max[Gy]", {}), ("Mean[Gy]", DISTRIBUTION), ("V20Gy[%]", DISTRIBUTION)])
def test_o10_a_lower_limit_of_a_dose(comparison: str, scope: str, metric: str, kind: Fields) -> None:
    """A cord limit of "at least 50 Gy" would be met by 90."""
    fields = PHYSICAL | kind | {"limit": 50, "scope": scope, "metric": metric, "comparison": comparison}
    assert told_of(fields) == [wrong_side("more of a dose is no better", comparison)]


@pytest.mark.parametrize(("comparison", "is_right"), [("at_least", True), ("above", True), ("at_most", False)])
def test_o10_of_a_spared_volume_more_is_better(comparison: str, *, is_right: bool) -> None:
    fields = (
        PHYSICAL
        | DISTRIBUTION
        | {"limit": 700, "scope": "first_course", "metric": "CV20Gy[cc]", "comparison": comparison}
    )
    wrong = wrong_side("a larger spared volume is no worse", comparison, "at_least or above")
    assert told_of(fields) == [wrong] * (not is_right)


def told_of(fields: Fields) -> list[str]:
    """Return the problems of an edition of one constraint, without line and constraint."""
    text = edition_text({"mine": fields})
    try:
        parse_edition(text.encode(), "own.toml", shipped_structures())
    except LibraryError:
        return [without_line(problem).partition(".")[2] for problem in refused(text)]
    return []


def wrong_side(what: str, comparison: str, allowed: str = "at_most or below") -> str:
    return f"comparison: the limit is on the wrong side: {what}; given: '{comparison}'; allowed: {allowed}"


@pytest.mark.parametrize("scope", ["each_course", "first_course"])
def test_o11_an_interval_before_the_first_course(scope: str) -> None:
    assert told_of({"limit": 50, "scope": scope, "conditions": {"interval_months": [6, 12]}}) == [
        f"conditions.interval_months: scope {scope} is about the first course, too, before which there is no interval; "
        "given: (6.0, 12.0); leave it out, or judge the newest course"
    ]


@pytest.mark.parametrize(
    ("limit", "comparison", "interval", "is_refused"),
    [
        (6, "at_least", [6, 12], True),
        (6, "at_least", [5.9, 12], False),
        (6, "above", [6, 12], False),
        (6, "above", [6.1, 12], True),
        ([5, 6], "at_least", [5, 12], False),
        ([5, 6], "at_least", [6, 12], True),
    ],
)
def test_o11_an_interval_limit_that_is_met_wherever_it_applies(
    limit: Any, comparison: str, interval: list[float], *, is_refused: bool
) -> None:
    given = tuple(map(float, interval))
    what = f"conditions.interval_months: every interval for which the limit applies meets it; given: {given}; "
    fields = MONTHS | {"limit": limit, "comparison": comparison, "conditions": {"interval_months": interval}}
    assert told_of(fields) == [what + "allowed: one that does not"] * is_refused
