"""TOML and JSON text to plain mappings, refusing what a parser would quietly repair."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from reirrad.errors import CaseError, Problem, shown
from reirrad.model.exact_numbers import read_float, read_whole, toml_of, unheld_numbers
from reirrad.model.nesting import MOST_NESTING, is_too_deep

#: What tells where the keys of JSON stand: texts, braces, line ends.
_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\n]')
_COLON = re.compile(r"\s*:")


def parse_document(content: bytes, source: str) -> dict[str, Any]:
    """Return the mapping that a TOML or JSON document holds; JSON is what begins with a brace.

    Raises
    ------
    CaseError
        If the bytes are no UTF-8, the text is neither, a JSON key stands twice, a number is not finite or cannot be
        held by float64, or the nesting is too deep.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise _refused(source, where, "this is not UTF-8 text", hint="save the file as UTF-8") from None
    if is_too_deep(text):
        raise _too_deep(source)
    if text.lstrip().startswith("{") or _is_json_list(text):
        return _parse_json(text, source)
    return _parse_toml(text, source)


def _is_json_list(text: str) -> bool:
    """Whether a document that begins with a bracket is a JSON list and not a TOML table."""
    if not text.lstrip().startswith("["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _parse_toml(text: str, source: str) -> dict[str, Any]:
    try:
        document = toml_of(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(?P<what>.*) \(at (?P<where>.*)\)", str(error), re.DOTALL)
        what, where = (found["what"], found["where"]) if found else (str(error), "")
        hint = "is there a date that does not exist?" if "date" in what else ""
        raise _refused(source, where, f"this is not TOML: {what}", hint=hint) from None
    except RecursionError:
        raise _too_deep(source) from None
    except ValueError:  # the only one left is a number of thousands of digits
        raise _too_many_digits(source) from None
    problems = list(unheld_numbers(document))
    if problems:
        raise CaseError(source, problems)
    return document


def _parse_json(text: str, source: str) -> dict[str, Any]:
    problems: list[Problem] = []

    def refuse_constant(name: str) -> None:
        problems.append(Problem("", "the number is not finite", name, hint="leave the key out if it is unknown"))

    repeated: Iterator[tuple[str, list[int]]] | None = None

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        for key, count in Counter(key for key, _ in pairs).items():
            if count > 1:
                # objects end in the same order here and there
                repeated = _repeated_keys(text) if repeated is None else repeated
                lines = next((lines for name, lines in repeated if name == key), [])
                problems.append(Problem(_lines(lines), f"the key stands {count} times in one object", shown(key)))
        return dict(pairs)

    try:
        document = json.loads(
            text,
            parse_constant=refuse_constant,
            parse_float=read_float,
            parse_int=read_whole,
            object_pairs_hook=unique,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refused(source, where, f"this is not JSON: {error.msg}") from None
    except ValueError:
        raise _too_many_digits(source) from None
    problems += unheld_numbers(document)
    if problems:
        raise CaseError(source, problems)
    if not isinstance(document, dict):
        raise _refused(source, "", "the document is not an object", hint="one case a file: { ... }")
    return document


def _repeated_keys(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each key of valid JSON that stands more than once in its object, with its lines, as objects end."""
    line = 1
    open_: list[dict[str, list[int]]] = []
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece == "\n":
            line += 1
        elif piece == "{":
            open_.append({})
        elif piece == "}":
            yield from ((key, lines) for key, lines in open_.pop().items() if len(lines) > 1)
        elif _COLON.match(text, found.end()):
            open_[-1].setdefault(json.loads(piece), []).append(line)


def _lines(lines: list[int]) -> str:
    numbers = list(dict.fromkeys(lines))
    if len(numbers) < 2:
        return "".join(f"line {number}" for number in numbers)
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _too_deep(source: str) -> CaseError:
    return _refused(source, "", "the document is nested too deeply", allowed=f"at most {MOST_NESTING} levels")


def _too_many_digits(source: str) -> CaseError:
    return _refused(source, "", "a number has thousands of digits", allowed="numbers as people write them")


def _refused(source: str, where: str, what: str, *, allowed: str = "", hint: str = "") -> CaseError:
    return CaseError(source, [Problem(where, what, allowed=allowed, hint=hint)])
