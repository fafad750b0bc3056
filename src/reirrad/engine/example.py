"""A worked example of a constraint: the last value that is met, and the next one that is not.

The example is found with the decision itself, so that it shows what the program does and not what its author thinks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

from reirrad.engine.check import check
from reirrad.library import Library, Profile
from reirrad.model.case import Case
from reirrad.model.dose_volume import volume_on_curve
from reirrad.model.finding import Finding
from reirrad.model.metric import parse_metric
from reirrad.model.rule import Constraint

_STEPS_OF_A_UNIT = 100
_MOST_STEPS = 99_000
_WHOLE_PERCENT = 100 * _STEPS_OF_A_UNIT
_FIRST_END = dt.date(2020, 1, 31)
_USUAL_INTERVAL_MONTHS = 9.0
_DAYS_SEARCHED = 4000


@dataclass(frozen=True, slots=True)
class Example:
    """The two findings on either side of a limit; the one beyond it is not evaluated where a range begins there."""

    met: Finding
    beyond: Finding
    #: what differs between the two, in words
    step: str


def example_at_limit(constraint: Constraint, library: Library) -> Example | None:
    """Return a worked example at the limit of a constraint; ``None`` where no stated dose can decide it."""
    if constraint.kind != "limit":
        return None
    alone = library.select(profile=Profile(constraints=frozenset({constraint.id})))

    def judged(at: int) -> Finding:
        case = Case.model_validate(case_at(constraint, at))
        items = [item for item in check(case, library=alone).findings if item.structure == constraint.structures[0]]
        return items[0]

    found = _edge(judged, most_steps(constraint), rises=not constraint.is_upper)
    if found is None:
        return None
    more = "more" if constraint.is_upper else "less"
    unit = parse_metric(constraint.metric).unit
    step = "one day less" if constraint.scope == "interval" else f"{1 / _STEPS_OF_A_UNIT} {unit} {more}"
    return Example(*found, step)


def most_steps(constraint: Constraint) -> int:
    """Return how many steps there are to look for the limit in: days, or hundredths of the unit."""
    if constraint.scope == "interval":
        return _DAYS_SEARCHED
    return _WHOLE_PERCENT if parse_metric(constraint.metric).unit == "%" else _MOST_STEPS


def _edge(judged: Callable[[int], Finding], most: int, *, rises: bool) -> tuple[Finding, Finding] | None:
    """Bisect for two neighbours, one met and one not; ``rises`` if a larger number is the better one."""
    low, high = (1, most)
    good, bad = (high, low) if rises else (low, high)
    at_good, at_bad = judged(good), judged(bad)
    if at_good.status != "met" or at_bad.status != "violated":
        return None
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        item = judged(middle)
        if item.status == "met":
            good, at_good = middle, item
        else:
            bad, at_bad = middle, item
    return at_good, at_bad


def case_at(constraint: Constraint, at: int) -> dict[str, Any]:
    """Return a case that a constraint is about, as a case file has it.

    Parameters
    ----------
    constraint
        The constraint.
    at
        The dose of its newest course in hundredths of the unit of its metric, or the interval in days.
    """
    days = at if constraint.scope == "interval" else None
    dose = 1.0 if days is not None else at / _STEPS_OF_A_UNIT
    judged = _course(constraint, dose) | {"role": "proposed", "id": "2"}
    if constraint.scope == "first_course":
        courses = [judged | {"id": "1"}]
    else:
        # the earlier course leaves room for the later one
        earlier = _course(constraint, 10.0)
        courses = [earlier | {"id": "1", "role": "delivered", "schedule": "10 Gy / 5", "end": _FIRST_END.isoformat()}]
        courses.append(judged | {"start": (_FIRST_END + dt.timedelta(days or _days(constraint))).isoformat()})
    return {
        "schema": "reirrad-case/1",
        "case_id": f"example of {constraint.id}",
        "prior_radiotherapy": "complete",
        "prior_courses": len(courses) - 1,
        "structures": [constraint.structures[0]],
        "course": courses,
    }


def _days(constraint: Constraint) -> int:
    """Return an interval in days that the conditions of a constraint allow."""
    low, high = constraint.conditions.interval_months or (0.0, inf)
    months = _USUAL_INTERVAL_MONTHS if low <= _USUAL_INTERVAL_MONTHS < high else low
    if constraint.cord_model is not None:
        months = 12.0 * constraint.cord_model.retreatment_after_years[1]
    return -int(-months * 366 // 12) + 1


def _dose_at_limit(constraint: Constraint) -> float:
    """Return the dose of a limit, or that of which it limits the volume [Gy]; 0 where it is about none."""
    curve = volume_on_curve(parse_metric(constraint.metric).metric)
    if curve is not None:
        return float(curve[1])
    return 0.0 if constraint.limit is None or constraint.scope == "interval" else float(constraint.limit[0])


def _course(constraint: Constraint, dose: float) -> dict[str, Any]:
    conditions = constraint.conditions
    n = 10
    if conditions.n_fractions is not None:
        n = conditions.n_fractions[1]
    elif constraint.limit_by_n_fractions is not None:
        n = constraint.limit_by_n_fractions[0][0]
    elif conditions.fraction_size_gy is not None:
        # as many of the size that the limit is for as give the dose that it is about
        n = max(n, ceil(_dose_at_limit(constraint) / conditions.fraction_size_gy[1]))
    total = n * (2.0 if conditions.fraction_size_gy is None else conditions.fraction_size_gy[1])
    if conditions.scheduled_dose_gy is not None:
        total = conditions.scheduled_dose_gy[0]
    # as a range, so that no dose is taken for a placeholder
    table: dict[str, Any] = {constraint.metric: [dose, dose], "basis": "plan"}
    curve = volume_on_curve(parse_metric(constraint.metric).metric)
    if curve is not None:
        # what a part of the structure receives, its maximum is
        table["Max[Gy]"] = max(total, float(curve[1]))
    if conditions.target_distance_mm is not None:
        table["target_distance_mm"] = conditions.target_distance_mm[0]
    return {
        "modality": constraint.modalities[0],
        "technique": (conditions.technique or ("conventional",))[0],
        "schedule": f"{total:g} Gy / {n}",
        "fractions_per_day": 1,
        "dose": {constraint.structures[0]: table},
    }
