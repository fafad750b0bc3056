"""The decision of each turn as columns, and what is done to them as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.engine.codes import Cause, Exclusion, Status
from reirrad.engine.convert import Numbers, Span

#: Status of a course that cannot have been the first one; it is below all others and never reported.
NO_CANDIDATE = -1


@dataclass(slots=True)
class Decided:
    """Status, margin, value, limit and causes of turns; arrays of shape (n_rows, n_turns), changed in place.

    What changes them returns them, and callers go on with what they get: a step that does nothing is an error then,
    and not a decision without it.

    A turn without a value has the empty range (inf, -inf), so that unions over rows leave it out.
    """

    status: Ints
    margin: Floats
    value: Span
    limit: Span
    #: flags of :class:`Cause`
    causes: Ints
    #: codes of :class:`Exclusion`
    exclusion: Ints

    def clear(self, where: Numbers, *, status: Status) -> Decided:
        """Take value and margin away where there is nothing to compare; return the columns, as all such steps do."""
        self.status[where] = status
        self.value.low[where], self.value.high[where] = np.inf, -np.inf
        self.margin[where] = np.inf if status is Status.NOT_APPLICABLE else -np.inf
        return self

    def exclude(self, where: Numbers, exclusion: Ints | Exclusion) -> Decided:
        """Mark turns as not applicable."""
        cleared = self.clear(where, status=Status.NOT_APPLICABLE)
        cleared.causes[where] = 0
        cleared.exclusion[where] = exclusion[where] if isinstance(exclusion, np.ndarray) else exclusion
        return cleared

    def refuse(self, where: Numbers, cause: Cause | int) -> Decided:
        """Mark turns as not evaluated, without a value."""
        cleared = self.clear(where, status=Status.NOT_EVALUATED)
        cleared.causes[where] = cause
        cleared.exclusion[where] = Exclusion.NONE
        return cleared

    def leave_open(self, where: Bools, cause: Cause) -> None:
        """Take back, in place, what was decided of turns; their values stay."""
        self.status[where] = Status.NOT_EVALUATED
        self.causes[where] |= cause

    def map(self, change: Callable[[Numbers], Numbers]) -> Decided:
        """Return the columns, each changed in the same way."""
        return joined([self], lambda columns: change(columns[0]))


def blank(n_rows: int, n_turns: int, limit: tuple[float, float] | None = None) -> Decided:
    """Return turns to which a constraint does not apply."""
    shape = (n_rows, n_turns)
    low, high = limit if limit is not None else (np.nan, np.nan)
    return Decided(
        status=np.full(shape, Status.NOT_APPLICABLE, dtype=np.int64),
        margin=np.full(shape, np.inf),
        value=Span(np.full(shape, np.inf), np.full(shape, -np.inf)),
        limit=Span(np.full(shape, low), np.full(shape, high)),
        causes=np.zeros(shape, dtype=np.int64),
        exclusion=np.zeros(shape, dtype=np.int64),
    )


def joined(parts: Sequence[Decided], join: Callable[[list[Numbers]], Numbers]) -> Decided:
    """Return one set of columns made of several."""
    return Decided(
        status=join([part.status for part in parts]),
        margin=join([part.margin for part in parts]),
        value=Span(join([part.value.low for part in parts]), join([part.value.high for part in parts])),
        limit=Span(join([part.limit.low for part in parts]), join([part.limit.high for part in parts])),
        causes=join([part.causes for part in parts]),
        exclusion=join([part.exclusion for part in parts]),
    )


def picked(decided: Decided, turn: Ints) -> Decided:
    """Return one turn of each row; shape (n_rows, 1)."""
    every = np.arange(len(turn))
    return decided.map(lambda column: column[every, turn][:, None])


def has_limit(decided: Decided, low: Floats, high: Floats) -> Bools:
    """Return which turns have a limit: of others the ranges say nothing about it."""
    return np.asarray((decided.limit.low == low) & (decided.limit.high == high))


def unite_candidates(one: Decided, decided: Decided) -> Bools:
    """Where it is not known which course gave dose first, the candidates must agree; return where there are several."""
    is_candidate = decided.status != NO_CANDIDATE
    several = is_candidate.sum(axis=1) > 1
    lowest = np.where(is_candidate, decided.status, np.iinfo(np.int64).max).min(axis=1)
    undecided = (lowest != decided.status.max(axis=1))[:, None]
    one.status[undecided] = Status.NOT_EVALUATED
    # where no dose is stated of one of them, that is what is missing
    has_no_dose = (is_candidate & (decided.causes & Cause.DOSE_UNKNOWN != 0)).any(axis=1)[:, None]
    one.causes[undecided] |= np.where(has_no_dose, Cause.DOSE_UNKNOWN, Cause.FIRST_COURSE_UNKNOWN)[undecided]
    one.exclusion[undecided] = Exclusion.NONE
    is_open = ~np.isin(one.status, (Status.MET, Status.VIOLATED))
    belongs = is_candidate & (is_open | has_limit(decided, one.limit.low, one.limit.high))
    one.value.low[several, 0] = np.where(belongs, decided.value.low, np.inf)[several].min(axis=1)
    one.value.high[several, 0] = np.where(belongs, decided.value.high, -np.inf)[several].max(axis=1)
    one.margin[several, 0] = np.where(is_candidate, decided.margin, np.inf)[several].min(axis=1)
    return np.asarray(several)
