"""What of a folder is read: tables, and nothing that would be lost is passed over without a word (F10)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from audit.fault_cohorts import assert_failed, audit, rows, summary, text_of, verdicts, write
from audit.faulty_run import fail_at, place
from reirrad.audit.found_files import find_files
from reirrad.audit.workplace import Workplace
from reirrad.errors import TableError

LOST = "this folder in the folder holds {}, which are not read"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cohort" / "sub" / "below").mkdir(parents=True)
    write(tmp_path / "cohort" / "a.csv", text_of(rows("A")))
    return tmp_path / "cohort"


def told(folder: Path) -> list[tuple[str, str]]:
    return [tuple(item) for item in find_files([folder]).passed_over]


def test_a_folder_without_tables_is_named(folder: Path, tmp_path: Path) -> None:
    write(folder / "sub" / "below" / "readme.md", "by hand")
    write(folder / "sub" / "protocol.pdf", b"%PDF-1.7")
    assert told(folder) == [("sub/", "a folder in the folder, without tables")]
    assert audit(folder, "--out", tmp_path / "out").code == 0
    assert "sub/: passed over, a folder in the folder, without tables" in summary(tmp_path / "out")["assumptions"]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("b.csv", b"", "tables"),
        ("b.PARQUET", b"", "tables"),
        ("b.xlsx", b"PK\x03\x040000", "archives or workbooks"),
        ("b", b"PK\x03\x040000", "archives or workbooks"),
        ("b.csv.gz", b"\x1f\x8b0000", "archives or workbooks"),
        ("b.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "archives or workbooks"),
    ],
)
@pytest.mark.parametrize("depth", ["sub", "sub/below"])
def test_f10_a_folder_with_what_would_be_lost_is_refused(
    depth: str, name: str, content: bytes, what: str, folder: Path, tmp_path: Path
) -> None:
    write(folder / depth / name, content)
    outcome = audit(folder, "--out", tmp_path / "out")
    assert_failed(outcome, tmp_path / "out", f"{folder / 'sub'}: {LOST.format(what)}")


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    os.symlink(elsewhere, folder / "sub" / "below" / "link")
    with pytest.raises(TableError, match=LOST.format("links to folders")):
        find_files([folder])
    (folder / "sub" / "below" / "link").unlink()
    # round in a circle
    os.symlink(folder, folder / "link")
    with pytest.raises(TableError, match="link: this is a link to a folder, which is not followed; name the folder"):
        find_files([folder])


def test_results_are_what_says_so(folder: Path, tmp_path: Path) -> None:
    assert audit(folder, "--out", folder / "sub" / "results").code == 0
    assert told(folder) == [("sub/", "a folder in the folder, without tables")]
    (folder / "sub" / "results").rename(folder / "results")
    assert ("results/", "it holds results of an audit") in told(folder)
    # a table that somebody put beside them is none of them
    write(folder / "results" / "more.csv", text_of(rows("B")))
    with pytest.raises(TableError, match=LOST.format("tables")):
        find_files([folder])
    (folder / "results" / "more.csv").unlink()
    # any file may be called so
    for content in ("{}", "[]", "", json.dumps({"schema": "other/1"}), "\udcff".encode("utf-8", "surrogatepass")):
        write(folder / "results" / "summary.json", content)
        with pytest.raises(TableError, match=LOST.format("tables")):
            find_files([folder])
    (folder / "results" / "summary.json").rename(folder / "results" / "state.json")
    with pytest.raises(TableError, match=LOST.format("tables")):
        find_files([folder])


def test_what_an_interrupted_audit_left_is_no_input(folder: Path, tmp_path: Path) -> None:
    """Its own is not worth a word, so that the summary is that of an audit that nothing interrupted."""
    out = folder / "results"
    with pytest.MonkeyPatch.context() as patch:
        owner, last = place("reirrad.audit.run:write_quarantine")
        patch.setattr(owner, last, getattr(owner, last))
        fail_at("reirrad.audit.run:write_quarantine", 0, "full")
        assert audit(folder, "--out", out).code == 2
    left = Workplace(out).folder
    assert list(left.rglob("*.parquet"))
    assert (f"{left.name}/", "it holds results of an audit") in told(folder)
    assert audit(folder, "--out", out, "--resume").code == 0
    assert verdicts(out) == {"A": "met"}
    said = [text for text in summary(out)["assumptions"] if "passed over" in text]
    assert said == ["sub/: passed over, a folder in the folder, without tables"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look at everything")
def test_a_folder_that_nobody_may_look_at(folder: Path) -> None:
    (folder / "sub").chmod(0)
    try:
        with pytest.raises(TableError, match="what nobody may look at"):
            find_files([folder])
    finally:
        (folder / "sub").chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there is no such kind of file here")
def test_what_is_no_file_is_no_table(tmp_path: Path) -> None:
    """It has the name of a table, and vanished without a word."""
    folder = tmp_path / "cohort"
    folder.mkdir()
    write(folder / "a.csv", text_of(rows("A")))
    os.mkfifo(folder / "b.csv")
    with pytest.raises(TableError, match=r"b\.csv: this is no file"):
        find_files([folder])
