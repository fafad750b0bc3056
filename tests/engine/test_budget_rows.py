"""Every field of a budget by hand: rows in their order, what binds, what is left out, and what is refused."""

from typing import Any

import pytest

from engine.house_edition import DISTRIBUTION, EQD2, MONTHS, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import __version__, budget, load_library, parse_case
from reirrad.engine.check import case_digest
from reirrad.errors import InputError
from reirrad.model.budget import Budget, BudgetRow

Raw = dict[str, Any]
FIRST = course("first", "delivered", "2020-01-06", "2020-01-17", "30 Gy / 10", dose=cord(30))
ONE = case(["SpinalCord"], FIRST)
PLAN = course("plan", "proposed", "2021-01-18", "2021-01-29", "20 Gy / 10", dose=cord(20))
WAIT = MONTHS | {"limit": 6, "comparison": "at_least"}
VOLUME = PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course"}
ADVICE = "a dose that is left is no advice to give it"
ABOUT = (
    "the dose is that of the further course to the structure, in the metric of the constraint and as its Max",
    "rows of different metrics are compared as if the dose were uniform",
    ADVICE,
)
COMPLETE = "history: complete, every course is listed"
OURS = "edition house is not of the package: house.toml", "option: judged by profile house"


def asked(raw: Raw, constraints: dict[str, Fields], *counts: int, **options: Any) -> Budget:
    library = house_library(constraints)
    return budget(parse_case(raw), n_fractions=counts or (10,), library=library, **options)


def short(rows: tuple[BudgetRow, ...]) -> list[tuple[Any, ...]]:
    return [
        (
            row.structure, row.constraint_id.removeprefix("house."), row.interval_months, row.n_fractions,
            row.state, row.max_total_dose_gy, row.binding,
        )
        for row in rows
    ]  # fmt: skip


def states(raw: Raw, fields: Fields, *counts: int, **options: Any) -> list[tuple[str, float | None, str | None]]:
    found = asked(raw, {"mine": fields}, *counts, **options).rows
    return [(row.state, row.max_total_dose_gy, row.reason) for row in found]


def test_all_that_is_said() -> None:
    # 75 Gy2 before, 60.5 are left: D (1 + D / (2 n)) reaches them at -10 + sqrt(1310) = 26.194 Gy in 10 fractions, and
    # at -5 + sqrt(630) = 20.0998 Gy in 5. 26.19 / 10 and 20.09 / 5 Gy per fraction. Months say nothing about a dose
    mine: dict[str, Fields] = {
        "sum": {"limit": 135.5, "locator": "table 2", "read": "transcription"},
        "volume": VOLUME,
        "wait": WAIT | {"advisory": True},
        "lower": PHYSICAL | {"limit": 30, "scope": "newest_course", "comparison": "at_least"},
    }
    raw = case(["SpinalCord", "Spleen"], FIRST)
    found = asked(raw, mine, 10, 5, intervals_months=[12, 3])
    assert found.rows[0] == BudgetRow(
        structure="SpinalCord",
        constraint_id="house.sum",
        edition="house",
        n_fractions=10,
        state="bounded",
        max_total_dose_gy=26.19,
        max_dose_per_fraction_gy=26.19 / 10,
        binding=True,
        reason=None,
        source="none doi:none (read: transcription)",
        locator="table 2",
        metric="Max[Gy]",
        advisory=False,
        interval_months=12,
    )
    assert found.rows[7] == BudgetRow(
        structure="SpinalCord",
        constraint_id="house.wait",
        edition="house",
        n_fractions=5,
        state="none",
        max_total_dose_gy=None,
        max_dose_per_fraction_gy=None,
        binding=False,
        reason=None,
        source="none doi:none (read: source)",
        locator="none",
        metric="Max[Gy]",
        advisory=True,
        interval_months=3,
    )
    assert short(found.rows) == [
        ("SpinalCord", "sum", 12, 10, "bounded", 26.19, True),
        ("SpinalCord", "wait", 12, 10, "unbounded", None, False),
        ("SpinalCord", "sum", 12, 5, "bounded", 20.09, True),
        ("SpinalCord", "wait", 12, 5, "unbounded", None, False),
        ("SpinalCord", "sum", 3, 10, "bounded", 26.19, True),
        ("SpinalCord", "wait", 3, 10, "none", None, False),
        ("SpinalCord", "sum", 3, 5, "bounded", 20.09, True),
        ("SpinalCord", "wait", 3, 5, "none", None, False),
    ]
    assert found.rows[2].max_dose_per_fraction_gy == 20.09 / 5
    assert found.left_out == ("house.volume", "house.lower")
    assert found.notes == (
        COMPLETE,
        *OURS,
        'structure "Spleen" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
        "left out, because no largest dose answers them: house.volume, house.lower",
        *ABOUT,
    )
    assert (found.case_id, found.unmapped_structures) == ("example", ("Spleen",))
    assert [(used.id, used.origin) for used in found.editions] == [("house", "user")]
    assert found.input.sha256 == case_digest(parse_case(raw))
    assert found.reirrad_version == __version__


