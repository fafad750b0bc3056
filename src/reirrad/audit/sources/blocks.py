"""What every source yields, and what is declared about how to read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from reirrad.audit.choices import (
    ENCODINGS,
    encoding_of,
    rename_problems,
    text_problems,
    wrong_date_format,
    wrong_delimiter,
)
from reirrad.audit.table import DOSES, OPTIONAL, REQUIRED, missing_columns, too_many_columns
from reirrad.audit.zones import arrow_days
from reirrad.engine.arguments import flag_problems
from reirrad.engine.batch import Ints
from reirrad.errors import Problem, TableError, shown

#: Cells of every column: text, as codes into its distinct values.
TEXT_CODES = pa.dictionary(pa.int32(), pa.string())
#: Columns that are only carried along have this before their name.
KEPT = "keep:"
DELIMITERS = (",", ";", "\t", "|")
#: The reason of a line that says the names of the columns once more: files were put together.
REPEATED_HEADER = "repeated_header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a user says about a table, because it cannot be seen from it; nothing of it is guessed.

    Raises
    ------
    TableError
        If something that is declared is of another kind, or a format of dates has no day, month or year of four digits.
    """

    rename: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str = "utf-8"
    decimal_comma: bool = False
    date_format: str | None = None
    missing: tuple[str, ...] = ()
    #: a header may do without fractions_per_day; a plan takes it from what is chosen
    assume_once_daily: bool = False

    def __post_init__(self) -> None:
        lists: dict[str, Any] = {name: getattr(self, name) for name in ("keep", "ignore", "missing")}
        problems = rename_problems(self.rename) + text_problems(**lists)
        problems += flag_problems(decimal_comma=self.decimal_comma, assume_once_daily=self.assume_once_daily)
        if self.delimiter is not None and (wrong := wrong_delimiter(self.delimiter)):
            problems.append(Problem("delimiter", f"it {wrong}", shown(self.delimiter)))
        if self.date_format is not None and (wrong := wrong_date_format(self.date_format)):
            problems.append(Problem("date_format", f"it {wrong}", shown(self.date_format)))
        encoding = encoding_of(self.encoding)
        if encoding is None:
            what = "such text is not read"
            problems.append(Problem("encoding", what, shown(self.encoding), ", ".join(ENCODINGS.values())))
        if problems:
            raise TableError("declared", problems)
        # plain data, which another process can be sent
        plain: dict[str, Any] = {name: tuple(value) for name, value in lists.items()}
        plain |= {"rename": dict(self.rename), "encoding": encoding}
        plain |= {name: bool(getattr(self, name)) for name in ("decimal_comma", "assume_once_daily")}
        for name, value in plain.items():
            object.__setattr__(self, name, value)

    def to_dict(self) -> dict[str, Any]:
        """Return what was declared, as plain data."""
        return asdict(self)


#: Columns of patients that a column carried along must not be taken for.
_OF_RESULTS = (
    *("verdict", "n_rows", "n_quarantined", "newest_course_year", "unmapped_structures"),
    *("structures_without_rule", "noted"),
)
_RENAME = "rename it in the input"


class BadLine(NamedTuple):
    """A row that no reader can take apart, with its text."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a source: columns of :data:`TEXT_CODES` under our names, and the place of each row in the source.

    ``n_rows`` is counted apart from the reader: rows of the table and bad lines must add up to it.
    """

    table: pa.Table
    line: Ints
    bad: list[BadLine]
    n_rows: int


def our_names(given: Sequence[str], declared: Declared, source: str) -> list[str | None]:
    """Return our name for every column of a source; ``None`` where it is ignored.

    Raises
    ------
    TableError
        If a column is missing, not known, or given twice; it carries every problem. If there are too many columns.
    """
    too_many = too_many_columns(len(given))
    if too_many is not None:
        raise TableError(source, [too_many])
    # in the order of the documents: what is printed of it is the same every time
    known = dict.fromkeys((*REQUIRED, *DOSES, *OPTIONAL))
    # counted once: to look through all names for each takes the square of their number
    count, keep, ignore = Counter(given), set(declared.keep), set(declared.ignore)
    names: list[str | None] = []
    problems: list[Problem] = []
    for position, name in enumerate(given, start=1):
        where = f"column {position}"
        ours = declared.rename.get(name, name)
        if count[name] > 1:
            problems.append(Problem(where, "two columns have this name", shown(name), hint="rename one of them"))
            names.append(None)
        elif ours in known and name not in ignore:
            if ours in names:
                problems.append(Problem(where, "two columns have this name", shown(ours), hint="map one of them"))
            names.append(ours)
        elif name in keep:
            if name in _OF_RESULTS:
                problems.append(Problem(where, "the results have a column of this name", shown(name), hint=_RENAME))
            names.append(KEPT + name)
        elif name in declared.rename and name not in declared.ignore:
            what = f"{shown(name)} is mapped to a name that is not known"
            problems.append(Problem(where, what, shown(ours), allowed=", ".join(known)))
            names.append(None)
        else:
            if name not in ignore:
                hint = "map it (--map theirs=ours), carry it along (--keep), or leave it out (--ignore)"
                problems.append(Problem(where, "the column is not known", shown(name), hint=hint))
            names.append(None)
    problems += _missing(names, given, declared)
    if problems:
        raise TableError(source, problems)
    return names


