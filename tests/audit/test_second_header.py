"""A second header among the rows of a CSV file: what follows it must not be read under the names of the first (D02)."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.fault_cohorts import HEADER, audited, quarantine, refused, rows, text_of, verdicts, write
from reirrad.audit.sources.blocks import Block, Declared
from reirrad.audit.sources.csv_source import CsvSource

CGY = HEADER.replace("dose_gy", "dose_cgy")
#: 1384 and 879 cGy are met.
IN_CGY = [line.replace(",13.84,", ",1384,").replace(",8.79,", ",879,") for line in rows("A")]
OTHER = "line 4: a second header, with other names or in another order; audit the files one by one"


def order_of(*names: str) -> str:
    """Return the header with two columns changed for one another."""
    first, second = names
    swap = {first: second, second: first}
    return ",".join(swap.get(name, name) for name in HEADER.split(","))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_d02_doses_of_another_unit_below(mark: str, end: str, tmp_path: Path) -> None:
    """50 Gy would be 50 cGy, and a patient met who violates a limit."""
    for second in (HEADER, HEADER.upper()):
        text = text_of([*IN_CGY, mark + second, *rows("B", "violated")], header=CGY, end=end)
        assert OTHER in refused(tmp_path, text)
    # in files of their own they are told apart
    write(tmp_path / "b.csv", text_of(rows("B", "violated")))
    assert "some files have dose_gy, others dose_cgy" in refused(
        tmp_path, text_of(IN_CGY, header=CGY), tmp_path / "b.csv"
    )


@pytest.mark.parametrize(
    "second",
    [
        HEADER.upper(),
        HEADER.replace("patient_id", "Patient ID").replace("n_fractions", "N-Fractions"),
        HEADER.replace("technique", "role"),
        CGY,
        # two of the names are ours: enough
        "a,b,structure,d,dose,number,g,modality,i,j,k,l,m",
        # none is, but what stands where numbers and dates should is three names
        "Fall,Kurs,Organ,Maß,Dosis,Anzahl,ProTag,Art,Technik,Beginn,Ende,Vorher,Kurse",
        # with digits in them
        "PatID,CourseNo,Organ,DVH,EQD2,Fx1,PerDay,Kind,Tech,Begin1,Finish2,History,NPrior",
        ",".join(f'"{name.upper()}"' for name in HEADER.split(",")),
    ],
)
def test_other_names(second: str, tmp_path: Path) -> None:
    assert OTHER in refused(tmp_path, text_of([*rows("A"), second, *rows("B")]))


def test_d02_columns_changed_for_one_another_and_one_renamed(tmp_path: Path) -> None:
    """Total dose and number of fractions read as one another: the sorted names differ by the kept column."""
    header = f"{HEADER},site"
    second = f"{order_of('dose_gy', 'n_fractions')},clinic"
    text = text_of([*(f"{line},x" for line in rows("A")), second], header=header)
    assert OTHER in refused(tmp_path, text, "--keep", "site")


def test_names_of_their_own(tmp_path: Path) -> None:
    """Names that are mapped are looked for, too, and so are ours where the first header has others."""
    header = HEADER.replace("n_fractions", "Anzahl").replace("dose_gy", "Dosis")
    options = ("--map", "Anzahl=n_fractions", "--map", "Dosis=dose_gy")
    for second in (HEADER, header.replace("Anzahl", "Zahl"), header.upper()):
        assert OTHER in refused(tmp_path, text_of([*rows("A"), second], header=header), *options)


def test_courses_by_number(tmp_path: Path) -> None:
    header = HEADER.replace("start,end", "course_number,months_since_previous")
    lines = [
        line.replace(",2018-08-20,2018-09-26,", ",1,,").replace(",2019-08-12,2019-08-28,", ",2,10,")
        for line in rows("A")
    ]
    second = "Fall,Kurs,Organ,Maß,Dosis,Anzahl,ProTag,Art,Technik,Nummer,Monate,Vorher,Kurse"
    assert OTHER in refused(tmp_path, text_of([*lines, second], header=header))
    assert verdicts(audited(tmp_path, text_of(lines, header=header))) == {"A": "met"}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"n_fractions": "NA"}, "n_fractions"),
        ({"n_fractions": "unknown", "dose_gy": "NA", "start": "unknown", "end": "NA"}, "n_fractions"),
        ({"n_fractions": "N/A", "dose_gy": "NA", "start": "n.a.", "end": "na"}, "n_fractions"),
        ({"n_fractions": "-", "dose_gy": "?", "start": "x", "end": "y"}, "n_fractions"),
        ({"n_fractions": "ten", "dose_gy": "much", "start": "2018-08-20", "end": "later"}, "n_fractions"),
        ({"n_fractions": "28 fractions", "structure": "role"}, "n_fractions"),
        # no number of fractions, and words that are names of columns, but one only
        ({"n_fractions": "start", "end": "start"}, "n_fractions"),
        ({"n_fractions": "", "dose_gy": "dose_gy", "start": "start"}, "n_fractions"),
        ({"n_fractions": "28", "dose_gy": "dose_gy", "start": "start"}, "dose_gy"),
    ],
)
def test_a_row_that_cannot_be_read_is_no_header(cells: dict[str, str], column: str, tmp_path: Path) -> None:
    """It is quarantined, as ever, and the file is not refused for it."""
    given = dict(zip(HEADER.split(","), rows("A")[0].split(","), strict=True)) | cells
    out = audited(tmp_path, text_of([",".join(given.values()), rows("A")[1], *rows("B")]), code=3)
    assert verdicts(out) == {"A": "not_evaluated", "B": "met"}
    assert quarantine(out)[0][1] == "2"
    assert column in {row[2] for row in quarantine(out)} or cells.get("structure") == "role"


def test_markers_of_what_is_missing_are_no_names(tmp_path: Path) -> None:
    given = dict(zip(HEADER.split(","), rows("A")[0].split(","), strict=True))
    given |= {"n_fractions": "fehlt", "dose_gy": "leer", "start": "offen", "end": "unklar", "modality": "?"}
    text = text_of([*rows("B"), ",".join(given.values())])
    assert OTHER in refused(tmp_path, text)
    assert verdicts(audited(tmp_path, text, "--missing", "offen", code=3))["B"] == "met"


def test_usual_blocks_are_not_looked_at_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers with a comma or a point, and empty ones, are no names: the fast reader is enough."""

    def looked_at(_source: CsvSource, _line: int, _content: bytes) -> Block:
        raise AssertionError

    monkeypatch.setattr(CsvSource, "_parse_lines", looked_at)
    for number in ("28", "28.0", " 28 ", "28e0", ""):
        source = CsvSource(
            write(tmp_path / "c.csv", text_of([rows("A")[0].replace(",28,", f",{number},")])), Declared()
        )
        (raw,) = source.raw_blocks()
        assert source.parse(*raw).n_rows == 1
    text = text_of(rows("A")).replace(",", ";").replace(";28;", ";28,0;")
    source = CsvSource(write(tmp_path / "c.csv", text), Declared(decimal_comma=True))
    (raw,) = source.raw_blocks()
    assert source.parse(*raw).n_rows == 2


@pytest.mark.parametrize(
    "words", ["unknown,NA,1,photon,conventional,not known,ongoing", "tbd,planned,,proton,,open,later"]
)
def test_a_row_of_words_is_quarantined_alone(words: str, tmp_path: Path) -> None:
    """A modality that is one stands in no header: the rest of the cohort is judged."""
    line = f"B,2,SpinalCord,Max[Gy],{words},complete,2"
    out = audited(tmp_path, text_of([*rows("A"), *rows("B")[:1], line]), code=3)
    assert verdicts(out)["B"] == "not_evaluated"
    assert [row[1] for row in quarantine(out)] == ["5"]
