"""What can go wrong, said so that the reader can mend it.

Every error of the package derives from :class:`ReirradError`. Bad input is described by :class:`Problem` objects:
where it stands, what was given, what is allowed and what to do. All problems of an input are raised together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN_VALUE_CHARACTERS = 80


def shown(value: object) -> str:
    r"""Return a value as it may be printed: short, on one line, without control characters.

    >>> shown("cord\x1b[31m")
    "'cord\\x1b[31m'"
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a table nested without end
        return f"<{type(value).__name__}>"
    # repr() keeps printable unicode; what is left after it cannot drive a terminal
    return text if len(text) <= _SHOWN_VALUE_CHARACTERS else text[: _SHOWN_VALUE_CHARACTERS - 3] + "..."


def printable(text: str) -> str:
    r"""Return text with control characters shown and not sent to the terminal.

    >>> printable("cord\x1b[31m")
    'cord\\x1b[31m'
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def key_text(key: str) -> str:
    """Return a key as it is written in a path: in quotes where TOML needs them.

    >>> key_text("SpinalCord"), key_text("Max[Gy]")
    ('SpinalCord', '"Max[Gy]"')
    """
    is_bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else f'"{key}"'


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    Parameters
    ----------
    where
        Path inside the file, e.g. ``course[1].schedule``, or ``line 3, column 7``.
    what
        What is wrong, as a statement.
    given
        The value, as :func:`shown` prints it; empty if nothing was given.
    allowed
        What is allowed there.
    hint
        What to do; the usual slip, if there is one.
    """

    where: str
    what: str
    given: str = ""
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.given:
            parts.append(f"given: {self.given}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.hint:
            parts.append(self.hint)
        return printable("; ".join(parts))


class ReirradError(Exception):
    """Base of every error that reirrad raises on purpose."""


class QuantityError(ReirradError, ValueError):
    """An argument of a numeric function is missing, of the wrong kind or out of range."""


class InputError(ReirradError, ValueError):
    """An input (a case, an edition, a table) cannot be used; carries every problem found in it.

    Parameters
    ----------
    source
        File name or other name of the input.
    problems
        At least one :class:`Problem`.
    """

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [f"{source}: {count} problem{'s' if count != 1 else ''}"]
        lines += [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[InputError], tuple[str, tuple[Problem, ...]]]:
        """Return what it is made of: from another process an error is told as it was raised."""
        return type(self), (self.source, self.problems)


class CaseError(InputError):
    """A case file or a case object cannot be used."""


class LibraryError(InputError):
    """An edition file or a table of the rule library cannot be used."""


class TableError(InputError):
    """A cohort table as a whole cannot be used (single rows are quarantined instead)."""


class UnprovedError(ReirradError):
    """A result says met, and its own numbers do not say so: a bug of the program, never of the input."""


class MissingExtraError(ReirradError, ImportError):
    """A feature needs an optional dependency; the message names the extra to install."""


def how_to_install(extra: str) -> str:
    """Return how an extra is installed: from where the program is, because no index has it under its name.

    >>> how_to_install("report")
    "pip install '.[report]' in the folder of the program"
    """
    return f"pip install '.[{extra}]' in the folder of the program"
