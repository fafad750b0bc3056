"""The published numbers as they were typed separately, and what each line says of a constraint.

Structures stand there as in the sources: an organ of a pair without its side, the cord without its regions.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from pathlib import Path

from reirrad.model.rule import Conditions, Constraint

FOLDER = Path(__file__).parent / "published"
PAIRED = {"OpticNrv", "BrachialPlex", "Cochlea", "Retina", "A_Carotid", "Femur_Head", "Parotid"}
OF_SEVERAL = {
    "Pelvis": {"Rectum", "Bladder", "Bowel"},
    "OpticPathway": {"OpticChiasm", "OpticNrv_L", "OpticNrv_R"},
}
SCOPES = {
    "umich-2019": "cumulative",
    "rulach-2021": "cumulative",
    "paradis-rulach-2021": "cumulative",
    "troost-2020": "cumulative",
    "ars-2020": "cumulative",
    "slevin-2021": "cumulative",
    "doi-2021": "cumulative",
    "hytec-carotid-2021": "newest_course",
    "hytec-optic-2021": "first_course",
    "hytec-brain-2021": "first_course",
    "hytec-lung-2021": "first_course",
    "hytec-liver-2021": "first_course",
    "hytec-prostate-2021": "first_course",
    "quantec-2010": "first_course",
    "tg101-2010": "first_course",
    "uk-sabr-2022": "first_course",
}
# by edition, metric and limit: what a metric in words means, and the scope of a source with several
WORDS = {
    ("hytec-liver-2021", "~volume at or below 15 Gy", "700"): ("CV15Gy[cc]", "first_course"),
    ("hytec-liver-2021", "~volume at or below 17 Gy", "700"): ("CV17Gy[cc]", "first_course"),
    ("nieder-2006", "~cumulative BED", "135.5"): ("Max[Gy]", "cumulative"),
    ("nieder-2006", "~each course BED", "98"): ("Max[Gy]", "each_course"),
    ("nieder-2006", "months", "6"): ("Max[Gy]", "interval"),
    ("hytec-cord-2021", "Max[Gy]", "70"): ("Max[Gy]", "cumulative"),
    ("hytec-cord-2021", "Max[Gy]", "25"): ("Max[Gy]", "newest_course"),
    ("hytec-cord-2021", "share", "0.5"): ("Max[Gy]", "share"),
    ("hytec-cord-2021", "months", "5"): ("Max[Gy]", "interval"),
}
QUANTITIES = {
    "EQD2": "EQD2", "cc EQD2": "EQD2", "% EQD2": "EQD2", "ratio": "EQD2", "BED": "BED", "months": "months",
    "physical": "physical", "cc": "physical", "%": "physical",
}  # fmt: skip
COMPARISONS = {"": "at_most", "<": "below", "<=": "at_most", ">=": "at_least", ">": "above"}
# the table has no sign here, the text that it was made from has one
SIGNS = {("hytec-carotid-2021", "D0.5cc[Gy]"): "<"}
INTERVALS = {"": None, "6-12": (6, 12), "9-": (9, inf), "12-": (12, inf)}
# risk points, cohorts and trials: what was seen or modelled at a number, and no limit
OBSERVED = {
    "chen-2014", "meijneke-2013", "abusaris-2012", "sfce-2019", "youssef-2016", "mcdonald-2012", "yamazaki-2013",
    "dale-2017", "spine-trial-2011", "rades-2014", "wong-1994", "pieters-2006",
}  # fmt: skip
RISK_POINTS = {("hytec-carotid-2021", "Max[Gy]"), ("hytec-brain-2021", "V12Gy[cc]")}


def numbers(text: str | None) -> set[Decimal]:
    return {Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?|\.\d+", text or "")}


@dataclass(frozen=True)
class Line:
    """A line of the table; every field is the text that was typed."""

    edition: str
    structure: str
    metric: str
    sign: str
    low: str
    high: str
    unit: str
    alpha_beta_gy: str
    n_fractions: str
    interval_months: str
    risk: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.edition, self.structure, self.metric, self.low, self.n_fractions)))

    @property
    def is_reference(self) -> bool:
        if self._words is not None:
            return False
        if self.edition == "quantec-2010" and (self.sign in {"", ">"} or self.risk == "<50%"):
            return True
        is_point = self.edition in OBSERVED or (self.edition, self.metric) in RISK_POINTS
        return is_point or self.metric.startswith("~") or not self.low

    @property
    def _words(self) -> tuple[str, str] | None:
        # the maximum of the first course stands there for each fraction number
        return None if self.n_fractions.isdigit() else WORDS.get((self.edition, self.metric, self.low))

    @property
    def structures(self) -> set[str]:
        if self.structure in PAIRED:
            return {f"{self.structure}_L", f"{self.structure}_R"}
        return OF_SEVERAL.get(self.structure, {self.structure})

    @property
    def fractions(self) -> tuple[int, int] | None:
        if self.n_fractions in {"", "conventional"}:
            return None
        fewest, _, most = self.n_fractions.partition("-")
        return int(fewest), int(most or fewest)

    @property
    def alpha_beta(self) -> Decimal | str | None:
        if self.unit == "months" or not self.alpha_beta_gy:
            return None
        return self.alpha_beta_gy if self.alpha_beta_gy == "not stated" else Decimal(self.alpha_beta_gy)

    def conditions(self, *, by_row: bool) -> Conditions:
        """Return the conditions of the constraint; the fraction number is none where its limit has a row for it."""
        is_hytec_retreatment = self.edition == "hytec-cord-2021" and not self.n_fractions
        is_near_target = (self.edition, self.structure, self.low) == ("umich-2019", "SpinalCord", "55")
        fractions = self.fractions
        return Conditions(
            technique=("stereotactic",) if is_hytec_retreatment or fractions is not None else None,
            n_fractions=None if by_row else fractions,
            fraction_size_gy=(1.8, 2) if self.n_fractions == "conventional" else None,
            scheduled_dose_gy=(35, 40) if self.edition == "hytec-prostate-2021" else None,
            interval_months=INTERVALS[self.interval_months],
            target_distance_mm=(0, 2) if is_near_target else None,
        )

    def limit_in(self, constraint: Constraint) -> tuple[Decimal, ...] | None:
        if constraint.limit_by_n_fractions is None:
            return ends(constraint.limit)
        rows = dict(constraint.limit_by_n_fractions)
        fewest, most = self.fractions or (0, 0)
        return ends(rows.get(fewest)) if fewest == most else None

    def differs_from_limit(self, constraint: Constraint) -> list[str]:
        """Return what a limit of the library says otherwise; nothing if it is this line."""
        metric, scope = self._words or (self.metric, SCOPES.get(self.edition, "first_course"))
        by_row = constraint.limit_by_n_fractions is not None
        agreement = {
            "structures": self.structures <= set(constraint.structures),
            "metric": constraint.metric == metric,
            "scope": constraint.scope == scope,
            "quantity": constraint.quantity == QUANTITIES[self.unit],
            "alpha/beta": alpha_beta_of(constraint) == self.alpha_beta,
            "limit": self.limit_in(constraint) == (Decimal(self.low), Decimal(self.high)),
            "comparison": constraint.comparison == COMPARISONS[SIGNS.get((self.edition, self.metric), self.sign)],
            "conditions": constraint.conditions == self.conditions(by_row=by_row),
            "kind": constraint.kind == "limit",
        }
        return [name for name, agrees in agreement.items() if not agrees]

    def differs_from_reference(self, constraint: Constraint) -> list[str]:
        """Return what a reference of the library says otherwise, or does not say of the numbers of this line."""
        text = " ".join(
            filter(None, (constraint.printed, constraint.risk_at_limit, constraint.note, constraint.endpoint))
        )
        words = self.metric if self.metric.startswith("~") else ""
        typed = numbers(" ".join((words, self.low, self.high, self.risk)))
        is_converted = bool(self.low) and self.unit in QUANTITIES
        # the table of these risk points has the fraction number of the limit beside them
        any_number = (self.edition, self.metric) == ("hytec-carotid-2021", "Max[Gy]")
        agreement = {
            "structures": self.structures <= set(constraint.structures),
            "metric": self.metric.startswith(("~", "months")) or constraint.metric in {self.metric, "-"},
            "quantity": not is_converted or constraint.quantity == QUANTITIES[self.unit],
            "alpha/beta": not is_converted or alpha_beta_of(constraint) == self.alpha_beta,
            "numbers": typed <= numbers(text),
            "conditions": any_number or constraint.conditions == self.conditions(by_row=False),
            "kind": constraint.kind == "reference",
        }
        return [name for name, agrees in agreement.items() if not agrees]

    def differs_from(self, constraint: Constraint) -> list[str]:
        return self.differs_from_reference(constraint) if self.is_reference else self.differs_from_limit(constraint)


def alpha_beta_of(constraint: Constraint) -> Decimal | str | None:
    stated = constraint.alpha_beta_gy
    return Decimal(repr(stated)) if isinstance(stated, float) else stated


def ends(limit: tuple[float, float] | None) -> tuple[Decimal, ...] | None:
    """Return the numbers that the stored floats mean: their shortest decimal text."""
    return None if limit is None else tuple(Decimal(repr(end)) for end in limit)


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


LINES = [Line(**row) for row in rows_of("limits.csv")]
