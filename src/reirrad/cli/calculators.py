"""``reirrad bed`` and ``reirrad eqd2``: a schedule on the command line."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import click

from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.options import Command
from reirrad.cli.output import write_result
from reirrad.errors import InputError, Problem, shown
from reirrad.model.course_checks import HOURS_OF_A_DAY
from reirrad.model.schedule import ALLOWED, Schedule, ScheduleError, parse_schedule
from reirrad.model.wording import plain
from reirrad.radiobiology import bed, eqd2, incomplete_repair_range_exact

#: What is printed without an exponent [Gy].
_LEAST, _MOST = 1e-3, 1e9


def _read(text: str) -> Schedule:
    try:
        return parse_schedule(text)
    except ScheduleError as error:
        raise InputError("schedule", [Problem("", error.what, shown(text), ALLOWED, error.hint)]) from None


class _Day(NamedTuple):
    """How the fractions of a day follow each other."""

    n_fractions: int
    hours_between: float | None
    half_time_h: float | None


def _convert(function: Callable[..., Any], text: str, alpha_beta_gy: float, day: _Day) -> str:
    read = _read(text)
    low, high = (
        function(
            total_dose_gy=float(read.total_dose_gy),
            n_fractions=read.n_fractions,
            alpha_beta_gy=alpha_beta_gy,
            incomplete_repair_factor=float(factor),
        )
        for factor in _factors(read, *day)
    )
    return _enough(float(low)) if low == high else f"{_enough(float(low))} to {_enough(float(high))}"


def _factors(read: Schedule, per_day: int, hours: float | None, half_time: float | None) -> tuple[Fraction, Fraction]:
    if per_day > read.n_fractions:
        raise click.UsageError(f"{per_day} fractions a day are more than the {read.n_fractions} of the schedule")
    if per_day == 1:
        if hours is not None or half_time is not None:
            raise click.UsageError("--hours and --half-time go with --fractions-per-day above 1")
        return Fraction(0), Fraction(0)
    if hours is None or half_time is None:
        raise click.UsageError("more than one fraction a day needs --hours and --half-time")
    if hours * per_day >= HOURS_OF_A_DAY:
        # the factor takes the night as complete repair
        raise click.UsageError(
            f"the night after {per_day} fractions {plain(hours)} h apart is not longer than that: less than "
            f"{HOURS_OF_A_DAY / per_day:g} h"
        )
    return incomplete_repair_range_exact(
        n_fractions=read.n_fractions,
        fractions_per_day=per_day,
        hours_between_fractions=hours,
        repair_half_time_h=half_time,
    )


def _enough(value: float) -> str:
    """Return a dose with four decimals; one that they make nothing, or that nobody reads, with an exponent."""
    return plain(value) if value == 0 or _LEAST <= value < _MOST else f"{value:.6g}"


_ARGUMENTS = (
    click.argument("schedule", metavar="SCHEDULE"),
    click.option("--alpha-beta", "alpha_beta_gy", type=float, required=True, metavar="GY", help="alpha/beta [Gy]"),
    click.option("--fractions-per-day", type=click.IntRange(1, 6), default=1, show_default=True),
    click.option("--hours", type=float, help="Hours between the fractions of a day."),
    click.option("--half-time", type=float, help="Half-time of repair [h]."),
)


def _with_arguments(command: Command) -> Command:
    for decorate in reversed(_ARGUMENTS):
        command = decorate(command)
    return command


@click.command("bed", cls=CommandOfOneMind, short_help="Biologically effective dose of a schedule.")
@_with_arguments
def bed_command(
    schedule: str, alpha_beta_gy: float, fractions_per_day: int, hours: float | None, half_time: float | None
) -> int:
    """Print the biologically effective dose of a SCHEDULE such as "50 Gy / 25" or "25 x 2 Gy".

    \b
    Example:
      $ reirrad bed "50 Gy / 25" --alpha-beta 2
      100 Gy2

    Exit codes: 0 it is printed; 2 could not run, as of a schedule that cannot be read.
    """
    value = _convert(bed, schedule, alpha_beta_gy, _Day(fractions_per_day, hours, half_time))
    write_result(f"{value} Gy{alpha_beta_gy:.12g}\n")
    return 0


@click.command("eqd2", cls=CommandOfOneMind, short_help="Equieffective dose in 2 Gy fractions of a schedule.")
@_with_arguments
def eqd2_command(
    schedule: str, alpha_beta_gy: float, fractions_per_day: int, hours: float | None, half_time: float | None
) -> int:
    """Print the equieffective dose in 2 Gy fractions of a SCHEDULE such as "30 Gy / 10" or "10 x 3 Gy".

    \b
    Example:
      $ reirrad eqd2 "30 Gy / 10" --alpha-beta 2
      37.5 Gy EQD2 (alpha/beta 2 Gy)

    Exit codes: 0 it is printed; 2 could not run, as of a schedule that cannot be read.
    """
    value = _convert(eqd2, schedule, alpha_beta_gy, _Day(fractions_per_day, hours, half_time))
    write_result(f"{value} Gy EQD2 (alpha/beta {alpha_beta_gy:.12g} Gy)\n")
    return 0
