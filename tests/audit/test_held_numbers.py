"""Cells that float64 cannot hold are quarantined, in columns of every type: narrowed, they meet the limit (D24)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from audit.two_course_table import NIEDER, TABLE
from reirrad import audit
from reirrad.audit.table import read_numbers

LONG, NEARLY_0 = "12.400000000000000000001", "1e-400"
#: Texts of a number, and what they say; nothing where they are not read.
TEXTS = [
    ("12.4", 12.4), (LONG, None), ("12.40000000000000000000", 12.4), ("45.600000000000001", 45.6),
    ("45.600000000000000000000", 45.6), (NEARLY_0, None), ("0e-400", 0.0), ("0.0", 0.0), ("-0", None), ("1e400", None),
]  # fmt: skip


def read(cells: list[Any], kind: Any, quantity: str = "total_dose_gy", **more: Any) -> list[float | None]:
    values, is_bad = read_numbers(np.array(cells, dtype=kind), quantity, **more)
    return [None if bad else float(value) for value, bad in zip(values, is_bad, strict=True)]


def test_d24_cells_of_text_and_of_decimals() -> None:
    texts, expected = [text for text, _ in TEXTS], [value for _, value in TEXTS]
    assert read(texts, str) == expected
    assert read(texts, object) == expected
    assert read([Decimal(text) for text in texts], object) == expected


def test_d24_minus_zero_beside_zero() -> None:
    for zeros in ([0.0, -0.0], [-0.0, 0.0], [Decimal(0), Decimal("-0")], [np.float32(0), np.float32("-0")], [0, -0.0]):
        assert read(zeros, object) == [None if str(zero).startswith("-") else 0.0 for zero in zeros]


def test_d24_whole_numbers() -> None:
    assert read(["1.0000000000000000001", "1.000000000000000000"], str, "n_fractions") == [None, 1.0]


def test_d24_cells_of_long_doubles() -> None:
    cells = [np.longdouble(text) for text in ("12.400000000000000001", "12.4", "12.5", "1e-400", "0")]
    for kind in (np.longdouble, object):
        assert read(cells, kind) == [None, 12.4, 12.5, None, 0.0]


def test_d24_what_becomes_0_in_gy() -> None:
    assert read(["1e-323", "1240", "0"], str, per_unit=100) == [None, 12.4, 0.0]
    assert read([1e-323, 1240.0, 0.0], float, per_unit=100) == [None, 12.4, 0.0]


def test_numbers_of_python_stay_as_they_are() -> None:
    assert read([12.400000000000000000001, 1e-400], object) == [12.4, 0.0]
    assert read([12.400000000000000000001, 1e-400], float) == [12.4, 0.0]


@pytest.mark.parametrize("cell", [LONG, NEARLY_0])
def test_d24_a_patient_with_such_a_dose_is_not_met(cell: str) -> None:
    kinds = [lambda cells: cells, lambda cells: [Decimal(text) for text in cells]]
    for of in kinds:
        plain = audit(TABLE | {"dose_gy": of(["30.000000000000000000000", "30"])}, library=NIEDER)
        assert ({*plain.columns["status"].tolist()}, plain.quarantine) == ({"met"}, ())
        found = audit(TABLE | {"dose_gy": of([cell, "30"])}, library=NIEDER)
        assert "met" not in found.columns["status"].tolist()
        assert [(item.row, item.column, item.reason) for item in found.quarantine] == [(0, "dose_gy", "not_allowed")]


def test_d24_a_column_of_decimal128() -> None:
    table = TABLE | {"dose_gy": pa.array([Decimal(LONG), Decimal("30")], pa.decimal128(38, 21))}
    found = audit(pa.table(table), library=NIEDER)
    assert [(item.row, item.column, item.reason) for item in found.quarantine] == [(0, "dose_gy", "not_allowed")]