def _missing(names: Sequence[str | None], given: Sequence[str], declared: Declared) -> list[Problem]:
    problems = list(missing_columns(names, None if declared.assume_once_daily else "--assume-once-daily"))
    what = "the column is judged and not carried along"
    known = (*REQUIRED, *DOSES, *OPTIONAL)
    problems += [
        Problem("--keep", what, shown(name)) for name in declared.keep if declared.rename.get(name, name) in known
    ]
    twice = {*declared.keep, *declared.rename} & set(declared.ignore)
    what = "the column is ignored, and mapped or carried along: one of the two"
    problems += [Problem("--ignore", what, shown(name)) for name in declared.ignore if name in twice]
    mapped = {name for name, ours in declared.rename.items() if ours not in known}
    what = "the column is carried along under its own name, and mapped to one that is not known"
    problems += [Problem("--keep", what, shown(name)) for name in declared.keep if name in mapped]
    there = set(given)
    for what, listed in (("--map", declared.rename), ("--keep", declared.keep), ("--ignore", declared.ignore)):
        problems += [Problem(what, "there is no such column", shown(name)) for name in listed if name not in there]
    return problems


def ignored_of_ours(declared: Declared) -> tuple[str, ...]:
    """Return the columns that are left out although they have a name that is judged."""
    known = {*REQUIRED, *DOSES, *OPTIONAL}
    return tuple(name for name in declared.ignore if name in known)


def text_codes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of any type as codes of text: a number as the shortest decimal text of its width."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        # a column of nothing has no codes of its own
        column = column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        column = arrow_days(column, pa)
    if pa.types.is_floating(kind):
        # a cell that is no number is an empty one
        column = pa.compute.if_else(pa.compute.is_nan(column), None, column)
    encoded = column.dictionary_encode().unify_dictionaries()
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(pa.string()), safe=False)
        for chunk in encoded.chunks
    ]
    return pa.chunked_array(chunks, type=TEXT_CODES)


_BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column has text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_readable(kind: pa.DataType, name: str, declared: Declared) -> str:
    """Return what is wrong with a typed column, or nothing: ids and words are text, and text has a form to declare."""
    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if is_text(kind) or types.is_null(kind):
        return ""
    is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    is_date = types.is_date(kind) or types.is_timestamp(kind)
    if name.startswith(KEPT):
        return "" if is_number or is_date or types.is_boolean(kind) else f"cannot be carried along: {kind}"
    if name in NUMBERS:
        if is_number and declared.decimal_comma:
            return f"has numbers, which --decimal-comma is not for: {kind}"
        return "" if is_number else f"is not numbers or text: {kind}"
    if name in ("start", "end"):
        if is_date and declared.date_format is not None:
            return f"has dates, which --date-format is not for: {kind}"
        return "" if is_date else f"is not dates or text: {kind}"
    why = " (a number has lost its leading zeros)" if is_number and name.endswith("_id") else ""
    if any(is_kind(kind) for is_kind in _BYTES):
        why = " (bytes, of which nothing says what text they are)"
    return f"is not text: {kind}{why}"


NUMBERS = frozenset(
    {
        *DOSES,
        "n_fractions",
        "n_phases",
        "fractions_per_day",
        "course_number",
        "months_since_previous",
        "fractions_delivered",
    }
    | {"hours_between_fractions", "repair_half_time_h", "prior_courses", "scheduled_dose_gy"}
)


def places(first: int, n_rows: int) -> Ints:
    """Return the places of rows that follow one another."""
    return np.arange(first, first + n_rows, dtype=np.int64)
