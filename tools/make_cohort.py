"""Write the generated example cohort and the record of the errors that were put into it.

Everything is drawn from ``Generator.random`` of one seed: numpy promises the bits of its bit generators, but not what
``choice`` or ``integers`` make of them, and the files must come out the same byte for byte. Nobody in the table exists.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

FOLDER = Path(__file__).parents[1] / "data/cohorts"
TABLE, RECORD = "generated-2000.csv", "generated-2000.errors.json"
SEED, N_PATIENTS = 20231, 2000
FIRST_DAY, LAST_DAY = dt.date(2005, 1, 3), dt.date(2023, 12, 31)

COLUMNS = (
    *("patient_id", "course_id", "structure", "metric", "dose_gy", "n_fractions", "fractions_per_day"),
    *("fractions_delivered", "dose_of", "modality", "technique", "start", "end", "prior_radiotherapy"),
    *("prior_courses", "site"),
)
#: The structures near a site; a patient has the first three, and sometimes the fourth.
SITES = {
    "thorax": ("SpinalCord", "Esophagus", "BrachialPlex_L", "Brainstem"),
    "head_neck": ("Brainstem", "SpinalCord", "BrachialPlex_L", "Esophagus"),
    "spine": ("SpinalCord", "CaudaEquina", "Esophagus", "Rectum"),
    "pelvis": ("Rectum", "CaudaEquina", "SpinalCord", "Esophagus"),
}
#: Other spellings of the alias table: a cohort of several departments never has one alone.
ALIASES = {
    "SpinalCord": ("spinal cord", "myelon", "Cord"),
    "CaudaEquina": ("cauda equina", "cauda"),
    "Brainstem": ("brain stem", "BRAIN_STEM"),
    "Esophagus": ("Oesophagus",),
    "Rectum": ("rectum",),
    "BrachialPlex_L": ("left brachial plexus", "BrachialPlexus_L"),
}
#: Prescribed dose [Gy] and fractions of common schedules.
CONVENTIONAL = ((60.0, 30), (50.0, 25), (66.0, 33), (45.0, 25), (50.4, 28), (30.0, 10), (20.0, 5), (39.0, 13), (8.0, 1))
STEREOTACTIC = ((24.0, 2), (27.0, 3), (30.0, 5), (35.0, 5), (16.0, 1), (54.0, 3), (40.0, 5))

Row = dict[str, str]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Consequence:
    """A line that a reader must refuse too, because it no longer agrees with the one that holds the error."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Injected:
    """An error with what an audit must make of it; a ragged line is found by the reader of the file."""

    line: int
    patient_id: str
    kind: str
    column: str
    expected: str
    reason: str = ""
    also_quarantined: list[Consequence] = field(default_factory=list)


class Draw:
    """Choices from uniform numbers alone."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def chance(self, probability: float) -> bool:
        """Return whether something of this probability happens."""
        return bool(self._rng.random() < probability)

    def number(self, low: float, high: float) -> float:
        """Return a number from low to high."""
        return low + (high - low) * float(self._rng.random())

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._rng.random() * (high - low + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.whole(0, len(items) - 1)]


def clean_rows(draw: Draw, n_patients: int) -> list[Row]:
    """Return the rows of all patients, without any error."""
    return [row for number in range(n_patients) for row in _patient(draw, f"{number * 7 + 13:06d}")]


def _patient(draw: Draw, patient_id: str) -> list[Row]:
    kind = draw.number(0, 1)
    n_courses = 1 if kind < 0.18 else 2 if kind < 0.72 else 3 if kind < 0.92 else 4
    site = draw.one_of(tuple(SITES))
    structures = SITES[site][: 4 if draw.chance(0.2) else 3]
    is_known = draw.chance(0.85)
    same = {
        "patient_id": patient_id,
        "prior_radiotherapy": "complete" if is_known else "unknown",
        "prior_courses": str(n_courses) if is_known else "",
        "site": site,
    }
    is_vague = draw.chance(0.1)  # the record of the first course came from elsewhere and has no days
    rows = []
    for number, (start, end, total, n_fractions, technique) in enumerate(_courses(draw, n_courses)):
        length = 7 if is_vague and number == 0 else 10
        n_given = draw.whole(n_fractions // 2 + 1, n_fractions - 1) if n_fractions > 4 and draw.chance(0.03) else None
        for structure in structures:
            rows.append(
                {
                    **same,
                    "course_id": str(number + 1),
                    "structure": draw.one_of(ALIASES[structure]) if draw.chance(0.08) else structure,
                    "metric": "Max[Gy]" if draw.chance(0.7) else "D0.1cc[Gy]",
                    "dose_gy": f"{total * _share(draw):.2f}",
                    "n_fractions": str(n_fractions),
                    "fractions_per_day": "1",
                    "fractions_delivered": "" if n_given is None else str(n_given),
                    "dose_of": "" if n_given is None else "planned",
                    "modality": "photon",
                    "technique": technique,
                    "start": dt.date.fromordinal(start).isoformat()[:length],
                    "end": dt.date.fromordinal(end).isoformat()[:length],
                }
            )
    return rows


def _share(draw: Draw) -> float:
    """Return an organ's dose as a share of the prescribed one: most organs lie beside the target, some in it."""
    return draw.number(0.02, 0.5) if draw.chance(0.6) else draw.number(0.5, 1.07)


