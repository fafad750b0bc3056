"""Columns of a table by themselves: which there must be, and what each cell says."""

from __future__ import annotations

import datetime as dt
import importlib
from decimal import Decimal
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from reirrad.audit.declared_cells import declared_cells
from reirrad.audit.sources.blocks import Declared
from reirrad.audit.table import OPTIONAL, REQUIRED, Cells, Unreadable, cells, columns_of, read_numbers, read_words
from reirrad.errors import MissingExtraError, TableError
from reirrad.quantities import QUANTITIES

WORDS = ("patient_id", "course_id", "structure", "metric", "modality")


def table(**changes: Any) -> dict[str, Any]:
    """Return a table of one row with what every table needs; columns that are ``None`` are left out."""
    words = {name: ["a"] for name in (*WORDS, "start", "end")}
    given: dict[str, Any] = words | {"n_fractions": [5], "fractions_per_day": [1], "dose_gy": [50.0]} | changes
    return {name: np.array(values) for name, values in given.items() if values is not None}


def problems_of(given: Any, rename: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(TableError) as caught:
        columns_of(given, rename or {})
    assert caught.value.source == "table"
    return [str(problem) for problem in caught.value.problems]


KNOWN = ", ".join((*REQUIRED, "dose_gy", "dose_cgy", *OPTIONAL))


def test_the_columns_are_taken_under_our_names() -> None:
    found = columns_of(table(pid=["b"], patient_id=None), {"pid": "patient_id"})
    assert sorted(found) == sorted(table())
    assert found["patient_id"].tolist() == ["b"]


@pytest.mark.parametrize("name", ["start", "end"])
def test_a_month_is_all_of_its_days(name: str) -> None:
    found = columns_of(table(**{name: np.array(["2018-08"], dtype="datetime64[M]")}), {})
    assert found[name].tolist() == ["2018-08"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"shoe": [1]}, [f"shoe: the column is not known; allowed: {KNOWN}; map or drop it"]),
        ({"metric": None}, ["metric: the column is required"]),
        (
            {"fractions_per_day": None},
            [
                "fractions_per_day: the column is required; "
                "or assume_once_daily=True, if every course was given once a day"
            ],
        ),
        ({"dose_gy": None}, ["dose_gy: exactly one of dose_gy and dose_cgy is required"]),
        ({"dose_cgy": [1]}, ["dose_gy: exactly one of dose_gy and dose_cgy is required"]),
        ({"end": None}, ["start: either start and end, or course_number and months_since_previous are required"]),
        (
            {"end": None, "start": None, "course_number": [1]},
            ["start: either start and end, or course_number and months_since_previous are required"],
        ),
        (
            {"n_fractions": [5, 6], "dose_gy": [1, 2]},
            [
                f"{name}: the column has another length; given: 2 cells; "
                "allowed: one cell for each row: 1, as most columns have"
                for name in ("n_fractions", "dose_gy")
            ],
        ),
        (
            {"patient_id": [7]},
            [
                "patient_id: the column is not text; given: int64; allowed: text; "
                "ids and words are text: a number has lost its leading zeros"
            ],
        ),
        ({"basis": [True]}, ["basis: the column is not text; given: bool; allowed: text"]),
        ({"role": [1.5]}, ["role: the column is not text; given: float64; allowed: text"]),
    ],
)
def test_columns_that_are_refused(changes: dict[str, Any], expected: list[str]) -> None:
    assert problems_of(table(**changes)) == expected


def test_every_problem_is_told_at_once() -> None:
    assert len(problems_of(table(shoe=[1], metric=None, fractions_per_day=None, dose_gy=None, end=None))) == 5


def test_a_table_may_do_without_fractions_per_day_if_that_is_said() -> None:
    # D15
    found = columns_of(table(fractions_per_day=None), {}, assume_once_daily=True)
    assert "fractions_per_day" not in found, "it is counted as an assumption, and no column is made up"


def test_two_columns_of_one_name() -> None:
    assert problems_of(table(pid=["b"]), {"pid": "patient_id"}) == [
        "pid: two columns have this name; given: 'patient_id'"
    ]


@pytest.mark.parametrize(
    ("lengths", "usual"),
    [((1, 1, 2), "1, as most columns have"), ((1, 1, 2, 2, 2), "2, as most columns have"),
     ((2, 1), "2, as the first column has"), ((1, 2, 3), "1, as the first column has")],
)  # fmt: skip
def test_the_length_that_the_others_have(lengths: tuple[int, ...], usual: str) -> None:
    names = ("start", "end", "course_id", "role", "basis")[: len(lengths)]
    found = problems_of({name: ["x"] * length for name, length in zip(names, lengths, strict=True)})
    odd = [(name, length) for name, length in zip(names, lengths, strict=True) if length != int(usual[0])]
    assert [one for one in found if "another length" in one] == [
        f"{name}: the column has another length; given: {length} cell{'' if length == 1 else 's'}; "
        f"allowed: one cell for each row: {usual}"
        for name, length in odd
    ]


