"""reirrad sensitivity: exit codes of check, text and JSON by its schema, options that are repeated, and refusals."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cli.case_files import BAD, MET, OPEN, VIOLATED, as_json, changed, four_cases, write
from cli.runner import assert_refused, invoke, process
from golden.golden_cases import GOLDEN, PUBLISHED
from reirrad import parse_case, sensitivity
from reirrad.report.plain import plain_text
from reirrad.report.sensitivity_text import sensitivity_blocks

FILES = sorted({*GOLDEN.values(), *PUBLISHED.glob("*.toml")})
WIDTH = 100
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
KEYS = [
    *(
        "schema",
        "case_id",
        "verdict",
        "rows",
        "counts",
        "unmapped_structures",
        "notes",
        "editions",
        "input",
        "reirrad_version",
    )
]
ROW_KEYS = [
    *("structure", "constraint_id", "edition", "advisory", "status", "reason", "label", "alpha_beta_gy", "alpha_beta"),
    *("dates", "dose", "recovery", "source", "locator"),
]

#: 30 Gy / 10 and 22 Gy / 10 at an interval of 22 months.
FLIPS = changed(
    ('"40 Gy / 20"', '"30 Gy / 10"'), ("= 40.0", "= 30.0"), ("= 20.0", "= 22.0"), ('"20 Gy / 10"', '"22 Gy / 10"')
)


def document(*arguments: str | Path, stdin: str = "") -> tuple[int, dict[str, Any]]:
    outcome = invoke("sensitivity", "--format", "json", *arguments, stdin=stdin.encode())
    assert outcome.err == ""
    return outcome.code, json.loads(outcome.out)


@cache
def schema() -> Draft202012Validator:
    found = json.loads(invoke("schema", "sensitivity").out)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def test_schema_has_the_name_of_the_output() -> None:
    assert schema().schema["$id"] == document("-", "--edition", "nieder-2006", stdin=MET)[1]["schema"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_codes_are_those_of_check_and_json_keeps_to_its_schema(path: Path) -> None:
    code, found = document(path)
    checked = invoke("check", "--format", "json", path)
    assert code == checked.code
    schema().validate(found)
    assert list(found) == KEYS
    assert all(list(row) == ROW_KEYS for row in found["rows"])
    report = json.loads(checked.out)
    # the same findings of the same case, by the same rules
    assert (found["case_id"], found["input"]) == (report["case_id"], report["input"])
    assert found["editions"] == report["editions"]
    applies = [item for item in report["findings"] if item["status"] != "not_applicable"]
    assert [(row["constraint_id"], row["structure"], row["status"]) for row in found["rows"]] == [
        (item["constraint_id"], item["structure"], item["status"]) for item in applies
    ]
    labels = [row["label"] or "not_evaluated" for row in found["rows"] if not row["advisory"]]
    assert found["counts"] == {word: labels.count(word) for word in ("robust", "fragile", "not_evaluated")}


@pytest.mark.parametrize(
    ("path", "options"),
    [(path, ()) for path in FILES] + [(path, ("--strict", "--profile", "all")) for path in FILES[::3]],
    ids=lambda item: item.stem if isinstance(item, Path) else " ".join(item),
)
def test_text_fits_a_terminal_and_has_every_finding(path: Path, options: tuple[str, ...]) -> None:
    outcome = invoke("sensitivity", *options, path)
    assert (outcome.code, outcome.err) == (invoke("check", *options, path).code, "")
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert CONTROLS.search(outcome.out) is None
    code, found = document(*options, path)
    assert code == outcome.code
    # each finding begins a line of its own below its structure; notes come last
    told = lines[: lines.index("Notes")]
    named = [line.split(":")[0].removesuffix(" (advisory)") for line in told if re.match(r"  \S", line)]
    ranked = sorted(found["rows"], key=lambda row: row["structure"])
    assert [name.strip() for name in named] == [row["constraint_id"] for row in ranked]
    text = " ".join(outcome.out.split())
    assert all(f"- {note}" in text for note in found["notes"])
    for row in found["rows"]:
        for item in row["alpha_beta"]:
            if item["flips_at_gy"] is not None:
                word = {"violated": "VIOLATED", "not_evaluated": "not evaluated"}.get(item["flips_to"], "met")
                assert f"it flips to {word} at {item['flips_at_gy']:g}" in text


@pytest.mark.parametrize("code", [0, 1, 3])
def test_exit_codes_of_known_cases(code: int, tmp_path: Path) -> None:
    path = four_cases(tmp_path)[code]
    assert invoke("sensitivity", path).code == code
    assert document(path)[0] == code


def test_structures_that_are_not_known_are_no_answer() -> None:
    text = MET.replace('["SpinalCord"]', '["SpinalCord", "Sp Cord new2"]')
    code, found = document("-", "--edition", "nieder-2006", stdin=text)
    assert (code, found["unmapped_structures"]) == (3, ["Sp Cord new2"])
    assert 'structure "Sp Cord new2" is not known' in invoke("sensitivity", "-", stdin=text.encode()).out


def test_nothing_that_applies_is_no_answer() -> None:
    code, found = document("-", "--edition", "tg101-2010", stdin=MET)
    assert (code, found["rows"]) == (3, [])
    outcome = invoke("sensitivity", "-", "--edition", "tg101-2010", stdin=MET.encode())
    assert (outcome.code, "no constraint that is judged applies" in outcome.out) == (3, True)


def test_flips_are_in_the_text() -> None:
    # of 32 and 22 Gy 54 f + 75.4 f^2 = 135.5, of 32 alone 32 f + 51.2 f^2 = 98; in 2 Gy fractions 135.5 Gy2 are 67.75:
    # (54 a + 150.8) / (a + 2) is above it below a = 1.113
    text = FLIPS.replace('"30 Gy / 10"', '"32 Gy / 10"').replace("= 30.0", "= 32.0")
    outcome = process("sensitivity", "--edition", "nieder-2006", "-", stdin=text.encode())
    assert (outcome.code, outcome.err) == (0, "")
    text = " ".join(outcome.out.split())
    assert "How sure the findings are: 2 robust, 1 fragile, 0 not evaluated" in text
    assert "nieder-2006.cumulative: met, FRAGILE" in text
    assert "nieder-2006.interval: met, robust" in text
    for flip in ("it flips at +2.95 %", "it flips at +10.59 %", "from 2 Gy it flips to VIOLATED at 1.11"):
        assert flip in text
    # 83.2 Gy2 are earlier, and of those a half is left after 22 months; beside 135.5 that would be met twice over
    assert "other recovery, the sum alone (Gy BED): abusaris 87.8;" in text
    assert "would be" not in text


def test_a_date_that_is_a_range_is_in_the_text() -> None:
    text = changed(('start = "2022-01-06"', 'start = "2020-07-20/2020-09-20"'))
    outcome = invoke("sensitivity", "--edition", "nieder-2006", "-", stdin=text.encode())
    assert outcome.code == 3
    text = " ".join(outcome.out.split())
    assert "dates: VIOLATED with the shortest intervals, met with the longest; it flips at 6 months" in text
    assert "dates: still met on every date that is stated" in text


@pytest.mark.parametrize(
    ("options", "note"),
    [
        (("--strict",), "option: strict, sums of near-maxima other than Max prove nothing by themselves"),
        (("--profile", "distribution"), "option: judged by profile distribution"),
        (("--edition", "nieder-2006"), "option: judged by 1 of 32 editions (nieder-2006)"),
        (("--edition", "woolley-2018", "--risk", "5"), "option: model at a risk of 5 %, chosen instead of that of"),
    ],
)
def test_options_are_repeated(options: tuple[str, ...], note: str) -> None:
    # S11
    _, found = document(*options, "-", stdin=MET)
    assert any(line.startswith(note) for line in found["notes"])
    out = " ".join(invoke("sensitivity", *options, "-", stdin=MET.encode()).out.split())
    assert note in out


def test_histories_and_point_maxima_are_repeated() -> None:
    text = OPEN.replace("Max[Gy]", "D0.03cc[Gy]").replace("structures =", 'point_maximum = "D0.03cc[Gy]"\nstructures =')
    _, found = document("-", stdin=text)
    assert "history: unknown, earlier courses may be missing" in found["notes"]
    assert any("D0.03cc[Gy] is taken as the point maximum" in line for line in found["notes"])


def test_the_same_twice() -> None:
    first, second = (process("sensitivity", "--format", "json", "-", stdin=VIOLATED.encode()) for _ in range(2))
    assert first == second
    assert first.code == 1
    as_toml, from_json = (document("-", stdin=text)[1] for text in (VIOLATED, as_json(VIOLATED).decode()))
    assert as_toml == from_json


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.toml",), "none.toml"),
        ((), "Missing argument 'CASE'"),
        (("-", "--edition", "none"), "there is no such edition"),
        (("-", "--profile", "none"), "there is no such profile"),
        (("-", "--format", "yaml"), "'yaml' is not one of"),
        (("-", "--risk", "0"), "risk"),
    ],
)
def test_refusals(arguments: tuple[str, ...], message: str) -> None:
    assert_refused(invoke("sensitivity", *arguments, stdin=MET.encode()), message)


def test_bad_files_are_refused_with_the_place(tmp_path: Path) -> None:
    assert_refused(process("sensitivity", write(tmp_path, "bad.toml", BAD)), "bad.toml", "course[1].schedule", "40/20")
    assert_refused(invoke("sensitivity", write(tmp_path, "no.toml", "a = 1\nb 2\n")), "no.toml", "line 2")
    both = changed(('"40 Gy / 20"', '"40/20"'), ('modality = "photon"', 'modality = "x-rays"'))
    assert_refused(invoke("sensitivity", "-", stdin=both.encode()), "course[1].schedule", "course[1].modality")


def test_output_file(tmp_path: Path) -> None:
    path, arguments = tmp_path / "sensitivity.json", ("--format", "json", "--edition", "nieder-2006", "-")
    outcome = invoke("sensitivity", *arguments, "--output", path, stdin=VIOLATED.encode())
    assert (outcome.code, outcome.out) == (1, "")
    assert json.loads(path.read_text(encoding="utf-8")) == document("-", "--edition", "nieder-2006", stdin=VIOLATED)[1]
    before = path.read_bytes()
    again = ("sensitivity", *arguments, "--output", path)
    assert_refused(invoke(*again, stdin=MET.encode()), "the output exists already")
    assert path.read_bytes() == before
    assert invoke(*again, "--overwrite", stdin=MET.encode()).code == 0
    assert path.read_bytes() != before
    # what cannot be read leaves what was there before
    before = path.read_bytes()
    assert_refused(invoke(*again, "--overwrite", stdin=BAD.encode()), "course[1].schedule")
    assert path.read_bytes() == before


@pytest.mark.parametrize("hidden", ["\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "\u202e", "\x00", "x\ny: met"])
def test_control_characters_do_not_reach_the_terminal(hidden: str) -> None:
    # X18: a file with them is refused
    document_of_case = json.loads(as_json(MET)) | {"case_id": f"x{hidden}y"}
    outcome = invoke("sensitivity", "-", stdin=json.dumps(document_of_case).encode())
    assert_refused(outcome)
    assert CONTROLS.search(outcome.err) is None
    # and where a program makes such an answer, they are shown and not sent
    answer = sensitivity(parse_case(json.loads(as_json(MET))))
    text = plain_text(sensitivity_blocks(replace(answer, case_id=f"x{hidden}y")))
    assert CONTROLS.search(text) is None
    assert text.splitlines()[0] == f"Case x{repr(hidden)[1:-1]}y"


def test_help_says_that_codes_are_those_of_check() -> None:
    outcome = invoke("sensitivity", "--help")
    assert outcome.code == 0
    assert "Exit codes are those of check" in outcome.out
    assert "sensitivity" in invoke("--help").out
