"""The dose that a phase gives to a structure, for a metric, as a range: stated, or bounded by what is stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Batch, Bools, Floats, Ints
from reirrad.engine.codes import BASES, UNSTATED
from reirrad.library import Library
from reirrad.model.metric import Metric, MetricKind

_PRESCRIPTION = BASES.index("prescription")
#: Only doses of these bases bound other structures: a prescription does not, and what is not stated may be one.
_BOUNDING = (BASES.index("plan"), BASES.index("estimate"))


_WHOLE_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class PhaseDoses:
    """Range of the dose of each phase of a batch to one structure, and the dose row behind each end (-1: none).

    ``low`` and ``high`` are as stated, before the scaling to the fractions delivered.
    """

    low: Floats
    high: Floats
    low_row: Ints
    high_row: Ints
    #: the metric itself (or what stands for it) is stated for the structure itself
    is_stated: Bools


def is_near_maximum(metric: Metric, library: Library) -> bool:
    """Whether a metric stands for the maximum, by the library's convention."""
    convention = library.conventions["near_maximum"]
    return metric.is_near_maximum(up_to_cc=convention["up_to_cc"], up_to_percent=convention["up_to_percent"])


def resolve_doses(batch: Batch, library: Library, structure: str, metric: Metric) -> PhaseDoses:
    """Return the dose of every phase to a structure for a metric; unknown is [0, inf)."""
    return _Resolution(batch, library, structure, metric).resolve()


