"""One piece of information taken out of a case: every path of it, in every way."""

import copy
from collections.abc import Iterator
from typing import Any

from reference.oracle_case import contains

Raw = dict[str, Any]
Path = tuple[str | int, ...]
WAYS = ("delete", "blank", "null")


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Yield the path of every key, table and list item."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*before, key)
        yield from paths(item, (*before, key))


def without(raw: Raw, path: Path, way: str) -> Raw:
    """Return the case with the value at a path deleted, blanked or null."""
    changed = copy.deepcopy(raw)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    if way == "delete":
        del inner[path[-1]]
    else:
        inner[path[-1]] = "" if way == "blank" else None
    return changed


def is_course(path: Path) -> bool:
    """Whether a whole course (or all of them) is taken out."""
    return path[0] == "course" and len(path) <= 2


def is_judged_structure(path: Path) -> bool:
    """Whether a structure is no longer judged: another question, not less information."""
    return path[0] == "structures" and len(path) == 2


def contradicts_itself(raw: Raw) -> bool:
    """Whether a phase states more for a structure than for one around it, which cannot be.

    Such a case is not refused so far; taking one of the two statements out of it leaves the other.
    """
    tables = [phase.get("dose", {}) for course in raw["course"] for phase in course.get("phase", [course])]
    return any(
        contains(outer, inner) and largest(stated[outer], 1) < largest(stated[inner], 0)
        for stated in tables
        for outer in stated
        for inner in stated
    )


def largest(table: Raw, end: int) -> float:
    """Return the largest low (0) or high (1) end of the doses of a structure, in Gy."""
    values = [(name, value) for name, value in table.items() if name != "basis"]
    return max(
        (value[end] if isinstance(value, list) else value) / (100 if name.endswith("[cGy]") else 1)
        for name, value in values
    )


def states_two_point_maxima(raw: Raw) -> bool:
    """Whether a structure states Max beside the metric that is declared to stand for it."""
    declared = raw.get("point_maximum", "none").partition("[")[0]
    return any(
        {"Max", declared} <= {name.partition("[")[0] for name in table}
        for course in raw["course"]
        for phase in course.get("phase", [course])
        for table in phase.get("dose", {}).values()
    )
