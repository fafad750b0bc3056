"""One piece of information taken out of a case: every path of it, in every way."""

import copy
from collections.abc import Iterator
from typing import Any

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
