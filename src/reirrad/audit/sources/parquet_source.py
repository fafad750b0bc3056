"""Parquet files as blocks: typed columns become text, so that every format goes the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from reirrad.audit.sources.blocks import Block, Declared, is_readable, our_names, places, text_codes
from reirrad.errors import Problem, TableError

_ROWS = 65_536
_DIGEST_BYTES = 8 * 1024 * 1024
#: What a damaged file raises; a name that is no UTF-8 is an error of Arrow in some releases, and of Python in others.
_DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)


@dataclass
class ParquetSource:
    """One Parquet file; page checksums are verified where the file has them."""

    path: Path
    declared: Declared
    kind: str = "parquet"
    names: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            with self._open() as file:
                schema, self._n_rows = file.schema_arrow, file.metadata.num_rows
                names = schema.names
        except _DAMAGED as error:
            raise TableError(str(self.path), [Problem("", f"this is no whole Parquet file: {_words(error)}")]) from None
        self._is_ours = bool((schema.metadata or {}).get(b"reirrad"))
        self.names = our_names(names, self.declared, str(self.path))
        self._used = {theirs: ours for theirs, ours in zip(names, self.names, strict=True) if ours is not None}
        problems = [
            Problem(theirs, f"the column {what}", hint="store it as text, numbers or dates")
            for theirs, ours in self._used.items()
            if (what := is_readable(schema.field(theirs).type, ours, self.declared))
        ]
        if problems:
            raise TableError(str(self.path), problems)

    @property
    def sha256(self) -> str:
        """Digest of the file."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while content := file.read(_DIGEST_BYTES):
                digest.update(content)
        return digest.hexdigest()

    @property
    def is_verifiable(self) -> bool:
        """Whether the pages of the file may carry checksums: only this program's own are known to."""
        return self._is_ours

    def _open(self) -> parquet.ParquetFile:
        # opened while it is read only: a cohort may have more files than a process may hold open
        return parquet.ParquetFile(self.path, page_checksum_verification=True)

    def raw_blocks(self) -> Iterator[tuple[int, int, pa.RecordBatch]]:
        """Yield batches, with the number of the first row; rows count from 1."""
        row = 1
        try:
            with self._open() as file:
                for batch in file.iter_batches(_ROWS, columns=list(self._used)):
                    yield row, 0, batch
                    row += batch.num_rows
        except _DAMAGED as error:
            problem = Problem(f"row {row} or later", f"the file is damaged: {_words(error)}")
            raise TableError(str(self.path), [problem]) from None
        # counted by the footer, and by the reader
        if row - 1 != self._n_rows:
            what = f"the file states {self._n_rows} rows, {row - 1} could be read"
            raise TableError(str(self.path), [Problem("", what)])

    def parse(self, row: int, offset: int, batch: pa.RecordBatch) -> Block:
        """Return the rows of a batch."""
        return block_of(batch, self._used, row, str(self.path))


def block_of(batch: pa.RecordBatch, used: dict[str, str], row: int, source: str) -> Block:
    """Return the rows of an Arrow batch as a block.

    Raises
    ------
    TableError
        If a text is not UTF-8, or a value cannot be written as text.
    """
    try:
        columns = {ours: text_codes(pa.chunked_array([batch.column(theirs)])) for theirs, ours in used.items()}
        table = pa.table(columns)
        table.validate(full=True)
    except _DAMAGED as error:
        raise TableError(source, [Problem(f"row {row} or later", f"it cannot be read: {_words(error)}")]) from None
    return Block(table, places(row, batch.num_rows), [], batch.num_rows)


def _words(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
