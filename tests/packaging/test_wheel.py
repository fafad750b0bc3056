"""The wheel: the same bytes from the same sources, and nothing in it but the package."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reirrad.selftest.installation import code_digest

ROOT = Path(__file__).parents[2]
NEEDED = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "src")
BUILD = "import sys; from flit_core.buildapi import build_wheel; print(build_wheel(sys.argv[1]))"
#: Seconds since 1970 that every file of the wheel is dated with.
EPOCH = "1577836800"


def built(folder: Path, *, mode: int, when: int) -> Path:
    """Build the wheel from a copy of the sources whose files have other dates and permissions."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for name in NEEDED:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, sources / name)
    for path in sources.rglob("*"):
        if path.is_file():
            path.chmod(mode)
            os.utime(path, (when, when))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=sources,
        env=environment | {"SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        text=True,
        check=True,
    )
    return folder / run.stdout.strip()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("wheels")
    return built(folder / "one", mode=0o644, when=1_600_000_000), built(folder / "two", mode=0o600, when=1_700_000_000)


def test_the_same_sources_give_the_same_wheel(wheels: tuple[Path, Path]) -> None:
    # X24
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in wheels}
    assert len(digests) == 1


def test_the_wheel_holds_the_package_and_its_metadata(wheels: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(wheels[0]) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"reirrad"}
    held = {name for name in names if name.startswith("reirrad/")}
    source = ROOT / "src" / "reirrad"
    expected = {
        f"reirrad/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == expected


def test_the_wheel_and_the_source_tree_have_one_digest_of_the_code(wheels: tuple[Path, Path]) -> None:
    # what a self-test files says which program ran, however that was installed
    with zipfile.ZipFile(wheels[0]) as archive:
        assert code_digest(zipfile.Path(archive, "reirrad/")) == code_digest(ROOT / "src" / "reirrad")
