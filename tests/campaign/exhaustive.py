"""Every single loss of every example case, and pairs of them: of the TOML text, of the JSON document, of table rows.

Run it from the repository::

    PYTHONPATH=src:tests python -m campaign.exhaustive --record exhaustive.json
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from campaign.damage import Loss, lost, ways_of
from campaign.judging import Judged, is_contradictory, judge
from campaign.random_campaign import NEAR_TARGET
from campaign.rules import Difference, compare, difference
from campaign.tables import NAMES, Patient, Row, improved, reason_accepted, rows_of_case
from cli.runner import invoke
from property.deletions import Raw, paths
from property.example_cases import CASES
from reirrad.errors import CaseError
from reirrad.ingest import parse_case_bytes
from reirrad.library import Library, load_library
from reirrad.model.case import Case

_ROOT = Path(__file__).parents[2]
FILES = sorted([*(_ROOT / "data" / "cases").glob("*.toml"), *(_ROOT / "tests" / "golden" / "cases").glob("*.toml")])
_BATCH = 1000


def documents() -> dict[str, Raw]:
    """Return every example case as plain data."""
    files = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FILES}
    return files | CASES


def as_json(raw: Raw) -> bytes:
    """Return a case as a JSON document; dates as text."""
    return json.dumps(raw, default=str).encode()


def single_losses(raw: Raw) -> Iterator[list[Loss]]:
    """Yield every path of a case in every way in which it can be lost."""
    for path in paths(raw):
        for way in ways_of(raw, path):
            yield [(path, way)]


def pairs_of_losses(raw: Raw) -> Iterator[list[Loss]]:
    """Yield every pair of paths that are deleted together."""
    for first, second in combinations(paths(raw), 2):
        if second[: len(first)] != first:
            yield [(first, "delete"), (second, "delete")]


def lines_lost(text: str, *, pairs: bool) -> Iterator[tuple[str, str]]:
    """Yield a TOML text without each line, cut off after it, with its value blank; and without each pair of lines."""
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        yield f"line {at + 1} deleted", "".join(lines[:at] + lines[at + 1 :])
        yield f"cut after line {at + 1}", "".join(lines[: at + 1])
        key, equals, _ = line.partition("=")
        for value in ('""', '" "', "[]", "") if equals else ():
            yield f"line {at + 1} = {value}", "".join([*lines[:at], f"{key}= {value}\n", *lines[at + 1 :]])
        for name in re.findall(r"\[\[?[^\[\]]+\]\]?", line) if line.startswith("[") else ():
            empty = re.sub(r"[^\[\].]+(?=\]\]?$)", '""', name)
            yield f"line {at + 1}: {empty}", "".join([*lines[:at], f"{empty}\n", *lines[at + 1 :]])
    for first, second in combinations(range(len(lines)), 2) if pairs else ():
        kept = [line for at, line in enumerate(lines) if at not in (first, second)]
        yield f"lines {first + 1} and {second + 1} deleted", "".join(kept)


class Checker:
    """Compares a case with what is left of it, many at once."""

    def __init__(self, name: str, content: bytes, library: Library) -> None:
        self.name, self.library = name, library
        self.before = parse_case_bytes(content, source=name)
        self.waiting: list[tuple[str, Case]] = []
        self.counts: Counter[str] = Counter()
        self.failures: list[dict[str, Any]] = []

    def add(self, what: str, content: bytes) -> None:
        """Look at what is left after a loss."""
        self.counts["losses"] += 1
        try:
            after = parse_case_bytes(content, source=self.name)
        except CaseError:
            self.counts["to 2"] += 1
            return
        if is_contradictory(after, self.library):
            self.counts["to 2"] += 1
            return
        self.waiting.append((what, after))
        if len(self.waiting) >= _BATCH:
            self.settle()

    def settle(self) -> None:
        """Judge what waits."""
        if self.waiting:
            judged = judge([self.before, *(after for _, after in self.waiting)], self.library)
            near_target = np.array([key[0] == NEAR_TARGET for key in judged.keys], dtype=np.bool_)
            for row, (what, after) in enumerate(self.waiting, start=1):
                self._compare(judged, row, what, difference(self.before, after), near_target)
        self.waiting = []

    def _compare(self, judged: Judged, row: int, what: str, different: Difference, near_target: np.ndarray) -> None:
        codes = [judged.exit_code(0), judged.exit_code(row)]
        self.counts[f"{codes[0]} to {codes[1]}"] += 1
        outcome = compare(judged, 0, row, different, near_target)
        for kind in outcome.accepted:
            self.counts[f"accepted: {kind}"] += 1
        if outcome.is_failure:
            self.failures.append({"case": self.name, "lost": what, "improved": outcome.improved, "exit_codes": codes})


def run_documents(*, pairs: bool) -> Iterator[tuple[str, Checker]]:
    """Yield what came of the losses of every example case, as JSON and as TOML text."""
    library = load_library()
    for name, raw in documents().items():
        checker = Checker(name, as_json(raw), library)
        every = [*single_losses(raw), *(pairs_of_losses(raw) if pairs else ())]
        for losses in every:
            what = ", ".join(f"{'.'.join(map(str, path))} {way}" for path, way in losses)
            checker.add(what, as_json(lost(raw, losses)))
        checker.settle()
        yield "JSON", checker
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        checker = Checker(path.stem, text.encode(), library)
        for what, content in lines_lost(text, pairs=pairs):
            checker.add(what, content.encode())
        checker.settle()
        yield "TOML", checker


def table_variants(rows: Sequence[Row]) -> Iterator[tuple[list[Row], list[str]]]:
    """Yield the rows of a patient with each cell empty, each column of them empty, and each row with a cell too few."""
    for column in NAMES:
        for at in range(len(rows)):
            changed = [dict(row) for row in rows]
            changed[at][column] = ""
            yield changed, [f"{at}:{column}"]
        yield [row | {column: ""} for row in rows], [column]
    for at in range(len(rows)):
        for column in NAMES:
            changed = [dict(row) for row in rows]
            del changed[at][column]  # the cells behind it move to the left
            yield changed, [f"{at}:{column} shifted"]


def csv_text(rows: Iterable[Row]) -> str:
    """Return rows as CSV; a cell that a row does not have is left out, with its comma."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerows([row[name] for name in NAMES if name in row] for row in rows)
    return text.getvalue()


