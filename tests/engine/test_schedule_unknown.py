"""Phases without a schedule: what is known of them, and what the other phases prove all the same."""

from typing import Any

import numpy as np
import pytest

from engine.house_edition import CONSTRAINTS, house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad import audit

SIZE = house_library({"usual-size": CONSTRAINTS["usual-size"]})


@pytest.mark.parametrize("hours", [None, 6])
@pytest.mark.parametrize(("dose", "status"), [(11, "met"), (11.01, "not_evaluated")])
def test_twice_a_day_in_an_unknown_number_of_fractions_is_a_single_one_at_most(
    hours: int | None, dose: float, status: str
) -> None:
    """11 (1 + 11/2) = 71.5 Gy2 at most, and 32 (1 + 2/2) = 64: 135.5 exactly. Two in a day are never worse than one."""
    unknown = course(*FIRST, None, fractions_per_day=2, hours_between_fractions=hours, dose=cord(dose))
    raw = case(["SpinalCord"], unknown, course(*SECOND, "32 Gy / 16", dose=cord(32)))
    item = found(raw, "nieder-2006.cumulative")
    assert item.status == status
    # as many and as small fractions as one likes, and one fraction
    assert item.value_low == pytest.approx(dose + 64, rel=1e-15)
    assert item.value_high == pytest.approx(dose * (1 + dose / 2) + 64, rel=1e-15)


def _phases(*sizes: str | None) -> dict[str, Any]:
    """Return a first course of phases with these schedules, and a second course."""
    phase = [{"dose": cord(10)} | ({} if size is None else {"schedule": size}) for size in sizes]
    first = course(*FIRST, None, n_phases=len(phase), phase=phase)
    return case(["SpinalCord"], first, course(*SECOND, "30 Gy / 10", dose=cord(30)))


def test_one_phase_of_another_fraction_size_decides_for_its_course() -> None:
    """The sizes are 1.8 to 2 Gy: 3 Gy lies outside whatever the other phase had, and 2 Gy proves nothing alone."""
    assert found(_phases("30 Gy / 10", None), "house.usual-size", library=SIZE).status == "not_applicable"
    assert found(_phases(None, "30 Gy / 10"), "house.usual-size", library=SIZE).status == "not_applicable"
    item = found(_phases("20 Gy / 10", None), "house.usual-size", library=SIZE)
    assert (item.status, item.reason) == ("not_evaluated", "prescription_unknown")
    assert found(_phases("20 Gy / 10", "20 Gy / 10"), "house.usual-size", library=SIZE).status == "met"


def test_one_phase_of_another_fraction_size_decides_in_tables_too() -> None:
    """Phases of a table whose fraction numbers are known and whose prescribed doses are not all."""
    rows = {"first": (30.0, None), "second": (20.0, None), "third": (20.0, 20.0), "fourth": (None, 30.0)}
    table: dict[str, list[Any]] = {}
    for patient, doses in rows.items():
        for number, dose in enumerate(doses, start=1):
            row = {
                "patient_id": patient, "course_id": "1", "phase_id": str(number), "structure": "SpinalCord",
                "metric": "Max[Gy]", "dose_gy": "10", "n_fractions": "10", "fractions_per_day": "1",
                "modality": "photon", "start": "2010-01-04", "end": "2010-02-05",
                "prior_radiotherapy": "complete", "prior_courses": "1",
                "scheduled_dose_gy": "" if dose is None else str(dose),
            }  # fmt: skip
            for name, value in row.items():
                table.setdefault(name, []).append(value)
    columns = audit({name: np.array(values) for name, values in table.items()}, library=SIZE).columns
    assert dict(zip(columns["patient_id"].tolist(), columns["status"].tolist(), strict=True)) == {
        "first": "not_applicable",
        "second": "not_evaluated",
        "third": "met",
        "fourth": "not_applicable",
    }
