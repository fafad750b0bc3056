"""Pydantic's errors in the words of the package: where, what, given, allowed, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reirrad.errors import Problem, key_text, shown

#: Lists of tables, written with two brackets.
_TABLES = frozenset({"course", "phase", "constraint", "recovery", "step", "group"})

_HINTS = {
    "fractions_per_day": "write fractions_per_day = 1 for a course given once a day",
    "modality": 'write modality = "photon" for a linear accelerator',
    "role": 'write role = "delivered" for what was given, "proposed" for what is planned',
}


def problems_from(error: ValidationError, *, keys: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Yield one problem for each error of a validation.

    Parameters
    ----------
    error
        What pydantic raised.
    keys
        The known keys of each kind of table (``""`` is the document), for the hint behind an unknown one.
    """
    found = error.errors(include_url=False)
    for details in found:
        # a list whose items were all refused is not empty
        at = details["loc"]
        if details["type"] == "too_short" and any(len(e["loc"]) > len(at) and e["loc"][: len(at)] == at for e in found):
            continue
        yield _problem(details, keys)


def _problem(details: ErrorDetails, keys: Mapping[str, Sequence[str]]) -> Problem:
    location = details["loc"]
    where = path_text(location)
    key = str(location[-1]) if location else ""
    context: dict[str, Any] = details.get("ctx", {})
    given = "" if details["type"] == "missing" else shown(details["input"])
    match details["type"]:
        case "reirrad":
            return Problem(where, context["what"], given, context["allowed"], context["hint"])
        case "missing":
            return Problem(where, "it is required", hint=_HINTS.get(key, ""))
        case "extra_forbidden" | "unexpected_keyword_argument":
            known = keys.get(_table_of(location), ())
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            return Problem(where, "the key is not known", given, ", ".join(known), hint)
        case "literal_error":
            return Problem(where, "this is not one of the allowed words", given, context["expected"])
        case "model_type" | "dict_type" | "model_attributes_type" | "dataclass_type":
            return Problem(where, "this is not a table", given, "a table of keys and values")
        case "tuple_type" | "list_type":
            is_table = key in _TABLES
            allowed = f"[[{key}]] tables" if is_table else "a list in brackets"
            hint = f"write [[{key}]], with two brackets" if is_table else 'write ["..."]'
            return Problem(where, "this is not a list", given, allowed, hint)
        case "bool_type":
            return Problem(where, "this is not true or false", given, "true or false, without quotes")
        case "int_type":
            return Problem(where, "this is not a whole number", given, "a whole number")
        case "invalid_key":
            return Problem(where, "the key is not text", given, "a name")
        case "string_unicode":
            what = "the text has half a character, which cannot be written"
            return Problem(where or "(a key)", what, given, "printable text")
        case "too_short":
            return Problem(where, "the list is empty", given, f"at least {context['min_length']}")
        case "too_long":
            return Problem(where, "the list is too long", "", f"at most {context['max_length']}")
        case _:
            return Problem(where, details["msg"], given)


def path_text(location: Sequence[int | str]) -> str:
    """Return a location as a path in the file; list items count from 1.

    >>> path_text(("course", 0, "dose", "SpinalCord", "Max[Gy]"))
    'course[1].dose.SpinalCord."Max[Gy]"'
    """
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part == "[key]":
            text += " (the key)"
        else:
            text += f".{key_text(part)}" if text else key_text(part)
    return text


def _table_of(location: Sequence[int | str]) -> str:
    names = [part for part in location[:-1] if isinstance(part, str)]
    return names[-1] if names else ""
