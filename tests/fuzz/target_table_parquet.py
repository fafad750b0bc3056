"""Cohort tables in Parquet, with columns of whatever type (F27, H06, D24, T06).

The first bytes of an input choose the type of each column; the rest is a table in CSV whose cells are put into them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from fuzz import target_table_csv
from fuzz.contract import check_refusal
from fuzz.target_table_csv import check_audit, path_of
from reirrad.audit.sources.blocks import Declared
from reirrad.audit.sources.parquet_source import ParquetSource
from reirrad.errors import TableError

_N_KINDS = 20


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


#: types of columns, each with what makes a value of a cell; a cell of which none can be made is null
_KINDS: list[tuple[pa.DataType, Callable[[str], Any]]] = [
    (pa.string(), str),
    (pa.string(), str),
    (pa.large_string(), str),
    (pa.dictionary(pa.int32(), pa.string()), str),
    (pa.int64(), int),
    (pa.int8(), int),
    (pa.uint64(), int),
    (pa.float64(), float),
    (pa.float32(), float),
    (pa.decimal128(20, 4), lambda text: pa.scalar(float(text)).cast(pa.decimal128(20, 4)).as_py()),
    (pa.bool_(), bool),
    (pa.date32(), _day),
    (pa.timestamp("us"), _moment),
    (pa.timestamp("ns", tz="Europe/Berlin"), _moment),
    (pa.null(), lambda _text: None),
    (pa.binary(), str.encode),
    (pa.list_(pa.string()), lambda text: [text]),
]
MOST_BYTES = 700
IMPORTS = (*target_table_csv.IMPORTS, "reirrad.audit.sources.parquet_source")


def seeds() -> list[bytes]:
    table = target_table_csv.seeds()[1]
    names = table.split(b"\n")[0].split(b",")
    as_numbers = bytes(7 if name in (b"dose_gy", b"prior_courses") else 0 for name in names)
    as_dates = bytes(11 if name in (b"start", b"end") else 0 for name in names)
    return [kinds.ljust(_N_KINDS, b"\0") + table for kinds in (b"", as_numbers, as_dates)]


def CHANGE(data: bytes, random: Random) -> bytes:  # noqa: N802 - a change, as the other targets have
    """Change the type of a column now and then, else a cell."""
    kinds, table = bytearray(data[:_N_KINDS].ljust(_N_KINDS, b"\0")), data[_N_KINDS:]
    if random.randrange(4) == 0:
        kinds[random.randrange(_N_KINDS)] = random.randrange(len(_KINDS))
        return bytes(kinds) + table
    return bytes(kinds) + target_table_csv.CHANGE(table, random)


def one_input(data: bytes) -> bool:
    """Whether at least one row was audited."""
    table = _table(data)
    if table is None:
        return False
    path = path_of("fuzz.parquet")
    parquet.write_table(table, path)
    try:
        source = ParquetSource(path, Declared())
        blocks = [source.parse(*raw) for raw in source.raw_blocks()]
    except TableError as error:
        check_refusal(error)
        return False
    assert sum(block.n_rows for block in blocks) == table.num_rows
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        # H06: an id that was a number has lost its zeros
        assert not (name.endswith("_id") and pa.types.is_integer(kind)), name
    return bool(blocks) and table.num_rows > 0 and check_audit(pa.concat_tables([block.table for block in blocks]))


def _table(data: bytes) -> pa.Table | None:
    """Return the table that is written; nothing where no names can be read."""
    kinds, text = data[:_N_KINDS], data[_N_KINDS:].decode("utf-8", "replace")
    try:
        names, *lines = csv.reader(io.StringIO(text, newline=""))
    except (ValueError, csv.Error):
        return None
    columns = []
    for place, _ in enumerate(names):
        kind, make = _KINDS[kinds[place] % len(_KINDS) if place < len(kinds) else 0]
        cells = [_value(line[place], make) if place < len(line) else None for line in lines]
        columns.append(_column(cells, kind))
    return pa.Table.from_arrays(columns, names=names) if names else None


def _value(cell: str, make: Callable[[str], Any]) -> Any:
    try:
        return make(cell)
    except (ValueError, ArithmeticError, pa.ArrowException):
        return None


def _column(cells: list[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(cells, kind)
    except (ValueError, ArithmeticError, pa.ArrowException):
        return pa.array([None] * len(cells), kind)
