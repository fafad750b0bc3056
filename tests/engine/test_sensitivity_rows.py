"""Every field of a sensitivity by hand: rows, counts and words, with alternatives of its own."""

from dataclasses import replace
from typing import Any

import pytest

from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import __version__, load_library, parse_case, sensitivity
from reirrad.engine.check import case_digest
from reirrad.library.alternatives import AlphaBetaInterval, Alternatives, OtherSchedule
from reirrad.model.rule import RecoverySchedule, RecoveryStep
from reirrad.model.sensitivity import (
    AlphaBetaRange,
    DateRange,
    DoseRange,
    DoseShift,
    Sensitivity,
    SensitivityRow,
    WithOtherRecovery,
)

Raw = dict[str, Any]
FIRST = course("first", "delivered", "2019-07-29", "2019-08-30", "20 Gy / 10", dose=cord(20))
PLAN = course("plan", "proposed", "2020-09-07", "2020-09-18", "20 Gy / 10", dose=cord(20))
TWO = case(["SpinalCord"], FIRST, PLAN)
WAIT = MONTHS | {"limit": 6, "comparison": "at_least"}
HALF = RecoverySchedule(
    id="half",
    name="a half",
    acts_on="prior_dose",
    locator="fig 1",
    step=(RecoveryStep(from_months=0, recovered_fraction=0.5),),
)
QUARTER = RecoveryStep(from_months=24, recovered_fraction=0.25)
#: from 9 to 24 months it is not stated
RISEN = RecoverySchedule(
    id="risen",
    name="a quarter",
    acts_on="tolerance",
    locator="fig 2",
    step=(RecoveryStep(from_months=0, to_months=9, recovered_fraction=0), QUARTER),
)
ALTERNATIVES = Alternatives(
    (2, 10),
    40,
    (
        AlphaBetaInterval("low", "myelopathy", ("SpinalCord",), 2, 1, 3, "Low 2001", "transcription"),
        AlphaBetaInterval("high", "another", ("SpinalCord",), 3, 2.5, 4, "High 2002", "source"),
    ),
    (OtherSchedule("half", HALF, "Half 2003", "fig 1"), OtherSchedule("risen", RISEN, "Risen 2004", "fig 2")),
)


@pytest.fixture(autouse=True)
def _own_alternatives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reirrad.engine.planning.sensitivity.load_alternatives", lambda: ALTERNATIVES)


def asked(raw: Raw, *, strict: bool = False, **constraints: Fields) -> Sensitivity:
    return sensitivity(parse_case(raw), library=house_library(constraints), strict=strict)


def row_of(raw: Raw, fields: Fields, *, strict: bool = False) -> SensitivityRow:
    (row,) = asked(raw, strict=strict, mine=fields).rows
    return row


def test_a_row_of_a_sum() -> None:
    # 2 x 20 in 2 Gy fractions are 40 at every alpha/beta, and 90 Gy2 are 45; doses f times as large are 40 f (1 + f):
    # 90 at 1.0811 and 88 at 10 % more
    # (40 x 1.1 x 2.1 = 92.4, 40 x 1.02 x 2.02 = 82.416). A half of the first is 20; nobody knows after 12 months
    fields = {"limit": 90, "locator": "table 5", "read": "transcription"}
    assert row_of(TWO, fields) == SensitivityRow(
        structure="SpinalCord",
        constraint_id="house.mine",
        edition="house",
        advisory=False,
        status="met",
        reason=None,
        label="fragile",
        alpha_beta_gy=2.0,
        alpha_beta=(
            AlphaBetaRange(
                id="low",
                endpoint="myelopathy",
                source="Low 2001 (read: transcription)",
                low_gy=1,
                high_gy=3,
                survives=True,
                status_low="met",
                status_high="met",
                flips_at_gy=None,
                flips_to=None,
            ),
            AlphaBetaRange(
                id="high",
                endpoint="another",
                source="High 2002 (read: source)",
                low_gy=2.5,
                high_gy=4,
                survives=True,
                status_low="met",
                status_high="met",
                flips_at_gy=None,
                flips_to=None,
            ),
        ),
        dates=None,
        dose=DoseRange(
            shifts=(
                DoseShift(percent=2, survives=True, status_lower="met", status_higher="met"),
                DoseShift(percent=10, survives=False, status_lower="met", status_higher="violated"),
            ),
            looked_for_up_to_percent=40,
            flips_at_lower_percent=None,
            flips_at_higher_percent=8.12,
        ),
        recovery=(
            WithOtherRecovery(
                schedule="half",
                name="a half",
                acts_on="prior_dose",
                value_low=60,
                value_high=60,
                # 90 Gy2 are for the sum without recovery
                limit=None,
                limit_high=None,
                unit="Gy BED",
                would_be=None,
                source="Half 2003",
                locator="fig 1",
            ),
        ),
        source="none doi:none (read: transcription)",
        locator="table 5",
    )


