"""On which line of a TOML document each key stands; ``tomllib`` does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reirrad.errors import key_text

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_HEADER = re.compile(rf"[ \t]*(?P<open>\[\[?)[ \t]*(?P<name>{_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*\]")
_KEY = re.compile(rf"[ \t]*(?P<key>{_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*=")
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|[\[{]|[\]}]|\n",
    re.DOTALL,
)


def lines_of_keys(text: str) -> dict[str, int]:
    r"""Return the line of each table and key of a valid document, by its path; list items count from 1.

    >>> lines_of_keys('a = 1\n[[rule]]\nid = "x"\n[[rule]]\nid = "y"')
    {'a': 1, 'rule[1]': 2, 'rule[1].id': 3, 'rule[2]': 4, 'rule[2].id': 5}
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for start, line in _statements(text):
        header = _HEADER.match(text, start)
        key = _KEY.match(text, start)
        if header:
            table = _table_path(_parts(header["name"]), counts, is_list=header["open"] == "[[")
            lines.setdefault(table, line)
        elif key:
            lines.setdefault(".".join([table, *_parts(key["key"])] if table else _parts(key["key"])), line)
    return lines


def line_of(where: str, lines: dict[str, int]) -> int | None:
    """Return the line of a path, or of the nearest thing above it that is known."""
    while where:
        if where in lines:
            return lines[where]
        where = where[: max(where.rfind("."), where.rfind("["), 0)]
    return None


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Yield offset and line of each statement: what begins a line outside every string and bracket."""
    start, line, depth = 0, 1, 0
    if text:
        yield 0, 1
    is_header = _HEADER.match(text, start) is not None
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if piece == "\n":
            line += 1
            if depth == 0:
                start = token.end()
                is_header = _HEADER.match(text, start) is not None
                yield start, line
        elif piece in "[{" and not is_header:
            depth += 1
        elif piece in "]}" and not is_header:
            depth -= 1
        else:
            line += piece.count("\n")


def _parts(dotted: str) -> list[str]:
    """Return the parts of a key as paths have them: in quotes only where they must be."""
    return [key_text(part[1:-1] if part[0] in "\"'" else part) for part in re.findall(_PART, dotted)]


def _table_path(parts: list[str], counts: dict[str, int], *, is_list: bool) -> str:
    path = ""
    for part in parts[:-1]:
        path = f"{path}.{part}" if path else part
        if path in counts:
            path = f"{path}[{counts[path]}]"
    path = f"{path}.{parts[-1]}" if path else parts[-1]
    if is_list:
        counts[path] = counts.get(path, 0) + 1
        path = f"{path}[{counts[path]}]"
    return path
