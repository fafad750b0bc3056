"""The same bytes from a Dask cluster of two processes, one of which is killed, as from this process."""

from __future__ import annotations

import os
import pickle
import random
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from audit import fault_cohorts
from audit.random_cohort import rows_of_patient
from audit.test_same_as_check import write
from reirrad.audit import Choice, Plan, audit_files, judge_bucket, prepare_files
from reirrad.audit import run as module_of_run

distributed = pytest.importorskip("distributed")
CHOICE = Choice(editions=("nieder-2006", "umich-2019"))


@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_of_run, "ROWS_OF_A_BUCKET", 200)
    random_ = random.Random(3)  # noqa: S311
    rows = [row for number in range(200) for row in rows_of_patient(random_, number)]
    cohort = write(tmp_path / "cohort.csv", rows)
    here = audit_files(Plan(inputs=(cohort,), out=tmp_path / "here", choice=CHOICE))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        threading.Thread(target=lambda: (time.sleep(0.3), os.kill(victim, signal.SIGKILL)), daemon=True).start()
        plan = Plan(inputs=(cohort,), out=tmp_path / "there", choice=CHOICE, scheduler=cluster.scheduler_address)
        there = audit_files(plan)
    assert there == here
    assert here["patients"] == 200
    for name in ("findings.parquet", "patients.parquet", "quarantine.csv", "summary.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name


def test_whatever_distributes_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_of_run, "ROWS_OF_A_BUCKET", 200)
    random_ = random.Random(4)  # noqa: S311
    cohort = write(tmp_path / "cohort.csv", [row for number in range(90) for row in rows_of_patient(random_, number)])
    here = audit_files(Plan(inputs=(cohort,), out=tmp_path / "here", choice=CHOICE))
    plan = Plan(inputs=(cohort,), out=tmp_path / "there", choice=CHOICE)
    tasks = prepare_files(plan)
    assert len(tasks) > 2
    for task in reversed(tasks):
        judge_bucket(pickle.loads(pickle.dumps(task)))  # noqa: S301 (as an engine would send it)
    assert not plan.out.exists()
    assert audit_files(replace(plan, resume=True)) == here
    for name in ("findings.parquet", "patients.parquet", "quarantine.csv", "summary.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name


def test_f18_scheduler_that_is_gone(tmp_path: Path) -> None:
    """F18: what was read is kept, and another engine goes on with it; the bytes are those of a run of its own."""
    from dask import config

    cohort = fault_cohorts.write(tmp_path / "cohort.csv", fault_cohorts.text_of(fault_cohorts.lines_of(60)))
    out, options = tmp_path / "out", ("--edition", "nieder-2006")
    assert fault_cohorts.audit(cohort, "--out", tmp_path / "here", *options).code == 0
    # a port that nobody listens on
    lost = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    with config.set({"distributed.comm.timeouts.connect": "500ms"}):
        outcome = fault_cohorts.audit(cohort, "--out", out, *options, *lost)
    fault_cohorts.assert_failed(outcome, out, "the audit stopped", "add --resume")
    assert (fault_cohorts.workplace(out) / "rows-00000.arrow").exists()
    assert fault_cohorts.audit(cohort, "--out", out, *options, "--resume").code == 0
    assert fault_cohorts.files_of(out) == fault_cohorts.files_of(tmp_path / "here")
