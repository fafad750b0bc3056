"""What holds of a case file, whether TOML or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fuzz.contract import check_refusal
from reirrad.errors import CaseError
from reirrad.ingest import parse_case_bytes
from reirrad.model.case import Case
from reirrad.model.dates import parse_date_range
from reirrad.model.schedule import parse_schedule

CASES = Path(__file__).parents[2] / "data" / "cases"

SMALL = b"""\
schema = "reirrad-case/1"
case_id = "A"
prior_radiotherapy = "complete"
prior_courses = 1
structures = ["SpinalCord"]
[[course]]
id = "1"
role = "delivered"
modality = "photon"
technique = "conventional"
end = "2014-02-07"
schedule = "50 Gy / 25"
fractions_per_day = 1
dose.SpinalCord = { "Max[Gy]" = 45.0, basis = "plan" }
[[course]]
id = "2"
role = "proposed"
modality = "photon"
technique = "stereotactic"
start = "2016-03"
schedule = "10 x 3 Gy"
fractions_per_day = 1
dose.SpinalCord = { "Max[Gy]" = [18, 20.5], "D0.1cc[cGy]" = 1700 }
"""
PHASES = b"""\
schema = "reirrad-case/1"
case_id = "B"
structures = ["SpinalCord", "ThecalSac"]
point_maximum = "D0.03cc[Gy]"
repair_half_time_h = { SpinalCord = 2 }
age_years = 50
note = "x"
[[course]]
id = "1"
role = "delivered"
modality = "proton"
fractions_per_day = 2
hours_between_fractions = 6
n_phases = 2
phase = [{schedule = "20 x 1.2 Gy", fractions_delivered = 18, dose_of = "planned"}, {schedule = "10 Gy / 10"}]
[[course]]
id = "2"
role = "delivered"
modality = "photon"
fractions_per_day = 1
months_since_previous = 29
dose.ThecalSac = { "D0.03cc[Gy]" = 5, "V20Gy[%]" = 3, "Mean[Gy]" = 1, target_distance_mm = 3 }
"""

TOKENS = [
    *('"complete"', '"partial"', '"none"', '"delivered"', '"proposed"', '"photon"', '"proton"', '"stereotactic"'),
    *('"planned"', '"delivered"', '"plan"', '"prescription"', '"estimate"', '"SpinalCord"', '"ThecalSac"'),
    *('"SpinalCanal"', '"Sp Cord new2"', '"Max[Gy]"', '"D0.1cc[Gy]"', '"V20Gy[%]"', '"BED[Gy]"', '"50 Gy / 25"'),
    *('"50 / 25"', '"5 x 6 Gy"', '"2016"', '"2014-01/2014-12"', '"2016-11/.."', "2016-01-01", "2016-01-01T10:00:00Z"),
    *("0", "1", "2", "50", "-1", "0.0", "-0.0", "1e-9", "1e999", "99.99", "5000", "1" + "0" * 400, "0x" + "f" * 300),
    *(
        "nan",
        "inf",
        "true",
        "null",
        '""',
        "[]",
        "{}",
        "[1, 2]",
        "[2, 1]",
        '["SpinalCord"]',
        '"A"',
        "[[1]]",
        "[0, 1e300]",
    ),
    *('"\\u202e"', '"\\ud800"', '"\\u0000"', '"\xa0"', '"\u0665"', "\x00", "\x1b", "\ufeff", "\r\n", "#", "'''", '"""'),
    *("[[course]]", "[course.dose.SpinalCord]", "prior_courses = 0", "months_since_previous = 6", "n_phases = 1"),
    *("fractions_delivered = 10", 'dose_of = "planned"', "hours_between_fractions = 6", "fractions_per_day = 2"),
    *('point_maximum = "D0.1cc[Gy]"', "unknown_key = 1", "a.b.c = 1", "[", "{"),
]


def seeds() -> list[bytes]:
    """Return case files in TOML."""
    return [SMALL, PHASES, *(path.read_bytes() for path in sorted(CASES.glob("*.toml")) if path.stat().st_size < 2500)]


def read_case(data: bytes) -> Case | None:
    """Return the case of some bytes, or nothing where it is refused in good words."""
    try:
        return parse_case_bytes(data, source="fuzz")
    except CaseError as error:
        check_refusal(error)
        return None


def check_case(case: Case) -> None:
    """What was read can be written and is read as the same case; every part of it means something."""
    document = case.model_dump(mode="json", by_alias=True, exclude_none=True)
    again = parse_case_bytes(json.dumps(document, ensure_ascii=False).encode(), source="printed")
    assert again == case
    assert case.case_id.strip()
    assert len(case.structures) >= 1
    delivered = sum(course.role == "delivered" for course in case.course)
    # H03, D07, D24: what is asserted of the history holds for what is listed
    assert len(case.course) - delivered <= 1
    assert case.prior_radiotherapy != "none" or delivered == 0
    assert case.prior_radiotherapy != "complete" or case.prior_courses == delivered
    for course in case.course:
        for text in (course.start, course.end):
            assert text is None or parse_date_range(text)
        for part in (course, *course.phase):
            _check_phase(part)


def _check_phase(part: Any) -> None:
    schedule = parse_schedule(part.schedule) if part.schedule is not None else None
    if part.fractions_delivered is not None:
        assert schedule is not None
        assert 1 <= part.fractions_delivered <= schedule.n_fractions
    for dose in part.dose.values():
        for low, high in dose.metrics.values():
            assert 0 <= low <= high < float("inf")
