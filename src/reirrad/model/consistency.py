"""What must agree between the fields of a case.

Each check returns every problem it finds and works on whatever could be read, so that one broken field does not hide
what is wrong elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reirrad.errors import Problem, key_text, shown
from reirrad.model.case import Case, Course, Phase
from reirrad.model.course_checks import problems_of_course
from reirrad.model.course_dates import course_path, one_course_a_day, one_lifetime, proposed_is_newest
from reirrad.model.metric import MetricError, UnknownMetricError, parse_metric
from reirrad.model.names import folded


@dataclass(frozen=True, slots=True)
class Facts:
    """The readable parts of a case; ``None`` and missing courses could not be read."""

    history: str | None
    prior_courses: int | None
    structures: Sequence[str] | None
    roles: Sequence[object]
    courses: Mapping[int, Course] = field(default_factory=dict)
    half_times: Iterable[str] = ()
    point_maximum: str | None = None
    #: whether roles and prior_courses could be read, so that the history can be compared with the courses
    is_history_readable: bool = True


def problems_of_case(case: Case) -> list[Problem]:
    """Return what does not agree within a case whose fields are valid."""
    facts = Facts(
        history=case.prior_radiotherapy,
        prior_courses=case.prior_courses,
        structures=case.structures,
        roles=[course.role for course in case.course],
        courses=dict(enumerate(case.course)),
        half_times=case.repair_half_time_h,
        point_maximum=case.point_maximum,
    )
    return problems_of_facts(facts)


def problems_of_facts(facts: Facts) -> list[Problem]:
    """Return what does not agree within the readable part of a case."""
    return [
        *_history(facts),
        *_roles_and_ids(facts),
        *_structures(facts),
        *_point_maximum(facts.point_maximum),
        *_two_maxima(facts),
        *(p for index, course in facts.courses.items() for p in problems_of_course(course, course_path(index))),
        *_months_chain(facts),
        *proposed_is_newest(facts.courses),
        *one_course_a_day(facts.courses),
        *one_lifetime(facts.courses),
    ]


def _history(facts: Facts) -> Iterator[Problem]:
    if not facts.is_history_readable:
        return
    delivered = sum(role != "proposed" for role in facts.roles)
    stated = facts.prior_courses
    if facts.history == "none" and delivered:
        yield Problem(
            "prior_radiotherapy",
            f'it says "none", but {_courses(delivered)} delivered',
            allowed='"complete" with prior_courses',
            hint="one of the two is wrong",
        )
    elif facts.history == "none" and stated:
        yield Problem("prior_courses", 'prior_radiotherapy says "none"', shown(stated), "0, or leave it out")
    elif facts.history == "complete" and stated is None:
        yield Problem(
            "prior_courses",
            "it is required with a complete history",
            allowed=f"the number of courses delivered before; {_courses(delivered)} listed as delivered",
        )
    elif facts.history == "complete" and stated != delivered:
        yield Problem(
            "prior_courses",
            f"the history is complete, but {_courses(delivered)} listed as delivered",
            shown(stated),
            hint='list every course, or write prior_radiotherapy = "partial"',
        )
    elif stated is not None and stated < delivered:
        what = f"{_courses(delivered)} listed as delivered"
        yield Problem("prior_courses", what, shown(stated), f"{delivered} or more")


def _courses(count: int) -> str:
    return "1 course is" if count == 1 else f"{count} courses are"


def _roles_and_ids(facts: Facts) -> Iterator[Problem]:
    proposed = [index for index, role in enumerate(facts.roles) if role == "proposed"]
    for index in proposed[1:]:
        yield Problem(
            f"{course_path(index)}.role",
            f"{course_path(proposed[0])} is proposed already",
            "'proposed'",
            "at most one proposed course",
            "check alternatives as cases of their own",
        )
    first: dict[str, int] = {}
    for index, course in facts.courses.items():
        earlier = first.setdefault(folded(course.id), index)
        if earlier != index:
            yield Problem(
                f"{course_path(index)}.id",
                f"{course_path(earlier)} has this id",
                shown(course.id),
                "an id of its own for each course",
                "was the course listed twice?",
            )


def _structures(facts: Facts) -> Iterator[Problem]:
    if facts.structures is None:
        return
    listed: dict[str, int] = {}
    for index, name in enumerate(facts.structures):
        if listed.setdefault(folded(name), index) != index:
            where = f"structures[{index + 1}]"
            yield Problem(
                where, "the structure is listed twice", shown(name), "each structure once", "remove one of them"
            )
    allowed = ", ".join(facts.structures)
    yield from _spelt_twice(facts)
    for where, name in _named_structures(facts):
        if folded(name) not in listed:
            yield Problem(
                where,
                "the structure is not listed in structures",
                shown(name),
                allowed,
                "add it there, or write the same name",
            )


def _spelt_twice(facts: Facts) -> Iterator[Problem]:
    """One structure under two spellings in one table: one of the two would be lost."""
    seen: dict[tuple[str, str], str] = {}
    for where, name in _named_structures(facts):
        table = where.removesuffix(key_text(name))
        earlier = seen.setdefault((table, folded(name)), name)
        if earlier != name:
            what = f"the structure is given twice: it is {shown(earlier)} too"
            yield Problem(where, what, shown(name), "each structure once", "remove one of them")


def _named_structures(facts: Facts) -> Iterator[tuple[str, str]]:
    for index, course in facts.courses.items():
        for path, phase in phases_with_paths(course, course_path(index)):
            for name in phase.dose:
                yield f"{path}.dose.{key_text(name)}", name
    for name in facts.half_times:
        yield f"repair_half_time_h.{key_text(name)}", name


def phases_with_paths(course: Course, path: str) -> Iterator[tuple[str, Phase]]:
    """Yield the course and its phases, each with its path in the file."""
    yield path, course
    for number, phase in enumerate(course.phase, start=1):
        yield f"{path}.phase[{number}]", phase


def _point_maximum(metric: str | None) -> Iterator[Problem]:
    if metric is None:
        return
    try:
        parse_metric(metric)
    except (MetricError, UnknownMetricError) as error:
        yield Problem("point_maximum", str(error), shown(metric), 'a metric with its unit, e.g. "D0.03cc[Gy]"')


def _two_maxima(facts: Facts) -> Iterator[Problem]:
    """With point_maximum, a metric stands for Max; a table that states both says two things."""
    declared = _metric_name(facts.point_maximum)
    if declared is None or declared == "Max":
        return
    for index, course in facts.courses.items():
        for path, phase in phases_with_paths(course, course_path(index)):
            for name, dose in phase.dose.items():
                if {"Max", declared} <= {_metric_name(key) for key in dose.metrics}:
                    yield Problem(
                        f"{path}.dose.{key_text(name)}",
                        f"Max is stated beside {declared}, which point_maximum says stands for it",
                        allowed="one of the two",
                        hint="leave point_maximum out if Max is known",
                    )


def _metric_name(text: str | None) -> str | None:
    try:
        return parse_metric(text).metric.name if text is not None else None
    except (MetricError, UnknownMetricError):
        return None


def _months_chain(facts: Facts) -> Iterator[Problem]:
    """months_since_previous states the order: all courses but the first have it, or none has."""
    chained = [index for index, course in facts.courses.items() if course.months_since_previous is not None]
    if not chained:
        return
    for index, course in facts.courses.items():
        where = course_path(index)
        if index == 0 and course.months_since_previous is not None:
            yield Problem(
                f"{where}.months_since_previous", "the first course listed has no previous one", hint="leave it out"
            )
        elif index > 0 and course.months_since_previous is None:
            yield Problem(
                f"{where}.months_since_previous",
                f"it is missing, but {course_path(chained[0])} has it",
                allowed="it on every course but the first, or on none",
            )
        elif index > 0 and (course.start is not None or course.end is not None):
            yield Problem(
                where, "it has both months_since_previous and dates", allowed="one of the two", hint="dates say more"
            )
        if course.role == "proposed" and index != len(facts.roles) - 1:
            yield Problem(f"{where}.role", "a proposed course comes last", "'proposed'", hint="move it to the end")
