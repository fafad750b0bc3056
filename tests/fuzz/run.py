"""A campaign of one target: ``PYTHONPATH=tests python -m fuzz.run TARGET --runs N --seconds S --seed K``.

Inputs are made by libFuzzer (atheris), guided by the lines and branches of the package that they reach. An input that
breaks the contract of its target, or takes longer than 5 s, ends the campaign with exit code 1 and is kept in the
folder of the campaign, from where it belongs into ``regressions/``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

TARGETS = ("dates", "schedule", "metric", "case_toml", "case_json", "edition", "table_csv", "command", "sizes")
REGRESSIONS = Path(__file__).parent / "regressions"
#: A hang is what takes longer than this.
MOST_SECONDS = 5
_STATUS = re.compile(r"^#(?P<runs>\d+)\s.*?cov: (?P<edges>\d+) ft: (?P<features>\d+)(?: corp: (?P<inputs>\d+))?", re.M)


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What was run of a target, and what it reached and found."""

    target: str
    executions: int
    seconds: float
    executions_per_second: float
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
        campaign = run(target, runs=asked.runs, seconds=asked.seconds, seed=asked.seed, corpus=asked.corpus)
        print(
            f"{target}: {campaign.executions} executions in {campaign.seconds:.0f} s "
            f"({campaign.executions_per_second:.0f}/s), {campaign.features} features, {len(campaign.failures)} failures"
        )
        for failure in campaign.failures:
            print(failure)
        failed = failed or bool(campaign.failures)
        if asked.record is not None:
            _record(asked.record, campaign)
    return int(failed)


def run(target: str, *, runs: int, seconds: int, seed: int, corpus: Path | None = None) -> Campaign:
    """Run one target in a process of its own and return what it reached."""
    with tempfile.TemporaryDirectory(prefix="reirrad-fuzz-") as temporary:
        folder = (corpus if corpus is not None else Path(temporary)) / target
        inputs = folder / "corpus"
        inputs.mkdir(parents=True, exist_ok=True)
        for number, seed_input in enumerate(module_of(target).seeds()):
            (inputs / f"seed-{number}").write_bytes(seed_input)
        for path in regressions(target):
            (inputs / f"kept-{path.name}").write_bytes(path.read_bytes())
        command = [
            *(sys.executable, "-m", "fuzz.guided", target, str(inputs)),
            *(f"-runs={runs}", f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={MOST_SECONDS}"),
            *(f"-max_len={module_of(target).MOST_BYTES}", "-rss_limit_mb=2048", "-print_final_stats=1"),
            *("-len_control=0", f"-artifact_prefix={folder}/"),
        ]
        # libFuzzer ends its process without a chance to clean up
        environment = {**os.environ, "TMPDIR": temporary}
        ended = subprocess.run(command, capture_output=True, check=False, env=environment)
        return _campaign(
            target, seed, (ended.stdout[-6000:] + ended.stderr).decode(errors="replace"), ended.returncode, folder
        )


def _campaign(target: str, seed: int, log: str, code: int, folder: Path) -> Campaign:
    found = [path for path in sorted(folder.iterdir()) if path.is_file()]
    failures = [f"{path.name}: {path.read_bytes()!r}" for path in found]
    if code and not failures:
        failures = [f"exit code {code}"]
    if failures:
        failures.append(log[-3000:])
    reached = list(_STATUS.finditer(log))
    last = reached[-1] if reached else None
    executed = re.search(r"stat::number_of_executed_units:\s+(\d+)", log)
    took = re.search(r"Done \d+ runs in (\d+) second", log)
    executions = int(executed[1]) if executed else int(last["runs"]) if last else 0
    seconds = float(took[1]) if took else 0.0
    return Campaign(
        target=target,
        executions=executions,
        seconds=seconds,
        executions_per_second=round(executions / seconds, 1) if seconds else float(executions),
        edges=int(last["edges"]) if last else 0,
        features=int(last["features"]) if last else 0,
        corpus=int(last["inputs"] or 0) if last else 0,
        seed=seed,
        failures=failures,
        python=platform.python_version(),
        atheris=version("atheris"),
    )


def _record(path: Path, campaign: Campaign) -> None:
    """Write a campaign into the record in place of the earlier one of its target."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[campaign.target] = asdict(campaign)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
