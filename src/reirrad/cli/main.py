"""The command group, and where errors become messages and exit codes."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

# no code of other packages is run while models are built, and none is searched for
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import click

from reirrad import __version__
from reirrad.cli import exit_codes
from reirrad.cli.output import OutputGoneError, error_line
from reirrad.cli.streams import say
from reirrad.errors import ReirradError

_COMMANDS = {
    "audit": "reirrad.cli.audit",
    "bed": "reirrad.cli.calculators",
    "budget": "reirrad.cli.budget",
    "check": "reirrad.cli.check",
    "explain": "reirrad.cli.explain",
    "eqd2": "reirrad.cli.calculators",
    "new": "reirrad.cli.new",
    "plot": "reirrad.cli.plot",
    "rules": "reirrad.cli.rules",
    "schema": "reirrad.cli.schema",
    "selftest": "reirrad.cli.selftest",
    "sensitivity": "reirrad.cli.sensitivity",
    "verify": "reirrad.cli.verify",
}


class _Commands(click.Group):
    """Commands that are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reirrad")
def reirrad() -> None:
    """Check radiotherapy dose constraints for re-irradiation.

    A calculation from stated data and published limits; no medical device. Exit codes of check: 0 every limit that
    applies was evaluated and met, 1 a limit is violated, 2 could not run, 3 something could not be evaluated.
    """


def invoke(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    _use_utf8()
    try:
        code = reirrad.main(args=arguments, standalone_mode=False)
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        told = io.StringIO()
        error.show(file=told)
        say(told.getvalue())
        code = exit_codes.COULD_NOT_RUN
    except ReirradError as error:
        error_line(str(error))
        code = exit_codes.COULD_NOT_RUN
    except OutputGoneError as error:
        if error.args:
            error_line(str(error))
        code = exit_codes.COULD_NOT_RUN
    except OSError as error:  # of --help and --version, which click writes itself
        where = f" ({error.filename})" if error.filename else ""
        error_line(f"the command did not finish: {error.strerror or error}{where}")
        code = exit_codes.COULD_NOT_RUN
    except SystemExit:  # click exits with 1, which says violated, if the reader of its text left
        code = exit_codes.COULD_NOT_RUN
    return code if isinstance(code, int) else 0


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says; what the terminal cannot show is escaped, not lost."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
