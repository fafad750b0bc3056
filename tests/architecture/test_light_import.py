"""What is loaded when: `import reirrad` costs next to nothing, and a check loads no more than it uses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CASE = Path(__file__).parents[2] / "data" / "cases" / "hpc_lumbar_2024.toml"
HEAVY = {"scipy", "pyarrow", "pandas", "polars", "matplotlib", "pytest", "hypothesis"}
NETWORK = {"socket", "ssl", "http", "urllib.request", "asyncio"}
LISTED = "import json, sys; sys.stderr.write(json.dumps(sorted(sys.modules)))"
RUN = """
from reirrad.cli.entry import run
try:
    run({arguments!r})
except SystemExit as end:
    assert end.code in (0, 1), end.code
"""


def loaded_by(statement: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{LISTED}"], capture_output=True, text=True, check=True, timeout=60
    )
    # the last line: what a command wrote itself stands before it
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_import_of_the_package() -> None:
    loaded = loaded_by("import reirrad")
    assert {name for name in loaded if name.startswith("reirrad")} == {"reirrad"}
    assert loaded & (HEAVY | NETWORK | {"numpy", "pydantic", "click"}) == set()


def test_names_of_the_package_are_listed_before_they_are_used() -> None:
    loaded = loaded_by("import reirrad\nassert {*reirrad.__all__, '__doc__'} <= {*dir(reirrad)}")
    assert {name for name in loaded if name.startswith("reirrad")} == {"reirrad"}


def test_calculator_of_the_library() -> None:
    loaded = loaded_by("from reirrad import bed\nbed(total_dose_gy=50, n_fractions=25, alpha_beta_gy=2)")
    assert "numpy" in loaded
    assert loaded & (HEAVY | {"pydantic", "click", "reirrad.engine", "reirrad.library"}) == set()


@pytest.mark.parametrize("form", ["text", "json"])
def test_check(form: str) -> None:
    loaded = loaded_by(RUN.format(arguments=["check", "--format", form, str(CASE)]))
    assert "reirrad.engine.judge" in loaded
    assert "reirrad.selftest" not in loaded
    assert loaded & HEAVY == set()
    assert "reirrad.audit" not in loaded


def test_command_that_computes_nothing() -> None:
    loaded = loaded_by(RUN.format(arguments=["new"]))
    assert loaded & (HEAVY | {"numpy", "reirrad.engine", "reirrad.library"}) == set()


@pytest.mark.parametrize("name", ["bed", "check", "eqd2", "eqdx", "dose_per_fraction", "load_case", "load_library"])
def test_public_names(name: str) -> None:
    import reirrad

    assert callable(getattr(reirrad, name))
    assert name in reirrad.__all__