class _Resolution:
    def __init__(self, batch: Batch, library: Library, structure: str, metric: Metric) -> None:
        n_phases = len(batch.phase_course)
        self.batch, self.library, self.structure, self.metric = batch, library, structure, metric
        self.low = np.zeros(n_phases)
        self.high = np.full(n_phases, _WHOLE_PERCENT if metric.is_percentage else np.inf)
        self.low_row = np.full(n_phases, UNSTATED)
        self.high_row = np.full(n_phases, UNSTATED)
        self.stated = np.zeros(n_phases, dtype=np.bool_)
        #: not stated, or stated as a range that bounds may narrow
        self.is_open = np.ones(n_phases, dtype=np.bool_)

    def resolve(self) -> PhaseDoses:
        """Take what is stated; bound what is not."""
        self._take_stated()
        if self.is_open.any():
            taken = self.low.copy(), self.high.copy(), self.low_row.copy(), self.high_row.copy()
            self._bound()
            self._settle_contradictions(*taken)
        return PhaseDoses(self.low, self.high, self.low_row, self.high_row, self.stated)

    def _settle_contradictions(self, low: Floats, high: Floats, low_row: Ints, high_row: Ints) -> None:
        """Keep what is stated where its bounds contradict it; of bounds that contradict, the lower one proves more."""
        kept = (self.low > self.high) & self.stated
        self.low[kept], self.high[kept] = low[kept], high[kept]
        self.low_row[kept], self.high_row[kept] = low_row[kept], high_row[kept]
        open_above = self.low > self.high
        self.high[open_above], self.high_row[open_above] = np.inf, UNSTATED

    def _rows(self, structure: str) -> Ints:
        names = self.library.structures.names
        return np.flatnonzero(self.batch.dose_structure == names.index(structure))

    def _take_stated(self) -> None:
        batch, own = self.batch, self._rows(self.structure)
        metrics = batch.dose_metric[own]
        self._take(self._of_metric(own, self.metric))
        if self.metric.kind is MetricKind.MAX:
            case = batch.phase_case[batch.dose_phase[own]]
            self._take(own[metrics == batch.point_maximum[case]])
        if is_near_maximum(self.metric, self.library):
            is_prescribed = batch.dose_basis[own] == _PRESCRIPTION
            for code, metric in self._metrics():
                if is_near_maximum(metric, self.library):
                    self._take(own[(metrics == code) & is_prescribed])

    def _of_metric(self, rows: Ints, metric: Metric) -> Ints:
        """Return those of some dose rows that state a metric."""
        code = self.batch.metrics.index(metric) if metric in self.batch.metrics else UNSTATED - 1
        return np.asarray(rows[self.batch.dose_metric[rows] == code])

    def _take(self, rows: Ints) -> None:
        phases = self.batch.dose_phase[rows]
        rows = rows[~self.stated[phases]]
        phases = self.batch.dose_phase[rows]
        self.low[phases] = self.batch.dose_low[rows]
        self.high[phases] = self.batch.dose_high[rows]
        self.low_row[phases] = self.high_row[phases] = rows
        self.stated[phases] = True
        is_range = self.batch.dose_low[rows] < self.batch.dose_high[rows]
        self.is_open[phases] = is_range & (self.batch.dose_basis[rows] != _PRESCRIPTION)

    def _bound(self) -> None:
        table = self.library.structures
        for name in (self.structure, *sorted(table.containers_of(self.structure))):
            rows = self._bounding_rows(name)
            for code, metric in self._metrics():
                if bounds_metric(metric, self.metric, is_same_structure=name == self.structure) is True:
                    self._bound_high(rows[self.batch.dose_metric[rows] == code])
            if self.metric.kind is MetricKind.MAX and name != self.structure:
                self._bound_high(self._point_maxima(rows))
        for name in (self.structure, *sorted(table.parts_of(self.structure))):
            rows = self._bounding_rows(name)
            for code, metric in self._metrics():
                if bounds_metric(self.metric, metric, is_same_structure=name == self.structure) is True:
                    self._bound_low(rows[self.batch.dose_metric[rows] == code])

    def _metrics(self) -> list[tuple[int, Metric]]:
        """Metrics with their codes, in an order of their own: of equal bounds the same one is named, always."""
        return sorted(enumerate(self.batch.metrics), key=lambda item: item[1].name)

    def _bounding_rows(self, structure: str) -> Ints:
        """Dose rows that may bound: a prescription never does, and a stated value needs no bound.

        What may be a prescription would stand for a near-maximum, and bounds nothing else.
        """
        rows = self._rows(structure)
        basis = self.batch.dose_basis[rows]
        if structure != self.structure:
            is_proof = np.isin(basis, _BOUNDING)
        elif is_near_maximum(self.metric, self.library):
            is_proof = basis != _PRESCRIPTION
        else:
            is_proof = (basis != _PRESCRIPTION) & ~self.batch.dose_may_be_prescribed[rows]
        may_bound: Bools = self.is_open[self.batch.dose_phase[rows]] & is_proof
        return rows[may_bound]

    def _point_maxima(self, rows: Ints) -> Ints:
        """Rows of the metric that a case reports as point maximum, where Max itself is not stated."""
        batch = self.batch
        case = batch.phase_case[batch.dose_phase[rows]]
        has_maximum = batch.dose_phase[self._of_metric(rows, self.metric)]
        is_point_maximum: Bools = batch.dose_metric[rows] == batch.point_maximum[case]
        return rows[is_point_maximum & ~np.isin(batch.dose_phase[rows], has_maximum)]

    def _bound_high(self, rows: Ints) -> None:
        phases = self.batch.dose_phase[rows]
        tighter = self.batch.dose_high[rows] < self.high[phases]
        self.high[phases[tighter]] = self.batch.dose_high[rows[tighter]]
        self.high_row[phases[tighter]] = rows[tighter]

    def _bound_low(self, rows: Ints) -> None:
        phases = self.batch.dose_phase[rows]
        tighter = self.batch.dose_low[rows] > self.low[phases]
        self.low[phases[tighter]] = self.batch.dose_low[rows[tighter]]
        self.low_row[phases[tighter]] = rows[tighter]


def bounds_metric(larger: Metric, smaller: Metric, *, is_same_structure: bool) -> bool:
    """Whether a metric of a structure bounds one of the same structure, or of a part of it, from above."""
    if is_same_structure:
        return larger.bounds_from_above(smaller)
    if larger.kind is MetricKind.MAX:
        return larger == smaller or larger.bounds_from_above(smaller)
    # a part has less volume: percentages and means of it are not ordered with those of the whole
    if larger.kind is MetricKind.DOSE_AT_CC and smaller.kind is MetricKind.DOSE_AT_CC:
        return larger == smaller or larger.bounds_from_above(smaller)
    return False
