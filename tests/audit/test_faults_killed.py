"""Audits that end before they are done: killed, stopped, without space on the disk (F01 to F04)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.fault_cohorts import assert_failed, audit, files_of, lines_of, text_of, workplace, write
from audit.faulty_run import SMALL, fail_at, place
from cli.runner import REPOSITORY, Outcome

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are those of POSIX")

DAMAGED = "what the interrupted audit had read is damaged"
#: Moments of an audit: the function that is called then, and after how many calls.
MOMENTS = [
    ("reirrad.audit.run:find_files", 0),
    ("reirrad.audit.run:read_safely", 0),
    ("reirrad.audit.reading:Spill.add", 3),
    ("reirrad.audit.reading:Spill.flush", 0),
    ("reirrad.audit.reading:synced", 0),
    ("reirrad.audit.workplace:Workplace.save_state", 1),
    ("reirrad.audit.engines:audit_bucket", 0),
    ("reirrad.audit.engines:audit_bucket", 3),
    ("reirrad.audit.engines:write_whole", 2),
    ("reirrad.audit.output:TableWriter.close", 1),
    ("reirrad.audit.run:write_quarantine", 0),
    ("reirrad.audit.run:write_whole", 1),
    ("reirrad.audit.workplace:Workplace.publish", 0),
    ("reirrad.audit.workplace:synced", 0),
]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(*place(name), value)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bad = ['"unbalanced', "00007,1,SpinalCord"]
    return write(tmp_path_factory.mktemp("input") / "cohort.csv", text_of([*lines_of(200), *bad]))


@pytest.fixture(scope="module")
def expected(cohort: Path) -> dict[str, bytes]:
    out = cohort.with_name("whole")
    assert faulty("", 0, "none", cohort, "--out", out).code == 3
    return files_of(out)


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(REPOSITORY / "tests"), str(REPOSITORY / "src")])
    return os.environ | {"PYTHONPATH": path}


def faulty(name: str, calls: int, what: str, *arguments: str | Path) -> Outcome:
    ended = subprocess.run(
        [sys.executable, "-m", "audit.faulty_run", name, str(calls), what, "audit", *map(str, arguments)],
        capture_output=True, check=False, timeout=60, env=environment(),
    )  # fmt: skip
    return Outcome(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.mark.parametrize(("name", "calls"), MOMENTS)
def test_f01_killed_at_any_moment(
    name: str, calls: int, cohort: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    killed = faulty(name, calls, "kill", cohort, "--out", out, "--workers", "1")
    assert killed.code == -signal.SIGKILL
    assert not out.exists()
    if not (workplace(out) / "state.json").exists():
        # killed before it had begun: there is nothing to go on with, and nothing in the way
        assert_failed(audit(cohort, "--out", out, "--resume"), out, "no interrupted audit", "leave out --resume")
        assert audit(cohort, "--out", out).code == 3
        assert files_of(out) == expected
        return
    again = audit(cohort, "--out", out)
    assert_failed(again, out, str(out), "was interrupted", "add --resume to go on with it, or --overwrite")
    assert audit(cohort, "--out", out, "--resume").code == 3
    assert files_of(out) == expected


@pytest.mark.parametrize(("name", "calls"), [MOMENTS[2], MOMENTS[7], MOMENTS[10]])
def test_f01_begun_anew(name: str, calls: int, cohort: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    faulty(name, calls, "kill", cohort, "--out", out, "--workers", "1")
    # other options are another audit: it cannot go on, but begin anew
    assert_failed(audit(cohort, "--out", out, "--resume", "--strict"), out, "other options or rules", "--overwrite")
    assert audit(cohort, "--out", out, "--overwrite").code == 3
    assert files_of(out) == expected


def test_f01_killed_while_results_are_replaced(cohort: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert audit(write(tmp_path / "other.csv", text_of(lines_of(3))), "--out", out).code == 0
    before = files_of(out)
    faulty("reirrad.audit.run:write_quarantine", 0, "kill", cohort, "--out", out, "--overwrite")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert audit(cohort, "--out", out, "--overwrite", "--resume").code == 3
    assert files_of(out) == expected


def test_f01_resumed_in_another_format_mixes_nothing(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    faulty("reirrad.audit.run:write_quarantine", 0, "kill", cohort, "--out", out)
    assert (workplace(out) / "results/findings.parquet").exists()
    assert audit(cohort, "--out", out, "--resume", "--format", "csv").code == 3
    names = {"findings.csv", "patients.csv", "quarantine.csv", "summary.json", "report.html"}
    assert set(files_of(out)) == names


def _interrupted(cohort: Path, out: Path) -> Path:
    """Return the folder of an audit of which everything is judged; without a process of its own, that is faster."""
    with pytest.MonkeyPatch.context() as patch:
        owner, last = place("reirrad.audit.run:write_quarantine")
        patch.setattr(owner, last, getattr(owner, last))
        fail_at("reirrad.audit.run:write_quarantine", 0, "full")
        assert audit(cohort, "--out", out).code == 2
    return workplace(out)


def _deleted(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("damage", [_deleted, _cut, _empty])
@pytest.mark.parametrize("name", ["rows-00000.arrow", "bad-lines.jsonl"])
def test_f02_damaged_rows_are_refused(name: str, damage: Callable[[Path], None], cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    damage(_interrupted(cohort, out) / name)
    outcome = audit(cohort, "--out", out, "--resume")
    assert_failed(outcome, out, str(out), DAMAGED, "begin anew: --overwrite without --resume")


@pytest.mark.parametrize("damage", [_deleted, _cut, _empty])
@pytest.mark.parametrize("suffix", ["findings", "patients", "json"])
def test_f02_damaged_results_are_made_again(
    suffix: str, damage: Callable[[Path], None], cohort: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    folder = _interrupted(cohort, out)
    damage(sorted(folder.glob(f"bucket-*.{suffix}"))[1])
    assert audit(cohort, "--out", out, "--resume").code == 3
    assert files_of(out) == expected


def test_f02_damaged_state_is_refused(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _cut(_interrupted(cohort, out) / "state.json")
    assert_failed(audit(cohort, "--out", out, "--resume"), out, DAMAGED, "begin anew: --overwrite without --resume")


def test_f02_data_are_on_disk_before_what_speaks_of_them(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the calls: rows and tables are synced, then the state and the descriptions are written."""
    synced: set[int] = set()
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    seen = 0
    replace = Path.replace

    def checked(self: Path, target: Path) -> Path:
        nonlocal seen
        target = Path(target)
        assert self.stat().st_ino in synced, target.name
        if target.name == "state.json" and "read" in json.loads(self.read_text(encoding="utf-8")):
            spilled = [*target.parent.glob("rows-*"), target.parent / "bad-lines.jsonl"]
            assert all(path.stat().st_ino in synced for path in spilled)
            seen += len(spilled)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", checked)
    assert audit(cohort, "--out", tmp_path / "out").code == 3
    assert seen > 2


