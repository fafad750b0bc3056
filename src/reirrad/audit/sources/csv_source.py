"""CSV files as blocks: lines are counted and looked at here, only what is one row each reaches the reader."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as arrow_compute
import pyarrow.csv as arrow_csv

from reirrad.audit.sources.blocks import (
    DELIMITERS,
    REPEATED_HEADER,
    TEXT_CODES,
    BadLine,
    Block,
    Declared,
    our_names,
    places,
)
from reirrad.audit.sources.second_header import BOM, SecondHeader
from reirrad.errors import Problem, TableError, shown

BLOCK_BYTES = 2 * 1024 * 1024
_MOST_LINE_BYTES = 1024 * 1024
#: With one of these, or a line that may be too long, every line of a block is looked at.
_ODD = (b'"', b"\0", b"\n\n", b"\n\r")


@dataclass
class CsvSource:
    """One CSV file: raw blocks in order, each of which can be parsed on its own."""

    path: Path
    declared: Declared
    kind: str = "csv"
    names: list[str | None] = field(default_factory=list)
    delimiter: str = ","

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()
        self._header_lines = 1
        with self.path.open("rb") as file:
            head = file.readline(_MOST_LINE_BYTES)
        self._header_bytes = len(head)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
            # not one byte for a character: no encoding that can be declared reads it
            what = "byte 0: this is UTF-16, or no text at all"
            raise TableError(str(self.path), [Problem("line 1", what, shown(head[:8]), hint="convert it to UTF-8")])
        if len(head) == _MOST_LINE_BYTES and not head.endswith(b"\n"):
            # what is left of it would be taken for the first row
            what = f"the header is longer than {_MOST_LINE_BYTES} bytes"
            raise TableError(str(self.path), [Problem("line 1", what)])
        header = self._text(head.removeprefix(BOM), 0).rstrip("\r\n")
        if not header.strip():
            raise TableError(str(self.path), [Problem("line 1", "there is no header")])
        if header.count('"') % 2:
            problem = Problem("line 1", "a quote is not closed", shown(header), hint="a header is one line: rename it")
            raise TableError(str(self.path), [problem])
        if "\r" in header:
            hint = "convert them to line feeds"
            raise TableError(str(self.path), [Problem("line 1", "the line ends are carriage returns", hint=hint)])
        self.delimiter = self._delimiter_of(header)
        try:
            given = next(csv.reader([header], delimiter=self.delimiter))
        except csv.Error as error:  # a name of more than 128 KiB
            problem = Problem("line 1", f"this is no header: {error}", shown(header))
            raise TableError(str(self.path), [problem]) from None
        self._given = [name.strip() for name in given]
        self.names = our_names(self._given, self.declared, str(self.path))
        self._second_header = SecondHeader(str(self.path), self._given, self.names, self.delimiter, self.declared)

    def _delimiter_of(self, header: str) -> str:
        if self.declared.delimiter is not None:
            return self.declared.delimiter
        counts = {item: header.count(item) for item in DELIMITERS if item in header}
        if len(counts) == 1:
            return next(iter(counts))
        problem = Problem(
            "line 1", "the delimiter is not certain", shown(header), hint="declare it, e.g. --delimiter ';'"
        )
        raise TableError(str(self.path), [problem])

    @property
    def sha256(self) -> str:
        """Digest of what was read; complete after the last block."""
        return self._digest.hexdigest()

    def raw_blocks(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield whole lines, with the number of the first one and the offset of the first byte."""
        with self.path.open("rb") as file:
            head = file.read(self._header_bytes)
            self._digest.update(head)
            line, offset, rest = 2, len(head), b""
            while chunk := file.read(BLOCK_BYTES):
                self._digest.update(chunk)
                end = chunk.rfind(b"\n") + 1
                if end == 0:
                    rest += chunk
                    if len(rest) > _MOST_LINE_BYTES + BLOCK_BYTES:
                        what = f"a line is longer than {_MOST_LINE_BYTES} bytes"
                        raise TableError(str(self.path), [Problem(f"line {line}", what)])
                    continue
                block = rest + chunk[:end]
                rest = chunk[end:]
                yield line, offset, block
                line += block.count(b"\n")
                offset += len(block)
            if rest:
                yield line, offset, rest

    def parse(self, line: int, offset: int, block: bytes) -> Block:
        """Return the rows of a raw block.

        Raises
        ------
        TableError
            If it is not text in the declared encoding, or reader and counter disagree.
        """
        content = self._text(block, offset).encode() if not self._is_plain(block) else block
        n_lines = content.count(b"\n") + (not content.endswith(b"\n"))
        # the usual block: no quotes, nothing odd; the reader refuses it as a whole if a row has other cells
        is_odd = any(odd in content for odd in _ODD) or _may_have_a_long_line(content)
        # a blank line is no row, and the reader would make one of it
        if not is_odd and not content.startswith((b"\n", b"\r")):
            with contextlib.suppress(pa.ArrowInvalid):
                table = self._read(content)
                if table.num_rows == n_lines and not self._may_have_a_header(table):
                    return Block(table, places(line, n_lines), [], n_lines)
        return self._parse_lines(line, content)

    def _is_plain(self, block: bytes) -> bool:
        return self.declared.encoding in ("utf-8", "ascii") and block.isascii()

    def _text(self, block: bytes, offset: int) -> str:
        try:
            return block.decode(self.declared.encoding)
        except UnicodeDecodeError as error:
            where = f"byte {offset + error.start}"
            what = f"this is not {self.declared.encoding}"
            hint = "declare the encoding, e.g. --encoding latin-1"
            raise TableError(
                str(self.path), [Problem(where, what, shown(block[error.start :][:8]), hint=hint)]
            ) from None

    def _may_have_a_header(self, table: pa.Table) -> bool:
        """Whether a name of a column stands among the distinct ids, or a word among the numbers of fractions."""
        names = pa.array([*self._given, *(f"{BOM.decode()}{name}" for name in self._given)])
        chunks = table.column("patient_id").chunks
        if any(arrow_compute.any(arrow_compute.is_in(chunk.dictionary, names)).as_py() for chunk in chunks):
            return True
        fractions = table.column("n_fractions").chunks
        return any(self._second_header.may_be_in(chunk.dictionary.to_pylist()) for chunk in fractions)

    def _parse_lines(self, first: int, content: bytes) -> Block:
        """Look at every line: blank ones are none, those that are not one row each are bad."""
        good: list[bytes] = []
        numbers: list[int] = []
        bad: list[BadLine] = []
        lines = content.split(b"\n")
        if not lines[-1]:
            lines.pop()
        n_rows = 0
        for number, raw in enumerate(lines, start=first):
            stripped = raw.removesuffix(b"\r")
            # a line of delimiters is a row of empty cells, where they are tabs, too
            if not stripped.strip() and self.delimiter.encode() not in stripped:
                continue
            n_rows += 1
            reason = REPEATED_HEADER if self._second_header.is_one(number, stripped) else self._reason(stripped)
            if reason:
                bad.append(BadLine(number, reason, stripped[:_MOST_LINE_BYTES].decode(errors="replace")))
            else:
                good.append(stripped)
                numbers.append(number)
        table = self._read(b"\n".join(good) + b"\n") if good else self._empty()
        if table.num_rows != len(good):
            what = f"the reader found {table.num_rows} rows in {len(good)} lines"
            raise TableError(str(self.path), [Problem(f"line {first}", what, hint="please report it with the file")])
        return Block(table, np.array(numbers, dtype=np.int64), bad, n_rows)

    def _reason(self, line: bytes) -> str:
        if b"\0" in line:
            return "nul_byte"
        if len(line) > _MOST_LINE_BYTES:
            return "line_too_long"
        if b"\r" in line:
            return "carriage_return"
        if b'"' not in line:
            return "" if line.count(self.delimiter.encode()) == len(self.names) - 1 else "ragged"
        if line.count(b'"') % 2:
            return "unbalanced_quote"
        try:
            cells = next(csv.reader(io.StringIO(line.decode(), newline=""), delimiter=self.delimiter, strict=True))
        except csv.Error:
            return "unbalanced_quote"
        return "" if len(cells) == len(self.names) else "ragged"

    def _read(self, content: bytes) -> pa.Table:
        columns = [f"{position}" for position in range(len(self.names))]
        used = {str(position): name for position, name in enumerate(self.names) if name is not None}
        if content.startswith(BOM):
            # the reader takes one away, wherever a block begins; the file's own stands before the header
            content = BOM + content
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(
                column_names=columns, block_size=len(content) + 1, use_threads=False, encoding="utf8"
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=self.delimiter, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(used, TEXT_CODES),
                include_columns=list(used),
                strings_can_be_null=False,
                null_values=[],
            ),
        )
        return table.rename_columns(list(used.values()))

    def _empty(self) -> pa.Table:
        names = [name for name in self.names if name is not None]
        return pa.table({name: pa.array([], TEXT_CODES) for name in names})


def _may_have_a_long_line(content: bytes) -> bool:
    """Whether a stretch of half the length that a line may have holds no line end: every longer line has one."""
    half = _MOST_LINE_BYTES // 2
    return any(content.find(b"\n", at, at + half) < 0 for at in range(0, len(content) - half, half))
