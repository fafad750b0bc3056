"""Runs the command line: in this process for the bulk, as a process of its own where that is the point."""

from __future__ import annotations

import inspect
import io
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from click import _compat

from reirrad.cli.entry import run

REPOSITORY = Path(__file__).parents[2]
CASES = REPOSITORY / "data" / "cases"
HPC = CASES / "hpc_lumbar_2024.toml"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def messages(self) -> str:
        """What stands on standard error beside warnings, which stand in the report, too."""
        lines = self.err.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("reirrad: warning: "))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    content = stream.buffer
    assert isinstance(content, io.BytesIO)
    return content.getvalue().decode("utf-8")


def _forget_streams() -> None:
    """Let click forget the streams of a run: it keeps each, with its text, and a million runs fill the memory."""
    for stream in (_compat._default_text_stdin, _compat._default_text_stdout, _compat._default_text_stderr):
        inspect.getclosurevars(stream).nonlocals["cache"].clear()


def invoke(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
    """Run a command as the entry point does, without a process of its own."""
    out, err, source = _stream(), _stream(), io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with mock.patch.multiple(sys, stdout=out, stderr=err, stdin=source, argv=["reirrad"]):
            run([str(argument) for argument in arguments])
    except SystemExit as end:
        return Outcome(int(end.code or 0), _text(out), _text(err))
    finally:
        signal.signal(signal.SIGTERM, handler)
        _forget_streams()
    raise AssertionError("the command did not exit")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "reirrad", *map(str, arguments)]


def process(
    *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, env: dict[str, str] | None = None
) -> Outcome:
    """Run a command in a process of its own."""
    ended = subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=None if env is None else os.environ | env,
        check=False,
        timeout=60,
    )
    return Outcome(ended.returncode, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8"))


def assert_refused(outcome: Outcome, *messages: str) -> None:
    """A refusal: exit 2, the message on standard error, nothing on standard output, no traceback."""
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err
    for message in messages:
        assert message in outcome.err
