"""What a budget has no answer to is named, and is no success: exit code 3."""

from __future__ import annotations

import json
import re
from typing import Any

from cli.runner import invoke

SKIN: dict[str, Any] = {
    "schema": "reirrad-case/1",
    "case_id": "A",
    "prior_radiotherapy": "complete",
    "prior_courses": 1,
    "structures": ["Skin"],
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
            "dose": {"Skin": {"Max[Gy]": 55, "D0.1cc[Gy]": 55, "basis": "plan"}},
        }
    ],
}
TAIL = ": no constraint that decides applies to such a course; that is no dose that is left"


def asked(raw: dict[str, Any], *options: str) -> tuple[int, dict[str, Any], list[str]]:
    given = ("budget", "--edition", "paradis-rulach-2021", *options, "-")
    outcome = invoke(*given, stdin=json.dumps(raw).encode())
    document = invoke(*given[:1], "--format", "json", *given[1:], stdin=json.dumps(raw).encode())
    text = re.sub(r"\n {4,}", " ", outcome.out)
    notes = [line.strip(" -") for line in text.splitlines() if line.startswith("  - structure")]
    assert notes == [note for note in json.loads(document.out)["notes"] if note.startswith("structure")]
    assert document.code == outcome.code
    return outcome.code, json.loads(document.out), notes


def test_o04_a_further_course_without_a_rule() -> None:
    """O04: three intervals of four vanished without a word, and the exit code was 0."""
    code, found, notes = asked(SKIN, "--fractions", "30", "--intervals", "3,6,12,24")
    assert code == 3
    assert notes == [f"structure Skin, 3, 12 and 24 months after the last course{TAIL}"]
    assert [row["interval_months"] for row in found["rows"]] == [6]
    assert found["unanswered"] == [
        {"structure": "Skin", "n_fractions": 30, "interval_months": months} for months in (3, 12, 24)
    ]


def test_where_everything_has_an_answer() -> None:
    code, found, notes = asked(SKIN, "--fractions", "10,30", "--intervals", "6")
    assert (code, found["unanswered"], notes) == (0, [], [])


def test_where_nothing_has_an_answer() -> None:
    code, found, notes = asked(SKIN, "--fractions", "10,30", "--intervals", "3")
    assert (code, found["rows"], notes) == (3, [], [f"structure Skin{TAIL}"])


def test_some_fraction_numbers() -> None:
    """Stereotactic limits of TG-101 are for 1, 3 and 5 fractions of a first course."""
    raw = SKIN | {"structures": ["Esophagus"], "prior_radiotherapy": "none", "course": []}
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
    course = SKIN["course"][0] | {"dose": brain, "schedule": "50 Gy / 25"}
    raw = SKIN | {"structures": ["Brain"], "course": [course]}
    outcome = invoke("budget", "--edition", "quantec-2010", "--format", "json", "-", stdin=json.dumps(raw).encode())
    found = json.loads(outcome.out)
    assert found["rows"] == []
    assert f"structure Brain{TAIL}" in found["notes"]
    assert outcome.code == 3


def test_intervals_without_a_course() -> None:
    raw = SKIN | {"prior_radiotherapy": "none", "course": []}
    del raw["prior_courses"]
    outcome = invoke("budget", "--intervals", "6", "-", stdin=json.dumps(raw).encode())
    assert outcome.code == 2
    assert "--intervals is for a case that lists a course; this one has none" in outcome.err
