"""A DuckDB file, opened so that nothing but it is read, nothing is written, and nobody can ask otherwise."""

from __future__ import annotations

import importlib
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pyarrow as pa

from reirrad.audit.sources.listed_name import quoted
from reirrad.errors import Problem, TableError

_ROWS = 65_536
#: Rows pass by, so that little memory is enough; what does not fit is refused, and not put on a disk as a copy of it.
SETTINGS = {
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "max_temp_directory_size": "0KiB",
    "memory_limit": "2GiB",
    # a name in a query is no variable of this program
    "python_enable_replacements": "false",
    "temp_directory": "",
}


class DuckdbFile:
    """One table or query of the file."""

    def __init__(self, path: Path, query: str | None) -> None:
        self.query = query
        self._module = importlib.import_module("duckdb")
        self._connection = self._module.connect(str(path), read_only=True, config=SETTINGS)
        try:
            # moments are given back in this zone, not in that of the machine; the part that knows zones may be absent
            zones = self._connection.execute("SELECT name FROM duckdb_settings() WHERE name = 'TimeZone'")
            if zones.fetchall():
                self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
            # and no setting can be changed afterwards
            self._connection.execute("SET lock_configuration = true")
        except BaseException:
            self._connection.close()
            raise
        self._table = ""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def tables(self) -> set[str]:
        """Return the names of tables and views that need no schema before them."""
        found = self._connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        )
        return {name for (name,) in found.fetchall()}

    def choose(self, table: str, listed: AbstractSet[str]) -> None:
        """Read a table that the file lists."""
        self._table = quoted(table, listed)

    def look(self) -> None:
        """Refuse a query that is not one statement that reads.

        Raises
        ------
        TableError
            If it is not.
        """
        if self.query is None:
            return
        kinds = [statement.type.name for statement in self._module.extract_statements(self.query)]
        if kinds != ["SELECT"]:
            raise not_one_query(", ".join(kinds) or "nothing")

    def cursor(self) -> Any:
        """Return what holds a relation as long as it is read."""
        return self._connection.cursor()

    def reader(self, cursor: Any) -> pa.RecordBatchReader:
        """Return the rows."""
        relation = self._relation(cursor)
        # the name that newer versions have, and the older one
        read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
        return read(_ROWS)

    def count(self, cursor: Any) -> int:
        """Return the number of rows, as the database counts them."""
        return int(self._relation(cursor).count("*").fetchall()[0][0])

    def _relation(self, cursor: Any) -> Any:
        return cursor.table(self._table) if self.query is None else cursor.sql(self.query)


def not_one_query(what: str) -> TableError:
    """Return the refusal of a query that does other things than read."""
    return TableError("--query", [Problem("", "it is not one statement that reads", what, "one SELECT")])
