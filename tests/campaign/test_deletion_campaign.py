"""A small part of the deletion campaign, and that it would find what it looks for.

The whole of it is run apart: ``campaign.deletion`` (random cases and patients) and ``campaign.exhaustive`` (every loss
of the examples). docs/trust/deletion.md has the results.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from campaign.damage import lost
from campaign.deletion import Record, one_shard
from campaign.exhaustive import FILES, as_json, run_documents, run_tables
from campaign.judging import judge
from campaign.random_campaign import MODES, library_of, maker, run
from campaign.rules import Difference, compare, difference
from campaign.tables import Patient, improved, reason_accepted, run_columns
from campaign.tables import run_tables as run_random_tables
from cli.runner import invoke, process
from property.example_cases import MET, MET_STEREOTACTIC
from reirrad.engine.codes import Status
from reirrad.ingest import parse_case, parse_case_bytes
from reirrad.library import load_library

SEED = 20


@pytest.mark.parametrize("mode", sorted(set(MODES)))
def test_nothing_looks_better_for_what_is_lost(mode: str) -> None:
    tally = run(SEED, range(60), mode)
    assert tally.failures == []
    assert tally.refused_clean == []
    assert tally.counts["exit code to 2"] > 10
    assert tally.counts["exit code to 2"] < 60


def test_clean_cases_are_evaluated() -> None:
    """What is not evaluated of complete cases: within a printed range, or phases that no limit is printed for."""
    tally = run(SEED, range(60, 260), "default", counts_open=True)
    assert tally.counts["clean: findings that apply"] > 500
    explained = (": source_range", ": other_fractionation", ": distribution_needed")
    assert all(name.endswith(explained) for name in tally.open_findings)
    assert tally.counts["clean: findings not evaluated"] <= 0.01 * tally.counts["clean: findings that apply"]


def test_every_single_loss_of_the_examples() -> None:
    for form, checker in run_documents(pairs=False):
        assert checker.failures == [], (form, checker.name)
        assert checker.counts["losses"] > 20


def test_every_empty_cell_of_the_examples_as_tables() -> None:
    for name, counts, failures in run_tables():
        assert failures == [], name
        assert counts["losses"] > 50


def test_no_patient_looks_better_for_what_is_lost() -> None:
    assert run_random_tables(SEED, range(100), 100).failures == []
    columns = run_columns(SEED, range(12))
    assert columns.failures == []
    assert columns.counts["column dose_gy: refused"] == 1


@pytest.mark.parametrize("path", FILES[:2], ids=lambda path: path.stem)
def test_the_exit_code_is_that_of_the_command(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    case = tmp_path / "case.toml"
    library = load_library()
    for at in (0, len(text) // 2, len(text) - 1):
        case.write_text("".join(text[:at] + text[at + 1 :]), encoding="utf-8")
        outcome = process("check", case) if at == 0 else invoke("check", case)
        try:
            judged = judge([parse_case_bytes(case.read_bytes(), source="case")], library)
        except ValueError:
            assert outcome.code == 2
        else:
            assert outcome.code == judged.exit_code(0)


def test_what_improves_is_found() -> None:
    """Half of a dose, and months more between the courses: no loss, but it looks better."""
    worse = MET | {"course": [MET["course"][0], MET["course"][1] | {"dose": {"SpinalCord": {"Max[Gy]": 90}}}]}
    judged = judge([parse_case(worse), parse_case(MET)], load_library())
    outcome = compare(judged, 0, 1, Difference(), np.zeros(len(judged.keys), dtype=np.bool_))
    assert ("nieder-2006.cumulative", "SpinalCord", "met") in outcome.improved
    assert outcome.exit_code_improved


def test_a_structure_that_no_row_names_any_more_is_nobodys() -> None:
    """Only where the patient is violated all the same, and no row left names the structure."""
    rows = [{"structure": "ThecalSac"}, {"structure": "SpinalCord"}, {"structure": "ThecalSac"}]
    rows = [row | {"prior_radiotherapy": "complete"} for row in rows]
    before = Patient("violated", {("a", "ThecalSac"): "violated", ("b", "SpinalCord"): "violated"})
    after = Patient("violated", {("b", "SpinalCord"): "violated"})
    both = ["0:structure", "2:structure"]
    better = improved(before, after)
    assert better == ["a ThecalSac: violated to absent"]
    assert reason_accepted(rows, both, before, after, better) == "structure of nobody"
    assert reason_accepted(rows, ["structure"], before, after, better) == "structure of nobody"
    # a row still names it, the finding is there and met, or nothing is violated
    assert reason_accepted(rows, both[:1], before, after, better) is None
    assert reason_accepted(rows, both, before, after, ["a ThecalSac: violated to met"]) is None
    assert reason_accepted(rows, both, before, Patient("met", {}), better) is None


def test_without_what_is_proposed_the_findings_are_those_before_it() -> None:
    before, after = parse_case(MET_STEREOTACTIC), parse_case(lost(MET_STEREOTACTIC, [(("course", 1), "delete")]))
    different = difference(before, after)
    assert different.kinds == {"proposed"}
    judged = judge([before, after], load_library())
    assert np.array_equal(judged.without[0], judged.status[1])
    assert judged.verdict_without[0] == judged.verdict[1] == Status.NOT_EVALUATED


def test_a_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.deletion.SHARD", 20)
    path = tmp_path / "record.json"
    record = Record(path, SEED, 20)
    for shard in (0, 2):
        record.add(*one_shard((SEED, shard)))
    again = Record(path, SEED, 20)
    assert (again.content["shards"], again.content["cases"]) == ([0, 2], 40)
    with pytest.raises(SystemExit):
        Record(path, SEED + 1, 20)
    # a number is one case, whoever makes it
    assert as_json(maker().case(SEED, 7)) == as_json(maker().case(SEED, 7))
    assert json.loads(path.read_text(encoding="utf-8"))["failures"] == []
    assert library_of("default") is library_of("default")
