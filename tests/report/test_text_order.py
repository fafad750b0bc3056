"""The order of a report: sections as on the page for a consult, structures, findings; and what each of them says."""

from __future__ import annotations

import re
import tomllib
from itertools import groupby
from pathlib import Path

import pytest

from reirrad import check, load_case, load_library
from reirrad.ingest import parse_case
from reirrad.model.finding import Report
from reirrad.report import report_text
from reirrad.report.finding_words import LIMITS_OF_USE, STATUS_WORDS
from reirrad.report.plain import plain_text
from reirrad.report.text import report_blocks
from report.shown import LIMITS, findings, joined, parts, sections
from report.test_text import FILES, MIXED, REPOSITORY, report_of


@pytest.fixture(scope="module")
def mixed() -> Report:
    return report_of(MIXED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_findings_are_those_of_the_report_and_worst_first(path: Path) -> None:
    report = check(load_case(path))
    listed = [item for item in report.findings if item.status != "not_applicable"]
    shown = findings(report_text(report))
    assert len(shown) == len(listed)
    assert {(item.structure, item.name, item.status) for item in shown} == {
        (item.structure, item.constraint_id, STATUS_WORDS[item.status]) for item in listed
    }
    order = ["VIOLATED", "NOT EVALUATED", "met"]
    for structure in {item.structure for item in shown}:
        ranks = [
            (item.title.endswith(" - advisory, not part of the verdict"), order.index(item.status))
            for item in shown
            if item.structure == structure
        ]
        assert ranks == sorted(ranks)


def test_worst_first(mixed: Report) -> None:
    # the cervical cord lies within the cord, whose Max bounds it from above only
    text = report_text(mixed)
    mark = " - advisory, not part of the verdict"
    cervical = [item for item in findings(text) if item.structure == "SpinalCord_Cerv"]
    shown = [item for item in cervical if not item.title.endswith(mark)]
    assert [status for status, _ in groupby(item.status for item in shown)] == ["NOT EVALUATED", "met"]
    statuses = [status for status, _ in groupby(item.status for item in findings(text))]
    assert statuses[0] == "VIOLATED"
    heads = list(parts(sections(text)[LIMITS]))
    number = sum(item.status == "not_applicable" and not item.advisory for item in mixed.findings)
    assert heads[:2] == ["SpinalCord", "SpinalCord_Cerv"]  # the structure of the worst finding first
    assert f"not applicable ({number})" in heads[2:]


def test_advisory_findings_follow_those_that_decide() -> None:
    library = load_library().select(["nieder-2005", "nieder-2006"])
    text = report_text(check(load_case(REPOSITORY / "data" / "cases" / "hpc_lumbar_2024.toml"), library=library))
    mark = " - advisory, not part of the verdict"
    assert [(item.status, item.title.removeprefix(item.name)) for item in findings(text)] == [
        *[("VIOLATED", "")] * 3,
        ("met", ""),
        *[("VIOLATED", mark)] * 2,
        ("met", mark),
    ]


def test_not_evaluated_says_why_and_what_would_decide(mixed: Report) -> None:
    text = report_text(mixed)
    items = [item for item in mixed.findings if item.status == "not_evaluated"]
    assert items
    shown = [item for item in findings(text) if item.status == "NOT EVALUATED"]
    assert len(shown) == len(items)
    assert all(f"reason: {item.reason.replace('_', ' ')}" in joined(text) for item in items)
    assert all("reason: " in item.told for item in shown)
    open_ = joined(sections(text)["What could not be evaluated, and what would decide it"])
    for item in items:
        wanted = [line.removeprefix("to decide: ") for line in item.derivation if line.startswith("to decide: ")]
        assert wanted
        name = f"{item.structure}, {item.constraint_id}: {item.reason.replace('_', ' ')}"
        assert f"{name} {' '.join(f'- {line}' for line in wanted)}" in open_


def test_every_finding_is_printed_with_its_source(mixed: Report) -> None:
    text = report_text(mixed)
    sources = joined(parts(sections(text)[LIMITS])["Sources"])
    shown = {(item.structure, item.name): item for item in findings(text)}
    for item in mixed.findings:
        assert item.constraint_id in joined(text)
        if item.status != "not_applicable":
            # the number in the row is that of its source in the list
            number = shown[item.structure, item.constraint_id].source
            assert f"{number} {item.source}; {item.locator}" in sources


def test_the_sections_are_those_of_the_page(mixed: Report) -> None:
    template = (REPOSITORY / "src/reirrad/report/templates/consult.html.j2").read_text(encoding="utf-8")
    on_page = re.findall(r"<h2[^>]*>([^<{]+)</h2>", template)
    case = parse_case(tomllib.loads(MIXED))
    text = report_text(mixed, case)
    in_text = list(sections(text))[1:]
    assert len(in_text) == 5
    assert in_text == [heading for heading in on_page if heading in in_text]
    # the limits of use end both, with no heading of their own in the text
    assert re.search(rf"{re.escape(LIMITS_OF_USE)} End of 1 report: [^:]+ sha256 [0-9a-f]{{64}}$", joined(text))
    assert on_page.index("Limits of use") > on_page.index(in_text[-1])
    third = re.findall(r"<h3>(Stated only together by their source|Sources)</h3>", template)
    assert [head for head in parts(sections(text)[LIMITS]) if head in third] == third
    headline = sections(text)[""]
    assert joined(headline).partition(" Limits that decide: ")[0] == (
        f"Case mixed Verdict: {STATUS_WORDS[mixed.verdict]} "
        f"Without the proposed course: {STATUS_WORDS[mixed.verdict_without_proposed]} {mixed.headline}"
    )


def test_courses_are_those_of_the_case(mixed: Report) -> None:
    case = parse_case(tomllib.loads(MIXED))
    courses = parts(sections(report_text(mixed, case))["The case and its courses"])
    assert list(courses) == ['"first", delivered', '"second", proposed']
    assert [line.strip() for line in courses['"first", delivered']] == [
        "50 Gy / 25, 1 a day; photon; technique conventional",
        "start 2018-01; end 2018-02",
        "- SpinalCord: Max[Gy] 50 (plan)",
    ]


def test_dates_as_months_of_courses_without_dates() -> None:
    text = MIXED.replace('start = "2020-01"\nend = "2020-02"\n', "")
    lines = plain_text(report_blocks(report_of(text), parse_case(tomllib.loads(text)), as_months=True))
    assert "Dates are months since the first day of the first course." in lines
    # from 1 January: to the 31st are 30 of 31 days; to 28 February a month and 27 of 28
    assert "  start 0 to 0.97 months; end 1 to 1.96 months" in lines
    assert "  start not stated; end not stated" in lines
    assert "2018" not in lines[: lines.index("Limits by structure")]
