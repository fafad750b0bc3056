"""A case file to a case, or to every problem that it has."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reirrad.errors import CaseError, Problem, shown
from reirrad.ingest.documents import parse_document
from reirrad.ingest.files import read_case_bytes, refuse_kind, refuse_size
from reirrad.model.case import MOST_COURSES, Case, Course, Phase
from reirrad.model.consistency import Facts, problems_of_case, problems_of_facts
from reirrad.model.fields import plain_number
from reirrad.model.problems import problems_from
from reirrad.quantities import QUANTITIES

_KEYS = {
    "": [field.alias or name for name, field in Case.model_fields.items()],
    "course": list(Course.model_fields),
    "phase": list(Phase.model_fields),
}


def load_case(path: str | Path) -> Case:
    """Read a case from a TOML or JSON file.

    Parameters
    ----------
    path
        The file; what it holds, and not its name, tells TOML from JSON.

    Raises
    ------
    CaseError
        If it is no name of a file, or the file cannot be read or is no valid case; it carries every problem of it.
    """
    if not isinstance(path, str | os.PathLike) or path == "":
        problem = Problem("path", "this is no file name", shown(path), "a str or a pathlib.Path", "name a case file")
        raise CaseError("load_case", [problem])
    return parse_case_bytes(read_case_bytes(Path(path)), source=str(path))


def parse_case_bytes(content: bytes, *, source: str) -> Case:
    """Read a case from the bytes of a TOML or JSON document.

    Raises
    ------
    CaseError
        As :func:`load_case`.
    """
    refuse_kind(content, source)
    refuse_size(content, source)
    return parse_case(parse_document(content, source), source=source)


def parse_case(document: Mapping[str, Any], *, source: str = "case") -> Case:
    """Build a case from a mapping of the shape of a case file.

    Raises
    ------
    CaseError
        If it is no valid case; it carries every problem of it.

    Examples
    --------
    >>> parse_case({"schema": "reirrad-case/1", "case_id": "A", "structures": ["SpinalCord"]}).prior_radiotherapy
    'unknown'
    """
    if not isinstance(document, Mapping) or not all(isinstance(key, str) for key in document):
        problem = Problem("", "this is not a case", shown(document), "a mapping of the shape of a case file")
        raise CaseError(source, [problem])
    try:
        case = Case.model_validate(dict(document))
    except ValidationError as error:
        problems: list[Problem] = [*problems_from(error, keys=_KEYS), *problems_of_facts(_facts(document))]
        raise CaseError(source, problems) from None
    problems = problems_of_case(case)
    if problems:
        raise CaseError(source, problems)
    return case


def _facts(document: Mapping[str, Any]) -> Facts:
    """Return what can be read of a document, so that one broken field does not hide what is wrong elsewhere."""
    courses: dict[int, Course] = {}
    listed = document.get("course")
    listed = listed if isinstance(listed, list | tuple) else []
    for index, raw in enumerate(listed[:MOST_COURSES]):
        try:
            courses[index] = Course.model_validate(raw)
        except ValidationError:
            continue
    history = document.get("prior_radiotherapy", "unknown")
    names = document.get("structures")
    is_list = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
    half_times = document.get("repair_half_time_h")
    roles = [raw.get("role") if isinstance(raw, Mapping) else None for raw in listed]
    stated = document.get("prior_courses")
    count = _whole_number(stated)
    point_maximum = document.get("point_maximum")
    return Facts(
        history=history if isinstance(history, str) else None,
        prior_courses=count,
        structures=names if is_list else None,
        roles=roles,
        courses=courses,
        half_times=[name for name in half_times if isinstance(name, str)] if isinstance(half_times, Mapping) else (),
        point_maximum=point_maximum if isinstance(point_maximum, str) else None,
        is_history_readable=(
            (stated is None or count is not None)
            and all(role in ("delivered", "proposed") for role in roles)
            and isinstance(document.get("course", []), list | tuple)
        ),
    )


def _whole_number(value: object) -> int | None:
    value = plain_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    is_valid = QUANTITIES["prior_courses"].contains(value) and value == int(value)
    return int(value) if is_valid else None
