"""Progress on standard error: one line that changes on a terminal, plain lines elsewhere, nothing if asked for."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_EVERY_S = {True: 0.2, False: 10.0}


class ProgressLine:
    """Told what is done, it says so now and then, with rate and time left where they are known."""

    def __init__(self, *, quiet: bool) -> None:
        self._is_quiet = quiet or sys.stderr is None
        self._is_terminal = not self._is_quiet and sys.stderr.isatty()
        self._what, self._since, self._last, self._width = "", 0.0, 0.0, 0

    def __call__(self, what: str, done: int, of: int | None) -> None:
        """Take note of what is done."""
        if self._is_quiet:
            return
        now = time.monotonic()
        if what != self._what:
            self._what, self._since, self._last = what, now, 0.0
        is_end = of is not None and done >= of
        if now - self._last < _EVERY_S[self._is_terminal] and not (is_end and self._is_terminal):
            return
        self._last = now
        self._show(self._text(done, of, now - self._since))

    def _text(self, done: int, of: int | None, seconds: float) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        if of is None:
            return f"{self._what}: {done} rows" + (f", {rate:,.0f} a second" if rate else "")
        left = f", about {(of - done) / rate:.0f} s left" if 0 < done < of and rate else ""
        return f"{self._what}: {done} of {of} parts{left}"

    def _show(self, text: str) -> None:
        try:
            if self._is_terminal:
                sys.stderr.write("\r" + text.ljust(self._width))
                self._width = len(text)
            else:
                sys.stderr.write(f"reirrad: {text}\n")
            sys.stderr.flush()
        except OSError:
            # nobody reads it any more: no reason to stop the work of hours
            self._is_quiet, self._width = True, 0

    def close(self) -> None:
        """End the line."""
        if self._is_terminal and self._width:
            sys.stderr.write("\n")
            self._width = 0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()
