"""Doses that a case states and no limit looks at that is judged: it is said, beside the verdict and in the notes."""

from __future__ import annotations

from typing import Any

import pytest

from property.example_cases import FIRST, SECOND, case, course
from reirrad import check, load_library
from reirrad.engine.stated_in_vain import stated_in_vain
from reirrad.ingest import parse_case
from reirrad.library.load import load_profile

SHIPPED = load_library()
LUNGS = {"V20Gy[%]": 60, "Mean[Gy]": 28, "basis": "plan"}
CORD = {"SpinalCord": {"Max[Gy]": 10, "basis": "plan"}}


def raw(dose: dict[str, Any], name: str = "Lungs") -> dict[str, Any]:
    doses = CORD | {name: dose}
    return case(["SpinalCord", name], *(course(*which, "60 Gy / 30", dose=doses) for which in (FIRST, SECOND)))


@pytest.mark.parametrize(
    ("dose", "name", "expected"),
    [
        (LUNGS, "Lungs", ("Lungs V20Gy[%]", "Lungs Mean[Gy]")),
        (LUNGS, "both lungs", ("Lungs V20Gy[%]", "Lungs Mean[Gy]")),
        # no limit is about it, whatever is chosen
        ({"V21Gy[%]": 60, "basis": "plan"}, "Lungs", ()),
        ({"gEUD8[Gy]": 60, "basis": "plan"}, "Lungs", ()),
        # judged by default
        ({"Max[Gy]": 10, "basis": "plan"}, "Rectum", ()),
    ],
)
def test_o05_what_is_stated_and_not_judged(dose: dict[str, Any], name: str, expected: tuple[str, ...]) -> None:
    """O05: V20Gy of 60 % would be violated; by default no limit asks for it."""
    assert stated_in_vain(parse_case(raw(dose, name)), SHIPPED) == expected


def test_o05_it_stands_beside_the_verdict() -> None:
    report = check(parse_case(raw(LUNGS)))
    assert report.verdict == "met"
    assert report.headline.endswith(
        " evaluated limits exceeded; 1 structure without a rule that decides; limits on 2 stated doses left out"
    )
    told = "doses are stated about which only limits decide that are left out: Lungs V20Gy[%], Lungs Mean[Gy]"
    assert f"{told}; see --profile all" in report.notes
    one = check(parse_case(raw({"Mean[Gy]": 1, "basis": "plan"})))
    assert one.headline.endswith("; limits on 1 stated dose left out")


def test_where_rules_are_chosen_the_choice_is_said_instead() -> None:
    for library in (SHIPPED.select(["nieder-2006"]), SHIPPED.select((), profile=load_profile("all"))):
        report = check(parse_case(raw(LUNGS)), library=library)
        assert "left out" not in report.headline
        assert not any("are stated about which" in note for note in report.notes)
    assert check(parse_case(raw(LUNGS)), library=SHIPPED.select((), profile=load_profile("all"))).verdict == "violated"


@pytest.mark.parametrize("name", ["Lungs", "A_Carotid_L"])
def test_a_reference_is_no_limit_that_is_left_out(name: str) -> None:
    # what is published of their maxima are results; no limit is
    rules = [rule for _, rule in SHIPPED.constraints() if name in rule.structures and rule.metric == "Max[Gy]"]
    assert {rule.kind for rule in rules} == {"reference"}
    assert stated_in_vain(parse_case(raw({"Max[Gy]": 60, "basis": "plan"}, name)), SHIPPED) == ()
