"""How names are compared."""

from __future__ import annotations

import unicodedata


def folded(name: str) -> str:
    """Return a name as it is compared: normalised, trimmed, without case; nothing looser.

    >>> folded(" Spinal Cord") == folded("SPINAL CORD ")
    True
    """
    return unicodedata.normalize("NFC", name).casefold().strip()
