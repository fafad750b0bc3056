"""What must agree between the dates of several courses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reirrad.errors import Problem, shown
from reirrad.model.case import Course
from reirrad.model.course_checks import SAME_DAY, days_with_dose
from reirrad.model.dates import parse_date_range
from reirrad.quantities import MONTHS_OF_A_LIFETIME


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


def one_course_a_day(courses: Mapping[int, Course]) -> Iterator[Problem]:
    """Yield courses that give dose to a structure on the same days as another one, as the dates of both prove."""
    known = []
    for index, course in courses.items():
        if course.start is not None and course.end is not None:
            first, last = parse_date_range(course.start).low, parse_date_range(course.end).high
            if first is not None and last is not None and first <= last:
                known.append((first, last, index, days_with_dose(course)))
    known.sort(key=lambda item: item[:3])
    told: set[int] = set()
    for place, (first, last, earlier, days_before) in enumerate(known):
        for begins, ends, index, days_after in known[place + 1 :]:
            if begins > last:
                break
            days = (max(last, ends) - first).days + 1
            both = {name: days_before[name] + n for name, n in days_after.items() if name in days_before}
            name = max(both, key=lambda one: both[one], default=None)
            # once for a course, however many others it shares days with
            if name is None or both[name] <= days or index in told:
                continue
            told.add(index)
            yield Problem(
                f"{course_path(index)}.start",
                f'the fractions that give dose to {name} and those of course "{courses[earlier].id}" share days',
                shown(courses[index].start),
                f"at least {both[name]} days for both; these are {days}",
                SAME_DAY,
            )


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
