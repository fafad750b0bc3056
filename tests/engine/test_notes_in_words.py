"""What a report says beside its findings, word for word: headline and notes, from findings made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.derivations import delivered
from engine.disagreement_cases import finding
from engine.told_notes import COMPLETE, HOUSE, PLAIN, TENS, notes
from reirrad.engine.notes import CheckOptions, headline, notes_of_choice, notes_of_library
from reirrad.ingest import parse_case
from reirrad.library import Library, LoadedEdition, Profile, load_library
from reirrad.model.finding import Finding

Raw = dict[str, Any]
SHIPPED = load_library()
COUNT = len(SHIPPED.editions)


def items(*statuses: str, **more: Any) -> list[Finding]:
    numbers = {"limit": 50.0, "margin": 1.0}
    return [finding(f"a.{number}", **({"status": status} | numbers | more)) for number, status in enumerate(statuses)]


MET, BAD, OPEN, OUT = "met", "violated", "not_evaluated", "not_applicable"
ADVISORY = items(MET, BAD, OPEN, advisory=True)
EARLIER = items(BAD, caused_by_proposed=False)


@pytest.mark.parametrize(
    ("findings", "text"),
    [
        ([], "no limit was evaluated"),
        (items(OUT), "no limit was evaluated"),
        (ADVISORY, "no limit was evaluated; 1 advisory limit exceeded"),
        (ADVISORY * 2, "no limit was evaluated; 2 advisory limits exceeded"),
        (items(MET), "none of 1 evaluated limits exceeded"),
        (items(MET, BAD, OUT, MET), "1 of 3 evaluated limits exceeded"),
        (items(BAD, BAD) + ADVISORY, "2 of 2 evaluated limits exceeded; 1 advisory limit exceeded"),
        (items(OPEN), "no limit was evaluated; 1 could not be evaluated"),
        (items(MET, OPEN, OPEN), "none of 1 evaluated limits exceeded; 2 could not be evaluated"),
        # what is not caused by the proposed course; what is not known is not counted
        (EARLIER, "1 of 1 evaluated limits exceeded; 1 was exceeded before the proposed course"),
        (EARLIER * 2, "2 of 2 evaluated limits exceeded; 2 were exceeded before the proposed course"),
        (items(BAD, caused_by_proposed=True) + items(BAD), "2 of 2 evaluated limits exceeded"),
        (items(MET, caused_by_proposed=False), "none of 1 evaluated limits exceeded"),
        (items(MET, basis="prescription"), "none of 1 evaluated limits exceeded, on prescription doses"),
        (
            items(MET, basis="plan") + items(OPEN, basis="plan + prescription"),
            "none of 1 evaluated limits exceeded; 1 could not be evaluated, on prescription doses",
        ),
        (items(MET, basis="estimate"), "none of 1 evaluated limits exceeded"),
        # of what is advisory the headline says nothing
        (items(MET) + items(MET, basis="prescription", advisory=True), "none of 1 evaluated limits exceeded"),
    ],
)
def test_the_headline_counts(findings: list[Finding], text: str) -> None:
    assert headline(parse_case(TENS), findings, [], [], [], PLAIN, CheckOptions()) == text


NONE = "none of 1 evaluated limits exceeded"
CHANGED = replace(PLAIN, editions=(replace(HOUSE, origin="modified"),), modified_tables=("structures.toml",))
AT_RISK = SHIPPED.select(["woolley-2018"], model_risk_percent=2.5)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"unmapped": ["A"]}, f"{NONE}; 1 structure not known"),
        ({"unmapped": ["A", "B"]}, f"{NONE}; 2 structures not known"),
        ({"bare": ["A"]}, f"{NONE}; 1 structure without a rule that decides"),
        (
            {"bare": ["A"], "options": CheckOptions(require_organs=True)},
            f"{NONE}; 1 structure without a rule that decides, a rule required for every structure",
        ),
        (
            {"unmapped": ["C"], "bare": ["A", "B"], "options": CheckOptions(require_organs=True)},
            f"{NONE}; 1 structure not known; 2 structures without a rule that decides, a rule required for every "
            "structure",
        ),
        (
            {"bare": [], "options": CheckOptions(strict=True, require_organs=True)},
            f"{NONE}, strict, a rule required for every structure",
        ),
        ({"case": {"point_maximum": "D0.03cc[Gy]"}}, f"{NONE}, D0.03cc[Gy] taken as point maximum"),
        (
            {"library": SHIPPED.select(["umich-2019", "nieder-2006"])},
            f"{NONE}; judged by 2 of {COUNT} editions (umich-2019, nieder-2006) only",
        ),
        (
            {"library": SHIPPED.select(["umich-2019"], profile=Profile(name="ours"))},
            f"{NONE}; judged by profile ours, 1 of {COUNT} editions (umich-2019) only",
        ),
        ({"library": PLAIN.select(profile=Profile(name="ours"))}, f"{NONE}; judged by profile ours only"),
        (
            {"library": AT_RISK},
            f"{NONE}; judged by 1 of {COUNT} editions (woolley-2018) only, model at a risk of 2.5 %",
        ),
        ({"library": replace(PLAIN, model_risk_percent=2.5)}, NONE),
        (
            {"library": SHIPPED.select(["woolley-2018"])},
            f"{NONE}; judged by 1 of {COUNT} editions (woolley-2018) only",
        ),
        ({"library": CHANGED}, f"{NONE}; LOCAL, MODIFIED: house, structures.toml"),
        ({"library": replace(PLAIN, editions=(HOUSE,))}, NONE),
    ],
)
def test_the_headline_names_what_weakens_it(told: Mapping[str, Any], text: str) -> None:
    read = parse_case(TENS | told.get("case", {}))
    options = told.get("options", CheckOptions())
    library = told.get("library", PLAIN)
    found = headline(
        read, items(MET), told.get("unmapped", []), told.get("bare", []), told.get("groups", []), library, options
    )
    assert found == text


def dated(loaded: LoadedEdition, until: str) -> LoadedEdition:
    return replace(loaded, edition=replace(loaded.edition, valid_until=until))


ENDED = replace(PLAIN, editions=(dated(PLAIN.editions[0], "2031-05-06"),))


@pytest.mark.parametrize(
    ("library", "notes"),
    [
        (PLAIN, []),
        # none of the package states an end
        (SHIPPED, []),
        (
            CHANGED,
            [
                "edition house differs from the one that the package ships: its numbers are local",
                "structures.toml differs from the one that the package ships",
            ],
        ),
        (replace(PLAIN, editions=(HOUSE,)), ["edition house is not of the package: house.toml"]),
        (
            ENDED,
            [
                "edition house is valid until 2031-05-06",
                "no day is stated: whether an edition has ended was not asked",
            ],
        ),
        (
            replace(ENDED, as_of="2030-01-02"),
            [
                "edition house is valid until 2031-05-06",
                "option: as of 2030-01-02, no edition that is used states an end before that day",
            ],
        ),
        (
            replace(PLAIN, as_of="2030-01-02"),
            ["option: as of 2030-01-02, no edition that is used states an end before that day"],
        ),
        (
            PLAIN.select(profile=Profile(name="ours", reason="the board of 2030")),
            ["option: judged by profile ours (the board of 2030)"],
        ),
        (SHIPPED.select(["umich-2019"]), [f"option: judged by 1 of {COUNT} editions (umich-2019)"]),
        (
            AT_RISK,
            [
                f"option: judged by 1 of {COUNT} editions (woolley-2018)",
                "option: model at a risk of 2.5 %, chosen instead of that of its edition",
            ],
        ),
        # what is not judged is not told
        (CHANGED.select(profile=Profile("ours", frozenset())), [
            "option: judged by profile ours",
            "structures.toml differs from the one that the package ships",
        ]),
    ],
)  # fmt: skip
def test_notes_of_the_rules(library: Library, notes: list[str]) -> None:
    assert list(notes_of_library(library)) == notes


@pytest.mark.parametrize(
    ("history", "text"),
    [
        ({}, COMPLETE),
        ({"prior_radiotherapy": "none", "prior_courses": 0}, "history: no earlier radiotherapy, as stated"),
        ({"prior_radiotherapy": "partial"}, "history: partial, earlier courses may be missing"),
        ({"prior_radiotherapy": "unknown"}, "history: unknown, earlier courses may be missing"),
    ],
)
def test_the_history_comes_first(history: Raw, text: str) -> None:
    raw = TENS | history
    if raw["prior_courses"] == 0:
        raw["course"] = raw["course"][1:]
    assert list(notes_of_choice(parse_case(raw), PLAIN, strict=False)) == [text]


def test_notes_of_the_choice() -> None:
    read = parse_case(TENS | {"structures": ["SpinalCord", "Lung_L", "Medulla"], "point_maximum": "D0.03cc[Gy]"})
    assert list(notes_of_choice(read, CHANGED, strict=True)) == [
        COMPLETE,
        "option: D0.03cc[Gy] is taken as the point maximum where Max[Gy] is not stated",
        "option: strict, sums of near-maxima other than Max prove nothing by themselves",
        "edition house differs from the one that the package ships: its numbers are local",
        "structures.toml differs from the one that the package ships",
        'structure "Medulla" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
    ]


UNPROPOSED = "no course is proposed: the findings are about what was delivered"
PRESCRIBED = "prescriptions stand for organ doses: hot spots and dose fall-off are not in the values"


def test_notes_of_a_case() -> None:
    assert notes(TENS) == []
    assert notes(TENS, items(MET, basis="plan")) == []
    odd = {"SpinalCord": {"Max[Gy]": 10, "gEUD8[Gy]": 9, "basis": "plan"}}
    raw = TENS | {"course": [TENS["course"][0] | {"dose": odd}, TENS["course"][1]]}
    # what is advisory is shown on prescription doses, too
    told = items(MET, basis="plan + prescription", advisory=True)
    expected = [
        "option: require organs, a structure about which no constraint decides is not evaluated",
        UNPROPOSED,
        PRESCRIBED,
        "left out: 3 limits about these structures are outside the profile point-dose: not judged (a 1, b 2)",
        "structure Lung_L: no constraint that is judged is about it",
        "metric not known, not used: SpinalCord: gEUD8[Gy]",
    ]
    assert notes(delivered(raw), told, ["Lung_L"], {"a": 1, "b": 2}, require_organs=True) == expected


@pytest.mark.parametrize(
    ("left_out", "library", "text"),
    [
        ({"a": 1}, PLAIN, "1 limit about these structures is outside the profile point-dose: not judged (a 1)"),
        ({"a": 2}, PLAIN, "2 limits about these structures are outside the profile point-dose: not judged (a 2)"),
        (
            {"a": 1},
            SHIPPED.select(["nieder-2006"], profile=Profile("ours")),
            "1 limit about these structures is outside the profile ours and the editions chosen: not judged (a 1)",
        ),
    ],
)
def test_what_was_left_out(left_out: dict[str, int], library: Library, text: str) -> None:
    assert f"left out: {text}" in notes(TENS, left_out=left_out, library=library)


UNKNOWN = 'structure "{}" is not known: nothing that needs it was evaluated; {}'


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("BrachialPlex", "it is a paired organ: write its side, BrachialPlex_L or BrachialPlex_R"),
        ("brachial plexus", "see `reirrad rules structures`"),
        # with one side alone it is no pair
        ("Only", "see `reirrad rules structures`"),
    ],
)
def test_the_right_name_of_a_pair(name: str, advice: str) -> None:
    table = SHIPPED.structures
    table = replace(table, names=(*table.names, "Only_L"), aliases={**table.aliases, "only_l": "Only_L"})
    library = replace(PLAIN, structures=table)
    assert UNKNOWN.format(name, advice) in notes(TENS | {"structures": ["SpinalCord", name]}, library=library)


def about(*names: str, status: str = "violated", advisory: bool = True) -> list[Finding]:
    return [finding("a", status=status, structure=name, advisory=advisory) for name in names]


BARE = "structure {}: no constraint that is judged is about it"


@pytest.mark.parametrize(
    ("judged", "bare", "text"),
    [
        ([], "Lung_L", BARE.format("Lung_L")),
        (["Heart"], "Lung_L", BARE.format("Lung_L")),
        (["SpinalCord"], "SpinalCord", "structure SpinalCord: only advisory constraints are about it"),
        # what contains it and what lies within it, in the order of their names
        (
            ["ThecalSac", "SpinalCord_Lum", "Heart"],
            "SpinalCord",
            BARE.format("SpinalCord") + "; its doses bound those of SpinalCord_Lum, ThecalSac",
        ),
        ([], "SpinalCord", BARE.format("SpinalCord") + "; to judge what lies within it, list SpinalCord_Cerv too"),
        ([], "ThecalSac", BARE.format("ThecalSac") + "; to judge what lies within it, list CaudaEquina too"),
    ],
)
def test_a_structure_without_a_rule(judged: list[str], bare: str, text: str) -> None:
    assert notes(TENS, about(*judged), [bare]) == [text]


def test_every_structure_without_a_rule_is_named() -> None:
    assert notes(TENS, about("Heart"), ["Heart", "Lung_L", "Lung_R"]) == [
        "structure Heart: only advisory constraints are about it",
        BARE.format("Lung_L"),
        BARE.format("Lung_R"),
    ]


@pytest.mark.parametrize(
    ("status", "more"),
    [("violated", "; those that apply to an earlier one say nothing of it"), ("not_applicable", "")],
)
def test_a_structure_whose_newest_course_no_rule_is_about(status: str, more: str) -> None:
    text = "structure Heart: no constraint that decides applies to its newest course that gives dose"
    found = [*about("Heart", status=status, advisory=False), *about("Heart", "Lung_L")]
    assert notes(TENS, found, ["Heart"]) == [text + more]
