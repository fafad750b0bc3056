"""Start-up of the command line, as whole processes, beside the bare imports of its dependencies.

`import pydantic` alone loads next to nothing of it; the third process defines one model, which any use of it does.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CASE = Path(__file__).parent.parent / "data" / "cases" / "hpc_lumbar_2024.toml"

PROCESSES = {
    "bare imports": ["-c", "import numpy, pydantic, click"],
    "bare imports and one model": [
        "-c",
        "import numpy, click\nfrom pydantic import BaseModel\nclass One(BaseModel):\n    value: int",
    ],
    "check of one case": ["-m", "reirrad", "check", "--quiet", str(CASE)],
    "eqd2": ["-m", "reirrad", "eqd2", "30 Gy / 10", "--alpha-beta", "2"],
}


@pytest.mark.benchmark(group="start-up", warmup=True, warmup_iterations=1)
@pytest.mark.parametrize("name", PROCESSES)
def test_startup(benchmark, name):
    command = [sys.executable, *PROCESSES[name]]

    def run():
        return subprocess.run(command, capture_output=True, check=False).returncode

    # the worked example is violated
    assert benchmark.pedantic(run, rounds=10, warmup_rounds=1) == (1 if "check" in name else 0)
