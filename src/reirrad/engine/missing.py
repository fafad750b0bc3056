"""What a constraint that could not be evaluated lacks, and what would decide it."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.engine.codes import Cause
from reirrad.engine.trace import Trace
from reirrad.engine.view import MAXIMUM

_SENTENCES: dict[Cause, str] = {
    Cause.ROW_QUARANTINED: "mend the rows of the case that could not be read",
    Cause.TECHNIQUE_UNKNOWN: "state `technique` of {newest}: the constraint is about {techniques}",
    Cause.N_FRACTIONS_UNKNOWN: "state the schedule of {newest}: the constraint depends on the number of fractions",
    Cause.PRESCRIPTION_UNKNOWN: "state the schedule of {newest}: the constraint depends on what was prescribed",
    Cause.TARGET_DISTANCE_UNKNOWN: "state target_distance_mm of {structure} for {newest}",
    Cause.INTERVAL_CONDITION_UNKNOWN: "state the dates more exactly: the interval decides whether it applies",
    Cause.ALPHA_BETA_NOT_STATED: "nothing in the case: the source states no alpha/beta for this limit",
    Cause.METRIC_NOT_SUMMABLE: "a summed dose distribution: {metric} of several courses cannot be added",
    Cause.DISTRIBUTION_NEEDED: "a dose distribution: {metric} cannot be had from what is stated",
    Cause.ORDER_UNKNOWN: "state the dates so that they prove the order of the courses",
    Cause.HISTORY_UNKNOWN: 'list every earlier course and write prior_radiotherapy = "complete" (or "none")',
    Cause.MODALITY_NOT_SUPPORTED: "nothing in the case: {modalities} is covered, the modality of {unsupported} is not",
    Cause.SCHEDULE_UNKNOWN: "state the schedule of {unscheduled}",
    Cause.DOSE_UNKNOWN: "state {metric} of {structure} for {undosed} ({zero} if it was out of the field)",
    Cause.METRIC_BOUND_ONLY: "state {metric} of {structure} itself for {bounded}: what is stated only bounds it",
    Cause.DOSE_RANGE: "state {metric} of {structure} more exactly for {ranged}",
    Cause.REPAIR_UNKNOWN: "state hours_between_fractions of {unrepaired} and repair_half_time_h of {structure}",
    Cause.INTERVAL_UNKNOWN: "state the end and start dates of the courses more exactly",
    Cause.RECOVERY_NOT_STATED: "nothing in the case: the source states no recovery for this interval",
    Cause.SUM_NOT_PROVEN: "state Max[Gy] of {structure} for every course, or judge without --strict",
    Cause.SOURCE_RANGE: "nothing in the case: the source gives a range, and the value lies within it",
    Cause.OUTSIDE_MODEL: "nothing in the case: the model is made for two courses, an interval within its data, and a "
    "first course below the tolerance",
}


def what_would_decide(trace: Trace, causes: Cause) -> Iterator[str]:
    """Yield a line for each thing that keeps a constraint from being evaluated."""
    words = _words(trace)
    for cause, sentence in _SENTENCES.items():
        if cause & causes and _is_relevant(trace, cause):
            yield f"to decide: {sentence.format(**words)}"


def _is_relevant(trace: Trace, cause: Cause) -> bool:
    if cause is Cause.SOURCE_RANGE:
        decided, at = trace.block.judged.decided, trace.position
        limit, value = decided.limit, decided.value
        return bool(value.low[at, 0] >= limit.low[at, 0] and value.high[at, 0] <= limit.high[at, 0])
    if cause is Cause.RECOVERY_NOT_STATED:
        return any(i.interval[0] == i.interval[1] and i.fraction[0] < i.fraction[1] for i in trace.recovered)
    if cause is Cause.INTERVAL_UNKNOWN and trace.block.judge.recovery is not None:
        return any(i.interval[0] < i.interval[1] and i.fraction[0] < i.fraction[1] for i in trace.recovered)
    if cause is Cause.INTERVAL_UNKNOWN and trace.block.constraint.score is not None:
        low, high = trace.smallest_interval
        return low < trace.block.constraint.score.interval_below_months <= high
    return True


def _words(trace: Trace) -> dict[str, str]:
    batch, view, constraint = trace.batch, trace.view, trace.block.constraint
    listed = trace.courses or trace.order
    causes = view.causes(trace.block.judge.conversion, constraint.modalities)

    def with_cause(cause: Cause) -> str:
        names = [str(batch.course_id[course]) for course in listed if causes[course] & cause]
        return _and(names) or "every course"

    newest = str(batch.course_id[trace.order[-1]]) if trace.order else "the newest course"
    return {
        "newest": f'course "{newest}"',
        "techniques": " or ".join(constraint.conditions.technique or ()) or "some techniques",
        "metric": constraint.metric,
        "zero": "0" if view.metric == MAXIMUM else "Max[Gy] = 0",
        "structure": trace.block.structure,
        "modalities": " and ".join(constraint.modalities),
        "unsupported": with_cause(Cause.MODALITY_NOT_SUPPORTED),
        "unscheduled": with_cause(Cause.SCHEDULE_UNKNOWN),
        "undosed": with_cause(Cause.DOSE_UNKNOWN),
        "bounded": with_cause(Cause.METRIC_BOUND_ONLY),
        "ranged": with_cause(Cause.DOSE_RANGE),
        "unrepaired": with_cause(Cause.REPAIR_UNKNOWN),
    }


def _and(names: list[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)
