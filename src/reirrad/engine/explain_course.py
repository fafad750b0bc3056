"""Derivation of what one course gives: its doses, their conversion, and what is to be said of large fractions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reirrad.engine.codes import BASES, UNSTATED
from reirrad.engine.convert import delivered_doses
from reirrad.engine.trace import Trace
from reirrad.model.metric import MetricKind
from reirrad.model.wording import plain, span_text


def unit_of(trace: Trace) -> str:
    """Return the unit of the courses' quantity as derivations write it: Gy2, Gy EQD2 or Gy."""
    conversion = trace.block.judge.conversion
    if conversion.quantity == "BED" and conversion.alpha_beta_gy is not None:
        return f"Gy{plain(conversion.alpha_beta_gy)}"
    return "Gy EQD2" if conversion.quantity == "EQD2" else _unit_of_metric(trace)


def _unit_of_metric(trace: Trace) -> str:
    metric = trace.view.metric
    if metric.kind is not MetricKind.VOLUME_AT:
        return "Gy"
    return "%" if metric.is_percentage else "cc"


def course_lines(trace: Trace, course: int) -> Iterator[str]:
    """Yield the doses of a course, their conversion and its sum."""
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
    elif trace.view.unsummed(strict=trace.block.judge.strict)[course]:
        yield (
            f"{name}: {trace.view.metric.label} of its phases does not add up: at least that of the largest phase, "
            f"at most the sum of Max = {span_text(*map(float, trace.quantity(course)))} {unit_of(trace)}"
        )
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
    if low_row == high_row:
        basis = int(batch.dose_basis[low_row])
        words = "basis not stated" if basis == UNSTATED else BASES[basis]
        label = trace.dose_label(low_row)
        stands = (
            "" if batch.metrics[batch.dose_metric[low_row]] == trace.view.metric else f" for {trace.view.metric.label}"
        )
        text = f"{label} = {span_text(low, high)} {_unit_of_metric(trace)} ({words}){stands}, {given}"
    else:
        bounds = []
        if low_row >= 0:
            bounds.append(f"at least {plain(low)} Gy ({trace.dose_label(low_row)})")
        if high_row >= 0:
            bounds.append(f"at most {plain(high)} Gy ({trace.dose_label(high_row)})")
        # a range that is stated may be narrowed by what else is
        stated = "stated as a range" if doses.is_stated[phase] else "not stated"
        text = f"{trace.view.metric.label} of {trace.block.structure} {stated}: {' and '.join(bounds)}, {given}"
    scale = (int(batch.scale_given[phase]), int(batch.scale_planned[phase]))
    return text if scale[0] == scale[1] else f"{text}; planned dose x {scale[0]}/{scale[1]} delivered"


def _delivered_dose(trace: Trace, phase: int) -> tuple[float, float]:
    low, high = delivered_doses(trace.batch, trace.view.doses)
    return float(low[phase]), float(high[phase])


def _conversion(trace: Trace, phase: int) -> Iterator[str]:
    conversion = trace.block.judge.conversion
    n, alpha_beta = int(trace.batch.n_fractions[phase]), conversion.alpha_beta_gy
    if n == 0 or alpha_beta is None:
        return
    per_day = int(trace.batch.fractions_per_day[trace.batch.phase_course[phase]])
    factors = float(trace.view.repair.low[phase]), float(trace.view.repair.high[phase])
    if per_day > 1:
        yield f"h = {span_text(*factors)} ({per_day} fractions a day; {_origin(trace, phase, n % per_day)})"
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
    text = ends[0] if len(ends) == 1 else f"at least {ends[0]}, at most {ends[1]}"
    yield f"{conversion.quantity} = {text} {unit_of(trace)}"


def _origin(trace: Trace, phase: int, rest: int) -> str:
    """Return what the factor of incomplete repair of a phase is from."""
    is_known = trace.view.is_repair_known[phase]
    origin = "incomplete repair, Thames 1985" if is_known else "between full and no repair"
    return f"{origin}; not every day had so many" if rest else origin


def fraction_size_notes(trace: Trace, phase: int) -> Iterator[str]:
    """Yield what is to be said of large fractions."""
    n = int(trace.batch.n_fractions[phase])
    if n == 0 or trace.view.metric.kind is MetricKind.VOLUME_AT:
        return
    sizes = [dose / n for dose in _delivered_dose(trace, phase) if np.isfinite(dose)]
    size = max(sizes)  # the lower end always has one
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
