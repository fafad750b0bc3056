"""Field types of an edition file: each refuses with what is wrong, what is allowed and a hint."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from reirrad.model.dates import ALLOWED_DAY, DateError, one_day
from reirrad.model.fields import as_float, refusal
from reirrad.quantities import CGY, QUANTITIES

#: Ids are typed on command lines and stand in file names: no space, no slash, and none that looks like another.
_EDITION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
#: A metric may be part of it, as in ``tg101-2010.spinal-cord-sub.d10%``.
_RULE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%-]{0,199}")


def _real(value: object, what: str, allowed: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= as_float(value) < float("inf"):
        raise refusal(what, allowed=allowed)
    return as_float(value)


def _positive(value: object) -> float:
    number = _real(value, "this is not a number above 0", "a number above 0")
    if number == 0:
        raise refusal("this is not a number above 0", allowed="a number above 0")
    return number


def _dose(value: object) -> float:
    """Read a dose of a condition, a score or a model: as much as a case may have, physical or converted."""
    quantity = QUANTITIES["total_dose_gy"]
    number = _positive(value)
    if not quantity.contains(number):
        raise refusal("the number is out of range", allowed=f"a number above 0 to {quantity.high:g} Gy", hint=CGY)
    return number


def _percent(value: object) -> float:
    allowed = "a number of percent between 0 and 100"
    number = _real(value, "this is not a percentage", allowed)
    if not 0 < number < 100:
        raise refusal("this is not a percentage", allowed=allowed)
    return number


def _limit(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple):
        number = _positive(value)
        return number, number
    if len(value) != 2:
        raise refusal("a printed range has two ends", allowed="a number, or [low, high]")
    low, high = (_positive(end) for end in value)
    if not low < high:
        raise refusal("the printed range does not rise", allowed="[low, high] with low below high")
    return low, high


def _limits_by_n(value: object) -> tuple[tuple[int, tuple[float, float]], ...]:
    if not isinstance(value, dict) or not value:
        raise refusal("this is not a table of limits", allowed="{ 1 = 10.0, 2 = [12.0, 13.0] }")
    rows: list[tuple[int, tuple[float, float]]] = []
    for key, limit in value.items():
        if not str(key).isascii() or not str(key).isdigit() or int(key) < 1:
            raise refusal(f"{key} is no number of fractions", allowed="a whole number from 1")
        if any(int(key) == n for n, _ in rows):
            raise refusal(f"{int(key)} fractions stand twice", allowed="one row for each number of fractions")
        rows.append((int(key), _limit(limit)))
    return tuple(sorted(rows))


def _months(value: object) -> float:
    return _real(value, "this is not a number of months", "a number from 0")


def _bin(value: object, *, of: str, unit: str) -> tuple[float, float]:
    """Read a half-open range; its upper end may be infinity."""
    allowed = f"[from, to) in {unit}, to may be inf"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refusal(f"this is not a range of {of}", allowed=allowed)
    if any(isinstance(end, bool) or not isinstance(end, int | float) for end in value):
        raise refusal(f"this is not a range of {of}", allowed=allowed)
    low, high = as_float(value[0]), as_float(value[1])
    if not 0 <= low < high:
        raise refusal(f"the range of {of} does not rise from 0 up", allowed=allowed)
    return low, high


def _interval_bin(value: object) -> tuple[float, float]:
    return _bin(value, of="months", unit="months")


def _distance_bin(value: object) -> tuple[float, float]:
    return _bin(value, of="distances", unit="mm")


def _dose_span(value: object) -> tuple[float, float]:
    allowed = "[lowest, highest] in Gy, both included"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refusal("this is not a range of doses", allowed=allowed)
    low, high = (_dose(end) for end in value)
    if not low <= high:
        raise refusal("the range of doses falls", allowed=allowed)
    return low, high


def _n_fractions_span(value: object) -> tuple[int, int]:
    allowed = "[fewest, most], whole numbers from 1"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refusal("this is not a range of fraction numbers", allowed=allowed)
    if any(isinstance(end, bool) or not isinstance(end, int) for end in value) or not 1 <= value[0] <= value[1]:
        raise refusal("the range of fraction numbers does not rise from 1 up", allowed=allowed)
    return value[0], value[1]


def _id(value: object, letters: re.Pattern[str], allowed: str) -> str:
    if not isinstance(value, str) or not letters.fullmatch(value):
        raise refusal("this is no id", allowed=allowed, hint="" if isinstance(value, str) else "put it in quotes")
    return value


def _edition_id(value: object) -> str:
    return _id(value, _EDITION_ID, "letters, digits, '-', '.' and '_', at most 200, the first a letter or a digit")


def _rule_id(value: object) -> str:
    allowed = "letters, digits, '-', '.', '_' and '%', at most 200, the first a letter or a digit"
    return _id(value, _RULE_ID, allowed)


def _day(value: object) -> str:
    try:
        return one_day(value).isoformat()
    except DateError as error:
        raise refusal(error.what, allowed=ALLOWED_DAY, hint=error.hint) from None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refusal("this is not true or false", allowed="true or false, without quotes")
    return value


_PAIR: dict[str, Any] = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_LIMIT_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, _PAIR]}

Day = Annotated[str, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
Positive = Annotated[float, PlainValidator(_positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
EditionId = Annotated[
    str, PlainValidator(_edition_id), WithJsonSchema({"type": "string", "pattern": f"^{_EDITION_ID.pattern}$"})
]
RuleId = Annotated[
    str, PlainValidator(_rule_id), WithJsonSchema({"type": "string", "pattern": f"^{_RULE_ID.pattern}$"})
]
Dose = Annotated[
    float,
    PlainValidator(_dose),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": QUANTITIES["total_dose_gy"].high}),
]
Percent = Annotated[
    float,
    PlainValidator(_percent),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100}),
]
Months = Annotated[float, PlainValidator(_months), WithJsonSchema({"type": "number", "minimum": 0})]
Limit = Annotated[tuple[float, float], PlainValidator(_limit), WithJsonSchema(_LIMIT_SCHEMA)]
IntervalBin = Annotated[tuple[float, float], PlainValidator(_interval_bin), WithJsonSchema(_PAIR)]
DistanceBin = Annotated[tuple[float, float], PlainValidator(_distance_bin), WithJsonSchema(_PAIR)]
DoseSpan = Annotated[tuple[float, float], PlainValidator(_dose_span), WithJsonSchema(_PAIR)]
FractionsSpan = Annotated[
    tuple[int, int], PlainValidator(_n_fractions_span), WithJsonSchema({"type": "array", "items": {"type": "integer"}})
]
LimitsByN = Annotated[
    tuple[tuple[int, tuple[float, float]], ...],
    PlainValidator(_limits_by_n),
    WithJsonSchema({"type": "object", "additionalProperties": _LIMIT_SCHEMA}),
]
