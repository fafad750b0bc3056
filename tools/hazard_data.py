"""The hazards of ``docs/hazards.toml``: what each is, what the program does, its tests, and the guards of the code."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs" / "hazards.toml"
STATUSES = ("reached", "open", "waits")


@dataclass(frozen=True)
class Guard:
    """A piece of code without which the hazard comes true, and the text that takes it away."""

    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Digest of the change and its tests: a record of it is of no other one."""
        text = "\0".join((self.file, self.find, self.replace, *self.tests))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def line(self) -> str:
        """The first line that is changed, as a reader recognises it."""
        return next(line.strip() for line in self.find.splitlines() if line.strip())


@dataclass(frozen=True)
class Hazard:
    """One row: ``status`` is reached, open (a part of the behaviour is missing) or waits (for a feature)."""

    id: str
    hazard: str
    behaviour: str
    status: str
    reason: str
    tests: tuple[str, ...]
    guards: tuple[Guard, ...]


@dataclass(frozen=True)
class Hazards:
    """The whole table; ``groups`` are titles by the first letter of ids."""

    ids: tuple[str, ...]
    groups: Mapping[str, str]
    rows: tuple[Hazard, ...]

    def of_group(self, letter: str) -> list[Hazard]:
        """Return the rows whose ids begin with a letter."""
        return [row for row in self.rows if row.id.startswith(letter)]


def load_hazards(path: Path = DATA) -> Hazards:
    """Read the table.

    Raises
    ------
    ValueError
        If a row has keys that are not known, or a status that is none.
    """
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = tuple(_hazard(raw) for raw in document["hazard"])
    return Hazards(tuple(_expanded(document["ids"])), document["groups"], rows)


def _expanded(ids: list[str]) -> list[str]:
    """Return ids of which some are written as ranges: H01-H12."""
    found: list[str] = []
    for text in ids:
        first, _, last = text.partition("-")
        numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
        found += [f"{first[0]}{number:02}" for number in numbers]
    return found


def _hazard(raw: dict[str, Any]) -> Hazard:
    known = {"id", "hazard", "behaviour", "waits", "open", "tests", "guard"}
    if raw.keys() - known or {"waits", "open"} <= raw.keys():
        raise ValueError(f"{raw.get('id')}: keys {sorted(raw)}")
    status = next((word for word in ("waits", "open") if word in raw), "reached")
    tests = tuple(raw.get("tests", ()))
    guards = tuple(
        Guard(one["file"], one["find"], one["replace"], tuple(one.get("tests", tests))) for one in raw.get("guard", ())
    )
    return Hazard(raw["id"], raw["hazard"], raw["behaviour"], status, raw.get(status, ""), tests, guards)
