"""An audit without any finding has the columns that every audit has, of the same types, and no row."""

from __future__ import annotations

import pytest

from audit.two_course_table import NIEDER, TABLE
from reirrad import audit


@pytest.mark.parametrize("structure", ["OpticNrv_L", "Gewebe", "", None])
def test_columns_of_nothing(structure: str | None) -> None:
    """Of "" the rows are quarantined; of all the patient is listed, and not evaluated."""
    expected = audit(TABLE, library=NIEDER)
    found = audit(TABLE | ({} if structure is None else {"structure": [structure] * 2}), library=NIEDER)
    if structure is None:
        found = audit({name: values[:0] for name, values in TABLE.items()}, library=NIEDER)
    else:
        assert found.patients.columns["verdict"].tolist() == ["not_evaluated"]
    assert list(found.columns) == list(expected.columns)
    assert {len(column) for column in found.columns.values()} == {0}
    assert {name: column.dtype for name, column in found.columns.items()} == {
        name: column.dtype for name, column in expected.columns.items()
    }
    assert not found.columns["advisory"].any()
