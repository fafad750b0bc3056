"""Which volumes the doses beside them rule out: one by one, as a reader of a dose-volume histogram would."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from reirrad.selftest.oracle.dates import Number, Range
from reirrad.selftest.oracle.facts import NOT_METRICS, Metric, is_volume, parse_metric

_WHOLE = Fraction(100)


def volume_names(names: Iterable[str]) -> list[str]:
    """Return those names of metrics that are volumes."""
    return [name for name in names if name not in NOT_METRICS and is_volume(parse_metric(name)[0])]


def may_be(volume: Number) -> tuple[Fraction, Fraction]:
    """Return what a volume may be before it was rounded to its last digit; one half more or less where it is whole."""
    exact = Fraction(volume)
    digits = next(n for n in range(30) if (exact * 10**n).denominator == 1)
    half = Fraction(1, 2 * 10**digits)
    return exact - half, exact + half


def rules_out(metric: Metric, dose: Range, volume: Metric, stated: Range) -> bool:
    """Tell whether a dose and a volume cannot be of one curve."""
    of, (name, at) = volume
    if name == "CV" and of == "volume_cc":
        return bool(metric[0] == "min" and stated[0] > 0 and dose[0] > at)
    least, most = _receiving(volume, stated)
    if metric[0] == "mean" and of == "volume_percent" and least > 0:
        return bool(may_be(dose[1])[1] < at * least / _WHOLE)
    places = {"max": Fraction(0), "min": _WHOLE if of == "volume_percent" else None}
    unit = "percent" if of == "volume_percent" else "cc"
    place = metric[1] if metric[0] == unit else places.get(metric[0])
    if place is None:
        return False
    return bool((least > 0 and least >= place and dose[1] < at) or (most < place and dose[0] > at))


def rules_out_around(metric: Metric, most: Number, volume: Metric, stated: Range) -> bool:
    """Tell whether the dose of a container is below what a volume of its part receives."""
    of, (name, at) = volume
    if (
        (name, of) == ("CV", "volume_cc")
        or metric[0] not in ("max", "cc")
        or (metric[0], of) == ("cc", "volume_percent")
    ):
        return False
    least, _ = _receiving(volume, stated)
    return bool(least > 0 and least >= (metric[1] or 0) and most < at)


def _receiving(volume: Metric, stated: Range) -> tuple[Fraction, Fraction]:
    """Return what receives the dose of a volume or more."""
    least, most = may_be(stated[0])[0], may_be(stated[1])[1]
    return (_WHOLE - most, _WHOLE - least) if volume[1][0] == "CV" else (least, most)
