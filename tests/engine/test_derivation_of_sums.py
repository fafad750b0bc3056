"""What a derivation says of what is compared: interval, sum, recovery, share, score and model; values by hand."""

from __future__ import annotations

from typing import Any

import pytest

from engine.derivations import (
    FAR,
    TEN,
    TEN_LINES,
    TWENTY,
    TWENTY_LINES,
    delivered,
    derived,
    given,
    lines_after_courses,
    two,
)
from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields
from property.example_cases import FIRST, case, cord, course

Raw = dict[str, Any]
BOTH = two(TEN, TWENTY)
UNSEEN = {"prior_radiotherapy": "partial", "prior_courses": None}
D01 = "D0.1cc[Gy]"


def partial(raw: Raw) -> Raw:
    return {key: value for key, value in (raw | UNSEEN).items() if value is not None}


def moved(start: str, **more: Any) -> Raw:
    """Return both courses, the second beginning on another day; the first ends on 5 February 2010."""
    return two(TEN, TWENTY | {"start": start, "end": "2016-01-04"} | more)


def test_a_plain_sum() -> None:
    assert derived(BOTH, {"limit": 135.5, "note": "as printed"}) == [
        *TEN_LINES,
        *TWENTY_LINES,
        "sum, no recovery assumed: 20 + 40 = 60 Gy2",
        "required <= 135.5 Gy BED; value 60: met",
        "note of the edition: as printed",
    ]


def test_a_value_that_is_beyond_its_limit_is_printed_beyond_it() -> None:
    # 40.00001 (1 + 2.0000005/2) = 80.00003; four decimals would be 80
    raw = two(TEN, given("40 Gy / 20", 40.00001))
    assert derived(raw, {"limit": 80, "scope": "newest_course"})[-1] == (
        "required <= 80 Gy BED; value 80.00003: violated"
    )
    # 2/3 to four decimals
    assert derived(BOTH, {"limit": 0.5, "scope": "share"})[-1] == "required <= 0.5; value 0.6667: violated"


@pytest.mark.parametrize(
    ("comparison", "sign", "limit", "status"),
    [
        ("at_most", "<=", 60, "met"),
        ("below", "<", 60, "violated"),
        ("at_least", ">=", 59, "met"),
        ("above", ">", 59, "violated"),
    ],
)
def test_signs_and_words(comparison: str, sign: str, limit: float, status: str) -> None:
    if sign.startswith("<"):
        expected = f"required {sign} {limit} Gy BED; value 60: {status}"
        assert derived(BOTH, {"limit": limit, "comparison": comparison})[-1] == expected
    else:
        expected = f"required {sign} {limit} months; value 59: {status}"
        assert derived(BOTH, MONTHS | {"limit": limit, "comparison": comparison})[-1] == expected


INTERVAL = MONTHS | {"limit": 6, "comparison": "at_least"}
NEAR = "note: the interval is within days of the limit; definitions of a month differ by that much"


@pytest.mark.parametrize(
    ("start", "text", "status", "notes"),
    [
        ("2015-01-05", "59", "met", []),
        ("2010-08-05", "6", "met", [NEAR]),
        # six months and 6 of the 31 days to 5 September, then 7; 25 of the 31 to 5 August, then 24
        ("2010-08-11", "6.1935", "met", [NEAR]),
        ("2010-08-12", "6.2258", "met", []),
        ("2010-07-30", "5.8065", "violated", [NEAR]),
        ("2010-07-29", "5.7742", "violated", []),
        # one end is near
        ("2010-08-05/2010-10-05", "6 to 8", "met", [NEAR]),
        ("2010-06-05/2010-08-05", "4 to 6", "not evaluated", [NEAR]),
        ("2010-07-05/2010-10-05", "5 to 8", "not evaluated", []),
    ],
)
def test_an_interval(start: str, text: str, status: str, notes: list[str]) -> None:
    lines = [line for line in derived(moved(start), INTERVAL) if not line.startswith("to decide")]
    assert lines == [
        f"smallest interval between consecutive courses: {text} months",
        *notes,
        f"required >= 6 months; value {text}: {status}",
    ]


def test_an_interval_at_the_edge_of_what_is_near() -> None:
    # 0.4 - 0.2 is 0.2 in float64, too
    raw = two(TEN | {"start": None, "end": None}, TWENTY | {"start": None, "end": None, "months_since_previous": 0.4})
    assert derived(raw, INTERVAL | {"limit": 0.2})[1] == NEAR


