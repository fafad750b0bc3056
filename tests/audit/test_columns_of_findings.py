"""The columns of findings in memory: of the types that are documented, with what findings.parquet has."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

from audit.fault_cohorts import COLUMNS, as_columns, audited, rows, text_of
from reirrad import audit
from reirrad.audit import Findings

#: Three patients: without a proposed course, with one that changes everything, and with one that does so perhaps.
PROPOSED = [f"{line},{role}" for line, role in zip(rows("B", "violated"), ("delivered", "proposed"), strict=True)]
OPEN = [f"{line},{role}" for line, role in zip(rows("C", "violated"), ("delivered", "proposed"), strict=True)]
LINES = [
    *(f"{line},delivered" for line in rows("A")),
    *(line.replace("complete,2", "complete,1") for line in PROPOSED),
    *(line.replace("complete,2", ",").replace(",50,", ",10,") for line in OPEN),
]
HEADER = [*COLUMNS, "role"]


def test_caused_by_proposed_is_what_files_have(tmp_path: Path) -> None:
    table = as_columns(LINES) | {"role": [line.rsplit(",", 1)[1] for line in LINES]}
    columns = audit(table).columns
    out = audited(tmp_path, text_of(LINES, header=",".join(HEADER)))
    read = parquet.read_table(out / "findings.parquet").to_pydict()
    keys = ("patient_id", "constraint_id", "structure")
    by_name = dict(zip(zip(*(read[name] for name in keys), strict=True), read["caused_by_proposed"], strict=True))
    found = dict(
        zip(zip(*(columns[name].tolist() for name in keys), strict=True), columns["caused_by_proposed"], strict=True)
    )
    assert found == by_name
    assert {type(value) for value in found.values()} == {bool, type(None)}
    assert {True, False, None} == set(found.values())


def test_the_columns_are_those_that_are_documented(tmp_path: Path) -> None:
    columns = audit(as_columns(rows("A"))).columns
    text = re.sub(r"\s+", " ", Findings.__doc__ or "")
    listed = [item.partition("): ") for item in text.split(" - ")[1:]]
    said = {
        name: kind.partition(" (")[0]
        for kind, _, names in listed
        for name in re.findall(r"``(\w+)``", re.split(r"[;.]", names)[0])
    }
    assert said.keys() == columns.keys()
    types = {"texts": object, "numbers": np.float64, "yes or no": np.bool_, "yes, no or not known": object}
    assert {name: column.dtype for name, column in columns.items()} == {
        name: np.dtype(types[said[name]]) for name in columns
    }
    out = audited(tmp_path, text_of(rows("A")))
    assert {*parquet.read_schema(out / "findings.parquet").names} - columns.keys() == {"recovery"}
