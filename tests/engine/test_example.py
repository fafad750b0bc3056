"""The worked example of a constraint: the whole case that it is about, and both sides of its limit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.house_edition import house_library
from reirrad.engine.example import case_at, example_at_limit, most_steps
from reirrad.library import load_library
from reirrad.model.rule import Constraint

SHIPPED = {constraint.id: constraint for _, constraint in load_library().constraints()}


def course(structure: str, dose: dict[str, Any], schedule: str, technique: str = "conventional") -> dict[str, Any]:
    return {
        "modality": "photon",
        "technique": technique,
        "schedule": schedule,
        "fractions_per_day": 1,
        "dose": {structure: dose | {"basis": "plan"}},
    }


def only(name: str, newest: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "reirrad-case/1",
        "case_id": f"example of {name}",
        "prior_radiotherapy": "complete",
        "prior_courses": 0,
        "structures": list(newest["dose"]),
        "course": [newest | {"role": "proposed", "id": "1"}],
    }


def after(name: str, earlier: dict[str, Any], newest: dict[str, Any], start: str) -> dict[str, Any]:
    first = earlier | {"id": "1", "role": "delivered", "schedule": "10 Gy / 5", "end": "2020-01-31"}
    second = newest | {"id": "2", "role": "proposed", "start": start}
    return only(name, newest) | {"prior_courses": 1, "course": [first, second]}


def max_of(gy: float) -> dict[str, Any]:
    return {"Max[Gy]": [gy, gy]}


CORD, SAC = "SpinalCord", "ThecalSac"
# nine months are at most 276 days, twelve 367, three years 1 099: a month is taken as a twelfth of a leap year
CASES = [
    (
        "nieder-2006.course",
        4321,
        after(
            "nieder-2006.course", course(CORD, max_of(10), ""), course(CORD, max_of(43.21), "20 Gy / 10"), "2020-11-02"
        ),
    ),
    (
        "nieder-2006.interval",
        182,
        after(
            "nieder-2006.interval", course(CORD, max_of(10), ""), course(CORD, max_of(1), "20 Gy / 10"), "2020-07-31"
        ),
    ),
    # one that has no number of fractions
    (
        "hytec-cord-2021.interval",
        1,
        after(
            "hytec-cord-2021.interval",
            course(SAC, max_of(10), "", "stereotactic"),
            course(SAC, max_of(1), "20 Gy / 10", "stereotactic"),
            "2020-02-01",
        ),
    ),
    # nine months lie between six and twelve; where the condition begins later, its beginning is taken
    (
        "paradis-rulach-2021.spinal-cord",
        1,
        after(
            "paradis-rulach-2021.spinal-cord",
            course(CORD, {"D0.1cc[Gy]": [10, 10]}, ""),
            course(CORD, {"D0.1cc[Gy]": [0.01, 0.01]}, "20 Gy / 10"),
            "2020-11-02",
        ),
    ),
    (
        "slevin-2021.cauda-equina.after-12-months",
        100,
        after(
            "slevin-2021.cauda-equina.after-12-months",
            course("CaudaEquina", {"D0.1cc[Gy]": [10, 10]}, ""),
            course("CaudaEquina", {"D0.1cc[Gy]": [1, 1]}, "20 Gy / 10"),
            "2021-02-01",
        ),
    ),
    (
        "woolley-2018.allowed-bed",
        100,
        after(
            "woolley-2018.allowed-bed",
            course(CORD, max_of(10), ""),
            course(CORD, max_of(1), "20 Gy / 10"),
            "2022-02-02",
        ),
    ),
    # the first number of fractions that has a limit
    (
        "hytec-cord-2021.first-course",
        1300,
        only("hytec-cord-2021.first-course", course(CORD, max_of(13), "2 Gy / 1", "stereotactic")),
    ),
    (
        "hytec-prostate-2021.rectum",
        3000,
        only("hytec-prostate-2021.rectum", course("Rectum", max_of(30), "35 Gy / 5", "stereotactic")),
    ),
    # a volume says where the dose is, and not how high it is
    (
        "quantec-2010.larynx.v50",
        2700,
        only("quantec-2010.larynx.v50", course("Larynx", {"V50Gy[%]": [27, 27], "Max[Gy]": 50.0}, "50 Gy / 25")),
    ),
    (
        "umich-2019.spinal-cord.near-target",
        50,
        after(
            "umich-2019.spinal-cord.near-target",
            course(CORD, {"D0.1cc[Gy]": [10, 10], "target_distance_mm": 0.0}, ""),
            course(CORD, {"D0.1cc[Gy]": [0.5, 0.5], "target_distance_mm": 0.0}, "20 Gy / 10"),
            "2020-11-02",
        ),
    ),
]


@pytest.mark.parametrize(("name", "at", "expected"), CASES, ids=[item[0] for item in CASES])
def test_the_case_that_a_constraint_is_about(name: str, at: int, expected: dict[str, Any]) -> None:
    assert case_at(SHIPPED[name], at) == expected


def test_what_a_constraint_may_be_about() -> None:
    nearer = replace(SHIPPED["quantec-2010.brain.max"].conditions, fraction_size_gy=(1.8, 2.5))
    own = case_at(replace(SHIPPED["quantec-2010.brain.max"], conditions=nearer), 1)
    assert own["course"][0]["schedule"] == "60 Gy / 24"
    protons = replace(SHIPPED["nieder-2006.course"], modalities=("proton", "photon"))
    assert [item["modality"] for item in case_at(protons, 1)["course"]] == ["proton", "proton"]


@pytest.mark.parametrize(
    ("name", "steps"),
    [("nieder-2006.interval", 4000), ("quantec-2010.larynx.v50", 10_000), ("umich-2019.kidneys", 99_000)],
)
def test_steps_to_look_for_the_limit_in(name: str, steps: int) -> None:
    assert most_steps(SHIPPED[name]) == steps


@pytest.mark.parametrize(
    ("name", "step", "met", "beyond"),
    [
        # 10 (D + D^2/20) = 98: D = 10 (sqrt(20.6) - 1) = 35.387...
        ("nieder-2006.course", "0.01 Gy more", 35.38, 35.39),
        # from the end of January to that of July
        ("nieder-2006.interval", "one day less", 182, 181),
        ("quantec-2010.larynx.v50", "0.01 % more", 26.99, 27),
        ("hytec-liver-2021.spared-15", "0.01 cc less", 700, 699.99),
    ],
)
def test_both_sides_of_a_limit(name: str, step: str, met: float, beyond: float) -> None:
    constraint = SHIPPED[name]
    found = example_at_limit(constraint, load_library())
    assert found is not None
    assert (found.step, found.met.status, found.beyond.status) == (step, "met", "violated")
    for finding, at in ((found.met, met), (found.beyond, beyond)):
        assert (finding.constraint_id, finding.structure) == (name, constraint.structures[0])
        if constraint.scope != "interval":
            scale = 1.0 if constraint.quantity == "physical" else 1 + at / 10 / 2
            assert finding.value == pytest.approx(at * scale)


def house(name: str) -> tuple[Constraint, Any]:
    library = house_library()
    return next(item for _, item in library.constraints() if item.id == f"house.{name}"), library


def test_a_range_begins_beyond_a_limit() -> None:
    found = example_at_limit(*house("course-range"))
    assert found is not None
    assert (found.met.value, found.met.status) == (40.0, "met")
    assert (found.beyond.value, found.beyond.status, found.beyond.reason) == (40.01, "not_evaluated", "source_range")


def test_nothing_decides_a_limit_without_alpha_beta() -> None:
    assert example_at_limit(*house("silent")) is None


def test_a_reference_has_no_limit() -> None:
    assert example_at_limit(SHIPPED["abusaris-2012.rectum"], load_library()) is None


@pytest.mark.parametrize(
    ("name", "schedule"),
    [
        # below 64, 60 and 55 Gy in fractions of at most 2 Gy
        ("quantec-2010.brainstem.max-64", "64 Gy / 32"),
        ("quantec-2010.brain.max", "60 Gy / 30"),
        ("quantec-2010.optic-chiasm.max", "56 Gy / 28"),
        # a mean may be much below what is prescribed
        ("quantec-2010.parotid.mean", "20 Gy / 10"),
        ("quantec-2010.lungs.v20", "20 Gy / 10"),
    ],
)
def test_fractions_are_of_the_size_that_a_limit_is_for(name: str, schedule: str) -> None:
    assert case_at(SHIPPED[name], 1)["course"][0]["schedule"] == schedule
    example = example_at_limit(SHIPPED[name], load_library())
    assert example is not None
    assert (example.met.status, example.beyond.status) == ("met", "violated")


def test_the_dose_that_a_limit_is_about() -> None:
    size = replace(SHIPPED["quantec-2010.brain.max"].conditions, fraction_size_gy=(0.05, 0.05))

    def schedule(name: str, **fields: Any) -> str:
        return str(case_at(replace(SHIPPED[name], **fields), 1)["course"][-1]["schedule"])

    # of a printed range its lower end
    assert schedule("quantec-2010.brain.max", limit=(60.0, 70.0)) == "60 Gy / 30"
    # months are no dose, and of a model there is no number: the usual ten fractions
    assert schedule("nieder-2006.interval", limit=(60.0, 60.0), conditions=size) == "0.5 Gy / 10"
    assert schedule("woolley-2018.allowed-bed", conditions=size) == "0.5 Gy / 10"


def test_the_maximum_is_at_least_the_dose_of_a_volume() -> None:
    *_, newest = case_at(SHIPPED["ars-2020.esophagus.v60"], 1)["course"]
    assert (newest["schedule"], newest["dose"]["Esophagus"]["Max[Gy]"]) == ("20 Gy / 10", 60.0)
