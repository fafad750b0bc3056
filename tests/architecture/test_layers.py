"""The layers of the package: who may import whom."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from architecture.sources import Module, imports, modules

MOST_LINES = 300
ORACLE = "reirrad.selftest.oracle"
VOCABULARY = {"errors", "quantities"}
EVERY = pytest.mark.parametrize("module", modules().values(), ids=modules().keys())

#: Layers that a layer may import, besides itself; "reirrad" is the package, for its version.
ALLOWED = {
    "errors": set(),
    "quantities": set(),
    "radiobiology": VOCABULARY,
    "model": VOCABULARY,
    "library": VOCABULARY | {"model"},
    "engine": VOCABULARY | {"model", "library", "radiobiology", "reirrad"},
    "ingest": VOCABULARY | {"model"},
    "report": VOCABULARY | {"model"},
    "audit": VOCABULARY | {"model", "library", "engine", "ingest", "reirrad"},
    "selftest": VOCABULARY | {"model", "library", "engine", "ingest", "reirrad"},
    "cli": VOCABULARY
    | {"model", "library", "engine", "ingest", "report", "radiobiology", "audit", "selftest", "reirrad"},
    "__main__": {"cli"},
    # the package hands its public names on; they are imported when they are used
    "reirrad": VOCABULARY | {"model", "library", "engine", "ingest", "radiobiology", "audit"},
}
#: Packages from elsewhere that a layer may import.
FOREIGN = {
    "radiobiology": {"numpy", "scipy"},
    "model": {"pydantic", "pydantic_core"},
    "library": {"pydantic"},
    "engine": {"numpy"},
    "ingest": {"pydantic"},
    "audit": {"numpy", "pyarrow"},
    "report": {"jinja2", "matplotlib", "rich"},
    "selftest": {"numpy"},
    "cli": {"click", "pydantic"},
}
#: Nothing of the package talks to anyone or runs what it reads (X14, X22).
BANNED = {
    *("asyncio", "ftplib", "http", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver", "ssl"),
    *("urllib", "urllib3", "httpx", "aiohttp", "webbrowser", "xmlrpc", "wsgiref"),
    *("pickle", "marshal", "shelve", "dbm", "subprocess", "multiprocessing", "ctypes", "sqlite3"),
}
#: What single modules need of it, and for what.
EXCEPTIONS = {
    "reirrad.audit.engines": {"multiprocessing"},  # how worker processes begin: without what the parent holds
    "reirrad.audit.reader": {"subprocess"},  # Parquet and databases are read in a process that may break
    "reirrad.cli.progress": {"time"},  # the rate of progress, on standard error
}
FILES = {"pathlib", "io", "os", "shutil", "tempfile", "glob", "fileinput"}
MAY_TOUCH_FILES = {"ingest", "library", "audit", "cli"}


def _roots(module: Module) -> set[str]:
    return {name.split(".")[0] for name in imports(module)}


def test_there_is_something_to_check() -> None:
    assert {module.layer for module in modules().values()} <= set(ALLOWED)
    assert len(modules()) > 40


@EVERY
def test_imports_of_the_package(module: Module) -> None:
    layers = {modules()[name].layer for name in imports(module) if name in modules()}
    assert layers - {module.layer} <= ALLOWED[module.layer]


@EVERY
def test_the_oracle_shares_nothing_with_what_it_judges(module: Module) -> None:
    own = f"{ORACLE}."
    if f"{module.name}.".startswith(own):
        foreign = {name for name in imports(module) if name.split(".")[0] not in sys.stdlib_module_names}
        assert {name for name in foreign if not f"{name}.".startswith(own)} == set()


@EVERY
def test_only_commands_import_the_selftest(module: Module) -> None:
    used = {name for name in imports(module) if f"{name}.".startswith("reirrad.selftest.")}
    assert not used or module.layer in ("selftest", "cli")


@EVERY
def test_imports_from_elsewhere(module: Module) -> None:
    foreign = _roots(module) - set(sys.stdlib_module_names) - {"reirrad"}
    assert foreign <= FOREIGN.get(module.layer, set())


@EVERY
def test_nothing_of_the_network(module: Module) -> None:
    # X14, X22: nor runs anything that was read
    assert _roots(module) & BANNED == EXCEPTIONS.get(module.name, set()) - {"time"}
    called = {
        node.func.id
        for node in ast.walk(module.tree())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & {"eval", "exec", "compile", "__import__", "print", "input"} == set()


@EVERY
def test_files_are_touched_at_the_edge_only(module: Module) -> None:
    if module.layer in MAY_TOUCH_FILES:
        return
    assert _roots(module) & FILES == set()
    names = {node.id for node in ast.walk(module.tree()) if isinstance(node, ast.Name)}
    assert "open" not in names


@EVERY
def test_nothing_reads_the_clock(module: Module) -> None:
    # F28: no verdict depends on today
    assert "time" not in _roots(module) - EXCEPTIONS.get(module.name, set())
    attributes = {node.attr for node in ast.walk(module.tree()) if isinstance(node, ast.Attribute)}
    assert attributes & {"now", "today", "utcnow"} == set()


def test_no_module_of_the_package_imports_in_a_circle() -> None:
    known = modules()
    graph = {
        name: {other for other in imports(module, typing_too=False) if other in known} - {name}
        for name, module in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@EVERY
def test_no_module_is_long(module: Module) -> None:
    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
