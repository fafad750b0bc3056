"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from reirrad.library import Library

Command = TypeVar("Command", bound=Callable[..., Any])


class GivenPath(click.Path):
    """A path that is not empty: an empty one would be the folder in which the command runs."""

    def __init__(self) -> None:
        """Hand paths on as such."""
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if value == "":
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


def output_options(command: Command) -> Command:
    """Add --output and --overwrite."""
    command = click.option("--overwrite", is_flag=True, help="Replace the output file if it exists.")(command)
    return click.option(
        "--output", "-o", type=GivenPath(), help="Write the result to a file, as a whole or not at all."
    )(command)


def library_options(command: Command) -> Command:
    """Add --library, --rules-sha256, --edition, --profile, --risk and --as-of."""
    command = as_of_option(command)
    command = click.option(
        "--risk",
        "risk",
        type=float,
        metavar="PERCENT",
        help="Risk for models (Woolley 2018) instead of that of their edition.",
    )(command)
    command = click.option(
        "--profile",
        "profile",
        metavar="NAME|FILE",
        help="Judge by point-dose (the default), distribution, all, or the set that a TOML file names.",
    )(command)
    command = click.option(
        "--edition",
        "editions",
        multiple=True,
        metavar="ID",
        help="Judge by this edition only; repeatable. The report says which editions it used.",
    )(command)
    return folders_option(command)


def folders_option(command: Command) -> Command:
    """Add --library and --rules-sha256."""
    command = click.option(
        "--rules-sha256",
        "rules_sha256",
        multiple=True,
        metavar="DIGEST",
        help="SHA-256 that a file of --library must have; repeatable. Any other file is refused.",
    )(command)
    return click.option(
        "--library",
        "libraries",
        multiple=True,
        type=GivenPath(),
        metavar="DIR",
        help="Add the edition files of a folder; repeatable.",
    )(command)


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.UsageError("--as-of is empty: name a day, e.g. 2026-03-01, or leave the option out")
    return value


def as_of_option(command: Command) -> Command:
    """Add --as-of."""
    return click.option(
        "--as-of",
        metavar="DATE",
        callback=_day,
        help="Refuse editions that ended before this day. The clock is never read.",
    )(command)


def judging_options(command: Command) -> Command:
    """Add --format and --strict."""
    command = click.option(
        "--strict", is_flag=True, help="Sums of near-maxima other than Max prove nothing by themselves."
    )(command)
    return click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)(
        command
    )


def chosen_library(
    libraries: Sequence[Path],
    editions: Sequence[str] = (),
    profile: str | None = None,
    risk: float | None = None,
    *,
    rules_sha256: Sequence[str],
    as_of: str | None = None,
) -> Library:
    """Return the library that the options choose.

    Raises
    ------
    LibraryError
        If a file cannot be used, a name is not known, a risk is chosen and no model is judged, or an edition that is
        used ended before ``as_of``.
    """
    # imported here: a command that reads no rule does not pay for them
    from reirrad.library.load import load_library, load_profile
    from reirrad.library.validity import library_as_of

    library = load_library(libraries, rules_sha256=rules_sha256).select(
        editions, profile=None if profile is None else load_profile(profile), model_risk_percent=risk
    )
    return library if as_of is None else library_as_of(library, as_of)
