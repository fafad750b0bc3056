"""The command of an audit: outputs that cannot be written, options, what is printed and where, exit codes."""

from __future__ import annotations

import csv
import os
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import (
    HEADER,
    assert_failed,
    audit,
    audited,
    files_of,
    lines_of,
    patients,
    quarantine,
    refused,
    rows,
    summary,
    text_of,
    verdicts,
    workplace,
    write,
)
from cli.runner import command

resource = pytest.importorskip("resource")
LINES = [*rows("A"), *rows("B", "violated")]
NAMES = {"findings.parquet", "patients.parquet", "quarantine.csv", "summary.json", "report.html"}


def _nowhere(folder: Path) -> Path:
    return folder / "missing" / "out"


def _in_a_file(folder: Path) -> Path:
    return write(folder / "file", "x") / "out"


def _a_file(folder: Path) -> Path:
    return write(folder / "out", "x")


def _read_only(folder: Path) -> Path:
    (folder / "fixed").mkdir(mode=0o500)
    if os.access(folder / "fixed", os.W_OK):
        pytest.skip("permissions do not bind this user")
    return folder / "fixed" / "out"


def _of_the_system(_: Path) -> Path:
    return Path("/proc/self/fdinfo/out")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (_nowhere, "cannot be written: No such file or directory"),
        (_in_a_file, "Not a directory"),
        (_a_file, "the output is no folder; name a folder that does not exist yet"),
        (_read_only, "cannot be written: Permission denied"),
        (_of_the_system, "cannot be written: "),
    ],
)
def test_f05_output_that_cannot_be_written(
    place: object, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found before anything is read."""
    monkeypatch.setattr("reirrad.audit.run.read_safely", lambda *_, **__: pytest.fail("the input was read"))
    assert callable(place)
    out = place(tmp_path)
    if str(out).startswith("/proc") and not Path("/proc/self/fdinfo").is_dir():
        pytest.skip("a system without /proc")
    path = write(tmp_path / "c.csv", text_of(LINES))
    began = time.monotonic()
    outcome = audit(path, "--out", out)
    assert time.monotonic() - began < 1
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "internal error" not in outcome.err
    assert str(out) in outcome.err


def test_f05_output_that_is_there(tmp_path: Path) -> None:
    path, out = write(tmp_path / "c.csv", text_of(LINES)), tmp_path / "out"
    out.mkdir()
    assert audit(path, "--out", out).code == 0
    before = files_of(out)
    again = audit(path, "--out", out, "--strict")
    assert again.code == 2
    assert "the output exists already; name another folder, or add --overwrite" in again.err
    assert files_of(out) == before
    assert audit(path, "--out", out, "--overwrite", "--format", "csv").code == 0
    assert set(files_of(out)) == {name.replace("parquet", "csv") for name in NAMES}


def test_f05_overwrite_never_removes_what_is_no_result(tmp_path: Path) -> None:
    """The input itself may be in the folder that is named."""
    path = write(tmp_path / "c.csv", text_of(LINES))
    outcome = audit(path, "--out", tmp_path, "--overwrite")
    assert outcome.code == 2
    assert "the output holds files that are no results of an audit; given: 'c.csv'; name another folder" in outcome.err
    assert [item.name for item in tmp_path.iterdir()] == ["c.csv"]


@pytest.mark.parametrize("n_courses", [1000, 1001, 20_000])
def test_f14_patient_with_too_many_courses(n_courses: int, tmp_path: Path) -> None:
    tail = "SpinalCord,Max[Gy],1,1,1,photon,conventional,2010-08-20,2018-09-26,unknown,"
    many = [f"MANY,{course},{tail}" for course in range(n_courses)]
    out = audited(tmp_path, text_of([*LINES, *many]), "--edition", "nieder-2006", code=3 if n_courses > 1000 else 0)
    found = quarantine(out)
    if n_courses > 1000:
        assert {(row[2], row[3]) for row in found} == {("course_id", "too_many_courses")}
        assert sorted(row[4] for row in found) == sorted(many)
        assert {row["n_quarantined"] for row in patients(out) if row["patient_id"] == "MANY"} == {n_courses}
    assert verdicts(out)["MANY"] == "not_evaluated"
    assert set(verdicts(out)) == {"A", "B", "MANY"}
    alone = audited(tmp_path, text_of(LINES), "--edition", "nieder-2006", name="alone.csv")
    assert {name: verdicts(out)[name] for name in "AB"} == verdicts(alone)


def test_f30_many_files_of_any_name(tmp_path: Path) -> None:
    """More files than the process may hold open, with names of other alphabets."""
    folder = tmp_path / "Krümel 患者 \u202e"
    folder.mkdir()
    for number in range(300):
        write(folder / f"ä患{number:03} 'x.csv", text_of(rows(f"{number:04}")))
    for number in range(40):
        cells = [line.split(",") for line in rows(f"p{number:03}")]
        columns = {name: [row[at] for row in cells] for at, name in enumerate(HEADER.split(","))}
        parquet.write_table(pa.table(columns), folder / f"{number}.parquet")
    ended = subprocess.run(
        command("audit", folder, "--out", tmp_path / "out", "--quiet", "--workers", "1"), check=False,
        capture_output=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)),
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (0, b"")
    assert all(line.startswith(b"reirrad: warning: ") for line in ended.stderr.splitlines())
    found = summary(tmp_path / "out")
    assert (found["patients"], found["rows_in"], len(found["inputs"])) == (340, 680, 340)
    assert found["inputs"][-1]["name"] == "ä患299 'x.csv"


def test_f31_nobody_reads_what_is_printed(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", text_of(lines_of(20)))
    assert audit(path, "--out", tmp_path / "expected").code == 0
    for number, streams in enumerate((("stdout",), ("stderr",), ("stdout", "stderr"))):
        reading, writing = os.pipe()
        os.close(reading)
        arguments = command("audit", path, "--out", tmp_path / f"{number}", "--workers", "1")
        kinds = {name: writing if name in streams else subprocess.PIPE for name in ("stdout", "stderr")}
        ended = subprocess.run(arguments, check=False, **kinds)  # type: ignore[call-overload]
        os.close(writing)
        assert b"Traceback" not in (ended.stderr or b"")
        assert ended.returncode == (2 if "stdout" in streams else 0)
        # the results are whole, whoever listens
        assert files_of(tmp_path / f"{number}") == files_of(tmp_path / "expected")


def test_x16_no_cell_is_a_formula_and_numbers_stay_numbers(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "plain"]
    lines = [line for name in names for line in rows(name, "violated")]
    lines = [f"{line},{name}" for line, name in zip(lines, [name for name in names for _ in "12"], strict=True)]
    lines[1] = lines[1].replace("SpinalCord", "=HYPERLINK(1)")
    options = ["--format", "csv", "--keep", "site"]
    out = audited(tmp_path, text_of(lines, header=f"{HEADER},site"), *options)
    listed = {}
    for name in ("patients", "findings"):
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            listed[name] = list(csv.DictReader(file))
    assert {row["patient_id"] for row in listed["patients"]} == {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "plain"}
    assert {row["site"] for row in listed["patients"]} == {row["patient_id"] for row in listed["patients"]}
    assert "'=HYPERLINK(1)" in {row["unmapped_structures"] for row in listed["patients"]}
    margins = [row["margin"] for row in listed["findings"] if row["status"] == "violated"]
    assert margins
    assert all(float(margin) < 0 for margin in margins)
    typed = audited(tmp_path, text_of(lines, header=f"{HEADER},site"), "--keep", "site", name="typed.csv")
    numbers = parquet.read_table(typed / "findings.parquet").column("margin").to_pylist()
    assert [float(row["margin"]) if row["margin"] else None for row in listed["findings"]] == numbers


def test_keep_map_and_ignore(tmp_path: Path) -> None:
    sites = ["lung", "lung", "brain", "spine", "NA", "x"]
    lines = [f"{line},{site},z" for line, site in zip([*LINES, *rows("C")], sites, strict=True)]
    content = text_of(lines, header=HEADER.replace("patient_id", "PatID") + ",site,other")
    options = ["--map", "PatID=patient_id", "--keep", "site", "--ignore", "other", "--missing", "NA"]
    out = audited(tmp_path, content, *options)
    # where the rows of a patient differ nothing is taken for the truth, and it is said
    assert {row["patient_id"]: row["site"] for row in patients(out)} == {"A": "lung", "B": None, "C": "x"}
    assert "site: left empty for 1 patient whose rows differ in it" in summary(out)["assumptions"]
    reserved = content.replace("site", "verdict", 1)
    message = refused(tmp_path, reserved, "--map", "PatID=patient_id", "--keep", "verdict", "--ignore", "other")
    assert "the results have a column of this name; given: 'verdict'; rename it in the input" in message


def test_all_problems_of_the_columns_at_once(tmp_path: Path) -> None:
    content = text_of(LINES, header=HEADER.replace("patient_id", "PatID").replace("modality", "Modality"))
    message = refused(tmp_path, content, "--map", "nobody=dose_gy", "--keep", "site", "--ignore", "x")
    for part in (
        "c.csv: 7 problems",
        "column 1: the column is not known; given: 'PatID'; map it (--map theirs=ours)",
        "column 8: the column is not known; given: 'Modality'",
        "patient_id: the column is required",
        "modality: the column is required",
        "--map: there is no such column; given: 'nobody'",
        "--keep: there is no such column; given: 'site'",
        "--ignore: there is no such column; given: 'x'",
    ):
        assert part in message


def test_missing(tmp_path: Path) -> None:
    lines = [line.replace("conventional", "NA").replace("complete,2", "-9,-9") for line in LINES]
    out = audited(tmp_path, text_of(lines), "--missing", "NA", "--missing", "-9")
    empty = [line.replace("conventional", "").replace("complete,2", ",") for line in LINES]
    expected = audited(tmp_path, text_of(empty), name="e.csv")
    assert (out / "findings.parquet").read_bytes() == (expected / "findings.parquet").read_bytes()
    assert len(quarantine(audited(tmp_path, text_of(lines), code=3))) == 4


def test_what_is_printed_and_the_exit_codes(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", text_of(LINES))
    loud = audit(path, "--out", tmp_path / "1")
    assert loud.code == 0
    assert loud.out.splitlines()[0].startswith(
        "2 patients: 1 violates a limit, 0 could not be evaluated in full, 1 met"
    )
    assert loud.out.splitlines()[1] == "rows in 4 = audited 4 + quarantined 0 + duplicates 0"
    assert all(line.startswith("reirrad: ") for line in loud.err.splitlines())
    # what could not be checked of such a table is said where it is read, too
    warned = [line.removeprefix("reirrad: warning: ") for line in loud.err.splitlines() if "warning" in line]
    assert any(text.startswith("scheduled_dose_gy is not in the table: whether doses are totals") for text in warned)
    assert warned == summary(tmp_path / "1")["assumptions"]
    quiet = audit(path, "--out", tmp_path / "2", "--quiet", "--fail-on", "violated")
    # no progress, no summary, and every warning
    assert (quiet.code, quiet.out) == (1, "")
    assert quiet.err.splitlines() == [f"reirrad: warning: {text}" for text in warned]
    bad = write(tmp_path / "bad.csv", text_of([*LINES, "x"]))
    assert audit(bad, "--out", tmp_path / "3", "--quiet").code == 3
    # what violates a limit is said before what could not be read
    assert audit(bad, "--out", tmp_path / "4", "--quiet", "--fail-on", "violated").code == 1
    met = write(tmp_path / "met.csv", text_of(rows("A")))
    assert audit(met, "--out", tmp_path / "5", "--fail-on", "violated").code == 0
    assert_failed(audit(tmp_path / "no.csv", "--out", tmp_path / "6"), tmp_path / "6", "no.csv: there is no such file")
    assert set(files_of(tmp_path / "1")) == NAMES
    assert not workplace(tmp_path / "6").exists()
