"""Parquet files that are damaged, or differ; inputs that change while they are read (F06 to F08, F27)."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import (
    as_columns,
    assert_failed,
    audit,
    lines_of,
    rows,
    summary,
    text_of,
    verdicts,
    workplace,
    write,
)
from reirrad.audit.sources.blocks import Declared, is_readable


def of_this_program(path: Path, columns: dict[str, Any]) -> Path:
    """Write a Parquet file as this program does: with checksums, and a word that says so."""
    table = pa.table(columns).replace_schema_metadata({"reirrad": "1"})
    parquet.write_table(table, path, write_page_checksum=True, compression="lz4")
    return path


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read Parquet as text is read: what a reader says is the same in another process, which takes long to begin."""
    monkeypatch.setattr("reirrad.audit.reader.is_text", lambda _: True)


def refused(path: Path, out: Path, *messages: str) -> None:
    assert_failed(audit(path, "--out", out), out, *messages)
    assert not workplace(out).exists()


@pytest.mark.parametrize("portion", [0.0, 0.01, 0.5, 0.99, 0.9999])
def test_f07_truncated(portion: float, tmp_path: Path) -> None:
    path = of_this_program(tmp_path / "c.parquet", as_columns(lines_of(50)))
    os.truncate(path, int(path.stat().st_size * portion))
    refused(path, tmp_path / "out", str(path), "Parquet file")


