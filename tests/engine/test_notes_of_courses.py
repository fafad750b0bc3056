"""What a report notes of the courses of a case: odd doses, a basis that is missing, and a course listed twice."""

from __future__ import annotations

from typing import Any

import pytest

from engine.told_notes import notes
from property.example_cases import FIRST, SECOND, case, cord, course

Raw = dict[str, Any]


def of(dose: Raw, schedule: str | None = "10 Gy / 5", **more: Any) -> list[str]:
    """Return the notes of a case whose second course has these doses."""
    first = course(*FIRST, "10 Gy / 5", dose=cord(10))
    return notes(case(["SpinalCord", "Heart", "Brain"], first, course(*SECOND, schedule, dose=dose, **more)))


def table(*, basis: str | None = "plan", **metrics: Any) -> Raw:
    names = {"max": "Max[Gy]", "cgy": "Max[cGy]", "volume": "V20Gy[%]", "small": "D0.1cc[Gy]", "odd": "gEUD8[Gy]"}
    return {names[name]: value for name, value in metrics.items()} | ({"basis": basis} if basis else {})


TIMES = 'course "second": {} of {} is {} times the scheduled dose; check the unit and the schedule'
SMALL = 'course "second": {} of {} is {} times the scheduled dose; is the number in Gy?'
ZERO = 'course "second": {} of {} is stated as 0; a Max[Gy] of 0 is out of the field'
ODD = "metric not known, not used: SpinalCord: gEUD8[Gy]"


@pytest.mark.parametrize(
    ("dose", "schedule", "expected"),
    [
        ({"SpinalCord": table(max=20)}, "10 Gy / 5", []),
        ({"SpinalCord": table(max=20.01)}, "10 Gy / 5", [TIMES.format("Max[Gy]", "SpinalCord", "2.0")]),
        ({"SpinalCord": table(max=[1, 25])}, "10 Gy / 5", [TIMES.format("Max[Gy]", "SpinalCord", "2.5")]),
        ({"SpinalCord": table(cgy=2000)}, "10 Gy / 5", []),
        ({"SpinalCord": table(cgy=2500)}, "10 Gy / 5", [TIMES.format("Max[cGy]", "SpinalCord", "2.5")]),
        # D01: numbers of Gy under cGy make everything met; a small dose in Gy is a small dose
        ({"SpinalCord": table(cgy=25)}, "24 Gy / 12", [SMALL.format("Max[cGy]", "SpinalCord", "0.01")]),
        ({"SpinalCord": table(cgy=9.9)}, "10 Gy / 5", [SMALL.format("Max[cGy]", "SpinalCord", "0.01")]),
        ({"SpinalCord": table(cgy=19.99)}, "10 Gy / 5", [SMALL.format("Max[cGy]", "SpinalCord", "0.02")]),
        ({"SpinalCord": table(cgy=0.01)}, "10 Gy / 5", [SMALL.format("Max[cGy]", "SpinalCord", "1e-05")]),
        ({"SpinalCord": table(cgy=[5, 12])}, "10 Gy / 5", [SMALL.format("Max[cGy]", "SpinalCord", "0.01")]),
        ({"SpinalCord": table(cgy=20)}, "10 Gy / 5", []),
        ({"SpinalCord": table(cgy=[5, 20])}, "10 Gy / 5", []),
        ({"SpinalCord": table(cgy=10)}, None, []),
        ({"SpinalCord": table(cgy=0)}, "10 Gy / 5", [ZERO.format("Max[cGy]", "SpinalCord")]),
        ({"SpinalCord": table(max=0.1)}, "10 Gy / 5", []),
        # a volume is no dose, and without a schedule there is nothing to compare with
        ({"SpinalCord": table(max=20, volume=90)}, "10 Gy / 5", []),
        ({"SpinalCord": table(max=25)}, None, []),
        # what is not known ends nothing
        (
            {"SpinalCord": table(odd=99, max=25), "Heart": table(max=30)},
            "10 Gy / 5",
            [ODD, TIMES.format("Max[Gy]", "SpinalCord", "2.5"), TIMES.format("Max[Gy]", "Heart", "3.0")],
        ),
        ({"SpinalCord": table(max=0, small=0)}, "10 Gy / 5", [
            ZERO.format("Max[Gy]", "SpinalCord"), ZERO.format("D0.1cc[Gy]", "SpinalCord"),
        ]),
        ({"SpinalCord": table(odd=0, max=5)}, "10 Gy / 5", [ODD, ZERO.format("gEUD8[Gy]", "SpinalCord")]),
        ({"SpinalCord": table(max=[0, 5])}, "10 Gy / 5", []),
        ({"SpinalCord": table(max=1)}, "10 Gy / 5", []),
        ({"SpinalCord": table(max=[1, 1])}, "10 Gy / 5", []),
    ],
)  # fmt: skip
def test_odd_doses(dose: Raw, schedule: str | None, expected: list[str]) -> None:
    assert of(dose, schedule) == expected


