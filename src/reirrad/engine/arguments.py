"""What callers give for a case and for the rules, refused before anything is computed with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reirrad.errors import CaseError, LibraryError, Problem, shown
from reirrad.library import Library, load_library
from reirrad.model.case import Case


def refuse_no_case(*cases: Any, call: str) -> None:
    """Refuse what is no case, e.g. the name of its file.

    Raises
    ------
    CaseError
        If one of them is none.
    """
    for case in cases:
        if not isinstance(case, Case):
            hint = "build it with parse_case" if isinstance(case, Mapping) else "load it with load_case"
            problem = Problem("case", "this is no case", shown(case), "a case of reirrad.load_case or parse_case", hint)
            raise CaseError(call, [problem])


def listed_cases(cases: Any, *, call: str) -> list[Case]:
    """Return several cases as a list.

    Raises
    ------
    CaseError
        If it is no list of cases.
    """
    # a single case is iterable, too: over its fields
    if isinstance(cases, Case | str | bytes) or not isinstance(cases, Iterable):
        problem = Problem("cases", "this is no list of cases", shown(cases), "a list, each of reirrad.load_case")
        raise CaseError(call, [problem])
    found = list(cases)
    refuse_no_case(*found, call=call)
    return found


def rules_of(library: Any, *, call: str) -> Library:
    """Return the rules that a caller names; those of the package if there is none.

    Raises
    ------
    LibraryError
        If it is no library, e.g. the name of its folder.
    """
    if library is None:
        return load_library()
    if not isinstance(library, Library):
        hint = "load it with load_library([folder])"
        problem = Problem("library", "this is no library", shown(library), "what reirrad.load_library returns", hint)
        raise LibraryError(call, [problem])
    return library
