"""What a program sets for itself, precision and traps of decimals or how numpy prints, changes no answer (S08)."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import numpy as np
import pytest

from reirrad import audit, budget, check, load_library, parse_case, sensitivity
from reirrad.errors import CaseError
from reirrad.model.schedule import parse_schedule
from reirrad.radiobiology import incomplete_repair_factor_exact

LIBRARY = load_library().select(["nieder-2006"])


def document(first: float = 30.0, second: float = 26.194, **more: Any) -> dict[str, Any]:
    """Return two courses of one fraction size each: 75 and 26.194 (1 + 2.6194/2) are 135.5002818 Gy BED."""
    same = {"modality": "photon", "fractions_per_day": 1, "technique": "conventional"}

    def dose(gray: float) -> dict[str, Any]:
        return {"SpinalCord": {"Max[Gy]": gray, "basis": "plan"}}

    earlier = {"id": "1", "role": "delivered", "schedule": "30 Gy / 10", "dose": dose(first)}
    later = {"id": "2", "role": "proposed", "schedule": "3000 cGy / 10", "dose": dose(second)}
    return {
        "schema": "reirrad-case/1",
        "case_id": "A",
        "prior_radiotherapy": "complete",
        "prior_courses": 1,
        "structures": ["SpinalCord"],
        "course": [
            same | earlier | {"start": "2020-01-06", "end": "2020-01-17"},
            same | later | {"start": "2022-01-03", "end": "2022-01-14"},
        ],
    } | more


def table(dtype: Any = float) -> dict[str, Any]:
    return {
        "patient_id": ["A", "A"],
        "course_id": ["1", "2"],
        "structure": ["SpinalCord"] * 2,
        "metric": ["Max[Gy]"] * 2,
        "dose_gy": np.array([30.0, 26.194], dtype=dtype),
        "n_fractions": [10, 10],
        "fractions_per_day": [1, 1],
        "modality": ["photon"] * 2,
        "technique": ["conventional"] * 2,
        "start": ["2020-01-06", "2022-01-03"],
        "end": ["2020-01-17", "2022-01-14"],
        "prior_radiotherapy": ["complete"] * 2,
        "prior_courses": [2, 2],
        "scheduled_dose_gy": [30.0, 30.0],
    }


def of_table(dtype: Any) -> Any:
    found = audit(table(dtype), library=LIBRARY)
    return {name: column.tolist() for name, column in found.columns.items()}, found.patients.columns["verdict"].tolist()


def answers() -> list[Any]:
    case = parse_case(document())
    return [
        check(case, library=LIBRARY).to_dict(),
        budget(case, n_fractions=[5, 10], library=LIBRARY).to_dict(),
        sensitivity(case, library=LIBRARY).to_dict(),
        of_table(np.float64),
        of_table(np.float32),
        of_table(object),
        of_table(str),
        parse_schedule("12345.6 cGy / 12 (10.288 Gy)"),
        incomplete_repair_factor_exact(
            fractions_per_day=2,
            hours_between_fractions=np.float32(6.1),
            repair_half_time_h=np.float64(4.123456789012345),
        ),
    ]


@contextmanager
def ambient(**settings: Any) -> Iterator[None]:
    with decimal.localcontext() as context:
        for name, value in settings.items():
            setattr(context, name, value)
        yield


@pytest.mark.parametrize(
    "settings", [{"prec": 4}, {"prec": 1}, {"prec": 6, "rounding": decimal.ROUND_DOWN}, {"Emax": 1, "Emin": -1}]
)
def test_s08_precision_of_the_caller(settings: dict[str, Any]) -> None:
    """S08: with four digits 26.194 Gy were 26.19 Gy, and the sum was met."""
    expected = answers()
    assert expected[0]["verdict"] == "violated"
    with ambient(**settings):
        found = answers()
    # NaN stands where nothing is: as text it equals itself
    assert repr(found) == repr(expected)


@pytest.mark.parametrize("signal", [decimal.FloatOperation, decimal.Inexact, decimal.Rounded, decimal.Subnormal])
def test_s08_traps_of_the_caller(signal: Any) -> None:
    expected = answers()
    with decimal.localcontext() as context:
        context.traps[signal] = True
        found = answers()
    # NaN stands where nothing is: as text it equals itself
    assert repr(found) == repr(expected)


@pytest.mark.parametrize("dose", [{"Max[Gy]": 24.01, "D0.1cc[Gy]": 24.04}, {"Max[Gy]": 24.04, "V24.045Gy[cc]": 0.1}])
def test_s08_contradictions_are_refused_at_any_precision(dose: dict[str, float]) -> None:
    raw = document()
    raw["course"][1]["dose"]["SpinalCord"] = dose | {"basis": "plan"}
    with ambient(prec=3), pytest.raises(CaseError):
        parse_case(raw)


def test_s08_every_thread_gives_the_same_answer() -> None:
    case, found = parse_case(document()), []
    with ambient(prec=3):
        worker = Thread(target=lambda: found.append(check(case, library=LIBRARY)))
        worker.start()
        worker.join()
        assert found == [check(case, library=LIBRARY)]


def test_s08_how_numpy_prints() -> None:
    """S08: the texts of numpy had twelve digits."""
    raw = table()
    raw["dose_gy"] = np.array([30.0, 20.123456789012345])
    expected = audit(raw, library=LIBRARY).columns["value_high"].tolist(), answers()
    assert expected[0][0] == pytest.approx(75 + 20.123456789012345 * (1 + 2.0123456789012345 / 2), rel=1e-15)
    with np.printoptions(legacy="1.13"):
        found = audit(raw, library=LIBRARY).columns["value_high"].tolist(), answers()
    assert repr(found) == repr(expected)
