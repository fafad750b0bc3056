"""What a derivation says of one course: doses, conversion and large fractions, whole, with values by hand."""

from __future__ import annotations

from typing import Any

import pytest

from engine.derivations import FAR, TEN, TEN_LINES, delivered, derived, given, two
from engine.house_edition import DISTRIBUTION, EQD2, PHYSICAL, Fields
from property.example_cases import FIRST, case, cord, course

Raw = dict[str, Any]
NEWEST: Fields = {"limit": FAR, "scope": "newest_course"}
PLAIN = PHYSICAL | NEWEST
D01 = "D0.1cc[Gy]"


def of_second(stated: Raw, rule: Fields = NEWEST, *others: str, **more: Any) -> list[str]:
    """Return the lines about the second of two courses."""
    raw = delivered(two(TEN, stated, "SpinalCord", *others, **more))
    return [line for line in derived(raw, rule) if "second" in line]


CONVERTED = [
    # one fraction of 6 Gy: 6 (1 + 6/2) = 24
    (
        given("6 Gy / 1", 6),
        NEWEST,
        ["second: Max[Gy] = 6 Gy (plan), 1 fraction", "second: BED = 6 x (1 + 6/2) = 24 Gy2"],
    ),
    (given("6 Gy / 1", 6), PLAIN, ["second: Max[Gy] = 6 Gy (plan), 1 fraction"]),
    # 20 (1 + 2/2.5) = 36 Gy, and 36/1.8 = 20 Gy EQD2
    (
        given("20 Gy / 10", 20),
        NEWEST | {"alpha_beta_gy": 2.5},
        ["second: Max[Gy] = 20 Gy (plan), 10 fractions", "second: BED = 20 x (1 + 2/2.5) = 36 Gy2.5"],
    ),
    (
        given("20 Gy / 10", cord(20, basis="estimate")),
        EQD2 | NEWEST | {"alpha_beta_gy": 2.5},
        [
            "second: Max[Gy] = 20 Gy (estimate), 10 fractions",
            "second: EQD2 = 20 x (1 + 2/2.5) / (1 + 2/2.5) = 20 Gy EQD2",
        ],
    ),
    # 18 (1 + 1.8/2) = 34.2 and 20 (1 + 2/2) = 40
    (
        given("20 Gy / 10", [18, 20]),
        NEWEST,
        [
            "second: Max[Gy] = 18 to 20 Gy (plan), 10 fractions",
            "second: BED = at least 18 x (1 + 1.8/2) = 34.2, at most 20 x (1 + 2/2) = 40 Gy2",
        ],
    ),
    # 20 of 25 fractions of 50 Gy: 40 Gy in 20
    (
        given("50 Gy / 25", 50, fractions_delivered=20, dose_of="planned"),
        NEWEST,
        [
            "second: Max[Gy] = 50 Gy (plan), 20 fractions; planned dose x 20/25 delivered",
            "second: BED = 40 x (1 + 2/2) = 80 Gy2",
        ],
    ),
    # twice a day in 10 fractions, and full repair or none: 12 (1 + (1 + 0 to 1) 1.2/2) = 19.2 to 26.4
    (
        given("12 Gy / 10", 12, fractions_per_day=2),
        NEWEST,
        [
            "second: Max[Gy] = 12 Gy (plan), 10 fractions",
            "second: h = 0 to 1 (2 fractions a day; between full and no repair)",
            "second: BED = at least 12 x (1 + (1 + 0) x 1.2/2) = 19.2, at most 12 x (1 + (1 + 1) x 1.2/2) = 26.4 Gy2",
        ],
    ),
    # what is physical needs no repair
    (given("12 Gy / 10", 12, fractions_per_day=2), PLAIN, ["second: Max[Gy] = 12 Gy (plan), 10 fractions"]),
    # nothing is converted without a number of fractions
    (given(None, 20), NEWEST, ["second: Max[Gy] = 20 Gy (plan), an unknown number of fractions"]),
]


@pytest.mark.parametrize(("stated", "rule", "expected"), CONVERTED)
def test_a_dose_and_its_conversion(stated: Raw, rule: Fields, expected: list[str]) -> None:
    assert [line for line in of_second(stated, rule) if not line.startswith("to decide")] == expected


def test_three_fractions_a_day() -> None:
    # theta = 2^(-4/4) = 0.5; Thames: h_3 = 2/3 theta/(1 - theta) (3 - (1 - theta^3)/(1 - theta)) = 2/3 (3 - 1.75)
    # 9 (1 + (1 + 0.8333) 1/2) = 17.25
    raw = two(
        TEN, given("9 Gy / 9", 9, fractions_per_day=3, hours_between_fractions=4), repair_half_time_h={"SpinalCord": 4}
    )
    assert derived(raw, NEWEST) == [
        "second: Max[Gy] = 9 Gy (plan), 9 fractions",
        "second: h = 0.8333 (3 fractions a day; incomplete repair, Thames 1985)",
        "second: BED = 9 x (1 + (1 + 0.8333) x 1/2) = 17.25 Gy2",
        "required <= 1000 Gy BED; value 17.25: met",
    ]


