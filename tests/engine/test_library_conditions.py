"""Every limit of the library that has conditions: each of them violated, each of them unknown."""

import copy
from collections.abc import Iterator
from math import inf
from typing import Any, get_args

import pytest

from engine.library_cases import LIMITS, Made, alone, day_after, is_decided, made_for
from property.changes import by_key
from reirrad.engine.check import check_all
from reirrad.ingest import parse_case
from reirrad.model.case import Technique
from reirrad.model.rule import Conditions, Constraint

Raw = dict[str, Any]
CONDITIONAL = [
    name
    for name, (_, constraint) in LIMITS.items()
    if is_decided(constraint) and (constraint.conditions != Conditions() or constraint.limit_by_n_fractions is not None)
]
# what applies to every course and interval
UNCONDITIONAL = {"rulach-2021", "umich-2019", "slevin-2021", "doi-2021"}


def numbers_of(constraint: Constraint) -> set[int]:
    """Return the fraction numbers for which the constraint applies; none if it does for all."""
    by_row = {n for n, _ in constraint.limit_by_n_fractions or ()}
    fewest, most = constraint.conditions.n_fractions or (1, 0)
    return by_row | set(range(fewest, most + 1))


def changed(raw: Raw, index: int, **fields: Any) -> Raw:
    """Return the case with some fields of the judged course changed; a field that is ``None`` is left out."""
    other = copy.deepcopy(raw)
    if "schedule" in fields:
        fields["end"] = None  # more fractions may take longer
    other["course"][index] = {key: value for key, value in (raw["course"][index] | fields).items() if value is not None}
    return other


def with_distance(raw: Raw, index: int, structure: str, distance: float | None) -> Raw:
    other = copy.deepcopy(raw)
    table = other["course"][index]["dose"][structure]
    del table["target_distance_mm"]
    if distance is not None:
        table["target_distance_mm"] = distance
    return other


def violations(constraint: Constraint, made: Made, index: int) -> Iterator[tuple[Raw, str]]:
    """Yield cases in which one condition does not hold, with the word for it."""
    raw, conditions = made.raw, constraint.conditions
    total, _, n = raw["course"][index]["schedule"].partition(" Gy / ")
    if conditions.technique is not None:
        for technique in set(get_args(Technique)) - set(conditions.technique):
            yield changed(raw, index, technique=technique), "other_technique"
    numbers = numbers_of(constraint)
    if numbers:
        for other in sorted(set(range(1, 12)) - numbers):
            yield changed(raw, index, schedule=f"{total} Gy / {other}"), "other_n_fractions"
    if conditions.fraction_size_gy is not None:
        for schedule in ("44.99 Gy / 25", "59.39 Gy / 33", "50.01 Gy / 25", "40.05 Gy / 15", "60 Gy / 50", "5 Gy / 1"):
            yield changed(raw, index, schedule=schedule), "other_prescription"
    if conditions.scheduled_dose_gy is not None:
        for dose in ("34.99", "40.01", "78"):
            yield changed(raw, index, schedule=f"{dose} Gy / {n}"), "other_prescription"
    if conditions.interval_months is not None:
        lowest, end = conditions.interval_months
        yield changed(raw, index, start=day_after(int(lowest), days=-1), end=None), "other_interval"
        yield changed(raw, index, start=day_after(1), end=None), "other_interval"
        if end < inf:
            yield changed(raw, index, start=day_after(int(end)), end=None), "other_interval"
            yield changed(raw, index, start=day_after(240), end=None), "other_interval"
    if conditions.target_distance_mm is not None:
        for distance in (2, 2.01, 30):
            yield with_distance(raw, index, made.structure, distance), "other_target_distance"


def unknowns(constraint: Constraint, made: Made, index: int) -> Iterator[tuple[Raw, str]]:
    """Yield cases in which what one condition is about is not stated, with the word for it."""
    raw, conditions = made.raw, constraint.conditions
    if conditions.technique is not None:
        yield changed(raw, index, technique=None), "technique_unknown"
    if numbers_of(constraint):
        # of two that are unknown without a schedule the fraction number is named
        yield changed(raw, index, schedule=None), "n_fractions_unknown"
    elif conditions.fraction_size_gy is not None:
        yield changed(raw, index, schedule=None), "prescription_unknown"
    if conditions.interval_months is not None:
        lowest, _ = conditions.interval_months
        yield changed(raw, index, start=None, end=None), "interval_condition_unknown"
        around = f"{day_after(int(lowest), days=-1)}/{day_after(int(lowest))}"
        yield changed(raw, index, start=around, end=None), "interval_condition_unknown"
    if conditions.target_distance_mm is not None:
        yield with_distance(raw, index, made.structure, None), "target_distance_unknown"


