"""Random cases made wider: other metrics as point maximum, prescriptions as ranges, and up to nine courses.

Each is a random case (:mod:`reirrad.selftest.random_cases`) of which something is stated in another way. What comes out
may contradict itself; :func:`wider_cases` leaves out what the program refuses, and says how many those were.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from reirrad.engine.from_cases import prepare
from reirrad.errors import CaseError
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.selftest.draws import Draws
from reirrad.selftest.random_cases import RandomCases

Raw = dict[str, Any]
#: By volume and by fraction of the volume; those that no structure states stand for nothing.
POINT_MAXIMA = ("D0.01cc[Gy]", "D0.03cc[Gy]", "D0.1cc[Gy]", "D1cc[Gy]", "D1%[Gy]", "D2%[Gy]")
_MOST_COURSES = 9
#: Beside the numbers of the cases that are not widened.
_SALT = "wider"


def wider_cases(drawn: RandomCases, seed: int, indices: Sequence[int], library: Library) -> tuple[list[Raw], int]:
    """Return the cases of some numbers that the program reads, and how many it refuses."""
    raws = [widened(drawn.case(seed, index), Draws(seed, index)) for index in indices]
    read = [raw for raw in raws if _is_read(raw, library)]
    return read, len(raws) - len(read)


def _is_read(raw: Raw, library: Library) -> bool:
    try:
        prepare([parse_case(raw)], library)
    except CaseError:
        return False
    return True


def widened(raw: Raw, draws: Draws) -> Raw:
    """Return a case of which something is stated in another way."""
    raw = copy.deepcopy(raw) | {"case_id": f"{_SALT} {raw['case_id']}"}
    if draws.chance(2):
        _with_point_maximum(raw, draws)
    if draws.chance(2):
        for table in _doses(raw):
            _with_range(table, draws)
    if draws.chance(3):
        _with_more_courses(raw, draws)
    return raw


def _doses(raw: Raw) -> list[Raw]:
    phases = [phase for course in raw["course"] for phase in course.get("phase", [course])]
    return [table for phase in phases for table in phase.get("dose", {}).values()]


def _with_point_maximum(raw: Raw, draws: Draws) -> None:
    """Name a metric as point maximum, mostly one that is stated, and take out the Max that it stands for."""
    stated = {key.replace("[cGy]", "[Gy]") for table in _doses(raw) for key in table}
    raw["point_maximum"] = draws.one_of([*[name for name in POINT_MAXIMA if name in stated] * 4, *POINT_MAXIMA])
    label = raw["point_maximum"].partition("[")[0]
    for table in _doses(raw):
        if any(key.partition("[")[0] == label for key in table):
            for key in [key for key in table if key.startswith("Max[")]:
                del table[key]


def _with_range(table: Raw, draws: Draws) -> None:
    """State a number as a range that includes it; prescriptions, too."""
    for key, value in table.items():
        if "[" in key and not isinstance(value, list | str) and value > 0 and draws.chance(2):
            # twice the number is beyond what a volume in percent may be
            low, high = draws.one_of([(value // 2, value), (value, value + 3), (value // 2, value + 3)])
            table[key] = [low, high] if low < high else value


def _with_more_courses(raw: Raw, draws: Draws) -> None:
    """Add courses that repeat one of the case under another name: without dates, with the years of its own, or others.

    Not on its days: what one day gives counts together, and such a case is refused.
    """
    delivered = [course for course in raw["course"] if course["role"] == "delivered"]
    if not delivered or any("months_since_previous" in course for course in raw["course"]):
        return
    count = draws.whole(len(raw["course"]) + 1, _MOST_COURSES)
    more = []
    for number in range(len(raw["course"]), count):
        course = copy.deepcopy(draws.one_of(delivered)) | {"id": f"again {number}"}
        if draws.chance(3):
            course = {key: value for key, value in course.items() if key not in ("start", "end")}
        else:
            change = _later if draws.chance(2) else _year
            course = {key: change(value, draws) if key in ("start", "end") else value for key, value in course.items()}
        more.append(course)
    raw["course"] = draws.some_of([*raw["course"], *more], count)
    if raw.get("prior_radiotherapy") == "complete":
        raw["prior_courses"] = len(delivered) + len(more)


def _later(day: str, draws: Draws) -> str:
    """Return a date some years before or after, as it is stated; of ranges both ends."""
    years = draws.one_of([-3, -2, -1, 1, 2, 3])
    return "/".join(end if end == ".." else f"{int(end[:4]) + years}{end[4:]}" for end in day.split("/"))


def _year(day: str, _: Draws) -> str:
    """Return the year of a date, or the years of the ends of a range."""
    return "/".join(end[:4] for end in day.split("/"))
