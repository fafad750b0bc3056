"""Modules that are imported by a call: which they are is read from the sources, too (X14, X22)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from architecture.sources import Module, imports, modules
from architecture.test_layers import BANNED

EVERY = pytest.mark.parametrize("module", modules().values(), ids=modules().keys())
#: Functions that import what they are told.
IMPORTS = {"import_module", "importorskip", "__import__"}
#: What imports, runs or finds code in other ways.
OTHER_WAYS = {"builtins", "code", "codeop", "imp", "importlib.abc", "importlib.machinery", "importlib.util"}
OTHER_WAYS |= {"pkgutil", "runpy", "zipimport"}
#: What is imported by a call from elsewhere, and why so: extras that may not be there.
FROM_ELSEWHERE = {
    "reirrad.audit.arrays": {"pyarrow"},
    "reirrad.audit.engines": {"distributed"},  # speaks to the user's own cluster, with --engine dask only
    "reirrad.audit.sources.duckdb_file": {"duckdb"},
    "reirrad.audit.sources.sqlite_file": {"adbc_driver_sqlite.dbapi", "sqlite3"},
}
#: Where a name is looked up, and in which table of the module.
LOOKED_UP = {
    ("reirrad", "_HOMES[name]"): "_HOMES",
    ("reirrad.audit", "_HOMES[name]"): "_HOMES",
    ("reirrad.cli.main", "_COMMANDS[cmd_name]"): "_COMMANDS",
    ("reirrad.cli.schema", "module"): "KINDS",
}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in IMPORTS:
            yield node


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def constants(tree: ast.AST) -> set[str]:
    """Return the modules that are imported by a call with their name."""
    return {node.args[0].value for node in calls(tree) if node.args and isinstance(node.args[0], ast.Constant)}


def others(tree: ast.AST) -> list[str]:
    """Return what else is imported by a call."""
    return [
        ast.unparse(node.args[0]) if len(node.args) == 1 and not node.keywords else ast.unparse(node)
        for node in calls(tree)
        if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Constant)
    ]


def hidden(tree: ast.AST) -> list[str]:
    """Return the places where a function that imports or evaluates is not called but handed on, or has another name."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (_name(node) in IMPORTS and id(node) not in called)
        or (isinstance(node, ast.Name) and node.id in {"eval", "exec"})
    ]
    renamed = (alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)
    found += [alias.name for alias in renamed if alias.name in IMPORTS and alias.asname is not None]
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return found + [text for text in texts if text in {*IMPORTS, "eval", "exec", "__builtins__"}]


@EVERY
def test_x22_what_is_imported_by_a_call(module: Module) -> None:
    named = constants(module.tree())
    assert named - modules().keys() == FROM_ELSEWHERE.get(module.name, set())
    # to count the rows of a query, read only
    allowed = {"sqlite3"} if module.name == "reirrad.audit.sources.sqlite_file" else set()
    assert {name.split(".")[0] for name in named} & BANNED == allowed


@EVERY
def test_x22_what_is_looked_up_is_of_the_package(module: Module) -> None:
    tables = []
    for text in others(module.tree()):
        assert (module.name, text) in LOOKED_UP
        tables.append(LOOKED_UP[module.name, text])
    for table in tables:
        given = [
            node.value
            for node in ast.walk(module.tree())
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [table]
        ]
        assert len(given) == 1
        values = list(ast.literal_eval(given[0]).values())
        assert values
        assert {value if isinstance(value, str) else value[1] for value in values} <= modules().keys()
        # nobody adds to it
        uses = [node for node in ast.walk(module.tree()) if isinstance(node, ast.Attribute | ast.Subscript)]
        assert not [
            node
            for node in uses
            if ast.unparse(node.value) == table
            and (isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load))
        ]


@EVERY
def test_x22_nothing_is_imported_in_another_way(module: Module) -> None:
    assert imports(module) & OTHER_WAYS == set()
    assert {"importlib.util", "importlib.machinery"} & {ast.unparse(node) for node in ast.walk(module.tree())} == set()
    assert hidden(module.tree()) == []


@pytest.mark.parametrize(
    "text", ["importlib.import_module('socket')", "import_module('socket.x')", "__import__('ssl')"]
)
def test_a_network_would_be_found(text: str) -> None:
    assert {name.split(".")[0] for name in constants(ast.parse(text))} & BANNED


@pytest.mark.parametrize(
    "text", ["import_module(name)", "import_module('.' + name)", "import_module('.x', package)", "__import__(name=a)"]
)
def test_what_is_no_name_would_be_found(text: str) -> None:
    assert others(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "load = importlib.import_module",
        "from importlib import import_module as load",
        "getattr(importlib, 'import_module')",
        "load = __import__",
        "run = eval",
        "map(exec, texts)",
    ],
)
def test_what_is_handed_on_would_be_found(text: str) -> None:
    assert hidden(ast.parse(text))
