"""Changes of inputs that keep their form, so that what lies behind the parser of a format is reached too."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

#: A change of an input; what it makes is cut to the length that is allowed by whoever calls it.
Change = Callable[[bytes, Random], bytes]


def of_tokens(tokens: Sequence[str]) -> Change:
    """Return the change that puts a token at a place, over nothing or over a few bytes."""
    pieces = [token.encode() for token in tokens]

    def change(data: bytes, random: Random) -> bytes:
        first = random.randint(0, len(data))
        last = min(len(data), first + random.choice((0, 0, 1, 1, 2, 4, 8)))
        return data[:first] + random.choice(pieces) + data[last:]

    return change


def of_lines(tokens: Sequence[str]) -> Change:
    """Return the change of a document of ``key = value`` lines: a value, a line, two lines, or a token anywhere."""
    anywhere = of_tokens(tokens)
    pieces = [token.encode() for token in tokens]

    def change(data: bytes, random: Random) -> bytes:
        lines = data.split(b"\n")
        at = random.randrange(len(lines))
        match random.randrange(8):
            case 0 | 1 | 2 if b"=" in lines[at]:
                lines[at] = lines[at][: lines[at].find(b"=") + 1] + b" " + random.choice(pieces)
            case 3:
                del lines[at]
            case 4:
                lines.insert(random.randint(0, len(lines)), lines[at])
            case 5:
                other = random.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 6 if b"=" in lines[at]:
                # a value that stands elsewhere is likely to be of the right kind
                other = random.choice(lines)
                lines[at] = lines[at][: lines[at].find(b"=")] + other[max(other.find(b"="), 0) :]
            case _:
                return anywhere(data, random)
        return b"\n".join(lines)

    return change


def of_cells(tokens: Sequence[str]) -> Change:
    """Return the change of a table of lines and cells: a cell, a line, a column's cell of another line, or a token."""
    anywhere = of_tokens(tokens)
    pieces = [token.encode() for token in tokens]

    def change(data: bytes, random: Random) -> bytes:
        lines = data.split(b"\n")
        at = random.randrange(len(lines))
        cells = lines[at].split(b",")
        column = random.randrange(len(cells))
        match random.randrange(8):
            case 0 | 1 | 2:
                cells[column] = random.choice(pieces)
                lines[at] = b",".join(cells)
            case 3:
                del lines[at]
            case 4:
                lines.insert(random.randint(1, len(lines)), lines[at])
            case 5:
                other = random.choice(lines).split(b",")
                cells[column] = other[min(column, len(other) - 1)]
                lines[at] = b",".join(cells)
            case 6:
                del cells[column]
                lines[at] = b",".join(cells)
            case _:
                return anywhere(data, random)
        return b"\n".join(lines)

    return change


def of_json(tokens: Sequence[str], values: Sequence[Any]) -> Change:
    """Return the change of a JSON document: a value, a key, an item, or a token anywhere in its text."""
    anywhere = of_tokens(tokens)

    def change(data: bytes, random: Random) -> bytes:
        if random.randrange(4) == 0:
            return anywhere(data, random)
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            return anywhere(data, random)
        holders = list(_holders(document))
        if not holders:
            return anywhere(data, random)
        _change_holder(random.choice(holders), random, values)
        return json.dumps(document).encode()

    return change


def _holders(value: Any) -> Any:
    if isinstance(value, dict | list) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


def _change_holder(holder: Any, random: Random, values: Sequence[Any]) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key, other = random.choice(keys), random.choice(keys)
    match random.randrange(6):
        case 0 | 1 | 2:
            holder[key] = copy.deepcopy(random.choice(values))
        case 3:
            del holder[key]
        case 4:
            holder[key] = copy.deepcopy(holder[other])
        case _ if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case _:
            holder[str(random.choice(values))] = holder.pop(key)
