"""F15: an audit in less memory than it needs: it says so and leaves nothing that looks like a result."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audit.fault_cohorts import HEADER, files_of, lines_of, text_of, workplace, write
from cli.runner import command, invoke

resource = pytest.importorskip("resource")
N_PATIENTS = 2000


def _limited(most_bytes: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command whose address space is limited, libraries and all; its workers inherit the limit."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))

    return subprocess.run(
        command(*map(str, arguments)), capture_output=True, text=True, check=False, timeout=120, preexec_fn=limit
    )


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("memory")
    return write(folder / "c.csv", text_of(lines_of(N_PATIENTS), header=HEADER))


@pytest.fixture(scope="module")
def whole(cohort: Path) -> dict[str, bytes]:
    out = cohort.parent / "whole"
    assert invoke("audit", "--quiet", "--workers", "1", cohort, "--out", out).code == 0
    return files_of(out)


@pytest.fixture(scope="module")
def loaded_bytes() -> int:
    """Return the address space of a process that has loaded what an audit needs, and done nothing with it."""
    asked = "import reirrad.audit.run, reirrad.audit.reading; print(open('/proc/self/status').read())"
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    found = re.search(r"VmPeak:\s+(\d+) kB", ended.stdout)
    if found is None:
        pytest.skip("the system does not say how large a process is")
    return int(found[1]) * 1024


@pytest.mark.parametrize("share", [1.0, 1.1, 1.3])
def test_f15_less_memory_than_needed(
    share: float, loaded_bytes: int, cohort: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """Whether it is enough differs from run to run: how much is reserved depends on which thread came first."""
    out = tmp_path / "out"
    ended = _limited(int(share * loaded_bytes), "audit", "--quiet", "--workers", "1", cohort, "--out", out)
    # once in a while Arrow aborts, where it has no way to say that memory is short
    assert ended.returncode in (0, 2, -signal.SIGABRT), ended.stderr
    assert "Traceback" not in ended.stderr
    if ended.returncode != 0:
        assert ended.stdout == ""
        assert ended.returncode != 2 or "nothing was decided" in ended.stderr
        assert not out.exists()
        begun = ["--resume"] if workplace(out).exists() else []
        assert invoke("audit", "--quiet", "--workers", "1", cohort, "--out", out, *begun).code == 0
    assert files_of(out) == whole
