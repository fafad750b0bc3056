"""Reasons for which rows are quarantined: the page about audits explains those that the sources give, and no others."""

import ast
import re
from pathlib import Path

import pytest

from reirrad.model.audit_summary import NOTES

ROOT = Path(__file__).parents[2]
AUDIT = ROOT / "src" / "reirrad" / "audit"
WORD = re.compile(r"[a-z]+(?:_[a-z]+)*")


def trees() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in AUDIT.rglob("*.py")]


def explained() -> set[str]:
    """Return the words of the first column of the table."""
    lines = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8").splitlines()
    first = lines.index("| reason | meaning |") + 2
    table = lines[first : lines.index("", first)]
    return {word for line in table for word in re.findall(r"`(\w+)`", line.split("|")[1])}


def words(tree: ast.AST) -> set[str]:
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if WORD.fullmatch(text)}


def given() -> set[str]:
    """Return the reasons that are given: the last argument of each call of ``quarantine``, and what is named so."""
    found: set[str] = set()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "quarantine":
                found |= words(node.args[2])
            elif isinstance(node, ast.Assign) and "REASON" in {getattr(name, "id", "") for name in node.targets}:
                found |= words(node.value)
    return found


def test_every_reason_is_explained() -> None:
    assert len(given()) > 10
    assert given() <= explained()


def test_every_reason_that_is_explained_is_given() -> None:
    assert explained() <= {word for tree in trees() for word in words(tree)}


def test_every_column_of_patients_and_every_kind_of_note_is_explained() -> None:
    pytest.importorskip("pyarrow")
    from reirrad.audit.result_tables import patients_schema

    named = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")))
    assert {*patients_schema(()).names, *NOTES} <= named
