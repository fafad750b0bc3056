"""Random patients as rows of a cohort table, and the same patients as case files."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

Row = dict[str, str]
STRUCTURES = ("SpinalCord", "CaudaEquina", "Esophagus", "Rectum", "Bladder")
_METRICS = ("Max[Gy]", "D0.03cc[Gy]", "D0.1cc[Gy]", "D1cc[Gy]")


def rows_of_patient(random_: random.Random, number: int) -> list[Row]:
    """Return the rows of one patient: courses in dates that may be partial, phases, metrics, histories."""
    patient = f"{number:05}"
    day = dt.date(2006, 1, 1) + dt.timedelta(days=random_.randrange(3000))
    n_courses = random_.choice([1, 2, 2, 2, 3, 4])
    history = random_.choice(["complete", "complete", "complete", "unknown", "partial"])
    has_proposed = random_.random() < 0.3
    structures = random_.sample(STRUCTURES, random_.randint(1, 3))
    rows: list[Row] = []
    for course in range(1, n_courses + 1):
        n = random_.choice([1, 3, 5, 10, 20, 25])
        end = day + dt.timedelta(days=int(n * 1.4))
        is_partial = random_.random() < 0.2
        twice = n >= 10 and random_.random() < 0.15
        common = {
            "patient_id": patient,
            "course_id": str(course),
            "fractions_per_day": "2" if twice else "1",
            "hours_between_fractions": "6" if twice and random_.random() < 0.5 else "",
            "modality": random_.choice(["photon"] * 9 + ["proton"]),
            "technique": random_.choice(["conventional", "stereotactic", ""]),
            "role": "proposed" if has_proposed and course == n_courses else "delivered",
            "start": f"{day:%Y-%m}" if is_partial else day.isoformat(),
            "end": f"{end:%Y-%m}" if is_partial else end.isoformat(),
            "prior_radiotherapy": history,
            "prior_courses": str(n_courses - has_proposed) if history == "complete" else "",
        }
        n_phases = random_.choice([1, 1, 1, 2]) if n > 3 else 1
        for phase in range(1, n_phases + 1):
            part = n if n_phases == 1 else (n // 2 if phase == 1 else n - n // 2)
            scheduled = round(part * random_.choice([1.8, 2.0, 3.0, 7.5]), 2)
            for structure in structures:
                metric = random_.choice(_METRICS)
                part_of_it = random_.choice([0, 0.2, 0.6, 1.0, 1.05])
                basis = random_.choice(["plan", "plan", "prescription", ""])
                dose = round(scheduled * part_of_it, 2)
                if basis == "prescription" and part_of_it not in (0, 1):
                    basis = "plan"  # a prescription is the dose of its schedule
                if part > 1 and abs(dose * part - scheduled) < 1e-9:
                    dose += 0.5  # the dose per fraction would be asked about
                rows.append(
                    common
                    | {
                        "phase_id": str(phase),
                        "n_phases": str(n_phases),
                        "n_fractions": str(part),
                        "scheduled_dose_gy": f"{scheduled:g}",
                        "structure": structure,
                        "metric": metric,
                        "dose_gy": f"{dose:g}",
                        "basis": basis,
                    }
                )
        day = end + dt.timedelta(days=random_.choice([20, 100, 182, 200, 400, 1200]))
    return rows


def case_of(rows: list[Row]) -> dict[str, Any]:
    """Return the case file that says what the rows of one patient say."""
    first = rows[0]
    courses: dict[str, list[Row]] = {}
    for row in rows:
        courses.setdefault(row["course_id"], []).append(row)
    case: dict[str, Any] = {
        "schema": "reirrad-case/1",
        "case_id": first["patient_id"],
        "structures": list(dict.fromkeys(row["structure"] for row in rows)),
        "prior_radiotherapy": first["prior_radiotherapy"],
        "course": [_course(items) for items in courses.values()],
    }
    if first["prior_courses"]:
        case["prior_courses"] = int(first["prior_courses"])
    return case


def _course(rows: list[Row]) -> dict[str, Any]:
    first = rows[0]
    course: dict[str, Any] = {
        "id": first["course_id"],
        "role": first["role"],
        "modality": first["modality"],
        "fractions_per_day": int(first["fractions_per_day"]),
        "start": first["start"],
        "end": first["end"],
    }
    if first["technique"]:
        course["technique"] = first["technique"]
    if first["hours_between_fractions"]:
        course["hours_between_fractions"] = float(first["hours_between_fractions"])
    phases: dict[str, list[Row]] = {}
    for row in rows:
        phases.setdefault(row["phase_id"], []).append(row)
    tables = [_phase(items) for items in phases.values()]
    if len(tables) == 1:
        return course | tables[0]
    return course | {"n_phases": len(tables), "phase": tables}


def _phase(rows: list[Row]) -> dict[str, Any]:
    doses: dict[str, dict[str, Any]] = {}
    for row in rows:
        table = doses.setdefault(row["structure"], {})
        table[row["metric"]] = float(row["dose_gy"])
        if row["basis"]:
            table["basis"] = row["basis"]
    first = rows[0]
    return {"schedule": f"{first['scheduled_dose_gy']} Gy / {first['n_fractions']}", "dose": doses}
