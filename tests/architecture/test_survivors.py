"""Explanations of mutants are about lines that the sources have: they do not outlive a change."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENTRIES = tomllib.loads((ROOT / "docs" / "trust" / "survivors.toml").read_text(encoding="utf-8"))["survivor"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry['module']}.{entry['function']}")
def test_the_line_of_an_explanation_is_there(entry: dict[str, Any]) -> None:
    path = ROOT / "src" / Path(*entry["module"].split(".")).with_suffix(".py")
    text = path.read_text(encoding="utf-8")
    assert f"def {entry['function'].split('.')[-1]}(" in text
    lines = {line.strip() for line in text.splitlines()}
    assert [line for line in entry["before"].strip().splitlines() if line not in lines] == []
    assert entry["reason"].strip()


def test_every_mutant_is_explained_once() -> None:
    keys = [tuple(entry[name].strip() for name in ("module", "function", "before", "after")) for entry in ENTRIES]
    assert len(keys) == len(set(keys))
