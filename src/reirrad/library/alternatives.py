"""Published values that a finding is looked at with, beside those of its own constraint; none of them is a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from reirrad.library.load import Library, parsed_table, shipped_tables
from reirrad.model.rule import ActsOn, Discounted, RaisedTolerance, Read, RecoverySchedule, RecoveryStep


@dataclass(frozen=True, slots=True)
class AlphaBetaInterval:
    """A fitted alpha/beta with its 95 % interval, for the structures in which its endpoint arises."""

    id: str
    endpoint: str
    structures: tuple[str, ...]
    value_gy: float
    low_gy: float
    high_gy: float
    source: str
    read: Read


@dataclass(frozen=True, slots=True)
class OtherSchedule:
    """A published recovery schedule with its source; an edition's, or one that belongs to no limit."""

    id: str
    schedule: RecoverySchedule
    source: str
    locator: str

    @property
    def convention(self) -> Discounted | RaisedTolerance:
        """How a sum would be judged with it."""
        is_discount = self.schedule.acts_on == "prior_dose"
        return Discounted(self.schedule) if is_discount else RaisedTolerance(self.schedule)


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What sensitivity is asked about."""

    #: percent of the dose, ascending
    dose_uncertainty_percent: tuple[int, ...]
    dose_looked_for_up_to_percent: int
    alpha_beta: tuple[AlphaBetaInterval, ...]
    recovery: tuple[OtherSchedule, ...]

    def alpha_beta_of(self, structure: str) -> tuple[AlphaBetaInterval, ...]:
        """Return the intervals that are published for a structure."""
        return tuple(item for item in self.alpha_beta if structure in item.structures)

    def schedules_of(self, structure: str, library: Library, own: str) -> tuple[OtherSchedule, ...]:
        """Return every published schedule for a structure but that of a constraint itself, named by its source."""
        found = list(self.recovery)
        for loaded in library.editions:
            edition = loaded.edition
            used = {
                constraint.recovery
                for constraint in edition.constraint
                if constraint.kind == "limit" and structure in constraint.structures
            }
            found += [
                OtherSchedule(name, schedule, f"{edition.citation} {edition.doi_text}", schedule.locator)
                for schedule in edition.recovery
                if schedule.id in used and (name := f"{edition.id}.{schedule.id}") != own
            ]
        return tuple(found)


@cache
def load_alternatives() -> Alternatives:
    """Return the alternatives of the package.

    >>> [item.id for item in load_alternatives().alpha_beta_of("SpinalCord")]
    ['schultheiss-2008', 'jin-2015']
    """
    table: Mapping[str, Any] = parsed_table("alternatives.toml", shipped_tables()["alternatives.toml"])
    return Alternatives(
        dose_uncertainty_percent=tuple(table["dose"]["uncertainty_percent"]),
        dose_looked_for_up_to_percent=table["dose"]["looked_for_up_to_percent"],
        alpha_beta=tuple(
            AlphaBetaInterval(**row | {"structures": tuple(row["structures"])}) for row in table["alpha_beta"]
        ),
        recovery=tuple(_schedule(row) for row in table["recovery"]),
    )


def _schedule(row: Mapping[str, Any]) -> OtherSchedule:
    acts_on: ActsOn = row["acts_on"]
    schedule = RecoverySchedule(
        id=row["id"],
        name=row["name"],
        acts_on=acts_on,
        locator=row["locator"],
        step=tuple(RecoveryStep(**step) for step in row["step"]),
    )
    return OtherSchedule(row["id"], schedule, f"{row['source']} (read: {row['read']})", row["locator"])
