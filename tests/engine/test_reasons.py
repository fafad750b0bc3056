"""Every reason for which a constraint is not evaluated or does not apply, and what the report says would decide it."""

import copy
from typing import Any

import numpy as np
import pytest

from engine.exact_hits import Plan
from engine.house_edition import DISTRIBUTION, MONTHS, PHYSICAL, Fields, house_library
from engine.judged_pairs import STEREOTACTIC, found, pair, single
from property.example_cases import MET, PHASES_TWICE_DAILY, SECOND, case, cord, course
from reirrad.engine.check import check
from reirrad.engine.codes import Cause, Exclusion, Status, reason_word
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.ingest import parse_case
from reirrad.library import load_library

Raw = dict[str, Any]
TENS = Plan(1000, 5), Plan(1000, 5)


def changed(raw: Raw, number: int, **fields: Any) -> Raw:
    """Return the case with fields of one course replaced, or left out if ``None``."""
    other = copy.deepcopy(raw)
    other["course"][number] |= fields
    other["course"][number] = {key: value for key, value in other["course"][number].items() if value is not None}
    return other


def house(**fields: Any) -> Fields:
    return {"limit": 30} | fields


# the case, the constraint (shipped, or the fields of one of the house), and words of what would decide it
CUMULATIVE, COURSE = "nieder-2006.cumulative", "nieder-2006.course"
INTERVAL_CONDITION = house(conditions={"interval_months": [0, 60]}, **PHYSICAL)
FEW_FRACTIONS = house(scope="newest_course", conditions={"n_fractions": [1, 5]}, **PHYSICAL)
GAP = house(recovery="gap")
D01 = house(metric="D0.1cc[Gy]", limit=130)
NOT_EVALUATED: dict[Cause, tuple[Raw, str | Fields, str]] = {
    Cause.TECHNIQUE_UNKNOWN: (
        changed(pair(*TENS, structure="ThecalSac"), 1, technique=None),
        "hytec-cord-2021.cumulative",
        'state `technique` of course "second": the constraint is about stereotactic',
    ),
    Cause.N_FRACTIONS_UNKNOWN: (
        changed(pair(*TENS), 1, schedule=None),
        FEW_FRACTIONS,
        'state the schedule of course "second"',
    ),
    Cause.INTERVAL_CONDITION_UNKNOWN: (
        changed(pair(*TENS), 1, start="2015", end="2015"),
        INTERVAL_CONDITION,
        "the interval decides whether it applies",
    ),
    Cause.PRESCRIPTION_UNKNOWN: (
        changed(pair(*TENS), 1, schedule=None),
        house(scope="newest_course", conditions={"fraction_size_gy": [1.8, 2.0]}, **PHYSICAL),
        'state the schedule of course "second": the constraint depends on what was prescribed',
    ),
    Cause.TARGET_DISTANCE_UNKNOWN: (
        # the fact is stated for the first course only
        changed(pair(*TENS), 0, dose={"SpinalCord": cord(10)["SpinalCord"] | {"target_distance_mm": 1}}),
        house(scope="newest_course", profile="stated-fact", conditions={"target_distance_mm": [0, 2]}),
        'state target_distance_mm of SpinalCord for every phase of course "second"',
    ),
    Cause.ALPHA_BETA_NOT_STATED: (
        pair(*TENS), house(alpha_beta_gy="not stated", profile="incomplete"), "states no alpha/beta",
    ),
    Cause.METRIC_NOT_SUMMABLE: (
        pair(*TENS), house(metric="V20Gy[%]", **PHYSICAL, **DISTRIBUTION), "V20Gy[%] of several courses",
    ),
    Cause.DISTRIBUTION_NEEDED: (
        pair(*TENS),
        house(metric="Mean[Gy]", scope="newest_course", **DISTRIBUTION),
        "Mean[Gy] cannot be had from what is stated",
    ),
    Cause.OTHER_FRACTIONATION: (
        # two of 2 Gy on one day are more than a fifth of 15 Gy
        changed(pair(*TENS, **STEREOTACTIC), 1, fractions_per_day=2),
        house(scope="newest_course", conditions={"n_fractions": [5, 5]}, **PHYSICAL) | {"limit": 15},
        'nothing in the case, or state which phases of course "second" give no dose to SpinalCord',
    ),
    Cause.OUTSIDE_MODEL: (
        # the 69th day after the first course
        changed(pair(*TENS), 1, start="2010-04-15", end="2010-05-15"),
        "woolley-2018.allowed-bed",
        "the model is made for intervals of at least 70 days, and this one is 69 days",
    ),
    Cause.ORDER_UNKNOWN: (
        # the later one has 20 Gy2 or 40 Gy2
        changed(changed(pair(TENS[0], Plan(2000, 10)), 1, role="delivered", start=None, end=None), 0, start=None)
        | {"prior_courses": 2},
        house(scope="newest_course"),
        "prove the order of the courses",
    ),
    Cause.HISTORY_UNKNOWN: (
        {key: value for key, value in pair(*TENS).items() if not key.startswith("prior")},
        CUMULATIVE,
        'list every earlier course and write prior_radiotherapy = "complete"',
    ),
    Cause.MODALITY_NOT_SUPPORTED: (
        changed(pair(*TENS), 0, modality="proton"), CUMULATIVE, 'photon is covered, the modality of "first" is not',
    ),
    Cause.SCHEDULE_UNKNOWN: (
        # 10 Gy2 to 10 (1 + 10/2) = 60 Gy2, and 80 Gy2
        changed(pair(Plan(1000, 5), Plan(4000, 20)), 0, schedule=None), CUMULATIVE, 'state the schedule of "first"',
    ),
    Cause.FIRST_COURSE_UNKNOWN: (
        # none of the first course, or 3 Gy of it, and 10 Gy of the second
        changed(pair(*TENS), 0, dose=cord([0, 3])),
        house(scope="first_course", **PHYSICAL) | {"limit": 9},
        'state Max[Gy] of SpinalCord for "first" (0 if it was out of the field): whether it gave dose decides',
    ),
    Cause.DOSE_UNKNOWN: (
        changed(pair(*TENS), 0, dose=None),
        CUMULATIVE,
        'state Max[Gy] of SpinalCord for "first" (0 if it was out of the field)',
    ),
    Cause.METRIC_BOUND_ONLY: (
        changed(pair(*TENS), 1, dose=cord(10, metric="D0.1cc[Gy]")),
        CUMULATIVE,
        'state Max[Gy] of SpinalCord itself for "second"',
    ),
    Cause.DOSE_RANGE: (
        changed(pair(*TENS), 1, dose=cord([10, 90])), CUMULATIVE, 'more exactly for "second"',
    ),
    Cause.REPAIR_UNKNOWN: (
        # 45 (1 + (1 to 2) 1.5/2) is 78.75 to 112.5
        changed(pair(Plan(1000, 5), Plan(4500, 30)), 1, fractions_per_day=2),
        COURSE,
        'hours_between_fractions of "second" and repair_half_time_h of SpinalCord',
    ),
    Cause.INTERVAL_UNKNOWN: (
        changed(pair(*TENS), 1, start="2010", end="2010-12-31"),
        "nieder-2006.interval",
        "state the end and start dates of the courses more exactly",
    ),
    Cause.RECOVERY_NOT_STATED: (
        # 59 months are in the table and 83 are not: 20 + 20 (1 - 0 to 1)
        changed(pair(*TENS), 1, start="2017-01-05", end="2017-02-06"), GAP, "the source states no recovery",
    ),
    Cause.SUM_NOT_PROVEN: (
        changed(
            changed(pair(Plan(4000, 20), Plan(4000, 20)), 0, dose=cord(40, metric="D0.1cc[Gy]")),
            1, dose=cord(40, metric="D0.1cc[Gy]"),
        ),
        D01 | {"limit": 170},
        "state Max[Gy] of SpinalCord for every course, or judge without --strict",
    ),
    Cause.SOURCE_RANGE: (single(13), "hytec-cord-2021.first-course", "the source gives a range"),
}  # fmt: skip


