"""The days on which findings change, against every single day, and against dates counted by hand."""

import copy
import datetime as dt
from typing import Any

import pytest

from engine.house_edition import MONTHS, house_library
from property.example_cases import case, cord, course
from reirrad import load_library, parse_case
from reirrad.engine.check import check_all
from reirrad.engine.planning.when import when
from reirrad.errors import InputError
from reirrad.model.when import WhenRow

Raw = dict[str, Any]
LIBRARY = load_library()


def planned(total: float = 20.0, n: int = 10, **fields: Any) -> Raw:
    """Return 45 Gy / 25 that ended on 31 August 2019, and a further course."""
    first = course("first", "delivered", "2019-07-29", "2019-08-31", "45 Gy / 25", dose=cord(45))
    second = course("second", "proposed", "2019-09-09", "2019-10-04", f"{total} Gy / {n}", dose=cord(total), **fields)
    return case(["SpinalCord"], first, second)


def rows(raw: Raw, *editions: str) -> dict[str, WhenRow]:
    return {row.constraint_id: row for row in when(parse_case(raw), library=LIBRARY.select(editions)).rows}


def periods(row: WhenRow) -> list[tuple[str, str]]:
    return [(period.start, period.status) for period in row.periods]


def test_interval_limit_with_a_clipped_end_of_month() -> None:
    # six calendar months after 31 August 2019 is 29 February 2020
    row = rows(planned(), "nieder-2006")["nieder-2006.interval"]
    assert row.earliest == "2020-02-29"
    assert periods(row) == [("2019-09-01", "violated"), ("2020-02-29", "met")]


def test_steps_of_recovery() -> None:
    # 45 Gy in 1.8 Gy fractions is 43 Gy EQD2 at 2.5; 20 Gy in 10 is 20: 63, 58.7, 52.25 and 41.5 where 50 are allowed
    # Max bounds D0.1cc from above: it can prove the limit met, and not violated
    row = rows(planned(), "umich-2019")["umich-2019.spinal-cord"]
    assert periods(row) == [("2019-09-01", "not_evaluated"), ("2020-08-31", "met")]
    stated = planned()
    for one in stated["course"]:
        one["dose"]["SpinalCord"]["D0.1cc[Gy]"] = one["dose"]["SpinalCord"].pop("Max[Gy]")
    row = rows(stated, "umich-2019")["umich-2019.spinal-cord"]
    assert periods(row) == [("2019-09-01", "violated"), ("2020-08-31", "met")]


def test_a_condition_on_the_interval_begins_and_ends() -> None:
    row = rows(planned(30.0, 15), "paradis-rulach-2021")["paradis-rulach-2021.spinal-cord"]
    assert [start for start, _ in periods(row)] == ["2019-09-01", "2020-02-29", "2020-08-31"]
    assert [status for _, status in periods(row)] == ["not_applicable", "not_evaluated", "not_applicable"]


def test_never_by_its_date_alone() -> None:
    row = rows(planned(60.0, 20), "nieder-2006")["nieder-2006.cumulative"]
    assert (row.earliest, periods(row)) == (None, [("2019-09-01", "violated")])


#: Applies to the second course, eight months after the first, but not to a third within six months of the second.
FROM = {"paradis-rulach-2021.spinal-cord": dt.date(2020, 2, 29)}