def judged(name: str, cases: list[Raw], structure: str) -> list[tuple[str, str | None]]:
    reports = check_all([parse_case(raw) for raw in cases], library=alone(name))
    items = [by_key(report)[name, structure] for report in reports]
    return [(item.status, item.reason) for item in items]


def ends_of(name: str) -> tuple[Constraint, int, list[Made]]:
    """Return the constraint, the place of the judged course, and a case that is met and one that is violated."""
    _, constraint = LIMITS[name]
    cases = made_for(name)
    chosen = [
        next(made for made in cases if made.expected(constraint.comparison)[0] == status)
        for status in ("met", "violated")
    ]
    assert judged(name, [made.raw for made in chosen], chosen[0].structure) == [("met", None), ("violated", None)]
    return constraint, 0 if constraint.scope == "first_course" else 1, chosen


def test_every_other_limit_applies_always() -> None:
    others = [name for name, (_, item) in LIMITS.items() if is_decided(item) and name not in CONDITIONAL]
    assert {LIMITS[name][0].id for name in others} == UNCONDITIONAL
    assert len(others) == 5 + 20 + 2 + 1


@pytest.mark.parametrize("name", CONDITIONAL)
def test_a_condition_that_does_not_hold(name: str) -> None:
    """Whatever the value is, the limit does not apply."""
    constraint, index, chosen = ends_of(name)
    for made in chosen:
        changes = list(violations(constraint, made, index))
        assert changes
        found = judged(name, [raw for raw, _ in changes], made.structure)
        assert found == [("not_applicable", word) for _, word in changes]


@pytest.mark.parametrize("name", CONDITIONAL)
def test_a_condition_that_is_not_known(name: str) -> None:
    """Whatever the value is, nobody knows whether the limit applies."""
    constraint, index, chosen = ends_of(name)
    for made in chosen:
        changes = list(unknowns(constraint, made, index))
        assert changes
        found = judged(name, [raw for raw, _ in changes], made.structure)
        assert found == [("not_evaluated", word) for _, word in changes]


@pytest.mark.parametrize("name", [name for name in CONDITIONAL if LIMITS[name][1].scope != "cumulative"])
def test_conditions_are_about_the_judged_course(name: str) -> None:
    """What the other course was does not matter."""
    constraint, index, (made, _) = ends_of(name)
    others = [
        changed(made.raw, 1 - index, technique="stereotactic", schedule="55.55 Gy / 5"),
        changed(made.raw, 1 - index, technique="conventional", schedule="36 Gy / 20"),
        changed(made.raw, 1 - index, technique=None, schedule=None),
    ]
    assert judged(name, others, made.structure) == [("met", None)] * len(others)
    assert constraint.scope in {"first_course", "newest_course"}


@pytest.mark.parametrize(
    ("distances", "expected"),
    [
        ((1, 3), ("met", None)),
        ((3, 1), ("met", None)),
        ((None, 1), ("met", None)),
        ((1, None), ("met", None)),
        ((2, 3), ("not_applicable", "other_target_distance")),
        ((None, 3), ("not_evaluated", "target_distance_unknown")),
        ((3, None), ("not_evaluated", "target_distance_unknown")),
    ],
)
def test_a_distance_that_one_phase_does_not_state_may_be_the_smallest(
    distances: tuple[float | None, float | None], expected: tuple[str, str | None]
) -> None:
    name = "umich-2019.spinal-cord.near-target"
    _, index, (made, _) = ends_of(name)
    course = made.raw["course"][index]
    parts = {key: course.pop(key) for key in ("schedule", "dose")}
    course |= {"n_phases": 2, "phase": [copy.deepcopy(parts), copy.deepcopy(parts)]}
    for phase, distance in zip(course["phase"], distances, strict=True):
        doses = phase["dose"][made.structure]
        doses |= {key: 1 for key in doses if key.startswith("D0.1cc")} | {"target_distance_mm": distance}
        if distance is None:
            del doses["target_distance_mm"]
    assert judged(name, [made.raw], made.structure) == [expected]
