"""Values and limits side by side: as shown they stand to each other as the numbers do (S05)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.effort import examples
from reirrad.model.wording import beyond, compared_texts


@pytest.mark.parametrize(
    ("values", "limits", "expected"),
    [
        # a limit with more digits than are shown: at four both would be 79.6713
        ([79.6713152], [79.6712911], (["79.67132"], ["79.6713"])),
        ([79.6712911], [79.6712911], (["79.6712911"], ["79.6712911"])),
        # a range: below its lower end, and between the two
        ([34.999], [35.0, 38.0], (["34.999"], ["35", "38"])),
        ([35.001], [35.0, 38.0], (["35.001"], ["35", "38"])),
        ([36.0, 38.00001], [35.0, 38.0], (["36", "38.00001"], ["35", "38"])),
        ([135.5004], [135.5], (["135.5004"], ["135.5"])),
        ([math.inf], [135.5], (["unbounded"], ["135.5"])),
        ([1.23456], [], (["1.2346"], [])),
        ([1 / 3], [1 / 3], (["0.3333333333333333"], ["0.3333333333333333"])),
    ],
)
def test_s05_by_hand(values: list[float], limits: list[float], expected: tuple[list[str], list[str]]) -> None:
    assert compared_texts(values, limits) == expected


NUMBERS = st.floats(0, 1000, allow_nan=False)


@examples(200)
@given(limit=NUMBERS, step=st.floats(-1e-3, 1e-3), width=st.floats(0, 1), decimals=st.integers(0, 6))
def test_s05_whatever_the_numbers(limit: float, step: float, width: float, decimals: int) -> None:
    value, limits = limit + step, [limit, limit + width]
    (shown,), texts = compared_texts([value], limits, decimals=decimals)
    for text, number in zip(texts, limits, strict=True):
        assert (float(shown) > float(text), float(shown) < float(text)) == (value > number, value < number)
        assert float(beyond(value, number)) == pytest.approx(value, abs=0.01)
