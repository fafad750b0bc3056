"""Every limit at its edge: which limits, at which numbers of fractions, and that what is wrong is noticed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reirrad import load_library
from reirrad.model.selftest import Part
from reirrad.selftest import boundaries as at_edges
from reirrad.selftest.edges import Edge


@pytest.fixture(scope="module")
def edges() -> Part:
    return at_edges.boundaries(load_library())


def test_every_limit_that_one_value_decides_is_there(edges: Part) -> None:
    limits = [rule for _, rule in load_library().constraints() if rule.kind == "limit"]
    left_out = re.search(r"(\d+) limits are decided by no single stated value", edges.how)
    assert left_out is not None
    names = [row.what.partition(": ")[0] for row in edges.rows]
    assert len(set(names)) == len(names) > 250
    rules = {name.partition(", ")[0] for name in names}
    by_model = sum(rule.scope == "allowed_bed" for rule in limits)
    assert len(rules) + int(left_out[1]) + by_model == len(limits)
    assert edges.compared == 2 * len(names)


def test_every_row_of_a_table_of_fraction_numbers_is_there(edges: Part) -> None:
    tables = {rule.id: rule.limit_by_n_fractions for _, rule in load_library().constraints()}
    found = {row.what.partition(": ")[0] for row in edges.rows}
    decided = {name.partition(", ")[0] for name in found}
    expected = {
        f"{name}, {number} fraction{'' if number == 1 else 's'}"
        for name, rows in tables.items()
        for number, _ in rows or ()
        if name in decided
    }
    assert len(expected) > 150
    assert {name for name in found if ", " in name} == expected


def test_the_case_of_a_row_has_its_number_of_fractions() -> None:
    (rule,) = [rule for _, rule in load_library().constraints() if rule.id == "hytec-cord-2021.first-course"]
    for number in (1, 2, 3, 4, 5):
        assert Edge(rule, number).case(100)["course"][0]["schedule"].endswith(f" Gy / {number}")


@pytest.mark.parametrize(
    ("what", "found"),
    [
        # 10 Gy in 5 fractions are 10 Gy EQD2, 40 Gy in 10 are 60; at most 70, exactly met
        ("hytec-cord-2021.cumulative: <= 70 Gy EQD2", "70 Gy EQD2 met; "),
        # months: at least 5
        ("hytec-cord-2021.interval: >= 5 months", "5 months met; "),
        # below 20
        ("hytec-carotid-2021.newest-course: < 20 Gy", "19.99 Gy met; 20 Gy violated"),
        # no unit at all, and one of a kind
        # 12.36 (1 + 1.236/2) / 2 = 9.9992 beside 10; 12.37 (1 + 1.237/2) / 2 = 10.0104
        ("hytec-cord-2021.share: <= 0.5", "0.49998 met; 0.5003 violated"),
        ("nieder-2005.score: <= 3 points", "1 point met; 5.5 points violated"),
        # a printed range, whole, at the number of fractions that it is for
        (
            "hytec-cord-2021.first-course, 1 fraction: <= 12.4 to 14 Gy (printed as a range: not evaluated within it)",
            "12.4 Gy met; 12.41 Gy not evaluated",
        ),
        ("tg101-2010.spinal-cord.max, 3 fractions: < 21.9 Gy", "21.89 Gy met; 21.9 Gy violated"),
        # 50 times 1.25, which holds nine months after the first course
        (
            "doi-2021.simple-rule: <= 62.5 Gy EQD2 (50, raised by what has recovered: 25 % after 6 to 12 months)",
            "62.49 Gy EQD2 met; 62.51 Gy EQD2 violated",
        ),
    ],
)
def test_edges_that_are_known(edges: Part, what: str, found: str) -> None:
    (row,) = [row for row in edges.rows if row.what == what]
    assert row.found_with_unit.startswith(found)
    assert row.expected_with_unit == row.found_with_unit
    assert row.expected == row.found


def test_a_limit_that_exact_arithmetic_holds_for_another_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    # the margin is what tells the limit: a status and a value can agree by chance
    original = at_edges.judge

    def other(case: Any, *, constraints: Any) -> Any:
        items = original(case, constraints=constraints)
        return [item | {"margin": None if item["margin"] is None else item["margin"] / 2} for item in items]

    library = load_library().select(["nieder-2006"])
    assert at_edges.boundaries(library).differ == 0
    monkeypatch.setattr(at_edges, "judge", other)
    assert at_edges.boundaries(library).differ > 0


def test_a_limit_that_is_decided_otherwise_by_exact_arithmetic_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = at_edges.judge

    def other(case: Any, *, constraints: Any) -> Any:
        items = original(case, constraints=constraints)
        is_one = constraints[0]["id"] == "nieder-2006.cumulative"
        return [item | {"status": "met"} for item in items] if is_one else items

    monkeypatch.setattr(at_edges, "judge", other)
    part = at_edges.boundaries(load_library().select(["nieder-2006", "slevin-2021"]))
    assert [row.what.partition(":")[0] for row in part.rows if not row.agrees] == ["nieder-2006.cumulative"]
    assert part.differ == 1
