"""Which constraints are judged: the profile, and what the choice leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.toml_text import read_text, read_toml
from reirrad.model.rule import Constraint, ProfileKind

#: Profiles by name, and the kinds of constraints that each judges.
PROFILES: Mapping[str, frozenset[ProfileKind]] = {
    "point-dose": frozenset({"point-dose", "stated-fact"}),
    "distribution": frozenset({"distribution"}),
    "all": frozenset({"point-dose", "stated-fact", "distribution", "incomplete"}),
}
DEFAULT_PROFILE = "point-dose"
_ON_REQUEST = frozenset({"second-opinion", "incomplete"})
PROFILE_SCHEMA = "reirrad-profile/1"
_KEYS = ("schema", "id", "editions", "constraints", "reason")


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of constraints.

    A constraint is judged if its edition is one of ``editions`` (any, if that is empty) and its kind one of ``kinds``,
    or if ``constraints`` names it. A second opinion is judged only if its edition or the constraint is named, and one
    whose source is incomplete only then, or with the profile ``all``.
    """

    name: str = DEFAULT_PROFILE
    kinds: frozenset[ProfileKind] = PROFILES[DEFAULT_PROFILE]
    editions: tuple[str, ...] = ()
    constraints: frozenset[str] = frozenset()
    reason: str | None = None

    @property
    def is_default(self) -> bool:
        """Whether nothing was chosen."""
        return self == Profile()

    def insists_on(self, constraint: Constraint) -> bool:
        """Return whether a constraint that depends on a stated fact is judged where the fact is not stated, too."""
        return self.name == "all" or constraint.id in self.constraints

    def judges(self, edition_id: str, constraint: Constraint) -> bool:
        """Return whether a constraint is judged; it may still not apply."""
        if constraint.kind != "limit":
            return False
        if constraint.id in self.constraints:
            return True
        if self.editions and edition_id not in self.editions:
            return False
        if constraint.profile in _ON_REQUEST and edition_id in self.editions:
            return True
        return constraint.profile in self.kinds and not (self.constraints and not self.editions)


def parse_profile(content: bytes, source: str) -> Profile:
    """Read a profile of a user: a TOML file that names editions, constraints, or both.

    Raises
    ------
    LibraryError
        If it is no valid profile; it carries every problem.
    """
    document = read_toml(read_text(content, source), source)
    problems = [Problem(key, "the key is not known", allowed=", ".join(_KEYS)) for key in document if key not in _KEYS]
    if document.get("schema") != PROFILE_SCHEMA:
        problems.append(Problem("schema", "it is required", shown(document.get("schema")), shown(PROFILE_SCHEMA)))
    name, reason = document.get("id"), document.get("reason")
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        problems.append(Problem("id", "it is required", shown(name), "text in quotes"))
    elif name in PROFILES:
        problems.append(Problem("id", "the package has a profile of this name", shown(name), "another name"))
    if reason is not None and not isinstance(reason, str):
        problems.append(Problem("reason", "this is not text", shown(reason), "text in quotes"))
    editions = _names(document, "editions", problems)
    constraints = _names(document, "constraints", problems)
    if not problems and not editions and not constraints:
        problems.append(Problem("", "the profile names nothing", allowed="editions, constraints, or both"))
    if problems:
        raise LibraryError(source, problems)
    return Profile(str(name), PROFILES[DEFAULT_PROFILE], editions, frozenset(constraints), reason)


def _names(document: Mapping[str, Any], key: str, problems: list[Problem]) -> tuple[str, ...]:
    names = document.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.append(Problem(key, "this is not a list of ids", shown(names), '["..."]'))
        return ()
    if len(set(names)) != len(names):
        problems.append(Problem(key, "an id is listed twice", shown(names)))
    return tuple(names)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the hint behind an id that is not known: those that look like it."""
    import difflib  # only for a name that is not known

    near = difflib.get_close_matches(name, list(known), n=3)
    return f"did you mean {', '.join(near)}?" if near else "see: reirrad rules list"


def unknown_names(chosen: Sequence[str], known: Sequence[str], what: str) -> list[Problem]:
    """Return a problem for each name that is not known."""
    return [
        Problem("", f"there is no such {what}", shown(name), ", ".join(known)) for name in chosen if name not in known
    ]
