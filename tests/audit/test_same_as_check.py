"""An audit gives every patient what ``check`` gives the same patient as a case file, byte for byte."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pyarrow.parquet as parquet

from audit.random_cohort import Row, case_of, rows_of_patient
from reirrad import parse_case
from reirrad.audit.as_json import findings_as_json
from reirrad.audit.plan import Plan
from reirrad.audit.run import audit_files
from reirrad.engine.check import check_all
from reirrad.errors import InputError
from reirrad.library import load_library


def write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_random_patients(tmp_path: Path) -> None:
    random_ = random.Random(7)  # noqa: S311
    patients, cases = [], []
    while len(patients) < 250:
        rows = rows_of_patient(random_, len(patients))
        try:
            case = parse_case(case_of(rows))
            check_all([case], library=load_library().select(["nieder-2006"]))
        except InputError:
            continue  # what a case file refuses as a whole is no test of findings
        patients.append(rows)
        cases.append(case)
    every = [row for rows in patients for row in rows]
    random_.shuffle(every)
    summary = audit_files(Plan(inputs=(write(tmp_path / "cohort.csv", every),), out=tmp_path / "out"))
    assert summary["rows_quarantined"] == 0
    found: dict[str, list[str]] = {}
    table = parquet.read_table(tmp_path / "out" / "findings.parquet")
    ids = table.column("patient_id").to_pylist()
    for patient, item in zip(ids, findings_as_json(table), strict=True):
        found.setdefault(patient, []).append(json.dumps(item))
    assert len(ids) > 5 * len(patients)
    verdicts = parquet.read_table(tmp_path / "out" / "patients.parquet")
    verdict_of = dict(
        zip(verdicts.column("patient_id").to_pylist(), verdicts.column("verdict").to_pylist(), strict=True)
    )
    for case, report in zip(cases, check_all(cases), strict=True):
        expected = []
        for item in report.to_dict()["findings"]:
            del item["derivation"]
            expected.append(json.dumps(item))
        assert found.get(case.case_id, []) == expected, case.case_id
        assert verdict_of[case.case_id] == report.verdict
