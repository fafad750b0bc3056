"""Digests of what an interrupted audit has left: what it goes on with must be what was written, to the last bit.

They are CRC-32, which no damage of a disk or a copy gets past but by a chance of one in four billion, and which costs
little beside reading. That somebody changes a file and its digest with it is not what they are for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

_BYTES_AT_ONCE = 8 * 1024 * 1024
_DIGEST = "crc32"


def digest_of(path: Path) -> int:
    """Return the digest of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    digest = 0
    with path.open("rb") as file:
        while content := file.read(_BYTES_AT_ONCE):
            digest = crc32(content, digest)
    return digest


def sealed(what: Mapping[str, Any]) -> str:
    """Return plain data as JSON that has a digest of all the rest.

    >>> unsealed(sealed({"rows": 3}))
    {'rows': 3}
    """
    # as it is read again: tuples are lists then
    plain = json.loads(json.dumps(what))
    return json.dumps(plain | {_DIGEST: crc32(json.dumps(plain).encode())})


def unsealed(text: str) -> dict[str, Any]:
    """Return what was sealed.

    Raises
    ------
    ValueError
        If it is not what was written.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or found.pop(_DIGEST, None) != crc32(json.dumps(found).encode()):
        raise ValueError("the text is not what was written")
    return found
