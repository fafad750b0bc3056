"""The pages as programs: what stands in a code block is run, and what a page shows of its output is compared.

Blocks of a page are run in their order, in a folder of its own that has ``data/`` of the repository and the files that
the page makes by ``<!-- file: NAME -->`` before a block. Python blocks share their names; a ``text`` block behind one
is what it prints. ``...`` in what is shown stands for what is left out. A block that cannot be run says so before it:
``<!-- not run: REASON -->``.
"""

from __future__ import annotations

import contextlib
import doctest
import glob
import io
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sybil import Document, Example
from sybil.parsers.markdown import CodeBlockParser

from cli.runner import invoke
from reirrad import load_case, load_library, parse_case
from reirrad.cli.exit_codes import COULD_NOT_RUN
from reirrad.library.load import load_profile

ROOT = Path(__file__).parents[2]
#: Commands besides ours that a page may use: they read, and print what they read.
SHELL = ("cat", "head", "ls", "wc")
#: A line that only underlines: layout, not content.
_RULE = re.compile(r"\s*-{4,}")
_COMMENT = re.compile(r"<!-- (?P<kind>not run|file): (?P<text>[^>]+?) -->\s*\Z")
_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<language>[^`]*)")


class PageError(AssertionError):
    """A block does not do what the page says."""


@dataclass(frozen=True)
class Fence:
    """A fenced block as it stands in the text, found apart from the parser that runs it."""

    line: int
    language: str


def fences(text: str) -> Iterator[Fence]:
    """Yield the fenced blocks of a page, but directives of the site."""
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if line.strip() == closing else closing
        elif match := _FENCE.fullmatch(line.rstrip()):
            closing = match["fence"]
            if not match["language"].startswith("{"):
                yield Fence(number, match["language"].strip())


@dataclass
class Run:
    """One page while its blocks are run."""

    document: Document
    ran: list[Fence] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    #: what the last Python block printed and the page has not shown yet
    printed: str = ""
    #: what the page should show instead, by its position in the text
    shown: list[tuple[int, int, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})

    def block(self, example: Example) -> None:
        """Run one block; what is wrong is noted, and the page goes on."""
        language, source = example.region.lexemes["arguments"], str(example.parsed)
        self.ran.append(Fence(example.line, language))
        comment = _COMMENT.search(self.document.text[: example.start].rstrip())
        if comment and comment["kind"] == "not run":
            self.not_run.append(comment["text"])
            return
        if comment:
            path = Path(comment["text"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        if self.printed and language != "text":
            self._fault(example, f"the page does not show what the block before prints:\n{self.printed}")
            self.printed = ""
        try:
            getattr(self, f"_{language}")(source, example)
        except Exception as error:
            self._fault(example, f"{type(error).__name__}: {error}")

    def _fault(self, example: Example, what: str) -> None:
        self.faults.append(f"{example.path}:{example.line}: {what}")

    def _python(self, source: str, example: Example) -> None:
        out = io.StringIO()
        if ">>> " in source:
            test = doctest.DocTestParser().get_doctest(source, self.names, "block", example.path, example.line)
            runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
            if runner.run(test, out=out.write, clear_globs=False).failed:
                raise PageError(out.getvalue())
            self.names.update(test.globs)
            return
        code = compile("\n" * example.line + source, example.path, "exec")
        with contextlib.redirect_stdout(out):
            exec(code, self.names)  # noqa: S102 - the pages are ours
        self.printed = out.getvalue()

    def _text(self, source: str, example: Example) -> None:
        printed, self.printed = self.printed, ""
        if not printed:
            raise PageError("nothing was printed before")
        self._compare(source, printed, example, source)

    def _console(self, source: str, example: Example) -> None:
        commands = list(_commands(source))
        shows = any(shown for _, shown in commands)
        last = 0
        for command, shown in commands:
            last, printed = _run(command, last)
            if shows:
                self._compare(shown, printed, example, source)
            elif last == COULD_NOT_RUN:
                raise PageError(f"{command}\n{printed}")

    def _compare(self, shown: str, printed: str, example: Example, source: str) -> None:
        if matches(shown, printed):
            return
        if "..." not in shown and shown:
            start = self.document.text.index(shown, example.start)
            self.shown.append((start, start + len(shown), printed))
        raise PageError(f"the page shows\n{shown}\nand the program prints\n{printed}")

    def _toml(self, source: str, _example: Example) -> None:
        schema = tomllib.loads(source).get("schema", "")
        path = Path("block") / f"{len(self.ran)}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source, encoding="utf-8")
        if schema.startswith("reirrad-case/"):
            load_case(path)
        elif schema.startswith("reirrad-profile/"):
            load_profile(str(path))
        elif schema.startswith("reirrad-edition/"):
            folder = path.with_suffix("")
            folder.mkdir()
            path.rename(folder / path.name)
            load_library([folder])

    def _json(self, source: str, _example: Example) -> None:
        document = json.loads(source)
        if document.get("schema") == "reirrad-case/1":
            parse_case(document)

    def _csv(self, source: str, _example: Example) -> None:
        widths = {line.count(",") for line in source.splitlines()}
        if len(widths) != 1:
            raise PageError("the lines are not of one width")


#: What a block may be.
LANGUAGES = ("python", "text", "console", "toml", "json", "csv")


def run_page(path: Path) -> Run:
    """Run the blocks of a page in the current folder."""
    run: Run

    def evaluate(example: Example) -> None:
        run.block(example)

    parsers = [CodeBlockParser(language=language, evaluator=evaluate) for language in LANGUAGES]
    document = Document.parse(str(path), *parsers)
    run = Run(document)
    for example in document.examples():
        example.evaluate()
    if run.printed:
        run.faults.append(f"{path}: the page does not show what its last block prints:\n{run.printed}")
    return run


def matches(shown: str, printed: str) -> bool:
    """Whether a program printed what a page shows; ``...`` stands for lines, or for a part of one."""
    lines = [line.rstrip() for line in shown.splitlines() if not _RULE.fullmatch(line)]
    parts = [
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n" for line in lines
    ]
    got = [line.rstrip() for line in printed.splitlines() if not _RULE.fullmatch(line)]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in got)) is not None


def _commands(source: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", source, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def _run(command: str, last: int) -> tuple[int, str]:
    """Run a command line and return its exit code, and what it prints."""
    if command == "echo $?":
        return 0, f"{last}\n"
    name, *given = shlex.split(command, comments=True)
    arguments = [found for text in given for found in (sorted(glob.glob(text)) if "*" in text else [text])]
    if name == "reirrad":
        outcome = invoke(*arguments)
        # progress is no answer; the message of a command that could not run is
        return outcome.code, outcome.out + (outcome.err if outcome.code == COULD_NOT_RUN else "")
    if name not in SHELL:
        raise PageError(f"the command is not one that a page may use: {name}")
    ended = subprocess.run([name, *arguments], capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr
