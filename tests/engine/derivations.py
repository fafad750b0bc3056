"""The derivation of one finding: of a constraint made for it, or of a shipped one."""

from __future__ import annotations

from typing import Any

from engine.house_edition import Fields, house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.library import load_library

Raw = dict[str, Any]
#: A limit that nothing here is near.
FAR = 1000.0


def derived(raw: Raw, rule: str | Fields, structure: str = "SpinalCord", *, strict: bool = False) -> list[str]:
    """Return the derivation of a finding about a structure."""
    if isinstance(rule, str):
        library = load_library().select([rule.partition(".")[0]])
        return list(found(raw, rule, structure, library=library, strict=strict).derivation)
    library = house_library({"only": rule})
    return list(found(raw, "house.only", structure, library=library, strict=strict).derivation)


def two(first: Raw, second: Raw, structure: str = "SpinalCord", *others: str, **more: Any) -> Raw:
    """Return a case of two courses five years apart, from what each of them states beside its dates."""
    courses = []
    for who, stated in ((FIRST, first), (SECOND, second)):
        fields = course(*who, None) | stated
        courses.append({key: value for key, value in fields.items() if value is not None})
    return case([structure, *others], *courses, **more)


def given(schedule: str | None, dose: Raw | float, **more: Any) -> Raw:
    """Return what a course states: a dose to the cord by its Max, or whole tables of doses."""
    return {"schedule": schedule, "dose": dose if isinstance(dose, dict) else cord(dose)} | more


def delivered(raw: Raw) -> Raw:
    """Return a case whose courses were all given."""
    courses = [item | {"role": "delivered"} for item in raw["course"]]
    return raw | {"course": courses, "prior_courses": len(courses)}


def lines_after_courses(raw: Raw, rule: str | Fields, **options: Any) -> list[str]:
    """Return the lines that are about no single dose."""
    return [line for line in derived(raw, rule, **options) if ": Max[Gy] " not in line and ": BED = " not in line]


#: 10 Gy in 5 fractions: 20 Gy2.
TEN = given("10 Gy / 5", 10)
TEN_LINES = ["first: Max[Gy] = 10 Gy (plan), 5 fractions", "first: BED = 10 x (1 + 2/2) = 20 Gy2"]
#: 20 Gy in 10 fractions: 40 Gy2.
TWENTY = given("20 Gy / 10", 20)
TWENTY_LINES = ["second: Max[Gy] = 20 Gy (plan), 10 fractions", "second: BED = 20 x (1 + 2/2) = 40 Gy2"]
