"""Files that a command must not destroy, cannot write or cannot ask for: a clear error and exit code 2."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.case_files import MET, write
from cli.runner import HPC, assert_refused, invoke, process
from cli.runner import command as started
from library.good_edition import GOOD

INPUT = "the output is an input of this command; name another file"
COMMANDS = {
    "check": ("check", "-q", "{case}"),
    "check of several": ("check", HPC, "{case}"),
    "json": ("check", "--format", "json", "{case}"),
    "budget": ("budget", "{case}"),
    "when": ("budget", "--when", "{case}"),
    "sensitivity": ("sensitivity", "{case}"),
    "explain": ("explain", "{case}", "nieder-2006.cumulative"),
}


def command(name: str, case: Path) -> list[str]:
    return [str(part).format(case=case) for part in COMMANDS[name]]


@pytest.mark.parametrize("options", [(), ("--overwrite",)], ids=["kept", "overwrite"])
@pytest.mark.parametrize("name", COMMANDS)
def test_the_case_is_never_the_output(name: str, options: tuple[str, ...], tmp_path: Path) -> None:
    # X11, S03: the only copy of a case was replaced by its report
    case = write(tmp_path, "mine.toml", MET)
    assert_refused(invoke(*command(name, case), "--output", case, *options), f"{case}: 1 problem\n  {INPUT}\n")
    assert case.read_text(encoding="utf-8") == MET
    assert os.listdir(tmp_path) == ["mine.toml"]


def _made(case: Path, make: Callable[[Path, Path], None]) -> Path:
    other = case.with_name("other.toml")
    make(other, case)
    return other


SPELLINGS: dict[str, Callable[[Path], Path]] = {
    "dots": lambda case: case.parent / ".." / case.parent.name / case.name,
    "link": lambda case: _made(case, Path.symlink_to),
    "hard link": lambda case: _made(case, Path.hardlink_to),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_by_whatever_name(spelling: str, tmp_path: Path) -> None:
    case = write(tmp_path, "mine.toml", MET)
    other = SPELLINGS[spelling](case)
    for read, written in ((case, other), (other, case)):
        assert_refused(invoke("check", "-q", read, "--output", written, "--overwrite"), INPUT)
    assert case.read_text(encoding="utf-8") == MET


def test_profile_and_rules_are_never_the_output(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    rules = write(folder, "own.toml", GOOD)
    text = 'schema = "reirrad-profile/1"\nid = "ours"\neditions = ["nieder-2006"]\n'
    profile = write(tmp_path, "profile.toml", text)
    choice = ("--library", folder, "--profile", profile, HPC, "--overwrite")
    for path in (rules, profile):
        assert_refused(invoke("check", *choice, "--output", path), INPUT)
    assert_refused(invoke("rules", "list", "--library", folder, "--output", rules, "--overwrite"), INPUT)
    assert (rules.read_text(encoding="utf-8"), profile.read_text(encoding="utf-8")) == (GOOD, text)
    assert invoke("check", "-q", "--edition", "nieder-2006", HPC, "--output", tmp_path / "report").code == 1


def test_what_stands_on_standard_input_is_never_the_output(tmp_path: Path) -> None:
    case = write(tmp_path, "mine.toml", MET)
    arguments = started("check", "-q", "-", "--output", case, "--overwrite")
    with case.open("rb") as file:
        ended = subprocess.run(arguments, stdin=file, capture_output=True, check=False)
    assert (ended.returncode, INPUT in ended.stderr.decode()) == (2, True)
    assert case.read_text(encoding="utf-8") == MET


def test_another_file_is_replaced(tmp_path: Path) -> None:
    case, other = write(tmp_path, "mine.toml", MET), write(tmp_path, "old", "old")
    assert invoke("check", "-q", case, "--output", other, "--overwrite").code == 0
    assert other.read_text(encoding="utf-8").startswith("Case case A\n")


def test_a_link_that_points_nowhere_is_there(tmp_path: Path) -> None:
    # S03
    link = tmp_path / "report"
    link.symlink_to(tmp_path / "none")
    assert_refused(invoke("check", "-q", "--output", link, HPC), "the output exists already")
    assert link.is_symlink()
    assert invoke("check", "-q", "--output", link, "--overwrite", HPC).code == 1
    assert link.is_file()


TROUBLES = [PermissionError(13, "Permission denied"), OSError(36, "File name too long"), OSError(40, "Too many levels")]


@pytest.mark.parametrize("error", TROUBLES, ids=["access", "name", "loop"])
def test_an_output_that_may_not_be_asked_for(error: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, asked = tmp_path / "report", os.lstat

    def refuse(name: str | Path, **more: int) -> os.stat_result:
        if str(name) == str(path):
            raise error
        return asked(name, **more)

    monkeypatch.setattr(os, "lstat", refuse)
    assert_refused(
        invoke("check", "--output", path, HPC), f"{path}: 1 problem\n  cannot be written: {error.strerror}\n"
    )


def test_names_that_are_too_long(tmp_path: Path) -> None:
    name = tmp_path / ("n" * 300)
    assert_refused(invoke("check", "--output", name, HPC), "cannot be written: File name too long")
    assert_refused(invoke("check", "--library", name, HPC), "cannot be read: File name too long")
    assert_refused(invoke("check", "--profile", name, HPC), "cannot be read: File name too long")
    assert_refused(invoke("check", name), "cannot be read: File name too long")
    assert_refused(invoke("rules", "lint", name), "cannot be read: File name too long")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", ""), "CASE: 1 problem\n  the name of the file is empty; name a case file, or - for standard input"),
        (("check", HPC, "--output", ""), "'--output' / '-o': the path is empty"),
        (("check", HPC, "--library", ""), "'--library': the path is empty"),
        (("check", HPC, "--profile", ""), "there is no such profile; given: ''"),
        (("check", HPC, "--as-of", ""), "--as-of is empty: name a day, e.g. 2026-03-01, or leave the option out"),
        (("check", HPC, "--profile", "/dev/null"), "/dev/null: 1 problem\n  this is no file; name a TOML file"),
        (("check", HPC, "--profile", "."), ".: 1 problem\n  this is no file; name a TOML file"),
        (("rules", "lint", ""), "the path is empty"),
        (("verify", ""), "REPORT: 1 problem\n  the name of the file is empty"),
        (("audit", "", "--out", "x"), "the path is empty"),
        (("audit", "met.csv", "--out", ""), "'--out': the path is empty"),
        (("audit", "met.csv", "--out", "/", "--overwrite"), "--out: '/' cannot be made anew"),
        (("audit", "met.csv", "--out", "."), "--out: '.' cannot be made anew"),
    ],
)
def test_paths_that_are_none(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "own.toml", GOOD)
    assert_refused(invoke(*arguments), message)
    assert os.listdir(tmp_path) == ["own.toml"]


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("eqd2", "30 Gy / 10", "--alpha-beta", "0.00004"), "44.9997 Gy EQD2 (alpha/beta 4e-05 Gy)\n"),
        (("bed", "50 Gy / 25", "--alpha-beta", "1e-300"), "1e+302 Gy1e-300\n"),
        (("bed", "0.0001 cGy / 10", "--alpha-beta", "2"), "1e-06 Gy2\n"),
        (("bed", "50 Gy / 25", "--alpha-beta", "2.00004"), "99.999 Gy2.00004\n"),
        (("bed", "50 Gy / 25", "--alpha-beta", "200"), "50.5 Gy200\n"),
    ],
)
def test_as_many_digits_as_it_takes(arguments: tuple[str, ...], printed: str) -> None:
    outcome = invoke(*arguments)
    assert (outcome.code, outcome.out, outcome.err) == (0, printed, "")


FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")


def _ended(arguments: tuple[str, ...], stream: str, where: str) -> subprocess.CompletedProcess[bytes]:
    """Return how a command ended whose standard output or error goes to a full disk, or to nobody."""
    reader, writer = os.pipe()
    os.close(reader)
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    try:
        with FULL.open("wb") as full:
            streams = {stream: full if where == "full" else writer, other: subprocess.PIPE}
            return subprocess.run(started(*arguments), check=False, **streams)  # type: ignore[call-overload]
    finally:
        os.close(writer)


@needs_full
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "-q", "nosuch"), 2),
        (("check", "--bogus"), 2),
        (("rules", "lint", "nosuch"), 2),
        (("check", "-q", str(HPC)), 1),
        (("--version",), 0),
    ],
)
@pytest.mark.parametrize("where", ["full", "nobody"])
def test_standard_error_that_cannot_be_written(arguments: tuple[str, ...], code: int, where: str) -> None:
    # S01: 1 says violated
    assert _ended(arguments, "stderr", where).returncode == code


def test_standard_error_that_is_closed() -> None:
    shell = ["sh", "-c", 'exec "$@" 2>&-', "sh", *started("check", "-q", "nosuch")]
    assert subprocess.run(shell, stdout=subprocess.PIPE, check=False).returncode == 2


@needs_full
@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("rules", "--help"), ("schema",)])
@pytest.mark.parametrize("where", ["full", "nobody"])
def test_text_that_cannot_be_written(arguments: tuple[str, ...], where: str) -> None:
    ended = _ended(arguments, "stdout", where)
    assert ended.returncode == 2
    assert b"internal error" not in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_help_as_ever() -> None:
    assert process("--help").code == 0
