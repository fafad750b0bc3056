"""A case made smaller for as long as something holds of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from reirrad.errors import ReirradError

Raw = dict[str, Any]
# the number of courses is counted anew
_NEEDED = {
    *("schema", "case_id", "structures", "course", "prior_courses", "id", "role", "modality", "fractions_per_day"),
}


def smaller(raw: Raw, holds: Callable[[Raw], bool]) -> Raw:
    """Leave out one part after another, as long as the case can be read and it still holds."""
    for candidate in without_one_part(raw):
        try:
            found = holds(candidate)
        except (ReirradError, KeyError):
            continue
        if found:
            return smaller(candidate, holds)
    return raw


def without_one_part(raw: Raw) -> Iterator[Raw]:
    """Yield the case without one of its courses, structures, doses or facts."""
    for path in _paths(raw, ()):
        changed = copy.deepcopy(raw)
        holder: Any = changed
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        if changed.get("prior_radiotherapy") == "complete":
            changed["prior_courses"] = sum(course["role"] != "proposed" for course in changed["course"])
        yield changed


def _paths(item: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(item, dict):
        for key in item:
            if key not in _NEEDED:
                yield (*path, key)
            yield from _paths(item[key], (*path, key))
    elif isinstance(item, list) and all(isinstance(part, dict | str) for part in item):
        for place, part in enumerate(item):
            yield (*path, place)
            yield from _paths(part, (*path, place))
