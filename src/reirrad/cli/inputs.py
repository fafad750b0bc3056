"""Reading what a command is given: a case from a file, or from standard input."""

from __future__ import annotations

import sys

from reirrad.errors import InputError, Problem
from reirrad.ingest import load_case, parse_case_bytes
from reirrad.ingest.files import MOST_BYTES
from reirrad.model.case import Case


def read_case(source: str) -> Case:
    """Return the case of a file, or of standard input for ``-``.

    Raises
    ------
    InputError
        If it cannot be read or is no valid case; it carries every problem.
    """
    if source == "-" and sys.stdin is None:
        raise InputError("standard input", [Problem("", "standard input is closed", hint="name a case file")])
    if source == "-":
        return parse_case_bytes(sys.stdin.buffer.read(MOST_BYTES + 1), source="standard input")
    if not source:
        hint = "name a case file, or - for standard input"
        raise InputError("CASE", [Problem("", "the name of the file is empty", hint=hint)])
    return load_case(source)