def test_a_row_of_a_sum_with_recovery_of_its_own() -> None:
    # 15 Gy in 10 fractions are 15 (1.5 + 2) / 4 = 13.125 Gy EQD2; 20 Gy are 20, and half of the first is left
    raw = case(["SpinalCord"], FIRST | {"dose": cord([15, 20])}, PLAN)
    row = row_of(raw, EQD2 | {"limit": 40, "recovery": "steps", "advisory": True})
    assert (row.status, row.label, row.advisory) == ("met", "robust", True)
    assert row.recovery[0] == WithOtherRecovery(
        schedule="none",
        name="no recovery",
        acts_on="nothing",
        value_low=33.125,
        value_high=40,
        limit=40,
        limit_high=None,
        unit="Gy EQD2",
        would_be="met",
        source="the sum as it is",
        locator="",
    )
    # a tolerance rises, and this limit is none
    assert [(item.schedule, item.value_low, item.value_high) for item in row.recovery[1:]] == [("half", 26.5625, 30)]
    tolerance = row_of(raw, EQD2 | {"limit": 40, "recovery": "raised"})
    assert [item.schedule for item in tolerance.recovery] == ["none", "half", "risen"]
    below = row_of(raw, EQD2 | {"limit": 40, "recovery": "steps", "comparison": "below"})
    assert below.recovery[0].would_be == "not_evaluated"


def test_a_row_of_months_has_dates_alone() -> None:
    # six months before 1 August end on 1 February
    raw = case(["SpinalCord"], FIRST | {"end": "2020-01-10/2020-03-20"}, PLAN | {"start": "2020-08-01"})
    row = row_of(raw, WAIT)
    assert (row.status, row.reason, row.label, row.alpha_beta_gy) == ("not_evaluated", "interval_unknown", None, None)
    assert row.dates == DateRange(survives=False, status_shortest="violated", status_longest="met", flips_at_months=6.0)
    assert (row.alpha_beta, row.dose, row.recovery) == ((), None, ())
    decided = row_of(raw, WAIT | {"limit": 3})
    assert decided.dates == DateRange(survives=True, status_shortest="met", status_longest="met", flips_at_months=None)
    assert (decided.label, decided.reason) == ("robust", None)
    never = row_of(raw, WAIT | {"limit": 12}).dates
    assert never == DateRange(
        survives=True, status_shortest="violated", status_longest="violated", flips_at_months=None
    )


def test_what_is_violated_and_flips_with_lower_doses() -> None:
    # 25 Gy are 20 with a fifth less
    row = row_of(
        case(["SpinalCord"], FIRST, PLAN | {"dose": cord(25)}), PHYSICAL | {"limit": 20, "scope": "newest_course"}
    )
    assert (row.status, row.label, row.alpha_beta_gy, row.alpha_beta) == ("violated", "robust", None, ())
    assert row.dose is not None
    assert (row.dose.flips_at_lower_percent, row.dose.flips_at_higher_percent) == (20.0, None)
    assert [(shift.status_lower, shift.status_higher) for shift in row.dose.shifts] == [("violated", "violated")] * 2


def test_what_is_not_known_has_no_number() -> None:
    raw = {key: value for key, value in TWO.items() if key != "prior_courses"} | {"prior_radiotherapy": "unknown"}
    row = row_of(raw, {"limit": 90})
    assert (row.status, row.reason, row.label) == ("not_evaluated", "history_unknown", None)
    assert [(item.value_low, item.value_high) for item in row.recovery] == [(60, None)]
    silent = row_of(TWO, {"limit": 90, "alpha_beta_gy": "not stated", "profile": "incomplete"})
    assert (silent.alpha_beta_gy, silent.alpha_beta, silent.recovery) == (None, (), ())


