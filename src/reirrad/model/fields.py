"""Field types of the models: each refuses with what is wrong, what is allowed and a hint."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from fractions import Fraction
from numbers import Integral, Real
from operator import index
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from reirrad.model.dates import ALLOWED as ALLOWED_DATES
from reirrad.model.dates import DateError, stated_date_range
from reirrad.model.exact_numbers import Unheld, read_float
from reirrad.model.schedule import ALLOWED as ALLOWED_SCHEDULES
from reirrad.model.schedule import ScheduleError, parse_schedule
from reirrad.quantities import IS_SENTINEL, QUANTITIES, SENTINELS, Quantity, shortest_text

_MOST_CHARACTERS = {"name": 200, "text": 20_000}

#: A number, or a range that the number lies in.
Range = tuple[float, float]


class Frozen(BaseModel):
    """A model that cannot be changed and refuses what it does not know."""

    # built at first use: a command that reads no edition does not pay for its schema
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


def refusal(what: str, *, allowed: str = "", hint: str = "") -> PydanticCustomError:
    """Return the error of a field validator."""
    # pydantic fills the template from the context: braces in the parts stay as they are
    return PydanticCustomError("reirrad", "{what}", {"what": what, "allowed": allowed, "hint": hint})


def as_float(value: float) -> float:
    """Return a number as float64; a whole number of hundreds of digits is as good as infinite.

    >>> as_float(10**400)
    inf
    """
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def plain_number(value: object) -> object:
    """Return the number of Python that one of numpy means, by its shortest text; whatever else it is as it is.

    A long double may have digits that float64 cannot hold.

    >>> import numpy
    >>> plain_number(numpy.float32(30.1)), plain_number(numpy.int64(30)), plain_number("30")
    (30.1, 30, '30')
    """
    # numpy is not imported here: it registers its numbers with these classes
    if isinstance(value, int | float) or not isinstance(value, Real) or isinstance(value, Fraction):
        return value
    if not isinstance(value, Integral):
        return read_float(shortest_text(value))
    try:
        return index(value)
    except TypeError:  # a time difference is registered as a whole number
        return value


def _stated_number(value: object) -> object:
    """Return the number of Python that is meant, whatever else it is as it is; refused if float64 cannot hold it."""
    value = plain_number(value)
    if isinstance(value, Unheld):
        raise refusal(value.what, allowed=value.allowed, hint=value.hint)
    return value


def _number(value: object, quantity: Quantity) -> float:
    value = _stated_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = "write it without quotes" if isinstance(value, str) else ""
        raise refusal("this is not a number", allowed=quantity.allowed, hint=hint)
    try:
        number = float(value)
    except OverflowError:
        raise refusal("the number is out of range", allowed=quantity.allowed) from None
    if not math.isfinite(number):
        raise refusal("the number is not finite", allowed=quantity.allowed, hint="leave the key out if unknown")
    if quantity.whole and number != int(number):
        raise refusal("the number is not whole", allowed=quantity.allowed, hint=quantity.slip)
    if not quantity.contains(number) or math.copysign(1.0, number) < 0:
        raise refusal("the number is out of range", allowed=quantity.allowed, hint=quantity.slip)
    if quantity.may_be_missing and number in SENTINELS:
        hint = "leave the key out if it is not known"
        raise refusal(IS_SENTINEL, allowed=quantity.allowed, hint=hint)
    return number


def _number_type(name: str) -> Any:
    quantity = QUANTITIES[name]
    schema: dict[str, Any] = {"type": "integer" if quantity.whole else "number", "description": quantity.meaning}
    schema["exclusiveMinimum" if quantity.low_is_open else "minimum"] = quantity.low
    if math.isfinite(quantity.high):
        schema["maximum"] = quantity.high

    def validate(value: object) -> float | int:
        number = _number(value, quantity)
        return int(number) if quantity.whole else number

    return Annotated[int if quantity.whole else float, PlainValidator(validate), WithJsonSchema(schema)]


def _range(value: object) -> Range:
    """Read a number or a pair [low, high]; which numbers a metric may take depends on its unit, judged later."""
    allowed = "a number from 0, or a range [low, high]"
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise refusal("a range has two ends", allowed=allowed)
        low, high = (_finite(end, allowed) for end in value)
        if high < low:
            raise refusal("the range ends below its beginning", allowed=allowed, hint="were the ends swapped?")
        return low, high
    number = _finite(value, allowed)
    return number, number


def _finite(value: object, allowed: str) -> float:
    value = _stated_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = "write it without quotes, the unit stands in the key" if isinstance(value, str) else ""
        raise refusal("this is not a number", allowed=allowed, hint=hint)
    number = as_float(value)
    if not math.isfinite(number):
        raise refusal("the number is not finite", allowed=allowed, hint="leave the key out if the dose is unknown")
    if math.copysign(1.0, number) < 0:
        raise refusal("the number is negative", allowed=allowed, hint="leave the key out if the dose is unknown")
    return number


def _range_out(value: Range) -> float | list[float]:
    return value[0] if value[0] == value[1] else list(value)


def _has_control_characters(text: str, *, keep: str = "") -> bool:
    # Cf would hide bidirectional overrides, Cs are lone surrogates
    return any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in keep for char in text)


def _name(value: object) -> str:
    if not isinstance(value, str):
        hint = "put it in quotes: an id is text" if isinstance(value, int | float | dt.date) else ""
        raise refusal("this is not text", allowed="text in quotes", hint=hint)
    if not value.strip():
        raise refusal("the text is empty", allowed="text in quotes")
    if _has_control_characters(value):
        raise refusal("the text has control characters", allowed="printable text")
    if len(value) > _MOST_CHARACTERS["name"]:
        raise refusal("the text is too long", allowed=f"at most {_MOST_CHARACTERS['name']} characters")
    return value


def _alpha_beta(value: object) -> float | str:
    if value == "not stated":
        return "not stated"
    value = _stated_number(value)
    quantity = QUANTITIES["edition_alpha_beta_gy"]
    allowed = f'{quantity.allowed}, or "not stated"'
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal("this is not an alpha/beta", allowed=allowed)
    number = as_float(value)
    if not quantity.contains(number):
        raise refusal(
            "the number is out of range", allowed=allowed, hint=quantity.slip if number > quantity.high else ""
        )
    return number


def _free_text(value: object) -> str:
    if not isinstance(value, str):
        raise refusal("this is not text", allowed="text in quotes")
    if _has_control_characters(value, keep="\n\r\t"):
        raise refusal("the text has control characters", allowed="printable text")
    if len(value) > _MOST_CHARACTERS["text"]:
        raise refusal("the text is too long", allowed=f"at most {_MOST_CHARACTERS['text']} characters")
    return value


def _stated_text(value: object) -> str:
    text = _free_text(value)
    if not text.strip():
        raise refusal(
            "the text is empty", allowed="text in quotes", hint='write "not stated" if the source does not say'
        )
    return text


def _date(value: object) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()  # the civil date as written: a zone must not move it
    if isinstance(value, dt.date):
        value = value.isoformat()
    if not isinstance(value, str):
        hint = 'put it in quotes: "2016"' if isinstance(value, int) else ""
        raise refusal("this is not a date", allowed=ALLOWED_DATES, hint=hint)
    try:
        stated_date_range(value)
    except DateError as error:
        raise refusal(error.what, allowed=ALLOWED_DATES, hint=error.hint) from None
    return value.strip()


def _schedule(value: object) -> str:
    if not isinstance(value, str):
        raise refusal("this is not a schedule", allowed=ALLOWED_SCHEDULES, hint="put it in quotes, with the unit")
    try:
        parse_schedule(value)
    except ScheduleError as error:
        raise refusal(error.what, allowed=ALLOWED_SCHEDULES, hint=error.hint) from None
    return value.strip()


def _text_type(validate: Any, description: str) -> Any:
    return Annotated[str, PlainValidator(validate), WithJsonSchema({"type": "string", "description": description})]


_DOSE_SCHEMA = {
    "description": "total physical dose of the course or phase: a number, or a range [low, high]",
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 2, "maxItems": 2},
    ],
}

DoseRange = Annotated[Range, PlainValidator(_range), PlainSerializer(_range_out), WithJsonSchema(_DOSE_SCHEMA)]
Name = _text_type(_name, "an id or a name: printable text")
FreeText = _text_type(_free_text, "free text; printed, never computed with")
StatedText = _text_type(_stated_text, "text that must not be empty")
DateText = _text_type(_date, f"ISO 8601 date, partial date or interval: {ALLOWED_DATES}")
ScheduleText = _text_type(_schedule, f"total dose and fractions: {ALLOWED_SCHEDULES}")
NFractions = _number_type("n_fractions")
FractionsPerDay = _number_type("fractions_per_day")
HoursBetweenFractions = _number_type("hours_between_fractions")
RepairHalfTime = _number_type("repair_half_time_h")
MonthsSincePrevious = _number_type("months_since_previous")
PriorCourses = _number_type("prior_courses")
NPhases = _number_type("n_phases")
AgeYears = _number_type("age_years")
TargetDistance = _number_type("target_distance_mm")
AlphaBeta = Annotated[
    float | Literal["not stated"],
    PlainValidator(_alpha_beta),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "number",
                    "minimum": QUANTITIES["edition_alpha_beta_gy"].low,
                    "maximum": QUANTITIES["edition_alpha_beta_gy"].high,
                },
                {"const": "not stated"},
            ]
        }
    ),
]
RecoveredFraction = _number_type("recovered_fraction")