def test_more_columns_than_a_table_has() -> None:
    assert problems_of({str(at): [1] for at in range(4097)}) == [
        "there are too many columns; given: 4097 columns; allowed: 4096 at most; leave out the others"
    ]


def test_columns_of_columns() -> None:
    found = problems_of({name: np.array([values]) for name, values in table().items()})
    told = "the column is no list of cells; given: an array of 1 x 1; allowed: one cell for each row"
    assert found == [f"{name}: {told}" for name in table()]


@pytest.mark.parametrize("names", [("start", "end"), ("course_number", "months_since_previous")])
def test_either_pair_is_enough(names: tuple[str, str]) -> None:
    missing = [f"{name}: the column is required" for name in REQUIRED]
    hint = "or assume_once_daily=True, if every course was given once a day"
    missing.append(f"fractions_per_day: the column is required; {hint}")
    assert problems_of({name: ["1"] for name in names})[: len(missing) + 1] == [
        *missing,
        "dose_gy: exactly one of dose_gy and dose_cgy is required",
    ]
    assert len(problems_of({name: ["1"] for name in names})) == len(missing) + 1


def test_months_stand_for_dates() -> None:
    assert columns_of(table(start=None, end=None, course_number=[1], months_since_previous=[2]), {})


def test_what_is_no_table() -> None:
    assert problems_of([1, 2]) == ["this is no table; given: list; allowed: a mapping of arrays, or an Arrow table"]


def test_an_arrow_table(monkeypatch: pytest.MonkeyPatch) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    arrow = pyarrow.table({name: values.tolist() for name, values in table(dose_gy=[None]).items()})
    found = columns_of(arrow, {})
    assert (found["patient_id"].tolist(), found["n_fractions"].tolist()) == (["a"], [5])

    def missing(_name: str) -> Any:
        raise ModuleNotFoundError

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(MissingExtraError) as caught:
        columns_of(arrow, {})
    assert str(caught.value) == "an Arrow table needs pyarrow: pip install '.[arrow]' in the folder of the program"


def test_masked_cells_are_empty() -> None:
    masked = {
        "n_fractions": np.ma.array([5, 6], mask=[False, True]),
        "start": np.ma.array(np.array(["2020-01-02", "2021-01-02"], "M8[D]"), mask=[True, False]),
        "end": np.ma.array(np.array(["2020-01-02", "2021-01-02"], "M8[D]"), mask=[False, False]),
        "dose_gy": np.ma.array([1.5, 2.5]),
    }
    two: dict[str, Any] = {name: ["a", "b"] for name in WORDS} | {"fractions_per_day": [1, 1]}
    found = columns_of(two | masked, {})
    assert found["n_fractions"].tolist() == [5, None]
    assert np.isnat(found["start"]).tolist() == [True, False]
    assert found["end"].astype(str).tolist() == ["2020-01-02", "2021-01-02"]
    assert (found["dose_gy"].dtype.kind, found["dose_gy"].tolist()) == ("f", [1.5, 2.5])


def test_months_of_both_dates_are_all_their_days() -> None:
    months = table(start=np.array(["2020-02"], "M8[M]"), end=np.array(["2020"], "M8[Y]"))
    found = columns_of(months, {})
    assert (found["start"].tolist(), found["end"].tolist()) == (["2020-02"], ["2020"])


CELLS = [
    (np.array(["b", "a", "b", " "]), [2, 1, 2, -1], [" ", "a", "b"]),
    (np.array([b"b", b"\xff"]), [0, 1], ["b", b"\xff"]),
    # the text that such bytes are often shown as is another cell
    (np.array([b"\xff", "\\xff"], dtype=object), [0, 1], [b"\xff", "\\xff"]),
    # what is equal is not the same cell: a number and a truth value, or numbers of two types
    (np.array([1, 1.0, True, "1", None, nan, "", 1], dtype=object), [0, 1, 2, 3, -1, -1, -1, 0], None),
    (np.array([], dtype=object), [], []),
    (np.array([], dtype=str), [], []),
    (Cells(np.array([0, -1]), ["x"]), [0, -1], ["x"]),
]


@pytest.mark.parametrize(("column", "codes", "values"), CELLS)
def test_distinct_cells(column: Any, codes: list[int], values: list[Any] | None) -> None:
    found = cells(column)
    assert (found.codes.tolist(), found.codes.dtype, len(found)) == (codes, np.int64, len(codes))
    if values is not None:
        assert found.values == values
    else:
        assert [(type(value), value) for value in found.values[:4]] == [
            (int, 1),
            (float, 1.0),
            (bool, True),
            (str, "1"),
        ]


