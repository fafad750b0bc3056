"""Hazards of cohort tables that no other test names: who is who, what is missing, what is printed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import reirrad
from audit.fault_cohorts import (
    HEADER,
    audit,
    audited,
    lines_of,
    quarantine,
    reasons,
    rows,
    summary,
    text_of,
    verdicts,
    workplace,
    write,
)
from reirrad.audit.look_alike import hashes_of, sets_among

CANARY = "Zanzibar"


def test_h04_courses_of_two_patients_with_one_id_stay_apart(tmp_path: Path) -> None:
    """H04: each has one course called 1; together they would be one patient irradiated twice."""
    lines = [line.replace("complete,2", "complete,1") for name in ("A", "B") for line in rows(name, "violated")[:1]]
    out = audited(tmp_path, text_of(lines), "--edition", "nieder-2006")
    # one course is no re-irradiation: nothing is evaluated, and nothing is violated
    assert verdicts(out) == {"A": "not_evaluated", "B": "not_evaluated"}
    assert quarantine(out) == []


def test_h05_ids_that_look_alike_are_different_patients(tmp_path: Path) -> None:
    """H05: nothing links them: not case, not blanks, not zeros, not composed letters."""
    names = ["A1", "a1", "A1 ", " A1", "0A1", "00A1", "\u00c4", "A\u0308"]
    lines = [line for n, name in enumerate(names) for line in rows(name, "violated" if n % 2 else "met")]
    out = audited(tmp_path, text_of(lines))
    assert verdicts(out) == {name: "violated" if n % 2 else "met" for n, name in enumerate(names)}


def test_h05_ids_that_look_alike_are_listed(tmp_path: Path) -> None:
    """H05: whether they are one patient is for a person to say, who must be told."""
    names = ["A1", "a1", " A1", "00A1", "B2", "B\u20112", "B-2", "\u00c4", "A\u0308", "=1", "=1\u200b", "C10", "C1"]
    out = audited(tmp_path, text_of([line for name in names for line in rows(name)]))
    with (out / "look_alike.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found == [
        ["set", "patient_id"],
        *(["1", name] for name in (" A1", "00A1", "A1", "a1")),
        *(["2", name] for name in ("'=1", "'=1\u200b")),
        *(["3", name] for name in ("A\u0308", "\u00c4")),
        *(["4", name] for name in ("B-2", "B\u20112")),
    ]
    said = [text for text in summary(out)["assumptions"] if text.startswith("patient_id")]
    assert said == [
        "patient_id: 10 patients have ids that differ in letter case, blanks, leading zeros or the form of characters "
        "only; they were judged as different patients, see look_alike.csv"
    ]


def test_h05_nobody_looks_alike(tmp_path: Path) -> None:
    out = audited(tmp_path, text_of([line for name in ("A1", "A10", "B1", "0", "00x0") for line in rows(name)]))
    assert not (out / "look_alike.csv").exists()
    assert not [text for text in summary(out)["assumptions"] if text.startswith("patient_id")]


def test_h05_ids_that_look_alike_in_memory() -> None:
    parsed = list(csv.DictReader([HEADER, *(line for name in ("A1", "a1", "B") for line in rows(name))]))
    table = {name: [row[name] or None for row in parsed] for name in parsed[0]}
    numbers = ("dose_gy", "n_fractions", "fractions_per_day", "prior_courses")
    table |= {name: [float(row[name]) for row in parsed] for name in numbers if name in table}
    found = reirrad.audit(table)
    assert found.look_alike == (("A1", "a1"),)
    assert [text for text in found.assumptions if "2 patients have ids" in text and text.endswith("see look_alike")]


def test_h05_ids_that_look_alike_are_found_across_parts() -> None:
    """H05: parts are judged apart, and only those that may hold such ids are read again."""
    parts, asked = [["A1", "B1"], ["C1", "C2"], ["a1", "D"], []], []

    def ids(number: int) -> list[str]:
        asked.append(number)
        return parts[number]

    assert sets_among([hashes_of(part) for part in parts], ids) == [("A1", "a1")]
    assert asked == [0, 2]


def test_h07_patients_whose_names_look_like_missing_values(tmp_path: Path) -> None:
    """H07: only an empty cell is missing, unless --missing says otherwise."""
    names = ["NA", "N/A", "Null", "None", "nan", "-", "#N/A"]
    lines = [line for name in names for line in rows(name)]
    out = audited(tmp_path, text_of(lines))
    assert verdicts(out) == dict.fromkeys(names, "met")
    declared = audited(tmp_path, text_of(lines), "--missing", "NA", code=3, name="d.csv")
    assert set(verdicts(declared)) == {*names} - {"NA"}
    assert {reason for _, _, reason in reasons(declared)} == {"missing"}


@pytest.mark.parametrize("options", [[], ["--expect-rows", "4"]])
def test_f09_a_number_of_rows_that_nobody_expected_is_said(options: list[str], tmp_path: Path) -> None:
    """F09: that a CSV file was cut at a line end cannot be seen; who states the number of rows is told nothing."""
    out = audited(tmp_path, text_of(lines_of(2)), *options)
    said = [text for text in summary(out)["assumptions"] if "cut off at a line end" in text]
    assert len(said) == (0 if options else 1)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert ("cut off at a line end" in page) is (not options)


def test_f11_most_rows_bad_is_no_success(tmp_path: Path) -> None:
    """F11: the least part of a cohort that could not be read is exit 3, and the account says how much it was."""
    good, bad = lines_of(1), [f"{line},more" for line in lines_of(30, first=1)]
    out = audited(tmp_path, text_of([*good, *bad]), code=3)
    found = summary(out)
    assert (found["rows_in"], found["rows_quarantined"]) == (62, 60)
    assert set(verdicts(out).values()) <= {"violated", "not_evaluated"}


def test_x25_a_line_of_more_than_a_megabyte_is_no_row(tmp_path: Path) -> None:
    """X25: it is quarantined, and its patient is not met; the lines around it are read."""
    long = f"{rows('A')[0]}{' ' * 1024 * 1024}"
    out = audited(tmp_path, text_of([*rows("A"), *rows("B"), long]), code=3)
    assert b",6,,line_too_long,A,1,SpinalCord" in (out / "quarantine.csv").read_bytes().replace(b'"', b"")
    assert verdicts(out) == {"A": "not_evaluated", "B": "met"}


def test_x20_nothing_that_is_printed_or_named_says_who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X20: not with bad rows, not when it stops, and not in the names of files."""
    ids = [f"{CANARY}{number}" for number in range(4)]
    lines = [line for name in ids for line in rows(name, "violated")]
    lines += [f"{ids[0]},1,{CANARY}", f'{ids[1]},"{CANARY}', rows(ids[2])[0].replace("13.84", CANARY)]
    path = write(tmp_path / "c.csv", text_of(lines))
    outcome = audit(path, "--out", tmp_path / "out")
    assert outcome.code == 3
    assert CANARY not in outcome.out + outcome.err

    def broken(*_: object) -> None:
        raise ValueError(ids[0])

    monkeypatch.setattr("reirrad.audit.engines.audit_bucket", broken)
    stopped = audit(path, "--out", tmp_path / "stopped")
    assert stopped.code == 2
    assert CANARY not in stopped.out + stopped.err
    assert workplace(tmp_path / "stopped").exists()
    names = [item.name for folder in (tmp_path / "out", workplace(tmp_path / "stopped")) for item in folder.rglob("*")]
    assert names
    assert not any(CANARY in name for name in names)


