"""What a caller chooses of a library, refused before anything is narrowed by it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from numbers import Real
from typing import TYPE_CHECKING, Any

from reirrad.errors import LibraryError, Problem, shown
from reirrad.library.profile import Profile

if TYPE_CHECKING:
    from reirrad.library.load import Library


def refuse_choice(edition_ids: Any, profile: Any, risk_percent: Any) -> None:
    """Refuse what is no list of ids, no profile, or no risk.

    Raises
    ------
    LibraryError
        It carries every problem.
    """
    problems = list(_problems(edition_ids, profile, risk_percent))
    if problems:
        raise LibraryError("library", problems)


def refuse_risk_of_nothing(risk_percent: float, library: Library) -> None:
    """Refuse a risk where no model is judged: whoever states it expects that it counts.

    Raises
    ------
    LibraryError
        It names the editions that have one.
    """
    if any(rule.cord_model is not None for _, rule in library.judged()):
        return
    having = {loaded.edition.id: None for loaded, rule in library.constraints() if rule.cord_model is not None}
    hint = f"name an edition that has one: {', '.join(having)}" if having else "leave it out"
    what = "it is of models, and none is judged"
    raise LibraryError("library", [Problem("risk", what, shown(risk_percent), hint=hint)])


def _problems(edition_ids: Any, profile: Any, risk_percent: Any) -> Iterator[Problem]:
    is_list = isinstance(edition_ids, Collection) and not isinstance(edition_ids, str | bytes)
    if not is_list or not all(isinstance(item, str) for item in edition_ids):
        yield Problem("edition_ids", "this is no list", shown(edition_ids), "a list of ids")
    if profile is not None and not isinstance(profile, Profile):
        allowed = "what reirrad.library.load_profile returns"
        yield Problem("profile", "this is no profile", shown(profile), allowed)
    is_number = isinstance(risk_percent, Real) and not isinstance(risk_percent, bool)
    if risk_percent is not None and not (is_number and 0 < risk_percent < 100):
        yield Problem("risk", "this is no risk", shown(risk_percent), "a number between 0 and 100 %")
