"""How database files are opened (X12): with what settings, under what names, and how their rows are counted."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import duckdb
import pytest

from reirrad.audit.sources.blocks import Declared
from reirrad.audit.sources.database_source import DatabaseSource
from reirrad.audit.sources.duckdb_file import SETTINGS, DuckdbFile
from reirrad.audit.sources.listed_name import quoted, select_from
from reirrad.audit.sources.sqlite_file import SqliteFile
from reirrad.errors import TableError

NAMES = ('a"b', "a.b", "a; DROP TABLE b; --", "a' OR ''='", "select", "täble 1", '"', 'x" UNION SELECT 1 --')
COLUMNS = ("patient_id", "course_id", "structure", "metric", "n_fractions", "modality", "dose_gy", "start", "end")
COLUMNS += ("fractions_per_day",)
#: What DuckDB calls the settings when it is asked for them.
SHOWN = {"memory_limit": "2.0 GiB", "max_temp_directory_size": "0 bytes"}


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def made(folder: Path, kind: str, *, names: tuple[str, ...] = NAMES, n_rows: int = 3) -> Path:
    path = folder / f"clinic.{kind}"
    connection = sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(str(path))
    columns = ", ".join(f'"{name}" VARCHAR' for name in COLUMNS)
    for number, name in enumerate(names):
        connection.execute(f"CREATE TABLE {quote(name)} ({columns})")
        rows = [[f"{number}"] * len(COLUMNS)] * n_rows
        connection.executemany(f"INSERT INTO {quote(name)} VALUES ({', '.join('?' * len(COLUMNS))})", rows)  # noqa: S608
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_x12_whatever_a_table_is_called_it_alone_is_read(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path, kind)
    for number, name in enumerate(NAMES):
        source = DatabaseSource(path, Declared(), kind, table=name)
        batches = [batch for _, _, batch in source.raw_blocks()]
        assert [value for batch in batches for value in batch.column("patient_id").to_pylist()] == [f"{number}"] * 3


def test_x12_a_name_that_is_not_listed_is_no_sql() -> None:
    for act in (quoted, select_from):
        with pytest.raises(LookupError):
            act("courses", {"Courses", '"courses"'})


@pytest.mark.parametrize("name", SETTINGS)
def test_x12_a_setting_of_duckdb_is_made_and_cannot_be_changed(tmp_path: Path, name: str) -> None:
    file = DuckdbFile(made(tmp_path, "duckdb", names=("a",)), None)
    cursor = file.cursor()
    assert cursor.execute("SELECT value FROM duckdb_settings() WHERE name = ?", [name]).fetchall() == [
        (SHOWN.get(name, SETTINGS[name]),)
    ]
    for text in (f"SET {name} = 'true'", f"SET GLOBAL {name} = '9GiB'", f"RESET {name}"):
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            cursor.execute(text)
    file.close()


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_t06_moments_are_given_back_in_utc_wherever_that_is_done(
    zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the result of an audit would be that of the machine, and its days those of another place."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    path = tmp_path / "clinic.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE a AS SELECT TIMESTAMPTZ '2019-01-17 11:30:00+00' AS start")
    file = DuckdbFile(path, None)
    file.choose("a", {"a"})
    cursor = file.cursor()
    assert file.reader(cursor).schema.field("start").type.tz == "UTC"
    for text in ("SET TimeZone = 'Asia/Tokyo'", "SET GLOBAL TimeZone = 'Asia/Tokyo'", "SET lock_configuration = false"):
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            file.cursor().execute(text)
    file.close()


def test_x12_settings_that_duckdb_must_have() -> None:
    wanted = {"enable_external_access": "false", "temp_directory": ""}
    wanted |= {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    assert wanted.items() <= SETTINGS.items()
    assert {"memory_limit", "max_temp_directory_size"} <= SETTINGS.keys()


def test_x12_a_query_that_needs_more_memory_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SETTINGS, "memory_limit", "32MiB")
    path = made(tmp_path, "duckdb", names=("a",))
    query = "SELECT i::VARCHAR AS i, random() AS r FROM range(5000000) AS t(i) ORDER BY r"
    with pytest.raises(TableError, match="the database cannot be read: Out of Memory"):
        DatabaseSource(path, Declared(ignore=("i", "r")), "duckdb", query=query)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_x12_a_query_of_sqlite_can_only_read(tmp_path: Path) -> None:
    """The driver itself would do each of these."""
    path, other = made(tmp_path, "sqlite", names=("a",)), tmp_path / "other.db"
    before = path.read_bytes()
    for query in (
        f"ATTACH '{other}' AS other",
        f"VACUUM INTO '{other}'",
        "PRAGMA database_list",
        "SELECT * FROM pragma_database_list",
        "CREATE TEMP TABLE b (c)",
        "BEGIN EXCLUSIVE",
        "SELECT 1; SELECT 2",
        'DELETE FROM "a" RETURNING *',
    ):
        with pytest.raises(TableError, match="it is not one statement that reads"):
            DatabaseSource(path, Declared(), "sqlite", query=query)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_query_of_sqlite_may_have_what_reads(tmp_path: Path) -> None:
    path = made(tmp_path, "sqlite", names=("a",))
    query = f"""-- the courses;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)
        SELECT upper(b.patient_id) AS patient_id, {", ".join(f'b."{name}"' for name in COLUMNS[1:])}
        FROM "a" AS b, n WHERE b.patient_id IN (SELECT patient_id FROM "a") ORDER BY n.i;"""  # noqa: S608
    source = DatabaseSource(path, Declared(), "sqlite", query=query)
    assert sum(batch.num_rows for _, _, batch in source.raw_blocks()) == 12


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("asked", [{"table": "a"}, {"query": 'SELECT * FROM "a"'}], ids=str)
@pytest.mark.parametrize("lost", [1, -1])
def test_rows_that_a_reader_loses_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, asked: dict[str, str], lost: int
) -> None:
    """The count is the database's own: for a query, too."""
    path = made(tmp_path, kind, names=("a",), n_rows=200)
    source = DatabaseSource(path, Declared(), kind, **asked)
    file = {"sqlite": SqliteFile, "duckdb": DuckdbFile}[kind]
    whole = file.reader

    def reader(self: SqliteFile | DuckdbFile, cursor: object) -> list[object]:
        batches = list(whole(self, cursor))
        return [*batches[:-1], batches[-1].slice(1)] if lost > 0 else [*batches, batches[0].slice(0, 1)]

    monkeypatch.setattr(file, "reader", reader)
    with pytest.raises(TableError, match=f"the database counts 200 rows, {200 - lost} could be read"):
        list(source.raw_blocks())