def test_structures_as_the_case_lists_them_then_those_around() -> None:
    # the case is about the sac and the cord, in this order; the canal and a region of the cord are asked, too
    names = ["SpinalCord_Lum", "SpinalCord", "SpinalCanal", "ThecalSac"]
    mine: dict[str, Fields] = {
        "late": {"limit": 135.5, "structures": names, "applies_to_related": True},
        "early": PHYSICAL | {"limit": 20, "scope": "newest_course", "structures": ["SpinalCord", "ThecalSac"]},
    }
    doses = cord(30) | cord(30, "ThecalSac")
    found = asked(case(["thecalsac", "SpinalCord"], FIRST | {"dose": doses}), mine, intervals_months=[12])
    assert [(row.structure, row.constraint_id) for row in found.rows] == [
        ("ThecalSac", "house.late"),
        ("ThecalSac", "house.early"),
        ("SpinalCord", "house.late"),
        ("SpinalCord", "house.early"),
        ("SpinalCanal", "house.late"),
        ("SpinalCord_Lum", "house.late"),
    ]
    assert found.unmapped_structures == ()


def test_the_smallest_of_each_structure_number_and_interval_binds() -> None:
    doses = cord(20) | cord(30, "ThecalSac")
    mine: dict[str, Fields] = {
        "usual": PHYSICAL | {"limit": 20, "scope": "newest_course"},
        "same": PHYSICAL | {"limit": 20, "scope": "newest_course", "metric": "D0.1cc[Gy]"},
        "more": PHYSICAL | {"limit": 45},
        "advised": PHYSICAL | {"limit": 5, "scope": "newest_course", "advisory": True},
    }
    found = asked(case(["SpinalCord", "ThecalSac"], FIRST | {"dose": doses}), mine, 4, 9, intervals_months=[1, 2])
    expected = [
        ("usual", 20.0, {"SpinalCord": True, "ThecalSac": False}),
        ("same", 20.0, {"SpinalCord": True, "ThecalSac": False}),
        ("more", {"SpinalCord": 25.0, "ThecalSac": 15.0}, {"SpinalCord": False, "ThecalSac": True}),
        ("advised", 5.0, {"SpinalCord": False, "ThecalSac": False}),
    ]
    assert short(found.rows) == [
        (name, rule, months, n, "bounded", dose[name] if isinstance(dose, dict) else dose, binds[name])
        for name in ("SpinalCord", "ThecalSac")
        for months in (1, 2)
        for n in (4, 9)
        for rule, dose, binds in expected
    ]


def test_what_does_not_apply_has_no_row_and_what_does_later_has_one() -> None:
    fields = PHYSICAL | {"limit": 20, "scope": "newest_course", "conditions": {"interval_months": [6, 24]}}
    found = asked(ONE, {"mine": fields}, 5, intervals_months=[3, 12, 30, 7])
    assert [(row.interval_months, row.max_total_dose_gy) for row in found.rows] == [(12, 20.0), (7, 20.0)]
    none = asked(ONE, {"mine": fields}, 5, intervals_months=[3])
    assert none.rows == ()
    silent = "structure SpinalCord: no constraint that decides applies to such a course; that is no dose that is left"
    assert none.notes == (COMPLETE, *OURS, silent, *ABOUT)


def test_without_an_interval_what_depends_on_it_is_open() -> None:
    assert states(ONE, WAIT) == [("not_evaluated", None, "interval_unknown")]
    assert states(ONE, PHYSICAL | {"limit": 20, "scope": "newest_course"}) == [("bounded", 20.0, None)]
    # with a plan its date counts; without a course there is nothing to count from
    planned = case(["SpinalCord"], FIRST, PLAN)
    found = asked(planned, {"wait": WAIT}, 5, 6)
    assert [(row.interval_months, row.n_fractions, row.state) for row in found.rows] == [
        (None, 5, "unbounded"),
        (None, 6, "unbounded"),
    ]
    first = {"mine": PHYSICAL | {"limit": 45, "scope": "first_course"}}
    with pytest.raises(InputError, match="intervals_months: no course is listed: there is none from which an interval"):
        asked(case(["SpinalCord"]), first, intervals_months=[3])
    alone = asked(case(["SpinalCord"]), first)
    assert [(row.interval_months, row.max_total_dose_gy) for row in alone.rows] == [(None, 45.0)]


def test_the_technique_of_the_further_course() -> None:
    fields = PHYSICAL | {"limit": 20, "scope": "newest_course", "conditions": {"technique": ["stereotactic"]}}
    assert states(ONE, fields, intervals_months=[3]) == [("not_evaluated", None, "technique_unknown")]
    assert states(ONE, fields, intervals_months=[3], technique="conventional") == []
    assert states(ONE, fields, intervals_months=[3], technique="stereotactic") == [("bounded", 20.0, None)]
    with pytest.raises(InputError) as refused:
        states(case(["SpinalCord"], FIRST, PLAN), fields, technique="stereotactic")
    assert str(refused.value) == (
        "example: 1 problem\n  technique: the case proposes a course: its technique counts; given: 'stereotactic'; "
        "leave the option out, or change the case"
    )


