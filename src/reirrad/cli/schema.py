"""``reirrad schema``: the JSON Schema of a case."""

from __future__ import annotations

import json

import click

from reirrad.cli.output import write_result
from reirrad.model.case import Case


@click.command("schema", short_help="Print the JSON Schema of a case file.")
def schema_command() -> int:
    """Print the JSON Schema of a case (TOML and JSON have the same shape)."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "reirrad-case/1",
        **Case.model_json_schema(by_alias=True),
    }
    write_result(json.dumps(schema, indent=2) + "\n")
    return 0
