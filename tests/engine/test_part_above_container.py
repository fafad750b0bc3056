"""Doses that cannot all be true, by hand: a part above what contains it, in the words of the refusal."""

from typing import Any

import pytest

from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.contradictions import contradictions
from reirrad.library import load_library
from reirrad.model.case import Case

Raw = dict[str, Any]
STRUCTURES = load_library().structures
HINT = "correct one of the two; where contours or grids differ a little, state ranges"


def found(*courses: Raw) -> list[tuple[str, str, str, str, str]]:
    """Return where, what, given, allowed and hint of every contradiction."""
    names = {name for item in courses for one in (item, *item.get("phase", ())) for name in one.get("dose", {})}
    raw = case(sorted(names) or ["SpinalCord"], *courses)
    by_name = {name: STRUCTURES.canonical(name) for name in names}
    problems = contradictions(Case.model_validate(raw), by_name, STRUCTURES)
    return [(item.where, item.what, item.given, item.allowed, item.hint) for item in problems]


def doses(**structures: Raw) -> list[tuple[str, str, str, str, str]]:
    return found(course(*FIRST, "30 Gy / 10", dose=structures))


def test_the_words() -> None:
    assert doses(SpinalCord={"Max[Gy]": [21, 22]}, SpinalCanal={"Max[Gy]": [19, 20.5], "basis": "plan"}) == [
        (
            "course[1].dose.SpinalCord",
            "SpinalCord lies within SpinalCanal, but its Max[Gy] is above the Max[Gy] of that",
            "21.0 Gy above 20.5 Gy",
            "",
            HINT,
        )
    ]


def test_the_smaller_margin_around_the_cord_lies_within_the_larger_one() -> None:
    """The smaller of the two doses would bound the cord."""
    margins: Raw = {"SpinalCord_PRV03": {"Max[Gy]": 30.5}, "SpinalCord_PRV05": {"Max[Gy]": 30, "basis": "plan"}}
    (item,) = doses(**margins)
    assert item[1:3] == (
        "SpinalCord_PRV03 lies within SpinalCord_PRV05, but its Max[Gy] is above the Max[Gy] of that",
        "30.5 Gy above 30.0 Gy",
    )
    margins["SpinalCord_PRV03"]["Max[Gy]"] = 30
    assert doses(**margins) == []


def test_names_are_shown_as_in_the_table_and_paths_as_in_the_case() -> None:
    structures: Raw = {
        "spinal canal": {"Max[cGy]": 2050, "basis": "estimate"},
        "my cord": {"Max[Gy]": 99},
        "cord": {"D0.1cc[cGy]": 2051},
    }
    assert doses(**structures) == [
        (
            "course[1].dose.cord",
            "SpinalCord lies within SpinalCanal, but its D0.1cc[Gy] is above the Max[Gy] of that",
            "20.51 Gy above 20.5 Gy",
            "",
            HINT,
        )
    ]
    (other,) = doses(SpinalCanal={"Max[Gy]": 20, "basis": "plan"}, **{"spinal cord": {"Max[Gy]": 30}})
    assert other[0] == 'course[1].dose."spinal cord"'


