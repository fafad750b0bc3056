"""What would decide a constraint that could not be evaluated: every sentence whole, and when it is said."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from reirrad.engine.codes import Cause
from reirrad.engine.missing import MEANINGS, SENTENCES, what_would_decide
from reirrad.model.metric import parse_metric

SCHEDULED, DOSED = Cause.SCHEDULE_UNKNOWN, Cause.DOSE_UNKNOWN
#: Why the quantity of each of four courses is a range.
CAUSES = [
    Cause.MODALITY_NOT_SUPPORTED | SCHEDULED,
    DOSED | SCHEDULED | Cause.DOSE_RANGE,
    Cause.METRIC_BOUND_ONLY | SCHEDULED,
    Cause.REPAIR_UNKNOWN | Cause.DOSE_RANGE | DOSED,
]
ALL = ~Cause(0)


def trace(
    *,
    metric: str = "Max[Gy]",
    courses: list[int] | None = None,
    order: list[int] | None = None,
    technique: tuple[str, ...] | None = ("stereotactic",),
    modalities: tuple[str, ...] = ("photon",),
    causes: list[Cause] | None = None,
    scope: str = "cumulative",
    certain: list[bool] | None = None,
    hours: list[float] | None = None,
    half_time: float = np.nan,
    vague_days: int = 5,
    **more: Any,
) -> Any:
    """Return what stands behind a finding: courses c, a and b in the order of their dates, judged together."""
    asked = []

    def of_courses() -> Any:
        asked.append("once")
        assert asked == ["once"]
        return np.array([int(item) for item in causes or CAUSES])

    constraint = SimpleNamespace(
        metric=metric,
        modalities=modalities,
        conditions=SimpleNamespace(technique=technique),
        scope=scope,
    )
    judge = SimpleNamespace(course_causes=of_courses)
    judged = SimpleNamespace(decided=more.pop("decided", None))
    days = np.array([10, 20, 0, 30])
    batch = SimpleNamespace(
        course_id=np.array(["a", "b", "c", "d"], dtype=object),
        # of the first of two cases; the last is proposed
        course_case=np.array([0, 0, 0, 0, 1]),
        is_proposed=np.array([False, False, False, True, False]),
        start_low=days,
        # c may begin on any of a few days
        start_high=days + (days == 0) * 5,
        end_low=days + 1,
        end_high=days + 1 + (days == 10) * vague_days,
        stated_order=np.full(4, -1),
        months_low=np.zeros(4),
        months_high=np.zeros(4),
        hours_between_fractions=np.array(hours or [np.nan, 6, 6, np.nan]),
    )
    return SimpleNamespace(
        batch=batch,
        case=0,
        view=SimpleNamespace(
            metric=parse_metric(metric).metric,
            certainly_gives_dose=np.array([False, True, False, True] if certain is None else certain),
            half_times=np.array([half_time, 4.0]),
        ),
        block=SimpleNamespace(constraint=constraint, judge=judge, judged=judged, structure="SpinalCord"),
        courses=[2, 0, 1] if courses is None else courses,
        order=[2, 0, 1] if order is None else order,
        **more,
    )


def said(found: Any, *causes: Cause) -> list[str]:
    return [line.removeprefix("to decide: ") for line in what_would_decide(found, sum(causes, Cause(0)))]


#: Every sentence that says what it says whatever the numbers are.
WHOLE = {
    Cause.ROW_QUARANTINED: "mend the rows of the case that could not be read",
    Cause.TECHNIQUE_UNKNOWN: 'state `technique` of course "b": the constraint is about stereotactic',
    Cause.N_FRACTIONS_UNKNOWN: 'state the schedule of course "b": the constraint depends on the number of fractions',
    Cause.PRESCRIPTION_UNKNOWN: 'state the schedule of course "b": the constraint depends on what was prescribed',
    Cause.TARGET_DISTANCE_UNKNOWN: 'state target_distance_mm of SpinalCord for every phase of course "b"',
    Cause.INTERVAL_CONDITION_UNKNOWN: 'state the dates more exactly, and Max[Gy] of SpinalCord for "c" and "a" (0 if '
    "it was out of the field): the interval decides whether it applies",
    Cause.ALPHA_BETA_NOT_STATED: "nothing in the case: the source states no alpha/beta for this limit",
    Cause.METRIC_NOT_SUMMABLE: "a summed dose distribution: Max[Gy] of several courses cannot be added",
    Cause.DISTRIBUTION_NEEDED: "a dose distribution: Max[Gy] cannot be had from what is stated",
    Cause.ORDER_UNKNOWN: "state the dates so that they prove the order of the courses",
    Cause.FIRST_COURSE_UNKNOWN: 'state Max[Gy] of SpinalCord for "c" and "a" (0 if it was out of the field): whether '
    "it gave dose decides which course was the first",
    Cause.HISTORY_UNKNOWN: 'list every earlier course and write prior_radiotherapy = "complete"',
    Cause.MODALITY_NOT_SUPPORTED: 'nothing in the case: photon is covered, the modality of "a" is not',
    Cause.SCHEDULE_UNKNOWN: 'state the schedule of "c" and "a" and "b"',
    Cause.DOSE_UNKNOWN: 'state Max[Gy] of SpinalCord for "b" (0 if it was out of the field)',
    Cause.METRIC_BOUND_ONLY: 'state Max[Gy] of SpinalCord itself for "c": what is stated only bounds it',
    Cause.DOSE_RANGE: 'state Max[Gy] of SpinalCord more exactly for "b"',
    # none of the three is known to lack it
    Cause.REPAIR_UNKNOWN: 'state hours_between_fractions of "a" and repair_half_time_h of SpinalCord',
    Cause.INTERVAL_UNKNOWN: "state the end and start dates of the courses more exactly, and Max[Gy] of SpinalCord for "
    '"c" and "a" (0 if it was out of the field)',
    Cause.RECOVERY_NOT_STATED: "nothing in the case: the source states no recovery for this interval",
    Cause.SUM_NOT_PROVEN: "state Max[Gy] of SpinalCord for every course, or judge without --strict",
    Cause.OTHER_FRACTIONATION: 'nothing in the case, or state which phases of course "b" give no dose to SpinalCord: '
    "the limit is about one schedule of one fraction a day",
}


@pytest.mark.parametrize("cause", WHOLE, ids=lambda cause: cause.name.lower())
def test_one_sentence_for_each_cause(cause: Cause) -> None:
    assert list(what_would_decide(trace(), cause)) == [f"to decide: {WHOLE[cause]}"]


def test_every_cause_has_a_meaning_and_a_sentence() -> None:
    assert set(MEANINGS) == set(SENTENCES) == set(Cause)
    # asked for below, and with the model, with numbers
    assert set(Cause) - set(WHOLE) == {Cause.SOURCE_RANGE, Cause.OUTSIDE_MODEL}


def test_no_dose_proves_a_share_of_a_near_maximum() -> None:
    assert said(trace(scope="share"), Cause.SUM_NOT_PROVEN) == [
        "nothing in the case: judge without --strict, or a share of Max[Gy]"
    ]


def test_nothing_is_said_without_a_cause() -> None:
    assert said(trace()) == []


def test_several_causes_in_the_order_of_the_sentences() -> None:
    causes = Cause.OTHER_FRACTIONATION, Cause.DOSE_RANGE, Cause.HISTORY_UNKNOWN, Cause.TECHNIQUE_UNKNOWN
    assert said(trace(), *causes) == [WHOLE[cause] for cause in reversed(causes)]


def test_words_of_other_constraints() -> None:
    """Several techniques and modalities, another metric, one course judged by itself, no technique at all."""
    other = trace(
        metric="D0.1cc[Gy]",
        courses=[3],
        order=[2, 3],
        technique=("stereotactic", "other"),
        modalities=("photon", "proton"),
    )
    assert said(other, DOSED) == ['state D0.1cc[Gy] of SpinalCord for "d" (Max[Gy] = 0 if it was out of the field)']
    causes = Cause.TECHNIQUE_UNKNOWN, Cause.MODALITY_NOT_SUPPORTED, SCHEDULED, Cause.REPAIR_UNKNOWN, Cause.DOSE_RANGE
    other = trace(courses=[3], order=[2, 3], technique=("stereotactic", "other"), modalities=("photon", "proton"))
    assert said(other, *causes) == [
        'state `technique` of course "d": the constraint is about stereotactic or other',
        "nothing in the case: photon and proton is covered, the modality of every course is not",
        "state the schedule of every course",
        'state Max[Gy] of SpinalCord more exactly for "d"',
        'state hours_between_fractions of "d" and repair_half_time_h of SpinalCord',
    ]
    silent = trace(technique=None)
    assert said(silent, Cause.TECHNIQUE_UNKNOWN) == [
        'state `technique` of course "b": the constraint is about some techniques'
    ]


def test_where_no_course_is_judged_all_that_count_are_named() -> None:
    """A constraint on an interval is judged on no quantity; without any course there is nothing to name."""
    assert said(trace(courses=[]), SCHEDULED) == ['state the schedule of "c" and "a" and "b"']
    nothing = trace(courses=[], order=[])
    assert said(nothing, SCHEDULED, Cause.N_FRACTIONS_UNKNOWN) == [
        "state the schedule of the newest course: the constraint depends on the number of fractions",
        "state the schedule of every course",
    ]


DATES = "state the end and start dates of the courses more exactly"
DOSE = 'Max[Gy] of SpinalCord for "a" (0 if it was out of the field)'


@pytest.mark.parametrize(
    ("certain", "vague_days", "expected"),
    [
        ([True, True, True, True], 5, DATES),
        # on which day the first course began is no matter
        ([False, True, True, True], 0, f"state {DOSE}"),
        ([False, True, True, True], 5, f"{DATES}, and {DOSE}"),
        # nothing that a case states would make it more exact
        ([True, True, True, True], 0, DATES),
    ],
)
def test_an_interval_is_open_by_its_dates_or_by_what_gave_dose(
    certain: list[bool], vague_days: int, expected: str
) -> None:
    assert said(trace(certain=certain, vague_days=vague_days), Cause.INTERVAL_UNKNOWN) == [expected]


def test_months_that_are_stated_are_exact_where_they_are_one_number() -> None:
    for high, expected in ((3, f"state {DOSE}"), (4, f"{DATES}, and {DOSE}")):
        found = trace(certain=[False, True, True, True])
        found.batch.stated_order = np.array([1, 2, 0, -1])
        # courses that are counted in months have no days
        found.batch.end_high = found.batch.end_low + 999
        found.batch.months_low, found.batch.months_high = np.array([3, 3, 0, 0]), np.array([3, high, 9, 9])
        assert said(found, Cause.INTERVAL_UNKNOWN) == [expected]


def test_where_a_day_of_the_last_course_is_open_its_end_is_no_matter() -> None:
    def open_days() -> Any:
        found = trace(certain=[False, True, True, True], vague_days=0)
        found.batch.end_high[1] += 9
        return found

    assert said(open_days(), Cause.INTERVAL_UNKNOWN) == [f"state {DOSE}"]
    for later in (0, 1):
        found = open_days()
        found.batch.start_high = found.batch.start_low.copy()
        found.batch.start_high[later] += 9
        assert said(found, Cause.INTERVAL_UNKNOWN) == [f"{DATES}, and {DOSE}"]


@pytest.mark.parametrize(
    ("hours", "half_time", "expected"),
    [
        ([6, 6, 6, np.nan], 4, 'state hours_between_fractions of "d"'),
        ([6, 6, 6, 6], np.nan, "state repair_half_time_h of SpinalCord"),
        (
            [6, 6, 6, 6],
            4,
            'nothing in the case: not all days of "d" were full, and which of its fractions shared one is not stated',
        ),
    ],
)
def test_what_is_stated_of_repair_is_not_asked_for(hours: list[float], half_time: float, expected: str) -> None:
    assert said(trace(courses=[2, 3], hours=hours, half_time=half_time), Cause.REPAIR_UNKNOWN) == [expected]


def test_none_is_no_history_of_a_case_that_lists_one() -> None:
    text = 'list every earlier course and write prior_radiotherapy = "complete"'
    assert said(trace(), Cause.HISTORY_UNKNOWN) == [text]
    found = trace()
    # the course of the next case is no matter
    found.batch.is_proposed = np.array([True, True, True, True, False])
    assert said(found, Cause.HISTORY_UNKNOWN) == [f'{text} (or "none")']


Ends = tuple[float, float]


def decided(value: Ends, limit: Ends) -> Any:
    def column(ends: Ends) -> Any:
        # the position of the finding is the second
        return SimpleNamespace(low=np.array([[99.0], [ends[0]]]), high=np.array([[-99.0], [ends[1]]]))

    return SimpleNamespace(value=column(value), limit=column(limit))


@pytest.mark.parametrize(
    ("value", "expected"),
    [((12, 15), True), ((10, 20), True), ((10, 20.1), False), ((9.9, 20), False), ((0, 30), False)],
)
def test_a_printed_range_is_named_where_the_value_lies_within_it(value: Ends, *, expected: bool) -> None:
    found = said(trace(decided=decided(value, (10, 20)), position=1), Cause.SOURCE_RANGE)
    assert found == ["nothing in the case: the source gives a range, and the value lies within it"] * expected
