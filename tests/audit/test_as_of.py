"""A day that is stated for an audit: an edition that ended before it is refused, and the day belongs to the results."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from audit.fault_cohorts import as_columns, assert_failed, audit, files_of, rows, summary, text_of, workplace, write
from cli.runner import process
from library.good_edition import GOOD
from reirrad import audit as audit_in_memory
from reirrad.audit import Choice, Plan, audit_files, judge_bucket, prepare_files
from reirrad.errors import InputError, LibraryError
from reirrad.library import load_library

ENDED = "edition own-2020 is valid until 2025-12-31, which lies before the day that is stated"
SAID = "option: as of 2025-12-31, no edition that is used states an end before that day"
NOT_ASKED = "no day is stated: whether an edition has ended was not asked"
LINES = [*rows("A"), *rows("B", "violated")]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    until = GOOD.replace('population = "none"\n', 'population = "none"\nvalid_until = "2025-12-31"\n')
    write(folder / "own.toml", until)
    return folder


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    return write(tmp_path / "c.csv", text_of(LINES))


def test_an_edition_that_ended_is_refused(rules: Path, cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--out", out, "--library", rules, "--as-of")
    assert_failed(process("audit", cohort, *options, "2026-03-01"), out, ENDED)
    assert not workplace(out).exists()
    assert_failed(audit(cohort, *options, "2026"), out, "as_of: ", "given: '2026'; allowed: a day in full")
    assert_failed(audit(cohort, *options, ""), out, "--as-of is empty")
    # one that is not used may have ended
    assert audit(cohort, *options, "2026-03-01", "--edition", "nieder-2006").code == 0


def test_the_day_is_said_with_the_results(rules: Path, cohort: Path, tmp_path: Path) -> None:
    ended = audit(cohort, "--out", tmp_path / "1", "--library", rules, "--as-of", "2025-12-31")
    assert ended.code == 0, ended.err
    said = summary(tmp_path / "1")
    assert said["options"]["as_of"] == "2025-12-31"
    assert SAID in said["assumptions"]
    assert NOT_ASKED not in said["assumptions"]
    assert SAID in (tmp_path / "1" / "report.html").read_text(encoding="utf-8")
    assert audit(cohort, "--out", tmp_path / "2", "--library", rules).code == 0
    without = summary(tmp_path / "2")
    assert "as_of" not in without["options"]
    assert NOT_ASKED in without["assumptions"]
    one, other = files_of(tmp_path / "1"), files_of(tmp_path / "2")
    assert one["findings.parquet"] == other["findings.parquet"]


def test_another_day_is_another_audit(rules: Path, cohort: Path, tmp_path: Path) -> None:
    def plan(day: str | dt.date | None, *, resume: bool = False) -> Plan:
        choice = Choice(libraries=(str(rules),), as_of=day)
        return Plan(inputs=(cohort,), out=tmp_path / "out", choice=choice, resume=resume)

    for task in prepare_files(plan("2025-12-30")):
        judge_bucket(task)
    for day in ("2025-12-31", None):
        with pytest.raises(InputError, match="the interrupted audit had other options or rules"):
            audit_files(plan(day, resume=True))
    # a date is the day that a text says
    assert audit_files(plan(dt.date(2025, 12, 30), resume=True))["options"]["as_of"] == "2025-12-30"


def test_in_memory(rules: Path) -> None:
    table, library = as_columns(LINES), load_library([rules])
    for day in ("2026-01-01", dt.date(2026, 1, 1)):
        with pytest.raises(LibraryError, match=ENDED):
            audit_in_memory(table, library=library, as_of=day)
    assert SAID in audit_in_memory(table, library=library, as_of=dt.date(2025, 12, 31)).assumptions
    assert NOT_ASKED in audit_in_memory(table, library=library).assumptions
