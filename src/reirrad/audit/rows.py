"""The rows of a cohort table as typed columns, each row with the reason for which it cannot be judged, if any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

import numpy as np

from reirrad.audit.row_order import UNKNOWN, order_of, ranked
from reirrad.audit.table import Cells, Column, cells, read_numbers, read_words
from reirrad.audit.zones import with_days
from reirrad.engine.batch import NO_HIGH, NO_LOW, Bools, Ints
from reirrad.engine.codes import BASES, MODALITIES, ROLES, TECHNIQUES, UNSTATED
from reirrad.engine.from_cases import date_ends
from reirrad.library import Library
from reirrad.model.course_checks import WHOLE_PERCENT
from reirrad.model.dates import DateError, DateRange, stated_date_range
from reirrad.model.metric import (
    GY_DIVISORS,
    Metric,
    MetricError,
    MetricKind,
    MisspeltMetricError,
    UnknownMetricError,
    parse_metric,
)
from reirrad.quantities import QUANTITIES, SENTINELS, in_gy

DOSE_OF = ("planned", "delivered")
HISTORIES = ("complete", "partial", "none", "unknown")


Columns = Mapping[str, Column]
_Item = TypeVar("_Item")


@dataclass(slots=True)
class Rows:
    """Typed columns of the rows; ``bad`` holds an index into ``reasons`` (0: none)."""

    n_rows: int
    columns: Columns
    library: Library
    values: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    metrics: list[Metric] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    #: metrics that are not known, as they are written
    strange_metrics: list[str] = field(default_factory=list)
    bad: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    #: the place of each row in the table, after they were put in order
    number: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    reasons: list[tuple[str, str]] = field(default_factory=lambda: [("", "")])

    def quarantine(self, where: Bools, column: str, reason: str) -> None:
        """Mark rows; the first reason found for a row stays."""
        fresh = where & (self.bad == 0)
        if fresh.any():
            self.reasons.append((column, reason))
            self.bad[fresh] = len(self.reasons) - 1

    def unknown_metrics(self) -> list[tuple[str, int]]:
        """Return the metrics that are not known, with the number of their rows."""
        metric = self.values["metric"]
        codes, counts = np.unique(metric[metric <= UNKNOWN], return_counts=True)
        return [(self.strange_metrics[UNKNOWN - int(code)], int(n)) for code, n in zip(codes, counts, strict=True)]

    def put_in_order(self) -> None:
        """Sort the rows by patient, course, phase, structure and metric.

        Structures and metrics are in the order of their names, and rows of metrics that are not known also in that of
        their doses: which of those that belong together stands first does not depend on the order of the table.
        """
        keys = [self.values[name] for name in ("patient_id", "course_id", "phase_id")]
        keys.append(ranked(self.values["structure"], self.library.structures.names, self.unmapped))
        keys.append(ranked(self.values["metric"], [metric.name for metric in self.metrics], self.strange_metrics))
        order = order_of([*keys, self._doses_of_strange_metrics()])
        self.values = {name: column[order] for name, column in self.values.items()}
        self.bad, self.number = self.bad[order], order

    def _doses_of_strange_metrics(self) -> Ints:
        key = np.zeros(self.n_rows, dtype=np.int64)
        strange = self.values["metric"] <= UNKNOWN
        if strange.any():
            said = np.stack([np.nan_to_num(self.values["dose_gy"][strange], nan=-1), self.values["basis"][strange]])
            key[strange] = np.unique(said, axis=1, return_inverse=True)[1].ravel()
        return key

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return self.values[name]


def read_rows(columns: Columns, library: Library, *, assume_once_daily: bool) -> Rows:
    """Read every cell; what cannot be read quarantines its row."""
    rows = Rows(n_rows=len(columns["patient_id"]), columns=columns, library=library)
    rows.bad = np.zeros(rows.n_rows, dtype=np.int64)
    for name in ("patient_id", "course_id", "phase_id"):
        _ids(rows, name, is_required=name != "phase_id")
    _word(rows, "modality", MODALITIES, is_required=True)
    _word(rows, "technique", TECHNIQUES)
    _word(rows, "role", ROLES, empty=ROLES.index("delivered"))
    _word(rows, "basis", BASES)
    _word(rows, "dose_of", DOSE_OF)
    _word(rows, "prior_radiotherapy", HISTORIES, empty=HISTORIES.index("unknown"))
    _words(rows, "structure", _structure_reader(rows), is_required=True)
    _words(rows, "metric", _metric_reader(rows), is_required=True)
    _number(rows, "n_fractions", is_required=True)
    _number(rows, "fractions_per_day", is_required=not assume_once_daily, empty=1.0)
    for name in ("n_phases", "fractions_delivered", "hours_between_fractions", "repair_half_time_h", "prior_courses"):
        _number(rows, name)
    _number(rows, "months_since_previous")
    _number(rows, "course_number")
    _dose(rows)
    _number(rows, "scheduled_dose_gy", quantity="total_dose_gy")
    # a schedule of nothing is none
    rows.quarantine(rows["scheduled_dose_gy"] == 0, "scheduled_dose_gy", "not_allowed")
    # it would pass for a prescription that limits for others are not about
    rows.quarantine(np.isin(rows["scheduled_dose_gy"], _sentinels(1)), "scheduled_dose_gy", "sentinel")
    for name in ("start", "end"):
        _date(rows, name)
    rows.put_in_order()
    return rows


def _ids(rows: Rows, name: str, *, is_required: bool) -> None:
    if name not in rows.columns:
        rows.values[name], rows.texts[name] = np.zeros(rows.n_rows, dtype=np.int64), [""]
        return
    read = cells(rows.columns[name])
    is_text = np.array([isinstance(value, str) for value in read.values] + [True], dtype=np.bool_)
    rows.quarantine(~is_text[read.codes] & (read.codes >= 0), name, "not_text")
    rows.quarantine((read.codes < 0) & is_required, name, "missing")
    # a number is no id: whose row it is, or of which course, is not known
    ids = [index for index, value in enumerate(read.values) if isinstance(value, str) and value.strip()]
    # in the order of the text, so that the order of the rows does not matter
    ids.sort(key=read.values.__getitem__)
    rank = np.full(len(read.values) + 1, UNSTATED, dtype=np.int64)
    rank[ids] = np.arange(len(ids))
    rows.values[name], rows.texts[name] = rank[read.codes], [read.values[index] for index in ids]


def _words(rows: Rows, name: str, read: Callable[[str], int], *, is_required: bool, empty: int = UNSTATED) -> None:
    if name not in rows.columns:
        rows.values[name] = np.full(rows.n_rows, empty, dtype=np.int64)
        return
    codes, is_empty, is_bad = read_words(rows.columns[name], read)
    rows.quarantine(is_bad, name, "not_allowed")
    rows.quarantine(is_empty & is_required, name, "missing")
    rows.values[name] = np.where(is_empty, empty, codes)


def _word(rows: Rows, name: str, allowed: tuple[str, ...], *, is_required: bool = False, empty: int = UNSTATED) -> None:
    def read(text: str) -> int:
        return allowed.index(text.strip())

    _words(rows, name, read, is_required=is_required, empty=empty)


def _structure_reader(rows: Rows) -> Callable[[str], int]:
    unmapped = _Places(rows.unmapped)

    def read(text: str) -> int:
        canonical = rows.library.structures.canonical(text)
        if canonical is not None:
            return rows.library.structures.names.index(canonical)
        return UNKNOWN - unmapped.of(text)

    return read


def _metric_reader(rows: Rows) -> Callable[[str], int]:
    metrics, strange = _Places(rows.metrics), _Places(rows.strange_metrics)
    is_in_cgy = dose_column(rows) == "dose_cgy"
    unit = "cGy" if is_in_cgy else "Gy"

    def read(text: str) -> int:
        try:
            parsed = parse_metric(text)
        except UnknownMetricError:
            return UNKNOWN - strange.of(text)
        except MisspeltMetricError:
            raise
        except MetricError:
            return without_unit(text)
        # the unit of the dose is that of its column; a column of cGy does not say in which unit a volume is
        if parsed.unit != unit and (is_in_cgy or parsed.metric.kind is not MetricKind.VOLUME_AT):
            raise ValueError
        return metrics.of(parsed.metric)

    def without_unit(text: str) -> int:
        try:
            return metrics.of(parse_metric(f"{text.strip()}[Gy]").metric)
        except UnknownMetricError:
            return UNKNOWN - strange.of(text)

    return read


class _Places(Generic[_Item]):
    """The place of each item in a list, to which it is added once; a column may have as many items as rows."""

    def __init__(self, items: list[_Item]) -> None:
        self._items = items
        self._places: dict[_Item, int] = {}

    def of(self, item: _Item) -> int:
        place = self._places.setdefault(item, len(self._items))
        if place == len(self._items):
            self._items.append(item)
        return place


def _number(
    rows: Rows, name: str, *, is_required: bool = False, empty: float = np.nan, quantity: str | None = None
) -> None:
    if name not in rows.columns:
        rows.quarantine(np.full(rows.n_rows, is_required), name, "missing")
        rows.values[name] = np.full(rows.n_rows, empty)
        return
    values, is_bad = read_numbers(rows.columns[name], quantity or name)
    rows.quarantine(is_bad, name, "not_allowed")
    if QUANTITIES[quantity or name].may_be_missing:
        rows.quarantine(np.isin(values, _sentinels(1)), name, "sentinel")
    rows.quarantine(np.isnan(values) & is_required, name, "missing")
    rows.values[name] = np.where(np.isnan(values), empty, values)


def _sentinels(per_unit: int) -> list[float]:
    """Return the numbers that stand for a missing one as cells of a column become: 999.9 cGy is 9.999 Gy.

    Times 100 that is 999.9000000000001, so that cells are never converted back.
    """
    return [float(in_gy(repr(number), per_unit)) for number in SENTINELS]


def _dose(rows: Rows) -> None:
    name = dose_column(rows)
    per_unit = GY_DIVISORS["Gy" if name == "dose_gy" else "cGy"]
    values, is_bad = read_numbers(rows.columns[name], "total_dose_gy", per_unit=per_unit)
    rows.quarantine(is_bad, name, "not_allowed")
    rows.quarantine(np.isin(values, _sentinels(per_unit)), name, "sentinel")
    if any(metric.is_percentage for metric in rows.metrics):
        percentages = [code for code, metric in enumerate(rows.metrics) if metric.is_percentage]
        rows.quarantine(np.isin(rows["metric"], percentages) & (values > WHOLE_PERCENT), name, "not_allowed")
    # an empty dose is an unknown one: the course is kept, the dose row is not
    rows.values["dose_gy"] = values


def dose_column(rows: Rows) -> str:
    """Return the name of the column of doses: it says their unit."""
    return "dose_gy" if "dose_gy" in rows.columns else "dose_cgy"


def _date(rows: Rows, name: str) -> None:
    lows, highs = f"{name}_low", f"{name}_high"
    if name not in rows.columns:
        rows.values[lows] = np.full(rows.n_rows, NO_LOW, dtype=np.int64)
        rows.values[highs] = np.full(rows.n_rows, NO_HIGH, dtype=np.int64)
        return
    column = rows.columns[name]
    if not isinstance(column, Cells) and column.dtype.kind == "M":
        if np.datetime_data(column.dtype)[0] in {"ps", "fs", "as"}:
            column = column.astype("M8[ms]")  # numpy has no way from these to days but by this one
        days = column.astype("M8[D]")
        column = np.where(np.isnat(days), "", np.datetime_as_string(days))
    if not isinstance(column, Cells) and column.dtype.kind == "O":
        column = with_days(column)
    ranges: list[DateRange] = [DateRange(None, None)]

    def read(text: str) -> int:
        try:
            ranges.append(_date_range(text))
        except DateError:
            raise ValueError from None
        return len(ranges) - 1

    codes, is_empty, is_bad = read_words(column, read)
    rows.quarantine(is_bad, name, "not_allowed")
    ends = np.array([date_ends(dates) for dates in ranges], dtype=np.int64)
    codes = np.where(is_empty | is_bad, 0, codes)
    rows.values[lows], rows.values[highs] = ends[codes, 0], ends[codes, 1]


# the same few thousand dates stand in every part of a cohort
_date_range = lru_cache(maxsize=65_536)(stated_date_range)


def same_as(values: np.ndarray[Any, Any], reference: np.ndarray[Any, Any]) -> Bools:
    """Return where two columns say the same; two empty cells do."""
    if values.dtype.kind != "f":
        return np.asarray(values == reference)
    return np.asarray((values == reference) | (np.isnan(values) & np.isnan(reference)))
