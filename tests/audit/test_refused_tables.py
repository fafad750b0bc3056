"""Tables in memory that are refused as a whole: the message names the column, and what is expected."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from audit.two_course_table import NIEDER, TABLE
from reirrad import audit, budgets, sensitivities
from reirrad.errors import TableError


def refusal(table: Any, **options: Any) -> list[str]:
    """Return the problems, which are the same for every question."""
    said: list[list[str]] = []
    for ask in (
        lambda: audit(table, library=NIEDER, **options),
        lambda: budgets(table, n_fractions=[5], library=NIEDER, **options),
        lambda: sensitivities(table, library=NIEDER, **options),
    ):
        with pytest.raises(TableError) as caught:
            ask()
        said.append(str(caught.value).splitlines()[1:])
    assert said[0] == said[1] == said[2]
    return [line.strip() for line in said[0]]


class OfAnotherProgram:
    """Holds a type that Arrow does not know, and says so as Arrow does."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise pa.ArrowInvalid("Invalid or unsupported format string: '_pli128'\nand more")


def test_a_type_that_arrow_does_not_know() -> None:
    said = "it cannot be read: Invalid or unsupported format string: '_pli128'; store it as text, numbers or dates"
    assert refusal(OfAnotherProgram()) == [said]
    assert refusal(TABLE | {"dose_gy": OfAnotherProgram()}) == [f"dose_gy: {said}"]


@pytest.mark.parametrize(
    "column",
    [
        pa.UnionArray.from_sparse(pa.array([0, 0], pa.int8()), [pa.array([1, 2])]),
        pa.array([2**62, 0], pa.int64()).cast(pa.time64("us")),
    ],
    ids=["union", "time"],
)
def test_what_arrow_holds_and_no_array_does(column: pa.Array) -> None:
    (said,) = refusal(pa.table(TABLE | {"start": column}))
    assert re.fullmatch(r"start: it cannot be read: .*; store it as text, numbers or dates", said)


class Series:
    """A column of another program, as pandas and polars hand theirs to Arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.chunked_array([[1.0]]).__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("column", [Series(), pa.chunked_array([[1.0], [2.0]]), pa.chunked_array([["a"]])])
def test_one_column_is_no_table(column: Any) -> None:
    said = f"this is no table; given: {type(column).__name__}; allowed: a mapping of arrays, or an Arrow table"
    assert refusal(column) == [said]


def test_a_series_of_pandas_is_no_table() -> None:
    series = pytest.importorskip("pandas").Series([1.0], name="dose_gy")
    assert refusal(series) == ["this is no table; given: Series; allowed: a mapping of arrays, or an Arrow table"]


def test_a_series_of_polars_is_no_table() -> None:
    series = pytest.importorskip("polars").Series("dose_gy", [1.0])
    assert refusal(series) == ["this is no table; given: Series; allowed: a mapping of arrays, or an Arrow table"]


def test_a_new_name_of_a_column_that_is_not_there() -> None:
    said = "rename: there is no such column; given: 'Technik'"
    assert refusal(TABLE, rename={"Technik": "technique"}) == [said]
    # nor is our name one of the table, if the table has another
    assert refusal(pa.table(TABLE), rename={"Technik": "technique", "Dosis": "dose_gy"})[0] == said
    named = {("Technik" if name == "modality" else name): values for name, values in TABLE.items()}
    assert audit(named, library=NIEDER, rename={"Technik": "modality"}).rows_quarantined == 0


MOST = "allowed: one cell for each row: 2, as most columns have"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"dose_gy": [30.0]}, [f"dose_gy: the column has another length; given: 1 cell; {MOST}"]),
        ({"dose_gy": np.zeros(0)}, [f"dose_gy: the column has another length; given: 0 cells; {MOST}"]),
        ({"modality": "photon"}, [f"modality: the column is no list of cells; given: a single value; {MOST}"]),
        ({"n_fractions": 10}, [f"n_fractions: the column is no list of cells; given: a single value; {MOST}"]),
        ({"end": None}, [f"end: the column is no list of cells; given: a single value; {MOST}"]),
        (
            {"modality": (word for word in TABLE["modality"])},
            [f"modality: the column is no list of cells; given: generator; {MOST}; cells are a list: list(...)"],
        ),
        (
            {"modality": {1: "photon", 2: "photon"}},
            [f"modality: the column is no list of cells; given: dict; {MOST}; cells are a list: list(....values())"],
        ),
        (
            {"modality": {"photon", "proton"}},
            [
                f"modality: the column is no list of cells; given: set; {MOST}; "
                "a set has no order, and drops what is equal: give a list"
            ],
        ),
        (
            {"dose_gy": np.ones((2, 3)), "end": ["2020-01-17"] * 3},
            [
                f"dose_gy: the column is no list of cells; given: an array of 2 x 3; {MOST}",
                f"end: the column has another length; given: 3 cells; {MOST}",
            ],
        ),
    ],
)
def test_columns_of_other_lengths_are_named(columns: dict[str, Any], said: list[str]) -> None:
    assert refusal(TABLE | columns) == said


def test_a_table_of_single_values() -> None:
    said = refusal({name: values[0] for name, values in TABLE.items()})
    expected = "the column is no list of cells; given: a single value; allowed: one cell for each row"
    assert [line for line in said if line.endswith(expected)] == [f"{name}: {expected}" for name in TABLE]
