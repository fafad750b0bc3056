"""Two editions never stand under one name, and no file twice."""

from __future__ import annotations

from collections.abc import Sequence

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.compiled import LoadedEdition


def refuse_shadowing(editions: Sequence[LoadedEdition]) -> None:
    """Nothing is shadowed in silence: an id stands for one constraint only, in capitals, too.

    Raises
    ------
    LibraryError
        If an id stands for two; with every such id, or every file that is there twice.
    """
    owner: dict[str, LoadedEdition] = {}
    problems: list[Problem] = []
    for loaded in editions:
        for name in (loaded.edition.id, *(constraint.id for constraint in loaded.edition.constraint)):
            earlier = owner.setdefault(name.casefold(), loaded)
            if earlier is loaded:
                continue
            if earlier.source == loaded.source:
                problems.append(Problem(loaded.source, "the file is read twice", hint="name it, or its folder, once"))
            else:
                what = "the id is used already"
                problems.append(Problem(loaded.source, what, shown(name), hint=f"see {earlier.source}"))
    if problems:
        raise LibraryError("library", list(dict.fromkeys(problems)))
