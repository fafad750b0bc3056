"""Tables of many columns: there is a most number of them (X25), and each costs the same (X26)."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import COLUMNS, HEADER, audited, refused, rows, text_of, verdicts
from cli.runner import invoke
from reirrad.audit import audit as audit_table
from reirrad.audit import table
from reirrad.audit.sources.blocks import Declared, our_names
from reirrad.errors import TableError

MOST = 4096
WHAT = f"there are too many columns; given: {MOST + 1} columns; allowed: {MOST} at most; leave out the others"


def more(count: int) -> list[str]:
    return [f"note {number}" for number in range(count - len(COLUMNS))]


def wide(count: int) -> str:
    names = more(count)
    cells = "," * len(names)
    return text_of([f"{line}{cells}" for line in rows("A")], header=",".join((HEADER, *names)))


def test_x25_the_most_columns_are_read(tmp_path: Path) -> None:
    """Each of the others is known only because it is left out."""
    ignored = [text for name in more(MOST) for text in ("--ignore", name)]
    assert verdicts(audited(tmp_path, wide(MOST), *ignored)) == {"A": "met"}


def test_x25_one_column_more_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, wide(MOST + 1))
    assert WHAT in message
    # and not a line for every column
    assert message.count("\n") < 5


@pytest.mark.parametrize("kind", ["parquet", "duckdb"])
def test_x25_one_column_more_of_another_format(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"c.{kind}"
    names = [*COLUMNS, *more(MOST + 1)]
    if kind == "parquet":
        parquet.write_table(pa.table({name: pa.array([], pa.string()) for name in names}), path)
    else:
        columns = ", ".join(f'"{name}" VARCHAR' for name in names)
        connection = duckdb.connect(str(path))
        connection.execute(f"CREATE TABLE c ({columns})")
        connection.close()
    options = [] if kind == "parquet" else ["--table", "c"]
    ended = invoke("audit", "--workers", "1", path, "--out", tmp_path / "out", *options)
    assert ended.code == 2
    assert WHAT in ended.err
    assert not (tmp_path / "out").exists()


def test_x25_one_column_more_of_a_table_in_memory() -> None:
    with pytest.raises(TableError, match=f"too many columns; given: {MOST + 1} columns"):
        audit_table({name: np.array([], dtype=np.str_) for name in [*COLUMNS, *more(MOST + 1)]})


def test_x25_a_header_of_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    """What is left of it would be the first row."""
    names = [f"{number:x<10000}" for number in range(120)]
    content = text_of([f"{line}{',' * len(names)}" for line in rows("A")], header=",".join((HEADER, *names)))
    assert "line 1: the header is longer than 1048576 bytes" in refused(tmp_path, content)


@pytest.mark.parametrize("declared", ["nothing", "ignore", "keep", "rename"])
def test_x26_columns_that_are_not_known_take_time_that_grows_with_their_number(
    monkeypatch: pytest.MonkeyPatch, declared: str
) -> None:
    """Without the most number, which is what keeps it short."""
    monkeypatch.setattr(table, "MOST_COLUMNS", 10**6)
    names = more(20_000)
    given: dict[str, Declared] = {
        "nothing": Declared(),
        "ignore": Declared(ignore=tuple(names)),
        "keep": Declared(keep=tuple(names)),
        "rename": Declared(rename={name: f"our {name}" for name in names}),
    }
    began = time.process_time()
    if declared in ("nothing", "rename"):
        with pytest.raises(TableError) as found:
            our_names([*COLUMNS, *names], given[declared], "c.csv")
        assert len(found.value.problems) == len(names)
    else:
        assert len(our_names([*COLUMNS, *names], given[declared], "c.csv")) == 20_000
    assert time.process_time() - began < 3
