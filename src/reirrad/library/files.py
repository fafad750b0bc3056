"""Files of editions and profiles: which ones a folder has, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reirrad.errors import LibraryError, Problem, shown

_MOST_BYTES = 4 * 1024 * 1024
_SUFFIX = ".toml"
_FOLDERS = "a list of folders, each a str or a pathlib.Path"


def folders_of(given: Any) -> list[Path]:
    """Return the folders that a caller names.

    Raises
    ------
    LibraryError
        If it is no list of paths: one path alone would be read as the folders of its letters.
    """
    hint = f"put it in a list: load_library([{shown(given)}])" if isinstance(given, str | os.PathLike) else ""
    if hint or not isinstance(given, Iterable):
        raise LibraryError(
            "load_library", [Problem("directories", "these are no folders", shown(given), _FOLDERS, hint)]
        )
    folders = list(given)
    for folder in folders:
        if not isinstance(folder, str | Path) or folder == "":
            problem = Problem(
                "directories", "this is no folder", shown(folder), _FOLDERS, "name the folder, . is this one"
            )
            raise LibraryError("load_library", [problem])
    return [Path(folder) for folder in folders]


def edition_files(folder: Path) -> list[Path]:
    """Return the edition files of a folder, in order; a suffix in capitals is one, too: none is left out in silence.

    Raises
    ------
    LibraryError
        If it is no folder, cannot be read, or has no edition.
    """
    try:
        is_folder = folder.is_dir()
        files = sorted(path for path in folder.iterdir() if path.name.lower().endswith(_SUFFIX)) if is_folder else []
    except OSError as error:
        raise _unreadable(folder, error) from None
    if not is_folder:
        raise LibraryError(str(folder), [Problem("", "this is no folder", hint="name a folder of edition files")])
    if not files:
        raise LibraryError(str(folder), [Problem("", "there is no edition in it", allowed=f"files named *{_SUFFIX}")])
    return files


def read_file(path: Path) -> bytes:
    """Return the content of an edition or profile file.

    Raises
    ------
    LibraryError
        If it cannot be read, is no file, or too large.
    """
    try:
        is_file, size = path.is_file(), path.stat().st_size
        content = path.read_bytes() if is_file and size <= _MOST_BYTES else b""
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if not is_file:
        raise LibraryError(str(path), [Problem("", "this is no file", hint="name a TOML file")])
    if size > _MOST_BYTES:
        allowed = f"at most {_MOST_BYTES // 1024 // 1024} MiB"
        raise LibraryError(str(path), [Problem("", "the file is too large to be an edition", allowed=allowed)])
    return content


def _unreadable(path: Path, error: OSError | ValueError) -> LibraryError:
    """Return what to raise of a path that the system refuses; a ValueError is a NUL in it."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return LibraryError(str(path), [Problem("", f"cannot be read: {reason}")])
