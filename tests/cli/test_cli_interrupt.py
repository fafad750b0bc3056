"""Interruptions: 130 and 143, a message, never a traceback (F03)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.case_files import MET
from cli.runner import REPOSITORY, command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")


def _unread(descriptor: int) -> int:
    import fcntl
    import termios

    return int.from_bytes(fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)), sys.byteorder)


def _waiting_on_stdin(*options: str) -> subprocess.Popen[bytes]:
    """Start a check that has read the first bytes of standard input and waits for more."""
    running = subprocess.Popen(
        command("check", *options, "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdin is not None
    running.stdin.write(MET.encode())
    running.stdin.flush()
    until = time.monotonic() + 30
    while _unread(running.stdin.fileno()):
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.05)
    return running


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        (signal.SIGINT, 130, b"reirrad: interrupted; nothing was decided"),
        (signal.SIGTERM, 143, b"reirrad: terminated; nothing was decided"),
    ],
)
def test_while_it_waits_on_standard_input(sent: signal.Signals, code: int, message: bytes, tmp_path: Path) -> None:
    running = _waiting_on_stdin("--output", str(tmp_path / "report"))
    began = time.monotonic()
    running.send_signal(sent)
    out, err = running.communicate(timeout=30)
    assert running.returncode == code
    assert err.strip() == message
    assert out == b""
    assert time.monotonic() - began < 2
    assert os.listdir(tmp_path) == []


def test_while_it_starts(tmp_path: Path) -> None:
    # the interrupt comes while a package is being imported: here the moment at which click is asked for
    (tmp_path / "sitecustomize.py").write_text(
        "import builtins, os, signal\n"
        "real = builtins.__import__\n"
        "def interrupted(name, *rest, **options):\n"
        "    if name == 'click':\n"
        "        builtins.__import__ = real\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return real(name, *rest, **options)\n"
        "builtins.__import__ = interrupted\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(tmp_path), str(REPOSITORY / "src")])
    ended = subprocess.run(
        command("bed", "50 Gy / 25", "--alpha-beta", "2"),
        capture_output=True, check=False, timeout=60, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 130
