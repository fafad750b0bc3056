"""Texts of CSV results have an apostrophe before what a spreadsheet would run, and stay apart (X16)."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as parquet

from audit.fault_cohorts import HEADER, audited, quarantine, rows, text_of
from reirrad.model.inert import inert

IDS = ["=1", "'=1", "''=1", "'", "1'", "-2", "'-2", "P'1"]
#: By hand: one more before each that begins with a sign of a formula or an apostrophe.
WRITTEN = ["'=1", "''=1", "'''=1", "''", "1'", "'-2", "''-2", "P'1"]


def cells(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def test_x16_an_apostrophe_of_the_text_gets_one_more(tmp_path: Path) -> None:
    assert [inert(text) for text in IDS] == WRITTEN
    header = f"{HEADER},site"
    lines = [f"{line},{name}" for name in IDS for line in rows(name)]
    lines += [f"'{rows('Z')[0]},more,x", f"{rows('z')[0].replace('28', 'x')},'z", f"{rows('Z')[0]},'z"]
    out = audited(tmp_path, text_of(lines, header=header), "--keep", "site", "--format", "csv", code=3)
    for name in ("findings.csv", "patients.csv"):
        assert {text for text in cells(out / name, "patient_id") if text.casefold() not in {"z", "''z"}} == set(WRITTEN)
    assert {text for text in cells(out / "patients.csv", "site") if text} == {*WRITTEN, "''z"}
    # the text of a line is one cell
    assert quarantine(out)[0][4] == f"''{rows('Z')[0]},more,x"
    # one is taken away where there is any
    first = [text.removeprefix("'") for text in cells(out / "patients.csv", "patient_id")]
    assert set(IDS) <= set(first)


def test_x16_names_of_columns_that_are_carried_along(tmp_path: Path) -> None:
    """X16: the header is the first row of a spreadsheet; the name is that of whoever made the table."""
    names = ["=HYPERLINK(x)", "'=HYPERLINK(x)", "-a", "site"]
    lines = [f"{line},1,2,3,4" for line in rows("A")]
    keep = [word for name in names for word in ("--keep", name)]
    text = text_of(lines, header=",".join([HEADER, *names]))
    out = audited(tmp_path, text, *keep, "--format", "csv")
    written = ["'=HYPERLINK(x)", "''=HYPERLINK(x)", "'-a", "site"]
    assert [cells(out / "patients.csv", name) for name in written] == [["1"], ["2"], ["3"], ["4"]]
    for path in sorted(out.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert not [name for name in header if name.startswith(("=", "-", "+", "@"))], path.name
    # Parquet is no spreadsheet: names stay as they are
    out = audited(tmp_path, text, *keep, name="again.csv")
    assert set(names) <= set(parquet.read_schema(out / "patients.parquet").names)


def test_x16_ids_that_look_alike(tmp_path: Path) -> None:
    out = audited(tmp_path, text_of([line for name in ("'a", "'A", "=b", "=B") for line in rows(name)]))
    assert cells(out / "look_alike.csv", "patient_id") == ["''A", "''a", "'=B", "'=b"]
