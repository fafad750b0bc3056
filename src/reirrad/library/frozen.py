"""Tables that stay as they were read: what a library says is in files, and reports name a file that was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Frozen(Mapping[Key, Value], Generic[Key, Value]):
    """A mapping that has no way to be changed; unlike ``types.MappingProxyType`` it can be sent to other processes.

    Examples
    --------
    >>> table = Frozen({"up_to_cc": 0.1})
    >>> table["up_to_cc"], table == {"up_to_cc": 0.1}
    (0.1, True)
    >>> table["up_to_cc"] = 5.0
    Traceback (most recent call last):
    TypeError: 'Frozen' object does not support item assignment
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[Key, Value]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: Key) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Frozen({self._items!r})"
