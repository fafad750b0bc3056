"""``reirrad budget``: the dose that a further course may still give."""

from __future__ import annotations

from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.further_course import FURTHER, further_course_options, intervals_for, refuse_given
from reirrad.cli.inputs import read_case
from reirrad.cli.options import chosen_library, judging_options, library_options, output_options
from reirrad.cli.output import answer_text, refuse_existing, write_result
from reirrad.engine.planning.budget import budget
from reirrad.engine.planning.when import when
from reirrad.model.budget import Budget
from reirrad.model.case import Technique
from reirrad.model.when import When, WhenRow
from reirrad.report.budget_text import budget_blocks
from reirrad.report.json_report import json_text
from reirrad.report.when_text import when_blocks

_GRAVITY = ("not_applicable", "not_evaluated", "violated")
_STATUS = {"bounded": "met", "unbounded": "met", "none": "violated", "not_evaluated": "not_evaluated"}


@click.command("budget", cls=CommandOfOneMind, short_help="Show the dose that a further course may still give.")
@click.argument("case", metavar="CASE")
@further_course_options
@click.option(
    "--when",
    "asks_when",
    is_flag=True,
    help="Show instead from which day on the proposed course, as it is, would satisfy each constraint, or never.",
)
@judging_options
@library_options
@output_options
def budget_command(
    case: str,
    fractions: tuple[int, ...],
    intervals: tuple[int, ...],
    technique: Technique | None,
    form: str,
    *,
    asks_when: bool,
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
    """Show the largest total dose that a further course may give, by structure, constraint and fraction number.

    A course that the case proposes lends its date, modality and technique; its dose is what is asked for. Without one
    the answer is a table by the interval since the last course.

    \b
    Examples:
      reirrad budget --fractions 5,10,25 patient.toml
      reirrad budget --technique stereotactic --fractions 1,3,5 --intervals 6,12 patient.toml
      reirrad budget --when patient.toml

    Exit codes: 0 every constraint that applies leaves dose (with --when: is met on some day); 1 one leaves none (is met
    on none); 2 could not run; 3 something could not be evaluated, or nothing applies.
    """
    context = click.get_current_context()
    if asks_when:
        refuse_given(context, FURTHER, "does not go with --when, which asks about the course that is proposed")
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, editions, profile, risk, rules_sha256=rules_sha256, as_of=as_of)
    if asks_when:
        answer = when(read_case(case), library=library, strict=strict)
        write_result(
            json_text(answer.to_dict()) if form == "json" else answer_text(when_blocks(answer), output),
            output,
            overwrite=overwrite,
        )
        possible = [_possible(row) for row in answer.rows if not row.advisory]
        # each limit may be met on some day, and the case on none
        verdicts = {period.status for period in answer.verdict}
        if verdicts and "met" not in verdicts:
            possible.append("not_evaluated" if "not_evaluated" in verdicts else "violated")
        return exit_codes.of_statuses([*possible, *_open(answer)])
    read = read_case(case)
    found = budget(
        read,
        n_fractions=fractions,
        library=library,
        strict=strict,
        technique=technique,
        intervals_months=intervals_for(context, read, intervals),
    )
    write_result(
        json_text(found.to_dict()) if form == "json" else answer_text(budget_blocks(found), output),
        output,
        overwrite=overwrite,
    )
    statuses = [_STATUS[row.state] for row in found.rows if not row.advisory]
    return exit_codes.of_statuses([*statuses, *_open(found)])


def _open(answer: Budget | When) -> list[str]:
    """Return a status for each thing that was asked and has no answer."""
    silent: tuple[object, ...]
    if isinstance(answer, When):
        silent = answer.structures_without_rule
    else:
        silent = (*answer.unanswered, *answer.groups_in_part)
    return ["not_evaluated"] * (len(answer.unmapped_structures) + len(answer.left_out) + len(silent))


def _possible(row: WhenRow) -> str:
    """Return the best that waiting brings: met on some day, or else the worst of what it is."""
    found = {period.status for period in row.periods}
    return "met" if row.earliest is not None else max(found, key=_GRAVITY.index)
