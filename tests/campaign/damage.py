"""What may be lost of a case: a field, key, table or item, in every way in which it can be lost; several at once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from property.deletions import Path, Raw, paths

#: A path and how what stands there is lost.
Loss = tuple[Path, str]
#: deleted; "" or blanks; null; an empty table or list; a key without a name; a number written as text
WAYS = ("delete", "blank", "blanks", "null", "empty", "unnamed", "quoted")


def clone(value: Any) -> Any:
    """Return a copy of plain data; several times faster than ``copy.deepcopy``."""
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    return [clone(item) for item in value] if isinstance(value, list) else value


def lost(raw: Raw, losses: Sequence[Loss]) -> Raw:
    """Return the case without what is lost; later items first, so that the places of the others stay."""
    changed: Raw = clone(raw)
    for path, way in sorted(losses, key=lambda loss: [str(key).rjust(6) for key in loss[0]], reverse=True):
        inner: Any = changed
        for key in path[:-1]:
            inner = inner[key] if _has(inner, key) else None
        key = path[-1]
        if not _has(inner, key):
            continue  # lost with what it belonged to
        if way == "delete":
            del inner[key]
        elif way == "unnamed" and isinstance(inner, dict):
            inner[""] = inner.pop(key)
        else:
            inner[key] = _without(inner[key], way)
    return changed


def _has(inner: Any, key: Any) -> bool:
    if isinstance(inner, list):
        return isinstance(key, int) and key < len(inner)
    return isinstance(inner, dict) and key in inner


def _without(value: Any, way: str) -> Any:
    if way == "empty" and isinstance(value, dict | list):
        return type(value)()
    if way == "quoted" and isinstance(value, int | float):
        return str(value)
    return {"blank": "", "blanks": "  "}.get(way)


def ways_of(raw: Raw, path: Path) -> tuple[str, ...]:
    """Return the ways in which what stands at a path can be lost."""
    value: Any = raw
    for key in path:
        value = value[key]
    left_out = set()
    if not isinstance(value, dict | list):
        left_out.add("empty")
    if isinstance(value, bool) or not isinstance(value, int | float):
        left_out.add("quoted")
    if isinstance(path[-1], int):
        left_out.add("unnamed")
    return tuple(way for way in WAYS if way not in left_out)


def random_losses(random_: random.Random, raw: Raw) -> list[Loss]:
    """Return one loss, mostly, or two to four, or one key wherever it stands."""
    every = list(paths(raw))
    kind = random_.random()
    if kind < 0.1:
        key = random_.choice(every)[-1]
        return [(path, "delete" if random_.random() < 0.8 else "null") for path in every if path[-1] == key]
    count = 1 if kind < 0.6 else random_.choice((2, 2, 3, 4))
    first = random_.choice(every)
    chosen = [first]
    for _ in range(count - 1):
        # what stands near the first one, as often as anything
        near = [path for path in every if path[:-1] == chosen[0][:-1]] if random_.random() < 0.5 else every
        chosen.append(random_.choice(near))
    return [(path, _way(random_, raw, path, count)) for path in dict.fromkeys(chosen)]


def _way(random_: random.Random, raw: Raw, path: Path, count: int) -> str:
    # most other ways are refused at once: of several losses, that would hide the others
    if random_.random() < (0.6 if count == 1 else 0.85):
        return "delete"
    return random_.choice(ways_of(raw, path))
