"""The scripts of the cookbook run as they stand, and print what they promise."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
TITLES = re.findall(r"^## \d+\. (.+)$", PAGE, re.MULTILINE)
SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def run(number: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    shutil.copy(ROOT / "docs" / "cookbook" / "structure-list.csv", folder)
    monkeypatch.chdir(folder)
    script = folder / "script.py"
    script.write_text(SCRIPTS[number], encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    return capsys.readouterr().out.splitlines()


def test_every_section_has_one_script() -> None:
    assert len(TITLES) == len(SCRIPTS) == 3


def test_structure_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(0, tmp_path, monkeypatch, capsys)
    assert lines[-1] == "not judged, no name for it: Vertebra T8"
    # 43.85 Gy in 25 and 11.8 Gy in 5 at 2 Gy: 43.85 (1 + 1.754/2) + 11.8 (1 + 2.36/2) = 82.306 + 25.724
    cumulative = next(line for line in lines if "nieder-2006.cumulative" in line).split()
    assert cumulative[:3] == ["SpinalCord_Thor", "nieder-2006.cumulative", "met"]
    assert float(cumulative[3]) == pytest.approx(43.85 * (1 + 43.85 / 50) + 11.8 * (1 + 11.8 / 10))


def test_voxels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = run(1, tmp_path, monkeypatch, capsys)
    maximum, near, bound = (float(number) for number in re.findall(r"(?<= )\d+\.\d(?=[ ,]|$)", line))
    assert near <= maximum <= bound


def test_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(2, tmp_path, monkeypatch, capsys)
    one = [line.split() for line in lines if line.startswith("SpinalCord_Thor ")]
    assert [int(row[1]) for row in one] == list(range(1, 31))
    doses = [float(row[2]) for row in one]
    assert doses == sorted(doses)  # more and smaller fractions leave more dose
    assert sum(line.endswith(" a fraction") for line in lines) == 5
