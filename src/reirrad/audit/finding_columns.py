"""Findings of a batch as columns, with everything that the JSON of ``check`` has but the derivations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from reirrad.audit.table import Cells
from reirrad.engine.batch import Batch, Bools, Floats, Ints
from reirrad.engine.check import source_of
from reirrad.engine.codes import BASES, ROLES, UNSTATED, Status, reason_word
from reirrad.engine.evaluate import Block
from reirrad.engine.judge import SUMS
from reirrad.engine.trace import Trace
from reirrad.model.metric import MetricKind

_NONE, _MIXED = -1, -2
#: Columns of findings, in order.
NAMES = (
    "constraint_id",
    "edition",
    "group",
    "structure",
    "metric",
    "metric_used",
    "quantity",
    "alpha_beta_gy",
    "scope",
    "course_id",
    "course_role",
    "status",
    "reason",
    "advisory",
    "caused_by_proposed",
    "value",
    "value_low",
    "value_high",
    "limit",
    "limit_high",
    "comparison",
    "margin",
    "unit",
    "near_limit",
    "accumulation",
    "undiscounted_value",
    "undiscounted_low",
    "undiscounted_high",
    "basis",
    "source",
    "locator",
)
Columns = dict[str, np.ndarray[Any, Any] | Cells]


def finding_columns(batch: Batch, block: Block) -> Columns:
    """Return the findings of a block: words as cells, numbers as NaN where there is none."""
    judged, constraint, decided = block.judged, block.constraint, block.judged.decided
    n, status = len(judged.case), block.status
    applies = status != Status.NOT_APPLICABLE
    low, high = _bounded(decided.value.low[:, 0]), _bounded(decided.value.high[:, 0])
    limit_low, limit_high = decided.limit.low[:, 0], decided.limit.high[:, 0]
    undiscounted = block.judged.undiscounted
    alpha_beta = constraint.alpha_beta_gy
    without, is_violated = block.status_without, status == Status.VIOLATED
    is_unknown = (without < 0) | (is_violated & (without == Status.NOT_EVALUATED))
    used, course = _Used(block), np.where(applies, judged.course, _NONE)
    return {
        "case": judged.case,
        "constraint_id": _same(constraint.id, n),
        "edition": _same(block.loaded.edition.id, n),
        "group": _same(constraint.group, n),
        "structure": _same(block.structure, n),
        "metric": _same(constraint.metric, n),
        "metric_used": used.metrics(applies),
        "quantity": _same(constraint.quantity, n),
        "alpha_beta_gy": np.full(n, alpha_beta if isinstance(alpha_beta, float) else np.nan),
        "scope": _same(constraint.scope, n),
        "course_id": _course_ids(batch, course),
        "course_role": _roles(batch, course),
        "status": Cells(status, [item.word for item in Status]),
        "reason": _reasons(block),
        "advisory": np.full(n, constraint.advisory),
        #: 1 yes, 0 no, -1 nothing is proposed or not known
        "caused_by_proposed": np.where(is_unknown, -1, is_violated & (without != Status.VIOLATED)).astype(np.int8),
        "value": np.where(decided.value.low[:, 0] == decided.value.high[:, 0], low, np.nan),
        "value_low": low,
        "value_high": high,
        "limit": _bounded(limit_low),
        "limit_high": np.where(limit_high > limit_low, limit_high, np.nan),
        "comparison": _same(constraint.comparison, n),
        "margin": _bounded(decided.margin[:, 0]),
        "unit": _same(constraint.unit, n),
        "near_limit": block.near_limit,
        "accumulation": used.accumulation(applies),
        "undiscounted_value": np.where(undiscounted.low == undiscounted.high, _bounded(undiscounted.low), np.nan),
        "undiscounted_low": _bounded(undiscounted.low),
        "undiscounted_high": _bounded(undiscounted.high),
        "basis": used.bases(applies),
        "source": _same(source_of(block.loaded, constraint.read), n),
        "locator": _same(constraint.locator, n),
    }


def empty_columns() -> dict[str, np.ndarray[Any, Any]]:
    """Return the columns of no findings at all, of the types that :class:`reirrad.audit.Findings` lists."""
    numbers = (
        "alpha_beta_gy",
        "value",
        "value_low",
        "value_high",
        "limit",
        "limit_high",
        "margin",
        "undiscounted_value",
        "undiscounted_low",
        "undiscounted_high",
    )
    types: dict[str, Any] = dict.fromkeys(numbers, np.float64)
    types |= {"advisory": np.bool_, "near_limit": np.bool_}
    return {name: np.empty(0, dtype=types.get(name, object)) for name in NAMES}


class _Used:
    """What the values of a block were taken from: by columns where it is one thing, else finding by finding."""

    def __init__(self, block: Block) -> None:
        self.block, self.view = block, block.judge.view
        doses = self.view.doses
        self.is_sum = block.constraint.scope in SUMS or block.constraint.scope == "allowed_bed"
        self.rows = (doses.low_row, doses.high_row)

    @cached_property
    def _courses(self) -> list[tuple[Ints, Ints]]:
        """The courses behind the values, by place in the order: which findings, and which course of each."""
        judged = self.block.judged
        if self.block.constraint.scope == "interval":
            return []
        found = []
        for index, rows in enumerate(self.view.rows):
            here = np.flatnonzero(judged.rows_index == index)
            turn = judged.turn[here]
            for position in range(rows.n_courses):
                counts = (position <= turn) if self.is_sum else (position == turn)
                chosen = here[counts]
                found.append((chosen, rows.course[judged.row[chosen], position]))
        return found

    def _codes(self, of_row: Ints) -> Ints:
        """Return the one code of the rows behind each finding; none, or mixed."""
        of_row = np.append(of_row, _NONE)
        course = _of_courses(self.view.batch, _united(of_row[self.rows[0]], of_row[self.rows[1]]))
        codes = np.full(len(self.block.judged.case), _NONE, dtype=np.int64)
        for findings, courses in self._courses:
            codes[findings] = _united(codes[findings], course[courses])
        return codes

    def _texts(self, codes: Ints, words: list[str | None], attribute: str, applies: Bools) -> Cells:
        codes = np.where(applies, codes, _NONE)
        values: list[Any] = list(words)
        for position in np.flatnonzero(codes == _MIXED):
            values.append(getattr(Trace(self.block, int(position)), attribute))
            codes[position] = len(values) - 1
        return Cells(codes, values)

    def metrics(self, applies: Bools) -> Cells:
        """Return the metrics that the values were taken from."""
        batch, names = self.view.batch, self.view.library.structures.names
        words: list[str | None] = [
            metric.label if name == self.block.structure else f"{metric.label} of {name}"
            for name in names
            for metric in batch.metrics
        ]
        codes = self._codes(batch.dose_structure * len(batch.metrics) + batch.dose_metric)
        return self._texts(codes, words, "metric_used", applies)

    def bases(self, applies: Bools) -> Cells:
        """Return where the doses come from."""
        stated = self.view.batch.dose_basis
        codes = self._codes(np.where(stated == UNSTATED, len(BASES), stated))
        return self._texts(codes, [*BASES, "not stated"], "basis", applies)

    def accumulation(self, applies: Bools) -> Cells:
        """Return how point doses were summed."""
        if self.block.constraint.scope not in SUMS:
            return _same(None, len(self.block.judged.case))
        is_max = np.array([metric.kind is MetricKind.MAX for metric in self.view.batch.metrics] or [False])
        codes = self._codes(is_max[self.view.batch.dose_metric].astype(np.int64))
        return self._texts(codes, ["metric_sum", "max_sum"], "accumulation", applies)


def _of_courses(batch: Batch, phase: Ints) -> Ints:
    """Return the one code of the phases of each course; none, or mixed."""
    if batch.n_courses == 0:
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.diff(batch.phase_course, prepend=-1))
    largest = np.maximum.reduceat(np.where(phase == _MIXED, _NONE, phase), first)
    smallest = np.minimum.reduceat(np.where(phase < 0, np.iinfo(np.int64).max, phase), first)
    is_mixed = np.maximum.reduceat((phase == _MIXED).astype(np.int64), first) > 0
    return np.where(is_mixed | ((largest >= 0) & (largest != smallest)), _MIXED, largest)


def _united(first: Ints, second: Ints) -> Ints:
    """Return the code of both where they agree or one has none."""
    either = np.where(first == _NONE, second, first)
    return np.where((first == second) | (first == _NONE) | (second == _NONE), either, _MIXED)


def _course_ids(batch: Batch, course: Ints) -> Cells:
    listed = np.unique(course[course >= 0])
    ids, code = np.unique(batch.course_id[listed].astype(np.str_), return_inverse=True)
    codes = np.full(batch.n_courses + 1, _NONE, dtype=np.int64)  # the last place is that of "none listed"
    codes[listed] = code.ravel()
    return Cells(codes[course], [str(text) for text in ids])


def _roles(batch: Batch, course: Ints) -> Cells:
    is_proposed = np.append(batch.is_proposed, False)  # the last place is that of "none listed"
    return Cells(np.where(course >= 0, is_proposed[course], _NONE), list(ROLES))


def _reasons(block: Block) -> Cells:
    decided = block.judged.decided
    # status and exclusion take less than eight bits together
    keys, inverse = np.unique(
        block.status | (decided.exclusion[:, 0] << 4) | (decided.causes[:, 0] << 8), return_inverse=True
    )
    words = [reason_word(status=key & 0xF, exclusion=(key >> 4) & 0xF, causes=key >> 8) for key in map(int, keys)]
    codes = np.array([_NONE if word is None else code for code, word in enumerate(words)], dtype=np.int64)
    return Cells(codes[inverse.ravel()], words)


def _bounded(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)


def _same(value: str | None, n: int) -> Cells:
    return Cells(np.full(n, _NONE if value is None else 0, dtype=np.int64), [value])


def joined_words(pieces: Sequence[Cells]) -> Cells:
    """Return the cells of several pieces as one column: codes into the words that it has, in order."""
    codes: dict[str, int] = {}
    parts = []
    for piece in pieces:
        new = [_NONE if word is None else codes.setdefault(word, len(codes)) for word in piece.values]
        # the last place is that of no word
        parts.append(np.array([*new, _NONE], dtype=np.int64)[piece.codes])
    joined = np.concatenate(parts)
    words = list(codes)
    used = np.flatnonzero(np.bincount(joined[joined >= 0], minlength=len(words)))
    ordered = sorted(used.tolist(), key=words.__getitem__)
    place = np.full(len(words) + 1, _NONE, dtype=np.int64)
    place[ordered] = np.arange(len(ordered))
    return Cells(place[joined], [words[code] for code in ordered])
