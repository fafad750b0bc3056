"""What of an interval, of repair and of the history is not known: what a case would have to state, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reirrad.engine.trace import Trace


def listed(names: Sequence[str]) -> str:
    """Return names in quotes, as a part of a sentence."""
    return " and ".join(f'"{name}"' for name in names)


def doubtful_courses(trace: Trace) -> str:
    """Return the courses that may have given no dose to the structure."""
    certain = trace.view.certainly_gives_dose
    return listed([str(trace.batch.course_id[at]) for at in trace.order if not certain[at]])


def what_leaves_the_interval_open(trace: Trace, dates: str) -> str:
    """Return what would make an interval one number: ``dates`` more exactly, and which courses gave dose.

    An interval runs between courses that give dose: with exact dates it is open where one of them may give none.
    """
    doubtful = doubtful_courses(trace)
    doses = f"Max[Gy] of {trace.block.structure} for {doubtful} (0 if it was out of the field)"
    exactly = f"{dates} more exactly"
    if not doubtful:
        return exactly
    return doses if _are_exact(trace) else f"{exactly}, and {doses}"


def _are_exact(trace: Trace) -> bool:
    """Whether each course of the order begins, and ends, on one day, or so many months after the one before."""
    batch, order = trace.batch, np.asarray(trace.order)
    in_months = batch.stated_order[order] >= 0
    is_one_number = (batch.months_low == batch.months_high)[order] | (batch.stated_order[order] == 0)
    # nothing runs to the first course, and nothing from the last one
    begins = (batch.start_low == batch.start_high)[order]
    ends = (batch.end_low == batch.end_high)[order]
    begins[:1], ends[-1:] = True, True
    return bool(np.where(in_months, is_one_number, begins & ends).all())


def what_leaves_repair_open(trace: Trace, courses: Sequence[int]) -> str:
    """Return what would tell how much of several fractions a day is repaired between them, of courses that lack it."""
    lacks_hours = [at for at in courses if np.isnan(trace.batch.hours_between_fractions[at])]
    lacks = [f"hours_between_fractions of {_names(trace, lacks_hours)}"] if lacks_hours else []
    if np.isnan(trace.view.half_times[trace.case]):
        lacks.append(f"repair_half_time_h of {trace.block.structure}")
    if lacks:
        return f"state {' and '.join(lacks)}"
    return (
        f"nothing in the case: not all days of {_names(trace, courses)} were full, and which of its fractions shared "
        "one is not stated"
    )


def _names(trace: Trace, courses: Sequence[int]) -> str:
    return listed([str(trace.batch.course_id[at]) for at in courses])


def what_is_whole(trace: Trace) -> str:
    """Return what may be stated of a history to which nothing is missing: no earlier course, only if none is listed."""
    batch = trace.batch
    first, last = np.searchsorted(batch.course_case, [trace.case, trace.case + 1])
    has_delivered = not batch.is_proposed[first:last].all()
    return '"complete"' if has_delivered else '"complete" (or "none")'
