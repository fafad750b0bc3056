"""The differential campaign: random patients, judged by the engine in batches and by the exact oracle one by one.

``python -m campaign.differential --patients 1000000 --seed 1 --workers 2 --record docs/trust/differential.json``

Patients come in shards of a thousand by their number, so that a campaign can be interrupted, resumed and shared out.
What is done is kept in a progress file, and counts only for the code that did it; so does a record, which a campaign on
another machine adds to (its whole shards). Any difference ends the campaign with
exit code 1 and the seed, the number and the case, made as small as the difference allows. With ``--wider`` they are
those of :mod:`campaign.wider`, each judged with and without ``--strict``.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import multiprocessing
import platform
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy

import reirrad
from campaign.smaller import smaller
from campaign.suites import SUITES, suite
from campaign.wider import wider_cases
from reirrad.selftest.comparison import Tally, compare
from reirrad.selftest.random_cases import RandomCases

SHARD = 1000
MOST_ULPS = 4
#: one shard in so many is judged with --strict, and one without the proposed courses, too
STRICT_EVERY, WITHOUT_EVERY = 10, 10
_JUDGING = ("engine", "ingest", "library", "model", "radiobiology", "selftest")
#: What asks further questions of a judgement, or presents one, and so judges nothing itself.
_NOT_JUDGING = (
    "engine/planning/",
    *(f"selftest/{name}.py" for name in ("boundaries", "edges", "installation", "published", "run")),
)
Line = dict[str, Any]
#: Seed, number of the shard, number of its patients, and whether they are made wider.
Job = tuple[int, int, int, bool]


def code_digest() -> str:
    """Return a digest of all that a comparison depends on: what was found by other code does not count."""
    root = Path(reirrad.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(
        path for part in _JUDGING for path in (root / part).rglob("*") if path.suffix in (".py", ".toml")
    ):
        if path.relative_to(root).as_posix().startswith(_NOT_JUDGING):
            continue
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def run_shard(job: Job) -> Line:
    """Compare the patients of one shard by every suite."""
    seed, shard, count, is_wider = job
    began = time.process_time()
    suites: dict[str, Any] = {}
    differences: list[Line] = []
    for name, (_, one_in) in SUITES.items():
        tally, strict_cases = Tally(), 0
        judged = suite(name)
        drawn = RandomCases(judged.constraints)
        indices = range(shard * SHARD, shard * SHARD + count, one_in)
        if is_wider:
            raws, refused = wider_cases(drawn, seed, indices, judged.library)
        else:
            raws, refused = [drawn.case(seed, index) for index in indices], 0
        without = is_wider or shard % WITHOUT_EVERY == 0
        for strict in (False, True) if is_wider else (shard % STRICT_EVERY == STRICT_EVERY - 1,):
            found = compare(raws, judged, most_ulps=MOST_ULPS, strict=strict, without_proposed=without)
            differences += [{"suite": name, "strict": strict} | item for item in _small(found, raws, judged, strict)]
            strict_cases += found.cases if strict else 0
            tally.add(found)
        suites[name] = as_line(tally) | {"strict_cases": strict_cases} | {"refused": refused}
    seconds = round(time.process_time() - began, 2)
    return {"shard": shard, "count": count, "seconds": seconds, "suites": suites, "differences": differences}


def _small(tally: Tally, raws: list[Line], judged: Any, strict: bool) -> Iterator[Line]:
    """Yield the first cases with a difference, made smaller."""
    for case_id in list(dict.fromkeys(item.case_id for item in tally.differences))[:3]:
        raw = next(raw for raw in raws if raw["case_id"] == case_id)
        found = [str(item) for item in tally.differences if item.case_id == case_id]
        yield {"case": smaller(raw, lambda one: _differs(one, judged, strict=strict)), "found": found}


def _differs(raw: Line, judged: Any, *, strict: bool) -> bool:
    return bool(compare([raw], judged, most_ulps=MOST_ULPS, strict=strict, without_proposed=True).differences)


def as_line(tally: Tally) -> Line:
    def by_unit(counts: Counter[tuple[str, int]]) -> dict[str, dict[str, int]]:
        table: dict[str, dict[str, int]] = {}
        for (unit, ulps), count in sorted(counts.items()):
            table.setdefault(unit, {})[str(ulps)] = count
        return table

    return {
        "cases": tally.cases,
        "verdicts": tally.verdicts,
        "differences": len(tally.differences),
        "findings": dict(sorted(tally.findings.items())),
        "without_proposed": dict(sorted(tally.without_proposed.items())),
        "value_ulps": by_unit(tally.ulps),
        "margin_ulps": by_unit(tally.margins),
    }


def added(lines: list[Any]) -> Any:
    """Add up nested tables of counts."""
    if not isinstance(lines[0], dict):
        return sum(lines)
    keys = dict.fromkeys(key for line in lines for key in line)
    return {key: added([line[key] for line in lines if key in line]) for key in keys}


def jobs(patients: int, seed: int, done: set[int], *, is_wider: bool = False) -> Iterator[Job]:
    for shard, first in enumerate(range(0, patients, SHARD)):
        if shard not in done:
            yield seed, shard, min(SHARD, patients - first), is_wider


def record(lines: list[Line], options: argparse.Namespace) -> Line:
    """Return what a campaign found, from the lines of its shards, and of records of shards."""
    done = sorted(shard for line in lines for shard in line.get("shards", [line.get("shard")]))
    suites = {name: added([line["suites"][name] for line in lines]) for name in SUITES}
    for name, (what, _) in SUITES.items():
        suites[name] = {"judged_by": what} | suites[name]
        for table in ("value_ulps", "margin_ulps"):
            largest = {unit: max(map(int, ulps)) for unit, ulps in suites[name][table].items()}
            suites[name][f"largest_{table}"] = largest
    return {
        "schema": "reirrad-campaign/1",
        "patients": sum(line["count"] for line in lines),
        "patients_asked_for": options.patients,
        "seed": options.seed,
        "shards": len(done),
        "shards_done": spans(done),
        "differences": sum(len(line["differences"]) for line in lines),
        "most_ulps_allowed": MOST_ULPS,
        "suites": suites,
        "editions": editions(),
        "code_digest": code_digest(),
        "reirrad": reirrad.__version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
        "processor_seconds": round(sum(line["seconds"] for line in lines)),
    }


def editions() -> dict[str, str]:
    """Return the digests of the editions judged by."""
    return {item.edition.id: item.digest for item in suite("library").library.editions}


def spans(numbers: list[int]) -> list[list[int]]:
    """Return rising whole numbers as runs [first, last].

    >>> spans([0, 1, 2, 5])
    [[0, 2], [5, 5]]
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def read_record(path: Path | None, seed: int) -> list[Line]:
    """Return what a record of this code says of whole shards without a difference, as one line; nothing otherwise."""
    if path is None or not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    shards = [shard for first, last in found.get("shards_done", []) for shard in range(first, last + 1)]
    is_ours = (found["seed"], found["code_digest"], found["differences"]) == (seed, code_digest(), 0)
    if not is_ours or found["patients"] != SHARD * len(shards):
        return []
    counts = {
        name: {key: value for key, value in suite.items() if key != "judged_by" and not key.startswith("largest_")}
        for name, suite in found["suites"].items()
    }
    line = {"shards": shards, "count": found["patients"], "seconds": found["processor_seconds"]}
    return [line | {"suites": counts, "differences": []}]


