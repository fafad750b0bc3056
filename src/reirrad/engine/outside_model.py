"""Which of its conditions keeps the cord model from saying anything, with what was given and what it is made for."""

from __future__ import annotations

from collections.abc import Iterator

from reirrad.engine.explain_course import unit_of
from reirrad.engine.limits import years_of_second
from reirrad.engine.trace import Trace
from reirrad.model.rule import CordModel
from reirrad.model.wording import beyond, plain

_DAYS_OF_A_YEAR, _MONTHS_OF_A_YEAR = 365, 12


def what_it_is_made_for(trace: Trace) -> str:
    """Return each condition of the model that does not hold, beside what the case has."""
    return "; and for ".join(_conditions(trace))


def _conditions(trace: Trace) -> Iterator[str]:
    model, n_courses = trace.block.constraint.cord_model, trace.rows.n_courses
    if n_courses != 2 or model is None:
        yield f"two courses, and {n_courses} give dose, or may give some"
        return
    turns = trace.block.judge.turns(trace.rows_index, trace.rows)
    years = float(years_of_second(trace.batch, trace.rows, turns, model)[trace.row])
    is_short, is_long = years < model.recovery_begins_days / _DAYS_OF_A_YEAR, years > model.retreatment_after_years[-1]
    if is_short:
        yield f"intervals of at least {plain(model.recovery_begins_days)} days, and this one is {_length(trace, model)}"
    if is_long:
        most = model.retreatment_after_years[-1]
        months = beyond(trace.smallest_interval[0], most * _MONTHS_OF_A_YEAR, decimals=4)
        yield f"intervals of at most {plain(most)} years, and this one is {months} months"
    first, tolerance = float(turns.quantity.low[trace.row, 0]), _tolerance(trace, model)
    # of the three conditions one does not hold
    if first >= tolerance or not (is_short or is_long):
        name, unit = trace.batch.course_id[trace.order[0]], unit_of(trace)
        yield (
            f"a first course below the tolerance of {plain(tolerance)} {unit}, and "
            f'"{name}" has {beyond(first, tolerance, decimals=4)} {unit}'
        )


def _length(trace: Trace, model: CordModel) -> str:
    """Return an interval that is too short: in days where those are known, because the model states days."""
    first, second = trace.order
    if trace.batch.stated_order[second] < 0:
        days = int(trace.batch.start_low[second] - trace.batch.end_high[first])
        return f"{max(days, 0)} day{'s' * (days != 1)}"
    begin = model.recovery_begins_days * _MONTHS_OF_A_YEAR / _DAYS_OF_A_YEAR
    return f"{beyond(trace.smallest_interval[0], begin, decimals=4)} months"


def _tolerance(trace: Trace, model: CordModel) -> float:
    from reirrad.radiobiology.cord_model import human_tolerance_bed  # scipy is loaded only where a model is asked for

    return human_tolerance_bed(
        risk_percent=model.risk_percent,
        alpha_beta_gy=float(trace.block.judge.conversion.alpha_beta_gy or 0),
        single_course_d50_gy=model.single_course_d50_gy,
        single_course_slope=model.single_course_slope,
        human_risk_percent=model.human_risk_percent,
        human_dose_gy=model.human_dose_gy,
        human_dose_per_fraction_gy=model.human_dose_per_fraction_gy,
    )
