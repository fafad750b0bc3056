"""What doses are beside the schedule of their phase: one meant per fraction, or a prescription that is another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reirrad.errors import Problem
from reirrad.model.case import Phase
from reirrad.model.dose_order import Read
from reirrad.model.metric import MetricKind
from reirrad.model.schedule import Schedule
from reirrad.quantities import EXACT

#: Half of the last digit with which a prescription is written [Gy].
PRESCRIPTION_ROUNDING_GY, _PRINTED = Decimal("0.005"), Decimal("0.01")
#: Metrics that are not asked about: a mean or minimum of a few Gy is what an organ beside the target gets in all.
NEVER_ASKED = frozenset({MetricKind.MEAN, MetricKind.MIN, MetricKind.VOLUME_AT})


def against_schedule(
    read: Sequence[Read], schedule: Schedule, phase: Phase, *, is_prescription: bool
) -> Iterator[Problem]:
    """Yield which doses of a structure do not go with the schedule of their phase."""
    for metric, (low, high), path in read:
        if high == 0:
            continue
        # of one fraction that was delivered the dose per fraction is the total
        may_be_slip = metric.kind not in NEVER_ASKED and low == high and _n_of_doses(schedule, phase) > 1
        if may_be_slip and EXACT.multiply(low, schedule.n_fractions) == schedule.total_dose_gy:
            yield Problem(
                path,
                "this is the dose per fraction of the schedule, where the total is wanted",
                f"{low:f} Gy",
                f"the total dose to the structure, e.g. {schedule.total_dose_gy:f} Gy",
                "if the structure received no more in all, write a range around it",
            )
        elif is_prescription and metric.kind is not MetricKind.MEAN:
            yield from _of_prescription((low, high), schedule, phase, path)


def _of_prescription(bounds: tuple[Decimal, Decimal], schedule: Schedule, phase: Phase, path: str) -> Iterator[Problem]:
    low, high = bounds
    expected = prescribed_dose(schedule, phase)
    least, most = EXACT.subtract(low, PRESCRIPTION_ROUNDING_GY), EXACT.add(high, PRESCRIPTION_ROUNDING_GY)
    if least <= expected <= most:
        return
    yield Problem(
        path,
        'with basis = "prescription" the dose is that of the schedule',
        f"{low:f} Gy" if low == high else f"{low:f} to {high:f} Gy",
        f"{EXACT.normalize(EXACT.quantize(expected, _PRINTED)):f} Gy, or 0 where the structure was out of the field",
        'write basis = "plan" or "estimate" for another dose',
    )


def prescribed_dose(schedule: Schedule, phase: Phase) -> Decimal:
    """Return the dose of a schedule, in the fractions that the doses of its phase are of [Gy]."""
    return EXACT.divide(EXACT.multiply(schedule.total_dose_gy, _n_of_doses(schedule, phase)), schedule.n_fractions)


def _n_of_doses(schedule: Schedule, phase: Phase) -> int:
    """Return in how many fractions the doses of a phase were given, or are to be given."""
    n_delivered = phase.fractions_delivered if phase.dose_of == "delivered" else None
    return n_delivered or schedule.n_fractions


def is_prescribed_dose(dose_gy: Decimal, schedule: Schedule, phase: Phase) -> bool:
    """Whether a dose is that of the schedule, to half of a hundredth of a Gy."""
    return EXACT.abs(EXACT.subtract(dose_gy, prescribed_dose(schedule, phase))) <= PRESCRIPTION_ROUNDING_GY
