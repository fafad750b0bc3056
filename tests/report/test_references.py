"""Published results beside the findings: listed for the structures of the case, never compared, never counted."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape

import pytest

from reirrad import parse_case
from reirrad.library import Library, load_library
from reirrad.model.finding import Report
from reirrad.report import report_json, report_text
from reirrad.report.consult_html import consult_html
from report.shown import LIMITS, joined, parts, sections
from report.two_courses import case_of, report_of

LIBRARY = load_library()
HEAD = "Published results, for context (not limits: nothing is compared with them)"
REFERENCES = [rule for _, rule in LIBRARY.constraints() if rule.kind == "reference"]


def judged(structure: str = "SpinalCord", library: Library | None = None) -> Report:
    return report_of(case_of("2020-01-31", "2020-10-01", structure=structure), library)


def about(structure: str) -> list[str]:
    return [rule.id for rule in REFERENCES if structure in rule.structures]


@pytest.mark.parametrize("structure", ["SpinalCord", "SpinalCord_Cerv", "CaudaEquina", "Kidneys", "A_Carotid_L"])
def test_references_of_the_structure_that_is_judged(structure: str) -> None:
    report = judged(structure)
    assert about(structure)
    assert [item.id for item in report.references] == about(structure)
    assert {item.structure for item in report.references} == {structure}


def test_an_alias_is_the_structure() -> None:
    report = report_of(case_of("2020-01-31", "2020-10-01").replace("SpinalCord", '"spinal cord"').replace('""', '"'))
    assert [item.structure for item in report.references] == ["SpinalCord"] * len(about("SpinalCord"))


def test_a_structure_that_is_only_related_has_none() -> None:
    # a finding may be about what contains the cord; published results are about the cord only
    report = judged()
    assert "ThecalSac" in {item.structure for item in report.findings}
    assert {item.structure for item in report.references} == {"SpinalCord"}


def test_a_structure_without_published_results() -> None:
    structure = next(name for name in LIBRARY.structures.names if not about(name))
    report = judged(structure)
    assert report.references == ()
    assert HEAD not in report_text(report)


def test_references_are_no_findings_and_count_nowhere() -> None:
    report = judged()
    names = {item.id for item in report.references}
    assert not names & {item.constraint_id for item in report.findings}
    deciding = [item for item in report.findings if not item.advisory]
    counts = report.counts
    assert counts.met + counts.violated + counts.not_evaluated + counts.not_applicable == len(deciding)
    assert not names & {opinion.constraint_id for table in report.disagreement for opinion in table.opinions}
    # of the limits about the cord, those that are not judged are counted; of the references none is
    limits = sum("SpinalCord" in rule.structures for _, rule in LIBRARY.constraints() if rule.kind == "limit")
    own = sum(item.structure == "SpinalCord" for item in report.findings)
    assert report.outside_profile == limits - own


def test_a_case_with_references_alone_is_not_met() -> None:
    report = judged("A_Carotid_L", LIBRARY.select(["yamazaki-2013"]))
    assert [item.id for item in report.references] == ["yamazaki-2013.carotid"]
    assert (report.findings, report.verdict) == ((), "not_evaluated")
    assert report.headline.startswith("no limit was evaluated")


def test_references_of_the_editions_that_are_chosen() -> None:
    report = judged(library=LIBRARY.select(["rades-2014", "umich-2019"]))
    assert [item.id for item in report.references] == ["rades-2014.spinal-cord"]
    assert judged(library=LIBRARY.select(["umich-2019"])).references == ()


def test_what_a_reference_says() -> None:
    document = json.loads(report_json(judged(library=LIBRARY.select(["doi-2021"]))))
    assert document["references"] == [
        {
            "id": "doi-2021.cohort",
            "structure": "SpinalCord",
            "endpoint": "radiation myelopathy",
            "printed": "cumulative EQD2 of 61.1 to 114.8 Gy, median 80.7 Gy",
            "risk": "0 of 32 patients",
            "source": "Doi H, Tamari K, Oh RJ, Nieder C. New clinical data on human spinal cord re-irradiation "
            "tolerance. Strahlenther Onkol 2021;197:463-473. doi:10.1007/s00066-021-01772-7 (read: source)",
            "locator": "abstract",
            "note": None,
        }
    ]


def shown(report: Report) -> list[str]:
    """Return the lines below the heading of the published results."""
    return parts(sections(report_text(report))[LIMITS])[HEAD]


def test_references_in_the_text() -> None:
    report = judged()
    text = report_text(report)
    assert joined(text).count(HEAD) == 1
    # below what was judged and its sources, above what is open, each once
    heads = list(parts(sections(text)[LIMITS]))
    assert heads.index(HEAD) == heads.index("Sources") + 1 == len(heads) - 1
    block = joined(shown(report))
    for item in report.references:
        assert block.count(f"SpinalCord: {item.printed}: {item.risk}; {item.endpoint} ({item.id})") == 1
        assert joined(text).count(f"({item.id})") == 1
    assert max(map(len, text.splitlines())) <= 80


def test_references_of_two_structures_stand_apart() -> None:
    text = case_of("2020-01-31", "2020-10-01").replace('["SpinalCord"]', '["SpinalCord", "CaudaEquina"]')
    text = text.replace("dose.SpinalCord", 'dose.CaudaEquina = { "Max[Gy]" = 10.0, basis = "plan" }\ndose.SpinalCord')
    report = report_of(text)
    names = [line.partition(":")[0].strip() for line in shown(report) if line[2] != " "]
    assert names == ["CaudaEquina"] * len(about("CaudaEquina")) + ["SpinalCord"] * len(about("SpinalCord"))


def test_references_are_on_the_page_too() -> None:
    pytest.importorskip("jinja2")
    case, report = parse_case(tomllib.loads(case_of("2020-01-31", "2020-10-01"))), judged()
    page = consult_html(case, report)
    found = [unescape(line) for line in re.findall(r'<li class="reference">(.+)', page)]
    assert joined(found) == joined(parts(sections(report_text(report))[LIMITS])[HEAD])
    assert len(found) == len(report.references) > 1
    assert page.count(f">{HEAD}</h3>") == 1
    assert HEAD not in consult_html(case, judged(library=LIBRARY.select(["umich-2019"])))
