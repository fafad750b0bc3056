"""What a self-test found: the record of a commissioning."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed

SELFTEST_SCHEMA: Literal["reirrad-selftest/1"] = "reirrad-selftest/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that was compared: what was expected, by whom, and what was found."""

    what: str
    source: str
    expected: str
    found: str
    unit: str
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a self-test; where one row stands for many comparisons, ``compared`` counts them."""

    name: str
    how: str
    compared: int
    differ: int
    rows: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """The outcome of a self-test; its JSON is stable under its schema name.

    ``environment`` is what it ran with: the interpreter, the machine, and the packages that compute.
    """

    schema: Literal["reirrad-selftest/1"] = SELFTEST_SCHEMA
    agrees: bool
    compared: int
    differ: int
    parts: tuple[Part, ...]
    environment: dict[str, str]
    editions: tuple[EditionUsed, ...]
    options: dict[str, int]
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data, in the order and with the names of its JSON."""
        return asdict(self)
