"""Without the extras: the library judges cohorts in memory, and what needs an extra says so."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from reirrad.errors import how_to_install
from wheel_check import CORE_ONLY, NEEDS_EXTRA

ROOT = Path(__file__).parents[2]
#: Packages of the extras, and what they bring: they are as if they were not installed.
EXTRAS = ("pyarrow", "jinja2", "matplotlib", "rich", "duckdb", "adbc_driver_sqlite", "distributed", "dask", "pandas")
BLOCKED = f"""
import sys
class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, NotInstalled())
"""
COMMAND = "from reirrad.cli.entry import run; run(sys.argv[1:])"


def core_only(program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that finds no package of an extra."""
    return subprocess.run(
        [sys.executable, "-c", BLOCKED + program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_library_judges_a_cohort_in_memory(tmp_path: Path) -> None:
    ended = core_only(CORE_ONLY, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(NEEDS_EXTRA), f"an audit of files names its extra: {ended.stdout}"


@pytest.mark.parametrize("name", ["audit", "budgets", "sensitivities"])
def test_each_name_alone(name: str, tmp_path: Path) -> None:
    # whichever is imported first: another one may have loaded what it needs
    ended = core_only(f"from reirrad import {name}", folder=tmp_path)
    assert ended.returncode == 0, f"{name} needs no extra: {ended.stderr}"


def test_an_arrow_table_names_its_extra(tmp_path: Path) -> None:
    program = """
from reirrad import audit
class Table:
    def __arrow_c_stream__(self, requested_schema=None): ...
try:
    audit(Table())
except reirrad.errors.MissingExtraError as error:
    print(error)
"""
    ended = core_only("import reirrad.errors" + program, folder=tmp_path)
    assert ended.stdout.startswith("an Arrow table needs pyarrow: pip install "), ended.stderr


def test_the_command_names_its_extra(tmp_path: Path) -> None:
    ended = core_only(COMMAND, "audit", "cohort.csv", "--out", "results", folder=tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith("reirrad: " + NEEDS_EXTRA), ended.stderr
    assert ended.stdout == "", "standard output carries only the result"


def test_every_hint_is_said_in_one_way() -> None:
    """No index has the program: a hint that takes a name from one installs what somebody else put there."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    allowed = {how_to_install(extra) for extra in extras}
    for text in sources:
        hints = set(re.findall(r"pip install '[^'{]*'[ \w]*\bprogram", text))
        assert hints <= allowed, "other words than errors.how_to_install"
        assert "pip install 'reirrad" not in text, "a hint that takes the name from an index"
        assert set(re.findall(r"how_to_install\('(\w+)'\)", text)) <= extras.keys(), "an extra that there is not"