def _started(cohort: Path, out: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ["x:y", "0", "none", "audit", str(cohort), "--out", str(out), "--workers", "2", *options]
    running = subprocess.Popen(
        [sys.executable, "-m", "audit.faulty_run", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), start_new_session=True,
    )  # fmt: skip
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def _wait_for(running: subprocess.Popen[bytes], folder: Path, pattern: str) -> None:
    until = time.monotonic() + 30
    while not list(folder.glob(pattern)):
        assert time.monotonic() < until
        assert running.poll() is None
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("sent", "to_group", "code", "word", "pattern"),
    [
        (signal.SIGINT, False, 130, b"interrupted", "state.json"),
        (signal.SIGINT, True, 130, b"interrupted", "rows-00001.arrow"),
        (signal.SIGINT, True, 130, b"interrupted", "bucket-*.json"),
        (signal.SIGTERM, False, 143, b"terminated", "bucket-*.json"),
    ],
)
def test_f03_interrupted(
    sent: signal.Signals,
    to_group: bool,
    code: int,
    word: bytes,
    pattern: str,
    cohort: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
) -> None:
    """Of a terminal the interrupt reaches the workers too: they say nothing and leave nothing."""
    out = tmp_path / "out"
    for running in _started(cohort, out):
        _wait_for(running, workplace(out), pattern)
        began = time.monotonic()
        (os.killpg if to_group else os.kill)(running.pid, sent)
        printed, err = running.communicate(timeout=30)
        assert time.monotonic() - began < 2
        assert running.returncode == code, err
    assert printed == b""
    assert b"the audit stopped; the same command with --resume goes on with it" in err
    assert word in err
    assert b"Traceback" not in err
    assert not out.exists()
    assert audit(cohort, "--out", out, "--resume").code == 3
    assert files_of(out) == expected


@pytest.mark.parametrize(("name", "calls"), MOMENTS[1:])
def test_f04_disk_full_at_any_moment(
    name: str, calls: int, cohort: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        owner, last = place(name)
        patch.setattr(owner, last, getattr(owner, last))  # put back when the context ends
        fail_at(name, calls, "full")
        full = audit(cohort, "--out", out)
    assert_failed(full, out, "No space left on device", "add --resume when there is room, or --overwrite")
    assert audit(cohort, "--out", out, "--resume").code == 3
    assert files_of(out) == expected


@pytest.mark.parametrize("most_bytes", [300, 3_000, 9_000, 30_000])
def test_f04_no_file_may_grow(most_bytes: int, cohort: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    """The system refuses to write more than some bytes to a file: what writes it, Python or Arrow, does not matter."""
    out = tmp_path / "out"
    arguments = ["x:y", "0", "none", "audit", str(cohort), "--out", str(out), "--workers", "1"]
    ended = subprocess.run(
        [sys.executable, "-m", "audit.faulty_run", *arguments],
        capture_output=True, check=False, timeout=60, env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes)),
    )  # fmt: skip
    outcome = Outcome(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    assert_failed(outcome, out, "the audit stopped", "File too large", "add --resume when there is room")
    assert audit(cohort, "--out", out, "--resume").code == 3
    assert files_of(out) == expected


def test_f01_workers_end_with_the_process_they_work_for(tmp_path: Path) -> None:
    # a worker that waits for ever would hold memory, and whatever reads the output of the command
    script = (
        "import os, signal\n"
        "from reirrad.audit.engines import _pool\n"
        "pool = _pool(2)\n"
        "print(pool.submit(os.getpid).result(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "script.py"
    path.write_text(f"if __name__ == '__main__':\n    {script.replace(chr(10), chr(10) + '    ')}", encoding="utf-8")
    # the output ends when the last process that holds it is gone
    ended = subprocess.run([sys.executable, str(path)], capture_output=True, check=False, timeout=20)
    assert (ended.returncode, ended.stdout.strip().isdigit()) == (-signal.SIGKILL, True)
