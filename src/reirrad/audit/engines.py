"""Where buckets are judged: in this process, in several of this machine, or by Dask; all call the same function."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from reirrad.audit.bucket import BucketResult, BucketTask, abandoned, audit_bucket
from reirrad.audit.digests import digest_of, sealed, unsealed
from reirrad.audit.workplace import sync, write_whole

#: A bucket whose worker died is tried so often in all; then its rows are quarantined as a whole.
_TRIES = 3
#: If for so long no bucket is finished (each takes seconds), workers hang: they are killed, and count as dead.
_HANG_AFTER_S = 3600.0
#: How often a worker looks whether the process that it works for is still there.
_LOOK_EVERY_S = 0.5

#: The tables of a result, which are files beside its description.
_FINDINGS, _PATIENTS = "findings", "patients"

Judge = Callable[[BucketTask], None]


def result_path(task: BucketTask) -> Path:
    """Return where the result of a bucket is described; it is there only if all of it is."""
    first, end = task.parts
    return Path(task.folder) / f"bucket-{first:03}-{end:03}.json"


def judge_bucket(task: BucketTask) -> None:
    """Judge a bucket and write its result, as a whole or not at all."""
    save(task, audit_bucket(task))


def save(task: BucketTask, result: BucketResult) -> None:
    """Write the result of a bucket: the tables first, what describes them last."""
    path = result_path(task)
    digests = {}
    for name, table in ((_FINDINGS, result.findings), (_PATIENTS, result.patients)):
        part = path.with_suffix(f".{name}.part")
        with ipc.new_stream(str(part), table.schema) as writer:
            writer.write_table(table.combine_chunks())
        # on disk before the description that speaks of it
        sync(part)
        digests[name] = digest_of(part)
        part.replace(path.with_suffix(f".{name}"))
    described = {
        "rows": result.rows,
        "rows_duplicate": result.rows_duplicate,
        "patients": result.patients.num_rows,
        "findings": result.findings.num_rows,
        "quarantine": [asdict(row) for row in result.quarantine],
        "counts": [[list(key), n] for key, n in sorted(result.counts.items(), key=lambda item: repr(item[0]))],
        "worst": result.worst,
        "digests": digests,
    }
    write_whole(path, sealed(described))


def load(task: BucketTask) -> tuple[dict[str, Any], pa.Table, pa.Table]:
    """Return the result of a bucket that was judged."""
    path = result_path(task)
    tables = []
    for name in (_FINDINGS, _PATIENTS):
        with pa.memory_map(str(path.with_suffix(f".{name}"))) as mapped:
            tables.append(ipc.open_stream(mapped).read_all())
    return unsealed(path.read_text(encoding="utf-8")), tables[0], tables[1]


def is_judged(task: BucketTask) -> bool:
    """Whether the result of a bucket is there, to the last bit: a table is not opened before that is known."""
    path = result_path(task)
    try:
        digests = unsealed(path.read_text(encoding="utf-8"))["digests"]
        return all(digest_of(path.with_suffix(f".{name}")) == digests[name] for name in (_FINDINGS, _PATIENTS))
    except (OSError, ValueError):
        return False


def run_here(tasks: Sequence[BucketTask]) -> Iterator[BucketTask]:
    """Judge the buckets one after another; yield each when it is done."""
    for task in tasks:
        judge_bucket(task)
        yield task


def run_processes(tasks: Sequence[BucketTask], n_workers: int) -> Iterator[BucketTask]:
    """Judge the buckets in several processes; yield each when it is done.

    A worker that dies or hangs takes nothing with it: its bucket is judged again, alone, and after three deaths its
    rows are quarantined as a whole.
    """
    waiting = list(tasks)
    suspects: list[BucketTask] = []
    while waiting:
        pool = _pool(n_workers)
        running: dict[Future[None], BucketTask] = {}
        try:
            while waiting or running:
                while waiting and len(running) < n_workers:
                    # a pool that broke meanwhile takes nothing: the bucket must still be waiting then
                    running[_submitted(pool, waiting[0])] = waiting[0]
                    del waiting[0]
                done, _ = wait(running, timeout=_HANG_AFTER_S, return_when=FIRST_COMPLETED)
                if not done:
                    raise BrokenProcessPool
                for future in done:
                    future.result()
                    yield running.pop(future)
        except BrokenProcessPool:
            # any of those that ran may be the one
            suspects += list(running.values())
        finally:
            _stop(pool)
    for task in suspects:
        _judge_alone(task)
        yield task


def _judge_alone(task: BucketTask) -> None:
    for _ in range(_TRIES - 1):
        pool = _pool(1)
        try:
            _submitted(pool, task).result(timeout=_HANG_AFTER_S)
        except (BrokenProcessPool, TimeoutError):
            continue
        else:
            return
        finally:
            _stop(pool)
    save(task, abandoned(task))


def _submitted(pool: ProcessPoolExecutor, task: BucketTask) -> Future[None]:
    """Let a bucket be judged by a worker, which may start for it.

    Workers inherit what is blocked: one that is interrupted while it still starts would tell of it, besides the audit.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(judge_bucket, task)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(judge_bucket, task)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pool(n_workers: int) -> ProcessPoolExecutor:
    from multiprocessing import get_context

    return ProcessPoolExecutor(
        n_workers, mp_context=get_context("spawn"), initializer=work_for, initargs=(os.getpid(),)
    )


def work_for(parent: int) -> None:
    """Let this process end with the one that it works for, and not before."""
    # an interrupt reaches every process of a terminal; the one that was started decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this worker when the process that it works for is gone, even if it was killed."""
    never = Event()
    while os.getppid() == parent:
        never.wait(_LOOK_EVERY_S)
    os._exit(1)


def _stop(pool: ProcessPoolExecutor) -> None:
    """Stop the workers at once: what they have not finished is judged again."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()


def run_dask(tasks: Sequence[BucketTask], scheduler: str) -> Iterator[BucketTask]:
    """Judge the buckets on a Dask cluster that shares the folder; only tasks are sent, never rows.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    """
    from importlib import import_module

    from reirrad.errors import MissingExtraError, how_to_install

    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError:
        raise MissingExtraError(f"the engine dask needs the extra: {how_to_install('distributed')}") from None
    with distributed.Client(scheduler) as client:
        futures = {client.submit(judge_bucket, task, pure=False, retries=_TRIES - 1): task for task in tasks}
        for future in distributed.as_completed(list(futures)):
            task = futures[future]
            try:
                future.result()
            except distributed.KilledWorker:
                save(task, abandoned(task))
            yield task
