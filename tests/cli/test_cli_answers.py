"""Every text answer of every command: it fits, and a terminal gets the words of a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from unittest import mock

import pytest

from cli.runner import CASES, REPOSITORY, invoke
from reirrad.report.blocks import GAP, Block, Table
from reirrad.report.plain import plain_text
from reirrad.report.terminal import terminal_text

FILES = [*sorted(CASES.glob("*.toml")), *sorted((REPOSITORY / "tests" / "golden" / "cases").glob("*.toml"))]
WIDTHS = (40, 80, 100, 200)
SGR = re.compile(r"\x1b\[[0-9;]*m")
#: What begins a style, and what ends each: nothing else drives the terminal.
STYLES = {"\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[33m", "\x1b[32m", "\x1b[0m"}

OF_A_CASE = {
    "check": (),
    "check --quiet": (),
    "check --deidentify": (),
    "check --strict --profile all": (),
    "budget": (),
    "budget --fractions 1,2,3,4,5,6,7,30": (),
    "budget --intervals 6 --fractions 5": (),
    "budget --when": (),
    "sensitivity": (),
    "explain": ("umich-2019.spinal-cord",),
}
ANSWERS = {
    f"{command} {path.stem}": (*command.split(), path, *more) for path in FILES for command, more in OF_A_CASE.items()
}
ANSWERS |= {
    "check of all": ("check", *FILES),
    "check --quiet of all": ("check", "--quiet", *FILES),
    "rules list": ("rules", "list"),
    "rules list of nothing": ("rules", "list", "--edition", "nieder-2005", "--kind", "reference"),
    "rules show": ("rules", "show", "umich-2019.spinal-cord"),
    "rules show, an interval": ("rules", "show", "nieder-2006.interval"),
    "rules show, a model": ("rules", "show", "woolley-2018.allowed-bed"),
    "rules show, a reference": ("rules", "show", "rades-2014.spinal-cord"),
}
EVERY = pytest.mark.parametrize("name", ANSWERS)


@cache
def answered(name: str) -> tuple[str, tuple[tuple[Block, ...], ...]]:
    """Return what a pipe gets, and the blocks that it was made of, of each case."""
    kept: list[tuple[Block, ...]] = []

    def keeping(blocks: Iterable[Block]) -> str:
        kept.append(tuple(blocks))
        return plain_text(kept[-1])

    with mock.patch("reirrad.cli.output.plain_text", keeping):
        outcome = invoke(*ANSWERS[name])
    if outcome.code == 2:
        # without a proposed course, or a day, there is no first day; a proposed course has its own interval; some cases
        # are not about the cord
        assert name.startswith(("budget --when", "budget --intervals", "explain"))
        assert outcome.out == ""
        pytest.skip(outcome.err)
    assert outcome.out
    return outcome.out, tuple(kept)


def without_rules(text: str) -> list[str]:
    return [line for line in text.split("\n") if not re.fullmatch("[-\u2500]+", line)]


def dense(text: str) -> str:
    """Return a text without blanks: words that are folded are whole again."""
    return "".join(text.split())


def cells_of(table: Table, lines: list[str], width: int) -> Iterator[list[str]]:
    """Yield the cells of head and rows as they are printed, folded ones put together."""
    widths = table.widths(width, len)
    starts = [table.inset + sum(widths[:place]) + GAP * place for place in range(len(widths))]
    rest = iter(lines)
    for row in [None, *table.rows]:
        cells = table.heads if row is None else row.cells
        if row is not None and row.title:
            assert take(rest, row.title)
        texts = [""] * len(cells)
        while [dense(text) for text in texts] != [dense(cell) for cell in cells]:
            line = next(rest)
            for place, (start, room) in enumerate(zip(starts, widths, strict=True)):
                texts[place] += line[start : start + room]
                assert not line[start + room : start + room + GAP].strip()
        yield texts
        for text in () if row is None else row.below:
            assert take(rest, text)
    assert list(rest) == [""]


def take(lines: Iterator[str], text: str) -> bool:
    """Take the lines of a text; true if they are it."""
    found = ""
    while len(found) < len(dense(text)):
        found += dense(next(lines))
    return found == dense(text)


@EVERY
def test_a_pipe_gets_80_columns_and_no_escapes(name: str) -> None:
    out, _ = answered(name)
    assert max(map(len, out.splitlines())) <= 80
    assert all(char.isprintable() or char == "\n" for char in out)
    assert out.endswith("\n")
    assert not re.search(r" $|\n\n\n|\n\n$", out, re.MULTILINE)


@EVERY
def test_nothing_is_lost_at_any_width(name: str) -> None:
    for blocks in answered(name)[1]:
        for width in WIDTHS:
            for block in blocks:
                text = plain_text([block], width=width)
                if isinstance(block, Table):
                    assert len(list(cells_of(block, text.split("\n"), width))) == len(block.rows) + 1
                else:
                    assert dense("".join(without_rules(text))) == dense(block.text)


@EVERY
def test_a_terminal_gets_the_lines_of_a_pipe(name: str) -> None:
    for blocks in answered(name)[1]:
        for width in WIDTHS:
            text = terminal_text(blocks, width=width, colour=False, unicode=False)
            assert "\x1b" not in text
            assert max(map(len, text.splitlines())) <= min(width, 100)
            plain = plain_text(blocks, width=min(width, 100))
            assert without_rules(text) == without_rules(plain)
            assert not plain.isascii() or text.isascii()


@EVERY
def test_colour_changes_no_word(name: str) -> None:
    for blocks in answered(name)[1]:
        text = terminal_text(blocks, width=80, colour=True, unicode=True)
        assert set(re.findall("\x1b[^m]*m", text)) <= STYLES
        assert SGR.sub("", text) == terminal_text(blocks, width=80, colour=False, unicode=True)
        # a style ends in its line, and before the next begins
        for line in text.split("\n"):
            assert [kind for kind, _ in groupby(mark == "\x1b[0m" for mark in SGR.findall(line))] in (
                [],
                [False, True] * (len(SGR.findall(line)) // 2),
            )


def test_of_every_command_there_is_an_answer() -> None:
    assert answered("budget --when met_with_dates")[1]
    assert answered("explain hpc_lumbar_2024")[1]
    # one for each case, and the end
    assert len(answered("check of all")[1]) == len(FILES) + 1 == 10
