"""``reirrad check``: judge cases."""

from __future__ import annotations

from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.inputs import read_case
from reirrad.cli.options import chosen_library, judging_options, library_options, output_options
from reirrad.cli.output import error_line, refuse_existing, styled, use_colour, write_result
from reirrad.engine.check import check_all
from reirrad.errors import InputError
from reirrad.model.finding import Report
from reirrad.report import report_json, report_text, reports_json
from reirrad.report.text import headline_text


@click.command("check", short_help="Judge cases by every published constraint that applies.")
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@judging_options
@click.option("--quiet", "-q", is_flag=True, help="Print case, verdict and headline only (text).")
@library_options
@output_options
def check_command(
    cases: tuple[str, ...],
    form: str,
    *,
    strict: bool,
    quiet: bool,
    libraries: tuple[Path, ...],
    editions: tuple[str, ...],
    profile: str | None,
    risk: float | None,
    output: Path | None,
    overwrite: bool,
) -> int:
    r"""Judge each CASE (a TOML or JSON file, or - for standard input) by every published constraint that applies.

    \b
    Examples:
      reirrad check patient.toml
      reirrad check --format json --output report.json patient.toml
      reirrad check --edition nieder-2006 data/cases/*.toml
      reirrad check --edition woolley-2018 --risk 5 patient.toml
      reirrad check --profile our-clinic.toml patient.toml
      cat case.json | reirrad check -

    Exit codes: 0 every constraint that applies was evaluated and met; 1 a constraint is violated; 2 could not run
    (usage, unreadable or invalid input); 3 nothing violated, but something could not be evaluated. Of several cases:
    2 before 1 before 3 before 0.
    """
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, editions, profile, risk)
    reports: list[Report] = []
    errors: list[InputError] = []
    for source in cases:
        try:
            reports += check_all([read_case(source)], library=library, strict=strict)
        except InputError as error:
            errors.append(error)
    if form == "json":
        text = report_json(reports[0]) if len(cases) == 1 and reports else reports_json(reports, errors)
        text = text if reports or len(cases) > 1 else ""
    else:
        text = _text(reports, quiet=quiet, colour=use_colour(output))
    if text:
        write_result(text, output, overwrite=overwrite)
    for refused in errors:
        error_line(str(refused))
    codes = [exit_codes.OF_VERDICT[report.verdict] for report in reports]
    return exit_codes.gravest([*codes, *([exit_codes.COULD_NOT_RUN] if errors else [])])


def _text(reports: list[Report], *, quiet: bool, colour: bool) -> str:
    style = styled if colour else lambda text, _status: text
    if quiet:
        return "".join(headline_text(report, style=style) for report in reports)
    return f"\n{'=' * 100}\n\n".join(report_text(report, style=style) for report in reports)
