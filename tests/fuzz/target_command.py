"""The command line: no traceback, no wrong exit code, and nothing on standard output of a command that could not run.

The first byte of an input chooses the command, the rest is what stands on standard input, or its text argument.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

from cli.case_files import MET, VIOLATED
from cli.runner import Outcome, invoke
from fuzz import target_case_json, target_case_toml, target_schedule
from fuzz.contract import check_output, text_of

_CASE = [
    ("check", "-", "--format", "json", "--edition", "rulach-2021"),
    ("check", "-", "--format", "json", "--edition", "nieder-2006", "--strict"),
    ("check", "-", "--format", "json", "--deidentify", "--edition", "rulach-2021"),
    ("check", "-", "--edition", "nieder-2005"),
    ("check", "-", "--format", "json", "--profile", "all", "--edition", "umich-2019"),
    ("budget", "-", "--edition", "rulach-2021"),
    ("explain", "-", "nieder-2006.cumulative"),
]
_TEXT = [("bed", "--alpha-beta", "2"), ("eqd2", "--alpha-beta", "10")]
MOST_BYTES = 2000
IMPORTS = tuple(f"reirrad.cli.{name}" for name in ("main", "check", "budget", "explain", "calculators"))


def seeds() -> list[bytes]:
    documents = [*target_case_toml.seeds()[:3], *target_case_json.seeds()[:2]]
    cases = [bytes([kind]) + document for kind in range(len(_CASE)) for document in documents[:2]]
    cases += [bytes([kind]) + text.encode() for kind in range(len(_CASE)) for text in (MET, VIOLATED)]
    texts = [bytes([len(_CASE) + kind]) + target_schedule.seeds()[kind] for kind in range(len(_TEXT))]
    return [*cases, *(bytes([0]) + document for document in documents[2:]), *texts]


def CHANGE(data: bytes, random: Random) -> bytes:  # noqa: N802 - a change, as the other targets have
    """Change the command now and then, else what it reads."""
    kind, content = data[:1] or b"\0", data[1:]
    if random.randrange(12) == 0:
        return bytes([random.randrange(len(_CASE) + len(_TEXT))]) + content
    if kind[0] % (len(_CASE) + len(_TEXT)) >= len(_CASE):
        return kind + target_schedule.CHANGE(content, random)
    is_json = content.lstrip().startswith(b"{")
    return kind + (target_case_json if is_json else target_case_toml).CHANGE(content, random)


def one_input(data: bytes) -> bool:
    """Whether the command ran."""
    if not data:
        return False
    kind, content = data[0] % (len(_CASE) + len(_TEXT)), data[1:]
    if kind < len(_CASE):
        arguments, stdin = _CASE[kind], content
    else:
        name, *options = _TEXT[kind - len(_CASE)]
        arguments, stdin = (name, *options, "--", text_of(content)), b""
    outcome = invoke(*arguments, stdin=stdin)
    check_output(outcome.out.replace("\t", " "))
    check_output(outcome.err)
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err, outcome.err
    assert outcome.code in (0, 1, 2, 3)
    if outcome.code == 2:
        assert outcome.out == ""
        assert outcome.err.strip()
        return False
    if arguments[0] == "check":
        _check_report(arguments, outcome)
    return True


def _check_report(arguments: tuple[str, ...], outcome: Outcome) -> None:
    if "json" in arguments:
        report = json.loads(outcome.out, parse_constant=_none)
        verdict = _verdict(report)
        assert report["verdict"] == verdict, (report["verdict"], verdict)
    else:
        words = {"met": "met", "VIOLATED": "violated", "NOT EVALUATED": "not_evaluated"}
        (line,) = [line for line in outcome.out.splitlines() if line.startswith("Verdict: ")]
        verdict = words[line.removeprefix("Verdict: ")]
    assert outcome.code == {"met": 0, "violated": 1, "not_evaluated": 3}[verdict], (outcome.code, verdict)


def _verdict(report: dict[str, Any]) -> str:
    """Return the verdict that the findings of a report add up to: law 1, in a few lines."""
    deciding = [finding for finding in report["findings"] if not finding["advisory"]]
    statuses = [finding["status"] for finding in deciding]
    assert {status: statuses.count(status) for status in report["counts"]} == report["counts"]
    for finding in deciding:
        if finding["status"] == "met":
            _check_met(finding)
    if "violated" in statuses:
        return "violated"
    return (
        "met"
        if "met" in statuses and "not_evaluated" not in statuses and not report["unmapped_structures"]
        else ("not_evaluated")
    )


def _check_met(finding: dict[str, Any]) -> None:
    """What is met is within its limit at its worst end, which is a number."""
    worst = finding["value_high"] if finding["comparison"] in ("at_most", "below") else finding["value_low"]
    assert isinstance(worst, int | float)
    assert finding["limit"] is not None
    assert finding["margin"] is not None
    assert finding["margin"] >= 0
    assert finding["reason"] is None


def _none(constant: str) -> None:
    raise AssertionError(f"the report has {constant} in it")
