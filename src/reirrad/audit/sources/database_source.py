"""A table or a query of a DuckDB or SQLite file as blocks, through an embedded Arrow driver; read only, no server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from reirrad.audit.sources.blocks import Block, Declared, is_readable, is_text, our_names
from reirrad.audit.sources.duckdb_file import DuckdbFile
from reirrad.audit.sources.parquet_source import block_of
from reirrad.audit.sources.sqlite_file import SqliteFile
from reirrad.errors import MissingExtraError, Problem, TableError, how_to_install, shown

_SQLITE_MAGIC = b"SQLite format 3\0"
_DUCKDB_MAGIC = b"DUCK"


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
        self._file = self._open()
        try:
            self._look()
        except BaseException:
            self._file.close()
            raise

    def _open(self) -> DuckdbFile | SqliteFile:
        try:
            with self._told():
                return (DuckdbFile if self.kind == "duckdb" else SqliteFile)(self.path, self.query)
        except ModuleNotFoundError:
            raise MissingExtraError(f"a database needs the extra: {how_to_install('database')}") from None

    def _look(self) -> None:
        if self.table is not None:
            with self._told():
                listed = self._file.tables()
            if self.table not in listed:
                problem = Problem("--table", "there is no such table", shown(self.table), ", ".join(sorted(listed)))
                raise TableError(str(self.path), [problem])
            self._file.choose(self.table, listed)
        with self._told():
            self._file.look()
        with self._told(), contextlib.closing(self._file.cursor()) as cursor:
            schema = self._file.reader(cursor).schema
        self.names = our_names(schema.names, self.declared, self.label)
        self._used = {theirs: ours for theirs, ours in zip(schema.names, self.names, strict=True) if ours is not None}
        problems = [Problem(schema.names[at], f"the column {what}") for at, what in self._unreadable(schema).items()]
        if not problems and isinstance(self._file, SqliteFile):
            with self._told():
                problems = list(self._numbers_in_text(self._file, schema))
        if problems:
            raise TableError(self.label, problems)

    def _unreadable(self, schema: pa.Schema) -> dict[int, str]:
        wrong = {
            at: what
            for at, ours in enumerate(self.names)
            if ours is not None and (what := is_readable(schema.field(at).type, ours, self.declared))
        }
        if wrong and isinstance(self._file, SqliteFile):
            with self._told():
                valued = self._file.valued(list(wrong))
            # a column without a value is an empty one, as in a file of any other kind
            return {at: what for at, what in wrong.items() if at in valued}
        return wrong

    def _numbers_in_text(self, file: SqliteFile, schema: pa.Schema) -> Iterator[Problem]:
        places = [at for at, name in enumerate(self.names) if name is not None and is_text(schema.field(at).type)]
        for at, row in sorted(file.numbers_in(places).items()):
            yield Problem(
                f"{schema.names[at]}, row {row}",
                "the column has numbers beside text, of which digits would be lost",
                allowed="numbers and NULL, or text alone",
                hint="in a query: NULLIF(column, '') where empty text stands for nothing, CAST(column AS TEXT) of ids",
            )

    @property
    def label(self) -> str:
        """The file with the table or query."""
        return f"{self.path} ({self.table if self.table is not None else 'query'})"

    def raw_blocks(self) -> Iterator[tuple[int, int, pa.RecordBatch]]:
        """Yield batches, with the number of the first row; rows count from 1 in the order of the query."""
        row = 1
        with contextlib.closing(self._file):
            # the cursor is held as long as its batches are read
            with self._told(), contextlib.closing(self._file.cursor()) as cursor:
                for batch in self._file.reader(cursor):
                    yield row, 0, batch
                    row += batch.num_rows
            with self._told(), contextlib.closing(self._file.cursor()) as cursor:
                count = self._file.count(cursor)
        if count != row - 1:
            what = f"the database counts {count} rows, {row - 1} could be read"
            raise TableError(self.label, [Problem("", what)])

    def parse(self, row: int, offset: int, batch: pa.RecordBatch) -> Block:
        """Return the rows of a batch."""
        return block_of(batch, self._used, row, self.label)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what a driver says, in its first line."""
        try:
            yield
        except (TableError, ImportError, GeneratorExit, KeyboardInterrupt):
            raise
        except Exception as error:
            text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise TableError(str(self.path), [Problem("", f"the database cannot be read: {text}")]) from None
