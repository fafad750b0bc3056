"""What reaches a terminal: UTF-8, colour only there, no control characters, and no traceback whatever happens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.case_files import MET, NO_TECHNIQUE, VIOLATED, as_json, changed, write
from cli.runner import HPC, assert_refused, command, invoke, process

CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_unicode_whatever_the_locale(locale: str) -> None:
    # S12
    text = changed(('"case A"', '"患者 Müller ≤ β"'))
    outcome = process(
        "check", "-", stdin=text.encode(), env={"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
    )
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Case 患者 Müller ≤ β\n")


def test_unicode_in_names_of_files_and_in_messages(tmp_path: Path) -> None:
    path = write(tmp_path, "Müller.toml", changed(('"40 Gy / 20"', '"40 Грей"')))
    outcome = process("check", path, env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert_refused(outcome, "40 Грей")


def _on_a_terminal(*arguments: str | Path, **env: str) -> str:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"} | env
    running = subprocess.Popen(command(*arguments), stdin=subprocess.DEVNULL, stdout=theirs, env=environment)
    os.close(theirs)
    content = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # Linux says so at the end
            read = b""
        if not read:
            break
        content += read
    os.close(ours)
    running.wait(timeout=60)
    return content.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_colour_on_a_terminal_only() -> None:
    # S06: the words are the same without it
    coloured = _on_a_terminal("check", HPC)
    assert "\x1b[31m\x1b[1mVerdict: VIOLATED\x1b[0m" in coloured
    plain = process("check", HPC).out
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert _on_a_terminal("check", HPC, NO_COLOR="1") == plain


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_no_colour_in_json_and_files(tmp_path: Path) -> None:
    assert "\x1b" not in _on_a_terminal("check", "--format", "json", HPC)
    _on_a_terminal("check", "--output", tmp_path / "report", HPC)
    assert b"\x1b" not in (tmp_path / "report").read_bytes()


@pytest.mark.parametrize("hidden", ["\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "\u202e", "\u200b", "\x00", "\x7f"])
@pytest.mark.parametrize("place", ['"case A"', '"first"', '"plan"', '"SpinalCord"'])
def test_control_characters_in_a_case_are_refused_and_shown(place: str, hidden: str) -> None:
    # X18
    document = json.loads(as_json(MET))
    text = json.dumps(document, indent=1).replace(place, json.dumps(f"x{hidden}y"), 1).encode()
    outcome = invoke("check", "-", stdin=text)
    assert_refused(outcome)
    assert CONTROLS.search(outcome.err) is None
    assert repr(hidden)[1:-1] in outcome.err


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x9b31m", "\u202e"])
def test_control_characters_in_keys_and_metrics(hidden: str) -> None:
    # X18: an unknown metric is listed, not refused, so its name is printed
    document = json.loads(as_json(MET))
    document["course"][0]["dose"]["SpinalCord"] = {f"D{hidden}x[Gy]": 40}
    outcome = invoke("check", "-", stdin=json.dumps(document).encode())
    assert outcome.code in {2, 3}
    assert CONTROLS.search(outcome.out + outcome.err) is None
    document[f"key{hidden}"] = 1
    outcome = invoke("check", "-", stdin=json.dumps(document).encode())
    assert_refused(outcome, "the key is not known")
    assert CONTROLS.search(outcome.err) is None


@pytest.mark.parametrize("hidden", ["\x9b31m", "\u202e"])
def test_control_characters_in_json(hidden: str) -> None:
    document = json.loads(as_json(MET))
    document["course"][0]["dose"]["SpinalCord"] = {f"D{hidden}x[Gy]": 40}
    outcome = invoke("check", "--format", "json", "-", stdin=json.dumps(document).encode())
    assert CONTROLS.search(outcome.out) is None


def test_control_characters_in_arguments(tmp_path: Path) -> None:
    outcome = process("check", tmp_path / "a\x1b[2Jb")
    assert_refused(outcome, "a\\x1b[2Jb")
    assert "\x1b" not in outcome.err


def test_markup_is_text() -> None:
    # X17: text and JSON give it back as it is; it is nothing but a name
    text = changed(('"case A"', "\"<script>alert('x')</script>\""))
    assert invoke("check", "-", stdin=text.encode()).out.startswith("Case <script>alert('x')</script>\n")
    report = json.loads(invoke("check", "--format", "json", "-", stdin=text.encode()).out)
    assert report["case_id"] == "<script>alert('x')</script>"


def test_line_breaks_cannot_forge_a_verdict() -> None:
    # S04, X18
    document = json.loads(as_json(VIOLATED))
    document["course"][1]["id"] = "x\nVerdict: met"
    assert_refused(invoke("check", "-", stdin=json.dumps(document).encode()), "control characters")


@pytest.mark.parametrize(
    "error", [RuntimeError("Jane Doe"), KeyError("Jane Doe"), RecursionError("Jane Doe"), AssertionError("Jane Doe")]
)
def test_bug_gives_no_report_and_no_traceback(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    # S01, X19
    def broken(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("reirrad.cli.check.check_all", broken)
    for form in ("text", "json"):
        outcome = invoke("check", "--format", form, "-", stdin=NO_TECHNIQUE.encode())
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == (
            f"reirrad: internal error ({type(error).__name__}); "
            "the command did not finish. Please report it with the input.\n"
        )


def test_bug_in_the_second_case_gives_no_report_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # S02: a part of a result is not taken for the whole
    import reirrad.cli.check as module

    real, calls = module.check_all, []

    def broken(*arguments: object, **options: object) -> object:
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "check_all", broken)
    case = write(tmp_path, "case", MET)
    outcome = invoke("check", "--output", tmp_path / "report", case, case)
    assert (outcome.code, outcome.out) == (2, "")
    assert not (tmp_path / "report").exists()


def test_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    # F15
    def broken(*_arguments: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr("reirrad.cli.check.check_all", broken)
    assert_refused(invoke("check", "-", stdin=MET.encode()), "out of memory; nothing was decided")
