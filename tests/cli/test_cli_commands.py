"""bed, eqd2, schema and new; and what is no command."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cli.runner import CASES, assert_refused, invoke, process

Document = dict[str, Any]
EXAMPLES = sorted(CASES.glob("*.toml"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("bed", "50 Gy / 25", "--alpha-beta", "2"), "100 Gy2"),
        (("bed", "25 x 2 Gy", "--alpha-beta", "4"), "75 Gy4"),
        (("bed", "5000 cGy / 25", "--alpha-beta", "2"), "100 Gy2"),
        (("bed", "60 Gy / 30", "--alpha-beta", "2"), "120 Gy2"),
        # D15: h = 2**(-6/4) = 0.353553; 45 (1 + 1.353553 x 1.5/2) = 90.6824
        (
            ("bed", "45 Gy / 30", "--alpha-beta", "2", "--fractions-per-day", "2", "--hours", "6", "--half-time", "4"),
            "90.6824 Gy2",
        ),
        (("bed", "45 Gy / 30", "--alpha-beta", "2"), "78.75 Gy2"),
        # 30 (1 + 3/2) / 2
        (("eqd2", "30 Gy / 10", "--alpha-beta", "2"), "37.5 Gy EQD2 (alpha/beta 2 Gy)"),
        # 24 (1 + 8/2) / 2
        (("eqd2", "24 Gy / 3", "--alpha-beta", "2"), "60 Gy EQD2 (alpha/beta 2 Gy)"),
        (("eqd2", "50 Gy / 25", "--alpha-beta", "3"), "50 Gy EQD2 (alpha/beta 3 Gy)"),
    ],
)
def test_calculators(arguments: tuple[str, ...], line: str) -> None:
    outcome = invoke(*arguments)
    assert (outcome.code, outcome.out, outcome.err) == (0, line + "\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("50/25", "--alpha-beta", "2"), "the dose has no unit"),
        (("50 Gy / 25.5", "--alpha-beta", "2"), "the number of fractions is not whole"),
        (("", "--alpha-beta", "2"), "this is not a schedule"),
        (("50 Gy / 25",), "Missing option '--alpha-beta'"),
        (("50 Gy / 25", "--alpha-beta", "0"), "alpha_beta_gy: is out of range; given: 0.0"),
        (("50 Gy / 25", "--alpha-beta", "-2"), "alpha_beta_gy: is out of range"),
        (("50 Gy / 25", "--alpha-beta", "nan"), "alpha_beta_gy: is out of range"),
        (("50 Gy / 25", "--alpha-beta", "inf"), "alpha_beta_gy: is out of range"),
        (("50 Gy / 25", "--alpha-beta", "2 Gy"), "not a valid float"),
        (("50 Gy / 25", "--alpha-beta", "2", "--fractions-per-day", "2"), "needs --hours and --half-time"),
        (("50 Gy / 25", "--alpha-beta", "2", "--fractions-per-day", "0"), "not in the range"),
        (("50 Gy / 25", "--alpha-beta", "2", "--hours", "6"), "go with --fractions-per-day above 1"),
        (
            ("50 Gy / 25", "--alpha-beta", "2", "--fractions-per-day", "2", "--hours", "6", "--half-time", "0"),
            "repair_half_time_h: is out of range",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["bed", "eqd2"])
def test_calculators_refuse(name: str, arguments: tuple[str, ...], message: str) -> None:
    assert_refused(invoke(name, *arguments), message)


def test_more_fractions_a_day_than_there_are() -> None:
    arguments = ("--alpha-beta", "2", "--fractions-per-day", "2", "--hours", "6", "--half-time", "4")
    assert_refused(invoke("bed", "2 Gy / 1", *arguments), "fractions")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    outcome = invoke("schema")
    assert (outcome.code, outcome.err) == (0, "")
    schema = json.loads(outcome.out)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "reirrad-case/1"
    return Draft202012Validator(schema)


def document_of(path: Path) -> Document:
    return json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_schema_accepts_the_examples(path: Path, validator: Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(document_of(path))] == []


def test_schema_accepts_the_template(validator: Draft202012Validator) -> None:
    document = tomllib.loads(invoke("new").out)
    assert [error.message for error in validator.iter_errors(document)] == []


def _set(key: str, value: object) -> Callable[[Document], None]:
    return lambda document: document["course"][0].update({key: value})


WRONG: dict[str, Callable[[Document], None]] = {
    "no case_id": lambda document: document.pop("case_id"),
    "number as case_id": lambda document: document.update(case_id=12345),
    "unknown key": lambda document: document.update(patient="x"),
    "another schema": lambda document: document.update(schema="reirrad-case/2"),
    "no structures": lambda document: document.update(structures=[]),
    "unknown history": lambda document: document.update(prior_radiotherapy="some"),
    "unknown modality": _set("modality", "xray"),
    "no fractions a day": _set("fractions_per_day", 0),
    "half a fraction": _set("fractions_delivered", 20.5),
    "text as dose": _set("dose", {"SpinalCord_Lum": {"Max[Gy]": "50"}}),
    "negative dose": _set("dose", {"SpinalCord_Lum": {"Max[Gy]": -50}}),
    "range of one": _set("dose", {"SpinalCord_Lum": {"Max[Gy]": [50]}}),
    "unknown basis": _set("dose", {"SpinalCord_Lum": {"Max[Gy]": 50, "basis": "guess"}}),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG.keys())
def test_schema_refuses_what_check_refuses(spoil: Callable[[Document], Any], validator: Draft202012Validator) -> None:
    document = copy.deepcopy(document_of(CASES / "hpc_lumbar_2024.toml"))
    spoil(document)
    assert not validator.is_valid(document)
    assert_refused(invoke("check", "-", stdin=json.dumps(document).encode()))


def test_template_passes_check(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    assert process("new", "--output", path).code == 0
    outcome = invoke("check", path)
    assert outcome.code == 0
    assert "Verdict: met" in outcome.out
    assert path.read_text(encoding="utf-8") == invoke("new").out
    assert_refused(invoke("new", "--output", path), "the output exists already")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("chek",), "No such command 'chek'"),
        (("check",), "Missing argument 'CASE...'"),
        (("check", "--frmat", "json", "-"), "No such option '--frmat'"),
        (("check", "--format", "yaml", "-"), "Invalid value for '--format'"),
        (("check", "--output"), "requires an argument"),
        (
            ("schema", "more"),
            "'more' is not one of 'case', 'report', 'reports', 'budget', 'when', 'sensitivity', 'audit', 'explain'",
        ),
        (("--strict",), "No such option '--strict'"),
        ((), "Usage: reirrad"),
    ],
)
def test_what_is_no_command(arguments: tuple[str, ...], message: str) -> None:
    assert_refused(invoke(*arguments), message)


def test_unknown_command_of_the_process() -> None:
    assert_refused(process("chek"), "No such command 'chek'")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("check", "--help"), ("bed", "-h"), ("new", "-h"), ("schema", "-h")]
)
def test_help(arguments: tuple[str, ...]) -> None:
    outcome = invoke(*arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Usage: ")


def test_version() -> None:
    outcome = invoke("--version")
    assert (outcome.code, outcome.out) == (0, "reirrad, version 0.1.0\n")
