"""Standard input, standard output and --output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.case_files import BAD, MET, VIOLATED, as_json, write
from cli.runner import HPC, Outcome, assert_refused, command, invoke, process


@pytest.mark.parametrize("content", [MET.encode(), as_json(MET)], ids=["toml", "json"])
def test_standard_input(content: bytes) -> None:
    outcome = process("check", "-", stdin=content)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Case case A\nVerdict: met\n")


def test_standard_input_is_read_once() -> None:
    outcome = invoke("check", "-", "-", stdin=MET.encode())
    assert outcome.code == 2
    assert "standard input: 1 problem" in outcome.err


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\n\n  "], ids=["bom", "blank lines"])
def test_what_stands_before_the_document(prefix: bytes) -> None:
    # F20
    for content in (MET.encode(), as_json(MET)):
        assert invoke("check", "-", stdin=prefix + content).code == 0


def test_line_ends_do_not_matter() -> None:
    # F20
    content = MET.encode()
    assert invoke("check", "-", stdin=content.replace(b"\n", b"\r\n")) == invoke("check", "-", stdin=content)


CORD_ONLY = ("--edition", "nieder-2005", "--edition", "nieder-2006")
CHOSEN = "; judged by 2 of 32 editions (nieder-2005,\n  nieder-2006) only"


def test_quiet_prints_case_verdict_and_headline(tmp_path: Path) -> None:
    outcome = invoke("check", "--quiet", *CORD_ONLY, write(tmp_path, "a", MET), write(tmp_path, "b", VIOLATED))
    without = "Without the proposed course: NOT EVALUATED"
    lines = [
        *("Case case A", "Verdict: met", without, f"none of 4 evaluated limits exceeded{CHOSEN}"),
        *("Case case A", "Verdict: VIOLATED", without, f"3 of 4 evaluated limits exceeded{CHOSEN}"),
    ]
    assert outcome.out == "\n".join(lines) + "\n"
    assert outcome.code == 1


def test_output_is_what_standard_output_would_be(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    outcome = process("check", "--format", "json", "--output", path, HPC)
    assert (outcome.code, outcome.out, outcome.messages) == (1, "", "")
    assert path.read_bytes() == invoke("check", "--format", "json", HPC).out.encode()
    assert os.listdir(tmp_path) == ["report.json"]


def test_output_that_exists_is_kept(tmp_path: Path) -> None:
    # S03
    path = write(tmp_path, "report.txt", "old")
    assert_refused(invoke("check", "--output", path, HPC), "the output exists already", "add --overwrite")
    assert path.read_text(encoding="utf-8") == "old"
    assert invoke("check", "--output", path, "--overwrite", HPC).code == 1
    assert path.read_text(encoding="utf-8").startswith("Case HPC-lumbar-2024\n")
    assert os.listdir(tmp_path) == ["report.txt"]


def test_case_is_never_the_output(tmp_path: Path) -> None:
    path = write(tmp_path, "case.toml", MET)
    assert_refused(invoke("check", "--output", path, path), "the output is an input of this command")
    assert path.read_text(encoding="utf-8") == MET


@pytest.mark.parametrize("options", [(), ("--overwrite",)])
def test_directory_as_output(options: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert_refused(invoke("check", *options, "--output", folder, HPC), f"{folder}: 1 problem")
    assert os.listdir(tmp_path) == ["folder"]
    assert os.listdir(folder) == []


def test_output_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert_refused(invoke("check", "--output", tmp_path / "none" / "report", HPC), "cannot be written: No such file")
    assert os.listdir(tmp_path) == []


def test_output_below_a_file(tmp_path: Path) -> None:
    # F05: refused whoever asks
    case = write(tmp_path, "case", MET)
    assert_refused(invoke("check", "--output", case / "report", case), "cannot be written: ")
    assert os.listdir(tmp_path) == ["case"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_output_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    # F05
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    assert_refused(invoke("check", "--output", folder / "report", HPC), "cannot be written: Permission denied")
    assert os.listdir(folder) == []


def test_nothing_is_left_behind_if_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # F04, S02: as on a full disk
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reirrad.cli.output.os.fsync", full)
    old = write(tmp_path, "old", "old")
    for path in (tmp_path / "new", old):
        assert_refused(
            invoke("check", "--overwrite", "--output", path, HPC), "cannot be written: No space left on device"
        )
    assert os.listdir(tmp_path) == ["old"]
    assert old.read_text(encoding="utf-8") == "old"


def test_refused_case_writes_no_report(tmp_path: Path) -> None:
    for form in ("text", "json"):
        path = tmp_path / form
        assert_refused(invoke("check", "--format", form, "--output", path, "-", stdin=BAD.encode()), "no unit")
        assert not path.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_only_a_regular_file_is_overwritten(tmp_path: Path) -> None:
    # X10, X11: with enough rights the same call replaces a device node such as /dev/stdout or /dev/null
    path = tmp_path / "pipe"
    os.mkfifo(path)
    outcome = invoke("check", "--overwrite", "--output", path, HPC)
    assert not path.is_file()
    assert_refused(outcome, "not a regular file")


def _without_reader(*arguments: str | Path) -> tuple[int, bytes]:
    """Run a command whose reader is gone before anything is written: `| head -1`, made certain."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            command(*arguments),
            stdout=writing,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("options", [("--quiet",), ("--format", "json")])
def test_reader_that_goes_away(options: tuple[str, ...], tmp_path: Path) -> None:
    # F31: no traceback
    path = write(tmp_path, "case", MET)
    code, err = _without_reader("check", *options, path, path, path)
    assert err == b""
    assert code != 0


@pytest.mark.parametrize("options", [("--quiet",), ("--format", "json")])
def test_reader_that_goes_away_is_no_verdict(options: tuple[str, ...], tmp_path: Path) -> None:
    # F31: every limit of the case is met; the report did not arrive
    path = write(tmp_path, "case", MET)
    assert _without_reader("check", *options, path, path, path)[0] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell with head")
def test_pipe_to_head() -> None:
    shell = f'"{sys.executable}" -m reirrad check "{HPC}" | head -1'
    ended = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False, timeout=60)
    outcome = Outcome(ended.returncode, ended.stdout, ended.stderr)
    assert (outcome.code, outcome.out, outcome.messages) == (0, "Case HPC-lumbar-2024\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_standard_output_that_is_full() -> None:
    # F04
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(command("check", HPC), stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr == b"reirrad: the result could not be written: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes descriptors")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param('--output "$0.txt" "$0" >&-', 1, id="closed stdout beside --output"),
        pytest.param('"$0" >&-', 2, id="closed stdout"),
        pytest.param("- <&-", 2, id="closed stdin"),
    ],
)
def test_closed_stream_is_no_internal_error(arguments: str, code: int, tmp_path: Path) -> None:
    case = write(tmp_path, "case", VIOLATED)
    shell = f'exec "{sys.executable}" -m reirrad check {arguments}'
    ended = subprocess.run(["sh", "-c", shell, str(case)], capture_output=True, text=True, check=False, timeout=60)
    assert "internal error" not in ended.stderr
    assert ended.returncode == code
