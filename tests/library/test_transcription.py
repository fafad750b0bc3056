"""O10: every number and convention of the cord editions equals the transcription that was typed separately."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reference.transcription import CONSTRAINTS
from reirrad.library import load_library
from reirrad.model.rule import Conditions, Undiscounted

EDITIONS = {"nieder-2005", "nieder-2006", "hytec-cord-2021"}
TYPED = {typed["id"]: typed for typed in CONSTRAINTS}
SHIPPED = {
    constraint.id: (loaded, constraint)
    for loaded, constraint in load_library().constraints()
    if loaded.edition.id in EDITIONS and constraint.kind == "limit"
}
QUANTITIES = {"bed": "BED", "eqd2": "EQD2", "physical": "physical", None: "months"}
KNOWN_KEYS = {
    "id", "metric", "modalities", "recovery", "advisory", "group", "structures", "scope", "quantity", "comparison",
    "limit", "limit_by_n_fractions", "alpha_beta", "score", "conditions", "applies_to_related",
}  # fmt: skip

each_constraint = pytest.mark.parametrize("name", sorted(TYPED))


def number(value):
    """Return the number that a text or a stored float means: its shortest decimal text."""
    return Decimal(value if isinstance(value, str) else repr(value))


def limit_range(value):
    low, high = value if isinstance(value, tuple) else (value, value)
    return number(low), number(high)


def test_the_same_constraints():
    assert set(SHIPPED) == set(TYPED)
    assert len(TYPED) == len(CONSTRAINTS)
    assert {loaded.edition.id for loaded, _ in SHIPPED.values()} == EDITIONS


def test_nothing_of_the_transcription_is_left_out_here():
    for typed in CONSTRAINTS:
        assert set(typed) <= KNOWN_KEYS


@each_constraint
def test_conventions(name):
    typed, (loaded, shipped) = TYPED[name], SHIPPED[name]
    assert shipped.profile == "point-dose"
    assert shipped.metric == typed["metric"]
    assert list(shipped.modalities) == typed["modalities"]
    assert sorted(shipped.structures) == sorted(typed["structures"])
    assert shipped.applies_to_related is typed.get("applies_to_related", False)
    assert shipped.group == typed["group"]
    assert shipped.advisory is typed["advisory"]
    assert shipped.scope == typed["scope"]
    assert shipped.comparison == typed["comparison"]
    assert shipped.quantity == QUANTITIES[typed.get("quantity")]
    assert typed["recovery"] is None
    assert loaded.edition.convention_of(shipped) == Undiscounted()
    assert shipped.limit_for == ("undiscounted_sum" if typed["scope"] == "cumulative" else None)
    assert shipped.cord_model is None


@each_constraint
def test_alpha_beta(name):
    typed, (_, shipped) = TYPED[name], SHIPPED[name]
    if "alpha_beta" in typed:
        assert number(shipped.alpha_beta_gy) == number(typed["alpha_beta"])
    else:
        assert shipped.alpha_beta_gy is None


@each_constraint
def test_limits(name):
    typed, (_, shipped) = TYPED[name], SHIPPED[name]
    if "limit" in typed:
        assert tuple(number(end) for end in shipped.limit) == limit_range(typed["limit"])
        assert shipped.limit_by_n_fractions is None
    else:
        rows = {n: tuple(number(end) for end in ends) for n, ends in shipped.limit_by_n_fractions}
        assert rows == {n: limit_range(limit) for n, limit in typed["limit_by_n_fractions"].items()}
        assert shipped.limit is None


@each_constraint
def test_conditions(name):
    typed, (_, shipped) = TYPED[name], SHIPPED[name]
    conditions = typed.get("conditions", {})
    assert set(conditions) <= {"technique", "n_fractions"}
    technique = conditions.get("technique")
    # whatever else can be a condition is none
    assert shipped.conditions == Conditions(
        technique=None if technique is None else (technique,), n_fractions=conditions.get("n_fractions")
    )


@each_constraint
def test_score(name):
    typed, (_, shipped) = TYPED[name], SHIPPED[name]
    if "score" not in typed:
        assert shipped.score is None
        return
    score = typed["score"]
    assert set(score) == {"bands", "interval", "course"}
    points = number(shipped.score.points_per_band)
    bands = [(number(low), i * points) for i, low in enumerate(shipped.score.cumulative_above_gy, start=1)]
    assert bands == [(number(low), number(reached)) for low, reached in score["bands"]]
    interval = (shipped.score.interval_below_months, shipped.score.interval_points)
    assert tuple(map(number, interval)) == tuple(map(number, score["interval"]))
    course = (shipped.score.course_at_least_gy, shipped.score.course_points)
    assert tuple(map(number, course)) == tuple(map(number, score["course"]))
    # the risk groups of the 2006 update: up to 3 points, 4 to 6 (4.5 to 6), more than 6: 3 %, 25 %, 90 %
    groups = [(group.name, group.up_to_points, group.rate.split(" %")[0]) for group in shipped.score.group]
    assert groups == [("low", 3.0, "3"), ("intermediate", 6.0, "25"), ("high", None, "90")]
    assert shipped.limit == (3.0, 3.0)


@each_constraint
def test_every_number_has_its_place(name):
    loaded, shipped = SHIPPED[name]
    assert shipped.locator
    assert shipped.risk_at_limit
    assert shipped.endpoint == "radiation myelopathy"
    assert loaded.edition.doi.startswith("10.")
    assert shipped.id.startswith(loaded.edition.id)


@pytest.mark.parametrize(
    ("edition", "doi", "read"),
    [
        ("nieder-2005", "10.1016/j.ijrobp.2004.06.016", "transcription"),
        ("nieder-2006", "10.1016/j.ijrobp.2006.07.1383", "source"),
        ("hytec-cord-2021", "10.1016/j.ijrobp.2019.09.038", "source"),
    ],
)
def test_sources(edition, doi, read):
    (found,) = [loaded.edition for loaded in load_library().editions if loaded.edition.id == edition]
    assert found.doi == doi
    assert found.read == read
    assert {constraint.read for constraint in found.constraint} == {read}
