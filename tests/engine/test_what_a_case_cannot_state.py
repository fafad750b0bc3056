"""Limits whose source states a condition that a case cannot: shown, with the condition, and no part of the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from engine.exact_hits import Plan
from engine.judged_pairs import STEREOTACTIC, found, pair
from property.example_cases import FIRST, SECOND, case, course
from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import Profile, load_library

Raw = dict[str, Any]


def retreated(
    structure: str, metric: str, doses: tuple[float, float], start: str, schedule: str, technique: str
) -> Raw:
    """Return a case of two courses, 60 Gy / 30 and the one of the fields."""
    before, newest = ({structure: {metric: dose, "basis": "plan"}} for dose in doses)
    name, role, _, _ = SECOND
    return case(
        [structure],
        course(*FIRST, "60 Gy / 30", dose=before),
        course(name, role, start, None, schedule, dose=newest, technique=technique),
    )


CAROTID = retreated("A_Carotid_L", "D0.5cc[Gy]", (60, 25), "2015-01-05", "44 Gy / 5", "stereotactic")
# seven months later: 60 + 36 = 96 Gy, all in fractions of 2 Gy, of 90.6 Gy EQD2
GULLET = retreated("Esophagus", "D0.1cc[Gy]", (60, 36), "2010-09-06", "36 Gy / 18", "conventional")


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (CAROTID, "hytec-carotid-2021.newest-course", "non-consecutive days"),
        (GULLET, "paradis-rulach-2021.esophagus", "an organ at tolerance in the first course"),
    ],
)
def test_o12_what_is_exceeded_is_shown_and_decides_nothing(raw: Raw, name: str, words: str) -> None:
    edition, _, _ = name.partition(".")
    report = check(parse_case(raw), library=load_library().select([edition]))
    (item,) = report.findings
    assert (item.constraint_id, item.status, item.advisory) == (name, "violated", True)
    assert report.verdict == "not_evaluated"
    assert any(words in line for line in item.derivation)


@pytest.mark.parametrize(("plan", "status"), [(Plan(1200, 6), "met"), (Plan(3000, 10), "violated")])
def test_a_stereotactic_retreatment_of_more_than_five_fractions(plan: Plan, status: str) -> None:
    """12 Gy in 6 are 12 Gy EQD2, 30 Gy in 10 are 37.5, of 25."""
    raw = pair(Plan(4000, 20), plan, structure="ThecalSac", **STEREOTACTIC)
    assert found(raw, "hytec-cord-2021.newest-course", "ThecalSac").status == status


def test_o11_one_of_the_five_of_the_rectum_is_a_part() -> None:
    rectum = {"V50Gy[%]": 40, "Max[Gy]": 70, "basis": "plan"}
    raw = case(["Rectum"], course(*FIRST, "50 Gy / 25", dose={"Rectum": rectum}))
    profile = Profile("part", constraints=frozenset({"quantec-2010.rectum.v50"}))
    report = check(parse_case(raw), library=load_library().select(profile=profile))
    assert [item.status for item in report.findings] == ["met"]
    assert [(item.group, item.status) for item in report.groups] == [("quantec-2010-rectum", "not_evaluated")]
    assert report.verdict == "not_evaluated"
    named = ", ".join(f"quantec-2010.rectum.v{dose}" for dose in (60, 65, 70, 75))
    assert any(
        text.startswith("Rectum, quantec-2010-rectum: its source states") and text.endswith(named)
        for text in report.notes
    )
