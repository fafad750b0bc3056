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
    return SimpleNamespace(
        batch=SimpleNamespace(course_id=np.array(["a", "b", "c", "d"], dtype=object)),
        view=SimpleNamespace(
            metric=parse_metric(metric).metric, certainly_gives_dose=np.array([False, True, False, True])
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
    Cause.INTERVAL_CONDITION_UNKNOWN: "state the dates more exactly: the interval decides whether it applies",
    Cause.ALPHA_BETA_NOT_STATED: "nothing in the case: the source states no alpha/beta for this limit",
    Cause.METRIC_NOT_SUMMABLE: "a summed dose distribution: Max[Gy] of several courses cannot be added",
    Cause.DISTRIBUTION_NEEDED: "a dose distribution: Max[Gy] cannot be had from what is stated",
    Cause.ORDER_UNKNOWN: "state the dates so that they prove the order of the courses",
    Cause.FIRST_COURSE_UNKNOWN: 'state Max[Gy] of SpinalCord for "c" and "a" (0 if it was out of the field): whether '
    "it gave dose decides which course was the first",
    Cause.HISTORY_UNKNOWN: 'list every earlier course and write prior_radiotherapy = "complete" (or "none")',
    Cause.MODALITY_NOT_SUPPORTED: 'nothing in the case: photon is covered, the modality of "a" is not',
    Cause.SCHEDULE_UNKNOWN: 'state the schedule of "c" and "a" and "b"',
    Cause.DOSE_UNKNOWN: 'state Max[Gy] of SpinalCord for "b" (0 if it was out of the field)',
    Cause.METRIC_BOUND_ONLY: 'state Max[Gy] of SpinalCord itself for "c": what is stated only bounds it',
    Cause.DOSE_RANGE: 'state Max[Gy] of SpinalCord more exactly for "b"',
    # none of the three lacks it
    Cause.REPAIR_UNKNOWN: "state hours_between_fractions of every course and repair_half_time_h of SpinalCord; where "
    "both are, not all of its days were full, and nothing in a case says which fractions shared one",
    Cause.INTERVAL_UNKNOWN: "state the end and start dates of the courses more exactly",
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
        'state hours_between_fractions of "d" and repair_half_time_h of SpinalCord; where both are, not all of its '
        "days were full, and nothing in a case says which fractions shared one",
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
