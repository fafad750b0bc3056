"""Writing results and errors: results to standard output or a file, everything else to standard error."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from reirrad.cli.command_inputs import is_an_input
from reirrad.cli.streams import say, silence
from reirrad.errors import InputError, MissingExtraError, Problem, printable
from reirrad.report.blocks import WIDTH, Block
from reirrad.report.plain import plain_text, unstyled


class OutputGoneError(Exception):
    """Standard output is closed, or its reader went away; an OSError would be taken for an outcome of the command."""


_COLOURS = {"violated": "red", "not_evaluated": "yellow", "met": "green"}


def error_line(text: str) -> None:
    """Write a message to standard error, control characters shown and not sent."""
    lines = "\n".join(printable(line) for line in text.splitlines())
    say(f"reirrad: {lines}\n")


def goes_to_terminal(output: Path | None = None) -> bool:
    """Whether an answer is shown on a terminal, and not kept in a file or read by a program."""
    return output is None and sys.stdout is not None and sys.stdout.isatty()


def answer_text(blocks: Iterable[Block], output: Path | None = None) -> str:
    """Return a text answer for where it goes: for a terminal laid out by rich, if that is installed; else plain.

    A pipe and a file get the same bytes on every machine.
    """
    if not goes_to_terminal(output):
        return plain_text(blocks)
    listed = list(blocks)
    colour = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    try:
        from reirrad.report.terminal import terminal_text

        columns = shutil.get_terminal_size((WIDTH, 24)).columns
        return terminal_text(listed, width=max(columns, WIDTH // 2), colour=colour, unicode=_has_unicode())
    except MissingExtraError:
        return plain_text(listed, style=_styled if colour else unstyled)


def _styled(text: str, status: str) -> str:
    """Return what tells a status in its colour; the words say the same without it."""
    colour = _COLOURS.get(status)
    return click.style(text, fg=colour, bold=status == "violated") if colour else text


def _has_unicode() -> bool:
    """Whether the terminal draws more than ASCII; output is UTF-8 whatever the locale says."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""
    return sys.platform == "win32" or "utf" in locale.lower()


def write_result(text: str, output: Path | None = None, *, overwrite: bool = False) -> None:
    """Write a result to standard output, or to a file as a whole or not at all.

    Raises
    ------
    InputError
        If the file exists and may not be overwritten, or cannot be written.
    OutputGoneError
        If standard output cannot be written.
    """
    if output is None:
        _print(text)
        return
    write_bytes_whole(text.encode(), output, overwrite=overwrite)


def write_bytes_whole(content: bytes, output: Path, *, overwrite: bool = False) -> None:
    """Write bytes to a file as a whole or not at all.

    Raises
    ------
    InputError
        If the file exists and may not be overwritten, or cannot be written.
    """
    refuse_existing(output, overwrite=overwrite)
    try:
        handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=".reirrad-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(output)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _cannot_be_written(output, error) from None


def _print(text: str) -> None:
    if sys.stdout is None:
        raise OutputGoneError("standard output is closed; the result was not written")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        raise OutputGoneError from None  # the reader left; there is nobody to tell
    except OSError as error:
        raise OutputGoneError(f"the result could not be written: {error.strerror}") from None


def refuse_existing(output: Path | None, *, overwrite: bool) -> None:
    """Refuse an output that exists: an old report must not be mistaken for a new one, nor lost, and no input ever.

    Raises
    ------
    InputError
        If it is there and may not be replaced, or cannot be asked for.
    """
    if output is None:
        return
    try:
        os.lstat(output)  # a link that points nowhere is there, too
        there = output.stat() if output.exists() else None
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _cannot_be_written(output, error) from None
    if is_an_input(there):
        raise InputError(str(output), [Problem("", "the output is an input of this command", hint="name another file")])
    if there is not None and not stat.S_ISREG(there.st_mode):
        raise InputError(str(output), [Problem("", "the output is not a regular file", hint="name a file")])
    if not overwrite:
        problem = Problem("", "the output exists already", hint="name another file, or add --overwrite")
        raise InputError(str(output), [problem])


def _cannot_be_written(output: Path, error: OSError | ValueError) -> InputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(str(output), [Problem("", f"cannot be written: {reason}")])
