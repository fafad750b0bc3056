"""What must not change the results: workers that die, the order of rows, how files are cut, what reads them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import (
    COLUMNS,
    HEADER,
    HangingPool,
    as_columns,
    assert_failed,
    audit,
    audited,
    dies_of_the_first,
    dies_once,
    files_of,
    lines_of,
    quarantine,
    rows,
    summary,
    text_of,
    verdicts,
    workplace,
    write,
)
from audit.random_cohort import rows_of_patient
from cli.runner import invoke
from reirrad.audit.bucket import BucketTask
from reirrad.audit.engines import run_here
from reirrad.audit.workplace import Workplace

_TABLES = ("findings.parquet", "patients.parquet")


@pytest.fixture(scope="module")
def every() -> list[str]:
    """Rows with all there can be: courses, phases, quarantined rows, unknown names."""
    random_ = random.Random(5)  # noqa: S311
    found = [row for number in range(120) for row in rows_of_patient(random_, number)]
    for row in random_.sample(found, 40):
        row[random_.choice(["dose_gy", "structure", "modality"])] = random_.choice(["x", "Cord old", "Spine 2", ""])
    return [",".join(found[0]), *(",".join(row.values()) for row in found)]


def cut(folder: Path, lines: list[str], n_files: int) -> list[Path]:
    header, *body = lines
    return [write(folder / f"{n}.csv", text_of(body[n::n_files], header=header)) for n in range(n_files)]


def tables(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in _TABLES]


def counted(out: Path) -> dict[str, Any]:
    found = summary(out)
    del found["inputs"]
    return found


@pytest.mark.parametrize("n_files", [1, 2, 7])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_f32_f13_order_files_and_workers(
    n_files: int, workers: str, every: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of a patient are in several files and parts; nothing of it is seen in the results."""
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 400)
    outcome = audit(*cut(tmp_path, every, 1), "--out", tmp_path / "whole")
    assert outcome.code == 3
    body = every[1:]
    random.Random(n_files).shuffle(body)  # noqa: S311
    monkeypatch.setattr("reirrad.audit.sources.csv_source.BLOCK_BYTES", 5000 * n_files)
    monkeypatch.setattr("reirrad.audit.spill._ROWS_AT_ONCE", 150 * n_files)
    files = cut(tmp_path, [every[0], *body], n_files)
    outcome = invoke("audit", *files, "--out", tmp_path / "cut", "--workers", workers)
    assert outcome.code == 3
    assert tables(tmp_path / "cut") == tables(tmp_path / "whole")
    assert counted(tmp_path / "cut") == counted(tmp_path / "whole")
    raw = [sorted(row[-1] for row in quarantine(tmp_path / name)) for name in ("cut", "whole")]
    assert raw[0] == raw[1]


