"""The derivation of a finding: every course, conversion and sum with the numbers substituted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reirrad.engine.codes import BASES, UNSTATED, Cause, Exclusion, Status
from reirrad.engine.missing import what_would_decide
from reirrad.engine.trace import Trace
from reirrad.model.rule import COMPARISON_SIGNS
from reirrad.model.wording import beyond, plain, span_text

_EXCLUSIONS = {
    Exclusion.NO_COURSE: "no course gives dose to {structure}",
    Exclusion.FEWER_THAN_TWO_COURSES: "fewer than two courses give dose to {structure}: it is not re-irradiated",
    Exclusion.OTHER_TECHNIQUE: "the technique of the course is not one that the constraint is about",
    Exclusion.OTHER_N_FRACTIONS: "the number of fractions of the course is not one that the constraint is about",
    Exclusion.OTHER_INTERVAL: "the interval is not one that the constraint is about",
}


def derivation(trace: Trace) -> tuple[str, ...]:
    """Return the lines by which a second person can repeat a finding."""
    decided, position = trace.block.judged.decided, trace.position
    status = trace.block.status[position]
    lines: list[str] = []
    if status == Status.NOT_APPLICABLE:
        reason = Exclusion(int(decided.exclusion[position, 0]))
        lines.append(f"not applicable: {_EXCLUSIONS[reason].format(structure=trace.block.structure)}")
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
        yield from _course(trace, course)
    if trace.n_orders > 1:
        yield f"the dates do not prove the order of the courses: all {trace.n_orders} possible orders were evaluated"
    if trace.scope == "interval":
        yield from _interval(trace)
    elif trace.scope in {"cumulative", "share", "score"}:
        yield from _sum(trace)
    yield _comparison(trace)


def unit_of(trace: Trace) -> str:
    """Return the unit of the courses' quantity as derivations write it: Gy2, Gy EQD2 or Gy."""
    conversion = trace.block.judge.conversion
    if conversion.quantity == "BED" and conversion.alpha_beta_gy is not None:
        return f"Gy{plain(conversion.alpha_beta_gy)}"
    return "Gy EQD2" if conversion.quantity == "EQD2" else "Gy"


def _course(trace: Trace, course: int) -> Iterator[str]:
    phases = trace.phases(course)
    name = trace.batch.course_id[course]
    is_unsupported = bool(trace.view.unsupported(trace.block.constraint.modalities)[course])
    is_converted = trace.block.judge.is_converted and not is_unsupported
    for number, phase in enumerate(phases, start=1):
        label = name if len(phases) == 1 else f"{name}, phase {number}"
        yield f"{label}: {_dose(trace, phase)}"
        if is_converted:
            yield from (f"{label}: {line}" for line in _conversion(trace, phase))
        yield from (f"{label}: {line}" for line in fraction_size_notes(trace, phase))
    if is_unsupported:
        yield f"{name}: its modality is not one that the constraint covers; what its dose is worth is left open"
    elif len(phases) > 1 and is_converted:
        yield f"{name}: sum of its phases = {span_text(*map(float, trace.quantity(course)))} {unit_of(trace)}"


def _dose(trace: Trace, phase: int) -> str:
    doses, batch = trace.view.doses, trace.batch
    low_row, high_row = int(doses.low_row[phase]), int(doses.high_row[phase])
    fractions = int(batch.n_fractions[phase])
    given = f"{fractions} fraction{'s' if fractions != 1 else ''}" if fractions else "an unknown number of fractions"
    if low_row < 0 and high_row < 0:
        return f"dose to {trace.block.structure} not stated: 0 to unbounded, {given}"
    low, high = float(doses.low[phase]), float(doses.high[phase])
    if doses.is_stated[phase] and low_row == high_row:
        basis = int(batch.dose_basis[low_row])
        words = "basis not stated" if basis == UNSTATED else BASES[basis]
        label = trace.dose_label(low_row)
        stands = (
            "" if batch.metrics[batch.dose_metric[low_row]] == trace.view.metric else f" for {trace.view.metric.label}"
        )
        text = f"{label} = {span_text(low, high)} Gy ({words}){stands}, {given}"
    else:
        bounds = []
        if low_row >= 0:
            bounds.append(f"at least {plain(low)} Gy ({trace.dose_label(low_row)})")
        if high_row >= 0:
            bounds.append(f"at most {plain(high)} Gy ({trace.dose_label(high_row)})")
        text = f"{trace.view.metric.label} of {trace.block.structure} not stated: {' and '.join(bounds)}, {given}"
    scale = (int(batch.scale_given[phase]), int(batch.scale_planned[phase]))
    return text if scale[0] == scale[1] else f"{text}; planned dose x {scale[0]}/{scale[1]} delivered"


def _delivered_dose(trace: Trace, phase: int) -> tuple[float, float]:
    scale = trace.batch.scale_given[phase] / trace.batch.scale_planned[phase]
    return float(trace.view.doses.low[phase] * scale), float(trace.view.doses.high[phase] * scale)


