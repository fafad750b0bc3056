"""Pictures of limits that do not apply to the newest course: where they end, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("matplotlib")

from engine.house_edition import DISTRIBUTION, EQD2, PHYSICAL, Fields, house_library
from engine.test_newest_course import FIRST, PLAN, SECOND, THREE, hot
from property.example_cases import case, cord
from reirrad import budget, check, parse_case
from reirrad.engine.planning.timeline import timeline
from reirrad.model.timeline import Timeline, TimelineLine, TimelinePoint
from reirrad.report import pictures
from reirrad.report.pictures.timeline_panel import _ends_of_limits, _pieces
from reirrad.report.text import report_text

Raw = dict[str, Any]
SUM: Fields = EQD2 | {"limit": 70, "conditions": {"technique": ["stereotactic"]}}
#: 30 Gy in 3 Gy fractions are 37.5 Gy EQD2 at 2 Gy, 12 in 4 Gy fractions 18, and the 20 of the plan 20.
LINE = "55.5, required <= 70 Gy EQD2: met"


def drawn(raw: Raw, **fields: Fields) -> Timeline:
    return timeline(parse_case(raw), library=house_library(dict(fields)))


def written(figure: Any) -> str:
    """Return the words of a picture, whatever their lines."""
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return " ".join(" ".join(text.get_text() for text in texts).split())


def only(found: Timeline) -> TimelineLine:
    ((line,),) = (own.lines for own in found.structures)
    return line


def point(months: float, course_id: str | None, limit: float | None) -> TimelinePoint:
    return TimelinePoint(
        months=months, date=None, course_id=course_id, low=1.0, high=1.0, limit_low=limit, limit_high=limit
    )


def line_of(*points: TimelinePoint, not_to: str | None = None) -> TimelineLine:
    return replace(only(drawn(THREE, mine=SUM)), points=points, not_applicable_to=not_to)


def test_the_key_says_of_which_course_the_finding_is() -> None:
    found = drawn(THREE, mine=SUM)
    assert only(found).not_applicable_to == "plan"
    said = f'{LINE} at course "second"; not applicable to the newest course, "plan"'
    text = written(pictures.timeline_figure(found))
    assert f"house.mine: {said} (Max[Gy]" in text
    assert "A limit that does not apply to the newest course ends there." in text
    assert f"house.mine {said}." in pictures.timeline_alt_text(found)
    # 75.5 with the plan, which is stereotactic
    other = drawn(case(["SpinalCord"], FIRST, SECOND, PLAN | {"technique": "stereotactic"}), mine=SUM)
    assert only(other).not_applicable_to is None
    text = written(pictures.timeline_figure(other))
    assert "house.mine: 75.5, required <= 70 Gy EQD2: VIOLATED (Max[Gy]" in text
    assert "does not apply" not in text
    assert "not applicable" not in pictures.timeline_alt_text(other)


def test_the_limit_ends_at_the_newest_course() -> None:
    found = only(drawn(THREE, mine=SUM))
    (piece,) = _pieces(found)
    starts = [place.months for place in found.points]
    assert found.points[-1].course_id is None
    assert starts[-1] > starts[-3]
    # dates are days of an axis: from the end of the first course to the beginning of the plan
    assert [piece[0][0], piece[-1][0]] == [17550.0, 18288.0]
    assert {ends[1:] for ends in piece} == {(70.0, 70.0)}
    assert _ends_of_limits([found]) == [(18288.0, 70.0, "limit A")]
    # the name stands where it ends, to the right of it
    (axes,) = pictures.timeline_figure(drawn(THREE, mine=SUM)).axes
    (label,) = (text for text in axes.texts if text.get_text() == "limit A")
    assert label.xy == (18288.0, 70.0)
    assert label.xycoords == "data"


def test_pieces_of_a_limit() -> None:
    """It begins at 1, does not apply to the second course and applies again from 4 on to the third one and after it."""
    points = (
        point(0, "one", None), point(1, None, 10), point(2, None, 12), point(3, "two", None), point(4, None, 12),
        point(5, "three", 99), point(6, None, None), point(7, None, 14), point(8, None, 14),
    )  # fmt: skip
    line = line_of(*points)
    assert _pieces(line) == [
        [(1, 10, 10), (2, 12, 12), (3, 12, 12)],
        [(4, 12, 12), (6, 12, 12)],
        [(7, 14, 14), (8, 14, 14)],
    ]
    assert _ends_of_limits([line, line]) == [(8, 14, "limit A,B")]


def test_nothing_is_drawn_after_a_newest_course_to_which_it_does_not_apply() -> None:
    points = (point(0, "one", None), point(1, None, 10), point(2, "two", 10), point(3, None, 10))
    rest = (point(4, "three", None), point(5, None, 10), point(6, None, 10))
    before = [(1, 10, 10), (3, 10, 10), (4, 10, 10)]
    assert _pieces(line_of(*points, *rest, not_to="three")) == [before]
    # one that is not known there may apply, and goes on after it
    assert _pieces(line_of(*points, *rest)) == [before, [(5, 10, 10), (6, 10, 10)]]


def test_no_limit_at_all_has_no_name() -> None:
    line = line_of(point(0, "one", None), point(1, None, None))
    assert _pieces(line) == []
    assert _ends_of_limits([line]) == []


def test_limits_that_end_at_one_place_have_one_name_each() -> None:
    other = SUM | {"limit": 71}
    (axes,) = pictures.timeline_figure(drawn(THREE, mine=SUM, other=other)).axes
    labels = {text.get_text(): text.xy for text in axes.texts if text.get_text().startswith("limit")}
    assert set(labels) == {"limit A", "limit B"}
    assert {place for place, _ in labels.values()} == {18288.0}
    # 75.5 Gy are the highest: names are at least 7 % of 1.15 times it apart
    (_, low), (_, high) = sorted(labels.values())
    assert high - low == pytest.approx(0.07 * 1.15 * 75.5)


HEAD = "No limit decides about the newest course that gives dose to: SpinalCord"


def test_a_violation_of_an_earlier_course_is_a_decision() -> None:
    """24 Gy of the second course are violated: no sentence may say that no limit decides about the structure."""
    mine = PHYSICAL | {"limit": 20, "scope": "newest_course", "conditions": {"technique": ["stereotactic"]}}
    report = check(parse_case(hot()), library=house_library({"mine": mine}))
    assert (report.verdict, report.structures_without_rule) == ("violated", ("SpinalCord",))
    text = written(pictures.findings_figure(report))
    assert f"{HEAD}." in text
    assert "Not evaluated" not in text
    said = " ".join(report_text(report).split())
    assert f"! {HEAD} " in said
    assert (
        "No limit that is judged decides about the newest course that gives dose to these; choose editions with one "
        "that does, or add your own: SpinalCord"
    ) in said


def test_a_budget_names_what_has_no_row() -> None:
    mine: dict[str, Fields] = {
        "sac": EQD2 | {"limit": 150, "structures": ["ThecalSac"]},
        "cord": SUM | {"structures": ["SpinalCord"]},
        "few": PHYSICAL | {"limit": 60, "structures": ["SpinalCord_Lum"], "conditions": {"n_fractions": [5, 5]}},
    }
    names = ["SpinalCord", "ThecalSac", "SpinalCord_Lum"]
    doses = [cord(dose) | cord(dose, "ThecalSac") | cord(dose, "SpinalCord_Lum") for dose in (30, 12, 20)]
    courses = [{**one, "dose": dose} for one, dose in zip((FIRST, SECOND, PLAN), doses, strict=True)]
    found = budget(parse_case(case(names, *courses)), n_fractions=[5, 10], library=house_library(mine))
    for text in (written(pictures.budget_figure(found)), pictures.budget_alt_text(found)):
        assert "No constraint that decides applies to such a course: SpinalCord; that is no dose that is left." in text
        assert "applies to some such courses: SpinalCord_Lum; that is no dose that is left." in text
        assert "ThecalSac; that" not in text


def test_a_budget_without_rows_says_what_is_left_out() -> None:
    volume = PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course"}
    found = budget(parse_case(THREE), n_fractions=[5], library=house_library({"mine": volume}))
    said = (
        "Nothing to show: no other constraint is about a further course to these structures than those that are left "
        "out: house.mine."
    )
    assert pictures.budget_alt_text(found) == said
    assert said in written(pictures.budget_figure(found))
