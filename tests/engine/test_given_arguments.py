"""Library calls that are given something else: errors of the package that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli.case_files import MET
from reirrad import budget, check, load_case, sensitivity
from reirrad.engine.check import check_all
from reirrad.engine.planning.explanation import explain
from reirrad.engine.planning.timeline import timeline
from reirrad.engine.planning.when import when
from reirrad.errors import CaseError, InputError, LibraryError, QuantityError, ReirradError
from reirrad.ingest.case_file import parse_case_bytes
from reirrad.library import load_library
from reirrad.model.case import Case

CASE = parse_case_bytes(MET.encode(), source="met")
CALLS: dict[str, Callable[..., Any]] = {
    "check": check,
    "budget": lambda case, **more: budget(case, n_fractions=[5], **more),
    "sensitivity": sensitivity,
    "timeline": timeline,
    "when": when,
    "explain": lambda case, library=None, **more: explain(
        case, "nieder-2006.course", library=library or load_library(), **more
    ),
}
ALLOWED = "allowed: a case of reirrad.load_case or parse_case"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({}, "build it with parse_case"),
        (None, "load it with load_case"),
        ("case.toml", "load it with load_case"),
        (Path("case.toml"), "load it with load_case"),
        ([CASE], "load it with load_case"),
        (7, "load it with load_case"),
    ],
    ids=["mapping", "none", "name", "path", "list", "number"],
)
def test_what_is_no_case(call: str, given: Any, hint: str) -> None:
    with pytest.raises(CaseError) as caught:
        CALLS[call](given)
    assert isinstance(caught.value, ReirradError)
    text = str(caught.value)
    assert text.startswith(f"{call}: 1 problem\n  case: this is no case; given: {repr(given)[:60]}")
    assert text.endswith(f"; {ALLOWED}; {hint}")


@pytest.mark.parametrize("call", CALLS)
def test_what_was_changed_and_not_read(call: str) -> None:
    with pytest.raises(CaseError) as caught:
        CALLS[call](CASE.model_copy(update={"case_id": 7}))
    assert str(caught.value).startswith(f"{call}: 1 problem\n  case_id: ")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("given", ["rules", [], Path("rules"), 7])
def test_what_is_no_library(call: str, given: Any) -> None:
    if call == "explain" and not given:
        return
    with pytest.raises(LibraryError) as caught:
        CALLS[call](CASE, library=given)
    text = str(caught.value)
    assert text.startswith(f"{call}: 1 problem\n  library: this is no library; given: {given!r}; ")
    assert text.endswith("; allowed: what reirrad.load_library returns; load it with load_library([folder])")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("given", ["no", None, 0, 1, []])
def test_what_is_neither_true_nor_false(call: str, given: Any) -> None:
    """The text "no" was taken as true."""
    with pytest.raises(InputError) as caught:
        CALLS[call](CASE, strict=given)
    told = f"this is neither true nor false; given: {given!r}; allowed: True or False"
    assert str(caught.value) == f"{call}: 1 problem\n  strict: {told}"
    CALLS[call](CASE, strict=np.bool_(False))


def test_every_flag_of_a_check_is_told() -> None:
    with pytest.raises(InputError) as caught:
        check(CASE, strict="no", require_organs="no")  # type: ignore[arg-type]
    told = "this is neither true nor false; given: 'no'; allowed: True or False"
    assert str(caught.value) == f"check: 2 problems\n  strict: {told}\n  require_organs: {told}"
    for yes in (True, np.bool_(True)):
        assert check(CASE, strict=yes, require_organs=yes) == check(CASE, strict=True, require_organs=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [CASE, None, "case.toml", b"case", 7])
def test_what_is_no_list_of_cases(given: Any) -> None:
    with pytest.raises(CaseError) as caught:
        check_all(given)
    text = str(caught.value)
    assert text.startswith(f"check: 1 problem\n  cases: this is no list of cases; given: {repr(given)[:60]}")
    assert text.endswith("; allowed: a list, each of reirrad.load_case")
    with pytest.raises(CaseError, match=r"^check: 1 problem\n  case: this is no case; given: None; "):
        check_all([CASE, None])  # type: ignore[list-item]
    assert [report.verdict for report in check_all(iter([CASE]))] == ["met"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([0], "[0]: this is no number of fractions; given: 0; "),
        ([5, 201], "[1]: this is no number of fractions; given: 201; "),
        ([*range(1, 60), True], "[59]: this is no number of fractions; given: True; "),
        ([5, 10**30], f"[1]: this is no number of fractions; given: {10**30}; "),
        ([5, 2.0], "[1]: this is no number of fractions; given: 2.0; "),
        (["5"], "[0]: this is no number of fractions; given: '5'; "),
        (np.ma.array([5, 10], mask=[0, 1]), "[1]: this is no number of fractions; given: masked; "),
        (np.array([2**63 + 5], dtype=np.uint64), f"[0]: this is no number of fractions; given: {2**63 + 5}; "),
        ([[5, 10]], "[0]: this is no number of fractions; given: [5, 10]; "),
        ([], ": there is no number of fractions; given: []; "),
        (5, ": this is no list of fraction numbers; given: 5; "),
        (np.array(5), ": this is no list of fraction numbers; given: array(5); "),
        (None, ": this is no list of fraction numbers; given: None; "),
        ("5", ": this is no list of fraction numbers; given: '5'; "),
        (2.5, ": this is no list of fraction numbers; given: 2.5; "),
        ({5: 1}, ": this is no list of fraction numbers; given: {5: 1}; "),
    ],
)
def test_numbers_of_fractions(given: Any, told: str) -> None:
    with pytest.raises(QuantityError) as caught:
        budget(CASE, n_fractions=given)
    hint = f"; put it in a list: n_fractions=[{given}]" if type(given) is int else ""
    assert str(caught.value) == f"n_fractions{told}allowed: a list of whole numbers from 1 to 200{hint}"


def test_fraction_numbers_of_any_list() -> None:
    asked: list[Any] = [[3, 5], (3, 5), np.array([3, 5], dtype=np.uint8), iter([3, 5]), np.ma.array([3, 5])]
    assert len({budget(CASE, n_fractions=given).rows for given in asked}) == 1


@pytest.mark.parametrize("given", [5, None, "12", ["12"], [-1], [1201], [1.5], [True], [float("nan")]])
def test_intervals(given: Any) -> None:
    with pytest.raises(QuantityError) as caught:
        budget(CASE, n_fractions=[5], intervals_months=given)
    assert str(caught.value) == (
        f"intervals_months: these are no intervals; given: {given!r}; "
        "allowed: a list of whole numbers from 0 to 1200 months"
    )


def test_intervals_at_their_ends() -> None:
    text = MET[: MET.rindex("[[course]]")]
    delivered = parse_case_bytes(text.encode(), source="one")
    found = budget(delivered, n_fractions=np.array([5]), intervals_months=np.array([0, 1200]))  # type: ignore[arg-type]
    assert {row.interval_months for row in found.rows} == {0, 1200}


def test_technique() -> None:
    with pytest.raises(InputError, match="technique: it is not known; given: 'sbrt'; allowed: conv"):
        budget(CASE, n_fractions=[5], technique="sbrt")  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [None, 7, b"case.toml", "", [], {}])
def test_what_is_no_name_of_a_file(given: Any) -> None:
    with pytest.raises(CaseError) as caught:
        load_case(given)
    assert str(caught.value) == (
        f"load_case: 1 problem\n  path: this is no file name; given: {given!r}; allowed: a str or a pathlib.Path; "
        "name a case file"
    )


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "D07": (
        {"fractions_delivered": -1, "dose_of": "planned"},
        "course[1].fractions_delivered: the number is out of range",
    ),
    "D22": ({"start": "1970-01-01", "end": "1970-01-20"}, "course[1].start: databases write this day where a date is"),
    "sentinel": ({"months_since_previous": 999.0}, "course[1].months_since_previous: databases write this number"),
    "word": ({"modality": "Photon"}, "course[1].modality: this is not one of the allowed words; given: 'Photon'"),
    "zero": ({"fractions_per_day": 0}, "course[1].fractions_per_day: the number is out of range; given: 0"),
    "missing": ({"fractions_per_day": None}, "course[1].fractions_per_day: it is required"),
    "text": ({"schedule": "fifty"}, "course[1].schedule: this is not a schedule; given: 'fifty'"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("changes", "message"), BROKEN.values(), ids=BROKEN)
def test_d07_d22_a_case_that_was_changed_is_read_again(call: str, changes: dict[str, Any], message: str) -> None:
    """D07, D22: what pydantic copies with other values was never read."""
    first, *rest = CASE.course
    with pytest.raises(CaseError) as caught:
        CALLS[call](CASE.model_copy(update={"course": (first.model_copy(update=changes), *rest)}))
    assert f"  {message}" in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
def test_cases_that_were_built_past_every_check(call: str) -> None:
    with pytest.raises(CaseError, match="case_id: it is required"):
        CALLS[call](Case.model_construct())
    with pytest.raises(CaseError, match="structures: this is not a list"):
        CALLS[call](CASE.model_copy(update={"structures": object()}))


def test_courses_of_another_kind_of_list_are_courses() -> None:
    other = CASE.model_copy(update={"course": list(CASE.course)})
    assert check(other) == check(CASE)
