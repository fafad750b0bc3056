"""``reirrad explain``: one constraint of a case, so that a second person can repeat it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.inputs import read_case
from reirrad.cli.options import chosen_library, output_options
from reirrad.cli.output import refuse_existing, write_result
from reirrad.engine.planning.explanation import explain
from reirrad.report.explanation_text import explanation_text


@click.command("explain", short_help="Explain one constraint of a case, step by step.")
@click.argument("case", metavar="CASE")
@click.argument("constraint_id", metavar="CONSTRAINT_ID")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Sums of near-maxima other than Max prove nothing by themselves.")
@click.option(
    "--library",
    "libraries",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Add the edition files of a folder; repeatable.",
)
@output_options
def explain_command(
    case: str,
    constraint_id: str,
    form: str,
    *,
    strict: bool,
    libraries: tuple[Path, ...],
    output: Path | None,
    overwrite: bool,
) -> int:
    r"""Explain CONSTRAINT_ID for CASE: courses, formulas with their sources, every number substituted.

    \b
    Example:
      reirrad explain patient.toml umich-2019.spinal-cord

    The constraint may be of any profile. Exit codes are those of check, for this constraint alone.
    """
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, (), None)
    explanation = explain(read_case(case), constraint_id, library=library, strict=strict)
    if form == "json":
        text = json.dumps(explanation.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    else:
        loaded, constraint = next(item for item in library.constraints() if item[1].id == constraint_id)
        text = explanation_text(explanation, loaded.edition, constraint)
    write_result(text, output, overwrite=overwrite)
    return exit_codes.of_statuses(item.finding.status for item in explanation.findings)
