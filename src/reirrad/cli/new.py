"""``reirrad new``: a commented template of a case file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.options import output_options
from reirrad.cli.output import write_result


@click.command("new", cls=CommandOfOneMind, short_help="Write a commented template of a case file.")
@output_options
def new_command(*, output: Path | None, overwrite: bool) -> int:
    """Write a commented template of a case file: fill it in, then `reirrad check` it.

    \b
    Example:
      reirrad new --output case.toml

    Exit codes: 0 it is written; 2 it cannot be, as to a file that exists.
    """
    text = resources.files("reirrad.cli").joinpath("template.toml").read_text(encoding="utf-8")
    write_result(text, output, overwrite=overwrite)
    return 0
