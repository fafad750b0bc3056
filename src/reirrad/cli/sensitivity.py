"""``reirrad sensitivity``: how sure the findings of a case are."""

from __future__ import annotations

from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.inputs import read_case
from reirrad.cli.options import chosen_library, judging_options, library_options, output_options
from reirrad.cli.output import answer_text, refuse_existing, write_result
from reirrad.engine.planning.sensitivity import sensitivity
from reirrad.report.json_report import json_text
from reirrad.report.sensitivity_text import sensitivity_blocks


@click.command("sensitivity", cls=CommandOfOneMind, short_help="Show what each finding survives, and where it flips.")
@click.argument("case", metavar="CASE")
@judging_options
@library_options
@output_options
def sensitivity_command(
    case: str,
    form: str,
    *,
    strict: bool,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    editions: tuple[str, ...],
    profile: str | None,
    risk: float | None,
    as_of: str | None,
    output: Path | None,
    overwrite: bool,
) -> int:
    """Show for each finding whether it survives what is uncertain, and where it flips.

    Asked are published intervals of alpha/beta, dates that are ranges, doses 3 and 5 % lower and higher, and, as a
    comparison, the other published recovery schedules.

    \b
    Examples:
      reirrad sensitivity patient.toml
      reirrad sensitivity --edition nieder-2006 --format json patient.toml

    Exit codes are those of check: what is fragile is still what it is.
    """
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, editions, profile, risk, rules_sha256=rules_sha256, as_of=as_of)
    answer = sensitivity(read_case(case), library=library, strict=strict)
    text = json_text(answer.to_dict()) if form == "json" else answer_text(sensitivity_blocks(answer), output)
    write_result(text, output, overwrite=overwrite)
    return exit_codes.OF_VERDICT[answer.verdict]
