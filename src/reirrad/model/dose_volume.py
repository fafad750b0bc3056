"""Volumes and doses of one structure that are read from one curve, and so must agree.

At least ``w`` receives the dose ``D(w)``, and ``V(x)`` receives ``x`` or more: ``D(w) >= x`` exactly where
``V(x) >= w``. A volume is what it may be before it was rounded to its last digit; a dose is taken as it stands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

from reirrad.errors import Problem
from reirrad.model.dose_order import Read
from reirrad.model.metric import Metric, MetricKind
from reirrad.quantities import EXACT

NOTHING, WHOLE = Decimal(0), Decimal(100)
_HINT = "both are of one curve: correct one of the two; where it was sampled coarsely, state ranges"


@dataclass(frozen=True, slots=True)
class _Volume:
    """What receives a dose or more, in percent or cc: what it is at least and at most, and the metric that says so."""

    dose_gy: Decimal
    least: Decimal
    most: Decimal
    stated: Read


#: A metric, its end that is crossed, its path, the volume that rules it out, and whether it is below or above.
_Crossed = tuple[Metric, Decimal, str, _Volume, str]


def half_a_digit(volume: Decimal) -> Decimal:
    """Return half of the last digit of a volume, by which it may have been rounded; of a whole number one half.

    >>> half_a_digit(Decimal("0.35")), half_a_digit(Decimal("20.0"))
    (Decimal('0.005'), Decimal('0.5'))
    """
    exponent = EXACT.normalize(volume).as_tuple().exponent
    return EXACT.scaleb(Decimal("0.5"), min(int(exponent), 0)) if volume else Decimal("0.5")


def volume_on_curve(metric: Metric) -> tuple[str, Decimal, bool] | None:
    """Return of a volume its unit, the dose that it receives [Gy], and whether it is what receives less.

    >>> from reirrad.model.metric import parse_metric
    >>> volume_on_curve(parse_metric("V2000cGy[%]").metric), volume_on_curve(parse_metric("CV20Gy[cc]").metric)
    (('%', Decimal('20'), False), ('cc', Decimal('20'), True))
    """
    if metric.place_on_curve is None:
        return None
    curve, place = metric.place_on_curve
    what, _, unit = curve.partition("..Gy[")
    return (unit.removesuffix("]"), place.copy_abs(), what == "CV") if unit else None


def proves_dose(metric: Metric) -> bool:
    """Whether a value above 0 proves a dose: a volume that received less than some, or 0 Gy or more, does not.

    >>> from reirrad.model.metric import parse_metric
    >>> [proves_dose(parse_metric(name).metric) for name in ("Max[Gy]", "V20Gy[cc]", "V0Gy[cc]", "CV20Gy[cc]")]
    [True, True, False, False]
    """
    volume = volume_on_curve(metric)
    return volume is None or (volume[1] > 0 and not volume[2])


def dose_on_curve(metric: Metric, unit: str) -> Decimal | None:
    """Return to what volume of a unit a metric is the least dose: none for the maximum; ``None`` where it is another.

    >>> from reirrad.model.metric import parse_metric
    >>> [dose_on_curve(parse_metric(f"{name}[Gy]").metric, "%") for name in ("Max", "D5%", "Min", "D5cc")]
    [Decimal('0'), Decimal('5'), Decimal('100'), None]
    """
    if metric.kind is MetricKind.MAX:
        return NOTHING
    if metric.kind is MetricKind.MIN:
        return WHOLE if unit == "%" else None
    of_unit = MetricKind.DOSE_AT_PERCENT if unit == "%" else MetricKind.DOSE_AT_CC
    return metric.size if metric.kind is of_unit else None


def order_of_curve(doses: Sequence[Read], volumes: Sequence[Read]) -> Iterator[Problem]:
    """Yield doses of a structure that its volumes rule out, each with one of those volumes."""
    curves, spared = _curves(volumes)
    for volume in spared:
        yield from _spared(doses, volume)
    for curve in curves.values():
        yield from _one_volume(curve)
    yield from _one_volume([replace(item, dose_gy=item.dose_gy.copy_negate()) for item in spared])
    for unit, curve in curves.items():
        for metric, dose, path, volume, side in _of_curve(doses, curve, unit):
            yield _problem(metric, dose, path, volume, side)


def _one_volume(curve: list[_Volume]) -> Iterator[Problem]:
    """Yield volumes of one dose that are two: stated in Gy and in cGy, or as what receives it and what does not.

    Of two doses :func:`reirrad.model.dose_order.order_of_volumes` compares what is stated alike.
    """
    by_dose = sorted(curve, key=lambda item: item.dose_gy)
    doses = [item.dose_gy for item in by_dose]
    smallest = list(accumulate(by_dose, _of_less))
    for item in by_dose:
        bound = smallest[bisect_right(doses, item.dose_gy) - 1]
        (metric, (low, _), path), (stated, (_, high), _) = item.stated, bound.stated
        if item.least > bound.most and (item.dose_gy == bound.dose_gy or _is_less(metric) is not _is_less(stated)):
            what = f"{metric.label} and {stated.label} are of one curve, on which both cannot be"
            given = f"{EXACT.normalize(low):f} beside {EXACT.normalize(high):f}"
            yield Problem(path, what, given, hint="correct one of the two")


def _of_less(one: _Volume, other: _Volume) -> _Volume:
    return other if other.most < one.most else one


def _is_less(metric: Metric) -> bool:
    return metric.name.startswith("C")


def order_with_part(doses: Sequence[Read], volumes: Sequence[Read]) -> Iterator[tuple[Read, Read]]:
    """Yield the doses of a container that are below what the volumes of a part of it receive, each with a volume.

    A container has the volume of the part and more: its Max and its doses to cc are not below. Percentages are of
    another whole, and say only that some volume receives the dose.
    """
    curves, _ = _curves(volumes if doses else ())
    for unit, curve in curves.items():
        kinds = {MetricKind.MAX, MetricKind.DOSE_AT_CC} if unit == "cc" else {MetricKind.MAX}
        for item in (item for item in doses if item[0].kind in kinds):
            for *_, volume, side in _of_curve([item], curve, unit):
                if side == "below":
                    yield item, volume.stated


def _curves(volumes: Iterable[Read]) -> tuple[dict[str, list[_Volume]], list[_Volume]]:
    """Return volumes that receive a dose or more, by unit, and those in cc that receive less."""
    curves: dict[str, list[_Volume]] = {"%": [], "cc": []}
    spared: list[_Volume] = []
    for item in volumes:
        metric, (low, high), _ = item
        read = volume_on_curve(metric)
        if read is None:
            continue
        unit, dose_gy, is_less = read
        least, most = EXACT.subtract(low, half_a_digit(low)), EXACT.add(high, half_a_digit(high))
        if not is_less:
            curves[unit].append(_Volume(dose_gy, least, most, item))
        elif unit == "%":
            curves[unit].append(_Volume(dose_gy, EXACT.subtract(WHOLE, most), EXACT.subtract(WHOLE, least), item))
        else:
            spared.append(_Volume(dose_gy, least, most, item))
    return curves, spared


def _of_curve(doses: Sequence[Read], curve: list[_Volume], unit: str) -> Iterator[_Crossed]:
    # not every pair: a structure may have metrics by the thousand. The largest dose that a volume or more receives ...
    by_least = sorted((item for item in curve if item.least > 0), key=lambda item: item.least, reverse=True)
    largest = list(accumulate(by_least, _larger))
    falling = [item.least.copy_negate() for item in by_least]
    # ... and the smallest that less than a volume receives
    by_most = sorted(curve, key=lambda item: item.most)
    smallest = list(accumulate(by_most, _smaller))
    rising = [item.most for item in by_most]
    for metric, (low, high), path in doses:
        place = dose_on_curve(metric, unit)
        if place is not None:
            n_larger, n_smaller = bisect_right(falling, place.copy_negate()), bisect_left(rising, place)
            if n_larger and high < largest[n_larger - 1].dose_gy:
                yield metric, high, path, largest[n_larger - 1], "below"
            elif n_smaller and low > smallest[n_smaller - 1].dose_gy:
                yield metric, low, path, smallest[n_smaller - 1], "above"
        elif metric.kind is MetricKind.MEAN and unit == "%" and by_least:
            heaviest = max(by_least, key=_of_the_mean)
            if EXACT.add(high, half_a_digit(high)) < _of_the_mean(heaviest):
                yield metric, high, path, heaviest, "below"


def _larger(one: _Volume, other: _Volume) -> _Volume:
    return other if other.dose_gy > one.dose_gy else one


def _smaller(one: _Volume, other: _Volume) -> _Volume:
    return other if other.dose_gy < one.dose_gy else one


def _of_the_mean(volume: _Volume) -> Decimal:
    """Return what a volume alone makes of the mean [Gy]."""
    return EXACT.divide(EXACT.multiply(volume.dose_gy, volume.least), WHOLE)


def _spared(doses: Sequence[Read], volume: _Volume) -> Iterator[Problem]:
    """Yield a minimum above the dose that some volume is below."""
    _, (some, _), _ = volume.stated
    for metric, (low, _), path in doses:
        if metric.kind is MetricKind.MIN and some > 0 and low > volume.dose_gy:
            yield _problem(metric, low, path, volume, "above")


def _problem(metric: Metric, dose: Decimal, path: str, volume: _Volume, side: str) -> Problem:
    stated, (low, high), _ = volume.stated
    least, most = (f"{EXACT.normalize(end):f}" for end in (low, high))
    size = least if low == high else f"{least} to {most}"
    what = f"{metric.label} is {side} what {stated.label} allows, which cannot be"
    return Problem(path, what, f"{EXACT.normalize(dose):f} Gy beside {stated.label} = {size}", hint=_HINT)
