"""Compare what the wheel says under every Python and with the oldest and the locked packages: ``make versions``.

    python tools/compare_versions.py WHEEL PYTHON... [--page docs/trust/versions.md]

The wheel is installed, with nothing but what it needs, once for each Python and each of `LOCKS`. What it then prints of
every case of the repository, and every row of its self-test, must be what it prints here, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
#: The oldest packages that are admitted, those of extras too; and those that the tests run with, without extras.
LOCKS = {"oldest": ROOT / "requirements" / "floor.txt", "locked": ROOT / "requirements" / "runtime.txt"}
SHOWN = ("numpy", "scipy", "pydantic", "click", "pyarrow", "jinja2", "matplotlib", "rich")
COHORT = ROOT / "data" / "cohorts" / "generated-2000.csv"
CASES = sorted((*ROOT.glob("data/cases/*.toml"), *ROOT.glob("tests/golden/cases/*.toml")))
MARKS = ("<!-- compared -->\n", "<!-- end of compared -->\n")
ASK = f"""
import json, platform
from importlib.metadata import distributions
found = {{item.metadata["Name"].lower(): item.version for item in distributions()}}
print(json.dumps([platform.python_version(), {{name: found[name] for name in {SHOWN!r} if name in found}}]))
"""


class Compared(NamedTuple):
    """An environment, how many outputs of it were compared, and the names of those that differ."""

    python: str
    lock: str
    packages: Mapping[str, str]
    outputs: int
    differ: tuple[str, ...]


def questions(*, has_extras: bool) -> dict[str, list[str]]:
    """Return the arguments of every command whose output is compared, by a name for it."""
    asked = {"selftest": ["selftest", "--format", "json"]}
    if has_extras:
        asked["audit"] = ["audit", str(COHORT), "--out", "out", "--format", "csv", "--quiet"]
        # its pictures are not the same in every release
        asked |= {f"page {path.name}": ["check", "--format", "html", "-o", path.stem, str(path)] for path in CASES}
    for path in CASES:
        for name, options in {
            "check": ["--profile", "all"],
            "check, JSON": ["--format", "json"],
            "check, strict": ["--strict", "--format", "json"],
        }.items():
            asked[f"{name} {path.name}"] = ["check", *options, str(path)]
        asked[f"budget {path.name}"] = ["budget", "--format", "json", str(path)]
    return asked


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command that this file or its caller names."""
    return subprocess.run(command, text=True, encoding="utf-8", **{"check": True, **options})  # noqa: S603


def runs(python: str) -> bool:
    """Return whether there is such a Python: the name alone may belong to a version that is switched off."""
    return (
        shutil.which(python) is not None and not run(python, "--version", check=False, capture_output=True).returncode
    )


def answers(command: Path, *, has_extras: bool) -> dict[str, str]:
    """Return exit code and both outputs of every question, without what names the environment."""
    found = {}
    # nothing may lead Python back to the source tree
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryDirectory() as elsewhere:
        for name, arguments in questions(has_extras=has_extras).items():
            given = run(command, *arguments, cwd=elsewhere, env=environment, capture_output=True, check=False)
            shown = given.stdout
            if name == "selftest" and given.returncode == 0:
                record = json.loads(shown)
                del record["environment"]
                shown = json.dumps(record, indent=1)
            if name == "audit":
                shown += "".join(
                    path.read_text(encoding="utf-8") for path in sorted(Path(elsewhere, "out").glob("*.csv"))
                )
            found[name] = f"{given.returncode}\n{shown}\n{given.stderr}"
    return found


def installed(python: str, lock: Path, wheel: Path, folder: Path) -> Path:
    """Make an environment with the wheel and what the lock file names; return the folder of its commands."""
    shutil.rmtree(folder, ignore_errors=True)
    run(python, "-m", "venv", folder)
    bin_ = folder / ("Scripts" if os.name == "nt" else "bin")
    quiet = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    install: list[str | Path] = [bin_ / "python", "-m", "pip", "--quiet", "install"]
    # no package is built here: an old release without a wheel for this Python is an error of the lock file
    run(*install, "--only-binary", ":all:", "--require-hashes", "-r", lock, env=quiet)
    run(*install, "--no-deps", "--no-index", wheel, env=quiet)
    return bin_


def compare(pythons: list[str], wheel: Path, expected: Mapping[str, str]) -> list[Compared]:
    """Return what was compared, an item for each Python and lock file."""
    found = []
    for python in pythons:
        for lock, path in LOCKS.items():
            bin_ = installed(python, path, wheel, ROOT / "build" / "versions" / f"{Path(python).name}-{lock}")
            asked = run(bin_ / "python", "-c", ASK, capture_output=True)
            version, packages = json.loads(asked.stdout)
            given = answers(bin_ / "reirrad", has_extras="pyarrow" in packages)
            differ = tuple(name for name in given if given[name] != expected[name])
            found.append(Compared(version, lock, packages, len(given), differ))
            print(
                f"Python {version}, {lock}: {len(differ)} of {len(given)} outputs differ",
                *differ,
                sep="\n  ",
                flush=True,
            )
    return found


def table(found: list[Compared]) -> str:
    """Return what was compared as a table of the page."""
    lines = [
        f"| Python | packages | {' | '.join(SHOWN)} | outputs | differ |",
        "|---" * (4 + len(SHOWN)) + "|",
        *(
            f"| {item.python} | {item.lock} | {' | '.join(item.packages.get(name, '') for name in SHOWN)} "
            f"| {item.outputs} | {', '.join(item.differ) or '0'} |"
            for item in found
        ),
    ]
    system = f"{platform.system()}, {platform.machine()}"
    here = f"CPython {platform.python_version()}"
    return "\n".join((f"{system}; compared with the output of the source tree under {here}.", "", *lines, ""))


def main() -> int:
    """Compare, write the table into the page, and return 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python tools/compare_versions.py")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    missing = [python for python in options.pythons if not runs(python)]
    if missing:
        print(f"not installed: {', '.join(missing)}; what is not compared is not known", file=sys.stderr)
        return 2
    found = compare(
        options.pythons, options.wheel.resolve(), answers(Path(sys.executable).with_name("reirrad"), has_extras=True)
    )
    if options.page:
        page = options.page.read_text(encoding="utf-8")
        begin, end = map(re.escape, MARKS)
        whole = "".join((MARKS[0], table(found), MARKS[1]))
        options.page.write_text(re.sub(f"{begin}.*{end}", lambda _: whole, page, flags=re.DOTALL), encoding="utf-8")
    return 1 if any(item.differ for item in found) else 0


if __name__ == "__main__":
    sys.exit(main())
