"""Which files of a cohort are read: those that are named, and the tables of folders; what is passed over is told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from reirrad.audit.workplace import RESULTS, Workplace
from reirrad.errors import Problem, TableError
from reirrad.ingest.kinds import HEAD_BYTES, kind_of
from reirrad.model.audit_summary import AUDIT_SCHEMA

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".sqlite", ".sqlite3", ".db", ".duckdb")

#: Kinds of files that may lie beside tables and are none.
_WITHOUT_TABLES = ("a PDF", "a DICOM")


class PassedOver(NamedTuple):
    """Something in a folder that is not read, and why."""

    name: str
    why: str


class Found(NamedTuple):
    """Files to read, and what else is in their folders."""

    files: list[Path]
    passed_over: list[PassedOver]


def find_files(inputs: Sequence[Path], *, out: Path | None = None) -> Found:
    """Return the files to read: those named, and those of folders by name.

    Parameters
    ----------
    inputs
        Files and folders.
    out
        The output of the audit; what an interrupted one left beside it is no input, and not worth a word.

    Raises
    ------
    TableError
        If something is not there, is no regular file, or a folder holds none, or has a table that would not be read: in
        a folder of its own, behind a link to nowhere or to a folder, or in a workbook or an archive.
    """
    found, problems = Found([], []), list[Problem]()
    own = None if out is None else Workplace(out).folder
    for path in inputs:
        if path.is_dir():
            problems += _of_folder(path, found, own)
        elif path.is_file():
            found.files.append(path)
        else:
            problems.append(Problem(str(path), "there is no such file" if not path.exists() else "this is no file"))
    # under another path it is the same file, too: its rows would all be folded
    count = Counter(path.resolve() for path in found.files)
    twice = {path for path in found.files if count[path.resolve()] > 1}
    problems += [Problem(str(path), "the file is named twice") for path in sorted(twice)]
    if problems:
        raise TableError("cohort", problems)
    return found


def _of_folder(folder: Path, found: Found, own: Path | None) -> Iterator[Problem]:
    before = len(found.files)
    for item in sorted(folder.iterdir()):
        is_table = item.suffix.lower() in SUFFIXES
        if item.is_file() and is_table:
            found.files.append(item)
        elif item.is_file():
            if unread := _unread_kind(item):
                hint = "unpack it, or export the table as CSV or Parquet; or name the files one by one"
                yield Problem(str(item), f"this is {unread}, which is not read", hint=hint)
            found.passed_over.append(PassedOver(item.name, "its suffix is that of no table"))
        elif item.is_symlink() and not item.exists():
            yield Problem(str(item), "this is a link to nothing", hint="remove it, or mend it")
        elif item.is_symlink() and item.is_dir():
            yield Problem(str(item), "this is a link to a folder, which is not followed", hint="name the folder, too")
        elif not item.is_dir():
            yield Problem(str(item), "this is no file")
        elif item.absolute() != own:
            what = "tables" if is_table else _held_below(item)
            if what:
                held = f"this folder in the folder holds {what}, which are not read"
                yield Problem(str(item), held, hint="name it, too" if what == "tables" else "name what is to be read")
            is_of_an_audit = Workplace.is_one(item) or _has_results(item)
            why = "it holds results of an audit" if is_of_an_audit else "a folder in the folder, without tables"
            found.passed_over.append(PassedOver(f"{item.name}/", why))
    if len(found.files) == before:
        yield Problem(str(folder), "there is no table in this folder", allowed=", ".join(SUFFIXES))


def _held_below(folder: Path) -> str:
    """Return what a folder and those in it hold that would be a loss, following no link; nothing if there is none."""
    if Workplace.is_one(folder):
        return ""  # of an audit that is not finished: all is its own
    ours = RESULTS if _has_results(folder) else frozenset[str]()
    try:
        items = sorted(item for item in folder.iterdir() if item.name not in ours)
    except OSError:
        return "what nobody may look at"
    for item in items:
        what = ""
        if item.is_symlink() and item.is_dir():
            what = "links to folders"
        elif item.suffix.lower() in SUFFIXES:
            what = "tables"
        elif item.is_dir():
            what = _held_below(item)
        elif item.is_file() and _unread_kind(item):
            what = "archives or workbooks"
        if what:
            return what
    return ""


def _has_results(folder: Path) -> bool:
    """Whether a folder says that it is the output of an audit: a file of the name alone may be anybody's."""
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(summary, dict) and summary.get("schema") == AUDIT_SCHEMA


def _unread_kind(path: Path) -> str:
    """Return what a file is that may have a table within and is not read, or nothing."""
    kind = kind_of(_head(path))
    return "" if kind is None or kind.startswith(_WITHOUT_TABLES) else kind


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""
