"""A case of two courses, as a test needs it."""

from __future__ import annotations

import tomllib
from typing import Any

from reirrad import check
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.model.finding import Report

CASE = """\
schema = "reirrad-case/1"
case_id = "two courses"
prior_radiotherapy = "complete"
prior_courses = 1
structures = ["STRUCTURE"]
[[course]]
id = "first"
role = "delivered"
modality = "photon"
technique = "conventional"
schedule = "40 Gy / 20"
fractions_per_day = 1
FIRST
dose.STRUCTURE = { "Max[Gy]" = 40.0, "D0.1cc[Gy]" = 40.0, basis = "plan" }
[[course]]
id = "second"
role = "proposed"
modality = "photon"
technique = "conventional"
schedule = "20 Gy / 10"
fractions_per_day = 1
SECOND
dose.STRUCTURE = { "Max[Gy]" = 20.0, "D0.1cc[Gy]" = 20.0, basis = "plan" }
"""


def case_of(end: str, start: str, *, structure: str = "SpinalCord") -> str:
    """Return a case of 40 Gy in 20 and 20 Gy in 10 fractions, with the end of the first and the start of the second."""
    first = f'end = "{end}"' if end else ""
    second = start if "=" in start else f'start = "{start}"'
    return CASE.replace("FIRST", first).replace("SECOND", second).replace("STRUCTURE", structure)


def report_of(text: str, library: Library | None = None) -> Report:
    return check(parse_case(tomllib.loads(text)), library=library)


def only(items: Any, **wanted: Any) -> Any:
    """Return the one item that has the values wanted."""
    (found,) = (item for item in items if all(getattr(item, name) == value for name, value in wanted.items()))
    return found
