"""A cohort table as columns: which there are, and what each cell says.

Cells are read per distinct value, so that a column of millions costs as much as its vocabulary. A cell that cannot be
read gives its row a reason code; nothing is guessed and nothing is filled in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from reirrad.audit.arrays import array_of, raw_columns
from reirrad.audit.column_lengths import length_problems
from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.errors import Problem, TableError, shown
from reirrad.quantities import QUANTITIES, in_gy, is_held, shortest_text

REQUIRED = ("patient_id", "course_id", "structure", "metric", "n_fractions", "modality")
DOSES = ("dose_gy", "dose_cgy")
OPTIONAL = (
    "fractions_per_day",
    "start",
    "end",
    "course_number",
    "months_since_previous",
    "phase_id",
    "n_phases",
    "fractions_delivered",
    "dose_of",
    "hours_between_fractions",
    "repair_half_time_h",
    "role",
    "technique",
    "prior_radiotherapy",
    "prior_courses",
    "basis",
    "scheduled_dose_gy",
)
#: Most columns of a table: more are no cohort, and each may have a line of its own in the refusal.
MOST_COLUMNS = 4096
#: What the columns are that no case file has under the same name.
COLUMN_MEANINGS = {
    "patient_id": "whose row it is; the bytes are kept",
    "course_id": "which course of the patient; rows with the same id are one course",
    "phase_id": "which part of the course, if it has several fraction sizes",
    "n_phases": "how many phases the course has; where it is stated, a phase that is not listed is noticed",
    "structure": "a TG-263 name or an alias",
    "metric": "what the dose is, e.g. Max[Gy] or D0.1cc[Gy]; the unit is that of the column of doses",
    "dose_gy": "total physical dose of the course or phase; empty is unknown, 0 is out of the field; a volume as it is",
    "dose_cgy": "the same in cGy, without volumes; a table has one of the two",
    "n_fractions": "number of fractions as scheduled",
    "scheduled_dose_gy": "what was prescribed, above 0, for constraints that ask for a fraction size",
    "course_number": "place of the course among those of its patient, from 1; with months_since_previous for dates",
}
_TEXT = frozenset(
    {"patient_id", "course_id", "phase_id", "structure", "metric", "modality", "dose_of", "role", "technique"}
    | {"prior_radiotherapy", "basis"}
)


#: Decimal reads more than this: digits of other scripts, and 1_0 as 10.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


#: What is no number, although its text may look like one: of a year of numpy it is 2020.
_NO_NUMBERS = (bool, np.bool_, np.datetime64, np.timedelta64, dt.date, dt.time, dt.timedelta)


def is_number(text: str) -> bool:
    """Whether a text is a number, in its whole length.

    >>> is_number(" 45.5 "), is_number("45,5"), is_number("1_0")
    (True, False, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Cells:
    """A column as codes into its distinct values; -1 is an empty cell."""

    codes: Ints
    values: list[Any]

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.codes)


#: A column of a table: an array, or cells that were read as codes already.
Column = np.ndarray[Any, Any] | Cells


def columns_of(
    table: Any, rename: Mapping[str, str], *, assume_once_daily: bool = False
) -> dict[str, np.ndarray[Any, Any]]:
    """Return the columns of a table as arrays of one length, under our names.

    Raises
    ------
    TableError
        If a column is missing, not known, given twice, or of another length, or ``rename`` names one that is not there.
    MissingExtraError
        If the table is an Arrow table and pyarrow is not installed.
    """
    raw = raw_columns(table)
    too_many = too_many_columns(len(raw))
    if too_many is not None:
        raise TableError("table", [too_many])
    columns: dict[str, np.ndarray[Any, Any]] = {}
    problems: list[Problem] = []
    known = (*REQUIRED, *DOSES, *OPTIONAL)
    for name, values in raw.items():
        ours = rename.get(name, name)
        if ours in columns:
            problems.append(Problem(name, "two columns have this name", shown(ours)))
        elif ours not in known:
            problems.append(Problem(name, "the column is not known", allowed=", ".join(known), hint="map or drop it"))
        else:
            columns[ours] = array_of(values, name, is_date=ours in ("start", "end"))
    problems += [Problem("rename", "there is no such column", shown(name)) for name in rename if name not in raw]
    problems += missing_columns(columns, None if assume_once_daily else "assume_once_daily=True")
    problems += length_problems(columns)
    for name, array in columns.items():
        if name in _TEXT and array.dtype.kind in "iufb":
            hint = "ids and words are text: a number has lost its leading zeros" if name.endswith("_id") else ""
            problems.append(Problem(name, "the column is not text", str(array.dtype), "text", hint))
    if problems:
        raise TableError("table", problems)
    return columns


def missing_columns(names: Collection[str | None], once_daily: str | None) -> Iterator[Problem]:
    """Yield what columns a table lacks, of those without which no row of it could be judged.

    ``once_daily`` is the option that stands for ``fractions_per_day``; ``None`` where it was given.
    """
    yield from (Problem(name, "the column is required") for name in REQUIRED if name not in names)
    if once_daily is not None and "fractions_per_day" not in names:
        hint = f"or {once_daily}, if every course was given once a day"
        yield Problem("fractions_per_day", "the column is required", hint=hint)
    if sum(name in names for name in DOSES) != 1:
        yield Problem("dose_gy", "exactly one of dose_gy and dose_cgy is required")
    if not {"start", "end"} <= {*names} and not {"course_number", "months_since_previous"} <= {*names}:
        yield Problem("start", "either start and end, or course_number and months_since_previous are required")


