"""What reaches a terminal: UTF-8, colour only there, no control characters, and no traceback whatever happens."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from cli.case_files import MET, NO_TECHNIQUE, VIOLATED, as_json, changed, write
from cli.runner import HPC, Outcome, assert_refused, command, invoke, process

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


def _on_a_terminal(*arguments: str | Path, columns: int = 80, **env: str) -> str:
    """Return what a command sends to a terminal so many columns wide."""
    pty = pytest.importorskip("pty")
    import fcntl
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    ours_alone = {"NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR"}
    environment = {key: value for key, value in os.environ.items() if key not in ours_alone}
    environment |= {"TERM": "xterm", "LC_ALL": "C.UTF-8"} | env
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


@pytest.fixture
def without_rich(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which rich cannot be imported."""
    (tmp_path / "stub").mkdir()
    (tmp_path / "stub" / "rich.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    return {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "stub"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    }


def _unsealed(text: str) -> str:
    """Return what a file gets without its last line, the digest: what a terminal shows depends on its width."""
    *lines, digest = text.splitlines(keepends=True)
    assert re.fullmatch("sha256 [0-9a-f]{64}\n", digest)
    return "".join(lines)


def _without_rules(text: str) -> list[str]:
    return [line for line in text.split("\n") if not re.fullmatch("[-\u2500]+", line)]


ON_A_TERMINAL = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
SGR = re.compile(r"\x1b\[[0-9;]*m")


@ON_A_TERMINAL
def test_colour_on_a_terminal_only() -> None:
    # S06: the words are the same without it
    coloured = _on_a_terminal("check", HPC)
    assert "\x1b[1;31mVerdict: VIOLATED\x1b[0m\n" in coloured
    assert "\x1b[33mWithout the proposed course: NOT EVALUATED\x1b[0m\n" in coloured
    plain = process("check", HPC).out
    assert "\x1b" not in plain
    assert CONTROLS.search(SGR.sub("", coloured)) is None
    assert _without_rules(SGR.sub("", coloured)) == _without_rules(_unsealed(plain))
    assert "\u2500" * 80 + "\n" in SGR.sub("", coloured)


@ON_A_TERMINAL
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": ""}, {"TERM": "dumb"}], ids=str)
def test_no_colour_where_it_is_not_wanted(env: dict[str, str]) -> None:
    shown = _on_a_terminal("check", HPC, **env)
    assert "\x1b" not in shown
    assert shown == SGR.sub("", _on_a_terminal("check", HPC))


@ON_A_TERMINAL
def test_a_terminal_of_ascii_gets_ascii() -> None:
    shown = _on_a_terminal("check", HPC, LC_ALL="C")
    assert shown.isascii()
    assert shown == _on_a_terminal("check", HPC).replace("\u2500", "-")


@ON_A_TERMINAL
@pytest.mark.parametrize(("columns", "widest"), [(20, 40), (40, 40), (60, 60), (100, 100), (200, 100)])
def test_the_width_is_that_of_the_terminal(columns: int, widest: int) -> None:
    # below 40 columns a table cannot be read, and the terminal breaks the lines itself
    shown = SGR.sub("", _on_a_terminal("check", HPC, columns=columns))
    assert max(map(len, shown.splitlines())) == widest


@ON_A_TERMINAL
def test_without_rich_a_terminal_gets_the_plain_text_with_colour(without_rich: dict[str, str]) -> None:
    plain = _unsealed(process("check", HPC).out)
    coloured = _on_a_terminal("check", HPC, **without_rich)
    assert coloured.splitlines()[1] == "\x1b[31m\x1b[1mVerdict: VIOLATED\x1b[0m"
    assert SGR.sub("", coloured) == plain
    assert _on_a_terminal("check", HPC, NO_COLOR="1", **without_rich) == plain
    assert _on_a_terminal("check", HPC, TERM="dumb", **without_rich) == plain


def test_a_pipe_and_a_file_get_the_same_with_and_without_rich(tmp_path: Path, without_rich: dict[str, str]) -> None:
    answers = {
        process("check", HPC, env=without_rich).out,
        process("check", HPC).out,
        process("check", HPC, env={"FORCE_COLOR": "1", "COLUMNS": "200"}).out,
    }
    for name, env in (("with", {}), ("without", without_rich)):
        process("check", "--output", tmp_path / name, HPC, env=env)
        answers.add((tmp_path / name).read_bytes().decode("utf-8"))
    assert len(answers) == 1


def test_rich_is_imported_for_a_terminal_only() -> None:
    # a start costs as little as it can
    code = "import sys; from reirrad.cli.entry import run\ntry: run(['check', sys.argv[1]])\nexcept SystemExit: pass\n"
    ended = subprocess.run(
        [sys.executable, "-c", code + "sys.exit('rich' in sys.modules)", str(HPC)], capture_output=True, check=False
    )
    assert (ended.returncode, Outcome(0, "", ended.stderr.decode()).messages) == (0, "")


@ON_A_TERMINAL
def test_no_colour_in_json_and_files(tmp_path: Path) -> None:
    assert "\x1b" not in _on_a_terminal("check", "--format", "json", HPC)
    _on_a_terminal("check", "--output", tmp_path / "report", HPC)
    assert (tmp_path / "report").read_text(encoding="utf-8") == process("check", HPC).out


@ON_A_TERMINAL
def test_names_on_a_terminal(tmp_path: Path) -> None:
    text = changed(('"case A"', '"[red]患者[/red] :smile: [link=https://example.org]x[/link]"'))
    shown = _on_a_terminal("check", "--quiet", write(tmp_path, "case", text))
    assert shown.startswith("\x1b[1mCase [red]患者[/red] :smile: [link=https://example.org]x[/link]\x1b[0m\n")


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


def test_a_part_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """F15: with too little memory a library cannot be mapped: that is no missing extra."""

    def broken(*_arguments: object, **_options: object) -> None:
        raise ImportError("lib.so: failed to map segment from shared object")

    monkeypatch.setattr("reirrad.cli.check.check_all", broken)
    message = "a part could not be loaded: lib.so: failed to map segment from shared object; nothing was decided"
    assert_refused(invoke("check", "-", stdin=MET.encode()), message)
