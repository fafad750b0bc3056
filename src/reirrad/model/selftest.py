"""What a self-test found: the record of a commissioning."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed

SELFTEST_SCHEMA: Literal["reirrad-selftest/1"] = "reirrad-selftest/1"

#: Where an expected value comes from: printed in the source, worked out by hand (in this package, from an equation or a
#: schedule of the source), given by code that the source published, by the oracle, or by a stored digest.
Basis = Literal["printed", "by hand", "published code", "exact arithmetic", "digest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that was compared: what was expected, by whom, and what was found.

    ``expected`` and ``found`` are what is compared; the two with units are how people read them.
    """

    what: str
    source: str
    expected: str
    found: str
    unit: str
    agrees: bool
    basis: Basis
    expected_with_unit: str
    found_with_unit: str


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

    ``environment`` is what it ran with: the interpreter, the operating system, the machine, and the packages that
    compute; no name of a machine or of a user. ``code_digest`` is the SHA-256 of the package's own files, as
    :mod:`reirrad.selftest.installation` defines it.
    """

    schema: Literal["reirrad-selftest/1"] = SELFTEST_SCHEMA
    agrees: bool
    compared: int
    differ: int
    parts: tuple[Part, ...]
    environment: dict[str, str]
    code_digest: str
    editions: tuple[EditionUsed, ...]
    options: dict[str, int]
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data, in the order and with the names of its JSON."""
        return asdict(self)
