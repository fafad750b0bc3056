"""--as-of of every command that judges: an edition that ended is refused by each of them as by ``check``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.case_files import MET, write
from cli.runner import Outcome, assert_refused, invoke, process
from cli.test_cli_as_of import ENDED

REFUSED = (
    "edition own-2020 is valid until 2025-12-31, which lies before the day that is stated; "
    "use own-2026, which supersedes it, and leave it out"
)
SAID = "option: as of 2025-12-31, no edition that is used states an end before that day"
NOT_ASKED = "no day is stated: whether an edition has ended was not asked"

QUESTIONS = {
    "budget": ("budget", "--format", "json", "--fractions", "5"),
    "budget --when": ("budget", "--when", "--format", "json"),
    "sensitivity": ("sensitivity", "--format", "json"),
    "explain": ("explain", "--format", "json"),
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, "own.toml", ENDED)
    return folder


def asked(name: str) -> tuple[str, ...]:
    question = (*QUESTIONS[name], "-")
    return (*question, "own-2020.sum") if name == "explain" else question


def in_this_process(*arguments: str | Path) -> Outcome:
    return invoke(*arguments, stdin=MET.encode())


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_a_case(name: str, rules: Path) -> None:
    late = process(*asked(name), "--library", rules, "--as-of", "2026-03-01", stdin=MET.encode())
    assert_refused(late, "library: 1 problem", REFUSED)
    in_time = in_this_process(*asked(name), "--library", rules, "--as-of", "2025-12-31")
    assert in_time.code in (0, 1, 3), in_time.err
    notes = json.loads(in_time.out)["notes"]
    assert SAID in notes
    assert NOT_ASKED not in notes
    assert NOT_ASKED in json.loads(in_this_process(*asked(name), "--library", rules).out)["notes"]


def test_plot(rules: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    output = tmp_path / "findings.svg"
    question = ("plot", "-", "--kind", "findings", "--output", output, "--library", rules)
    assert_refused(process(*question, "--as-of", "2026-03-01", stdin=MET.encode()), REFUSED)
    assert not output.exists()
    assert in_this_process(*question, "--as-of", "2025-12-31").code in (0, 1, 3)
    assert output.exists()


def test_what_is_explained_alone_is_used(rules: Path) -> None:
    """An edition of which nothing is said may have ended."""
    question = ("explain", "-", "nieder-2006.cumulative", "--library", rules, "--as-of", "2026-03-01")
    answer = in_this_process(*question)
    assert answer.code in (0, 1, 3), answer.err
    flat = " ".join(answer.out.split())
    assert "as of 2026-03-01, no edition that is used states an end before that day" in flat
    assert "own-2020" not in flat
    # a constraint that the default profile does not judge counts as used where it is named
    mean = ENDED.replace('profile = "point-dose"', 'profile = "distribution"').replace('"Max[Gy]"', '"Mean[Gy]"')
    write(rules, "own.toml", mean)
    late = in_this_process("explain", "-", "own-2020.sum", "--library", rules, "--as-of", "2026-03-01")
    assert_refused(late, REFUSED)
    assert_refused(in_this_process("explain", "-", "no.such", "--as-of", "2026-03-01"), "there is no such constraint")


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize(
    ("day", "told"),
    [("", "--as-of is empty: name a day, e.g. 2026-03-01"), ("2026-03", "given: '2026-03'; allowed: a day in full")],
)
def test_what_is_no_day(name: str, day: str, told: str, rules: Path) -> None:
    assert_refused(in_this_process(*asked(name), "--library", rules, "--as-of", day), told)
