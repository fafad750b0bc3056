"""The largest dose by itself: what has one, who is asked, and how it is drawn together."""

from typing import Any

import numpy as np
import pytest

from engine.house_edition import DISTRIBUTION, MONTHS, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import parse_case
from reirrad.engine.batch import Batch, Bools, Ints
from reirrad.engine.codes import Cause, Status
from reirrad.engine.decided import Decided
from reirrad.engine.from_cases import prepare
from reirrad.engine.judge import Judge
from reirrad.engine.planning import largest as module
from reirrad.engine.planning.asked import whole_numbers
from reirrad.engine.planning.further import with_fractions
from reirrad.engine.planning.largest import (
    MOST_STEPS,
    STATES,
    Answer,
    Given,
    answers,
    cases_asked,
    is_bounded_by_dose,
    judge_of,
    largest,
)
from reirrad.engine.view import MAXIMUM, View
from reirrad.errors import UnprovedError
from reirrad.library import Library, Profile
from reirrad.model.rule import Constraint, SumConvention

Raw = dict[str, Any]
FIRST = course("first", "delivered", "2020-01-06", "2020-01-17", "30 Gy / 10")
PLAN = course("plan", "proposed", "2021-01-18", "2021-01-29", "20 Gy / 10")


def planned(before: Any, structure: str = "SpinalCord", *, near: Raw | None = None, **fields: Any) -> Raw:
    """Return a case of one course before and a plan, whose dose counts for nothing."""
    plan = PLAN | {"dose": {structure: {"Max[Gy]": 99} | (near or {})}}
    return case([structure], FIRST | {"dose": cord(before, structure)}, plan) | fields


def asked(library: Library, *raws: Raw, n: int = 10) -> Batch:
    batch = prepare([parse_case(raw) for raw in raws], library).batch
    return with_fractions(batch, np.full(len(raws), n))


def answered(constraints: dict[str, Fields], *raws: Raw, strict: bool = False) -> list[Answer]:
    library = house_library(constraints)
    return list(answers(asked(library, *raws), library, strict=strict))


def test_the_words_and_the_most() -> None:
    assert STATES == {Status.MET: "unbounded", Status.VIOLATED: "none", Status.NOT_EVALUATED: "not_evaluated"}
    # 1000 Gy in steps of 0.01 Gy
    assert MOST_STEPS == 100_000


def test_each_case_has_its_own_answer() -> None:
    # 20 Gy in all: 15.03 + 4.97, 20 + 0, 19.99 + 0.01, 0 + 20; where the history is not known, no sum is
    rest = {"limit": 20} | PHYSICAL
    unknown = {key: value for key, value in planned(5).items() if key != "prior_courses"}
    open_ = unknown | {"prior_radiotherapy": "unknown"}
    raws = [planned(15.03), planned(20), planned(7, "Rectum"), planned(19.99), planned(5), open_]
    (found,) = answered({"mine": rest}, *raws)
    assert (found.constraint.id, found.structure, found.loaded.edition.id) == ("house.mine", "SpinalCord", "house")
    assert found.largest is not None
    assert found.largest.case.tolist() == [0, 1, 3, 4, 5]
    assert found.largest.status.tolist() == [Status.MET, Status.VIOLATED, Status.MET, Status.MET, Status.NOT_EVALUATED]
    assert found.largest.causes.tolist() == [0, 0, 0, 0, Cause.HISTORY_UNKNOWN]
    assert found.largest.is_bounded.tolist() == [True, False, True, True, False]
    assert found.largest.steps.tolist() == [497, 1, 1, 1500, 1]
    assert found.largest.steps.dtype == np.int64


def test_what_does_not_grow_with_the_dose_is_bounded_by_none() -> None:
    wait = MONTHS | {"limit": 6, "comparison": "at_least"}
    (found,) = answered({"mine": wait}, planned(15), planned(30))
    assert found.largest is not None
    assert found.largest.status.tolist() == [Status.MET] * 2
    assert found.largest.is_bounded.tolist() == [False] * 2
    assert found.largest.steps.tolist() == [1, 1]


