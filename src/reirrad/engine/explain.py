"""The derivation of a finding: every course, conversion and sum with the numbers substituted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reirrad.engine.codes import Cause, Exclusion, Status
from reirrad.engine.explain_course import course_lines
from reirrad.engine.explain_sums import interval_lines, model_lines, sum_lines, value_text
from reirrad.engine.missing import what_would_decide
from reirrad.engine.trace import Trace
from reirrad.model.rule import COMPARISON_SIGNS, RaisedTolerance
from reirrad.model.wording import compared_texts

#: Why a constraint does not apply, in a line.
EXCLUSIONS = {
    Exclusion.NO_COURSE: "no course gives dose to {structure}",
    Exclusion.FEWER_THAN_TWO_COURSES: "fewer than two courses give dose to {structure}: it is not re-irradiated",
    Exclusion.OTHER_TECHNIQUE: "the technique of the course is not one that the constraint is about",
    Exclusion.OTHER_N_FRACTIONS: "the number of fractions of the course is not one that the constraint is about",
    Exclusion.OTHER_INTERVAL: "the interval is not one that the constraint is about",
    Exclusion.OTHER_PRESCRIPTION: "the prescription of the course is not one that the constraint is about",
    Exclusion.OTHER_TARGET_DISTANCE: "the target is not as near as the constraint is about",
}


def derivation(trace: Trace) -> tuple[str, ...]:
    """Return the lines by which a second person can repeat a finding."""
    decided, position = trace.block.judged.decided, trace.position
    status = trace.block.status[position]
    lines: list[str] = []
    if status == Status.NOT_APPLICABLE:
        reason = Exclusion(int(decided.exclusion[position, 0]))
        lines.append(f"not applicable: {EXCLUSIONS[reason].format(structure=trace.block.structure)}")
    elif not trace.block.judge.impossible():
        lines += _arithmetic(trace)
    if status == Status.NOT_EVALUATED:
        lines += what_would_decide(trace, Cause(int(decided.causes[position, 0])))
    if trace.block.constraint.note and status != Status.NOT_APPLICABLE:
        lines.append(f"note of the edition: {trace.block.constraint.note}")
    return tuple(lines)


def _arithmetic(trace: Trace) -> Iterator[str]:
    if not trace.order:
        yield "the history is not complete: an unseen earlier course may have any dose and date"
        return
    value = trace.block.judged.decided.value
    if value.low[trace.position, 0] > value.high[trace.position, 0]:
        if trace.batch.has_unseen[trace.case]:
            yield "the history is not complete: which course was the first to give dose is not known"
        return
    for course in trace.courses:
        yield from course_lines(trace, course)
    if trace.n_orders > 1:
        yield f"the dates do not prove the order of the courses: all {trace.n_orders} possible orders were evaluated"
    if trace.scope == "interval":
        yield from interval_lines(trace)
    elif trace.scope == "allowed_bed":
        yield from model_lines(trace)
    elif trace.scope in {"cumulative", "share", "score"}:
        yield from sum_lines(trace)
    yield _comparison(trace)


def _comparison(trace: Trace) -> str:
    decided, constraint = trace.block.judged.decided, trace.block.constraint
    low, high = float(decided.limit.low[trace.position, 0]), float(decided.limit.high[trace.position, 0])
    sign = COMPARISON_SIGNS[constraint.comparison]
    if np.isnan(low):
        return f"value {value_text(trace)} {constraint.unit}"
    value = decided.value
    ends = dict.fromkeys(float(end[trace.position, 0]) for end in (value.low, value.high))
    values, limits = compared_texts(list(ends), list(dict.fromkeys((low, high))))
    limit = " to ".join(limits) + ("" if low == high else f" ({_why_range(trace)})")
    status = Status(int(trace.block.status[trace.position])).word.replace("_", " ")
    unit = "" if constraint.unit == "1" else f" {constraint.unit}"
    return f"required {sign} {limit}{unit}; value {' to '.join(values)}: {status}"


def _why_range(trace: Trace) -> str:
    if isinstance(trace.block.judge.convention, RaisedTolerance):
        return "the interval is not known well enough"
    return "a range in the source"
