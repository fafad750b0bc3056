"""The bytes of an edition or a profile to a document, refused in words of the package."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

from reirrad.errors import LibraryError, Problem
from reirrad.library.toml_lines import line_of, lines_of_keys
from reirrad.model.exact_numbers import toml_of, unheld_numbers
from reirrad.model.nesting import MOST_NESTING, is_too_deep


def read_text(content: bytes, source: str) -> str:
    """Return the text of a file, with the line ends that TOML has.

    Raises
    ------
    LibraryError
        If it is no UTF-8.
    """
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        problem = Problem(f"byte {error.start}", "this is not UTF-8 text", hint="save the file as UTF-8")
        raise LibraryError(source, [problem]) from None


def read_toml(text: str, source: str) -> dict[str, Any]:
    """Return the document that a text holds.

    Raises
    ------
    LibraryError
        If it is not TOML, nested too deeply, or has a number that nobody writes or float64 cannot hold.
    """
    if is_too_deep(text):
        raise _too_deep(source)
    try:
        document = toml_of(text)
    except tomllib.TOMLDecodeError as error:
        raise LibraryError(source, [Problem("", f"this is not TOML: {error}")]) from None
    except RecursionError:
        raise _too_deep(source) from None
    except ValueError:  # the only one left is a number of thousands of digits
        problem = Problem("", "a number has thousands of digits", allowed="numbers as people write them")
        raise LibraryError(source, [problem]) from None
    problems = list(unheld_numbers(document))
    if problems:
        lines = lines_of_keys(text)
        raise LibraryError(source, [replace(one, where=_with_line(one.where, lines)) for one in problems])
    return document


def _with_line(where: str, lines: dict[str, int]) -> str:
    line = line_of(where, lines)
    return f"line {line}, {where}" if line else where


def _too_deep(source: str) -> LibraryError:
    allowed = f"at most {MOST_NESTING} levels"
    return LibraryError(source, [Problem("", "the document is nested too deeply", allowed=allowed)])
