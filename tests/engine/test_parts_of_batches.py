"""Parts of a batch, by hand: what was there before the proposal, chosen cases, and sums over phases."""

from dataclasses import fields

import numpy as np
import pytest

from engine.test_columns import D003, DATED, EMPTY, EXPECTED, MAX, STATED, prepared
from property.example_cases import SECOND, case, course
from reirrad.engine.batch import Batch
from reirrad.engine.selection import taken


def several() -> Batch:
    return prepared(DATED, STATED, EMPTY).batch


def test_fractions_of_courses() -> None:
    found = several().n_fractions_of_courses()
    assert (found.tolist(), found.dtype) == ([22, 5, 0, 10, 8, 8], np.int64)


def test_sizes_and_cases_of_phases() -> None:
    batch = several()
    assert (batch.n_cases, batch.n_courses) == (3, 6)
    assert batch.phase_case.tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_before_anything_was_proposed() -> None:
    """What is proposed is gone, with its phase, its doses and its distance, wherever in the file it stands."""
    only = case(
        ["Skin"],
        course(*SECOND, "20 Gy / 5", dose={"Skin": {"Max[Gy]": 20, "target_distance_mm": 3}}),
        course(
            "earlier", "delivered", "2012", "2012", "8 Gy / 1", dose={"Skin": {"Max[Gy]": 8, "target_distance_mm": 4}}
        ),
        case_id="one before",
    )
    before = prepared(only, DATED, STATED).batch.without_proposed()
    courses = [
        item | {"course": [one for one in item["course"] if one["role"] == "delivered"]}
        for item in (only, DATED, STATED)
    ]
    without = prepared(*courses).batch
    assert before.metrics == without.metrics
    for field in fields(before):
        if field.name != "metrics":
            ours, theirs = getattr(before, field.name), getattr(without, field.name)
            assert ours.dtype == theirs.dtype, field.name
            assert [repr(item) for item in ours.tolist()] == [repr(item) for item in theirs.tolist()], field.name
    assert before.course_id.tolist() == ["earlier", "first", "second", "a", "b"]
    # of DATED the second phase states none
    assert before.distance_low_mm.tolist() == [4, 0, 0]
    assert before.distance_high_mm.tolist() == [4, 1.5, 0]
    assert before.dose_phase.tolist() == [0, 1, 1, 2, 2, 2, 3, 3, 4, 5]


def test_cases_as_often_as_they_are_named() -> None:
    chosen = taken(several(), np.array([1, 2, 0, 1, 0]))
    expected = prepared(STATED, EMPTY, DATED, STATED, DATED).batch
    for field in fields(chosen):
        if field.name not in {"metrics", "dose_metric", "point_maximum"}:
            ours, theirs = getattr(chosen, field.name), getattr(expected, field.name)
            assert ours.dtype == theirs.dtype, field.name
            assert [repr(item) for item in ours.tolist()] == [repr(item) for item in theirs.tolist()], field.name
    # metrics keep their codes: cases of a batch share them
    dated = EXPECTED["dose_metric"][1][:8]
    assert chosen.dose_metric.tolist() == [MAX] * 3 + dated + [MAX] * 3 + dated
    assert chosen.point_maximum.tolist() == [-1, -1, D003, -1, D003]


@pytest.mark.parametrize("name", ["course_case", "phase_course", "dose_phase", "judged_case"])
def test_rows_that_are_not_in_order_are_refused(name: str) -> None:
    batch = several()
    column = getattr(batch, name)
    # the first stays where it is, and those after it stand the wrong way round
    column[1:] = column[:0:-1].copy()
    with pytest.raises(ValueError, match=r"^the rows are not in the order of what they belong to$"):
        taken(batch, np.arange(3))
