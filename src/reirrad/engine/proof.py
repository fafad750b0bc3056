"""The last look at what is met: whatever came before, the numbers that are reported must say so themselves."""

from __future__ import annotations

import numpy as np

from reirrad.engine.codes import Status
from reirrad.engine.decided import Decided
from reirrad.errors import UnprovedError


def require_proof(decided: Decided, comparison: str) -> None:
    """Refuse to go on where a finding is met and its range does not lie within its limit.

    It repeats the comparison on purpose and shares no code with it. NaN proves nothing.

    Raises
    ------
    UnprovedError
        If a value, a limit or a margin of something that is met contradicts it.
    """
    value, limit = decided.value, decided.limit
    with np.errstate(invalid="ignore"):
        proved = {
            "at_most": value.high <= limit.low,
            "below": value.high < limit.low,
            "at_least": value.low >= limit.high,
            "above": value.low > limit.high,
        }[comparison] & (value.low <= value.high)
        proved = proved & (limit.low <= limit.high) & (decided.margin >= 0)
    met = decided.status == Status.MET
    if not bool(np.all(proved[met])):
        raise UnprovedError("a finding is met, but its numbers do not say so: nothing was decided")
