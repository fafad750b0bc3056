"""Whether a finding survives another alpha/beta is said where that was asked, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from reirrad import load_library, parse_case, sensitivities, sensitivity

TABLE: dict[str, Any] = {
    "patient_id": ["A", "A", "B", "B"], "course_id": ["1", "2"] * 2, "structure": ["SpinalCord"] * 4,
    "metric": ["Max[Gy]"] * 4, "dose_gy": ["30", "22", "30", "x"], "n_fractions": [10] * 4,
    "fractions_per_day": [1] * 4, "modality": ["photon"] * 4, "start": ["2020-01-06", "2021-01-04"] * 2,
    "end": ["2020-01-17", "2021-01-15"] * 2, "prior_radiotherapy": ["complete"] * 4, "prior_courses": [2] * 4,
}  # fmt: skip


def survives(*editions: str, **options: Any) -> dict[tuple[str, str], Any]:
    library = load_library().select(editions, **options)
    columns = sensitivities(TABLE, library=library).columns
    assert columns["alpha_beta_survives"].dtype == object
    keys = zip(columns["patient_id"].tolist(), columns["constraint_id"].tolist(), strict=True)
    return dict(zip(keys, columns["alpha_beta_survives"].tolist(), strict=True))


def test_where_it_is_asked() -> None:
    """An interval has no alpha/beta, and of B a row cannot be read: nothing of the doses is known."""
    found = survives("nieder-2006")
    assert isinstance(found["A", "nieder-2006.cumulative"], bool)
    assert isinstance(found["A", "nieder-2006.course"], bool)
    assert found["A", "nieder-2006.interval"] is None
    assert {value for (patient, _), value in found.items() if patient == "B"} == {None}


@pytest.mark.parametrize("risk", [None, 5.0])
def test_a_model_has_its_own(risk: float | None) -> None:
    found = survives("woolley-2018", model_risk_percent=risk)
    assert set(found.values()) == {None}


def test_as_of_one_case() -> None:
    def course(number: str, start: str, end: str, dose: float) -> dict[str, Any]:
        return {
            "id": number, "role": "delivered", "modality": "photon", "fractions_per_day": 1, "start": start,
            "end": end, "schedule": f"{dose} Gy / 10", "dose": {"SpinalCord": {"Max[Gy]": dose}},
        }  # fmt: skip

    case = parse_case(
        {
            "schema": "reirrad-case/1", "case_id": "A", "structures": ["SpinalCord"],
            "prior_radiotherapy": "complete", "prior_courses": 2,
            "course": [
                course("1", "2020-01-06", "2020-01-17", 30.0), course("2", "2021-01-04", "2021-01-15", 22.0),
            ],
        }
    )  # fmt: skip
    library = load_library().select(["nieder-2006"])
    expected = {
        ("A", row.constraint_id): all(item.survives for item in row.alpha_beta) if row.alpha_beta else None
        for row in sensitivity(case, library=library).rows
    }
    found = survives("nieder-2006")
    assert {key: found[key] for key in expected} == expected
    assert {type(value) for value in expected.values()} == {bool, type(None)}
