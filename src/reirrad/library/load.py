"""Loading editions: those in the package and those of a clinic's own folder."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.asked import refuse_choice, refuse_risk_of_nothing
from reirrad.library.compiled import CompiledFormError, LoadedEdition, digest_of, read_compiled
from reirrad.library.files import edition_files, folders_of, read_file
from reirrad.library.frozen import Frozen
from reirrad.library.pins import refuse_missing, refuse_other_content, stated_digests
from reirrad.library.profile import PROFILES, Profile, did_you_mean, parse_profile, unknown_names
from reirrad.library.shadowing import refuse_shadowing
from reirrad.library.structures import Structures
from reirrad.library.validity import library_as_of
from reirrad.model.rule import Constraint

_EVERYDAY = Profile()


@dataclass(frozen=True)
class Library:
    """Everything that is data: editions, structure names and conventions, and the profile that says what is judged."""

    editions: tuple[LoadedEdition, ...]
    structures: Structures
    conventions: Mapping[str, Mapping[str, Any]]
    profile: Profile = _EVERYDAY
    #: tables of the package that were changed on disk
    modified_tables: tuple[str, ...] = ()
    #: the risk that was chosen for models instead of the one in their edition [%]
    model_risk_percent: float | None = None
    #: the day that is stated, on which no edition that is used has ended, as reports print it
    as_of: str | None = None

    def select(
        self,
        edition_ids: Sequence[str] = (),
        *,
        profile: Profile | None = None,
        model_risk_percent: float | None = None,
    ) -> Library:
        """Return the library narrowed to some editions and a profile; all of it if none is named.

        Editions that are named replace those of an earlier choice; another profile of the package leaves them. Beside
        a profile of one's own, which says itself what it judges, they are refused. A risk that is chosen replaces the
        default risk of models (Woolley 2018), and reports say so.

        Raises
        ------
        LibraryError
            If an edition or a constraint is not in the library, editions are named beside a profile of one's own, a
            risk is chosen and no model is judged, an edition that is used then ended before the day that was stated
            (:func:`reirrad.library.validity.library_as_of`), or the arguments are no list and no profile.
        """
        refuse_choice(edition_ids, profile, model_risk_percent)
        edition_ids = tuple(edition_ids)
        chosen = profile if profile is not None else self.profile
        if profile is not None and profile.name in PROFILES and self.profile.name in PROFILES:
            # another profile leaves the editions that were named before
            chosen = replace(chosen, editions=chosen.editions or self.profile.editions)
        if edition_ids and chosen.name not in PROFILES and (chosen.editions or chosen.constraints):
            what = f"profile {chosen.name} says itself which editions and constraints it judges"
            problem = Problem(
                "", what, shown(", ".join(edition_ids)), hint="leave out either the profile or the editions"
            )
            raise LibraryError("library", [problem])
        if edition_ids:
            chosen = replace(chosen, editions=tuple(dict.fromkeys(edition_ids)))
        problems = unknown_names(chosen.editions, [loaded.edition.id for loaded in self.editions], "edition")
        kinds = {constraint.id: constraint.kind for _, constraint in self.constraints()}
        for name in sorted(chosen.constraints):
            if name not in kinds:
                problems.append(Problem("", "there is no such constraint", shown(name), hint=did_you_mean(name, kinds)))
            elif kinds[name] == "reference":
                problems.append(Problem("", "this is a reference, which is never compared", shown(name), "a limit"))
        if problems:
            raise LibraryError("library" if chosen.name in PROFILES else f"profile {chosen.name}", problems)
        narrowed = replace(self, profile=chosen)
        if self.as_of is not None:
            # other editions may be used now: none of them may have ended
            narrowed = library_as_of(narrowed, self.as_of)
        if model_risk_percent is None:
            return narrowed
        refuse_risk_of_nothing(model_risk_percent, narrowed)
        return narrowed._at_risk(float(model_risk_percent))

    def _at_risk(self, risk_percent: float) -> Library:
        def changed(constraint: Constraint) -> Constraint:
            model = constraint.cord_model
            return (
                constraint
                if model is None
                else replace(constraint, cord_model=replace(model, risk_percent=risk_percent))
            )

        editions = tuple(
            replace(
                loaded,
                edition=replace(loaded.edition, constraint=tuple(map(changed, loaded.edition.constraint))),
            )
            for loaded in self.editions
        )
        return replace(self, editions=editions, model_risk_percent=risk_percent)

    def constraints(self) -> list[tuple[LoadedEdition, Constraint]]:
        """Return every constraint with its edition, in the order of the library."""
        return [(loaded, constraint) for loaded in self.editions for constraint in loaded.edition.constraint]

    def judged(self) -> list[tuple[LoadedEdition, Constraint]]:
        """Return the constraints that the profile judges."""
        return [item for item in self.constraints() if self.profile.judges(item[0].edition.id, item[1])]

    def used(self) -> list[LoadedEdition]:
        """Return the editions of which anything is judged."""
        ids = dict.fromkeys(loaded.edition.id for loaded, _ in self.judged())
        return [loaded for loaded in self.editions if loaded.edition.id in ids]


def load_library(directories: Iterable[str | Path] = (), *, rules_sha256: Iterable[str] = ()) -> Library:
    """Load the editions of the package and those of further folders.

    Parameters
    ----------
    directories
        Folders of edition files (``*.toml``, in whatever case), each under the same schema and lint as the editions of
        the package.
    rules_sha256
        Digests that these files must have, if any is stated: each file one of them, and each of them a file.

    Raises
    ------
    LibraryError
        If a file cannot be read, has another digest or is no valid edition, or an id is used twice; with every problem.
        If the arguments are no list of folders, or of digests.

    Examples
    --------
    >>> [loaded.edition.id for loaded in load_library().editions if "nieder" in loaded.edition.id]
    ['nieder-2005', 'nieder-2006']
    """
    shipped = _shipped()
    digests = stated_digests(rules_sha256)
    own: list[LoadedEdition] = []
    errors: list[LibraryError] = []
    for path in [path for folder in folders_of(directories) for path in edition_files(folder)]:
        try:
            own.append(read_edition(path, shipped.structures, digests=digests))
        except LibraryError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise LibraryError(
            "library", [_within(error.source, problem) for error in errors for problem in error.problems]
        )
    refuse_missing(digests, own)
    if not own:
        return shipped
    editions = (*shipped.editions, *own)
    refuse_shadowing(editions)
    return replace(shipped, editions=editions)


def _within(source: str, problem: Problem) -> Problem:
    return replace(problem, where=f"{source}: {problem.where}" if problem.where else source)


@cache
def _shipped() -> Library:
    root = resources.files("reirrad.library")
    structures = shipped_structures()
    tables = shipped_tables()
    contents = shipped_files()
    try:
        compiled, table_digests = read_compiled(root.joinpath("compiled.jsonl").read_bytes())
    except (OSError, CompiledFormError):
        compiled, table_digests = {}, {}
    editions = []
    for name, content in contents.items():
        known = compiled.get(name)
        if known is not None and known.digest == digest_of(content):
            editions.append(known)
        else:
            from reirrad.library.edition_file import parse_edition  # only for files that were changed

            editions.append(parse_edition(content, name, structures, origin="modified"))
    missing = [
        Problem(name, "the file is not there", hint="install the package again") for name in compiled.keys() - contents
    ]
    if missing:
        raise LibraryError("library of the package", sorted(missing, key=str))
    refuse_shadowing(editions)
    modified = tuple(name for name, content in tables.items() if table_digests.get(name) != digest_of(content))
    conventions = parsed_table("conventions.toml", tables["conventions.toml"])
    frozen = Frozen({name: Frozen(table) for name, table in conventions.items()})
    return Library(tuple(editions), structures, frozen, modified_tables=modified)


def shipped_tables() -> dict[str, bytes]:
    """Return the tables of the package beside its editions, by name."""
    root = resources.files("reirrad.library")
    tables = {}
    for name in ("alternatives.toml", "conventions.toml", "structures.toml"):
        try:
            tables[name] = root.joinpath(name).read_bytes()
        except OSError as error:
            hint = "install the package again"
            raise LibraryError(name, [Problem("", f"cannot be read: {error.strerror}", hint=hint)]) from None
    return tables


def parsed_table(name: str, content: bytes) -> dict[str, Any]:
    """Return a table of the package.

    Raises
    ------
    LibraryError
        If it is not TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8"))
    except ValueError as error:
        raise LibraryError(
            name, [Problem("", f"this is not TOML: {error}", hint="install the package again")]
        ) from None


