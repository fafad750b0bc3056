"""Tables of which the format, the neighbours, or a second look would change what is found."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import (
    COLUMNS,
    HEADER,
    as_columns,
    assert_failed,
    audit,
    audited,
    quarantine,
    reasons,
    refused,
    rows,
    summary,
    text_of,
    verdicts,
    write,
)
from reirrad.audit import Plan, audit_files, judge_bucket, prepare_files
from reirrad.audit.engines import run_processes
from reirrad.audit.rules_chosen import Choice
from reirrad.errors import InputError, LibraryError

NIEDER = ("--edition", "nieder-2006")


def warnings(tmp_path: Path, *arguments: str | Path, code: int = 0) -> list[str]:
    out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
    outcome = audit(*arguments, "--out", out)
    assert outcome.code == code, outcome.err
    return list(summary(out)["assumptions"])


# --- columns that are there and say nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize("other", [[], rows("Z")])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_column_without_a_value_is_there(ending: str, other: list[str], tmp_path: Path) -> None:
    """Whether every phase is listed is asked where the table has n_phases, in whatever format and beside whomever."""
    names = [*COLUMNS, "phase_id", "n_phases"]
    cells = [[*line.split(","), "1", ""] for line in rows("A")]
    cells += [[*line.split(","), "1", "1"] for line in other]
    if ending == "csv":
        path = write(tmp_path / "c.csv", text_of(map(",".join, cells), header=",".join(names)))
    else:
        columns = {name: [row[at] or None for row in cells] for at, name in enumerate(names)}
        path = tmp_path / "c.parquet"
        parquet.write_table(pa.table(columns, schema=pa.schema(dict.fromkeys(names, pa.string()))), path)
    out = tmp_path / "out"
    assert audit(path, "--out", out, *NIEDER).code == 3
    assert [row[2:4] for row in quarantine(out)] == [["n_phases", "missing"]] * 2
    assert verdicts(out)["A"] == "not_evaluated"


def test_empty_cells_are_told_as_a_column_that_is_missing_is(tmp_path: Path) -> None:
    lines = [f"{line},delivered,{total}" for line, total in zip(rows("A"), ("13.84", ""), strict=True)]
    path = write(tmp_path / "c.csv", text_of(lines, header=f"{HEADER},role,scheduled_dose_gy"))
    told = warnings(tmp_path, path, *NIEDER)
    what = "whether such doses are totals, not of one fraction, was not checked"
    assert f"scheduled_dose_gy is empty in 1 row: {what}" in told
    assert not any(text.startswith("role") for text in told)
    # a file without the column beside one that has it
    other = write(tmp_path / "d.csv", text_of(rows("B")))
    told = warnings(tmp_path, path, other, *NIEDER)
    assert f"scheduled_dose_gy is empty in 3 rows: {what}" in told
    assert "role is empty in 2 rows: such a course was taken as delivered" in told


# --- what is declared about text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "values", "option", "told"),
    [
        ("start", [17_000, 18_000], ("--date-format", "%Y-%d-%m"), "has dates, which --date-format is not for: date32"),
        ("dose_gy", [13.84, 8.79], ("--decimal-comma",), "has numbers, which --decimal-comma is not for: double"),
    ],
)
def test_forms_of_text_are_not_for_columns_with_a_type(
    column: str, values: list[float], option: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    kind = pa.date32() if column == "start" else pa.float64()
    columns = as_columns(rows("A")) | {column: pa.array(values, kind)}
    if column == "start":
        columns["end"] = pa.array([day + 5 for day in values], kind)
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table(columns), path)
    outcome = audit(path, "--out", tmp_path / "out", *option)
    assert_failed(outcome, tmp_path / "out", f"{column}: the column {told}")


def test_a_line_of_tabs_is_a_row_whatever_else_is_in_the_file(tmp_path: Path) -> None:
    lines = [line.replace(",", "\t") for line in (*rows("A"), ",".join([""] * len(COLUMNS)), *rows("B"))]
    quoted = [line.replace("SpinalCord", '"SpinalCord"', 1) for line in lines]
    for content in (lines, quoted):
        text = text_of(content, header=HEADER.replace(",", "\t"))
        out = audited(tmp_path, text, *NIEDER, code=3, name="c.tsv")
        assert reasons(out) == [(4, "patient_id", "missing")]
        assert verdicts(out) == {"A": "not_evaluated", "B": "not_evaluated"}


def test_a_repeated_header_is_no_row_that_was_expected(tmp_path: Path) -> None:
    text = text_of([*rows("A"), HEADER, *rows("B")[:1]])
    assert "there are 3 rows, and not 4" in refused(tmp_path, text, "--expect-rows", "4")
    audited(tmp_path, text, "--expect-rows", "3", *NIEDER, code=3)


# --- numbers beside text in a column of SQLite ------------------------------------------------------------------------


def sqlite_file(path: Path, cells: list[list[object]]) -> Path:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE courses ({', '.join(COLUMNS)})")
    connection.executemany(f"INSERT INTO courses VALUES ({', '.join('?' * len(COLUMNS))})", cells)  # noqa: S608
    connection.commit()
    connection.close()
    return path


def cells_of(patient: str, dose: float) -> list[list[object]]:
    found: list[list[object]] = [list(line.split(",")) for line in rows(patient)]
    for row in found:
        row[4] = dose
    return found


def test_numbers_beside_text_would_be_rounded(tmp_path: Path) -> None:
    """35.387223272 Gy became 35.38722, and 98.0000018 Gy2 a value within 98."""
    good = [*cells_of("A", 35.387223272), *cells_of("B", 10)]
    out = tmp_path / "good"
    audit(sqlite_file(tmp_path / "good.sqlite", good), "--table", "courses", "--out", out, *NIEDER)
    assert verdicts(out)["A"] == "violated"
    spoiled = [list(row) for row in good]
    spoiled[-1][4] = ""
    path, out = sqlite_file(tmp_path / "spoiled.sqlite", spoiled), tmp_path / "spoiled"
    for option in (("--table", "courses"), ("--query", "SELECT * FROM courses")):
        told = "dose_gy, row 1: the column has numbers beside text, of which digits would be lost; allowed: numbers"
        assert_failed(audit(path, *option, "--out", out), out, told)
    columns = HEADER.replace("dose_gy", "NULLIF(dose_gy, '') AS dose_gy")
    query = "SELECT {} FROM courses".format(columns)  # noqa: S608, UP032
    audit(path, "--query", query, "--out", out, *NIEDER)
    assert verdicts(out) == {"A": "violated", "B": "not_evaluated"}


def test_ids_that_are_numbers_in_some_rows(tmp_path: Path) -> None:
    """Of 123456781.0 and 123456782.0 one patient was made."""
    cells = [*cells_of("0012", 10), *cells_of("A", 10)]
    for row, number in zip(cells[2:], (123456781.0, 123456782.0), strict=True):
        row[0] = number
    path, out = sqlite_file(tmp_path / "c.sqlite", cells), tmp_path / "out"
    told = "patient_id, row 3: the column has numbers beside text"
    assert_failed(audit(path, "--table", "courses", "--out", out), out, told)


@pytest.mark.parametrize("query", ["", "  "])
def test_an_empty_query_is_none(query: str, tmp_path: Path) -> None:
    path, out = sqlite_file(tmp_path / "c.sqlite", cells_of("A", 10)), tmp_path / "out"
    assert_failed(
        audit(path, "--query", query, "--out", out), out, "it is not one statement that reads; given: it is empty"
    )


# --- ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("twin", ["c1", "C1 ", "\u212b1"])
def test_h08_a_course_that_is_listed_twice_in_other_letters(twin: str, tmp_path: Path) -> None:
    first, second = rows("A")
    name = "\u00c51" if twin == "\u212b1" else "C1"
    lines = [first.replace("A,1", f"A,{name}"), first.replace("A,1", f"A,{twin}"), second, *rows("B")]
    out = audited(tmp_path, text_of(lines), *NIEDER, code=3)
    assert reasons(out)[:2] == [(2, "course_id", "differs_in_letters"), (3, "course_id", "differs_in_letters")]
    assert verdicts(out) == {"A": "not_evaluated", "B": "met"}


def test_the_same_letters_of_two_patients_are_two_courses(tmp_path: Path) -> None:
    lines = [line.replace(f"{name},1,", f"{name},{course},") for name, course in ("Ac", "BC") for line in rows(name)]
    assert verdicts(audited(tmp_path, text_of(lines), *NIEDER)) == {"A": "met", "B": "met"}


# --- files and folders ------------------------------------------------------------------------------------------------


def test_what_of_a_folder_is_not_read_is_told_or_refused(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    folder.mkdir()
    write(folder / "a.csv", text_of(rows("A")))
    write(folder / "notes.md", "by hand")
    write(folder / "protocol.pdf", b"%PDF-1.7")
    told = warnings(tmp_path, folder, *NIEDER)
    for name in ("notes.md", "protocol.pdf"):
        assert f"{name}: passed over, its suffix is that of no table" in told
    (folder / "results").mkdir()
    write(folder / "results" / "readme", "")
    assert "results/: passed over, a folder in the folder, without tables" in warnings(tmp_path, folder, *NIEDER)
    write(folder / "b.csv.gz", b"\x1f\x8b0000")
    write(folder / "c.xlsx", b"PK\x03\x040000")
    os.symlink(folder / "nowhere.csv", folder / "d.csv")
    (folder / "e").mkdir()
    write(folder / "e" / "e.csv", text_of(rows("E")))
    (folder / "spark.parquet").mkdir()
    outcome = audit(folder, "--out", tmp_path / "out")
    assert_failed(
        outcome,
        tmp_path / "out",
        "cohort: 5 problems",
        f"{folder}/b.csv.gz: this is a compressed file (gzip), which is not read; unpack it",
        f"{folder}/c.xlsx: this is a zip archive or an Excel workbook, which is not read",
        f"{folder}/d.csv: this is a link to nothing; remove it, or mend it",
        f"{folder}/e: this folder in the folder holds tables, which are not read; name it, too",
        f"{folder}/spark.parquet: this folder in the folder holds tables",
    )


def test_a_result_beside_the_tables_is_no_table(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", text_of(rows("A")))
    assert audit(tmp_path, "--out", tmp_path / "out", *NIEDER).code == 0
    assert audit(tmp_path, "--out", tmp_path / "out", "--overwrite", *NIEDER).code == 0
    assert path.exists()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_f05_an_input_with_the_name_of_a_result_is_never_replaced(form: str, tmp_path: Path) -> None:
    path = write(tmp_path / "patients.csv", content := text_of(rows("A")))
    outcome = audit(path, "--out", tmp_path, "--overwrite", "--format", form)
    assert outcome.code == 2
    assert "the output holds an input; given: 'patients.csv'; name another folder" in outcome.err
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("is_there", [True, False])
def test_f05_the_output_is_no_link(is_there: bool, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", text_of(rows("A")))
    if is_there:
        (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    outcome = audit(path, "--out", link, "--overwrite")
    assert (outcome.code, "the output is a link; name the folder itself" in outcome.err) == (2, True)
    assert link.is_symlink()


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one = write(tmp_path / "c.csv", text_of([*rows("A"), "torn"]))
    other = write(tmp_path / "b" / "c.csv", text_of(["torn", *rows("B")]))
    out = tmp_path / "out"
    assert audit(one, other, "--out", out).code == 3
    assert [row[:2] for row in quarantine(out)] == [[str(one), "4"], [str(other), "2"]]


def test_a_column_that_would_be_judged_and_is_ignored_is_told(tmp_path: Path) -> None:
    lines = [f"{line},1" for line in rows("A")]
    path = write(tmp_path / "c.csv", text_of(lines, header=f"{HEADER},phase_id"))
    assert "phase_id: ignored, although it would be judged" in warnings(tmp_path, path, "--ignore", "phase_id", *NIEDER)


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", text_of([]))
    assert "the tables have no rows: nobody was judged" in warnings(tmp_path, path, *NIEDER)


# --- rules that change under way --------------------------------------------------------------------------------------


def test_a_profile_that_changes_under_way_is_another(tmp_path: Path) -> None:
    profile = write(tmp_path / "p.toml", text := 'schema = "reirrad-profile/1"\nid = "mine"\nconstraints = ["{}"]\n')
    profile.write_text(text.format("nieder-2006.cumulative"), encoding="utf-8")
    path = write(tmp_path / "c.csv", text_of(rows("A")))
    plan = Plan(inputs=(path,), out=tmp_path / "out", choice=Choice(profile=str(profile)))
    (task,) = prepare_files(plan)
    profile.write_text(text.format("nieder-2006.interval"), encoding="utf-8")
    with pytest.raises(LibraryError, match="they changed since the audit began; begin anew: --overwrite"):
        judge_bucket(task)
    # of a worker it is told as it was raised, and no rows are given up for it
    with pytest.raises(LibraryError, match="they changed since the audit began; begin anew: --overwrite"):
        list(run_processes([task], 1))
    with pytest.raises(InputError, match="the interrupted audit had other options or rules"):
        audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=Choice(profile=str(profile)), resume=True))
    profile.write_text(text.format("nieder-2006.cumulative"), encoding="utf-8")
    judge_bucket(task)


def test_rules_are_read_anew_for_every_audit(tmp_path: Path) -> None:
    """In one process: an edition or a profile that was mended counts in the next audit."""
    profile, path = tmp_path / "p.toml", write(tmp_path / "c.csv", text_of(rows("A")))
    for number, name in enumerate(("nieder-2006.cumulative", "nieder-2006.interval")):
        profile.write_text(f'schema = "reirrad-profile/1"\nid = "mine"\nconstraints = ["{name}"]\n', encoding="utf-8")
        out = tmp_path / f"out-{number}"
        audit_files(Plan(inputs=(path,), out=out, choice=Choice(profile=str(profile))))
        assert set(parquet.read_table(out / "findings.parquet").column("constraint_id").to_pylist()) == {name}
