"""The same random cases as TOML, JSON, CSV and Parquet: the same findings, byte for byte.

``python -m campaign.formats --cases 4000 --seed 2 --record docs/trust/formats.json``

TOML and JSON are read and checked as files; the JSON of their reports has to be the same bytes. What a table can say of
the same cases is written as CSV and as Parquet, audited, and compared with ``check``: the JSON of every finding but for
the derivation, which audits leave out, and the verdict of every patient; the two files of findings have to be the same
bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet

from campaign.differential import code_digest
from campaign.written import Row, as_a_table_can_say, rows_of, toml_text
from reirrad.audit.as_json import findings_as_json
from reirrad.audit.plan import Plan
from reirrad.audit.run import audit_files
from reirrad.engine.check import check_all
from reirrad.errors import InputError
from reirrad.ingest import parse_case, parse_case_bytes
from reirrad.library import load_library
from reirrad.report.json_report import report_json
from reirrad.selftest.constraints import as_oracle_sees
from reirrad.selftest.draws import Draws
from reirrad.selftest.random_cases import RandomCases

Raw = dict[str, Any]
BLOCK = 250
_COUNTS = ("files", "findings_of_files", "patients", "rows", "findings_of_tables", "refused")


def run_block(seed: int, indices: Sequence[int], folder: Path) -> Raw:
    """Compare some cases in the four formats; the result counts what was compared and lists what differs."""
    drawn = RandomCases(as_oracle_sees(load_library()))
    raws = [drawn.case(seed, index) for index in indices]
    found: Raw = dict.fromkeys(_COUNTS, 0) | {"differences": []}
    _files(raws, found)
    _tables(raws, Draws(seed, indices[0]), folder, found)
    return found


def _files(raws: list[Raw], found: Raw) -> None:
    as_toml = check_all([parse_case_bytes(toml_text(raw).encode(), source="case.toml") for raw in raws])
    as_json = check_all([parse_case_bytes(json.dumps(raw).encode(), source="case.json") for raw in raws])
    for raw, one, other in zip(raws, as_toml, as_json, strict=True):
        found["files"] += 1
        found["findings_of_files"] += len(one.findings)
        if report_json(one) != report_json(other):
            found["differences"].append(f"{raw['case_id']}: TOML and JSON")


def _tables(raws: list[Raw], draws: Draws, folder: Path, found: Raw) -> None:
    cases, rows = [], []
    for raw in map(as_a_table_can_say, raws):
        try:
            case = parse_case(raw)
            check_all([case], library=load_library().select(["nieder-2006"]))
        except InputError:  # e.g. the lower end of a range is the dose of one fraction
            found["refused"] += 1
            continue
        cases.append(case)
        rows += rows_of(raw)
    rows = draws.some_of(rows, len(rows))
    found["patients"] += len(cases)
    found["rows"] += len(rows)
    inputs = {"CSV": _csv(folder / "cohort.csv", rows), "Parquet": _parquet(folder / "cohort.parquet", rows)}
    by_check = {report.case_id: _of_report(report.to_dict()) for report in check_all(cases)}
    contents = []
    for name, path in inputs.items():
        out = folder / f"{name}-out"
        summary = audit_files(Plan(inputs=(path,), out=out))
        if summary["rows_quarantined"] or summary["rows_duplicate"]:
            found["differences"].append(f"{name}: {summary['rows_quarantined']} rows quarantined")
        by_audit = _of_audit(out)
        for case_id, expected in by_check.items():
            got = by_audit.get(case_id)
            if got != expected:
                found["differences"].append(f"{case_id}: {name} and check: {_first_difference(got, expected)}")
        found["findings_of_tables"] += sum(len(findings) for _, findings in by_audit.values())
        contents.append((out / "findings.parquet").read_bytes() + (out / "patients.parquet").read_bytes())
    if contents[0] != contents[1]:
        found["differences"].append("CSV and Parquet: files of findings")


def _of_report(report: Raw) -> tuple[str, list[str]]:
    for item in report["findings"]:
        del item["derivation"]
    return report["verdict"], [json.dumps(item) for item in report["findings"]]


def _of_audit(out: Path) -> dict[str, tuple[str, list[str]]]:
    table = parquet.read_table(out / "findings.parquet")
    patients = parquet.read_table(out / "patients.parquet").to_pydict()
    found: dict[str, tuple[str, list[str]]] = {
        patient: (verdict, []) for patient, verdict in zip(patients["patient_id"], patients["verdict"], strict=True)
    }
    for patient, item in zip(table.column("patient_id").to_pylist(), findings_as_json(table), strict=True):
        found[patient][1].append(json.dumps(item))
    return found


def _first_difference(got: tuple[str, list[str]] | None, expected: tuple[str, list[str]]) -> str:
    if got is None or got[0] != expected[0] or len(got[1]) != len(expected[1]):
        return f"verdict or number of findings: {got and (got[0], len(got[1]))}, {expected[0], len(expected[1])}"
    return next(f"{one} {other}" for one, other in zip(got[1], expected[1], strict=True) if one != other)


def _csv(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _parquet(path: Path, rows: list[Row]) -> Path:
    columns = {name: pyarrow.array([row[name] or None for row in rows], pyarrow.string()) for name in rows[0]}
    parquet.write_table(pyarrow.table(columns), path)
    return path


def run(seed: int, cases: int) -> Raw:
    total: Raw = dict.fromkeys(_COUNTS, 0) | {"differences": []}
    for first in range(0, cases, BLOCK):
        with tempfile.TemporaryDirectory() as folder:
            found = run_block(seed, range(first, min(first + BLOCK, cases)), Path(folder))
        for name, value in found.items():
            total[name] += value
    return total


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m campaign.formats")
    parser.add_argument("--cases", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    found = run(options.seed, options.cases)
    differences = found.pop("differences")
    record = {"schema": "reirrad-formats/1", "seed": options.seed} | found
    record |= {"differences": len(differences), "code_digest": code_digest()}
    if options.record:
        options.record.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for text in differences:
        print(text)
    print(f"{found['files']} case files, {found['patients']} patients, {len(differences)} differences", file=sys.stderr)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
