"""What is read but cannot be judged is listed and not evaluated (exit 3): it never looks like a pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cli.case_files import MET, NO_TECHNIQUE, changed, write
from cli.runner import Outcome, invoke, process
from reirrad.library import load_library

CUMULATIVE = "nieder-2006.cumulative"


def checked(text: str, *options: str) -> tuple[Outcome, dict[str, Any]]:
    outcome = invoke("check", "--format", "json", *options, "-", stdin=text.encode())
    return outcome, json.loads(outcome.out)


def by_id(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["constraint_id"]: item for item in report["findings"]}


def to_decide(finding: dict[str, Any]) -> list[str]:
    return [line.removeprefix("to decide: ") for line in finding["derivation"] if line.startswith("to decide: ")]


def test_unknown_structure(tmp_path: Path) -> None:
    # O01
    text = changed(('["SpinalCord"]', '["SpinalCord", "Sp Cord new2"]'))
    outcome, report = checked(text)
    assert outcome.code == 3
    assert report["verdict"] == "not_evaluated"
    assert report["unmapped_structures"] == ["Sp Cord new2"]
    met = checked(changed())[1]["counts"]["met"]
    assert report["counts"]["met"] == met > 4  # the known structure is judged as ever
    assert report["headline"] == f"none of {met} evaluated limits exceeded; 1 structure not known"
    printed = process("check", write(tmp_path, "case.toml", text))
    assert printed.code == 3
    assert 'structure "Sp Cord new2" is not known' in printed.out


def test_names_are_never_matched_by_part() -> None:
    # O02, O03
    for name in ("SpinalCord_old", "Vocal cord", "CORD_PRV", "SpinalCord PRV", "Spina1Cord"):
        outcome, report = checked(
            MET.replace("SpinalCord", name)
            if " " not in name
            else changed(('["SpinalCord"]', f'["SpinalCord", "{name}"]'))
        )
        assert (outcome.code, report["unmapped_structures"]) == (3, [name])


def test_unknown_metric() -> None:
    outcome, report = checked(changed(('"Max[Gy]" = 40.0', '"Dxx[Gy]" = 40.0')))
    assert outcome.code == 3
    assert "metric not known, not used: SpinalCord: Dxx[Gy]" in report["notes"]
    finding = by_id(report)[CUMULATIVE]
    assert (finding["status"], finding["reason"]) == ("not_evaluated", "dose_unknown")
    assert (finding["value"], finding["value_low"], finding["value_high"], finding["margin"]) == (
        None,
        40.0,
        None,
        None,
    )
    assert to_decide(finding) == ['state Max[Gy] of SpinalCord for "first" (0 if it was out of the field)']


def test_only_a_volume_metric_for_a_cumulative_limit() -> None:
    text = MET.replace('"Max[Gy]" = 40.0', '"V20Gy[cc]" = 1.5').replace('"Max[Gy]" = 20.0', '"V20Gy[cc]" = 0.5')
    outcome, report = checked(text)
    assert outcome.code == 3
    for name in (CUMULATIVE, "nieder-2006.course", "nieder-2005.score"):
        assert by_id(report)[name]["status"] == "not_evaluated"
        assert to_decide(by_id(report)[name])


def test_unit_of_another_quantity_is_not_read_as_gy() -> None:
    # D09
    for unit in ("Gy BED", "Gy EQD2"):
        outcome, report = checked(changed(('"Max[Gy]" = 40.0', f'"Max[{unit}]" = 40.0')))
        assert outcome.code == 3
        assert by_id(report)[CUMULATIVE]["reason"] == "dose_unknown"


def test_modality_that_no_constraint_covers() -> None:
    # D20
    outcome, report = checked(changed(('"photon"', '"proton"')))
    assert outcome.code == 3
    assert by_id(report)[CUMULATIVE]["reason"] == "modality_not_supported"


def test_unknown_technique_for_a_stereotactic_limit() -> None:
    # O12: what a rule is about must be known, or it says nothing
    outcome, report = checked(NO_TECHNIQUE)
    assert outcome.code == 3
    group = [item for item in report["findings"] if item["group"] == "hytec-cord-2021"]
    assert len(group) == 4
    assert {(item["status"], item["reason"]) for item in group} == {("not_evaluated", "technique_unknown")}
    for item in group:
        assert to_decide(item)[0] == 'state `technique` of course "second": the constraint is about stereotactic'


def test_only_what_is_missing_is_asked_for() -> None:
    _, report = checked(NO_TECHNIQUE)
    for item in (item for item in report["findings"] if item["group"] == "hytec-cord-2021"):
        assert len(to_decide(item)) == 1


def test_known_technique_decides_the_same_case() -> None:
    # 40 x (1 + 2/2) / 2 = 40, 20 x (1 + 4/2) / 2 = 30 Gy EQD2: the sum is exactly the limit of 70
    text = NO_TECHNIQUE.replace('start = "2022-01-06"', 'technique = "stereotactic"\nstart = "2022-01-06"')
    outcome, report = checked(text)
    found = by_id(report)
    assert outcome.code == 1
    assert (found["hytec-cord-2021.cumulative"]["status"], found["hytec-cord-2021.cumulative"]["value"]) == (
        "met",
        70.0,
    )
    assert found["hytec-cord-2021.cumulative"]["margin"] == 0.0
    assert (found["hytec-cord-2021.newest-course"]["status"], found["hytec-cord-2021.newest-course"]["value"]) == (
        "violated",
        30.0,
    )


def test_unknown_history() -> None:
    # H01, H02: violated by what is known, never met
    met_if_complete = MET.replace('prior_radiotherapy = "complete"\nprior_courses = 1\n', "")
    outcome, report = checked(met_if_complete)
    assert outcome.code == 3
    assert by_id(report)[CUMULATIVE]["reason"] == "history_unknown"
    longer = met_if_complete.replace('"20 Gy / 10"', '"60 Gy / 30"').replace('"2022-01-19"', '"2022-02-16"')
    outcome, report = checked(longer.replace("= 20.0", "= 60.0"))
    assert outcome.code == 1
    assert by_id(report)[CUMULATIVE]["value_low"] == 200.0
    assert by_id(report)[CUMULATIVE]["value_high"] is None


def test_dose_per_fraction_beyond_any_practice_is_noted() -> None:
    # D05, D21
    outcome, report = checked(changed(('"40 Gy / 20"', '"80 Gy / 2"'), ("= 40.0", "= 80.0")))
    assert outcome.code == 1
    derivation = by_id(report)[CUMULATIVE]["derivation"]
    assert "first: note: 40 Gy per fraction is beyond any usual practice; check total dose and fractions" in derivation


def test_dose_stated_as_zero_is_printed_as_such() -> None:
    # D22: 0 is a statement, not a gap
    outcome, report = checked(changed(("= 40.0", "= 0")))
    assert outcome.code == 3  # one course is no re-irradiation: nothing was evaluated
    assert 'course "first": Max[Gy] of SpinalCord is stated as 0; a Max[Gy] of 0 is out of the field' in report["notes"]


def test_structure_without_a_rule_is_named() -> None:
    # O04: the other one is judged as ever, and this one is not left out in silence
    library = load_library()
    ruled = {name for _, constraint in library.judged() for name in constraint.structures}
    table = library.structures
    bare = next(
        name for name in table.names if name not in ruled and not any(table.are_related(name, other) for other in ruled)
    )
    outcome, report = checked(changed(('["SpinalCord"]', f'["SpinalCord", "{bare}"]')))
    assert outcome.code == 0
    assert any(
        note.startswith(f"structure {bare}: no constraint that is judged is about it") for note in report["notes"]
    )
    alone, report = checked(MET.replace("SpinalCord", bare))
    assert (alone.code, report["verdict"], report["findings"]) == (3, "not_evaluated", [])
