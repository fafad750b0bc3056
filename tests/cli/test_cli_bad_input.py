"""Bad input is refused: exit 2, a message that names place and remedy, nothing on standard output, no traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.case_files import MET, as_json, changed, write
from cli.runner import assert_refused, invoke, process

MAX = '"Max[Gy]" = 40.0'
AT_MAX = 'course[1].dose.SpinalCord."Max[Gy]": '

# hazard and slip; what is changed; what the message says
REFUSED = [
    ("D01 unit of a metric", ('"Max[Gy]" = 40.0', '"Max" = 40.0'), 'write "Max[Gy]" or "Max[cGy]"'),
    ("D01 unit of a schedule", ('"40 Gy / 20"', '"50/25"'), "course[1].schedule: the dose has no unit"),
    ("D01 cGy under Gy", (MAX, '"Max[Gy]" = 4000'), "is it in cGy?"),
    (
        "D03 RBE-weighted dose",
        (MAX, MAX + '\n"Max[Gy(RBE)]" = 44.0'),
        'course[1].dose.SpinalCord."Max[Gy(RBE)]": the unit Gy(RBE) is not read: the metric is spelt Max[Gy] here; '
        "given: 'Max[Gy(RBE)]'; RBE-weighted doses are not converted: state the physical dose, and the modality",
    ),
    ("D03 percent", (MAX, '"Max[%]" = 80'), "the unit % is not read: the metric is spelt Max[Gy] here"),
    ("D03 milligray", (MAX, MAX + '\n"Max[mGy]" = 50000'), "state the physical dose in Gy"),
    ("D18 volume without zero", (MAX, MAX + '\n"D.03cc[Gy]" = 45'), "the metric is spelt D0.03cc[Gy] here"),
    ("D18 volume in mm3", (MAX, MAX + '\n"D30mm3[Gy]" = 45'), "the metric is spelt D0.03cc[Gy] here"),
    ("D04 fraction for total", ('"40 Gy / 20"', '"2 Gy / 20 (2 Gy)"'), "20 x 2 Gy is 40 Gy, not 2 Gy"),
    ("D04 fraction dose to the organ", (MAX, '"Max[Gy]" = 2.0'), "this is the dose per fraction of the schedule"),
    ("D05 half a fraction", ('"40 Gy / 20"', '"40 Gy / 25.5"'), "the number of fractions is not whole"),
    (
        "D07 more delivered than planned",
        ("fractions_per_day = 1", 'fractions_per_day = 1\nfractions_delivered = 21\ndose_of = "planned"'),
        "course[1].fractions_delivered: more fractions than were planned; given: 21; allowed: 1 to 20",
    ),
    (
        "D07 doses of what",
        ("fractions_per_day = 1", "fractions_per_day = 1\nfractions_delivered = 15"),
        "course[1].dose_of: it is required: 15 of 20 fractions were delivered",
    ),
    ("D15 fractions a day", ("fractions_per_day = 1\n", ""), "course[1].fractions_per_day: it is required"),
    ("D20 modality", ('modality = "photon"\n', ""), "course[1].modality: it is required"),
    ("D22 sentinel -1", (MAX, '"Max[Gy]" = -1'), AT_MAX),
    ("D22 sentinel 999", (MAX, '"Max[Gy]" = 999'), "databases write this number where a value is missing"),
    ("D22 sentinel 99.99", (MAX, '"Max[Gy]" = 99.99'), "databases write this number where a value is missing"),
    ("D24 negative", (MAX, '"Max[Gy]" = -40.0'), AT_MAX + "the number is negative"),
    ("D24 negative zero", (MAX, '"Max[Gy]" = -0.0'), AT_MAX + "the number is negative"),
    ("D24 nan", (MAX, '"Max[Gy]" = nan'), AT_MAX + "the number is not finite"),
    ("D24 inf", (MAX, '"Max[Gy]" = inf'), AT_MAX + "the number is not finite"),
    (
        "H03 none beside a course",
        ('"complete"\nprior_courses = 1', '"none"'),
        'it says "none", but 1 course is delivered',
    ),
    (
        "H03 number of courses",
        ("prior_courses = 1", "prior_courses = 2"),
        "prior_courses: the history is complete, but 1",
    ),
    ("H03 number missing", ("prior_courses = 1\n", ""), "prior_courses: it is required with a complete history"),
    ("H06 number as id", ('"case A"', "12345"), "case_id: this is not text; given: 12345"),
    ("H08 course id twice", ('id = "second"', 'id = "first"'), "course[2].id: course[1] has this id"),
    (
        "H10 proposed before",
        ('"2022-01-06"\nend = "2022-01-19"', '"2019"\nend = "2019"'),
        "course[2].start: the proposed",
    ),
    ("O01 dose not listed", ("[course.dose.SpinalCord]", "[course.dose.Brainstem]"), "is not listed in structures"),
    ("O05 key with a slip", ("technique =", "tecnique ="), "did you mean technique?"),
    ("O06 key twice", ('modality = "photon"', 'modality = "photon"\nmodality = "proton"'), "this is not TOML"),
    ("T01 day, month, year", ('"2020-01-13"', '"03/04/2020"'), "the order of day and month is ambiguous"),
    (
        "T07 end before start",
        ('end = "2020-02-07"', 'end = "2019-12-31"'),
        "course[1].end: the course ends before it starts",
    ),
    ("T07 31 February", ('"2020-02-07"', '"2020-02-31"'), "there is no such day"),
    ("T07 31 February, bare", ('"2020-02-07"', "2020-02-31"), "Invalid date"),
    ("T08 two-digit year", ('"2020-01-13"', '"20-01-13"'), "the year has two digits"),
    ("structures empty", ('["SpinalCord"]', "[]"), "structures: the list is empty"),
]


@pytest.mark.parametrize(("change", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_field_is_refused(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    path = write(tmp_path, "case.toml", changed(change))
    assert_refused(invoke("check", path), f"reirrad: {path}: ", message)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('["SpinalCord"]', "[7]"), "structures[1]: this is not text; given: 7"),
        (
            ('fractions_per_day = 1\n[course.dose.SpinalCord]\n"Max[Gy]" = 40.0\nbasis = "plan"', "phase = [1]"),
            "course[1].phase[1]: this is not a table; given: 1",
        ),
    ],
    ids=["structures", "phases"],
)
def test_a_list_whose_items_were_refused_is_not_called_empty(
    change: tuple[str, str], problem: str, tmp_path: Path
) -> None:
    outcome = invoke("check", write(tmp_path, "case.toml", changed(change)))
    assert_refused(outcome, problem)
    assert "the list is empty" not in outcome.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        ('case_id = "M\u00fcller"'.encode("latin-1"), "this is not UTF-8 text"),
        (MET.encode("utf-16"), "this is not UTF-8 text"),
        (b"\0\0\0\0", "this is not TOML"),
        (b"[1, 2]", "the document is not an object"),
        (b'{"schema": "reirrad-case/1", "schema": "reirrad-case/1"}', "the key stands 2 times in one object"),  # X03
        (as_json(MET).replace(b"40.0", b"NaN"), "the number is not finite"),  # X03
        (as_json(MET).replace(b"40.0", b"-Infinity"), "the number is not finite"),
        (as_json(MET).replace(b"40.0", b"1e400"), "the number is not finite"),
        (as_json(MET).replace(b"40.0", b"9" * 6000), "thousands of digits"),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deeply"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b'{"schema": "reirrad-case/1", "case_id": "\\ud800", "structures": ["SpinalCord"]}', "control characters"),
    ],
    ids=[
        "empty", "blank", "latin-1", "utf-16", "nul", "list", "key-twice", "nan", "inf", "1e400", "digits",
        "deep-json", "deep-toml", "surrogate",
    ],
)  # fmt: skip
def test_document_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "case"
    path.write_bytes(content)
    assert_refused(invoke("check", path), message)
    assert_refused(invoke("check", "-", stdin=content), "standard input", message)


def test_file_of_a_gigabyte_is_refused_at_once(tmp_path: Path) -> None:
    # X25, X10: sparse, and never read as a whole
    path = tmp_path / "large.toml"
    path.touch()
    os.truncate(path, 2**30)
    assert_refused(invoke("check", path), "too large to be a case; allowed: at most 8 MiB")


def test_directory_is_refused(tmp_path: Path) -> None:
    assert_refused(invoke("check", tmp_path), "this is a directory; name a case file, or - for standard input")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    # X10
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert_refused(invoke("check", path), "not a regular file")


def test_message_of_a_directory_says_it_once(tmp_path: Path) -> None:
    lines = invoke("check", tmp_path).err.splitlines()
    assert lines[1].strip() == "this is a directory; name a case file, or - for standard input"


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert_refused(invoke("check", tmp_path / "none.toml"), "none.toml: 1 problem", "No such file or directory")


def test_broken_edition_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "broken.toml", 'schema = "reirrad-edition/1"\n')
    path = write(tmp_path, "case", MET)
    assert_refused(invoke("check", "--library", tmp_path, path), "broken.toml", "constraint: it is required")


def test_every_problem_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    text = changed(
        ('"case A"', "7"),
        ('"40 Gy / 20"', '"40/20"'),
        ('"2022-01-19"', '"2022-13"'),
        ("prior_courses = 1", "prior_courses = 3"),
    )
    outcome = process("check", write(tmp_path, "case.toml", text))
    assert_refused(
        outcome,
        "case.toml: 4 problems",
        "case_id: this is not text",
        "course[1].schedule: the dose has no unit",
        "course[2].end: there is no such month",
        "prior_courses: the history is complete",
    )
