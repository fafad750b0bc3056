"""What ``reirrad sensitivity`` reports: whether each finding survives what is uncertain, and where it flips."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed, InputDigest, StatusWord

SENSITIVITY_SCHEMA: Literal["reirrad-sensitivity/1"] = "reirrad-sensitivity/1"

#: robust: the status survives everything that was asked; fragile: it does not; null where nothing was evaluated.
Label = Literal["robust", "fragile"]

#: Notes about the comparison with other schedules of recovery, where a page leaves that out.
OTHER_RECOVERY = "other recovery schedules are a comparison and no verdict: a limit belongs to its own"
PLAIN_SUMS = "a limit for the sum without recovery is not compared with a discounted sum: recovery would count twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlphaBetaRange:
    """The finding over a published interval of alpha/beta, with the limit as it is.

    ``flips_at_gy`` is the first alpha/beta, in steps of 0.01 Gy from that of the constraint through the interval, with
    another status; null if there is none.
    """

    id: str
    endpoint: str
    source: str
    low_gy: float
    high_gy: float
    survives: bool
    status_low: StatusWord
    status_high: StatusWord
    flips_at_gy: float | None
    flips_to: StatusWord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseShift:
    """The finding with every dose lower and higher by some percent."""

    percent: int
    survives: bool
    status_lower: StatusWord
    status_higher: StatusWord


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRange:
    """The finding under uncertainty of dose: that of all courses at once.

    ``flips_at_*_percent`` is the first change of dose, in steps of 0.01 %, with another status; null if there is none
    up to ``looked_for_up_to_percent``.
    """

    shifts: tuple[DoseShift, ...]
    looked_for_up_to_percent: int
    flips_at_lower_percent: float | None
    flips_at_higher_percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """The finding over dates that are stated as ranges: with every interval at its shortest and at its longest.

    ``flips_at_months`` is the smallest interval from which on the status is another one than with the shortest.
    """

    survives: bool
    status_shortest: StatusWord
    status_longest: StatusWord
    flips_at_months: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithOtherRecovery:
    """The value with another published recovery schedule, and what it would be beside the limit: a comparison.

    It is no verdict: a limit belongs to the recovery that it was stated with. ``limit`` and ``would_be`` are null where
    the limit is for the sum without recovery: a discounted sum beside it would count recovery twice.
    """

    schedule: str
    name: str
    acts_on: Literal["prior_dose", "tolerance", "nothing"]
    value_low: float | None
    value_high: float | None
    limit: float | None
    limit_high: float | None
    unit: str
    would_be: StatusWord | None
    source: str
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityRow:
    """One finding that applies, and what it depends on; null where that does not matter to it or is not published."""

    structure: str
    constraint_id: str
    edition: str
    advisory: bool
    status: StatusWord
    reason: str | None
    label: Label | None
    alpha_beta_gy: float | None
    alpha_beta: tuple[AlphaBetaRange, ...]
    dates: DateRange | None
    dose: DoseRange | None
    recovery: tuple[WithOtherRecovery, ...]
    source: str
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The answer for a case; its JSON is stable under its schema name."""

    schema: Literal["reirrad-sensitivity/1"] = SENSITIVITY_SCHEMA
    case_id: str
    #: that of :func:`reirrad.check`
    verdict: StatusWord
    rows: tuple[SensitivityRow, ...]
    counts: dict[str, int]
    unmapped_structures: tuple[str, ...]
    notes: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, in the order and with the names of its JSON."""
        return asdict(self)
