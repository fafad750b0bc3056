"""All sources of an audit read once, in parallel, into spilled parts; every row is counted apart from its reader."""

from __future__ import annotations

import contextlib
import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reirrad.audit.bucket import BAD, OWN, PERHAPS
from reirrad.audit.digests import digest_of
from reirrad.audit.nobody import RowsOfNobody
from reirrad.audit.sources.blocks import REPEATED_HEADER, TEXT_CODES, BadLine, Block, Declared
from reirrad.audit.sources.csv_source import CsvSource
from reirrad.audit.sources.database_source import DatabaseSource, database_kind
from reirrad.audit.sources.parquet_source import ParquetSource
from reirrad.audit.spill import Spill
from reirrad.audit.table import DOSES
from reirrad.audit.whose import LineReader
from reirrad.audit.workplace import synced
from reirrad.engine.batch import Ints
from reirrad.errors import Problem, TableError
from reirrad.ingest.kinds import HEAD_BYTES, kind_of

Source = CsvSource | ParquetSource | DatabaseSource
_PARQUET_MAGIC = b"PAR1"
BAD_LINES = "bad-lines.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which table of a database is read."""

    table: str | None = None
    query: str | None = None


def open_source(path: Path, declared: Declared, asked: Asked) -> Source:
    """Return the source of a file, by its content."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        kind = database_kind(path)
    except OSError as error:
        raise TableError(str(path), [Problem("", f"cannot be read: {error.strerror}")]) from None
    unread = kind_of(head)
    if unread is not None:
        hint = "unpack it, or export the table as CSV or Parquet"
        raise TableError(str(path), [Problem("", f"this is {unread}, which is not read", hint=hint)])
    if kind is not None:
        return DatabaseSource(path, declared, kind, asked.table, asked.query)
    if head.startswith(_PARQUET_MAGIC):
        return ParquetSource(path, declared)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise TableError(str(path), [Problem("", "this is no Parquet file: it does not begin as one")])
    return CsvSource(path, declared)


def is_text(path: Path) -> bool:
    """Whether a file is no Parquet file and no database, or cannot be read at all."""
    try:
        with path.open("rb") as file:
            return file.read(len(_PARQUET_MAGIC)) != _PARQUET_MAGIC and database_kind(path) is None
    except OSError:
        return True


def read_all(
    files: Sequence[Path],
    declared: Declared,
    asked: Asked,
    folder: Path,
    *,
    threads: int,
    progress: Callable[[int], None],
    begin: Callable[[Path], object] = Path,
) -> dict[str, Any]:
    """Spill the rows of all files; return what was read, as plain data.

    ``begin`` is told each file before it is opened or read, ``progress`` the number of rows of each block.

    Raises
    ------
    TableError
        If a file cannot be read, changes while it is read, or has other rows than were counted.
    """
    # before the headers are read: a file replaced later has another header, perhaps
    identities = [_identity(path) for path in files]
    sources = []
    for path in files:
        begin(path)
        sources.append(open_source(path, declared, asked))
    columns = {name for source in sources for name in source.names if name is not None}
    if columns.issuperset(DOSES):
        # rows are put together by patient: a column has one unit
        raise TableError("cohort", [Problem("", "some files have dose_gy, others dose_cgy", hint="audit them apart")])
    spill = Spill(folder, [*columns, BAD])
    described: list[dict[str, Any]] = []
    count = Counter(path.name for path in files)
    names = [path.name if count[path.name] == 1 else str(path) for path in files]
    with contextlib.closing(spill), (folder / BAD_LINES).open("w", encoding="utf-8") as bad_lines:
        for number, source in enumerate(sources):
            begin(source.path)
            before = identities[number]
            n_rows = n_bad = n_headers = n_of_nobody = 0
            nobody = RowsOfNobody(declared.missing)
            for block in _blocks(source, threads):
                n_rows += block.n_rows
                n_bad += len(block.bad)
                n_headers += sum(line.reason == REPEATED_HEADER for line in block.bad)
                if block.n_rows != block.table.num_rows + len(block.bad):
                    raise TableError(str(source.path), [Problem("", "the rows that were read are not those counted")])
                spill.add(block, number)
                for line in block.bad:
                    bad_lines.write(json.dumps([number, *line]) + "\n")
                uncertain: list[int] = []
                if block.bad:
                    marks, uncertain = _may_be_about(block.bad, source, declared)
                    spill.add(marks, number)
                n_of_nobody += len(uncertain)
                ids, lines = nobody.add(block, uncertain)
                if ids:
                    spill.add(_marks(ids, lines, [PERHAPS] * len(ids)), number)
                progress(block.n_rows)
            digest = source.sha256
            if _identity(source.path) != before:
                raise TableError(
                    str(source.path), [Problem("", "the file changed while it was read", hint="try again")]
                )
            described.append(
                {
                    "name": names[number],
                    "kind": source.kind,
                    "bytes": before[0],
                    "sha256": digest,
                    "rows": n_rows,
                    "bad_lines": n_bad,
                    "repeated_headers": n_headers,
                    "bad_lines_of_nobody": n_of_nobody,
                    "identity": list(before),
                    "delimiter": source.delimiter if isinstance(source, CsvSource) else None,
                    "is_verifiable": not isinstance(source, ParquetSource) or source.is_verifiable,
                }
            )
        spill.flush()
    synced(folder)
    kept = sorted({name for name in columns if name.startswith("keep:")})
    return {
        "inputs": described,
        "files": spill.files,
        "digests": spill.digests | {BAD_LINES: digest_of(folder / BAD_LINES)},
        "rows_of_parts": spill.rows_of_parts.tolist(),
        "kept": kept,
        "columns": sorted(name for name in columns if name not in kept),
    }


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def same_files(files: Sequence[Path], inputs: Sequence[dict[str, Any]]) -> bool:
    """Whether files are still those that were read."""
    return [list(_identity(path)) for path in files] == [item["identity"] for item in inputs]


def is_whole(folder: Path, read: dict[str, Any]) -> bool:
    """Whether what was spilled is still there as it was written."""
    try:
        return all(digest_of(folder / name) == digest for name, digest in read["digests"].items())
    except OSError:
        return False


def _blocks(source: Source, threads: int) -> Iterator[Block]:
    """Yield the blocks of a source in order, parsed by several threads."""
    waiting: deque[Future[Block]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for raw in source.raw_blocks():
            waiting.append(pool.submit(source.parse, *raw))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _may_be_about(bad: Sequence[BadLine], source: Source, declared: Declared) -> tuple[Block, list[int]]:
    """Return rows that only say which patients bad lines may be about, and the lines that may be about others, too."""
    ids: list[str] = []
    lines: list[int] = []
    kinds: list[str] = []
    uncertain: list[int] = []
    # of files of lines only: no other source has any that are bad
    reader = LineReader(source.names, source.delimiter, declared.missing) if isinstance(source, CsvSource) else None
    for line in bad:
        if reader is None or line.reason == REPEATED_HEADER:
            continue
        found = reader.whose(line)
        ids += [*found.own, *found.perhaps]
        kinds += [OWN] * len(found.own) + [PERHAPS] * len(found.perhaps)
        lines += [line.line] * (len(found.own) + len(found.perhaps))
        if not found.is_certain:
            uncertain.append(line.line)
    return _marks(ids, np.array(lines, dtype=np.int64), kinds), uncertain


def _marks(ids: Sequence[str], lines: Ints, kinds: Sequence[str]) -> Block:
    """Return rows that only say which patients something is, or may be, about."""
    table = pa.table(
        {
            "patient_id": pa.array(ids, pa.string()).dictionary_encode().cast(TEXT_CODES),
            BAD: pa.array(kinds, pa.string()).dictionary_encode().cast(TEXT_CODES),
        }
    )
    return Block(table, lines, [], len(ids))
