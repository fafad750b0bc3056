"""Until when editions are valid, compared with a day that is stated: nothing here knows what day it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.compiled import LoadedEdition
from reirrad.model.dates import ALLOWED_DAY, DateError, one_day

if TYPE_CHECKING:
    from reirrad.library.load import Library


def library_as_of(library: Library, day: str | dt.date) -> Library:
    """Return the library as it is used on a day.

    Parameters
    ----------
    library
        With the choice of editions made: one that is left out may have ended.
    day
        A day in full, e.g. ``"2026-03-01"``.

    Raises
    ------
    LibraryError
        If it is no day, or an edition that is used ended before it; with every such edition.

    Examples
    --------
    >>> from reirrad import load_library
    >>> library_as_of(load_library(), "2026-03-01").as_of  # no edition of the package states an end
    '2026-03-01'
    """
    try:
        stated = one_day(day)
    except DateError as error:
        problem = Problem("as_of", error.what, shown(day), ALLOWED_DAY, error.hint)
        raise LibraryError("library", [problem]) from None
    problems = [_ended(loaded) for loaded in _in_use(library) if _has_ended(loaded, stated)]
    if problems:
        raise LibraryError("library", problems)
    return replace(library, as_of=stated.isoformat())


def _in_use(library: Library) -> list[LoadedEdition]:
    """Return the editions of which a report shows anything: limits that are judged, or references."""
    used, chosen = library.used(), library.profile.editions
    return [
        loaded
        for loaded in library.editions
        if loaded in used
        or (
            (not chosen or loaded.edition.id in chosen)
            and any(constraint.kind == "reference" for constraint in loaded.edition.constraint)
        )
    ]


def _has_ended(loaded: LoadedEdition, day: dt.date) -> bool:
    until = loaded.edition.valid_until
    return until is not None and dt.date.fromisoformat(until) < day


def _ended(loaded: LoadedEdition) -> Problem:
    # the day that was stated is not repeated: it may be that of a patient
    edition = loaded.edition
    what = f"edition {edition.id} is valid until {edition.valid_until}, which lies before the day that is stated"
    instead = f"use {edition.superseded_by}, which supersedes it, and " if edition.superseded_by is not None else ""
    return Problem(loaded.source, what, hint=f"{instead}leave it out: --edition, --profile or another --library")
