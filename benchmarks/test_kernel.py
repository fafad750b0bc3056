"""BED of many schedules, beside plain numpy of the same formula and beside copying the same bytes.

Each group is one number of schedules, so that its table shows the ratios of one run. Nothing here asserts a time: the
ratio to the copy is what to watch, because it depends less on the machine than a duration does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reirrad.radiobiology import bed

SCHEDULES = [10**3, 10**5, 10**7]


def columns(rows: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(rows)
    return {
        "total_dose_gy": random.uniform(1.0, 80.0, rows),
        "n_fractions": random.integers(1, 41, rows),
        "alpha_beta_gy": random.choice([2.0, 3.0, 10.0], rows),
    }


def checked(table: dict[str, np.ndarray]) -> Any:
    return bed(**table)


def plain_numpy(table: dict[str, np.ndarray]) -> Any:
    total = table["total_dose_gy"]
    return total * (1 + (total / table["n_fractions"]) / table["alpha_beta_gy"])


class Copy:
    """Read the three columns and write one: one large copy for each 16 bytes of a row that are read and written."""

    def __init__(self, table: dict[str, np.ndarray]) -> None:
        bytes_moved = sum(column.nbytes for column in table.values()) + table["total_dose_gy"].nbytes
        self.source = np.ones(bytes_moved // 2, np.uint8)
        self.target = np.empty_like(self.source)

    def __call__(self, _table: dict[str, np.ndarray]) -> Any:
        np.copyto(self.target, self.source)
        return self.target


@pytest.mark.parametrize("work", ["checked", "plain_numpy", "copy"])
@pytest.mark.parametrize("schedules", SCHEDULES)
def test_bed(benchmark: Any, schedules: int, work: str) -> None:
    table = columns(schedules)
    function = {"checked": checked, "plain_numpy": plain_numpy, "copy": Copy(table)}[work]
    benchmark.group = f"bed of {schedules:,} schedules"
    benchmark(function, table)
    if benchmark.stats:  # absent where benchmarks are disabled
        median_s = benchmark.stats.stats.median
        benchmark.extra_info["ns_per_schedule"] = round(median_s / schedules * 1e9, 3)


@pytest.mark.parametrize("layout", ["scalar alpha_beta", "float n_fractions", "with out"])
def test_bed_of_other_columns(benchmark: Any, layout: str) -> None:
    rows = SCHEDULES[-1]
    table: dict[str, Any] = dict(columns(rows))
    if layout == "scalar alpha_beta":
        table["alpha_beta_gy"] = 2.0
    elif layout == "float n_fractions":
        table["n_fractions"] = table["n_fractions"].astype(np.float64)
    else:
        table["out"] = np.ones(rows)
    benchmark.group = f"bed of {rows:,} schedules"
    benchmark(checked, table)
