"""Entry point: the command group, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

# no code of other packages is run while models are built, and none is searched for
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import click

from reirrad import __version__
from reirrad.cli import exit_codes
from reirrad.cli.output import error_line
from reirrad.errors import ReirradError

_COMMANDS = {
    "bed": "reirrad.cli.calculators",
    "check": "reirrad.cli.check",
    "eqd2": "reirrad.cli.calculators",
    "new": "reirrad.cli.new",
    "schema": "reirrad.cli.schema",
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


class _Terminated(BaseException):
    """The process was asked to end."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; whatever happens, there is a message and an exit code, never a traceback."""
    _use_utf8()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = reirrad.main(args=arguments, standalone_mode=False)
        _flush()
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = exit_codes.COULD_NOT_RUN
    except ReirradError as error:
        error_line(str(error))
        code = exit_codes.COULD_NOT_RUN
    except (KeyboardInterrupt, click.exceptions.Abort):
        error_line("interrupted; nothing was decided")
        code = exit_codes.INTERRUPTED
    except _Terminated:
        error_line("terminated; nothing was decided")
        code = exit_codes.TERMINATED
    except BrokenPipeError:
        # the reader went away; the rest of the output has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = exit_codes.COULD_NOT_RUN
    except OSError as error:
        error_line(f"the output could not be written: {error.strerror}")
        code = exit_codes.COULD_NOT_RUN
    except MemoryError:
        error_line("out of memory; nothing was decided")
        code = exit_codes.COULD_NOT_RUN
    except Exception as error:  # no traceback: it may hold patient data
        error_line(f"internal error ({type(error).__name__}); nothing was decided. Please report it with the input.")
        code = exit_codes.COULD_NOT_RUN
    sys.exit(code if isinstance(code, int) else 0)


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says; what the terminal cannot show is escaped, not lost."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _flush() -> None:
    sys.stdout.flush()


if __name__ == "__main__":
    run()
