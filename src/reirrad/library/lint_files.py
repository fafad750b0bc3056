"""Lint of files that may become a library: each by itself, and all of them beside the shipped one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reirrad.errors import LibraryError
from reirrad.library.compiled import LoadedEdition
from reirrad.library.files import edition_files
from reirrad.library.load import load_library, read_edition, shipped_structures
from reirrad.library.shadowing import refuse_shadowing


@dataclass(slots=True)
class LintResults:
    """What was found: the number of constraints of each good file, and an error for each bad one."""

    counts: list[tuple[str, int]] = field(default_factory=list)
    errors: list[LibraryError] = field(default_factory=list)


def lint_files(paths: Iterable[Path]) -> LintResults:
    """Return what is wrong with edition files; a copy of a shipped file may have its ids, another one may not.

    A folder stands for the files that would be read of it.
    """
    results = LintResults()
    good: list[LoadedEdition] = []
    for path in _files(paths, results):
        try:
            loaded = read_edition(path, shipped_structures())
        except LibraryError as error:
            results.errors.append(error)
        else:
            good.append(loaded)
            results.counts.append((loaded.source, len(loaded.edition.constraint)))
    digests = {loaded.digest for loaded in good}
    shipped = [loaded for loaded in load_library().editions if loaded.digest not in digests]
    try:
        refuse_shadowing([*shipped, *good])
    except LibraryError as error:
        results.errors.append(error)
        shadowing = {problem.where for problem in error.problems}
        results.counts = [(source, count) for source, count in results.counts if source not in shadowing]
    return results


def _files(paths: Iterable[Path], results: LintResults) -> Iterator[Path]:
    for path in paths:
        try:
            yield from edition_files(path) if path.is_dir() else [path]
        except LibraryError as error:
            results.errors.append(error)
        except OSError:
            yield path  # reading it says what is wrong