def test_an_interval_to_what_is_not_listed() -> None:
    assert derived(partial(BOTH), INTERVAL)[:2] == [
        "smallest interval between consecutive courses: 0 to 59 months",
        "the history is not complete: an unseen earlier course may lie at any distance",
    ]


def test_a_sum_with_what_is_not_listed() -> None:
    assert lines_after_courses(partial(BOTH), {"limit": 135.5}) == [
        "sum, no recovery assumed: 20 + 40 = 60 Gy2",
        "the history is not complete: an unseen earlier course may add any dose",
        "required <= 135.5 Gy BED; value 60 to unbounded: not evaluated",
        'to decide: list every earlier course and write prior_radiotherapy = "complete"',
    ]
    # of a single course there is no sum and no share to write down
    alone = partial(case(["SpinalCord"], course(*FIRST, "10 Gy / 5", dose=cord(10))))
    for rule, comparison in (
        ({"limit": 135.5}, "required <= 135.5 Gy BED; value 20 to unbounded"),
        ({"limit": 0.5, "scope": "share"}, "required <= 0.5; value 0 to 1"),
    ):
        assert derived(alone, rule)[:-1] == [
            *TEN_LINES,
            "the history is not complete: an unseen earlier course may add any dose",
            f"{comparison}: not evaluated",
        ]


def test_several_orders() -> None:
    # either may be the first, and all orders have the same sum
    raw = delivered(two(TEN | {"start": "2010", "end": "2011"}, TWENTY | {"start": "2010", "end": "2011"}))
    expected = "the dates do not prove the order of the courses: all 2 possible orders were evaluated"
    assert [line for line in derived(raw, {"limit": FAR}) if "order" in line] == [expected]


STEPS = {"limit": FAR, "recovery": "steps"}


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        # half of 20 Gy2 from 12 months on; nothing follows
        ("2015-01-05", STEPS, ["59 months before, recovered fraction 0.5", "20 x (1 - 0.5) + 40 = 50"]),
        # 8 months on 5 October; 12 on 5 February, 123 days later: 26 + 30 + 31 + 31 + 5
        (
            "2010-10-05",
            STEPS,
            [
                "8 months before, recovered fraction 0.25",
                "in 123 days the recovered fraction becomes 0.50",
                "20 x (1 - 0.25) + 40 = 55",
            ],
        ),
        (
            "2011-02-04",
            STEPS,
            [
                "11.9677 months before, recovered fraction 0.25",
                "note: the interval is within days of a step of steps; definitions of a month differ by that much",
                "in 1 day the recovered fraction becomes 0.50",
                "20 x (1 - 0.25) + 40 = 55",
            ],
        ),
        # what is open has no next step
        (
            "2010-06-05/2010-10-05",
            STEPS,
            ["4 to 8 months before, recovered fraction 0 to 0.25", "20 x (1 - 0 to 0.25) + 40 = 55 to 60"],
        ),
        # after the gap of 6 to 7 months there is 0.3: 47 days from 20 July to 5 September
        (
            "2010-07-20",
            {"limit": FAR, "recovery": "gap"},
            [
                "5.4839 months before, recovered fraction 0.1",
                "in 47 days the recovered fraction becomes 0.30",
                "20 x (1 - 0.1) + 40 = 58",
            ],
        ),
        # before the first step anything may have recovered, and from 5 July it is 0.1: 15 + 15 days
        (
            "2010-06-05",
            {"limit": FAR, "recovery": "gap"},
            [
                "4 months before, recovered fraction 0 to 1",
                "in 30 days the recovered fraction becomes 0.10",
                "20 x (1 - 0 to 1) + 40 = 40 to 60",
            ],
        ),
    ],
)
def test_recovery(start: str, rule: Fields, expected: list[str]) -> None:
    *before, total = expected
    value = total.partition(" = ")[2]
    assert lines_after_courses(moved(start), rule) == [
        *(line if line.startswith("note: ") else f"first: {line}" for line in before),
        f"sum after recovery: {total} Gy2",
        "sum without recovery: 20 + 40 = 60 Gy2",
        f"required <= 1000 Gy BED; value {value}: met",
    ]


def test_each_course_recovers_by_itself() -> None:
    # a third course of 2 Gy in 1 fraction, 4 Gy2, on 5 June 2014, 7 months before the last: 0.5, 0.25
    raw = two(TEN, TWENTY)
    raw["course"].insert(1, course("middle", "delivered", "2014-06-05", "2014-06-05", "2 Gy / 1", dose=cord(2)))
    raw["prior_courses"] = 2
    assert lines_after_courses(raw, STEPS) == [
        "first: 59 months before, recovered fraction 0.5",
        "middle: 7 months before, recovered fraction 0.25",
        # 12 months after 5 June 2014: 26 + 28 + 31 + 30 + 31 + 5 days after 5 January
        "middle: in 151 days the recovered fraction becomes 0.50",
        "sum after recovery: 20 x (1 - 0.5) + 4 x (1 - 0.25) + 40 = 53 Gy2",
        "sum without recovery: 20 + 4 + 40 = 64 Gy2",
        "required <= 1000 Gy BED; value 53: met",
    ]


