"""Counts of a bucket that add up over buckets, for the summary and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from reirrad.audit.row_order import UNKNOWN
from reirrad.audit.rows import Rows
from reirrad.engine.batch import NO_LOW, Batch, Bools, Ints
from reirrad.engine.codes import Status, reason_word
from reirrad.engine.evaluate import Block, verdicts

#: Smallest margins that are kept of each constraint and structure.
WORST = 3
_YEAR_OF_EPOCH = 1970

Counts = Counter[tuple[Any, ...]]


def verdicts_of(batch: Batch, blocks: Sequence[Block], is_unmapped: Bools) -> Ints:
    """Return the verdict of every patient: one of whom a line or row could not be read is never met."""
    verdict = verdicts(batch, list(blocks), is_unmapped)
    # what could not be read may be what an edition is about
    verdict[batch.has_unread & (verdict == Status.MET)] = Status.NOT_EVALUATED
    return verdict


def tally(
    batch: Batch, blocks: Sequence[Block], rows: Rows, is_unmapped: Bools
) -> tuple[Counts, list[tuple[Any, ...]]]:
    """Return the counts of a bucket by what they are about, and the smallest margins."""
    counts: Counts = Counter()
    worst: list[tuple[Any, ...]] = []
    for status, n in _counted(verdicts_of(batch, blocks, is_unmapped)):
        counts["verdicts", Status(status).word] += n
    year = years(batch)
    for block in blocks:
        name = block.constraint.id, block.structure
        edition = block.loaded.edition.id
        for status, n in _counted(block.status):
            counts["findings", *name, edition, block.constraint.advisory, Status(status).word] += n
        _by_year(counts, name, year[block.judged.case], block.status)
        decided = block.judged.decided
        is_open = block.status == Status.NOT_EVALUATED
        for causes, n in _counted(decided.causes[:, 0][is_open]):
            reason = reason_word(status=Status.NOT_EVALUATED, causes=causes, exclusion=0)
            counts["reasons", *name, reason] += n
        worst += _worst(batch, block, name)
    _editions_alone(counts, batch, blocks, rows, is_unmapped)
    _rows(counts, rows)
    return counts, worst


def years(batch: Batch) -> Ints:
    """Return the year in which the newest course of each case begins; ``NO_LOW`` where it is not known.

    It begins between the latest of the first days, and of the last ones, that each course may begin on.
    """
    ends = []
    for starts in (batch.start_low, batch.start_high):
        newest = np.full(batch.n_cases, NO_LOW, dtype=np.int64)
        np.maximum.at(newest, batch.course_case, starts)
        ends.append(newest.astype("M8[D]").astype("M8[Y]").astype(np.int64) + _YEAR_OF_EPOCH)
    n_courses = np.bincount(batch.course_case, minlength=batch.n_cases)
    is_known = (ends[0] == ends[1]) & (n_courses > 0) & ~batch.has_unread
    return np.where(is_known, ends[0], NO_LOW)


def _counted(values: Ints) -> list[tuple[int, int]]:
    found, counts = np.unique(values, return_counts=True)
    return [(int(value), int(count)) for value, count in zip(found, counts, strict=True)]


def _by_year(counts: Counts, name: tuple[str, str], year: Ints, status: Ints) -> None:
    applies = status != Status.NOT_APPLICABLE
    pairs, n = np.unique(np.stack([year[applies], status[applies]]), axis=1, return_counts=True)
    for (at, found), count in zip(pairs.T, n, strict=True):
        counts["by_year", *name, None if at <= NO_LOW else int(at), Status(int(found)).word] += int(count)


def _worst(batch: Batch, block: Block, name: tuple[str, str]) -> list[tuple[Any, ...]]:
    """Return the violations with the least room; what has no bound beyond the limit has least."""
    decided = block.judged.decided
    value, limit = decided.value, decided.limit.low if block.constraint.is_upper else decided.limit.high
    usable = np.flatnonzero(block.status == Status.VIOLATED)
    margin = decided.margin[usable, 0]
    # of those without a bound, and of ranges, how far beyond the limit they are for certain
    certain = (limit - value.low if block.constraint.is_upper else value.high - limit)[usable, 0]
    found: list[tuple[Any, ...]] = []
    for row in np.lexsort((certain, margin)):
        if len(found) >= WORST and (margin[row], certain[row]) > found[WORST - 1][:2]:
            break  # all that are as small as the last of the smallest: which of them is shown depends on the ids
        at = usable[row]
        patient, low, high = str(batch.case_id[block.judged.case[at]]), value.low[at, 0], value.high[at, 0]
        shown = (_or_none(margin[row]), patient, _or_none(low) if low == high else None, _or_none(limit[at, 0]))
        found.append((margin[row], certain[row], patient, (*name, *shown, block.constraint.unit, float(certain[row]))))
    return [item for *_, item in sorted(found)[:WORST]]


def _or_none(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _editions_alone(counts: Counts, batch: Batch, blocks: Sequence[Block], rows: Rows, is_unmapped: Bools) -> None:
    """Count what the verdict would be if one edition alone were asked: where it says nothing, nothing was evaluated."""
    # all that are used: what has nothing to say of the patients of this bucket may have of others
    for edition in (loaded.edition.id for loaded in rows.library.used()):
        alone = [block for block in blocks if block.loaded.edition.id == edition]
        for status, n in _counted(verdicts_of(batch, alone, is_unmapped)):
            counts["editions_alone", edition, Status(status).word] += n


def _rows(counts: Counts, rows: Rows) -> None:
    for code, n in _counted(rows.bad[rows.bad > 0]):
        counts["quarantine", *rows.reasons[code]] += n
    structures = rows["structure"]
    for code, n in _counted(structures[structures <= UNKNOWN]):
        counts["unknown", "structures", rows.unmapped[UNKNOWN - code]] += n
    for name, n in rows.unknown_metrics():
        counts["unknown", "metrics", name] += n
