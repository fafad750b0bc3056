"""Tables that a program holds: missing is missing, whatever holds it, and a date is the one that is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import reirrad
from audit.two_course_table import NIEDER
from audit.two_course_table import TABLE as MET
from reirrad import audit, budgets, load_library, sensitivities
from reirrad.audit import Findings
from reirrad.errors import LibraryError, QuantityError, ReirradError, TableError

#: The second course begins six months after the first one ended, less a day.
SHORT = {"dose_gy": [30.0, 20.0], "n_fractions": [10, 10], "end": ["2021-05-03", "2021-11-15"]}
STARTS = ["2021-04-20", "2021-11-02"]


def judged(**columns: Any) -> Findings:
    found = audit(MET | columns, library=NIEDER)
    assert found.rows_in == found.rows_audited + found.rows_quarantined + found.rows_duplicate
    return found


def verdicts(found: Findings) -> dict[str, str]:
    columns = found.patients.columns
    return dict(zip(columns["patient_id"].tolist(), columns["verdict"].tolist(), strict=True))


def arrow(**columns: Any) -> Findings:
    plain = {name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in MET.items()}
    return audit(pa.table(plain | columns), library=NIEDER)


def test_the_plain_table_is_met() -> None:
    assert verdicts(judged()) == verdicts(arrow()) == {"A": "met"}


WITH_A_NULL: list[tuple[str, list[Any], pa.DataType]] = [
    ("dose_gy", [30.0, None], pa.float64()),
    ("modality", ["photon", None], pa.string()),
    ("modality", ["photon", None], pa.large_string()),
    ("modality", ["photon", None], pa.string_view()),
    ("prior_radiotherapy", ["complete", None], pa.string()),
    ("n_fractions", [10, None], pa.int32()),
]


@pytest.mark.parametrize(("name", "values", "kind"), WITH_A_NULL)
def test_d22_a_null_of_a_dictionary_is_not_its_last_word(name: str, values: list[Any], kind: pa.DataType) -> None:
    """D22: as codes into words a null has none; taken for the last one, what is missing would be stated."""
    plain = pa.array(values, pa.string() if kind == pa.string_view() else kind)
    column = pa.DictionaryArray.from_arrays(pa.array([0, None], pa.int32()), pa.array(values[:1], kind))
    expected = verdicts(arrow(**{name: plain}))
    assert expected == {"A": "not_evaluated"}
    assert verdicts(arrow(**{name: column})) == verdicts(judged(**{name: column})) == expected
    assert verdicts(judged(**{name: pa.chunked_array([column])})) == expected


def test_a_dictionary_of_nothing() -> None:
    nothing = pa.array([None, None], pa.string()).dictionary_encode()
    assert verdicts(arrow(technique=nothing)) == {"A": "met"}
    assert verdicts(arrow(modality=nothing)) == verdicts(arrow(modality=pa.nulls(2))) == {"A": "not_evaluated"}


def test_d22_budgets_know_no_dose_of_a_null() -> None:
    column = pa.array([30.0, None]).dictionary_encode()
    for doses in (column, [30.0, None], np.ma.masked_array([30.0, 30.0], [False, True])):
        found = budgets(MET | {"dose_gy": doses}, n_fractions=[5], interval_months=12, library=NIEDER)
        assert "bounded" not in found.columns["state"].tolist()


@pytest.mark.parametrize("name", ["America/Los_Angeles", "Asia/Tokyo", None])
def test_t06_the_date_is_the_one_that_is_written(name: str | None) -> None:
    """T06: at 18:00 in Los Angeles it is the next day in Greenwich, and the interval a day longer: met."""
    hours = [dt.datetime(2021, 4, 20, 9), dt.datetime(2021, 11, 2, 18)]
    column = pa.array(hours, pa.timestamp("us"))
    if name is not None:
        column = pc.assume_timezone(column, name)
    expected = verdicts(judged(**SHORT, start=STARTS))
    assert expected == {"A": "violated"}
    rest = {key: pa.array(values) for key, values in SHORT.items()}
    assert verdicts(arrow(**rest, start=column)) == verdicts(judged(**SHORT, start=column)) == expected


WRITTEN: list[Any] = [
    [dt.date(2021, 4, 20), dt.date(2021, 11, 2)],
    [dt.datetime(2021, 4, 20, 9), dt.datetime(2021, 11, 2, 18, tzinfo=dt.timezone(-dt.timedelta(hours=7)))],
    np.array([dt.date(2021, 4, 20), "2021-11-02"], dtype=object),
    np.array(STARTS, dtype="M8[D]"),
    np.array(["2021-04-20T09", "2021-11-02T18"], dtype="M8[s]"),
    np.array(["2021-04-20T09", "2021-11-02T18"], dtype="M8[ps]"),
]


@pytest.mark.parametrize("start", WRITTEN)
def test_dates_in_whatever_holds_them(start: Any) -> None:
    assert verdicts(judged(**SHORT, start=start)) == {"A": "violated"}
    assert judged(**SHORT, start=start).rows_quarantined == 0


PARTIAL: list[tuple[Any, list[str]]] = [
    (np.array(["2021-05", "2021-12"], dtype="M8[M]"), ["2021-05", "2021-12"]),
    (np.array(["2021", "2022"], dtype="M8[Y]"), ["2021", "2022"]),
    (np.array(["2021-05-06", "2021-12-02"], dtype="M8[W]"), ["2021-05-06/2021-05-12", "2021-12-02/2021-12-08"]),
    (np.array(["2021-05", "NaT"], dtype="M8[M]"), ["2021-05", ""]),
    (np.ma.masked_array(np.array(["2021-05", "2021-12"], dtype="M8[M]"), [False, True]), ["2021-05", ""]),
    ([np.datetime64("2021-05"), np.datetime64("2021-12-02T18")], ["2021-05", "2021-12-02"]),
    ([np.datetime64("2021-05"), np.datetime64("2021")], ["2021-05", "2021"]),
]


@pytest.mark.parametrize(("ends", "texts"), PARTIAL)
def test_t03_partial_dates_stay_ranges(ends: Any, texts: list[str]) -> None:
    """T03: a month is any day of it; as a number of numpy it would be its first one, and the interval the longest."""
    columns = {"dose_gy": [30.0, 20.0], "n_fractions": [10, 10], "start": ["2021-03-01", "2021-11-02"]}
    found, expected = judged(**columns, end=ends), judged(**columns, end=texts)
    for name in ("status", "value_low", "value_high"):
        assert list(map(str, found.columns[name])) == list(map(str, expected.columns[name]))


def test_s08_a_number_keeps_its_width() -> None:
    """S08: float32 21.9 is 21.9, which a limit below 21.9 refuses, and not 21.899999618."""
    one = {name: values[:1] for name, values in MET.items()} | {"prior_courses": [1], "technique": ["stereotactic"]}
    two = {name: values * 2 for name, values in one.items()} | {"patient_id": ["A", "B"], "n_fractions": [3, 3]}
    width = np.array([21.9, 5.0], np.float32)
    for doses in (width, list(width), [width[0], 5.0], np.ma.masked_array(width, [False, True])):
        found = audit(two | {"dose_gy": doses}, library=load_library().select(["tg101-2010"]))
        assert verdicts(found)["A"] == "violated"


class OfOneWidth:
    """What numpy sees of a sparse column: an array of float64, whatever it holds."""

    def __init__(self, values: Any, dtype: Any) -> None:
        self._values, self.dtype = values, dtype

    def __len__(self) -> int:
        return len(self._values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._values.astype(np.float64)

    def astype(self, dtype: Any) -> Any:
        """Return the values at another width, as pandas does."""
        return self._values.astype(dtype)


@dataclass
class Sparse:
    """The type of such a column; a column of intervals has a subtype too, but nothing to fill in."""

    subtype: Any
    fill_value: float = 0.0


def test_s08_a_sparse_number_keeps_its_width() -> None:
    """S08: float32 21.9 became 21.899999618, which is below 21.9."""
    one = {name: values[:1] for name, values in MET.items()} | {"prior_courses": [1], "technique": ["stereotactic"]}
    one |= {"n_fractions": [3], "dose_gy": OfOneWidth(np.array([21.9], np.float32), Sparse(np.dtype(np.float32)))}
    assert verdicts(audit(one, library=load_library().select(["tg101-2010"]))) == {"A": "violated"}
    whole = OfOneWidth(np.array([10, 20]), Sparse(np.dtype(np.int64)))
    assert verdicts(judged(n_fractions=whole)) == {"A": "met"}


SPANS: list[Any] = [
    np.array(["0030", "0024"], "M8[Y]"),
    np.array(["0030", "0024"], "M8[Y]").astype(object),
    [np.datetime64("0030"), np.datetime64("0024")],
    [np.datetime64("0030"), np.datetime64("0024-01")],
    np.ma.masked_array(np.array(["0030", "0024"], "M8[Y]"), [False, False]),
    np.array([np.datetime64("0030"), np.datetime64("0024")], dtype=object),
    np.array([30, 24], "m8"),
    np.array([30, 24], "m8[D]"),
    [np.timedelta64(30), np.timedelta64(24)],
    [dt.timedelta(30), dt.timedelta(24)],
    [dt.date(30, 1, 1), dt.date(24, 1, 1)],
    [dt.datetime(30, 1, 1), dt.datetime(24, 1, 1)],
    pa.array([30, 24], pa.date32()),
    pa.array([30, 24], pa.duration("s")),
]


@pytest.mark.parametrize("values", SPANS, ids=lambda values: f"{type(values).__name__} {next(iter(values))!r}"[:60])
@pytest.mark.parametrize("name", ["dose_gy", "n_fractions", "repair_half_time_h"])
def test_d24_dates_and_spans_of_time_are_no_numbers(name: str, values: Any) -> None:
    """D24: the years 30 and 24 were doses of 30 and 24 Gy."""
    found = judged(**{name: values})
    assert [(item.row, item.column, item.reason) for item in found.quarantine] == [
        (row, name, "not_allowed") for row in range(2)
    ]
    assert verdicts(found) == {"A": "not_evaluated"}


@pytest.mark.parametrize("unit", ["ns", "ps", "fs", "as"])
def test_t06_days_in_units_below_a_nanosecond(unit: str) -> None:
    # what fits into them is a few days around 1970, or hours
    days = judged(**SHORT, start=np.array([0, -1], dtype=f"M8[{unit}]"))
    text = judged(**SHORT, start=["1970-01-01", "1969-12-31"])
    assert (verdicts(days), days.rows_quarantined) == (verdicts(text), text.rows_quarantined)
    for name in ("status", "value_low", "value_high"):
        assert list(map(str, days.columns[name])) == list(map(str, text.columns[name]))


@pytest.mark.parametrize("name", ["dose_gy", "months_since_previous", "patient_id", "start"])
def test_months_and_days_together_are_refused(name: str) -> None:
    """The age of DuckDB: pyarrow ended the process where it made an array of it."""
    column = pa.array([(1, 2, 3)] * 2, pa.month_day_nano_interval())
    with pytest.raises(TableError) as caught:
        judged(**{name: column})
    assert str(caught.value) == (
        f"table: 1 problem\n  {name}: it cannot be read: months, days and nanoseconds together "
        "(month_day_nano_interval) are no number; store it as text, numbers or dates"
    )


def test_h06_a_date_is_no_id() -> None:
    for ids in (np.array(["2020", "2021"], "M8[Y]"), np.array(["2020-01-01", "2021-01-01"], "M8[D]")):
        found = judged(patient_id=ids)
        assert [(item.column, item.reason) for item in found.quarantine] == [("patient_id", "not_text")] * 2


def test_a_time_that_is_missing_is_an_empty_cell() -> None:
    found = judged(dose_gy=np.array(["NaT", "0024"], "M8[Y]"))
    assert [(item.row, item.reason) for item in found.quarantine] == [(1, "not_allowed")]


@pytest.mark.parametrize("name", ["dose_gy", "n_fractions", "patient_id", "modality", "start"])
def test_d24_numbers_of_thousands_of_digits(name: str) -> None:
    """D24: Python has no text of them."""
    cells = [MET[name][0], 10**5000]
    found = judged(**{name: cells, "prior_courses": [1, 1] if name == "patient_id" else [2, 2]})
    reason = "not_text" if name == "patient_id" else "not_allowed"
    assert [(item.row, item.column, item.reason) for item in found.quarantine] == [(1, name, reason)]
    assert verdicts(found) == {"A": "not_evaluated"}
    both = judged(dose_gy=[10**5000, 10**5000])
    assert [item.reason for item in both.quarantine] == ["not_allowed"] * 2


class NAType:
    """What pandas calls a missing cell; it compares with nothing."""

    def __eq__(self, _other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        raise TypeError


NOBODY: list[Any] = [
    None, float("nan"), np.float32("nan"), Decimal("NaN"), np.datetime64("NaT"), NAType(), "", b" ",
    # H06: a number is no id
    123, 1.5, ["A"], {"A": 1},
]  # fmt: skip


@pytest.mark.parametrize("nobody", NOBODY, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("as_list", [False, True])
def test_h06_what_is_no_id_is_nobodys(nobody: Any, *, as_list: bool) -> None:
    """A row without an id may be about the patients beside it: they are not met, and nobody new is."""
    ids = np.empty(3, dtype=object)
    ids[:2], ids[2] = "A", nobody
    third = {"course_id": "3", "dose_gy": 60.0, "n_fractions": 20, "start": "2023-03-07", "end": "2023-04-04"}
    table = {name: [*values, third.get(name, values[0])] for name, values in MET.items()}
    found = audit(table | {"patient_id": list(ids) if as_list else ids}, library=NIEDER)
    assert [(item.row, item.column) for item in found.quarantine] == [(2, "patient_id")]
    assert "met" not in verdicts(found).values()


def test_h04_h06_bytes_that_are_no_text_are_no_id() -> None:
    """H04, H06: spelled out, they were one patient with a text that is spelled so."""
    both = np.array([b"Ren\xe9", b"Ren\xe8"])
    for ids in (both, both.astype(object)):
        found = judged(patient_id=ids, prior_courses=[1, 1])
        assert [(item.column, item.reason) for item in found.quarantine] == [("patient_id", "not_text")] * 2
        assert verdicts(found) == {}
    mixed = judged(patient_id=np.array([b"\xff", r"\xff"], dtype=object), prior_courses=[1, 1])
    assert [(item.row, item.column, item.reason) for item in mixed.quarantine] == [(0, "patient_id", "not_text")]
    assert verdicts(mixed) == {r"\xff": "not_evaluated"}
    words = judged(modality=np.array([b"photon", b"\xff"]))
    assert [(item.row, item.column, item.reason) for item in words.quarantine] == [(1, "modality", "not_allowed")]


def test_ids_of_two_types_of_text() -> None:
    utf8 = judged(patient_id=np.array(["Ren\u00e9".encode(), b"Rene"]), prior_courses=[1, 1])
    assert verdicts(utf8).keys() == {"Ren\u00e9", "Rene"}
    # one id in two types of text is one patient
    assert verdicts(judged(patient_id=np.array([np.str_("A"), "A"], dtype=object))) == {"A": "met"}
    assert verdicts(judged(patient_id=np.array([b"A", "A"], dtype=object))) == {"A": "met"}


@pytest.mark.parametrize("ids", [["A", "A\0"], [b"A", b"A\0"]])
def test_a_nul_at_the_end_of_an_id_is_a_part_of_it(ids: list[Any]) -> None:
    found = judged(patient_id=ids, prior_courses=[1, 1])
    assert verdicts(found).keys() == {"A", "A\0"}
    assert found.look_alike == (("A", "A\0"),)


@pytest.mark.parametrize("cell", [["conventional"], {"a": 1}, np.array([1, 2])])
def test_cells_of_several_values_are_quarantined(cell: Any) -> None:
    cells = np.empty(2, dtype=object)
    cells[0], cells[1] = "conventional", cell
    for column in (cells, list(cells)):
        assert [(item.row, item.column, item.reason) for item in judged(technique=column).quarantine][-1] == (
            1,
            "technique",
            "not_allowed",
        )


@pytest.mark.parametrize(
    "ask", [audit, sensitivities, lambda table, library: budgets(table, n_fractions=[5], library=library)]
)
def test_no_rows(ask: Any) -> None:
    empty = {name: np.array(values)[:0] for name, values in MET.items()}
    for table in (empty, {name: [] for name in MET}, pa.table(MET).slice(0, 0)):
        assert len(next(iter(ask(table, library=NIEDER).columns.values()))) == 0


def test_columns_of_one_name() -> None:
    table = pa.table([pa.array(["A"]), pa.array(["B"])], names=["patient_id", "patient_id"])
    with pytest.raises(TableError, match="patient_id: two columns have this name"):
        audit(table, library=NIEDER)
    # as text they are one, and one of them would be lost
    with pytest.raises(TableError, match="7: two columns have this name"):
        audit(MET | {7: ["x", "y"], "7": ["x", "y"]}, library=NIEDER)


def test_an_id_that_is_missing_looks_like_none() -> None:
    assert judged(patient_id=["0", None], prior_courses=[1, 1]).look_alike == ()


def test_metrics_that_are_not_known_are_listed() -> None:
    third = {"metric": "gEUD8[Gy]", "dose_gy": 500.0}
    table = {name: [*values, third.get(name, values[1])] for name, values in MET.items()}
    found = audit(table, library=NIEDER)
    assert found.unknown_metrics == (("gEUD8[Gy]", 1),)
    assert judged().unknown_metrics == ()


def test_the_package_has_the_function() -> None:
    assert verdicts(reirrad.audit(MET, library=NIEDER)) == {"A": "met"}


@pytest.mark.parametrize("call", [audit, sensitivities, lambda table, **more: budgets(table, n_fractions=[5], **more)])
def test_arguments_that_are_none(call: Any) -> None:
    with pytest.raises(LibraryError, match="this is no library; given: 'nieder-2006'"):
        call(MET, library="nieder-2006")
    with pytest.raises(TableError, match="rename: this is no mapping"):
        call(MET, rename=["x"])
    with pytest.raises(TableError) as caught:
        call(MET, rename={"pid": ["patient_id"]}, strict="no", assume_once_daily=0, library=NIEDER)
    assert str(caught.value) == (
        "table: 3 problems\n"
        "  strict: this is neither true nor false; given: 'no'; allowed: True or False\n"
        "  assume_once_daily: this is neither true nor false; given: 0; allowed: True or False\n"
        "  rename.pid: this is no name of a column; given: ['patient_id']; allowed: text, e.g. 'patient_id'"
    )


@pytest.mark.parametrize("months", [-1, 6.5, float("nan"), "6", True, 1201])
def test_intervals_of_budgets(months: Any) -> None:
    with pytest.raises(QuantityError, match=r"interval_months: this is no interval; given: .*; allowed: a whole"):
        budgets(MET, n_fractions=[5], interval_months=months, library=NIEDER)


def test_techniques_of_budgets() -> None:
    with pytest.raises(ReirradError, match="technique: it is not known; given: 'sbrt'; allowed: conventional"):
        budgets(MET, n_fractions=[5], technique="sbrt", library=NIEDER)
