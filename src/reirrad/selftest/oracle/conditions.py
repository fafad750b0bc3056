"""The limit that holds for a judged value and the truth of its conditions: sections 6 and 7 of docs/semantics.md."""

from fractions import Fraction
from typing import Any

from reirrad.selftest.oracle import facts
from reirrad.selftest.oracle.courses import Seen
from reirrad.selftest.oracle.dates import Range, number, number_range
from reirrad.selftest.oracle.scopes import Order, View, recovered, smallest_interval, within

Truth = bool | None  # None: unknown


def limits_for(view: View, order: Order, turn: int | None) -> Range | None:
    """Return the limit as a range, or None if there is none for the fraction number; turn None is the unseen course."""
    limits = stated_limits(view.constraint, None if turn is None else view.courses[order[turn]])
    bins = view.constraint.get("tolerance_recovery")
    if limits is None or bins is None:
        return limits
    least, most = recovered(bins, interval_at(view, order, turn))
    return limits[0] * (1 + least), limits[1] * (1 + most)


def stated_limits(constraint: dict[str, Any], course: Seen | None) -> Range | None:
    """Return the limit as published, by the fraction number where it depends on it."""
    rows = constraint.get("limit_by_n_fractions")
    if rows is not None:
        n = None if course is None or course.fractions is None else course.fractions
        return number_range(rows[n[0]]) if n is not None and n[0] == n[1] and n[0] in rows else None
    return number(constraint["limit"]), number(constraint.get("limit_high") or constraint["limit"])


def interval_at(view: View, order: Order, turn: int | None) -> Range:
    """Return the smallest interval at a turn; that of the unseen course is unknown."""
    return facts.UNKNOWN if turn is None else smallest_interval(view, order, turn)


def condition_truths(view: View, order: Order, turn: int | None) -> list[Truth]:
    """Return the truth of each condition at the turn of a course; turn None is the unseen course."""
    course = None if turn is None else view.courses[order[turn]]
    conditions = view.constraint.get("conditions") or {}
    truths: list[Truth] = []
    if "interval_months" in conditions:
        truths.append(within(interval_at(view, order, turn), *conditions["interval_months"]))
    of_the_course = {
        "technique": technique_truth,
        "n_fractions": n_fractions_truth,
        "fraction_size_gy": fraction_size_truth,
        "scheduled_dose_gy": scheduled_dose_truth,
        "target_distance_mm": target_distance_truth,
    }
    for name, truth in of_the_course.items():
        if name in conditions:
            truths.append(None if course is None else truth(course, conditions[name]))
    rows = view.constraint.get("limit_by_n_fractions")
    if rows is not None:
        truths.append(None if course is None else row_truth(course, rows))
    return truths


def technique_truth(course: Seen, names: Any) -> Truth:
    """Tell whether the technique is one of the names."""
    allowed = [names] if isinstance(names, str) else list(names)
    return None if course.technique is None else course.technique in allowed


def n_fractions_truth(course: Seen, least_and_most: tuple[int, int]) -> Truth:
    """Tell whether the fraction number lies between two, both included."""
    if course.fractions is None:
        return None
    (least, most), (fewest, largest) = least_and_most, course.fractions
    if largest < least or fewest > most:
        return False
    return True if least <= fewest and largest <= most else None


def row_truth(course: Seen, rows: dict[int, Any]) -> Truth:
    """Tell whether there is a limit for the fraction number."""
    if course.fractions is None:
        return None
    fewest, most = course.fractions
    if not any(fewest <= n <= most for n in rows):
        return False
    return True if fewest == most else None


def fraction_size_truth(course: Seen, ends: tuple[Any, Any]) -> Truth:
    """Compare floats, as the size is one by definition: the ends are the floats nearest to their decimal text."""
    lowest, highest = (float(number(end)) for end in ends)
    sizes = [None if schedule is None else float(schedule[1] / schedule[0]) for schedule in course.schedules]
    if any(size is not None and not lowest <= size <= highest for size in sizes):
        # the size outside may be that of a phase that does not treat the structure
        return None if course.may_be_untreated else False
    return None if None in sizes else True


def scheduled_dose_truth(course: Seen, ends: tuple[Any, Any]) -> Truth:
    """Tell whether the scheduled total of all phases lies between two doses, both included."""
    lowest, highest = map(number, ends)
    totals = [schedule[1] for schedule in course.schedules if schedule is not None]
    if len(totals) < len(course.schedules) or course.may_be_untreated:
        return None
    return lowest <= sum(totals, Fraction(0)) <= highest


def target_distance_truth(course: Seen, ends: tuple[Any, Any]) -> Truth:
    """Tell whether the smallest stated distance of the target lies in [from, to)."""
    return within(course.target_distance, *ends)
