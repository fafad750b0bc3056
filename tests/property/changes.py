"""Changes to raw cases, and what of a report they are compared by."""

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from reirrad.engine.check import check
from reirrad.errors import CaseError
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.model.case import Case
from reirrad.model.finding import Finding, Report

Raw = dict[str, Any]
Key = tuple[str, str]


def parsed(raw: Raw) -> Case | None:
    """Return the case, or ``None`` if it is refused."""
    try:
        return parse_case(raw)
    except CaseError:
        return None


def judged(raw: Raw, library: Library | None = None, *, strict: bool = False) -> Report | None:
    """Return the report of a case, or ``None`` if it is refused."""
    case = parsed(raw)
    try:
        return None if case is None else check(case, library=library, strict=strict)
    except CaseError:
        return None


def by_key(report: Report) -> dict[Key, Finding]:
    return {(item.constraint_id, item.structure): item for item in report.findings}


def comparable(report: Report) -> str:
    """Return what must not depend on how a case is written: all but its digest and the notes on its keys."""
    content = report.to_dict()
    del content["input"], content["notes"]
    return json.dumps(content)


def phases(raw: Raw) -> Iterator[tuple[Raw, Raw]]:
    """Yield each course with each of its phases; a course without phases is one itself."""
    for course in raw["course"]:
        for phase in course.get("phase", [course]):
            yield course, phase


def is_dose(name: str) -> bool:
    """Whether a key of a dose table is a dose metric, and neither a volume nor a fact."""
    return name.endswith(("[Gy]", "[cGy]"))


def doses(raw: Raw) -> Iterator[tuple[Raw, Raw, str]]:
    """Yield each course with the table of one structure and one metric in it."""
    for course, phase in phases(raw):
        for table in phase.get("dose", {}).values():
            for name in table:
                if is_dose(name):
                    yield course, table, name


def ends(value: Any) -> tuple[Decimal, Decimal]:
    low, high = value if isinstance(value, list) else (value, value)
    return Decimal(str(low)), Decimal(str(high))


def dose_value(low: Decimal, high: Decimal) -> Any:
    """Return a dose as files have it: a number, or a range."""
    values = [int(end) if end == int(end) else float(end) for end in (low, high)]
    return values if low < high else values[0]


def in_other_unit(raw: Raw, unit: str) -> Raw:
    """Return the case with every dose in Gy or in cGy."""
    changed = copy.deepcopy(raw)
    for _, phase in phases(changed):
        for table in phase.get("dose", {}).values():
            items = list(table.items())
            table.clear()
            for name, value in items:
                if is_dose(name) and not name.endswith(f"[{unit}]"):
                    factor = Decimal(100) if unit == "cGy" else Decimal("0.01")
                    value = dose_value(*(end * factor for end in ends(value)))
                    name = f"{name.partition('[')[0]}[{unit}]"
                table[name] = value
    return changed


@st.composite
def shuffled_keys(draw: st.DrawFn, value: Any) -> Any:
    """Return the same content with the keys of every table in another order."""
    if isinstance(value, dict):
        return {key: draw(shuffled_keys(value[key])) for key in draw(st.permutations(sorted(value)))}
    return [draw(shuffled_keys(item)) for item in value] if isinstance(value, list) else value


def is_chained(raw: Raw) -> bool:
    """Whether file order means something: with months_since_previous it is the order in time."""
    return any("months_since_previous" in course for course in raw["course"])


def is_delivered(course: Raw) -> bool:
    return bool(course["role"] == "delivered")
