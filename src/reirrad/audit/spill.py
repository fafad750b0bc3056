"""Rows grouped by patient on disk: every block goes to parts by a hash of the patient id, so that memory is bounded.

The parts are ordered by the hash and patients in them by (hash, id): the order of the results depends on the ids only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from reirrad.audit.digests import digest_of
from reirrad.audit.id_hash import hash_of
from reirrad.audit.sources.blocks import Block
from reirrad.audit.table import Cells
from reirrad.engine.batch import Ints

#: Patients are in one of so many parts, by the first byte of the hash of their id.
N_PARTS = 256
_PART_SHIFT = 24
#: Rows that are grouped at once.
_ROWS_AT_ONCE = 400_000
SOURCE, LINE = "source:", "line:"
#: Where each part begins in a file.
_BEGINS = b"begins"


class Spill:
    """Writes blocks as files whose rows are in the order of the parts."""

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self.folder, self.columns = folder, sorted(columns)
        self.files: list[str] = []
        #: of each file, so that one that was damaged is noticed where an audit goes on
        self.digests: dict[str, int] = {}
        self.rows_of_parts = np.zeros(N_PARTS, dtype=np.int64)
        self._tables: list[pa.Table] = []
        self._rows = 0
        # one group is written while the next is read; two would be memory without use
        self._writer = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, block: Block, source: int) -> None:
        """Take the rows of a block."""
        table = block.table.append_column(SOURCE, pa.array(np.full(len(block.line), source, dtype=np.int32)))
        table = table.append_column(LINE, pa.array(block.line))
        self._tables.append(table)
        self._rows += table.num_rows
        if self._rows >= _ROWS_AT_ONCE:
            self._write_later()

    def _write_later(self) -> None:
        self._wait()
        tables, self._tables, self._rows = self._tables, [], 0
        self._writing = self._writer.submit(self._write, tables)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def flush(self) -> None:
        """Write what is left, and wait until all is written."""
        if self._rows:
            self._write_later()
        self._wait()

    def close(self) -> None:
        """Let go of the thread that writes."""
        self._writer.shutdown(wait=True, cancel_futures=True)

    def _write(self, taken: Sequence[pa.Table]) -> None:
        tables = [self._with_all_columns(table) for table in taken]
        table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
        ids = table.column("patient_id").chunk(0)
        parts = np.array([hash_of(text or "") >> _PART_SHIFT for text in ids.dictionary.to_pylist()] or [0])
        codes = ids.indices.fill_null(0).to_numpy(zero_copy_only=False)
        # a row without an id belongs to nobody: the first part
        part = np.where(ids.is_null().to_numpy(zero_copy_only=False), 0, parts[codes]).astype(np.uint16)
        order = np.argsort(part, kind="stable")
        table = table.take(pa.array(order)).combine_chunks()
        counts = np.bincount(part, minlength=N_PARTS)
        self.rows_of_parts += counts
        begins = json.dumps([0, *np.cumsum(counts).tolist()])
        table = table.replace_schema_metadata({_BEGINS: begins})
        name = f"rows-{len(self.files):05}.arrow"
        with ipc.new_file(str(self.folder / name), table.schema) as writer:
            writer.write_table(table)
        self.files.append(name)
        self.digests[name] = digest_of(self.folder / name)

    def _with_all_columns(self, table: pa.Table) -> pa.Table:
        for name in self.columns:
            if name not in table.column_names:
                empty = pa.DictionaryArray.from_arrays(pa.nulls(table.num_rows, pa.int32()), pa.array([], pa.string()))
                table = table.append_column(name, empty)
        return table.select([*self.columns, SOURCE, LINE])


def buckets(rows_of_parts: Iterable[int], rows_of_a_bucket: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of parts with about so many rows each.

    >>> list(buckets([5, 5, 20, 1], 10))
    [(0, 2), (2, 3), (3, 4)]
    """
    first, rows = 0, 0
    last = 0
    for part, count in enumerate(rows_of_parts):
        if rows and rows + count > rows_of_a_bucket:
            yield first, part
            first, rows = part, 0
        rows += count
        last = part + 1
    if rows:
        yield first, last


def read_bucket(folder: Path, files: Sequence[str], parts: tuple[int, int]) -> tuple[dict[str, Cells], Ints, Ints]:
    """Return the columns of a range of parts as cells, with the source and line of every row."""
    batches: list[pa.RecordBatch] = []
    for name in files:
        with pa.memory_map(str(folder / name)) as mapped:
            reader = ipc.open_file(mapped)
            begins = json.loads(reader.schema.metadata[_BEGINS])
            first, end = begins[parts[0]], begins[parts[1]]
            if end > first:
                batches.append(reader.get_batch(0).slice(first, end - first))
    if not batches:
        return {}, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    names = [name for name in batches[0].schema.names if name not in (SOURCE, LINE)]
    columns = {name: _cells([batch.column(name) for batch in batches]) for name in names}
    source, line = (
        np.concatenate([batch.column(name).to_numpy(zero_copy_only=False) for batch in batches]).astype(np.int64)
        for name in (SOURCE, LINE)
    )
    return columns, source, line


def _cells(pieces: list[pa.DictionaryArray]) -> Cells:
    """Return a column of several pieces as codes into the texts that it really has."""
    codes: list[Ints] = []
    texts: list[pa.Array] = []
    reached = 0
    for piece in pieces:
        own = piece.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        used = np.zeros(len(piece.dictionary) + 1, dtype=np.bool_)
        used[own] = True  # the last place is that of what is empty
        used[-1] = False
        new = np.full(len(used), -1, dtype=np.int64)
        new[used] = reached + np.arange(np.count_nonzero(used))
        codes.append(new[own])
        texts.append(piece.dictionary.take(pa.array(np.flatnonzero(used))))
        reached += int(np.count_nonzero(used))
    encoded = pa.concat_arrays(texts).dictionary_encode()
    of_text = np.append(encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), -1)
    values = encoded.dictionary.to_pylist()
    joined = of_text[np.concatenate(codes)]
    is_blank = np.array([not text.strip() for text in values] + [True], dtype=np.bool_)
    return Cells(np.where(is_blank[joined], -1, joined), values)