def test_all_that_is_said() -> None:
    raw = case(["SpinalCord", "Spleen"], FIRST, PLAN)
    found = asked(
        raw,
        robust={"limit": 200},
        violated={"limit": 30},
        fragile={"limit": 80},
        advised={"limit": 80, "advisory": True},
        silent={"limit": 90, "alpha_beta_gy": "not stated", "profile": "incomplete"},
        out={"limit": 90, "conditions": {"technique": ["stereotactic"]}},
        more={"limit": 80, "comparison": "below"},
    )
    assert [(row.constraint_id, row.status, row.label) for row in found.rows] == [
        ("house.robust", "met", "robust"),
        ("house.violated", "violated", "robust"),
        ("house.fragile", "met", "fragile"),
        ("house.advised", "met", "fragile"),
        ("house.silent", "not_evaluated", None),
        ("house.more", "violated", "fragile"),
    ]
    assert found.counts == {"robust": 2, "fragile": 2, "not_evaluated": 1}
    assert list(found.counts) == ["robust", "fragile", "not_evaluated"]
    assert found.notes == (
        "history: complete, every course is listed",
        "edition house is not of the package: house.toml",
        "option: judged by profile house",
        'structure "Spleen" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
        "robust: the same over the published intervals of alpha/beta, the stated dates, and doses +/- 2 % and 10 %",
        "alpha/beta is changed for the doses: a limit stays what it is in 2 Gy fractions with its own",
        "one thing is changed at a time, for all courses alike",
        "other recovery schedules are a comparison and no verdict: a limit belongs to its own",
        "a limit for the sum without recovery is not compared with a discounted sum: recovery would count twice",
    )
    assert (found.case_id, found.unmapped_structures) == ("example", ("Spleen",))
    assert [(used.id, used.origin) for used in found.editions] == [("house", "user")]
    assert found.input.sha256 == case_digest(parse_case(raw))
    assert found.reirrad_version == __version__


def test_strict_is_strict_and_says_so() -> None:
    near = {"dose": cord(20, metric="D0.1cc[Gy]")}
    raw, fields = case(["SpinalCord"], FIRST | near, PLAN | near), {"limit": 90, "metric": "D0.1cc[Gy]"}
    assert row_of(raw, fields).status == "met"
    assert row_of(raw, fields, strict=True).reason == "sum_not_proven"
    said = "option: strict, sums of near-maxima other than Max prove nothing by themselves"
    assert asked(raw, mine=fields, strict=True).notes[1] == said
    assert said not in asked(raw, mine=fields).notes
    assert said not in sensitivity(parse_case(raw), library=house_library({"mine": fields})).notes


def test_the_editions_of_the_package_are_the_rules_by_default() -> None:
    nothing = parse_case(case(["Spleen"]))
    assert sensitivity(nothing).editions == sensitivity(nothing, library=load_library()).editions
    assert sensitivity(nothing, library=house_library({"mine": WAIT})).editions[0].id == "house"


def test_schedules_of_the_library_are_compared_with() -> None:
    library = house_library({"mine": {"limit": 90}, "other": {"limit": 90, "recovery": "zeros"}})
    found = sensitivity(parse_case(TWO), library=library)
    assert [item.schedule for item in found.rows[0].recovery] == ["half", "house.zeros"]
    # a limit that has recovery of its own is compared with every other, and with none
    assert [item.schedule for item in found.rows[1].recovery] == ["none", "half"]
    alone = replace(library, editions=())
    assert sensitivity(parse_case(TWO), library=alone).rows == ()


def test_a_printed_range_is_compared_as_a_range() -> None:
    row = row_of(TWO, EQD2 | {"limit": [30, 50], "recovery": "steps"})
    assert [(item.limit, item.limit_high) for item in row.recovery[:2]] == [(30, 50), (30, 50)]
    plain = row_of(TWO, EQD2 | {"limit": 40, "recovery": "steps"})
    assert plain.recovery[0].limit_high is None


def test_the_verdict_is_that_of_check() -> None:
    met, known = {"limit": 200}, case(["SpinalCord"], FIRST, PLAN)
    assert asked(known, mine=met).verdict == "met"
    assert asked(known | {"structures": ["SpinalCord", "Spleen"]}, mine=met).verdict == "not_evaluated"
    assert asked(known, mine=met, other={"limit": 30}).verdict == "violated"
    assert asked(known, mine=met | {"advisory": True}).verdict == "not_evaluated"
