"""How deeply a document nests, seen before a parser that would go as deep."""

from __future__ import annotations

import re

MOST_NESTING = 20
#: Strings are passed over; nothing is tried twice, so that a document of megabytes takes a moment.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
#: A dotted key nests as deeply as brackets do.
_DOTTED_KEY = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{MOST_NESTING}}}""")


def is_too_deep(text: str) -> bool:
    r"""Whether the text of a JSON or TOML document nests deeper than any that people write.

    >>> is_too_deep('a = "[[[[[[[[[[[[[[[[[[[[["'), is_too_deep("a = " + "[" * 21)
    (False, True)
    """
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > MOST_NESTING:
                return True
        elif first in "]}":
            depth -= 1
    return _DOTTED_KEY.search(text) is not None
