"""``reirrad selftest``: compare this installation with what is known without it."""

from __future__ import annotations

from pathlib import Path

import click

from reirrad import radiobiology
from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.options import output_options
from reirrad.cli.output import answer_text, refuse_existing, write_result
from reirrad.report.json_report import json_text
from reirrad.report.selftest_text import selftest_blocks
from reirrad.selftest.run import DEFAULT_CASES, selftest

_MOST_CASES = 10**6


@click.command(
    "selftest", cls=CommandOfOneMind, short_help="Compare this installation with published values and exact arithmetic."
)
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option(
    "--cases",
    type=click.IntRange(1, _MOST_CASES),
    default=DEFAULT_CASES,
    show_default=True,
    help="Number of random cases.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="What they are drawn by.")
@output_options
def selftest_command(form: str, *, cases: int, seed: int, output: Path | None, overwrite: bool) -> int:
    """Run the comparisons that a commissioning files: on this machine, with these packages and these editions.

    Published values and values worked out by hand; limits at their edges and random cases, each judged once more by
    a naive program in exact fractions that shares no code with the one that judges; the digests of the editions.

    \b
    Examples:
      reirrad selftest
      reirrad selftest --format html --output selftest.html
      reirrad selftest --cases 20000 --seed 7

    Exit codes: 0 everything agrees, 1 something differs, 2 could not run.
    """
    refuse_existing(output, overwrite=overwrite)
    functions = {name: getattr(radiobiology, name) for name in radiobiology.__all__}
    answer = selftest(functions=functions, cases=cases, seed=seed)
    if form == "json":
        text = json_text(answer.to_dict())
    elif form == "html":
        from reirrad.report.selftest_html import selftest_html

        text = selftest_html(answer)
    else:
        text = answer_text(selftest_blocks(answer), output)
    write_result(text, output, overwrite=overwrite)
    return exit_codes.MET if answer.agrees else exit_codes.VIOLATED
