"""No SQL is built from text (X12): a statement is a constant, the user's whole query, or the name of a listed table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from architecture.sources import Module, modules

EVERY = pytest.mark.parametrize("module", modules().values(), ids=modules().keys())
#: Methods of connections, cursors and data frames that run a text.
RUNS = {"execute", "executemany", "executescript", "execute_schema", "sql", "query", "from_query", "query_df"}
RUNS |= {"read_sql", "read_sql_query", "read_database", "read_database_uri", "sql_query", "adbc_execute"}
#: What a method may be called with that is no constant.
USERS_QUERY = "self.query"
BUILDERS = {"select_from"}
#: The one module that puts a statement together, and the function of it that does.
BUILDS = ("reirrad.audit.sources.listed_name", "select_from")
STATEMENT = re.compile(r"\b(select|insert|update|delete|drop|create|alter|attach|pragma|copy|install|load|set)\b\s")


def _is_safe(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Constant):
        return True
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name):
        return argument.func.id in BUILDERS
    return ast.unparse(argument) == USERS_QUERY


def unsafe(tree: ast.AST) -> Iterator[str]:
    """Yield every text that is run and is none of the three, and every other value that the user's query gets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            yield from (ast.unparse(node) for argument in arguments if not _is_safe(argument))
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr):
            names = {ast.unparse(target) for target in targets if target is not None}
            given = "" if node.value is None else ast.unparse(node.value)
            # as it comes: the parameter of that name, or no default
            if names & {USERS_QUERY, "query"} and given not in {"", "query", "None"}:
                yield ast.unparse(node)


def built(tree: ast.AST) -> Iterator[str]:
    """Yield every text that begins as a statement does and is put together."""
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.JoinedStr):
            parts = node.values[:1]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            parts = [node.left]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {
            *("format", "format_map", "join", "replace", "substitute", "safe_substitute")
        }:  # fmt: skip
            parts = [node.func.value, *node.args]
            parts += [item for part in node.args if isinstance(part, ast.List | ast.Tuple) for item in part.elts[:1]]
        for part in parts:
            text = part.value if isinstance(part, ast.Constant) else None
            if isinstance(text, str) and STATEMENT.match(text.strip().casefold() + " ") and text.strip()[:3].isupper():
                yield ast.unparse(node)


@EVERY
def test_x12_no_statement_is_built_from_text(module: Module) -> None:
    assert list(unsafe(module.tree())) == []
    if module.name != BUILDS[0]:
        assert list(built(module.tree())) == []
        return
    functions = [node for node in module.tree().body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions if list(built(node))] == [BUILDS[1]]
    assert len(list(built(module.tree()))) == 1


@EVERY
def test_x12_no_linter_is_told_to_look_away(module: Module) -> None:
    assert "S608" not in module.path.read_text(encoding="utf-8")


def test_there_are_statements_to_look_at() -> None:
    runs = [
        node.func.attr
        for module in modules().values()
        for node in ast.walk(module.tree())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS
    ]
    assert runs.count("execute") >= 5
    assert "sql" in runs


@pytest.mark.parametrize(
    "text",
    [
        "c.execute(f'SELECT * FROM {name}')",
        "c.execute('SELECT * FROM ' + name)",
        "c.sql('SELECT * FROM %s' % name)",
        "c.execute('SELECT * FROM {}'.format(name))",
        "c.execute(statement)",
        "c.execute(statement := 'SELECT 1')",
        "c.execute(query=text)",
        "c.execute(self.query + ' LIMIT 1')",
        "c.execute('SELECT 1', parameters())",
        "c.execute(' '.join(['SELECT', name]))",
        "c.executescript(other(name))",
        "self.query = f'SELECT * FROM ({self.query})'",
        "self.query += ' LIMIT 1'",
        "query = text + ';'",
    ],
)
def test_what_would_be_found(text: str) -> None:
    assert list(unsafe(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "a = f'SELECT * FROM {name}'",
        "a = 'SELECT * FROM ' + name",
        "a = 'DROP TABLE %s' % name",
        "a = 'INSERT INTO {} VALUES (1)'.format(name)",
        "a = ' '.join(('SELECT', name))",
        "a = 'SELECT * FROM x'.replace('x', name)",
    ],
)
def test_what_would_be_found_before_it_is_run(text: str) -> None:
    assert list(built(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["c.execute('SELECT 1')", "c.sql(self.query)", "c.execute(select_from(a, b))", "self.query = query"]
)
def test_what_is_allowed(text: str) -> None:
    assert list(unsafe(ast.parse(text))) == []