@cache
def shipped_structures() -> Structures:
    """Return the table of structures of the package."""
    return Structures.from_table(parsed_table("structures.toml", shipped_tables()["structures.toml"]))


def shipped_files() -> dict[str, bytes]:
    """Return the edition files of the package by name, in order."""
    folder = resources.files("reirrad.library").joinpath("editions")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return {file.name: file.read_bytes() for file in files}


def read_edition(path: Path, structures: Structures, *, digests: Sequence[str] = ()) -> LoadedEdition:
    """Read and lint one edition file, of one of some digests if any is given.

    Raises
    ------
    LibraryError
        If it cannot be read, has another digest or is no valid edition; it carries every problem.
    """
    from reirrad.library.edition_file import parse_edition

    content = read_file(path)
    refuse_other_content(content, str(path), digests)
    return parse_edition(content, str(path), structures)


def load_profile(name: str) -> Profile:
    """Return a profile by its name, or from a file.

    Raises
    ------
    LibraryError
        If it is neither.
    """
    if not isinstance(name, str | PathLike):
        problem = Problem("", "this is no profile", shown(name), f"{', '.join(PROFILES)}, or the name of a TOML file")
        raise LibraryError("profile", [problem])
    name = str(name)
    if name in PROFILES:
        return Profile(name, PROFILES[name])
    path = Path(name)
    try:
        is_there = bool(name) and path.exists()
    except OSError:
        is_there = True  # reading it says why it cannot be asked for
    if not is_there:
        problem = Problem("", "there is no such profile", shown(name), f"{', '.join(PROFILES)}, or a TOML file")
        raise LibraryError("profile", [problem])
    return parse_profile(read_file(path), name)
