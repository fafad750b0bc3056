"""The lock files: every package with hashes, no index named, and nothing installed without them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
REQUIREMENT = re.compile(r"^[a-z0-9][a-z0-9._-]*(?:\[[a-z0-9,_-]+\])?==\S+", re.MULTILINE)


def test_there_are_locks() -> None:
    assert {path.stem for path in LOCKS} == {"runtime", "run", "dev", "bench", "trust", "docs"}


def test_their_number_is_what_is_said_of_them() -> None:
    assert "rewrites the six lock files" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "writes the six lock files" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(LOCKS) == 6


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