def test_f07_no_parquet_behind_the_name(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", text_of(lines_of(2)))
    refused(path, tmp_path / "out", str(path), "this is no Parquet file: it does not begin as one")


@pytest.mark.usefixtures("in_this_process")
def test_f08_flipped_bits_of_a_file_with_checksums(tmp_path: Path) -> None:
    """Bytes of data pages are changed at random: the file is refused, or what is read is the same."""
    path = of_this_program(tmp_path / "c.parquet", as_columns(lines_of(300)))
    content = path.read_bytes()
    assert audit(path, "--out", tmp_path / "whole").code == 0
    assert not [text for text in summary(tmp_path / "whole")["assumptions"] if "integrity" in text]
    expected = [(tmp_path / "whole" / name).read_bytes() for name in ("findings.parquet", "patients.parquet")]
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    random_ = random.Random(8)  # noqa: S311
    refused_ = 0
    for number in range(50):
        at, bit = random_.randrange(4, footer), random_.randrange(8)
        flipped = bytearray(content)
        flipped[at] ^= 1 << bit
        path.write_bytes(flipped)
        out = tmp_path / f"out-{number}"
        outcome = audit(path, "--out", out)
        if outcome.code == 2:
            assert_failed(outcome, out, str(path))
            refused_ += 1
        else:
            assert outcome.code == 0, (at, bit)
            assert [(out / name).read_bytes() for name in ("findings.parquet", "patients.parquet")] == expected
    assert refused_ > 35


@pytest.mark.usefixtures("in_this_process")
def test_x13_changed_bytes_never_crash_the_reader(tmp_path: Path) -> None:
    """X13: bytes are changed anywhere, in the footer too: a file is refused by its name, or read."""
    path = of_this_program(tmp_path / "c.parquet", as_columns(lines_of(40)))
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    random_ = random.Random(13)  # noqa: S311
    for number in range(80):
        changed = bytearray(content)
        for _ in range(random_.choice([1, 1, 3])):
            changed[random_.randrange(footer if number % 2 else 0, len(content))] = random_.randrange(256)
        path.write_bytes(changed)
        outcome = audit(path, "--out", tmp_path / f"out-{number}")
        assert outcome.code in {0, 2, 3}
        assert "internal error" not in outcome.err, outcome.err
        assert outcome.code != 2 or str(path) in outcome.err


def reader_that_says(tmp_path: Path, answers: list[dict[str, Any]], then: str = "") -> tuple[str, ...]:
    """Return the command of a reader that gives these answers to anything, and then does something."""
    lines = [f"print({json.dumps(answer)!r}, flush=True)" for answer in answers]
    script = write(tmp_path / "reader.py", "\n".join(["import os, sys", "sys.stdin.readline()", *lines, then]))
    return sys.executable, str(script)


@pytest.mark.parametrize("number", [0, 1])
def test_x13_a_reader_that_dies_leaves_the_run_alive(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X13: the file that was being read is named, refused with all others, and nothing of it is left."""
    files = [of_this_program(tmp_path / f"{n}.parquet", as_columns(lines_of(5, first=10 * n))) for n in range(2)]
    command = reader_that_says(tmp_path, [{"file": str(files[number])}, {"rows": 7}], "os.kill(os.getpid(), 11)")
    monkeypatch.setattr("reirrad.audit.reader.COMMAND", command)
    outcome = audit(*files, "--out", tmp_path / "out")
    assert_failed(outcome, tmp_path / "out", str(files[number]), "its reader broke while it read this file", "-11")
    assert "export the table anew" in outcome.err
    assert not workplace(tmp_path / "out").exists()


def test_x13_a_reader_that_dies_within_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = of_this_program(tmp_path / "c.parquet", as_columns(lines_of(5)))
    dies = """sys.stdout.write('{"read": {"inputs": [');sys.stdout.flush();os.kill(os.getpid(), 11)"""
    monkeypatch.setattr("reirrad.audit.reader.COMMAND", reader_that_says(tmp_path, [{"rows": 7}], dies))
    assert_failed(audit(path, "--out", tmp_path / "out"), tmp_path / "out", str(path), "its reader broke")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"kind": "system", "text": "No space left on device", "number": 28, "source": "x"}, "No space left on device"),
        ({"kind": "extra", "text": "install 'reirrad[audit]'"}, "install 'reirrad[audit]'"),
        ({"kind": "bug", "text": "ZeroDivisionError"}, "internal error"),
    ],
)
def test_x13_what_else_ends_a_reader(
    answer: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = of_this_program(tmp_path / "c.parquet", as_columns(lines_of(5)))
    monkeypatch.setattr("reirrad.audit.reader.COMMAND", reader_that_says(tmp_path, [answer]))
    outcome = audit(path, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "out").exists()


def test_x13_what_the_reader_refuses_is_told_as_if_read_here(tmp_path: Path) -> None:
    """X13: all problems of a file cross from one process to the other."""
    path = of_this_program(tmp_path / "c.parquet", as_columns(lines_of(50)))
    with_numbers = pa.table(as_columns(lines_of(5))).set_column(0, "patient_id", pa.array(range(10)))
    parquet.write_table(with_numbers, tmp_path / "ids.parquet")
    messages = []
    for where in (lambda _: True, lambda _: False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("reirrad.audit.reader.is_text", where)
            messages.append(audit(path, tmp_path / "ids.parquet", "--out", tmp_path / "out").err)
    assert messages[0] == messages[1]
    assert "ids.parquet: 1 problem" in messages[0]


def test_f08_file_without_checksums_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "foreign.parquet"
    parquet.write_table(pa.table(as_columns(lines_of(5))), path)
    assert audit(path, "--out", tmp_path / "out").code == 0
    said = [text for text in summary(tmp_path / "out")["assumptions"] if "integrity" in text]
    assert said == ["foreign.parquet: integrity not verifiable, the file says nothing of page checksums"]


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("changed", [1, 2])
def test_f06_input_changes(changed: int, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the second of three files is read, that one changes, or the next one, whose header was read."""
    files = []
    for number in range(3):
        path = tmp_path / f"{number}.{suffix}"
        lines = [f"{number}{line}" for line in lines_of(20)]
        files.append(write(path, text_of(lines)) if suffix == "csv" else of_this_program(path, as_columns(lines)))
    from reirrad.audit.spill import Spill

    real = Spill.add

    def add(self: Spill, block: Any, source: int) -> None:
        real(self, block, source)
        if source == 1:
            os.utime(files[changed], ns=(1, 1))

    monkeypatch.setattr(Spill, "add", add)
    out = tmp_path / "out"
    outcome = audit(*files, "--out", out)
    assert_failed(outcome, out, str(files[changed]), "the file changed while it was read", "try again")


def test_f06_header_is_replaced_before_the_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "c.csv", text_of(lines_of(3)))
    from reirrad.audit import reading

    real = reading.open_source

    def opened(*arguments: Any) -> Any:
        source = real(*arguments)
        write(path, text_of(lines_of(4)))
        return source

    monkeypatch.setattr(reading, "open_source", opened)
    refused(path, tmp_path / "out", str(path), "the file changed while it was read")


def test_f06_text_of_quarantined_lines_is_that_of_the_file_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "c.csv", text_of([*lines_of(3), "ragged"]))
    from reirrad.audit import run

    real = run.raw_lines

    def changed(*arguments: Any) -> Any:
        write(path, text_of([*lines_of(3), "another"]))
        return real(*arguments)

    monkeypatch.setattr(run, "raw_lines", changed)
    out = tmp_path / "out"
    assert_failed(audit(path, "--out", out), out, str(path), "the file changed after it was read", "--overwrite")
    monkeypatch.undo()
    assert_failed(audit(path, "--out", out, "--resume"), out, "the input has changed since", "--overwrite")


