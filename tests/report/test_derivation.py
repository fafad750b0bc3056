"""How a value was computed, where something is a range: both ends, computed by hand, and what would decide."""

from __future__ import annotations

import pytest

from reirrad.library import Library, Profile, load_library
from reirrad.model.finding import Finding
from reirrad.report import report_text
from report.shown import findings
from report.two_courses import case_of, only, report_of

LIBRARY = load_library()
FIRST, SECOND = '"Max[Gy]" = 40.0, "D0.1cc[Gy]" = 40.0', '"Max[Gy]" = 20.0, "D0.1cc[Gy]" = 20.0'
DOI, NIEDER, UMICH = "doi-2021.simple-rule", "nieder-2006.cumulative", "umich-2019.spinal-cord"
KIDNEYS = "quantec-2010.kidneys.mean"


def chosen(name: str) -> Library:
    return LIBRARY.select(profile=Profile(name="ours", constraints=frozenset({name})))


def judged(name: str, *changes: tuple[str, str], structure: str = "SpinalCord", end: str = "2020-01-31") -> Finding:
    text = case_of(end, "2020-10-01", structure=structure)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return only(report_of(text, chosen(name)).findings, constraint_id=name, structure=structure)


# 36 to 40 Gy in 20 fractions: 36 (1 + 1.8/2) = 68.4 and 40 (1 + 2/2) = 80 Gy2
RANGE = (FIRST, '"Max[Gy]" = [36.0, 40.0], "D0.1cc[Gy]" = 36.0')


def test_the_conversion_of_a_range_says_which_end_is_which() -> None:
    lines = judged(NIEDER, RANGE).derivation
    assert "first: BED = at least 36 x (1 + 1.8/2) = 68.4, at most 40 x (1 + 2/2) = 80 Gy2" in lines
    assert "second: BED = 20 x (1 + 2/2) = 40 Gy2" in lines
    assert "sum, no recovery assumed: at least 68.4 + 40 = 108.4, at most 80 + 40 = 120 Gy2" in lines
    assert "required <= 135.5 Gy BED; value 108.4 to 120: met" in lines


def test_the_conversion_of_what_is_only_bounded() -> None:
    lines = judged(NIEDER, (FIRST, '"D0.1cc[Gy]" = 36.0')).derivation
    assert "first: BED = at least 36 x (1 + 1.8/2) = 68.4, at most unbounded Gy2" in lines
    assert "sum, no recovery assumed: at least 68.4 + 40 = 108.4, at most unbounded + 40 = unbounded Gy2" in lines


def test_repair_that_is_not_known_says_which_end_is_which() -> None:
    # twice a day: no repair doubles the second term, 40 (1 + 2 x 2/2) = 120 Gy2
    lines = judged(NIEDER, ("fractions_per_day = 1\nend", "fractions_per_day = 2\nend")).derivation
    assert ("first: BED = at least 40 x (1 + (1 + 0) x 2/2) = 80, at most 40 x (1 + (1 + 1) x 2/2) = 120 Gy2") in lines
    assert "sum, no recovery assumed: at least 80 + 40 = 120, at most 120 + 40 = 160 Gy2" in lines


def test_the_sum_without_recovery_of_ranges() -> None:
    # alpha/beta 2.5: 30 (1 + 1.5/2.5)/1.8 = 26.6667, 40 (1 + 2/2.5)/1.8 = 40 Gy EQD2; after 8 months a quarter has gone
    finding = judged(UMICH, (FIRST, '"Max[Gy]" = 40.0, "D0.1cc[Gy]" = [30.0, 40.0]'))
    assert [line for line in finding.derivation if line.startswith(("first: EQD2", "sum "))] == [
        "first: EQD2 = at least 30 x (1 + 1.5/2.5) / (1 + 2/2.5) = 26.6667, "
        "at most 40 x (1 + 2/2.5) / (1 + 2/2.5) = 40 Gy EQD2",
        "sum after recovery: 26.6667 to 40 x (1 - 0.25) + 20 = 40 to 50 Gy EQD2",
        "sum without recovery: at least 26.6667 + 20 = 46.6667, at most 40 + 20 = 60 Gy EQD2",
    ]
    assert (finding.value_low, finding.value_high) == (pytest.approx(40), 50)


