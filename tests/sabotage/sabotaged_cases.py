"""Cases to be judged by a broken program: each with the one constraint that it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.exact_hits import Plan
from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields, house_library
from engine.judged_pairs import pair, single
from engine.test_reasons import NOT_EVALUATED, changed
from property.example_cases import FIRST, MET, PHASES_TWICE_DAILY, SECOND, STATED_MONTHS, case, cord, course
from reirrad.engine.codes import Cause
from reirrad.ingest import parse_case
from reirrad.library import Library, load_library
from reirrad.model.case import Case

Raw = dict[str, Any]
LARGE = Plan(5000, 25), Plan(5000, 25)  # 50 (1 + 2/2) = 100 Gy2 each
SMALL = Plan(1000, 5), Plan(1000, 5)  # 20 Gy2 each
OF_A_VOLUME = case(
    ["SpinalCord"],
    course(*FIRST, "50 Gy / 25", dose=cord(50, metric="D0.1cc[Gy]")),
    course(*SECOND, "50 Gy / 25", dose=cord(50, metric="D0.1cc[Gy]")),
)
TWO_YEARS = {"start": "2012-02-06", "end": "2012-03-09"}


@dataclass(frozen=True)
class Judged:
    """A case, the rules it is judged by, and the verdict of the program as it is."""

    raw: Raw
    rule: str | Fields
    verdict: str
    strict: bool = False

    @property
    def case(self) -> Case:
        return parse_case(self.raw)

    @property
    def library(self) -> Library:
        return _library(self.rule) if isinstance(self.rule, str) else house_library({"only": self.rule})


@cache
def _library(rule: str) -> Library:
    """Return the shipped edition with a constraint, whatever its profile."""
    from reirrad.library import Profile

    return load_library().select(profile=Profile("one", constraints=frozenset({rule})))


def house(**fields: Any) -> Fields:
    return {"limit": 30} | fields


_UNDECIDED = {
    cause.name.lower(): Judged(raw, rule, "not_evaluated", strict=cause is Cause.SUM_NOT_PROVEN)
    for cause, (raw, rule, _) in NOT_EVALUATED.items()
}
#: Limits that 100 Gy2, or 50 Gy, each in two courses 59 months apart, exceed.
_VIOLATED: dict[str, tuple[Raw, str | Fields]] = {
    "sum": (pair(*LARGE), "nieder-2006.cumulative"),
    "course": (pair(*LARGE), "nieder-2006.course"),
    # 20 + 20 Gy2, on a limit that they reach exactly
    "sum on its limit": (pair(*SMALL), house(limit=40, comparison="below")),
    "discounted": (pair(*LARGE), house(limit=120, recovery="steps")),
    "discounted, strict": (OF_A_VOLUME, house(limit=90, recovery="steps", metric="D0.1cc[Gy]")),
    "tolerance": (pair(*LARGE), house(limit=120, recovery="raised")),
    # 100 of 200 Gy2
    "share": (pair(*LARGE), house(limit=0.4, scope="share", quantity="BED")),
    "newest": (pair(*LARGE), house(limit=49, scope="newest_course", **PHYSICAL)),
    "first": (single(50.0, 25), house(limit=49, scope="first_course", **PHYSICAL)),
    "interval": (pair(*SMALL), house(comparison="at_least", **MONTHS | {"limit": 60})),
    "EQD2": (pair(*LARGE), house(limit=99, **EQD2)),
    "score": (pair(Plan(4000, 20), Plan(6000, 30)), "nieder-2005.score"),
    # 80 Gy2 allow 101.7 Gy2 two years later
    "model": (changed(pair(Plan(4000, 20), Plan(6000, 30)), 1, **TWO_YEARS), "woolley-2018.allowed-bed"),
    "by fractions": (
        pair(*LARGE),
        house(limit=None, limit_by_n_fractions={"5": 60, "25": 49}, scope="newest_course", **PHYSICAL),
    ),
    "bounded from below": (OF_A_VOLUME, "nieder-2006.cumulative"),
    "in months": (STATED_MONTHS, "nieder-2006.interval"),
    "twice a day": (PHASES_TWICE_DAILY, house(limit=70)),
    "order not known": (
        changed(changed(pair(*LARGE), 1, role="delivered", start=None, end=None), 0, start=None) | {"prior_courses": 2},
        "nieder-2006.cumulative",
    ),
    "part delivered": (
        changed(pair(*LARGE), 0, fractions_delivered=20, dose_of="planned"), "nieder-2006.cumulative",
    ),
}  # fmt: skip
_MET: dict[str, tuple[Raw, str | Fields]] = {
    # a shipped limit that belongs to a group is not met alone
    "met sum": (MET, house(limit=135.5)),
    "met discounted": (pair(*LARGE), house(limit=150, recovery="steps")),
    "met share": (pair(*LARGE), house(limit=0.5, scope="share", quantity="BED")),
    "met tolerance": (pair(*LARGE), house(limit=140, recovery="raised")),
    "met interval": (pair(*SMALL), house(comparison="at_least", **MONTHS | {"limit": 59})),
    "met in months": (STATED_MONTHS, house(comparison="at_least", **MONTHS | {"limit": 3})),
    "met twice a day": (PHASES_TWICE_DAILY, house(limit=135.5)),
    "met on its limit": (pair(*SMALL), house(limit=40)),
    "met model": (changed(pair(*SMALL), 1, **TWO_YEARS), "woolley-2018.allowed-bed"),
}
JUDGED: dict[str, Judged] = (
    _UNDECIDED
    | {name: Judged(raw, rule, "violated", strict="strict" in name) for name, (raw, rule) in _VIOLATED.items()}
    | {name: Judged(raw, rule, "met") for name, (raw, rule) in _MET.items()}
)
