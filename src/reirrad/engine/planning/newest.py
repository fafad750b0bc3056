"""Whether a constraint says anything of the newest course, which is what planning is about.

A finding may be that of an earlier course, at which the constraint applies while it does not at the newest one. Of a
further course such a finding says nothing, whether it is met or violated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from reirrad.engine.applicability import applicability
from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import Exclusion, Status
from reirrad.engine.evaluate import Block
from reirrad.engine.judge import Judge
from reirrad.engine.judged import Judged


def not_of_newest(judge: Judge, judged: Judged) -> tuple[Bools, Ints]:
    """Return for each case whether a constraint applies to its newest course in no order, and why.

    Where an order in which it applies is possible, what is found stays: to leave it out would be to say that the
    constraint does not apply.

    Parameters
    ----------
    judge
        Of the constraint.
    judged
        What it found.

    Returns
    -------
    tuple
        For each of ``judged.case``: whether it does not apply, and the :class:`Exclusion`; none where it does or may,
        and of a constraint on the first course, which has no condition that says so.
    """
    view = judge.view
    may_apply, why = judged.is_of_newest.copy(), np.zeros(len(judged.case), dtype=np.int64)
    for index, rows in enumerate(view.rows):
        if rows.n_courses == 0:
            continue
        applies = applicability(judge.constraint, view, rows, view.listed_intervals(index))
        exclusion = applies.exclusion[:, -1]
        exclusion[~applies.exists[:, -1]] = Exclusion.FEWER_THAN_TWO_COURSES
        case = np.searchsorted(judged.case, rows.case)
        why[case] = exclusion
        if judge.constraint.scope != "first_course":
            # a later course is none of its candidates, whatever its conditions are
            may_apply[case[exclusion == Exclusion.NONE]] = True
    return ~may_apply, np.where(may_apply, int(Exclusion.NONE), why)


def told_of_earlier(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield of which constraints on the one case of blocks the finding is of an earlier course than the newest."""
    by_structure: dict[str, list[str]] = {}
    for block in blocks:
        if block.status[0] != Status.NOT_APPLICABLE and not_of_newest(block.judge, block.judged)[0][0]:
            by_structure.setdefault(block.structure, []).append(block.constraint.id)
    for structure, names in by_structure.items():
        do, found = ("does", "finding is") if len(names) == 1 else ("do", "findings are")
        which = f"structure {structure}: {', '.join(names)} {do} not apply to its newest course that gives dose"
        yield f"{which}; the {found} about {'an earlier one' if len(names) == 1 else 'earlier ones'}"