def test_a_tolerance_that_rises() -> None:
    # 10 + 20 = 30 Gy EQD2 at alpha/beta 2; 50 (1 + 0.5)
    rule = EQD2 | {"limit": 50, "recovery": "raised"}
    expected = [
        "sum: 10 + 20 = 30 Gy EQD2",
        "tolerance after 59 months (raised): 50 x (1 + 0.5) = 75 Gy EQD2; the earlier dose is not discounted",
        "required <= 75 Gy EQD2; value 30: met",
    ]
    assert derived(BOTH, rule)[-3:] == expected
    # 4 to 8 months: 50 to 62.5
    again = two(given("30 Gy / 15", 30), given("30 Gy / 15", 30) | {"start": "2010-06-05/2010-10-05"})
    assert derived(again, rule)[-4:] == [
        "sum: 30 + 30 = 60 Gy EQD2",
        "tolerance after 4 to 8 months (raised): 50 x (1 + 0 to 0.25) = 50 to 62.5 Gy EQD2; "
        "the earlier dose is not discounted",
        "required <= 50 to 62.5 (the interval is not known well enough) Gy EQD2; value 60: not evaluated",
        "to decide: state the end and start dates of the courses more exactly",
    ]


def test_a_range_of_the_source() -> None:
    lines = derived(BOTH, {"limit": [50, 70]})
    assert "required <= 50 to 70 (a range in the source) Gy BED; value 60: not evaluated" in lines


STRICT = "strict: a sum of near-maxima proves nothing; the bounds are the largest course and the sum of Max doses"


def test_strict_sums() -> None:
    rule = PHYSICAL | {"limit": FAR, "metric": D01}
    tables = [cord(dose, metric=D01) for dose in (10, 20)]
    raw = two(given("10 Gy / 5", tables[0]), given("20 Gy / 10", tables[1]))
    assert derived(raw, rule, strict=True)[2:4] == [
        "sum, no recovery assumed: 10 + 20 = 30 Gy",
        f"{STRICT}: 20 to unbounded Gy",
    ]
    assert not any(STRICT in line for line in derived(raw, rule))
    assert not any(STRICT in line for line in derived(BOTH, PHYSICAL | {"limit": FAR}, strict=True))
    # of a share the bounds of the sum are not the value: 20 of 30 at most, as Max 10 and 20
    both = [cord(dose, metric=D01)["SpinalCord"] | {"Max[Gy]": dose} for dose in (10, 20)]
    raw = two(*(given(f"{dose} Gy / 5", {"SpinalCord": table}) for dose, table in zip((10, 20), both, strict=True)))
    assert derived(raw, rule | {"scope": "share", "limit": 0.5}, strict=True)[2:5] == [
        "sum, no recovery assumed: 10 + 20 = 30 Gy",
        STRICT,
        "share of second: 20 / (at least 20, at most 30) = 0.6667 to 1",
    ]
    alone = partial(case(["SpinalCord"], course(*FIRST, "10 Gy / 5", dose=tables[0])))
    assert not any(STRICT in line for line in derived(alone, rule, strict=True))


def test_strict_sums_after_recovery() -> None:
    """BED of 10 and 20 Gy in 5: 20 and 60 Gy2; of Max 12 and 22: 12 (1 + 2.4/2) = 26.4 and 22 (1 + 4.4/2) = 70.4."""
    rule = {"limit": 70, "metric": D01, "recovery": "steps"}
    both = [cord(dose, metric=D01)["SpinalCord"] | {"Max[Gy]": dose + 2} for dose in (10, 20)]
    raw = two(*(given(f"{dose} Gy / 5", {"SpinalCord": table}) for dose, table in zip((10, 20), both, strict=True)))
    by_convention = "sum after recovery: 20 x (1 - 0.5) + 60 = 70 Gy2"
    strictly = derived(raw, rule, strict=True)
    assert by_convention in strictly
    assert f"{STRICT}: 60 to 83.6 Gy2" in strictly
    assert by_convention in derived(raw, rule)


