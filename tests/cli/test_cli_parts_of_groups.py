"""Questions under a profile that judges a part of what a source states only together: no answer looks whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.runner import invoke
from property.example_cases import case, cord, course
from reirrad import budgets, sensitivities
from reirrad.library import load_library
from reirrad.library.load import load_profile

PROFILE = 'schema = "reirrad-profile/1"\nid = "part"\nconstraints = ["hytec-cord-2021.newest-course"]\n'
TOLD = (
    "ThecalSac, hytec-cord-2021: its source states these limits only together; not judged: "
    "hytec-cord-2021.cumulative, hytec-cord-2021.share, hytec-cord-2021.interval"
)


def written(folder: Path, raw: dict[str, Any], profile: str = PROFILE) -> tuple[Path, Path]:
    (folder / "case.json").write_text(json.dumps(raw), encoding="utf-8")
    (folder / "part.toml").write_text(profile, encoding="utf-8")
    return folder / "case.json", folder / "part.toml"


def sac(newest: float = 16.0) -> dict[str, Any]:
    """Return 60 Gy in 30, and less than a month later a stereotactic course: the source asks for five months."""
    return case(
        ["ThecalSac"],
        course("1", "delivered", "2020-01-02", "2020-02-14", "60 Gy / 30", dose=cord(60, "ThecalSac")),
        course(
            "2", "proposed", "2020-03-10", None, "25 Gy / 5", technique="stereotactic", dose=cord(newest, "ThecalSac")
        ),
    )


@pytest.mark.parametrize(
    "question", [("check",), ("sensitivity",), ("budget", "--fractions", "5"), ("budget", "--when")], ids=" ".join
)
def test_no_answer_looks_whole(question: tuple[str, ...], tmp_path: Path) -> None:
    read, profile = written(tmp_path, sac())
    outcome = invoke(*question, "--profile", profile, "--format", "json", read)
    assert outcome.code == 3
    assert TOLD in json.loads(outcome.out)["notes"]


@pytest.mark.parametrize("question", [("check",), ("sensitivity",)], ids=" ".join)
def test_what_is_violated_stays_so(question: tuple[str, ...], tmp_path: Path) -> None:
    read, profile = written(tmp_path, sac(25.0))
    assert invoke(*question, "--profile", profile, "--format", "json", read).code == 1


def test_a_whole_group_is_no_part(tmp_path: Path) -> None:
    read, _ = written(tmp_path, sac())
    for question in ("check", "sensitivity"):
        outcome = invoke(question, "--edition", "hytec-cord-2021", "--format", "json", read)
        assert outcome.code == 1
        assert TOLD not in json.loads(outcome.out)["notes"]
    answer = json.loads(invoke("sensitivity", "--edition", "hytec-cord-2021", "--format", "json", read).out)
    assert answer["verdict"] == "violated"


def test_many_patients(tmp_path: Path) -> None:
    _, profile = written(tmp_path, sac())
    library = load_library().select(profile=load_profile(str(profile)))
    n = 2
    table: dict[str, Any] = {
        "patient_id": ["A"] * n, "course_id": ["1", "2"], "structure": ["ThecalSac"] * n, "metric": ["Max[Gy]"] * n,
        "dose_gy": [60.0, 16.0], "n_fractions": [30, 5], "fractions_per_day": [1] * n, "modality": ["photon"] * n,
        "technique": ["conventional", "stereotactic"], "role": ["delivered", "proposed"],
        "start": ["2020-01-02", "2020-03-10"], "end": ["2020-02-14", "2020-03-16"],
        "prior_radiotherapy": ["complete"] * n, "prior_courses": [1] * n,
    }  # fmt: skip
    assert TOLD in sensitivities(table, library=library).assumptions
    assert TOLD in budgets(table, n_fractions=[5], library=library).assumptions
    whole = load_library().select(["hytec-cord-2021"])
    assert TOLD not in budgets(table, n_fractions=[5], library=whole).assumptions


def test_a_verdict_that_is_met_on_no_day(tmp_path: Path) -> None:
    """Violated until six months have gone by, and not evaluated from then on, for want of the limit on one course."""
    raw = case(
        ["SpinalCord"],
        course("1", "delivered", "2020-01-06", "2020-01-17", "30 Gy / 10", dose=cord(30)),
        course("2", "proposed", "2022-01-06", None, "8 Gy / 1", dose=cord(8)),
    )
    two = 'constraints = ["nieder-2006.cumulative", "nieder-2006.interval"]\n'
    read, profile = written(tmp_path, raw, f'schema = "reirrad-profile/1"\nid = "part"\n{two}')
    outcome = invoke("budget", "--when", "--profile", profile, "--format", "json", read)
    assert [period["status"] for period in json.loads(outcome.out)["verdict"]] == ["violated", "not_evaluated"]
    assert outcome.code == 3
    assert invoke("budget", "--when", "--edition", "nieder-2006", read).code == 0


def test_the_page_has_the_doses_per_fraction_of_the_text(tmp_path: Path) -> None:
    """Of 10.04 Gy in one fraction 10.04 Gy, and not 10.03: 10.04 times 100 is a little less than 1004."""
    raw = case(
        ["SpinalCord"],
        course("1", "delivered", "2020-01-06", "2020-01-17", "30 Gy / 10", dose=cord(30)),
        course("2", "proposed", "2022-01-06", None, "8 Gy / 1", dose=cord(8)),
    )
    read, _ = written(tmp_path, raw)
    text = invoke("budget", "--edition", "nieder-2006", "--fractions", "1", read).out
    assert "10.04 (10.04)" in text
    page = invoke("check", "--edition", "nieder-2006", "--format", "html", read).out
    assert "10.04" in page
    assert "10.03" not in page
    # it leaves out the comparison with other schedules, and what is said of it
    assert "other recovery" not in page
    assert "recovery would count twice" not in page
