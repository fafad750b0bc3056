"""Metrics that contradict each other are found among any number of them, without looking at every pair (D18, X26)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reirrad.model.dose_order import _contradictions
from reirrad.model.metric import parse_metric

NAMES = ["Max", "Mean", "Min", "D0.01cc", "D0.03cc", "D0.1cc", "D1cc", "D10cc", "D1%", "D2%", "D50%", "D98%"]
ranges = st.tuples(st.integers(0, 6), st.integers(0, 2)).map(lambda ends: (Decimal(ends[0]), Decimal(sum(ends))))


@given(st.lists(st.tuples(st.sampled_from(NAMES), ranges), unique_by=lambda item: item[0], max_size=8))
def test_the_same_metrics_as_by_looking_at_every_pair(stated):
    doses = [(parse_metric(f"{name}[Gy]").metric, ends, name) for name, ends in stated]
    pairs = {
        (first, second)
        for first, (larger, (_, most), _) in enumerate(doses)
        for second, (smaller, (least, _), _) in enumerate(doses)
        if larger.bounds_from_above(smaller) and least > most
    }
    found = list(_contradictions(doses))
    assert set(found) <= pairs
    assert len(set(found)) == len(found)
    assert {second for _, second in found} == {second for _, second in pairs}
