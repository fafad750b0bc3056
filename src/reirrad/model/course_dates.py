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
                known.append((first, last, index, days_with_dose(course, treated)))
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
    if not told:
        windows: dict[str, list[tuple[Window, int]]] = {}
        for first, last, index, days_of in known:
            for name, needed in days_of.items():
                windows.setdefault(name, []).append((Window(first.toordinal(), last.toordinal(), needed), index))
        yield from _several_a_day(courses, windows)


def _several_a_day(courses: Mapping[int, Course], windows: Mapping[str, list[tuple[Window, int]]]) -> Iterator[Problem]:
    """Yield three courses or more that do not fit, although any two of them do; once, for one structure."""
    for name, listed in windows.items():
        found = [listed[at] for at in too_few_days([window for window, _ in listed])]
        if len(found) > 1:  # a course that does not fit by itself is told as one
            *others, (_, index) = found
            names = _listed([courses[other].id for _, other in others])
            days = max(window.last for window, _ in found) - min(window.first for window, _ in found) + 1
            yield Problem(
                f"{course_path(index)}.start",
                f"the fractions that give dose to {name} and those of courses {names} share days",
                shown(courses[index].start),
                f"at least {sum(window.needed for window, _ in found)} days for all; these are {days}",
                SAME_DAY,
            )
            return


def _listed(ids: list[str]) -> str:
    """Return the first few ids, and how many more there are."""
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(f'"{name}"' for name in ids[:_LISTED]) + more


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
