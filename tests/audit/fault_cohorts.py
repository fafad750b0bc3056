"""Small cohorts of which the verdicts are known, and audits of them, for the tests of what can go wrong."""

from __future__ import annotations

import csv
import json
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Timer
from typing import Any

import pyarrow.parquet as parquet

from cli.runner import Outcome, invoke
from reirrad.audit.bucket import BucketTask
from reirrad.audit.engines import judge_bucket

HEADER = (
    "patient_id,course_id,structure,metric,dose_gy,n_fractions,fractions_per_day,modality,technique,start,end,"
    "prior_radiotherapy,prior_courses"
)
COLUMNS = HEADER.split(",")
_DOSES = {"met": ("13.84", "8.79"), "violated": ("50", "70")}


def rows(patient: str, verdict: str = "met") -> list[str]:
    """Return the two lines of a patient who has a verdict."""
    first, second = _DOSES[verdict]
    tail = "conventional,2018-08-20,2018-09-26,complete,2", "conventional,2019-08-12,2019-08-28,complete,2"
    return [
        f"{patient},1,SpinalCord,Max[Gy],{first},28,1,photon,{tail[0]}",
        f"{patient},2,SpinalCord,Max[Gy],{second},13,1,photon,{tail[1]}",
    ]


def lines_of(n_patients: int, first: int = 0) -> list[str]:
    """Return the lines of patients, every third of whom violates a limit."""
    numbers = range(first, first + n_patients)
    return [line for n in numbers for line in rows(f"{n:05}", "violated" if n % 3 == 0 else "met")]


def text_of(lines: Iterable[str], *, header: str = HEADER, end: str = "\n") -> str:
    return "".join(f"{line}{end}" for line in (header, *lines))


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def audit(*arguments: str | Path) -> Outcome:
    """Audit in this process, with the command line."""
    workers = () if "--workers" in arguments else ("--workers", "1")
    return invoke("audit", *workers, *arguments)


def audited(tmp_path: Path, content: str | bytes, *options: str | Path, code: int = 0, name: str = "c.csv") -> Path:
    """Audit one file that is given by its content; return the output."""
    out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
    outcome = audit(write(tmp_path / name, content), "--out", out, *options)
    assert outcome.code == code, outcome.err
    return out


def refused(tmp_path: Path, content: str | bytes, *options: str | Path, name: str = "c.csv") -> str:
    """Audit one file that must be refused, and leaves nothing; return the message."""
    out = tmp_path / "refused"
    outcome = audit(write(tmp_path / name, content), "--out", out, *options)
    assert_failed(outcome, out)
    assert not workplace(out).exists()
    return outcome.err


def assert_failed(outcome: Outcome, out: Path, *messages: str) -> None:
    """The audit could not complete: exit 2, messages, no traceback, no output."""
    assert outcome.code == 2, outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err
    for message in messages:
        assert message in outcome.err
    assert not out.exists()


def workplace(out: Path) -> Path:
    return out.with_name(f".{out.name}.reirrad-audit")


def files_of(out: Path) -> dict[str, bytes]:
    """Return the names and bytes of a result, of which nothing but the output is left."""
    assert not workplace(out).exists()
    return {path.name: path.read_bytes() for path in out.iterdir()}


def summary(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    parts = found["rows_audited"] + found["rows_quarantined"] + found["rows_duplicate"]
    assert found["rows_in"] == parts
    return found


def patients(out: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = parquet.read_table(out / "patients.parquet").to_pylist()
    assert len({row["patient_id"] for row in listed}) == len(listed)
    return listed


def verdicts(out: Path) -> dict[str, str]:
    return {row["patient_id"]: row["verdict"] for row in patients(out)}


def quarantine(out: Path) -> list[list[str]]:
    """Return the rows of quarantine.csv, without its header."""
    with (out / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == ["source", "line", "column", "reason", "raw"]
    return read[1:]


def reasons(out: Path) -> list[tuple[int, str, str]]:
    return [(int(line), column, reason) for _, line, column, reason, _ in quarantine(out)]


def as_columns(lines: Sequence[str]) -> dict[str, list[str]]:
    cells = [line.split(",") for line in lines]
    return {name: [row[at] for row in cells] for at, name in enumerate(COLUMNS)}


def dies_once(task: BucketTask) -> None:
    """Judge a bucket in a worker that is killed the first time that any worker does."""
    try:
        (Path(task.folder).parent / "died").touch(exist_ok=False)
    except FileExistsError:
        judge_bucket(task)
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def dies_of_the_first(task: BucketTask) -> None:
    """Judge a bucket, unless it is the first: that one kills its worker each time."""
    if task.parts[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    judge_bucket(task)


class HangingPool:
    """A pool that judges at once, but for tasks that hang: those are not finished before three seconds."""

    def __init__(self, hangs: Callable[[BucketTask], bool]) -> None:
        self.hangs = hangs

    def submit(self, judge: Callable[[BucketTask], None], task: BucketTask) -> Future[None]:
        future: Future[None] = Future()
        if self.hangs(task):
            timer = Timer(3, future.set_exception, [RuntimeError("somebody still waits for it")])
            timer.daemon = True
            timer.start()
        else:
            judge(task)
            future.set_result(None)
        return future

    def shutdown(self, **_: Any) -> None:
        return
