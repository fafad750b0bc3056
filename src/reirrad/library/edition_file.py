"""One edition file: TOML to an :class:`~reirrad.model.rule.Edition`, with every problem and its line."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from contextlib import suppress
from dataclasses import fields, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.compiled import LoadedEdition, Origin, digest_of
from reirrad.library.lint import Parts, problems_of_edition, problems_of_parts
from reirrad.library.structures import Structures
from reirrad.library.toml_lines import line_of, lines_of_keys
from reirrad.library.toml_text import read_text, read_toml
from reirrad.model.problems import problems_from
from reirrad.model.rule import (
    Conditions,
    Constraint,
    CordModel,
    Edition,
    RecoverySchedule,
    RecoveryStep,
    Score,
    ScoreGroup,
)

_COMMON = "common"
_OF_CONSTRAINT = re.compile(r"(?P<own>constraint\[\d+\]\.(?P<key>\w+))(?P<rest>.*)", re.DOTALL)
_TABLES: dict[str, type] = {
    "": Edition,
    "constraint": Constraint,
    "recovery": RecoverySchedule,
    "step": RecoveryStep,
    "conditions": Conditions,
    "score": Score,
    "group": ScoreGroup,
    "cord_model": CordModel,
}


def parse_edition(content: bytes, source: str, structures: Structures, *, origin: Origin = "user") -> LoadedEdition:
    """Read one edition and lint it.

    Raises
    ------
    LibraryError
        If it is no valid edition; it carries every problem, each with its line.
    """
    text = read_text(content, source)
    document = read_toml(text, source)
    lines = lines_of_keys(text)
    if not isinstance(document.get(_COMMON, {}), dict):
        where = f"line {line_of(f'{_COMMON}[1]', lines) or line_of(_COMMON, lines)}, {_COMMON}"
        given = shown(document[_COMMON])
        raise LibraryError(
            source, [Problem(where, "this is not a table", given, "[common], once, with keys of constraints")]
        )
    problems = _merge_common(document)
    try:
        edition = _adapter(Edition).validate_python(document)
    except ValidationError as error:
        problems += problems_from(error, keys=_known_keys())
        problems += problems_of_parts(_valid_parts(document), structures)
    else:
        problems += problems_of_edition(edition, structures)
    if problems:
        raise LibraryError(source, _located(problems, lines, _count(document.get("constraint"))))
    return LoadedEdition(edition, digest_of(content), source, origin)


def _count(constraints: Any) -> int:
    return len(constraints) if isinstance(constraints, list) else 0


def _valid_parts(document: dict[str, Any]) -> Parts:
    """Return what of an edition is valid by itself, so that its lint is told together with the rest."""

    def valid(key: str, kind: type) -> list[tuple[int, Any]]:
        found = []
        items = document.get(key, [])
        for number, item in enumerate(items if isinstance(items, list) else [], start=1):
            with suppress(ValidationError):
                found.append((number, _adapter(kind).validate_python(item)))
        return found

    edition_id = document.get("id")
    recovery = valid("recovery", RecoverySchedule)
    return Parts(
        edition_id=edition_id if isinstance(edition_id, str) else "",
        constraints=valid("constraint", Constraint),
        schedules=recovery,
        is_whole=False,
    )


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _known_keys() -> dict[str, list[str]]:
    keys = {name: [field.name for field in fields(table)] for name, table in _TABLES.items()}
    return keys | {"": [*keys[""], _COMMON]}


def _merge_common(document: dict[str, Any]) -> list[Problem]:
    """Give the keys of ``[common]`` to each constraint; none may stand in both, so that nothing is overridden."""
    common = document.pop(_COMMON, {})
    constraints = document.get("constraint")
    if not isinstance(constraints, list):
        return []
    known = _known_keys()["constraint"]
    problems = []
    for key in [key for key in common if key not in known]:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        problems.append(
            Problem(f"{_COMMON}.{key}", "the key is not known", shown(common.pop(key)), ", ".join(known), hint)
        )
    for number, constraint in enumerate(constraints, start=1):
        for key in sorted(common.keys() & constraint.keys()) if isinstance(constraint, dict) else []:
            where = f"constraint[{number}].{key}"
            problems.append(Problem(where, "the key stands in [common] already", hint="write it in one place"))
    document["constraint"] = [{**common, **item} if isinstance(item, dict) else item for item in constraints]
    return problems


def _located(problems: list[Problem], lines: dict[str, int], n_constraints: int) -> list[Problem]:
    """Put the line before the path of each problem; one that every constraint has is named once, in ``[common]``."""
    shared = Counter(_in_common(problem, lines) for problem in problems)
    located: dict[Problem, None] = {}
    for problem in problems:
        common = _in_common(problem, lines)
        told = common if common is not None and shared[common] == n_constraints else problem
        line = line_of(told.where, lines)
        located[replace(told, where=f"line {line}, {told.where}" if line else told.where)] = None
    return list(located)


def _in_common(problem: Problem, lines: dict[str, int]) -> Problem | None:
    """Return a problem as one of ``[common]``, if its key stands there and not in the constraint."""
    parts = _OF_CONSTRAINT.fullmatch(problem.where)
    if parts is None or parts["own"] in lines or f"{_COMMON}.{parts['key']}" not in lines:
        return None
    return replace(problem, where=f"{_COMMON}.{parts['key']}{parts['rest']}")
