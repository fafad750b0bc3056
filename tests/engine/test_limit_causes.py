"""Why a limit could not be evaluated, from the ranges of values and of limits: by hand."""

from math import nan

import numpy as np
import pytest

from reirrad.engine.codes import Cause
from reirrad.engine.convert import Span
from reirrad.engine.limits import with_limit_causes

Ends = tuple[float, float]
UNKNOWN, RANGE, SOURCE = Cause.DOSE_UNKNOWN, Cause.DOSE_RANGE, Cause.SOURCE_RANGE


def span(ends: Ends) -> Span:
    return Span(*(np.array([end]) for end in ends))


@pytest.mark.parametrize(
    ("causes", "value", "limit", "expected"),
    [
        # one limit within the range of a value
        (0, (9, 11), (10, 10), RANGE),
        (UNKNOWN, (9, 11), (10, 10), UNKNOWN),
        # no limit: what leaves it out says why
        (0, (9, 11), (nan, nan), 0),
        # a printed range: alone, if the value lies within it whatever it is
        (0, (11, 12), (10, 20), SOURCE),
        (UNKNOWN, (11, 12), (10, 20), SOURCE),
        (UNKNOWN, (11, 20), (10, 20), SOURCE),
        (UNKNOWN, (10, 20), (10, 20), UNKNOWN | SOURCE),
        (UNKNOWN, (11, 21), (10, 20), UNKNOWN | SOURCE),
        (0, (9, 21), (10, 20), SOURCE),
    ],
)
def test_causes_of_limits(causes: int, value: Ends, limit: Ends, expected: int) -> None:
    found = with_limit_causes(np.array([causes]), span(value), span(limit), None)
    assert found.tolist() == [expected]


@pytest.mark.parametrize(
    ("causes", "limit", "interval", "expected"),
    [
        (0, (10, 15), (5, 7), Cause.INTERVAL_UNKNOWN),
        (UNKNOWN, (10, 15), (5, 7), UNKNOWN | Cause.INTERVAL_UNKNOWN),
        # the interval is known, and no step of the schedule is about it
        (0, (10, 15), (5, 5), Cause.RECOVERY_NOT_STATED),
        # the fraction is known
        (UNKNOWN, (15, 15), (5, 7), UNKNOWN),
        (0, (15, 15), (5, 7), RANGE),
    ],
)
def test_causes_of_raised_tolerances(causes: int, limit: Ends, interval: Ends, expected: int) -> None:
    """A value within the range of a raised tolerance is not within one that a source prints."""
    found = with_limit_causes(np.array([causes]), span((11, 12)), span(limit), span(interval))
    assert found.tolist() == [expected]