CANAL = "SpinalCanal"
STATED = [
    # nothing at all
    ({}, {}, "second: dose to SpinalCord not stated: 0 to unbounded, 5 fractions"),
    # a basis that is not stated; a prescription for every near-maximum
    (cord(9, basis=None), {}, "second: Max[Gy] = 9 Gy (basis not stated), 5 fractions"),
    (
        cord(10, basis="prescription", metric="D2%[Gy]"),
        {},
        "second: D2%[Gy] = 10 Gy (prescription) for Max[Gy], 5 fractions",
    ),
    # what the site reports as point maximum
    (
        cord(9, metric="D0.03cc[Gy]"),
        {"point_maximum": "D0.03cc[Gy]"},
        "second: D0.03cc[Gy] = 9 Gy (plan) for Max[Gy], 5 fractions",
    ),
    # bounds from below, from above, and both
    (cord(9, metric=D01), {}, f"second: Max[Gy] of SpinalCord not stated: at least 9 Gy ({D01}), 5 fractions"),
    (
        cord(12, CANAL),
        {},
        "second: Max[Gy] of SpinalCord not stated: at most 12 Gy (Max[Gy] of SpinalCanal), 5 fractions",
    ),
    (
        cord(9, metric=D01) | cord(12, CANAL),
        {},
        f"second: Max[Gy] of SpinalCord not stated: at least 9 Gy ({D01}) and at most 12 Gy (Max[Gy] of SpinalCanal), "
        "5 fractions",
    ),
    # one table bounds from both sides: it is not the metric for all that
    (
        cord([9, 9.5], CANAL),
        {},
        "second: Max[Gy] of SpinalCord not stated: at most 9.5 Gy (Max[Gy] of SpinalCanal), 5 fractions",
    ),
]


@pytest.mark.parametrize(("dose", "more", "expected"), STATED)
def test_where_a_dose_comes_from(dose: Raw, more: Raw, expected: str) -> None:
    lines = of_second(given("10 Gy / 5", dose), PLAIN, CANAL, **more)
    assert [line for line in lines if not line.startswith("to decide")] == [expected]


def test_the_first_table_of_a_case_bounds_as_any_other() -> None:
    bounded = "first: Max[Gy] of SpinalCord not stated: at {}, 5 fractions"
    above, below = f"least 9 Gy ({D01})", "most 12 Gy (Max[Gy] of SpinalCanal)"
    for dose, text in (
        (cord(9, metric=D01), above),
        (cord(12, CANAL), below),
        (cord(9, metric=D01) | cord(12, CANAL), f"{above} and at {below}"),
        (cord(12, CANAL) | cord(9, metric=D01), f"{above} and at {below}"),
    ):
        raw = two(given("10 Gy / 5", dose), TEN, "SpinalCord", CANAL)
        assert derived(raw, PHYSICAL | {"limit": FAR})[0] == bounded.format(text)


def test_a_range_that_a_bound_narrows() -> None:
    lines = of_second(given("10 Gy / 5", cord([9, 30]) | cord(12, CANAL)), PLAIN, CANAL)
    assert lines == [
        "second: Max[Gy] of SpinalCord stated as a range: at least 9 Gy (Max[Gy]) and at most 12 Gy "
        "(Max[Gy] of SpinalCanal), 5 fractions"
    ]


@pytest.mark.parametrize(
    ("metric", "dose", "text", "unit"),
    [
        ("V20Gy[%]", {"V20Gy[%]": 25}, "25 %", "%"),
        ("V20Gy[cc]", {"V20Gy[cc]": 2.5}, "2.5 cc", "cc"),
        ("Mean[Gy]", {"Mean[Gy]": 7.5}, "7.5 Gy", "Gy"),
    ],
)
def test_units_of_what_is_no_point_dose(metric: str, dose: Raw, text: str, unit: str) -> None:
    table = {"SpinalCord": dose | {"Max[Gy]": 20, "basis": "plan"}}
    rule = PHYSICAL | DISTRIBUTION | {"metric": metric, "scope": "newest_course", "limit": 99}
    number = text.partition(" ")[0]
    assert derived(two(TEN, given("10 Gy / 5", table)), rule) == [
        f"second: {metric} = {text} (plan), 5 fractions",
        f"required <= 99 {unit}; value {number}: met",
    ]


PHASES = {"schedule": None, "n_phases": 2, "phase": [given("20 Gy / 10", 20), given("10 Gy / 5", [9, 10])]}


