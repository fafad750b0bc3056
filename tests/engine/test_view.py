"""What all constraints on a structure and metric share, by hand: quantities, their causes, months, other doses."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from engine.hand_judges import INF, Raw, batch_of, first, history, second, third, unseen, view_of
from engine.house_edition import house_edition
from property.example_cases import cord
from reirrad.engine.codes import Cause
from reirrad.engine.convert import Conversion
from reirrad.engine.view import MAXIMUM, View
from reirrad.library import load_library
from reirrad.model.metric import parse_metric
from reirrad.model.rule import RecoverySchedule

BED, EQD2, PHYSICAL = Conversion("BED", 2.0), Conversion("EQD2", 2.0), Conversion("physical", None)
PHOTON, PROTON = ("photon",), ("photon", "proton")
FINE = parse_metric("D0.1cc[Gy]").metric
ALL = np.array([True])


def schedule(name: str) -> RecoverySchedule:
    (found,) = house_edition({"only": {"limit": 1, "recovery": name}}).edition.recovery
    return found


def test_another_metric_has_the_maximum_beside_it() -> None:
    batch, library = batch_of(history(first())), load_library()
    maximum = View(batch, library, "SpinalCord", MAXIMUM, ALL)
    assert (maximum.maximum, maximum.by_maximum) == (None, maximum)
    own = View(batch, library, "SpinalCord", FINE, ALL)
    assert own.maximum is not None
    assert own.by_maximum is own.maximum
    beside = own.maximum
    assert (beside.batch, beside.library, beside.structure, beside.metric) == (batch, library, "SpinalCord", MAXIMUM)
    assert beside.cases is own.cases is ALL
    assert (own.batch, own.library, own.structure, own.metric) == (batch, library, "SpinalCord", FINE)
    assert own.alpha_beta_gy is beside.alpha_beta_gy is None
    given = View(batch, library, "SpinalCord", FINE, ALL, maximum)
    assert given.maximum is given.by_maximum is maximum


def test_everything_is_computed_once() -> None:
    view = view_of(history(first(), second()))
    zeros = schedule("zeros")
    assert view.quantities(BED, PHOTON) is view.quantities(BED, PHOTON)
    assert view.phase_quantities(BED) is view.phase_quantities(BED)
    assert view.causes(BED, PHOTON) is view.causes(BED, PHOTON)
    assert view.intervals(0) is view.intervals(0)
    assert view.recovered(0, zeros) is view.recovered(0, zeros)


# 10 Gy in five fractions; 20 Gy in five: 20 (1 + 4/2) = 60; in Gy3 10 (1 + 2/3) and 20 (1 + 4/3)
TWO_SIZES = history(first(), second(20, schedule="20 Gy / 5"))


@pytest.mark.parametrize(
    ("conversion", "expected"),
    [
        (PHYSICAL, [10, 20]),
        (BED, [20, 60]),
        (EQD2, [10, 30]),
        (Conversion("BED", 4.0), [15, 40]),
    ],
)
def test_quantities(conversion: Conversion, expected: list[float]) -> None:
    view = view_of(TWO_SIZES)
    quantity = view.quantities(conversion, PHOTON)
    assert quantity.low.tolist() == quantity.high.tolist() == expected
    for chosen in ([0, 1], [1, 0], [1]):
        exactly = view.exact_quantities(conversion, PHOTON, np.array(chosen))
        assert exactly.low.tolist() == exactly.high.tolist() == [Fraction(expected[at]) for at in chosen]


def test_an_alpha_beta_for_each_case() -> None:
    """Of 1, 2 and 4 Gy: 10 (1 + 2/1), 10 (1 + 2/2), and 20 (1 + 2/4) for the only course of the third case."""
    own = view_of(history(first(), second(10)), history(first()), history(second()), metric="D0.1cc[Gy]")
    asked = own.with_alpha_beta(np.array([1.0, 2.0, 4.0]))
    assert asked.maximum is not None
    for view in (asked, asked.maximum):
        quantity = view.quantities(BED, PHOTON)
        assert quantity.high.tolist() == [30, 30, 20, 30]
        exactly = view.exact_quantities(BED, PHOTON, np.array([3, 0, 2]))
        assert exactly.high.tolist() == [30, 30, 20]
    assert own.quantities(BED, PHOTON).high.tolist() == [20, 20, 20, 40]
    assert own.maximum is not None
    assert own.maximum.alpha_beta_gy is None
    alone = own.maximum.with_alpha_beta(np.array([1.0, 2.0, 4.0]))
    assert (alone.maximum, alone.quantities(BED, PHOTON).low.tolist()) == (None, [30, 30, 20, 30])


def test_other_doses_and_everything_else_as_it_is() -> None:
    own = view_of(history(first(), second(0, schedule="10 Gy / 5")), metric="D0.1cc[Gy]")
    changed = own.with_doses(np.array([4.0, 0.0]), np.array([5.0, 0.0]))
    assert (changed.batch, changed.library, changed.structure, changed.metric) == (
        own.batch, own.library, own.structure, own.metric,
    )  # fmt: skip
    assert changed.cases is own.cases
    assert changed.maximum is own.maximum
    assert (changed.doses.low.tolist(), changed.doses.high.tolist()) == ([4, 0], [5, 0])
    assert changed.doses.low_row is own.doses.low_row
    assert changed.quantities(PHYSICAL, PHOTON).low.tolist() == [4, 0]
    assert own.quantities(PHYSICAL, PHOTON).high.tolist() == [10, 0]
    assert changed.rows is own.rows
    kept = ("_given", "repair", "n_fractions", "target_distance_mm", "unknown_volumes")
    for name in (*kept, "intervals", "listed_intervals", "recovered"):
        assert getattr(changed, name) is getattr(own, name)
        # it is there before anybody asks
        assert name in vars(changed)


def test_months_between_the_courses_that_count() -> None:
    """The second of the first case may have given nothing: nine months, or 34. The fourth case may have had another."""
    view = view_of(
        history(first(), second([0, 20]), third()), history(first(), second()), history(first()),
        unseen(first(), second(), third()),
    )  # fmt: skip
    one, two, three = (view.intervals(index) for index in range(3))
    assert (one.low.tolist(), one.high.tolist()) == ([[0]], [[INF]])
    assert (two.low.tolist(), two.high.tolist()) == ([[0, 9]], [[INF, 9]])
    assert three.low.tolist() == [[0, 9, 9], [0, 0, 0]]
    assert three.high.tolist() == [[INF, 9, 34], [INF, 9, 9]]
    steps = view.recovered(2, schedule("steps"))
    assert [span.low.tolist() for span in steps] == [[[], []], [[0.25], [0.25]], [[0.5, 0.5], [0.5, 0.5]]]
    assert [span.low.tolist() for span in view.recovered(1, schedule("steps"))] == [[[]], [[0.25]]]


def test_what_another_modality_gives_is_open() -> None:
    """Protons that give dose, and protons out of the field."""
    proton = {"modality": "proton"}
    view = view_of(history(first(**proton), second(), third(0, schedule="10 Gy / 5", **proton)))
    assert view.unsupported(PHOTON).tolist() == [True, False, False]
    assert view.unsupported(PROTON).tolist() == [False, False, False]
    assert view.unsupported(("proton",)).tolist() == [False, True, False]
    for found in (
        view.quantities(BED, PHOTON), view.exact_quantities(BED, PHOTON, np.arange(3)),
    ):  # fmt: skip
        assert (found.low.tolist(), found.high.tolist()) == ([0, 40, 0], [INF, 40, 0])
    some = view.exact_quantities(BED, PHOTON, np.array([1]))
    assert (some.low.tolist(), some.high.tolist()) == ([40], [40])
    assert view.quantities(BED, PROTON).low.tolist() == [20, 40, 0]
    assert view.causes(BED, PHOTON).tolist() == [Cause.MODALITY_NOT_SUPPORTED, 0, 0]
    assert view.causes(BED, PROTON).tolist() == [0, 0, 0]


def test_another_modality_is_one_cause_of_several() -> None:
    view = view_of(history(first([8, 10], modality="proton"), second()))
    assert view.causes(BED, PHOTON).tolist() == [Cause.MODALITY_NOT_SUPPORTED | Cause.DOSE_RANGE, 0]


def fine(low: Any) -> dict[str, Any]:
    return {"dose": cord(low, metric="D0.1cc[Gy]")}


def in_phases(*doses: Any) -> dict[str, Any]:
    """Return a course of phases of 10 Gy in five fractions with doses of their own."""
    phases = [{"schedule": "10 Gy / 5"} | ({} if dose is None else {"dose": cord(dose)}) for dose in doses]
    return {"schedule": None, "dose": None, "n_phases": len(doses), "phase": phases}


UNKNOWN, BOUND, RANGE = Cause.DOSE_UNKNOWN, Cause.METRIC_BOUND_ONLY, Cause.DOSE_RANGE
REPAIR, SCHEDULE = Cause.REPAIR_UNKNOWN, Cause.SCHEDULE_UNKNOWN
TWICE = {"fractions_per_day": 2}

#: the course, the metric, and why its dose and its BED are ranges
WHY: list[tuple[dict[str, Any], str, int, int]] = [
    ({}, "Max[Gy]", 0, 0),
    ({"dose": None}, "Max[Gy]", UNKNOWN, UNKNOWN),
    ({"dose": cord([8, 10])}, "Max[Gy]", RANGE, RANGE),
    # a bound from below, one from above, and both
    (fine(10), "Max[Gy]", BOUND, BOUND),
    ({}, "D0.1cc[Gy]", BOUND, BOUND),
    (
        {"dose": {"SpinalCord": {"Max[Gy]": 12, "D1cc[Gy]": 8, "basis": "plan"}}},
        "D0.1cc[Gy]",
        BOUND,
        BOUND,
    ),
    # one number between two bounds
    ({"dose": {"SpinalCord": {"Max[Gy]": 12, "D1cc[Gy]": 12, "basis": "plan"}}}, "D0.1cc[Gy]", 0, 0),
    (TWICE, "Max[Gy]", 0, REPAIR),
    (TWICE | {"dose": cord(0)}, "Max[Gy]", 0, 0),
    (TWICE | {"dose": cord([0, 0.5])}, "Max[Gy]", RANGE, RANGE | REPAIR),
    ({"schedule": None}, "Max[Gy]", 0, SCHEDULE),
    ({"schedule": None, "dose": cord(0)}, "Max[Gy]", 0, 0),
    ({"schedule": None, "dose": cord([0, 0.5])}, "Max[Gy]", RANGE, RANGE | SCHEDULE),
    ({"schedule": None, "dose": None}, "Max[Gy]", UNKNOWN, UNKNOWN | SCHEDULE),
    (in_phases(5, [3, 5]), "Max[Gy]", RANGE, RANGE),
    (in_phases([3, 5], None, 5), "Max[Gy]", RANGE | UNKNOWN, RANGE | UNKNOWN),
]


@pytest.mark.parametrize(("fields", "metric", "dose", "bed"), WHY)
def test_why_a_quantity_is_a_range(fields: dict[str, Any], metric: str, dose: int, bed: int) -> None:
    """By itself, and after a course of which everything is known."""
    for raw, before in ((history(first(**fields)), []), (history(known(metric), second(**fields)), [0])):
        view = view_of(raw, metric=metric)
        assert view.causes(PHYSICAL, PHOTON).tolist() == [*before, dose]
        assert view.causes(BED, PHOTON).tolist() == view.causes(EQD2, PHOTON).tolist() == [*before, bed]


def test_a_dose_that_is_given_instead_is_known() -> None:
    """Nothing is stated of the first course: what-if questions give it a dose, or a range."""
    view = view_of(history(first(dose=None), second()))
    assert view.causes(PHYSICAL, PHOTON).tolist() == [UNKNOWN, 0]
    given = view.with_doses(np.array([4.0, 20.0]), np.array([4.0, 20.0]))
    assert given.causes(PHYSICAL, PHOTON).tolist() == given.causes(BED, PHOTON).tolist() == [0, 0]
    between = view.with_doses(np.array([4.0, 18.0]), np.array([5.0, 20.0]))
    assert between.causes(PHYSICAL, PHOTON).tolist() == [UNKNOWN, RANGE]


def known(metric: str) -> Raw:
    return first(dose=cord(10, metric=metric))


def test_a_volume_of_several_phases_is_unknown() -> None:
    table = {"SpinalCord": {"Max[Gy]": 30, "V20Gy[%]": 15, "basis": "plan"}}
    phases = {"n_phases": 2, "schedule": None, "dose": None, "phase": [{"schedule": "10 Gy / 5", "dose": table}] * 2}
    view = view_of(history(first(dose=table), second(**phases)), metric="V20Gy[%]")
    assert view.causes(PHYSICAL, PHOTON).tolist() == [0, Cause.DISTRIBUTION_NEEDED]
    unstated = view_of(history(first(**in_phases(5, 5))), metric="V20Gy[%]")
    assert unstated.causes(PHYSICAL, PHOTON).tolist() == [Cause.DISTRIBUTION_NEEDED | Cause.DOSE_UNKNOWN]
    for found in (view.quantities(PHYSICAL, PHOTON), view.exact_quantities(PHYSICAL, PHOTON, np.array([0, 1]))):
        assert (found.low.tolist(), found.high.tolist()) == ([15, 0], [15, INF])
