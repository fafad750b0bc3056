"""The numbers of TOML and JSON as they are written: what float64 cannot hold is told with its place, and not narrowed.

A limit is compared exactly, so that the last digit of a number may decide: 12.400000000000000000001 is above 12.4.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reirrad.errors import Problem, shown
from reirrad.model.problems import path_text
from reirrad.quantities import MOST_DIGITS, is_held

#: A whole number -0 of TOML, of which its parser makes 0; texts and comments are passed over.
_MINUS_ZERO = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|(?<=[=\[,\s])(?P<zero>-0)(?=[\s,\]}#]|$)(?![ \t]*=)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, repr=False)
class Unheld:
    """A number that float64 cannot hold, as it is written."""

    text: str

    @property
    def what(self) -> str:
        """What is wrong with it."""
        if self._is_nearly_zero:
            return "the number is not 0, and too small to be told from it"
        return "the number has more digits than are compared"

    @property
    def allowed(self) -> str:
        """Which numbers are read."""
        if self._is_nearly_zero:
            return "0, or a number that is not read as 0"
        return f"at most {MOST_DIGITS} digits, without the zeros before and behind them"

    @property
    def hint(self) -> str:
        """What to do."""
        return (
            "write 0 if that is meant" if self._is_nearly_zero else "round it as it is meant: its last digit may decide"
        )

    @property
    def _is_nearly_zero(self) -> bool:
        return float(self.text) == 0

    def problem(self, where: str) -> Problem:
        """Return what is wrong with it, and where."""
        return Problem(where, self.what, shown(self), self.allowed, self.hint)

    def __repr__(self) -> str:
        return self.text


def read_float(text: str) -> Any:
    """Return the number that a text of TOML or JSON means, or that float64 cannot hold it."""
    return float(text) if is_held(text) else Unheld(text)


def read_whole(text: str) -> int | float:
    """Return a whole number of JSON; -0 keeps its sign, which no field takes."""
    return -0.0 if text == "-0" else int(text)


def toml_of(text: str) -> dict[str, Any]:
    """Return a TOML document with every number as :func:`read_float` reads it.

    Raises
    ------
    tomllib.TOMLDecodeError
        If the text is not TOML.
    ValueError
        If a number has thousands of digits.
    """
    document = tomllib.loads(text, parse_float=read_float)
    signed = _MINUS_ZERO.sub(lambda found: "-0.0" if found["zero"] else found[0], text)
    return document if signed == text else tomllib.loads(signed, parse_float=read_float)


def unheld_numbers(document: Any, at: tuple[int | str, ...] = ()) -> Iterator[Problem]:
    """Yield every number of a document that float64 cannot hold, with its path."""
    if isinstance(document, Unheld):
        yield document.problem(path_text(at))
    elif isinstance(document, dict | list):
        items = document.items() if isinstance(document, dict) else enumerate(document)
        for key, value in items:
            if isinstance(value, dict | list | Unheld):
                yield from unheld_numbers(value, (*at, key))
