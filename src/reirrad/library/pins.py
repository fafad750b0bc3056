"""Digests that the rule files of others must have, as whoever uses them states it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.compiled import LoadedEdition, digest_of

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_ALLOWED = "64 hexadecimal digits, as sha256sum and the editions of a JSON report print them"


def stated_digests(stated: Iterable[str]) -> tuple[str, ...]:
    """Return digests as reports print them; nothing shorter than the whole proves which file it is of.

    Raises
    ------
    LibraryError
        If one is no SHA-256; it carries every problem.

    Examples
    --------
    >>> stated_digests(["AB" * 32]) == ("sha256:" + "ab" * 32,)
    True
    """
    digests: dict[str, None] = {}
    problems: list[Problem] = []
    for text in _listed(stated):
        found = _DIGEST.fullmatch(text.strip().lower()) if isinstance(text, str) else None
        if found is None:
            problems.append(Problem("rules_sha256", "this is no SHA-256", shown(text), _ALLOWED))
        else:
            digests[f"sha256:{found[1]}"] = None
    if problems:
        raise LibraryError("library", problems)
    return tuple(digests)


def _listed(stated: Any) -> list[Any]:
    """Return digests that were given as a list; one alone would be read as its letters."""
    if isinstance(stated, str | bytes) or not isinstance(stated, Iterable):
        problem = Problem("rules_sha256", "this is no list of digests", shown(stated), f"a list, each of {_ALLOWED}")
        raise LibraryError("load_library", [problem])
    return list(stated)


def refuse_other_content(content: bytes, source: str, digests: Sequence[str]) -> None:
    """Refuse a rule file that has none of the digests that are stated, before anything of it is read.

    Raises
    ------
    LibraryError
        With the digest of the file and those that are stated.
    """
    digest = digest_of(content)
    if digests and digest not in digests:
        what = "the file is none of those whose SHA-256 is stated"
        hint = "bring back the file that was agreed on, or read what changed and state its SHA-256"
        raise LibraryError(source, [Problem("", what, digest, " or ".join(digests), hint)])


def refuse_missing(digests: Sequence[str], editions: Iterable[LoadedEdition]) -> None:
    """Refuse a digest that no file has: the rules that it stands for would be left out in silence.

    Raises
    ------
    LibraryError
        With every such digest.
    """
    there = {loaded.digest for loaded in editions}
    hint = "add its folder with --library, or leave the digest out"
    missing = [
        Problem("rules_sha256", "no rule file has this SHA-256", digest, hint=hint)
        for digest in digests
        if digest not in there
    ]
    if missing:
        raise LibraryError("library", missing)