def test_f27_types_differ_between_files(tmp_path: Path) -> None:
    """Numbers and text of one column both become text, with the digits that they have."""
    lines = lines_of(8)
    doses = [line.split(",")[4] for line in lines]
    kinds = [pa.string(), pa.large_string(), pa.float64(), pa.float32(), pa.decimal128(9, 2)]
    files = []
    for number, kind in enumerate(kinds):
        columns: dict[str, Any] = as_columns([f"{number}{line}" for line in lines])
        columns["dose_gy"] = pa.array(doses).cast(pa.decimal128(9, 2)) if pa.types.is_decimal(kind) else doses
        if not pa.types.is_decimal(kind):
            columns["dose_gy"] = pa.array([float(d) for d in doses] if pa.types.is_floating(kind) else doses, kind)
        columns["technique"] = pa.array(columns["technique"]).dictionary_encode()
        files.append(of_this_program(tmp_path / f"{number}.parquet", columns))
    texts = write(tmp_path / "c.csv", text_of(f"{number}{line}" for number in range(len(kinds)) for line in lines))
    assert audit(*files, "--out", tmp_path / "parquet").code == 0
    assert audit(texts, "--out", tmp_path / "csv").code == 0
    for name in ("findings.parquet", "patients.parquet"):
        assert (tmp_path / "parquet" / name).read_bytes() == (tmp_path / "csv" / name).read_bytes()


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary(1)], ids=str)
def test_f27_ids_of_bytes_are_refused_as_such(kind: pa.DataType, tmp_path: Path) -> None:
    """They had lost no leading zeros, as was said of them."""
    columns: dict[str, Any] = as_columns(lines_of(3))
    ids = pa.array([text.encode()[-1:] for text in columns["patient_id"]], kind)
    path, out = of_this_program(tmp_path / "a.parquet", columns | {"patient_id": ids}), tmp_path / "out"
    why = "(bytes, of which nothing says what text they are); store it as text, numbers or dates"
    assert_failed(audit(path, "--out", out), out, f"patient_id: the column is not text: {kind} {why}")
    view = "is not text: binary_view (bytes, of which nothing says what text they are)"
    assert is_readable(pa.binary_view(), "patient_id", Declared()) == view


def test_f27_ids_that_are_numbers_are_refused(tmp_path: Path) -> None:
    columns: dict[str, Any] = as_columns(lines_of(3))
    good = of_this_program(tmp_path / "a.parquet", columns)
    columns |= {"patient_id": [int(text) for text in columns["patient_id"]], "dose_gy": [True] * 6, "start": [1.5] * 6}
    bad, out = of_this_program(tmp_path / "b.parquet", columns), tmp_path / "out"
    outcome = audit(good, bad, "--out", out)
    assert_failed(outcome, out, f"{bad}: 3 problems", "store it as text, numbers or dates")
    assert "patient_id: the column is not text: int64 (a number has lost its leading zeros)" in outcome.err
    assert "dose_gy: the column is not numbers or text: bool" in outcome.err
    assert "start: the column is not dates or text: double" in outcome.err


def test_f27_column_without_values_and_a_missing_one(tmp_path: Path) -> None:
    columns: dict[str, Any] = as_columns([*rows("A"), *rows("B", "violated")])
    del columns["technique"]
    first = of_this_program(tmp_path / "a.parquet", columns)
    columns["patient_id"] = ["C", "C", "D", "D"]
    second = of_this_program(tmp_path / "b.parquet", columns | {"technique": pa.nulls(4)})
    assert audit(first, second, "--out", tmp_path / "out").code == 0
    assert set(verdicts(tmp_path / "out")) == set("ABCD")


def test_f27_text_that_is_not_utf_8_is_refused_by_file_and_row(tmp_path: Path) -> None:
    columns: dict[str, Any] = as_columns(lines_of(3))
    raw = pa.array([b"\xff\xfe"] * 6, pa.binary())
    columns["patient_id"] = pa.Array.from_buffers(pa.string(), 6, raw.buffers())
    path = of_this_program(tmp_path / "c.parquet", columns)
    refused(path, tmp_path / "out", str(path), "row 1 or later")