#: Doses of canal (or what else), of the cord, and the number of contradictions.
PAIRS: list[tuple[Raw, Raw, int]] = [
    ({"Max[Gy]": 20, "basis": "plan"}, {"Max[Gy]": 20}, 0),
    ({"Max[Gy]": 20, "basis": "plan"}, {"Max[Gy]": 20.01}, 1),
    ({"Max[Gy]": 20, "basis": "estimate"}, {"Max[Gy]": 20.01}, 1),
    # whatever the bases are
    ({"Max[Gy]": 20, "basis": "plan"}, {"Max[Gy]": 30, "basis": "prescription"}, 1),
    ({"Max[Gy]": 20, "basis": "prescription"}, {"Max[Gy]": 30, "basis": "plan"}, 1),
    ({"Max[Gy]": 20}, {"Max[Gy]": 30, "basis": "plan"}, 1),
    # a prescription is a uniform dose, but for means
    ({"D1cc[Gy]": 20, "basis": "prescription"}, {"D0.1cc[Gy]": 30}, 1),
    ({"Mean[Gy]": 20, "basis": "prescription"}, {"Max[Gy]": 30}, 0),
    # ranges: the least of the part above the most of the container
    ({"Max[Gy]": [10, 20], "basis": "plan"}, {"Max[Gy]": [20, 30]}, 0),
    ({"Max[Gy]": [10, 20], "basis": "plan"}, {"Max[Gy]": [20.01, 30]}, 1),
    # metrics of which one bounds the other
    ({"D0.1cc[Gy]": 20, "basis": "plan"}, {"Max[Gy]": 30}, 0),
    ({"D0.1cc[Gy]": 20, "basis": "plan"}, {"D1cc[Gy]": 30}, 1),
    ({"D1cc[Gy]": 20, "basis": "plan"}, {"D0.1cc[Gy]": 30}, 0),
    ({"Mean[Gy]": 20, "basis": "plan"}, {"Mean[Gy]": 30}, 0),
    ({"Max[Gy]": 20, "basis": "plan"}, {"Mean[Gy]": 30}, 1),
    # every pair of them
    ({"Max[Gy]": 20, "D0.1cc[Gy]": 19, "basis": "plan"}, {"Max[Gy]": 30, "D1cc[Gy]": 29}, 3),
    # what is no dose, or not known, says nothing, and hides nothing
    ({"V20Gy[%]": 20, "basis": "plan"}, {"V20Gy[%]": 30}, 0),
    (
        {"V20Gy[%]": 1, "gEUD[Gy]": 1, "Max": 1, "Max[Gy]": 20, "basis": "plan"},
        {"V20Gy[%]": 2, "D[Gy]": 3, "Mean": 1, "Mean[Gy]": 30},
        1,
    ),
    ({"Max[Gy]": 20, "basis": "plan"}, {"V20Gy[%]": 30}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("canal", "within", "count"), PAIRS)
def test_what_contradicts_what(canal: Raw, within: Raw, count: int) -> None:
    assert len(doses(SpinalCanal=canal, SpinalCord=within)) == count
    assert len(doses(SpinalCord=within, SpinalCanal=canal)) == count
    # neither is within the other
    assert doses(Brainstem=canal, SpinalCord=within) == []


def test_decimals_are_compared_as_they_are_written() -> None:
    """2070.3 cGy are 20.703 Gy; a hundredth of it in float64 is more."""
    assert doses(SpinalCanal={"Max[Gy]": 20.703, "basis": "plan"}, SpinalCord={"Max[cGy]": 2070.3}) == []
    assert doses(SpinalCanal={"Max[cGy]": 2070.3, "basis": "plan"}, SpinalCord={"Max[Gy]": 20.703}) == []
    (one,) = doses(SpinalCanal={"Max[Gy]": 0.0000001, "basis": "plan"}, SpinalCord={"Max[Gy]": 0.0000002})
    assert one[2] == "0.0000002 Gy above 0.0000001 Gy"


def test_every_course_and_phase_is_looked_at() -> None:
    good = cord(20, "SpinalCanal") | cord(20)
    bad = {"Skin": {"Max[Gy]": 1}} | cord(20, "SpinalCanal") | cord(21, "SpinalCord_Lum") | cord(22)
    phases = [{"dose": bad}, {"dose": good}, {"dose": cord(30)}, {"dose": cord(5, "SpinalCanal") | cord(6, "cauda")}]
    places = [
        item[:3] for item in found(course(*FIRST, None, n_phases=4, phase=phases), course(*SECOND, None, dose=bad))
    ]
    within = "{} lies within {}, but its Max[Gy] is above the Max[Gy] of that"
    lumbar, whole = within.format("SpinalCord_Lum", "SpinalCanal"), within.format("SpinalCord", "SpinalCanal")
    assert places == [
        ("course[1].phase[1].dose.SpinalCord_Lum", lumbar, "21.0 Gy above 20.0 Gy"),
        ("course[1].phase[1].dose.SpinalCord", whole, "22.0 Gy above 20.0 Gy"),
        ("course[1].phase[4].dose.cauda", within.format("CaudaEquina", "SpinalCanal"), "6.0 Gy above 5.0 Gy"),
        ("course[2].dose.SpinalCord_Lum", lumbar, "21.0 Gy above 20.0 Gy"),
        ("course[2].dose.SpinalCord", whole, "22.0 Gy above 20.0 Gy"),
    ]


def test_structures_that_the_table_does_not_know() -> None:
    """What is unknown lies within nothing, and what comes after it is looked at."""
    unknown = {"old canal": {"Max[Gy]": 1, "basis": "plan"}, "old cord": {"Max[Gy]": 99}}
    assert doses(**unknown) == []
    assert len(doses(**unknown, SpinalCanal={"Max[Gy]": 1, "basis": "plan"}, SpinalCord={"Max[Gy]": 2})) == 1
    assert (
        list(contradictions(Case.model_validate(case(["x"], course(*FIRST, None, dose=unknown))), {}, STRUCTURES)) == []
    )


def test_a_volume_of_a_part_and_the_maximum_of_its_container() -> None:
    """1.5 cc of the cord receive 45 Gy or more, and nothing of the canal more than 44.5 Gy."""
    canal = {"Max[Gy]": [40, 44.5], "basis": "plan"}
    found_ = doses(SpinalCord={"V45Gy[cc]": 1.5, "basis": "plan"}, SpinalCanal=canal)
    what = "SpinalCord lies within SpinalCanal, but its V45Gy[cc] rules out the Max[Gy] of that"
    assert found_ == [("course[1].dose.SpinalCord", what, "44.5 Gy beside V45Gy[cc] = 1.5", "", HINT)]
    # no volume of the cord has 45 Gy, and a dose is no volume
    assert doses(SpinalCord={"V45Gy[cc]": 0, "V20Gy[cc]": 1.5, "Max[Gy]": 43}, SpinalCanal=canal) == []
    # all of it receives less than 45 Gy, or may; or 1 % of it receives more
    assert doses(SpinalCord={"CV45Gy[%]": 100}, SpinalCanal=canal) == []
    assert doses(SpinalCord={"CV45Gy[%]": [50, 100]}, SpinalCanal=canal) == []
    assert len(doses(SpinalCord={"CV45Gy[%]": 99}, SpinalCanal=canal)) == 1
