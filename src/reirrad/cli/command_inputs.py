"""What the command that runs reads: none of it may be its output, by whatever name.

It is asked of the command line itself, so that no command can forget to say so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click


def is_an_input(output: os.stat_result | None) -> bool:
    """Whether a file is one that the command reads: a case, the profile, a file of a library, or standard input."""
    return output is not None and any(os.path.samestat(output, known) for known in _inputs())


def _inputs() -> Iterator[os.stat_result]:
    context = click.get_current_context(silent=True)
    given = {} if context is None else context.params
    several = given.get("cases")
    # of the self-test it is how many
    files = several if isinstance(several, tuple) else ()
    names = [str(name) for name in (given.get("case"), *files, given.get("profile")) if name is not None]
    for folder in given.get("libraries") or ():
        names += _files(Path(folder))
    for name in names:
        try:
            yield os.fstat(sys.stdin.fileno()) if name == "-" else os.stat(name)
        except (OSError, ValueError, AttributeError):
            continue  # reading it says what is wrong


def _files(folder: Path) -> list[str]:
    try:
        return [str(path) for path in folder.iterdir()]
    except OSError:
        return []
