"""The findings of one constraint over cases, and how parts of them are put together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import Cause, Status
from reirrad.engine.convert import Numbers, Span
from reirrad.engine.decided import NO_CANDIDATE, Decided, joined


@dataclass(frozen=True, slots=True)
class Judged:
    """The finding of each case for one constraint, with the row and turn behind it."""

    case: Ints
    decided: Decided
    #: course judged as the newest (or the item); -1 where it is none that is listed
    course: Ints
    undiscounted: Span
    #: per case: which rows of the view, which row of them and which turn
    rows_index: Ints
    row: Ints
    turn: Ints
    #: per case: whether in every order, and whether in any, it says something of the newest course: met, violated or
    #: not evaluated; and the :class:`Exclusion` of that course in the first order
    is_of_newest: Bools
    may_be_of_newest: Bools
    exclusion_of_newest: Ints


def of_newest(case: Ints, decided: Decided) -> tuple[Bools, Bools, Ints]:
    """Return for each case whether the constraint applies to its newest course in every order and in any, and why not.

    Parameters
    ----------
    case
        The case of each row; those of a case are adjacent.
    decided
        Per row and turn; the last turn is that of the newest course.
    """
    status, first = decided.status[:, -1], np.flatnonzero(np.diff(case, prepend=-1))
    applies = (status != Status.NOT_APPLICABLE) & (status != NO_CANDIDATE)
    every, some = np.logical_and.reduceat(applies, first), np.logical_or.reduceat(applies, first)
    return every, some, decided.exclusion[first, -1]


def refuse_unread(judged: Judged, has_unread: Bools) -> Judged:
    """Return what is left where something of a case could not be read: nothing but that it is violated.

    What was not read may be about the newest course, so that nothing is known not to apply to it.
    """
    unread = has_unread[judged.case]
    refused = unread[:, None] & (judged.decided.status != Status.VIOLATED)
    return replace(
        judged,
        decided=judged.decided.refuse(refused, Cause.ROW_QUARANTINED),
        may_be_of_newest=judged.may_be_of_newest | unread,
    )


def joined_cases(parts: list[Judged]) -> Judged:
    """Return the findings of all rows in ascending order of the case."""
    if len(parts) == 1:
        return parts[0]
    # a case has one finding, in one of the parts
    order = np.argsort(np.concatenate([part.case for part in parts]))

    def join(columns: list[Numbers]) -> Numbers:
        return np.concatenate(columns)[order]

    return Judged(
        case=join([part.case for part in parts]),
        decided=joined([part.decided for part in parts], join),
        course=join([part.course for part in parts]),
        undiscounted=Span(
            join([part.undiscounted.low for part in parts]), join([part.undiscounted.high for part in parts])
        ),
        rows_index=join([part.rows_index for part in parts]),
        row=join([part.row for part in parts]),
        turn=join([part.turn for part in parts]),
        is_of_newest=join([part.is_of_newest for part in parts]),
        may_be_of_newest=join([part.may_be_of_newest for part in parts]),
        exclusion_of_newest=join([part.exclusion_of_newest for part in parts]),
    )
