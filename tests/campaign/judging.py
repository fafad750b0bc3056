"""Many cases judged in one evaluation: the status of every finding, and the exit code that ``check`` would end with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reirrad.cli.exit_codes import OF_VERDICT
from reirrad.engine import from_cases
from reirrad.engine.batch import Ints
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import evaluate, verdicts
from reirrad.errors import CaseError
from reirrad.library import Library
from reirrad.model.case import Case

#: Status of a finding that does not exist.
ABSENT = -1
REFUSED = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of several cases: a row for each case, a column for each constraint and structure."""

    keys: list[tuple[str, str]]
    advisory: np.ndarray
    status: Ints
    #: the same without the proposed course; ABSENT where nothing is proposed
    without: Ints
    causes: Ints
    #: verdicts with and without what is proposed, as :class:`Status`
    verdict: Ints
    verdict_without: Ints
    unmapped: np.ndarray

    def exit_code(self, case: int) -> int:
        """Return the exit code of ``check`` for a case."""
        return OF_VERDICT[Status(int(self.verdict[case])).word]


def is_contradictory(case: Case, library: Library) -> bool:
    """Whether a case that was read is refused when it is judged: its doses cannot all be true."""
    try:
        from_cases._structures(case, library)
    except CaseError:
        return True
    return False


def judge(cases: Sequence[Case], library: Library, *, strict: bool = False, before: bool = True) -> Judged:
    """Judge cases by the way that the commands take; none of them may be refused."""
    prepared = from_cases.prepare(cases, library)
    blocks = evaluate(prepared.batch, library, strict=strict, before=before)
    shape = len(cases), len(blocks)
    status, without, causes = (np.full(shape, ABSENT, dtype=np.int64) for _ in range(3))
    for column, block in enumerate(blocks):
        status[block.judged.case, column] = block.status
        without[block.judged.case, column] = block.status_without
        causes[block.judged.case, column] = block.judged.decided.causes[:, 0]
    unmapped = np.array([bool(names) for names in prepared.unmapped], dtype=np.bool_)
    return Judged(
        keys=[(block.constraint.id, block.structure) for block in blocks],
        advisory=np.array([block.constraint.advisory for block in blocks], dtype=np.bool_),
        status=status,
        without=without,
        causes=causes,
        verdict=verdicts(prepared.batch, blocks, unmapped),
        verdict_without=verdicts(prepared.batch, blocks, unmapped, without_proposed=True),
        unmapped=unmapped,
    )
