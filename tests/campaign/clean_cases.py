"""Random complete cases, seeded: every fact is stated, and doses lie around the limits."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from reirrad.library import Library
from reirrad.model.metric import MetricKind, parse_metric
from reirrad.model.schedule import parse_schedule

Raw = dict[str, Any]
#: A case about a part of the thecal sac is complete only with the sac itself: there are limits for it, too.
CORD = ("SpinalCord", "SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac", "SpinalCord_Sub")
SACRAL = ("CaudaEquina",)
SAC = "ThecalSac"
_SENTINELS = (99.99, 999.0, 9999.0)
_GAPS_DAYS = (10, 60, 150, 181, 183, 200, 270, 276, 300, 366, 500, 730, 1100, 2500)
# fractions and dose of each [Gy]
_SHORT = ((1, 14.0), (1, 8.0), (2, 7.0), (3, 7.0), (3, 9.0), (4, 5.5), (5, 5.0), (5, 6.0), (5, 7.0))
_LONG = ((5, 4.0), (8, 2.0), (10, 3.0), (13, 2.0), (15, 2.0), (16, 1.6), (20, 2.0), (25, 1.8), (25, 2.0), (30, 2.0))
_LEVELS = (0.15, 0.3, 0.5, 0.7, 0.9, 1.0)


class Maker:
    """Makes complete cases about the structures for which a library has limits that dose points decide."""

    def __init__(self, library: Library) -> None:
        metrics: dict[str, set[str]] = {}
        for _, constraint in library.judged():
            for structure in constraint.structures:
                metrics.setdefault(structure, set()).add(constraint.metric)
        #: what each structure needs, larger doses first
        self.metrics = {name: sorted({"Max[Gy]", *texts}, key=_size) for name, texts in sorted(metrics.items())}
        self.others = [name for name in self.metrics if name not in (*CORD, *SACRAL, SAC)]
        self.containers = {name: library.structures.containers_of(name) for name in self.metrics}

    def case(self, seed: int, number: int) -> Raw:
        """Return a complete case: two to four courses, the last perhaps proposed."""
        random_ = random.Random(seed << 40 | number)  # noqa: S311
        structures = self._structures(random_)
        n_courses = random_.choice((2, 2, 2, 2, 3, 4))
        has_proposed = random_.random() < 0.6
        level = random_.choice(_LEVELS)
        distance = random_.choice((0, 1, 1.5, 2, 5, 30)) if random_.random() < 0.2 else None
        day = dt.date(1998, 1, 1) + dt.timedelta(days=random_.randrange(4000))
        courses: list[Raw] = []
        for index in range(n_courses):
            role = "proposed" if has_proposed and index == n_courses - 1 else "delivered"
            course, n = self._course(random_, structures, role, level, distance)
            end = day + dt.timedelta(days=int(n * 1.4))
            courses.append({"id": f"course {index + 1}", "start": day.isoformat(), "end": end.isoformat()} | course)
            day = end + dt.timedelta(days=random_.choice(_GAPS_DAYS) + random_.choice((0, 0, 1, -1)))
        case: Raw = {
            "schema": "reirrad-case/1",
            "case_id": f"random {number}",
            "prior_radiotherapy": "complete",
            "prior_courses": n_courses - has_proposed,
            "structures": structures,
        }
        if any(course["fractions_per_day"] > 1 for course in courses):
            case["repair_half_time_h"] = {name: random_.choice((2, 3, 4, 4.5)) for name in structures}
        if random_.random() < 0.3:
            random_.shuffle(courses)  # file order says nothing
        return case | {"course": courses}

    def _structures(self, random_: random.Random) -> list[str]:
        if random_.random() < 0.65:
            return [SAC, *random_.sample((*CORD, *SACRAL), random_.choice((0, 1, 1, 1, 2)))]
        return random_.sample(self.others, random_.choice((1, 1, 2, 3)))

    def _course(
        self, random_: random.Random, structures: list[str], role: str, level: float, distance: float | None
    ) -> tuple[Raw, int]:
        is_short = random_.random() < 0.4
        plans = _SHORT if is_short else _LONG
        plan = [random_.choice(plans)]
        if random_.random() < 0.15:
            plan.append(plan[0] if random_.random() < 0.3 else random_.choice(plans))
        course: Raw = {
            "role": role,
            "modality": "photon",
            "technique": "stereotactic" if is_short else random_.choice(("conventional", "other")),
            "fractions_per_day": 1,
        }
        if min(n for n, _ in plan) >= 8 and random_.random() < 0.1:
            course |= {"fractions_per_day": 2, "hours_between_fractions": random_.choice((6, 6.5, 8))}
        tables = [self._phase(random_, phase, structures, role, level) for phase in plan]
        for table in tables if distance is not None else []:
            for name in structures:
                if name in CORD:
                    table["dose"][name]["target_distance_mm"] = random_.choice((distance, distance, distance + 3))
        phases = tables[0] if len(tables) == 1 else {"n_phases": len(tables), "phase": tables}
        return course | phases, sum(n for n, _ in plan)

    def _phase(
        self, random_: random.Random, plan: tuple[int, float], structures: list[str], role: str, level: float
    ) -> Raw:
        n, each = plan
        total = round(n * each, 2)
        texts = (f"{total:g} Gy / {n}", f"{n} x {each:g} Gy", f"{total * 100:g} cGy / {n}")
        table: Raw = {"schedule": random_.choice(texts)}
        share = 1.0
        if role == "delivered" and n > 1 and random_.random() < 0.1:
            table |= {"fractions_delivered": random_.randint(1, n), "dose_of": random_.choice(("planned", "delivered"))}
            share = table["fractions_delivered"] / n if table["dose_of"] == "delivered" else 1.0
        doses: Raw = {}
        for name in sorted(structures, key=lambda name: -len(self.containers[name])):  # parts before what contains them
            parts = [other for other in doses if name in self.containers[other]]
            lowest = max((doses[part]["Max[Gy]"] for part in parts), default=0)
            if lowest == 0 and random_.random() < 0.05:
                doses[name] = dict.fromkeys(self.metrics[name], 0)  # out of the field
            else:
                highest = max(lowest, total * share * min(1.07, level * random_.uniform(0.6, 1.4)), 0.01)
                doses[name] = self._doses(random_, name, (lowest, round(highest, 2)), (total, n))
            doses[name]["basis"] = "plan"
        return table | {"dose": {name: doses[name] for name in structures}}

    def _doses(self, random_: random.Random, name: str, ends: tuple[float, float], plan: tuple[float, int]) -> Raw:
        """Return a dose for each metric, none above a larger one and none below the parts of the structure."""
        lowest, dose = ends
        doses = []
        for _ in self.metrics[name]:
            doses.append(dose)
            dose = max(lowest, 0.01, round(dose * random_.choice((1.0, 0.99, 0.95, 0.8)), 2))
        # smallest first: what moves a dose up never moves it above a larger one
        largest = 0.0
        for index in reversed(range(len(doses))):
            doses[index] = largest = max(largest, _plausible(doses[index], *plan))
        return dict(zip(self.metrics[name], doses, strict=True))


def widened(random_: random.Random, raw: Raw) -> Raw:
    """State a complete case less exactly in one to three ways, in place; such a case is valid, but not complete."""
    for _ in range(random_.choice((1, 1, 2, 3))):
        random_.choice(
            (
                _ranges,
                _months,
                _years,
                _history,
                _prescription,
                _prescription,
                _facts,
                _modality,
                _chain,
                _point_maximum,
            )
        )(random_, raw)
    return raw


def phases_of(raw: Raw) -> list[Raw]:
    """Return the phases of all courses; a course without phases is one itself."""
    return [phase for course in raw["course"] for phase in course.get("phase", [course])]


def _ranges(random_: random.Random, raw: Raw) -> None:
    table = random_.choice(list(random_.choice(phases_of(raw))["dose"].values()))
    for metric, dose in table.items():
        if metric.endswith("[Gy]") and not isinstance(dose, list) and dose > 1:
            table[metric] = [round(dose * 0.9, 2), dose]


def _months(random_: random.Random, raw: Raw) -> None:
    course = random_.choice(raw["course"])
    course |= {key: course[key][:7] for key in ("start", "end") if key in course}


def _years(random_: random.Random, raw: Raw) -> None:
    course = random_.choice(raw["course"])
    course |= {key: f"{course[key][:4]}/{course[key][:4]}" for key in ("start", "end") if key in course}


def _history(random_: random.Random, raw: Raw) -> None:
    raw["prior_radiotherapy"] = random_.choice(("partial", "unknown"))
    raw.pop("prior_courses", None)


def _prescription(random_: random.Random, raw: Raw) -> None:
    """State the prescribed dose for structures that nothing contains or lies within."""
    structures = [name for name in raw["structures"] if name not in (*CORD, *SACRAL)]
    if SAC in structures and len(raw["structures"]) > 1:
        return
    for phase in phases_of(raw):
        if phase.get("dose_of") != "delivered" and random_.random() < 0.8:
            total = round(float(parse_schedule(phase["schedule"]).total_dose_gy), 2)
            phase["dose"] |= {name: {"Max[Gy]": total, "basis": "prescription"} for name in structures}


def _facts(random_: random.Random, raw: Raw) -> None:
    course = random_.choice(raw["course"])
    course.pop(random_.choice(("technique", "hours_between_fractions", "start", "end")), None)
    if random_.random() < 0.3:
        raw.pop("repair_half_time_h", None)


def _modality(random_: random.Random, raw: Raw) -> None:
    random_.choice(raw["course"])["modality"] = random_.choice(("proton", "unknown", "brachytherapy_hdr"))


def _point_maximum(random_: random.Random, raw: Raw) -> None:
    """Report D0.035cc, which the limits ask for anyway, as the point maximum."""
    raw["point_maximum"] = "D0.035cc[Gy]"
    for phase in phases_of(raw):
        for table in phase["dose"].values():
            if "D0.035cc[Gy]" in table:
                table.pop("Max[Gy]", None)


def _chain(random_: random.Random, raw: Raw) -> None:
    """State months between courses instead of their dates."""
    raw["course"].sort(key=lambda course: (course["role"] == "proposed", course["id"]))
    for index, course in enumerate(raw["course"]):
        course.pop("start", None)
        course.pop("end", None)
        if index:
            course["months_since_previous"] = random_.choice((2, 5, 6, 7.5, 9, 12, 30))


def _plausible(dose: float, total: float, n: int) -> float:
    """Move a dose that would be refused as that of one fraction, or as a number that stands for a missing one."""
    while dose in _SENTINELS or (n > 1 and abs(dose * n - total) < 0.02 * n):
        dose = round(dose + 0.03, 2)
    return dose


def _size(text: str) -> tuple[int, float]:
    """Order metrics: Max, then by volume, then by percentage."""
    metric = parse_metric(text).metric
    kinds = [MetricKind.MAX, MetricKind.DOSE_AT_CC, MetricKind.DOSE_AT_PERCENT]
    return kinds.index(metric.kind), float(metric.size or 0)
