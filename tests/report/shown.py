"""Takes a plain report apart as a reader does: sections, the structures in them, and the rows of a table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reirrad.model.finding import Finding

LIMITS = "Limits by structure"
POPULATIONS = (
    "No rule depends on age, sex, earlier surgery or drugs: compare the patient with the population of each source."
)


def joined(lines: str | Sequence[str]) -> str:
    """Return lines as one."""
    return " ".join((lines if isinstance(lines, str) else " ".join(lines)).split())


def source_with_population(item: Finding) -> str:
    """Return the source of a finding as it is to be printed, the population from the edition file itself."""
    for path in (Path(__file__).parents[2] / "src" / "reirrad" / "library" / "editions").glob("*.toml"):
        edition = tomllib.loads(path.read_text(encoding="utf-8"))
        if item.constraint_id in {constraint["id"] for constraint in edition["constraint"]}:
            return joined(f"{item.source}; {item.locator} population: {edition['population']}")
    raise AssertionError(f"no edition has {item.constraint_id}")


def sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section by its heading, the one above a line of dashes; what comes first has none."""
    lines = text.splitlines()
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line and not line.startswith(" ") and re.fullmatch("-+", below):
            assert line not in found, f"two sections {line!r}"
            heading = line
            found[heading] = []
        elif not re.fullmatch("-+", line):
            found[heading].append(line)
    return found


def parts(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the lines of each part of a section by its heading."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line and not line.startswith(" "):
            found[line] = []
        elif line and found:
            found[list(found)[-1]].append(line)
    return found


@dataclass(frozen=True)
class Shown:
    """A finding as it is shown."""

    structure: str
    title: str
    status: str
    value: str
    required: str
    margin: str
    source: str
    told: str

    @property
    def name(self) -> str:
        return self.title.partition(" ")[0]


def findings(text: str) -> list[Shown]:
    """Return the findings in the order of the report."""
    found = []
    for structure, lines in parts(sections(text)[LIMITS]).items():
        if not lines or lines[0].split() != ["status", "value", "required", "margin", "source"]:
            continue
        for title, cells, told in _rows(lines[1:]):
            found.append(Shown(structure, title, *cells, told))
    return found


def table_rows(lines: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the cells of the rows of a table without its head, by their title."""
    return {title: cells for title, cells, _ in _rows(lines)}


def _rows(lines: Sequence[str]) -> list[tuple[str, list[str], str]]:
    rows: list[tuple[str, list[str], list[str]]] = []
    for line in lines:
        if re.match("  [^ ]", line):
            rows.append((line.strip(), [], []))
        elif not rows[-1][1]:
            rows[-1][1].extend(re.split(" {2,}", line.strip()))
        else:
            rows[-1][2].append(line)
    return [(title, cells, joined(told)) for title, cells, told in rows]
