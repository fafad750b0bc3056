"""Dose metrics in TG-263 spelling, and which of them bounds which.

``D0.03cc[Gy]`` is the dose that the hottest 0.03 cc receive at least, ``Max[Gy]`` the point maximum. The unit stands
in brackets and is never left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from reirrad.quantities import EXACT

_PATTERN = re.compile(r"(?P<name>[^\[\]]+)\[(?P<unit>[^\[\]]+)\]")
_DOSE_AT = re.compile(r"D(?P<size>\d+(?:\.\d+)?)(?P<of>cc|%)", re.ASCII)
_VOLUME_AT = re.compile(r"(?P<what>C?V)(?P<size>\d+(?:\.\d+)?)(?P<of>Gy|cGy|%)", re.ASCII)
_NOTHING, _ALL_PERCENT = Decimal(0), Decimal(100)
#: What other programs call the metrics that have no size, and how they write the sizes of the others.
_OTHER_WORDS = {
    **dict.fromkeys(("max", "dmax", "maxdose", "dosemax", "maximum", "dmaximum", "maximumdose"), "Max"),
    **dict.fromkeys(("mean", "dmean", "meandose", "dosemean", "average", "avg", "davg", "averagedose"), "Mean"),
    **dict.fromkeys(("min", "dmin", "mindose", "dosemin", "minimum", "dminimum", "minimumdose"), "Min"),
}
_OTHER_DOSE_AT = re.compile(r"d(?P<size>\d+(?:\.\d+)?)(?P<of>cc|ccm|cm\^?3|cm³|ml|%|pct|percent)", re.ASCII)
_OTHER_VOLUME_AT = re.compile(r"(?P<what>c?v)(?P<size>\d+(?:\.\d+)?)(?P<of>gy|cgy|%)", re.ASCII)
#: What stands between the parts of a name, and not within or before a number: D1-10cc and D1,000cc are not guessed at.
_BETWEEN = re.compile(r"(?<!\d)[\s_()]+|[\s_()]+(?!\d)|(?<=[a-z])-(?=[a-z])")
_DECIMAL_COMMA = re.compile(r"(?<=[a-z]0),(?=\d)|(?<=\d),(?!\d{3}(?!\d))(?=\d)", re.ASCII)
_OTHER_UNITS = {"gy": "Gy", "gray": "Gy", "cgy": "cGy", "cc": "cc", "cm3": "cc", "cm³": "cc", "ml": "cc", "%": "%"}

#: Dose units that are read, and how many of them make one Gy.
GY_DIVISORS = {"Gy": 1, "cGy": 100}


class MetricKind(Enum):
    """What a metric measures."""

    MAX = "Max"
    DOSE_AT_CC = "D..cc"
    DOSE_AT_PERCENT = "D..%"
    MEAN = "Mean"
    MIN = "Min"
    VOLUME_AT = "V.."


@dataclass(frozen=True, slots=True)
class Metric:
    """A parsed metric. ``name`` is canonical: ``D0.030cc`` and ``D0.03cc`` have the same."""

    kind: MetricKind
    size: Decimal | None
    name: str

    @property
    def label(self) -> str:
        """The metric with the unit in which the package works."""
        return f"{self.name}[Gy]" if self.kind is not MetricKind.VOLUME_AT else self.name

    @property
    def is_percentage(self) -> bool:
        """Whether the metric is a volume in percent of the structure."""
        return self.kind is MetricKind.VOLUME_AT and self.name.endswith("[%]")

    @property
    def place_on_curve(self) -> tuple[str, Decimal] | None:
        """The curve that a volume is read from, and where; along the places of a curve no volume rises.

        >>> parse_metric("V2000cGy[%]").metric.place_on_curve
        ('V..Gy[%]', Decimal('20'))
        >>> parse_metric("CV20Gy[cc]").metric.place_on_curve  # less than 20 Gy
        ('CV..Gy[cc]', Decimal('-20'))
        """
        if self.kind is not MetricKind.VOLUME_AT or self.size is None:
            return None
        what, of = self.name.split(f"{self.size:f}", 1)
        dose = EXACT.divide(self.size, GY_DIVISORS["cGy"]) if of.startswith("cGy") else self.size
        return f"{what}..{of.removeprefix('c')}", dose if what == "V" else dose.copy_negate()

    def bounds_from_above(self, other: Metric) -> bool:
        """Whether this metric of a structure can never be below the other one of the same structure.

        >>> parse_metric("Max[Gy]").metric.bounds_from_above(parse_metric("D0.1cc[Gy]").metric)
        True
        """
        if MetricKind.VOLUME_AT in (self.kind, other.kind) or self == other:
            return False
        if self.kind is MetricKind.MAX or other.kind is MetricKind.MIN:
            return True
        if self.kind is other.kind and self.size is not None and other.size is not None:
            return self.size <= other.size
        return False

    def is_near_maximum(self, *, up_to_cc: Decimal, up_to_percent: Decimal) -> bool:
        """Whether the metric is Max or the dose to a volume so small that it stands for the maximum."""
        if self.kind is MetricKind.DOSE_AT_CC:
            return self.size is not None and self.size <= up_to_cc
        if self.kind is MetricKind.DOSE_AT_PERCENT:
            return self.size is not None and self.size <= up_to_percent
        return self.kind is MetricKind.MAX


@dataclass(frozen=True, slots=True)
class ParsedMetric:
    """A metric with the unit it was written in."""

    metric: Metric
    unit: str


class MetricError(ValueError):
    """A metric has no unit, so that no number under it can be read."""


class UnknownMetricError(ValueError):
    """A metric is well written but none that is known here."""


class MisspeltMetricError(MetricError):
    """A metric is known, in another spelling: passed over, its dose would be missing where it may decide."""

    def __init__(self, meant: str) -> None:
        super().__init__(f"the metric is spelt {meant} here")
        self.meant = meant


def parse_metric(text: str) -> ParsedMetric:
    """Return the metric and its unit.

    Raises
    ------
    MetricError
        If there is no unit in brackets.
    MisspeltMetricError
        If another spelling is wanted, which it carries.
    UnknownMetricError
        If the metric or its unit is not known.

    Examples
    --------
    >>> parse_metric("D0.030cc[cGy]")
    ParsedMetric(metric=Metric(kind=<MetricKind.DOSE_AT_CC: 'D..cc'>, size=Decimal('0.03'), name='D0.03cc'), unit='cGy')
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise MetricError("the metric has no unit in brackets")
    name, unit = match["name"].strip(), match["unit"].strip()
    meant = _in_the_spelling_here(name, unit)
    if meant is not None and meant != f"{name}[{unit}]":
        raise MisspeltMetricError(meant)
    volume = _VOLUME_AT.fullmatch(name)
    if volume and unit in {"%", "cc"}:
        size = _trimmed(volume["size"])
        return ParsedMetric(Metric(MetricKind.VOLUME_AT, size, f"{volume['what']}{size:f}{volume['of']}[{unit}]"), unit)
    if unit not in GY_DIVISORS:
        raise UnknownMetricError("the unit is not one of Gy, cGy")
    for kind in (MetricKind.MAX, MetricKind.MEAN, MetricKind.MIN):
        if name == kind.value:
            return ParsedMetric(Metric(kind, None, name), unit)
    dose_at = _DOSE_AT.fullmatch(name)
    size = _trimmed(dose_at["size"]) if dose_at is not None else _NOTHING
    if dose_at is None or size == 0 or (dose_at["of"] == "%" and size > _ALL_PERCENT):
        raise UnknownMetricError("the metric is not one of Max, Mean, Min, D..cc, D..%, V..Gy")
    kind = MetricKind.DOSE_AT_CC if dose_at["of"] == "cc" else MetricKind.DOSE_AT_PERCENT
    return ParsedMetric(Metric(kind, size, f"D{size:f}{dose_at['of']}"), unit)


