"""What a constraint that could not be evaluated lacks, and what would decide it."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.engine.batch import Ints
from reirrad.engine.codes import Cause
from reirrad.engine.outside_model import what_it_is_made_for
from reirrad.engine.trace import Trace
from reirrad.engine.vague import (
    doubtful_courses,
    listed,
    what_is_whole,
    what_leaves_repair_open,
    what_leaves_the_interval_open,
)
from reirrad.engine.view import MAXIMUM

#: What is not known, in a line.
MEANINGS: dict[Cause, str] = {
    Cause.ROW_QUARANTINED: "rows of the patient could not be read, and they could change the finding",
    Cause.TECHNIQUE_UNKNOWN: "the constraint is for some techniques, and that of the judged course is not stated",
    Cause.N_FRACTIONS_UNKNOWN: "the constraint depends on the number of fractions, and that is not stated",
    Cause.PRESCRIPTION_UNKNOWN: "the constraint depends on what was prescribed, and a schedule is not stated",
    Cause.TARGET_DISTANCE_UNKNOWN: "the constraint depends on the distance from the target, and that is not stated",
    Cause.INTERVAL_CONDITION_UNKNOWN: "the constraint is for some intervals, and the dates allow others too",
    Cause.ALPHA_BETA_NOT_STATED: "the source of the limit states no alpha/beta",
    Cause.METRIC_NOT_SUMMABLE: "a mean or a volume of several courses cannot be added",
    Cause.DISTRIBUTION_NEEDED: "the metric follows from a dose distribution, and not from what is stated",
    Cause.ORDER_UNKNOWN: "the dates allow several orders of the courses, and they do not come to the same",
    Cause.FIRST_COURSE_UNKNOWN: "a course may have given dose before the others, or none: which was the first decides",
    Cause.HISTORY_UNKNOWN: "there may be a course that is not listed",
    Cause.MODALITY_NOT_SUPPORTED: "the constraint is not made for the modality of a course that may give dose",
    Cause.SCHEDULE_UNKNOWN: "the number of fractions of a course is not stated, so that its dose is a range",
    Cause.DOSE_UNKNOWN: "a course may give dose to the structure, and none is stated",
    Cause.METRIC_BOUND_ONLY: "another metric or structure is stated, which bounds the value and does not decide",
    Cause.DOSE_RANGE: "the dose is stated as a range, and not all of it is on one side of the limit",
    Cause.REPAIR_UNKNOWN: "the hours between fractions of a day, or the half-time of repair, are not stated, or which "
    "fractions shared a day is not known",
    Cause.INTERVAL_UNKNOWN: "the dates are too vague to decide the interval or the recovery",
    Cause.RECOVERY_NOT_STATED: "the source states no recovery for the interval",
    Cause.SUM_NOT_PROVEN: "with --strict: a sum of near-maxima is a convention, and the sum of Max does not decide",
    Cause.SOURCE_RANGE: "the source prints a range of limits, and the value lies within it",
    Cause.OUTSIDE_MODEL: "the courses are not what the model was made for",
    Cause.OTHER_FRACTIONATION: "the limit is about one schedule of one fraction a day, and the judged course is not",
}

#: What would decide it; in braces what a case fills in.
SENTENCES: dict[Cause, str] = {
    Cause.ROW_QUARANTINED: "mend the rows of the case that could not be read",
    Cause.TECHNIQUE_UNKNOWN: "state `technique` of {newest}: the constraint is about {techniques}",
    Cause.N_FRACTIONS_UNKNOWN: "state the schedule of {newest}: the constraint depends on the number of fractions",
    Cause.PRESCRIPTION_UNKNOWN: "state the schedule of {newest}: the constraint depends on what was prescribed",
    Cause.TARGET_DISTANCE_UNKNOWN: "state target_distance_mm of {structure} for every phase of {newest}",
    Cause.INTERVAL_CONDITION_UNKNOWN: "state {dates}: the interval decides whether it applies",
    Cause.ALPHA_BETA_NOT_STATED: "nothing in the case: the source states no alpha/beta for this limit",
    Cause.METRIC_NOT_SUMMABLE: "a summed dose distribution: {metric} of several courses cannot be added",
    Cause.DISTRIBUTION_NEEDED: "a dose distribution: {metric} cannot be had from what is stated",
    Cause.ORDER_UNKNOWN: "state the dates so that they prove the order of the courses",
    Cause.FIRST_COURSE_UNKNOWN: "state Max[Gy] of {structure} for {doubtful} (0 if it was out of the field): whether "
    "it gave dose decides which course was the first",
    Cause.HISTORY_UNKNOWN: "list every earlier course and write prior_radiotherapy = {complete}",
    Cause.MODALITY_NOT_SUPPORTED: "nothing in the case: {modalities} is covered, the modality of {unsupported} is not",
    Cause.SCHEDULE_UNKNOWN: "state the schedule of {unscheduled}",
    Cause.DOSE_UNKNOWN: "state {metric} of {structure} for {undosed} ({zero} if it was out of the field)",
    Cause.METRIC_BOUND_ONLY: "state {metric} of {structure} itself for {bounded}: what is stated only bounds it",
    Cause.DOSE_RANGE: "state {metric} of {structure} more exactly for {ranged}",
    Cause.REPAIR_UNKNOWN: "{repair}",
    Cause.INTERVAL_UNKNOWN: "state {ends}",
    Cause.RECOVERY_NOT_STATED: "nothing in the case: the source states no recovery for this interval",
    Cause.SUM_NOT_PROVEN: "{strictly}",
    Cause.SOURCE_RANGE: "nothing in the case: the source gives a range, and the value lies within it",
    Cause.OUTSIDE_MODEL: "nothing in the case: the model is made for {made_for}",
    Cause.OTHER_FRACTIONATION: "nothing in the case, or state which phases of {newest} give no dose to {structure}: "
    "the limit is about one schedule of one fraction a day",
}


def what_would_decide(trace: Trace, causes: Cause) -> Iterator[str]:
    """Yield a line for each thing that keeps a constraint from being evaluated."""
    of_courses = trace.block.judge.course_causes()
    words = _words(trace, of_courses)
    # of what is seldom asked no words are made that nobody reads
    if Cause.OUTSIDE_MODEL & causes:
        words["made_for"] = what_it_is_made_for(trace)
    if Cause.INTERVAL_CONDITION_UNKNOWN & causes:
        words["dates"] = what_leaves_the_interval_open(trace, "the dates")
    if Cause.INTERVAL_UNKNOWN & causes:
        words["ends"] = what_leaves_the_interval_open(trace, "the end and start dates of the courses")
    if Cause.HISTORY_UNKNOWN & causes:
        words["complete"] = what_is_whole(trace)
    if Cause.REPAIR_UNKNOWN & causes:
        own = trace.courses or trace.order
        lacking = [course for course in own if of_courses[course] & Cause.REPAIR_UNKNOWN]
        words["repair"] = what_leaves_repair_open(trace, lacking or own)
    for cause, sentence in SENTENCES.items():
        if cause & causes and _is_relevant(trace, cause):
            yield f"to decide: {sentence.format(**words)}"


def _is_relevant(trace: Trace, cause: Cause) -> bool:
    if cause is Cause.SOURCE_RANGE:
        decided, at = trace.block.judged.decided, trace.position
        limit, value = decided.limit, decided.value
        return bool(value.low[at, 0] >= limit.low[at, 0] and value.high[at, 0] <= limit.high[at, 0])
    return True


def _words(trace: Trace, of_courses: Ints) -> dict[str, str]:
    batch, view, constraint = trace.batch, trace.view, trace.block.constraint
    courses = trace.courses or trace.order

    def with_cause(cause: Cause) -> str:
        names = [str(batch.course_id[course]) for course in courses if of_courses[course] & cause]
        return listed(names) or "every course"

    newest = f'course "{batch.course_id[trace.order[-1]]}"' if trace.order else "the newest course"
    return {
        "newest": newest,
        "techniques": " or ".join(constraint.conditions.technique or ()) or "some techniques",
        "metric": constraint.metric,
        "zero": "0" if view.metric == MAXIMUM else "Max[Gy] = 0",
        "structure": trace.block.structure,
        "modalities": " and ".join(constraint.modalities),
        "unsupported": with_cause(Cause.MODALITY_NOT_SUPPORTED),
        "unscheduled": with_cause(Cause.SCHEDULE_UNKNOWN),
        "strictly": _strictly(trace),
        "doubtful": doubtful_courses(trace),
        "undosed": with_cause(Cause.DOSE_UNKNOWN),
        "bounded": with_cause(Cause.METRIC_BOUND_ONLY),
        "ranged": with_cause(Cause.DOSE_RANGE),
    }


def _strictly(trace: Trace) -> str:
    if trace.block.constraint.scope == "share":
        return "nothing in the case: judge without --strict, or a share of Max[Gy]"
    return f"state Max[Gy] of {trace.block.structure} for every course, or judge without --strict"