class NAType:
    """As pandas calls what is missing."""


class NaTType:
    """As it calls a time that is missing."""


class Other:
    """What is neither."""


def test_cells_that_say_that_nothing_is_known() -> None:
    day = np.datetime64("2020-01-02")
    other = Other()
    nothing = [None, NAType(), NaTType(), np.datetime64("NaT"), Decimal("NaN"), np.float32("nan")]
    column = np.empty(9, dtype=object)
    column[:] = [*nothing, day, Decimal(5), other]
    found = cells(column)
    assert found.codes.tolist() == [-1] * 6 + [1, 2, 3]
    assert found.values[1:] == [day, Decimal(5), other]


def test_cells_of_several_values_are_told_apart_by_what_is_shown() -> None:
    column = np.empty(3, dtype=object)
    column[:] = [["a"], ["b"], ["a"]]
    found = cells(column)
    assert found.codes.tolist() == [0, 1, 0]
    assert found.values == [Unreadable("['a']"), Unreadable("['b']")]


def test_words() -> None:
    asked: list[str] = []

    def read(text: str) -> int:
        asked.append(text)
        return ["zero", "one"].index(text)

    column = np.array(["one", "two", None, "zero", 1, " ", "one"], dtype=object)
    codes, is_empty, is_bad = read_words(column, read)
    assert is_empty.tolist() == [False, False, True, False, False, True, False]
    assert is_bad.tolist() == [False, True, False, False, True, False, False]
    assert codes.tolist() == [1, -1, -1, 0, -1, -1, 1]
    # per distinct value
    assert asked == ["one", "two", "zero"]


def test_values_that_are_empty_are_not_read() -> None:
    # as a file gives them: a code for what is empty, too
    codes, is_empty, is_bad = read_words(Cells(np.array([0, 1, 2, -1]), [None, "  ", "a"]), lambda _text: 7)
    assert codes.tolist() == [-1, -1, 7, -1]
    assert is_empty.tolist() == [False, False, False, True]
    assert is_bad.tolist() == [False, False, False, False]


#: cell, number; None for one that cannot be read, NaN for an empty one
NUMBERS: list[tuple[Any, float | None]] = [
    ("50", 50.0),
    (" 50 ", 50.0),
    ("5e1", 50.0),
    ("+5", 5.0),
    (".5", 0.5),
    ("5.", 5.0),
    ("0", 0.0),
    ("1000", 1000.0),
    ("1000.1", None),
    ("-1", None),
    ("-0", None),
    ("1_0", None),
    ("\u0661", None),
    ("nan", None),
    ("inf", None),
    ("5 Gy", None),
    ("1e9999999", None),
    ("", nan),
    (" ", nan),
    (None, nan),
    (True, None),
    (np.bool_(True), None),
    (7, 7.0),
    (2.5, 2.5),
    (nan, nan),
]


def readings(column: Any, quantity: str = "total_dose_gy", **asked: Any) -> list[float | None]:
    values, is_bad = read_numbers(column, quantity, **asked)
    assert is_bad.dtype == np.bool_
    return [None if bad else float(value) for value, bad in zip(values, is_bad, strict=True)]


def same(found: list[float | None], expected: list[float | None]) -> bool:
    return str(found) == str(expected)


@pytest.mark.parametrize(("cell", "number"), NUMBERS)
def test_numbers_one_by_one(cell: Any, number: float | None) -> None:
    column = np.array([cell, "1"], dtype=object)
    assert same(readings(column), [number, 1.0])
    if isinstance(cell, str):
        assert same(readings(Cells(np.array([0, 1, -1, 0]), [cell, "1"])), [number, 1.0, nan, number])


@pytest.mark.parametrize(
    "cell", [True, "x", "1e9999999", pytest.param(10**5000, id="huge"), np.datetime64("2020"), dt.date(2020, 1, 2)]
)
def test_what_is_no_number_is_below_all(cell: Any) -> None:
    values, is_bad = read_numbers(np.array([cell, None], dtype=object), "total_dose_gy")
    assert (values[0], np.isnan(values[1]), is_bad.tolist()) == (-inf, True, [True, False])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (np.array([5, 0, -1, 1000, 1001]), [5.0, 0.0, None, 1000.0, None]),
        (np.array([5, 1001], dtype=np.uint16), [5.0, None]),
        (np.array([2.5, nan, inf, -inf, -0.0, 0.0, 2.5]), [2.5, nan, None, None, None, 0.0, 2.5]),
        # a number means its shortest text at the width at which it is stored
        (np.array([2.1], dtype=np.float32), [2.1]),
        (np.array([2.1], dtype=np.float16), [2.1]),
        (np.array(["2.1", "x"]), [2.1, None]),
        (np.array([], dtype=object), []),
    ],
)
def test_numbers_of_each_type(column: Any, expected: list[float | None]) -> None:
    assert same(readings(column), expected)


