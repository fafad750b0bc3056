"""BED of many schedules, beside plain numpy of the same formula and beside copying the same bytes.

Each group is one number of schedules with a new or a given array for the result, so that its table shows the ratios of
one run. Nothing here asserts a time: the ratios are what to watch, because they depend less on the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from reirrad.radiobiology import bed, eqd2

SCHEDULES = [10**3, 10**5, 10**7]
NAMES = ["total_dose_gy", "n_fractions", "alpha_beta_gy"]


def columns(rows: int) -> dict[str, Any]:
    random = np.random.default_rng(rows)
    values = [
        random.uniform(1.0, 80.0, rows),
        random.integers(1, 41, rows).astype(np.float64),
        random.choice([2.0, 3.0, 10.0], rows),
    ]
    return dict(zip(NAMES, values, strict=True))


def checked(table: dict[str, Any], out: Any) -> Callable[[], Any]:
    return lambda: bed(**table, out=out)


def plain_numpy(table: dict[str, Any], out: Any) -> Callable[[], Any]:
    total, n, alpha_beta = (table[name] for name in NAMES)
    if out is None:
        return lambda: total * (1 + (total / n) / alpha_beta)
    return lambda: np.multiply(total, 1 + (total / n) / alpha_beta, out=out)


def copy(table: dict[str, Any], out: Any) -> Callable[[], Any]:
    """Read half of the bytes of three columns and a result, and write as many."""
    source = np.ones(2 * table["total_dose_gy"].size)
    if out is None:
        return source.copy
    target = np.ones(source.size)
    return lambda: np.copyto(target, source)


def measure(benchmark: Any, function: Callable[[], Any], rows: int, group: str) -> None:
    benchmark.group = f"bed of {rows:,} schedules, {group}"
    benchmark(function)
    if benchmark.stats:  # absent where benchmarks are disabled
        benchmark.extra_info["ns_per_schedule"] = round(benchmark.stats.stats.median / rows * 1e9, 3)


@pytest.mark.parametrize("work", [checked, plain_numpy, copy], ids=lambda work: work.__name__)
@pytest.mark.parametrize("result", ["new array", "with out"])
@pytest.mark.parametrize("rows", SCHEDULES)
def test_bed(benchmark: Any, rows: int, result: str, work: Any) -> None:
    out = np.ones(rows) if result == "with out" else None
    measure(benchmark, work(columns(rows), out), rows, result)


@pytest.mark.parametrize("work", [checked, plain_numpy], ids=lambda work: work.__name__)
@pytest.mark.parametrize("change", ["scalar alpha_beta", "integer n_fractions", "strided total_dose"])
def test_bed_of_other_columns(benchmark: Any, change: str, work: Any) -> None:
    rows = SCHEDULES[-1]
    table = columns(rows)
    if change == "scalar alpha_beta":
        table["alpha_beta_gy"] = 2.0
    elif change == "integer n_fractions":
        table["n_fractions"] = table["n_fractions"].astype(np.int64)
    else:
        table["total_dose_gy"] = np.repeat(table["total_dose_gy"], 2)[::2]
    measure(benchmark, work(table, None), rows, change)


def test_eqd2(benchmark: Any) -> None:
    rows = SCHEDULES[-1]
    table, out = columns(rows), np.ones(rows)
    measure(benchmark, lambda: eqd2(**table, out=out), rows, "with out")
