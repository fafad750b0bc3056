"""The orders in which courses may have been given.

Where dates prove the order there is one. Otherwise every order that they allow is a row of its own; file order never
decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from reirrad.engine.batch import Batch, Bools, Ints

#: More courses than this without a proved order are not ordered: 6! = 720 orders.
MOST_UNORDERED = 6


@dataclass(frozen=True, slots=True)
class Rows:
    """Possible orders of cases with the same number of courses.

    ``case`` has shape (n_rows,), ``course`` (n_rows, n_courses): indices into the batch, earliest first. Rows of one
    case are adjacent. ``is_ordered`` is false where there are too many possible orders: such a row is any of them.
    """

    case: Ints
    course: Ints
    is_ordered: Bools

    @property
    def n_courses(self) -> int:
        """Number of courses of every row."""
        return int(self.course.shape[1])


def possible_orders(batch: Batch, cases: Bools, courses: Bools) -> list[Rows]:
    """Return the possible orders of the chosen courses of the chosen cases, by number of courses.

    Parameters
    ----------
    cases
        Which cases; one without any chosen course has a row with no course.
    courses
        Which courses count.
    """
    in_order = _in_order(batch)
    chosen = in_order[(courses & cases[batch.course_case])[in_order]]
    count = np.bincount(batch.course_case[chosen], minlength=batch.n_cases)
    first = np.cumsum(count) - count
    rows = []
    for n_courses in np.flatnonzero(np.bincount(count[cases])):
        members = np.flatnonzero(cases & (count == n_courses))
        course = chosen[first[members][:, None] + np.arange(n_courses)]
        rows.append(_expand(batch, members, course))
    return rows


#: The same courses are chosen from for every structure and metric of a batch: they are sorted once.
_SORTED: WeakKeyDictionary[Batch, Ints] = WeakKeyDictionary()


def _in_order(batch: Batch) -> Ints:
    """Return all courses by case, stated order and dates."""
    if batch not in _SORTED:
        # if the order of a case is proved, it is this one
        keys = batch.start_low, batch.is_proposed, batch.stated_order, batch.course_case
        _SORTED[batch] = np.lexsort(keys)
    return _SORTED[batch]


def _expand(batch: Batch, case: Ints, course: Ints) -> Rows:
    n_courses = course.shape[1]
    must = _must_precede(batch, course)
    proved = np.ones(len(case), dtype=np.bool_)
    for position in range(n_courses - 1):
        proved &= must[:, position, position + 1]
    if proved.all():
        return Rows(case, course, proved)
    # where dates say nothing ids decide what is listed first, so that file order never shows
    by_id = np.argsort(batch.course_id[course[~proved]].astype(np.str_))
    course = course.copy()
    course[~proved] = np.take_along_axis(course[~proved], by_id, axis=1)
    must = _must_precede(batch, course)
    if n_courses > MOST_UNORDERED:
        return Rows(case, course, proved)
    weights = 1 << np.arange(n_courses * n_courses)
    pattern = must.reshape(len(case), -1) @ weights
    pieces_case, pieces_course = [], []
    for code in np.unique(pattern):
        members = np.flatnonzero(pattern == code)
        orders = np.array(list(_extensions(must[members[0]])))
        pieces_case.append(np.repeat(case[members], len(orders)))
        pieces_course.append(course[members][:, orders].reshape(-1, n_courses))
    all_cases = np.concatenate(pieces_case)
    by_case = np.argsort(all_cases, kind="stable")
    return Rows(all_cases[by_case], np.concatenate(pieces_course)[by_case], np.ones(len(all_cases), dtype=np.bool_))


def _must_precede(batch: Batch, course: Ints) -> Bools:
    """Whether course i of a row is proved to precede course j, shape (n_rows, n_courses, n_courses)."""
    before, after = course[:, :, None], course[:, None, :]
    by_date = batch.start_high[before] < batch.start_low[after]
    by_role = ~batch.is_proposed[before] & batch.is_proposed[after]
    # courses of a stated order all have one; elsewhere it is -1 on both sides
    by_statement = batch.stated_order[before] < batch.stated_order[after]
    contradicted = batch.stated_order[before] > batch.stated_order[after]
    by_date &= ~(batch.is_proposed[before] & ~batch.is_proposed[after])
    return np.asarray((by_date | by_role | by_statement) & ~contradicted)


def _extensions(must: Bools) -> Iterator[tuple[int, ...]]:
    """Yield every total order that respects what is proved, in lexicographic order."""
    n_courses = len(must)

    def extend(placed: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(placed) == n_courses:
            yield placed
            return
        rest = [item for item in range(n_courses) if item not in placed]
        for item in rest:
            if not any(must[other, item] for other in rest if other != item):
                yield from extend((*placed, item))

    yield from extend(())
