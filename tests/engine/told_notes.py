"""The notes of a case, from findings made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.house_edition import house_edition
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.from_cases import prepare
from reirrad.engine.notes import CheckOptions, notes_of_case
from reirrad.ingest import parse_case
from reirrad.library import Library, load_library
from reirrad.model.finding import Finding

Raw = dict[str, Any]
HOUSE = house_edition({"a": {"limit": 60}})
#: Only this edition, as the package would ship it.
PLAIN = Library((replace(HOUSE, origin="shipped"),), load_library().structures, load_library().conventions)
TENS = case(
    ["SpinalCord"],
    course(*FIRST, "10 Gy / 5", dose=cord(10)),
    course(*SECOND, "10 Gy / 5", dose=cord(10), technique="stereotactic"),
)
COMPLETE = "history: complete, every course is listed"


def notes(
    raw: Raw,
    findings: Sequence[Finding] = (),
    bare: Sequence[str] = (),
    left_out: Mapping[str, int] | None = None,
    library: Library = PLAIN,
    *,
    require_organs: bool = False,
) -> list[str]:
    """Return the notes of the second of two cases, but for that on its history."""
    read = parse_case(raw)
    prepared = prepare([parse_case(TENS), read], library)
    options = CheckOptions(require_organs=require_organs)
    first, *rest = notes_of_case(1, read, prepared, findings, bare, library, left_out or {}, options)
    assert first == COMPLETE
    return rest
