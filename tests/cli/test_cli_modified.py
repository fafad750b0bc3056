"""A package whose files were changed on disk says so, or does not run; each test runs a copy of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.runner import HPC, REPOSITORY, Outcome, assert_refused, process

OLD, NEW = "limit = 135.5", "limit = 140"
CUMULATIVE = "nieder-2006-lumbar.cumulative"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, with the folder of its editions."""
    source = REPOSITORY / "src" / "reirrad"
    shutil.copytree(source, tmp_path / "reirrad", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "reirrad" / "library"


@pytest.fixture
def check(package: Path) -> Callable[..., Outcome]:
    def run(*options: str) -> Outcome:
        path = str(package.parents[1])
        return process("check", str(HPC), *options, cwd=package.parents[1], env={"PYTHONPATH": path})

    return run


def change(package: Path, name: str, old: str, new: str) -> Path:
    path = package / "editions" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_copy_as_it_ships(check: Callable[..., Outcome]) -> None:
    outcome = check()
    assert (outcome.code, outcome.messages) == (1, "")
    assert "LOCAL" not in outcome.out
    assert process("check", HPC).out == outcome.out


def test_a_changed_limit_is_used_and_named(package: Path, check: Callable[..., Outcome]) -> None:
    path = change(package, "nieder-2006.toml", OLD, NEW)
    outcome = check("--format", "json")
    assert (outcome.code, outcome.messages) == (1, "")
    report = json.loads(outcome.out)
    assert report["headline"].endswith("; LOCAL, MODIFIED: nieder-2006")
    assert "edition nieder-2006 differs from the one that the package ships: its numbers are local" in report["notes"]
    origins = {edition["id"]: edition["origin"] for edition in report["editions"]}
    assert origins.pop("nieder-2006") == "modified"
    assert set(origins.values()) == {"shipped"}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"sha256:{digest}" in [edition["digest"] for edition in report["editions"]]
    finding = next(item for item in report["findings"] if item["constraint_id"] == CUMULATIVE)
    # 50 Gy / 25 and 60 Gy / 30 are 100 and 120 Gy2
    assert (finding["value"], finding["limit"], finding["margin"]) == (220.0, 140.0, -80.0)


def test_the_headline_of_the_text_names_it_too(package: Path, check: Callable[..., Outcome]) -> None:
    change(package, "nieder-2006.toml", OLD, NEW)
    for options in ([], ["--quiet"]):
        outcome = check(*options)
        assert outcome.code == 1
        assert "LOCAL, MODIFIED: nieder-2006" in " ".join(outcome.out.split("\n\n")[0].split())


def test_a_comment_is_a_change(package: Path, check: Callable[..., Outcome]) -> None:
    # what was changed is not judged, that it was is said
    change(package, "nieder-2006.toml", "schema =", "# ours\nschema =")
    report = json.loads(check("--format", "json").out)
    assert report["headline"].endswith("; LOCAL, MODIFIED: nieder-2006")
    assert next(item for item in report["findings"] if item["constraint_id"] == CUMULATIVE)["limit"] == 135.5


def test_a_changed_edition_that_is_not_judged_is_not_named(package: Path, check: Callable[..., Outcome]) -> None:
    change(package, "nieder-2006.toml", OLD, NEW)
    assert "LOCAL" not in check("--quiet", "--edition", "umich-2019").out
    assert "LOCAL, MODIFIED: nieder-2006" in check("--quiet", "--edition", "nieder-2006").out


def test_two_changed_editions(package: Path, check: Callable[..., Outcome]) -> None:
    change(package, "nieder-2006.toml", OLD, NEW)
    change(package, "umich-2019.toml", "recovered_fraction = 0.1 ", "recovered_fraction = 0.2 ")
    report = json.loads(check("--format", "json").out)
    assert report["headline"].endswith("; LOCAL, MODIFIED: nieder-2006, umich-2019")


TABLES = [
    ("conventions.toml", "dose_fraction = 0.03", "dose_fraction = 0.04"),
    ("structures.toml", '"spinal cord"', '"spinal chord"'),
]


@pytest.mark.parametrize(("name", "old", "new"), [*TABLES, ("structures.toml", "# Structures", "# Our structures")])
def test_a_changed_table_is_named(package: Path, check: Callable[..., Outcome], name: str, old: str, new: str) -> None:
    change_table(package, name, old, new)
    outcome = check("--format", "json")
    assert (outcome.code, outcome.messages) == (1, "")
    report = json.loads(outcome.out)
    assert report["headline"].endswith(f"; LOCAL, MODIFIED: {name}")
    assert f"{name} differs from the one that the package ships" in report["notes"]
    assert {edition["origin"] for edition in report["editions"]} == {"shipped"}
    # whatever is judged: every edition needs the tables
    for options in (["--quiet"], ["--quiet", "--edition", "umich-2019"], []):
        assert f"LOCAL, MODIFIED: {name}" in " ".join(check(*options).out.split("\n\n")[0].split())


def change_table(package: Path, name: str, old: str, new: str) -> None:
    path = package / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_a_changed_table_says_is_used(package: Path, check: Callable[..., Outcome]) -> None:
    near = [item["near_limit"] for item in json.loads(check("--format", "json").out)["findings"]]
    change_table(package, "conventions.toml", "dose_fraction = 0.03", "dose_fraction = 30")
    assert [item["near_limit"] for item in json.loads(check("--format", "json").out)["findings"]] != near


def test_changed_editions_and_tables_are_named_together(package: Path, check: Callable[..., Outcome]) -> None:
    change(package, "nieder-2006.toml", OLD, NEW)
    for name, old, new in TABLES:
        change_table(package, name, old, new)
    report = json.loads(check("--format", "json").out)
    assert report["headline"].endswith("; LOCAL, MODIFIED: nieder-2006, conventions.toml, structures.toml")
    assert [text for text in report["notes"] if "that the package ships" in text] == [
        "edition nieder-2006 differs from the one that the package ships: its numbers are local",
        *(f"{name} differs from the one that the package ships" for name, *_ in TABLES),
    ]


def test_an_edition_that_is_gone(package: Path, check: Callable[..., Outcome]) -> None:
    # its limits must not be left out in silence
    (package / "editions" / "nieder-2006.toml").unlink()
    assert_refused(
        check(),
        "library of the package: 1 problem\n  nieder-2006.toml: the file is not there; install the package again",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (OLD, "limit = ", "nieder-2006.toml: 1 problem\n  this is not TOML: Invalid value (at line "),
        (OLD, "limit = 0", "constraint[1].limit: this is not a number above 0; given: 0"),
        ("nieder-2006", "nieder-2005", "the id is used already; given: 'nieder-2005'"),
    ],
)
def test_a_broken_edition(package: Path, check: Callable[..., Outcome], old: str, new: str, message: str) -> None:
    change(package, "nieder-2006.toml", old, new)
    assert_refused(check(), "nieder-2006.toml", message)


def test_a_broken_edition_that_is_not_asked_for(package: Path, check: Callable[..., Outcome]) -> None:
    (package / "editions" / "nieder-2006.toml").write_bytes(b"\xff\xfe\x00")
    assert_refused(check("--edition", "umich-2019"), "nieder-2006.toml: 1 problem", "this is not UTF-8 text")


@pytest.mark.parametrize("form", [None, b"reirrad-compiled/1 sha256:0\n{}\n"], ids=["gone", "wrong"])
def test_without_the_compiled_form_the_edition_files_are_read(
    package: Path, check: Callable[..., Outcome], form: bytes | None
) -> None:
    compiled = package / "compiled.jsonl"
    compiled.unlink() if form is None else compiled.write_bytes(form)
    as_it_ships = json.loads(process("check", HPC, "--format", "json").out)
    report = json.loads(check("--format", "json").out)
    assert report["findings"] == as_it_ships["findings"]
    assert report["verdict"] == as_it_ships["verdict"]
    assert [item["digest"] for item in report["editions"]] == [item["digest"] for item in as_it_ships["editions"]]