@pytest.mark.parametrize("rows_of_a_bucket", [1, 100, 10_000])
def test_f32_the_size_of_buckets_does_not_matter(
    rows_of_a_bucket: int, every: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = audited(tmp_path, text_of(every[1:200], header=every[0]), code=3)
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", rows_of_a_bucket)
    parts = audited(tmp_path, text_of(every[1:200], header=every[0]), code=3)
    for name in _TABLES:
        found, expected = (parquet.read_table(out / name).to_pylist() for out in (parts, whole))
        assert found == expected
    assert summary(parts) == summary(whole)
    assert (parts / "quarantine.csv").read_bytes() == (whole / "quarantine.csv").read_bytes()


def test_f32_a_limit_that_does_not_apply_is_the_same_beside_any_patient(every: list[str], tmp_path: Path) -> None:
    alone = [line for line in every[1:] if line.startswith("00018,")]
    found = [
        [row for row in parquet.read_table(out / "findings.parquet").to_pylist() if row["patient_id"] == "00018"]
        for out in (
            audited(tmp_path, text_of(lines, header=every[0]), code=code)
            for lines, code in ((alone, 0), (every[1:], 3))
        )
    ]
    assert found[0] == found[1]


def test_f32_csv_and_parquet(tmp_path: Path) -> None:
    lines = [*lines_of(50), rows("y")[0].replace(",13.84,", ",-1,"), rows("y")[1]]
    csv_out = audited(tmp_path, text_of(lines), code=3)
    typed: dict[str, Any] = dict(as_columns(lines))
    typed["dose_gy"] = pa.array([float(text) for text in typed["dose_gy"]], pa.float32())
    typed["n_fractions"] = pa.array([int(text) for text in typed["n_fractions"]], pa.int16())
    typed["start"] = pa.array(typed["start"], pa.string()).cast(pa.timestamp("ns"))
    typed["end"] = pa.array(typed["end"], pa.string()).cast(pa.date32())
    typed["modality"] = pa.array(typed["modality"]).dictionary_encode()
    for number, columns in enumerate((as_columns(lines), typed)):
        path = tmp_path / f"{number}.parquet"
        parquet.write_table(pa.table(columns).select(random.Random(3).sample(COLUMNS, len(COLUMNS))), path)  # noqa: S311
        outcome = audit(path, "--out", tmp_path / f"parquet-{number}")
        assert outcome.code == 3
        assert tables(tmp_path / f"parquet-{number}") == tables(csv_out)
        found, expected = counted(tmp_path / f"parquet-{number}"), counted(csv_out)
        assert found.pop("assumptions") == [
            *(text for text in expected.pop("assumptions") if "CSV" not in text),
            f"{path.name}: integrity not verifiable, the file says nothing of page checksums",
        ]
        assert found == expected
    # of a file that is not made of lines the cells are shown, and rows are counted from 1
    (row,) = quarantine(tmp_path / "parquet-0")
    assert row[:4] == ["0.parquet", str(len(lines) - 1), "dose_gy", "not_allowed"]
    assert json.loads(row[4])["dose_gy"] == "-1"


def test_f32_results_stand_in_order_whoever_is_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F32: buckets that are finished in another order are written in their own."""
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 40)
    path = write(tmp_path / "cohort.csv", text_of(lines_of(100)))
    assert audit(path, "--out", tmp_path / "whole").code == 0
    monkeypatch.setattr("reirrad.audit.run.run_here", lambda tasks: run_here(tasks[::-1]))
    assert audit(path, "--out", tmp_path / "out").code == 0
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_f16_killed_worker_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 40)
    path = write(tmp_path / "cohort.csv", text_of(lines_of(100)))
    assert audit(path, "--out", tmp_path / "whole").code == 0
    monkeypatch.setattr("reirrad.audit.engines.judge_bucket", dies_once)
    assert invoke("audit", path, "--out", tmp_path / "out", "--workers", "2").code == 0
    assert (tmp_path / "died").exists()
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_f16_bucket_that_kills_every_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 60)
    lines = [*lines_of(70), "00003,1,SpinalCord", f"{rows('00004')[0]},more"]
    path = write(tmp_path / "cohort.csv", text_of(lines))
    assert audit(path, "--out", tmp_path / "whole").code == 3
    monkeypatch.setattr("reirrad.audit.engines.judge_bucket", dies_of_the_first)
    assert invoke("audit", path, "--out", tmp_path / "out", "--workers", "2").code == 3
    whole, found = verdicts(tmp_path / "whole"), verdicts(tmp_path / "out")
    assert list(found) == list(whole)
    failed = {row[4].split(",")[0] for row in quarantine(tmp_path / "out") if row[3] == "part_failed"}
    assert 5 < len(failed) < 65
    assert found == {name: "not_evaluated" if name in failed else verdict for name, verdict in whole.items()}
    about = [row for row in quarantine(tmp_path / "out") if row[3] == "part_failed"]
    assert sorted(row[4] for row in about) == sorted(line for line in lines_of(70) if line.split(",")[0] in failed)
    totals = summary(tmp_path / "out")
    assert totals["rows_quarantined"] == len(about) + 2
    assert {"column": "", "reason": "part_failed", "rows": len(about)} in totals["quarantine"]
    assert totals["verdicts"]["not_evaluated"] == list(found.values()).count("not_evaluated")
    ids = parquet.read_table(tmp_path / "out/findings.parquet").column("patient_id").to_pylist()
    assert not failed & set(ids)


def test_f16_pool_that_breaks_between_two_buckets_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker dies after its result was taken: the next bucket is refused by the pool, and must still be judged."""
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    from reirrad.audit import engines

    class Breaking:
        submitted = 0

        def submit(self, judge: Callable[[BucketTask], None], task: BucketTask) -> Future[None]:
            Breaking.submitted += 1
            if Breaking.submitted == 3:
                raise BrokenProcessPool
            judge(task)
            done: Future[None] = Future()
            done.set_result(None)
            return done

        def shutdown(self, **_: Any) -> None:
            return

    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 40)
    monkeypatch.setattr(engines, "_pool", lambda _n: Breaking())
    path = write(tmp_path / "cohort.csv", text_of(lines_of(100)))
    assert invoke("audit", path, "--out", tmp_path / "out", "--workers", "2").code == 0
    assert len(verdicts(tmp_path / "out")) == 100