def audit_csv(text: str) -> dict[str, Patient]:
    """Return what the command ``audit`` says of the patients of a CSV file."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "cohort.csv", Path(folder) / "out"
        path.write_text(text, encoding="utf-8")
        outcome = invoke("audit", "--workers", "1", path, "--out", out)
        if outcome.code not in (0, 3):
            raise ValueError(outcome.err)
        patients = {
            row["patient_id"]: Patient(row["verdict"])
            for row in parquet.read_table(out / "patients.parquet").to_pylist()
        }
        for row in parquet.read_table(out / "findings.parquet").to_pylist():
            patients[row["patient_id"]].statuses[row["constraint_id"], row["structure"]] = row["status"]
    return patients


def run_tables() -> Iterator[tuple[str, Counter[str], list[dict[str, Any]]]]:
    """Yield what came of every cell and column that is empty, of each example case as a patient of a CSV file."""
    for name, raw in documents().items():
        phases = [phase for course in raw.get("course", []) for phase in course.get("phase", [course])]
        if not phases or any("schedule" not in phase for phase in phases):
            continue  # a table needs courses, and the number of fractions of each
        counts: Counter[str] = Counter()
        failures = []
        own = rows_of_case(raw, "whole")
        variants = list(table_variants(own))
        rows = [*own]
        for number, (changed, _) in enumerate(variants):
            # a row without an id may be about its neighbours: let that be somebody else
            rows.append(own[0] | {"patient_id": f"between {number}"})
            rows += [row | ({"patient_id": f"lost {number}"} if row.get("patient_id") else {}) for row in changed]
        patients = audit_csv(csv_text(rows))
        for number, (_, what) in enumerate(variants):
            before, after = patients["whole"], patients.get(f"lost {number}", Patient())
            counts["losses"] += 1
            counts[f"{before.verdict} to {after.verdict}"] += 1
            better = improved(before, after)
            accepted = reason_accepted(own, what, before, after, better) if better else None
            if accepted is not None:
                counts[f"accepted: {accepted}"] += 1
            elif better:
                failures.append({"case": name, "lost": what, "improved": better})
        yield name, counts, failures


def main(arguments: list[str] | None = None) -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description="Every single loss of every example case.")
    parser.add_argument("--pairs", action="store_true", help="pairs of losses, too")
    parser.add_argument("--record", type=Path)
    chosen = parser.parse_args(arguments)
    record: dict[str, Any] = {"pairs": chosen.pairs, "JSON": {}, "TOML": {}, "CSV": {}, "failures": []}
    for form, checker in run_documents(pairs=chosen.pairs):
        record[form][checker.name] = dict(sorted(checker.counts.items()))
        record["failures"] += [{"form": form} | failure for failure in checker.failures]
        print(form, checker.name, dict(checker.counts), checker.failures[:5], file=sys.stderr, flush=True)
    for name, counts, failures in run_tables():
        record["CSV"][name] = dict(sorted(counts.items()))
        record["failures"] += [{"form": "CSV"} | failure for failure in failures]
        print("CSV", name, dict(counts), failures[:5], file=sys.stderr, flush=True)
    if chosen.record is not None:
        chosen.record.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 1 if record["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