def read_progress(path: Path, seed: int) -> list[Line]:
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["seed"] == seed and line["code"] == code_digest()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m campaign.differential")
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--minutes",
        type=float,
        default=float("inf"),
        help="stop after so long; what ran is recorded (0: write the record only)",
    )
    parser.add_argument("--wider", action="store_true", help="cases that state what the others never do")
    parser.add_argument("--record", type=Path, help="where to write what was found, as JSON")
    parser.add_argument("--progress", type=Path)
    options = parser.parse_args()
    name = "wider" if options.wider else "differential"
    options.progress = options.progress or Path(f".campaign/{name}.jsonl")
    options.progress.parent.mkdir(parents=True, exist_ok=True)
    lines = read_progress(options.progress, options.seed)
    # a shard of fewer patients is not the one that is asked for now
    counts = {shard: count for _, shard, count, _ in jobs(options.patients, options.seed, set())}
    lines = [line for line in lines if counts.get(line["shard"]) == line["count"]]
    done = {line["shard"] for line in lines}
    for earlier in read_record(options.record, options.seed):
        # a record that the progress goes beyond says nothing new; otherwise what both did counts once
        if done.issuperset(earlier["shards"]) or not counts.keys() >= set(earlier["shards"]):
            continue
        lines = [line for line in lines if line["shard"] not in earlier["shards"]] + [earlier]
        done |= set(earlier["shards"])
    left = jobs(options.patients, options.seed, done, is_wider=options.wider)
    if options.minutes > 0:
        lines += work_off(left, options)
    if not lines:
        print("no shard is complete", file=sys.stderr)
        return 1
    found = record(lines, options)
    if options.record:
        options.record.parent.mkdir(parents=True, exist_ok=True)
        options.record.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for line in lines:
        for item in line["differences"]:
            print(json.dumps({"seed": options.seed, "shard": line.get("shard")} | item, indent=1))
    print(f"{found['patients']} patients, {found['differences']} with a difference", file=sys.stderr)
    return 1 if found["differences"] else 0


def work_off(left: Iterator[Job], options: argparse.Namespace) -> list[Line]:
    """Compare shards until none is left, one has a difference, the time is over, or the campaign is interrupted."""
    lines: list[Line] = []
    ends, code = time.monotonic() + 60 * options.minutes, code_digest()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    pool = multiprocessing.get_context("spawn").Pool(options.workers, _begin_worker)
    with pool, options.progress.open("a", encoding="utf-8") as progress:
        try:
            for line in pool.imap_unordered(run_shard, left):
                progress.write(json.dumps({"seed": options.seed, "code": code} | line) + "\n")
                progress.flush()
                lines.append(line)
                if line["differences"] or time.monotonic() > ends:
                    break
        except KeyboardInterrupt:
            print("interrupted: the same command goes on where it was", file=sys.stderr)
    return lines


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(200_000, 50, 50)  # millions of short-lived fractions, none of them in a circle


if __name__ == "__main__":
    sys.exit(main())
