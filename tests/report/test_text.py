"""The text of a report: width, order, words, digits, and nothing that drives a terminal."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reirrad import check, load_case
from reirrad.errors import printable
from reirrad.ingest import parse_case
from reirrad.model.finding import Finding, Report
from reirrad.report import report_text
from reirrad.report.finding_words import STATUS_WORDS
from reirrad.report.plain import plain_text
from reirrad.report.seal import sealed_text
from reirrad.report.terminal import terminal_text
from reirrad.report.text import headline_blocks, report_blocks
from report.shown import POPULATIONS, Shown, findings, joined, parts, sections, source_with_population
from report.two_courses import only

REPOSITORY = Path(__file__).parents[2]
FILES = [*(REPOSITORY / "data" / "cases").glob("*.toml"), *(REPOSITORY / "tests" / "golden" / "cases").glob("*.toml")]
FORBIDDEN = re.compile(r"\b(safe|safely|ok|okay|approved|approval|cleared|pass|passed|fine)\b", re.IGNORECASE)

MIXED = """\
schema = "reirrad-case/1"
case_id = "mixed"
prior_radiotherapy = "complete"
prior_courses = 1
structures = ["SpinalCord", "SpinalCord_Cerv"]
[[course]]
id = "first"
role = "delivered"
modality = "photon"
technique = "conventional"
start = "2018-01"
end = "2018-02"
schedule = "50 Gy / 25"
fractions_per_day = 1
dose.SpinalCord = { "Max[Gy]" = 50.0, basis = "plan" }
[[course]]
id = "second"
role = "proposed"
modality = "photon"
technique = "conventional"
start = "2020-01"
end = "2020-02"
schedule = "40 Gy / 20"
fractions_per_day = 1
dose.SpinalCord = { "Max[Gy]" = 40.0, basis = "plan" }
"""


def report_of(text: str) -> Report:
    return check(parse_case(tomllib.loads(text)))


@pytest.fixture(scope="module")
def mixed() -> Report:
    return report_of(MIXED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lines_are_at_most_80_columns(path: Path) -> None:
    case = load_case(path)
    for text in (report_text(check(case)), report_text(check(case), case)):
        assert max(map(len, text.splitlines())) <= 80


def test_long_names_are_wrapped_too() -> None:
    long = "x" * 199
    text = report_text(report_of(MIXED.replace('"first"', f'"{long}"').replace('"mixed"', f'"{" ".join("y" * 100)}"')))
    assert long not in text  # broken, not cut
    assert text.replace("\n", "").replace(" ", "").count(long) >= 1
    assert max(map(len, text.splitlines())) <= 80
    assert joined(sections(text)[""]).startswith(f"Case {' '.join('y' * 100)} Verdict: ")


def test_long_case_id_is_wrapped_too() -> None:
    text = report_text(report_of(MIXED.replace('"mixed"', f'"{"y " * 99}y"')))
    assert max(map(len, text.splitlines())) <= 80


def test_report_names_case_editions_digests_and_limits_of_use(mixed: Report) -> None:
    # S03, S04, S10
    text = report_text(mixed)
    assert text.startswith("Case mixed\nVerdict: VIOLATED\n")
    used = [item for item in mixed.editions if any(f.constraint_id.startswith(item.id) for f in mixed.findings)]
    assert {"hytec-cord-2021", "nieder-2005", "nieder-2006", "umich-2019"} <= {edition.id for edition in used}
    made = joined(sections(text)["How this was made"])
    for edition in used:
        assert f"{edition.id} ({edition.digest[:19]})" in made
    assert mixed.input.sha256[:16] in made
    assert f"reirrad {mixed.reirrad_version}" in made
    assert "no medical device" in made
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_o12_each_source_has_its_population_and_no_rule_looks_at_the_patient(path: Path) -> None:
    report = check(load_case(path))
    told = joined(parts(sections(report_text(report))["Limits by structure"]).get("Sources", []))
    listed = [item for item in report.findings if item.status != "not_applicable"]
    first, *entries = re.split(r" \[\d+\] ", told)
    assert first == (POPULATIONS if listed else "")
    assert set(entries) == {source_with_population(item) for item in listed}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_words_that_are_never_printed(path: Path) -> None:
    # S10
    assert FORBIDDEN.findall(report_text(check(load_case(path)))) == []


# 20 x 2 Gy is 80 Gy2; 12 x 2 Gy is 48 Gy2 and 5 x 1 Gy is 5 (1 + 1/2) = 7.5 Gy2: exactly 135.5 Gy2
_HEAD = MIXED.replace(', "SpinalCord_Cerv"', "").replace("50 Gy / 25", "40 Gy / 20").replace("50.0", "40.0")
AT_THE_LIMIT = (
    _HEAD[: _HEAD.rindex("schedule = ")]
    + """\
