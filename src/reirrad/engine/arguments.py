"""What callers give for a case and for the rules, refused before anything is computed with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from reirrad.errors import CaseError, InputError, LibraryError, Problem, shown
from reirrad.library import Library, load_library
from reirrad.model.case import Case
from reirrad.model.read_again import read_again


def whole_case(case: Any, *, call: str) -> Case:
    """Return a case whose every field was read: what is changed with ``model_copy`` was not.

    Raises
    ------
    CaseError
        If it is none, e.g. the name of its file, or a field of it is not valid.
    """
    if not isinstance(case, Case):
        hint = "build it with parse_case" if isinstance(case, Mapping) else "load it with load_case"
        problem = Problem("case", "this is no case", shown(case), "a case of reirrad.load_case or parse_case", hint)
        raise CaseError(call, [problem])
    return read_again(case, source=call)


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
    return [whole_case(case, call=call) for case in cases]


def check_flags(*, call: str, **flags: Any) -> None:
    """Refuse choices that are neither true nor false: the text "no" would be true.

    Raises
    ------
    InputError
        If there is any; it names all of them.
    """
    problems = flag_problems(**flags)
    if problems:
        raise InputError(call, problems)


def flag_problems(**flags: Any) -> list[Problem]:
    """Return what is wrong with choices that are yes or no."""
    return [
        Problem(name, "this is neither true nor false", shown(value), "True or False")
        for name, value in flags.items()
        if not isinstance(value, bool | np.bool_)
    ]


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
