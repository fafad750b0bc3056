"""``reirrad plot``: one picture of a case as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.further_course import FURTHER, further_course_options, intervals_for, refuse_given
from reirrad.cli.inputs import read_case
from reirrad.cli.options import GivenPath, chosen_library, library_options
from reirrad.cli.output import refuse_existing, write_bytes_whole
from reirrad.errors import InputError, Problem, shown
from reirrad.model.case import Case, Technique

if TYPE_CHECKING:
    from reirrad.library import Library
    from reirrad.model.finding import Report

_KINDS = {
    "timeline": "Accumulated dose over time",
    "findings": "Values against limits",
    "budget": "Dose budget",
    "disagreement": "Editions side by side",
}


@click.command("plot", cls=CommandOfOneMind, short_help="Draw one picture of a case: SVG, PNG or PDF.")
@click.argument("case", metavar="CASE")
@click.option("--kind", type=click.Choice(list(_KINDS)), required=True, help="What to draw.")
@further_course_options
@click.option("--strict", is_flag=True, help="Sums of near-maxima other than Max prove nothing by themselves.")
@library_options
@click.option(
    "--output",
    "-o",
    type=GivenPath(),
    required=True,
    help="The picture: .svg, .png or .pdf; written as a whole or not at all.",
)
@click.option("--overwrite", is_flag=True, help="Replace the output file if it exists.")
def plot_command(
    case: str,
    kind: str,
    fractions: tuple[int, ...],
    intervals: tuple[int, ...],
    technique: Technique | None,
    *,
    strict: bool,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    editions: tuple[str, ...],
    profile: str | None,
    risk: float | None,
    as_of: str | None,
    output: Path,
    overwrite: bool,
) -> int:
    """Draw one picture of CASE; the suffix of the output says in which form.

    \b
    Examples:
      reirrad plot patient.toml --kind timeline --output timeline.svg
      reirrad plot patient.toml --kind findings --output findings.png
      reirrad plot patient.toml --kind budget --fractions 5,10,25 --output budget.pdf

    The picture needs matplotlib: pip install '.[report]' in the folder of the program. Exit codes are those of check,
    for the whole case: 0 every constraint that applies was evaluated and met; 1 one is violated; 2 could not run; 3
    something could not be evaluated.
    """
    from reirrad.engine.check import check
    from reirrad.report.pictures import FORMS, picture_bytes

    form = output.suffix.removeprefix(".").lower()
    if form not in FORMS:
        suffixes = ", ".join(f".{name}" for name in FORMS)
        raise InputError(
            str(output), [Problem("--output", "the suffix says no form of a picture", shown(output.suffix), suffixes)]
        )
    context = click.get_current_context()
    if kind != "budget":
        refuse_given(context, FURTHER, "is for --kind budget")
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, editions, profile, risk, rules_sha256=rules_sha256, as_of=as_of)
    read = read_case(case)
    report = check(read, library=library, strict=strict)
    months = intervals_for(context, read, intervals)
    asked = {"n_fractions": fractions, "intervals_months": months, "technique": technique}
    figure, description = _picture(kind, read, report, library, strict=strict, asked=asked)
    title = f"{_KINDS[kind]}: case {report.case_id}"
    write_bytes_whole(picture_bytes(figure, form, title, description), output, overwrite=overwrite)
    return exit_codes.OF_VERDICT[report.verdict]


def _picture(
    kind: str, case: Case, report: Report, library: Library, *, strict: bool, asked: dict[str, Any]
) -> tuple[Any, str]:
    """Return a figure and what it shows in words."""
    from reirrad.report import pictures

    if kind == "findings":
        return pictures.findings_figure(report), pictures.findings_alt_text(report)
    if kind == "disagreement":
        return pictures.disagreement_figure(report), pictures.disagreement_alt_text(report)
    if kind == "budget":
        from reirrad.engine.planning.budget import budget

        found = budget(case, library=library, strict=strict, **asked)
        return pictures.budget_figure(found), pictures.budget_alt_text(found)
    from reirrad.engine.planning.timeline import timeline

    over_time = timeline(case, library=library, strict=strict)
    return pictures.timeline_figure(over_time), pictures.timeline_alt_text(over_time)
