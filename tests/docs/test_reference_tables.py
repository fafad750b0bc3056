"""The tables of the reference hold every word that there is, each with a meaning."""

from __future__ import annotations

import re
import runpy
import tomllib
from typing import Any

import pytest

from docs.pages import ROOT
from reirrad.audit import table
from reirrad.engine.codes import Cause, Exclusion
from reirrad.engine.explain import EXCLUSIONS
from reirrad.engine.missing import MEANINGS, SENTENCES
from reirrad.library import load_library
from reirrad.model.case import Case, Course, Phase, StructureDose

REFERENCE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "_ext" / "reference_tables.py"))
TABLES = REFERENCE["TABLES"]

PHYSICIST = "quickstart-physicist.md"

#: Whether a key is needed; the aliases of a structure, and what it lies within.
MAY_BE_EMPTY = {("case_fields", 0), ("structures", 0), ("structures", 1)}


def rows(name: str) -> dict[str, list[str]]:
    """Return the rows of a table of the reference by their first cell."""
    lines = [line for line in TABLES[name]().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("` "): row[1:] for row in cells}


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_that_should_say_something_is_empty(name: str) -> None:
    for first, rest in rows(name).items():
        assert first
        said = [cell for index, cell in enumerate(rest) if (name, index) not in MAY_BE_EMPTY]
        assert all(said), (name, first, rest)


def test_every_reason_has_a_meaning_and_a_way_on() -> None:
    assert set(MEANINGS) == set(SENTENCES) == set(Cause)
    assert {cause.word for cause in Cause} <= rows("reasons").keys()
    assert set(EXCLUSIONS) == set(Exclusion) - {Exclusion.NONE}
    assert {why.word for why in EXCLUSIONS} <= rows("exclusions").keys()
    assert not [text for text in rows("reasons").values() if "{" in "".join(text)]


def test_every_command_says_its_exit_codes() -> None:
    said = rows("exit_codes_by_command")
    assert {
        "bed",
        "check",
        "eqd2",
        "new",
        "schema",
        "rules lint",
        "rules list",
        "rules show",
        "rules structures",
    } < said.keys()
    assert "rules" not in said
    assert all(text.startswith("Exit codes") for name, (text,) in said.items() if name != "command")


def test_every_key_of_a_case_is_there() -> None:
    keys = rows("case_fields").keys()
    for model in (Case, Course, Phase, StructureDose):
        assert {field.alias or name for name, field in model.model_fields.items()} <= keys


def test_every_column_of_a_table_is_there_and_none_besides() -> None:
    columns = {*table.REQUIRED, *table.DOSES, *table.OPTIONAL}
    assert rows("columns").keys() - {"column"} == columns
    assert columns >= table.COLUMN_MEANINGS.keys()
    assert REFERENCE["_NEEDED"].keys() < columns
    assert "optional" not in rows("columns")["fractions_per_day"], "a table without it is refused"


def test_every_structure_is_there() -> None:
    assert rows("structures").keys() - {"structure"} == set(load_library().structures.names)


def test_every_json_document_is_there() -> None:
    text = TABLES["documents"]()
    for document in ("report", "budget", "when", "sensitivity", "explain"):
        assert f"`reirrad-{document}/1`" in text
    assert "`undiscounted_value` | a number or null" in text


def test_a_bound_of_a_quantity_is_said_with_its_unit() -> None:
    # 1200 months are 100 years
    assert rows("case_fields")["months_since_previous"][-1] == "a number from 0 to 1200 months"
    assert rows("columns")["fractions_per_day"][-1] == "a whole number from 1 to 6"


def test_the_page_for_physicists_says_above_which_fraction_a_technique_is_doubted() -> None:
    (above,) = re.findall(r"more than (\S+) Gy per fraction beside", (ROOT / "docs" / PHYSICIST).read_text("utf-8"))
    data = tomllib.loads((ROOT / "src/reirrad/library/conventions.toml").read_text(encoding="utf-8"))
    assert float(above) == data["technique"]["note_above_gy"], f"{PHYSICIST} and conventions.toml differ"


def test_a_page_of_tables_says_where_they_are_without_the_site() -> None:
    listed = (ROOT / "docs" / "reference").glob("*.md")
    pages = [path for path in listed if "{reference-table}" in path.read_text("utf-8")]
    assert len(pages) == 6
    for path in pages:
        before, _, _ = path.read_text(encoding="utf-8").partition("{reference-table}")
        assert "(`make docs`). Without the site " in before, f"{path.name} looks empty to a reader of the repository"
