"""Runs a command of which something fails: ``python -m audit.faulty_run MODULE:NAME CALLS WHAT ARGUMENTS``.

WHAT happens instead of the call after CALLS calls of the function: ``kill`` (the process kills itself), ``full`` (the
disk is full), or ``none``. Blocks, spilled files and buckets are small, so that there are several of each.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from importlib import import_module
from typing import Any

SMALL = {
    "reirrad.audit.run:ROWS_OF_A_BUCKET": 60,
    "reirrad.audit.sources.csv_source:BLOCK_BYTES": 8192,
    "reirrad.audit.spill:_ROWS_AT_ONCE": 200,
}


def place(name: str) -> tuple[Any, str]:
    """Return the object that has what is named, and the name that it has there."""
    module, _, path = name.partition(":")
    owner: Any = import_module(module)
    *before, last = path.split(".")
    for part in before:
        owner = getattr(owner, part)
    return owner, last


def fail_at(name: str, calls: int, what: str) -> None:
    owner, last = place(name)
    real = getattr(owner, last)
    count = 0

    def failing(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count <= calls:
            return real(*arguments, **options)
        if what == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")

    setattr(owner, last, failing)


def main() -> None:
    name, calls, what, *arguments = sys.argv[1:]
    for small, value in SMALL.items():
        owner, last = place(small)
        setattr(owner, last, value)
    if what != "none":
        fail_at(name, int(calls), what)
    from reirrad.cli.entry import run

    run(arguments)


if __name__ == "__main__":
    main()
