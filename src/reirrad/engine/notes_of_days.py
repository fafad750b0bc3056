"""What a report takes for granted about days: doses that are converted apart were given on different ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from reirrad.library import Library
from reirrad.model.case import Case, Course
from reirrad.model.course_checks import structures_with_dose
from reirrad.model.dates import parse_date_range


def notes_of_days(case: Case, library: Library) -> Iterator[str]:
    """Yield which phases and courses are taken as given on different days although nothing proves it.

    What is given on one day counts together in one dose per fraction; converted apart, it is less.
    """
    for course in case.course:
        if any(_share_structure(*pair, library) for pair in combinations(_by_phase(course), 2)):
            yield f'course "{course.id}": its phases are taken as given on different days'
    dosed = [_of_course(course) for course in case.course]
    unproved = {
        index
        for one, other in combinations(range(len(dosed)), 2)
        if not _is_apart(case, one, other) and _share_structure(dosed[one], dosed[other], library)
        for index in (one, other)
    }
    if unproved:
        names = ", ".join(sorted(f'"{case.course[index].id}"' for index in unproved))
        yield f"courses {names}: taken as given on different days, which their dates do not prove"


def _by_phase(course: Course) -> list[set[str]]:
    return [set(structures_with_dose(phase)) for phase in course.phases]


def _of_course(course: Course) -> set[str]:
    return set().union(*_by_phase(course))


def _share_structure(one: set[str], other: set[str], library: Library) -> bool:
    """Whether both give dose to a structure, or to two of which one lies within the other."""
    table = library.structures
    known = [[name for text in texts if (name := table.canonical(text)) is not None] for texts in (one, other)]
    return bool(one & other) or any(table.are_related(*names) for names in product(*known))


def _is_apart(case: Case, earlier: int, later: int) -> bool:
    """Whether dates, or months between courses as they are listed, prove that two courses share no day."""
    months = [course.months_since_previous for course in case.course[earlier + 1 : later + 1]]
    if any(stated is not None and stated > 0 for stated in months):
        return True
    one, other = case.course[earlier], case.course[later]
    return _ends_before(one, other) or _ends_before(other, one)


def _ends_before(one: Course, other: Course) -> bool:
    if one.end is None or other.start is None:
        return False
    end, start = parse_date_range(one.end).high, parse_date_range(other.start).low
    return end is not None and start is not None and end < start
