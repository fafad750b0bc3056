"""A table without ``fractions_per_day`` is refused: that treatment was once a day is said, or it is not known."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import COLUMNS, audit, audited, refused, rows, text_of, write
from audit.test_refused_tables import refusal
from audit.two_course_table import NIEDER, TABLE
from reirrad import audit as audit_in_memory
from reirrad.audit import Choice, Declared, Plan

OF_FILES = "fractions_per_day: the column is required; or --assume-once-daily, if every course was given once a day"
IN_MEMORY = OF_FILES.replace("--assume-once-daily", "assume_once_daily=True")
WITHOUT = [name for name in COLUMNS if name != "fractions_per_day"]


def cells(patient: str, names: list[str]) -> list[list[str]]:
    stated = [dict(zip(COLUMNS, line.split(","), strict=True)) for line in rows(patient)]
    return [[row[name] for name in names] for row in stated]


def without(patient: str = "A", *, besides: str = "") -> str:
    """Return a table that lacks the column, and perhaps another one."""
    names = [name for name in WITHOUT if name != besides]
    return text_of([",".join(row) for row in cells(patient, names)], header=",".join(names))


def test_d15_a_file_without_the_column_is_refused_with_everything_else(tmp_path: Path) -> None:
    assert OF_FILES in refused(tmp_path, without()), "the message names the column and the option"
    told = refused(tmp_path, without(besides="modality"))
    assert "2 problems" in told, told
    assert "modality: the column is required" in told, "all that is missing is told at once"
    assert OF_FILES in told


def test_d15_a_parquet_file_without_the_column_is_refused(tmp_path: Path) -> None:
    # it is read by another process, which must be told what was chosen
    columns = {name: [row[at] for row in cells("A", WITHOUT)] for at, name in enumerate(WITHOUT)}
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table(columns), path)
    outcome = audit(path, "--out", tmp_path / "refused")
    assert outcome.code == 2, outcome.err
    assert OF_FILES in outcome.err
    outcome = audit(path, "--out", tmp_path / "out", "--assume-once-daily")
    assert outcome.code == 0, outcome.err


def test_d15_one_file_of_several_without_the_column_is_refused(tmp_path: Path) -> None:
    whole, short = write(tmp_path / "a.csv", text_of(rows("A"))), write(tmp_path / "b.csv", without("B"))
    outcome = audit(whole, short, "--out", tmp_path / "out")
    assert outcome.code == 2, "each file must have what is required"
    assert "b.csv: 1 problem" in outcome.err, outcome.err


def test_the_column_may_be_missing_if_that_is_said_and_it_is_repeated(tmp_path: Path) -> None:
    # S11
    out = audited(tmp_path, without(), "--assume-once-daily")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["verdicts"]["met"] == 1
    assert summary["rows_quarantined"] == 0
    assert "fractions_per_day is not in the table and was taken as 1" in summary["assumptions"]


def test_an_empty_cell_is_quarantined_as_before(tmp_path: Path) -> None:
    content = text_of([line.replace(",28,1,", ",28,,") for line in rows("A")])
    out = audited(tmp_path, content, code=3)
    assert "fractions_per_day,missing" in (out / "quarantine.csv").read_text(encoding="utf-8")


def test_d15_in_memory_it_is_refused_for_every_question() -> None:
    table = {name: values for name, values in TABLE.items() if name != "fractions_per_day"}
    assert refusal(table) == [IN_MEMORY]
    assert refusal(pa.table(table)) == [IN_MEMORY]
    assert audit_in_memory(table, library=NIEDER, assume_once_daily=True).rows_quarantined == 0


@pytest.mark.parametrize("chosen", [True, False])
def test_a_plan_declares_what_was_chosen(chosen: bool) -> None:
    """Else a header could do without the column in an audit whose rows are not judged so."""
    plan = Plan(
        inputs=(Path("c.csv"),),
        out=Path("out"),
        declared=Declared(assume_once_daily=not chosen),
        choice=Choice(assume_once_daily=chosen),
    )
    assert plan.declared.assume_once_daily is chosen
