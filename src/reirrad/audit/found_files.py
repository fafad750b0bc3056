"""Which files of a cohort are read: those that are named, and the tables of folders; what is passed over is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from reirrad.errors import Problem, TableError
from reirrad.ingest.kinds import HEAD_BYTES, kind_of

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".sqlite", ".sqlite3", ".db", ".duckdb")

#: Kinds of files that may lie beside tables and are none.
_WITHOUT_TABLES = ("a PDF", "a DICOM")


class Found(NamedTuple):
    """Files to read, and those of folders that have no suffix of a table."""

    files: list[Path]
    passed_over: list[Path]


def find_files(inputs: Sequence[Path]) -> Found:
    """Return the files to read: those named, and those of folders by name.

    Raises
    ------
    TableError
        If something is not there, is no regular file, or a folder holds none, or has a table that would not be read: in
        a folder of its own, behind a link to nowhere, or in a workbook or an archive.
    """
    found, problems = Found([], []), list[Problem]()
    for path in inputs:
        if path.is_dir():
            problems += _of_folder(path, found)
        elif path.is_file():
            found.files.append(path)
        else:
            problems.append(Problem(str(path), "there is no such file" if not path.exists() else "this is no file"))
    twice = {path for path in found.files if found.files.count(path) > 1}
    problems += [Problem(str(path), "the file is named twice") for path in sorted(twice)]
    if problems:
        raise TableError("cohort", problems)
    return found


def _of_folder(folder: Path, found: Found) -> Iterator[Problem]:
    before = len(found.files)
    for item in sorted(folder.iterdir()):
        is_table = item.suffix.lower() in SUFFIXES
        if item.is_file() and is_table:
            found.files.append(item)
        elif item.is_file():
            unread = kind_of(_head(item))
            if unread is not None and not unread.startswith(_WITHOUT_TABLES):
                hint = "unpack it, or export the table as CSV or Parquet; or name the files one by one"
                yield Problem(str(item), f"this is {unread}, which is not read", hint=hint)
            found.passed_over.append(item)
        elif item.is_symlink() and not item.exists():
            yield Problem(str(item), "this is a link to nothing", hint="remove it, or mend it")
        elif item.is_dir() and (is_table or any(_tables_below(item))):
            yield Problem(str(item), "this folder in the folder holds tables, which are not read", hint="name it, too")
    if len(found.files) == before:
        yield Problem(str(folder), "there is no table in this folder", allowed=", ".join(SUFFIXES))


def _tables_below(folder: Path) -> Iterator[Path]:
    # results of an audit are no input of one
    if not (folder / "summary.json").is_file() and not (folder / "state.json").is_file():
        yield from (item for item in folder.rglob("*") if item.suffix.lower() in SUFFIXES)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""
