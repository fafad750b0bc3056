"""The cases that a budget asks about: the courses before, and a further one with a fraction number and a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reirrad.engine.from_cases import date_ends
from reirrad.engine.intervals import days_after_months
from reirrad.errors import InputError, Problem, shown
from reirrad.library import Library
from reirrad.model.case import Case, Course, Technique
from reirrad.model.consistency import problems_of_case
from reirrad.model.dates import parse_date_range
from reirrad.model.metric import parse_metric
from reirrad.model.names import folded
from reirrad.model.schedule import parse_schedule

_EPOCH = dt.date(1970, 1, 1)
_NAME = "further course"
#: Stands where every dose is tried; small, so that it is not taken for a slip, e.g. for the dose of one fraction.
_SOME_DOSE_GY = 0.01


@dataclass(frozen=True, slots=True)
class Question:
    """A further course for one structure, and how many fractions it has."""

    before: dict[str, Any]
    course: dict[str, Any]
    #: as the case writes it, and by its TG-263 name
    name: str
    structure: str
    n_fractions: int
    #: whether the schedule is that of the case, and not only a number of fractions
    is_prescribed: bool
    #: stated for the course that the case proposes
    target_distance_mm: float | None
    #: assumed, where the case proposes no course
    interval_months: int | None

    def case_for(self, metric: str) -> Case:
        """Return the case with some dose to the structure, stated in a metric and as Max, or what stands for it."""
        maximum = self.before.get("point_maximum", "Max[Gy]")
        if parse_metric(metric).metric == parse_metric(maximum).metric or metric == "Max[Gy]":
            metric = maximum
        table: dict[str, Any] = {metric: _SOME_DOSE_GY, maximum: _SOME_DOSE_GY, "basis": "plan"}
        if self.target_distance_mm is not None:
            table["target_distance_mm"] = self.target_distance_mm
        course = self.course | {"dose": {self.name: table}}
        return Case.model_validate(self.before | {"course": [*self.before["course"], course]})


def questions(
    case: Case,
    library: Library,
    n_fractions: Sequence[int],
    technique: Technique | None,
    intervals_months: Sequence[int],
) -> Iterator[Question]:
    """Yield every question: by structure, interval and fraction number.

    Raises
    ------
    InputError
        If the case does not agree with itself, or no further course can be dated.
    """
    problems = problems_of_case(case)
    if case.proposed is not None and technique is not None:
        what = "the case proposes a course: its technique counts"
        problems.append(Problem("technique", what, shown(technique), hint="leave the option out, or change the case"))
    if problems:
        raise InputError(case.case_id, problems)
    raw = case.model_dump(mode="json", by_alias=True, exclude_none=True)
    courses = [course for course in raw.get("course", []) if course["role"] == "delivered"]
    dated = list(_courses(case, technique, intervals_months))
    if _is_counted_in_months(case):
        # of one course the interval is all that its dates are for
        courses = [{key: value for key, value in course.items() if key not in ("start", "end")} for course in courses]
    names = {name: library.structures.canonical(name) for name in case.structures}
    related = {
        structure
        for _, rule in library.judged()
        if rule.applies_to_related
        for structure in rule.structures
        if any(known and library.structures.are_related(known, structure) for known in names.values())
    }
    own = [(canonical, name) for name, canonical in names.items() if canonical is not None]
    extra = [(structure, structure) for structure in sorted(related - set(names.values()))]
    for canonical, name in [*own, *extra]:
        listed = raw["structures"] if (canonical, name) in own else [*raw["structures"], name]
        before = raw | {"course": courses, "structures": listed}
        for months, course in dated:
            for n in n_fractions:
                scheduled = case.proposed.schedule if case.proposed is not None else None
                is_same = scheduled is not None and parse_schedule(scheduled).n_fractions == n
                # a fraction size must stand there; nothing asks for it where it is not that of the case
                chosen = course | {"schedule": scheduled if is_same else f"{n} x 2 Gy"}
                if n < course["fractions_per_day"]:
                    # fewer fractions than on one of its days: none shares a day with another
                    chosen = {key: value for key, value in chosen.items() if key != "hours_between_fractions"}
                    chosen["fractions_per_day"] = 1
                yield Question(before, chosen, name, canonical, n, is_same, _distance(case, name), months)


def _distance(case: Case, name: str) -> float | None:
    """Return the smallest distance from the target that the proposed course states for a structure."""
    if case.proposed is None:
        return None
    tables = [dose for phase in case.proposed.phases for key, dose in phase.dose.items() if folded(key) == folded(name)]
    return min((dose.target_distance_mm for dose in tables if dose.target_distance_mm is not None), default=None)


def _courses(
    case: Case, technique: Technique | None, intervals_months: Sequence[int]
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Yield the further course without its dose, with the interval that was assumed."""
    if case.proposed is not None:
        keep = {"id", "role", "modality", "technique", "start", "end", "months_since_previous"}
        keep |= {"fractions_per_day", "hours_between_fractions"}
        yield None, case.proposed.model_dump(mode="json", exclude_none=True, include=keep)
        return
    for months in intervals_months if case.course else [None]:
        course: dict[str, Any] = {"id": _NAME, "role": "proposed", "modality": "photon", "fractions_per_day": 1}
        if technique is not None:
            course["technique"] = technique
        if months is not None:
            course |= _date(case, months)
        yield months, course


def _is_counted_in_months(case: Case) -> bool:
    is_chained = any(course.months_since_previous is not None for course in case.course)
    return case.proposed is None and (len(case.course) == 1 or is_chained)


def _date(case: Case, months: int) -> dict[str, Any]:
    if _is_counted_in_months(case):
        return {"months_since_previous": months}
    ends = [_exact_end(course) for course in case.course]
    if None in ends:
        hint = "state it, or propose a course with its date"
        raise InputError(case.case_id, [Problem("course", "the end of the last course is not one day", hint=hint)])
    last = max(end for end in ends if end is not None)
    start = int(days_after_months(np.array([last]), months)[0])
    day = (_EPOCH + dt.timedelta(days=start)).isoformat()
    return {"start": day, "end": f"{day}/.."}


def _exact_end(course: Course) -> int | None:
    if course.end is None:
        return None
    low, high = date_ends(parse_date_range(course.end))
    return low if low == high else None
