"""The self-test as a whole process, beside the bare imports of what it computes with."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROCESSES = {
    "bare imports": ["-c", "import numpy, pydantic, click, scipy.optimize, scipy.special"],
    "self-test of one random case": ["-m", "reirrad", "selftest", "--cases", "1"],
    "self-test": ["-m", "reirrad", "selftest"],
}


@pytest.mark.benchmark(group="self-test")
@pytest.mark.parametrize("name", PROCESSES)
def test_selftest(benchmark, name):
    command = [sys.executable, *PROCESSES[name]]

    def run():
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert benchmark.pedantic(run, rounds=3, warmup_rounds=1) == 0
