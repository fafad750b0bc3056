"""Derivation of what is compared: interval, sum, recovery, score, and limits that depend on the case."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import cast

from reirrad.engine.explain_course import unit_of
from reirrad.engine.noted import is_near, steps_of
from reirrad.engine.trace import Recovered, Trace
from reirrad.model.rule import CordModel, RaisedTolerance, RecoverySchedule, Score
from reirrad.model.wording import beyond, plain, span_text

_MONTHS_DIFFER = "definitions of a month differ by that much"


def interval_lines(trace: Trace) -> Iterator[str]:
    """Yield the smallest interval and how near it is to its limit."""
    low, high = trace.smallest_interval
    yield f"smallest interval between consecutive courses: {span_text(low, high)} months"
    if trace.batch.has_unseen[trace.case]:
        yield "the history is not complete: an unseen earlier course may lie at any distance"
    if is_near(low, high, [float(trace.block.judged.decided.limit.low[trace.position, 0])], trace.view.library):
        yield f"note: the interval is within days of the limit; {_MONTHS_DIFFER}"


def _steps_note(trace: Trace, interval: tuple[float, float], schedule: RecoverySchedule) -> Iterator[str]:
    if is_near(*interval, steps_of(schedule), trace.view.library):
        yield f"note: the interval is within days of a step of {schedule.name}; {_MONTHS_DIFFER}"


def sum_lines(trace: Trace) -> Iterator[str]:
    """Yield how the courses add up, with recovery where the constraint has it."""
    unit = unit_of(trace)
    spans = [trace.quantity(course) for course in trace.order]
    terms = [(float(span.low), float(span.high)) for span in spans]
    is_strict = trace.block.judge.is_strict_sum and len(trace.order) > 1
    schedule = trace.block.judge.recovery
    if schedule is not None and trace.recovered:
        for item in trace.recovered:
            yield from _recovered(trace, item, schedule)
        left = [
            f"{span_text(*term)} x (1 - {span_text(*item.fraction)})"
            for item, term in zip(trace.recovered, terms, strict=False)
        ]
        total = _sum_after_recovery(trace, terms) if is_strict else value_text(trace)
        yield f"sum after recovery: {' + '.join([*left, span_text(*terms[-1])])} = {total} {unit}"
        yield f"sum without recovery: {_sum_of_ranges(terms)} {unit}"
    elif len(terms) > 1:
        total = _sum_of_ranges(terms)
        assumed = "" if isinstance(trace.block.judge.convention, RaisedTolerance) else ", no recovery assumed"
        yield f"sum{assumed}: {total} {unit}"
    if isinstance(trace.block.judge.convention, RaisedTolerance):
        yield from _tolerance(trace, trace.block.judge.convention)
    if trace.batch.has_unseen[trace.case]:
        yield "the history is not complete: an unseen earlier course may add any dose"
    if is_strict:
        bounds = f": {value_text(trace)} {unit}" if trace.scope == "cumulative" else ""
        what = "the bounds are the largest course and the sum of Max doses"
        yield f"strict: a sum of near-maxima proves nothing; {what}{bounds}"
    if trace.scope == "share" and len(terms) > 1:
        newest, total = span_text(*terms[-1]), f"({_strict_sum(trace, terms)})" if is_strict else "the sum"
        yield f"share of {trace.batch.course_id[trace.order[-1]]}: {newest} / {total} = {value_text(trace)}"
    if (score := trace.block.constraint.score) is not None:
        yield from _score(trace, terms, score)


def _strict_sum(trace: Trace, terms: list[tuple[float, float]]) -> str:
    """Return between what the sum of near-maxima lies: the largest course, and the sum of the Max."""
    largest = max([terms[-1][1], *(low for low, _ in terms[:-1])])
    maxima = trace.block.judge.on(trace.view.by_maximum).quantities().high
    most = inf if trace.batch.has_unseen[trace.case] else sum(float(maxima[course]) for course in trace.order)
    return f"at least {plain(largest)}, at most {plain(most)}"


def _sum_after_recovery(trace: Trace, terms: list[tuple[float, float]]) -> str:
    (low, high), fractions = terms[-1], [item.fraction for item in trace.recovered]
    for (least, most), (fewest, largest) in zip(terms, fractions, strict=False):
        low, high = low + least * (1 - largest), high + (0.0 if fewest == 1 else most * (1 - fewest))
    return span_text(low, high)


def _sum_of_ranges(terms: list[tuple[float, float]]) -> str:
    low, high = _plus([term[0] for term in terms]), _plus([term[1] for term in terms])
    return low if low == high else f"at least {low}, at most {high}"


def _plus(terms: list[float]) -> str:
    return f"{' + '.join(plain(term) for term in terms)} = {plain(sum(terms))}"


def _score(trace: Trace, terms: list[tuple[float, float]], rule: Score) -> Iterator[str]:
    low, high = trace.smallest_interval
    largest = (max(t[0] for t in terms), max(t[1] for t in terms))
    unit = unit_of(trace)
    yield (
        f"score: one band of {plain(rule.points_per_band)} for each of "
        f"{', '.join(plain(edge) for edge in rule.cumulative_above_gy)} {unit} that the sum is above; "
        f"{plain(rule.interval_points)} for an interval below {plain(rule.interval_below_months)} months "
        f"(it is {span_text(low, high)}); {plain(rule.course_points)} for a course of at least "
        f"{plain(rule.course_at_least_gy)} {unit} (the largest is {span_text(*largest)})"
    )
    value = trace.block.judged.decided.value
    first, last = (rule.group.index(rule.group_of(float(end[trace.position, 0]))) for end in (value.low, value.high))
    for group in rule.group[first : last + 1]:
        yield f"risk group: {group.name} ({group.rate}; {group.locator})"


def value_text(trace: Trace) -> str:
    """Return the value with as many digits as it takes not to contradict the decision."""
    decided = trace.block.judged.decided
    limit = float(decided.limit.low[trace.position, 0])
    low, high = float(decided.value.low[trace.position, 0]), float(decided.value.high[trace.position, 0])
    texts = [beyond(end, limit, decimals=4) for end in dict.fromkeys((low, high))]
    return " to ".join(texts)


def _recovered(trace: Trace, item: Recovered, schedule: RecoverySchedule) -> Iterator[str]:
    name = trace.batch.course_id[item.course]
    yield f"{name}: {span_text(*item.interval)} months before, recovered fraction {span_text(*item.fraction)}"
    yield from _steps_note(trace, item.interval, schedule)
    if item.next_fraction is not None:
        when = "later" if item.days_to_next is None else f"in {item.days_to_next} day{'s' * (item.days_to_next != 1)}"
        yield f"{name}: {when} the recovered fraction becomes {item.next_fraction:.2f}"


def _tolerance(trace: Trace, convention: RaisedTolerance) -> Iterator[str]:
    """Yield how the tolerance rises: by the smallest interval, from the undiscounted sum."""
    decided = trace.block.judged.decided
    tolerance, _ = cast("tuple[float, float]", trace.block.constraint.limit)  # one number: editions are linted
    low, high = float(decided.limit.low[trace.position, 0]), float(decided.limit.high[trace.position, 0])
    fraction = trace.tolerance_fraction(convention.schedule)
    yield (
        f"tolerance after {span_text(*trace.smallest_interval)} months ({convention.schedule.name}): "
        f"{plain(tolerance)} x (1 + {span_text(*fraction)}) = {span_text(low, high)} {trace.block.constraint.unit}; "
        "the earlier dose is not discounted"
    )
    yield from _steps_note(trace, trace.smallest_interval, convention.schedule)


def model_lines(trace: Trace) -> Iterator[str]:
    """Yield what the cord model allows, and what it was asked for."""
    model = trace.block.constraint.cord_model
    if model is None or len(trace.order) != 2:
        return
    limit = float(trace.block.judged.decided.limit.low[trace.position, 0])
    name = trace.batch.course_id[trace.order[0]]
    yield f"{name}: {span_text(*trace.smallest_interval)} months before the second course"
    if limit == limit:
        yield (
            f"the model allows {beyond(limit, 0.0, decimals=4)} {unit_of(trace)} at a risk of "
            f"{plain(model.risk_percent)} %{_tolerance_text(model, trace)}"
        )


def _tolerance_text(model: CordModel, trace: Trace) -> str:
    alpha_beta = trace.block.judge.conversion.alpha_beta_gy
    if alpha_beta is None or model.risk_percent != model.human_risk_percent:
        return ""
    tolerance = model.human_dose_gy * (1 + model.human_dose_per_fraction_gy / alpha_beta)
    return f", of a tolerance of {plain(tolerance)} {unit_of(trace)} for one course"
