"""One piece of an input many times over: nothing takes time that grows faster than the input does (X25, X26).

The first byte of an input chooses what is read, the second how often the middle one of three pieces stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from fuzz import target_case_json, target_case_toml, target_dates, target_edition, target_metric, target_schedule
from fuzz.mutations import of_tokens

_READERS: list[tuple[Callable[[bytes], bool], list[str]]] = [
    (target_dates.one_input, target_dates.TOKENS),
    (target_schedule.one_input, target_schedule.TOKENS),
    (target_metric.one_input, target_metric.TOKENS),
    (target_case_toml.one_input, target_case_toml.TOKENS),
    (target_case_json.one_input, target_case_json.TOKENS),
    (target_edition.one_input, target_edition.TOKENS),
]
_BETWEEN = b"\x01"
_MOST_POWER, _MOST_EXPANDED = 17, 128 * 1024
MOST_BYTES = 80
_ANY = of_tokens(
    [token for _, tokens in _READERS for token in tokens if len(token) < 40] + ["a", ".", "= ", "\n", "\x01"]
)


def seeds() -> list[bytes]:
    pieces = {
        0: (b"2016", b" ", b"-"),
        1: (b"50", b" ", b"y"),
        2: (b"D0.", b"0", b"1cc[Gy]"),
        3: (b'note = "', b"a", b'"'),
        4: (b'{"note": "', b"a", b'"}'),
        5: (b'title = "', b"a", b'"'),
    }
    dotted = [bytes([kind, 9]) + b"\x01a.\x01b = 1" for kind in (3, 5)]
    nested = [bytes([kind, 9]) + b"a = \x01[\x01" for kind in (3, 5)]
    return [bytes([kind, 9]) + _BETWEEN.join(parts) for kind, parts in pieces.items()] + dotted + nested


def CHANGE(data: bytes, random: Random) -> bytes:  # noqa: N802 - a change, as the other targets have
    """Change reader or number now and then, else a piece."""
    head, pieces = data[:2], data[2:]
    match random.randrange(6):
        case 0:
            return bytes([random.randrange(len(_READERS))]) + head[1:] + pieces
        case 1:
            return head[:1] + bytes([random.randrange(_MOST_POWER + 1)]) + pieces
        case _:
            return head + _ANY(pieces, random)


def one_input(data: bytes) -> bool:
    """Whether what was written so often was read."""
    if len(data) < 2:
        return False
    read, _ = _READERS[data[0] % len(_READERS)]
    return read(expanded(data))


def expanded(data: bytes) -> bytes:
    r"""Return the input that is read.

    >>> expanded(b"\x00\x02D\x010\x01cc")
    b'D0000cc'
    """
    before, _, rest = data[2:].partition(_BETWEEN)
    piece, _, behind = rest.partition(_BETWEEN)
    often = min(2 ** (data[1] % (_MOST_POWER + 1)), _MOST_EXPANDED // max(1, len(piece)))
    return before + piece * often + behind