def test_d25_a_decimal_comma_that_was_not_declared_is_not_read(tmp_path: Path) -> None:
    """D25: neither as thousands nor by moving cells: the row is quarantined and its patient not evaluated."""
    torn = [line.replace(",13.84,", ",13,84,") for line in rows("A")]
    quoted = [line.replace(",13.84,", ',"13,84",') for line in rows("B")]
    out = audited(tmp_path, text_of([*torn, *quoted], header=HEADER), code=3)
    assert verdicts(out) == {"A": "not_evaluated", "B": "not_evaluated"}
    assert {(2, "", "ragged"), (4, "dose_gy", "not_allowed")} <= set(reasons(out))


def test_d02_metric_in_another_unit_than_its_column(tmp_path: Path) -> None:
    """D02: Max[cGy] in a column of Gy contradicts it, and Max[Gy] in one of cGy, where 60 is 0.6 Gy."""
    lines = [*rows("A"), *(line.replace("Max[Gy]", "Max[cGy]") for line in rows("B"))]
    out = audited(tmp_path, text_of(lines), code=3)
    assert verdicts(out) == {"A": "met", "B": "not_evaluated"}
    assert set(reasons(out)) == {(4, "metric", "not_allowed"), (5, "metric", "not_allowed")}
    cells = [line.split(",") for line in rows("A", "violated")]
    hundred = [",".join([*row[:4], f"{row[4]}00", *row[5:]]) for row in cells]
    header = HEADER.replace("dose_gy", "dose_cgy")
    in_cgy = [line.replace("Max[Gy]", "Max[cGy]") for line in hundred]
    assert verdicts(audited(tmp_path, text_of(in_cgy, header=header), name="c2.csv")) == {"A": "violated"}
    contradicts = audited(tmp_path, text_of(lines, header=header), name="c3.csv", code=3)
    assert verdicts(contradicts)["A"] == "not_evaluated"
