"""A small case that is valid, and ways to spoil it."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Patch = Callable[[Document], None]

TOML = """\
schema = "reirrad-case/1"
case_id = "0012345"
prior_radiotherapy = "complete"
prior_courses = 1
structures = ["SpinalCord"]

[[course]]
id = "1 adjuvant"
role = "delivered"
modality = "photon"
technique = "conventional"
start = 2014-01-06
end = "2014-02-07"
schedule = "50 Gy / 25"
fractions_per_day = 1
[course.dose.SpinalCord]
"Max[Gy]" = 45.0
basis = "plan"

[[course]]
id = "2 re-irradiation"
role = "proposed"
modality = "photon"
technique = "stereotactic"
start = "2016-03"
end = "2016-03"
schedule = "10 x 3 Gy"
fractions_per_day = 1
[course.dose.SpinalCord]
"Max[Gy]" = [18, 20.5]
"""

JSON = """\
{
  "schema": "reirrad-case/1", "case_id": "0012345",
  "prior_radiotherapy": "complete", "prior_courses": 1, "structures": ["SpinalCord"],
  "course": [
    {"id": "1 adjuvant", "role": "delivered", "modality": "photon", "technique": "conventional",
     "start": "2014-01-06", "end": "2014-02-07", "schedule": "50 Gy / 25", "fractions_per_day": 1,
     "dose": {"SpinalCord": {"Max[Gy]": 45.0, "basis": "plan"}}},
    {"id": "2 re-irradiation", "role": "proposed", "modality": "photon", "technique": "stereotactic",
     "start": "2016-03", "end": "2016-03", "schedule": "10 x 3 Gy", "fractions_per_day": 1,
     "dose": {"SpinalCord": {"Max[Gy]": [18, 20.5]}}}
  ]
}
"""

DOCUMENT: Document = tomllib.loads(TOML)
FIRST, SECOND = ("course", 0), ("course", 1)
DOSE = (*FIRST, "dose", "SpinalCord")


def good_document() -> Document:
    return copy.deepcopy(DOCUMENT)


def _holder(document: Document, path: tuple[Any, ...]) -> Any:
    for part in path[:-1]:
        document = document[part]
    return document


def put(*path: Any, value: Any) -> Patch:
    """Return the patch that writes a value at a path."""

    def patch(document: Document) -> None:
        _holder(document, path)[path[-1]] = copy.deepcopy(value)

    return patch


def drop(*path: Any) -> Patch:
    """Return the patch that deletes what stands at a path."""

    def patch(document: Document) -> None:
        del _holder(document, path)[path[-1]]

    return patch


def every(*patches: Patch) -> Patch:
    """Return the patch that applies several."""

    def patch(document: Document) -> None:
        for each in patches:
            each(document)

    return patch


def append_course(**changes: Any) -> Patch:
    """Return the patch that lists the first course again, changed, behind the others."""

    def patch(document: Document) -> None:
        document["course"].append(copy.deepcopy(document["course"][0]) | changes)

    return patch
