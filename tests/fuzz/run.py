"""A campaign of one target: ``PYTHONPATH=tests python -m fuzz.run TARGET --runs N --seconds S --seed K``.

Inputs are made by libFuzzer (atheris), guided by the lines and branches of the package that they reach. An input that
breaks the contract of its target, or takes the processor longer than 5 s, ends the campaign with exit code 1 and is
kept in the folder of the campaign, from where it belongs into ``regressions/``.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from fuzz import record

TARGETS = (
    "dates",
    "schedule",
    "metric",
    "case_toml",
    "case_json",
    "edition",
    "table_csv",
    "table_parquet",
    "command",
    "sizes",
)
_TESTS = Path(__file__).parents[1]
REGRESSIONS = Path(__file__).parent / "regressions"
#: An input that takes the processor longer than this is a failure.
MOST_SECONDS = 5
#: So is one that has not come back after so long by the clock, which runs on while other programs are at work.
MOST_SECONDS_BY_CLOCK = 60
#: A campaign goes on in a new process after so many executions.
MOST_RUNS_OF_A_PROCESS = 200_000
_MOST_LOG = 6000
_STATUS = re.compile(r"^#(?P<runs>\d+)\s.*?cov: (?P<edges>\d+) ft: (?P<features>\d+)(?: corp: (?P<inputs>\d+))?", re.M)


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What was run of a target, and what it reached and found."""

    target: str
    executions: int
    seconds: float
    cpu_seconds: float
    edges: int
    features: int
    corpus: int
    seed: int
    failures: list[str]
    python: str
    atheris: str


def module_of(target: str) -> ModuleType:
    """Return the module of a target."""
    return import_module(f"fuzz.target_{target}")


def in_time(target: ModuleType, data: bytes, *, most_seconds: float = MOST_SECONDS) -> None:
    """Give a target one input; taking the processor for too long breaks its contract too."""
    begun = time.process_time()
    target.one_input(data)
    took = time.process_time() - begun
    assert took <= most_seconds, f"it took the processor {took:.1f} s"


