"""Loading editions: those in the package and those of a clinic's own folder."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.lint import problems_of_edition
from reirrad.library.structures import Structures
from reirrad.model.problems import problems_from
from reirrad.model.rule import (
    Conditions,
    Constraint,
    Edition,
    RecoverySchedule,
    RecoveryStep,
    Score,
    ScoreGroup,
)

_MOST_BYTES = 4 * 1024 * 1024
_SAVE_AS_UTF8 = "save the file as UTF-8"
_KEYS = {
    "": [field.alias or name for name, field in Edition.model_fields.items()],
    "constraint": list(Constraint.model_fields),
    "recovery": list(RecoverySchedule.model_fields),
    "step": list(RecoveryStep.model_fields),
    "conditions": list(Conditions.model_fields),
    "score": list(Score.model_fields),
    "group": list(ScoreGroup.model_fields),
}


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """An edition with the digest of the file it was read from."""

    edition: Edition
    digest: str
    source: str


@dataclass(frozen=True)
class Library:
    """Everything that is data: editions, structure names and conventions."""

    editions: tuple[LoadedEdition, ...]
    structures: Structures
    conventions: Mapping[str, Mapping[str, Any]]

    def select(self, edition_ids: Sequence[str] = ()) -> Library:
        """Return the library narrowed to some editions; all of them if none is named.

        Raises
        ------
        LibraryError
            If an edition is not in the library.
        """
        if not edition_ids:
            return self
        known = {loaded.edition.id: loaded for loaded in self.editions}
        missing = [name for name in edition_ids if name not in known]
        if missing:
            problems = [Problem("", "there is no such edition", shown(name), ", ".join(known)) for name in missing]
            raise LibraryError("library", problems)
        chosen = tuple(loaded for loaded in self.editions if loaded.edition.id in edition_ids)
        return Library(chosen, self.structures, self.conventions)

    def constraints(self) -> list[tuple[LoadedEdition, Constraint]]:
        """Return every constraint with its edition, in the order of the library."""
        return [(loaded, constraint) for loaded in self.editions for constraint in loaded.edition.constraint]


def load_library(directories: Iterable[str | Path] = ()) -> Library:
    """Load the editions of the package and those of further folders.

    Parameters
    ----------
    directories
        Folders of edition files (``*.toml``), each under the same schema and lint as the editions of the package.

    Raises
    ------
    LibraryError
        If a file cannot be read or is no valid edition, or an id is used twice; it carries every problem.

    Examples
    --------
    >>> [loaded.edition.id for loaded in load_library().editions]
    ['hytec-cord-2021', 'nieder-2005', 'nieder-2006']
    """
    shipped = _shipped()
    own: list[LoadedEdition] = []
    errors: list[LibraryError] = []
    for path in [path for folder in directories for path in _edition_files(Path(folder))]:
        try:
            own.append(_read(path, shipped.structures))
        except LibraryError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise LibraryError(
            "library", [_within(error.source, problem) for error in errors for problem in error.problems]
        )
    if not own:
        return shipped
    editions = (*shipped.editions, *own)
    _refuse_shadowing(editions)
    return Library(editions, shipped.structures, shipped.conventions)


def _within(source: str, problem: Problem) -> Problem:
    return replace(problem, where=f"{source}: {problem.where}" if problem.where else source)


@cache
def _shipped() -> Library:
    root = resources.files("reirrad.library")
    structures = Structures.from_table(tomllib.loads(root.joinpath("structures.toml").read_text(encoding="utf-8")))
    conventions = tomllib.loads(root.joinpath("conventions.toml").read_text(encoding="utf-8"))
    files = sorted(root.joinpath("editions").iterdir(), key=lambda file: file.name)
    editions = tuple(
        parse_edition(file.read_bytes(), file.name, structures) for file in files if file.name.endswith(".toml")
    )
    _refuse_shadowing(editions)
    return Library(editions, structures, conventions)


def _edition_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise LibraryError(str(folder), [Problem("", "this is no folder", hint="name a folder of edition files")])
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise LibraryError(str(folder), [Problem("", "there is no edition in it", allowed="files named *.toml")])
    return files


def _read(path: Path, structures: Structures) -> LoadedEdition:
    try:
        is_file, size = path.is_file(), path.stat().st_size
        content = path.read_bytes() if is_file and size <= _MOST_BYTES else b""
    except OSError as error:
        raise LibraryError(str(path), [Problem("", f"cannot be read: {error.strerror}")]) from None
    if not is_file:
        raise LibraryError(str(path), [Problem("", "this is no file", hint="remove it, or name it otherwise")])
    if size > _MOST_BYTES:
        allowed = f"at most {_MOST_BYTES // 1024 // 1024} MiB"
        raise LibraryError(str(path), [Problem("", "the file is too large to be an edition", allowed=allowed)])
    return parse_edition(content, str(path), structures)


def parse_edition(content: bytes, source: str, structures: Structures) -> LoadedEdition:
    """Read one edition and lint it.

    Raises
    ------
    LibraryError
        If it is no valid edition; it carries every problem.
    """
    try:
        document = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
        edition = Edition.model_validate(document)
    except UnicodeDecodeError as error:
        raise LibraryError(
            source, [Problem(f"byte {error.start}", "this is not UTF-8 text", hint=_SAVE_AS_UTF8)]
        ) from None
    except ValidationError as error:
        raise LibraryError(source, problems_from(error, keys=_KEYS)) from None
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise LibraryError(source, [Problem("", f"this is not TOML: {error}")]) from None
    problems = problems_of_edition(edition, structures)
    if problems:
        raise LibraryError(source, problems)
    return LoadedEdition(edition, f"sha256:{hashlib.sha256(content).hexdigest()}", source)


def _refuse_shadowing(editions: Sequence[LoadedEdition]) -> None:
    """Nothing is shadowed in silence: an id stands for one constraint only."""
    owner: dict[str, LoadedEdition] = {}
    problems: list[Problem] = []
    for loaded in editions:
        for name in (loaded.edition.id, *(constraint.id for constraint in loaded.edition.constraint)):
            earlier = owner.setdefault(name, loaded)
            if earlier is not loaded:
                problems.append(
                    Problem(loaded.source, "the id is used already", shown(name), hint=f"see {earlier.source}")
                )
    if problems:
        raise LibraryError("library", problems)
