"""Dates, intervals and orders of courses: section 5 of docs/semantics.md, days as ordinals."""

import calendar
import itertools
import re
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

INF = float("inf")
Number = Fraction | float  # a float only as +-inf
Range = tuple[Number, Number]
Days = tuple[float, float]  # first and last possible day as ordinals, +-inf where unbounded

MOST_UNORDERED_COURSES = 6
MOST_ORDERS = 720
LOST_MONTHS = Fraction(11, 100)
DAYS_OF_LOST_MONTHS = 4


def number(value: Any) -> Fraction:
    """Read an input number as its shortest decimal text: 0.1 is one tenth, not the nearest binary fraction."""
    return value if type(value) is Fraction else _number(value)


@lru_cache(1 << 16, typed=True)
def _number(value: Any) -> Fraction:
    return Fraction(str(value))


def number_range(value: Any) -> Range:
    """Read a number, or a pair [low, high]."""
    if isinstance(value, (list, tuple)):
        low, high = value
        return number(low), number(high)
    return number(value), number(value)


def last_day_of_month(year: int, month: int) -> int:
    """Return the number of days of a month."""
    return calendar.monthrange(year, month)[1]


def possible_days(value: Any) -> Days:
    """Return the days that a stated date may mean; nothing stated is unbounded."""
    if value is None:
        return -INF, INF
    if isinstance(value, date):
        return value.toordinal(), value.toordinal()
    text = str(value).strip()
    if "/" in text:
        first, last = text.split("/")
        return possible_days(first)[0], possible_days(last)[1]
    if text in ("..", ""):
        return -INF, INF
    parts = [int(part) for part in text.split("-")]
    year = parts[0]
    if len(parts) == 1:
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    if len(parts) == 2:
        month = parts[1]
        return date(year, month, 1).toordinal(), date(year, month, last_day_of_month(year, month)).toordinal()
    day = date(*parts).toordinal()
    return day, day


def add_months(day: date, count: int) -> date:
    """Add calendar months; a day that the target month does not have becomes its last day."""
    year, month_before = divmod(day.year * 12 + day.month - 1 + count, 12)
    month = month_before + 1
    return date(year, month, min(day.day, last_day_of_month(year, month)))


@lru_cache(1 << 16)
def months_between(first: float, last: float) -> Fraction:
    """Months from one day (an ordinal) to a later one: whole months plus the part of the next step; never below 0."""
    if last <= first:
        return Fraction(0)
    a, b = date.fromordinal(int(first)), date.fromordinal(int(last))
    whole = (b.year - a.year) * 12 + b.month - a.month
    # Every step counts from a, not from the step before: 31 Jan + 2 months is 31 Mar although + 1 month is 28 Feb.
    while add_months(a, whole) > b:
        whole -= 1
    step_start, step_end = add_months(a, whole), add_months(a, whole + 1)
    return whole + Fraction((b - step_start).days, (step_end - step_start).days)


def certain_days(course: dict[str, Any]) -> int:
    """Return the days that the fractions of a course take at least: those of its longest phase."""
    counts = [0]
    for phase in course.get("phase") or [course]:
        if "schedule" in phase:
            numbers = re.findall(r"\d+(?:\.\d+)?", phase["schedule"])
            planned = int(numbers[0] if "x" in phase["schedule"] else numbers[-1])
            counts.append(phase.get("fractions_delivered", planned))
    return -(-max(counts) // int(course["fractions_per_day"]))


class Timeline:
    """When the listed courses of a case were, as far as it is stated. Courses are positions in the list."""

    def __init__(self, courses: list[dict[str, Any]]) -> None:
        self.size = len(courses)
        self.stated = [course.get("months_since_previous") for course in courses]
        self.may_be_short = [certain_days(course) < DAYS_OF_LOST_MONTHS for course in courses]
        self.start: list[Days] = []
        self.end: list[Days] = []
        for course in courses:
            start, end = possible_days(course.get("start")), possible_days(course.get("end"))
            self.start.append((start[0], min(start[1], end[1])))
            self.end.append((max(end[0], start[0]), end[1]))
        delivered = [course.get("role") != "proposed" for course in courses]
        self.before = [
            [i != j and self._directly_before(i, j, delivered) for j in range(self.size)] for i in range(self.size)
        ]
        # The closure is needed because a course between two others may be left out later.
        for via, i, j in itertools.product(range(self.size), repeat=3):
            if self.before[i][via] and self.before[via][j]:
                self.before[i][j] = True

    def _directly_before(self, i: int, j: int, delivered: list[bool]) -> bool:
        follows_in_list = j == i + 1 and self.stated[j] is not None
        proved_by_dates = self.start[i][1] < self.start[j][0]
        return follows_in_list or proved_by_dates or (delivered[i] and not delivered[j])

    def orders(self, courses: list[int]) -> list[tuple[int, ...]] | None:
        """Return every order of these courses that the case allows, or None if they are too many to try."""
        pairs = list(itertools.combinations(courses, 2))
        if all(self.before[i][j] or self.before[j][i] for i, j in pairs):
            return [tuple(sorted(courses, key=lambda j: sum(self.before[i][j] for i in courses)))]
        if len(courses) > MOST_UNORDERED_COURSES:
            return None
        allowed = [order for order in itertools.permutations(courses) if self._allows(order)]
        return allowed if len(allowed) <= MOST_ORDERS else None

    def _allows(self, order: tuple[int, ...]) -> bool:
        return not any(self.before[later][earlier] for earlier, later in itertools.combinations(order, 2))

    def interval(self, i: int, j: int) -> Range:
        """Return the months from the end of course i to the start of the later course j."""
        steps = self.stated[i + 1 : j + 1]
        if steps and all(step is not None for step in steps):
            ranges = [number_range(step) for step in steps]
            low = sum((step[0] for step in ranges), Fraction(0))
            # The courses between have an unknown length, which adds to the interval. Calendar months do not add up, by
            # up to three days for each course between that does not take them itself.
            low = max(Fraction(0), low - LOST_MONTHS * sum(self.may_be_short[i + 1 : j]))
            # But a course that may overlap the
            # next one may end after that, and then nothing is known.
            if len(ranges) > 1 and ranges[0][0] == 0:
                low = Fraction(0)
            return low, (ranges[0][1] if len(ranges) == 1 else INF)
        shortest_known = self.end[i][1] < INF and self.start[j][0] > -INF
        longest_known = self.end[i][0] > -INF and self.start[j][1] < INF
        return (
            months_between(self.end[i][1], self.start[j][0]) if shortest_known else Fraction(0),
            months_between(self.end[i][0], self.start[j][1]) if longest_known else INF,
        )
