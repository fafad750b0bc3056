"""The conditions of what is noted of a case: ``check`` asks them of one number, an audit of columns.

Each takes numbers or arrays of them, so that nobody writes it a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

import numpy as np

from reirrad.engine.batch import Batch, Bools
from reirrad.engine.codes import MODALITIES, TECHNIQUES, Status
from reirrad.engine.evaluate import Block
from reirrad.engine.intervals import interval_between
from reirrad.engine.judge import SUMS
from reirrad.library import Library
from reirrad.model.case import STEREOTACTIC_MODALITIES
from reirrad.model.rule import Discounted, RaisedTolerance, RecoverySchedule

#: Techniques of courses to which limits for stereotactic ones do not apply; one that is not stated may be either.
_NOT_STEREOTACTIC = ("conventional", "other")


def is_far_above(times: Any, library: Library) -> Any:
    """Whether so many times the scheduled dose may be another unit, or another schedule."""
    return times > library.conventions["dose"]["note_above_prescription"]


def is_far_below(times: Any, library: Library) -> Any:
    """Whether so many times the scheduled dose, of a number in cGy, may be a number in Gy; 0 is out of the field."""
    return (times > 0) & (times < library.conventions["dose"]["note_cgy_below_prescription"])


def may_be_stereotactic(technique: str | None, modality: str) -> bool:
    """Whether limits for stereotactic courses hang on the word: it says another technique, of a beam that may be so."""
    return technique in _NOT_STEREOTACTIC and modality in STEREOTACTIC_MODALITIES


def is_large_fraction(size_gy: Any, library: Library) -> Any:
    """Whether a dose per fraction is one that is usual in stereotactic courses only."""
    return size_gy > library.conventions["technique"]["note_above_gy"]


def is_near(low: Any, high: Any, months: Iterable[Any], library: Library) -> Any:
    """Whether an interval is so near to a number of months that by another definition of a month it is beyond."""
    near = library.conventions["near_limit"]["interval_months"]
    return np.any([np.abs(end - number) <= near for end in (low, high) for number in months], axis=0)


def steps_of(schedule: RecoverySchedule) -> list[float]:
    """Return the months at which more recovers."""
    ends = {end for step in schedule.step for end in (step.from_months, step.to_months)}
    return sorted(end for end in ends if end and isfinite(end))


def courses_of_large_fractions(batch: Batch, library: Library) -> Bools:
    """Return which courses have a large fraction and are not called stereotactic, although they might be."""
    hangs = np.zeros((len(TECHNIQUES) + 1, len(MODALITIES)), dtype=np.bool_)  # the last row is that of "not stated", -1
    for code, technique in enumerate(TECHNIQUES):
        hangs[code] = [may_be_stereotactic(technique, modality) for modality in MODALITIES]
    return np.asarray(hangs[batch.technique, batch.modality] & is_large_fraction(batch.fraction_size_high, library))


def near_in_time(block: Block) -> Bools:
    """Return which findings of a block have a derivation that notes an interval within days of a limit or a step."""
    judged, view, value = block.judged, block.judge.view, block.judged.decided.value
    near = np.zeros(len(judged.case), dtype=np.bool_)
    if block.judge.impossible() or not any(True for _ in _asked(block)):
        return near
    # of the others there is no arithmetic to be noted in
    is_told = (block.status != Status.NOT_APPLICABLE) & ~(value.low[:, 0] > value.high[:, 0])
    limit = judged.decided.limit.low[:, 0]
    for index, rows in enumerate(view.rows):
        here = np.flatnonzero(is_told & (judged.rows_index == index))
        if rows.n_courses == 0 or len(here) == 0:
            continue
        row, turn = judged.row[here], judged.turn[here]
        for what, months in _asked(block):
            if what == "each":
                for place in range(int(turn.max())):
                    later = turn > place
                    span = interval_between(view.batch, rows.course[row[later], place], rows.course[row, turn][later])
                    near[here[later]] |= is_near(span.low, span.high, months, view.library)
            else:
                span = view.intervals(index)
                numbers = months if what == "smallest" else [limit[here]]
                near[here] = is_near(span.low[row, turn], span.high[row, turn], numbers, view.library)
    return near


def _asked(block: Block) -> Iterator[tuple[str, list[float]]]:
    """Yield of which intervals a derivation notes that they are near, and to which months: those of the limit, if none.

    They are the smallest interval or each one to the newest course.
    """
    convention = block.judge.convention
    if block.constraint.scope == "interval":
        yield "limit", []
    if block.constraint.scope in SUMS and isinstance(convention, Discounted):
        yield "each", steps_of(convention.schedule)
    if block.constraint.scope in SUMS and isinstance(convention, RaisedTolerance):
        yield "smallest", steps_of(convention.schedule)
