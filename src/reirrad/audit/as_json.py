"""Findings of an audit in the shape of the JSON of ``check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import pyarrow as pa

from reirrad.errors import Problem, TableError
from reirrad.model.finding import Finding

#: What a table of findings does not have: the derivation, which ``check`` and ``explain`` write.
LEFT_OUT = "derivation"


def findings_as_json(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Return each finding as ``check`` has it in its JSON, without its derivation, one after the other.

    Parameters
    ----------
    table
        ``findings.parquet``, or some rows of it.

    Raises
    ------
    TableError
        If this is no table of findings.
    """
    names = [field.name for field in fields(Finding) if field.name != LEFT_OUT]
    if not isinstance(table, pa.Table | pa.RecordBatch):
        problem = Problem("", "this is no Arrow table", type(table).__name__, hint="read findings.parquet as one")
        raise TableError("findings", [problem])
    missing = [name for name in names if name not in table.schema.names]
    if missing:
        raise TableError("findings", [Problem(name, "there is no such column") for name in missing])
    return _rows_as_json(table, names)


def _rows_as_json(table: pa.Table, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in table.to_pylist():
        row["recovery"] = None if row["recovery"] is None else [_recovered(item) for item in row["recovery"]]
        yield {name: row[name] for name in names}


def _recovered(item: dict[str, Any]) -> dict[str, Any]:
    low, high = item["interval_months_low"], item["interval_months_high"]
    part = item["fraction_low"], item["fraction_high"]
    return {
        "course_id": item["course_id"],
        "interval_months": low if low == high else [low, high],
        "fraction": part[0] if part[0] == part[1] else list(part),
        "next_fraction": item["next_fraction"],
        "days_to_next_step": item["days_to_next_step"],
    }
