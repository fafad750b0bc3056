"""--as-of: an edition that ended before a day that is stated is not used; what day it is, nothing asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.case_files import MET, write
from cli.runner import assert_refused, invoke, process
from library.good_edition import GOOD

ENDED = GOOD.replace(
    'population = "none"\n', 'population = "none"\nvalid_until = "2025-12-31"\nsuperseded_by = "own-2026"\n'
)
NEXT = GOOD.replace("own-2020", "own-2026")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, "own.toml", ENDED)
    return folder


def notes(*options: str | Path) -> list[str]:
    outcome = invoke("check", "--format", "json", *options, "-", stdin=MET.encode())
    assert outcome.code in (0, 3), outcome.err
    found: list[str] = json.loads(outcome.out)["notes"]
    return found


def test_edition_that_ended_is_refused_with_what_supersedes_it(rules: Path, tmp_path: Path) -> None:
    # O07
    output = tmp_path / "report.txt"
    options = ("--library", rules, "--as-of", "2026-03-01", "--output", output)
    outcome = process("check", *options, "-", stdin=MET.encode())
    assert_refused(
        outcome,
        "library: 1 problem",
        f"{rules / 'own.toml'}: edition own-2020 is valid until 2025-12-31, which lies before the day that is stated; "
        "use own-2026, which supersedes it, and leave it out: --edition, --profile or another --library",
    )
    assert not output.exists()


def test_it_is_judged_by_what_supersedes_it(rules: Path) -> None:
    write(rules, "next.toml", NEXT)
    options = ("--library", rules, "--as-of", "2026-03-01")
    assert_refused(invoke("check", *options, "-", stdin=MET.encode()), "edition own-2020 is valid until 2025-12-31")
    found = notes(*options, "--edition", "own-2026")
    assert "option: as of 2026-03-01, no edition that is used states an end before that day" in found


def test_day_is_printed_in_every_form(rules: Path, tmp_path: Path) -> None:
    # S11: beside what the edition states
    pytest.importorskip("jinja2")
    path = write(tmp_path, "case.toml", MET)
    for form in ("text", "json", "html"):
        outcome = process("check", "--format", form, "--library", rules, "--as-of", "2025-12-31", path)
        assert outcome.code == 0
        flat = " ".join(outcome.out.split())
        assert "option: as of 2025-12-31, no edition that is used states an end before that day" in flat
        assert "edition own-2020 is valid until 2025-12-31, superseded by own-2026" in flat


def test_without_a_day_the_end_is_told_and_not_compared(rules: Path) -> None:
    found = notes("--library", rules)
    assert "edition own-2020 is valid until 2025-12-31, superseded by own-2026" in found
    assert "no day is stated: whether an edition has ended was not asked" in found
    assert not any("as of" in note for note in found)
    assert not any("no day is stated" in note for note in notes())


def test_the_package_states_no_end() -> None:
    with_day, without = notes("--as-of", "2199-12-31"), notes()
    echo = "option: as of 2199-12-31, no edition that is used states an end before that day"
    assert [note for note in with_day if note != echo] == without
    assert echo in with_day


def test_no_day_is_printed_of_a_deidentified_case(rules: Path, tmp_path: Path) -> None:
    # X23: the day of a plan is a day of a patient
    pytest.importorskip("jinja2")
    path = write(tmp_path, "case.toml", MET)
    for form in ("text", "json", "html"):
        outcome = invoke("check", "--deidentify", "--format", form, "--library", rules, "--as-of", "1931-07-23", path)
        assert outcome.code == 0
        assert "1931" not in outcome.out + outcome.err
        assert "option: as of a day that is left out, no edition that is used" in " ".join(outcome.out.split())
    late = invoke("check", "--deidentify", "--library", rules, "--as-of", "2031-07-23", path)
    assert_refused(late, "edition own-2020 is valid until 2025-12-31")
    assert "2031" not in late.err


@pytest.mark.parametrize("day", ["2026", "2026-03", "1.3.2026", "today", "2026-02-30"])
def test_what_is_no_day_is_refused(day: str) -> None:
    outcome = process("check", "--as-of", day, "-", stdin=MET.encode())
    assert_refused(outcome, "library: 1 problem\n  as_of: ", f"given: '{day}'; allowed: a day in full: 2016-11-03")


def test_rules_show_until_when_an_edition_is_valid(rules: Path) -> None:
    shown = invoke("rules", "show", "--library", rules, "own-2020.sum")
    assert "the edition is valid until 2025-12-31, superseded by own-2026" in shown.out
    content = json.loads(invoke("rules", "show", "--library", rules, "--format", "json", "own-2020.sum").out)["edition"]
    assert (content["valid_until"], content["superseded_by"]) == ("2025-12-31", "own-2026")
    shipped = json.loads(invoke("rules", "show", "--format", "json", "nieder-2006.cumulative").out)["edition"]
    assert (shipped["valid_until"], shipped["superseded_by"]) == (None, None)


def test_lint_knows_the_keys(rules: Path) -> None:
    assert invoke("rules", "lint", rules / "own.toml").code == 0
    write(rules, "own.toml", ENDED.replace("2025-12-31", "2025"))
    assert_refused(invoke("rules", "lint", rules / "own.toml"), "line 9, valid_until: this is more than one day")
