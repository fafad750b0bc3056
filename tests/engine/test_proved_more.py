"""What stands for a dose gives way to what is proved beside it: a point maximum, a prescription, a dose of no basis."""

from __future__ import annotations

from typing import Any

import pytest

from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, course
from reirrad.engine.check import check
from reirrad.ingest import parse_case

Raw = dict[str, Any]


def doses(basis: str | None = "plan", of: str = "SpinalCord", **metrics: Any) -> Raw:
    stated = {f"{name.replace('_', '.')}[Gy]": dose for name, dose in metrics.items()}
    return {of: stated | ({"basis": basis} if basis else {})}


def status(raw: Raw, constraint_id: str, structure: str) -> tuple[str, float | None, float | None]:
    item = found(raw, constraint_id, structure=structure)
    return item.status, item.value_low, item.value_high


def test_d18_a_larger_metric_refutes_the_point_maximum() -> None:
    """D0.03cc = 31 beside D0.1cc = 28 that stands for Max: 2 x 31 (1 + 3.1/2) = 158.1 > 135.5, not 134.4."""
    stated = doses(D0_1cc=28, D0_03cc=31)
    raw = case(
        ["SpinalCord"],
        course(*FIRST, "30 Gy / 10", dose=stated),
        course(*SECOND, "30 Gy / 10", dose=stated),
        point_maximum="D0.1cc[Gy]",
    )
    state, low, high = status(raw, "nieder-2006.cumulative", "SpinalCord")
    assert (state, low, high) == ("violated", pytest.approx(158.1), None)
    # a smaller one refutes nothing: 2 x 28 (1 + 2.8/2) = 134.4
    for one in raw["course"]:
        one["dose"] = doses(D0_1cc=28, D1cc=20)
    assert status(raw, "nieder-2006.cumulative", "SpinalCord")[0] == "met"


def test_d18_a_part_refutes_the_point_maximum_of_what_contains_it() -> None:
    """The cord got 20 Gy in 5 fractions: EQD2 = 20 (1 + 2) / 2 = 30 > 25, and 30/50 of all is more than a half."""
    raw = stereotactic(doses(of="ThecalSac", D0_1cc=14)) | {"point_maximum": "D0.1cc[Gy]"}
    assert status(raw, "hytec-cord-2021.newest-course", "ThecalSac") == ("violated", 30.0, None)
    assert status(raw, "hytec-cord-2021.share", "ThecalSac")[0] == "violated"


def test_a_point_maximum_that_is_refuted_bounds_no_part() -> None:
    """The sac has a metric of 31 Gy: its D0.1cc of 14 is not its Max, and the cord in it may have more, too."""
    raw = case(["ThecalSac", "SpinalCord"], course(*FIRST, "30 Gy / 10", dose=doses(of="ThecalSac", D0_1cc=14)))
    raw["point_maximum"] = "D0.1cc[Gy]"
    raw["course"].append(course(*SECOND, "10 Gy / 5", dose=doses(of="ThecalSac", Max=10) | doses(Max=10)))
    assert status(raw, "nieder-2006.cumulative", "SpinalCord")[0] == "met"
    raw["course"][0]["dose"] = doses(of="ThecalSac", D0_1cc=14, D0_03cc=31)
    assert status(raw, "nieder-2006.cumulative", "SpinalCord") == ("not_evaluated", 20.0, None)


def stereotactic(of_the_sac: Raw) -> Raw:
    """Return 20 Gy in 10 fractions, and 5 stereotactic fractions with 20 Gy to the cord."""
    first = doses(of="ThecalSac", Max=20) | doses(Max=20)
    second = of_the_sac | doses(Max=20)
    return case(
        ["ThecalSac", "SpinalCord"],
        course(*FIRST, "20 Gy / 10", dose=first),
        course(*SECOND, "14 Gy / 5", technique="stereotactic", dose=second),
    )


@pytest.mark.parametrize(
    "of_the_sac",
    [
        doses("prescription", of="ThecalSac", Max=14),
        doses("prescription", of="ThecalSac", D0_03cc=14),
        doses("prescription", of="ThecalSac", Max=0),
        doses(None, of="ThecalSac", Max=12),
        doses(None, of="ThecalSac", Max=[5, 12]),
    ],
)
def test_d18_a_plan_dose_to_a_part_refutes_what_is_no_plan_dose(of_the_sac: Raw) -> None:
    raw = stereotactic(of_the_sac)
    assert status(raw, "hytec-cord-2021.newest-course", "ThecalSac") == ("violated", 30.0, None)
    assert check(parse_case(raw)).verdict == "violated"


def test_d18_what_is_not_below_is_not_refuted() -> None:
    for dose in (20, 21):
        raw = stereotactic(doses(None, of="ThecalSac", Max=dose))
        eqd2 = pytest.approx(dose * (1 + dose / 10) / 2)
        assert status(raw, "hytec-cord-2021.newest-course", "ThecalSac")[1:] == (eqd2, eqd2)


def test_d18_what_is_proved_is_said_with_its_source() -> None:
    raw = stereotactic(doses("prescription", of="ThecalSac", Max=14))
    item = found(raw, "hytec-cord-2021.newest-course", structure="ThecalSac")
    assert any("at least 20 Gy" in line and "SpinalCord" in line for line in item.derivation), item.derivation
