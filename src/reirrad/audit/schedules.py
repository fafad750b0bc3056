"""Doses of a table beside what was scheduled: one meant per fraction, or a prescription that is another one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np

from reirrad.audit.rows import DOSE_OF, Rows, dose_column
from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.engine.codes import BASES
from reirrad.engine.convert import exact
from reirrad.model.case import Phase
from reirrad.model.metric import MetricKind
from reirrad.model.schedule import Schedule
from reirrad.model.schedule_checks import NEVER_ASKED, PRESCRIPTION_ROUNDING_GY, is_prescribed_dose

_PRESCRIPTION, _DELIVERED = BASES.index("prescription"), DOSE_OF.index("delivered")
#: Doses nearer than this to where a rule turns [Gy] are looked at once more, in decimals.
_NEAR_GY = 1e-6


def check_schedules(rows: Rows) -> None:
    """Quarantine doses that a case file is refused for, beside the schedule of their course or phase."""
    scheduled = rows["scheduled_dose_gy"]
    if np.isnan(scheduled).all():
        return
    column = dose_column(rows)
    is_dose = _is_of_kind(rows, set(MetricKind) - {MetricKind.VOLUME_AT}) & (rows["dose_gy"] > 0)
    with_schedule = np.flatnonzero(is_dose & (scheduled > 0) & (rows.bad == 0))
    asked = with_schedule[_is_of_kind(rows, set(MetricKind) - NEVER_ASKED)[with_schedule]]
    per_fraction = asked[_is_per_fraction(rows, asked)]
    rows.quarantine(_at(rows, per_fraction), column, "dose_per_fraction")
    is_mean = _is_of_kind(rows, {MetricKind.MEAN})
    prescribed = with_schedule[((rows["basis"] == _PRESCRIPTION) & ~is_mean)[with_schedule]]
    other = prescribed[~may_be_prescribed(rows, prescribed)]
    rows.quarantine(_at(rows, other), column, "differs_from_schedule")


def may_be_prescribed(rows: Rows, chosen: Ints) -> Bools:
    """Return whether doses of rows are those of their schedule, or none is stated; the rule is that of case files."""
    dose = rows["dose_gy"][chosen]
    with np.errstate(invalid="ignore"):
        beyond = np.abs(dose - _prescribed_doses(rows, chosen)) - float(PRESCRIPTION_ROUNDING_GY)
    found: Bools = ~(beyond > 0)
    near = np.flatnonzero(np.abs(beyond) < _NEAR_GY)
    names = ("dose_gy", "scheduled_dose_gy", "n_fractions", "fractions_delivered", "dose_of")
    # NaN is no value of its own in np.unique: as many delivered as planned is the same as not stated
    columns = np.stack([np.nan_to_num(rows[name][chosen[near]].astype(np.float64)) for name in names])
    distinct, inverse = np.unique(columns, axis=1, return_inverse=True)
    answers = [_is_prescribed(*(float(value) for value in values)) for values in distinct.T]
    found[near] = np.array(answers, dtype=np.bool_)[inverse.ravel()]
    return found


def _is_prescribed(dose: float, scheduled: float, planned: float, delivered: float, dose_of: float) -> bool:
    phase = Phase.model_construct(
        fractions_delivered=int(delivered) or None, dose_of="delivered" if dose_of == _DELIVERED else None
    )
    return is_prescribed_dose(_decimal(dose), Schedule(_decimal(scheduled), int(planned)), phase)


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))


def _prescribed_doses(rows: Rows, chosen: Ints) -> Floats:
    """Return the scheduled doses of rows, in the fractions that their doses are of [Gy]; NaN where not stated."""
    scheduled, planned = rows["scheduled_dose_gy"][chosen], rows["n_fractions"][chosen]
    n_of_doses = _n_of_doses(rows, chosen)
    return np.where(n_of_doses < planned, scheduled * n_of_doses / planned, scheduled)


def _n_of_doses(rows: Rows, chosen: Ints) -> Floats:
    """Return in how many fractions the doses of rows were given, or are to be given."""
    delivered = rows["fractions_delivered"][chosen]
    is_part = ~np.isnan(delivered) & (rows["dose_of"][chosen] == _DELIVERED)
    return np.where(is_part, delivered, rows["n_fractions"][chosen])


def _is_per_fraction(rows: Rows, chosen: Ints) -> Bools:
    """Return which doses times the fractions are exactly what was scheduled."""
    dose, scheduled, planned = (rows[name][chosen] for name in ("dose_gy", "scheduled_dose_gy", "n_fractions"))
    # of one fraction that was delivered the dose per fraction is the total
    found: Bools = (_n_of_doses(rows, chosen) > 1) & (np.abs(dose * planned - scheduled) < _NEAR_GY)
    near = np.flatnonzero(found)
    distinct, inverse = np.unique(np.stack([dose, scheduled, planned])[:, near], axis=1, return_inverse=True)
    answers = [Fraction(exact(each)) * int(n) == Fraction(exact(total)) for each, total, n in distinct.T]
    found[near] = np.array(answers, dtype=np.bool_)[inverse.ravel()]
    return found


def _is_of_kind(rows: Rows, kinds: set[MetricKind]) -> Bools:
    """Return which rows have a metric of some kinds; one that is not known has none."""
    # codes below 0 are those of metrics that are not known
    is_known = rows["metric"] >= 0
    of_metrics = np.array([metric.kind in kinds for metric in rows.metrics] + [False], dtype=np.bool_)
    return np.asarray(of_metrics[np.where(is_known, rows["metric"], len(rows.metrics))])


def _at(rows: Rows, chosen: Ints) -> Bools:
    where = np.zeros(rows.n_rows, dtype=np.bool_)
    where[chosen] = True
    return where