def test_the_sum_without_recovery_where_only_the_dates_are_open() -> None:
    # 20 months or 8: the recovered fraction is open, what there is without it is not
    finding = judged(UMICH, end="2019-01-31/2020-01-31")
    assert [line for line in finding.derivation if line.startswith("sum ")] == [
        "sum after recovery: 40 x (1 - 0.25 to 0.5) + 20 = 40 to 50 Gy EQD2",
        "sum without recovery: 40 + 20 = 60 Gy EQD2",
    ]


def test_numbers_that_are_known_have_no_ends() -> None:
    for name in (NIEDER, UMICH, DOI):
        assert not [line for line in judged(name).derivation if "at least" in line or "at most" in line]


SINGLE = [('"conventional"', '"stereotactic"'), ("40 Gy / 20", "12 Gy / 1")]
IN_SOURCE = "to decide: nothing in the case: the source gives a range, and the value lies within it"
MORE_EXACTLY = 'to decide: state Max[Gy] of SpinalCord more exactly for "first"'


@pytest.mark.parametrize(
    ("dose", "status", "decides"),
    [
        # of a limit of 12.4 to 14 Gy in one fraction
        ("13.0", "not_evaluated", [IN_SOURCE]),
        ("14.0", "not_evaluated", [IN_SOURCE]),
        ("[12.5, 13.0]", "not_evaluated", [IN_SOURCE]),
        ("[12.0, 13.0]", "not_evaluated", [MORE_EXACTLY]),
        ("[13.0, 15.0]", "not_evaluated", [MORE_EXACTLY]),
        ("[12.0, 15.0]", "not_evaluated", [MORE_EXACTLY]),
        ("12.4", "met", []),
        ("[10.0, 12.4]", "met", []),
        ("[14.01, 15.0]", "violated", []),
    ],
)
def test_a_range_of_the_source_is_named_only_where_the_value_lies_in_it(
    dose: str, status: str, decides: list[str]
) -> None:
    finding = judged("hytec-cord-2021.first-course", *SINGLE, (FIRST, f'"Max[Gy]" = {dose}'))
    assert finding.status == status
    assert [line for line in finding.derivation if line.startswith("to decide: ")] == decides


def test_a_limit_that_is_a_range_in_the_text() -> None:
    text = case_of("2020-01-31", "2020-10-01", structure="Kidneys")
    text = text.replace(FIRST, '"Max[Gy]" = 40.0, "Mean[Gy]" = 16.0')
    report = report_of(text, chosen(KIDNEYS))
    finding = only(report.findings, constraint_id=KIDNEYS)
    assert (finding.status, finding.value, finding.limit, finding.limit_high) == ("not_evaluated", 16.0, 15.0, 18.0)
    shown = only(findings(report_text(report)), name=KIDNEYS)
    assert (shown.value, shown.required) == ("16", "< 15 to 18 Gy")
    assert shown.told.endswith("; limit: a range")


def test_a_tolerance_that_the_interval_leaves_open_in_the_text() -> None:
    # 40 + 20 = 60 Gy EQD2; 50 below 6 months, 62.5 from 6 months on
    report = report_of(case_of("2020-01-31/2020-04-30", "2020-10-01"), chosen(DOI))
    assert only(report.findings, constraint_id=DOI).reason == "interval_unknown"
    shown = only(findings(report_text(report)), name=DOI)
    assert (shown.value, shown.required) == ("60", "<= 50 to 62.5 Gy EQD2")
    assert shown.told.endswith("; reason: interval unknown; limit: it depends on the interval")
