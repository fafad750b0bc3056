"""Conditions that no case fulfils: an edition with one of them would decide nothing, and nobody would notice."""

from __future__ import annotations

import pytest

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
    # of every cumulative limit and the allowed BED; of one course, a lower limit is read
    what = "comparison: the limit is on the wrong side: more of a sum is no better"
    assert told("common", '"at_most"', f'"{comparison}"') == [
        f"{what}; given: '{comparison}'; allowed: at_most or below"
    ] * sum(scope in text for text in WIDE_PARTS.values() for scope in ('"cumulative"\nlimit', '"allowed_bed"'))
