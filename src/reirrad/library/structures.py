"""Structure names: the alias table and what contains what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reirrad.library.frozen import Frozen
from reirrad.model.names import folded
from reirrad.model.structure import ListedStructure

#: How the names of the halves of pairs end.
_SIDES = {"_L": "left", "_R": "right"}


@dataclass(frozen=True)
class Structures:
    """Canonical structure names, their aliases and their smallest containers."""

    names: tuple[str, ...]
    aliases: Mapping[str, str]
    within: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_table(cls, document: Mapping[str, Any]) -> Structures:
        """Build the table; two structures may not share a name or alias."""
        rows = document["structure"]
        aliases: dict[str, str] = {}
        for row in rows:
            for name in (row["name"], *row["aliases"]):
                if aliases.setdefault(folded(name), row["name"]) != row["name"]:
                    raise ValueError(f"the structure name {name!r} is listed twice")
        within = {row["name"]: tuple(row["within"]) for row in rows}
        return cls(tuple(row["name"] for row in rows), Frozen(aliases), Frozen(within))

    def canonical(self, name: str) -> str | None:
        """Return the TG-263 name, or ``None``: names match exactly or by alias after case folding, never by part."""
        return self.aliases.get(folded(name))

    def listed(self) -> tuple[ListedStructure, ...]:
        """Return every structure that is known, in the order of the table."""
        others: dict[str, list[str]] = {name: [] for name in self.names}
        for alias, name in self.aliases.items():
            if alias != folded(name):
                others[name].append(alias)
        return tuple(
            ListedStructure(name, _SIDES.get(name[-2:]), tuple(others[name]), self.within[name]) for name in self.names
        )

    @cached_property
    def _all_containers(self) -> dict[str, frozenset[str]]:
        closed: dict[str, frozenset[str]] = {}

        def close(name: str) -> frozenset[str]:
            if name not in closed:
                direct = self.within.get(name, ())
                closed[name] = frozenset(direct).union(*(close(container) for container in direct))
            return closed[name]

        for name in self.names:
            close(name)
        return closed

    def containers_of(self, name: str) -> frozenset[str]:
        """Return every structure that contains this one, itself not included."""
        return self._all_containers.get(name, frozenset())

    def parts_of(self, name: str) -> frozenset[str]:
        """Return every structure that lies within this one, itself not included."""
        return frozenset(part for part, containers in self._all_containers.items() if name in containers)

    def are_related(self, name: str, other: str) -> bool:
        """Whether one of the two contains the other."""
        return name in self.containers_of(other) or other in self.containers_of(name)
