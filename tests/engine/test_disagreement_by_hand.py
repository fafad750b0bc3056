"""The editions side by side, from findings made by hand: which one speaks, in what order, and what binds."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from engine.disagreement_cases import finding
from reirrad.engine.disagreement import disagreements, margin_percent
from reirrad.model.finding import Disagreement, Finding, Opinion


def met(name: str, margin: float, limit: float = 50.0, **more: Any) -> Finding:
    return finding(name, **({"status": "met", "limit": limit, "margin": margin} | more))


def violated(name: str, margin: float | None, limit: float | None = 50.0, **more: Any) -> Finding:
    return finding(name, **({"status": "violated", "limit": limit, "margin": margin} | more))


def open_(name: str, **more: Any) -> Finding:
    return finding(name, **({"status": "not_evaluated"} | more))


def compared(*items: Finding) -> tuple[Disagreement, ...]:
    """Return the comparison; the edition of ``a.one`` is a."""
    return disagreements(items)


def only(*items: Finding) -> Disagreement:
    (table,) = compared(*items)
    return table


def rows(table: Disagreement) -> list[str]:
    return [item.constraint_id for item in table.opinions]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # 5 of 50, of an upper limit and of a lower one
        ({"margin": 5.0, "limit": 50.0}, 10.0),
        ({"margin": -5.0, "limit": 50.0, "comparison": "below"}, -10.0),
        ({"margin": 5.0, "limit": 50.0, "comparison": "at_least"}, 10.0),
        # of a range in the source its stricter end: the lower one of an upper limit, the upper one of a lower limit
        ({"margin": 5.0, "limit": 40.0, "limit_high": 50.0}, 12.5),
        ({"margin": 5.0, "limit": 40.0, "limit_high": 50.0, "comparison": "below"}, 12.5),
        ({"margin": 5.0, "limit": 40.0, "limit_high": 50.0, "comparison": "at_least"}, 10.0),
        ({"margin": 5.0, "limit": 40.0, "limit_high": 50.0, "comparison": "above"}, 10.0),
        ({"margin": 0.0, "limit": 50.0}, 0.0),
        # what is not known, and what is no part of a limit
        ({"margin": None, "limit": 50.0}, None),
        ({"margin": 5.0, "limit": None}, None),
        ({"margin": 5.0, "limit": 50.0, "unit": "points"}, None),
    ],
)
def test_room_in_percent_of_the_limit(fields: dict[str, Any], expected: float | None) -> None:
    assert margin_percent(finding("a", **({"status": "violated"} | fields))) == expected


def test_a_row_says_what_its_finding_says() -> None:
    first = violated(
        "a.sum",
        -10.0,
        course_id="2",
        value=60.0,
        value_low=59.0,
        value_high=61.0,
        undiscounted_value=70.0,
        undiscounted_low=70.0,
        undiscounted_high=70.5,
        limit_high=55.0,
        comparison="below",
        unit="Gy BED",
    )
    table = only(first, met("b.sum", 5.0))
    expected = Opinion(
        edition="a",
        constraint_id="a.sum",
        course_id="2",
        status="violated",
        value=60.0,
        value_low=59.0,
        value_high=61.0,
        undiscounted_value=70.0,
        undiscounted_low=70.0,
        undiscounted_high=70.5,
        limit=50.0,
        limit_high=55.0,
        comparison="below",
        margin=-10.0,
        margin_percent=-20.0,
        unit="Gy BED",
    )
    assert table.opinions[0] == expected
    assert None not in (getattr(expected, field.name) for field in fields(Opinion))
    assert (table.structure, table.agree, table.binds) == ("SpinalCord", False, "a.sum")
    assert table.spread_percent == (-20.0, 10.0)


def test_each_edition_speaks_by_its_worst_finding() -> None:
    # violated before open before met, then the least room
    table = only(
        met("a.met", 1.0),
        violated("a.far", -5.0),
        violated("a.farther", -10.0),
        open_("a.open"),
        met("b.roomy", 20.0),
        met("b.tight", 10.0),
        met("c.met", 1.0),
        open_("c.open"),
    )
    assert rows(table) == ["a.farther", "c.open", "b.tight"]
    assert (table.agree, table.binds, table.spread_percent) == (False, "a.farther", (-20.0, 20.0))


def test_points_speak_only_where_nothing_else_is_as_bad() -> None:
    points = {"unit": "points", "limit": 3.0}
    # what has points has no room in percent, and yet is not the worst of its edition
    table = only(met("a.score", 0.0, **points), met("a.sum", 40.0), met("b.sum", 10.0))
    assert rows(table) == ["b.sum", "a.sum"]
    # beside other editions it stands before what has room, and binds only where it is alone
    table = only(met("a.score", 0.0, **points), met("b.sum", 10.0), open_("c.sum"))
    assert rows(table) == ["c.sum", "a.score", "b.sum"]
    assert (table.agree, table.binds, table.spread_percent) == (True, "b.sum", (20.0, 20.0))
    table = only(met("a.score", 0.0, **points), open_("b.sum"))
    assert (table.agree, table.binds, table.spread_percent) == (True, "a.score", None)


def test_an_unbounded_value_has_the_least_room() -> None:
    table = only(violated("a.sum", -45.0), violated("b.open-end", None))
    assert rows(table) == ["b.open-end", "a.sum"]
    assert (table.agree, table.binds, table.spread_percent) == (True, "b.open-end", (-90.0, -90.0))


def test_equals_stand_in_the_order_of_their_names() -> None:
    table = only(met("b.sum", 5.0), met("a.sum", 5.0), met("c.sum", 5.0))
    assert rows(table) == ["a.sum", "b.sum", "c.sum"]
    assert (table.agree, table.binds, table.spread_percent) == (True, "a.sum", (10.0, 10.0))


def test_what_is_open_binds_nothing_and_agrees_with_nothing() -> None:
    table = only(open_("a.sum", margin=-40.0, limit=50.0), met("b.sum", 5.0))
    assert rows(table) == ["a.sum", "b.sum"]
    assert (table.agree, table.binds, table.spread_percent) == (True, "b.sum", (10.0, 10.0))
    table = only(open_("a.sum"), open_("b.sum"))
    assert (table.agree, table.binds, table.spread_percent) == (None, None, None)


def test_a_table_for_each_structure_of_two_editions() -> None:
    sac = {"structure": "ThecalSac"}
    tables = compared(
        met("a.sac", 5.0, **sac),
        met("a.cord", 5.0),
        met("b.cord", 4.0),
        met("b.sac", 4.0, **sac),
        met("a.eye", 1.0, structure="Eye_L"),
        met("a.eye-too", 2.0, structure="Eye_L"),
    )
    assert [(table.structure, rows(table)) for table in tables] == [
        ("ThecalSac", ["b.sac", "a.sac"]),
        ("SpinalCord", ["b.cord", "a.cord"]),
    ]


@pytest.mark.parametrize("left_out", [{"status": "not_applicable"}, {"advisory": True}])
def test_what_is_neutral_is_no_opinion(left_out: dict[str, Any]) -> None:
    neutral = finding("c.sum", **({"status": "violated", "margin": -1.0, "limit": 50.0} | left_out))
    assert rows(only(met("a.sum", 5.0), neutral, met("b.sum", 5.0))) == ["a.sum", "b.sum"]
    assert compared(met("a.sum", 5.0), neutral) == ()
