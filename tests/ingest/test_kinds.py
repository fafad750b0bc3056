"""Files that are neither a case nor a table are refused by what they are; nothing is unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest

from cli.case_files import MET
from cli.runner import assert_refused, invoke
from ingest.good_case import TOML


def _zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "x")
    return content.getvalue()


#: a preamble, the prefix, and the first element of a file meta header
DICOM = bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00\x20\x00\x00\x00"
#: the same after a preamble that looks like a case
DICOM_AS_TEXT = TOML.encode()[:128] + DICOM[128:]
#: D26 to D31, F26, X05 to X09
KINDS = {
    "D28 DICOM": (DICOM, "a DICOM file"),
    "X07 DICOM behind text": (DICOM_AS_TEXT, "a DICOM file"),
    "F26 workbook": (_zipped("xl/workbook.xml"), "a zip archive or an Excel workbook"),
    "F26 old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "an Excel workbook"),
    "X05 zip": (_zipped("case.toml"), "a zip archive or an Excel workbook"),
    "X05 gzip": (gzip.compress(MET.encode()), "a compressed file (gzip)"),
    "X05 bzip2": (bz2.compress(MET.encode()), "a compressed file (bzip2)"),
    "X05 xz": (lzma.compress(MET.encode()), "a compressed file (xz)"),
    "X05 zstd": (b"\x28\xb5\x2f\xfd\x04\x00\x09\x00\x00x\x00\x00\x00", "a compressed file (zstd)"),
    "PDF": (b"%PDF-1.7\n", "a PDF document"),
}
EVERY = pytest.mark.parametrize(("content", "kind"), KINDS.values(), ids=KINDS)


@EVERY
def test_what_is_no_case(content: bytes, kind: str, tmp_path: Path) -> None:
    # D26 to D31, F26, X05 to X09
    path = tmp_path / "case.toml"
    path.write_bytes(content)
    message = f"this is {kind}, which is not read; allowed: TOML or JSON"
    assert_refused(invoke("check", path), f"{path}: 1 problem", message)
    assert_refused(invoke("check", "-", stdin=content), "standard input", message)
    # none of these words may name anybody
    assert_refused(invoke("check", "--deidentify", path), f"case 1: 1 problem\n  this is {kind}, which is not read")


@EVERY
@pytest.mark.parametrize("name", ["cohort.csv", "cohort.xlsx", "cohort.parquet", "cohort.csv.gz"])
def test_what_is_no_table(content: bytes, kind: str, name: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / name
    path.write_bytes(content)
    outcome = invoke("audit", path, "--out", tmp_path / "out")
    assert_refused(outcome, f"{path}: 1 problem", f"this is {kind}, which is not read; unpack it, or export the table")
    assert not (tmp_path / "out").exists()


def test_a_case_that_begins_like_nothing_else_is_read() -> None:
    assert invoke("check", "-", stdin=MET.encode()).code == 0
