"""Hypothesis strategies for raw case files that are valid, with everything that a case may leave open.

The truth of a case (days, doses) is drawn first and then stated more or less exactly, so that a case never contradicts
itself. Doses are whole centigrays. Limits are hit exactly on purpose, because random doses never do.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from reference.case_plans import HITS, Plan, gray, plans, schedule_texts
from reirrad.selftest.oracle.dates import add_months
from reirrad.selftest.oracle.facts import contains, parse_doses
from reirrad.selftest.random_doses import make_consistent

Raw = dict[str, Any]

STRUCTURES = [
    "SpinalCord", "SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac",
    "SpinalCanal", "ThecalSac", "CaudaEquina",
]  # fmt: skip
# Largest first: the doses of a structure are assigned in this order and never increase.
METRIC_SETS = [
    ["Max"], ["Max"], ["Max"], ["Max"], ["D0.03cc"], ["D0.1cc"], ["Max", "D0.1cc"], ["D0.03cc", "D0.1cc"],
    ["Max", "D0.03cc", "D1cc"], ["Max", "D2%"], ["Max", "D0.1cc", "Mean"], ["Max", "Mean"], ["Mean"],
]  # fmt: skip
NEAR_MAXIMUM_SETS = [["Max"], ["Max"], ["D0.03cc"], ["Max", "D0.1cc"]]
SENTINELS = {999, 9999}  # 99.99 and 999 stand for "missing" in other software and are refused, in Gy and in cGy
HIGHEST_DOSE = 15000
VOLUMES = [0, 10, 20, 35, 100]  # percent
DISTANCES = [0, 1, 1.5, 2, 3, 10]


def plausible(dose: int, total: int, fractions: int) -> int:
    """Move a dose that would be refused as a slip (the dose of one fraction) or as a sentinel."""
    while dose in SENTINELS or (fractions > 1 and Fraction(total, fractions) == dose):
        dose += 1
    return dose


@st.composite
def measured_doses(draw: st.DrawFn, total: int, fractions: int) -> Raw:
    """Plan doses of one structure: values and ranges, where a larger near-maximum is never below a smaller one."""
    names = draw(st.sampled_from(METRIC_SETS))
    below = st.integers(0, total)
    one = st.one_of(st.just(total), below, below, below, st.integers(0, HIGHEST_DOSE))
    highs = sorted((draw(one) for _ in names), reverse=True)
    doses: Raw = {}
    lowest = HIGHEST_DOSE
    for name, high in zip(names, highs, strict=True):
        lowest = min(lowest, max(0, high - draw(st.sampled_from([0, 0, 0, 0, 1, 250, HIGHEST_DOSE]))))
        ends = [plausible(lowest, total, fractions), plausible(high, total, fractions)]
        in_centigray = draw(st.integers(0, 9)) == 0
        values = ends if in_centigray else [draw(st.sampled_from([gray(end), end / 100])) for end in ends]
        doses[f"{name}[{'cGy' if in_centigray else 'Gy'}]"] = values if ends[0] < ends[1] else values[0]
    return doses


@st.composite
def structure_doses(draw: st.DrawFn, total: int, fractions: int, *, may_prescribe: bool) -> Raw:
    """What a phase states for one structure; empty if nothing."""
    kind = draw(st.sampled_from(["measured"] * 6 + ["prescription", "zero", "missing"]))
    if kind == "missing":
        return {}
    if kind == "prescription" and may_prescribe:
        dose = gray(draw(st.sampled_from([total, total, 0])))
        return {f"{name}[Gy]": dose for name in draw(st.sampled_from(NEAR_MAXIMUM_SETS))} | {"basis": "prescription"}
    if kind == "zero":
        doses = {f"{name}[Gy]": 0 for name in draw(st.sampled_from(METRIC_SETS))}
    else:
        doses = draw(measured_doses(total, fractions))
    basis = draw(st.sampled_from([None, "plan", "estimate"]))
    return doses | ({"basis": basis} if basis else {})


def possible_volumes(doses: Raw) -> list[int]:
    """Return the values of V20Gy[%] that the other doses of a table allow."""
    ranges = parse_doses({"it": doses}, Fraction(1))["it"].ranges
    means = [ends for (kind, _), ends in ranges.items() if kind == "mean"]
    points = [ends for (kind, _), ends in ranges.items() if kind in ("max", "cc", "percent")]
    percents = [ends for (kind, _), ends in ranges.items() if kind == "percent"]
    top = ranges.get(("max", None), (HIGHEST_DOSE, HIGHEST_DOSE))[0]
    return [
        v
        for v in ([] if doses.get("basis") == "prescription" else VOLUMES)
        if all(low >= 20 for low, _ in points if v > 0)
        and all(high <= 20 for _, high in percents if v == 0)
        and all(20 * v <= 100 * low and 100 * high <= v * top + (100 - v) * 20 for low, high in means)
    ]


@st.composite
def with_facts(draw: st.DrawFn, doses: Raw, *, whole: bool) -> Raw:
    """Add to a table the distance of the target and, if its doses are those of the whole phase, a volume."""
    facts: Raw = {}
    volumes = possible_volumes(doses) if whole else []
    if volumes and draw(st.integers(0, 2)) == 0:
        facts["V20Gy[%]"] = draw(st.sampled_from(volumes))
    if draw(st.integers(0, 2)) == 0:
        facts["target_distance_mm"] = draw(st.sampled_from(DISTANCES))
    return doses | facts


@st.composite
def phase_tables(draw: st.DrawFn, phase: tuple[int, int], structures: list[str], *, hit: bool, delivered: bool) -> Raw:
    """The schedule, the doses and the delivered fractions of a phase; with hit, the first structure gets the total."""
    total, fractions = phase
    table: Raw = {"schedule": draw(schedule_texts(total, fractions))}
    if delivered and not hit and draw(st.integers(0, 4)) == 0:
        table["fractions_delivered"] = draw(st.integers(1, fractions))
        if table["fractions_delivered"] < fractions or draw(st.booleans()):
            table["dose_of"] = draw(st.sampled_from(["planned", "delivered"]))
    # A prescription is the planned total, which is not the delivered dose of a course that was cut short.
    may_prescribe = table.get("dose_of") != "delivered"
    doses = {
        name: {"Max[Gy]": gray(total)}
        if hit and name == structures[0]
        else draw(structure_doses(total, fractions, may_prescribe=may_prescribe))
        for name in structures
    }
    # What a part of the fractions leaves of a volume does not follow from the volume of the plan.
    whole = table.get("dose_of") != "planned"
    stated = {name: draw(with_facts(values, whole=whole)) for name, values in doses.items() if values}
    return table | ({"dose": stated} if stated else {})


@st.composite
def bodies(draw: st.DrawFn, plan: Plan, structures: list[str], *, hit: bool, role: str) -> Raw:
    """A course without its name and dates."""
    course: Raw = {
        "role": role,
        "modality": draw(st.sampled_from(["photon"] * 9 + ["proton"])),
        "fractions_per_day": 1 if hit else min(draw(st.sampled_from([1, 1, 1, 1, 2, 3])), *(n for _, n in plan)),
    }  # fmt: skip
    technique = draw(st.sampled_from(["stereotactic", "stereotactic", "conventional", "other", None]))
    if technique is not None:
        course["technique"] = technique
    if course["fractions_per_day"] > 1 and draw(st.booleans()):
        course["hours_between_fractions"] = draw(st.sampled_from([4, 6, 6.5, 7.5]))
    tables = [draw(phase_tables(phase, structures, hit=hit, delivered=role == "delivered")) for phase in plan]
    if len(tables) == 1:
        return course | tables[0]
    return course | {"n_phases": len(tables), "phase": tables}


@st.composite
def stated_days(draw: st.DrawFn, day: date, *, key: str) -> Raw:
    """A date that may be partial, a range, open or missing, and always includes the day."""
    first, last = (day + timedelta(days=sign * draw(st.integers(0, 300))) for sign in (-1, 1))
    exact = day.isoformat()
    month, year = exact[:7], exact[:4]
    ranges = [f"{first}/{last}", f"{first.isoformat()[:7]}/{last.isoformat()[:7]}", f"{first}/..", f"../{last}"]
    value = draw(st.sampled_from([exact] * 8 + [day, month, month, year, *ranges, None]))
    return {} if value is None else {key: value}


@st.composite
def true_days(draw: st.DrawFn, plans_of_courses: list[Plan], *, overlap: bool) -> list[tuple[date, date]]:
    """Start and end of each course; starts never go back, and intervals are often a limit to the day."""
    start = date(1995, 1, 1) + timedelta(days=draw(st.integers(0, 5000)))
    days = []
    for plan in plans_of_courses:
        end = start + timedelta(days=sum(n for _, n in plan) + draw(st.integers(0, 30)))
        days.append((start, end))
        months, off = draw(st.sampled_from([0, 5, 6, 6, 12, 24, 60])), draw(st.sampled_from([-1, 0, 0, 1, 200]))
        if overlap and draw(st.integers(0, 9)) == 0:
            start += timedelta(days=sum(n for _, n in plan) + draw(st.integers(0, 30)))
        else:
            start = max(add_months(end, months) + timedelta(days=off), end + timedelta(days=1))
    return days


@st.composite
def chosen_plans(draw: st.DrawFn, *, least: int) -> tuple[list[Plan], int]:
    """The schedules of all courses and how many of them, from the first on, hit a limit."""
    if draw(st.booleans()):
        pair = list(draw(st.sampled_from(HITS)))
        return pair + draw(st.lists(plans(), max_size=1)), 2
    return draw(st.lists(plans(), min_size=least, max_size=4)), 0


@st.composite
def histories(draw: st.DrawFn, delivered: int) -> Raw:
    states = ["complete"] * 6 + ["partial", "unknown", None]
    state = draw(st.sampled_from(states if delivered else [*states, "none"]))
    if state is None:
        return {}
    if state == "complete":
        return {"prior_radiotherapy": state, "prior_courses": delivered}
    zero = {"prior_courses": 0} if state == "none" and draw(st.booleans()) else {}
    return {"prior_radiotherapy": state} | zero


@st.composite
def dated(draw: st.DrawFn, bodies_in_order: list[Raw], plans_of_courses: list[Plan]) -> list[Raw]:
    """Add names and dates; with dates the file order is any, with stated months it is the order in time."""
    courses: list[Raw] = [{"id": f"course {i + 1}"} | body for i, body in enumerate(bodies_in_order)]
    days = draw(true_days(plans_of_courses, overlap=True))
    chain = len(courses) > 1 and draw(st.integers(0, 4)) == 0
    for i, (course, (start, end)) in enumerate(zip(courses, days, strict=True)):
        if chain and i > 0:
            course["months_since_previous"] = draw(st.sampled_from([0, 4.9, 5, 5.5, 6, 7, 12, 29]))
        else:
            course |= draw(stated_days(start, key="start")) | draw(stated_days(end, key="end"))
    return courses if chain else draw(st.permutations(courses))


@st.composite
def cases(draw: st.DrawFn) -> Raw:
    """Any valid case about the cord family."""
    structures = draw(st.lists(st.sampled_from(STRUCTURES), min_size=1, max_size=3, unique=True))
    plans_of_courses, hits = draw(chosen_plans(least=1))
    count = len(plans_of_courses)
    delivered = count - draw(st.integers(0, 1))  # the last course may be proposed
    drawn = [
        draw(bodies(plan, structures, hit=i < hits, role="delivered" if i < delivered else "proposed"))
        for i, plan in enumerate(plans_of_courses)
    ]
    case: Raw = {"schema": "reirrad-case/1", "case_id": "generated"} | draw(histories(delivered))
    case |= {"structures": structures, "course": draw(dated(drawn, plans_of_courses))}
    if draw(st.integers(0, 3)) == 0:
        case["point_maximum"] = "D0.03cc[Gy]"
    half_times = {name: draw(st.sampled_from([2, 3, 4, 4.5])) for name in structures if draw(st.booleans())}
    for course in case["course"]:
        for phase in course.get("phase", [course]):
            make_consistent(phase.get("dose", {}), case.get("point_maximum"))
    return case | ({"repair_half_time_h": half_times} if half_times else {})


@st.composite
def clean_cases(draw: st.DrawFn) -> Raw:
    """Cases that leave nothing open for the judged structures: what is not evaluated here is a false refusal.

    Constraints about a structure that is only related to a judged one may still be open.
    """
    structures = draw(st.lists(st.sampled_from(STRUCTURES), min_size=1, max_size=3, unique=True))
    plans_of_courses, _ = draw(chosen_plans(least=2))
    days = draw(true_days(plans_of_courses, overlap=False))
    delivered = len(days) - draw(st.integers(0, 1))
    courses: list[Raw] = []
    for i, (plan, (start, end)) in enumerate(zip(plans_of_courses, days, strict=True)):
        tables = [draw(clean_phases(phase, structures)) for phase in plan]
        course: Raw = {"id": f"course {i + 1}", "role": "delivered" if i < delivered else "proposed"}
        course |= {"modality": "photon", "technique": draw(st.sampled_from(["stereotactic", "conventional", "other"]))}
        course |= {"start": start.isoformat(), "end": end.isoformat(), "fractions_per_day": 1}
        courses.append(course | (tables[0] if len(tables) == 1 else {"n_phases": len(tables), "phase": tables}))
    case: Raw = {"schema": "reirrad-case/1", "case_id": "clean", "prior_radiotherapy": "complete"}
    return case | {"prior_courses": delivered, "structures": structures, "course": draw(st.permutations(courses))}


@st.composite
def clean_phases(draw: st.DrawFn, phase: tuple[int, int], structures: list[str]) -> Raw:
    total, fractions = phase
    dose = st.one_of(st.just(total), st.just(total), st.integers(1, total + 500))
    drawn = {name: plausible(draw(dose), total, fractions) for name in structures}
    # a part does not receive more than what contains it
    most = {outer: max(drawn[name] for name in structures if name == outer or contains(outer, name)) for outer in drawn}
    doses = {name: {"Max[Gy]": gray(most[name])} for name in structures}
    return {"schedule": draw(schedule_texts(total, fractions)), "dose": doses}
