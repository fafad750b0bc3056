"""``reirrad schema``: the JSON Schema of what is read and of what is written."""

from __future__ import annotations

import json
from typing import Any

import click

from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.output import write_result

#: What has a schema: its name, and the module and class that it is made from.
KINDS = {
    "case": ("reirrad-case/1", "reirrad.model.case", "Case"),
    "report": ("reirrad-report/1", "reirrad.model.finding", "Report"),
    "reports": ("reirrad-reports/1", "reirrad.model.reports", "Reports"),
    "budget": ("reirrad-budget/1", "reirrad.model.budget", "Budget"),
    "when": ("reirrad-when/1", "reirrad.model.when", "When"),
    "sensitivity": ("reirrad-sensitivity/1", "reirrad.model.sensitivity", "Sensitivity"),
    "audit": ("reirrad-audit/1", "reirrad.model.audit_summary", "AuditSummary"),
    "explain": ("reirrad-explain/1", "reirrad.model.explanation", "Explanation"),
    "selftest": ("reirrad-selftest/1", "reirrad.model.selftest", "SelfTest"),
}


@click.command("schema", cls=CommandOfOneMind, short_help="Print the JSON Schema of a case file, or of an output.")
@click.argument("kind", type=click.Choice(list(KINDS)), default="case")
def schema_command(kind: str) -> int:
    """Print the JSON Schema of a case (TOML and JSON have the same shape), or of the JSON of a command.

    Exit codes: 0 it is printed; 2 could not run, as of a KIND that is not known.
    """
    from importlib import import_module

    from pydantic import TypeAdapter

    schema_id, module, name = KINDS[kind]
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(import_module(module), name))
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_id,
        **adapter.json_schema(by_alias=True),
    }
    write_result(json.dumps(schema, indent=2) + "\n")
    return 0
