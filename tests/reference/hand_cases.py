"""Small cases for arithmetic by hand, and what the oracle finds in them."""

from typing import Any

from reference.transcription import CONSTRAINTS
from reirrad.selftest.oracle import judge

Raw = dict[str, Any]


def course(name: str, schedule: str, start: Any, end: Any, dose: Raw, **more: Any) -> Raw:
    dates = {key: value for key, value in (("start", start), ("end", end)) if value is not None}
    fixed = {"id": name, "role": "delivered", "modality": "photon", "fractions_per_day": 1, "schedule": schedule}
    return fixed | dates | {"dose": dose} | more


def case(*courses: Raw, structures: tuple[str, ...] = ("SpinalCord",), history: str = "complete", **more: Any) -> Raw:
    return {"prior_radiotherapy": history, "structures": list(structures), "course": list(courses)} | more


def cord(dose: Any, structure: str = "SpinalCord", metric: str = "Max[Gy]") -> Raw:
    return {structure: {metric: dose}}


def finding(judged_case: Raw, constraint_id: str, **options: Any) -> Raw:
    findings = judge(judged_case, **({"constraints": CONSTRAINTS} | options))
    found = [f for f in findings if f["constraint_id"] == constraint_id]
    assert len(found) == 1
    return found[0]


def status(judged_case: Raw, constraint_id: str, **options: Any) -> str:
    return str(finding(judged_case, constraint_id, **options)["status"])


def value(judged_case: Raw, constraint_id: str, **options: Any) -> tuple[Any, Any]:
    found = finding(judged_case, constraint_id, **options)
    return found["value_low"], found["value_high"]


def two_courses(
    structure: str = "SpinalCord", start: str = "2015-06-01", second: str = "60 Gy / 30", dose: Any = 60.0, **more: Any
) -> Raw:
    first = course("a", "50 Gy / 25", "2010-01-01", "2010-02-10", cord(50, structure))
    return case(first, course("b", second, start, "2020-01-01", cord(dose, structure), **more), structures=(structure,))


def cumulative(**fields: Any) -> Raw:
    common = {"id": "x", "structures": ["SpinalCord"], "metric": "Max[Gy]", "scope": "cumulative", "alpha_beta": 2}
    return common | {"quantity": "bed", "comparison": "at_most", "limit": "135.5"} | fields