def test_up_to_the_most_that_is_read() -> None:
    # no edition states a larger one
    limits = {"least": 999.98, "last": 999.99, "none": 1000}
    mine: dict[str, Fields] = {
        name: PHYSICAL | {"limit": limit, "scope": "newest_course"} for name, limit in limits.items()
    }
    found = [item.largest for item in answered(mine, planned(15))]
    assert [item is not None and (item.is_bounded.tolist(), item.steps.tolist()) for item in found] == [
        ([True], [99_998]),
        ([True], [99_999]),
        ([False], [1]),
    ]


def test_each_structure_of_each_constraint_that_any_case_is_about() -> None:
    mine: dict[str, Fields] = {
        "first": PHYSICAL | {"limit": 20},
        "volume": PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course"},
        "second": PHYSICAL | {"limit": 30, "structures": ["ThecalSac"]},
    }
    found = answered(mine, planned(15), planned(5, "ThecalSac"), planned(12, "Rectum"))
    assert [(item.constraint.id, item.structure, item.largest is not None) for item in found] == [
        ("house.first", "SpinalCord", True),
        ("house.first", "ThecalSac", True),
        ("house.volume", "SpinalCord", False),
        ("house.volume", "ThecalSac", False),
        ("house.second", "ThecalSac", True),
    ]
    steps = [(item.largest.case.tolist(), item.largest.steps.tolist()) for item in found if item.largest is not None]
    assert steps == [([0], [500]), ([1], [1500]), ([1], [2500])]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"limit": 20}, True),
        ({"limit": 20, "comparison": "below"}, True),
        ({"limit": 20, "scope": "each_course", "comparison": "at_least"}, False),
        (MONTHS | {"limit": 6, "comparison": "at_least"}, True),
        (PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course"}, False),
        (PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "Mean[Gy]", "scope": "each_course"}, True),
    ],
)
def test_more_dose_is_worse(fields: Fields, *, expected: bool) -> None:
    ((_, constraint),) = house_library({"mine": fields}).constraints()
    assert is_bounded_by_dose(constraint) is expected


def test_a_fact_is_asked_of_the_plan() -> None:
    mine: Fields = PHYSICAL | {"limit": 20, "profile": "stated-fact", "conditions": {"target_distance_mm": [0, 2]}}
    library = house_library({"mine": mine})
    near = {"target_distance_mm": 1}
    own = planned(15, near=near)
    earlier, other = planned(15), planned(15, near=near)
    earlier["course"][0]["dose"]["SpinalCord"] |= near
    other["structures"] = ["SpinalCord", "ThecalSac"]
    other["course"][1]["dose"] = {"ThecalSac": {"Max[Gy]": 99} | near}
    # stated for the plan; for the course before it; for another structure; for another case's structure
    batch = asked(library, own, earlier, other, planned(15, "ThecalSac", near=near))
    ((_, constraint),) = library.constraints()
    assert cases_asked(batch, library, constraint, "SpinalCord").tolist() == [True, False, False, False]
    assert cases_asked(batch, library, constraint, "ThecalSac").tolist() == [False, False, True, True]
    insists = library.select(profile=Profile("all", library.profile.kinds))
    assert cases_asked(batch, insists, constraint, "SpinalCord").tolist() == [True, True, True, False]
    ((_, always),) = house_library({"mine": PHYSICAL | {"limit": 20}}).constraints()
    assert cases_asked(batch, library, always, "SpinalCord").tolist() == [True, True, True, False]


def test_whole_numbers_are_an_array() -> None:
    counts = whole_numbers([1, 25])
    assert (counts.tolist(), counts.dtype) == ([1, 25], np.dtype(np.int64))
    assert whole_numbers(np.array([3], dtype=np.uint8)).dtype == np.int64  # type: ignore[arg-type]


class Counting(Given):
    """Keeps what it was asked for."""

    def __init__(self, batch: Batch, library: Library) -> None:
        super().__init__(batch, library)
        self.tried: list[list[int]] = []

    def judged(self, judge: Judge, cases: Ints, steps: Ints) -> Decided:
        self.tried.append(steps.tolist())
        return super().judged(judge, cases, steps)


