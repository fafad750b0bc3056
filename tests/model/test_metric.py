"""Metrics in TG-263 spelling: what is read, what is refused, and which metric bounds which."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reirrad.model.metric import (
    Metric,
    MetricError,
    MetricKind,
    MisspeltMetricError,
    ParsedMetric,
    UnknownMetricError,
    parse_metric,
)

NO_UNIT = "the metric has no unit in brackets"
UNKNOWN = "the metric is not one of Max, Mean, Min, D..cc, D..%, V..Gy"
UNKNOWN_UNIT = "the unit is not one of Gy, cGy"

READ = [
    pytest.param("Max[Gy]", MetricKind.MAX, None, "Max", "Gy", id="max"),
    pytest.param("Max[cGy]", MetricKind.MAX, None, "Max", "cGy", id="D02-cgy"),
    pytest.param("Mean[Gy]", MetricKind.MEAN, None, "Mean", "Gy", id="mean"),
    pytest.param("Min[Gy]", MetricKind.MIN, None, "Min", "Gy", id="min"),
    pytest.param("D0.03cc[Gy]", MetricKind.DOSE_AT_CC, "0.03", "D0.03cc", "Gy", id="cc"),
    pytest.param("D0.030cc[cGy]", MetricKind.DOSE_AT_CC, "0.03", "D0.03cc", "cGy", id="trailing-zero"),
    pytest.param("D1cc[Gy]", MetricKind.DOSE_AT_CC, "1", "D1cc", "Gy", id="one-cc"),
    pytest.param("D10cc[Gy]", MetricKind.DOSE_AT_CC, "10", "D10cc", "Gy", id="ten-cc"),
    pytest.param("D2%[Gy]", MetricKind.DOSE_AT_PERCENT, "2", "D2%", "Gy", id="percent"),
    pytest.param("D2.0%[Gy]", MetricKind.DOSE_AT_PERCENT, "2", "D2%", "Gy", id="percent-zero"),
    pytest.param(" Max [ Gy ] ", MetricKind.MAX, None, "Max", "Gy", id="blanks"),
    pytest.param("V20Gy[%]", MetricKind.VOLUME_AT, "20", "V20Gy[%]", "%", id="volume-percent"),
    pytest.param("V20.0Gy[cc]", MetricKind.VOLUME_AT, "20", "V20Gy[cc]", "cc", id="volume-cc"),
    pytest.param("CV10Gy[cc]", MetricKind.VOLUME_AT, "10", "CV10Gy[cc]", "cc", id="spared-volume"),
]

REFUSED = [
    # D01: no unit, no number
    pytest.param("Max", MetricError, NO_UNIT, id="D01-no-unit"),
    pytest.param("D0.03cc", MetricError, NO_UNIT, id="D01-no-unit-cc"),
    pytest.param("Max[]", MetricError, NO_UNIT, id="D01-empty-brackets"),
    pytest.param("Max[Gy", MetricError, NO_UNIT, id="D01-one-bracket"),
    pytest.param("Max (Gy)", MetricError, NO_UNIT, id="D01-parentheses"),
    pytest.param("[Gy]", MetricError, NO_UNIT, id="only-unit"),
    pytest.param("", MetricError, NO_UNIT, id="empty"),
    # D09: a BED is no physical dose
    *(
        pytest.param(f"Max[{unit}]", UnknownMetricError, UNKNOWN_UNIT, id=f"D09-max-{unit}")
        for unit in ("Gy BED", "Gy EQD2", "EQD2", "BED", "Gy2", "Gy_3", "Gy (10)")
    ),
    pytest.param("BED[Gy]", UnknownMetricError, UNKNOWN, id="D09-bed"),
    pytest.param("EQD2[Gy]", UnknownMetricError, UNKNOWN, id="D09-eqd2"),
    # D18: nothing is guessed
    pytest.param("gEUD8[Gy]", UnknownMetricError, UNKNOWN, id="D18-another-kind"),
    pytest.param("Dmax to 95%[Gy]", UnknownMetricError, UNKNOWN, id="D18-more-than-a-name"),
    pytest.param("V20[%]", UnknownMetricError, UNKNOWN_UNIT, id="D18-volume-at-what"),
    pytest.param("D101%[Gy]", UnknownMetricError, UNKNOWN, id="D18-more-than-all"),
    pytest.param("D0.03[Gy]", UnknownMetricError, UNKNOWN, id="D18-no-volume-unit"),
    pytest.param("D100.1%[Gy]", UnknownMetricError, UNKNOWN, id="D18-more-than-all-of-it"),
    pytest.param("D-1cc[Gy]", UnknownMetricError, UNKNOWN, id="D18-negative-volume"),
    pytest.param("D1-10cc[Gy]", UnknownMetricError, UNKNOWN, id="D18-range-of-volumes"),
    pytest.param("D1 10cc[Gy]", UnknownMetricError, UNKNOWN, id="D18-two-volumes"),
    pytest.param("D1,000cc[Gy]", UnknownMetricError, UNKNOWN, id="D25-thousands"),
    pytest.param("V20Gy[Gy]", UnknownMetricError, UNKNOWN, id="volume-in-gy"),
    pytest.param("EUD[Gy]", UnknownMetricError, UNKNOWN, id="D18-eud"),
    pytest.param("EUD[GyE]", UnknownMetricError, UNKNOWN_UNIT, id="D18-eud-in-another-unit"),
    pytest.param("D1e999cc[Gy]", UnknownMetricError, UNKNOWN, id="D18-beyond-any-volume"),
]

# D18: what is passed over under another name would be missing where it may decide
MISSPELT = [
    ("Dmax[Gy]", "Max[Gy]"), ("max[Gy]", "Max[Gy]"), ("D_max [cGy]", "Max[cGy]"), ("Max dose[Gy]", "Max[Gy]"),
    ("Maximum[GY]", "Max[Gy]"), ("Max[gy]", "Max[Gy]"), ("Max[CGY]", "Max[cGy]"), ("Max[Gray]", "Max[Gy]"),
    ("Dmean[Gy]", "Mean[Gy]"), ("average[Gy]", "Mean[Gy]"), ("DMIN[Gy]", "Min[Gy]"),
    ("D0,03cc[Gy]", "D0.03cc[Gy]"), ("d0.1CC[Gy]", "D0.1cc[Gy]"), ("D 2 cm3[Gy]", "D2cc[Gy]"),
    ("D2cm³[Gy]", "D2cc[Gy]"), ("d-max[Gy]", "Max[Gy]"), ("D0,035cc[Gy]", "D0.035cc[Gy]"),
    ("D0cc[Gy]", "Max[Gy]"), ("D0.0%[Gy]", "Max[Gy]"),
    ("D(max)[Gy]", "Max[Gy]"), ("D0.1cm^3[Gy]", "D0.1cc[Gy]"), ("D5 ml[cgy]", "D5cc[cGy]"), ("D2pct[Gy]", "D2%[Gy]"),
    ("V20gy[%]", "V20Gy[%]"), ("v20Gy[cm3]", "V20Gy[cc]"), ("cv12gy[cc]", "CV12Gy[cc]"),
    ("V2000CGY[%]", "V2000cGy[%]"), ("V.5Gy[%]", "V0.5Gy[%]"), ("V2e1Gy[cc]", "V20Gy[cc]"), ("V20Gy[pct]", "V20Gy[%]"),
    ("D.03cc[Gy]", "D0.03cc[Gy]"), ("D1e-2cc[Gy]", "D0.01cc[Gy]"), ("D3E1cc[cGy]", "D30cc[cGy]"),
    ("D30mm3[Gy]", "D0.03cc[Gy]"), ("D35 mm^3[Gy]", "D0.035cc[Gy]"), ("D2000mm³[cGy]", "D2cc[cGy]"),
    ("D5.cc[Gy]", "D5cc[Gy]"), ("D,03cc[Gy]", "D0.03cc[Gy]"), ("D.5%[Gy]", "D0.5%[Gy]"), ("D0mm3[Gy]", "Max[Gy]"),
    ("D0e5cc[Gy]", "Max[Gy]"),
    ("PointMax[Gy]", "Max[Gy]"), ("point max[Gy]", "Max[Gy]"), ("Max point dose[cGy]", "Max[cGy]"),
    ("Max[centigray]", "Max[cGy]"), ("Mean[grays]", "Mean[Gy]"),
]  # fmt: skip
WEIGHTED = "RBE-weighted doses are not converted: state the physical dose, and the modality"
# D03: a dose in a unit that is not read is stated, and would be missing; the metric that is wanted, and what to do
OTHER_UNITS = [
    *((f"Max[{unit}]", "Max[Gy]", WEIGHTED) for unit in (
        "Gy(RBE)", "Gy (RBE)", "GyRBE", "Gray (RBE)", "GyE", "Gy-eq", "Gy_IsoE", "CGE", "CcGE", "GE", "cGy(RBE)",
        "cGyE",
    )),
    ("Max[mGy]", "Max[Gy]", "state the physical dose in Gy"),
    ("Dmax[rad]", "Max[Gy]", "state the physical dose in Gy"),
    ("Max[%]", "Max[Gy]", "state the physical dose in Gy"),
    ("Max[cc]", "Max[Gy]", "state the physical dose in Gy"),
    ("Mean[RELATIVE]", "Mean[Gy]", "state the physical dose in Gy"),
    ("D0.030cc[GyE]", "D0.030cc[Gy]", WEIGHTED),
    ("D.03cc[mGy]", "D0.03cc[Gy]", "state the physical dose in Gy"),
    ("D2%[%]", "D2%[Gy]", "state the physical dose in Gy"),
    ("V20Gy[mm3]", "V20Gy[cc]", "state the volume in cc"),
]  # fmt: skip

# D18: the left one can never be below the right one; nothing else is ordered
BOUNDS = [
    ("Max", "D0.03cc"), ("Max", "D0.1cc"), ("Max", "D2%"), ("Max", "Mean"), ("Max", "Min"),
    ("D0.03cc", "D0.1cc"), ("D0.1cc", "D1cc"), ("D0.03cc", "Min"), ("D2%", "D5%"), ("D2%", "Min"), ("Mean", "Min"),
]  # fmt: skip
NOT_ORDERED = [("D0.03cc", "D2%"), ("D2%", "Mean"), ("D0.1cc", "Mean"), ("Max", "Max"), ("Mean", "Mean")]


def metric(name: str) -> Metric:
    return parse_metric(f"{name}[Gy]").metric


@pytest.mark.parametrize(("text", "meant"), MISSPELT)
def test_another_spelling_is_refused_and_the_right_one_said(text, meant):
    with pytest.raises(MisspeltMetricError, match=re.escape(f"the metric is spelt {meant} here")) as caught:
        parse_metric(text)
    assert str(caught.value) == f"the metric is spelt {meant} here"
    assert (caught.value.meant, caught.value.hint) == (meant, "a dose under another name would be passed over")
    assert parse_metric(meant).unit in meant


@pytest.mark.parametrize(("text", "meant", "hint"), OTHER_UNITS)
def test_d03_another_unit_is_refused_and_what_is_wanted_said(text, meant, hint):
    with pytest.raises(MisspeltMetricError) as caught:
        parse_metric(text)
    unit = text[text.index("[") + 1 : -1]
    assert str(caught.value) == f"the unit {unit} is not read: the metric is spelt {meant} here"
    assert (caught.value.meant, caught.value.hint) == (meant, hint)
    assert f"[{parse_metric(meant).unit}]" in meant


def test_d03_a_unit_does_not_drive_a_terminal():
    with pytest.raises(
        MisspeltMetricError, match=re.escape(r"the unit \x1b(0 is not read: the metric is spelt Max[Gy]")
    ):
        parse_metric("Max[\x1b(0]")


def test_d18_a_name_of_many_digits_takes_a_moment():
    for text in (f"D{'1' * 100_000}x[Gy]", f"D.{'1' * 100_000}cc[Gy]", "D1e99999cc[Gy]"):
        with pytest.raises((MisspeltMetricError, UnknownMetricError)):
            parse_metric(text)


@pytest.mark.parametrize(("text", "kind", "size", "name", "unit"), READ)
def test_read(text, kind, size, name, unit):
    expected = Metric(kind, None if size is None else Decimal(size), name)
    assert parse_metric(text) == ParsedMetric(expected, unit)


@pytest.mark.parametrize(("text", "error", "message"), REFUSED)
def test_refused(text, error, message):
    with pytest.raises(error) as caught:
        parse_metric(text)
    assert str(caught.value) == message


# O03: other digits than 0 to 9 make no size
def test_other_digits_are_no_size():
    with pytest.raises(UnknownMetricError):
        parse_metric("D\N{ARABIC-INDIC DIGIT ONE}cc[Gy]")


@pytest.mark.parametrize(("larger", "smaller"), BOUNDS)
def test_a_larger_near_maximum_bounds_a_smaller_and_never_the_reverse(larger, smaller):
    assert metric(larger).bounds_from_above(metric(smaller))
    assert not metric(smaller).bounds_from_above(metric(larger))


@pytest.mark.parametrize(("one", "other"), NOT_ORDERED)
def test_others_are_not_ordered(one, other):
    assert not metric(one).bounds_from_above(metric(other))
    assert not metric(other).bounds_from_above(metric(one))


def test_a_volume_is_ordered_with_nothing():
    volume = parse_metric("V20Gy[%]").metric
    for name in ("Max", "Mean", "Min", "D1cc"):
        assert not volume.bounds_from_above(metric(name))
        assert not metric(name).bounds_from_above(volume)


@pytest.mark.parametrize("name", ["Max", "D0.03cc", "D1cc", "D2%"])
def test_near_maxima(name):
    assert metric(name).is_near_maximum(up_to_cc=Decimal(1), up_to_percent=Decimal(2))


@pytest.mark.parametrize("name", ["D1.01cc", "D2.1%", "Mean", "Min"])
def test_larger_volumes_are_no_near_maxima(name):
    assert not metric(name).is_near_maximum(up_to_cc=Decimal(1), up_to_percent=Decimal(2))


def test_labels_are_in_gy():
    assert parse_metric("D0.10cc[cGy]").metric.label == "D0.1cc[Gy]"
    assert parse_metric("V20Gy[%]").metric.label == "V20Gy[%]"


sizes = st.decimals(Decimal("0.001"), 1000, places=3)


@given(sizes, st.sampled_from(["cc", "%"]), st.sampled_from(["Gy", "cGy"]))
def test_the_name_is_canonical_and_read_again(size, of, unit):
    size = size if of == "cc" else size / 10
    parsed = parse_metric(f"D{size}{of}[{unit}]")
    assert parsed.metric.size == size
    assert parsed.unit == unit
    assert parse_metric(parsed.metric.label).metric == parsed.metric
    assert parse_metric(f"D{size}0{of}[{unit}]") == parsed


def test_a_size_of_many_digits_is_not_that_of_another_metric():
    long = "0.1" + "0" * 30 + "1"
    assert parse_metric(f"D{long}cc[Gy]").metric.name == f"D{long}cc"


@given(sizes, sizes)
def test_smaller_volumes_have_the_higher_dose(one, other):
    smaller, larger = metric(f"D{min(one, other)}cc"), metric(f"D{max(one, other)}cc")
    assert smaller.bounds_from_above(larger) is (one != other)
    assert not larger.bounds_from_above(smaller)


@given(st.text("DVMaxeinc%Gy0123456789.[]() ", max_size=20))
def test_nothing_is_read_without_a_unit(text):
    try:
        parsed = parse_metric(text)
    except (MetricError, UnknownMetricError):
        return
    assert parsed.unit in {"Gy", "cGy", "%", "cc"}
    assert f"[{parsed.unit}]" in text.replace(" ", "")


def test_the_dose_to_all_of_a_structure() -> None:
    assert parse_metric("D100%[Gy]").metric == Metric(MetricKind.DOSE_AT_PERCENT, Decimal(100), "D100%")
