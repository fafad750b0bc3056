"""Cases as patients of a cohort table, with cells, columns and rows lost: no patient may look better for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from audit.test_memory import COLUMNS, as_a_table_can_say, rows_of
from campaign.clean_cases import Raw
from campaign.random_campaign import Tally, maker
from reirrad import audit
from reirrad.errors import TableError
from reirrad.library import Library
from reirrad.model.schedule import parse_schedule

Row = dict[str, Any]
NAMES = (*COLUMNS, "scheduled_dose_gy")
_OPEN = ("partial", "unknown", "")

ACCEPTED = {
    "row of nobody": "patient_id is gone from every row of the patient, or with its comma from a line, whose cells "
    "then belong to nobody known. The rows are quarantined, and the audit ends with 3.",
    "as scheduled": "fractions_delivered and dose_of are both gone: what is left says, by the contract, that the "
    "course was given as scheduled.",
    "folded phases": "phase_id is gone from every row of phases that say the same: rows that repeat another are "
    "folded, and counted as that.",
    "unlisted course": "role is gone and the history is not stated as complete: nothing is proposed any more.",
    "structure of nobody": "structure is gone from every row of a structure: no row says any more what was violated. "
    "The rows are quarantined, and the patient is violated by another structure.",
    "nothing applied": "No limit applied before.",
}


@dataclass(slots=True)
class Patient:
    """What an audit says of a patient."""

    verdict: str = "absent"
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)


def rows_of_case(raw: Raw, patient: str) -> list[Row]:
    """Return the rows of a case, with what was prescribed."""
    plain = as_a_table_can_say(raw)
    scheduled = {
        (course["id"], str(number)): f"{parse_schedule(phase['schedule']).total_dose_gy:f}"
        for course in plain["course"]
        for number, phase in enumerate(course.get("phase", [course]))
    }
    return [
        row | {"scheduled_dose_gy": scheduled[row["course_id"], row["phase_id"]]} for row in rows_of(plain, patient)
    ]


def audited(rows: Sequence[Row], names: Iterable[str] = NAMES, library: Library | None = None) -> dict[str, Patient]:
    """Return what an audit in memory says of every patient; an empty cell is ``None`` or blank text."""
    columns: dict[str, Any] = {}
    for name in names:
        columns[name] = np.empty(len(rows), dtype=object)
        columns[name][:] = [row[name] for row in rows]
    findings = audit(columns, library=library)
    summary = findings.patients.columns
    patients = {
        name: Patient(str(verdict)) for name, verdict in zip(summary["patient_id"], summary["verdict"], strict=True)
    }
    keys = (findings.columns[name].tolist() for name in ("patient_id", "constraint_id", "structure", "status"))
    for name, constraint, structure, status in zip(*keys, strict=True):
        patients[name].statuses[constraint, structure] = status
    return patients


def improved(before: Patient, after: Patient) -> list[str]:
    """Return what looks better after a loss."""
    better = [
        f"{constraint} {structure}: violated to {after.statuses.get((constraint, structure), 'absent')}"
        for (constraint, structure), status in before.statuses.items()
        if status == "violated"
        and after.statuses.get((constraint, structure), "absent") not in ("violated", "not_evaluated")
        # where no row says any more which structure it is about, the patient is not evaluated
        and not ((constraint, structure) not in after.statuses and after.verdict == "not_evaluated")
    ]
    if after.verdict == "met" and before.verdict != "met":
        better.append(f"{before.verdict} to met")
    return better


def blanked(random_: random.Random, rows: list[Row]) -> tuple[list[Row], list[str]]:
    """Return the rows with one to four cells blank, or a column of them, and which those are."""
    changed = [dict(row) for row in rows]
    kind = random_.random()
    if kind < 0.2:
        name = random_.choice(NAMES)
        for row in changed:
            row[name] = None
        return changed, [name]
    names = []
    for _ in range(1 if kind < 0.7 else random_.choice((2, 3, 4))):
        number, name = random_.randrange(len(rows)), random_.choice(NAMES)
        changed[number][name] = random_.choice((None, "", "  "))
        names.append(f"{number}:{name}")
    return changed, names


def reason_accepted(rows: list[Row], lost: list[str], before: Patient, after: Patient, better: list[str]) -> str | None:
    """Return which of :data:`ACCEPTED` explains that a patient looks better, if one does."""
    names = {name.rpartition(":")[2].removesuffix(" shifted") for name in lost}
    if "patient_id" in names and (
        after.verdict == "absent" or any(name.endswith("patient_id shifted") for name in lost)
    ):
        return "row of nobody"
    if {"fractions_delivered", "dose_of"} <= names:
        return "as scheduled"
    phases = [{name: value for name, value in row.items() if name != "phase_id"} for row in rows]
    if "phase_id" in names and any(row in phases[:at] for at, row in enumerate(phases)):
        return "folded phases"
    if "role" in names and rows[0]["prior_radiotherapy"] in _OPEN:
        return "unlisted course"
    if "structure" in names and after.verdict == "violated":
        named = {
            row["structure"] for place, row in enumerate(rows) if not {"structure", f"{place}:structure"} & set(lost)
        }
        if all(text.endswith(" absent") and text.split()[1].removesuffix(":") not in named for text in better):
            return "structure of nobody"
    applies = set(before.statuses.values()) - {"not_applicable"}
    return "nothing applied" if not applies and better == ["not_evaluated to met"] else None


def run_tables(seed: int, numbers: range, batch: int = 400) -> Tally:
    """Audit random patients with and without what is lost of them."""
    tally = Tally()
    for first in range(numbers.start, numbers.stop, batch):
        some = range(first, min(first + batch, numbers.stop))
        base = {number: rows_of_case(maker().case(seed, number), f"{number}") for number in some}
        lost: dict[int, list[str]] = {}
        rows = [row for own in base.values() for row in own]
        for number, own in base.items():
            random_ = random.Random(f"{seed}/{number}/cells")  # noqa: S311
            changed, lost[number] = blanked(random_, [row | {"patient_id": f"{number} lost"} for row in own])
            # a row without an id may be about its neighbours: let that be somebody else
            rows += [own[0] | {"patient_id": f"{number} between"}, *changed]
        patients = audited(rows)
        for number, own in base.items():
            before, after = patients[f"{number}"], patients.get(f"{number} lost", Patient())
            _count(tally, before, after)
            better = improved(before, after)
            if better:
                _report(tally, {"seed": seed, "number": number, "lost": lost[number]}, own, (before, after), better)
    return tally


def run_columns(seed: int, numbers: range) -> Tally:
    """Audit random patients of a table from which one column is gone, one after the other."""
    tally = Tally()
    base = {number: rows_of_case(maker().case(seed, number), f"{number}") for number in numbers}
    rows = [row for own in base.values() for row in own]
    patients = audited(rows)
    for name in NAMES:
        try:
            without = audited(rows, [other for other in NAMES if other != name])
        except TableError:
            tally.counts[f"column {name}: refused"] += 1
            continue
        for number, own in base.items():
            before, after = patients[f"{number}"], without[f"{number}"]
            tally.counts[f"column {name}: {before.verdict} to {after.verdict}"] += 1
            better = improved(before, after)
            if better:
                _report(tally, {"seed": seed, "number": number, "lost": [name]}, own, (before, after), better)
    return tally


def _count(tally: Tally, before: Patient, after: Patient) -> None:
    tally.counts["patients"] += 1
    tally.counts[f"{before.verdict} to {after.verdict}"] += 1
    applies = Counter(before.statuses.values())
    tally.counts["clean: findings that apply"] += sum(applies.values()) - applies["not_applicable"]
    tally.counts["clean: findings not evaluated"] += applies["not_evaluated"]


def _report(
    tally: Tally, what: dict[str, Any], rows: list[Row], patient: tuple[Patient, Patient], better: list[str]
) -> None:
    accepted = reason_accepted(rows, what["lost"], *patient, better)
    if accepted is not None:
        tally.counts[f"accepted: {accepted}"] += 1
    else:
        tally.failures.append(what | {"improved": better, "rows": rows})
