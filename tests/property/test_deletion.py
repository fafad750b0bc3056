"""The deletion test: taking any one thing out of a case never makes it look better.

Violated may become not evaluated or a refusal, never met, and the exit code never improves to 0.

Two kinds of deletion cannot be judged this way, because nothing tells that something is gone:

- A judged structure taken from the list, where no course states a dose for it (otherwise the case is refused), is
  another question. Its findings vanish; those that stay must be exactly what they were, so that the exit code becomes 0
  only where all of them were met already.
- A whole course. Of a complete history a delivered one cannot vanish: prior_courses no longer agrees, and the case is
  refused. The proposed course may: the question is then about what was delivered, and the report must say so. Of an
  unknown or partial history any course may: what remains must not reach exit code 0, as there may be an unseen course.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from property.changes import by_key, judged
from property.deletions import (
    WAYS,
    is_course,
    is_judged_structure,
    paths,
    without,
)
from property.effort import examples
from property.example_cases import BASIS, CASES, CONTRADICTION, LOOSE_RANGE, PRESCRIPTION_CONTRADICTION, TWO_MAXIMA
from reference.cases import cases, clean_cases
from reirrad.cli.exit_codes import OF_VERDICT
from reirrad.errors import CaseError
from reirrad.ingest import parse_case_bytes
from reirrad.model.finding import Report

Raw = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "data" / "cases"
PUBLISHED = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
EVERY = PUBLISHED | CASES


def exit_code(report: Report) -> int:
    return OF_VERDICT[report.verdict]


def refuse_improvement(before: Report, after: Report, context: object) -> None:
    """Fail where a finding or the exit code became better."""
    later = by_key(after)
    for key, item in by_key(before).items():
        if item.status == "violated":
            assert key not in later or later[key].status != "met", (context, key)
    assert exit_code(after) != 0 or exit_code(before) == 0, context


def check_deletion(raw: Raw, before: Report, path: tuple[str | int, ...], way: str) -> str:
    """Return what came of a deletion, after failing where it made something better."""
    after = judged(without(raw, path, way))
    if after is None:
        return "refused"
    if is_judged_structure(path):
        kept = {key: item for key, item in by_key(before).items() if key in by_key(after)}
        assert by_key(after) == kept
        all_met = {item.status for item in kept.values() if not item.advisory} <= {"met", "not_applicable"}
        assert exit_code(after) != 0 or all_met
    elif is_course(path):
        if raw.get("prior_radiotherapy") in ("complete", "none"):
            assert [course["role"] for course in raw["course"]].count("proposed") == 1
            assert any("no course is proposed" in note for note in after.notes)
        else:
            assert exit_code(after) != 0
    else:
        refuse_improvement(before, after, (path, way))
    return after.verdict


@pytest.mark.parametrize("name", EVERY)
def test_every_path_of_the_example_cases(name: str) -> None:
    raw = EVERY[name]
    before = judged(raw)
    assert before is not None, "an example is a valid case"
    outcomes = {(path, way): check_deletion(raw, before, path, way) for path in paths(raw) for way in WAYS}
    assert "refused" in outcomes.values()


def test_the_examples_cover_what_they_are_for() -> None:
    verdicts = {name: exit_code(judged(raw)) for name, raw in EVERY.items()}  # type: ignore[arg-type]
    assert verdicts["hpc_lumbar_2024"] == verdicts["violated stereotactic"] == verdicts["partial dates"] == 1
    assert verdicts["met"] == verdicts["met stereotactic"] == verdicts["phases twice daily"] == 0
    assert verdicts["leiomyosarcoma_intracranial_2025"] == verdicts["liposarcoma_l1_2018"] == 3


@pytest.mark.parametrize("name", EVERY)
def test_every_cut_of_a_json_file_is_refused(name: str) -> None:
    """S02: a file that was cut off is no shorter case."""
    text = json.dumps(EVERY[name], default=str)
    for end in range(1, len(text), 37):
        with pytest.raises(CaseError):
            parse_case_bytes(text[:end].encode(), source="cut")


@examples(100)
@given(data=st.data())
def test_any_deletion_of_any_case(data: st.DataObject) -> None:
    raw = data.draw(st.one_of(cases(), clean_cases()))
    # known gaps, each with a test of its own below
    before = judged(raw)
    assert before is not None
    dose_paths = [path for path in paths(raw) if path[0] == "course" and len(path) > 2]
    path = data.draw(st.sampled_from(dose_paths + list(paths(raw))))
    outcome = check_deletion(raw, before, path, data.draw(st.sampled_from(WAYS)))
    event(f"{before.verdict} to {outcome}")


CLOSED = {
    "contradiction": (
        CONTRADICTION,
        "a part states more than its container; without it the container's dose bounds",
    ),
    "prescription contradiction": (PRESCRIPTION_CONTRADICTION, "as above, with a prescription for the part"),
    "two maxima": (TWO_MAXIMA, "with point_maximum, D0.03cc takes the place of a Max that is taken away"),
    "basis": (BASIS, "without basis, a prescription of the container bounds the part"),
    "loose range": (LOOSE_RANGE, "a stated range is not narrowed by the container's dose, but nothing stated is"),
}


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, (raw, _) in CLOSED.items()])
def test_deletions_that_once_made_a_case_look_better(raw: Raw) -> None:
    before = judged(raw)
    if before is None:
        return  # such a case is refused now
    for path in paths(raw):
        for way in WAYS:
            check_deletion(raw, before, path, way)