@pytest.mark.parametrize("cause", NOT_EVALUATED, ids=lambda cause: cause.name.lower())
def test_not_evaluated_says_what_would_decide(cause: Cause) -> None:
    raw, constraint, words = NOT_EVALUATED[cause]
    strict = cause is Cause.SUM_NOT_PROVEN
    if isinstance(constraint, str):
        library = load_library().select(["woolley-2018"]) if constraint.startswith("woolley") else None
        item = found(
            raw, constraint, "ThecalSac" if "ThecalSac" in raw["structures"] else "SpinalCord", library=library
        )
    else:
        item = found(raw, "house.only", library=house_library({"only": constraint}), strict=strict)
    assert item.status == "not_evaluated"
    assert item.reason == str(cause.name).lower()
    deciding = [line for line in item.derivation if line.startswith("to decide: ")]
    assert any(words in line for line in deciding), deciding


def test_every_reason_is_here() -> None:
    # rows that cannot be read occur in tables only
    assert set(Cause) - set(NOT_EVALUATED) == {Cause.ROW_QUARANTINED}


def test_what_could_not_be_read_keeps_everything_open_but_a_violation() -> None:
    """F10: losing a row of a table must not make a patient pass."""
    library = load_library()
    prepared = prepare([parse_case(pair(*TENS)), parse_case(pair(Plan(5000, 25), Plan(6000, 30)))], library)
    prepared.batch.has_unread[:] = True
    for block in evaluate(prepared.batch, library):
        for status, causes in zip(block.status, block.judged.decided.causes[:, 0], strict=True):
            if status != Status.VIOLATED:
                assert status == Status.NOT_EVALUATED
                word = reason_word(status=int(status), causes=int(causes), exclusion=0)
                assert word == "row_quarantined"
        if block.constraint.id == CUMULATIVE:
            assert np.array_equal(block.status, [Status.NOT_EVALUATED, Status.VIOLATED])


