"""What must hold for any case, whatever the limits are."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from engine.house_edition import house_library
from property.changes import (
    by_key,
    comparable,
    dose_value,
    doses,
    ends,
    in_other_unit,
    is_chained,
    is_delivered,
    is_dose,
    judged,
    shuffled_keys,
)
from property.effort import examples
from property.example_cases import FIRST, SECOND, case, cord, course
from reference.cases import cases, clean_cases
from reirrad.engine.check import check, check_all
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.report import report_json
from reirrad.selftest.oracle.facts import contains

Raw = dict[str, Any]
RECOVERY = house_library({
    "none": {"limit": 135.5},
    "zeros": {"limit": 135.5, "recovery": "zeros"},
    "steps": {"limit": 120, "recovery": "steps"},
    "d01": {"limit": 120, "metric": "D0.1cc[Gy]", "recovery": "gap", "comparison": "below"},
})  # fmt: skip


@st.composite
def raised(draw: st.DrawFn, raw: Raw) -> tuple[Raw, Raw, bool]:
    """Return the case with one dose raised, the course that gives it, and whether the dose was 0 before."""
    changed = copy.deepcopy(raw)
    stated = list(doses(changed))
    assume(stated)
    course, table, name = draw(st.sampled_from(stated))
    low, high = ends(table[name])
    by = Decimal(draw(st.integers(1, 3000))) / (1 if name.endswith("[cGy]") else 100)
    table[name] = dose_value(low + by, high + by)
    return changed, course, high == 0


@pytest.mark.parametrize("library", [load_library(), RECOVERY], ids=["shipped", "recovery"])
@examples(20)
@given(data=st.data())
def test_more_dose_never_heals(data: st.DataObject, library: Any) -> None:
    raw = data.draw(st.one_of(cases(), clean_cases()))
    more, course, was_zero = data.draw(raised(raw))
    before, after = judged(raw, library), judged(more, library)
    assume(before is not None and after is not None)
    later = by_key(after)
    for key, item in by_key(before).items():
        now = later[key]
        # more dose earlier makes the newest course's share smaller; no course comes after a proposed one
        if item.scope == "share" and is_delivered(course):
            continue
        # a course that was out of the field becomes the first one
        if item.scope == "first_course" and was_zero:
            continue
        if item.status == "violated":
            event("a violated finding")
            # with a further course there may be too many orders to try
            reasons = (None, "order_unknown") if was_zero else (None,)
            assert now.status == "violated" or (now.status == "not_evaluated" and now.reason in reasons), (item, now)
        is_same = (item.status, item.course_id) == (now.status, now.course_id) and item.value_low is not None
        if is_same and item.scope != "interval" and now.status in ("met", "violated"):
            assert now.value_low >= item.value_low, (item, now)
            assert now.value_high is None or now.value_high >= item.value_high, (item, now)
            assert now.margin is None or now.margin <= item.margin, (item, now)


@examples(20)
@given(data=st.data())
def test_file_order_of_courses_and_keys_decides_nothing(data: st.DataObject) -> None:
    raw = data.draw(cases())
    other = data.draw(shuffled_keys(raw))
    if not is_chained(raw):
        other["course"] = data.draw(st.permutations(other["course"]))
    other["structures"] = data.draw(st.permutations(other["structures"]))
    before, after = check(parse_case(raw)), check(parse_case(other))
    assert comparable(after) == comparable(before)
    assert sorted(after.notes) == sorted(before.notes)


TIED = case(
    ["SpinalCord"],
    course(*FIRST, "20 Gy / 10", dose={"SpinalCord": {"D0.03cc[Gy]": 20, "D0.1cc[Gy]": 20, "basis": "plan"}}),
    course(*SECOND, "20 Gy / 10", dose=cord(20)),
)


def test_of_equal_bounds_the_same_one_is_named() -> None:
    other = copy.deepcopy(TIED)
    other["course"][0]["dose"]["SpinalCord"] = {"D0.1cc[Gy]": 20, "D0.03cc[Gy]": 20, "basis": "plan"}
    assert comparable(check(parse_case(other))) == comparable(check(parse_case(TIED)))


# S08
def test_of_equal_bounds_the_same_one_is_named_in_a_batch() -> None:
    before = case(["SpinalCord"], course(*SECOND, "20 Gy / 10", dose=cord(20, metric="D0.1cc[Gy]")))
    alone = check(parse_case(TIED))
    assert report_json(check_all([parse_case(before), parse_case(TIED)])[1]) == report_json(alone)


@examples(15)
@given(data=st.data())
def test_key_order_does_not_even_change_the_digest(data: st.DataObject) -> None:
    raw = data.draw(cases())
    before, after = check(parse_case(raw)), check(parse_case(data.draw(shuffled_keys(raw))))
    assert after.input == before.input


def halved(course: Raw) -> Raw:
    """Return a course of one phase as two equal ones of the same fraction size."""
    total, _, fractions = course["schedule"].partition(" / ")
    number, _, unit = total.partition(" ")
    half = {"schedule": f"{Decimal(number) / 2:f} {unit} / {int(fractions) // 2}"}
    tables = {
        name: {
            key: dose_value(*(end / 2 for end in ends(value))) if is_dose(key) else value
            for key, value in table.items()
            if not key.startswith("V")  # half a dose has another volume
        }
        for name, table in course.get("dose", {}).items()
    }
    phase = half | ({"dose": tables} if tables else {})
    rest = {key: value for key, value in course.items() if key not in ("schedule", "dose")}
    return rest | {"n_phases": 2, "phase": [copy.deepcopy(phase), phase]}


def can_be_halved(course: Raw) -> bool:
    fractions = course.get("schedule", "").partition(" / ")[2]
    # half of the fractions have to fill whole days: another phase might have shared one that is not full
    whole = 2 * course["fractions_per_day"]
    return fractions != "" and int(fractions) % whole == 0 and "fractions_delivered" not in course


@examples(20)
@given(raw=st.one_of(cases(), clean_cases()))
def test_a_course_in_two_equal_phases_is_the_same_course(raw: Raw) -> None:
    assume(any(can_be_halved(course) for course in raw["course"]))
    split = raw | {"course": [halved(course) if can_be_halved(course) else course for course in raw["course"]]}
    before, after = judged(raw), judged(split)
    assume(before is not None and after is not None)  # half a dose may be that of one fraction, and refused
    event("compared")
    later = by_key(after)
    for key, item in by_key(before).items():
        now = later[key]
        # a physical limit by fraction number is about one schedule; of what is not stated one phase alone may give all
        if now.reason == "other_fractionation" or item.reason == "other_n_fractions":
            assert item.status != "violated"
            assert now.status in ("not_applicable", "not_evaluated")
            continue
        same = (item.status, item.reason, item.course_id, item.near_limit)
        assert (now.status, now.reason, now.course_id, now.near_limit) == same
        for end, expected in ((now.value_low, item.value_low), (now.value_high, item.value_high)):
            assert end == expected or end == pytest.approx(expected, rel=1e-12, abs=0), (item, now)


@examples(20)
@given(raw=cases())
def test_gy_and_cgy_are_the_same(raw: Raw) -> None:
    """D01, D02: the unit is part of each dose."""
    reports = [judged(in_other_unit(raw, unit)) for unit in ("Gy", "cGy")]
    assume(None not in reports)  # in another unit a number may be one that stands for a missing value
    assert comparable(reports[0]) == comparable(reports[1])


@pytest.mark.parametrize("strict", [False, True])
@examples(20)
@given(raws=st.lists(st.one_of(cases(), clean_cases()), min_size=2, max_size=5))
def test_a_batch_gives_what_its_cases_give(raws: list[Raw], strict: bool) -> None:
    """S08: one case is a batch of one."""
    batch = [parse_case(raw | {"case_id": f"case {number}"}) for number, raw in enumerate(raws)]
    together = check_all(batch, strict=strict)
    for one, report in zip(batch, together, strict=True):
        assert report_json(report) == report_json(check(one, strict=strict))


@examples(20)
@given(data=st.data())
def test_a_course_out_of_the_field_changes_nothing(data: st.DataObject) -> None:
    """D22: 0 Gy written by a person is a statement."""
    raw = data.draw(st.one_of(cases(), clean_cases()))
    assume(not is_chained(raw))  # there it lies between two courses and opens their interval
    delivered = [course for course in raw["course"] if is_delivered(course)]
    outside = {
        "id": "out of the field", "role": "delivered", "modality": "photon", "technique": "stereotactic",
        "start": data.draw(st.sampled_from(["1990", "2001-05-05", "2005/.."])),
        "fractions_per_day": 1, "schedule": "20 Gy / 5",
        "dose": {name: {"Max[Gy]": 0, "basis": "plan"} for name in raw["structures"]},
    }  # fmt: skip
    place = data.draw(st.integers(0, len(raw["course"])))
    more = raw | {"course": [*raw["course"][:place], outside, *raw["course"][place:]]}
    history = raw.get("prior_radiotherapy")
    if history == "complete" or "prior_courses" in raw:
        more["prior_courses"] = len(delivered) + 1
    more["prior_radiotherapy"] = "complete" if history == "none" else history or "unknown"
    before, after = judged(raw), judged(more)
    assume(after is not None)  # the proposed course may be the older one
    assert before is not None
    later = by_key(after)
    for key, item in by_key(before).items():
        within = [name for name in raw["structures"] if name == item.structure or contains(name, item.structure)]
        if within:  # a structure around the judged ones is not said to be out of the field
            assert later[key] == item


@examples(20)
@given(raw=st.one_of(cases(), clean_cases()))
def test_recovery_of_nothing_is_no_recovery(raw: Raw) -> None:
    report = judged(raw, RECOVERY)
    assert report is not None
    found = by_key(report)
    for (name, structure), item in found.items():
        if name == "house.none":
            zeros = found["house.zeros", structure]
            assert (zeros.status, zeros.course_id) == (item.status, item.course_id), (item, zeros)
            for field in ("value_low", "value_high"):
                expected = getattr(item, field)
                assert getattr(zeros, field) == (expected and pytest.approx(expected, rel=1e-12)), (item, zeros)
