"""Rows of a table by themselves: what each column becomes, and with which reason a row is set aside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from reirrad.audit.row_order import UNKNOWN, order_of, ranked
from reirrad.audit.rows import Rows, read_rows, same_as
from reirrad.audit.table import Cells
from reirrad.engine.batch import NO_HIGH, NO_LOW
from reirrad.engine.codes import UNSTATED
from reirrad.library import load_library

LIBRARY = load_library()
EPOCH = dt.date(1970, 1, 1)
PLAIN: dict[str, Any] = {
    "patient_id": "p",
    "course_id": "c",
    "structure": "SpinalCord",
    "metric": "Max[Gy]",
    "dose_gy": "50",
    "n_fractions": "25",
    "fractions_per_day": "1",
    "modality": "photon",
}


def read(*rows: dict[str, Any], once_daily: bool = False, without: tuple[str, ...] = (), **more: Any) -> Rows:
    """Read rows of text that differ from the plain one, and further columns."""
    names = {name: None for row in (PLAIN, *rows) for name in row}
    table = [PLAIN | row for row in rows or ({},)]
    columns = {name: np.array([row.get(name) for row in table], dtype=object) for name in names if name not in without}
    return read_rows(columns | more, LIBRARY, assume_once_daily=once_daily)


def reasons(rows: Rows) -> list[tuple[str, str]]:
    """Return the reason for each row, in the order of the table."""
    found = [("", "")] * rows.n_rows
    for place, bad in zip(rows.number, rows.bad, strict=True):
        found[place] = rows.reasons[bad]
    return found


def test_a_plain_row() -> None:
    rows = read({})
    assert reasons(rows) == [("", "")]
    assert rows.n_rows == 1
    unstated = ("technique", "basis", "dose_of")
    assert {name: rows[name].tolist() for name in unstated} == {name: [UNSTATED] for name in unstated}
    assert [rows[name].tolist() for name in ("role", "prior_radiotherapy", "phase_id")] == [[0], [3], [0]]
    assert [rows[name].tolist() for name in ("n_fractions", "fractions_per_day", "dose_gy")] == [[25.0], [1.0], [50.0]]
    silent = ("fractions_delivered", "hours_between_fractions", "repair_half_time_h", "prior_courses")
    for name in (*silent, "months_since_previous", "course_number", "scheduled_dose_gy"):
        assert np.isnan(rows[name]).tolist() == [True]
    for name in ("start", "end"):
        assert (rows[f"{name}_low"].tolist(), rows[f"{name}_high"].tolist()) == ([NO_LOW], [NO_HIGH])
    assert rows.texts == {"patient_id": ["p"], "course_id": ["c"], "phase_id": [""]}
    assert [metric.label for metric in rows.metrics] == ["Max[Gy]"]
    assert rows["structure"].tolist() == [LIBRARY.structures.names.index("SpinalCord")]


#: column, cell, reason; None where it is read
CELLS = [
    ("patient_id", None, "missing"),
    ("patient_id", 7, "not_text"),
    ("course_id", " ", "missing"),
    ("course_id", 7, "not_text"),
    ("phase_id", 7, "not_text"),
    ("phase_id", "", None),
    ("modality", "", "missing"),
    ("modality", "photons", "not_allowed"),
    ("modality", " photon ", None),
    ("technique", "", None),
    ("technique", "imrt", "not_allowed"),
    ("role", "", None),
    ("role", "planned", "not_allowed"),
    ("basis", "guess", "not_allowed"),
    ("dose_of", "both", "not_allowed"),
    ("prior_radiotherapy", "some", "not_allowed"),
    ("prior_radiotherapy", "", None),
    ("structure", "", "missing"),
    ("structure", 7, "not_allowed"),
    ("structure", "cord of somebody", None),
    ("metric", None, "missing"),
    ("metric", "Max[cGy]", "not_allowed"),
    ("metric", "Max", None),
    ("metric", "V20Gy[%]", None),
    ("n_fractions", "", "missing"),
    ("n_fractions", "0", "not_allowed"),
    ("n_fractions", "2.5", "not_allowed"),
    ("fractions_per_day", "", "missing"),
    ("fractions_per_day", "7", "not_allowed"),
    ("fractions_delivered", "0", "not_allowed"),
    ("hours_between_fractions", "x", "not_allowed"),
    ("repair_half_time_h", "0", "not_allowed"),
    ("prior_courses", "-1", "not_allowed"),
    ("months_since_previous", "-1", "not_allowed"),
    ("months_since_previous", "", None),
    ("months_since_previous", "999", "sentinel"),
    ("course_number", "1.5", "not_allowed"),
    ("dose_gy", "", None),
    ("dose_gy", "-1", "not_allowed"),
    ("dose_gy", "1001", "not_allowed"),
    ("dose_gy", "999", "sentinel"),
    ("scheduled_dose_gy", "", None),
    ("scheduled_dose_gy", "-1", "not_allowed"),
    ("scheduled_dose_gy", "99.99", "sentinel"),
    ("scheduled_dose_gy", "999", "sentinel"),
    ("scheduled_dose_gy", "999.9", "sentinel"),
    ("scheduled_dose_gy", "999.99", "sentinel"),
    ("scheduled_dose_gy", "99.9", None),
    ("start", "", None),
    ("start", "1900-01-01", "not_allowed"),
    ("end", "1970-01-01", "not_allowed"),
    ("end", "1970-01", None),
    ("start", "03/04/2020", "not_allowed"),
    ("end", "2020-13", "not_allowed"),
]


@pytest.mark.parametrize(("column", "cell", "reason"), CELLS)
def test_a_cell(column: str, cell: Any, reason: str | None) -> None:
    # the row beside it is read whatever stands here
    found = reasons(read({column: cell, "patient_id": "q"} | {column: cell}, {column: PLAIN.get(column)}))
    assert found[0] == (("", "") if reason is None else (column, reason))
    assert found[1] == ("", "")


#: Numbers that stand for a missing one, by hand. In Gy those above 1000 are out of range; below 0 all are.
BELOW_ZERO = ["-1", "-99", "-999", "-9999", "-1.0", "-999.0"]
MISSING = {
    "dose_gy": (["99.99", "999", "999.9", "999.99"], [*BELOW_ZERO, "9999", "99999"]),
    "dose_cgy": (["99.99", "999", "999.9", "999.99", "9999", "99999"], BELOW_ZERO),
}


@pytest.mark.parametrize("kind", [str, float, np.float32, int])
@pytest.mark.parametrize("name", list(MISSING))
def test_d22_every_number_that_stands_for_a_missing_dose(name: str, kind: type) -> None:
    """D22: 999.9 in a column of cGy became 9.999 Gy, which times 100 is 999.9000000000001: met."""
    for texts, reason in zip(MISSING[name], ("sentinel", "not_allowed"), strict=True):
        cells = [text for text in texts if kind is not int or float(text) == int(float(text))]
        column = np.array([kind(float(text)) if kind is int else kind(text) for text in cells])
        rows = read(*[{"metric": "Max"}] * len(cells), without=("dose_gy",), **{name: column})
        assert reasons(rows) == [(name, reason)] * len(cells)


def test_d22_doses_that_are_next_to_such_a_number() -> None:
    column = np.array(["999.8", "998", "99.9", "9998", "99.98", "9.99"])
    assert reasons(read(*[{"metric": "Max"}] * 6, without=("dose_gy",), dose_cgy=column)) == [("", "")] * 6


def test_the_first_reason_stays() -> None:
    rows = read({"modality": "", "n_fractions": "x", "dose_gy": "-1"}, {"dose_gy": "-1"})
    assert reasons(rows) == [("modality", "missing"), ("dose_gy", "not_allowed")]
    # a reason that no row needs is not kept
    assert rows.reasons == [("", ""), ("modality", "missing"), ("dose_gy", "not_allowed")]


def test_columns_that_are_not_there() -> None:
    assert reasons(read({}, without=("fractions_per_day",))) == [("fractions_per_day", "missing")]
    assumed = read({}, without=("fractions_per_day",), once_daily=True)
    assert (reasons(assumed), assumed["fractions_per_day"].tolist()) == ([("", "")], [1.0])
    empty = read({"fractions_per_day": ""}, {"fractions_per_day": "2"}, once_daily=True)
    assert (reasons(empty), empty["fractions_per_day"].tolist()) == ([("", "")] * 2, [1.0, 2.0])


def test_doses_in_cgy() -> None:
    rows = read(
        *({"dose_cgy": dose, "metric": "Max[cGy]"} for dose in ("5010", "99900", "100001", "999")), without=("dose_gy",)
    )
    refused = ("dose_cgy", "not_allowed")
    assert reasons(rows)[2] == refused
    assert rows["dose_gy"].tolist()[0] == 50.1
    # the number that stands for a missing one is looked for as it is written
    assert [reason == ("dose_cgy", "sentinel") for reason in reasons(rows)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("column", "metric", "reason"),
    [
        ("dose_gy", "Max[Gy]", None),
        ("dose_gy", "Max", None),
        ("dose_gy", "Max[cGy]", "not_allowed"),
        ("dose_cgy", "Max[cGy]", None),
        ("dose_cgy", "Max", None),
        # 60 Gy in a column of cGy would be read as 0.6 Gy
        ("dose_cgy", "Max[Gy]", "not_allowed"),
    ],
)
def test_d02_the_unit_of_a_metric_is_that_of_its_column(column: str, metric: str, reason: str | None) -> None:
    rows = read({column: "60", "metric": metric}, without={"dose_gy", "dose_cgy"} - {column})
    assert reasons(rows) == [("", "") if reason is None else ("metric", reason)]


def test_words_are_places() -> None:
    rows = read(
        {"modality": "proton", "technique": "stereotactic", "role": "proposed", "basis": "estimate"},
        dose_of=np.array(["delivered"]),
        prior_radiotherapy=np.array(["none"]),
    )
    names = ("modality", "technique", "role", "basis", "dose_of", "prior_radiotherapy")
    assert [int(rows[name][0]) for name in names] == [2, 1, 1, 2, 1, 2]


def test_what_stands_for_an_empty_word() -> None:
    rows = read({"role": "", "prior_radiotherapy": "", "technique": ""}, {"role": "proposed", "technique": "other"})
    assert [sorted(rows[name].tolist()) for name in ("role", "prior_radiotherapy", "technique")] == [
        [0, 1],
        [3, 3],
        [-1, 2],
    ]


def test_names_that_are_not_known_are_numbered() -> None:
    cells = ({"structure": "toe"}, {"structure": "ear"}, {"structure": "toe"}, {"structure": "spinal cord"})
    rows = read(*({"course_id": str(at)} | cell for at, cell in enumerate(cells)))
    cord = LIBRARY.structures.names.index("SpinalCord")
    assert rows["structure"].tolist() == [UNKNOWN, UNKNOWN - 1, UNKNOWN, cord]
    assert rows.unmapped == ["toe", "ear"]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("dose_gy", "Dmax"), ("dose_gy", "Dmax[Gy]"), ("dose_gy", "max"), ("dose_gy", "Max[gy]"),
        ("dose_gy", "D0.1cm3"), ("dose_gy", "D0,1cc"), ("dose_gy", "v20Gy[%]"), ("dose_cgy", "Dmax[cGy]"),
        ("dose_gy", "D.03cc"), ("dose_gy", "D1e-2cc[Gy]"), ("dose_gy", "D30mm3"), ("dose_cgy", "PointMax"),
        ("dose_gy", "Max[mGy]"), ("dose_gy", "Max[GyE]"), ("dose_cgy", "Max[CGE]"), ("dose_gy", "Max[%]"),
    ],
)  # fmt: skip
def test_d18_a_metric_in_another_spelling_is_not_passed_over(column: str, text: str) -> None:
    """D18: 60 Gy under Dmax beside 10 Gy under Max; the row is quarantined, so that the patient is not met."""
    rows = read({column: "60", "metric": text}, without={"dose_gy", "dose_cgy"} - {column})
    assert reasons(rows) == [("metric", "not_allowed")]
    assert rows.unknown_metrics() == []


def test_metrics_that_are_not_known_are_counted() -> None:
    written = ("dose", "Max", "max of all", "Max[Gy]", "dose", "D0.1cc[Gy]", "D5[%]", " Mean ", "V20Gy[%]", "V20Gy")
    rows = read(*({"course_id": str(at), "metric": text} for at, text in enumerate(written)))
    assert rows["metric"].tolist() == [UNKNOWN, 0, UNKNOWN - 1, 0, UNKNOWN, 1, UNKNOWN - 2, 2, 3, UNKNOWN - 3]
    assert [metric.label for metric in rows.metrics] == ["Max[Gy]", "D0.1cc[Gy]", "Mean[Gy]", "V20Gy[%]"]
    assert rows.unknown_metrics() == [("V20Gy", 1), ("D5[%]", 1), ("max of all", 1), ("dose", 2)]


def test_ids_are_ranked_as_text() -> None:
    rows = read(
        *({"patient_id": name, "dose_gy": dose} for name, dose in (("b", "1"), ("a", "2"), ("10", "3"), ("b", "4")))
    )
    assert rows.texts["patient_id"] == ["10", "a", "b"]
    assert rows["patient_id"].tolist() == [0, 1, 2, 2]
    # rows that are alike stay in the order of the table
    assert (rows.number.tolist(), rows["dose_gy"].tolist()) == ([2, 1, 0, 3], [3.0, 2.0, 1.0, 4.0])


def test_many_rows_that_are_alike_stay_in_order() -> None:
    patients = np.array([0, 1] * 500)
    evens, odds = list(range(0, 1000, 2)), list(range(1, 1000, 2))
    assert order_of([patients]).tolist() == evens + odds


def test_empty_ids_come_first() -> None:
    rows = read({"patient_id": "a"}, {"patient_id": ""})
    assert (rows["patient_id"].tolist(), rows.number.tolist()) == ([UNSTATED, 0], [1, 0])
    # what is empty is the name of nobody
    assert rows.texts["patient_id"] == ["a"]


def test_the_order_of_rows() -> None:
    names = ("patient_id", "course_id", "phase_id", "structure", "metric")
    low = ("a", "a", "a", "SpinalCord", "Max")
    high = ("b", "b", "b", "toe", "Mean")
    rows = [dict(zip(names, low, strict=True)) | {"metric": "Mean[Gy]"}]
    # the later a column stands among the keys, the less it weighs
    rows += [dict(zip(names, high[: at + 1] + low[at + 1 :], strict=True)) for at in range(3)]
    assert read(*rows).number.tolist()[0] == 0
    assert read(*reversed(rows)).number.tolist()[-1] == 0


def test_keys_of_many_bits_are_ordered_too() -> None:
    large = 2**40
    keys = [np.array([1, 1, 0]) * large, np.array([2, 1, 3]) * large, np.array([0, 0, 0])]
    assert order_of(keys).tolist() == [2, 1, 0]
    assert order_of([key // large - 2 for key in keys]).tolist() == [2, 1, 0]
    nothing = np.array([], dtype=np.int64)
    assert order_of([nothing, nothing]).tolist() == []


@pytest.mark.parametrize("top", [61, 62, 63])
def test_keys_at_the_edge_of_a_word(top: int) -> None:
    # two keys that fill the word, one bit less and one more
    keys = [np.array([1, 0, 1, 0]), np.array([2 ** (top - 1) - 1, 1, 0, 0])]
    assert order_of(keys).tolist() == [3, 1, 2, 0]


def test_dates() -> None:
    days = [(dt.date(2020, 2, day) - EPOCH).days for day in (1, 29)]
    rows = read(
        {"course_id": "1", "start": "2020-02"},
        {"course_id": "2", "start": "x"},
        {"course_id": "3", "start": "2020-02/.."},
    )
    assert rows["start_low"].tolist() == [days[0], NO_LOW, days[0]]
    assert rows["start_high"].tolist() == [days[1], NO_HIGH, NO_HIGH]


def test_dates_of_arrays() -> None:
    starts = np.array(["2020-02-03", "NaT"], "M8[s]")
    rows = read({"course_id": "1"}, {"course_id": "2"}, start=starts)
    day = (dt.date(2020, 2, 3) - EPOCH).days
    assert (reasons(rows), rows["start_low"].tolist()) == ([("", "")] * 2, [day, NO_LOW])
    assert rows["start_high"].tolist() == [day, NO_HIGH]


def test_what_is_the_same() -> None:
    numbers = np.array([1.0, np.nan, np.nan, 2.0]), np.array([1.0, np.nan, 1.0, 3.0])
    assert same_as(*numbers).tolist() == [True, True, False, False]
    assert same_as(np.array([1, 2]), np.array([1, 3])).tolist() == [True, False]


def test_cells_that_were_read_as_codes() -> None:
    rows = read({}, {"course_id": "d"}, patient_id=Cells(np.array([1, -1]), ["x", "y"]))
    assert reasons(rows) == [("", ""), ("patient_id", "missing")]
    assert rows.texts["patient_id"] == ["x", "y"]


def test_ranks_are_those_of_the_names() -> None:
    """What is not stated, then what is known, then what is not, each in the order of its names."""
    codes = np.array([UNSTATED, 0, 1, 2, UNKNOWN, UNKNOWN - 1, UNKNOWN - 2, 1])
    known, strange = ["Max", "D1cc", "Mean"], ["V", "A", "Z"]
    # "", D1cc, Max, Mean, A, V, Z
    assert ranked(codes, known, strange).tolist() == [0, 2, 1, 3, 5, 4, 6, 1]
    assert ranked(np.array([1, UNSTATED, 0]), ["b", "a"], []).tolist() == [1, 0, 2]


@pytest.mark.parametrize("doses", [("", "0"), ("", "1"), ("", "0", "1", "0.5", "2")])
def test_rows_of_a_metric_that_is_not_known_are_in_the_order_of_their_doses(doses: tuple[str, ...]) -> None:
    """One without a dose is first, wherever it stands in the table."""
    expected = [None, *sorted(float(dose) for dose in doses if dose)]
    for order in (doses, doses[::-1], (*doses[1:], doses[0])):
        rows = read(*({"metric": "something", "dose_gy": dose} for dose in order))
        assert [None if np.isnan(dose) else dose for dose in rows["dose_gy"]] == expected
