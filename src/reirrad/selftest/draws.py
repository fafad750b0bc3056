"""Random numbers that are the same on every platform and with every version of Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """Draws of one case, from a seed and the number of the case.

    Only ``random.random()`` is used, the one method whose sequence Python promises to keep.
    """

    def __init__(self, seed: int, index: int) -> None:
        self._random = random.Random(f"{seed}/{index}").random  # noqa: S311

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """Draw an item; one that is listed twice is drawn twice as often."""
        return items[int(self._random() * len(items))]

    def chance(self, one_in: int) -> bool:
        """Draw true once in so many times."""
        return self._random() * one_in < 1

    def some_of(self, items: Sequence[Item], count: int) -> list[Item]:
        """Draw different items, in the order drawn."""
        left = list(items)
        return [left.pop(int(self._random() * len(left))) for _ in range(min(count, len(left)))]
