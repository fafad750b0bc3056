"""Reports that say of themselves what their findings do not, each changed in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from cli.case_files import MET, OPEN, VIOLATED, changed
from cli.runner import HPC, assert_refused, invoke
from reirrad.errors import InputError
from reirrad.ingest.report_document import parse_reports

Raw = dict[str, Any]
#: As `conventions.toml` has it.
NEAR = 0.03
DELIVERED = changed(('role = "proposed"', 'role = "delivered"'), ("prior_courses = 1", "prior_courses = 2"))
THIRD = MET[MET.rindex("[[course]]") :].replace("second", "third").replace("2022", "2024")
#: Both earlier courses are met; the third one is above limits with them.
LARGE = ('"20 Gy / 10"', '"60 Gy / 30"'), ("= 20.0", "= 60.0"), ('-01-19"', '-02-16"')
CAUSED = DELIVERED + changed(*LARGE, text=THIRD)
#: The two earlier courses are above limits without the third one.
BEFORE = changed(*LARGE, text=DELIVERED) + THIRD
#: Whether the two earlier ones are is not known.
UNKNOWN = changed(('"Max[Gy]" = 40.0', '"Max[Gy]" = [1.0, 80.0]'), text=DELIVERED) + CAUSED[len(DELIVERED) :]
CASES = {
    "met": MET, "violated": VIOLATED, "open": OPEN, "caused": CAUSED, "before": BEFORE, "unknown": UNKNOWN,
    "delivered": DELIVERED, "hpc": HPC.read_text(encoding="utf-8"),
}  # fmt: skip


@cache
def _written(name: str, options: tuple[str, ...] = ()) -> str:
    return invoke("check", "--format", "json", *options, "-", stdin=CASES[name].encode()).out


def report(name: str, *options: str) -> Raw:
    raw: Raw = json.loads(_written(name, options))
    return raw


def refusal(raw: Raw) -> str:
    with pytest.raises(InputError) as caught:
        parse_reports(json.dumps(raw).encode(), "report.json", near_fraction=NEAR)
    return str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        (), ("--strict",), ("--require-organs",), ("--edition", "nieder-2006"), ("--profile", "all"), ("--deidentify",),
        ("--edition", "woolley-2018", "--risk", "5"), ("--as-of", "2026-03-01"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", CASES)
def test_what_check_writes_is_no_contradiction(name: str, options: tuple[str, ...]) -> None:
    assert len(parse_reports(_written(name, options).encode(), "report.json", near_fraction=NEAR).reports) == 1


def violated(raw: Raw) -> list[Raw]:
    return [item for item in raw["findings"] if item["status"] == "violated" and not item["advisory"]]


def test_the_cases_are_what_they_are_for() -> None:
    assert [report(name)["verdict_without_proposed"] for name in ("caused", "before", "unknown", "delivered")] == [
        *("met", "violated", "not_evaluated", None),
    ]
    assert {item["caused_by_proposed"] for item in violated(report("caused"))} == {True}
    assert False in {item["caused_by_proposed"] for item in violated(report("before"))}
    assert None in {item["caused_by_proposed"] for item in violated(report("unknown"))}
    assert report("hpc")["groups"]


WITHOUT = "verdict_without_proposed: it is not what the findings leave possible, which is "


@pytest.mark.parametrize(
    ("name", "stated", "possible"),
    [
        ("before", "met", "violated"),
        ("before", "not_evaluated", "violated"),
        ("before", None, "violated"),
        ("unknown", "met", "violated or not_evaluated"),
        # a course more takes no violation away: without one, and nothing open, there was none before
        ("met", None, "not_evaluated or met"),
        ("met", "violated", "not_evaluated or met"),
        ("met", "not_applicable", "not_evaluated or met"),
        ("open", None, "violated or not_evaluated or met"),
        ("delivered", "met", "null"),
        ("delivered", "violated", "null"),
    ],
)
def test_verdict_without_the_proposed_course(name: str, stated: str | None, possible: str) -> None:
    # S02
    told = refusal(report(name) | {"verdict_without_proposed": stated})
    assert f"'case A', {WITHOUT}{possible}; given: {stated!r}" in told


def test_a_structure_that_was_not_judged_keeps_the_verdict_without_the_course_from_met() -> None:
    # VIOLATED with a structure that is not known: caused by the second course alone, and still never met
    text = CAUSED.replace('structures = ["SpinalCord"]', 'structures = ["SpinalCord", "Odd"]')
    raw = json.loads(invoke("check", "--format", "json", "-", stdin=text.encode()).out)
    assert (raw["verdict"], raw["verdict_without_proposed"]) == ("violated", "not_evaluated")
    told = refusal(raw | {"verdict_without_proposed": "met"})
    assert f"{WITHOUT}violated or not_evaluated; given: 'met'" in told


def test_without_a_finding_nothing_was_evaluated() -> None:
    text = MET.replace("SpinalCord", "Odd")
    raw = json.loads(invoke("check", "--format", "json", "-", stdin=text.encode()).out)
    assert (raw["findings"], raw["verdict_without_proposed"]) == ([], "not_evaluated")
    assert f"{WITHOUT}not_evaluated; given: 'violated'" in refusal(raw | {"verdict_without_proposed": "violated"})


def test_where_nothing_applies_nothing_was_met_before_either() -> None:
    text = MET[: MET.index("[[course]]")] + MET[MET.rindex("[[course]]") :]
    text = text.replace('"complete"', '"none"').replace("prior_courses = 1\n", "")
    raw = json.loads(invoke("check", "--format", "json", "--edition", "nieder-2006", "-", stdin=text.encode()).out)
    assert {item["status"] for item in raw["findings"]} == {"not_applicable"}
    assert raw["verdict_without_proposed"] == "not_evaluated"
    assert f"{WITHOUT}not_evaluated; given: 'met'" in refusal(raw | {"verdict_without_proposed": "met"})


@pytest.mark.parametrize("name", ["met", "violated", "hpc"])
def test_what_is_near_a_limit(name: str) -> None:
    # S02
    for at, item in enumerate(report(name)["findings"]):
        raw = report(name)
        raw["findings"][at]["near_limit"] = not item["near_limit"]
        right = str(item["near_limit"]).lower()
        what = f"near_limit: it is not what margin and limit say, which is {right}; given: "
        assert f"{item['structure']}, {item['constraint_id']}, {what}" in refusal(raw)


def test_what_was_near_by_other_conventions_is_not_asked() -> None:
    raw = report("met")
    raw["findings"][0]["near_limit"] = not raw["findings"][0]["near_limit"]
    raw["notes"].append("conventions.toml differs from the one that the package ships")
    parse_reports(json.dumps(raw).encode(), "report.json", near_fraction=NEAR)


HEADLINES: dict[str, tuple[str, Callable[[str], str]]] = {
    "none exceeded": ("violated", lambda _: "none of 7 evaluated limits exceeded"),
    "fewer exceeded": ("violated", lambda text: "1" + text[1:]),
    "more evaluated": ("met", lambda text: text.replace(" of ", " of 1", 1)),
    "nothing open": ("open", lambda text: text.partition(";")[0]),
    "not before": ("before", lambda text: text.partition(";")[0]),
    "no prescription": ("hpc", lambda text: text.replace(", on prescription doses", "")),
    "a prescription": ("met", lambda text: f"{text}; on prescription doses"),
    "more words": ("met", lambda text: f"{text}. All is well"),
    "other words": ("met", lambda _: "met"),
    "no words": ("met", lambda _: ""),
}


@pytest.mark.parametrize("which", HEADLINES)
def test_headline(which: str) -> None:
    # S02
    name, change = HEADLINES[which]
    raw = report(name)
    said = raw["headline"]
    raw["headline"] = change(said)
    assert raw["headline"] != said
    assert "headline: it does not begin with what the findings say, which is '" in refusal(raw)


def test_headline_names_what_was_modified() -> None:
    raw = report("met", "--edition", "nieder-2006")
    raw["editions"][0]["origin"] = "modified"
    assert "headline: it does not say that nieder-2006 was modified; given: '" in refusal(raw)
    raw["headline"] += "; LOCAL, MODIFIED: nieder-2006"
    parse_reports(json.dumps(raw).encode(), "report.json", near_fraction=NEAR)


def worst_group(raw: Raw) -> Raw:
    return next(group for group in raw["groups"] if group["status"] == "violated")


GROUPS: dict[str, Callable[[Raw], object]] = {
    "none": lambda raw: raw.update(groups=[]),
    "one left out": lambda raw: raw["groups"].pop(),
    "twice": lambda raw: raw["groups"].append(raw["groups"][0]),
    "a member left out": lambda raw: worst_group(raw)["members"].pop(),
    "a member of another": lambda raw: worst_group(raw)["members"].append("a.b"),
    "another structure": lambda raw: worst_group(raw).update(structure="Rectum"),
    "another name": lambda raw: worst_group(raw).update(group="other"),
    "empty": lambda raw: raw["groups"].append({"group": "more", "structure": "A", "status": "met", "members": []}),
    "met": lambda raw: worst_group(raw).update(status="met"),
    "all met": lambda raw: [group.update(status="met") for group in raw["groups"]],
}


@pytest.mark.parametrize("which", GROUPS)
def test_groups(which: str) -> None:
    # S02
    raw = report("hpc")
    GROUPS[which](raw)
    told = refusal(raw)
    is_status = which in ("met", "all met", "empty")
    assert ("is not that of its findings, which is" if is_status else "are not those of the findings; given: ") in told
    assert ", groups: the " in told


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "met"), ("margin", 1.0), ("limit", 1e6), ("constraint_id", "a.b"), ("value_high", 0.0)],
)
def test_opinions(name: str, value: Any) -> None:
    raw = report("before")
    opinion = next(one for item in raw["disagreement"] for one in item["opinions"] if one["status"] == "violated")
    opinion[name] = value
    assert "disagreement: what is said of " in refusal(raw)


def test_a_finding_is_of_an_edition_that_is_named() -> None:
    raw = report("before")
    item = violated(raw)[0]
    item["edition"] = "another"
    told = f"SpinalCord, {item['constraint_id']}, edition: the edition is not among those that the report names"
    assert f"{told}; given: 'another'" in refusal(raw)


@pytest.mark.parametrize(("name", "given"), [("course_role", "None"), ("course_id", "'proposed'")])
def test_a_course_has_a_role(name: str, given: str) -> None:
    raw = report("before")
    item = next(item for item in raw["findings"] if item["course_role"] == "proposed")
    item[name] = None
    told = f"{item['structure']}, {item['constraint_id']}, course_role: there is a course without a role, or a role"
    assert f"{told} without a course; given: {given}" in refusal(raw)


def test_a_finding_stands_once() -> None:
    raw = report("before")
    item = violated(raw)[0]
    raw["findings"].append(item)
    assert f"findings: a second finding of {item['constraint_id']}; given: 'SpinalCord'" in refusal(raw)


def test_a_document_without_a_report_is_none(tmp_path) -> None:
    # S02
    path = tmp_path / "empty.json"
    path.write_text('{"schema": "reirrad-reports/1", "reports": []}')
    assert_refused(
        invoke("verify", path), f"{path}: 1 problem\n  reports: there is no report in it; it was cut or changed"
    )
    # cases that could not be judged are told
    path.write_text('{"schema": "reirrad-reports/1", "reports": [], "errors": [{"source": "a", "problems": ["b"]}]}')
    outcome = invoke("verify", path)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{path}: whole, JSON. End of 0 reports, 1 case not judged: VIOLATED 0, ")
