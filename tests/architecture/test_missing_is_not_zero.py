"""Sums that pass over what is missing (D23): none of them is about a dose, and each place says why it is there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import pytest

from architecture.sources import Module, modules

#: Layers in which doses are columns.
JUDGED = [module for module in modules().values() if module.layer in {"audit", "engine"}]
#: Of arrays, Arrow columns and data frames: null or NaN counts as nothing, or becomes a number.
PASSES_OVER = {
    *("sum", "sum_", "cumulative_sum", "mean", "aggregate", "agg", "group_by", "groupby", "pivot_table"),
    *("nansum", "nancumsum", "nanmean", "nanmax", "nanmin", "nanprod", "nancumprod", "nanmedian", "nanquantile"),
    *("nan_to_num", "fmin", "fmax", "fill_null", "fill_nan", "fillna", "coalesce", "replace_with_mask", "dropna"),
    *("drop_null", "drop_nulls", "drop_nans", "filled", "combine_first"),
}
#: Arguments that say so.
OPTIONS = {"skipna", "skip_nulls", "ignore_nulls", "min_count", "null_selection_behavior"}
_MEMBERS = "codes of ids: one that is missing has a code of its own, and belongs to nobody"
_SIZES = "fraction sizes where some phases state none: those that are stated bound them, and NaN stays where none is"
_OBJECTS = "numbers of Python: unbounded and NaN stay what they are in the sum, and None stops it"
ALLOWED = {
    ("reirrad.audit.assemble", "np.nan_to_num(number)"): "numbers of courses, only where one is stated",
    ("reirrad.audit.assemble", "np.nan_to_num(delivered)"): "fractions, only where they are stated; else the planned",
    ("reirrad.audit.assemble", "np.fmin.at(low, course, size)"): _SIZES,
    ("reirrad.audit.assemble", "np.fmax.at(high, course, size)"): _SIZES,
    ("reirrad.audit.budgets", "np.fmin.at(smallest, group.ravel(), dose)"): "marks the smallest dose that is stated",
    ("reirrad.audit.nobody", "ids.indices.fill_null(len(texts))"): _MEMBERS,
    ("reirrad.audit.spill", "ids.indices.fill_null(0)"): _MEMBERS,
    ("reirrad.audit.spill", "piece.indices.fill_null(-1)"): "an empty cell of any column is the code -1",
    (
        "reirrad.engine.convert",
        "converted.low.sum()",
    ): _OBJECTS,
    ("reirrad.engine.convert", "converted.high.sum()"): _OBJECTS,
    (
        "reirrad.audit.rows",
        "np.nan_to_num(self.values['dose_gy'][strange], nan=-1)",
    ): "only the order of rows whose metric is not known: no dose of theirs is used",
    (
        "reirrad.audit.schedules",
        "np.nan_to_num(rows[name][chosen[near]].astype(np.float64))",
    ): "only rows whose dose and schedule are stated; fractions that are not stated as delivered are as planned",
    ("reirrad.engine.decided", "is_candidate.sum(axis=1)"): "a count of truth values",
}


def found_in(tree: ast.AST) -> Iterator[str]:
    """Yield every call that passes over what is missing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).split(".")
        # a sum of Python's own stops at None, and NaN stays NaN in it
        is_own = called == ["sum"]
        if (not is_own and PASSES_OVER & set(called)) or {keyword.arg for keyword in node.keywords} & OPTIONS:
            inner = [child for child in ast.walk(node.func) if isinstance(child, ast.Call)]
            # of a chain the call itself, and not what is done with its result
            if not any(PASSES_OVER & set(ast.unparse(child.func).split(".")) for child in inner):
                yield ast.unparse(node)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported under a name that says nothing of where it is from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if alias.name in PASSES_OVER)


@pytest.mark.parametrize("module", JUDGED, ids=lambda module: module.name)
def test_d23_nothing_passes_over_what_is_missing(module: Module) -> None:
    assert [text for text in found_in(module.tree()) if (module.name, text) not in ALLOWED] == []
    assert list(imported(module.tree())) == []


def test_d23_each_place_is_there_once_and_says_why() -> None:
    places = Counter((module.name, text) for module in JUDGED for text in found_in(module.tree()))
    assert places == dict.fromkeys(ALLOWED, 1)
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    "text",
    [
        "np.nansum(dose)",
        "table.column('dose_gy').sum()",
        "pc.sum(table['dose_gy'])",
        "pa.compute.sum(column)",
        "np.sum(dose)",
        "np.nan_to_num(dose)",
        "frame['dose_gy'].fillna(0)",
        "column.fill_null(0).to_numpy()",
        "frame.group_by('patient_id').agg(pl.col('dose_gy').sum())",
        "np.fmax.at(total, course, dose)",
        "total(dose, skipna=True)",
        "np.nanmax(dose, axis=1)",
    ],
)
def test_what_would_be_found(text: str) -> None:
    assert list(found_in(ast.parse(text)))


@pytest.mark.parametrize("text", ["sum(doses)", "np.cumsum(dose)", "np.add.reduceat(dose, first)", "summary(dose)"])
def test_what_keeps_what_is_missing(text: str) -> None:
    assert list(found_in(ast.parse(text))) == []
