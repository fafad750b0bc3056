"""Published values, and values worked out by hand, that a program can be compared with; none of them is a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from reirrad.errors import LibraryError, Problem
from reirrad.library.load import parsed_table

_NAME = "check_values.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculationValue:
    """What a function of radiobiology gives for arguments, with the digits that are printed."""

    what: str
    call: str
    arguments: Mapping[str, float]
    printed: str
    unit: str
    source: str
    #: arguments of the incomplete-repair factor, where there is one
    repair: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFinding:
    """What a finding of a case comes to: its status, and the digits of its value or of another field."""

    constraint_id: str
    structure: str
    status: str
    printed: str | None = None
    field: str = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseValues:
    """A case, the editions that it is judged by, and what is expected."""

    name: str
    source: str
    editions: tuple[str, ...]
    finding: tuple[ExpectedFinding, ...]
    case: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckValues:
    """Everything the package can be compared with."""

    calculations: tuple[CalculationValue, ...]
    cases: tuple[CaseValues, ...]


@cache
def load_check_values() -> CheckValues:
    """Return the check values of the package.

    Raises
    ------
    LibraryError
        If their file is not there, or is not what it was.

    >>> load_check_values().calculations[0].printed
    '100'
    """
    try:
        content = resources.files("reirrad.library").joinpath(_NAME).read_bytes()
    except OSError as error:
        hint = "install the package again"
        raise LibraryError(_NAME, [Problem("", f"cannot be read: {error.strerror}", hint=hint)]) from None
    table = parsed_table(_NAME, content)
    try:
        return CheckValues(
            tuple(CalculationValue(**row) for row in table["calculation"]),
            tuple(
                CaseValues(
                    **row
                    | {
                        "editions": tuple(row["editions"]),
                        "finding": tuple(ExpectedFinding(**item) for item in row["finding"]),
                    }
                )
                for row in table["case"]
            ),
        )
    except (KeyError, TypeError) as error:
        problem = Problem("", f"this is not a table of check values: {error}", hint="install the package again")
        raise LibraryError(_NAME, [problem]) from None
