"""Texts that no spreadsheet takes for a formula: for every CSV that is written."""

from __future__ import annotations

#: What a spreadsheet takes for a formula begins with one of these. An apostrophe of the text itself gets one before it,
#: too: else "=1" and the text that it becomes would be one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def inert(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula, and that no other text becomes.

    >>> inert("=1+1"), inert("'=1+1"), inert("P01")
    ("'=1+1", "''=1+1", 'P01')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
