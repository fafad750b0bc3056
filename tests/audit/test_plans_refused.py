"""What a program states of an audit of files: what is of another kind is refused before anything is read."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from audit.fault_cohorts import HEADER, refused, rows, text_of, verdicts, write
from reirrad.audit import Choice, Declared, Plan, audit_files, findings_as_json
from reirrad.audit.bucket import _library
from reirrad.audit.choices import ENCODINGS
from reirrad.audit.rules_chosen import rules_digest
from reirrad.cli.audit import _ENCODINGS
from reirrad.errors import ReirradError, TableError

#: Rows of one patient that is met; a plan of them reads no file that is not there.
LINES = rows("A")


def said(make: Any, **stated: Any) -> list[str]:
    with pytest.raises(TableError) as caught:
        make(**stated)
    assert isinstance(caught.value, ReirradError)
    first, *problems = str(caught.value).splitlines()
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    assert first == f"{make.__name__.lower()}: {count}"
    return [line.strip() for line in problems]


PARTS = "date_format: it must have %d, %m and %Y, e.g. %d.%m.%Y (years of two digits are refused); given: "
TEXTS = "allowed: a tuple of texts, e.g. ('NA',)"


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("%m/%Y", f"{PARTS}'%m/%Y'"),
        ("%d.%m.", f"{PARTS}'%d.%m.'"),
        ("%d.%m.%y", f"{PARTS}'%d.%m.%y'"),
        # a percent sign and a letter, of which nothing is read
        ("%%d.%%m.%%Y", f"{PARTS}'%%d.%%m.%%Y'"),
        ("", f"{PARTS}''"),
        (7, f"{PARTS}7"),
        (
            "%d.%m.%Y %Q",
            "date_format: it is no format of dates: 'Q' is a bad directive in format '%d.%m.%Y %Q'; "
            "given: '%d.%m.%Y %Q'",
        ),
        (
            "%d.%m.%Y %d",
            "date_format: it is no format of dates: a part of it stands twice; given: '%d.%m.%Y %d'",
        ),
    ],
)
def test_t08_formats_of_dates_without_a_day_a_month_or_a_year(form: Any, problem: str, tmp_path: Path) -> None:
    """T08, T03: a month became its first day, and a year that was not written 1900; the command refused both."""
    assert said(Declared, date_format=form) == [problem]
    if isinstance(form, str):
        words = problem.removeprefix("date_format: it ").rpartition("; given")[0]
        usage = refused(tmp_path, text_of(LINES), "--date-format", form)
        assert f"Invalid value for '--date-format': {form!r} {words}" in " ".join(usage.split())


@pytest.mark.parametrize("name", ["keep", "ignore", "missing"])
@pytest.mark.parametrize("value", ["NA", b"NA", ("A", 7), None, {"A"}, 7])
def test_a_text_is_no_list_of_its_letters(name: str, value: Any) -> None:
    """Patients N and A were taken for missing ones."""
    assert said(Declared, **{name: value}) == [f"{name}: this is no list of texts; given: {value!r}; {TEXTS}"]


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        ({"decimal_comma": "no"}, "decimal_comma: this is neither true nor false; given: 'no'; allowed: True or False"),
        (
            {"rename": ["a"]},
            "rename: this is no mapping; given: ['a']; allowed: our name for each column called otherwise",
        ),
        ({"rename": {7: "dose_gy"}}, "rename: this is no name of a column; given: 7; allowed: text, e.g. 'patient_id'"),
        ({"rename": {"a": 7}}, "rename.a: this is no name of a column; given: 7; allowed: text, e.g. 'patient_id'"),
        ({"delimiter": ";;"}, "delimiter: it is not one ASCII character, e.g. ; or tab; given: ';;'"),
        ({"delimiter": ""}, "delimiter: it is not one ASCII character, e.g. ; or tab; given: ''"),
        ({"delimiter": 7}, "delimiter: it is not one ASCII character, e.g. ; or tab; given: 7"),
        (
            {"encoding": "xyz"},
            "encoding: such text is not read; given: 'xyz'; allowed: utf-8, latin-1, cp1252, ascii",
        ),
        (
            {"encoding": "utf-16"},
            "encoding: such text is not read; given: 'utf-16'; allowed: utf-8, latin-1, cp1252, ascii",
        ),
        (
            {"encoding": "a\0"},
            "encoding: such text is not read; given: 'a\\x00'; allowed: utf-8, latin-1, cp1252, ascii",
        ),
        ({"encoding": 7}, "encoding: such text is not read; given: 7; allowed: utf-8, latin-1, cp1252, ascii"),
    ],
)
def test_what_is_declared(stated: dict[str, Any], problem: str) -> None:
    assert said(Declared, **stated) == [problem]


def test_every_problem_is_told_at_once() -> None:
    assert len(said(Declared, keep="a", ignore="b", missing="c", decimal_comma=1, rename=[], delimiter=7)) == 6


def test_what_is_declared_is_plain_data() -> None:
    found = Declared(keep=["site"], rename={"a": "dose_gy"}, encoding="UTF8", decimal_comma=np.bool_(True))
    assert found == Declared(keep=("site",), rename={"a": "dose_gy"}, encoding="utf-8", decimal_comma=True)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert Declared(encoding="iso-8859-1").encoding == "latin-1"
    assert list(ENCODINGS.values()) == list(_ENCODINGS)


@pytest.mark.parametrize("name", ["strict", "assume_once_daily"])
@pytest.mark.parametrize("value", ["no", 0, None])
def test_what_is_neither_true_nor_false(name: str, value: Any) -> None:
    problem = f"{name}: this is neither true nor false; given: {value!r}; allowed: True or False"
    assert said(Choice, **{name: value}) == [problem]


def test_folders_of_rules() -> None:
    for value in ("rules", 7):
        problem = f"libraries: this is no list of paths; given: {value!r}; allowed: a tuple of paths, e.g. ('rules',)"
        assert said(Choice, libraries=value) == [problem]
    assert Choice(libraries=[Path("rules")]) == Choice(libraries=("rules",))


def test_a_choice_of_a_list_can_be_judged() -> None:
    choice = Choice(editions=["nieder-2006"], strict=np.bool_(False))
    assert choice == Choice(editions=("nieder-2006",))
    assert [edition.edition.id for edition in _library(choice, rules_digest(choice.library())).used()] == [
        "nieder-2006"
    ]


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        (
            {"inputs": "x.csv"},
            "inputs: this is no list of paths; given: 'x.csv'; allowed: a tuple of paths, e.g. ('cohort.csv',)",
        ),
        ({"inputs": ("x.csv", 7)}, "inputs[1]: this is no path; given: 7; allowed: text, or a pathlib.Path"),
        ({"inputs": ()}, "inputs: there is none; allowed: files and folders; name what is audited"),
        ({"out": None}, "out: this is no path; given: None; allowed: text, or a pathlib.Path"),
        ({"form": "xlsx"}, "form: it is not known; given: 'xlsx'; allowed: parquet or csv"),
        ({"expect_rows": "2"}, "expect_rows: this is no number of rows; given: '2'; allowed: a whole number from 0 up"),
        ({"expect_rows": -1}, "expect_rows: this is no number of rows; given: -1; allowed: a whole number from 0 up"),
        (
            {"expect_rows": True},
            "expect_rows: this is no number of rows; given: True; allowed: a whole number from 0 up",
        ),
        ({"resume": "no"}, "resume: this is neither true nor false; given: 'no'; allowed: True or False"),
        ({"overwrite": 0}, "overwrite: this is neither true nor false; given: 0; allowed: True or False"),
        ({"workers": True}, "workers: this is no number of processes; given: True; allowed: a whole number from 1 up"),
        ({"workers": 0}, "workers: this is no number of processes; given: 0; allowed: a whole number from 1 up"),
        ({"scheduler": 7}, "scheduler: this is no address; given: 7; allowed: text, e.g. 'tcp://host:8786'"),
        ({"declared": {}}, "declared: this is no Declared; given: {}; allowed: Declared(...)"),
        ({"choice": None}, "choice: this is no Choice; given: None; allowed: Choice(...)"),
        ({"asked": "t"}, "asked: this is no Asked; given: 't'; allowed: Asked(...)"),
    ],
)
def test_what_is_planned(stated: dict[str, Any], problem: str) -> None:
    assert said(Plan, **({"inputs": ("x.csv",), "out": "results"} | stated)) == [problem]


def test_texts_become_paths(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", text_of(LINES))
    plan = Plan(inputs=[str(path)], out=str(tmp_path / "out"), expect_rows=2)  # type: ignore[arg-type]
    assert (plan.inputs, plan.out) == ((path,), tmp_path / "out")
    audit_files(plan)
    assert verdicts(tmp_path / "out") == {"A": "met"}


def test_no_other_patient_is_missing(tmp_path: Path) -> None:
    """With the texts in a tuple a patient N and one A are judged, and NA is none."""
    path = write(tmp_path / "c.csv", text_of([*rows("N"), *rows("A"), *rows("NA")], header=HEADER))
    audit_files(Plan(inputs=(path,), out=tmp_path / "out", declared=Declared(missing=("NA",))))
    assert verdicts(tmp_path / "out").keys() == {"A", "N"}


def test_what_is_no_table_of_findings() -> None:
    with pytest.raises(TableError) as caught:
        findings_as_json([{}])  # type: ignore[arg-type]
    problem = "findings: 1 problem\n  this is no Arrow table; given: list; read findings.parquet as one"
    assert str(caught.value) == problem
    with pytest.raises(TableError, match="constraint_id: there is no such column"):
        findings_as_json(pa.table({"patient_id": ["A"]}))
