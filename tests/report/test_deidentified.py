"""De-identified reports: a canary in every field of a case is in no output and in no message."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.runner import Outcome, invoke
from library.good_edition import GOOD
from reirrad import check, load_library, parse_case
from reirrad.errors import CaseError, Problem
from reirrad.report.deidentified import deidentified_case, deidentified_error, deidentified_report
from report.two_courses import case_of

pytest.importorskip("jinja2")

CANARY = "Zanzibar"
#: The days of the case: a name of a year, a month and a day that nothing else in a report has.
FIRST, LAST, START = "1913-03-04", "1913-03-28", "1917-11-19"
DATES = re.compile(r"\b19(13|17)\b|\b03-(04|28)\b|\b11-19\b")
FORMS = ("text", "json", "csv", "html")
CANONICAL = load_library().structures.canonical


def document() -> dict[str, Any]:
    """Return a case with the canary wherever text may stand, and days that are known."""
    raw = tomllib.loads(case_of(LAST, START))
    raw |= {
        "case_id": f"{CANARY} 1",
        "structures": ["Spinal Cord", f"{CANARY} 2"],
        "note": f"{CANARY} 3, born {FIRST}",
        "systemic_therapy": f"{CANARY} 4",
        "age_years": 97,
        "repair_half_time_h": {f"{CANARY} 2": 4.0},
    }
    for number, course in enumerate(raw["course"]):
        own = course["dose"].pop("SpinalCord")
        course["id"] = f"{CANARY} 5{number}"
        course |= {"note": f"{CANARY} 6", "systemic_therapy": f"{CANARY} 7"}
        course["dose"] = {"spinal cord": own, f"{CANARY} 2": {"Max[Gy]": 3.0, f"{CANARY}[Gy]": 3.0}}
    raw["course"][0]["start"] = FIRST
    return raw


def written(folder: Path, raw: dict[str, Any]) -> Path:
    path = folder / f"{CANARY}.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def assert_silent(outcome: Outcome) -> None:
    for text in (outcome.out, outcome.err):
        assert CANARY.casefold() not in text.casefold()
        assert DATES.search(text) is None, text


@pytest.mark.parametrize("form", FORMS)
def test_no_canary_in_any_output(tmp_path: Path, form: str) -> None:
    # X23: whatever a case says of anybody
    path = written(tmp_path, document())
    outcome = invoke("check", "--deidentify", "--format", form, path)
    assert outcome.code in {1, 3}
    assert_silent(outcome)
    assert "structure not known 2" in outcome.out
    assert "course 2" in outcome.out
    assert "SpinalCord" in outcome.out
    assert not re.search(r"\b97\b years", outcome.out)
    known = invoke("check", "--format", form, path)
    assert CANARY in known.out  # the canary is one


@pytest.mark.parametrize("form", FORMS)
def test_no_name_of_a_rule_file_in_any_output(tmp_path: Path, form: str) -> None:
    # X23: the page has answers besides the report, with notes of their own
    folder = tmp_path / f"{CANARY}8"
    folder.mkdir()
    (folder / "own.toml").write_text(GOOD, encoding="utf-8")
    path = written(tmp_path, document())
    outcome = invoke("check", "--deidentify", "--format", form, "--library", folder, path)
    assert outcome.code in {1, 3}
    assert_silent(outcome)
    assert "edition own-2020 is not of the package" in " ".join(outcome.out.split())
    known = invoke("check", "--format", form, "--library", folder, path)
    assert f"{CANARY}8" in "".join(known.out.split())


def test_page_has_intervals(tmp_path: Path) -> None:
    page = invoke("check", "--deidentify", "--format", "html", written(tmp_path, document())).out
    assert "start 0 months; end 0.77 months" in page  # 24 of the 31 days from 4 March on
    assert "start 56.5 months" in page  # 56 months to 4 November, 15 of 30 days
    assert "De-identified" in page


@pytest.mark.parametrize("form", FORMS)
def test_same_findings(tmp_path: Path, form: str) -> None:
    raw = document()
    case = parse_case(raw)
    known, nameless = check(case), check(deidentified_case(case, CANONICAL))
    assert nameless.counts == known.counts
    assert [(item.status, item.value_low, item.margin) for item in nameless.findings] == [
        (item.status, item.value_low, item.margin) for item in known.findings
    ]
    path = written(tmp_path, raw)
    codes = {invoke("check", *more, "--format", form, path).code for more in ([], ["--deidentify"])}
    assert len(codes) == 1


def test_id_is_that_of_the_data_without_names_and_days() -> None:
    case = parse_case(document())
    nameless = deidentified_case(case, CANONICAL)
    report = deidentified_report(check(nameless), nameless)
    assert nameless.case_id == f"deidentified-{report.input.sha256[:12]}"
    later = document() | {"case_id": "other", "note": "other"}
    for course in later["course"]:
        for key in {"start", "end"} & set(course):
            course[key] = str(int(course[key][:4]) + 28) + course[key][4:]
        course["id"] += "x"
    assert deidentified_case(parse_case(later), CANONICAL).case_id == nameless.case_id
    other = document()
    other["course"][1]["start"] = "1917-11-20"
    assert deidentified_case(parse_case(other), CANONICAL).case_id != nameless.case_id


@pytest.mark.parametrize("form", FORMS)
def test_quiet_and_several_cases(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, document())
    if form == "html":
        return
    assert_silent(invoke("check", "--deidentify", "--quiet", "--format", form, path, path))


def _set(*keys: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


SPOILT = {
    "case_id": _set("case_id", value=f"{CANARY}\x07"),
    "case_id is a number": _set("case_id", value=19131117),
    "schema": _set("schema", value=CANARY),
    "prior_radiotherapy": _set("prior_radiotherapy", value=CANARY),
    "prior_courses": _set("prior_courses", value=CANARY),
    "prior_courses differ": _set("prior_courses", value=17),
    "structures": _set("structures", value=["Spinal Cord", f"{CANARY} 2", f"{CANARY} 2"]),
    "structures are one": _set("structures", value=["Spinal Cord", "SpinalCord", f"{CANARY} 2"]),
    "structure missing": _set("structures", value=[f"{CANARY} 2"]),
    "structures are text": _set("structures", value=CANARY),
    "point_maximum": _set("point_maximum", value=CANARY),
    "half time": _set("repair_half_time_h", value={CANARY: 4.0}),
    "half time is text": _set("repair_half_time_h", value={f"{CANARY} 2": CANARY}),
    "unknown key": _set(CANARY, value=CANARY),
    "unknown key of a course": _set("course", 0, CANARY, value=CANARY),
    "unknown key like another": _set("course", 0, "schedul", value=CANARY),
    "role": _set("course", 0, "role", value=CANARY),
    "two proposed": _set("course", 0, "role", value="proposed"),
    "same id": _set("course", 1, "id", value=f"{CANARY} 50"),
    "modality": _set("course", 0, "modality", value=CANARY),
    "technique": _set("course", 0, "technique", value=CANARY),
    "start": _set("course", 0, "start", value=f"{CANARY}"),
    "start is no day": _set("course", 0, "start", value="1913-02-30"),
    "start in a local form": _set("course", 0, "start", value="17.03.1913"),
    "end before start": _set("course", 0, "end", value="1913-03-01"),
    "proposed first": _set("course", 1, "start", value="1913-01-01"),
    "dates and months": _set("course", 1, "months_since_previous", value=3.0),
    "schedule": _set("course", 0, "schedule", value=CANARY),
    "schedule in a unit": _set("course", 0, "schedule", value=f"40 {CANARY} / 20"),
    "per day": _set("course", 0, "fractions_per_day", value=CANARY),
    "delivered": _set("course", 0, "fractions_delivered", value=CANARY),
    "dose_of": _set("course", 0, "dose_of", value=CANARY),
    "n_phases": _set("course", 0, "n_phases", value=CANARY),
    "phase": _set("course", 0, "phase", value=[{CANARY: CANARY}]),
    "note": _set("course", 0, "note", value=f"{CANARY}\x1b"),
    "dose": _set("course", 0, "dose", f"{CANARY} 2", "Max[Gy]", value=CANARY),
    "dose without a unit": _set("course", 0, "dose", f"{CANARY} 2", CANARY, value=1.0),
    "dose below dose": _set("course", 0, "dose", "spinal cord", "D0.1cc[Gy]", value=41.0),
    "basis": _set("course", 0, "dose", f"{CANARY} 2", "basis", value=CANARY),
    "quoted key": _set("course", 0, "dose", f'{CANARY} "a" [b]', value={"Max[Gy]": 1.0}),
    "dose is text": _set("course", 0, "dose", value=CANARY),
    "age": _set("age_years", value=CANARY),
    "course is text": _set("course", value=CANARY),
}


@pytest.mark.parametrize("what", SPOILT)
def test_no_canary_in_any_message(tmp_path: Path, what: str) -> None:
    raw = document()
    SPOILT[what](raw)
    path = written(tmp_path, raw)
    for form in FORMS:
        outcome = invoke("check", "--deidentify", "--format", form, path)
        assert outcome.code == 2
        assert "case 1: " in outcome.err
        assert_silent(outcome)
    several = invoke("check", "--deidentify", "--format", "json", path, path)
    assert_silent(several)
    assert json.loads(several.out)["errors"][1]["source"] == "case 2"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        f"{CANARY}".encode(),
        f'{CANARY} = "1913-03-04'.encode(),
        f"[{CANARY}]\na = 1\n[{CANARY}]\n".encode(),
        f'{{"{CANARY}": 1, "{CANARY}": 2}}'.encode(),
        f'["{CANARY}"]'.encode(),
        f"{CANARY} = 1913-13-04".encode(),
        f"{CANARY}".encode("utf-16"),
    ],
)
def test_no_canary_from_what_is_no_case(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / f"{CANARY}.toml"
    path.write_bytes(content)
    outcome = invoke("check", "--deidentify", path)
    assert outcome.code == 2
    assert_silent(outcome)


def test_no_file_names(tmp_path: Path) -> None:
    case = written(tmp_path, document())
    output = tmp_path / f"{CANARY}.html"
    output.write_text("x")
    for arguments in (
        ["--output", output, case],
        ["--output", tmp_path / CANARY / "x.html", case],
        ["--output", tmp_path, tmp_path / f"{CANARY}.missing"],
        [tmp_path / f"{CANARY}.missing"],
    ):
        outcome = invoke("check", "--deidentify", *arguments)
        assert outcome.code == 2
        assert_silent(outcome)
        assert str(tmp_path) not in outcome.err


def test_a_message_still_helps() -> None:
    problems = [
        Problem("course[1].schedule", "this is not a schedule", "'40/20'", '"50 Gy / 25"', "put it in quotes"),
        Problem(f'course[2].dose."{CANARY}"."Max[Gy]"', "this is not a number", f"'{CANARY}'"),
        Problem("course[1].start", "the year is outside", "1913"),
    ]
    error = deidentified_error(CaseError("x.toml", problems), source="case 1", canonical=CANONICAL)
    first, second, third = map(str, error.problems)
    assert first.startswith("course[1].schedule: this is not a schedule; given: text, 5 characters; allowed: ")
    assert first.endswith("put it in quotes")
    assert second == 'course[2].dose.(withheld)."Max[Gy]": this is not a number; given: text, 8 characters'
    assert third.endswith("given: a number")


def test_file_of_an_own_edition_and_reason_of_a_profile(tmp_path: Path) -> None:
    profile = tmp_path / f"{CANARY}.toml"
    profile.write_text(
        f'schema = "reirrad-profile/1"\nid = "{CANARY}"\neditions = ["nieder-2006"]\nreason = "{CANARY}"\n'
    )
    case = written(tmp_path, document())
    for form in FORMS:
        outcome = invoke("check", "--deidentify", "--profile", profile, "--format", form, case)
        assert outcome.code in {0, 1, 3}
        assert_silent(outcome)
        assert "nieder-2006" in outcome.out
