"""What must agree between the dates of several courses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reirrad.errors import Problem, shown
from reirrad.model.case import Course
from reirrad.model.course_checks import SAME_DAY, Treated, days_with_dose, itself
from reirrad.model.dates import parse_date_range
from reirrad.model.days_needed import Window, too_few_days
from reirrad.quantities import MONTHS_OF_A_LIFETIME

#: So many courses are named, where many share days.
_LISTED = 4


def course_path(index: int) -> str:
    """Return the path of a course in its file, counted from 1 as people do."""
    return f"course[{index + 1}]"


def proposed_is_newest(courses: Mapping[int, Course]) -> Iterator[Problem]:
    """Yield a proposed course that begins before a delivered one did."""
    proposed = [(index, course) for index, course in courses.items() if course.role == "proposed"]
    for index, course in proposed[:1]:  # a second one is refused already
        bounds = [parse_date_range(text).high for text in (course.start, course.end) if text is not None]
        latest = min((day for day in bounds if day is not None), default=None)
        for other_index, other in courses.items():
            begins = parse_date_range(other.start).low if other.start is not None else None
            if other.role == "delivered" and latest is not None and begins is not None and latest < begins:
                yield Problem(
                    f"{course_path(index)}.start",
                    f"the proposed course begins before {course_path(other_index)}, which was delivered, began",
                    shown(course.start or course.end),
                    f"{begins.isoformat()} or later",
                    "were the roles or the dates swapped?",
                )


def one_course_a_day(courses: Mapping[int, Course], treated: Treated = itself) -> Iterator[Problem]:
    """Yield courses that give dose to a structure on the same days as others, as the dates of all of them prove.

    Parameters
    ----------
    courses
        By their place in the case.
    treated
        Which structures get dose with one that is named; that one alone, where no library says what contains it.
    """
    known = []
    for index, course in courses.items():
        if course.start is not None and course.end is not None:
            first, last = parse_date_range(course.start).low, parse_date_range(course.end).high
            if first is not None and last is not None and first <= last:
                known.append((first.toordinal(), last.toordinal(), index))
    windows: dict[str, list[tuple[Window, int]]] = {}
    for first_day, last_day, index in sorted(known):
        for name, needed in days_with_dose(courses[index], treated).items():
            windows.setdefault(name, []).append((Window(first_day, last_day, needed), index))
    told: set[int] = set()
    for name, listed in windows.items():
        for places in too_few_days([window for window, _ in listed]):
            found = [listed[at] for at in places]
            *others, (_, index) = found
            # a course that does not fit by itself is told as one; once for a course, whatever it treats besides
            if not others or index in told:
                continue
            told.add(index)
            days = max(window.last for window, _ in found) - min(window.first for window, _ in found) + 1
            needed = sum(window.needed for window, _ in found)
            yield Problem(
                f"{course_path(index)}.start",
                f"the fractions that give dose to {name} and those of {_listed([courses[at].id for _, at in others])} "
                "share days",
                shown(courses[index].start),
                f"at least {needed} days for {'all' if len(others) > 1 else 'both'}; these are {days}",
                SAME_DAY,
            )


def _listed(ids: list[str]) -> str:
    """Return the first few ids of courses, and how many more there are."""
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return f"course{'s' * (len(ids) > 1)} " + ", ".join(f'"{name}"' for name in ids[:_LISTED]) + more


def one_lifetime(courses: Mapping[int, Course]) -> Iterator[Problem]:
    """Yield the last day that lies further from the first than any interval that is read: a year is mistyped."""
    stated = [
        (f"{course_path(index)}.{key}", text, parse_date_range(text))
        for index, course in courses.items()
        for key, text in (("start", course.start), ("end", course.end))
        if text is not None
    ]
    firsts = [(days.high, where) for where, _, days in stated if days.high is not None]
    lasts = [(days.low, where, text) for where, text, days in stated if days.low is not None]
    if not firsts or not lasts:
        return
    (first, where_first), (last, where, text) = min(firsts), max(lasts)
    if (last.year - MONTHS_OF_A_LIFETIME // 12, last.month, last.day) > (first.year, first.month, first.day):
        yield Problem(
            where,
            f"it lies more than {MONTHS_OF_A_LIFETIME} months after {where_first}",
            shown(text),
            f"days of one life; {where_first} is in {first.year}",
            "was a digit of a year mistyped?",
        )
