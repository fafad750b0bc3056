"""The tables of the reference, as Markdown: made from models, vocabulary and data, never typed a second time."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from importlib.resources import files
from typing import Any

import click
from pydantic import TypeAdapter

from reirrad.audit import table
from reirrad.cli import exit_codes
from reirrad.cli.main import reirrad
from reirrad.cli.schema import KINDS
from reirrad.engine.codes import Cause, Exclusion
from reirrad.engine.explain import EXCLUSIONS
from reirrad.engine.missing import MEANINGS, SENTENCES
from reirrad.model.case import Case
from reirrad.quantities import QUANTITIES

JsonSchema = Mapping[str, Any]

#: How the tables of a case file are written in TOML.
_TABLES = {"Course": "[[course]]", "Phase": "[[course.phase]]", "StructureDose": "[course.dose.STRUCTURE]"}
#: What stands in braces in a sentence, where there is no case to fill it in.
_WORDS = {
    "newest": "the judged course",
    "techniques": "some techniques",
    "metric": "the metric",
    "zero": "0",
    "strictly": "state Max[Gy] of the structure for every course (nothing decides a share), or judge without --strict",
    "doubtful": "the courses that may give none",
    "structure": "the structure",
    "modalities": "what the source lists",
    "made_for": "two courses, an interval within its data, and a first course below the tolerance (the report says "
    "which of these does not hold, and what the case has)",
    "dates": "the dates more exactly, or the doses of courses that may have given none",
    "ends": "the end and start dates of the courses more exactly, or the doses of courses that may have given none",
    "complete": '"complete" (or "none")',
    "repair": "state hours_between_fractions of the course and repair_half_time_h of the structure, what of them is "
    "missing; where both are stated, not all days were full, and nothing in a case says which fractions shared one",
} | dict.fromkeys(("unsupported", "unscheduled", "undosed", "bounded", "ranged"), "the courses that lack it")


def case_fields() -> str:
    """Return the keys of a case file, by table."""
    schema = TypeAdapter(Case).json_schema(by_alias=True)
    parts = [_heading("Top of the file"), *_fields_table(schema, units=True)]
    for name, written in _TABLES.items():
        definition = schema["$defs"][name]
        parts += [_heading(f"`{written}`"), _sentences(definition["description"]), ""]
        if name == "Course":
            inherited = schema["$defs"]["Phase"]["properties"]
            own = {key: value for key, value in definition["properties"].items() if key not in inherited}
            parts += ["Besides the keys of a phase (below):", ""]
            definition = {**definition, "properties": own}
        parts += _fields_table(definition, units=True)
        if extra := definition.get("additionalProperties"):
            parts += [f"Every other key is a metric: {_sentences(extra['description'])}.", ""]
    return "\n".join(parts)


#: Of columns that can be left out under a condition.
_NEEDED = {
    "fractions_per_day": "required, but with `--assume-once-daily`",
    "start": "with `end`, or the two below",
    "end": "with `start`",
    "course_number": "with `months_since_previous`, without `start` and `end`",
    "months_since_previous": "with `course_number`",
}


def columns() -> str:
    """Return the columns of a cohort table."""
    rows = [(name, "required") for name in table.REQUIRED]
    rows += [(name, "one of the two") for name in table.DOSES]
    rows += [(name, _NEEDED.get(name, "optional")) for name in table.OPTIONAL]
    return _table(
        ("column", "needed", "what it is", "allowed"),
        ((f"`{name}`", need, column_meaning(name), column_allowed(name)) for name, need in rows),
    )


def column_meaning(name: str) -> str:
    """Return what a column of a cohort table is."""
    if name in table.COLUMN_MEANINGS:
        return table.COLUMN_MEANINGS[name]
    return _meaning(name, _case_properties()[name])


def column_allowed(name: str) -> str:
    """Return what may stand in a column of a cohort table."""
    quantity = {"dose_gy": "total_dose_gy", "scheduled_dose_gy": "total_dose_gy"}.get(name, name)
    if name == "dose_cgy":
        return "a number of cGy within the same bounds"
    return _allowed(quantity, _case_properties().get(name, {"type": "string"}))


def reasons() -> str:
    """Return the reason codes of what could not be evaluated."""
    return _table(
        ("reason", "what is not known", "what would decide it"),
        ((f"`{cause.word}`", MEANINGS[cause], _decides(cause)) for cause in Cause),
    )


def _decides(cause: Cause) -> str:
    return SENTENCES[cause].format(**_WORDS)


def exclusions() -> str:
    """Return the reason codes of what does not apply."""
    rows = (
        (f"`{why.word}`", EXCLUSIONS[why].format(structure="the structure")) for why in Exclusion if why in EXCLUSIONS
    )
    return _table(("reason", "why the constraint does not apply"), rows)


def structures() -> str:
    """Return the names of structures with their aliases and containers."""
    document = tomllib.loads((files("reirrad.library") / "structures.toml").read_text(encoding="utf-8"))
    return _table(
        ("structure", "other names that mean exactly this", "lies within"),
        (
            (f"`{row['name']}`", ", ".join(row["aliases"]), ", ".join(f"`{name}`" for name in row["within"]))
            for row in document["structure"]
        ),
    )


def conventions() -> str:
    """Return the conventions of presentation, with where they come from."""
    document = tomllib.loads((files("reirrad.library") / "conventions.toml").read_text(encoding="utf-8"))
    rows = []
    for name, group in document.items():
        values = ", ".join(f"{key} {value:g}" for key, value in group.items() if key != "source")
        rows.append((f"`{name}`", values.replace("_", " "), group["source"]))
    return _table(("convention", "numbers", "where from"), rows)


def quantities() -> str:
    """Return the vocabulary of quantities with units and bounds."""
    rows = ((f"`{q.name}`", q.unit, q.meaning, q.allowed) for q in QUANTITIES.values())
    return _table(("name", "unit", "what it is", "allowed in an input"), rows)


def documents() -> str:
    """Return the JSON documents that commands write, field by field."""
    parts: list[str] = []
    for kind, (schema_id, module, name) in KINDS.items():
        if kind == "case":
            continue
        schema = TypeAdapter(getattr(import_module(module), name)).json_schema(by_alias=True)
        parts += [_heading(f"`{schema_id}`"), _sentences(schema.get("description", "")), "", *_fields_table(schema)]
        for inner, definition in schema.get("$defs", {}).items():
            parts += [f"**{inner}.** {_sentences(definition.get('description', ''))}", "", *_fields_table(definition)]
    return "\n".join(parts)


def exit_code_meanings() -> str:
    """Return the exit codes of ``check``."""
    return _table(("exit code", "meaning"), ((str(code), text) for code, text in exit_codes.MEANINGS.items()))


def exit_codes_by_command() -> str:
    """Return what the help of every command says about its exit code."""
    rows = []
    for name, command in commands_of(reirrad):
        found = re.search(r"Exit codes?.*?(?=\n\n|\Z)", command.help or "", re.DOTALL)
        rows.append((f"`{name}`", " ".join(found[0].split()) if found else ""))
    return _table(("command", "what its help says"), rows)


def commands_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its name, those of groups with the names of both."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{before}{name} ")
        elif command is not None:
            yield f"{before}{name}", command


TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        case_fields,
        columns,
        conventions,
        documents,
        exclusions,
        exit_code_meanings,
        exit_codes_by_command,
        quantities,
        reasons,
        structures,
    )
}


def _case_properties() -> dict[str, JsonSchema]:
    schema = TypeAdapter(Case).json_schema(by_alias=True)
    found = dict(schema["properties"])
    for definition in schema["$defs"].values():
        found |= definition["properties"]
    # of one structure each row says it for its own
    return found | {"repair_half_time_h": schema["properties"]["repair_half_time_h"]["additionalProperties"]}


def _fields_table(schema: JsonSchema, *, units: bool = False) -> Iterator[str]:
    required = schema.get("required", ())
    head = ("key", "needed", "what it is", "allowed") if units else ("field", "value")
    rows = []
    for name, field in schema.get("properties", {}).items():
        if units:
            need = "required" if name in required else ""
            rows.append((f"`{name}`", need, _meaning(name, field), _allowed(name, field)))
        else:
            rows.append((f"`{name}`", _kind(field)))
    yield _table(head, rows)


def _meaning(name: str, field: JsonSchema) -> str:
    inner: Iterable[JsonSchema] = field.get("anyOf", ())
    text = field.get("description") or next((one["description"] for one in inner if "description" in one), "")
    return _sentences(text or QUANTITIES[name].meaning)


def _allowed(name: str, field: JsonSchema) -> str:
    """Return what a key of an input allows; null is how a program writes a key that a person leaves out."""
    if name in QUANTITIES:
        by_name = ", by structure" if field.get("type") == "object" else ""
        return QUANTITIES[name].allowed + by_name
    kinds = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
    return " or ".join(_kind(one) for one in kinds)


def _kind(field: JsonSchema) -> str:
    """Return in words what a JSON Schema allows."""
    if "anyOf" in field:
        kinds = [_kind(one) for one in field["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"`{_TABLES[name]}`" if name in _TABLES else name
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return _array(field)
    if field.get("type") == "object":
        inner = field.get("additionalProperties")
        return f"{_kind(inner)}, by name" if isinstance(inner, dict) else "a table"
    allowed = re.search(r"(?<=: )\S.*", field.get("description", ""))
    words = {"string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false"}
    kind = words.get(field.get("type", ""), str(field.get("type", "any")))
    return f"{kind}: {allowed[0]}" if kind == "text" and allowed and "printable" not in allowed[0] else kind


def _array(field: JsonSchema) -> str:
    if "prefixItems" in field:
        return "[" + ", ".join(_kind(one) for one in field["prefixItems"]) + "]"
    if field.get("maxItems") == 2:
        return "[low, high]"
    return f"list of {_kind(field.get('items', {}))}"


def _heading(text: str) -> str:
    return f"## {text}\n"


def _sentences(text: str) -> str:
    """Return a docstring as Markdown on one line."""
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", " ".join(text.replace("``", "`").split()))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([*lines, ""])
