"""What ``reirrad budget`` reports: the dose that a further course may still give."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import inf
from typing import Any, Literal

from reirrad.errors import UnprovedError
from reirrad.model.finding import EditionUsed, InputDigest

BUDGET_SCHEMA: Literal["reirrad-budget/1"] = "reirrad-budget/1"

#: bounded: up to a dose; unbounded: the constraint sets no bound to it; none: no dose at all; or not known.
BudgetState = Literal["bounded", "unbounded", "none", "not_evaluated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """The largest total physical dose to a structure with which a constraint is still met.

    ``binding`` marks the smallest bounded row of each structure, fraction number and interval; advisory rows never do.
    It speaks of doses that are left: where another row of the structure is ``none``, that one leaves no dose at all.
    ``interval_months`` is the interval that was assumed, null where the case has a proposed course.
    """

    structure: str
    constraint_id: str
    edition: str
    n_fractions: int
    state: BudgetState
    max_total_dose_gy: float | None
    max_dose_per_fraction_gy: float | None
    binding: bool
    reason: str | None
    source: str
    locator: str
    metric: str
    advisory: bool
    interval_months: int | None

    def __post_init__(self) -> None:
        """Refuse a row that is bounded without a dose, or that has one and is not."""
        dose = self.max_total_dose_gy
        if (self.state == "bounded") is not (dose is not None and 0 < dose < inf):
            raise UnprovedError(f"{self.constraint_id} is {self.state}, and its dose is {dose}: nothing was decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A further course about whose dose to a structure no constraint decides: not that any dose is left."""

    structure: str
    n_fractions: int
    interval_months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The budget of a case; its JSON is stable under its schema name."""

    schema: Literal["reirrad-budget/1"] = BUDGET_SCHEMA
    case_id: str
    rows: tuple[BudgetRow, ...]
    unmapped_structures: tuple[str, ...]
    #: judged constraints that a dose to a structure is no answer to
    left_out: tuple[str, ...]
    #: what was asked for and has no row that decides
    unanswered: tuple[Unanswered, ...]
    #: limits that a source states only together and of which a part is judged: what these leave is not all they ask
    groups_in_part: tuple[str, ...]
    notes: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the budget as plain data, in the order and with the names of its JSON."""
        return asdict(self)