def _conversion(trace: Trace, phase: int) -> Iterator[str]:
    conversion = trace.block.judge.conversion
    n, alpha_beta = int(trace.batch.n_fractions[phase]), conversion.alpha_beta_gy
    if n == 0 or alpha_beta is None:
        return
    per_day = int(trace.batch.fractions_per_day[trace.batch.phase_course[phase]])
    factors = float(trace.view.repair.low[phase]), float(trace.view.repair.high[phase])
    if per_day > 1:
        origin = "between full and no repair" if factors[0] < factors[1] else "incomplete repair, Thames 1985"
        yield f"h = {span_text(*factors)} ({per_day} fractions a day; {origin})"
    doses = _delivered_dose(trace, phase)
    values = trace.view.phase_quantities(conversion)
    ends = []
    for dose, h, value in dict.fromkeys(
        zip(doses, factors, (float(values.low[phase]), float(values.high[phase])), strict=True)
    ):
        if np.isinf(dose):
            ends.append("unbounded")
            continue
        repair = "" if per_day == 1 else f"(1 + {plain(h)}) x "
        text = f"{plain(dose)} x (1 + {repair}{plain(dose / n)}/{plain(alpha_beta)})"
        if conversion.quantity == "EQD2":
            text += f" / (1 + 2/{plain(alpha_beta)})"
        ends.append(f"{text} = {plain(value)}")
    yield f"{conversion.quantity} = {' to '.join(ends)} {unit_of(trace)}"


def fraction_size_notes(trace: Trace, phase: int) -> Iterator[str]:
    """Yield what is to be said of large fractions."""
    n = int(trace.batch.n_fractions[phase])
    if n == 0:
        return
    sizes = [dose / n for dose in _delivered_dose(trace, phase) if np.isfinite(dose)]
    size = max(sizes, default=0.0)
    convention = trace.view.library.conventions["fraction_size"]
    if size > convention["beyond_practice_above_gy"]:
        yield f"note: {plain(size)} Gy per fraction is beyond any usual practice; check total dose and fractions"
    if not trace.block.judge.is_converted or trace.block.constraint.lq_at_large_fractions:
        return
    if size > convention["strong_note_above_gy"]:
        yield (
            f"note: {plain(size)} Gy per fraction is far above the range in which the linear-quadratic model is "
            f"established (contested above {plain(convention['strong_note_above_gy'])} Gy); read the value with caution"
        )
    elif size > convention["note_above_gy"]:
        yield (
            f"note: {plain(size)} Gy per fraction is above {plain(convention['note_above_gy'])} Gy, where the "
            "linear-quadratic model is less certain"
        )


def _interval(trace: Trace) -> Iterator[str]:
    low, high = trace.smallest_interval
    yield f"smallest interval between consecutive courses: {span_text(low, high)} months"
    if trace.batch.has_unseen[trace.case]:
        yield "the history is not complete: an unseen earlier course may lie at any distance"
    limit = float(trace.block.judged.decided.limit.low[trace.position, 0])
    if min(abs(low - limit), abs(high - limit)) <= trace.view.library.conventions["near_limit"]["interval_months"]:
        yield "note: the interval is within days of the limit; definitions of a month differ by that much"


def _sum(trace: Trace) -> Iterator[str]:
    unit = unit_of(trace)
    spans = [trace.quantity(course) for course in trace.order]
    terms = [(float(span.low), float(span.high)) for span in spans]
    if trace.recovered:
        for course, interval, fraction in trace.recovered:
            name = trace.batch.course_id[course]
            yield f"{name}: {span_text(*interval)} months before, recovered fraction {span_text(*fraction)}"
        left = [
            f"{span_text(*term)} x (1 - {span_text(*fraction)})"
            for (_, _, fraction), term in zip(trace.recovered, terms, strict=False)
        ]
        yield f"sum after recovery: {' + '.join([*left, span_text(*terms[-1])])} = {_value(trace)} {unit}"
        yield f"sum without recovery: {_plus([term[0] for term in terms])} {unit}"
    elif len(terms) > 1:
        low, high = _plus([t[0] for t in terms]), _plus([t[1] for t in terms])
        total = low if low == high else f"at least {low}, at most {high}"
        yield f"sum, no recovery assumed: {total} {unit}"
    if trace.batch.has_unseen[trace.case]:
        yield "the history is not complete: an unseen earlier course may add any dose"
    if trace.block.judge.is_strict_sum and len(trace.order) > 1:
        yield "strict: a sum of near-maxima proves nothing; the bounds are the largest course and the sum of Max doses"
    if trace.scope == "share" and len(terms) > 1:
        newest = span_text(*terms[-1])
        yield f"share of {trace.batch.course_id[trace.order[-1]]}: {newest} / the sum = {_value(trace)}"
    if trace.scope == "score":
        yield from _score(trace, terms)


def _plus(terms: list[float]) -> str:
    total = sum(terms)
    return f"{' + '.join(plain(term) for term in terms)} = {plain(total)}" if len(terms) > 1 else plain(total)


def _score(trace: Trace, terms: list[tuple[float, float]]) -> Iterator[str]:
    rule = trace.block.constraint.score
    if rule is None:
        return
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


def _value(trace: Trace) -> str:
    decided = trace.block.judged.decided
    limit = float(decided.limit.low[trace.position, 0])
    low, high = float(decided.value.low[trace.position, 0]), float(decided.value.high[trace.position, 0])
    texts = [beyond(end, limit, decimals=4) for end in dict.fromkeys((low, high))]
    return " to ".join(texts)


def _comparison(trace: Trace) -> str:
    decided, constraint = trace.block.judged.decided, trace.block.constraint
    low, high = float(decided.limit.low[trace.position, 0]), float(decided.limit.high[trace.position, 0])
    sign = COMPARISON_SIGNS[constraint.comparison]
    if np.isnan(low):
        return f"value {_value(trace)} {constraint.unit}"
    limit = plain(low) if low == high else f"{plain(low)} to {plain(high)} (a range in the source)"
    status = Status(int(trace.block.status[trace.position])).word.replace("_", " ")
    unit = "" if constraint.unit == "1" else f" {constraint.unit}"
    return f"required {sign} {limit}{unit}; value {_value(trace)}: {status}"