def _in_the_spelling_here(name: str, unit: str) -> str | None:
    """Return the metric that is meant, as it is spelt here; ``None`` if it is not known in any spelling.

    >>> _in_the_spelling_here("Dmax", "Gy"), _in_the_spelling_here("d 0,1 cm3", "cgy")
    ('Max[Gy]', 'D0.1cc[cGy]')
    """
    plain = _DECIMAL_COMMA.sub(".", _BETWEEN.sub("", name.casefold()))
    known_unit = _OTHER_UNITS.get(unit.casefold())
    if known_unit is None:
        return None
    if known_unit not in GY_DIVISORS:
        volume = _OTHER_VOLUME_AT.fullmatch(plain)
        of = {"gy": "Gy", "cgy": "cGy", "%": "%"}
        return f"{volume['what'].upper()}{volume['size']}{of[volume['of']]}[{known_unit}]" if volume else None
    if plain in _OTHER_WORDS:
        return f"{_OTHER_WORDS[plain]}[{known_unit}]"
    dose_at = _OTHER_DOSE_AT.fullmatch(plain)
    if dose_at is None:
        return None
    if _trimmed(dose_at["size"]) == 0:
        # the dose to no volume is the maximum
        return f"Max[{known_unit}]"
    return f"D{dose_at['size']}{'%' if dose_at['of'][0] in '%p' else 'cc'}[{known_unit}]"


def _trimmed(text: str) -> Decimal:
    # not normalize(): it rounds to 28 digits, and a long size would become that of another metric
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
