"""Patients of whom budgets and sensitivities have no row: they are named and counted, not dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reirrad import budgets, load_library, sensitivities
from reirrad.audit.planning import PlanningColumns

NIEDER = load_library().select(["nieder-2006"])
SAID = "no answer: no constraint that is judged applies to a structure that is known"


def by_budgets(table: dict[str, Any]) -> PlanningColumns:
    return budgets(table, n_fractions=[5, 10], interval_months=12, library=NIEDER)


def by_sensitivities(table: dict[str, Any]) -> PlanningColumns:
    return sensitivities(table, library=NIEDER)


ASK = pytest.mark.parametrize("ask", [by_budgets, by_sensitivities])


def table_of(*rows: tuple[str, str]) -> dict[str, Any]:
    """Return a table of patients with two courses each, to a structure."""
    n = len(rows)
    return {
        "patient_id": [patient for patient, _ in rows] * 2, "course_id": ["1"] * n + ["2"] * n,
        "structure": [structure for _, structure in rows] * 2, "metric": ["Max[Gy]"] * 2 * n,
        "dose_gy": [30.0] * 2 * n, "n_fractions": [10] * n + [20] * n, "fractions_per_day": [1] * 2 * n,
        "modality": ["photon"] * 2 * n, "start": ["2020-01-06"] * n + ["2022-03-07"] * n,
        "end": ["2020-01-17"] * n + ["2022-04-01"] * n, "prior_radiotherapy": ["complete"] * 2 * n,
        "prior_courses": [2] * 2 * n,
    }  # fmt: skip


@ASK
def test_patients_without_a_row(ask: Callable[[dict[str, Any]], PlanningColumns]) -> None:
    """Nieder 2006 is about the spinal cord: it says nothing of an optic nerve, and "Gewebe" is not known."""
    found = ask(table_of(("C", "OpticNrv_L"), ("A", "SpinalCord"), ("B", "Gewebe"), ("D", "OpticNrv_R")))
    assert set(found.columns["patient_id"].tolist()) == {"A"}
    assert found.unanswered == ("B", "C", "D")
    assert f"3 patients have {SAID}" in found.assumptions
    assert found.unmapped_structures == {"B": ("Gewebe",)}


@ASK
def test_one_and_none(ask: Callable[[dict[str, Any]], PlanningColumns]) -> None:
    one = ask(table_of(("A", "SpinalCord"), ("C", "OpticNrv_L")))
    assert (one.unanswered, one.assumptions[-1]) == (("C",), f"1 patient has {SAID}")
    none = ask(table_of(("A", "SpinalCord")))
    assert none.unanswered == ()
    assert not any("no answer" in text for text in none.assumptions)
    nobody = ask(table_of(("C", "OpticNrv_L")))
    assert (len(nobody), nobody.unanswered) == (0, ("C",))


@ASK
def test_a_patient_who_is_asked_for_in_part(ask: Callable[[dict[str, Any]], PlanningColumns]) -> None:
    assert ask(table_of(("A", "SpinalCord"), ("A", "OpticNrv_L"))).unanswered == ()
