"""Standard error that cannot be written: the exit code is that of what happened, and never that of the message.

Only the standard library is imported: messages about what happens first need it, too.
"""

from __future__ import annotations

import os
import sys
from typing import TextIO


def say(text: str) -> None:
    """Write a message to standard error, if anybody can read it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):  # a full disk, a reader that left, a stream that is closed
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Let a stream that cannot be written go nowhere: what is left in it would be an error of the interpreter."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return
