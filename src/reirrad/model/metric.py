"""Dose metrics in TG-263 spelling, and which of them bounds which.

``D0.03cc[Gy]`` is the dose that the hottest 0.03 cc receive at least, ``Max[Gy]`` the point maximum. The unit stands
in brackets and is never left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from reirrad.errors import printable
from reirrad.quantities import EXACT

_PATTERN = re.compile(r"(?P<name>[^\[\]]+)\[(?P<unit>[^\[\]]+)\]")
_DOSE_AT = re.compile(r"D(?P<size>\d+(?:\.\d+)?)(?P<of>cc|%)", re.ASCII)
_VOLUME_AT = re.compile(r"(?P<what>C?V)(?P<size>\d+(?:\.\d+)?)(?P<of>Gy|cGy|%)", re.ASCII)
_NOTHING, _ALL_PERCENT = Decimal(0), Decimal(100)
#: What other programs call the metrics that have no size, and how they write the sizes of the others.
_OTHER_WORDS = {
    **dict.fromkeys(("max", "dmax", "maxdose", "dosemax", "maximum", "dmaximum", "maximumdose"), "Max"),
    **dict.fromkeys(("pointmax", "maxpoint", "pointmaximum", "maxpointdose", "pointmaxdose", "globalmax"), "Max"),
    **dict.fromkeys(("mean", "dmean", "meandose", "dosemean", "average", "avg", "davg", "averagedose"), "Mean"),
    **dict.fromkeys(("min", "dmin", "mindose", "dosemin", "minimum", "dminimum", "minimumdose"), "Min"),
}
# an exponent of two digits: one of six would be written out
_SIZE = r"(?P<size>(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d\d?)?)"
_OTHER_DOSE_AT = re.compile(rf"d{_SIZE}(?P<of>cc|ccm|[cm]m\^?3|[cm]m³|ml|%|pct|percent)", re.ASCII)
_OTHER_VOLUME_AT = re.compile(rf"(?P<what>c?v){_SIZE}(?P<of>gy|cgy|%)", re.ASCII)
_PLAIN_SIZE = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
#: What stands between the parts of a name, and not within or before a number: D1-10cc and D1,000cc are not guessed at.
_BETWEEN = re.compile(r"(?<!\d)[\s_()]+|[\s_()]+(?!\d)|(?<=[a-z])-(?=[a-z])")
_DECIMAL_COMMA = re.compile(r"(?<=[a-z]),(?=\d)|(?<=[a-z]0),(?=\d)|(?<=\d),(?!\d{3}(?!\d))(?=\d)", re.ASCII)
_OTHER_UNITS = {
    **dict.fromkeys(("gy", "gray", "grays"), "Gy"),
    **dict.fromkeys(("cgy", "centigray", "centigrays"), "cGy"),
    **dict.fromkeys(("cc", "ccm", "cm3", "cm^3", "cm³", "ml"), "cc"),
    **dict.fromkeys(("%", "pct", "percent"), "%"),
}
#: Volumes that are no cc, and the power of ten by which a size becomes one of cc.
_OTHER_VOLUMES, _CC_OF_MM3 = frozenset({"mm3", "mm^3", "mm³"}), -3
#: Units of doses that are weighted for their biological effect, as letters.
_WEIGHTED = re.compile(r"c?(?:gy|gray)?(?:rbe|e|eq|isoe|w)|c?cge|ge|rbec?gy|cobaltgrayequivalent")
#: Units of BED and EQD2: quantities of their own, which no dose is read from.
_CONVERTED = re.compile(r"bed|eqd|gy[\W_]*\d")
_NO_LETTER = re.compile(r"[^a-z]+")

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
    """A metric is known, in another spelling or unit: passed over, its dose would be missing where it may decide."""

    def __init__(self, meant: str, unit: str = "") -> None:
        """Say what is meant, and which unit is not read, if it is the unit."""
        unread = f"the unit {printable(unit)} is not read: " if unit else ""
        super().__init__(f"{unread}the metric is spelt {meant} here")
        self.meant = meant
        self.hint = "a dose under another name would be passed over"
        if unit and _WEIGHTED.fullmatch(_NO_LETTER.sub("", unit.casefold())):
            self.hint = "RBE-weighted doses are not converted: state the physical dose, and the modality"
        elif unit:
            wanted = meant[meant.index("[") + 1 : -1]
            self.hint = f"state the {'physical dose' if wanted in GY_DIVISORS else 'volume'} in {wanted}"


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
    here = _in_the_spelling_here(name, unit)
    if here is not None:
        meant, is_unit_read = here
        if meant != f"{name}[{unit}]":
            raise MisspeltMetricError(meant, "" if is_unit_read else unit)
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


def _in_the_spelling_here(name: str, unit: str) -> tuple[str, bool] | None:
    """Return the metric that is meant, as it is spelt here, and whether its unit is read; ``None`` if it is not known.

    >>> _in_the_spelling_here("Dmax", "Gy"), _in_the_spelling_here("d 30 mm3", "mGy")
    (('Max[Gy]', True), ('D0.03cc[Gy]', False))
    """
    plain = _DECIMAL_COMMA.sub(".", _BETWEEN.sub("", name.casefold()))
    known_unit = _OTHER_UNITS.get(unit.casefold())
    volume = _OTHER_VOLUME_AT.fullmatch(plain)
    if volume is not None:
        is_read = known_unit in ("%", "cc")
        if not is_read and unit.casefold() not in _OTHER_VOLUMES:
            return None
        of = {"gy": "Gy", "cgy": "cGy", "%": "%"}[volume["of"]]
        return f"{volume['what'].upper()}{_size_here(volume['size'])}{of}[{known_unit if is_read else 'cc'}]", is_read
    dose = _OTHER_WORDS.get(plain) or _dose_at_here(plain)
    if dose is None or _CONVERTED.search(unit.casefold()):
        return None
    # a dose in any other unit, too: it is stated, and would be missing
    is_read = known_unit in GY_DIVISORS
    return f"{dose}[{known_unit if is_read else 'Gy'}]", is_read


def _dose_at_here(plain: str) -> str | None:
    dose_at = _OTHER_DOSE_AT.fullmatch(plain)
    if dose_at is None:
        return None
    size = _size_here(dose_at["size"], _CC_OF_MM3 if dose_at["of"].startswith("mm") else 0)
    # the dose to no volume is the maximum
    return f"D{size}{'%' if dose_at['of'][0] in '%p' else 'cc'}" if _trimmed(size) else MetricKind.MAX.value


def _size_here(text: str, power: int = 0) -> str:
    """Return a size without exponent, times a power of ten; one that is spelt so stays as it is written.

    >>> _size_here("0.030"), _size_here(".03"), _size_here("1e-2"), _size_here("30", -3)
    ('0.030', '0.03', '0.01', '0.03')
    """
    if power == 0 and _PLAIN_SIZE.fullmatch(text):
        return text
    sign, digits, exponent = Decimal(text).as_tuple()
    return f"{_trimmed(f'{Decimal((sign, digits, int(exponent) + power)):f}'):f}"


def _trimmed(text: str) -> Decimal:
    # not normalize(): it rounds to 28 digits, and a long size would become that of another metric
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
