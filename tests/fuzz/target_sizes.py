"""One piece of an input many times over: nothing takes time that grows faster than the input does (X25, X26).

The first byte of an input chooses what is read, the second how often the middle one of three pieces stands there; a
byte 2 in it becomes the number of the piece, so that names can differ.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from fuzz import (
    target_case_json,
    target_case_toml,
    target_dates,
    target_edition,
    target_metric,
    target_schedule,
    target_table_csv,
)
from fuzz.mutations import of_tokens

_READERS: list[tuple[Callable[[bytes], bool], list[str]]] = [
    (target_dates.one_input, target_dates.TOKENS),
    (target_schedule.one_input, target_schedule.TOKENS),
    (target_metric.one_input, target_metric.TOKENS),
    (target_case_toml.one_input, target_case_toml.TOKENS),
    (target_case_json.one_input, target_case_json.TOKENS),
    (target_edition.one_input, target_edition.TOKENS),
    (target_table_csv.one_input, target_table_csv.TOKENS),
]
_BETWEEN, _NUMBER = b"\x01", b"\x02"
_MOST_POWER, _MOST_EXPANDED = 17, 128 * 1024
MOST_BYTES = 400
#: Of code that counts every branch, several times slower than without; what grows too fast takes hours.
MOST_SECONDS = 30
_ANY = of_tokens(
    [token for _, tokens in _READERS for token in tokens if len(token) < 40] + ["a", ".", "= ", "\n", "\x01", "\x02"]
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
    alike = [bytes([kind, 9]) + _BETWEEN.join(parts) for kind, parts in pieces.items()]
    return [*alike, *dotted, *nested, *(bytes([kind, 4]) + _BETWEEN.join(parts) for kind, parts in _different())]


def _different() -> list[tuple[int, tuple[bytes, bytes, bytes]]]:
    """Return pieces that differ: metrics, courses, structures, keys, rules, and words of tables."""
    head = b'schema = "reirrad-case/1"\ncase_id = "A"\nstructures = ["SpinalCord"'
    course = b'[[course]]\nid = "\x02"\nrole = "proposed"\nmodality = "photon"\n'
    course += b'fractions_per_day = 1\nstart = "2016"\n'
    columns = b"patient_id,course_id,structure,metric,dose_gy,n_fractions,fractions_per_day,modality,start,end\n"
    rule = b'[[constraint]]\nid = "x.\x02"\n'
    return [
        (
            3,
            (
                head + b"]\n" + course.replace(_NUMBER, b"1") + b"dose.SpinalCord = {",
                b'"D1\x02cc[Gy]" = 1, ',
                b"basis = 'plan'}\n",
            ),
        ),
        (3, (head + b"]\n", course, b"")),
        (3, (head, b', "\x02"', b"]\n")),
        (3, (head + b"]\n", b"key\x02 = 1\n", b"")),
        (5, (b'id = "x"\n', rule, b"")),
        (6, (columns, b"p,1,S\x02,Max[Gy],1,1,1,photon,2016,2016\n", b"")),
        (6, (columns, b"p,1,SpinalCord,D\x02cc,1,1,1,photon,2016,2016\n", b"")),
        (6, (columns, b"p\x02,\x02,SpinalCord,Strange\x02,1,1,1,photon,2016,2016\n", b"")),
        (6, (columns, b"p,\x02,SpinalCord,Max,\x02,1,1,photon,2016,2016\n", b"")),
    ]


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
    size = len(piece) + 4 * piece.count(_NUMBER)
    often = min(2 ** (data[1] % (_MOST_POWER + 1)), _MOST_EXPANDED // max(1, size))
    if _NUMBER not in piece:
        return before + piece * often + behind
    return before + b"".join(piece.replace(_NUMBER, b"%d" % number) for number in range(often)) + behind
