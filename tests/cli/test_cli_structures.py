"""``reirrad rules structures``: what is known of names, and where a name that is not known sends its reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.case_files import MET, changed, write
from cli.runner import assert_refused, invoke, process
from reirrad.library import load_library
from reirrad.model.names import folded

HINT = "see `reirrad rules structures`"


def test_as_json() -> None:
    outcome = process("rules", "structures", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    document = json.loads(outcome.out)
    assert (list(document), document["schema"]) == (["schema", "structures"], "reirrad-structures/1")
    listed = {item["name"]: item for item in document["structures"]}
    assert tuple(listed) == load_library().structures.names
    assert listed["ThecalSac"] == {
        "name": "ThecalSac",
        "side": None,
        "aliases": ["thecal sac", "dural sac", "dura sac"],
        "within": ["SpinalCanal"],
    }
    assert [listed[name]["side"] for name in ("Kidney_L", "Kidney_R", "Kidneys")] == ["left", "right", None]
    assert listed["Kidney_L"]["within"] == ["Kidneys"]


def test_every_name_that_is_listed_means_its_structure() -> None:
    structures = load_library().structures
    listed = structures.listed()
    assert all(structures.canonical(name) == item.name for item in listed for name in (item.name, *item.aliases))
    assert {folded(name) for item in listed for name in (item.name, *item.aliases)} == set(structures.aliases)


def test_as_text() -> None:
    outcome = process("rules", "structures")
    assert (outcome.code, outcome.err) == (0, "")
    assert '\n  SpinalCanal\n    also "spinal canal", "canal, spinal"\n  ThecalSac\n' in outcome.out
    assert '\n    also "thecal sac", "dural sac", "dura sac"; within SpinalCanal\n' in outcome.out
    assert "\n  Kidney_L\n    left; " in outcome.out
    count = len(load_library().structures.names)
    assert outcome.out.endswith(f"  {count} structures; case does not matter, and no other name is known\n")


def test_into_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    assert process("rules", "structures", "--output", path).out == ""
    assert path.read_text(encoding="utf-8") == invoke("rules", "structures").out
    assert_refused(invoke("rules", "structures", "--output", path), "names.txt")


@pytest.mark.parametrize("name", ["Lens_L", "Bone_Mandible"])
def test_a_right_name_that_is_not_known_is_not_called_a_wrong_one(name: str, tmp_path: Path) -> None:
    case = write(
        tmp_path, "case", changed(('structures = ["SpinalCord"', f'structures = ["{name}", "SpinalCord"'), text=MET)
    )
    for form in ("text", "html"):
        outcome = process("check", "--format", form, case)
        assert outcome.code == 3
        text = " ".join(outcome.out.split()).replace("&#34;", '"')
        assert f'structure "{name}" is not known: nothing that needs it was evaluated; {HINT}' in text
        assert f"Structures that are not known ({HINT}): {name}" in text
        assert "TG-263 name of" not in text
    assert_refused(invoke("rules", "list", "--structure", name), f"given: '{name}'; {HINT}")