@pytest.mark.parametrize(
    "column", [np.array([5010, 0, 100_001]), np.array([5010.0, 0.0, 100_001.0]), np.array(["5010", "0", "100001"])]
)
def test_doses_in_other_units(column: Any) -> None:
    assert same(readings(column, per_unit=100), [50.1, 0.0, None])


def test_hundredths_are_exact() -> None:
    # 0.07 is not 7 * 0.01
    assert readings(np.array([7, 29]), per_unit=100) == [0.07, 0.29]


@pytest.mark.parametrize("column", [np.array([5, 0, 201]), np.array(["5", "0", "201"]), np.array([5.0, 0.0, 201.0])])
def test_bounds_are_those_of_the_quantity(column: Any) -> None:
    assert same(readings(column, "n_fractions"), [5.0, None, None])
    assert QUANTITIES["repair_half_time_h"].low_is_open
    assert same(readings(column, "repair_half_time_h"), [5.0, None, None])


def test_whole_numbers() -> None:
    assert same(readings(np.array(["5", "5.0", "5.5", "", "4.999"]), "n_fractions"), [5.0, 5.0, None, nan, None])


def declared(**asked: Any) -> dict[str, list[str]]:
    columns = {
        "dose_gy": Cells(np.array([0, 1, 2, -1]), ["50,5", "50.5", " n/a "]),
        "start": Cells(np.array([0, 1, 1, 2]), [" 03.04.2020", "2020-04-03", "n/a"]),
        "end": Cells(np.array([0]), ["3.4.2020"]),
        "patient_id": Cells(np.array([0, 1, 2, 1, -1]), ["n/a", "a", "03.04.2020,5"]),
    }
    found = declared_cells(columns, Declared(**asked))
    return {name: ["" if code < 0 else column.values[code] for code in column.codes] for name, column in found.items()}


def test_nothing_is_declared() -> None:
    assert declared() == {
        "dose_gy": ["50,5", "50.5", " n/a ", ""],
        "start": [" 03.04.2020", "2020-04-03", "2020-04-03", "n/a"],
        "end": ["3.4.2020"],
        "patient_id": ["n/a", "a", "03.04.2020,5", "a", ""],
    }


def test_a_decimal_comma() -> None:
    # a point is no decimal comma: which of the two is meant, nobody knows
    found = declared(decimal_comma=True)
    assert found["dose_gy"] == ["50.5", "? 50.5", "n/a", ""]
    assert found | {"dose_gy": declared()["dose_gy"]} == declared()


def test_a_format_of_dates() -> None:
    found = declared(date_format="%d.%m.%Y")
    assert found["start"] == ["2020-04-03", "? 2020-04-03", "? 2020-04-03", "? n/a"]
    assert found["end"] == ["2020-04-03"]
    assert found["patient_id"] == declared()["patient_id"]


@pytest.mark.parametrize(
    ("form", "text", "read"),
    [
        ("%d%m%Y", "01022020", "2020-02-01"),
        # of these the first number may be of one digit or two
        ("%d%m%Y", "1122020", "? 1122020"),
        ("%Y\n%d%m", "2020\n0102", "2020-02-01"),
        ("%d\n%m%Y", "1\n022020", "? 1\n022020"),
        ("%d\n%m\n%Y", "1\n2\n2020", "2020-02-01"),
        ("%d.%m.%Y", "1.2.2020", "2020-02-01"),
    ],
)
def test_numbers_beside_each_other_have_all_their_digits(form: str, text: str, read: str) -> None:
    columns = {"start": Cells(np.array([0]), [text])}
    assert declared_cells(columns, Declared(date_format=form))["start"].values == [read]


def test_what_stands_for_nothing() -> None:
    found = declared(missing=(" n/a",))
    assert found["dose_gy"] == ["50,5", "50.5", "", ""]
    assert found["start"] == [" 03.04.2020", "2020-04-03", "2020-04-03", ""]
    assert found["patient_id"] == ["", "a", "03.04.2020,5", "a", ""]
    both = declared(missing=("n/a",), date_format="%d.%m.%Y")
    assert both["start"] == ["2020-04-03", "? 2020-04-03", "? 2020-04-03", ""]


def test_what_stands_for_nothing_is_no_value() -> None:
    column = Cells(np.array([0, 1, 2]), ["a", "-", "b"])
    found = declared_cells({"patient_id": column}, Declared(missing=("-",)))["patient_id"]
    assert (found.values, found.codes.tolist()) == (["a", "b"], [0, -1, 1])
