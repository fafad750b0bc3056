"""Exit codes of the commands."""

from __future__ import annotations

from collections.abc import Iterable

MET = 0
VIOLATED = 1
COULD_NOT_RUN = 2
NOT_EVALUATED = 3
INTERRUPTED = 130
TERMINATED = 143

#: What they say of `check`; where a command says something else, its help does.
MEANINGS = {
    MET: "at least one constraint was evaluated, and every one that applies is met",
    VIOLATED: "a constraint is violated",
    COULD_NOT_RUN: "it could not run: usage, unreadable or invalid input, a broken edition, or a bug",
    NOT_EVALUATED: "nothing is violated, but something could not be evaluated, or nothing was",
    INTERRUPTED: "interrupted (Ctrl-C)",
    TERMINATED: "terminated (SIGTERM)",
}

OF_VERDICT = {"met": MET, "violated": VIOLATED, "not_evaluated": NOT_EVALUATED}

#: Of several cases the gravest decides.
_GRAVEST_FIRST = (COULD_NOT_RUN, VIOLATED, NOT_EVALUATED, MET)


def of_statuses(statuses: Iterable[str]) -> int:
    """Return the exit code of findings; where none was met or violated, nothing was evaluated.

    >>> of_statuses(["met", "not_applicable"]), of_statuses(["not_applicable"])
    (0, 3)
    """
    present = set(statuses)
    return next((OF_VERDICT[word] for word in ("violated", "not_evaluated", "met") if word in present), NOT_EVALUATED)


def gravest(codes: Iterable[int]) -> int:
    """Return the exit code of several cases: 2 before 1 before 3 before 0.

    >>> gravest([0, 3, 1])
    1
    """
    present = set(codes)
    return next(code for code in _GRAVEST_FIRST if code in present)
