"""Fraction schedules as people write them: ``50 Gy / 25``, ``25 x 2 Gy``, ``5000 cGy / 25``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

from reirrad.model.metric import GY_DIVISORS
from reirrad.quantities import EXACT, IS_SENTINEL, QUANTITIES, SENTINELS, in_gy

#: Long runs of blanks would be tried in every split of them.
_BLANKS = re.compile(r"\s+", re.ASCII)
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_UNIT = r"(?P<{0}>[A-Za-z]+(?:\([A-Za-z]+\)|_[A-Za-z]+)?)"
_FRACTIONS = r"\s*(?:fractions?|fx|fr|#)?"
_TOTAL = re.compile(
    rf"(?P<total>{_NUMBER})\s*(?:{_UNIT.format('unit')})?\s*(?:/|in)\s*(?P<n>{_NUMBER}){_FRACTIONS}"
    rf"(?:\s*(?:\(|x|of)\s*(?P<each>{_NUMBER})\s*{_UNIT.format('each_unit')}\s*\)?)?",
    re.ASCII,
)
_EACH = re.compile(
    rf"(?P<n>{_NUMBER}){_FRACTIONS}\s*[x*]\s*(?P<each>{_NUMBER})\s*(?:{_UNIT.format('each_unit')})?"
    rf"(?:\s*=\s*(?P<total>{_NUMBER})\s*{_UNIT.format('unit')})?",
    re.ASCII,
)
_EACH_FIRST = re.compile(
    rf"(?P<each>{_NUMBER})\s*{_UNIT.format('each_unit')}\s*[x*]\s*(?P<n>{_NUMBER}){_FRACTIONS}"
    rf"(?:\s*=\s*(?P<total>{_NUMBER})\s*{_UNIT.format('unit')})?",
    re.ASCII,
)

_SENTINELS = frozenset(Decimal(repr(number)) for number in SENTINELS)

ALLOWED = '"50 Gy / 25", "25 x 2 Gy" or "5000 cGy / 25"'


@dataclass(frozen=True, slots=True)
class Schedule:
    """A total dose in a number of equal fractions, exactly as written."""

    total_dose_gy: Decimal
    n_fractions: int


class ScheduleError(ValueError):
    """A schedule cannot be read; ``hint`` names the usual slip."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def parse_schedule(text: str) -> Schedule:
    """Return total dose [Gy] and number of fractions of a schedule.

    Raises
    ------
    ScheduleError
        If the unit is missing or none of Gy and cGy, the number of fractions is not whole, a number is out of range,
        a dose as written stands for a missing one, or the total and the dose per fraction do not agree where both are
        given.

    Examples
    --------
    >>> parse_schedule("25 x 2 Gy")
    Schedule(total_dose_gy=Decimal('50'), n_fractions=25)
    >>> parse_schedule("5000 cGy / 25") == parse_schedule("50 Gy / 25")
    True
    """
    with localcontext(EXACT):
        return _parsed(text)


def _parsed(text: str) -> Schedule:
    normal = _BLANKS.sub(" ", text.strip()).replace("\N{MULTIPLICATION SIGN}", "x")
    match = _TOTAL.fullmatch(normal) or _EACH.fullmatch(normal) or _EACH_FIRST.fullmatch(normal)
    if match is None:
        hint = "use a decimal point" if re.search(r"\d,\d", normal) else ""
        raise ScheduleError("this is not a schedule", hint)
    n_fractions = _whole(match["n"])
    total = _gy(match["total"], match["unit"])
    each = _gy(match["each"], match["each_unit"])
    stated = {Decimal(text) for text in (match["total"], match["each"]) if text is not None}
    # as written: software that exports cGy writes its 9999 there, and may divide it by the fractions
    if stated & _SENTINELS:
        hint = "leave it out if it is not known; if it is real, write the other unit, or fractions alone: 3 x 333 cGy"
        raise ScheduleError(IS_SENTINEL, hint)
    if total is None and each is not None:
        total = each * n_fractions
    if total is None:
        raise ScheduleError("this is not a schedule")
    if (
        each is not None
        and abs(each * n_fractions - total) > _rounding(match["each"], match["each_unit"]) * n_fractions
    ):
        raise ScheduleError(
            f"{n_fractions} x {_plain(each)} Gy is {_plain(each * n_fractions)} Gy, not {_plain(total)} Gy",
            "was the dose per fraction written for the total?",
        )
    bounds = QUANTITIES["total_dose_gy"]
    if not 0 < total <= Decimal(bounds.high):
        raise ScheduleError(f"the total dose is not above 0 and up to {bounds.high:g} Gy", "is it in cGy?")
    return Schedule(total, n_fractions)


def _rounding(number: str | None, unit: str | None) -> Decimal:
    """Half the last digit of a rounded dose per fraction; one with fewer than two decimals is taken as exact."""
    decimals = len(number.partition(".")[2]) if number else 0
    if decimals < 2 or unit != "Gy":
        return Decimal(0)
    return Decimal(5).scaleb(-decimals - 1)


def _whole(text: str) -> int:
    number = Decimal(text)
    bounds = QUANTITIES["n_fractions"]
    if number != number.to_integral():
        raise ScheduleError("the number of fractions is not whole", "were fractions and dose swapped?")
    if not bounds.contains(float(number)):
        raise ScheduleError(f"the number of fractions is not {bounds.allowed}", bounds.slip)
    return int(number)


def _gy(number: str | None, unit: str | None) -> Decimal | None:
    if number is None:
        return None
    if unit is None:
        raise ScheduleError("the dose has no unit", "write Gy or cGy behind the dose")
    if unit not in GY_DIVISORS:
        raise ScheduleError(f"the unit {unit} is not read", "write Gy or cGy; RBE-weighted doses are not converted")
    return in_gy(number, GY_DIVISORS[unit])


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
