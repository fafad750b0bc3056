"""The results of buckets put together, in their order, while later ones are still judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reirrad.audit.bucket import BucketTask
from reirrad.audit.engines import load
from reirrad.audit.look_alike import Hashes, Set, hashes_of, sets_among
from reirrad.audit.output import TableWriter
from reirrad.audit.result_tables import FINDINGS, patients_schema


class Gathering:
    """Takes the results of buckets as they are finished, and writes them in the order of the buckets."""

    def __init__(self, folder: Path, tasks: Sequence[BucketTask], kept: Sequence[str], form: str) -> None:
        self._findings = TableWriter(folder, "findings", FINDINGS, form)
        self._patients = TableWriter(folder, "patients", patients_schema(kept), form)
        self._tasks, self._left = tasks, list(tasks)
        self._shapes: list[Hashes] = []
        self._finished: set[tuple[int, int]] = set()
        self.counts: Counter[tuple[Any, ...]] = Counter()
        self.worst: list[Any] = []
        self.quarantine: list[dict[str, Any]] = []
        self.rows = self.rows_duplicate = self.patients = 0

    def finished(self, task: BucketTask) -> None:
        """Take note of a bucket that was judged; write it if all before it are written."""
        self._finished.add(task.parts)
        while self._left and self._left[0].parts in self._finished:
            self._take(self._left.pop(0))

    def _take(self, task: BucketTask) -> None:
        described, findings, patients = load(task)
        self._findings.write(findings)
        self._patients.write(patients)
        self._shapes.append(hashes_of(patients.column("patient_id").to_pylist()))
        self.counts.update({tuple(key): n for key, n in described["counts"]})
        self.worst += described["worst"]
        self.quarantine += described["quarantine"]
        self.rows += described["rows"]
        self.rows_duplicate += described["rows_duplicate"]
        self.patients += described["patients"]

    def close(self) -> None:
        """Write what is left; every bucket must be finished."""
        if self._left:
            raise RuntimeError(f"{len(self._left)} buckets are not finished")
        self._findings.close()
        self._patients.close()

    def look_alike(self) -> list[Set]:
        """Return the patients whose ids look alike; every bucket must be finished."""

        def ids(number: int) -> list[str]:
            return list(load(self._tasks[number])[2].column("patient_id").to_pylist())

        return sets_among(self._shapes, ids)
