"""An audit of a generated cohort, beside what Polars needs merely to read the same CSV, and beside simpler ways.

10^6 rows by default; REIRRAD_BENCH_ROWS=10000000 for ten million. The peak of memory is that of the largest process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas
import polars
import pytest

from generated_cohorts import write_cohort
from reirrad import check, load_library, parse_case

N_ROWS = int(os.environ.get("REIRRAD_BENCH_ROWS", "1000000"))
CORD = ("nieder-2005", "nieder-2006", "hytec-cord-2021")
WATCH = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
#: Patients that the loop is timed on.
IN_A_LOOP = 100


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    write_cohort(path, n_rows=N_ROWS)
    return path


def audited(path: Path, editions: tuple[str, ...]) -> int:
    out = path.with_name("out")
    shutil.rmtree(out, ignore_errors=True)
    options = [part for name in editions for part in ("--edition", name)]
    command = [sys.executable, "-m", "reirrad", "audit", str(path), "--out", str(out), "--quiet", *options]
    # a process of its own, whose largest child is the audit or one of its workers
    watched = [sys.executable, "-c", WATCH, *command]
    told = subprocess.run(watched, check=True, capture_output=True, text=True).stdout
    return int(told) // 1024


@pytest.mark.parametrize("what", ["Polars reads the CSV", "audit by the cord editions", "audit by the whole library"])
def test_audit(benchmark, cohort, what):
    benchmark.group = f"audit of {N_ROWS} rows, whole processes"
    if what.startswith("Polars"):
        code = f"import polars; polars.read_csv({str(cohort)!r})"
        benchmark.pedantic(subprocess.run, args=([sys.executable, "-c", code],), kwargs={"check": True}, rounds=3)
        return
    editions = CORD if "cord" in what else ()
    peak = benchmark.pedantic(audited, args=(cohort, editions), rounds=1 if N_ROWS > 2_000_000 else 2)
    benchmark.extra_info["peak_mib_of_a_process"] = peak


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "cohort.csv"
    write_cohort(path, n_rows=100_000)
    return path


def cases_of(path: Path) -> list[dict]:
    """Return the patients of a cohort as case files."""
    cases = []
    for (patient,), rows in polars.read_csv(path, infer_schema=False).group_by("patient_id", maintain_order=True):
        courses = []
        for (course,), items in rows.group_by("course_id", maintain_order=True):
            first = items.row(0, named=True)
            courses.append(
                {
                    "id": course, "role": "delivered", "modality": first["modality"], "technique": first["technique"],
                    "fractions_per_day": 1, "start": first["start"], "end": first["end"],
                    "schedule": f"{2 * int(first['n_fractions'])} Gy / {first['n_fractions']}",
                    "dose": {
                        row["structure"]: {row["metric"]: float(row["dose_gy"]), "basis": "plan"}
                        for row in items.iter_rows(named=True)
                    },
                }
            )  # fmt: skip
        cases.append(
            {
                "schema": "reirrad-case/1", "case_id": patient, "prior_radiotherapy": "complete",
                "prior_courses": len(courses), "structures": rows["structure"].unique(maintain_order=True).to_list(),
                "course": courses,
            }
        )  # fmt: skip
    return cases


def by_pandas(path: Path) -> int:
    """Return how many patients exceed two sums of the cord: the rules alone, without ranges and sources."""
    table = pandas.read_csv(path, dtype={"patient_id": str, "course_id": str}, parse_dates=["start", "end"])
    table = table[table.structure == "SpinalCord"].sort_values(["patient_id", "start"])
    table["bed_gy"] = table.dose_gy * (1 + table.dose_gy / table.n_fractions / 2)

    def judged(courses):
        gap = (courses.start.iloc[-1] - courses.end.iloc[:-1]).dt.days if len(courses) > 1 else np.zeros(0)
        recovered = np.where(np.asarray(gap) >= 365, 0.5, np.where(np.asarray(gap) >= 182, 0.25, 0.0))
        discounted = (courses.bed_gy.to_numpy()[:-1] * (1 - recovered)).sum() + courses.bed_gy.iloc[-1]
        return courses.bed_gy.sum() > 135.5 or discounted / 2 > 50

    return int(table.groupby("patient_id").apply(judged, include_groups=False).sum())


@pytest.mark.parametrize("what", ["audit", "pandas groupby of two rules of one structure", "loop of check"])
def test_simpler_ways(benchmark, small, what):
    benchmark.group = "100 000 rows by the cord editions"
    if what == "audit":
        benchmark.pedantic(audited, args=(small, CORD), rounds=3)
    elif what.startswith("pandas"):
        benchmark.pedantic(by_pandas, args=(small,), rounds=1 if N_ROWS > 2_000_000 else 2)
    else:
        cases, library = cases_of(small), load_library().select(CORD)
        benchmark.extra_info["patients_of_the_cohort"] = len(cases)
        benchmark.extra_info["patients_in_the_loop"] = IN_A_LOOP

        def loop():
            return [check(parse_case(case), library=library).verdict for case in cases[:IN_A_LOOP]]

        benchmark.pedantic(loop, rounds=1)
