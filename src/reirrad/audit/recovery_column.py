"""What earlier courses have recovered, for every finding of a block, as one column of lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from reirrad.engine.batch import Bools, Ints
from reirrad.engine.evaluate import Block
from reirrad.engine.intervals import days_after_months, interval_between
from reirrad.model.rule import RecoverySchedule

RECOVERY = pa.list_(
    pa.struct(
        [
            ("course_id", pa.string()),
            ("interval_months_low", pa.float64()),
            ("interval_months_high", pa.float64()),
            ("fraction_low", pa.float64()),
            ("fraction_high", pa.float64()),
            ("next_fraction", pa.float64()),
            ("days_to_next_step", pa.int64()),
        ]
    )
)


def recovery_column(block: Block, applies: Bools) -> pa.ListArray:
    """Return the earlier courses behind each finding; null where the constraint knows no recovery, or none applies."""
    schedule = block.judge.recovery
    n = len(block.judged.case)
    if schedule is None:
        return pa.nulls(n, RECOVERY)
    pieces = [
        piece for index in range(len(block.judge.view.rows)) for piece in _pieces(block, schedule, index, applies)
    ]
    finding = np.concatenate([piece[0] for piece in pieces]) if pieces else np.zeros(0, dtype=np.int64)
    place = np.concatenate([piece[1] for piece in pieces]) if pieces else np.zeros(0, dtype=np.int64)
    order = np.lexsort((place, finding))
    fields = list(RECOVERY.value_type)
    columns = [
        pa.concat_arrays([piece[2][field.name] for piece in pieces]).take(pa.array(order))
        if pieces
        else pa.array([], field.type)
        for field in fields
    ]
    counts = np.bincount(finding, minlength=n)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(
        pa.array(offsets), pa.StructArray.from_arrays(columns, fields=fields), mask=pa.array(~applies)
    )


def _pieces(
    block: Block, schedule: RecoverySchedule, index: int, applies: Bools
) -> list[tuple[Ints, Ints, dict[str, Any]]]:
    """Return, by turn and place in the order, the courses of the findings that were judged on some rows of a view."""
    judged, view = block.judged, block.judge.view
    rows = view.rows[index]
    found = []
    for turn in range(1, rows.n_courses):
        here = np.flatnonzero((judged.rows_index == index) & (judged.turn == turn) & applies)
        if len(here) == 0:
            continue
        row = judged.row[here]
        fraction = view.recovered(index, schedule)[turn]
        for place in range(turn):
            columns = _columns(block, schedule, rows.course[row, place], rows.course[row, turn])
            columns["fraction_low"] = pa.array(fraction.low[row, place])
            columns["fraction_high"] = pa.array(fraction.high[row, place])
            found.append((here, np.full(len(here), place), columns))
    return found


def _columns(block: Block, schedule: RecoverySchedule, earlier: Ints, newest: Ints) -> dict[str, Any]:
    batch = block.judge.view.batch
    interval = interval_between(batch, earlier, newest)
    begins = np.array(sorted(step.from_months for step in schedule.step))
    fractions = np.array(
        [part for _, part in sorted((step.from_months, step.recovered_fraction) for step in schedule.step)]
    )
    following = np.searchsorted(begins, interval.low, side="right")
    has_next = (interval.low == interval.high) & (following < len(begins))
    at = np.where(has_next, following, 0)
    months = begins[at]
    end, start = batch.end_high[earlier], batch.start_low[newest]
    # a partial date may give an interval of exactly 0, but no day to count from
    is_dated = has_next & (end == batch.end_low[earlier]) & (start == batch.start_high[newest])
    is_dated &= (batch.stated_order[newest] < 0) & (months == np.floor(months))
    days = days_after_months(np.where(is_dated, end, 0), months.astype(np.int64)) - start
    return {
        "course_id": pa.array(batch.course_id[earlier], pa.string()),
        "interval_months_low": pa.array(interval.low),
        "interval_months_high": pa.array(interval.high, mask=~np.isfinite(interval.high)),
        "next_fraction": pa.array(fractions[at], mask=~has_next),
        "days_to_next_step": pa.array(days, mask=~is_dated),
    }
