"""Orders of courses: proved by dates, by the proposal or by a statement, and otherwise every one of them."""

from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given

from property.changes import by_key
from property.effort import examples
from property.example_cases import case, cord, course
from reference.cases import cases
from reirrad.engine.check import check
from reirrad.engine.from_cases import prepare
from reirrad.engine.orders import possible_orders
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.model.finding import Finding
from reirrad.selftest.oracle.dates import Timeline

Raw = dict[str, Any]
Orders = set[tuple[str, ...]]


def orders(*courses: Raw) -> tuple[Orders, bool]:
    """Return the possible orders of some courses by id, and whether they were tried at all."""
    batch = prepare([parse_case(case(["SpinalCord"], *courses))], load_library()).batch
    (rows,) = possible_orders(batch, cases=batch.has_unseen | True, courses=batch.course_case == 0)
    assert rows.n_courses == len(courses)
    found = [tuple(str(batch.course_id[index]) for index in row) for row in rows.course]
    assert len(set(found)) == len(found)
    return set(found), bool(rows.is_ordered.all())


def at(name: str, start: str | None, end: str | None = None, role: str = "delivered", **more: Any) -> Raw:
    return course(name, role, start, end, "20 Gy / 10", dose=cord(20)) | more


def words(*names: str) -> Orders:
    return {tuple(name) for name in names}


def test_dates_that_prove_the_order() -> None:
    assert orders(at("c", "2012"), at("a", "2010"), at("b", "2011")) == (words("abc"), True)
    # one day apart is proved; the same day is not
    assert orders(at("b", "2010-01-02"), at("a", "2010-01-01")) == (words("ab"), True)
    assert orders(at("b", "2010-01-02"), at("a", "2010-01-02"))[0] == words("ab", "ba")


def test_a_start_is_never_after_its_own_end() -> None:
    # b ended in 2010, so it did not begin later than that, and before a
    assert orders(at("a", "2011"), at("b", None, "2010"))[0] == words("ba")
    assert orders(at("a", "2011"), at("b", None, "2011"))[0] == words("ab", "ba")


def test_only_the_orders_that_dates_allow() -> None:
    # a and b overlap, c is later than both; d may be anywhere
    known = [at("a", "2010"), at("b", "2010-06"), at("c", "2012")]
    assert orders(*known)[0] == words("abc", "bac")
    expected = {order for order in permutations("abcd") if order.index("c") > max(order.index("a"), order.index("b"))}
    assert orders(*known, at("d", None))[0] == expected
    assert len(expected) == 8


def test_the_proposed_course_is_always_the_last() -> None:
    for start in (None, "2010", "2010/..", "2009/2015"):
        found, _ = orders(at("p", start, role="proposed"), at("a", "2010"), at("b", None))
        assert found == words("abp", "bap")


def test_the_file_order_decides_nothing() -> None:
    courses = [at("a", "2010"), at("b", "2010"), at("c", "2011")]
    assert len({frozenset(orders(*order)[0]) for order in permutations(courses)}) == 1


def test_six_courses_without_an_order_are_tried_and_seven_are_not() -> None:
    six = [at(name, None) for name in "abcdef"]
    found, tried = orders(*six)
    assert (len(found), tried) == (720, True)
    _, tried = orders(*six, at("g", None))
    assert not tried
    # seven in a proved order need no trying
    assert orders(*[at(name, f"20{10 + i}") for i, name in enumerate("abcdefg")]) == (words("abcdefg"), True)
    # the proposed course counts among them
    assert not orders(*six, at("p", None, role="proposed"))[1]


def test_stated_months_are_an_order() -> None:
    chain = [at("c", None), at("a", None, months_since_previous=3), at("b", None, months_since_previous=0)]
    assert orders(*chain) == (words("cab"), True)
    eight = [at("a", None), *(at(name, None, months_since_previous=7) for name in "bcdefgh")]
    assert orders(*eight) == (words("abcdefgh"), True)


def finding(raw: Raw, name: str) -> Finding:
    return by_key(check(parse_case(raw)))[name, "SpinalCord"]


def test_orders_that_disagree_are_not_evaluated() -> None:
    # b began and ended at any time of 2010: long after a, or close to it on either side
    first, second = at("a", "2010-01-01", "2010-01-31"), at("b", "2010", "2010-12-31")
    found = finding(case(["SpinalCord"], first, second), "nieder-2006.interval")
    assert (found.status, found.reason) == ("not_evaluated", "order_unknown")
    assert any("all 2 possible orders" in line for line in found.derivation)
    assert any(line.startswith("to decide: state the dates so that they prove the order") for line in found.derivation)


def test_orders_that_agree_decide() -> None:
    courses = [at(name, None) for name in "abc"]
    found = finding(case(["SpinalCord"], *courses), "nieder-2006.cumulative")
    # 3 x 20 (1 + 2/2) = 120 Gy2 in whatever order
    assert (found.status, found.value) == ("met", 120)
    seven = [at(name, None) for name in "abcdefg"]
    refused = finding(case(["SpinalCord"], *seven), "nieder-2006.cumulative")
    assert (refused.status, refused.reason) == ("not_evaluated", "order_unknown")


def test_intervals_of_a_chain_are_those_stated() -> None:
    chain = [at("a", None), at("b", None, months_since_previous=7.3), at("c", None, months_since_previous=6.1)]
    found = finding(case(["SpinalCord"], *chain), "nieder-2006.interval")
    assert (found.status, found.value, found.course_id) == ("met", 6.1, "c")
    # out of the field in between: 7.3 + 6.1 at least, and the length of b
    chain[1]["dose"] = cord(0)
    found = finding(case(["SpinalCord"], *chain), "nieder-2006.interval")
    assert (found.status, found.value_low, found.value_high) == ("met", 13.4, None)


@pytest.mark.parametrize(("stated", "status"), [(5.999999, "violated"), (6, "met"), (6.000001, "met")])
def test_a_stated_interval_at_the_limit(stated: float, status: str) -> None:
    chain = [at("a", None), at("b", None, months_since_previous=stated)]
    assert finding(case(["SpinalCord"], *chain), "nieder-2006.interval").status == status


@examples(80)
@given(raw=cases())
def test_any_case_has_the_orders_of_the_oracle(raw: Raw) -> None:
    batch = prepare([parse_case(raw)], load_library()).batch
    (rows,) = possible_orders(batch, cases=batch.has_unseen | True, courses=batch.course_case == 0)
    timeline = Timeline(raw["course"])
    expected = timeline.orders(list(range(len(raw["course"]))))
    assert rows.is_ordered.all() == (expected is not None)
    if expected is not None:
        assert {tuple(int(index) for index in row) for row in rows.course} == set(expected)
        for order in expected:
            assert all(not timeline.before[later][earlier] for earlier, later in pairwise(order))
