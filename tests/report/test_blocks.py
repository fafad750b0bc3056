"""Lines, columns and styles of a text answer: narrow rooms, wide characters, and nothing that is read as markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reirrad.report.blocks import Heading, Paragraph, Row, Table
from reirrad.report.plain import plain_text
from reirrad.report.terminal import terminal_text
from reirrad.report.wrapping import wrapped

TABLE = Table(
    ("status", "value", "required"),
    (
        Row(("VIOLATED", "13.5", "<= 3 points"), title="one", below=("why it is",), status="violated"),
        Row(("met", "0", "not VIOLATED, met"), title="two", status="met"),
    ),
    frozenset({1}),
    told=0,
)


# --- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("   ", 5, [""]),
        ("abc", 3, ["abc"]),
        ("abcd", 3, ["abc", "d"]),
        ("ab cd", 4, ["ab", "cd"]),
        ("ab  cd", 6, ["ab  cd"]),
        # what is longer than a line begins one of its own
        ("a bcdef", 4, ["a", "bcde", "f"]),
        # no number without its unit and its sign, as long as they fit
        ("room of -64 %, more", 9, ["room of", "-64 %,", "more"]),
        ("it is < 1 %", 7, ["it is", "< 1 %"]),
        ("at +/- 5 % and", 9, ["at", "+/- 5 %", "and"]),
        ("is NOT EVALUATED", 15, ["is", "NOT EVALUATED"]),
        ("is NOT here", 7, ["is NOT", "here"]),
        (">= 135.5 Gy", 6, [">=", "135.5", "Gy"]),
        ("n of 5 x", 6, ["n of 5", "x"]),
    ],
)
def test_lines(text: str, room: int, lines: list[str]) -> None:
    assert wrapped(text, room) == lines


def test_lines_after_the_first_stand_deeper() -> None:
    assert wrapped("aa bb cc", 4, deeper=2) == ["aa", "  bb", "  cc"]
    # where there is no room for that, there is at least room for a character
    assert wrapped("abc", 1, deeper=2) == ["a", "b", "c"]
    assert wrapped("abc", 2, deeper=2) == ["ab", " c"]


@given(
    st.text(st.sampled_from("ab 1%<患"), max_size=60),
    st.integers(2, 30),
    st.integers(0, 4),
    st.sampled_from([len, cell_len]),
)
def test_nothing_is_lost_and_all_fits(text: str, room: int, deeper: int, measure) -> None:  # type: ignore[no-untyped-def]
    lines = wrapped(text, room, deeper=deeper, measure=measure)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(measure(line) <= room or len(line.strip()) == 1 for line in lines)
    assert not any(line.endswith(" ") for line in lines)


# --- columns ----------------------------------------------------------------------------------------------------------


def test_columns_are_as_wide_as_their_texts_where_there_is_room() -> None:
    assert TABLE.widths(80, len) == [8, 5, 17]


def test_the_widest_column_gives_way_first() -> None:
    # 4 before, 2 x 2 between
    assert TABLE.widths(4 + 4 + 8 + 5 + 16, len) == [8, 5, 16]
    assert TABLE.widths(4 + 4 + 8 + 5 + 8, len) == [8, 5, 8]
    assert TABLE.widths(4 + 4 + 8 + 5 + 7, len) == [8, 5, 7]  # of equal ones the last
    assert sum(TABLE.widths(4 + 4 + 9, len)) == 9
    assert TABLE.widths(5, len) == [1, 1, 1]


def test_a_table_without_rows_is_nothing() -> None:
    for table in (Table((), ()), Table(("status", "value"), ()), Table((), (Row(()),))):
        assert plain_text([table]).strip() == ""
        assert terminal_text([table], width=80, colour=True, unicode=True).strip() == ""
    assert Table((), ()).widths(80, len) == []


def test_a_table_as_text() -> None:
    assert plain_text([TABLE]) == (
        "    status    value  required\n"
        "  one\n"
        "    VIOLATED   13.5  <= 3 points\n"
        "    why it is\n"
        "  two\n"
        "    met           0  not VIOLATED, met\n"
    )
    untitled = Table(("a", "b"), (Row(("x", "y")),))
    assert plain_text([untitled]) == "  a  b\n  x  y\n"


def test_cells_are_folded_in_their_columns() -> None:
    expected = (
        "    status    value  require\n"
        "                     d\n"
        "  one\n"
        "    VIOLATED   13.5  <= 3\n"
        "                     points\n"
        "    why it is\n"
        "  two\n"
        "    met           0  not\n"
        "                     VIOLATE\n"
        "                     D, met\n"
    )
    assert TABLE.widths(28, len) == [8, 5, 7]
    assert plain_text([TABLE], width=28) == expected
    assert terminal_text([TABLE], width=28, colour=False, unicode=False) == expected


def test_the_status_is_styled_once_and_nowhere_else() -> None:
    told: list[tuple[str, str]] = []

    def style(text: str, status: str) -> str:
        told.append((text, status))
        return f"<{text}>"

    same = Table(("s", "t"), (Row(("met", "met"), title="met", below=("met",), status="met"),), frozenset({0, 1}), 1)
    assert plain_text([same], style=style).splitlines()[2] == "    met  <met>"
    assert told == [("met", "met")]
    text = terminal_text([same], width=80, colour=True, unicode=True)
    assert text.count("\x1b[32mmet\x1b[0m") == text.count("\x1b[32m") == 1
    assert text.splitlines()[2] == "    met  \x1b[32mmet\x1b[0m"
    plain_text([Table(("s",), (Row(("x",), status="met"),))], style=style)
    assert len(told) == 1  # no column tells it


def test_blanks_beside_a_status_are_not_styled() -> None:
    text = terminal_text([TABLE], width=80, colour=True, unicode=True)
    assert "    \x1b[1;31mVIOLATED\x1b[0m   13.5  <= 3 points\n" in text
    assert "    \x1b[32mmet\x1b[0m           0  not VIOLATED, met\n" in text


@pytest.mark.parametrize("width", [24, 40, 80])
def test_wide_characters_keep_their_columns(width: int) -> None:
    wide = Table(
        ("name", "value"),
        (Row(("患者", "1"), title="患者" * 30), Row(("x", "22")), Row(("患者" * 30, "333"), below=("患者" * 30,))),
        frozenset({1}),
    )
    lines = terminal_text([Paragraph("患者" * 60, 2), wide], width=width, colour=False, unicode=True).splitlines()
    assert max(map(cell_len, lines)) <= width
    ends = {cell_len(line) for line in lines if re.search(r"(?:value| 1| 22| 333)$", line)}
    assert len(ends) == 1
    assert "".join("".join(lines).split()).count("患者") == 60 + 30 + 1 + 30 + 30


# --- what a terminal is sent ------------------------------------------------------------------------------------------

MARKUP = ["[red]x[/red]", "[link=https://example.org]x[/link]", ":smile:", "[/]", "[bold", "\\[x]", "[@click=x]y[/]"]


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("colour", [True, False])
def test_markup_is_text(text: str, colour: bool) -> None:
    table = Table((text, "b"), (Row((text, "y"), title=text, below=(text,)),))
    shown = terminal_text([Heading(text, 1), Paragraph(text), table], width=80, colour=colour, unicode=False)
    assert shown.count(text) == 6
    assert "\x1b]" not in shown


@pytest.mark.parametrize(
    "hidden", ["\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\u202e", "\u200b", "\x00", "\r", "\n", "\t", "\ud800"]
)
def test_control_characters_are_shown(hidden: str) -> None:
    # X18
    text = f"a{hidden}b"
    table = Table((text,), (Row((text,), title=text, below=(text,), status="met"),), told=0)
    blocks = [Heading(text), Heading(text, 3), Paragraph(text, status="violated"), table]
    for shown in (
        plain_text(blocks),
        terminal_text(blocks, width=80, colour=False, unicode=True),
        re.sub(r"\x1b\[[0-9;]*m", "", terminal_text(blocks, width=80, colour=True, unicode=True)),
    ):
        assert all(char.isprintable() or char == "\n" for char in shown)
        assert shown.count(f"a{repr(hidden)[1:-1]}b") == 7


def test_rules_are_as_wide_as_the_terminal_and_never_wider_than_100() -> None:
    for width, expected in ((40, 40), (100, 100), (200, 100)):
        assert terminal_text([Heading("x")], width=width, colour=False, unicode=False) == f"x\n{'-' * expected}\n"
    assert terminal_text([Heading("x")], width=3, colour=False, unicode=True) == "x\n\u2500\u2500\u2500\n"


def test_texts_that_are_not_ascii_are_printed_whatever_the_rules() -> None:
    shown = terminal_text([Heading("患者 Müller ≤ β")], width=40, colour=False, unicode=False)
    assert shown == f"患者 Müller ≤ β\n{'-' * 40}\n"


@pytest.mark.parametrize("term", ["dumb", "unknown", "xterm-256color", ""])
def test_nothing_is_taken_from_the_environment(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [Heading("x"), Paragraph("word " * 40, status="violated"), TABLE]
    told = [terminal_text(blocks, width=60, colour=colour, unicode=False) for colour in (True, False)]
    for name, value in {"TERM": term, "COLUMNS": "33", "LINES": "2", "NO_COLOR": "1", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    assert [terminal_text(blocks, width=60, colour=colour, unicode=False) for colour in (True, False)] == told
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("JUPYTER_COLUMNS", "20")
    assert [terminal_text(blocks, width=60, colour=colour, unicode=False) for colour in (True, False)] == told


def test_a_heading_is_parted_from_what_stands_before_it() -> None:
    blocks = [Heading("a", 1), Paragraph("b"), Heading("c"), Heading("d", 3), Paragraph("e"), Heading("f", 3)]
    assert plain_text(blocks) == "a\nb\n\nc\n-\nd\ne\n\nf\n"
    assert terminal_text(blocks, width=1, colour=False, unicode=False) == "a\n-\nb\n\nc\n-\nd\ne\n\nf\n"
