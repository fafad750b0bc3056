"""Why there is no line of the accumulated dose over time."""

from typing import Any

import pytest

from engine.house_edition import Fields, house_library
from engine.test_timeline_lines import FIRST, SECOND, TWO, drawn
from property.example_cases import case, cord, course
from reirrad import parse_case
from reirrad.engine.planning.timeline import timeline
from reirrad.model.timeline import LeftOutLine

Raw = dict[str, Any]


def given(number: int, start: str, **more: Any) -> Raw:
    return course(f"course {number}", "delivered", start, start, "20 Gy / 10", **({"dose": cord(20)} | more))


YEAR = [given(number, "2019") for number in range(7)]
OTHER = {"modality": "proton"}
UNDATED = {key: value for key, value in SECOND.items() if key not in ("start", "end")}
LEFT_OUT: dict[str, tuple[Raw, Fields]] = {
    "alpha_beta_not_stated": (TWO, {"alpha_beta_gy": "not stated", "profile": "incomplete"}),
    "history_unknown": ({k: v for k, v in TWO.items() if k != "prior_courses"} | {"prior_radiotherapy": "unknown"}, {}),
    "no_course": (case(["SpinalCord"]), {}),
    "order_unknown": (case(["SpinalCord"], *YEAR[:2]), {}),
    "other_technique": (TWO, {"conditions": {"technique": ["stereotactic"]}}),
    "modality_not_supported": (case(["SpinalCord"], FIRST | OTHER, SECOND), {}),
    "dose_unknown": (case(["SpinalCord"], FIRST, {k: v for k, v in SECOND.items() if k != "dose"}), {}),
    "interval_unknown": (case(["SpinalCord"], FIRST, UNDATED), {}),
}


@pytest.mark.parametrize("reason", LEFT_OUT)
def test_why_there_is_no_line(reason: str) -> None:
    raw, fields = LEFT_OUT[reason]
    found = drawn(raw, mine={"limit": 120} | fields)
    assert found.structures == ()
    assert found.left_out == (LeftOutLine(structure="SpinalCord", constraint_id="house.mine", reason=reason),)


def test_strict_sums_without_a_maximum_are_not_known() -> None:
    near = [one | {"dose": cord(20, metric="D0.1cc[Gy]")} for one in (FIRST, SECOND)]
    fields = {"limit": 120, "metric": "D0.1cc[Gy]"}
    assert drawn(case(["SpinalCord"], *near), strict=True, mine=fields).left_out[0].reason == "dose_unknown"
    # and nobody is strict unless asked
    assert timeline(parse_case(case(["SpinalCord"], *near)), library=house_library({"mine": fields})).left_out == ()


def test_too_many_courses_in_no_order_are_in_none() -> None:
    (left_out,) = drawn(case(["SpinalCord"], *YEAR), mine={"limit": 120}).left_out
    assert left_out.reason == "order_unknown"


def test_of_several_causes_the_first_is_said_whichever_course_it_is_of() -> None:
    silent = {key: value for key, value in SECOND.items() if key != "dose"}
    raw = case(["SpinalCord"], FIRST | {"dose": cord(20)}, silent | OTHER)
    (left_out,) = drawn(raw, mine={"limit": 120}).left_out
    assert left_out.reason == "modality_not_supported"


def test_strict_lines_are_of_their_own_courses() -> None:
    """EQD2 at alpha/beta 2: 22 Gy in 10 fractions is 22 x 4.2/4 = 23.1 Gy, 33 Gy in 15 is 34.65 Gy."""
    near = [one | {"dose": cord(dose, metric="D0.1cc[Gy]")} for one, dose in ((FIRST, 20), (SECOND, 30))]
    for one, dose in zip(near, (22.0, 33.0), strict=True):
        one["dose"]["SpinalCord"]["Max[Gy]"] = dose
    # one that gives no dose is between them, and the file has them the other way round
    elsewhere = given(3, "2019-10", dose=cord(0))
    fields: Fields = {"quantity": "EQD2", "limit": 60, "metric": "D0.1cc[Gy]"}
    found = drawn(case(["SpinalCord"], elsewhere, near[1], near[0]), strict=True, mine=fields)
    points = [
        (point.course_id, point.low, point.high) for point in found.structures[0].lines[0].points if point.course_id
    ]
    assert found.left_out == ()
    assert points == [("first", 20, 20), ("second", 30, pytest.approx(23.1 + 34.65))]
    # one course alone is no sum, and needs no Max
    alone = FIRST | {"dose": cord(20, metric="D0.1cc[Gy]")}
    assert drawn(case(["SpinalCord"], elsewhere, alone), strict=True, mine=fields).left_out == ()
