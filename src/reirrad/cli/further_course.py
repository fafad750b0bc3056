"""Options about a further course, which the commands that ask for its dose share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import click
from click.core import ParameterSource

from reirrad.cli.numbers import WholeNumbers
from reirrad.cli.options import Command
from reirrad.model.case import Case, Technique

#: Fraction numbers that are asked about where none is named.
USUAL_FRACTIONS = "1,3,5,10,25"
#: The options that are about a further course.
FURTHER = ("fractions", "intervals", "technique")


def refuse_given(context: click.Context, names: Iterable[str], why: str) -> None:
    """Refuse options that were given and would be passed over.

    Raises
    ------
    UsageError
        With the first of them.
    """
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name} {why}: leave it out")


def intervals_for(context: click.Context, case: Case, intervals: Sequence[int]) -> Sequence[int]:
    """Return the intervals to ask for; refuse those that would be passed over.

    A course that is proposed has its own, and where no course is listed there is none from which an interval runs.
    """
    if case.proposed is not None:
        refuse_given(context, ["intervals"], "is for a case that proposes no course; this one does")
    elif not case.course:
        refuse_given(context, ["intervals"], "is for a case that lists a course; this one has none")
    else:
        return intervals
    return ()


def further_course_options(command: Command) -> Command:
    """Add --fractions, --intervals and --technique."""
    command = click.option(
        "--technique",
        type=click.Choice(get_args(Technique)),
        help="Of the further course, where the case proposes none; left out it is unknown.",
    )(command)
    command = click.option(
        "--intervals",
        type=WholeNumbers("months_since_previous"),
        default="3,6,12,24,36",
        show_default=True,
        metavar="MONTHS,...",
        help="Months after the last course, where the case proposes no course.",
    )(command)
    return click.option(
        "--fractions",
        type=WholeNumbers("n_fractions"),
        default=USUAL_FRACTIONS,
        show_default=True,
        metavar="N,N...",
        help="Fraction numbers of the further course to answer for.",
    )(command)
