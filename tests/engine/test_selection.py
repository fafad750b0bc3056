"""Choosing cases of a batch, against batches that are built of the chosen cases from the start."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_cases import GOLDEN, PUBLISHED
from property.effort import examples
from property.example_cases import BOUNDED, CASES, PHASES_TWICE_DAILY, STATED_MONTHS, case, course
from reference.cases import cases
from reirrad import load_case, load_library, parse_case
from reirrad.engine.batch import COURSE_COLUMNS, DOSE_COLUMNS, PHASE_COLUMNS, Batch
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.selection import taken
from reirrad.model.case import Case

Raw = dict[str, Any]
LIBRARY = load_library()
CORD = LIBRARY.select(["hytec-cord-2021", "nieder-2006", "umich-2019"])

#: One with a distance of the target, which none of the others has.
NEAR_TARGET = case(
    ["Skin", "SpinalCord"],
    course(
        "only", "proposed", "2021-01-04", "2021-01-08", "30 Gy / 5",
        dose={"Skin": {"Max[Gy]": 20, "target_distance_mm": 4}, "SpinalCord": {"Max[Gy]": 9, "target_distance_mm": 1}},
    ),
)  # fmt: skip
NAMED: list[Case] = [
    *(parse_case(raw) for raw in (*CASES.values(), NEAR_TARGET)),
    *(load_case(path) for path in (*GOLDEN.values(), *sorted(PUBLISHED.glob("*.toml")))),
]


def batch_of(chosen: list[Case]) -> Batch:
    return prepare(chosen, LIBRARY).batch


def columns(batch: Batch) -> dict[str, list[Any]]:
    """Return every column; metrics by their names, because a batch numbers them as they come."""
    found: dict[str, list[Any]] = {}
    for field in fields(batch):
        column = getattr(batch, field.name)
        if field.name in {"dose_metric", "point_maximum"}:
            found[field.name] = [batch.metrics[code].name if code >= 0 else None for code in column.tolist()]
        elif field.name != "metrics":
            # a NaN is not equal to itself, but the text of a float is
            found[field.name] = [repr(value) for value in column.tolist()]
    return found


def assert_same(batch: Batch, expected: Batch) -> None:
    ours, theirs = columns(batch), columns(expected)
    assert ours.keys() == theirs.keys()
    for name, column in theirs.items():
        assert ours[name] == column, name
        if name not in {"dose_metric", "point_maximum"}:
            assert getattr(batch, name).dtype == getattr(expected, name).dtype, name


@pytest.mark.parametrize(
    "index",
    [
        list(range(len(NAMED))),
        list(range(len(NAMED)))[::-1],
        [0] * 5,
        [3, 3, 0, 7, 3, 1, 1],
        [len(NAMED) - 1],
        # one after another of the same case, as fraction numbers are asked for
        [place for place in range(len(NAMED)) for _ in range(3)],
    ],
    ids=["all", "reversed", "one five times", "mixed", "the last", "each three times"],
)
def test_chosen_cases_are_those_that_are_prepared_in_that_order(index: list[int]) -> None:
    batch = taken(batch_of(NAMED), np.array(index))
    assert_same(batch, batch_of([NAMED[place] for place in index]))


def test_every_column_of_a_batch_has_something_in_these_cases() -> None:
    # a column that is empty in all of them would be compared with nothing
    assert [name for name, column in columns(batch_of(NAMED)).items() if not column] == []
    chained, twice = batch_of([parse_case(STATED_MONTHS)]), batch_of([parse_case(PHASES_TWICE_DAILY)])
    assert chained.stated_order.tolist() == [0, 1, 2]
    assert (twice.half_time_h.tolist(), twice.phase_course.tolist()) == ([4.0], [0, 1, 1])


@examples(40)
@given(raws=st.lists(cases(), min_size=1, max_size=4), data=st.data())
def test_any_cases_in_any_order_and_number(raws: list[Raw], data: st.DataObject) -> None:
    chosen = [parse_case(raw) for raw in raws]
    index = data.draw(st.lists(st.integers(0, len(chosen) - 1), max_size=7))
    batch = taken(batch_of(chosen), np.array(index, dtype=np.int64))
    assert_same(batch, batch_of([chosen[place] for place in index]))


def test_no_case_is_a_batch_without_cases() -> None:
    whole = batch_of(NAMED)
    empty = taken(whole, np.array([], dtype=np.int64))
    assert (empty.n_cases, empty.n_courses) == (0, 0)
    assert all(not column for column in columns(empty).values())
    # the columns keep what they hold, and the metrics what they stand for
    for field in fields(whole):
        if field.name != "metrics":
            assert getattr(empty, field.name).dtype == getattr(whole, field.name).dtype, field.name
    assert empty.metrics == whole.metrics
    assert evaluate(empty, CORD) == []


def test_a_case_without_courses_takes_none_of_its_neighbours() -> None:
    nothing = NAMED[-1].model_copy(update={"course": [], "case_id": "nothing"})
    around = [parse_case(CASES["met"]), nothing, parse_case(BOUNDED)]
    assert_same(taken(batch_of(around), np.array([1, 2, 1])), batch_of([nothing, around[2], nothing]))


def test_the_batch_itself_stays_as_it_is() -> None:
    whole = batch_of(NAMED)
    before = columns(whole)
    some = taken(whole, np.array([2, 2, 0]))
    for name in (*COURSE_COLUMNS, *PHASE_COLUMNS, *DOSE_COLUMNS):
        if getattr(some, name).dtype != object:
            getattr(some, name)[...] = 0
    assert columns(whole) == before


def test_a_selection_of_a_selection() -> None:
    first, second = np.array([4, 1, 1, 0]), np.array([3, 1, 1, 0, 2])
    whole = batch_of(NAMED)
    assert_same(taken(taken(whole, first), second), taken(whole, first[second]))


def test_findings_of_a_case_do_not_depend_on_those_beside_it() -> None:
    whole = batch_of(NAMED)
    index = np.array([5, 0, 5, 2])

    def statuses(batch: Batch, at: int) -> dict[tuple[str, str], int]:
        return {
            (block.constraint.id, block.structure): int(block.status[block.judged.case == at][0])
            for block in evaluate(batch, CORD)
            if np.any(block.judged.case == at)
        }

    many = taken(whole, index)
    for position, place in enumerate(index.tolist()):
        assert statuses(many, position) == statuses(whole, place) == statuses(batch_of([NAMED[place]]), 0)


@pytest.mark.parametrize("name", ["course_case", "phase_course", "dose_phase", "judged_case"])
def test_rows_that_are_not_in_order_are_refused(name: str) -> None:
    # they would be given to the wrong case without a word
    whole = batch_of(NAMED)
    spoilt = replace(whole, **{name: getattr(whole, name)[::-1].copy()})
    with pytest.raises(ValueError, match="not in the order of what they belong to"):
        taken(spoilt, np.arange(spoilt.n_cases))
