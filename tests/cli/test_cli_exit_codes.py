"""Exit codes of check, by process for each code and in this process for their combinations."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from cli.case_files import four_cases
from cli.runner import HPC, assert_refused, invoke, process

VERDICTS = {0: "Verdict: met", 1: "Verdict: VIOLATED", 3: "Verdict: NOT EVALUATED"}


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_each_code_of_the_process(code: int, tmp_path: Path) -> None:
    outcome = process("check", four_cases(tmp_path)[code])
    if code == 2:
        assert_refused(outcome, "course[1].schedule: the dose has no unit")
        return
    assert outcome.code == code
    assert VERDICTS[code] in outcome.out
    assert outcome.messages == ""


def gravest(codes: tuple[int, ...]) -> int:
    return min(codes, key=[2, 1, 3, 0].index)


@pytest.mark.parametrize("codes", [*combinations((0, 1, 2, 3), 2), (3, 0, 1), (0, 1, 3, 2), (0, 0)])
def test_of_several_cases_the_gravest_decides(codes: tuple[int, ...], tmp_path: Path) -> None:
    files = four_cases(tmp_path)
    outcome = invoke("check", *(files[code] for code in codes))
    assert outcome.code == gravest(codes)
    for code in set(codes) - {2}:
        assert VERDICTS[code] in outcome.out


def test_case_that_cannot_be_read_is_listed_beside_the_others(tmp_path: Path) -> None:
    # H09: nothing is left out in silence
    files = four_cases(tmp_path)
    outcome = invoke("check", "--format", "json", files[0], files[2], files[1])
    document = json.loads(outcome.out)
    assert list(document) == ["schema", "reports", "errors"]
    assert document["schema"] == "reirrad-reports/1"
    assert [report["verdict"] for report in document["reports"]] == ["met", "violated"]
    assert [error["source"] for error in document["errors"]] == [str(files[2])]
    assert "the dose has no unit" in document["errors"][0]["problems"][0]
    assert "the dose has no unit" in outcome.err
    assert outcome.code == 2


def test_several_cases_keep_their_order(tmp_path: Path) -> None:
    files = four_cases(tmp_path)
    outcome = invoke("check", "--format", "json", files[3], files[1], files[0])
    document = json.loads(outcome.out)
    assert list(document) == ["schema", "reports"]
    assert [report["verdict"] for report in document["reports"]] == ["not_evaluated", "violated", "met"]


def test_one_of_several_is_judged_as_it_is_alone(tmp_path: Path) -> None:
    files = four_cases(tmp_path)
    together = json.loads(invoke("check", "--format", "json", files[3], files[1]).out)["reports"]
    alone = [json.loads(invoke("check", "--format", "json", files[code]).out) for code in (3, 1)]
    assert together == alone


def test_worked_example_by_process() -> None:
    outcome = process("check", HPC)
    assert outcome.code == 1
    assert "6 of 7 evaluated limits exceeded; 3 advisory limits exceeded, on prescription\n" in outcome.out
    assert outcome.messages == ""
