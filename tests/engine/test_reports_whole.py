"""A report of a case: every part of it, with values by hand; and what of it belongs to which case and edition."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from engine.derivations import TEN, TWENTY, delivered, given, two
from engine.disagreement_cases import finding
from engine.house_edition import COMMON, HEADER, PHYSICAL, Fields, house_edition, toml_value
from reirrad import __version__
from reirrad.engine.check import case_digest, check, check_all, editions_used
from reirrad.engine.groups import groups_of
from reirrad.errors import LibraryError
from reirrad.ingest import parse_case
from reirrad.ingest.report_contradictions import contradictions
from reirrad.library import Library, LoadedEdition, Profile, load_library
from reirrad.library.edition_file import parse_edition
from reirrad.model.finding import (
    Counts,
    EditionUsed,
    GroupFinding,
    InputDigest,
    Reference,
    Report,
)
from reirrad.report import report_text
from reirrad.report.consult_html import consult_html

Raw = dict[str, Any]
SHIPPED = load_library()
BOTH = two(TEN, TWENTY)
RULES: dict[str, Fields] = {
    # 60 Gy2 of 50, 40 Gy2 of 50 and 20 Gy2 of the first
    "sum": {"limit": 50, "group": "both"},
    "course": {"limit": 50, "scope": "each_course", "group": "both"},
    "advice": {"limit": 5, "scope": "newest_course", "advisory": True},
    "open": {"limit": 50, "scope": "newest_course", "conditions": {"fraction_size_gy": [1, 3]}, "metric": "D1cc[Gy]"},
    "first": PHYSICAL | {"limit": 49, "scope": "first_course"},
    "stereotactic": {"limit": 50, "conditions": {"technique": ["stereotactic"]}},
    "volume": PHYSICAL | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course", "profile": "distribution"},
}


def library_of(*editions: LoadedEdition) -> Library:
    return Library(editions, SHIPPED.structures, SHIPPED.conventions)


def edition_of_references(name: str, *constraints: Fields) -> LoadedEdition:
    """Return an edition of references alone."""
    fixed = COMMON | {"kind": "reference", "printed": "median 100 Gy", "locator": "table 2"}
    lines = [HEADER.replace('"house"', f'"{name}"')]
    for number, fields in enumerate(constraints):
        rows = {"id": f"{name}.{number}"} | fixed | fields
        lines += ["[[constraint]]", *(f"{key} = {toml_value(value)}" for key, value in rows.items())]
    return parse_edition("\n".join(lines).encode(), f"{name}.toml", SHIPPED.structures)


HOUSE = library_of(house_edition(RULES))


def judged(raw: Raw, library: Library = HOUSE, **options: Any) -> Report:
    return check(parse_case(raw), library=library, **options)


def test_a_report_as_a_whole() -> None:
    raw = two(given("10 Gy / 5", 10), TWENTY, "SpinalCord", "Lung_L", "Medulla")
    report = judged(raw)
    statuses = {item.constraint_id: item.status for item in report.findings}
    assert statuses == {
        "house.sum": "violated",
        "house.course": "met",
        "house.advice": "violated",
        "house.open": "met",
        "house.first": "met",
        "house.stereotactic": "not_applicable",
    }
    both = GroupFinding(group="both", structure="SpinalCord", status="violated", members=("house.sum", "house.course"))
    expected = Report(
        case_id="example",
        headline=(
            "1 of 4 evaluated limits exceeded; 1 structure not known; 1 structure without a rule that decides; "
            "1 advisory limit exceeded"
        ),
        verdict="violated",
        # met by the first course alone, but for a name that is not known
        verdict_without_proposed="not_evaluated",
        findings=report.findings,
        groups=(both,),
        counts=Counts(met=3, violated=1, not_evaluated=0, not_applicable=1),
        disagreement=(),
        references=(),
        profile="point-dose",
        outside_profile=1,
        unmapped_structures=("Medulla",),
        structures_without_rule=("Lung_L",),
        notes=(
            "history: complete, every course is listed",
            "edition house is not of the package: house.toml",
            'structure "Medulla" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
            "left out: 1 limit about these structures is outside the profile point-dose: not judged (house 1)",
            "structure Lung_L: no constraint that is judged is about it",
        ),
        editions=(EditionUsed(id="house", digest=HOUSE.editions[0].digest, origin="user", population="none"),),
        input=InputDigest(sha256=case_digest(parse_case(raw))),
        reirrad_version=__version__,
    )
    assert report == expected


def test_the_verdict_without_the_proposed_course() -> None:
    assert judged(BOTH).verdict_without_proposed == "met"
    assert judged(delivered(BOTH)).verdict_without_proposed is None
    # 50 Gy of 49 in the first course
    early = two(given("50 Gy / 25", 50), TWENTY)
    assert (judged(early).verdict, judged(early).verdict_without_proposed) == ("violated", "violated")


def test_each_case_has_its_own_report() -> None:
    small = two(given("2 Gy / 1", 2), given("2 Gy / 1", 2), case_id="small")
    odd = two(TEN, TWENTY, "SpinalCord", "Medulla", case_id="odd")
    heart = two(TEN, given("20 Gy / 10", {}), "Heart", case_id="heart")
    heart["course"][0]["dose"] = {}
    raws = [BOTH, small, odd, heart]
    cases = [parse_case(raw) for raw in raws]
    together = check_all(cases, library=HOUSE, require_organs=True, strict=True)
    assert together == [check(item, library=HOUSE, require_organs=True, strict=True) for item in cases]
    found = [(item.case_id, item.verdict, item.unmapped_structures, item.structures_without_rule) for item in together]
    # 2 (1 + 2/2) twice is 8 Gy2
    assert found == [
        ("example", "violated", (), ()),
        ("small", "met", (), ()),
        ("odd", "violated", ("Medulla",), ()),
        ("heart", "not_evaluated", (), ("Heart",)),
    ]
    assert [len(item.findings) for item in together] == [6, 6, 6, 0]


def test_no_case_has_no_report() -> None:
    assert check_all([], library=HOUSE) == []
    assert check_all([], library=HOUSE, require_organs=True) == []


def test_a_rule_for_every_structure() -> None:
    raw = two(given("2 Gy / 1", 2), given("2 Gy / 1", 2), "SpinalCord", "Heart", "Lung_L")
    for report in (judged(raw), check_all([parse_case(raw)], library=HOUSE)[0]):
        assert (report.verdict, report.verdict_without_proposed) == ("met", "met")
        assert report.structures_without_rule == ("Heart", "Lung_L")
        assert report.headline == "none of 4 evaluated limits exceeded; 2 structures without a rule that decides"
    report = judged(raw, require_organs=True)
    assert (report.verdict, report.verdict_without_proposed) == ("not_evaluated", "not_evaluated")
    assert report.structures_without_rule == ("Heart", "Lung_L")
    assert report.headline.startswith("none of 4 evaluated limits exceeded; 2 structures without a rule that decides, ")
    assert judged(BOTH, require_organs=True).structures_without_rule == ()


def test_a_name_that_is_not_known_is_no_pass_where_every_structure_has_a_rule() -> None:
    raw = two(given("2 Gy / 1", 2), given("2 Gy / 1", 2), "SpinalCord", "Medulla")
    for require_organs in (False, True):
        report = judged(raw, require_organs=require_organs)
        assert (report.verdict, report.verdict_without_proposed) == ("not_evaluated", "not_evaluated")
        assert (report.unmapped_structures, report.structures_without_rule) == (("Medulla",), ())


def test_strict_is_said_and_done() -> None:
    raw = two(given("10 Gy / 5", {"SpinalCord": {"D0.1cc[Gy]": 10, "basis": "plan"}}), TWENTY)
    raw["course"][1]["dose"] = {"SpinalCord": {"D0.1cc[Gy]": 20, "basis": "plan"}}
    library = library_of(house_edition({"only": {"limit": 70, "metric": "D0.1cc[Gy]"}}))
    for report in (judged(raw, library), check_all([parse_case(raw)], library=library)[0]):
        assert (report.verdict, report.headline) == ("met", "none of 1 evaluated limits exceeded")
    for report in (judged(raw, library, strict=True), check_all([parse_case(raw)], library=library, strict=True)[0]):
        assert report.verdict == "not_evaluated"
        assert report.headline == "no limit was evaluated; 1 could not be evaluated, strict"
        assert report.notes[1] == "option: strict, sums of near-maxima other than Max prove nothing by themselves"


def test_the_rules_of_the_package_are_the_default() -> None:
    report = check(parse_case(BOTH))
    assert [item.id for item in report.editions] == [item.edition.id for item in SHIPPED.used()]
    assert {item.origin for item in report.editions} == {"shipped"}
    assert check_all([parse_case(BOTH)]) == [report]


def test_a_day_on_which_editions_have_ended() -> None:
    (loaded,) = HOUSE.editions
    ending = library_of(replace(loaded, edition=replace(loaded.edition, valid_until="2031-05-06")))
    text = "option: as of 2031-05-06, no edition that is used states an end before that day"
    for day in ("2031-05-06", dt.date(2031, 5, 6)):
        assert text in judged(BOTH, ending, as_of=day).notes
        assert text in check_all([parse_case(BOTH)], library=ending, as_of=day)[0].notes
    for ask in (check, lambda case, **options: check_all([case], **options)):
        with pytest.raises(LibraryError):
            ask(parse_case(BOTH), library=ending, as_of="2031-05-07")
    assert not any("as of" in note for note in judged(BOTH, ending).notes)


def test_editions_are_those_of_which_anything_is_judged() -> None:
    first = house_edition({"a": {"limit": 50}})
    other = replace(first, edition=replace(first.edition, id="other"), digest="0" * 64, origin="modified")
    both = library_of(first, other)
    rows = (
        EditionUsed(id="house", digest=first.digest, origin="user", population="none"),
        EditionUsed(id="other", digest="0" * 64, origin="modified", population="none"),
    )
    assert editions_used(both) == rows
    assert editions_used(both.select(["other"])) == rows[1:]


def test_references_beside_the_findings() -> None:
    common = {"structures": ["SpinalCord", "SpinalCord_Lum"], "risk_at_limit": "1 of 20", "endpoint": "myelopathy"}
    series = edition_of_references("series", common | {"note": "observed"}, {"structures": ["Heart"]})
    other = edition_of_references("other", {"structures": ["Heart"], "read": "transcription"}, common)
    library = library_of(*HOUSE.editions, series, other)
    cord = Reference(
        id="series.0",
        structure="SpinalCord",
        endpoint="myelopathy",
        printed="median 100 Gy",
        risk="1 of 20",
        source="none doi:none (read: source)",
        locator="table 2",
        note="observed",
    )
    assert judged(BOTH, library).references == (cord, replace(cord, id="other.1", note=None))
    assert judged(BOTH, library.select(["house", "series"])).references == (cord,)
    assert judged(BOTH, library.select(["house"])).references == ()
    # by any of its names, and for each structure that is judged
    lumbar = two(TEN, TWENTY, "SpinalCord", "lumbar cord", "Heart")
    assert [(item.id, item.structure, item.source) for item in judged(lumbar, library).references] == [
        ("series.0", "SpinalCord", cord.source),
        ("series.0", "SpinalCord_Lum", cord.source),
        ("series.1", "Heart", cord.source),
        ("other.0", "Heart", "none doi:none (read: transcription)"),
        ("other.1", "SpinalCord", cord.source),
        ("other.1", "SpinalCord_Lum", cord.source),
    ]


def test_a_reference_may_print_nothing() -> None:
    series = edition_of_references("series", {})
    (constraint,) = series.edition.constraint
    silent = replace(series, edition=replace(series.edition, constraint=(replace(constraint, printed=None),)))
    (item,) = judged(BOTH, library_of(silent)).references
    assert item.printed == ""


def test_editions_side_by_side_are_told_apart() -> None:
    first = house_edition({"a": {"limit": 50}, "b": {"limit": 45}})
    other = replace(first, edition=replace(first.edition, id="other", constraint=first.edition.constraint[:1]))
    assert judged(BOTH, library_of(first)).disagreement == ()
    (table,) = judged(BOTH, library_of(first, other)).disagreement
    # 60 of 45 is worse than 60 of 50
    found = [(item.edition, item.constraint_id) for item in table.opinions]
    assert found == [("house", "house.b"), ("other", "house.a")]


def test_groups_are_those_of_an_edition_and_a_structure() -> None:
    first = house_edition({"a": {"limit": 50, "group": "same"}, "b": {"limit": 90, "group": "same"}})
    other = replace(first, edition=replace(first.edition, id="other", constraint=first.edition.constraint[1:]))
    groups = judged(BOTH, library_of(first, other)).groups
    assert [(item.group, item.status, item.members) for item in groups] == [
        ("same", "violated", ("house.a", "house.b")),
        ("same", "met", ("house.b",)),
    ]


def test_a_part_of_a_group_is_never_met() -> None:
    """60 Gy2."""
    rules = {name: {"limit": limit, "group": "both"} for name, limit in (("a", 50), ("b", 60), ("c", 70))}
    library = library_of(house_edition(rules))
    for judged_, status, rest in (
        (("house.a",), "violated", ("house.b", "house.c")),
        (("house.b",), "not_evaluated", ("house.a", "house.c")),
        (("house.b", "house.c"), "not_evaluated", ("house.a",)),
        (("house.a", "house.b", "house.c"), "violated", ()),
    ):
        profile = Profile("mine", constraints=frozenset(judged_))
        report = check(parse_case(BOTH), library=library.select(profile=profile))
        assert [(item.status, item.members) for item in report.groups] == [(status, judged_)]
        # what is met in part is no verdict: a script looks at the exit code only
        assert report.verdict == status
        assert ("1 group of limits judged in part" in report.headline) == (status == "not_evaluated")
        told = f"SpinalCord, both: its source states these limits only together; not judged: {', '.join(rest)}"
        assert [note for note in report.notes if "only together" in note] == [told] * bool(rest)
        assert ("; not all of it was judged)" in report_text(report)) == bool(rest)
        wanted = f"SpinalCord, both: its limits hold only together; judge these, too: {', '.join(rest)}"
        is_wanted = status == "not_evaluated"
        assert (wanted in " ".join(report_text(report).split())) == is_wanted
        assert (wanted in consult_html(parse_case(BOTH), report)) == is_wanted
        assert not list(contradictions(report, near_fraction=0.03))


def test_a_part_of_a_group_that_is_advisory_decides_nothing() -> None:
    """60 Gy2: what decides is met, and the report says no more than its findings do."""
    rules = {name: {"limit": 100, "group": "both", "advisory": True} for name in "ab"} | {"c": {"limit": 70}}
    profile = Profile("mine", constraints=frozenset({"house.a", "house.c"}))
    report = check(parse_case(BOTH), library=library_of(house_edition(rules)).select(profile=profile))
    assert ([item.status for item in report.groups], report.verdict) == (["not_evaluated"], "met")
    assert not list(contradictions(report, near_fraction=0.03))


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("met", "violated", "not_evaluated", "not_applicable"), "violated"),
        (("not_applicable", "met", "not_evaluated"), "not_evaluated"),
        (("not_applicable", "met"), "met"),
        (("not_applicable", "not_applicable"), "not_applicable"),
    ],
)
def test_the_status_of_a_group(statuses: tuple[str, ...], status: str) -> None:
    numbers = {"limit": 50.0, "margin": 1.0, "group": "g"}
    items = [finding(f"a.{number}", status=one, **numbers) for number, one in enumerate(statuses)]
    alone = [finding("a.alone", status="violated"), finding("a.sac", status="met", **numbers | {"structure": "Heart"})]
    members = tuple(item.constraint_id for item in items)
    none = Library((), load_library().structures, {})
    assert [group.finding for group in groups_of([*items, *alone], none)] == [
        GroupFinding(group="g", structure="SpinalCord", status=status, members=members),
        GroupFinding(group="g", structure="Heart", status="met", members=("a.sac",)),
    ]


def test_the_digest_of_a_case() -> None:
    read = parse_case({"schema": "reirrad-case/1", "structures": ["SpinalCord"], "case_id": "Zo\u00eb"})
    text = (
        '{"case_id":"Zo\u00eb","course":[],"prior_radiotherapy":"unknown","repair_half_time_h":{},'
        '"schema":"reirrad-case/1","structures":["SpinalCord"]}'
    )
    assert case_digest(read) == hashlib.sha256(text.encode()).hexdigest()


def test_the_profile_is_named() -> None:
    report = judged(BOTH, HOUSE.select(profile=Profile("ours", frozenset({"distribution"}))))
    assert (report.profile, report.outside_profile) == ("ours", 6)
    assert [item.constraint_id for item in report.findings] == ["house.volume"]
