"""A table or a query of a DuckDB or SQLite file gives what the same rows give as CSV; nothing is written into it."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import duckdb
import pytest

from audit.random_cohort import Row, rows_of_patient
from audit.test_same_as_check import write
from reirrad.audit import Choice, Plan, audit_files
from reirrad.audit.reading import Asked
from reirrad.errors import TableError

CHOICE = Choice(editions=("nieder-2006",))
NUMBERS = (
    "n_fractions",
    "fractions_per_day",
    "dose_gy",
    "scheduled_dose_gy",
    "hours_between_fractions",
    "prior_courses",
)


def cohort() -> list[Row]:
    random_ = random.Random(11)  # noqa: S311
    return [row for number in range(60) for row in rows_of_patient(random_, number)]


def sqlite_file(path: Path, rows: list[Row], *, ids: str = "TEXT") -> Path:
    names = list(rows[0])
    types = {name: "REAL" if name in NUMBERS else "TEXT" for name in names} | {"patient_id": ids}
    connection = sqlite3.connect(path)
    columns = ", ".join(f'"{name}" {types[name]}' for name in names)
    connection.execute(f'CREATE TABLE "the courses" ({columns})')
    marks = ", ".join("?" for _ in names)
    values = [[row[name] or None for name in names] for row in rows]
    connection.executemany(f'INSERT INTO "the courses" VALUES ({marks})', values)  # noqa: S608
    connection.commit()
    connection.close()
    return path


def duckdb_file(path: Path, csv_file: Path) -> Path:
    connection = duckdb.connect(str(path))
    text = ", ".join(f"'{name}': 'VARCHAR'" for name in ("patient_id", "course_id", "phase_id", "start", "end"))
    connection.execute(f"CREATE TABLE courses AS SELECT * FROM read_csv('{csv_file}', types={{{text}}})")  # noqa: S608
    connection.close()
    return path


def findings(out: Path) -> tuple[bytes, bytes]:
    return (out / "findings.parquet").read_bytes(), (out / "patients.parquet").read_bytes()


@pytest.fixture
def by_csv(tmp_path: Path) -> tuple[Path, tuple[bytes, bytes]]:
    path = write(tmp_path / "cohort.csv", cohort())
    audit_files(Plan(inputs=(path,), out=tmp_path / "csv", choice=CHOICE))
    return path, findings(tmp_path / "csv")


@pytest.mark.parametrize(
    "asked", [Asked(table="the courses"), Asked(query='SELECT * FROM "the courses" ORDER BY random()')], ids=str
)
def test_sqlite(tmp_path: Path, by_csv: tuple[Path, tuple[bytes, bytes]], asked: Asked) -> None:
    path = sqlite_file(tmp_path / "clinic.db", cohort())
    before = path.read_bytes()
    summary = audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=asked))
    assert (summary["rows_quarantined"], summary["inputs"][0]["kind"]) == (0, "sqlite")
    assert findings(tmp_path / "out") == by_csv[1]
    assert path.read_bytes() == before


@pytest.mark.parametrize("asked", [Asked(table="courses"), Asked(query="SELECT * FROM courses")], ids=str)
def test_duckdb(tmp_path: Path, by_csv: tuple[Path, tuple[bytes, bytes]], asked: Asked) -> None:
    path = duckdb_file(tmp_path / "clinic.duckdb", by_csv[0])
    audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=asked))
    assert findings(tmp_path / "out") == by_csv[1]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(), "a database needs a table or a query"),
        (Asked(table="courses", query="SELECT 1"), "a database needs a table or a query"),
        (Asked(table='courses"; DROP TABLE courses; --'), "there is no such table"),
        (Asked(query="SELECT patient_id FROM nowhere"), "the database cannot be read"),
        (Asked(query="DROP TABLE courses"), "it is not one statement that reads|no such table"),
        (Asked(query="SELECT 1 AS a; DROP TABLE courses"), "it is not one statement that reads"),
        (Asked(query="SELECT 1 AS a; SELECT 2 AS b"), "it is not one statement that reads"),
        (Asked(query="ATTACH 'other.db' AS other"), "it is not one statement that reads"),
        (Asked(query="SELECT 1 AS a) AS b; --"), "the database cannot be read"),
    ],
)
def test_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, asked: Asked, message: str) -> None:
    # X12
    path = tmp_path / "clinic.db"
    rows = cohort()
    if kind == "sqlite":
        sqlite_file(path, rows)
    else:
        duckdb_file(path, write(tmp_path / "cohort.csv", rows))
    before = path.read_bytes()
    monkeypatch.chdir(tmp_path)
    there = sorted(tmp_path.iterdir())
    with pytest.raises(TableError, match=message):
        audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=asked))
    assert path.read_bytes() == before
    # no file of SQLite's own beside it, and none that a query asked for
    assert sorted(tmp_path.iterdir()) == there


def test_ids_that_are_numbers_are_refused(tmp_path: Path) -> None:
    # H06: the leading zeros are gone
    path = sqlite_file(tmp_path / "clinic.db", cohort(), ids="INTEGER")
    with pytest.raises(TableError, match="patient_id: the column is not text: int64"):
        audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=Asked(table="the courses")))


def test_a_table_without_rows_is_one(tmp_path: Path) -> None:
    """The driver says of a column without values that it is one of numbers; a CSV file without rows was read."""
    full, none = sqlite_file(tmp_path / "full.db", cohort()), sqlite_file(tmp_path / "none.db", cohort())
    with sqlite3.connect(none) as connection:
        connection.execute('DELETE FROM "the courses"')
    connection.close()
    no_row = Asked(query="SELECT * FROM \"the courses\" WHERE patient_id = 'nobody'")
    for number, (path, asked) in enumerate([(none, Asked(table="the courses")), (full, no_row)]):
        plan = Plan(inputs=(path,), out=tmp_path / f"out-{number}", choice=CHOICE, asked=asked)
        summary = audit_files(plan)
        assert (summary["rows_in"], summary["patients"], summary["rows_quarantined"]) == (0, 0, 0)


def test_a_column_without_a_value_is_an_empty_one(tmp_path: Path) -> None:
    rows = [row | {"technique": "", "role": "delivered"} for row in cohort()]
    path = sqlite_file(tmp_path / "clinic.db", rows)
    audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=Asked(table="the courses")))
    audit_files(Plan(inputs=(write(tmp_path / "cohort.csv", rows),), out=tmp_path / "csv", choice=CHOICE))
    assert findings(tmp_path / "out") == findings(tmp_path / "csv")
    # nobody's rows are quarantined one by one, and not refused as numbers
    path = sqlite_file(tmp_path / "nobody.db", [row | {"patient_id": ""} for row in rows])
    plan = Plan(inputs=(path,), out=tmp_path / "nobody", choice=CHOICE, asked=Asked(table="the courses"))
    assert audit_files(plan)["rows_quarantined"] == len(rows)


def test_ids_of_bytes_are_refused_as_such(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "clinic.db", cohort(), ids="BLOB")
    with sqlite3.connect(path) as connection:
        connection.execute('UPDATE "the courses" SET patient_id = CAST(patient_id AS BLOB)')
    connection.close()
    said = r"patient_id: the column is not text: binary \(bytes, of which nothing says what text they are\)"
    with pytest.raises(TableError, match=said):
        audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=Asked(table="the courses")))


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    csv_file = write(tmp_path / "cohort.csv", cohort())
    path = duckdb_file(tmp_path / "clinic.duckdb", csv_file)
    asked = Asked(query=f"SELECT * FROM read_csv('{csv_file}')")  # noqa: S608
    with pytest.raises(TableError, match="the database cannot be read"):
        audit_files(Plan(inputs=(path,), out=tmp_path / "out", choice=CHOICE, asked=asked))
