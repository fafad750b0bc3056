"""Mutants of a function are measured again when its code has changed: what is not seen would pass for tested."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

TOOL: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "changed_functions.py"))
functions: Callable[[str], Iterator[tuple[str, str]]] = TOOL["functions"]
changed_functions: Callable[[str, Iterable[str]], set[tuple[str, str]]] = TOOL["changed_functions"]

EARLIER = '''
def f(a):
    """What it does."""
    return a + 1


class A:
    def g(self):
        if self:
            return 1
'''


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("a + 1", "a + 2", {"f"}),
        ("def f(a)", "def f(a=1)", {"f"}),
        ("if self:", "if not self:", {"A.g"}),
        ("    def g(self):", "    @property\n    def g(self):", {"A.g"}),
        ("class A:", "class B:", {"B.g"}),
        ("class A:", "def h():\n    pass\n\nclass A:", {"h"}),
        ("What it does.", "What else it does.", set()),
        ("return a + 1", "return (\n        a + 1  # why\n    )", set()),
        ("class A:", "B = 1\nclass A:", set()),
    ],
)
def test_functions_that_changed(old: str, new: str, names: set[str]) -> None:
    assert EARLIER.count(old) == 1
    earlier = dict(functions(EARLIER))
    now = dict(functions(EARLIER.replace(old, new)))
    assert {name for name, code in now.items() if earlier.get(name) != code} == names


def test_a_commit_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no-such-commit is no commit of this repository"):
        changed_functions("no-such-commit", ["src/reirrad/engine/*.py"])
