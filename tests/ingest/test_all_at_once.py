"""Every problem of a file is reported together, and every message says what to do; what agrees is accepted."""

from __future__ import annotations

import pytest

from ingest.good_case import DOSE, FIRST, SECOND, append_course, drop, every, good_document, put
from ingest.test_contradictions import (
    COURSES,
    DOSES,
    HISTORY,
    TWO_PHASES,
    WITHOUT_DATES,
    delivered,
    in_two_phases,
    refusal,
)
from ingest.test_refusals import FIELDS_REFUSED
from reirrad.errors import CaseError
from reirrad.ingest import parse_case

ACCEPTED = [
    ("H01-unknown", every(drop("prior_radiotherapy"), drop("prior_courses"))),
    ("H02-partial", every(put("prior_radiotherapy", value="partial"), put("prior_courses", value=3))),
    ("H03-none", every(put("prior_radiotherapy", value="none"), put("prior_courses", value=0), drop(*FIRST))),
    ("H07-initials", put("case_id", value="NA")),
    ("whole-number-as-float", put("prior_courses", value=1.0)),
    ("whole-fractions-as-float", put(*FIRST, "fractions_per_day", value=1.0)),
    ("D22-zero", put(*DOSE, "Max[Gy]", value=0)),
    ("D22-zero-prescription", put(*DOSE, value={"Max[Gy]": 0, "basis": "prescription"})),
    ("D17-prescription", put(*DOSE, value={"Max[Gy]": 50, "basis": "prescription"})),
    ("D17-prescription-in-cgy", put(*DOSE, value={"Max[cGy]": 5000, "basis": "prescription"})),
    ("D07-delivered", delivered(20, dose_of="delivered")),
    ("D07-all-delivered", delivered(25)),
    ("D04-range-around-the-fraction-dose", put(*DOSE, "Max[Gy]", value=[1.99, 2.01])),
    ("D18-equal-near-maxima", put(*DOSE, value={"Max[Gy]": 45, "D0.1cc[cGy]": 4500})),
    ("T05-months", every(WITHOUT_DATES, put(*SECOND, "months_since_previous", value=25))),
    (
        "D15-twice-daily",
        every(put(*FIRST, "fractions_per_day", value=2), put(*FIRST, "hours_between_fractions", value=6)),
    ),
    ("D15-hours-unknown", put(*FIRST, "fractions_per_day", value=2)),
    ("T07-one-day", every(put(*FIRST, "end", value="2014-01-06"), put(*FIRST, "schedule", value="45 Gy / 1"))),
    # they need 31 and 35 days, one after another
    ("D15-phases-after-each-other", every(in_two_phases(45, 5), put(*FIRST, "end", value="2014-02-05"))),
    ("D15-phases-of-other-structures", every(in_two_phases(45, 0), put(*FIRST, "end", value="2014-02-04"))),
    (
        "D15-courses-after-each-other",
        every(put(*SECOND, "start", value="2014-01-06"), put(*SECOND, "end", value="2014-02-09")),
    ),
    (
        "D15-courses-of-other-structures",
        every(
            put(*SECOND, "start", value="2014-01-06"),
            put(*SECOND, "end", value="2014-02-08"),
            put(*DOSE, "Max[Gy]", value=0),
        ),
    ),
    ("D18-unknown-metric-is-listed-later", put(*DOSE, "gEUD8[Gy]", value=45)),
    ("O01-unknown-structure-is-listed-later", put("structures", value=["SpinalCord", "Sp Cord new2"])),
]


@pytest.mark.parametrize("patch", [pytest.param(row[1], id=row[0]) for row in ACCEPTED])
def test_accepted(patch):
    document = good_document()
    patch(document)
    parse_case(document)


# D18, O03: one structure has one table of doses in a course, one half-time in a case
@pytest.mark.parametrize(
    "patch",
    [
        pytest.param(put(*FIRST, "dose", "spinalcord", value={"Max[Gy]": 0}), id="dose"),
        pytest.param(put("repair_half_time_h", value={"SpinalCord": 4, "spinalcord": 2}), id="half-time"),
    ],
)
def test_a_structure_is_stated_once_whatever_its_spelling(patch):
    document = good_document()
    patch(document)
    (problem,) = refusal(document)
    assert "twice" in problem


# D15: three fractions with 24 hours between them are not given on one day
def test_the_fractions_of_a_day_fit_into_it():
    document = good_document()
    document["course"][0] |= {"fractions_per_day": 3, "hours_between_fractions": 24}
    (problem,) = refusal(document)
    assert problem.startswith("course[1].hours_between_fractions: ")


EVERY_PATCH = [pytest.param(row[1], id=row[0]) for row in FIELDS_REFUSED + HISTORY + COURSES + DOSES]


