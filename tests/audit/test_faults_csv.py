"""CSV files that are not what they should be: a line is read as it is, or refused with its place (F09 to F25)."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from audit.fault_cohorts import (
    HEADER,
    audit,
    audited,
    lines_of,
    patients,
    quarantine,
    reasons,
    refused,
    rows,
    summary,
    text_of,
    verdicts,
    write,
)
from reirrad.audit.sources.blocks import Declared
from reirrad.audit.sources.csv_source import CsvSource
from reirrad.errors import TableError

#: Of a row these are numbers and dates.
MEASURED = ("dose_gy", "n_fractions", "start", "end")
BOTH = {"A": "met", "B": "violated"}
LINES = [*rows("A"), *rows("B", "violated")]


def swapped(line: str, *, at: int) -> str:
    """Return a line whose first cell, the patient, stands elsewhere."""
    patient, *others = line.split(",")
    return ",".join([*others[:at], patient, *others[at:]])


@pytest.mark.parametrize("cut", [1, 50, 99])
def test_f09_number_of_rows_that_is_expected(cut: int, tmp_path: Path) -> None:
    whole = text_of(lines_of(50))
    audited(tmp_path, whole, "--expect-rows", "100")
    part = "".join(whole.splitlines(keepends=True)[: cut + 1])
    message = refused(tmp_path, part, "--expect-rows", "100")
    assert f"there are {cut} rows, and not 100; is a file cut off, or one missing?" in message
    # what was refused is no interrupted audit
    assert audit(write(tmp_path / "c.csv", whole), "--out", tmp_path / "refused", "--expect-rows", "100").code == 0


def test_f10_quarantine_says_where_why_and_what(tmp_path: Path) -> None:
    bad = {
        "dose_gy": rows("C")[0].replace(",13.84,", ",x y,"),
        "modality": rows("D")[0].replace("photon", "=cmd|' /C calc'!A0"),
        "start": rows("E")[0].replace("2018-08-20", "20/08/18"),
        "patient_id": rows("")[0],
    }
    ragged = '=1+1;"ä",' + rows("F")[0]
    content = text_of([*LINES, *bad.values(), ragged])
    out = audited(tmp_path, content, code=3, name="ä cohort.csv")
    found = quarantine(out)
    assert [row[0] for row in found] == ["ä cohort.csv"] * 5
    assert [row[1] for row in found] == ["6", "7", "8", "9", "10"]
    assert [(row[2], row[3]) for row in found] == [
        ("dose_gy", "not_allowed"),
        ("modality", "not_allowed"),
        ("start", "not_allowed"),
        ("patient_id", "missing"),
        ("", "unbalanced_quote" if ragged.count('"') % 2 else "ragged"),
    ]
    # as it is in the file; what a spreadsheet would run has an apostrophe before it
    assert [row[4] for row in found] == [*bad.values(), f"'{ragged}"]
    totals = summary(out)
    assert (totals["rows_in"], totals["rows_quarantined"], totals["rows_audited"]) == (9, 5, 4)
    assert sum(item["rows"] for item in totals["quarantine"]) == 5
    assert {name: verdicts(out)[name] for name in BOTH} == BOTH


@pytest.mark.parametrize("times", [1, 2, 30_000])
def test_f12_repeated_rows_are_folded(times: int, tmp_path: Path) -> None:
    out = audited(tmp_path, text_of([*LINES, *[LINES[0]] * (times - 1)]))
    assert summary(out)["rows_duplicate"] == times - 1
    assert verdicts(out) == BOTH
    assert [row["n_rows"] for row in patients(out) if row["patient_id"] == "A"] == [times + 1]


@pytest.mark.parametrize(("encoding", "option"), [("latin-1", "latin-1"), ("cp1252", "cp1252")])
def test_f19_another_encoding_is_declared_not_guessed(encoding: str, option: str, tmp_path: Path) -> None:
    lines = [*rows("A"), *rows("Bär", "violated")]
    content = text_of(lines).encode(encoding)
    message = refused(tmp_path, content)
    at = content.index("Bär".encode(encoding)) + 1
    assert f"byte {at}: this is not utf-8" in message
    assert "declare the encoding, e.g. --encoding latin-1" in message
    assert verdicts(audited(tmp_path, content, "--encoding", option)) == {"A": "met", "Bär": "violated"}


def test_f19_byte_of_a_later_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reirrad.audit.sources.csv_source.BLOCK_BYTES", 1000)
    content = text_of(lines_of(60)).encode() + b"0\xff0"
    assert f"byte {len(content) - 2}: this is not utf-8; given: b'\\xff0'" in refused(tmp_path, content)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("options", [[], ["--encoding", "latin-1"]])
def test_f19_utf_16_is_refused(encoding: str, options: list[str], tmp_path: Path) -> None:
    message = refused(tmp_path, text_of(LINES).encode(encoding), *options)
    assert "line 1: byte 0: this is UTF-16, or no text at all" in message
    assert "convert it to UTF-8" in message


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + text_of(LINES).encode(),
        text_of(LINES, end="\r\n").encode(),
        b"\xef\xbb\xbf" + text_of(LINES, end="\r\n").encode(),
        text_of(LINES).encode().rstrip(b"\n"),
        text_of(LINES, end="\r\n").encode().rstrip(b"\r\n"),
        text_of(LINES, end="\r\n").encode().rstrip(b"\n"),
        text_of(LINES).replace("\n", "\r\n", 2).encode(),
        text_of(LINES).replace("\n", "\n \n\n\r\n\t\n").encode(),
        text_of(",".join(f'"{cell}"' for cell in line.split(",")) for line in LINES).encode(),
    ],
)
def test_f20_bom_line_ends_and_blank_lines(content: bytes, tmp_path: Path) -> None:
    out = audited(tmp_path, content)
    assert verdicts(out) == BOTH
    assert summary(out)["rows_in"] == 4


def test_f20_carriage_returns_alone_are_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, text_of(LINES, end="\r"))
    assert "line 1: the line ends are carriage returns; convert them to line feeds" in message


def test_f20_nul_bytes_and_carriage_returns_inside(tmp_path: Path) -> None:
    bad = [f"{rows('A')[0]}\0", "\r".join(rows("C"))]
    out = audited(tmp_path, text_of([*LINES, *bad]), code=3)
    assert reasons(out) == [(6, "", "nul_byte"), (7, "", "carriage_return")]
    assert [row[4] for row in quarantine(out)] == bad
    assert verdicts(out) == {"A": "not_evaluated", "B": "violated", "C": "not_evaluated"}


@pytest.mark.parametrize("at", [0, 4, 12])
def test_f21_unterminated_quote_takes_its_line_only(at: int, tmp_path: Path) -> None:
    cells = rows("C")[0].split(",")
    cells[at] = f'"{cells[at]}'
    out = audited(tmp_path, text_of([*LINES[:2], ",".join(cells), *LINES[2:]]), code=3)
    assert reasons(out) == [(4, "", "unbalanced_quote")]
    assert verdicts(out) == BOTH | {"C": "not_evaluated"}


@pytest.mark.parametrize("at", [0, 3, 12])
@pytest.mark.parametrize(
    "broken",
    [
        rows("A")[0].replace(",13.84,", ",13,84,"),
        rows("A")[0].replace(",13.84,28,", ",13,84,28,5,0,"),
        rows("A")[0].replace(",conventional", ""),
        rows("A")[0].replace("SpinalCord", '"Spinal\nCord"'),
        rows("A")[0].replace("Max[Gy]", '"Max"[Gy]'),
    ],
)
def test_f22_patient_of_a_line_that_cannot_be_taken_apart_is_never_met(broken: str, at: int, tmp_path: Path) -> None:
    """Wherever the column of ids stands: cells too many or too few move it, and another line may have it."""
    lines = [swapped(line, at=at) for line in (*LINES, *rows("1"))]
    damaged = "\n".join(swapped(line, at=at) for line in [broken]) if "\n" not in broken else swapped(broken, at=at)
    out = audited(tmp_path, text_of([*lines, damaged], header=swapped(HEADER, at=at)), code=3)
    assert {reason for _, _, reason in reasons(out)} <= {"ragged", "unbalanced_quote"}
    found = verdicts(out)
    assert found["A"] == "not_evaluated"
    assert found["B"] == "violated"
    # what stands beside the id is no patient
    assert set(found) == {"A", "B", "1"}
    (about,) = [row for row in patients(out) if row["patient_id"] == "A"]
    assert (about["n_rows"], about["n_quarantined"]) == (3, 1)


def test_f22_cells_are_not_shifted(tmp_path: Path) -> None:
    """As many cells as there should be, but the dose is torn in two: no cell is read as its neighbour."""
    torn = rows("C")[0].replace(",13.84,28,1,", ",13,84,28,")
    out = audited(tmp_path, text_of([*LINES, torn]), code=3)
    assert verdicts(out)["C"] == "not_evaluated"
    assert reasons(out)[0][0] == 6


def test_f22_decimal_comma_in_quotes_is_declared(tmp_path: Path) -> None:
    lines = [line.replace(",13.84,", ',"13,84",') for line in LINES]
    assert reasons(audited(tmp_path, text_of(lines), code=3))[0] == (2, "dose_gy", "not_allowed")
    semicolons = [line.replace(",", ";").replace(".", ",") for line in LINES]
    content = text_of(semicolons, header=HEADER.replace(",", ";"))
    assert verdicts(audited(tmp_path, content, "--decimal-comma")) == BOTH
    # of a column that is declared one way, the other is not read
    mixed = content.replace("13,84", "13.84")
    assert reasons(audited(tmp_path, mixed, "--decimal-comma", code=3))[0] == (2, "dose_gy", "not_allowed")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_f23_delimiter_is_found_and_said(delimiter: str, tmp_path: Path) -> None:
    out = audited(tmp_path, text_of(LINES, header=HEADER).replace(",", delimiter))
    assert verdicts(out) == BOTH
    assert [item["delimiter"] for item in summary(out)["inputs"]] == [delimiter]


def test_f23_delimiter_that_is_not_certain(tmp_path: Path) -> None:
    header = HEADER.replace("basis", "").replace("dose_gy", "dose;gy")
    content = text_of(LINES, header=header)
    assert "line 1: the delimiter is not certain; given: 'patient_id" in refused(tmp_path, content)
    options = ["--map", "dose;gy=dose_gy", "--delimiter", ","]
    assert verdicts(audited(tmp_path, content, *options)) == BOTH
    assert verdicts(audited(tmp_path, text_of(LINES).replace(",", "\t"), "--delimiter", "tab")) == BOTH


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "ä"])
def test_f23_what_is_no_delimiter(delimiter: str, tmp_path: Path) -> None:
    assert "is not one ASCII character" in refused(tmp_path, text_of(LINES), "--delimiter", delimiter)


def test_f24_one_format_of_dates_for_a_column(tmp_path: Path) -> None:
    european = [line.replace("2018-08-20", "20.08.2018").replace("2018-09-26", "26.09.2018") for line in LINES]
    european = [line.replace("2019-08-12", "12.08.2019").replace("2019-08-28", "28.08.2019") for line in european]
    late = rows("C")[0].replace("2018-08-20", "08/20/2018").replace("2018-09-26", "26.09.2018")
    options = ["--date-format", "%d.%m.%Y"]
    assert verdicts(audited(tmp_path, text_of(european), *options)) == BOTH
    out = audited(tmp_path, text_of([*european, late]), *options, code=3)
    assert reasons(out) == [(6, "start", "not_allowed")]
    assert {name: verdicts(out)[name] for name in BOTH} == BOTH
    # undeclared, none of them is read
    assert len(reasons(audited(tmp_path, text_of(european), code=3))) == 4
    for value, message in (("%d.%m.%y", "years of two digits"), ("%d.%m.%Y %Q", "is no format of dates")):
        assert message in refused(tmp_path, text_of(european), "--date-format", value)


def test_f25_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    lines = [f"{line},{line.split(',')[4]}" for line in LINES]
    message = refused(tmp_path, text_of(lines, header=f"{HEADER},dose_gy"))
    assert "column 5: two columns have this name; given: 'dose_gy'; rename one of them" in message
    assert "column 14: two columns have this name; given: 'dose_gy'; rename one of them" in message
    message = refused(tmp_path, text_of(lines, header=f"{HEADER},dose"), "--map", "dose=dose_gy")
    assert "column 14: two columns have this name; given: 'dose_gy'; map one of them" in message


def test_f21_f22_random_lines_are_read_as_csv_says_or_not_at_all(tmp_path: Path) -> None:
    source = CsvSource(write(tmp_path / "c.csv", text_of(["x"])), Declared())
    random_ = random.Random(1)  # noqa: S311
    cells = ["a", "", " ", '"a"', '"a,b"', '"a""b"', 'a"b', '"', '"a"b', ' "a"', "'", "a\\", '""', "ä"]
    read, refused_lines = 0, []
    for _ in range(6000):
        line = ",".join(random_.choices(cells, [9] + [1] * (len(cells) - 1), k=random_.choice([12, 13, 13, 13, 14])))
        try:
            block = source.parse(2, 0, f"{line}\n".encode())
        except TableError:
            refused_lines.append(next(csv.reader([line])))
            continue
        assert block.n_rows == block.table.num_rows + len(block.bad) == 1
        if not block.bad:
            read += 1
            assert [block.table.column(str(name))[0].as_py() for name in source.names] == next(csv.reader([line]))
    assert 500 < read < 5500
    # for a second header is taken what has four words that differ where numbers and dates should be
    assert len(refused_lines) < 100
    places = [HEADER.split(",").index(name) for name in MEASURED]
    assert all(len({cells[at] for at in places}) == len(places) for cells in refused_lines)


@pytest.mark.parametrize("block_bytes", [1, 1000, 2 * 1024 * 1024])
def test_f20_a_mark_before_an_id_is_kept_wherever_a_block_begins(
    block_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first course is that of another id; whether it is depends on no block."""
    monkeypatch.setattr("reirrad.audit.sources.csv_source.BLOCK_BYTES", block_bytes)
    marked = [f"\ufeff{line}" for line in rows("A")]
    expected = {"A": "met", "\ufeffA": "met", "B": "violated", "\ufeff\ufeffA": "met"}
    lines = [*marked, *rows("A"), *(f"\ufeff{line}" for line in marked), *rows("B", "violated")]
    for mark in ("", "\ufeff"):
        out = audited(tmp_path, mark + text_of(lines))
        assert verdicts(out) == expected
    # and where lines are looked at one by one
    out = audited(tmp_path, text_of([*lines, "", *rows("C")]))
    assert verdicts(out) == expected | {"C": "met"}
