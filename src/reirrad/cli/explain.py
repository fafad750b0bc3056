"""``reirrad explain``: one constraint of a case, so that a second person can repeat it."""

from __future__ import annotations

from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.inputs import read_case
from reirrad.cli.options import as_of_option, chosen_library, folders_option, judging_options, output_options
from reirrad.cli.output import answer_text, refuse_existing, write_result
from reirrad.engine.planning.explanation import explain
from reirrad.report.explanation_text import explanation_blocks
from reirrad.report.json_report import json_text


@click.command("explain", cls=CommandOfOneMind, short_help="Explain one constraint of a case, step by step.")
@click.argument("case", metavar="CASE")
@click.argument("constraint_id", metavar="CONSTRAINT_ID")
@judging_options
@folders_option
@as_of_option
@output_options
def explain_command(
    case: str,
    constraint_id: str,
    form: str,
    *,
    strict: bool,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    as_of: str | None,
    output: Path | None,
    overwrite: bool,
) -> int:
    """Explain CONSTRAINT_ID for CASE: courses, formulas with their sources, every number substituted.

    \b
    Example:
      reirrad explain patient.toml umich-2019.spinal-cord

    The constraint may be of any profile. Exit codes are those of check, for this constraint alone.
    """
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, rules_sha256=rules_sha256)
    explanation = explain(read_case(case), constraint_id, library=library, strict=strict, as_of=as_of)
    if form == "json":
        text = json_text(explanation.to_dict())
    else:
        loaded, constraint = next(item for item in library.constraints() if item[1].id == constraint_id)
        text = answer_text(explanation_blocks(explanation, loaded.edition, constraint), output)
    write_result(text, output, overwrite=overwrite)
    return exit_codes.of_statuses(item.finding.status for item in explanation.findings if not item.finding.advisory)
