"""reirrad plot: the picture is written whole or not at all, and the exit code is that of check."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import pytest

from cli.case_files import four_cases
from cli.runner import HPC, assert_refused, invoke, process
from reirrad.cli.plot import write_bytes_whole
from reirrad.errors import InputError

KINDS = ("timeline", "findings", "budget", "disagreement")


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_form(tmp_path: Path, kind: str, form: str) -> None:
    path = tmp_path / f"picture.{form}"
    outcome = invoke("plot", HPC, "--kind", kind, "--output", path)
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "")
    content = path.read_bytes()
    assert content.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form])
    if form == "svg":
        root = ElementTree.fromstring(content)  # noqa: S314 (our own)
        assert "HPC-lumbar-2024" in (root[0].text or "")
    assert list(tmp_path.iterdir()) == [path]


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("first.svg", "second.SVG")]
    for number, path in enumerate(paths):
        outcome = process(
            "plot", HPC, "--kind", "timeline", "-o", path, env={"PYTHONHASHSEED": str(number), "TZ": "UTC+5"}
        )
        assert (outcome.code, outcome.err) == (1, "")
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_exit_codes_are_those_of_check(tmp_path: Path) -> None:
    for code, path in four_cases(tmp_path).items():
        for kind in KINDS:
            outcome = invoke("plot", path, "--kind", kind, "--overwrite", "--output", tmp_path / "picture.svg")
            assert outcome.code == code == invoke("check", path).code


def test_options_of_other_commands(tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    invoke("plot", HPC, "--kind", "findings", "--edition", "umich-2019", "--output", path)
    text = path.read_text(encoding="utf-8")
    assert "umich-2019.spinal-cord" in text
    assert "nieder-2006" not in text
    invoke("plot", HPC, "--kind", "budget", "--fractions", "7", "--overwrite", "--output", path)
    assert "in 7 fraction" in path.read_text(encoding="utf-8")


def test_refusals(tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    path.write_bytes(b"mine")
    plot = ("plot", HPC, "--kind", "findings")
    assert_refused(invoke(*plot, "--output", path), "picture.svg", "the output exists already", "--overwrite")
    assert path.read_bytes() == b"mine"
    assert_refused(invoke(*plot, "--output", tmp_path / "a.gif"), "a.gif", "'.gif'", ".svg, .png, .pdf")
    assert_refused(invoke(*plot, "--output", tmp_path / "picture"), "the suffix says no form of a picture")
    assert_refused(invoke(*plot, "--output", tmp_path / "no" / "a.svg"), "a.svg", "cannot be written")
    assert_refused(invoke(*plot), "Missing option '--output'")
    assert_refused(invoke("plot", HPC, "--kind", "pie", "--output", tmp_path / "a.svg"), "'pie' is not one of")
    assert_refused(invoke("plot", tmp_path / "none.toml", "--kind", "budget", "-o", tmp_path / "a.svg"), "none.toml")
    refused = invoke(*plot[:2], "--kind", "budget", "--technique", "stereotactic", "-o", tmp_path / "a.svg")
    assert_refused(refused, "technique", "the case proposes a course")
    assert {item.name for item in tmp_path.iterdir()} == {"picture.svg"}


def test_without_matplotlib(tmp_path: Path) -> None:
    with mock.patch.dict(sys.modules, {"matplotlib": None}):
        outcome = invoke("plot", HPC, "--kind", "timeline", "--output", tmp_path / "a.svg")
    assert_refused(outcome, "a picture needs matplotlib: pip install '.[report]' in the folder of the program")
    assert not list(tmp_path.iterdir())


def test_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")), pytest.raises(InputError):
        write_bytes_whole(b"half", path)
    assert not list(tmp_path.iterdir())
    write_bytes_whole(b"all", path)
    assert path.read_bytes() == b"all"
    with pytest.raises(InputError, match="exists already"):
        write_bytes_whole(b"other", path)
