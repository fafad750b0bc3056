"""TOML and JSON text to plain mappings, refusing what a parser would quietly repair."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from typing import Any

from reirrad.errors import CaseError, Problem, shown

_MOST_NESTING = 20


def parse_document(content: bytes, source: str) -> dict[str, Any]:
    """Return the mapping that a TOML or JSON document holds; JSON is what begins with a brace.

    Raises
    ------
    CaseError
        If the bytes are no UTF-8, the text is neither, a JSON key stands twice, a number is not finite or the nesting
        is too deep.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise _refused(source, where, "this is not UTF-8 text", hint="save the file as UTF-8") from None
    if text.lstrip().startswith(("{", "[")) and not _looks_like_toml(text):
        return _parse_json(text, source)
    return _parse_toml(text, source)


def _looks_like_toml(text: str) -> bool:
    first = text.lstrip().splitlines()[0].strip()
    return first.startswith("[") and first.rstrip().endswith("]") and "," not in first and '"' not in first


def _parse_toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise _refused(source, "", f"this is not TOML: {error}") from None
    except RecursionError:
        raise _too_deep(source) from None
    except ValueError as error:  # a date such as 31 February, or a number of thousands of digits
        hint = "is there a date that does not exist?" if "day" in str(error) or "month" in str(error) else ""
        raise _refused(source, "", f"a value cannot be read: {error}", hint=hint) from None


def _parse_json(text: str, source: str) -> dict[str, Any]:
    problems: list[Problem] = []

    def refuse_constant(name: str) -> None:
        problems.append(Problem("", "the number is not finite", name, hint="leave the key out if it is unknown"))

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, count in Counter(key for key, _ in pairs).items():
            if count > 1:
                problems.append(Problem("", f"the key stands {count} times in one object", shown(key)))
        return dict(pairs)

    if _nesting(text) > _MOST_NESTING:
        raise _too_deep(source)
    try:
        document = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refused(source, where, f"this is not JSON: {error.msg}") from None
    except ValueError as error:
        raise _refused(source, "", f"a value cannot be read: {error}") from None
    if problems:
        raise CaseError(source, problems)
    if not isinstance(document, dict):
        raise _refused(source, "", "the document is not an object", hint="one case a file: { ... }")
    return document


def _nesting(text: str) -> int:
    deepest = depth = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "}]":
            depth -= 1
    return deepest


def _too_deep(source: str) -> CaseError:
    return _refused(source, "", "the document is nested too deeply", allowed=f"at most {_MOST_NESTING} levels")


def _refused(source: str, where: str, what: str, *, allowed: str = "", hint: str = "") -> CaseError:
    return CaseError(source, [Problem(where, what, allowed=allowed, hint=hint)])
