"""Lines that are not one row: whoever they may be about is not met, and nobody vanishes (F10, F20 to F22)."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
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
from cli.runner import command
from reirrad.audit.nobody import RowsOfNobody
from reirrad.audit.sources.blocks import TEXT_CODES, BadLine, Block
from reirrad.audit.whose import LineReader

WHOLE = rows("P1", "violated")[0].replace(",1,Spinal", ",3,Spinal", 1)
N_COLUMNS = HEADER.count(",") + 1

#: Lines of which the id cannot be trusted.
UNCERTAIN = {
    "no id, cut": ",3,SpinalCord,Max[Gy],50",
    "no id, blank": "  ,3,SpinalCord,Max[Gy],50",
    "no id, torn": WHOLE.replace("P1,", ",").replace(",50,", ",50,0,"),
    "no id, first of all empty": ",,3,SpinalCord,Max[Gy],50",
    "other delimiter": WHOLE.replace(",", ";"),
    "tabs": WHOLE.replace(",", "\t"),
    "pipes, cut": WHOLE.replace(",", "|")[:40],
    "blanks": WHOLE.replace(",", " "),
    "nul in the id": WHOLE.replace("P1", "P\x001"),
    "nul before the id": f"\0{WHOLE}",
    "nul for the id": WHOLE.replace("P1", "\0\0"),
    "nul for a block": WHOLE[:30] + "\0" * 40 + WHOLE[50:],
    "control character in the id": WHOLE.replace("P1", "P\x071") + ",more",
    "cut in the id": "P",
    "cut behind the id": "P1",
    "beginning lost": WHOLE[12:],
    "beginning lost in the id": f"1,more,{WHOLE[3:]}",
    "id of nobody": f"P9,{WHOLE}",
    "course lost": WHOLE.replace(",3,", ","),
    "only a quote": '"',
    "quote before all": f'"{WHOLE.replace("P1,", "P1;")}',
}


@pytest.mark.parametrize("end", ["\n", ""], ids=["whole", "last"])
@pytest.mark.parametrize("line", UNCERTAIN.values(), ids=UNCERTAIN)
def test_losing_a_course_with_its_id_does_not_make_a_patient_pass(line: str, end: str, tmp_path: Path) -> None:
    """The one patient of the table may be the one whom the line is about."""
    out = audited(tmp_path, text_of(rows("P1")) + line + end, code=3)
    assert len(quarantine(out)) == 1
    assert verdicts(out)["P1"] == "not_evaluated"
    assert summary(out)["rows_in"] == 3


@pytest.mark.parametrize("at", [0, 1, 2, 4, 6])
@pytest.mark.parametrize("line", [UNCERTAIN["no id, cut"], UNCERTAIN["cut in the id"], '"', "\0"])
def test_the_patients_beside_a_line_of_nobody(line: str, at: int, tmp_path: Path) -> None:
    """Those before and after it, and nobody else."""
    lines = [*rows("A"), *rows("B"), *rows("C")]
    out = audited(tmp_path, text_of([*lines[:at], line, *lines[at:]]), code=3)
    near = {name for place in (at - 1, at) if 0 <= place < len(lines) for name in lines[place][:1]}
    assert verdicts(out) == {name: "not_evaluated" if name in near else "met" for name in "ABC"}
    assert summary(out)["rows_of_nobody"] == 1
    # once for each, also where both of its neighbours are rows of one patient
    assert {row["patient_id"]: row["n_quarantined"] for row in patients(out)} == {
        name: int(name in near) for name in "ABC"
    }


#: Lines with an id at its place.
CERTAIN = {
    "cut in the dose": "P2,1,SpinalCord,Max[Gy],70",
    "cut behind the metric": "P2,1,SpinalCord,Max[Gy]",
    "cut in a number": "P2,1,SpinalCord,Max[Gy],70,2",
    "decimal comma": rows("P2")[0].replace(",13.84,", ",13,84,"),
    "decimal commas": rows("P2")[0].replace(",13.84,28,1,", ",13,84,28,0,1,0,"),
    "quote in the dose": rows("P2")[0].replace(",13.84,", ',"13.84,'),
    "quote before the id": f'"{rows("P2")[0]}',
    "quotes, cut": '"P2","1","SpinalCord","Max[Gy]","70"',
    "carriage return": "\r".join(rows("P2")),
}


@pytest.mark.parametrize("line", CERTAIN.values(), ids=CERTAIN)
def test_a_patient_of_whom_no_line_can_be_read_does_not_vanish(line: str, tmp_path: Path) -> None:
    """He is listed as one with a bad cell is, and those beside him are judged as before."""
    out = audited(tmp_path, text_of([*rows("P1"), line, *rows("P3")]), code=3)
    assert verdicts(out) == {"P1": "met", "P2": "not_evaluated", "P3": "met"}
    (about,) = [row for row in patients(out) if row["patient_id"] == "P2"]
    assert (about["n_rows"], about["n_quarantined"], about["newest_course_year"]) == (1, 1, None)
    found = summary(out)
    assert (found["patients"], found["rows_of_nobody"]) == (3, 0)
    assert found["verdicts"] == {"violated": 0, "not_evaluated": 1, "met": 2}
    assert all(sum(row.values()) == 3 and row["not_evaluated"] >= 1 for row in _numbers(found["editions_alone"]))


def _numbers(found: list[dict[str, int]]) -> list[dict[str, int]]:
    return [{name: n for name, n in row.items() if name != "edition"} for row in found]


#: Two rows in one line, because what stood between them was lost: the second may be of anybody.
MERGED = {
    "line end": "".join(rows("P2")),
    "line end and id": rows("P2")[0] + rows("")[0],
    "end and beginning": rows("P2")[0][:40] + rows("P3")[0][10:],
    "most of both": "P2,1,SpinalCord,Max[Gy],10,complete,2",
    "zeros for what was lost": rows("P2")[0].replace("photon", "\0" * 6),
    "two beginnings": "P2,1,SpinalCord,Max[Gy],13.84,28,1,phoP3,2,SpinalCord,Max[Gy],8.79,13,1,photon",
    "many cells": rows("P2")[0] + ",1" * N_COLUMNS,
}


@pytest.mark.parametrize("line", MERGED.values(), ids=MERGED)
def test_a_line_end_that_was_lost(line: str, tmp_path: Path) -> None:
    out = audited(tmp_path, text_of([*rows("P1"), line, *rows("P3")]), code=3)
    assert verdicts(out) == dict.fromkeys(["P1", "P2", "P3"], "not_evaluated")
    assert summary(out)["rows_of_nobody"] == 1


def test_ids_that_a_declared_text_stands_for_are_none(tmp_path: Path) -> None:
    out = audited(tmp_path, text_of([*rows("P1"), "NA,1,SpinalCord,Max[Gy],70"]), "--missing", "NA", code=3)
    assert verdicts(out) == {"P1": "not_evaluated"}


def test_an_id_keeps_its_blanks(tmp_path: Path) -> None:
    """With blanks it is another id (H05), but the line may be about the one without them all the same."""
    out = audited(tmp_path, text_of([*rows("P1"), *rows("P3"), " P1,1,SpinalCord,Max[Gy],70"]), code=3)
    assert verdicts(out) == {"P1": "not_evaluated", " P1": "not_evaluated", "P3": "met"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("patient_id,metric", (["P1"], True)),
        ("course_id,patient_id,structure,metric,dose_gy", (["P1"], True)),
        ("metric,patient_id", ([], False)),
    ],
)
def test_the_metric_vouches_for_the_id_before_it(names: str, expected: tuple[list[str], bool]) -> None:
    columns = names.split(",")
    cells = [{"patient_id": "P1", "metric": "Max[Gy]", "dose_gy": "1"}.get(name, "1") for name in columns]
    found = LineReader(columns, ",", ()).whose(BadLine(2, "ragged", ",".join(cells)))
    assert (found.own, found.is_certain) == expected
    assert "P1" in [*found.own, *found.perhaps]


def test_random_damage_never_makes_a_patient_pass(tmp_path: Path) -> None:
    """A line of a patient in the midst of his own is damaged at random: he is not met if it is quarantined."""
    random_ = random.Random(2)  # noqa: S311
    bytes_of = ["", ",", ";", "\0", '"', "\t", "\r", ",,", "x,"]
    lines = []
    for number in range(400):
        first, second = rows(f"{number:05}")
        third = first.replace(",1,Spinal", ",3,Spinal", 1)
        begin = random_.randrange(len(third))
        end = random_.choice([begin, begin + 1, begin + 9, len(third)])
        damaged = third[:begin] + random_.choice(bytes_of) + third[end:]
        lines += [first, damaged, second] if damaged.strip() else [first, second]
    out = audited(tmp_path, text_of(lines), code=3)
    found = verdicts(out)
    # a whole row has the id that it has, whatever that is (H05)
    unread = [line for line, column, _ in reasons(out) if not column]
    assert [found[lines[line - 3][:5]] for line in unread] == ["not_evaluated"] * len(unread)
    assert len(unread) > 200


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4])
def test_lines_of_nobody_between_blocks(cut: int) -> None:
    """Neighbours are found in the blocks before and after: A 1, lines 2 and 3 of nobody, B 4, line 5 of nobody."""
    nobody = RowsOfNobody([])
    stated, unread = {1: "A", 4: "B"}, [2, 3, 5]
    found: list[tuple[str, int]] = []
    for low, high in ((1, cut), (cut + 1, 5)):
        part = {line: name for line, name in stated.items() if low <= line <= high}
        column = pa.array(list(part.values()), pa.string()).dictionary_encode().cast(TEXT_CODES)
        block = Block(pa.table({"patient_id": column}), np.array(list(part), dtype=np.int64), [], len(part))
        found += zip(*nobody.add(block, [line for line in unread if low <= line <= high]), strict=True)
    assert sorted(found) == [("A", 2), ("A", 3), ("B", 2), ("B", 3), ("B", 5)]


@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
def test_blocks_buckets_and_workers_change_nothing(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(60)
    for at, line in ((7, "P"), (20, '"'), (40, "X1,1,SpinalCord,Max[Gy],1"), (41, ",,"), (90, "00044;1;SpinalCord")):
        lines.insert(at, line)
    whole = audited(tmp_path, text_of(lines), code=3)
    monkeypatch.setattr("reirrad.audit.sources.csv_source.BLOCK_BYTES", 300)
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 5)
    parts = audited(tmp_path, text_of(lines), *options, code=3)
    for name in ("findings.parquet", "patients.parquet"):
        assert parquet.read_table(whole / name).to_pylist() == parquet.read_table(parts / name).to_pylist()
    assert quarantine(whole) == quarantine(parts)
    assert verdicts(whole)["X1"] == "not_evaluated"


def test_a_part_that_no_worker_finishes_lists_them_too(tmp_path: Path) -> None:
    from reirrad.audit import Plan, prepare_files
    from reirrad.audit.bucket import abandoned

    lines = [*rows("A"), CERTAIN["cut in the dose"], rows("")[0]]
    plan = Plan(inputs=(write(tmp_path / "c.csv", text_of(lines)),), out=tmp_path / "out")
    found = [abandoned(task) for task in prepare_files(plan)]
    listed = {row["patient_id"]: row["n_rows"] for part in found for row in part.patients.to_pylist()}
    assert listed == {"A": 3, "P2": 1}
    assert sum(part.counts[("of_nobody",)] for part in found) == 1


#: Tables in which no dose can be read, the options, the exit code, and how many rows of how many are quarantined.
NO_DOSE: dict[str, tuple[str, list[str], int, int]] = {
    "decimal commas": (text_of([line.replace(",13.84,", ",13,84,") for line in rows("A")[:1] * 3]), [], 3, 3),
    "missing": (text_of([line.replace(",13.84,", ",NA,").replace(",8.79,", ",NA,") for line in rows("A")]), [], 0, 0),
    "nul": (text_of([f"{line}\0" for line in rows("A")]), [], 3, 2),
    "quotes": (text_of([f'{line}"' for line in rows("A")]), [], 3, 2),
    "nobody": (text_of(['"', "\0", "x"]), [], 3, 3),
    "empty": (text_of([line.replace(",13.84,", ",,").replace(",8.79,", ",,") for line in rows("A")]), [], 0, 0),
}


@pytest.mark.parametrize("unit", ["dose_gy", "dose_cgy"])
@pytest.mark.parametrize("name", NO_DOSE)
def test_no_dose_can_be_read(name: str, unit: str, tmp_path: Path) -> None:
    text, options, code, n_quarantined = NO_DOSE[name]
    # a metric that names Gy contradicts a column of cGy
    text = text if unit == "dose_gy" else text.replace("dose_gy", unit).replace("Max[Gy]", "Max")
    out = audited(tmp_path, text, *options, "--missing", "NA", code=code)
    assert summary(out)["rows_quarantined"] == n_quarantined
    assert verdicts(out) == ({} if name == "nobody" else {"A": "not_evaluated"})


def test_files_with_doses_of_two_units_are_not_put_together(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", text_of(rows("A")))
    message = refused(tmp_path, text_of(rows("B"), header=HEADER.replace("dose_gy", "dose_cgy")), tmp_path / "a.csv")
    assert "some files have dose_gy, others dose_cgy; audit them apart" in message


REPEATED = [HEADER, f"{HEADER}\r", f"\ufeff{HEADER}", ",".join(f'"{name}"' for name in HEADER.split(","))]


@pytest.mark.parametrize("at", [0, 2, 3, 4])
@pytest.mark.parametrize("header", REPEATED, ids=["same", "crlf", "mark", "quotes"])
def test_a_header_within_is_no_patient(header: str, at: int, tmp_path: Path) -> None:
    lines = [*rows("A"), *rows("B", "violated")]
    out = audited(tmp_path, text_of([*lines[:at], header, *lines[at:]]), code=3)
    assert verdicts(out) == {"A": "met", "B": "violated"}
    assert reasons(out) == [(at + 2, "", "repeated_header")]
    found = summary(out)
    assert (found["rows_of_nobody"], found["quarantine"]) == (
        0,
        [{"column": "", "reason": "repeated_header", "rows": 1}],
    )


def test_a_header_under_names_of_their_own(tmp_path: Path) -> None:
    header = HEADER.replace("patient_id", "PID")
    out = audited(tmp_path, text_of([*rows("A"), header], header=header), "--map", "PID=patient_id", code=3)
    assert verdicts(out) == {"A": "met"}
    # a patient may be called so
    assert verdicts(audited(tmp_path, text_of(rows("patient_id")))) == {"patient_id": "met"}


def test_a_header_with_columns_in_another_order_is_refused(tmp_path: Path) -> None:
    """What follows it would be read under wrong names."""
    first, *others = HEADER.split(",")
    for names in ([*others, first], [first, *reversed(others)]):
        message = refused(tmp_path, text_of([*rows("A"), ",".join(names)]))
        assert "line 4: a second header, in another order; audit the files one by one" in message


@pytest.mark.parametrize(("n", "said"), [(0, None), (1, "of 1 quarantined row it is"), (2, "of 2 quarantined rows")])
def test_what_is_said_of_rows_of_nobody(n: int, said: str | None, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", text_of([*rows("A"), *(["x", rows("")[0]][:n]), f"{rows('B')[0]},more"]))
    outcome = audit(path, "--out", tmp_path / "out")
    assert outcome.code == 3
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for text in (outcome.out, page):
        assert ("not certain whose" in text) is (said is not None)
        assert said is None or said in text
    assert summary(tmp_path / "out")["rows_of_nobody"] == n


def test_a_name_that_is_mapped_to_nothing_is_named(tmp_path: Path) -> None:
    text = text_of([f"{line},1" for line in rows("A")], header=f"{HEADER},foo")
    message = refused(tmp_path, text, "--map", "foo=bar")
    assert "column 14: 'foo' is mapped to a name that is not known; given: 'bar'; allowed: patient_id, " in message
    assert "map it" not in message
    assert verdicts(audited(tmp_path, text, "--ignore", "foo")) == {"A": "met"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--map", "foo=role", "--ignore", "foo"),
            "--ignore: the column is ignored, and mapped or carried along: one of the two",
        ),
        (("--keep", "foo", "--ignore", "foo"), "--keep and --ignore both name 'foo': leave one out"),
        (
            ("--map", "foo=bar", "--keep", "foo"),
            "--keep: the column is carried along under its own name, and mapped to one that",
        ),
    ],
)
def test_two_things_that_are_said_of_one_column_are_refused(
    options: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    text = text_of([f"{line},1" for line in rows("A")], header=f"{HEADER},foo")
    assert told in refused(tmp_path, text, *options)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_summary_that_cannot_be_printed(tmp_path: Path) -> None:
    """F04: the exit code is that of an output that was lost; that the results are there is said."""
    path = write(tmp_path / "c.csv", text_of(rows("A")))
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            command("audit", "--workers", "1", path, "--out", tmp_path / "out"),
            stdout=full, stderr=subprocess.PIPE, check=False, timeout=120, text=True,
        )  # fmt: skip
    assert ended.returncode == 2
    assert f"the results are complete: {tmp_path / 'out'}; their summary could not be printed" in ended.stderr
    assert verdicts(tmp_path / "out") == {"A": "met"}


def test_many_lines_of_nobody_before_a_patient(tmp_path: Path) -> None:
    """They wait for the id behind them; each is a number then."""
    out = audited(tmp_path, text_of(["x"] * 20_000 + rows("A")), code=3)
    assert [row["n_quarantined"] for row in patients(out)] == [20_000]
