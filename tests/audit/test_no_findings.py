"""An audit without any finding has the columns that every audit has, of the same types, and no row."""

from __future__ import annotations

from typing import Any

import pytest

from reirrad import audit, load_library

NIEDER = load_library().select(["nieder-2006"])
TABLE: dict[str, Any] = {
    "patient_id": ["A", "A"], "course_id": ["1", "2"], "structure": ["SpinalCord"] * 2, "metric": ["Max[Gy]"] * 2,
    "dose_gy": [30.0, 30.0], "n_fractions": [10, 20], "fractions_per_day": [1, 1], "modality": ["photon"] * 2,
    "start": ["2020-01-06", "2022-03-07"], "end": ["2020-01-17", "2022-04-01"],
    "prior_radiotherapy": ["complete"] * 2, "prior_courses": [2, 2],
}  # fmt: skip


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
