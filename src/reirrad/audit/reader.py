"""Files with a binary format read in a process of their own: one that breaks its reader ends that, and is refused.

The process is this module; it is asked by one line of JSON on its standard input and answers in such lines.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, NoReturn

from reirrad.audit.engines import work_for
from reirrad.audit.reading import Asked, is_text, read_all
from reirrad.audit.sources.blocks import Declared
from reirrad.errors import InputError, MissingExtraError, Problem, TableError

#: How the process is started; without -P, modules in the folder where that is done would be imported.
COMMAND = (sys.executable, "-P", "-m", "reirrad.audit.reader")
_Answer = dict[str, Any]


def read_safely(
    files: Sequence[Path],
    declared: Declared,
    asked: Asked,
    folder: Path,
    *,
    threads: int,
    progress: Callable[[int], None],
) -> dict[str, Any]:
    """Do what :func:`reirrad.audit.reading.read_all` does, here if all files are text, else in another process.

    Raises
    ------
    TableError
        As ``read_all``, or if the process ended while it read a file.
    """
    if all(is_text(path) for path in files):
        return read_all(files, declared, asked, folder, threads=threads, progress=progress)
    question = {
        "files": [str(path) for path in files],
        "declared": declared.to_dict(),
        "asked": [asked.table, asked.query],
        "folder": str(folder),
        "threads": threads,
        "parent": os.getpid(),
    }
    reader = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        return _listen(reader, question, progress)
    finally:
        reader.kill()
        reader.communicate()


def _listen(reader: subprocess.Popen[bytes], question: _Answer, progress: Callable[[int], None]) -> dict[str, Any]:
    answers, file = _asked(reader, question), question["files"][0]
    for line in answers:
        if not line.endswith(b"\n"):
            break  # it ended in the middle of an answer
        answer = json.loads(line)
        if "file" in answer:
            file = answer["file"]
        elif "rows" in answer:
            progress(answer["rows"])
        elif "read" in answer:
            return dict(answer["read"])
        else:
            _fail(**answer)
    ended = reader.wait()
    what = f"its reader broke while it read this file (it ended with {ended}): nothing of it is used"
    raise TableError(file, [Problem("", what, hint="export the table anew from where it comes from, or as CSV")])


def _asked(reader: subprocess.Popen[bytes], question: _Answer) -> IO[bytes]:
    if reader.stdin is None or reader.stdout is None:
        raise RuntimeError("a process without pipes")
    with contextlib.suppress(BrokenPipeError):  # where it has ended already, it answers nothing
        reader.stdin.write(json.dumps(question).encode() + b"\n")
        reader.stdin.flush()
    return reader.stdout


def _fail(
    *, kind: str, text: str, source: str = "", problems: Sequence[dict[str, str]] = (), number: int = 0
) -> NoReturn:
    if kind == "input":
        raise TableError(source, [Problem(**item) for item in problems])
    if kind == "extra":
        raise MissingExtraError(text)
    if kind == "system":
        raise OSError(number, text, source)
    raise RuntimeError(f"the reader of tables failed: {text}")


def main() -> None:
    """Answer one question: what is being read, how much of it is, and at last what was read or what is wrong."""
    question = json.loads(sys.stdin.readline())
    work_for(question["parent"])

    def tell(**answer: Any) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    declared = question["declared"]
    try:
        found = read_all(
            [Path(name) for name in question["files"]],
            Declared(**declared | {name: tuple(declared[name]) for name in ("keep", "ignore", "missing")}),
            Asked(*question["asked"]),
            Path(question["folder"]),
            threads=question["threads"],
            progress=lambda rows: tell(rows=rows),
            begin=lambda path: tell(file=str(path)),
        )
    except InputError as error:
        tell(kind="input", text="", source=error.source, problems=[asdict(item) for item in error.problems])
    except MissingExtraError as error:
        tell(kind="extra", text=str(error))
    except OSError as error:
        tell(kind="system", text=error.strerror or "", number=error.errno or 0, source=str(error.filename or ""))
    except Exception as error:
        # the other process says that there was a bug, without the values of a traceback
        tell(kind="bug", text=type(error).__name__)
    else:
        tell(read=found)


if __name__ == "__main__":
    main()
