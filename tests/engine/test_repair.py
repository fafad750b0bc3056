"""The factor of incomplete repair of every phase, by hand: Thames 1985, and the days that fractions take."""

from math import nan, sqrt
from typing import Any

import numpy as np

from engine.columns_by_hand import NAMES, batch_of, course, phase
from reirrad import check, load_library, parse_case
from reirrad.engine.repair import half_times_of_cases, repair_factors
from reirrad.model.finding import Finding

CORD, SAC = NAMES.index("SpinalCord"), NAMES.index("ThecalSac")
Ends = list[tuple[Any, Any]]


def repaired(half_times: dict[tuple[int, int], float], *courses: Any, structure: int = CORD) -> Ends:
    n_cases = 1 + max(item.case for item in courses)
    cases, structures = [key[0] for key in half_times], [key[1] for key in half_times]
    batch = batch_of(
        *courses,
        n_cases=n_cases,
        half_time_case=np.array(cases, dtype=np.int64),
        half_time_structure=np.array(structures, dtype=np.int64),
        half_time_h=np.array(list(half_times.values()), dtype=np.float64),
    )
    found = repair_factors(batch, structure)
    assert [str(end.dtype) for end in found] == ["float64", "float64"]
    return list(zip(*(end.tolist() for end in found), strict=True))


def at_day(per_day: int, hours: float, *counts: int, case: int = 0) -> Any:
    phases = [phase(n=count) for count in counts or (10,)]
    return course(*phases, case=case, fractions_per_day=per_day, hours_between_fractions=hours)


def test_repair_of_every_phase() -> None:
    """h = theta for two a day, (2/3) (2 theta + theta^2) for three: Thames 1985, with theta = 2^(-hours/half-time)."""
    known = {(0, CORD): 4.0, (0, SAC): 3.0, (2, CORD): 2.0}
    assert repaired(
        known,
        # one a day; two a day 4 h apart, in the first phase and not where nothing is known of the fractions
        at_day(1, nan),
        at_day(2, 4, 10, 0, 20),
        # three a day 4 h apart: theta = 1/2
        at_day(3, 4),
        # hours are not stated; neither is the half-time of the second case
        at_day(2, nan),
        at_day(2, 6, case=1),
        at_day(4, 4, case=1),
        at_day(1, nan, case=1),
        # 6 h are three half-times
        at_day(2, 6, case=2),
        at_day(1, 6, case=2),
        # of two a day one was given, or three: one of these shared its day with none
        at_day(2, 6, 1, case=2),
        at_day(2, 6, 3, case=2),
        # beside another phase it may have shared a day, and of an even number each is taken to share one
        at_day(2, 6, 3, 8, case=2),
    ) == [
        (0, 0),
        (0.5, 0.5),
        (0, 0),
        (0.5, 0.5),
        # in 3, 3, 2 and 2, or in 3, 3, 3 and 1
        (7 / 10, 3 / 4),
        (0, 1),
        (0, 1),
        # 4, 4 and 2 without any repair: (8 x 3 + 2 x 1) / 10
        (0, 2.6),
        (0, 0),
        (0.125, 0.125),
        (0, 0),
        (0, 0),
        (0.25 / 3, 0.25 / 3),
        (0.25 / 3, 0.125),
        (0.125, 0.125),
    ]


def test_repair_where_nothing_is_known() -> None:
    assert repaired({}, at_day(3, 6), at_day(3, 6, 9), at_day(1, nan)) == [(0, 1.8), (0, 2), (0, 0)]
    assert repaired({(0, CORD): 4.0}, at_day(2, 4), structure=SAC) == [(0, 1)]


def test_repair_is_rounded_once() -> None:
    ((low, high),) = repaired({(0, CORD): 4.0}, at_day(2, 6))
    # 2 to the power of -1.5; a square root is the nearest float64
    assert low == high == sqrt(0.125)


