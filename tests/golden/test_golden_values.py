"""The numbers of the golden cases, computed by hand.

BED = D (1 + (1 + h) d / (alpha/beta)), EQD2 = BED / (1 + 2/(alpha/beta)), at alpha/beta 2 throughout.
"""

from __future__ import annotations

import pytest

from engine.cord_editions import CORD
from golden.golden_cases import GOLDEN
from reirrad import check, load_case
from reirrad.model.finding import Counts, Finding, Report


def report_of(name: str) -> tuple[Report, dict[tuple[str, str], Finding]]:
    report = check(load_case(GOLDEN[name]), library=CORD)
    return report, {(item.structure, item.constraint_id): item for item in report.findings}


def counts(*, met: int = 0, violated: int = 0, not_evaluated: int = 0, not_applicable: int = 0) -> Counts:
    return Counts(met=met, violated=violated, not_evaluated=not_evaluated, not_applicable=not_applicable)


def test_met_with_dates() -> None:
    # 30 (1 + 3/2) = 75; 20 (1 + 2/2) = 40; from 2022-03-18 to 2023-03-20: 12 months and 2 of 31 days
    report, found = report_of("met_with_dates")
    assert (report.verdict, report.verdict_without_proposed) == ("met", "not_evaluated")
    assert report.counts == counts(met=4, not_applicable=5)
    values = {
        "nieder-2006.cumulative": (115.0, 20.5),
        "nieder-2006.course": (75.0, 23.0),
        "nieder-2006.interval": (pytest.approx(12 + 2 / 31), pytest.approx(6 + 2 / 31)),
        "nieder-2005.score": (0.0, 3.0),
    }
    for name, (value, margin) in values.items():
        finding = found["SpinalCord_Thor", name]
        assert (finding.status, finding.value, finding.margin, finding.near_limit) == ("met", value, margin, False)
    assert found["SpinalCord_Thor", "nieder-2006.course"].course_id == "1 palliative"


def test_stereotactic_thecal_sac() -> None:
    # EQD2: 30 (1 + 3/2) / 2 = 37.5; 21 (1 + 7/2) / 2 = 47.25; from 2021-06-11 to 2021-12-13: 6 months and 2 of 31 days
    report, found = report_of("stereotactic_thecal_sac")
    assert (report.verdict, report.counts) == ("violated", counts(met=1, violated=3, not_applicable=1))
    values = {
        "cumulative": ("violated", 84.75, -14.75),
        "newest-course": ("violated", 47.25, -22.25),
        "share": ("violated", pytest.approx(47.25 / 84.75), pytest.approx(0.5 - 47.25 / 84.75)),
        "interval": ("met", pytest.approx(6 + 2 / 31), pytest.approx(1 + 2 / 31)),
    }
    for name, (status, value, margin) in values.items():
        finding = found["ThecalSac", f"hytec-cord-2021.{name}"]
        assert (finding.status, finding.value, finding.margin) == (status, value, margin)
        assert finding.caused_by_proposed is (status == "violated")
    # the first course was conventional: the limit of a first stereotactic course is not about it
    assert found["ThecalSac", "hytec-cord-2021.first-course"].reason == "other_technique"
    assert [(group.group, group.status) for group in report.groups] == [("hytec-cord-2021", "violated")]


def test_open_questions() -> None:
    report, found = report_of("open_questions")
    assert report.verdict == "not_evaluated"
    assert report.counts == counts(met=1, not_evaluated=7, not_applicable=6)

    def summary(structure: str, name: str) -> tuple[object, ...]:
        item = found[structure, name]
        return item.status, item.reason, item.value, item.value_low, item.value_high, item.margin

    # 30 (1 + 1.5/2) = 52.5 and 40 (1 + 2/2) = 80; the second course is not stated
    cervical = "SpinalCord_Cerv"
    assert summary(cervical, "nieder-2006.cumulative") == ("not_evaluated", "dose_unknown", None, 52.5, None, None)
    assert summary(cervical, "nieder-2006.course") == ("not_evaluated", "dose_unknown", None, 0.0, None, None)
    # 30 (1 + 1.5/2) = 52.5 and 45 (1 + 2.25/2) = 95.625; 20 (1 + 2/2) = 40
    thoracic = "SpinalCord_Thor"
    assert summary(thoracic, "nieder-2006.cumulative") == ("not_evaluated", "dose_range", None, 92.5, 135.625, -0.125)
    assert summary(thoracic, "nieder-2006.course") == ("met", None, None, 52.5, 95.625, 2.375)
    # no band below 120, two at 135.625; with 4.5 points if the interval is below 6 months
    assert summary(thoracic, "nieder-2005.score") == ("not_evaluated", "dose_range", None, 0.0, 6.5, -3.5)
    # within 3 % of 98 Gy2
    assert found[thoracic, "nieder-2006.course"].near_limit is True
    # 2019-12-31 to 2020-03-01: 2 months (to 2020-02-29) and 1 of 31 days; 2019-01-01 to 2020-03-31: 14 and 30 of 31
    interval = found[thoracic, "nieder-2006.interval"]
    assert (interval.status, interval.reason) == ("not_evaluated", "interval_unknown")
    assert (interval.value_low, interval.value_high) == (pytest.approx(2 + 1 / 31), pytest.approx(14 + 30 / 31))


def test_open_score_names_every_risk_group_that_it_may_fall_into() -> None:
    # 0 to 6.5 points: low up to 3, intermediate above 3 up to 6, high above
    _, found = report_of("open_questions")
    lines = found["SpinalCord_Thor", "nieder-2005.score"].derivation
    groups = [line.removeprefix("risk group: ").split()[0] for line in lines if line.startswith("risk group: ")]
    assert groups == ["low", "intermediate", "high"]


def test_phases_and_twice_daily() -> None:
    # 25.6 (1 + 1.6/2) + 33.6 (1 + 2.4/2) = 46.08 + 73.92 = 120; 5 of 10 fractions of 20 Gy: 10 (1 + 2/2) = 20;
    # h = 2**(-6/4): 24 (1 + (1 + h) 1.2/2)
    third = 24 * (1 + (1 + 2**-1.5) * 0.6)
    report, found = report_of("phases_and_twice_daily")
    assert (report.verdict, report.verdict_without_proposed) == ("violated", "violated")
    assert report.counts == counts(met=1, violated=3, not_applicable=5)
    values = {
        "nieder-2006.cumulative": ("violated", pytest.approx(140 + third), pytest.approx(135.5 - 140 - third)),
        "nieder-2006.course": ("violated", pytest.approx(120), pytest.approx(-22)),
        "nieder-2006.interval": ("met", 8.0, 2.0),
        # above 120, 130 ... 180 is seven bands, and the first course has at least 102 Gy2
        "nieder-2005.score": ("violated", 11.5, -8.5),
    }
    assert third == pytest.approx(43.4912, abs=5e-5)
    for name, (status, value, margin) in values.items():
        finding = found["SpinalCord", name]
        assert (finding.status, finding.value, finding.margin) == (status, value, margin)
        # 120 Gy2 and 140 Gy2 were exceeded before anything was proposed
        assert finding.caused_by_proposed is False
    exceeded = "3 of 4 evaluated limits exceeded; 3 were exceeded before the proposed course"
    assert report.headline.startswith(f"{exceeded}; judged by 3 of ")