fractions_per_day = 1
n_phases = 2
[[course.phase]]
schedule = "12 x 2 Gy"
dose.SpinalCord = { "Max[Gy]" = 24.0, basis = "plan" }
[[course.phase]]
schedule = "5 x 1 Gy"
dose.SpinalCord = { "Max[Gy]" = 5.0, basis = "plan" }
"""
)


def cumulative(report: Report) -> Finding:
    return next(item for item in report.findings if item.constraint_id == "nieder-2006.cumulative")


def shown_of(report: Report) -> Shown:
    shown = findings(report_text(report))
    return only(shown, structure="SpinalCord", name="nieder-2006.cumulative")


def numbers_of(report: Report) -> tuple[str, str, str]:
    item = shown_of(report)
    return item.value, item.required, item.margin


def test_value_at_its_limit_is_met_and_looks_so() -> None:
    report = report_of(AT_THE_LIMIT)
    assert (cumulative(report).status, cumulative(report).margin) == ("met", 0.0)
    assert numbers_of(report) == ("135.5", "<= 135.5 Gy BED", "0")


@pytest.mark.parametrize(
    ("dose", "least"),
    [
        # 5.0002 (1 + 1.00004/2) = 7.5004
        ("5.0002", "135.5004"),
        ("5.0000002", "135.5000004"),
        # the sum differs by less than the numbers of the machine tell apart; decided exactly
        ("5.000000000000001", None),
    ],
)
def test_violated_value_prints_beyond_its_limit(dose: str, least: str | None) -> None:
    # S05
    report = report_of(AT_THE_LIMIT.replace('"Max[Gy]" = 5.0,', f'"Max[Gy]" = {dose},'))
    assert cumulative(report).status == "violated"
    shown, required, margin = numbers_of(report)
    assert required == "<= 135.5 Gy BED"
    assert float(shown) > 135.5
    assert float(margin) < 0
    if least is not None:
        assert shown == least
    value = re.search(r"required <= 135.5 Gy BED; value ([\d.]+): violated", " ".join(cumulative(report).derivation))
    assert value is not None
    assert float(value[1]) > 135.5


def test_met_value_never_prints_at_or_above_its_limit() -> None:
    report = report_of(AT_THE_LIMIT.replace('"Max[Gy]" = 5.0,', '"Max[Gy]" = 4.9999,'))
    assert cumulative(report).status == "met"
    assert numbers_of(report) == ("135.4998", "<= 135.5 Gy BED", "+0.0002")


def test_shown_digits_depend_on_the_limit_only_where_needed(mixed: Report) -> None:
    finding = cumulative(mixed)
    assert finding.value == 180.0
    assert numbers_of(mixed) == ("180", "<= 135.5 Gy BED", "-44.5")


def spoiled(report: Report, hidden: str) -> Report:
    """Return the report with a text in every place that holds one; the model would refuse it, an object does not."""

    def spoil(item: Any) -> Any:
        texts = {name: f"{hidden}{value}" for name in item.__slots__ if isinstance(value := getattr(item, name), str)}
        keep = {"status", "scope", "comparison", "schema", "verdict", "verdict_without_proposed", "unit", "quantity"}
        lists = {"derivation": (hidden,), "notes": (hidden,), "unmapped_structures": (hidden,), "members": (hidden,)}
        lists |= {"structures_without_rule": (hidden,)}
        texts |= {name: value for name, value in lists.items() if name in item.__slots__}
        return replace(item, **{name: value for name, value in texts.items() if name not in keep})

    changed = spoil(report)
    return replace(
        changed,
        findings=tuple(map(spoil, report.findings)),
        groups=tuple(map(spoil, report.groups)),
        editions=tuple(map(spoil, report.editions)),
    )


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x9b31m", "\u202e", "\x07", "\x00", "\r", "\ud800"])
def test_control_characters_never_reach_the_terminal(hidden: str, mixed: Report) -> None:
    # X18
    report = spoiled(mixed, hidden)
    for text in (report_text(report), plain_text(headline_blocks(report))):
        assert all(char.isprintable() or char == "\n" for char in text)
    for blocks in (report_blocks(report), headline_blocks(report)):
        for colour in (True, False):
            text = terminal_text(blocks, width=80, colour=colour, unicode=True)
            text = re.sub(r"\x1b\[[0-9;]*m", "", text) if colour else text
            assert all(char.isprintable() or char == "\n" for char in text)


def test_printable_shows_what_it_escapes() -> None:
    assert printable("a\x1b[31mb\n") == "a\\x1b[31mb\\n"
    assert printable("Müller ≤ 患者") == "Müller ≤ 患者"


def test_style_gets_what_tells_a_status_and_changes_no_word(mixed: Report) -> None:
    # S06: the words say what the colour says
    styled: list[tuple[str, str]] = []

    def style(text: str, status: str) -> str:
        styled.append((text, status))
        return text

    # a digest is of plain text, and what is styled has none
    assert sealed_text(report_text(mixed, style=style)) == report_text(mixed)
    assert styled[0] == ("Verdict: VIOLATED", "violated")
    firsts = [(text, status) for text, status in styled if not text.startswith("    ")]  # of lines of a paragraph
    assert all(STATUS_WORDS[status] in text for text, status in firsts)
    told = [STATUS_WORDS[item.status] for item in mixed.findings if item.status != "not_applicable"]
    groups = [item for item in mixed.groups if item.status != "not_applicable"]
    opinions = [item for table in mixed.disagreement for item in table.opinions]
    assert len(firsts) == 2 + len(told) + len(groups) + len(opinions)  # each once: two verdicts, rows, groups


def test_without_details_no_derivation_is_printed(mixed: Report) -> None:
    assert "How each value was computed" in report_text(mixed)
    short = report_text(mixed, details=False)
    assert "How each value was computed" not in short
    whole = sections(report_text(mixed))
    assert whole.pop("How each value was computed")
    # the last line is the digest of what was printed
    assert sections(short).pop("How this was made")[:-1] == whole.pop("How this was made")[:-1]
    assert {name: lines for name, lines in sections(short).items() if name != "How this was made"} == whole
