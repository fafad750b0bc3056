"""Random cases written as a case file in TOML and in JSON, and as rows of a cohort table."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reirrad.selftest.oracle.facts import parse_schedule
from reirrad.selftest.random_doses import make_consistent

Raw = dict[str, Any]
Row = dict[str, str]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def toml_text(raw: Raw) -> str:
    """Return a case as TOML: courses as tables, days as dates, the rest of a course on one line each."""
    lines = [f"{_key(key)} = {_value(value)}" for key, value in raw.items() if key != "course"]
    for course in raw["course"]:
        lines.append("[[course]]")
        for key, value in course.items():
            is_day = key in ("start", "end") and _DAY.fullmatch(value)
            lines.append(f"{_key(key)} = {value if is_day else _value(value)}")
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def as_a_table_can_say(raw: Raw) -> Raw:
    """Return a case without what tables have no column for: ranges, volumes, distances, unknown fraction numbers."""
    plain = {key: value for key, value in copy.deepcopy(raw).items() if key != "point_maximum"}
    is_chain = any("months_since_previous" in course for course in plain["course"])
    for course in plain["course"]:
        if is_chain:  # an order that is stated needs no days
            course.pop("start", None)
            course.pop("end", None)
        for phase in course.get("phase", [course]):
            phase.setdefault("schedule", "12.34 Gy / 7")
            for table in phase.get("dose", {}).values():
                for key in [key for key in table if key != "basis" and not key.endswith("Gy]")]:
                    del table[key]
                table |= {key: value[0] for key, value in table.items() if isinstance(value, list)}
            make_consistent(phase.get("dose", {}), None)
    return plain


def rows_of(raw: Raw) -> list[Row]:
    """Return the rows of a case; every course has a row for every judged structure, unknown doses as empty cells."""
    is_chain = any("months_since_previous" in course for course in raw["course"])
    rows = []
    for position, course in enumerate(raw["course"], start=1):
        of_course = {
            "patient_id": raw["case_id"],
            "course_id": course["id"],
            "course_number": str(position) if is_chain else "",
            "n_phases": str(len(course.get("phase", [course]))),
        }
        for key in ("modality", "technique", "role", "fractions_per_day", "hours_between_fractions", "start", "end"):
            of_course[key] = _text(course.get(key))
        of_course["months_since_previous"] = _text(course.get("months_since_previous"))
        for key in ("prior_radiotherapy", "prior_courses"):
            of_course[key] = _text(raw.get(key))
        for number, phase in enumerate(course.get("phase", [course])):
            n, total = parse_schedule(phase["schedule"])
            of_phase = of_course | {
                "phase_id": str(number),
                "n_fractions": str(n),
                "scheduled_dose_gy": _decimal(total),
            }
            for key in ("fractions_delivered", "dose_of"):
                of_phase[key] = _text(phase.get(key))
            for structure in raw["structures"]:
                rows += _rows_of_dose(of_phase, raw, structure, phase.get("dose", {}).get(structure, {}))
    return rows


def _rows_of_dose(of_phase: Row, raw: Raw, structure: str, table: Raw) -> list[Row]:
    row = of_phase | {
        "structure": structure,
        "repair_half_time_h": _text(raw.get("repair_half_time_h", {}).get(structure)),
        "basis": _text(table.get("basis")),
    }
    doses = {key: value for key, value in table.items() if key != "basis"} or {"Max[Gy]": ""}
    rows = []
    for metric, value in doses.items():
        in_gray = _text(value) if metric.endswith("[Gy]") or value == "" else str(Decimal(str(value)) / 100)
        rows.append(row | {"metric": metric.replace("[cGy]", "[Gy]"), "dose_gy": in_gray})
    return rows


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _decimal(number: Fraction) -> str:
    return str(Decimal(number.numerator) / Decimal(number.denominator))