def too_many_columns(count: int) -> Problem | None:
    """Return what is wrong with a table of so many columns, if anything is."""
    if count <= MOST_COLUMNS:
        return None
    return Problem(
        "", "there are too many columns", f"{count} columns", f"{MOST_COLUMNS} at most", "leave out the others"
    )


def cells(column: Column) -> Cells:
    """Return a column of words as codes into its distinct values; empty cells are -1."""
    if isinstance(column, Cells):
        return column
    if column.dtype.kind in "US":
        values, codes = np.unique(column, return_inverse=True)
        texts: list[Any] = [_decoded(value) if isinstance(value, bytes) else str(value) for value in values]
    else:
        seen: dict[Any, int] = {}
        codes = np.fromiter((seen.setdefault(_key(value), len(seen)) for value in column), np.int64, len(column))
        texts = [key[1] for key in seen]
    is_empty = _are_empty(texts)
    codes = codes.astype(np.int64)
    return Cells(np.where(is_empty[codes], -1, codes), texts)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that is no single value: a list, a mapping, an array."""

    shown: str


def _key(value: Any) -> tuple[Any, ...]:
    """Return what tells a cell from others: 1, 1.0 and True are equal, but not the same cell, nor are 0.0 and -0.0."""
    if isinstance(value, str):
        return str, str(value)
    if _is_missing(value):
        return type(None), None
    if isinstance(value, bytes):
        text = _decoded(value)
        return type(text), text
    try:
        hash(value)
    except (TypeError, ValueError):  # ValueError: a time span of numpy without a unit
        return Unreadable, Unreadable(shown(value))
    is_signed = isinstance(value, float | Decimal | np.floating) and value == 0
    return (type(value), value, str(value)[0]) if is_signed else (type(value), value)


def _is_missing(value: Any) -> bool:
    """Whether a cell says that nothing is known, in any of the ways in which object columns do."""
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    if isinstance(value, float | np.floating):
        return bool(value != value)
    return value is None or type(value).__name__ in {"NAType", "NaTType"}


def _decoded(value: bytes) -> str | bytes:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        # no text: spelled out, it would be one patient with a text that is spelled so
        return bytes(value)


def _are_empty(cells: Sequence[Any]) -> Bools:
    return np.array([cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells], dtype=np.bool_)


def read_words(column: Column, read: Callable[[str], int]) -> tuple[Ints, Bools, Bools]:
    """Return the code of each cell, whether it is empty and whether it cannot be read (``read`` raises ValueError)."""
    read_cells = cells(column)
    codes = np.full(len(read_cells.values) + 1, -1, dtype=np.int64)
    bad = np.zeros(len(codes), dtype=np.bool_)
    for index, value in enumerate(read_cells.values):
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            if not isinstance(value, str):
                raise ValueError
            codes[index] = read(value)
        except ValueError:
            bad[index] = True
    return codes[read_cells.codes], read_cells.codes < 0, bad[read_cells.codes]


def read_numbers(column: Column, quantity: str, *, per_unit: int = 1) -> tuple[Floats, Bools]:
    """Return the numbers of a column (NaN where empty) and whether a cell cannot be read or is out of range.

    A number means its shortest decimal text at the width at which it is stored: float32 2.1 is 2.1.
    """
    bounds = QUANTITIES[quantity]
    texts: list[Any]
    if isinstance(column, Cells):
        inverse, texts = column.codes, [*column.values, None]
    elif column.dtype.kind in "iu":
        values = column.astype(np.float64)
        if per_unit == 1:
            return values, ~_within(values, bounds.low, bounds.high, open_low=bounds.low_is_open)
        distinct, inverse = np.unique(values, return_inverse=True)
        texts = list(distinct)
    elif column.dtype.kind == "f":
        # 0.0 and -0.0 are one distinct value, and only the second is refused
        distinct, inverse = np.unique(np.where(column == 0, 0, column), return_inverse=True)
        texts = [None if np.isnan(value) else shortest_text(value) for value in distinct]
    else:
        read_cells = cells(column)
        inverse, texts = read_cells.codes, [*read_cells.values, None]
    numbers = np.array([_number(text, per_unit) for text in texts], dtype=np.float64)
    values = numbers[inverse]
    is_empty = _are_empty(texts)[inverse]
    is_bad = ~_within(values, bounds.low, bounds.high, open_low=bounds.low_is_open) & ~is_empty
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        is_bad |= np.signbit(column) & ~is_empty
    if bounds.whole:
        is_bad |= ~is_empty & (values != np.floor(values))
    return values, is_bad


def _within(values: Floats, low: float, high: float, *, open_low: bool) -> Bools:
    with np.errstate(invalid="ignore"):
        above = values > low if open_low else values >= low
        within: Bools = above & (values <= high) & ~(np.signbit(values))
        return within


def _number(cell: Any, per_unit: int) -> float:
    """Return a number, NaN for an empty cell, -inf for what is no number."""
    if cell is None or isinstance(cell, _NO_NUMBERS):
        return np.nan if cell is None else -np.inf
    try:
        text = shortest_text(cell) if isinstance(cell, np.floating) else str(cell).strip()
    except ValueError:  # a whole number of thousands of digits
        return -np.inf
    if not text:
        return np.nan
    if not is_number(text) or not is_held(text):
        return -np.inf
    try:
        number = in_gy(text, per_unit)
    except ArithmeticError:  # an exponent of seven digits
        return -np.inf
    # what becomes 0 in Gy alone would be out of the field
    return float(number) if float(number) != 0 or number == 0 else -np.inf
