"""A SQLite file: read by an Arrow driver, looked at and counted by the module that comes with Python."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pyarrow as pa

from reirrad.audit.sources.duckdb_file import not_one_query
from reirrad.audit.sources.listed_name import select_from


class SqliteFile:
    """One table or query of the file.

    The driver reads the first statement of a text, whatever it is, and passes over the rest. So a query goes to
    Python's module first, which takes one statement only and asks before it does anything.
    """

    def __init__(self, path: Path, query: str | None) -> None:
        self.query = query
        self._place = f"{path.absolute().as_uri()}?mode=ro"
        self._connection = importlib.import_module("adbc_driver_sqlite.dbapi").connect(self._place)
        self._table, self._listed = "", frozenset[str]()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def tables(self) -> set[str]:
        """Return the names of tables and views."""
        with self.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            return {name for (name,) in cursor.fetchall()}

    def choose(self, table: str, listed: AbstractSet[str]) -> None:
        """Read a table that the file lists."""
        self._table, self._listed = table, frozenset(listed)

    def look(self) -> None:
        """Refuse a query that is not one statement that reads.

        Raises
        ------
        TableError
            If it is not.
        """
        if self.query is None:
            return
        if not self.query.strip():
            raise not_one_query("it is empty")
        sqlite = importlib.import_module("sqlite3")
        denied: list[int] = []
        connection = self._only_reading(denied)
        try:
            connection.execute(self.query).close()
        except sqlite.Error as error:
            if denied or isinstance(error, sqlite.ProgrammingError):
                raise not_one_query(str(error)) from None
            raise
        except sqlite.Warning as error:
            # what several statements are before Python 3.12
            raise not_one_query(str(error)) from None
        finally:
            connection.close()

    def cursor(self) -> Any:
        """Return what holds a result as long as it is read."""
        return self._connection.cursor()

    def reader(self, cursor: Any) -> pa.RecordBatchReader:
        """Return the rows."""
        if self.query is None:
            cursor.execute(select_from(self._table, self._listed))
        else:
            cursor.execute(self.query)
        return cursor.fetch_record_batch()

    def count(self, cursor: Any) -> int:
        """Return the number of rows, as the database counts them; those of a query one by one, by the other reader."""
        if self.query is None:
            cursor.execute(select_from(self._table, self._listed, count=True))
            return int(cursor.fetchone()[0])
        with contextlib.closing(self._only_reading([])) as connection:
            return sum(1 for _ in connection.execute(self.query))

    def numbers_in(self, columns: Sequence[int]) -> dict[int, int]:
        """Return the columns, of some, in which a number stands, with the number of the row of the first.

        A column has no type here, its cells have. Where one of the first is text the driver makes text of all, and a
        number is rounded to seven digits.
        """
        return self._first_rows(columns, lambda cell: isinstance(cell, int | float))

    def valued(self, columns: Sequence[int]) -> set[int]:
        """Return the columns, of some, in which anything stands; of others the driver says that they are numbers."""
        return set(self._first_rows(columns, lambda cell: cell is not None))

    def _first_rows(self, columns: Sequence[int], is_looked_for: Callable[[Any], bool]) -> dict[int, int]:
        """Return the number of the first row in which such a cell stands, of each column that has one."""
        found: dict[int, int] = {}
        with contextlib.closing(self._only_reading([])) as connection:
            if self.query is None:
                rows = connection.execute(select_from(self._table, self._listed))
            else:
                rows = connection.execute(self.query)
            for number, row in enumerate(rows, start=1):
                for at in columns:
                    if is_looked_for(row[at]):
                        found.setdefault(at, number)
                if len(found) == len(columns):
                    break
        return found

    def _only_reading(self, denied: list[int]) -> Any:
        """Return a connection that does nothing but read the file; what else was asked for is put into the list."""
        sqlite = importlib.import_module("sqlite3")
        connection = sqlite.connect(self._place, uri=True)
        # a text that is not UTF-8 is a row, too
        connection.text_factory = bytes
        allowed = (sqlite.SQLITE_SELECT, sqlite.SQLITE_READ, sqlite.SQLITE_FUNCTION, sqlite.SQLITE_RECURSIVE)

        def decide(action: int, *_about: str | None) -> int:
            if action in allowed:
                return int(sqlite.SQLITE_OK)
            denied.append(action)
            return int(sqlite.SQLITE_DENY)

        connection.set_authorizer(decide)
        return connection