def test_day_by_day() -> None:
    """Brute force: the status of each day near a change, and of every tenth of three years, is that of its period."""
    raw = planned(16.0, 8)
    earlier = course("zeroth", "delivered", "2018-11-05", "2018-11-30", "20 Gy / 10", dose=cord(20))
    raw["course"].insert(0, earlier)
    raw["prior_courses"] = 2
    answer = when(parse_case(raw), library=LIBRARY)
    first = dt.date(2019, 9, 1)
    begins = {dt.date.fromisoformat(period.start) for row in answer.rows for period in row.periods}
    near = {begin + dt.timedelta(days=number) for begin in begins for number in (-2, -1, 0, 1, 2)}
    tenth = {first + dt.timedelta(days=number) for number in range(0, 1200, 10)}
    days = sorted(day for day in near | tenth if first <= day < first + dt.timedelta(days=1200))
    cases = []
    for day in days:
        moved = copy.deepcopy(raw)
        moved["course"][-1] |= {"start": day.isoformat(), "end": f"{day.isoformat()}/.."}
        cases.append(parse_case(moved))
    found = check_all(cases, library=LIBRARY)
    for row in answer.rows:
        starts = [*(dt.date.fromisoformat(period.start) for period in row.periods), dt.date.max]
        for period, begin, end in zip(row.periods, starts, starts[1:], strict=False):
            for day, report in zip(days, found, strict=True):
                if begin <= day < end:
                    item = next(
                        one
                        for one in report.findings
                        if (one.constraint_id, one.structure) == (row.constraint_id, row.structure)
                    )
                    said = item.status, item.reason
                    if row.constraint_id in FROM and day < FROM[row.constraint_id]:
                        said = "not_applicable", "other_interval"
                    assert said == (period.status, period.reason), (row.constraint_id, day)


def nothing_proposed(raw: Raw) -> None:
    del raw["course"][1]


def nothing_delivered(raw: Raw) -> None:
    del raw["course"][0]
    raw["prior_courses"] = 0


def partial_end(raw: Raw) -> None:
    raw["course"][0]["end"] = "2019-08"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (nothing_proposed, "no course is proposed"),
        (nothing_delivered, "no course was delivered"),
        (partial_end, r"course\[1\].end: the end must be one day"),
    ],
)
def test_refusals(change: Any, message: str) -> None:
    raw = planned()
    change(raw)
    with pytest.raises(InputError, match=message):
        when(parse_case(raw), library=LIBRARY)


def test_a_part_of_a_month_is_found_on_its_day() -> None:
    # 4.5 months after 31 August 2019: of the 31 days from 31 December to 31 January the 16th reaches the half
    library = house_library({"wait": MONTHS | {"limit": 4.5, "comparison": "at_least"}})
    (row,) = when(parse_case(planned()), library=library).rows
    assert periods(row) == [("2019-09-01", "violated"), ("2020-01-16", "met")]


def test_an_interval_that_must_be_passed() -> None:
    # six months after 31 August 2019 is 29 February 2020: the day after is more than that
    library = house_library({"wait": MONTHS | {"limit": 6, "comparison": "above"}})
    (row,) = when(parse_case(planned()), library=library).rows
    assert periods(row) == [("2019-09-01", "violated"), ("2020-03-01", "met")]


def test_the_verdict_is_that_of_check_on_every_day() -> None:
    library = LIBRARY.select(["nieder-2006", "umich-2019"])
    read = parse_case(planned())
    found = when(read, library=library).verdict
    # the interval is met after six months; what Max bounds of D0.1cc fits after a year
    assert [(period.start, period.status) for period in found] == [
        ("2019-09-01", "violated"),
        ("2020-02-29", "not_evaluated"),
        ("2020-08-31", "met"),
    ]
    first = dt.date(2019, 9, 1)
    days = [(first + dt.timedelta(days=n)).isoformat() for n in range(0, 500, 7)]
    moved = []
    for day in days:
        raw = planned()
        raw["course"][1] |= {"start": day, "end": f"{day}/.."}
        moved.append(parse_case(raw))
    for day, report in zip(days, check_all(moved, library=library), strict=True):
        assert (
            report.verdict == max((period for period in found if period.start <= day), key=lambda one: one.start).status
        )


def test_the_model_is_left_out() -> None:
    answer = when(parse_case(planned()), library=LIBRARY.select(["woolley-2018", "nieder-2006"]))
    assert answer.left_out == ("woolley-2018.allowed-bed",)
    assert answer.verdict == ()
    assert "left out, because they change every day: woolley-2018.allowed-bed" in answer.notes
    assert rows(planned(), "woolley-2018", "nieder-2006").keys() == {
        "nieder-2006.cumulative", "nieder-2006.course", "nieder-2006.interval",
    }  # fmt: skip
