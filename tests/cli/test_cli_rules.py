"""``reirrad rules list`` and ``rules show``: every filter and format, what is not known, and the worked example."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.runner import REPOSITORY, assert_refused, invoke
from reirrad.library import load_library
from reirrad.library.load import load_profile
from reirrad.model.rule import Constraint
from report.two_courses import case_of, report_of

LIBRARY = load_library()
RULES = [constraint for _, constraint in LIBRARY.constraints()]
OWN = Path(__file__).parent / "library"


def listed(*options: str) -> list[dict[str, Any]]:
    outcome = invoke("rules", "list", "--format", "json", *options)
    assert (outcome.code, outcome.err) == (0, "")
    document = json.loads(outcome.out)
    assert list(document) == ["schema", "rules"]
    assert document["schema"] == "reirrad-rules/1"
    return document["rules"]


def ids(*options: str) -> list[str]:
    return [rule["id"] for rule in listed(*options)]


# a limit for the thecal sac speaks of what lies in it and of what holds it
SAC = [f"hytec-cord-2021.{name}" for name in ("cumulative", "newest-course", "share", "interval")]
RELATED_TO_SAC = {
    *("SpinalCanal", "CaudaEquina", "SpinalCord", "SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum"),
    *("SpinalCord_Sac", "SpinalCord_Sub"),
}


def about(structure: str) -> list[str]:
    """Return the rules about a structure: those that name it, and those of what it is related to."""
    related = SAC if structure in RELATED_TO_SAC else []
    return [rule.id for rule in RULES if structure in rule.structures or rule.id in related]


def test_every_rule_is_listed() -> None:
    assert ids() == [rule.id for rule in RULES]


@pytest.mark.parametrize(
    ("name", "structure"),
    [
        ("SpinalCord", "SpinalCord"),
        ("spinal cord", "SpinalCord"),
        ("MYELON", "SpinalCord"),
        (" cord ", "SpinalCord"),
        ("CaudaEquina", "CaudaEquina"),
        ("Kidney_L", "Kidney_L"),
        ("lumbar cord", "SpinalCord_Lum"),
        ("ThecalSac", "ThecalSac"),
        ("SpinalCanal", "SpinalCanal"),
        ("SpinalCord_PRV03", "SpinalCord_PRV03"),
    ],
)
def test_rules_of_a_structure(name: str, structure: str) -> None:
    assert ids("--structure", name) == about(structure)
    assert "nieder-2006.cumulative" in about("SpinalCord")
    assert "nieder-2006.cumulative" not in about("SpinalCord_Lum")
    assert about("SpinalCanal") == SAC
    assert about("SpinalCord_PRV03") == []


EVERYTHING = LIBRARY.select([loaded.edition.id for loaded in LIBRARY.editions], profile=load_profile("all"))


@pytest.mark.parametrize(
    "structure",
    ["SpinalCord", "SpinalCord_Cerv", "SpinalCord_PRV05", "CaudaEquina", "ThecalSac", "SpinalCanal", "Kidneys",
     "OpticNrv_L", "Rectum"],
)  # fmt: skip
def test_the_limits_listed_are_those_that_a_case_gets(structure: str) -> None:
    report = report_of(case_of("2020-01-31", "2020-10-01", structure=structure), EVERYTHING)
    found = {item.constraint_id for item in report.findings}
    assert set(ids("--structure", structure, "--kind", "limit")) == found
    references = {item.id for item in report.references}
    assert set(ids("--structure", structure, "--kind", "reference")) == references


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--edition", "nieder-2005"], lambda rule: rule.id.startswith("nieder-2005")),
        (
            ["--edition", "nieder-2006", "--edition", "nieder-2005"],
            lambda rule: rule.id.startswith(("nieder-2005", "nieder-2006")),
        ),
        (["--scope", "interval"], lambda rule: rule.scope == "interval"),
        (["--scope", "allowed_bed"], lambda rule: rule.id == "woolley-2018.allowed-bed"),
        (["--kind", "reference"], lambda rule: rule.kind == "reference"),
        (["--kind", "limit"], lambda rule: rule.kind == "limit"),
        (
            ["--edition", "umich-2019", "--structure", "cord", "--kind", "limit", "--scope", "cumulative"],
            lambda rule: rule.id in {"umich-2019.spinal-cord", "umich-2019.spinal-cord.near-target"},
        ),
        (["--edition", "nieder-2005", "--kind", "reference"], lambda rule: False),
    ],
)
def test_filters(options: list[str], wanted: Any) -> None:
    assert ids(*options) == [rule.id for rule in RULES if wanted(rule)]


def test_a_rule_in_json() -> None:
    (rule,) = listed("--edition", "doi-2021", "--kind", "limit")
    assert list(rule)[:4] == ["id", "kind", "group", "advisory"]
    assert rule["limit"] == [50.0, 50.0]
    assert (rule["unit"], rule["limit_for"], rule["alpha_beta_gy"]) == ("Gy EQD2", "tolerance", 2.0)
    schedule = rule["recovery_schedule"]
    assert schedule["acts_on"] == "tolerance"
    steps = [(step["from_months"], step["to_months"], step["recovered_fraction"]) for step in schedule["step"]]
    assert steps == [(0, 6, 0), (6, 12, 0.25), (12, None, 0.5)]
    digest = next(loaded.digest for loaded in LIBRARY.editions if loaded.edition.id == "doi-2021")
    assert (rule["edition"]["id"], rule["edition"]["digest"]) == ("doi-2021", digest)
    assert rule["edition"]["origin"] == "shipped"


def test_an_open_end_is_null_in_json() -> None:
    (rule,) = (rule for rule in listed("--edition", "troost-2020") if rule["id"] == "troost-2020.spinal-cord")
    assert rule["conditions"]["interval_months"] == [9.0, None]


def test_the_list_as_text() -> None:
    text = invoke("rules", "list").out
    assert max(map(len, text.splitlines())) <= 80
    limits = sum(rule.kind == "limit" for rule in RULES)
    assert text.splitlines()[-1] == f"  {limits} limits and {len(RULES) - limits} references"
    # ids have a dot; a long title goes on below
    named = re.findall(r"^  ([^\s()]+\.[^\s()]+)(?: \(.*\))?$", text, re.MULTILINE)
    assert named == [rule.id for rule in RULES]
    assert not text.startswith("\n")


def test_marks_of_the_list() -> None:
    lines = invoke("rules", "list").out.splitlines()
    for line in (
        "  woolley-2018.allowed-bed (profile second-opinion)",
        "  umich-2019.spinal-cord.near-target (profile stated-fact)",
        "  ars-2020.spinal-cord (profile incomplete)",
        "  nieder-2006-lumbar.course-ab4 (advisory)",
        "  rades-2014.spinal-cord (reference)",
        "  umich-2019.spinal-cord",
    ):
        assert line in lines


def test_the_text_of_one_rule() -> None:
    text = invoke("rules", "list", "--edition", "nieder-2006", "--scope", "interval").out
    assert text == (
        "nieder-2006: Update of human spinal cord reirradiation tolerance (read: source)\n"
        "-------------------------------------------------------------------------------\n"
        "  nieder-2006.interval\n"
        "    SpinalCord, SpinalCord_Cerv, SpinalCord_Thor: interval between consecutive\n"
        "      courses >= 6 months\n"
        "  nieder-2006-lumbar.interval\n"
        "    SpinalCord_Lum: interval between consecutive courses >= 6 months\n"
        "\n"
        "In all\n"
        "------\n"
        "  2 limits and 0 references\n"
    )


def test_nothing_found_is_said() -> None:
    text = invoke("rules", "list", "--edition", "nieder-2005", "--kind", "reference").out
    assert text == "In all\n------\n  0 limits and 0 references\n"


def test_the_list_as_markdown_is_the_page() -> None:
    page = (REPOSITORY / "docs" / "library.md").read_text(encoding="utf-8")
    assert invoke("rules", "list", "--format", "md").out == page


def test_the_page_of_one_edition() -> None:
    text = invoke("rules", "list", "--format", "md", "--edition", "nieder-2005").out
    assert re.findall("^## (.*)$", text, re.MULTILINE) == ["nieder-2005"]
    page = (REPOSITORY / "docs" / "library.md").read_text(encoding="utf-8")
    # as on the page, under a heading of its own
    assert text.startswith("# Rules\n\n## nieder-2005\n\n")
    assert text.removeprefix("# Rules\n\n").rstrip() in page


@pytest.mark.parametrize(
    "options",
    [
        ["--structure", "SpinalCord"],
        ["--structure", "cauda equina", "--kind", "limit"],
        ["--scope", "cumulative"],
        ["--kind", "reference"],
        ["--edition", "umich-2019", "--edition", "doi-2021", "--kind", "limit"],
    ],
    ids=" ".join,
)
def test_markdown_holds_the_rules_found_and_no_other(options: list[str]) -> None:
    text = invoke("rules", "list", "--format", "md", *options).out
    found = ids(*options)
    assert text.startswith("# Rules\n\n## ")
    assert "Generated from" not in text
    assert re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE) == in_tables(found)
    assert set(re.findall(r"^- `([^`]+)`: ", text, re.MULTILINE)) == {rule.id for rule in RULES if rule.note} & {*found}
    assert set(re.findall("^## (.*)$", text, re.MULTILINE)) == {edition_of(name) for name in found}


def edition_of(name: str) -> str:
    return next(loaded.edition.id for loaded, rule in LIBRARY.constraints() if rule.id == name)


def in_tables(names: list[str]) -> list[str]:
    """Return ids as the page has them: of each edition the limits, then the references."""
    kinds = {rule.id: rule.kind for rule in RULES}
    return sorted(names, key=lambda name: (edition_of(name), kinds[name]))


def test_markdown_holds_the_recovery_of_the_rules_found_only() -> None:
    text = invoke("rules", "list", "--format", "md", "--structure", "Stomach", "--edition", "umich-2019").out
    schedules = next(loaded.edition.recovery for loaded in LIBRARY.editions if loaded.edition.id == "umich-2019")
    used = {rule.recovery for rule in RULES if rule.id in ids("--structure", "Stomach", "--edition", "umich-2019")}
    assert set(re.findall("^Recovery `([^`]+)`", text, re.MULTILINE)) == used
    assert used < {schedule.id for schedule in schedules}


def test_markdown_of_nothing_found() -> None:
    text = invoke("rules", "list", "--format", "md", "--edition", "nieder-2005", "--kind", "reference").out
    assert text == "# Rules\n"


def test_a_library_of_ones_own_is_not_the_page() -> None:
    text = invoke("rules", "list", "--format", "md", "--library", OWN).out
    assert text.startswith("# Rules\n\n## ")
    assert "Generated from" not in text
    assert set(re.findall("^## (.*)$", text, re.MULTILINE)) == {edition_of(rule.id) for rule in RULES} | {
        "recovery-example"
    }


def test_a_library_of_ones_own_is_listed_too() -> None:
    assert ids("--library", str(OWN), "--edition", "recovery-example")[0] == "recovery-example.cumulative"
    assert listed("--library", str(OWN), "--edition", "recovery-example")[0]["edition"]["origin"] == "user"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--structure", "foo"], "--structure: 1 problem\n  the structure is not known; given: 'foo'; "
         "see `reirrad rules structures`"),
        (["--structure", "Kidney"], "the structure is not known; given: 'Kidney'; "
         "write its side: Kidney_L or Kidney_R"),
        (["--structure", "OpticNrv"], "given: 'OpticNrv'; write its side: OpticNrv_L or OpticNrv_R"),
        (["--structure", ""], "the structure is not known; given: ''; see `reirrad rules structures`"),
        (["--structure", "\x1b[31m"], "given: '\\x1b[31m'"),
        (["--edition", "nieder-2007"], "there is no such edition; given: 'nieder-2007'; allowed: abusaris-2012, "),
        (["--scope", "sum"], "Invalid value for '--scope': 'sum' is not one of 'first_course', "),
        (["--kind", "rule"], "Invalid value for '--kind': 'rule' is not one of 'limit', 'reference'"),
        (["--library", "/none"], "/none: 1 problem\n  this is no folder; name a folder of edition files"),
    ],
)  # fmt: skip
def test_what_the_list_refuses(options: list[str], message: str) -> None:
    assert_refused(invoke("rules", "list", *options), message)


def test_the_list_goes_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    assert invoke("rules", "list", "--format", "json", "--output", path).out == ""
    content = path.read_text(encoding="utf-8")
    assert len(json.loads(content)["rules"]) == len(RULES)
    assert_refused(invoke("rules", "list", "--output", path), "the output exists already")
    assert path.read_text(encoding="utf-8") == content


def rule_named(name: str) -> Constraint:
    return next(rule for rule in RULES if rule.id == name)


def shown(name: str) -> str:
    outcome = invoke("rules", "show", name)
    assert (outcome.code, outcome.err) == (0, "")
    assert max(map(len, outcome.out.splitlines())) <= 80
    return outcome.out


def test_a_limit_is_shown_with_a_worked_example() -> None:
    text = shown("umich-2019.spinal-cord")
    lines = text.splitlines()
    assert lines[0] == "umich-2019.spinal-cord"
    for line in (
        "  kind: limit",
        "  structures: SpinalCord, SpinalCord_Cerv, SpinalCord_Thor, SpinalCord_Lum,",
        "    SpinalCord_Sac",
        "  compared: cumulative, EQD2 of D0.1cc[Gy], alpha/beta 2.5 Gy",
        "  required: <= 50 Gy EQD2",
        "  recovery: earlier courses discounted (Univ. Michigan, serial organs)",
        "    < 3 months: 0.00",
        "    >= 3 and < 6 months: 0.10",
        "    >= 6 and < 12 months: 0.25",
        "    >= 12 months: 0.50",
    ):
        assert line in lines
    # 32.98 Gy in 10 fractions is 32.98 (1 + 3.298/2.5) / 1.8 = 42.4929 Gy EQD2, with 3/4 of 10 Gy EQD2 49.9929
    met, beyond = text.split("\nand 0.01 Gy more\n")
    assert "  sum after recovery: 10 x (1 - 0.25) + 42.4929 = 49.9929 Gy EQD2\n" in met
    assert met.endswith("  required <= 50 Gy EQD2; value 49.9929: met\n")
    # 32.99 (1 + 3.299/2.5) / 1.8 = 42.5131
    assert beyond.endswith("  required <= 50 Gy EQD2; value 50.0131: violated\n")


@pytest.mark.parametrize(
    ("name", "step", "met", "beyond"),
    [
        ("nieder-2006.interval", "one day less", "value 6: met", "value 5.9677: violated"),
        # 12.36 (1 + 1.236/2) / 2 = 9.9992 beside 10; 12.37 (1 + 1.237/2) / 2 = 10.0104
        ("hytec-cord-2021.share", "0.01 Gy more", "value 0.49998: met", "value 0.5003: violated"),
        ("uk-sabr-2022.spinal-cord.d0.035cc", "0.01 Gy more", ": met", ": violated"),
        ("quantec-2010.lungs.v20", "0.01 % more", "value 30: met", "value 30.01: violated"),
    ],
)
def test_what_differs_between_the_two_examples_is_said(name: str, step: str, met: str, beyond: str) -> None:
    text = shown(name)
    assert "further" not in text
    first, second = text.split(f"\nand {step}\n")
    assert met in first.rstrip().splitlines()[-1]
    assert any(beyond in line for line in second.splitlines())


def test_a_reference_is_shown_without_an_example() -> None:
    text = shown("rades-2014.spinal-cord")
    assert "  kind: reference\n" in text
    assert "  about: cumulative, BED of Max[Gy], alpha/beta 2 Gy\n" in text
    assert "  printed: total BED of 80-137 Gy2\n" in text
    assert "compared:" not in text
    assert "required:" not in text
    assert "profile:" not in text
    assert text.endswith("\nWorked example\n--------------\n  None: a reference is never compared.\n")


def test_a_source_without_doi_is_shown_so() -> None:
    text = " ".join(shown("rades-2014.spinal-cord").split())
    assert "source: Rades and others 2014, 60 patients. doi not stated locator: " in text
    assert "doi:not" not in text
    assert "2021;110:124-136. doi:10.1016/j.ijrobp.2019.09.038" in " ".join(shown(SAC[0]).split())


def test_an_incomplete_limit_is_shown_without_an_example() -> None:
    text = shown("ars-2020.spinal-cord")
    assert "  compared: cumulative, EQD2 of Max[Gy], alpha/beta not stated\n" in text
    words = " ".join(text.split())
    assert " profile: incomplete (outside the default profile: its source does not state what is needed " in words
    assert text.endswith("\nWorked example\n--------------\n  None: no stated dose decides it.\n")


def test_a_range_in_the_source_is_met_or_open() -> None:
    text = shown("hytec-cord-2021.first-course")
    assert "required <= 12.4 to 14 (a range in the source) Gy; value 12.4: met" in text
    assert "required <= 12.4 to 14 (a range in the source) Gy; value 12.41: not evaluated" in text


@pytest.mark.parametrize("name", ["umich-2019.spinal-cord", "nieder-2005.score", "hytec-cord-2021.first-course",
                                  "rades-2014.spinal-cord", "ars-2020.spinal-cord"])  # fmt: skip
def test_a_rule_is_shown_as_json(name: str) -> None:
    document = json.loads(invoke("rules", "show", name, "--format", "json").out)
    (entry,) = (rule for rule in listed("--edition", name.partition(".")[0]) if rule["id"] == name)
    example = document.pop("example")
    assert document.pop("schema") == "reirrad-rule/1"
    assert document == entry
    if name in {"rades-2014.spinal-cord", "ars-2020.spinal-cord"}:
        assert example is None
        return
    assert list(example) == ["met", "beyond"]
    assert example["met"]["status"] == "met"
    assert example["beyond"]["status"] in {"violated", "not_evaluated"}
    for finding in example.values():
        assert finding["constraint_id"] == name
        assert finding["unit"] == rule_named(name).unit
        assert finding["derivation"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("umich-2019.spinalcord", "library: 1 problem\n  there is no such rule; given: 'umich-2019.spinalcord'; "
         "did you mean umich-2019.spinal-cord, "),
        ("nieder-2006.cumulativ", "did you mean nieder-2006.cumulative, "),
        ("zzz", "there is no such rule; given: 'zzz'; see: reirrad rules list"),
        ("", "there is no such rule; given: ''; see: reirrad rules list"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_there(name: str, message: str) -> None:
    assert_refused(invoke("rules", "show", name), message)


def test_show_takes_one_rule() -> None:
    assert_refused(invoke("rules", "show"), "Missing argument 'ID'")
