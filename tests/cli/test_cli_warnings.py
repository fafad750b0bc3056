"""What warns stands in the report and on standard error: whoever keeps the report in a file sees it all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.case_files import MET, changed, write
from cli.runner import HPC, invoke, process

PRESCRIBED = (
    "reirrad: warning: prescriptions stand for organ doses: hot spots and dose fall-off are not in the values\n"
)
FORMS: list[list[str]] = [[], ["--quiet"], ["--format", "json"]]


@pytest.mark.parametrize("options", FORMS)
def test_what_warns_is_written_beside_the_result(options: list[str]) -> None:
    outcome = invoke("check", *options, HPC)
    assert (outcome.code, outcome.err) == (1, PRESCRIBED)
    assert "warning:" not in outcome.out


def test_a_process_of_its_own(tmp_path: Path) -> None:
    ended = process("check", "--output", tmp_path / "report.txt", HPC)
    assert (ended.code, ended.out, ended.err) == (1, "", PRESCRIBED)


def test_a_page_and_its_warnings(tmp_path: Path) -> None:
    ended = invoke("check", "--format", "html", "--output", tmp_path / "page.html", HPC)
    assert (ended.code, ended.out, ended.err) == (1, "", PRESCRIBED)


def test_nothing_warns_where_all_is_stated() -> None:
    assert invoke("check", "-", stdin=MET.encode()).err == ""


def test_of_several_cases_each_warning_has_its_case(tmp_path: Path) -> None:
    met = write(tmp_path, "met.toml", MET)
    assert invoke("check", met, HPC).err == PRESCRIBED.replace("warning: ", "warning: HPC-lumbar-2024: ")


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        # D01, D05, D18, D22, H08, O04, T04
        (
            [("= 20.0", "= 45.0")],
            'course "second": Max[Gy] of SpinalCord is 2.2 times the scheduled dose; check the unit',
        ),
        (
            [('"20 Gy / 10"', '"40 Gy / 1"'), ("= 20.0", "= 39.0")],
            "second: 39 Gy per fraction is beyond any usual practice",
        ),
        ([('"20 Gy / 10"', '"24 Gy / 3"'), ("= 20.0", "= 24.0")], "8 Gy per fraction is above 6 Gy, where the"),
        ([('basis = "plan"', 'basis = "plan"\n"gEUD8[Gy]" = 9')], "metric not known, not used: SpinalCord: gEUD8[Gy]"),
        ([('"Max[Gy]" = 40.0', '"Max[Gy]" = 0')], 'course "first": Max[Gy] of SpinalCord is stated as 0'),
        ([('["SpinalCord"]', '["SpinalCord", "Skin"]')], "structure Skin: no constraint that "),
        ([('["SpinalCord"]', '["SpinalCord", "Sp Cord"]')], 'structure "Sp Cord" is not known: nothing that needs it'),
        (
            [('"2022-01-06"', '"2020-08-06"'), ('"2022-01-19"', '"2020-08-19"')],
            "the interval is within days of the limit",
        ),
        ([('end = "2020-02-07"\n', "")], 'courses "first", "second": taken as given on different days'),
        (
            # O12: the whole line is in the report, too
            [('"20 Gy / 10"', '"20 Gy / 2"')],
            'course "second": 10 Gy per fraction, and technique is conventional: limits for stereotactic courses do '
            "not apply to it; check the word",
        ),
        ([('"complete"\nprior_courses = 1', '"partial"')], "history: partial, earlier courses may be missing"),
    ],
)
def test_each_kind_of_warning(changes: list[tuple[str, str]], warning: str) -> None:
    outcome = invoke("check", "--format", "json", "-", stdin=changed(*changes).encode())
    lines = outcome.err.splitlines()
    assert len(lines) == len(set(lines))
    assert any(line.startswith(f"reirrad: warning: {warning}") or warning in line for line in lines), outcome.err


def test_what_was_chosen_does_not_warn() -> None:
    options = ("--strict", "--edition", "nieder-2006", "--require-organs", "--as-of", "2026-01-01")
    assert invoke("check", *options, "-", stdin=MET.encode()).err == ""


def test_nameless_reports_have_nameless_warnings(tmp_path: Path) -> None:
    text = changed(("= 20.0", "= 45.0"), ('"second"', '"Mrs Smith"'), ('"case A"', '"Mrs Smith 1950"'))
    ended = invoke("check", "--deidentify", "-", stdin=text.encode())
    assert "times the scheduled dose" in ended.err
    assert "Smith" not in ended.out + ended.err


def test_a_screen_shows_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reirrad.cli.check.goes_to_terminal", lambda _output=None: True)
    assert invoke("check", HPC).err == ""
    assert invoke("check", "--quiet", HPC).err == PRESCRIBED


def test_what_is_refused_comes_first(tmp_path: Path) -> None:
    broken = write(tmp_path, "broken.toml", "x = ")
    ended = invoke("check", broken, HPC)
    assert ended.code == 2
    assert ended.err.index("broken.toml") < ended.err.index("warning: HPC-lumbar-2024: ")


def test_cases_of_one_id_are_told_apart_by_their_files(tmp_path: Path) -> None:
    """Copies of a case for two plans have one id, and one of them may be violated."""
    first, second = write(tmp_path, "plan-a.toml", MET), write(tmp_path, "plan-b.toml", MET)
    for form in ("text", "json"):
        outcome = process("check", "--format", form, first, second)
        told = [line for line in outcome.err.splitlines() if "reports have the case_id" in line]
        assert told == [f"reirrad: warning: 2 reports have the case_id case A, in the order of {first}, {second}"]
        nameless = process("check", "--format", form, "--deidentify", first, second)
        assert "plan-a" not in nameless.err + nameless.out
    assert "reports have the case_id" not in process("check", first).err
