"""What stands for the maximum and cannot be it is refused: lost, the larger statement would leave the smaller one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, course
from reirrad.engine.check import check
from reirrad.errors import CaseError
from reirrad.ingest import parse_case

Raw = dict[str, Any]
HINT = "correct one of the two; where contours or grids differ a little, state ranges"
LEFT_OUT = f"{HINT}; a dose that is no planned one may be left out"


def doses(basis: str | None = "plan", of: str = "SpinalCord", **metrics: Any) -> Raw:
    stated = {f"{name.replace('_', '.')}[Gy]": dose for name, dose in metrics.items()}
    return {of: stated | ({"basis": basis} if basis else {})}


def refusals(raw: Raw) -> list[str]:
    with pytest.raises(CaseError) as caught:
        check(parse_case(raw))
    return [str(problem) for problem in caught.value.problems]


def with_point_maximum(name: str, **metrics: Any) -> Raw:
    stated = doses(**metrics)
    return case(
        ["SpinalCord"],
        course(*FIRST, "30 Gy / 10", dose=doses(D0_1cc=28)),
        course(*SECOND, "30 Gy / 10", dose=stated),
        point_maximum=name,
    )


def test_d18_a_larger_metric_refutes_the_point_maximum() -> None:
    """D0.1cc = 28 for Max is 28 (1 + 2.8/2) + 67.2 = 134.4 <= 135.5; but D0.03cc = 31 is 79.05 + 67.2 = 146.25."""
    assert refusals(with_point_maximum("D0.1cc[Gy]", D0_1cc=28, D0_03cc=31)) == [
        "course[2].dose.SpinalCord: D0.03cc[Gy] is above D0.1cc[Gy], which point_maximum says stands for the maximum; "
        "given: 31.0 Gy above 28.0 Gy; name the largest metric as point_maximum, or leave point_maximum out"
    ]
    # whatever the metric is: it is no maximum
    assert len(refusals(with_point_maximum("D1cc[Gy]", D1cc=5, D0_1cc=6, D0_03cc=7))) == 2
    # the end of a range may be it, and so may an equal one, or the larger one by its name
    for stated in ({"D0_03cc": [28, 31]}, {"D0_03cc": 28}, {"D1cc": 20}):
        item = found(with_point_maximum("D0.1cc[Gy]", D0_1cc=28, **stated), "nieder-2006.cumulative")
        assert (item.status, item.value) == ("met", pytest.approx(134.4))
    item = found(with_point_maximum("D0.03cc[Gy]", D0_1cc=28, D0_03cc=31), "nieder-2006.cumulative")
    assert item.status != "met"


def in_the_sac(of_the_sac: Raw, **of_the_cord: Any) -> Raw:
    """Return 20 Gy in 10 fractions, and 5 stereotactic fractions with doses to the sac and the cord in it."""
    second = of_the_sac | doses(**({"Max": 20} | of_the_cord))
    return case(
        ["ThecalSac", "SpinalCord"],
        course(*FIRST, "20 Gy / 10", dose=doses(of="ThecalSac", Max=20) | doses(Max=20)),
        course(*SECOND, "14 Gy / 5", technique="stereotactic", dose=second),
    )


@pytest.mark.parametrize(
    ("of_the_sac", "words", "hint"),
    [
        (doses("prescription", of="ThecalSac", Max=14), "Max[Gy] of that; given: 20.0 Gy above 14.0 Gy", LEFT_OUT),
        (doses("prescription", of="ThecalSac", D0_03cc=14), "D0.03cc[Gy] of that; given: 20.0 Gy above 14", LEFT_OUT),
        (doses("prescription", of="ThecalSac", Max=0), "Max[Gy] of that; given: 20.0 Gy above 0.0 Gy", LEFT_OUT),
        (doses(None, of="ThecalSac", Max=12), "Max[Gy] of that; given: 20.0 Gy above 12.0 Gy", LEFT_OUT),
        (doses(None, of="ThecalSac", Max=[5, 12]), "Max[Gy] of that; given: 20.0 Gy above 12.0 Gy", LEFT_OUT),
        (doses("plan", of="ThecalSac", Max=12), "Max[Gy] of that; given: 20.0 Gy above 12.0 Gy", HINT),
    ],
)
@pytest.mark.parametrize("basis", ["plan", None])
def test_d18_a_part_refutes_what_stands_for_the_maximum_of_its_container(
    of_the_sac: Raw, words: str, hint: str, basis: str | None
) -> None:
    """EQD2 of the sac: 14 (1 + 2.8/2)/2 = 16.8 <= 25 was met; what its cord got is 20 (1 + 4/2)/2 = 30."""
    (said,) = refusals(in_the_sac(of_the_sac, basis=basis))
    assert said.startswith("course[2].dose.SpinalCord: SpinalCord lies within ThecalSac, but its Max[Gy] is above the ")
    assert words in said
    assert said.endswith(f"; {hint}")


def test_d18_a_part_refutes_the_point_maximum_of_its_container() -> None:
    raw = in_the_sac(doses(of="ThecalSac", D0_1cc=14)) | {"point_maximum": "D0.1cc[Gy]"}
    (said,) = refusals(raw)
    assert "its Max[Gy] is above the D0.1cc[Gy] of that" in said
    # without it D0.1cc is itself, and the sac has at least what the cord has: 30 > 25
    del raw["point_maximum"]
    item = found(raw, "hytec-cord-2021.newest-course", structure="ThecalSac")
    assert (item.status, item.value_low) == ("violated", 30.0)


def test_d18_what_is_left_without_the_smaller_statement_is_violated() -> None:
    """The way out that a refusal names: a dose of the sac that is no planned one is left out."""
    raw = in_the_sac(doses("prescription", of="ThecalSac", Max=14))
    left = copy.deepcopy(raw)
    del left["course"][1]["dose"]["ThecalSac"]
    item = found(left, "hytec-cord-2021.newest-course", structure="ThecalSac")
    assert (item.status, item.value_low, item.value_high) == ("violated", 30.0, None)
    assert any("at least 20 Gy" in line and "SpinalCord" in line for line in item.derivation)


def test_d18_what_is_not_above_is_no_contradiction() -> None:
    for most in (20, 21, [12, 20]):
        check(parse_case(in_the_sac(doses(None, of="ThecalSac", Max=most))))
    # a mean of a prescription is not that of all of it, and says nothing of a maximum
    check(parse_case(in_the_sac(doses("prescription", of="ThecalSac", Mean=10))))
