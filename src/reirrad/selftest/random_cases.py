"""Random cases in the shape of a case file, valid ones, with everything that a case may leave open.

The truth of a case (days, doses) is drawn first and then stated more or less exactly, so that a case does not
contradict itself. Doses are whole centigrays. What constraints ask for (structures, metrics, fraction numbers,
intervals, techniques, doses exactly at a limit) is drawn on purpose, because chance alone never meets it: it is taken
from the constraints that are to be tested, so that no number of a publication stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from reirrad.selftest.draws import Draws
from reirrad.selftest.exact_hits import Plan
from reirrad.selftest.oracle.dates import add_months
from reirrad.selftest.oracle.facts import contains, is_volume, parse_metric
from reirrad.selftest.random_doses import (
    POINT_MAXIMUM,
    USUAL_METRICS,
    Raw,
    make_consistent,
    plausible,
    stated_doses,
    with_facts,
)
from reirrad.selftest.random_plans import Phases, any_phases, asked_phases, exact_pair, gray, schedule_text

_TECHNIQUES = ["stereotactic", "stereotactic", "conventional", "other", None]
_MODALITIES = ["photon"] * 3 * 9 + ["proton", "electron", "mixed"]
_FIRST_DAY = date(1995, 1, 1)
_SOME_MONTHS = [0, 3, 9, 12, 12 * 5]
_MONTHS_STATED = [0, 5.5, 7, 29]
_REPAIR_HALF_TIMES = [2, 3, 4, 5.5]
_GAPS = [4, 6, 6.5, 7.5]


class RandomCases:
    """Cases by seed and number: the same ones for the same constraints, wherever they are drawn.

    Parameters
    ----------
    constraints
        Constraints in the format of :mod:`reirrad.selftest.oracle.findings`; what they ask for is drawn often.
    """

    def __init__(self, constraints: Sequence[dict[str, Any]]) -> None:
        self._constraints = list(constraints)
        listed = {name for constraint in constraints for name in constraint["structures"]}
        around = {"SpinalCanal", "ThecalSac", "Lungs", "Kidneys", "Parotids", "Liver"}
        self._structures = sorted(listed | {outer for outer in around for name in listed if contains(outer, name)})
        self._months = sorted({months for constraint in constraints for months in _months_of(constraint)})
        self._distances = sorted({end for constraint in constraints for end in _distances_of(constraint)})
        metrics = {constraint["metric"] for constraint in constraints}
        self._volumes = sorted(name for name in metrics if is_volume(parse_metric(name)[0]))
        self._points = sorted(metrics - set(self._volumes))

    def case(self, seed: int, index: int) -> Raw:
        """Return a case: a mapping that says what a case file may say."""
        return _Case(self, Draws(seed, index), f"{seed}-{index}").case()


def _months_of(constraint: dict[str, Any]) -> list[int]:
    """Return the whole months at which a constraint changes."""
    months = list((constraint.get("conditions") or {}).get("interval_months", ()))
    for key in ("recovery", "tolerance_recovery"):
        months += [end for step in constraint.get(key) or () for end in step[:2]]
    if constraint["scope"] == "interval":
        months += [constraint["limit"], constraint.get("limit_high") or constraint["limit"]]
    if constraint.get("score"):
        months.append(constraint["score"]["interval"][0])
    return [int(end) for end in months if end is not None and int(end) == end]


def _distances_of(constraint: dict[str, Any]) -> list[Any]:
    ends = [end for end in (constraint.get("conditions") or {}).get("target_distance_mm", ()) if end is not None]
    return [*ends, *(end + 1 for end in ends)]


class _Case:
    """One case while it is drawn."""

    def __init__(self, source: RandomCases, draws: Draws, case_id: str) -> None:
        self.source, self.draws, self.case_id = source, draws, case_id
        self.constraint = draws.one_of(source._constraints)
        asked = draws.one_of(self.constraint["structures"])
        related = [name for name in source._structures if contains(asked, name) or contains(name, asked)]
        others = draws.some_of([*related, *source._structures[:: draws.whole(1, 9)]], draws.one_of([0, 0, 1, 1, 2]))
        structures = list(dict.fromkeys([asked, *others]))
        if self.constraint.get("applies_to_related") and related and draws.chance(3):
            structures[0] = draws.one_of([name for name in related if name not in structures] or [asked])
        #: what gets the doses that hit a limit
        self.aimed = structures[0]
        self.structures = draws.some_of(structures, len(structures))
        metric = parse_metric(self.constraint["metric"])[0]
        own = [] if is_volume(metric) else [self.constraint["metric"]] * 4
        self.metrics = [*own, *USUAL_METRICS, *draws.some_of(source._points, 1)]
        self.volumes = [self.constraint["metric"]] if is_volume(metric) else draws.some_of(source._volumes, 1)

    def case(self) -> Raw:
        draws = self.draws
        plans, hits = self._plans()
        delivered = len(plans) - draws.whole(0, 1)  # the last course may be proposed
        bodies = [
            self._body(phases, hit=i < hits, role="delivered" if i < delivered else "proposed")
            for i, phases in enumerate(plans)
        ]
        case: Raw = {"schema": "reirrad-case/1", "case_id": self.case_id} | self._history(delivered)
        case |= {"structures": self.structures, "course": self._dated(bodies, plans)}
        if draws.chance(4):
            case["point_maximum"] = POINT_MAXIMUM
        half_times = {name: draws.one_of(_REPAIR_HALF_TIMES) for name in self.structures if draws.chance(2)}
        for course in case["course"]:
            for phase in course.get("phase", [course]):
                make_consistent(phase.get("dose", {}), case.get("point_maximum"))
        return case | ({"repair_half_time_h": half_times} if half_times else {})

    def _plans(self) -> tuple[list[Phases], int]:
        """Draw the schedules of all courses, and how many of them, from the first on, hit a limit."""
        draws = self.draws
        pair = exact_pair(draws, self.constraint) if draws.chance(2) else None
        if pair is not None:
            more = [any_phases(draws)] if draws.chance(3) else []
            if draws.chance(4):  # in one course of two phases, after one or before one
                both = [list(pair), any_phases(draws)]
                return ([both[1], both[0], *more], 2) if draws.chance(2) else ([*both, *more], 1)
            return [[pair[0]], [pair[1]], *more], 2
        count = draws.one_of([1, 2, 2, 2, 3, 3, 4, 5])
        return [self._any_or_asked() for _ in range(count)], 0

    def _any_or_asked(self) -> Phases:
        return asked_phases(self.draws, self.constraint) if self.draws.chance(2) else any_phases(self.draws)

    def _body(self, phases: Phases, *, hit: bool, role: str) -> Raw:
        """Return a course without its name and dates."""
        draws = self.draws
        per_day = 1 if hit else min(draws.one_of([1, 1, 1, 1, 2, 3]), *(plan.n_fractions for plan in phases))
        course: Raw = {"role": role, "modality": draws.one_of(_MODALITIES), "fractions_per_day": per_day}
        if hit:
            course["modality"] = draws.one_of(self.constraint.get("modalities") or ["photon"])
        asked = (self.constraint.get("conditions") or {}).get("technique")
        technique = draws.one_of(_TECHNIQUES)
        if asked is not None and (hit or draws.chance(2)):
            technique = asked if isinstance(asked, str) else draws.one_of(list(asked))
        if technique is not None:
            course["technique"] = technique
        if per_day > 1 and draws.chance(2):
            course["hours_between_fractions"] = draws.one_of(_GAPS)
        tables = [self._phase(plan, hit=hit, delivered=role == "delivered") for plan in phases]
        if len(tables) == 1:
            return course | tables[0]
        return course | {"n_phases": len(tables), "phase": tables}

    def _phase(self, plan: Plan, *, hit: bool, delivered: bool) -> Raw:
        draws = self.draws
        has_schedule = hit or not draws.chance(3 * 10)
        table: Raw = {"schedule": schedule_text(draws, plan)} if has_schedule else {}
        if delivered and has_schedule and not hit and draws.chance(5):
            table["fractions_delivered"] = draws.whole(1, plan.n_fractions)
            if table["fractions_delivered"] < plan.n_fractions or draws.chance(2):
                table["dose_of"] = draws.one_of(["planned", "delivered"])
        # a prescription is the planned total, which is not the delivered dose of a course that was cut short
        may_prescribe = has_schedule and table.get("dose_of") != "delivered"
        doses = {
            name: stated_doses(draws, plan, self.metrics, may_prescribe=may_prescribe)
            if not (hit and name == self.aimed)
            else self._hitting(plan)
            for name in self.structures
        }
        stated = {
            name: with_facts(draws, table, self.volumes, self.source._distances)
            for name, table in doses.items()
            if table
        }
        return table | ({"dose": stated} if stated else {})

    def _hitting(self, plan: Plan) -> Raw:
        """Return the dose that hits a limit, or now and then one centigray more or less."""
        dose = plan.centigray + self.draws.one_of([0, 0, 0, 0, -1, 1])
        metric = "Max[Gy]" if self.constraint["metric"] in self.volumes else self.constraint["metric"]
        return {metric: gray(plausible(max(1, dose), plan))} | ({"basis": "plan"} if self.draws.chance(2) else {})

    def _history(self, delivered: int) -> Raw:
        draws = self.draws
        states = ["complete"] * 6 + ["partial", "unknown", None]
        state = draws.one_of(states if delivered else [*states, "none"])
        if state is None:
            return {}
        if state == "complete":
            return {"prior_radiotherapy": state, "prior_courses": delivered}
        zero = {"prior_courses": 0} if state == "none" and draws.chance(2) else {}
        return {"prior_radiotherapy": state} | zero

    def _dated(self, bodies: list[Raw], plans: list[Phases]) -> list[Raw]:
        """Add names and dates; with dates the file order is any, with stated months it is the order in time."""
        draws = self.draws
        courses: list[Raw] = [{"id": f"course {i + 1}"} | body for i, body in enumerate(bodies)]
        chain = len(courses) > 1 and draws.chance(5)
        for i, (course, (start, end)) in enumerate(zip(courses, self._days(plans), strict=True)):
            if chain and i > 0:
                months = [*self.source._months, *_MONTHS_STATED, *_SOME_MONTHS]
                course["months_since_previous"] = draws.one_of(months)
            else:
                course |= self._stated_day(start, "start") | self._stated_day(end, "end")
                courses[i] = course
        return courses if chain else draws.some_of(courses, len(courses))

    def _days(self, plans: list[Phases]) -> list[tuple[date, date]]:
        """Draw start and end of each course; starts never go back, and intervals are often a limit to the day."""
        draws = self.draws
        start = _FIRST_DAY + timedelta(days=draws.whole(0, 12 * 365))
        days = []
        for phases in plans:
            end = start + timedelta(days=sum(plan.n_fractions for plan in phases) + draws.whole(0, 31))
            days.append((start, end))
            months = draws.one_of([*self.source._months, *_SOME_MONTHS])
            off = draws.one_of([-1, 0, 0, 1, 2 * 100])
            if draws.chance(10):  # the next course begins before this one ends
                start += timedelta(days=sum(plan.n_fractions for plan in phases) + draws.whole(0, 31))
            else:
                start = max(add_months(end, months) + timedelta(days=off), end + timedelta(days=1))
        return days

    def _stated_day(self, day: date, key: str) -> Raw:
        """Return a date that may be partial, a range, open or missing, and always includes the day."""
        draws = self.draws
        exact = day.isoformat()
        kind = draws.whole(0, 2 * 9)
        if kind < 10:
            return {key: exact}
        if kind < 12:
            return {key: exact[:7]}
        if kind == 12:
            return {key: exact[:4]}
        first, last = (day + timedelta(days=sign * draws.whole(0, 10 * 31)) for sign in (-1, 1))
        early, late = first.isoformat(), last.isoformat()
        ranges = [f"{early}/{late}", f"{early[:7]}/{late[:7]}", f"{early}/..", f"../{late}", None]
        value = draws.one_of(ranges)
        return {} if value is None else {key: value}
