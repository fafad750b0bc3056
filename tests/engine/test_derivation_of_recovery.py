"""When the recovered fraction becomes another one, and in how many days; counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from engine.derivations import FAR, TEN, TWENTY, two
from engine.house_edition import house_library
from engine.judged_pairs import found
from reirrad.model.finding import RecoveredCourse

Raw = dict[str, Any]
UNDATED = {"start": None, "end": None}


def recovered(raw: Raw, schedule: str = "steps") -> tuple[RecoveredCourse, list[str]]:
    """Return what is said of the first course, and the lines about its next step."""
    library = house_library({"only": {"limit": FAR, "recovery": schedule}})
    finding = found(raw, "house.only", library=library)
    (item,) = finding.recovery or ()
    return item, [line for line in finding.derivation if "becomes" in line]


def dated(end: str, start: str) -> Raw:
    return two(TEN | {"start": "2009", "end": end}, TWENTY | {"start": start, "end": "2016-01-04"})


@pytest.mark.parametrize(
    ("raw", "fraction", "following", "days"),
    [
        # exactly at a step it is the one after it: 12 months after 5 February, 26 + 30 + 31 + 30 + 31 + 31 + 5 days on
        (dated("2010-02-05", "2010-08-05"), 0.25, 0.5, 184),
        (dated("2010-02-05", "2011-02-05"), 0.5, None, None),
        # an interval of exactly 0 without days to count from: of the first course, of the second, of both
        (dated("2010-02/2010-04", "2010-02-01"), 0.0, 0.25, None),
        (dated("2010-02-01", "2010-01/2010-02-01"), 0.0, 0.25, None),
        (dated("2010-03", "2010-02"), 0.0, 0.25, None),
        # stated months have no days
        (two(TEN | UNDATED, TWENTY | UNDATED | {"months_since_previous": 8}), 0.25, 0.5, None),
        (two(TEN, TWENTY | UNDATED | {"months_since_previous": 8}), 0.25, 0.5, None),
    ],
)
def test_the_next_step(raw: Raw, fraction: float, following: float | None, days: int | None) -> None:
    item, lines = recovered(raw)
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (fraction, following, days)
    when = "later" if days is None else f"in {days} days"
    assert lines == ([] if following is None else [f"first: {when} the recovered fraction becomes {following:.2f}"])


def test_a_step_on_no_whole_month_has_no_day() -> None:
    item, lines = recovered(dated("2010-02-05", "2010-06-05"), "halves")
    assert (item.fraction, item.next_fraction, item.days_to_next_step) == (0.1, 0.2, None)
    assert lines == ["first: later the recovered fraction becomes 0.20"]
