"""Check that the installed wheel does its job: ``python tests/wheel_check.py VENV CASE``.

VENV holds the wheel and its runtime dependencies and nothing else; CASE is the worked example, whose limits are
exceeded. It runs outside the repository, so that nothing of the source tree can stand in for what the wheel lacks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = (
    "py.typed",
    "library/structures.toml",
    "library/conventions.toml",
    "library/alternatives.toml",
    "library/check_values.toml",
    "cli/template.toml",
    "report/templates/audit.html.j2",
    "report/templates/consult.html.j2",
    "report/templates/selftest.html.j2",
)
FORBIDDEN = ("pytest", "hypothesis", "mypy", "ruff", "pyarrow", "jinja2", "matplotlib", "rich", "duckdb")
EDITIONS = ("hytec-cord-2021", "nieder-2005", "nieder-2006")
VIOLATED = 1

QUESTION = f"""
import importlib.util, json, sysconfig
from importlib import resources
import reirrad
root = resources.files("reirrad")
print(json.dumps({{
    "home": reirrad.__file__,
    "site": [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")],
    "version": reirrad.__version__,
    "editions": [item.name for item in root.joinpath("library", "editions").iterdir()],
    "files": [name for name in {FILES!r}
              if root.joinpath(*name.split("/")).is_file()],
    "forbidden": [name for name in {FORBIDDEN!r} if importlib.util.find_spec(name) is not None],
}}))
"""

#: What a library must do that has no extras: every public name is there, and a cohort in memory is judged.
CORE_ONLY = """
import reirrad
for name in reirrad.__all__:
    getattr(reirrad, name)
from reirrad import audit, budget, budgets, check, eqd2, load_case, sensitivities
from reirrad.errors import MissingExtraError
table = {
    "patient_id": ["A", "A"], "course_id": ["1", "2"], "structure": ["SpinalCord"] * 2, "metric": ["Max[Gy]"] * 2,
    "dose_gy": [30.0, 40.0], "n_fractions": [10, 20], "fractions_per_day": [1, 1], "modality": ["photon"] * 2,
    "start": ["2020-01-06", "2022-03-07"], "end": ["2020-01-17", "2022-04-01"],
    "prior_radiotherapy": ["complete"] * 2, "prior_courses": [2, 2],
}
found = audit(table)
if found.patients.columns["verdict"].tolist() != ["violated"]:
    raise SystemExit(f"audit: {found.patients}")
if "bounded" not in budgets(table, n_fractions=[5], interval_months=12).columns["state"].tolist():
    raise SystemExit("budgets: nothing is bounded")
if "SpinalCord" not in sensitivities(table).columns["structure"].tolist():
    raise SystemExit("sensitivities: nothing is said of the structure that was asked of")
try:
    reirrad.audit.audit_files
except MissingExtraError as error:
    print(error)
else:
    raise SystemExit("an audit of files did not ask for its extra")
"""
#: How what needs an extra that is not there begins, of the library and of the command.
NEEDS_EXTRA = "an audit needs pyarrow: pip install "


def environment() -> dict[str, str]:
    """Return the environment without what could lead Python back to the source tree."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def problems(venv: Path, case: Path) -> list[str]:
    """Return what is wrong with the installed wheel."""
    folder = venv / ("Scripts" if os.name == "nt" else "bin")
    found: list[str] = []
    with tempfile.TemporaryDirectory() as elsewhere:
        copy = Path(shutil.copy(case, elsewhere))
        asked = subprocess.run(
            [folder / "python", "-c", QUESTION],
            cwd=elsewhere,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode != 0:
            return [f"reirrad cannot be imported from {venv}: {asked.stderr.strip()}"]
        answer = json.loads(asked.stdout)
        if not any(Path(answer["home"]).is_relative_to(site) for site in answer["site"]):
            found.append(f"reirrad is imported from {answer['home']}, not from {venv}")
        found += [f"edition {name} is missing" for name in EDITIONS if f"{name}.toml" not in answer["editions"]]
        found += [f"{name} is missing" for name in FILES if name not in answer["files"]]
        found += [f"{name} is installed, which the wheel must not need" for name in answer["forbidden"]]
        found += without_extras(folder, elsewhere)
        run = subprocess.run(
            [folder / "reirrad", "check", copy.name],
            cwd=elsewhere, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        if run.returncode != VIOLATED:
            found.append(f"check exits with {run.returncode}, not {VIOLATED}: {run.stderr.strip()}")
        if "Verdict: VIOLATED" not in run.stdout:
            found.append("check does not print VIOLATED")
        strange = [line for line in run.stderr.splitlines() if not line.startswith("reirrad: warning: ")]
        if strange:
            found.append(f"check writes to standard error: {' '.join(strange)}")
    return found


def without_extras(folder: Path, elsewhere: str) -> list[str]:
    """Return what the library does wrong with cohorts, and the command, where nothing but the core is installed."""
    found = []
    for command, code in (
        ([folder / "python", "-c", CORE_ONLY], 0),
        ([folder / "reirrad", "audit", "cohort.csv", "--out", "results"], 2),
    ):
        run = subprocess.run(
            command, cwd=elsewhere, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False
        )
        told = (run.stdout + run.stderr).strip().removeprefix("reirrad: ")
        if run.returncode != code or not told.startswith(NEEDS_EXTRA):
            found.append(f"without extras, {command[0].name} exits with {run.returncode} and says {told!r}")
    return found


def main(arguments: list[str]) -> int:
    """Print one line, and return 0 if the wheel is as it should be."""
    if len(arguments) != 2:
        print("usage: wheel_check.py VENV CASE", file=sys.stderr)
        return 2
    venv, case = (Path(argument).resolve() for argument in arguments)
    found = problems(venv, case)
    if found:
        print("wheel: " + "; ".join(found), file=sys.stderr)
        return 1
    print(f"wheel: reirrad from {venv.name} checks {case.name} on its own")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