def test_an_end_that_is_not_one_day() -> None:
    vague = FIRST | {"id": "vague", "start": "2020-03-02", "end": "2020-03"}
    raw, fields = case(["SpinalCord"], FIRST, vague), PHYSICAL | {"limit": 40, "scope": "newest_course"}
    with pytest.raises(InputError) as refused:
        states(raw, fields, intervals_months=[3])
    assert str(refused.value) == (
        "example: 1 problem\n  course: the end of the last course is not one day; "
        "state it, or propose a course with its date"
    )
    assert states(raw, fields) == [("bounded", 40.0, None)]
    assert states(case(["SpinalCord"], FIRST, vague, PLAN), fields) == [("bounded", 40.0, None)]


def test_intervals_beside_a_plan_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        asked(case(["SpinalCord"], FIRST, PLAN), {"wait": WAIT}, 5, intervals_months=[1, 2])
    assert str(refused.value) == (
        "example: 1 problem\n  intervals_months: the case proposes a course: its dates count; given: [1, 2]; "
        "leave them out"
    )


def test_strict_sums_are_proved_by_the_maxima() -> None:
    # EQD2 in 2 Gy fractions is the dose: 50 - 20 Gy are left, and by the Max of 24 Gy in 12 fractions 26 Gy in 13
    fields = EQD2 | {"limit": 50, "metric": "D0.1cc[Gy]"}
    one = course("first", "delivered", "2020-01-06", "2020-01-17", "24 Gy / 12")
    only = case(["SpinalCord"], one | {"dose": cord(24, metric="D0.1cc[Gy]")})
    assert states(only, fields, 13) == [("bounded", 26.0, None)]
    assert states(only, fields, 13, strict=True) == [("not_evaluated", None, "sum_not_proven")]
    both = case(["SpinalCord"], one | {"dose": {"SpinalCord": {"D0.1cc[Gy]": 12, "Max[Gy]": 24, "basis": "plan"}}})
    assert states(both, fields, 13, strict=True) == [("bounded", 26.0, None)]
    found = asked(both, {"mine": fields}, 13, strict=True)
    assert found.notes[1] == "option: strict, sums of near-maxima other than Max prove nothing by themselves"
    assert not any("strict" in note for note in asked(both, {"mine": fields}, 13).notes)


def test_recovery_leaves_more_and_a_tolerance_rises() -> None:
    # EQD2 in 2 Gy fractions: a year later half of 20 Gy is gone, 50 - 10; or 50 have risen to 75, less
    # 20: D (D / 27 + 2) / 4 is 55 at -27 + sqrt(6669) = 54.664
    raw = case(["SpinalCord"], FIRST | {"schedule": "20 Gy / 10", "dose": cord(20)})
    for recovery, n, left in (("steps", 20, 40.0), ("raised", 27, 54.66)):
        fields = EQD2 | {"limit": 50, "recovery": recovery}
        assert states(raw, fields, n, intervals_months=[12])[0][:2] == ("bounded", left)


def test_the_editions_of_the_package_are_the_rules_by_default() -> None:
    nothing = parse_case(case(["Spleen"]))
    assert (
        budget(nothing, n_fractions=[5]).editions == budget(nothing, n_fractions=[5], library=load_library()).editions
    )
    assert budget(nothing, n_fractions=[5], library=house_library({"mine": WAIT})).editions[0].id == "house"


@pytest.mark.parametrize("counts", [[], [0], [5, -1], [2.5], [5.0], ["5"], [True]])
def test_what_is_no_number_of_fractions(counts: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"^n_fractions.*: th.* is no number of fractions; given: .*; allowed: a"):
        budget(parse_case(ONE), n_fractions=counts, library=house_library({"mine": WAIT}))


@pytest.mark.parametrize("asks", [{"fraction_size_gy": [1.8, 2.2]}, {"scheduled_dose_gy": [10, 30]}, None])
def test_a_limit_for_a_prescription_is_answered_for_the_one_that_is_proposed(asks: Fields | None) -> None:
    held = "limits for a prescription are answered for that of the proposed course; for another one they may not apply"
    fields = PHYSICAL | {"limit": 40, "scope": "newest_course"} | ({} if asks is None else {"conditions": asks})
    found = asked(case(["SpinalCord"], FIRST, PLAN), {"mine": fields}, 10)
    # 40 Gy in 10 fractions are 4 Gy a fraction: as a prescription they would be outside 1.8 to 2.2 Gy
    assert [(row.state, row.max_total_dose_gy) for row in found.rows] == [("bounded", 40)]
    assert (held in found.notes) == (asks is not None)
    assert held not in asked(ONE, {"mine": fields}, 10, intervals_months=[12]).notes
