"""Every limit of the library that stated values decide: below it, exactly at it and above it."""

from fractions import Fraction

import pytest

from engine.judged_pairs import found
from engine.library_cases import LIMITS, alone, is_decided, made_for, table
from property.changes import by_key
from property.example_cases import FIRST, case, course
from reirrad.engine.check import check_all
from reirrad.ingest import parse_case

DECIDED = [name for name, (_, constraint) in LIMITS.items() if is_decided(constraint)]
# what a dose distribution, an alpha/beta that nobody has read, or a model decides
DISTRIBUTIONS = {
    "troost-2020.heart", "troost-2020.lungs", "umich-2019.kidneys", "umich-2019.lungs-gtv", "umich-2019.liver",
}  # fmt: skip
NO_ALPHA_BETA = {
    "ars-2020.spinal-cord", "ars-2020.esophagus", "ars-2020.brachial-plex", "ars-2020.great-ves",
    "ars-2020.bronchus-main", "ars-2020.esophagus.v60", "ars-2020.heart.v40", "ars-2020.lungs.v20",
}  # fmt: skip


def test_every_other_limit_is_decided() -> None:
    assert set(LIMITS) - set(DECIDED) == DISTRIBUTIONS | NO_ALPHA_BETA | {"woolley-2018.allowed-bed"}
    assert len(DECIDED) == 163


@pytest.mark.parametrize("name", DECIDED)
def test_below_at_and_above(name: str) -> None:
    _, constraint = LIMITS[name]
    cases = made_for(name)
    assert {made.structure for made in cases} == set(constraint.structures)
    reports = check_all([parse_case(made.raw) for made in cases], library=alone(name))
    seen = set()
    for made, report in zip(cases, reports, strict=True):
        ((key, item),) = by_key(report).items()
        assert key == (name, made.structure)
        low, high = made.limit
        seen.add((item.status, made.value in made.limit))
        assert (item.status, item.reason) == made.expected(constraint.comparison), made
        assert item.course_id == ("first" if constraint.scope == "first_course" else "second")
        assert (item.limit, item.limit_high) == (float(low), float(high) if low < high else None)
        assert item.value == pytest.approx(float(made.value), rel=1e-12)
        margin = made.margin(constraint.comparison)
        assert item.margin == pytest.approx(float(margin), rel=1e-9)
        if margin == 0:
            assert item.margin == 0
            assert item.value == item.limit
            assert item.near_limit or constraint.unit in {"%", "cc"}
        undiscounted = None if made.undiscounted is None else pytest.approx(float(made.undiscounted), rel=1e-12)
        assert item.undiscounted_value == undiscounted
        fractions = None if item.recovery is None else [part.fraction for part in item.recovery]
        assert fractions == (None if made.recovered is None else [float(made.recovered)])
    # at the limit itself `at_most` is met and `below` is not
    at_limit = {status for status, is_at_limit in seen if is_at_limit}
    is_range = any(low < high for low, high in (made.limit for made in cases))
    assert {status for status, _ in seen} == {"met", "violated"} | ({"not_evaluated"} if is_range else set())
    if not is_range:
        assert at_limit == ({"violated"} if constraint.comparison == "below" else {"met"})


REASONS = dict.fromkeys(DISTRIBUTIONS, "metric_not_summable") | dict.fromkeys(NO_ALPHA_BETA, "alpha_beta_not_stated")


@pytest.mark.parametrize("name", sorted(REASONS))
def test_what_stated_values_cannot_decide(name: str) -> None:
    """Far below the limit or far above it: what is stated of each course says nothing of the sum."""
    _, constraint = LIMITS[name]
    for structure in constraint.structures:
        for value in (Fraction(1), Fraction(80)):
            dose = table(constraint, structure, value)
            raw = case(
                [structure],
                course(*FIRST, "50 Gy / 25", dose=dose),
                course("second", "proposed", "2020-01-06", "2020-02-07", "50 Gy / 25", dose=dose),
            )
            item = found(raw, name, structure, library=alone(name))
            assert (item.status, item.reason) == ("not_evaluated", REASONS[name])
            assert (item.value, item.margin) == (None, None)
