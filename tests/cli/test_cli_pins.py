"""--rules-sha256: rule files of others are those that were agreed on, or nothing is judged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cli.case_files import MET, write
from cli.runner import Outcome, assert_refused, invoke, process
from library.good_edition import GOOD
from reirrad import load_library
from reirrad.errors import LibraryError

OTHER = GOOD.replace("own-2020", "own-2021")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check(folder: Path, *digests: str, name: str = "check") -> Outcome:
    options = [part for digest in digests for part in ("--rules-sha256", digest)]
    return invoke(name, "--format", "json", "--library", folder, *options, "-", stdin=MET.encode())


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, "own.toml", GOOD)
    return folder


def test_file_with_the_digest_is_used(rules: Path) -> None:
    # X15: the digest is the one that the report prints of the edition, and that sha256sum prints of the file
    digest = sha256(GOOD)
    outcome = check(rules, digest)
    assert outcome.code == 0
    assert json.loads(outcome.out)["editions"][-1] == {"id": "own-2020", "digest": f"sha256:{digest}", "origin": "user",
                                                         "population": "none"}  # fmt: skip
    assert outcome.out == check(rules).out
    for same in (f"sha256:{digest}", digest.upper(), f" {digest} "):
        assert check(rules, same).out == outcome.out


def test_changed_file_is_refused_with_both_digests(rules: Path, tmp_path: Path) -> None:
    # X15: one digit of a limit
    changed = GOOD.replace("limit = [60, 70]", "limit = [60, 80]")
    assert changed != GOOD
    write(rules, "own.toml", changed)
    outcome = process(
        "check", "--library", rules, "--rules-sha256", sha256(GOOD), "-o", tmp_path / "report", "-", stdin=MET.encode()
    )
    assert_refused(
        outcome,
        f"{rules / 'own.toml'}: 1 problem",
        "the file is none of those whose SHA-256 is stated",
        f"given: sha256:{sha256(changed)}",
        f"allowed: sha256:{sha256(GOOD)}",
        "bring back the file that was agreed on, or read what changed and state its SHA-256",
    )
    assert not (tmp_path / "report").exists()


def test_every_file_must_match(rules: Path) -> None:
    write(rules, "more.toml", OTHER)
    assert_refused(
        check(rules, sha256(GOOD)), "more.toml: 1 problem", f"given: sha256:{sha256(OTHER)}", f"sha256:{sha256(GOOD)}"
    )
    both = f"allowed: sha256:{sha256(GOOD)} or sha256:{sha256(OTHER)}"
    outcome = check(rules, sha256(OTHER), sha256(GOOD))
    assert outcome.code == 0
    assert [item["id"] for item in json.loads(outcome.out)["editions"]][-2:] == ["own-2021", "own-2020"]
    write(rules, "own.toml", GOOD + "\n")
    assert_refused(check(rules, sha256(GOOD), sha256(OTHER)), f"given: sha256:{sha256(GOOD + chr(10))}", both)


def test_nothing_of_another_file_is_read(rules: Path) -> None:
    write(rules, "own.toml", "this is not TOML")
    outcome = check(rules, sha256(GOOD))
    assert_refused(outcome, "none of those whose SHA-256 is stated")
    assert "TOML:" not in outcome.err


def test_file_that_is_not_there_is_missed(rules: Path) -> None:
    # its limits would be left out in silence
    assert_refused(
        check(rules, sha256(GOOD), sha256(OTHER)),
        f"rules_sha256: no rule file has this SHA-256; given: sha256:{sha256(OTHER)}",
        "add its folder with --library, or leave the digest out",
    )
    alone = invoke("check", "--rules-sha256", sha256(GOOD), "-", stdin=MET.encode())
    assert_refused(alone, "no rule file has this SHA-256")


@pytest.mark.parametrize("text", ["", "sha256:", "12ab", sha256("x")[:63], sha256("x") + "0", f"md5:{sha256('x')}"])
def test_what_is_no_digest_is_refused(rules: Path, text: str) -> None:
    assert_refused(check(rules, text), "rules_sha256: this is no SHA-256", "allowed: 64 hexadecimal digits")


@pytest.mark.parametrize("name", ["budget", "sensitivity"])
def test_planning_commands_demand_it_too(rules: Path, name: str) -> None:
    assert check(rules, sha256(GOOD), name=name).code in (0, 1, 3)
    assert_refused(check(rules, sha256(OTHER), name=name), "none of those whose SHA-256 is stated")


def test_explain_rules_and_plot_demand_it_too(rules: Path, tmp_path: Path) -> None:
    options = ("--library", str(rules), "--rules-sha256", sha256(OTHER))
    case = write(tmp_path, "case.toml", MET)
    for arguments in (
        ("explain", *options, case, "own-2020.sum"),
        ("rules", "list", *options),
        ("rules", "show", *options, "own-2020.sum"),
        ("plot", *options, "--kind", "findings", "-o", tmp_path / "a.svg", case),
    ):
        assert_refused(invoke(*arguments), "none of those whose SHA-256 is stated")


def test_audit_demands_it_and_names_it(rules: Path, tmp_path: Path) -> None:
    cohort = write(
        tmp_path,
        "cohort.csv",
        "patient_id,course_id,structure,metric,dose_gy,n_fractions,fractions_per_day,modality,start,end,"
        "prior_radiotherapy,prior_courses\n"
        "A,1,SpinalCord,Max[Gy],30,10,1,photon,2020-01-06,2020-01-17,complete,2\n"
        "A,2,SpinalCord,Max[Gy],20,10,1,photon,2022-03-07,2022-03-18,complete,2\n",
    )
    options = ("--library", rules, "--workers", "1", "--quiet")
    refused = invoke("audit", cohort, "--out", tmp_path / "out", *options, "--rules-sha256", sha256(OTHER))
    assert_refused(refused, "none of those whose SHA-256 is stated")
    assert not (tmp_path / "out").exists()
    assert invoke("audit", cohort, "--out", tmp_path / "out", *options, "--rules-sha256", sha256(GOOD)).code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["options"]["rules_sha256"] == [sha256(GOOD)]
    assert summary["editions"][-1]["digest"] == f"sha256:{sha256(GOOD)}"


def test_library_call_demands_it(rules: Path) -> None:
    assert load_library([rules], rules_sha256=[sha256(GOOD)]).editions[-1].digest == f"sha256:{sha256(GOOD)}"
    with pytest.raises(LibraryError, match="none of those whose SHA-256 is stated"):
        load_library([rules], rules_sha256=[sha256(OTHER)])
