"""Doses of a table that cannot all be true: one above what bounds it, or a prescription that is not one dose.

One of them is wrong. If it were lost, another would take its place or bound it, and the patient could look better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from reirrad.audit.curves import crosses, off_the_curve, phases_off_a_part
from reirrad.audit.rows import Rows, dose_column
from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import BASES
from reirrad.model.metric import MetricKind

REASON = "contradictory_doses"
_PRESCRIPTION = BASES.index("prescription")
_KINDS = tuple(MetricKind)
_POINTS = (MetricKind.MAX, MetricKind.DOSE_AT_CC)


def check_doses(rows: Rows, phase: Ints, is_duplicate: Bools) -> None:
    """Quarantine the rows of structures whose doses in a phase contradict each other.

    Parameters
    ----------
    rows
        In order; those that differ from others in their dose only are quarantined already.
    phase
        For each row the first row of its phase.
    is_duplicate
        Which rows repeat another one.
    """
    is_dose = (rows.bad == 0) & ~is_duplicate & (rows["structure"] >= 0) & (rows["metric"] >= 0)
    of_doses = np.flatnonzero(is_dose & ~np.isnan(rows["dose_gy"]))
    # a structure in a phase
    own = phase * len(rows.library.structures.names) + rows["structure"]
    _check_prescriptions(rows, own, of_doses)
    ranks = _Ranks.of(rows, of_doses)
    wrong = [
        *_rising(own, ranks),
        *_rising_volumes(rows, own, ranks),
        *_above_container(rows, phase, own, ranks),
        *off_the_curve(rows, own, of_doses),
    ]
    if wrong:
        rows.quarantine(np.isin(own, np.concatenate(wrong)), dose_column(rows), REASON)


def _check_prescriptions(rows: Rows, own: Ints, of_doses: Ints) -> None:
    """Quarantine what stands beside a prescription, which is one uniform dose: another dose, or another basis."""
    is_prescribed = rows["basis"][of_doses] == _PRESCRIPTION
    if not is_prescribed.any():
        return
    group, inverse = np.unique(own[of_doses], return_inverse=True)
    n_prescribed = np.bincount(inverse[is_prescribed], minlength=len(group))
    is_mixed = (n_prescribed > 0) & (n_prescribed < np.bincount(inverse, minlength=len(group)))
    rows.quarantine(np.isin(own, group[is_mixed]), "basis", "differs_between_rows")
    low, high = np.full(len(group), np.inf), np.full(len(group), -np.inf)
    volumes = np.array([metric.kind is MetricKind.VOLUME_AT for metric in rows.metrics], dtype=np.bool_)
    is_dose = ~volumes[rows["metric"][of_doses]]
    doses = rows["dose_gy"][of_doses[is_dose]]
    np.minimum.at(low, inverse[is_dose], doses)
    np.maximum.at(high, inverse[is_dose], doses)
    rows.quarantine(np.isin(own, group[(n_prescribed > 0) & (low < high)]), dose_column(rows), REASON)


@dataclass(frozen=True)
class _Ranks:
    """Rows of doses with the kind of their metric and its place: of one kind, what comes before bounds from above.

    ``Max`` has place 0, sizes follow in rising order, ``Min`` comes last: with them each kind is a chain.
    """

    row: Ints
    kind: Ints
    place: Ints
    #: doses as whole numbers in their order, so that they are compared as they stand
    dose: Ints

    @classmethod
    def of(cls, rows: Rows, of_doses: Ints) -> _Ranks:
        sizes = sorted({metric.size for metric in rows.metrics if metric.size is not None})
        ends = {MetricKind.MAX: 0, MetricKind.MEAN: 1, MetricKind.MIN: len(sizes) + 1}
        place_of_size = {size: place for place, size in enumerate(sizes, start=1)}
        places = [
            place_of_size[metric.size] if metric.size is not None else ends.get(metric.kind, 0)
            for metric in rows.metrics
        ]
        kinds = [_KINDS.index(metric.kind) for metric in rows.metrics]
        metric = rows["metric"][of_doses]
        _, dose = np.unique(rows["dose_gy"][of_doses], return_inverse=True)
        return cls(of_doses, np.array(kinds)[metric], np.array(places)[metric], dose.reshape(-1))

    def __getitem__(self, chosen: Bools | Ints) -> _Ranks:
        return _Ranks(self.row[chosen], self.kind[chosen], self.place[chosen], self.dose[chosen])

    def as_maximum(self, chosen: Bools) -> _Ranks:
        """Return the rows, some of them, but for means, as Max: a prescription is a uniform dose."""
        chosen = chosen & ~np.isin(self.kind, [_KINDS.index(kind) for kind in (MetricKind.MEAN, MetricKind.VOLUME_AT)])
        kind = np.where(chosen, _KINDS.index(MetricKind.MAX), self.kind)
        return _Ranks(self.row, kind, np.where(chosen, 0, self.place), self.dose)

    def of_kinds(self, *kinds: MetricKind) -> _Ranks:
        return self[np.isin(self.kind, [_KINDS.index(kind) for kind in kinds])]


def _rising(own: Ints, ranks: _Ranks) -> Iterator[Ints]:
    """Yield structures in phases in whose chains a dose is above the one before it."""
    for kind in (MetricKind.DOSE_AT_CC, MetricKind.DOSE_AT_PERCENT, MetricKind.MEAN):
        chain = ranks.of_kinds(MetricKind.MAX, kind, MetricKind.MIN)
        chain = chain[np.lexsort((chain.place, own[chain.row]))]
        group = own[chain.row]
        yield group[1:][(group[1:] == group[:-1]) & (chain.dose[1:] > chain.dose[:-1])]


def _rising_volumes(rows: Rows, own: Ints, ranks: _Ranks) -> Iterator[Ints]:
    """Yield structures in phases of which a volume that receives more dose is larger."""
    curves: dict[str, dict[int, Decimal]] = {}
    for code, metric in enumerate(rows.metrics):
        if metric.place_on_curve is not None:
            curve, place = metric.place_on_curve
            curves.setdefault(curve, {})[code] = place
    for places in curves.values():
        rising = sorted(set(places.values()))
        order = np.full(len(rows.metrics), -1)
        # of one dose in two units there is one place
        order[list(places)] = [rising.index(dose) for dose in places.values()]
        place = order[rows["metric"][ranks.row]]
        chain, at = ranks[place >= 0], place[place >= 0]
        group = own[chain.row]
        yield group[crosses(group, at, chain.dose, (group, at, chain.dose), with_equal=False)]


def _above_container(rows: Rows, phase: Ints, own: Ints, ranks: _Ranks) -> Iterator[Ints]:
    """Yield structures in phases of which a part has more than what its container allows."""
    names = rows.library.structures.names
    structure = rows["structure"][ranks.row]
    rows_of = {names[code]: ranks[structure == code] for code in np.unique(structure).tolist()}
    is_prescribed = rows["basis"] == _PRESCRIPTION
    for inner, within in rows_of.items():
        for outer in rows.library.structures.containers_of(inner) & rows_of.keys():
            around = rows_of[outer].as_maximum(is_prescribed[rows_of[outer].row])
            # a part has less volume: percentages and means of it are not ordered with those of the whole
            point = around.of_kinds(MetricKind.MAX)
            others = (MetricKind.DOSE_AT_PERCENT, MetricKind.MEAN, MetricKind.MIN)
            for bounding, bounded in (
                (around.of_kinds(MetricKind.MAX, MetricKind.DOSE_AT_CC), within.of_kinds(*_POINTS)),
                (point, within.of_kinds(*others)),
            ):
                beyond = _beyond(bounding, bounded, phase)
                phases = phase[bounded.row[beyond]]
                yield own[bounded.row[beyond]]
                yield own[bounding.row[np.isin(phase[bounding.row], phases)]]
            in_cc = around.of_kinds(MetricKind.DOSE_AT_CC).row
            phases = phases_off_a_part(rows, phase, within.row, (point.row, in_cc))
            for ranked in (within, around):
                yield own[ranked.row[np.isin(phase[ranked.row], phases)]]


def _beyond(bounding: _Ranks, bounded: _Ranks, phase: Ints) -> Bools:
    """Whether each bounded dose is above a bounding one of its phase whose place is not behind its own."""
    of = phase[bounded.row], bounded.place, bounded.dose
    return crosses(phase[bounding.row], bounding.place, bounding.dose, of, with_equal=True)
