"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """Add --output and --overwrite."""
    command = click.option("--overwrite", is_flag=True, help="Replace the output file if it exists.")(command)
    return click.option(
        "--output", "-o", type=click.Path(path_type=Path), help="Write the result to a file, as a whole or not at all."
    )(command)


def library_options(command: Command) -> Command:
    """Add --library and --edition."""
    command = click.option(
        "--edition",
        "editions",
        multiple=True,
        metavar="ID",
        help="Judge by this edition only; repeatable. The report says which editions it used.",
    )(command)
    return click.option(
        "--library",
        "libraries",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Add the edition files of a folder; repeatable.",
    )(command)
