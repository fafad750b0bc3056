"""A structure as it is listed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedStructure:
    """A structure that is known, and what is known of it."""

    #: by TG-263
    name: str
    #: left or right; ``None`` for what is no half of a pair
    side: str | None
    #: other names that mean exactly it, as they are compared: without case
    aliases: tuple[str, ...]
    #: the smallest structures that contain it
    within: tuple[str, ...]
