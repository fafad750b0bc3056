"""The example cohorts: every error that was put in is found, and nothing else is."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from reirrad import audit
from reirrad.audit import Findings
from reirrad.library import load_library

ROOT = Path(__file__).parents[2]
COHORTS = ROOT / "data/cohorts"
GENERATED, RECORD = COHORTS / "generated-2000.csv", COHORTS / "generated-2000.errors.json"
PUBLISHED = COHORTS / "published-regimens.csv"


def module_of(path: Path) -> ModuleType:
    """Load a script that is no part of the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up by name
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, path.stem, module)
        spec.loader.exec_module(module)
    return module


def read(path: Path, *, drop: str = "") -> tuple[dict[str, np.ndarray[Any, Any]], list[int], list[int]]:
    """Return the columns of a CSV file, the line of each row, and the lines with another number of cells."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader)
        lines = [(reader.line_num, cells) for cells in reader]
    well_formed = [(line, cells) for line, cells in lines if len(cells) == len(header)]
    ragged = [line for line, cells in lines if len(cells) != len(header)]
    columns = {
        name: np.array([cells[place] for _, cells in well_formed], dtype=object)
        for place, name in enumerate(header)
        if name != drop
    }
    return columns, [line for line, _ in well_formed], ragged


def adds_up(findings: Findings) -> bool:
    return findings.rows_in == findings.rows_audited + findings.rows_quarantined + findings.rows_duplicate


def verdicts(findings: Findings) -> dict[str, str]:
    columns = findings.patients.columns
    return dict(zip(columns["patient_id"].tolist(), columns["verdict"].tolist(), strict=True))


@pytest.fixture(scope="module")
def errors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def generated() -> tuple[Findings, dict[str, np.ndarray[Any, Any]], list[int], list[int]]:
    columns, lines, ragged = read(GENERATED, drop="site")
    return audit(columns), columns, lines, ragged


def test_generator_gives_the_same_bytes(tmp_path: Path) -> None:
    make_cohort = module_of(ROOT / "tools/make_cohort.py")
    assert make_cohort.main([str(tmp_path)]) == 0
    for path in (GENERATED, RECORD):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    assert GENERATED.stat().st_size < 1_500_000


def test_record_says_what_is_in_the_file(errors: list[dict[str, Any]]) -> None:
    """The lines of the record are looked up in the file itself, not taken from the generator."""
    lines = list(csv.reader(GENERATED.read_text(encoding="utf-8").splitlines()))
    header = lines[0]
    wrong_cells = {
        "dose_999": "999",
        "empty_n_fractions": "",
        "half_a_fraction": "12.5",
        "unknown_structure": "Cord old2",
        "unknown_modality": "x-rays",
    }
    for error in errors:
        cells = lines[error["line"] - 1]
        assert cells[0] == error["patient_id"]
        if error["kind"] in wrong_cells:
            assert cells[header.index(error["column"])] == wrong_cells[error["kind"]]
        if error["kind"] == "exact_duplicate":
            assert lines.count(cells) == 2
        if error["kind"] == "decimal_comma":
            assert f'"{cells[header.index("dose_gy")]}"' in GENERATED.read_text(encoding="utf-8")
    assert len({error["patient_id"] for error in errors}) == len(errors)
    assert 55 <= len(errors) <= 65


def test_every_injected_error_is_found_and_nothing_else(
    generated: tuple[Findings, dict[str, Any], list[int], list[int]], errors: list[dict[str, Any]]
) -> None:
    """F10, F12: the rows, columns and reasons of the quarantine are those of the record."""
    findings, _, lines, ragged = generated
    expected = {}
    for error in errors:
        if error["expected"] == "quarantined" and error["kind"] != "ragged_line":
            expected[error["line"]] = (error["column"], error["reason"])
        expected |= {item["line"]: (item["column"], item["reason"]) for item in error.get("also_quarantined", ())}
    # a date is two columns to the audit, its first and its last day
    found = {lines[item.row]: (item.column.removesuffix("_low"), item.reason) for item in findings.quarantine}
    assert found == expected
    kinds = Counter(error["kind"] for error in errors)
    assert findings.rows_duplicate == kinds["exact_duplicate"]
    assert ragged == [error["line"] for error in errors if error["kind"] == "ragged_line"]
    assert findings.rows_in == len(lines)
    assert adds_up(findings)


def test_unknown_structures_are_those_recorded(
    generated: tuple[Findings, dict[str, Any], list[int], list[int]], errors: list[dict[str, Any]]
) -> None:
    """The aliases of the file are all known; the unknown name is never guessed."""
    patients = generated[0].patients.columns
    unmapped = zip(patients["patient_id"], patients["unmapped_structures"], strict=True)
    expected = {error["patient_id"] for error in errors if error["kind"] == "unknown_structure"}
    assert {name: names for name, names in unmapped if names} == dict.fromkeys(expected, ("Cord old2",))


def test_no_patient_with_a_lost_row_is_met(
    generated: tuple[Findings, dict[str, Any], list[int], list[int]], errors: list[dict[str, Any]]
) -> None:
    """Law 1; the ragged line is left to the reader of files, which must say that a row was lost."""
    verdict = verdicts(generated[0])
    lost = [error["patient_id"] for error in errors if error["expected"] in {"quarantined", "unknown_structure"}]
    assert all(verdict[name] != "met" for name in lost if name not in _ragged(errors))
    assert len(verdict) == 2000
    assert {"met", "not_evaluated", "violated"} <= set(verdict.values())


def _ragged(errors: list[dict[str, Any]]) -> set[str]:
    return {error["patient_id"] for error in errors if error["kind"] == "ragged_line"}


def test_duplicates_change_no_finding(
    generated: tuple[Findings, dict[str, Any], list[int], list[int]], errors: list[dict[str, Any]]
) -> None:
    findings, columns, lines, _ = generated
    duplicates = {error["line"] for error in errors if error["kind"] == "exact_duplicate"}
    keep = np.array([line not in duplicates for line in lines])
    without = audit({name: values[keep] for name, values in columns.items()})
    assert verdicts(without) == verdicts(findings)
    assert without.columns["status"].tolist() == findings.columns["status"].tolist()


def test_generated_cohort_has_the_shape_that_its_readme_says(
    generated: tuple[Findings, dict[str, Any], list[int], list[int]],
) -> None:
    _, columns, _, _ = generated
    courses = set(zip(columns["patient_id"], columns["course_id"], strict=True))
    assert len(courses) / 2000 == pytest.approx(2.2, abs=0.05)
    assert set(columns["course_id"]) == {"1", "2", "3", "4"}
    assert all(name.startswith("0") and len(name) == 6 for name in columns["patient_id"])
    days = [text for text in columns["start"] if len(text) == 10 and text[4] == "-"]
    assert min(days) >= "2005"
    assert max(days) < "2024"
    assert any(len(text) == 7 for text in columns["start"])
    names = load_library().structures.names
    assert any(name not in names for name in columns["structure"])


def test_published_regimens_are_read_and_nothing_missing_is_met() -> None:
    """What a paper does not state is an empty cell, and no verdict on such a row is met."""
    columns, _, ragged = read(PUBLISHED, drop="source")
    findings = audit(columns, assume_once_daily=True)
    assert ragged == []
    assert findings.quarantine == ()
    assert findings.rows_audited == findings.rows_in == len(columns["patient_id"])
    assert "empty cells of fractions_per_day were taken as 1" in findings.assumptions
    # every one of them lacks something: a date, a technique, a side, or the earlier course
    assert "met" not in verdicts(findings).values()
    assert verdicts(findings)["wang-2024"] == "violated"


def test_published_regimens_without_the_assumption_are_all_quarantined() -> None:
    """No paper states the fractions per day: nothing is filled in unless somebody says so."""
    columns, _, _ = read(PUBLISHED, drop="source")
    findings = audit(columns)
    assert {(item.column, item.reason) for item in findings.quarantine} == {("fractions_per_day", "missing")}
    assert findings.rows_quarantined == findings.rows_in


def test_published_regimens_each_have_a_source_in_the_readme() -> None:
    readme = (COHORTS / "README.md").read_text(encoding="utf-8")
    columns, _, _ = read(PUBLISHED)
    for name, source in set(zip(columns["patient_id"], columns["source"], strict=True)):
        row = next(line for line in readme.splitlines() if f"`{name}`" in line)
        assert source in row


def test_benchmark_cohort_is_clean_and_reproducible(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    module = module_of(ROOT / "benchmarks/generated_cohorts.py")
    written = module.write_cohort(tmp_path / "a.csv", n_rows=20_000)
    module.write_cohort(tmp_path / "b.csv", n_rows=20_000)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert b'"' not in (tmp_path / "a.csv").read_bytes()
    columns, _, ragged = read(tmp_path / "a.csv")
    assert ragged == []
    assert len(columns["patient_id"]) == written == pytest.approx(20_000, rel=0.05)
    findings = audit(columns, library=load_library().select(["nieder-2006"]))
    assert findings.quarantine == ()
    assert findings.rows_audited == written


def test_portions_of_the_benchmark_cohort_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patients go on counting from one portion to the next, and courses never overlap."""
    pytest.importorskip("pyarrow")
    module = module_of(ROOT / "benchmarks/generated_cohorts.py")
    monkeypatch.setattr(module, "PATIENTS_AT_ONCE", 7)
    module.write_cohort(tmp_path / "a.csv", n_rows=2_000)
    columns, _, _ = read(tmp_path / "a.csv")
    courses: dict[str, dict[str, tuple[str, str]]] = {}
    for patient, course, start, end in zip(
        *(columns[name] for name in ("patient_id", "course_id", "start", "end")), strict=True
    ):
        courses.setdefault(patient, {})[course] = (start, end)
    assert sorted(courses) == [f"P{number:08d}" for number in range(len(courses))]
    for own in courses.values():
        days = [day for _, pair in sorted(own.items()) for day in pair]
        assert days == sorted(days)
        assert all(left < right for left, right in zip(days[1::2], days[2::2], strict=False))
