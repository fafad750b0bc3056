"""Bytes from a path: regular files only, of a size that a case can have."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from reirrad.errors import CaseError, Problem
from reirrad.ingest.kinds import kind_of

MOST_BYTES = 8 * 1024 * 1024


def read_case_bytes(path: Path) -> bytes:
    """Return the content of a case file.

    Raises
    ------
    CaseError
        If the path cannot be read, is no regular file, is empty or larger than 8 MiB.
    """
    try:
        mode = path.stat().st_mode
        content = b""
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaseError(str(path), [Problem("", f"cannot be read: {reason}")]) from None
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise CaseError(str(path), [Problem("", f"this is {kind}", hint="name a case file, or - for standard input")])
    refuse_size(content, str(path))
    return content


def refuse_size(content: bytes, source: str) -> None:
    """Refuse what is empty or too large to be a case."""
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise CaseError(source, [Problem("", "the file is empty", hint="`reirrad new` writes a template")])
    if len(content) > MOST_BYTES:
        allowed = f"at most {MOST_BYTES // 1024 // 1024} MiB"
        raise CaseError(source, [Problem("", "the file is too large to be a case", allowed=allowed)])


def refuse_kind(content: bytes, source: str) -> None:
    """Refuse what is known to be no text: DICOM objects, archives, workbooks."""
    kind = kind_of(content)
    if kind is not None:
        what = f"this is {kind}, which is not read"
        raise CaseError(source, [Problem("", what, allowed="TOML or JSON", hint="`reirrad new` writes a template")])