def _courses(draw: Draw, n_courses: int) -> list[tuple[int, int, float, int, str]]:
    """Return first and last day, prescribed dose, fractions and technique of courses that follow each other."""
    plans, day = [], 0
    for number in range(n_courses):
        # the first course is rarely a stereotactic one
        is_stereotactic = draw.chance(0.1 if number == 0 else 0.4)
        total, n_fractions = draw.one_of(STEREOTACTIC if is_stereotactic else CONVENTIONAL)
        day += 7 * draw.whole(9, 170) if number else 0
        # from Monday on, five fractions a week
        last = day + (n_fractions - 1) // 5 * 7 + (n_fractions - 1) % 5
        plans.append((day, last, total, n_fractions, "stereotactic" if is_stereotactic else "conventional"))
        day = last - last % 7 + 7
    first = FIRST_DAY.toordinal() + 7 * draw.whole(0, (LAST_DAY - FIRST_DAY).days // 7 - day // 7)
    return [(first + low, first + high, total, n, technique) for low, high, total, n, technique in plans]


#: Kind, number of them, column, and the reason for which the row itself is refused.
ERRORS = (
    ("decimal_comma", 6, "dose_gy", "not_allowed"),
    ("dose_999", 5, "dose_gy", "sentinel"),
    ("negative_dose", 5, "dose_gy", "not_allowed"),
    ("empty_n_fractions", 5, "n_fractions", "missing"),
    ("half_a_fraction", 4, "n_fractions", "not_allowed"),
    ("two_digit_year", 4, "start", "not_allowed"),
    ("end_before_start", 4, "end", "before_start"),
    ("unknown_structure", 6, "structure", ""),
    ("unknown_modality", 4, "modality", "not_allowed"),
    ("exact_duplicate", 6, "", ""),
    ("duplicate_with_another_dose", 4, "dose_gy", "differs_between_rows"),
    ("prior_courses_differ", 4, "prior_courses", "differs_from_courses"),
    ("fractions_delivered_above_planned", 3, "fractions_delivered", "more_than_planned"),
    ("ragged_line", 1, "", "ragged"),
)
EXPECTED = {"unknown_structure": "unknown_structure", "exact_duplicate": "duplicate"}
#: What all rows of a course must agree on, and the reason of those that do not.
_SHARED = {
    "n_fractions": "differs_within_phase",
    "fractions_delivered": "differs_within_phase",
    "start": "differs_within_course",
    "end": "differs_within_course",
    "modality": "differs_within_course",
}


def inject(draw: Draw, rows: list[Row]) -> tuple[list[list[str]], list[Injected]]:
    """Return the lines of the table with the errors in it, and the record of them.

    Every patient has one error at most, so that no error hides another one.
    """
    by_patient: dict[str, list[Row]] = {}
    for row in rows:
        by_patient.setdefault(row["patient_id"], []).append(row)
    able = [name for name, own in by_patient.items() if _may_hold_any(own)]
    chosen: dict[str, tuple[str, str, str]] = {}
    for kind, count, column, reason in ERRORS:
        for _ in range(count):
            chosen[able.pop(draw.whole(0, len(able) - 1))] = (kind, column, reason)
    lines: list[list[str]] = []
    record: list[Injected] = []
    for name, own in by_patient.items():
        # line 1 is the header
        first_line = len(lines) + 2
        if name in chosen:
            cells, error = _with_error(draw, own, *chosen[name])
            also = [replace(item, line=item.line + first_line) for item in error.also_quarantined]
            record.append(replace(error, line=error.line + first_line, also_quarantined=also))
        else:
            cells = [[row[name] for name in COLUMNS] for row in own]
        lines += cells
    return lines, record


def _may_hold_any(own: list[Row]) -> bool:
    is_plain = all(len(row["start"]) == 10 and not row["fractions_delivered"] for row in own)
    return is_plain and own[0]["prior_radiotherapy"] == "complete" and own[-1]["course_id"] != "1"


def _with_error(draw: Draw, own: list[Row], kind: str, column: str, reason: str) -> tuple[list[list[str]], Injected]:
    """Return the cells of a patient with one error, and its record with lines that count from the patient's first."""
    own = [dict(row) for row in own]
    at = draw.whole(0, len(own) - 1)
    row, also = own[at], []
    if kind in {"exact_duplicate", "duplicate_with_another_dose"}:
        copy = dict(row)
        if kind == "duplicate_with_another_dose":
            copy["dose_gy"] = f"{float(row['dose_gy']) + 1.5:.2f}"
            also = [Consequence(at, column, reason)]
        own.append(copy)
        at = len(own) - 1
    elif kind == "prior_courses_differ":
        # the count is the patient's, so an export repeats it in every row
        stated = str(int(row["prior_courses"]) + 1)
        for other in own:
            other["prior_courses"] = stated
        at, also = 0, [Consequence(index, column, reason) for index in range(1, len(own))]
    elif kind != "ragged_line":
        row |= _slip(kind, row)
        if column in _SHARED:
            also = [
                Consequence(index, column, _SHARED[column])
                for index, other in enumerate(own)
                if index != at and other["course_id"] == row["course_id"]
            ]
    cells = [[item[name] for name in COLUMNS] for item in own]
    if kind == "ragged_line":
        cells[at].append("checked")
    return cells, Injected(at, row["patient_id"], kind, column, EXPECTED.get(kind, "quarantined"), reason, also)


def _slip(kind: str, row: Row) -> Row:
    start, more = dt.date.fromisoformat(row["start"]), str(int(row["n_fractions"]) + 2)
    slips = {
        "decimal_comma": {"dose_gy": row["dose_gy"].replace(".", ",")},
        "dose_999": {"dose_gy": "999"},
        "negative_dose": {"dose_gy": f"-{row['dose_gy']}"},
        "empty_n_fractions": {"n_fractions": ""},
        "half_a_fraction": {"n_fractions": "12.5"},
        "two_digit_year": {"start": start.strftime("%d.%m.%y")},
        "end_before_start": {"end": (start - dt.timedelta(days=7)).isoformat()},
        "unknown_structure": {"structure": "Cord old2"},
        "unknown_modality": {"modality": "x-rays"},
        "fractions_delivered_above_planned": {"fractions_delivered": more, "dose_of": "planned"},
    }
    return slips[kind]


def write(folder: Path) -> None:
    """Write the table and the record of its errors into a folder."""
    draw = Draw(SEED)
    lines, record = inject(draw, clean_rows(draw, N_PATIENTS))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    (folder / TABLE).write_bytes(text.getvalue().encode())
    errors = ",\n".join(json.dumps(_as_data(error)) for error in record)
    (folder / RECORD).write_bytes(f"[\n{errors}\n]\n".encode())


def _as_data(error: Injected) -> dict[str, Any]:
    return {name: value for name, value in asdict(error).items() if value not in ("", []) or name == "column"}


def main(arguments: Sequence[str]) -> int:
    """Write the files into the folder that is named, or into that of the repository."""
    write(Path(arguments[0]) if arguments else FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
