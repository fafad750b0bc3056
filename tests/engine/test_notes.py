"""What a report says of a case and of the rules beside the findings: names and metrics not known, changed tables."""

from dataclasses import replace

import pytest

from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad import check, load_library, parse_case, sensitivity
from reirrad.errors import CaseError

SHIPPED = load_library()
TENS = course(*FIRST, "10 Gy / 5", dose=cord(10)), course(*SECOND, "10 Gy / 5", dose=cord(10))


def test_changed_tables_are_named_by_every_answer() -> None:
    changed = replace(SHIPPED, modified_tables=("conventions.toml", "structures.toml"))
    read = parse_case(case(["SpinalCord"], *TENS))
    report = check(read, library=changed)
    assert report.headline.endswith("; LOCAL, MODIFIED: conventions.toml, structures.toml")
    expected = [f"{name} differs from the one that the package ships" for name in changed.modified_tables]
    for notes in (report.notes, sensitivity(read, library=changed).notes):
        assert [note for note in notes if "ships" in note] == expected
    assert not any("ships" in note for note in check(read).notes)


def test_a_changed_edition_is_named_where_it_is_judged() -> None:
    editions = tuple(
        replace(item, origin="modified") if item.edition.id == "nieder-2006" else item for item in SHIPPED.editions
    )
    changed = replace(SHIPPED, editions=editions, modified_tables=("structures.toml",))
    read = parse_case(case(["SpinalCord"], *TENS))
    text = "edition nieder-2006 differs from the one that the package ships: its numbers are local"
    table = "structures.toml differs from the one that the package ships"
    report = check(read, library=changed)
    assert [note for note in report.notes if "ships" in note] == [text, table]
    assert report.headline.endswith("; LOCAL, MODIFIED: nieder-2006, structures.toml")
    others = check(read, library=changed.select(["umich-2019"]))
    assert [note for note in others.notes if "ships" in note] == [table]
    assert others.headline.endswith("; LOCAL, MODIFIED: structures.toml")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("BrachialPlex", "it is a paired organ: write its side, BrachialPlex_L or BrachialPlex_R"),
        ("OpticNrv", "it is a paired organ: write its side, OpticNrv_L or OpticNrv_R"),
        ("Medulla", "see `reirrad rules structures`"),
    ],
)
def test_a_name_that_is_not_known_is_no_pass_and_its_right_name_is_told(name: str, advice: str) -> None:
    # H11: a nerve without its side is neither of the two, and nothing is judged for it
    doses = [course(*who, "10 Gy / 5", dose=cord(10) | cord(1, name)) for who in (FIRST, SECOND)]
    report = check(parse_case(case(["SpinalCord", name], *doses)), library=SHIPPED.select(["nieder-2006"]))
    assert f'structure "{name}" is not known: nothing that needs it was evaluated; {advice}' in report.notes
    assert {(item.structure, item.status) for item in report.findings} == {("SpinalCord", "met")}
    assert report.verdict == "not_evaluated"


def test_a_metric_that_is_not_known_hides_no_contradiction() -> None:
    # 12 Gy to a part of what got 10 Gy at most, beside a metric that nobody knows
    odd = {"SpinalCanal": {"gEUD8[Gy]": 9, "Max[Gy]": 10, "basis": "plan"}}
    canal = course(*SECOND, "10 Gy / 5", dose=odd | cord(9))
    report = check(parse_case(case(["SpinalCanal", "SpinalCord"], TENS[0], canal)))
    assert "metric not known, not used: SpinalCanal: gEUD8[Gy]" in report.notes
    canal["dose"] |= cord(12)
    with pytest.raises(CaseError) as raised:
        check(parse_case(case(["SpinalCanal", "SpinalCord"], TENS[0], canal)))
    (problem,) = raised.value.problems
    assert problem.what == "SpinalCord lies within SpinalCanal, but its Max[Gy] is above the Max[Gy] of that"
    assert problem.given == "12.0 Gy above 10.0 Gy"