EXCLUDED: dict[Exclusion, tuple[Raw, str | Fields]] = {
    Exclusion.NO_COURSE: (case(["SpinalCord"]), CUMULATIVE),
    Exclusion.FEWER_THAN_TWO_COURSES: (case(["SpinalCord"], course(*SECOND, "60 Gy / 30", dose=cord(60))), CUMULATIVE),
    Exclusion.OTHER_TECHNIQUE: (pair(*TENS, structure="ThecalSac"), "hytec-cord-2021.cumulative"),
    Exclusion.OTHER_N_FRACTIONS: (
        pair(Plan(1000, 5), Plan(1200, 6)),
        FEW_FRACTIONS,
    ),
    Exclusion.OTHER_INTERVAL: (
        pair(*TENS),
        house(scope="newest_course", conditions={"interval_months": [0, 24]}, limit=5),
    ),
    Exclusion.OTHER_PRESCRIPTION: (
        pair(*TENS),
        house(scope="newest_course", conditions={"fraction_size_gy": [1.8, 1.99]}),
    ),
    Exclusion.OTHER_TARGET_DISTANCE: (
        changed(pair(*TENS), 1, dose={"SpinalCord": cord(10)["SpinalCord"] | {"target_distance_mm": 2}}),
        house(scope="newest_course", profile="stated-fact", conditions={"target_distance_mm": [0, 2]}),
    ),
}


@pytest.mark.parametrize("exclusion", EXCLUDED, ids=lambda exclusion: exclusion.name.lower())
def test_not_applicable_says_why(exclusion: Exclusion) -> None:
    raw, constraint = EXCLUDED[exclusion]
    structure = "ThecalSac" if "ThecalSac" in raw["structures"] else "SpinalCord"
    if isinstance(constraint, str):
        item = found(raw, constraint, structure)
    else:
        item = found(raw, "house.only", library=house_library({"only": constraint}))
    assert (item.status, item.reason) == ("not_applicable", exclusion.name.lower())
    assert item.derivation[0].startswith("not applicable: ")
    assert (item.value, item.value_low, item.value_high, item.margin, item.course_id) == (None,) * 5


def test_every_exclusion_is_here() -> None:
    assert set(Exclusion) - set(EXCLUDED) == {Exclusion.NONE}


def test_interval_conditions_are_half_open() -> None:
    """[0, 59) months does not hold for exactly 59, [59, 60) does."""
    raw = pair(*TENS)  # 5 February 2010 to 5 January 2015
    inside = house_library({
        "before": MONTHS | {"limit": 6, "comparison": "at_least", "conditions": {"interval_months": [0, 59]}},
        "from": MONTHS | {"limit": 59.5, "comparison": "at_least", "conditions": {"interval_months": [59, 60]}},
    })  # fmt: skip
    assert found(raw, "house.before", library=inside).status == "not_applicable"
    assert found(raw, "house.from", library=inside).status == "violated"


def test_a_finding_that_is_decided_has_no_reason() -> None:
    for raw in (MET, PHASES_TWICE_DAILY):
        for item in check(parse_case(raw)).findings:
            assert (item.reason is None) == (item.status in ("met", "violated"))


def test_of_turns_without_room_the_latest_is_told_where_one_hits_a_limit() -> None:
    """12 Gy in 1 fraction is a limit, so that fractions decide; of the newest course nothing is known."""
    fields = PHYSICAL | {
        "limit_by_n_fractions": {"1": [12, 14], "5": 25},
        "scope": "newest_course",
        "applies_to_related": True,
        "structures": ["ThecalSac"],
    }
    earlier = course("a", "delivered", None, "1996-04", "1 x 12 Gy", dose=cord(12))
    newest = course("b", "delivered", "1996-11", None, None, dose=None)
    raw = case(["SpinalCord"], earlier, newest) | {"prior_radiotherapy": "unknown"}
    del raw["prior_courses"]
    item = found(raw, "house.by-n", library=house_library({"by-n": fields}), structure="ThecalSac")
    assert (item.status, item.course_id, item.value_low, item.value_high) == ("not_evaluated", "b", 0, None)


def test_exact_dates_are_not_blamed_for_a_history_that_is_not_complete() -> None:
    """59 months between two days: only a course that is not listed may leave less."""
    raw = pair(*TENS) | {"prior_radiotherapy": "partial"}
    del raw["prior_courses"]
    items = [item for item in check(parse_case(raw)).findings if item.status == "not_evaluated"]
    about = {"nieder-2006.interval", "nieder-2005.score", "doi-2021.simple-rule", "troost-2020.spinal-cord"}
    asked = {item.constraint_id: item for item in items}
    assert about <= set(asked)
    for name in about:
        assert asked[name].reason == "history_unknown"
    lines = [line for item in items for line in item.derivation if "exactly" in line or "dates" in line]
    assert lines == []
