"""Names of metrics: what is read is the metric that is written, exactly, or it is refused (D01, D03, D09, D18, O03)."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from fuzz.contract import check_words, text_of
from fuzz.mutations import of_tokens
from reirrad.model.metric import MetricError, MetricKind, MisspeltMetricError, UnknownMetricError, parse_metric

TOKENS = [
    *("Max", "Mean", "Min", "D", "V", "CV", "0.03", "0.030", "1", "2", "20", "100", "101", "cc", "%", "Gy", "cGy", "["),
    *("]", "[Gy]", "[cGy]", "[%]", "[cc]", "Gy(RBE)", " ", ".", ",", "-", "\u0663", "max", "BED", "EQD2"),
    *(".03", "1e-2", "mm3", "ml", "Point", "[GyE]", "[mGy]", "[CGE]"),
]
SEEDS = [
    *("Max[Gy]", "Max[cGy]", "Mean[Gy]", "Min[Gy]", "D0.03cc[Gy]", "D0.030cc[cGy]", "D2%[Gy]", " Max [ Gy ] "),
    *("V20Gy[%]", "V20.0Gy[cc]", "CV10Gy[cc]", "V95%[%]", "V2000cGy[cc]"),
]
_OTHERS = [parse_metric(f"{name}[Gy]").metric for name in ("Max", "D0.03cc", "D1cc", "D2%", "D98%", "Mean", "Min")]
_SIZED = re.compile(r"(?P<what>D|V|CV)(?P<size>[0-9]+(?:\.[0-9]+)?)(?P<of>cc|%|Gy|cGy)")
_SIZED_OTHERWISE = re.compile(r"D(?P<size>(?:[0-9]+\.?|[0-9]*\.[0-9]+)(?:e-?[0-9])?)(?P<of>cc|ml|mm3|%)")
#: what the size of a metric is of -> the units that such a metric may be in
_DOSE_UNITS, _VOLUME_UNITS = ("Gy", "cGy"), ("%", "cc")
_UNITS = {
    "D": {"cc": _DOSE_UNITS, "%": _DOSE_UNITS},
    "V": {"Gy": _VOLUME_UNITS, "cGy": _VOLUME_UNITS, "%": _VOLUME_UNITS},
    "CV": {"Gy": _VOLUME_UNITS, "cGy": _VOLUME_UNITS, "%": _VOLUME_UNITS},
}

MOST_BYTES = 64
CHANGE = of_tokens(TOKENS)


def seeds() -> list[bytes]:
    return [text.encode() for text in SEEDS]


def one_input(data: bytes) -> bool:
    """Whether the metric was read."""
    text = text_of(data)
    try:
        read = parse_metric(text)
    except (MetricError, UnknownMetricError) as error:
        check_words(str(error))
        assert _written(text) is None, f"refused: {text!r}"
        _check_refused(text, error)
        return False
    metric = read.metric
    written = _written(text)
    assert written is not None, f"read as {metric}: {text!r}"
    name, size, unit = written
    assert read.unit == unit, text
    assert (None if metric.size is None else Fraction(metric.size)) == size, f"read as {metric}: {text!r}"
    assert metric.name.startswith(name), text
    is_volume = metric.kind is MetricKind.VOLUME_AT
    printed = parse_metric(metric.label if is_volume else f"{metric.name}[{unit}]")
    assert printed == read, text
    assert metric.is_percentage == (is_volume and unit == "%")
    for other in _OTHERS:
        _check_order(metric, other)
    return True


def _check_refused(text: str, error: ValueError) -> None:
    if isinstance(error, MisspeltMetricError):
        _check_meant(text, error.meant)
    elif isinstance(error, UnknownMetricError):
        # a dose under such a name would be passed over, whatever its unit and its spelling
        assert not _is_dose(text), f"passed over: {text!r}"


def _check_meant(text: str, meant: str) -> None:
    """What is said to be meant is a metric, of the same size: in cc a volume of mm3 has a thousandth of its number."""
    try:
        read = parse_metric(meant)
    except UnknownMetricError:
        # of more than all of a structure, in whatever spelling
        assert Fraction(Decimal(meant[1 : meant.index("%")])) > 100, (text, meant)
        return
    assert f"[{read.unit}]" in meant, (text, meant)
    sized = _SIZED_OTHERWISE.fullmatch(text.partition("[")[0].strip())
    if sized is not None:
        size = Fraction(Decimal(sized["size"])) / (1000 if sized["of"] == "mm3" else 1)
        assert size == (0 if read.metric.size is None else Fraction(read.metric.size)), (text, meant)


def _is_dose(text: str) -> bool:
    name, _, tail = text.strip().partition("[")
    if re.search(r"bed|eqd|gy[\W_]*\d", tail.casefold()):
        return False
    sized = _SIZED_OTHERWISE.fullmatch(name.strip())
    is_sized = sized is not None and (sized["of"] != "%" or 0 < Decimal(sized["size"]) <= 100)
    return is_sized or name.strip().casefold() in ("max", "dmax", "pointmax", "mean", "dmean", "min", "dmin")


def _check_order(metric, other) -> None:
    assert not metric.bounds_from_above(metric)
    if metric != other:
        assert not (metric.bounds_from_above(other) and other.bounds_from_above(metric)), (metric, other)
    near = {"up_to_cc": Decimal(1), "up_to_percent": Decimal(2)}
    if metric.is_near_maximum(**near) and metric.kind is not MetricKind.MAX:
        assert _OTHERS[0].bounds_from_above(metric)


def _written(text: str) -> tuple[str, Fraction | None, str] | None:
    """Return name, size and unit as they are written; nothing where it is no metric that is known."""
    head, bracket, tail = text.strip().partition("[")
    name, unit = head.strip(), tail[:-1].strip()
    if not bracket or not tail.endswith("]"):
        return None
    if name in ("Max", "Mean", "Min"):
        return (name, None, unit) if unit in ("Gy", "cGy") else None
    sized = _SIZED.fullmatch(name)
    if sized is None or unit not in _UNITS[sized["what"]].get(sized["of"], ()):
        return None
    size = Fraction(Decimal(sized["size"]))
    # no dose is received by nothing, or by more than all of a structure
    is_none = sized["what"] == "D" and (size == 0 or (sized["of"] == "%" and size > 100))
    return None if is_none else (sized["what"], size, unit)
