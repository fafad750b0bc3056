"""The lock files: every package with hashes, no index named, and nothing installed without them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
REQUIREMENT = re.compile(r"^[a-z0-9][a-z0-9._-]*(?:\[[a-z0-9,_-]+\])?==\S+", re.MULTILINE)


def test_there_are_locks() -> None:
    assert {path.stem for path in LOCKS} == {"runtime", "run", "clinic", "dev", "bench", "trust", "docs", "floor"}


def test_their_number_is_what_is_said_of_them() -> None:
    assert "rewrites the eight lock files" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "writes the eight lock files" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(LOCKS) == 8


def test_the_oldest_packages_that_are_compared_are_the_oldest_that_are_admitted() -> None:
    # S09: but for what the databases and a cluster need
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    admitted = dict(
        line.split(">=")
        for line in (*project["dependencies"], *extras["audit"], *extras["report"], *extras["terminal"])
    )
    compared: dict[str, list[str]] = {}
    for line in (ROOT / "requirements" / "floor.in").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, version = line.partition(";")[0].split("==")
            compared.setdefault(name, []).append(version)
    assert compared.keys() == admitted.keys()
    for name, lowest in admitted.items():
        parts = compared[name][0].split(".")
        assert ".".join(parts[: lowest.count(".") + 1]) == lowest, name
        assert not any(map(int, parts[lowest.count(".") + 1 :])), name


def pinned(name: str) -> dict[str, set[str]]:
    """Return the versions of a lock file with their hashes, by package."""
    found: dict[str, set[str]] = {}
    package = ""
    for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if start := REQUIREMENT.match(line):
            package = start[0]
            found[package] = set()
        elif line.strip().startswith("--hash="):
            found[package].add(line.strip(" \\"))
    return found


def test_a_clinic_installs_what_was_tested() -> None:
    # commissioning: the core and the extras of pages, pictures and cohorts, as the tests ran with them
    clinic, dev = pinned("clinic"), pinned("dev")
    assert clinic.items() <= dev.items(), "a version or a hash that the tests did not run with: make lock"
    assert pinned("runtime").keys() <= clinic.keys(), "the core is not all there"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    needed = {line.partition(">")[0] for extra in ("report", "audit") for line in extras[extra]}
    assert needed <= {package.partition("==")[0] for package in clinic}, "an extra is not all there"


def test_the_page_of_commissioning_installs_what_its_steps_need() -> None:
    # the record of the self-test is a page, which needs an extra
    page = (ROOT / "docs" / "commissioning.md").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements/clinic.txt" in page
    assert "selftest --format html" in page


def test_every_python_that_is_supported_was_compared() -> None:
    # S09: with the oldest packages and with the locked ones, and nothing differed
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [line.rpartition(" ")[2] for line in project["classifiers"] if ":: Python :: 3." in line]
    page = (ROOT / "docs" / "trust" / "versions.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| 3.")]
    found = {(row[0].rpartition(".")[0], row[1]) for row in rows}
    assert found == {(version, lock) for version in named for lock in ("oldest", "locked")}
    assert {row[-1] for row in rows} == {"0"}
    assert all(int(row[-2]) > 30 for row in rows)


def test_nothing_is_measured_where_tests_fail() -> None:
    # the tests that cannot be measured are named, and the others decide
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (line,) = [line for line in makefile.splitlines() if "--cov " in line]
    assert line.startswith("\t$(BIN)/pytest ")
    (named,) = re.findall(r"^UNMEASURED := (.*)$", makefile, re.MULTILINE)
    for test in named.split():
        path, _, name = test.partition("::")
        assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_package_has_hashes_and_no_index_is_named(path: Path) -> None:
    # X24
    text = path.read_text(encoding="utf-8")
    starts = [found.start() for found in REQUIREMENT.finditer(text)]
    assert starts
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", text[start:end]), text[start : start + 60]
    assert "http" not in text
    assert "--index-url" not in text


def test_nothing_is_installed_without_hashes() -> None:
    # X24: but the package itself, from its own folder or wheel
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    installs = [line.strip() for line in lines if re.search(r"(\$\(PIP\)|-m pip --quiet) install", line)]
    assert len(installs) >= 6
    for line in installs:
        is_own = "--no-deps" in line and (line.endswith("-e .") or "dist/reirrad-" in line)
        assert is_own or "--require-hashes" in line, line
