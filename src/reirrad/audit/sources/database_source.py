"""A table or a query of a DuckDB or SQLite file as blocks, through an embedded Arrow driver; read only, no server."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from reirrad.audit.sources.blocks import Block, Declared, is_readable, our_names
from reirrad.audit.sources.parquet_source import block_of
from reirrad.errors import MissingExtraError, Problem, TableError, shown

_SQLITE_MAGIC = b"SQLite format 3\0"
_DUCKDB_MAGIC = b"DUCK"
_ROWS = 65_536


def database_kind(path: Path) -> str | None:
    """Return what database a file is by its first bytes: sqlite, duckdb, or ``None``."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_SQLITE_MAGIC):
        return "sqlite"
    return "duckdb" if head[8:12] == _DUCKDB_MAGIC else None


@dataclass
class DatabaseSource:
    """One table or one query of a database file."""

    path: Path
    declared: Declared
    kind: str
    table: str | None = None
    query: str | None = None
    names: list[str | None] = field(default_factory=list)
    sha256: str | None = None

    def __post_init__(self) -> None:
        if (self.table is None) == (self.query is None):
            hint = "name one of them: --table NAME or --query SQL"
            raise TableError(str(self.path), [Problem("", "a database needs a table or a query", hint=hint)])
        self._connection = self._connect()
        try:
            self._look()
        except BaseException:
            self._connection.close()
            raise

    def _look(self) -> None:
        self._query = self.query if self.query is not None else self._table_query()
        with self._reading(self._query) as reader:
            schema = reader.schema
        self.names = our_names(schema.names, self.declared, self.label)
        self._used = {theirs: ours for theirs, ours in zip(schema.names, self.names, strict=True) if ours is not None}
        # SQLite columns have no type of their own: a number in one of ids shows where it is read
        problems = [
            Problem(theirs, f"the column {what}")
            for theirs, ours in self._used.items()
            if (what := is_readable(schema.field(theirs).type, ours))
        ]
        if problems:
            raise TableError(self.label, problems)

    @property
    def label(self) -> str:
        """The file with the table or query."""
        return f"{self.path} ({self.table if self.table is not None else 'query'})"

    def raw_blocks(self) -> Iterator[tuple[int, int, pa.RecordBatch]]:
        """Yield batches, with the number of the first row; rows count from 1 in the order of the query."""
        row = 1
        with contextlib.closing(self._connection):
            with self._reading(self._query) as reader:
                for batch in reader:
                    yield row, 0, batch
                    row += batch.num_rows
            with self._reading(f"SELECT count(*) AS n FROM ({self._query})") as reader:  # noqa: S608 (their own query)
                count = int(reader.read_all().column("n")[0].as_py())
        if count != row - 1:
            what = f"the database counts {count} rows, {row - 1} could be read"
            raise TableError(self.label, [Problem("", what)])

    def parse(self, row: int, offset: int, batch: pa.RecordBatch) -> Block:
        """Return the rows of a batch."""
        return block_of(batch, self._used, row, self.label)

    def _connect(self) -> Any:
        try:
            if self.kind == "duckdb":
                settings = {"enable_external_access": "false", "autoload_known_extensions": "false"}
                duckdb = importlib.import_module("duckdb")
                return duckdb.connect(str(self.path), read_only=True, config=settings)
            driver = importlib.import_module("adbc_driver_sqlite.dbapi")
            return driver.connect(f"{self.path.absolute().as_uri()}?mode=ro")
        except ImportError:
            raise MissingExtraError("a database needs the extra: pip install 'reirrad[database]'") from None
        except Exception as error:
            raise self._error(error) from None

    def _table_query(self) -> str:
        """Return the query of a table that the database itself lists: no name of a user becomes SQL unseen."""
        listed = self._tables()
        if self.table not in listed:
            problem = Problem("--table", "there is no such table", shown(self.table), ", ".join(sorted(listed)))
            raise TableError(str(self.path), [problem])
        quoted = self.table.replace('"', '""')
        return f'SELECT * FROM "{quoted}"'  # noqa: S608 (a listed name, quoted)

    def _tables(self) -> set[str]:
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        if self.kind == "duckdb":
            query = "SELECT table_name AS name FROM information_schema.tables"
        with self._reading(query) as reader:
            return set(reader.read_all().column("name").to_pylist())

    @contextlib.contextmanager
    def _reading(self, query: str) -> Iterator[pa.RecordBatchReader]:
        """Read a query; the cursor is held as long as its batches are read."""
        cursor = self._connection.cursor()
        try:
            if self.kind == "duckdb":
                relation = cursor.sql(query)
                # the name that newer versions have, and the older one
                read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
                reader = read(_ROWS)
            else:
                cursor.execute(query)
                reader = cursor.fetch_record_batch()
            yield reader
        except (TableError, GeneratorExit, KeyboardInterrupt):
            raise
        except Exception as error:
            raise self._error(error) from None
        finally:
            cursor.close()

    def _error(self, error: Exception) -> TableError:
        text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        return TableError(str(self.path), [Problem("", f"the database cannot be read: {text}")])