@pytest.mark.parametrize("patch", EVERY_PATCH)
def test_every_message_is_complete(patch):
    document = good_document()
    patch(document)
    with pytest.raises(CaseError) as caught:
        parse_case(document)
    for problem in caught.value.problems:
        assert problem.where
        assert problem.what
        assert problem.allowed or problem.hint


# H07, D22: blank is never zero and never accepted
@pytest.mark.parametrize(
    "key", ["id", "role", "modality", "technique", "start", "end", "schedule", "fractions_per_day"]
)
def test_a_blank_field_is_refused(key):
    document = good_document()
    document["course"][0][key] = ""
    assert all(problem.startswith(f"course[1].{key}: ") for problem in refusal(document))


def test_what_is_no_list_or_table():
    document = good_document()
    document |= {"structures": "SpinalCord", "repair_half_time_h": 4}
    document["course"][0]["dose"] = 45
    with pytest.raises(CaseError) as caught:
        parse_case(document)
    found = {problem.where: problem for problem in caught.value.problems}
    assert set(found) == {"structures", "repair_half_time_h", "course[1].dose"}
    assert found["structures"].what == "this is not a list"
    assert found["course[1].dose"].what == found["repair_half_time_h"].what == "this is not a table"
    assert all(problem.allowed or problem.hint for problem in found.values())


def test_empty_structures():
    # nothing would be judged; the doses are not reported as well
    document = good_document()
    document["structures"] = []
    assert refusal(document)[0] == "structures: the list is empty; given: []; allowed: at least 1"


def test_one_bracket_where_two_are_needed():
    # [course] instead of [[course]]
    document = good_document()
    document["course"] = document["course"][0]
    with pytest.raises(CaseError) as caught:
        parse_case(document)
    assert "[[course]]" in str(caught.value)


@pytest.mark.parametrize("document", [None, 5, "case", [1], {1: 2}, {"repair_half_time_h": {1: 2}}])
def test_no_mapping_at_all(document):
    with pytest.raises(CaseError):
        parse_case(document)


def test_every_problem_is_reported_at_once_across_broken_courses():
    document = good_document()
    every(
        append_course(id="2 Re-Irradiation", n_phases=2, phase=TWO_PHASES),  # cross-field, in the third
        put("prior_courses", value=3),  # of two delivered
        put("point_maximum", value="Max"),
        put(*FIRST, "schedule", value="50/25"),  # the first course cannot be read as a whole
        put(*FIRST, "fractions_per_day", value=0),
        put(*SECOND, "fractions_delivered", value=10),  # cross-field, in the second
        put(*SECOND, "end", value="2015"),
    )(document)
    assert refusal(document) == [
        "course[1].schedule: the dose has no unit; given: '50/25'; "
        'allowed: "50 Gy / 25", "25 x 2 Gy" or "5000 cGy / 25"; write Gy or cGy behind the dose',
        "course[1].fractions_per_day: the number is out of range; given: 0; allowed: a whole number from 1 to 6",
        "prior_courses: the history is complete, but 2 courses are listed as delivered; given: 3; list every course, "
        'or write prior_radiotherapy = "partial"',
        "course[3].id: course[2] has this id; given: '2 Re-Irradiation'; allowed: an id of its own for each course; "
        "was the course listed twice?",
        'point_maximum: the metric has no unit in brackets; given: \'Max\'; allowed: a metric with its unit, '
        'e.g. "D0.03cc[Gy]"',
        "course[2].end: the course ends before it starts; given: '2015'; allowed: 2016-03-01 or later; "
        "were start and end swapped?",
        "course[2].fractions_delivered: a proposed course has not begun; given: 10; leave it out",
        "course[3].schedule: the course lists phases; write schedule in each phase",
        "course[3].dose: the course lists phases; write dose in each phase",
    ]  # fmt: skip


# X18: neither a key nor a value can drive a terminal, and every message can be written as UTF-8
@pytest.mark.parametrize(
    "patch",
    [
        pytest.param(put("a\x1b[31m", value=1), id="key"),
        pytest.param(put("a\ud800", value=1), id="surrogate-key"),
        pytest.param(put(*DOSE, value={"Max\x1b[31m": 1}), id="metric"),
        pytest.param(put(*DOSE, value={"Max\x1b\u202e[Gy]": 1}), id="metric-with-unit"),
        pytest.param(put(*FIRST, "dose", value={"Cord\x1b[31m": {"Max[Gy]": 1}}), id="structure"),
        pytest.param(put("repair_half_time_h", value={"Cord\x1b[31m": 1}), id="half-time"),
        pytest.param(put("structures", value=["A\x1b[31m"]), id="listed-structure"),
    ],
)
def test_messages_are_printable(patch):
    document = good_document()
    patch(document)
    message = str(refusal(document))
    assert "\x1b" not in "".join(refusal(document))
    assert "\u202e" not in message
    message.encode()