NO_BASIS = 'course "second": the basis of the doses to {} is not stated; they bound no other structure'


def test_a_basis_that_is_not_stated() -> None:
    assert of({"SpinalCord": table(max=5, basis=None)}) == [NO_BASIS.format("SpinalCord")]
    doses = {"SpinalCord": table(max=5, basis=None), "Heart": table(max=5), "Brain": table(max=5, basis=None)}
    assert of(doses) == [NO_BASIS.format("Brain, SpinalCord")]
    # of every phase, each structure once
    phase = [
        {"schedule": "6 Gy / 3", "dose": {"SpinalCord": table(max=13, basis=None)}},
        {"schedule": "4 Gy / 2", "dose": {"SpinalCord": table(max=6, basis=None), "Heart": table(max=9, basis=None)}},
    ]
    assert of({}, None, n_phases=2, phase=phase) == [
        NO_BASIS.format("Heart, SpinalCord"),
        TIMES.format("Max[Gy]", "SpinalCord", "2.2"),
        TIMES.format("Max[Gy]", "Heart", "2.2"),
        'course "second": its phases are taken as given on different days',
    ]


def test_a_course_that_is_listed_twice() -> None:
    fields: Raw = {"schedule": "10 Gy / 5", "dose": cord(10)}

    def named(name: str, role: str = "delivered", day: str = "2010-02-05", **more: Any) -> Raw:
        return course(name, role, "2010-01-04", day, **(fields | more))

    text = 'courses "{}" and "{}" are alike in everything but their id: was one listed twice?'
    # what is said beside them makes no difference, and a proposed one may be the delivered one
    twice = case(["SpinalCord"], named("a"), named("b", note="again"), named("c", "proposed"))
    days = "courses {}: taken as given on different days, which their dates do not prove"
    assert notes(twice) == [days.format('"a", "b", "c"'), text.format("a", "b"), text.format("a", "c")]
    other = case(["SpinalCord"], named("a"), named("b", "proposed", "2010-02-06"))
    assert notes(other) == [days.format('"a", "b"')]
    dose = case(["SpinalCord"], named("a"), named("b", "proposed", dose=cord(10.5)))
    assert notes(dose) == [days.format('"a", "b"')]


ODD_TECHNIQUE = (
    'course "second": {} Gy per fraction, and technique is {}: limits for stereotactic courses do not apply to it; '
    "check the word"
)


# O12
@pytest.mark.parametrize(
    ("schedule", "changes", "expected"),
    [
        ("46 Gy / 5", {"technique": "conventional"}, ["9.2", "conventional"]),
        ("46 Gy / 5", {"technique": "other"}, ["9.2", "other"]),
        ("46 Gy / 5", {"technique": "other", "modality": "proton"}, ["9.2", "other"]),
        ("40.01 Gy / 5", {"technique": "conventional"}, ["8.002", "conventional"]),
        ("25 Gy / 3", {"technique": "conventional"}, ["8.33", "conventional"]),
        # palliative fraction sizes, what is called stereotactic, and what nobody has said
        ("20 Gy / 5", {"technique": "conventional"}, None),
        ("8 Gy / 1", {"technique": "conventional"}, None),
        ("46 Gy / 5", {"technique": "stereotactic"}, None),
        ("46 Gy / 5", {"technique": None}, None),
        # neither are implants and electrons
        ("46 Gy / 5", {"technique": "other", "modality": "brachytherapy_hdr"}, None),
        ("46 Gy / 5", {"technique": "other", "modality": "intraoperative"}, None),
        ("46 Gy / 5", {"technique": "other", "modality": "electron"}, None),
        (None, {"technique": "conventional"}, None),
    ],
)
def test_o12_a_large_fraction_that_is_not_called_stereotactic(
    schedule: str | None, changes: Raw, expected: list[str] | None
) -> None:
    told = [text for text in of({"SpinalCord": table(max=10)}, schedule, **changes) if "technique" in text]
    assert told == ([] if expected is None else [ODD_TECHNIQUE.format(*expected)])


def test_o12_the_largest_fraction_of_the_phases_counts() -> None:
    phase = [
        {"schedule": schedule, "dose": {"SpinalCord": table(max=5)}} for schedule in ("10 Gy / 5", "18 Gy / 2", None)
    ]
    told = of({}, None, technique="conventional", n_phases=3, phase=phase)
    assert ODD_TECHNIQUE.format("9", "conventional") in told