class Seeing(Judge):
    """Keeps the views that it is put on."""

    def __init__(self, view: View, constraint: Constraint, convention: SumConvention, *, strict: bool) -> None:
        super().__init__(view, constraint, convention, strict=strict)
        self.seen: list[View] = []

    def on(self, view: View) -> Judge:
        self.seen.append(view)
        return super().on(view)


def judge_and_given(fields: Fields, *raws: Raw) -> tuple[Judge, Counting]:
    library = house_library({"mine": fields})
    given = Counting(asked(library, *raws), library)
    ((loaded, constraint),) = library.constraints()
    return judge_of(given, loaded, constraint, "SpinalCord", strict=False), given


def test_only_a_plan_is_given_a_dose() -> None:
    library = house_library({"mine": PHYSICAL | {"limit": 20}})
    nothing_planned = case(["SpinalCord"], FIRST | {"dose": cord(30)})
    given = Given(asked(library, nothing_planned, planned(40)), library)
    view = given.view("SpinalCord", MAXIMUM, np.array([True, True]))
    assert view.doses.low.tolist() == view.doses.high.tolist() == [30, 40, 0.01]
    ((loaded, constraint),) = library.constraints()
    seeing = Seeing(view, constraint, loaded.edition.convention_of(constraint), strict=False)
    given.judged(seeing, np.array([0, 1]), np.array([700, 250]))
    assert seeing.seen[0].doses.low.tolist() == seeing.seen[0].doses.high.tolist() == [30, 40, 2.5]


def test_what_is_tried() -> None:
    judge, given = judge_and_given({"limit": 135.5}, planned(30), planned(40))
    found = largest(judge, given)
    # 75 Gy2 leave 60.5, 26.19 Gy in 10 fractions; 120 leave 15.5, -10 + sqrt(100 + 310) = 10.248
    assert found.steps.tolist() == [2619, 1024]
    # the most, a quarter of it, a quarter of that: three points of the parabola D + D^2/20 - left, whose root is the
    # answer. Then the middle of what is left, 1 apart
    assert given.tried[:4] == [[100_000, 100_000], [25_000, 25_000], [6250, 6250], [2619, 1024]]
    assert given.tried[-1] == [2620, 1025]


def test_no_end_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, given = judge_and_given({"limit": 135.5}, planned(30))
    monkeypatch.setattr(module, "_MOST_TRIES", 2)
    with pytest.raises(UnprovedError, match=r"^no largest dose was found between two others: nothing was decided$"):
        largest(judge, given)


def test_views_are_made_once_for_each_metric_and_cases() -> None:
    judge, given = judge_and_given(PHYSICAL | {"limit": 20, "metric": "D0.1cc[Gy]"}, planned(30), planned(40))
    every: Bools = np.array([True, True])
    metric = judge.view.metric
    view = given.view("SpinalCord", metric, every)
    assert view is judge.view
    assert view.maximum is given.view("SpinalCord", view.by_maximum.metric, every)
    assert given.view("SpinalCord", metric, np.array([True, False])) is not view
    assert given.view("ThecalSac", metric, every) is not view
    # the smallest dose is given in the metric and as Max
    for one in (view, view.by_maximum):
        assert one.doses.low[[1, 3]].tolist() == one.doses.high[[1, 3]].tolist() == [0.01, 0.01]
    assert view.by_maximum.doses.high[[0, 2]].tolist() == [30, 40]
    # and what is tried is given in both, for the cases that are asked, without changing them
    seeing = Seeing(view, judge.constraint, judge.convention, strict=False)
    given.judged(seeing, np.array([1]), np.array([250]))
    (changed,) = seeing.seen
    for one in (changed, changed.by_maximum):
        assert one.doses.low[[1, 3]].tolist() == one.doses.high[[1, 3]].tolist() == [0.01, 2.5]
    assert view.doses.low[[1, 3]].tolist() == view.by_maximum.doses.high[[1, 3]].tolist() == [0.01, 0.01]
