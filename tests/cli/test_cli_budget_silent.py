"""What a budget has no answer to is named, and is no success: exit code 3."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cli.runner import invoke

GULLET: dict[str, Any] = {
    "schema": "reirrad-case/1",
    "case_id": "A",
    "prior_radiotherapy": "complete",
    "prior_courses": 1,
    "structures": ["Esophagus"],
    "course": [
        {
            "id": "1",
            "role": "delivered",
            "modality": "photon",
            "fractions_per_day": 1,
            "technique": "conventional",
            "start": "2020-04-01",
            "end": "2020-06-01",
            "schedule": "60 Gy / 30",
            "dose": {"Esophagus": {"Max[Gy]": 55, "D0.1cc[Gy]": 55, "basis": "plan"}},
        }
    ],
}
TAIL = ": no constraint that decides applies to such a course; that is no dose that is left"


def asked(raw: dict[str, Any], *options: str) -> tuple[int, dict[str, Any], list[str]]:
    given = ("budget", "--edition", "troost-2020", *options, "-")
    outcome = invoke(*given, stdin=json.dumps(raw).encode())
    document = invoke(*given[:1], "--format", "json", *given[1:], stdin=json.dumps(raw).encode())
    text = re.sub(r"\n {4,}", " ", outcome.out)
    notes = [line.strip(" -") for line in text.splitlines() if line.startswith("  - structure")]
    assert notes == [note for note in json.loads(document.out)["notes"] if note.startswith("structure")]
    assert document.code == outcome.code
    return outcome.code, json.loads(document.out), notes


def test_o04_a_further_course_without_a_rule() -> None:
    """O04: two intervals of four vanished without a word, and the exit code was 0."""
    # the limit is for nine months and more
    code, found, notes = asked(GULLET, "--fractions", "30", "--intervals", "3,6,12,24")
    assert code == 3
    assert notes == [f"structure Esophagus, 3 and 6 months after the last course{TAIL}"]
    assert [row["interval_months"] for row in found["rows"]] == [12, 24]
    assert found["unanswered"] == [
        {"structure": "Esophagus", "n_fractions": 30, "interval_months": months} for months in (3, 6)
    ]


def test_where_everything_has_an_answer() -> None:
    code, found, notes = asked(GULLET, "--fractions", "10,30", "--intervals", "9")
    assert (code, found["unanswered"], notes) == (0, [], [])


def test_where_nothing_has_an_answer() -> None:
    code, found, notes = asked(GULLET, "--fractions", "10,30", "--intervals", "3")
    assert (code, found["rows"], notes) == (3, [], [f"structure Esophagus{TAIL}"])


def test_some_fraction_numbers() -> None:
    """Stereotactic limits of TG-101 are for 1, 3 and 5 fractions of a first course."""
    raw = GULLET | {"structures": ["Esophagus"], "prior_radiotherapy": "none", "course": []}
    del raw["prior_courses"]
    options = ("--edition", "tg101-2010", "--technique", "stereotactic", "--fractions", "1,4,5")
    outcome = invoke("budget", "--format", "json", *options, "-", stdin=json.dumps(raw).encode())
    found = json.loads(outcome.out)
    assert {row["n_fractions"] for row in found["rows"]} == {1, 5}
    assert f"structure Esophagus, in 4 fractions{TAIL}" in found["notes"]
    assert outcome.code == 3


def test_a_limit_of_a_first_course_is_no_answer_about_a_further_one() -> None:
    """It had "no bound" to the brain, which had a first course already."""
    brain = {"Brain": {"Max[Gy]": 50, "basis": "plan"}}
    course = GULLET["course"][0] | {"dose": brain, "schedule": "50 Gy / 25"}
    raw = GULLET | {"structures": ["Brain"], "course": [course]}
    outcome = invoke("budget", "--edition", "quantec-2010", "--format", "json", "-", stdin=json.dumps(raw).encode())
    found = json.loads(outcome.out)
    assert found["rows"] == []
    assert f"structure Brain{TAIL}" in found["notes"]
    assert outcome.code == 3


def test_intervals_without_a_course() -> None:
    raw = GULLET | {"prior_radiotherapy": "none", "course": []}
    del raw["prior_courses"]
    outcome = invoke("budget", "--intervals", "6", "-", stdin=json.dumps(raw).encode())
    assert outcome.code == 2
    assert "--intervals is for a case that lists a course; this one has none" in outcome.err


def chiasm(before: Any) -> dict[str, Any]:
    def course(name: str, role: str, dose: Any, schedule: str) -> dict[str, Any]:
        same = {"modality": "photon", "fractions_per_day": 1, "technique": "stereotactic"}
        table = {"OpticChiasm": {"Max[Gy]": dose, "basis": "plan"}}
        return same | {"id": name, "role": role, "schedule": schedule, "dose": table}

    first = course("1", "delivered", before, "30 Gy / 10") | {"start": "2018-01-29", "end": "2018-02-09"}
    courses = [first, course("2", "proposed", 26, "25 Gy / 5")]
    return GULLET | {"structures": ["OpticChiasm"], "course": courses}


@pytest.mark.parametrize(("before", "state", "code"), [(0.0, "bounded", 0), ([0.0, 5.0], "not_evaluated", 3)])
def test_a_limit_of_a_first_course_where_the_other_gave_nothing(before: Any, state: str, code: int) -> None:
    """HyTEC 2021: 25 Gy in 5 fractions to a chiasm that had, or may have had, no dose before."""
    asked_of = ("--edition", "hytec-optic-2021", "--format", "json", "-")
    outcome = invoke("budget", "--fractions", "5", *asked_of, stdin=json.dumps(chiasm(before)).encode())
    (row,) = [row for row in json.loads(outcome.out)["rows"] if row["structure"] == "OpticChiasm"]
    assert (row["state"], row["max_total_dose_gy"], outcome.code) == (state, 25.0 if code == 0 else None, code)
    when = invoke("budget", "--when", *asked_of, stdin=json.dumps(chiasm(before)).encode())
    found = json.loads(when.out)
    assert [row["constraint_id"] for row in found["rows"]] == ["hytec-optic-2021.optic-chiasm"]
    assert [period["status"] for period in found["verdict"]] == ["violated" if code == 0 else "not_evaluated"]
    assert when.code == (1 if code == 0 else 3)
