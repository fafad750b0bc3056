"""Which functions of a module are not as they were at an earlier commit: only those need to be measured again."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def changed_functions(commit: str, patterns: Iterable[str]) -> set[tuple[str, str]]:
    """Return module and name (``Owner.method``) of the functions that differ from those of a commit, or are new.

    Comments, docstrings and how lines are broken make no difference.

    Raises
    ------
    ValueError
        If there is no such commit.
    """
    if _git("cat-file", "-e", f"{commit}^{{commit}}") is None:
        raise ValueError(f"{commit} is no commit of this repository")
    changed = set()
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        file = path.relative_to(ROOT)
        module = ".".join(file.with_suffix("").parts[1:])
        earlier = dict(functions(_git("show", f"{commit}:{file.as_posix()}") or ""))
        now = functions(path.read_text(encoding="utf-8"))
        changed |= {(module, name) for name, code in now if earlier.get(name) != code}
    return changed


def functions(source: str) -> Iterator[tuple[str, str]]:
    r"""Yield the name and the code of every function and method, those inside of others as a part of these.

    >>> list(functions("class A:\n    def f(self):\n        'Words.'\n        return 1  # why\n"))
    [('A.f', 'def f(self):\n    return 1')]
    """
    for node in ast.parse(source).body:
        owned = node.body if isinstance(node, ast.ClassDef) else [node]
        for item in owned:
            if isinstance(item, ast.FunctionDef):
                if ast.get_docstring(item, clean=False) is not None:
                    item.body = item.body[1:] or [ast.Pass()]
                yield f"{node.name}.{item.name}" if isinstance(node, ast.ClassDef) else item.name, ast.unparse(item)


def _git(*arguments: str) -> str | None:
    run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return run.stdout if run.returncode == 0 else None
