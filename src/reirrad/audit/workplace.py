"""The folder beside the output in which an audit works: a lock, what was done so far, and unfinished results."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reirrad.audit.digests import sealed, unsealed
from reirrad.errors import InputError, Problem, shown

try:
    import fcntl
except ImportError:  # a system without it: the lock file alone must do
    fcntl = None  # type: ignore[assignment]

STATE = "state.json"
_LOCK = "lock"
#: What an audit writes, and so what --overwrite may remove.
RESULTS = frozenset(
    {"findings.parquet", "findings.csv", "patients.parquet", "patients.csv"}
    | {"quarantine.csv", "look_alike.csv", "summary.json", "report.html"}
)


class Workplace:
    """A folder of one audit. Its results become the output in one step: before that nothing has its final name."""

    def __init__(self, out: Path, inputs: Iterable[Path] = ()) -> None:
        self.out, self._inputs = out.absolute(), tuple(inputs)
        self.folder = self.out.with_name(f".{self.out.name}.reirrad-audit")
        self.results = self.folder / "results"

    @contextlib.contextmanager
    def opened(self, *, resume: bool, overwrite: bool) -> Iterator[Workplace]:
        """Hold the folder for one run.

        Raises
        ------
        InputError
            If the output exists, the folder cannot be written, another run holds it, or an interrupted run is there.
        """
        self._refuse_output(resume=resume, overwrite=overwrite)
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._error(f"cannot be written: {error.strerror}") from None
        try:
            # first of all: a state that is there may be that of a run that still goes on
            self._lock(handle)
            self._refuse_state(resume=resume, overwrite=overwrite)
            if not resume:
                self._clear()
            # results are made anew: half of a table, or one in another format, must not be published with them
            if self.results.exists():
                shutil.rmtree(self.results)
            self.results.mkdir(mode=0o700)
            yield self
        finally:
            os.close(handle)

    def _refuse_output(self, *, resume: bool, overwrite: bool) -> None:
        if self.out.is_symlink():
            # the results take the place of the folder: what the link leads to would stay as it was
            raise self._error("the output is a link", hint="name the folder itself")
        if self.out.exists() and not self.out.is_dir():
            raise self._error("the output is no folder", hint="name a folder that does not exist yet")
        if self.out.is_dir() and any(self.out.iterdir()) and not overwrite:
            raise self._error("the output exists already", hint="name another folder, or add --overwrite")
        others = [] if not self.out.is_dir() else [item.name for item in self.out.iterdir() if item.name not in RESULTS]
        if others:
            # --overwrite is for results: a folder with anything else is never removed
            what = "the output holds files that are no results of an audit"
            problem = Problem("", what, shown(min(others)), hint="name another folder")
            raise InputError(str(self.out), [problem])
        inside = [path for path in self._inputs if path.resolve().parent == self.out.resolve()]
        if inside:
            # it may have the name of a result, which --overwrite removes
            problem = Problem("", "the output holds an input", shown(inside[0].name), hint="name another folder")
            raise InputError(str(self.out), [problem])
        if resume and not (self.folder / STATE).exists():
            raise self._error("there is no interrupted audit to go on with", hint="leave out --resume")

    def _refuse_state(self, *, resume: bool, overwrite: bool) -> None:
        if (self.folder / STATE).exists() and not resume and not overwrite:
            hint = "add --resume to go on with it, or --overwrite to begin anew"
            raise self._error("an audit into this folder was interrupted", hint=hint)

    def _lock(self, handle: int) -> None:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = os.pread(handle, 200, 0).decode(errors="replace").strip()
                raise self._error(f"another audit writes into this folder ({holder})") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} on {platform.node()}".encode(), 0)

    def _clear(self) -> None:
        """Remove what an earlier run has left."""
        for entry in self.folder.iterdir():
            if entry.name != _LOCK:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _error(self, what: str, *, hint: str = "") -> InputError:
        return InputError(str(self.out), [Problem("", what, hint=hint)])

    @staticmethod
    def is_one(folder: Path) -> bool:
        """Whether a folder is that of an audit which is not finished, by what its state says."""
        try:
            return "key" in unsealed((folder / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False

    def state(self) -> dict[str, Any]:
        """Return what was done so far; empty if nothing was, or if it is not what was written."""
        try:
            return unsealed((self.folder / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Write what was done; the data that it speaks of must be on disk before."""
        write_whole(self.folder / STATE, sealed(state))

    def forget(self) -> None:
        """Remove everything: what was refused is nothing to go on with."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def publish(self, *, overwrite: bool) -> None:
        """Make the results the output, and remove everything else."""
        synced(self.results)
        old = self.folder / "replaced"
        if self.out.is_dir() and overwrite and any(self.out.iterdir()):
            self.out.rename(old)
        self.results.rename(self.out)
        shutil.rmtree(self.folder, ignore_errors=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text file as a whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def synced(folder: Path) -> None:
    """Wait until the files of a folder are on disk."""
    for path in [*folder.iterdir(), folder]:
        if path.is_file() or hasattr(os, "O_DIRECTORY"):
            sync(path)


def sync(path: Path) -> None:
    """Wait until a file is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
