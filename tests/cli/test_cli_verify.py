"""reirrad verify: a part of a report, or one that was changed, is not taken for the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import MET, OPEN, VIOLATED, changed, four_cases, write
from cli.runner import HPC, assert_refused, invoke, process
from golden.golden_cases import EXPECTED
from reirrad.cli.verify import whole_report
from reirrad.errors import InputError

CUT = "the last line is not the digest of a whole report"
CHANGED = "its last line is the digest of something else"
Spoil = Callable[[dict[str, Any]], object]


def checked(*options: str, text: str = MET) -> bytes:
    return invoke("check", *options, "-", stdin=text.encode()).out.encode()


def is_refused(content: bytes) -> bool:
    try:
        whole_report(content, "report")
    except InputError:
        return True
    return False


def test_text_ends_with_its_counts_and_its_digest(tmp_path: Path) -> None:
    # S02: the digest is that of all bytes before the last line, as sha256sum prints it
    report = json.loads(checked("--format", "json"))
    lines = checked().decode().splitlines(keepends=True)
    counts = report["counts"]
    assert lines[-3:-1] == [
        "\n",
        f"End of 1 report: VIOLATED {counts['violated']}, NOT EVALUATED {counts['not_evaluated']}, "
        f"met {counts['met']}, not applicable {counts['not_applicable']}\n",
    ]
    assert lines[-1] == f"sha256 {hashlib.sha256(''.join(lines[:-1]).encode()).hexdigest()}\n"
    assert max(map(len, lines)) <= 81
    path = tmp_path / "report.txt"
    assert invoke("check", "--output", path, HPC).code == 1
    outcome = process("verify", path)
    # the counts of the worked example
    told = "End of 1 report: VIOLATED 6, NOT EVALUATED 0, met 1, not applicable 11"
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{path}: whole, text. {told}\n", "")


def test_every_cut_of_a_text_report_is_refused() -> None:
    # S02: at the end, at the start, and a line or a piece within
    content = checked()
    assert whole_report(content, "report").startswith("text. End of 1 report: ")
    assert all(is_refused(content[:end]) for end in range(len(content)))
    assert all(is_refused(content[start:]) for start in range(1, len(content)))
    lines = content.splitlines(keepends=True)
    assert all(is_refused(b"".join(lines[:at] + lines[at + 1 :])) for at in range(len(lines)))
    assert is_refused(content + b"\n")
    assert is_refused(content + content)


def test_every_changed_byte_of_a_text_report_is_refused() -> None:
    content = bytearray(checked())
    for place in range(len(content)):
        for bit in (1, 0x20):
            content[place] ^= bit
            assert is_refused(bytes(content)), place
            content[place] ^= bit
    assert not is_refused(bytes(content))
    assert is_refused(bytes(content).replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("options", [(), ("--deidentify",), ("--strict", "--profile", "all")])
@pytest.mark.parametrize("text", [MET, VIOLATED, OPEN, changed(('"case A"', '"患者 Müller ≤ β"'))])
def test_whatever_is_said_can_be_verified(text: str, options: tuple[str, ...]) -> None:
    for form in ("text", "json"):
        whole_report(checked("--format", form, *options, text=text), "report")


def test_golden_reports_are_whole() -> None:
    paths = sorted(EXPECTED.iterdir())
    assert len(paths) > 8
    outcome = invoke("verify", *paths)
    assert (outcome.code, outcome.err, outcome.out.count(": whole, ")) == (0, "", len(paths))


def test_several_reports_have_one_end(tmp_path: Path) -> None:
    paths = four_cases(tmp_path)
    output = tmp_path / "report.txt"
    assert invoke("check", "--output", output, paths[0], paths[1]).code == 1
    content = output.read_bytes()
    assert content.count(b"\nsha256 ") == 1
    assert b"\nEnd of 2 reports: " in content
    assert invoke("verify", output).code == 0
    # the first of them alone, cut where the second begins
    assert is_refused(content[: content.index(b"=====")])
    assert invoke("check", "--output", output, "--overwrite", paths[0], paths[2]).code == 2
    assert "End of 1 report, 1 case not judged: " in invoke("verify", output).out
    assert invoke("check", "--output", output, "--overwrite", "--format", "json", paths[0], paths[2]).code == 2
    assert "JSON. End of 1 report, 1 case not judged: " in invoke("verify", output).out
    # of many cases the end takes several lines
    assert invoke("check", "--output", output, "--overwrite", *[paths[1]] * 10, paths[2]).code == 2
    assert "End of 10 reports, 1 case not judged: VIOLATED " in invoke("verify", output).out
    assert max(map(len, output.read_text(encoding="utf-8").splitlines())) <= 80


def test_page_ends_with_a_digest(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    path = tmp_path / "report.html"
    assert invoke("check", "--format", "html", "--output", path, HPC).code == 1
    outcome = invoke("verify", path)
    assert (outcome.code, outcome.out) == (0, f"{path}: whole, HTML\n")
    content = path.read_bytes()
    for end in (0, 1, len(content) // 2, len(content) - 100, len(content) - 1):
        path.write_bytes(content[:end])
        assert_refused(invoke("verify", path), f"{path}: 1 problem")
    for place in range(0, len(content), 997):
        assert is_refused(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def test_every_cut_of_json_is_refused() -> None:
    content = checked("--format", "json")
    assert content.endswith(b"}\n")
    # without the line end all is there
    assert not is_refused(content[:-1])
    assert all(is_refused(content[:end]) for end in range(0, len(content) - 1, 101))
    assert is_refused(content[: len(content) - 2])


SPOILS: dict[str, tuple[Spoil, str]] = {
    "count": (lambda raw: raw["counts"].update(met=99), "counts.met: the count is not that of the findings"),
    "finding left out": (lambda raw: raw["findings"].pop(), "the count is not that of the findings"),
    "status": (lambda raw: first(raw, "met").update(status="violated"), "the verdict is not that of the findings"),
    "verdict": (lambda raw: raw.update(verdict="violated"), "verdict: the verdict is not that of the findings"),
    "unjudged": (lambda raw: raw.update(unmapped_structures=["Cord"]), "verdict: the verdict is not that"),
    "without a rule": (
        lambda raw: raw.update(structures_without_rule=["Cord"]),
        "exceeded; 1 structure without a rule that decides",
    ),
    "without a rule that there must be": (
        lambda raw: raw.update(structures_without_rule=["Cord"], notes=["option: require organs, and what that is"]),
        "the findings, which is not_evaluated",
    ),
    "limit": (lambda raw: raw["findings"][0].update(limit=1e3), "the margin is not what lies between value and limit"),
    "margin": (lambda raw: first(raw, "met").update(margin=50.0), "value and limit, which is "),
    "not proved": (lambda raw: first(raw, "met").update(value_high=1e9, value_low=1e9), "its numbers do not say so"),
    "key left out": (lambda raw: raw.pop("notes"), "notes: "),
    "key too many": (lambda raw: raw.update(more=1), "it has keys that no report has"),
    "key too many within": (lambda raw: raw["findings"][0].update(more=1), "it has keys that no report has"),
    "text for a number": (lambda raw: raw["counts"].update(met=str(raw["counts"]["met"])), "counts.met: "),
    "another schema": (lambda raw: raw.update(schema="reirrad-budget/1"), "schema: this is no report of check"),
}


def first(raw: dict[str, Any], status: str) -> dict[str, Any]:
    return next(item for item in raw["findings"] if item["status"] == status and not item["advisory"])


@pytest.mark.parametrize("name", SPOILS)
def test_json_that_contradicts_itself_is_refused(name: str, tmp_path: Path) -> None:
    spoil, message = SPOILS[name]
    raw = json.loads(checked("--format", "json"))
    spoil(raw)
    path = write(tmp_path, "report.json", json.dumps(raw))
    assert_refused(invoke("verify", path), f"{path}: ", message)
    several = {"schema": "reirrad-reports/1", "reports": [raw]}
    assert is_refused(json.dumps(several).encode())


def test_json_in_another_layout_is_whole() -> None:
    raw = json.loads(checked("--format", "json"))
    assert not is_refused(json.dumps(raw).encode())
    assert not is_refused(json.dumps({"schema": "reirrad-reports/1", "reports": [raw, raw]}).encode())
    twice = json.dumps(raw).replace('"verdict": "met"', '"verdict": "violated", "verdict": "met"', 1)
    assert is_refused(twice.encode())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this is no report of check; allowed: text, HTML or JSON as check writes it"),
        (b"\xff\xfe\x00", "this is no report of check"),
        (b"[]", "this is no report of check"),
        (b'{"schema": 1}', "schema: this is no report of check; given: 1"),
        (b"{" * 3000, "nested too deeply"),
        (b"Case A\nVerdict: met\n", CUT),
        (b"Case A\nsha256 " + b"0" * 64 + b"\n", CHANGED),
        (b"Case A\nsha256 " + hashlib.sha256(b"Case A\n").hexdigest().encode() + b"\n", "does not say what ends here"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "report"
    path.write_bytes(content)
    assert_refused(process("verify", path), f"{path}: 1 problem", message)


def test_quiet_answer_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    assert invoke("check", "--quiet", "--output", path, HPC).code == 1
    assert_refused(invoke("verify", path), CUT, "it was cut, or is a --quiet answer", "with --output")


def test_of_several_files_each_is_told(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(checked())
    bad.write_bytes(checked()[:-200])
    outcome = invoke("verify", good, bad, tmp_path / "none.txt", tmp_path)
    assert outcome.code == 2
    assert outcome.out.startswith(f"{good}: whole, text. ")
    assert outcome.out.count("\n") == 1
    for message in (f"{bad}: 1 problem\n  {CUT}", "none.txt: 1 problem\n  cannot be read", "this is no file"):
        assert message in outcome.err


def test_standard_input_is_read() -> None:
    outcome = process("verify", "-", stdin=checked())
    assert (outcome.code, outcome.out[:29]) == (0, "standard input: whole, text. ")
    assert_refused(process("verify", "-", stdin=checked()[1:]), "standard input: 1 problem")
    assert process("verify").code == 2


def test_a_table_has_no_end_and_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "findings.csv"
    assert invoke("check", "--format", "csv", "--output", path, HPC).code == 1
    told = "this is CSV, which has no end by which a part that is missing is noticed; keep text or HTML beside it"
    assert_refused(invoke("verify", path), told)


def test_what_ends_like_a_report_is_none() -> None:
    """A page with another title, and bytes that are no text, with the digest of what stands before."""
    for before, told in (
        (b"<!doctype html>\n", "this is no report of check: it has another title"),
        (b"Case x\n\nEnd of \xff 1\n", "this is no report of check: it does not say what ends here"),
    ):
        digest = hashlib.sha256(before).hexdigest()
        is_page = before.startswith(b"<")
        last = f"<!-- sha256 {digest} -->\n" if is_page else f"sha256 {digest}\n"
        with pytest.raises(InputError, match=told):
            whole_report(before + last.encode(), "report")
