"""Findings over dates that are ranges, against days counted by hand."""

import datetime as dt
from math import nan
from typing import Any

import numpy as np
import pytest

from engine.asked_blocks import ELSEWHERE, FIRST, PLAN, WAIT, Raw, block_of, planned
from engine.house_edition import PHYSICAL, house_library
from property.example_cases import case, cord, course
from reirrad import parse_case
from reirrad.engine.batch import NO_HIGH, NO_LOW, Batch
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import Block
from reirrad.engine.from_cases import prepare
from reirrad.engine.planning.changes import NONE
from reirrad.engine.planning.whatif import OverDates, _dated, _on_dates, has_date_range, over_dates

MET, OPEN, VIOLATED = Status.MET, Status.NOT_EVALUATED, Status.VIOLATED


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def batch_of(*raws: Raw) -> Batch:
    return prepare([parse_case(raw) for raw in raws], house_library({"mine": WAIT})).batch


def ended(end: str | None, start: str = "2020-08-01", **more: Any) -> Raw:
    return planned(start=start, end="2020-12") | {
        "course": [FIRST | {"end": end} | more, PLAN | {"start": start, "end": "2020-12-04"}]
    }


def test_a_range_has_two_ends() -> None:
    raws = [
        ended("2020-01-10"),
        ended("2020-01-10/2020-03-20"),
        ended("2020-01-10/.."),
        ended("2020-01-10", "2020-07"),
        ended("2020-01-10", start="../2020-08-01"),
        case(["SpinalCord"], FIRST | {"start": "2019-07"}),
    ]
    stated_order = case(
        ["SpinalCord"],
        FIRST | {"end": "2019-08"},
        {key: value for key, value in PLAN.items() if key not in ("start", "end")} | {"months_since_previous": 3},
    )
    assert has_date_range(batch_of(*raws, stated_order)).tolist() == [False, True, False, True, False, True, False]


def test_one_day_for_each_range() -> None:
    batch = batch_of(ended("2020-01-10/2020-03-20", "2020-07-01/2020-07-31"), ended("2020-01-10/.."))
    for step, end, start in ((0, "2020-03-20", "2020-07-01"), (4096, "2020-01-10", "2020-07-31")):
        at = _dated(batch, np.array([step, 0]))
        assert at.end_low.tolist()[:2] == at.end_high.tolist()[:2] == [day(end), day("2020-12-04")]
        assert at.start_low.tolist()[:2] == at.start_high.tolist()[:2] == [day("2019-07-29"), day(start)]
        assert at.end_high.tolist()[2:] == [NO_HIGH, day("2020-12-04")]
        assert at.end_low.tolist()[2:] == [day("2020-01-10"), day("2020-12-04")]
    open_start = _dated(batch_of(ended("2020-01-10", start="../2020-08-01")), np.array([2048]))
    assert (open_start.start_low[1], open_start.start_high[1]) == (NO_LOW, day("2020-08-01"))
    # a quarter from the shortest: of 70 days 52.5 after 10 January, of 30 days 7.5 after 1 July
    at = _dated(batch, np.array([1024, 4096]))
    assert (at.end_low[0], at.start_high[1]) == (day("2020-01-10") + 52, day("2020-07-01") + 7)


def test_intervals_at_their_shortest_and_longest() -> None:
    # until 1 August six months and more if it ended by 1 February; the others are one day, a range that is decided,
    # another structure, and one course alone
    raws = [
        ended("2020-01-10/2020-03-20"),
        ended("2020-01-10"),
        ended("2019-10-10/2019-11-20"),
        ELSEWHERE,
        case(["SpinalCord"], FIRST | {"end": "2019-09-10/2019-09-20"}),
    ]
    found = over_dates(block_of(WAIT, *raws))
    assert found is not None
    assert found.is_asked.tolist() == [True, False, True, True]
    none = Status.NOT_APPLICABLE
    assert found.status_shortest.tolist() == [VIOLATED, MET, MET, none]
    assert found.status_longest.tolist() == [MET, MET, MET, none]
    np.testing.assert_equal(found.flips_at_months, [6, nan, nan, nan])
    assert found.where_asked(found.status_longest).tolist() == [MET, NONE, MET, none]


def test_dates_are_looked_at_in_64_places(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def on_dates(block: Block, batch: Batch) -> Any:
        asked.append(batch)
        return _on_dates(block, batch)

    monkeypatch.setattr("reirrad.engine.planning.whatif._on_dates", on_dates)
    over_dates(block_of(WAIT, ended("2020-01-10/2020-03-20")))
    # both ends, 64 places, six halvings of the 64 steps between two, and the status and the months where it changes
    assert len(asked) == 2 + 64 + 6 + 1 + 1


def test_where_no_date_is_a_range_or_nothing_is_open() -> None:
    assert over_dates(block_of(WAIT, ended("2020-01-10"), ended("2020-01-10/.."))) is None
    found = over_dates(block_of(WAIT, ended("2019-10-10/2019-11-20"), ended("2020-01-10")))
    assert found is not None
    assert (found.status_shortest.tolist(), found.status_longest.tolist()) == ([MET, MET], [MET, MET])
    np.testing.assert_equal(found.flips_at_months, [nan, nan])
    # with a course that nobody knows of the interval may be 0: too short where it is five months, open where it is six
    bare = {key: value for key, value in ended("2020-01-10/2020-03-20").items() if key != "prior_courses"}
    unknown = over_dates(block_of(WAIT, bare | {"prior_radiotherapy": "unknown"}))
    assert unknown is not None
    assert (unknown.status_shortest.tolist(), unknown.status_longest.tolist()) == ([VIOLATED], [OPEN])
    assert unknown.flips_at_months.tolist() == [0]
    # a dose that is not known is not known at any date
    silent = over_dates(block_of({"limit": 90}, ended("2020-01-10/2020-03-20", dose={})))
    assert silent is not None
    assert (silent.status_shortest.tolist(), silent.status_longest.tolist()) == ([OPEN], [OPEN])
    np.testing.assert_equal(silent.flips_at_months, [nan])


def test_a_status_that_comes_and_goes_is_found_at_its_first_day() -> None:
    # from 6 to 7 months a limit of 19 Gy; before and after it does not apply. It ended between 10 January and 20 March,
    # 70 days, and reaches 6 months by 1 February, and 7 by 1 January; of three courses the last interval
    # is the smallest
    fields = PHYSICAL | {"limit": 19, "scope": "newest_course", "conditions": {"interval_months": [6, 6.5]}}
    zeroth = course("zeroth", "delivered", "2018-01-08", "2018-01-19", "20 Gy / 10", dose=cord(20))
    raw = ended("2020-01-10/2020-03-20")
    three = raw | {"course": [zeroth, *raw["course"]], "prior_courses": 2}
    found = over_dates(block_of(fields, raw, three, case(["SpinalCord"])))
    assert found is not None
    none = Status.NOT_APPLICABLE
    assert found.status_shortest.tolist() == [none] * 3
    assert found.status_longest.tolist() == [none] * 3
    np.testing.assert_equal(found.flips_at_months, [6, 6, nan])


def test_asked_where_a_range_is_stated() -> None:
    dates = OverDates(np.array([True, False]), np.array([1, 1]), np.array([3, 3]), np.array([nan, nan]))
    assert dates.where_asked(np.array([3, 3])).tolist() == [3, NONE]