def three_strictly(*doses: Any, **more: Any) -> Raw:
    """Return three courses of 10 Gy in 5 with doses to 0.1 cc, and 2 Gy more as Max."""
    raw = two(*(given("10 Gy / 5", both_of(dose)) for dose in doses[:2]))
    raw["course"][1] |= {"role": "delivered"}
    raw["course"].append(course("third", "proposed", "2020-01-06", None, "10 Gy / 5", dose=both_of(doses[2])))
    return raw | {"prior_courses": 2} | more


def both_of(dose: Any) -> Raw:
    most = dose[1] if isinstance(dose, list) else dose
    return {"SpinalCord": {D01: dose, "Max[Gy]": most + 2, "basis": "plan"}}


def test_strict_sums_of_three_courses() -> None:
    """Of 10, 3 and 8 Gy the largest is 10; of Max 12, 5 and 10 the sum is 27."""
    share = PHYSICAL | {"limit": 0.5, "metric": D01, "scope": "share"}
    (line,) = [one for one in derived(three_strictly(10, 3, 8), share, strict=True) if one.startswith("share of")]
    assert line == "share of third: 8 / (at least 10, at most 27) = 0.2963 to 0.8"
    # the newest at most, and the earlier ones at least; an unseen course may add any dose
    (line,) = [one for one in derived(three_strictly(6, 5, [3, 9]), share, strict=True) if one.startswith("share of")]
    assert line == "share of third: 3 to 9 / (at least 9, at most 26) = 0.1154 to 1"
    unseen = partial(three_strictly(6, 5, [3, 9]))
    (line,) = [one for one in derived(unseen, share, strict=True) if one.startswith("share of")]
    assert line == "share of third: 3 to 9 / (at least 9, at most unbounded) = 0 to 1"


def test_strict_sums_of_three_courses_after_recovery() -> None:
    """BED of 6, 8, 7 and 9 Gy in 5: 6 (1 + 0.6) = 9.6, 8 (1 + 0.8) = 14.4, 7 (1 + 0.7) = 11.9, 9 (1 + 0.9) = 17.1."""
    rule = {"limit": 20, "metric": D01, "recovery": "steps"}
    (line,) = [one for one in derived(three_strictly(6, 8, 7), rule, strict=True) if one.startswith("sum after")]
    assert line == "sum after recovery: 9.6 x (1 - 0.5) + 14.4 x (1 - 0.5) + 11.9 = 23.9 Gy2"
    # what has recovered is nothing, however much it was
    unknown = three_strictly(6, 8, 9)
    del unknown["course"][0]["dose"]
    (line,) = [
        one
        for one in derived(unknown, {"limit": 20, "metric": D01, "recovery": "all"}, strict=True)
        if one.startswith("sum after")
    ]
    assert line == "sum after recovery: 0 to unbounded x (1 - 1) + 14.4 x (1 - 1) + 17.1 = 17.1 Gy2"


def test_a_sum_after_recovery_that_is_near_its_limit() -> None:
    """20 (1 - 0.5) + 40.00003 Gy2 are above 50 by less than four decimals show."""
    raw = two(TEN, given("20 Gy / 10", 20.00001))
    (line,) = [one for one in derived(raw, {"limit": 50, "recovery": "steps"}) if one.startswith("sum after")]
    assert line.rpartition(" = ")[2] != "50 Gy2"


def test_a_share() -> None:
    # 40 of 60
    assert lines_after_courses(BOTH, {"limit": 0.5, "scope": "share"}) == [
        "sum, no recovery assumed: 20 + 40 = 60 Gy2",
        "share of second: 40 / the sum = 0.6667",
        "required <= 0.5; value 0.6667: violated",
    ]
    # of three courses it is that of the last, where that is the largest: 140 of 200
    third = two(TEN, TWENTY | {"role": "delivered"})
    third["course"].append(course("third", "proposed", "2020-01-06", "2020-02-21", "70 Gy / 35", dose=cord(70)))
    third["prior_courses"] = 2
    assert lines_after_courses(third, {"limit": 0.1, "scope": "share"})[:2] == [
        "sum, no recovery assumed: 20 + 40 + 140 = 200 Gy2",
        "share of third: 140 / the sum = 0.7",
    ]
    # 17.1 to 20 Gy2, and 40/(17.1 + 40)
    ranged = two(given("10 Gy / 5", [9, 10]), TWENTY)
    assert lines_after_courses(ranged, {"limit": 0.5, "scope": "share"}) == [
        "sum, no recovery assumed: at least 17.1 + 40 = 57.1, at most 20 + 40 = 60 Gy2",
        "share of second: 40 / the sum = 0.6667 to 0.7005",
        "required <= 0.5; value 0.6667 to 0.7005: violated",
    ]
