"""The first and last thing of every command: signals, and the exit code of whatever happens.

Only the standard library is imported before the signals are taken over, so that a command that is interrupted while it
starts ends as one that is interrupted later.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

from reirrad.cli.exit_codes import COULD_NOT_RUN, INTERRUPTED, TERMINATED
from reirrad.cli.streams import say, silence


class _Terminated(BaseException):
    """The process was asked to end."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; whatever happens, there is a message and an exit code, never a traceback."""
    try:
        signal.signal(signal.SIGTERM, _terminate)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from reirrad.cli.main import invoke

        code = invoke(arguments)
    except KeyboardInterrupt:
        code = _message("interrupted; nothing was decided", INTERRUPTED)
    except _Terminated:
        code = _message("terminated; nothing was decided", TERMINATED)
    except MemoryError:
        code = _message("out of memory; nothing was decided", COULD_NOT_RUN)
    except ImportError as error:  # a library that cannot be mapped, for want of memory or of another one
        code = _message(f"a part could not be loaded: {error}; nothing was decided", COULD_NOT_RUN)
    except Exception as error:  # no traceback: it may hold patient data
        what = f"internal error ({type(error).__name__}); the command did not finish. Please report it with the input."
        code = _message(what, COULD_NOT_RUN)
    _leave(code)


def _message(text: str, code: int) -> int:
    say(f"reirrad: {text}\n")
    return code


def _leave(code: int) -> None:
    """Exit; output that nobody reads any more must not turn into an error of the interpreter."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        silence(sys.stdout)
        code = code or COULD_NOT_RUN
    sys.exit(code)
