"""Volumes and doses of a table that are of one curve: the rule is that of case files (``model/dose_volume.py``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.model.dose_volume import WHOLE, dose_on_curve, half_a_digit, volume_on_curve
from reirrad.model.metric import MetricKind
from reirrad.quantities import EXACT

_Numbers = Floats | Ints


def off_the_curve(rows: Rows, own: Ints, of_doses: Ints) -> Iterator[Ints]:
    """Yield structures in phases of which a volume rules out a dose.

    Parameters
    ----------
    rows
        In order.
    own
        For each row its structure in its phase.
    of_doses
        The rows that state a dose or a volume.
    """
    metric, value = rows["metric"][of_doses], rows["dose_gy"][of_doses]
    for unit in ("%", "cc"):
        curve = _Curve.of(rows, of_doses, unit)
        if curve is None:
            continue
        group = own[curve.row]
        if unit == "cc":
            is_min = _of_kind(rows, metric, MetricKind.MIN)
            spared = curve.is_less & (rows["dose_gy"][curve.row] > 0)
            yield _above(group[spared], curve.at[spared], own[of_doses[is_min]], value[is_min])
            less = curve[curve.is_less]
            yield _of_one_curve(own[less.row], -less.at, less)
            curve = curve[~curve.is_less]
            group = own[curve.row]
        yield _of_one_curve(group, curve.at, curve)
        sure = curve.least > 0
        if unit == "%":
            is_mean = _of_kind(rows, metric, MetricKind.MEAN)
            _, mean = _may_be(value[is_mean], np.zeros(np.count_nonzero(is_mean), dtype=np.bool_))
            yield _above(own[of_doses[is_mean]], mean, group[sure], _of_the_mean(curve.at[sure], curve.least[sure]))
        places = [dose_on_curve(one, unit) for one in rows.metrics]
        place = np.array([np.nan if one is None else float(one) for one in places])[metric]
        is_dose = ~np.isnan(place)
        own_dose, place, dose = own[of_doses[is_dose]], place[is_dose], value[is_dose]
        bounded = own_dose, -place, -dose
        crossed = crosses(group[sure], -curve.least[sure], -curve.at[sure], bounded, with_equal=True)
        crossed |= crosses(group, curve.most, curve.at, (own_dose, place, dose), with_equal=False)
        yield own_dose[crossed]


def phases_off_a_part(rows: Rows, phase: Ints, within: Ints, around: tuple[Ints, Ints]) -> Ints:
    """Return the phases in which a volume of a part rules out a dose of its container.

    Parameters
    ----------
    rows
        In order.
    phase
        For each row its phase.
    within
        The rows of the part.
    around
        Those of its container that state its maximum, and those of its doses to cc.
    """
    found = [np.zeros(0, dtype=np.int64)]
    for unit, of_container in (("%", around[:1]), ("cc", around)):
        curve = _Curve.of(rows, within, unit)
        if curve is None:
            continue
        curve = curve[(curve.least > 0) & ~(curve.is_less & (unit == "cc"))]
        for of_doses in of_container:
            of_maximum = of_doses is around[0]
            sizes = [0.0 if of_maximum else float(metric.size or 0) for metric in rows.metrics]
            place = np.array(sizes)[rows["metric"][of_doses]]
            bounded = phase[of_doses], -place, -rows["dose_gy"][of_doses]
            crossed = crosses(phase[curve.row], -curve.least, -curve.at, bounded, with_equal=True)
            found.append(phase[of_doses[crossed]])
    return np.concatenate(found)


@dataclass(frozen=True)
class _Curve:
    """Volumes: their rows, doses [Gy], what they are at least and at most, and whether they are what receives less."""

    row: Ints
    at: Floats
    least: Floats
    most: Floats
    is_less: Bools

    @classmethod
    def of(cls, rows: Rows, chosen: Ints, unit: str) -> _Curve | None:
        """Return the volumes of a unit among some rows, those in percent as what receives the dose or more."""
        read = [volume_on_curve(metric) for metric in rows.metrics]
        is_of_unit = np.array([curve is not None and curve[0] == unit for curve in read], dtype=np.bool_)
        row = chosen[is_of_unit[rows["metric"][chosen]]]
        if len(row) == 0:
            return None
        metric = rows["metric"][row]
        at = np.array([np.nan if curve is None else float(curve[1]) for curve in read])[metric]
        is_less = np.array([curve is not None and curve[2] for curve in read], dtype=np.bool_)[metric]
        least, most = _may_be(rows["dose_gy"][row], is_less & (unit == "%"))
        return cls(row, at, least, most, is_less)

    def __getitem__(self, chosen: Bools) -> _Curve:
        at, least, most = self.at[chosen], self.least[chosen], self.most[chosen]
        return _Curve(self.row[chosen], at, least, most, self.is_less[chosen])


def crosses(
    group: Ints, place: _Numbers, bound: _Numbers, bounded: tuple[Ints, _Numbers, _Numbers], *, with_equal: bool
) -> Bools:
    """Return which bounded values are above a bound of their group whose place is before their own.

    Parameters
    ----------
    group, place, bound
        Of each bound.
    bounded
        The same of what is bounded: group, place, value.
    with_equal
        Whether a bound in the same place counts, too.
    """
    is_bounded = np.arange(len(group) + len(bounded[0])) >= len(group)
    groups, places, values = (np.concatenate(pair) for pair in zip((group, place, bound), bounded, strict=True))
    _, rank = np.unique(values, return_inverse=True)
    rank = rank.reshape(-1)
    order = np.lexsort((is_bounded if with_equal else ~is_bounded, places, groups))
    _, segment = np.unique(groups[order], return_inverse=True)
    # later groups get lower numbers, so that the smallest so far is never one of a group before
    shifted = rank[order] + (len(groups) - segment.reshape(-1)) * (int(rank.max(initial=0)) + 1)
    smallest = np.minimum.accumulate(np.where(is_bounded[order], np.iinfo(np.int64).max, shifted))
    crossed = np.zeros(len(groups), dtype=np.bool_)
    crossed[order] = is_bounded[order] & (shifted > smallest)
    return crossed[len(group) :]


def _of_one_curve(group: Ints, place: Floats, curve: _Curve) -> Ints:
    """Return the groups in which a volume is above one that must not be smaller."""
    return group[crosses(group, place, curve.most, (group, place, curve.least), with_equal=True)]


def _above(group: Ints, bound: Floats, of: Ints, value: Floats) -> Ints:
    """Return the groups in which a value is above a bound."""
    return of[crosses(group, np.zeros(len(group)), bound, (of, np.zeros(len(of)), value), with_equal=True)]


def _of_kind(rows: Rows, metric: Ints, kind: MetricKind) -> Bools:
    return np.array([one.kind is kind for one in rows.metrics], dtype=np.bool_)[metric]


def _may_be(volume: Floats, is_complement: Bools) -> tuple[Floats, Floats]:
    """Return what volumes are at least and at most, before they were rounded; of what receives less, what is left."""
    ends = np.empty((2, len(volume)))
    for complement in (False, True):
        chosen = is_complement == complement
        distinct, inverse = np.unique(volume[chosen], return_inverse=True)
        exact = [Decimal(repr(float(one))) for one in distinct]
        low = [EXACT.subtract(one, half_a_digit(one)) for one in exact]
        high = [EXACT.add(one, half_a_digit(one)) for one in exact]
        if complement:
            low, high = [EXACT.subtract(WHOLE, one) for one in high], [EXACT.subtract(WHOLE, one) for one in low]
        for end, numbers in zip(ends, (low, high), strict=True):
            end[chosen] = np.array([float(one) for one in numbers])[inverse.reshape(-1)]
    return ends[0], ends[1]


def _of_the_mean(at: Floats, least: Floats) -> Floats:
    """Return what each volume alone makes of the mean [Gy]."""
    pairs, inverse = np.unique(np.stack([at, least]), axis=1, return_inverse=True)
    made = [
        float(EXACT.divide(EXACT.multiply(Decimal(repr(float(dose))), Decimal(repr(float(part)))), WHOLE))
        for dose, part in pairs.T
    ]
    return np.array(made)[inverse.reshape(-1)]
