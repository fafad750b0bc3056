"""What several phases of one course give together: by hand, where their metrics add up and where they do not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from engine.house_edition import house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, course
from reirrad.engine.codes import Cause
from reirrad.engine.convert import Conversion
from reirrad.engine.from_cases import prepare
from reirrad.engine.view import View
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.model.metric import parse_metric

Raw = dict[str, Any]
PHYSICAL, BED2 = Conversion("physical", None), Conversion("BED", 2.0)
PHOTON = ("photon",)


def phase(n: int, **metrics: Any) -> Raw:
    """Return a phase of 2 Gy fractions with doses of a plan."""
    doses = {name.replace("_", ".") if name != "Max" else name: dose for name, dose in metrics.items()}
    return {"schedule": f"{2 * n} Gy / {n}", "dose": {"SpinalCord": {f"{k}[Gy]": v for k, v in doses.items()} | PLAN}}


PLAN = {"basis": "plan"}


def of_phases(*phases: Raw, **more: Any) -> Raw:
    return case(["SpinalCord"], course(*FIRST, None, n_phases=len(phases), phase=list(phases)), **more)


def view_of(raw: Raw, metric: str) -> View:
    batch = prepare([parse_case(raw)], load_library()).batch
    return View(batch, load_library(), "SpinalCord", parse_metric(metric).metric, np.array([True]))


# 4 and 5 Gy to the hottest 5 cc, at most 6 and 8 anywhere: together at least 5, and at most 14, but not 9
TWO = of_phases(phase(4, Max=6, D5cc=4), phase(5, Max=8, D5cc=5))

#: metric, strict, what the phases state, and the range of the course
TOGETHER: list[tuple[str, bool, Raw, tuple[float, float]]] = [
    ("D5cc[Gy]", False, TWO, (5, 14)),
    ("D5cc[Gy]", True, TWO, (5, 14)),
    # the metrics that add up, by nature or by convention
    ("Max[Gy]", False, TWO, (14, 14)),
    ("Max[Gy]", True, TWO, (14, 14)),
    ("Mean[Gy]", False, of_phases(phase(4, Max=6, Mean=1), phase(5, Max=8, Mean=2.5)), (3.5, 3.5)),
    ("Mean[Gy]", True, of_phases(phase(4, Max=6, Mean=1), phase(5, Max=8, Mean=2.5)), (3.5, 3.5)),
    ("D1cc[Gy]", False, of_phases(phase(4, Max=6, D1cc=4), phase(5, Max=8, D1cc=5)), (9, 9)),
    # a sum of near-maxima is a convention, between phases as between courses
    ("D1cc[Gy]", True, of_phases(phase(4, Max=6, D1cc=4), phase(5, Max=8, D1cc=5)), (5, 14)),
    ("D2%[Gy]", False, of_phases(phase(4, **{"Max": 6, "D2%": 4}), phase(5, **{"Max": 8, "D2%": 5})), (9, 9)),
    ("D3%[Gy]", False, of_phases(phase(4, **{"Max": 6, "D3%": 4}), phase(5, **{"Max": 8, "D3%": 5})), (5, 14)),
    # half of the organ in each: nothing of it is without dose
    ("D100%[Gy]", False, of_phases(phase(4, **{"Max": 6, "D100%": 0}), phase(5, **{"Max": 8, "D100%": 0})), (0, 14)),
    ("Min[Gy]", False, of_phases(phase(4, Max=6, Min=1), phase(5, Max=8, Min=2.5)), (2.5, 14)),
    # one phase that gives dose is all there is
    ("D5cc[Gy]", False, of_phases(phase(4, Max=6, D5cc=4), phase(5, Max=0)), (4, 4)),
    ("D5cc[Gy]", False, of_phases(phase(4, Max=6, D5cc=4)), (4, 4)),
    # one that may give dose counts
    ("D5cc[Gy]", False, of_phases(phase(4, Max=6, D5cc=4), phase(5, Max=[0, 1], D5cc=0)), (4, 7)),
    # without a Max nothing bounds the sum, but for what bounds the Max
    ("D5cc[Gy]", False, of_phases(phase(4, D5cc=4), phase(5, D5cc=5)), (5, np.inf)),
    ("D5cc[Gy]", False, of_phases(phase(4, Max=6, D5cc=[3, 4.5]), phase(5, Max=[7, 8], D5cc=[1, 2])), (3, 14)),
    ("D5cc[Gy]", False, of_phases(*(phase(4, Max=6, D5cc=4) for _ in range(3))), (4, 18)),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "strict", "raw", "expected"), TOGETHER)
def test_what_phases_give_together(metric: str, strict: bool, raw: Raw, expected: tuple[float, float]) -> None:
    view = view_of(raw, metric)
    span = view.quantities(PHYSICAL, PHOTON, strict)
    assert (span.low.tolist(), span.high.tolist()) == ([expected[0]], [expected[1]])
    exact = view.exact_quantities(PHYSICAL, PHOTON, np.array([0]), strict=strict)
    assert (exact.low.tolist(), exact.high.tolist()) == ([expected[0]], [expected[1]])


def test_bed_of_phases() -> None:
    # BED2 of 4 Gy in 4 fractions is 4 x (1 + 1/2) = 6, of 5 in 5 is 7.5; of the Max 6 x (1 + 1.5/2) = 10.5 and
    # 8 x (1 + 1.6/2) = 14.4
    for strict in (False, True):
        view = view_of(TWO, "D5cc[Gy]")
        span = view.quantities(BED2, PHOTON, strict)
        assert (span.low.tolist(), span.high.tolist()) == ([7.5], [pytest.approx(24.9, rel=1e-15)])
        exact = view.exact_quantities(BED2, PHOTON, np.array([0]), strict=strict)
        assert (exact.low.tolist(), exact.high.tolist()) == ([Fraction(15, 2)], [Fraction(249, 10)])


def test_only_the_courses_of_several_phases_are_bounded() -> None:
    one = course(*SECOND, "10 Gy / 5", dose={"SpinalCord": {"Max[Gy]": 9, "D5cc[Gy]": 3} | PLAN})
    raw = of_phases(phase(4, Max=6, D5cc=4), phase(5, Max=8, D5cc=5))
    raw["course"].append(one)
    view = view_of(raw, "D5cc[Gy]")
    assert view.unsummed(strict=False).tolist() == [True, False]
    span = view.quantities(PHYSICAL, PHOTON)
    assert (span.low.tolist(), span.high.tolist()) == ([5, 3], [14, 3])
    exact = view.exact_quantities(PHYSICAL, PHOTON, np.array([1, 0]))
    assert (exact.low.tolist(), exact.high.tolist()) == ([3, 5], [3, 14])
    assert view.causes(PHYSICAL, PHOTON).tolist() == [Cause.DISTRIBUTION_NEEDED, 0]


def test_why_the_value_is_a_range() -> None:
    near = view_of(of_phases(phase(4, Max=6, D1cc=4), phase(5, Max=8, D1cc=5)), "D1cc[Gy]")
    assert near.causes(PHYSICAL, PHOTON).tolist() == [0]
    assert near.causes(PHYSICAL, PHOTON, True).tolist() == [Cause.SUM_NOT_PROVEN]
    # unless it is asked for, near-maxima are not proved
    assert near.quantities(PHYSICAL, PHOTON).high.tolist() == [9]
    assert near.exact_quantities(PHYSICAL, PHOTON, np.array([0])).high.tolist() == [9]
    stated = view_of(of_phases(phase(4, Max=6, D5cc=[3, 4]), phase(5, Max=8, D5cc=5)), "D5cc[Gy]")
    assert stated.causes(PHYSICAL, PHOTON).tolist() == [Cause.DOSE_RANGE | Cause.DISTRIBUTION_NEEDED]
    for strict in (False, True):
        assert view_of(TWO, "D5cc[Gy]").causes(PHYSICAL, PHOTON, strict).tolist() == [Cause.DISTRIBUTION_NEEDED]
        assert view_of(TWO, "Max[Gy]").causes(PHYSICAL, PHOTON, strict).tolist() == [0]


def test_planned_doses_are_scaled_first() -> None:
    # half of each: D5cc 2 and 5, Max 3 and 8
    half = phase(4, Max=6, D5cc=4) | {"fractions_delivered": 2, "dose_of": "planned"}
    span = view_of(of_phases(half, phase(5, Max=8, D5cc=5)), "D5cc[Gy]").quantities(PHYSICAL, PHOTON)
    assert (span.low.tolist(), span.high.tolist()) == ([5], [11])


FIRST_COURSE = {"scope": "first_course", "quantity": "physical", "alpha_beta_gy": None}


@pytest.mark.parametrize(
    ("limit", "status"),
    [(14, "met"), (13.99, "not_evaluated"), (9, "not_evaluated"), (5, "not_evaluated"), (4.99, "violated")],
)
def test_d18_doses_to_a_volume_do_not_add_up_over_phases(limit: float, status: str) -> None:
    library = house_library({"a": FIRST_COURSE | {"limit": limit, "metric": "D5cc[Gy]"}})
    for strict in (False, True):
        finding = found(TWO, "house.a", library=library, strict=strict)
        assert finding.status == status
        assert (finding.value_low, finding.value_high, finding.value) == (5, 14, None)
    if status == "not_evaluated":
        assert finding.reason == "distribution_needed"
        assert "to decide: a dose distribution: D5cc[Gy] cannot be had from what is stated" in finding.derivation
    assert (
        "first: D5cc[Gy] of its phases does not add up: at least that of the largest phase, at most the sum of Max "
        "= 5 to 14 Gy"
    ) in finding.derivation


@pytest.mark.parametrize(("limit", "status"), [(14, "met"), (9, "not_evaluated"), (4.99, "violated")])
def test_d18_strictly_near_maxima_of_phases_are_no_value(limit: float, status: str) -> None:
    library = house_library({"a": FIRST_COURSE | {"limit": limit, "metric": "D1cc[Gy]"}})
    raw = of_phases(phase(4, Max=6, D1cc=4), phase(5, Max=8, D1cc=5))
    finding = found(raw, "house.a", library=library, strict=True)
    assert (finding.status, finding.value_low, finding.value_high) == (status, 5, 14)
    as_values = found(raw, "house.a", library=library)
    assert (as_values.status, as_values.value) == ("met" if limit >= 9 else "violated", 9)
    assert any("D1cc[Gy] of its phases does not add up" in line for line in finding.derivation)
    assert not any("does not add up" in line for line in as_values.derivation)
    if status == "not_evaluated":
        assert finding.reason == "sum_not_proven"
        assert "to decide: state Max[Gy] of SpinalCord for every course, or judge without --strict" in (
            finding.derivation
        )