def test_f17_worker_that_hangs_is_stopped_and_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F17: the third bucket that is begun does not end; it is judged again, and nothing of it is seen."""
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 40)
    path = write(tmp_path / "cohort.csv", text_of(lines_of(60)))
    assert audit(path, "--out", tmp_path / "whole").code == 0
    begun: list[BucketTask] = []

    def is_third(task: BucketTask) -> bool:
        begun.append(task)
        return len(begun) == 3

    monkeypatch.setattr("reirrad.audit.engines._pool", lambda _n: HangingPool(is_third))
    monkeypatch.setattr("reirrad.audit.engines._HANG_AFTER_S", 0.3)
    assert invoke("audit", path, "--out", tmp_path / "out", "--workers", "2").code == 0
    assert begun.count(begun[2]) == 2
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_f17_bucket_that_always_hangs_is_quarantined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F17: like a bucket that kills every worker, after as many tries."""
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 60)
    path = write(tmp_path / "cohort.csv", text_of(lines_of(70)))
    monkeypatch.setattr("reirrad.audit.engines._pool", lambda _n: HangingPool(lambda task: task.parts[0] == 0))
    monkeypatch.setattr("reirrad.audit.engines._HANG_AFTER_S", 0.3)
    assert invoke("audit", path, "--out", tmp_path / "out", "--workers", "2").code == 3
    failed = {row[4].split(",")[0] for row in quarantine(tmp_path / "out") if row[3] == "part_failed"}
    assert 5 < len(failed) < 65
    assert {verdicts(tmp_path / "out")[name] for name in failed} == {"not_evaluated"}


@pytest.mark.parametrize("options", [[], ["--overwrite"], ["--resume"]])
def test_f29_two_runs_on_one_output(options: list[str], tmp_path: Path) -> None:
    path, out = write(tmp_path / "cohort.csv", text_of(lines_of(3))), tmp_path / "out"
    with Workplace(out).opened(resume=False, overwrite=False) as place:
        place.save_state({"key": "of the first"})
        (place.folder / "rows-00000.arrow").write_bytes(b"of the first")
        outcome = audit(path, "--out", out, *options)
        assert_failed(outcome, out, str(out), "another audit writes into this folder (process ", " on ")
        # and the first one does not notice
        assert (place.folder / "rows-00000.arrow").read_bytes() == b"of the first"
        assert place.state() == {"key": "of the first"}


def test_x21_nobody_else_reads_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X21: the folders are of their user alone, and a run removes what an earlier one left."""
    path, out = write(tmp_path / "cohort.csv", text_of(lines_of(3))), tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr("reirrad.audit.run.write_quarantine", lambda *_: 1 / 0)
        assert audit(path, "--out", out).code == 2
    assert workplace(out).stat().st_mode & 0o777 == 0o700
    left = workplace(out) / "rows-of-an-old-run.arrow"
    left.touch()
    assert audit(path, "--out", out, "--overwrite").code == 0
    assert out.stat().st_mode & 0o777 == 0o700
    assert {item.name for item in tmp_path.iterdir()} == {"cohort.csv", "out"}


def test_f32_header_alone_is_a_cohort_of_nobody(tmp_path: Path) -> None:
    for n, text in enumerate((HEADER, f"{HEADER}\n", f"{HEADER}\n\n \n")):
        out = audited(tmp_path, text, name=f"{n}.csv")
        assert summary(out)["rows_in"] == summary(out)["patients"] == 0
        assert verdicts(out) == {}
