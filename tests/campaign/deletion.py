"""The deletion campaign: random cases by the million, each with something lost; nothing may look better for it.

Run it from the repository::

    PYTHONPATH=src:tests python -m campaign.deletion --cases 1000000 --seed 1 --workers 2 --record deletion.json

With ``--tables`` the cases are patients of cohort tables, with cells and columns lost.

A number is one case and what is lost of it, whatever the workers. The record is written after every shard; a run that
was stopped goes on where it was. A failure is printed with its number and case, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from campaign.differential import code_digest
from campaign.random_campaign import MODES, Tally, run
from campaign.tables import run_columns, run_tables
from reirrad import __version__
from reirrad.engine import contradictions, from_cases
from reirrad.model import consistency, course_checks, fields

SHARD = 2000
#: Patients of a shard of tables: each of them is audited once for every column that is left out.
TABLE_SHARD = 250


def one_shard(task: tuple[int, int]) -> tuple[int, Tally]:
    """Run one shard; the mode goes by its number, and in one of the plain modes it is counted what is open."""
    seed, shard = task
    turn = shard % len(MODES)
    return shard, run(seed, range(shard * SHARD, (shard + 1) * SHARD), MODES[turn], counts_open=turn == 0)


def do_nothing_twice() -> None:
    """Keep what pure readers made of metrics, schedules and dates, and check what was read once and not again."""
    for module in (contradictions, from_cases, consistency, course_checks, fields):
        for name in ("parse_metric", "parse_schedule", "parse_date_range", "stated_date_range", "folded"):
            if hasattr(module, name):
                setattr(module, name, lru_cache(maxsize=65_536)(getattr(module, name)))
    # every case comes from parse_case, which has looked for these problems; judging would look again, twice
    from_cases.problems_of_case = lambda _case: []


def one_table_shard(task: tuple[int, int]) -> tuple[int, Tally]:
    """Run one shard of patients, and lose every column of a part of them."""
    seed, shard = task
    first = shard * TABLE_SHARD
    tally = run_tables(seed, range(first, first + TABLE_SHARD))
    columns = run_columns(seed, range(first, first + TABLE_SHARD // 10))
    tally.counts += columns.counts
    tally.failures += columns.failures
    return shard, tally


class Record:
    """What was run so far, as a JSON file."""

    def __init__(self, path: Path | None, seed: int, shard_size: int) -> None:
        self.path = path
        made_by = {"seed": seed, "shard_size": shard_size, "code": code_digest()}
        fresh: dict[str, Any] = made_by | {"reirrad_version": __version__, "shards": []}
        self.content = fresh | {"counts": {}, "clean_not_evaluated": {}, "clean_refused": [], "failures": []}
        if path is not None and path.exists():
            self.content = json.loads(path.read_text(encoding="utf-8"))
            if any(self.content.get(name) != value for name, value in made_by.items()):
                raise SystemExit(f"{path} is the record of another seed, or of other code: name another file")

    def add(self, shard: int, tally: Tally) -> None:
        """Add a shard, and write the file whole."""
        content = self.content
        content["shards"] = sorted([*content["shards"], shard])
        content["cases"] = len(content["shards"]) * content["shard_size"]
        for key, counts in (("counts", tally.counts), ("clean_not_evaluated", tally.open_findings)):
            content[key] = dict(sorted((Counter(content[key]) + counts).items()))
        content["clean_refused"] += tally.refused_clean
        content["failures"] += tally.failures
        if self.path is not None:
            partial = self.path.with_name(f"{self.path.name}.part")
            partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
            os.replace(partial, self.path)


def main(arguments: list[str] | None = None) -> int:
    """Run the shards that are not in the record yet."""
    parser = argparse.ArgumentParser(description="The deletion campaign.")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--tables", action="store_true", help="patients of tables instead of case files")
    chosen = parser.parse_args(arguments)
    size = TABLE_SHARD if chosen.tables else SHARD
    record = Record(chosen.record, chosen.seed, size)
    shards = [shard for shard in range(-(-chosen.cases // size)) if shard not in set(record.content["shards"])]
    tasks = [(chosen.seed, shard) for shard in shards]
    start, one = (None, one_table_shard) if chosen.tables else (do_nothing_twice, one_shard)
    with multiprocessing.Pool(chosen.workers, initializer=start) as pool:
        for shard, tally in pool.imap_unordered(one, tasks):
            record.add(shard, tally)
            for failure in tally.failures:
                print(json.dumps(failure), flush=True)
            done, failed = record.content["cases"], len(record.content["failures"])
            print(f"{done} cases, {failed} failures", file=sys.stderr, flush=True)
    return 1 if record.content["failures"] or record.content["clean_refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
