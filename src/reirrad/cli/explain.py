"""``reirrad explain``: one constraint of a case, so that a second person can repeat it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.inputs import read_case
from reirrad.cli.options import as_of_option, chosen_library, folders_option, judging_options, output_options
from reirrad.cli.output import answer_text, refuse_existing, write_result
from reirrad.engine.planning.explanation import explain
from reirrad.library import Library, Profile
from reirrad.library.validity import library_as_of
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
    if as_of is not None:
        library = _as_of(library, constraint_id, as_of)
    explanation = explain(read_case(case), constraint_id, library=library, strict=strict)
    if form == "json":
        text = json_text(explanation.to_dict())
    else:
        loaded, constraint = next(item for item in library.constraints() if item[1].id == constraint_id)
        text = answer_text(explanation_blocks(explanation, loaded.edition, constraint), output)
    write_result(text, output, overwrite=overwrite)
    return exit_codes.of_statuses(item.finding.status for item in explanation.findings if not item.finding.advisory)


def _as_of(library: Library, constraint_id: str, day: str) -> Library:
    """Return the edition of a constraint as it is used on a day; any other one may have ended."""
    alone = tuple(loaded for loaded, rule in library.constraints() if rule.id == constraint_id)
    narrowed = replace(library, editions=alone or library.editions)
    # the constraint may be of any profile: it is named, so that its edition counts as used
    used = library_as_of(narrowed.select(profile=Profile(constraints=frozenset({constraint_id}))), day)
    return replace(narrowed, as_of=used.as_of)
