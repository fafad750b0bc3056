"""An option of one value that is given twice is refused: the last one would count, and the first be passed over."""

from __future__ import annotations

import click
import pytest

from cli.runner import invoke
from reirrad.cli.main import _COMMANDS, reirrad

CASE = "data/cases/hpc_lumbar_2024.toml"


@pytest.mark.parametrize(
    ("command", "option", "values"),
    [
        (("check", CASE), "--profile", ("all", "point-dose")),
        (("check", CASE), "--as-of", ("2026-01-01", "2019-01-01")),
        (("check", CASE), "--format", ("json", "json")),
        (("check", CASE), "--risk", ("1", "20")),
        (("budget", CASE), "--fractions", ("1,3", "5")),
        (("bed", "50 Gy / 25"), "--alpha-beta", ("10", "2")),
        (("audit", "data/cohorts/published-regimens.csv"), "--out", ("a", "b")),
        (("rules", "list"), "--structure", ("Heart", "Rectum")),
        (("selftest",), "--cases", ("1", "2")),
    ],
)
def test_one_value_given_twice(command: tuple[str, ...], option: str, values: tuple[str, str]) -> None:
    outcome = invoke(*command, *(part for value in values for part in (option, value)))
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.endswith(f"Error: {option} is given 2 times: once is allowed\n")


def test_what_collects_and_what_is_a_flag_may_stand_twice() -> None:
    twice = ("--edition", "nieder-2005", "--edition", "nieder-2006", "--strict", "--strict")
    assert invoke("check", CASE, *twice).out == invoke("check", CASE, *twice[:-1]).out != ""


def test_every_command_refuses_it() -> None:
    def refuses(command: click.Command) -> bool:
        if isinstance(command, click.Group):
            return all(map(refuses, command.commands.values()))
        return type(command).__name__ == "CommandOfOneMind"

    context = click.Context(reirrad)
    for name in _COMMANDS:
        command = reirrad.get_command(context, name)
        assert command is not None
        assert refuses(command), name
