"""The findings of one constraint over cases, and how parts of them are put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Ints
from reirrad.engine.convert import Numbers, Span
from reirrad.engine.decided import Decided, joined


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
    )
