"""Cases as columns, by hand: every column of two cases that state every kind of thing, and what is refused."""

from dataclasses import fields
from datetime import date
from math import nan
from typing import Any

import numpy as np
import pytest

from engine.columns_by_hand import NAMES
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.batch import NO_HIGH, NO_LOW, Batch
from reirrad.engine.codes import BASES, MODALITIES, TECHNIQUES
from reirrad.engine.from_cases import Prepared, prepare
from reirrad.errors import CaseError
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.model.case import Case

Raw = dict[str, Any]
LIBRARY = load_library()


def day(text: str) -> int:
    """Return the days from 1970-01-01 to a date."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def prepared(*raws: Raw) -> Prepared:
    return prepare([parse_case(raw) for raw in raws], LIBRARY)


DATED = case(
    ["cord", "Cauda Equina", "old cord", "Skin"],
    course(
        "first", "delivered", "2010-01-04", "2010-02", None,
        modality="proton", technique=None, n_phases=2,
        phase=[
            # 50.4 Gy in 28, of which 20 were given: 1.8 Gy each; in cGy, and in a metric that is not known
            {
                "schedule": "5040 cGy / 28", "fractions_delivered": 20, "dose_of": "planned",
                "dose": {
                    "Cord": {
                        "Max[cGy]": [4999, 5001], "gEUD[Gy]": 9, "D0.1cc[Gy]": 49,
                        "basis": "plan", "target_distance_mm": 1.5,
                    },
                    "old cord": {"Max[Gy]": 20, "V5[Gy]": 1, "target_distance_mm": 7},
                },
            },
            {
                "schedule": "10 Gy / 2",
                "dose": {"SKIN": {"D1cc[Gy]": 10}, "Cauda Equina": {"V20Gy[%]": [10, 30], "D1cc[cGy]": 350}},
            },
        ],
    ),
    course(
        "second", "delivered", "2015", "2014/2015-03-06", "30 Gy / 10",
        technique="other", fractions_delivered=5, dose_of="delivered",
        fractions_per_day=2, hours_between_fractions=6,
        dose={"cord": {"Max[Gy]": 15}, "Skin": {"Max[Gy]": [14, 16], "basis": "estimate", "target_distance_mm": 0}},
    ),
    course("third", "proposed", "2016-01-01/..", None, None, technique="stereotactic", dose=cord(5, "cord", None)),
    case_id="dated",
    point_maximum="D0.03cc[cGy]",
    repair_half_time_h={"Cord": 4, "old cord": 2, "skin": 1.5},
)  # fmt: skip
STATED = {
    "schema": "reirrad-case/1",
    "case_id": "stated",
    "prior_radiotherapy": "partial",
    "structures": ["SpinalCord"],
    "course": [
        course("a", "delivered", None, None, "20 Gy / 10", dose=cord(20, basis=None)),
        course(
            "b", "delivered", None, None, "20 Gy / 8", months_since_previous=7.3, fractions_delivered=8,
            dose=cord(20, basis="prescription"),
        ),
        course("c", "proposed", None, None, "20 Gy / 8", months_since_previous=0.0000007, dose=cord(8.5)),
    ],
}  # fmt: skip
EMPTY = {"schema": "reirrad-case/1", "case_id": "empty", "prior_radiotherapy": "none", "structures": ["liver"]}

CORD, CAUDA, SKIN = (NAMES.index(name) for name in ("SpinalCord", "CaudaEquina", "Skin"))
D003, MAX, D01, D1, V20 = range(5)
PLAN, PRESCRIPTION, ESTIMATE = (BASES.index(name) for name in ("plan", "prescription", "estimate"))
PHOTON, PROTON = MODALITIES.index("photon"), MODALITIES.index("proton")
CONVENTIONAL, STEREOTACTIC, OTHER = (TECHNIQUES.index(name) for name in ("conventional", "stereotactic", "other"))

#: The columns of the three cases; D0.03cc is the first metric, because a point maximum is read before any dose.
EXPECTED: dict[str, tuple[str, list[Any]]] = {
    "case_id": ("object", ["dated", "stated", "empty"]),
    "has_unseen": ("bool", [False, True, False]),
    "has_unread": ("bool", [False] * 3),
    "point_maximum": ("int64", [D003, -1, -1]),
    # old cord is no name that is known
    "judged_case": ("int64", [0, 0, 0, 1, 2]),
    "judged_structure": ("int64", [CORD, CAUDA, SKIN, CORD, NAMES.index("Liver")]),
    "course_case": ("int64", [0, 0, 0, 1, 1, 1]),
    "course_id": ("object", ["first", "second", "third", "a", "b", "c"]),
    "is_proposed": ("bool", [False, False, True, False, False, True]),
    "technique": ("int64", [-1, OTHER, STEREOTACTIC, CONVENTIONAL, CONVENTIONAL, CONVENTIONAL]),
    "modality": ("int64", [PROTON, *[PHOTON] * 5]),
    "fractions_per_day": ("int64", [1, 2, 1, 1, 1, 1]),
    "hours_between_fractions": ("float64", [nan, 6.0, nan, nan, nan, nan]),
    # the second ended by the sixth of March, so it did not begin later; it began in 2015, so it did not end before
    "start_low": ("int64", [day("2010-01-04"), day("2015-01-01"), day("2016-01-01"), *[NO_LOW] * 3]),
    "start_high": ("int64", [day("2010-01-04"), day("2015-03-06"), NO_HIGH, *[NO_HIGH] * 3]),
    "end_low": ("int64", [day("2010-02-01"), day("2015-01-01"), day("2016-01-01"), *[NO_LOW] * 3]),
    "end_high": ("int64", [day("2010-02-28"), day("2015-03-06"), NO_HIGH, *[NO_HIGH] * 3]),
    "stated_order": ("int64", [-1, -1, -1, 0, 1, 2]),
    "months_low": ("int64", [0, 0, 0, 0, 7_300_000, 0]),
    "months_high": ("int64", [0, 0, 0, 0, 7_300_000, 1]),
    "fraction_size_low": ("float64", [1.8, 3.0, nan, 2.0, 2.5, 2.5]),
    "fraction_size_high": ("float64", [5.0, 3.0, nan, 2.0, 2.5, 2.5]),
    "scheduled_dose_gy": ("float64", [60.4, 30.0, nan, 20.0, 20.0, 20.0]),
    "phase_course": ("int64", [0, 0, 1, 2, 3, 4, 5]),
    "n_fractions": ("int64", [20, 2, 5, 0, 10, 8, 8]),
    "scale_given": ("int64", [20, 1, 1, 1, 1, 1, 1]),
    "scale_planned": ("int64", [28, 1, 1, 1, 1, 1, 1]),
    "dose_phase": ("int64", [0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6]),
    "dose_structure": ("int64", [CORD, CORD, SKIN, CAUDA, CAUDA, CORD, SKIN, CORD, CORD, CORD, CORD]),
    "dose_metric": ("int64", [MAX, D01, D1, V20, D1, MAX, MAX, MAX, MAX, MAX, MAX]),
    "dose_low": ("float64", [49.99, 49, 10, 10, 3.5, 15, 14, 5, 20, 20, 8.5]),
    "dose_high": ("float64", [50.01, 49, 10, 30, 3.5, 15, 16, 5, 20, 20, 8.5]),
    "dose_basis": ("int64", [PLAN, PLAN, -1, -1, -1, -1, ESTIMATE, -1, -1, PRESCRIPTION, PLAN]),
    # 10 Gy of 10; a range; 3.5 of 10 Gy is none; 15 Gy are half of 30; no schedule; 20 of 20 Gy; others have a basis
    "dose_may_be_prescribed": ("bool", [False, False, True, True, False, True, False, True, True, False, False]),
    "distance_course": ("int64", [0, 1]),
    "distance_structure": ("int64", [CORD, SKIN]),
    "distance_low_mm": ("float64", [0.0, 0.0]),
    "distance_high_mm": ("float64", [1.5, 0.0]),
    "half_time_case": ("int64", [0, 0]),
    "half_time_structure": ("int64", [CORD, SKIN]),
    "half_time_h": ("float64", [4.0, 1.5]),
}  # fmt: skip


def assert_columns(batch: Batch, expected: dict[str, tuple[str, list[Any]]]) -> None:
    assert {field.name for field in fields(batch)} == {*expected, "metrics"}
    for name, (kind, values) in expected.items():
        column = getattr(batch, name)
        assert (name, str(column.dtype)) == (name, kind)
        # a NaN is not equal to itself
        assert [item == item for item in column.tolist()] == [item == item for item in values], name
        assert [item for item in column.tolist() if item == item] == [item for item in values if item == item], name


def test_every_column_of_cases() -> None:
    found = prepared(DATED, STATED, EMPTY)
    assert_columns(found.batch, EXPECTED)
    assert [metric.name for metric in found.batch.metrics] == ["D0.03cc", "Max", "D0.1cc", "D1cc", "V20Gy[%]"]
    assert found.unmapped == [["old cord"], [], []]
    assert found.unknown_metrics == [["Cord: gEUD[Gy]", "old cord: V5[Gy]"], [], []]


def test_no_case_has_columns_without_rows() -> None:
    found = prepared()
    assert_columns(found.batch, {name: (kind, []) for name, (kind, _) in EXPECTED.items()})
    assert (found.batch.metrics, found.unmapped, found.unknown_metrics) == ((), [], [])


@pytest.mark.parametrize(
    ("history", "unseen"),
    [("partial", True), ("unknown", True), ("complete", False), ("none", False), (None, True)],
)
def test_a_history_that_may_not_be_whole(history: str | None, *, unseen: bool) -> None:
    raw = EMPTY | {"prior_radiotherapy": history} | ({"prior_courses": 0} if history == "complete" else {})
    batch = prepared({key: value for key, value in raw.items() if value is not None}).batch
    assert batch.has_unseen.tolist() == [unseen]


@pytest.mark.parametrize(
    ("gray", "basis", "schedule", "expected"),
    [
        (30, None, "30 Gy / 10", True),
        # to half a hundredth of a Gy
        (29.995, None, "30 Gy / 10", True),
        (29.99, None, "30 Gy / 10", False),
        (30.005, None, "30 Gy / 10", True),
        (30.01, None, "30 Gy / 10", False),
        (30, "plan", "30 Gy / 10", False),
        (30, "prescription", "30 Gy / 10", False),
        ([1, 2], None, "30 Gy / 10", True),
        ([1, 2], "estimate", "30 Gy / 10", False),
        (1, None, None, True),
        (1, "plan", None, False),
    ],
)
def test_a_dose_that_may_be_a_prescription(
    gray: Any, basis: str | None, schedule: str | None, *, expected: bool
) -> None:
    given = course(*FIRST, schedule, dose=cord(gray, basis=basis))
    assert prepared(case(["SpinalCord"], given)).batch.dose_may_be_prescribed.tolist() == [expected]
    in_centigray = [end * 100 for end in gray] if isinstance(gray, list) else gray * 100
    given = course(*FIRST, schedule, dose=cord(in_centigray, basis=basis, metric="Max[cGy]"))
    assert prepared(case(["SpinalCord"], given)).batch.dose_may_be_prescribed.tolist() == [expected]


def test_a_volume_is_no_dose_of_a_schedule() -> None:
    given = course(*FIRST, "30 Gy / 10", dose={"SpinalCord": {"V20Gy[%]": 60, "CV16Gy[cc]": 0.7}})
    batch = prepared(case(["SpinalCord"], given)).batch
    assert (batch.dose_low.tolist(), batch.dose_high.tolist()) == ([60, 0.7], [60, 0.7])
    assert batch.dose_may_be_prescribed.tolist() == [False, False]


def test_one_of_several_phases_without_a_schedule() -> None:
    phases = [
        {"dose": cord(10)},
        {"schedule": "20 Gy / 10", "dose": cord(20)},
        {"schedule": "9 Gy / 3", "dose": cord(9)},
    ]
    batch = prepared(case(["SpinalCord"], course(*FIRST, None, n_phases=3, phase=phases))).batch
    assert (batch.fraction_size_low.tolist(), batch.fraction_size_high.tolist()) == ([2.0], [3.0])
    assert np.isnan(batch.scheduled_dose_gy).tolist() == [True]
    assert batch.n_fractions.tolist() == [0, 10, 3]
    assert batch.n_fractions_of_courses().tolist() == [0]


def refused(raw: Raw) -> list[str]:
    """Return the problems of a case that is built without the checks of reading."""
    with pytest.raises(CaseError) as caught:
        prepare([Case.model_validate(raw)], LIBRARY)
    assert caught.value.source == raw["case_id"]
    return [str(problem) for problem in caught.value.problems]


def test_what_does_not_agree_is_refused_at_once() -> None:
    """Two names of one structure, a part above its container, a course too few: every problem in one answer."""
    canal = course(*SECOND, "60 Gy / 30", dose=cord(20, "spinal canal") | cord(61, "Myelon"))
    raw = case(["Myelon", "spinal canal", "CORD", "what", "cord"], canal, prior_courses=1)
    assert refused(raw) == [
        "prior_courses: the history is complete, but 0 courses are listed as delivered; given: 1; "
        'list every course, or write prior_radiotherapy = "partial"',
        "structures[5]: the structure is listed twice; given: 'cord'; allowed: each structure once; remove one of them",
        "course[1].dose.Myelon: SpinalCord lies within SpinalCanal, but its Max[Gy] is above the Max[Gy] of that; "
        "given: 61.0 Gy above 20.0 Gy; correct one of the two; where contours or grids differ a little, state ranges",
        "structures: it is the same structure as 'Myelon': SpinalCord; given: 'CORD'; list it once",
        "structures: it is the same structure as 'Myelon': SpinalCord; given: 'cord'; list it once",
    ]


def test_a_part_above_its_container_in_a_phase() -> None:
    phases = [{"dose": cord(10)}, {"dose": cord(20, "SpinalCanal") | cord(20.5)}]
    raw = case(["SpinalCanal", "SpinalCord"], course(*FIRST, None, n_phases=2, phase=phases))
    assert [problem.partition(":")[0] for problem in refused(raw)] == ["course[1].phase[2].dose.SpinalCord"]
