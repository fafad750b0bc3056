"""The hazard table: every row that is reached has tests that exist and guards that were seen to be needed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def _tool(name: str) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        return __import__(name)


DATA = _tool("hazard_data")
HAZARDS = DATA.load_hazards()
REACHED = [row for row in HAZARDS.rows if row.status == "reached"]
LINKED = sorted({test for row in HAZARDS.rows for test in (*row.tests, *(t for g in row.guards for t in g.tests))})
EVERY = pytest.mark.parametrize("row", HAZARDS.rows, ids=lambda row: row.id)


def test_page_is_what_the_tool_writes() -> None:
    tool = _tool("make_hazards")
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(HAZARDS), "run: make hazards"


def test_every_hazard_has_one_row() -> None:
    assert [row.id for row in HAZARDS.rows] == list(HAZARDS.ids)
    assert len(set(HAZARDS.ids)) == len(HAZARDS.ids) == 131
    assert {row.id[0] for row in HAZARDS.rows} == set(HAZARDS.groups)


@EVERY
def test_row_says_what_it_must(row: Any) -> None:
    assert row.hazard
    assert row.behaviour.endswith(".")
    assert row.status == "reached" or row.reason
    assert row.status != "reached" or (row.tests and row.guards)
    assert row.status != "open" or not row.tests or row.guards
    assert row.status != "waits" or not row.guards
    for guard in row.guards:
        assert guard.tests
        assert guard.find != guard.replace
        assert (ROOT / guard.file).read_text(encoding="utf-8").count(guard.find) == 1, guard.find


def test_every_linked_test_exists() -> None:
    files = sorted({test.partition("::")[0] for test in LINKED})
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", "-o", "addopts="]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout[-2000:]
    nodes = {line for line in ended.stdout.splitlines() if "::" in line}
    assert set(LINKED) - nodes - {node.partition("[")[0] for node in nodes} == set()


@cache
def _functions(path: str) -> dict[str, str]:
    """Return each test of a file with its text: decorators, and the comment that stands before it."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(item.lineno for item in node.decorator_list)]) - 1
            while first and lines[first - 1].startswith("#"):
                first -= 1
            found[node.name] = "\n".join(lines[first : node.end_lineno])
    return found


def _names(row: Any) -> Iterator[str]:
    for test in row.tests:
        path, _, name = test.partition("::")
        yield f"{test} {_functions(path)[name.partition('[')[0]]}".casefold()


@pytest.mark.parametrize("row", [row for row in HAZARDS.rows if row.guards], ids=lambda row: row.id)
def test_a_test_names_its_hazard(row: Any) -> None:
    assert any(row.id.casefold() in text for text in _names(row))


def test_every_guard_was_seen_to_be_needed() -> None:
    """The record is of the guards as they are: one that was changed since has another digest."""
    record = json.loads((ROOT / "docs" / "trust" / "guards.json").read_text(encoding="utf-8"))
    seen = {(item["id"], item["digest"]) for item in record["guards"] if item["seen_failing"]}
    assert {(row.id, guard.digest) for row in HAZARDS.rows for guard in row.guards} == seen, "run: make guards"
    assert len(record["guards"]) == len(seen)


@pytest.mark.parametrize("row", [row for row in HAZARDS.rows if row.guards], ids=lambda row: row.id)
def test_every_linked_test_was_seen_to_fail(row: Any) -> None:
    record = json.loads((ROOT / "docs" / "trust" / "guards.json").read_text(encoding="utf-8"))
    failed = {test for item in record["guards"] if item["id"] == row.id for test in item["failed"]}
    assert set(row.tests) - failed == set(), "run: tools/remove_guards.py --unseen"


def test_a_row_of_unknown_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.toml"
    text = 'ids = ["H01-H02"]\n[groups]\nH = "x"\n[[hazard]]\nid = "H01"\nhazard = "a"\nbehaviour = "b."\n'
    path.write_text(text, encoding="utf-8")
    assert [row.status for row in DATA.load_hazards(path).rows] == ["reached"]
    for more in ('test = ["x"]\n', 'waits = "a"\nopen = "b"\n'):
        path.write_text(text + more, encoding="utf-8")
        with pytest.raises(ValueError, match="H01: keys"):
            DATA.load_hazards(path)
