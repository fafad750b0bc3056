"""The files of an audit: results of all buckets in order, with row groups that depend on nothing but the rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from reirrad.model.inert import inert

_ROWS_OF_A_GROUP = 131_072
_QUARANTINE = ("source", "line", "column", "reason", "raw")


class TableWriter:
    """One table of the output, written in groups of a fixed number of rows."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema, form: str) -> None:
        self.form, self.schema = form, schema
        self.path = folder / f"{name}.{form}"
        self._waiting: list[pa.Table] = []
        self._rows = 0
        if form == "parquet":
            self._writer: Any = parquet.ParquetWriter(
                self.path, schema.with_metadata({"reirrad": "1"}), compression="lz4", write_page_checksum=True
            )
        else:
            self._writer = arrow_csv.CSVWriter(str(self.path), _plain(schema))

    def write(self, table: pa.Table) -> None:
        """Take the rows of a table."""
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= _ROWS_OF_A_GROUP:
            self._flush(everything=False)

    def close(self) -> None:
        """Write what is left."""
        self._flush(everything=True)
        self._writer.close()

    def _flush(self, *, everything: bool) -> None:
        if not self._rows:
            return
        table = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        whole = table.num_rows if everything else table.num_rows // _ROWS_OF_A_GROUP * _ROWS_OF_A_GROUP
        for first in range(0, whole, _ROWS_OF_A_GROUP):
            self._write_group(table.slice(first, min(_ROWS_OF_A_GROUP, whole - first)))
        rest = table.slice(whole)
        self._waiting, self._rows = [rest] if rest.num_rows else [], rest.num_rows

    def _write_group(self, group: pa.Table) -> None:
        if self.form == "parquet":
            self._writer.write_table(group.replace_schema_metadata({"reirrad": "1"}), row_group_size=_ROWS_OF_A_GROUP)
        else:
            self._writer.write_table(_inert(group))


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return the schema of a table for spreadsheets."""

    def plain(kind: pa.DataType) -> pa.DataType:
        return pa.string() if pa.types.is_dictionary(kind) or pa.types.is_list(kind) else kind

    # the name of a column that is carried along is a cell, too
    return pa.schema([(inert(field.name), plain(field.type)) for field in schema])


def _inert(table: pa.Table) -> pa.Table:
    """Return a table for spreadsheets: a text that could be a formula gets an apostrophe; numbers stay numbers."""
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_list(column.type):
            column = pa.chunked_array([pa.array([_listed(item) for item in column.to_pylist()], pa.string())])
        if pa.types.is_string(column.type):
            column = pa.compute.replace_substring_regex(column, r"^([=+\-@\t\r'])", r"'\1")
        columns.append(column)
    return pa.table(columns, schema=_plain(table.schema))


def _listed(items: list[Any] | None) -> str | None:
    if items is None:
        return None
    return "; ".join(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items)


def write_quarantine(path: Path, rows: Iterable[Mapping[str, Any]], sources: Sequence[str]) -> None:
    """Write the rows that were not judged, in the order of the sources, with their text."""
    ordered = sorted(rows, key=lambda row: (row["source"], row["line"], row["column"], row["reason"]))
    with path.open("w", encoding="utf-8", newline="") as file:
        _write_row(file, _QUARANTINE)
        for row in ordered:
            raw = row["raw"] if isinstance(row["raw"], str) else json.dumps(row["raw"], ensure_ascii=False)
            name = sources[row["source"]]
            _write_row(file, [inert(name), row["line"], row["column"], row["reason"], inert(raw)])


def _write_row(file: TextIO, cells: Sequence[Any]) -> None:
    # cells with either line end in them are put in quotes only where the line end is both
    row = io.StringIO(newline="")
    csv.writer(row, lineterminator="\r\n").writerow(cells)
    file.write(row.getvalue().removesuffix("\r\n") + "\n")


def raw_lines(path: Path, lines: set[int], encoding: str) -> Iterator[tuple[int, str]]:
    """Yield lines of a file by their numbers, as they are."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if number in lines:
                yield number, line.rstrip(b"\r\n").decode(encoding, "replace")