def test_half_times_of_a_structure() -> None:
    batch = batch_of(
        n_cases=4,
        half_time_case=[0, 0, 2, 3],
        half_time_structure=[SAC, CORD, CORD, SAC],
        half_time_h=[1.0, 2.0, 3.0, 4.0],
    )
    np.testing.assert_array_equal(half_times_of_cases(batch, CORD), [2, nan, 3, nan])
    np.testing.assert_array_equal(half_times_of_cases(batch, SAC), [1, nan, nan, 4])
    np.testing.assert_array_equal(half_times_of_cases(batch, 0), [nan] * 4)


HYTEC = load_library().select(["hytec-cord-2021"])
NEWEST = {
    "id": "2", "role": "proposed", "modality": "photon", "technique": "stereotactic", "schedule": "16 Gy / 2",
    "fractions_per_day": 1, "start": "2016-04-01", "end": "2016-04-10",
    "dose": {"ThecalSac": {"Max[Gy]": 12, "basis": "plan"}},
}  # fmt: skip


def share(earlier: dict[str, Any]) -> Finding:
    """Return what is found of the share of 12 Gy in two fractions, 24 Gy EQD2, after a course of several a day."""
    both = {"role": "delivered", "modality": "photon", "technique": "conventional", "start": "2014", "end": "2014"}
    case = {
        "schema": "reirrad-case/1", "case_id": "A", "prior_radiotherapy": "complete", "prior_courses": 1,
        "structures": ["ThecalSac"], "repair_half_time_h": {"ThecalSac": 4}, "course": [both | earlier, NEWEST],
    }  # fmt: skip
    (found,) = [
        item
        for item in check(parse_case(case), library=HYTEC).findings
        if item.constraint_id == "hytec-cord-2021.share"
    ]
    return found


def test_d15_a_fraction_that_shared_its_day_with_none_is_repaired() -> None:
    """By hand: 8 Gy in one fraction is 8 (1 + 8/2) / 2 = 20 Gy EQD2, and 24 / 44 is more than a half.

    With the factor of two a day, 2^(-1/4), it was 33.45 Gy EQD2, and the share was met.
    """
    twice = {"fractions_per_day": 2, "hours_between_fractions": 1}
    dose = {"dose": {"ThecalSac": {"Max[Gy]": 16, "basis": "plan"}}}
    one = {"id": "1", "schedule": "16 Gy / 2", "fractions_delivered": 1, "dose_of": "planned"}
    found = share(one | dose | twice)
    assert (found.status, found.value) == ("violated", 24 / 44)
    assert any("h = 0 (2 fractions a day; incomplete repair, Thames 1985; not every day had so many)" in line
               for line in found.derivation)  # fmt: skip
    # of two fractions none is alone
    assert share(one | {"fractions_delivered": 2} | dose | twice).status == "met"


def test_d15_the_rest_of_a_phase_may_have_shared_a_day_with_the_next() -> None:
    """Three fractions of 4.3 Gy, two a day 6 h apart: 12.9 (1 + (1 + h) 4.3/2) / 2 with h of 2/3 to all of 2^-1.5.

    The shares are 24 / (24 + 20.3175 + 13.8675 h): 0.5043 with the first, and 0.4876 with the second.
    """
    twice = {"id": "1", "fractions_per_day": 2, "hours_between_fractions": 6}
    phase = {"schedule": "12.9 Gy / 3", "dose": {"ThecalSac": {"Max[Gy]": 12.9, "basis": "plan"}}}
    alone = share(twice | phase)
    assert (alone.status, round(alone.value or 0, 4)) == ("violated", 0.5043)
    none = {"schedule": "9 Gy / 3", "dose": {"ThecalSac": {"Max[Gy]": 0, "basis": "plan"}}}
    beside = share(twice | {"n_phases": 2, "phase": [phase, none]})
    assert (beside.status, beside.reason) == ("not_evaluated", "repair_unknown")
    assert (round(beside.value_low or 0, 4), round(beside.value_high or 0, 4)) == (0.4876, 0.5043)
    told = 'nothing in the case: not all days of "1" were full, and which of its fractions shared one is not stated'
    assert f"to decide: {told}" in beside.derivation