def test_phases_add_up() -> None:
    # 40, and 9 (1 + 1.8/2) = 17.1 to 20
    assert derived(two(TEN, PHASES), NEWEST) == [
        "second, phase 1: Max[Gy] = 20 Gy (plan), 10 fractions",
        "second, phase 1: BED = 20 x (1 + 2/2) = 40 Gy2",
        "second, phase 2: Max[Gy] = 9 to 10 Gy (plan), 5 fractions",
        "second, phase 2: BED = at least 9 x (1 + 1.8/2) = 17.1, at most 10 x (1 + 2/2) = 20 Gy2",
        "second: sum of its phases = 57.1 to 60 Gy2",
        "required <= 1000 Gy BED; value 57.1 to 60: met",
    ]
    assert derived(two(TEN, PHASES), PLAIN) == [
        "second, phase 1: Max[Gy] = 20 Gy (plan), 10 fractions",
        "second, phase 2: Max[Gy] = 9 to 10 Gy (plan), 5 fractions",
        "required <= 1000 Gy; value 29 to 30: met",
    ]


def test_a_modality_that_the_constraint_does_not_cover() -> None:
    raw = two(TEN, PHASES | {"modality": "proton"})
    assert derived(raw, NEWEST) == [
        "second, phase 1: Max[Gy] = 20 Gy (plan), 10 fractions",
        "second, phase 2: Max[Gy] = 9 to 10 Gy (plan), 5 fractions",
        "second: its modality is not one that the constraint covers; what its dose is worth is left open",
        "required <= 1000 Gy BED; value 0 to unbounded: not evaluated",
        'to decide: nothing in the case: photon is covered, the modality of "second" is not',
        'to decide: state Max[Gy] of SpinalCord more exactly for "second"',
    ]
    # it is no more than that of its own course
    assert [line for line in derived(raw, {"limit": FAR}) if "first" in line] == TEN_LINES


ABOVE = "note: 7 Gy per fraction is above 6 Gy, where the linear-quadratic model is less certain"
FAR_ABOVE = (
    "note: {} Gy per fraction is far above the range in which the linear-quadratic model is established "
    "(contested above 10 Gy); read the value with caution"
)
BEYOND = "note: 31 Gy per fraction is beyond any usual practice; check total dose and fractions"


@pytest.mark.parametrize(
    ("dose", "rule", "expected"),
    [
        (12, NEWEST, []),
        (14, NEWEST, [ABOVE]),
        ([8, 14], NEWEST, [ABOVE]),
        (20, NEWEST, ["note: 10 Gy per fraction is above 6 Gy, where the linear-quadratic model is less certain"]),
        (22, NEWEST, [FAR_ABOVE.format(11)]),
        (60, NEWEST, [FAR_ABOVE.format(30)]),
        (62, NEWEST, [BEYOND, FAR_ABOVE.format(31)]),
        # beyond practice is so for physical doses, and where the source took large fractions into account
        (22, PLAIN, []),
        (62, PLAIN, [BEYOND]),
        (22, NEWEST | {"lq_at_large_fractions": True}, []),
        (62, NEWEST | {"lq_at_large_fractions": True}, [BEYOND]),
    ],
)
def test_large_fractions(dose: Any, rule: Fields, expected: list[str]) -> None:
    lines = of_second(given("62 Gy / 2", dose), rule)
    assert [line for line in lines if "note: " in line] == [f"second: {line}" for line in expected]


def test_of_doses_without_an_end_only_the_known_one_is_large() -> None:
    lines = of_second(given("62 Gy / 2", cord(14, metric=D01)), NEWEST)
    assert [line for line in lines if not line.startswith("to decide")] == [
        f"second: Max[Gy] of SpinalCord not stated: at least 14 Gy ({D01}), 2 fractions",
        "second: BED = at least 14 x (1 + 7/2) = 63, at most unbounded Gy2",
        f"second: {ABOVE}",
    ]
    # without a number of fractions there is no size
    assert not [line for line in of_second(given(None, 62), NEWEST) if "note" in line]


def test_fractions_not_given_make_no_dose_per_fraction() -> None:
    # 62 Gy planned in two fractions, of which one was given: 31 Gy in one
    stated = given("62 Gy / 2", 62, fractions_delivered=1, dose_of="planned")
    assert of_second(stated, PLAIN) == [
        "second: Max[Gy] = 62 Gy (plan), 1 fraction; planned dose x 1/2 delivered",
        f"second: {BEYOND}",
    ]


def test_a_first_course_alone() -> None:
    raw = case(["SpinalCord"], course(*FIRST, "10 Gy / 5", dose=cord(10)))
    assert derived(raw, {"limit": 15, "scope": "first_course"}) == [
        *TEN_LINES,
        "required <= 15 Gy BED; value 20: violated",
    ]
