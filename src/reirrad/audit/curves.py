"""Volumes and doses of a table that are of one curve: the rule is that of case files (``model/dose_volume.py``)."""

from __future__ import annotations

from collections.abc import Iterator
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
    read = [volume_on_curve(metric) for metric in rows.metrics]
    if not any(read):
        return
    metric, value = rows["metric"][of_doses], rows["dose_gy"][of_doses]
    for unit in ("%", "cc"):
        is_volume = np.array([curve is not None and curve[0] == unit for curve in read], dtype=np.bool_)[metric]
        if not is_volume.any():
            continue
        volume = of_doses[is_volume]
        at = np.array([np.nan if curve is None else float(curve[1]) for curve in read])[metric[is_volume]]
        is_less = np.array([curve is not None and curve[2] for curve in read], dtype=np.bool_)[metric[is_volume]]
        least, most = _may_be(value[is_volume], is_less & (unit == "%"))
        group = own[volume]
        if unit == "cc":
            is_min = _of_kind(rows, metric, MetricKind.MIN)
            spared = is_less & (value[is_volume] > 0)
            yield _above(group[spared], at[spared], own[of_doses[is_min]], value[is_min])
            group, at, least, most = (column[~is_less] for column in (group, at, least, most))
        else:
            is_mean = _of_kind(rows, metric, MetricKind.MEAN)
            _, mean = _may_be(value[is_mean], np.zeros(np.count_nonzero(is_mean), dtype=np.bool_))
            yield _above(own[of_doses[is_mean]], mean, group[least > 0], _of_the_mean(at, least)[least > 0])
        places = [dose_on_curve(one, unit) for one in rows.metrics]
        place = np.array([np.nan if one is None else float(one) for one in places])[metric]
        is_dose = ~np.isnan(place)
        own_dose, place, dose = own[of_doses[is_dose]], place[is_dose], value[is_dose]
        sure = least > 0
        crossed = crosses(group[sure], -least[sure], -at[sure], (own_dose, -place, -dose), with_equal=True)
        crossed |= crosses(group, most, at, (own_dose, place, dose), with_equal=False)
        yield own_dose[crossed]


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
