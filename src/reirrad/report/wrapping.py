"""Lines of a text report: no wider than a terminal, what belongs to a line indented below it."""

from __future__ import annotations

import textwrap

WIDTH = 100


def wrapped(text: str, indent: str) -> list[str]:
    """Return a text as lines of at most ``WIDTH`` characters."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    ) or [indent]


def rewrapped(text: str) -> list[str]:
    """Return a line that has an indent of its own as lines of at most ``WIDTH`` characters."""
    return wrapped(text.strip(), " " * (len(text) - len(text.lstrip())))