def regressions(target: str) -> list[Path]:
    """Return the inputs that once broke a target, and others that are kept."""
    folder = REGRESSIONS / target
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign, print what it reached, and add it to a record."""
    parser = argparse.ArgumentParser(prog="fuzz.run", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--runs", type=int, default=1_000_000, help="executions (of each target)")
    parser.add_argument("--seconds", type=int, default=0, help="end earlier, after so many seconds; 0: do not")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path, help="a JSON file of campaigns, one for each target")
    parser.add_argument("--corpus", type=Path, help="a folder to keep the inputs in; a temporary one by default")
    asked = parser.parse_args(arguments)
    failed = False
    for target in TARGETS if asked.target == "all" else [asked.target]:
        campaign, log = run(target, runs=asked.runs, seconds=asked.seconds, seed=asked.seed, corpus=asked.corpus)
        print(
            f"{target}: {campaign.executions} executions in {campaign.seconds:.0f} s "
            f"({campaign.cpu_seconds:.0f} s of processor), {campaign.features} features, "
            f"{'a failure' if campaign.failures else 'no failure'}"
        )
        print("".join(f"{line}\n" for line in (*campaign.failures, log if campaign.failures else "") if line), end="")
        failed = failed or bool(campaign.failures)
        if asked.record is not None:
            record.add(asked.record, asdict(campaign))
    return int(failed)


def run(target: str, *, runs: int, seconds: int, seed: int, corpus: Path | None = None) -> tuple[Campaign, str]:
    """Run one target, part after part, each in a process of its own with the inputs of those before; return the log.

    The instrumentation keeps some kilobytes an execution, which end with a process.
    """
    parts: list[Campaign] = []
    log, begun = "", time.monotonic()
    with tempfile.TemporaryDirectory(prefix="reirrad-fuzz-") as temporary:
        folder = (corpus if corpus is not None else Path(temporary)) / target
        while not parts or (sum(part.executions for part in parts) < runs and not parts[-1].failures):
            left = runs - sum(part.executions for part in parts)
            time_left = max(1, seconds - int(time.monotonic() - begun)) if seconds else 0
            part, log = _run_part(
                target,
                runs=min(left, MOST_RUNS_OF_A_PROCESS),
                seconds=time_left,
                seed=seed + len(parts),
                folder=folder,
                temporary=temporary,
            )
            parts.append(part)
            if part.executions == 0 or (seconds and time.monotonic() - begun >= seconds):
                break
    whole = replace(
        parts[-1],
        executions=sum(part.executions for part in parts),
        seconds=round(sum(part.seconds for part in parts), 1),
        cpu_seconds=round(sum(part.cpu_seconds for part in parts), 1),
        seed=seed,
    )
    return whole, log


def _run_part(target: str, *, runs: int, seconds: int, seed: int, folder: Path, temporary: str) -> tuple[Campaign, str]:
    inputs = folder / "corpus"
    inputs.mkdir(parents=True, exist_ok=True)
    for number, seed_input in enumerate(module_of(target).seeds()):
        (inputs / f"seed-{number}").write_bytes(seed_input)
    for path in regressions(target):
        (inputs / f"kept-{path.name}").write_bytes(path.read_bytes())
    command = [
        *(sys.executable, "-m", "fuzz.guided", target, str(inputs)),
        *(f"-runs={runs}", f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={MOST_SECONDS_BY_CLOCK}"),
        *(f"-max_len={module_of(target).MOST_BYTES}", "-rss_limit_mb=16384", "-malloc_limit_mb=2048"),
        "-print_final_stats=1",
        *("-len_control=0", f"-artifact_prefix={folder}/", f"-report_slow_units={MOST_SECONDS_BY_CLOCK}"),
    ]
    # libFuzzer ends its process without a chance to clean up
    paths = os.pathsep.join(filter(None, [str(_TESTS), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "TMPDIR": temporary, "PYTHONPATH": paths}
    begun, used = time.monotonic(), _cpu_seconds()
    ended = subprocess.run(command, capture_output=True, check=False, env=environment)
    took, used = time.monotonic() - begun, _cpu_seconds() - used
    log = (ended.stdout[-_MOST_LOG:] + ended.stderr).decode(errors="replace")
    executions, reached = _reached(log)
    campaign = Campaign(
        target=target,
        executions=executions,
        seconds=round(took, 1),
        cpu_seconds=round(used, 1),
        edges=reached["edges"],
        features=reached["features"],
        corpus=reached["inputs"],
        seed=seed,
        failures=_failures(ended.returncode, folder),
        python=platform.python_version(),
        atheris=version("atheris"),
    )
    return campaign, log[:_MOST_LOG]


def _cpu_seconds() -> float:
    """Return what the processes that were waited for have used: other load on the machine does not count."""
    times = os.times()
    return times.children_user + times.children_system


def _reached(log: str) -> tuple[int, dict[str, int]]:
    """Return the number of executions, and what the last line of libFuzzer's log says was reached."""
    lines = list(_STATUS.finditer(log))
    last = {name: int(text or 0) for name, text in lines[-1].groupdict().items()} if lines else {}
    executed = re.search(r"stat::number_of_executed_units:\s+(\d+)", log)
    executions = int(executed[1]) if executed else last.get("runs", 0)
    return executions, {name: last.get(name, 0) for name in ("edges", "features", "inputs")}


def _failures(code: int, folder: Path) -> list[str]:
    """Return each input that broke the contract; nothing where all went well."""
    found = [f"{path.name}: {path.read_bytes()!r}" for path in sorted(folder.iterdir()) if path.is_file()]
    if code and not found:
        found = [f"exit code {code}"]
    return found


if __name__ == "__main__":
    sys.exit(main())
