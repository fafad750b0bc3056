"""Fields that are valid one by one and do not agree, with the whole message; and all problems of a file at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ingest.good_case import DOSE, FIRST, SECOND, append_course, drop, every, good_document, put
from reirrad.errors import CaseError
from reirrad.ingest import parse_case

AT_MAX = 'course[1].dose.SpinalCord."Max[Gy]"'
PER_FRACTION = (
    f"{AT_MAX}: this is the dose per fraction of the schedule, where the total is wanted; given: 2.0 Gy; "
    "allowed: the total dose to the structure, e.g. 50 Gy; if the structure received no more in all, write a range "
    "around it"
)
WHOLE_FROM_0 = "allowed: a whole number from 0 to 100"
TWO_PHASES = [{"schedule": "16 x 1.6 Gy"}, {"schedule": "14 x 2.4 Gy"}]
WITHOUT_DATES = every(*(drop(*course, end) for course in (FIRST, SECOND) for end in ("start", "end")))
NO_SCHEDULE = every(drop(*FIRST, "schedule"), drop(*FIRST, "dose"))


def doses(**metrics):
    return put(*DOSE, value={name.replace("_", ".") + "[Gy]": value for name, value in metrics.items()})


def delivered(n, **more):
    return every(put(*FIRST, "fractions_delivered", value=n), *(put(*FIRST, k, value=v) for k, v in more.items()))


SAME_DAY = "what is given on one day counts together: enter it as one, or correct the dates"


def in_two_phases(first, second):
    """Return the first course in phases of 25 and 6 fractions that give such doses."""
    dose = {"basis": "plan"}
    phases = [
        {"schedule": "50 Gy / 25", "dose": {"SpinalCord": {"Max[Gy]": first} | dose}},
        {"schedule": "12 Gy / 6", "dose": {"SpinalCord": {"Max[Gy]": second} | dose}},
    ]
    return every(NO_SCHEDULE, put(*FIRST, "n_phases", value=2), put(*FIRST, "phase", value=phases))


HISTORY = [
    (
        "H01-count-missing",
        drop("prior_courses"),
        "prior_courses: it is required with a complete history; allowed: the number of courses delivered before; "
        "1 course is listed as delivered",
    ),
    (
        "H01-a-course-is-missing",
        put("prior_courses", value=2),
        "prior_courses: the history is complete, but 1 course is listed as delivered; given: 2; list every course, or "
        'write prior_radiotherapy = "partial"',
    ),
    (
        "H02-partial-below",
        every(put("prior_radiotherapy", value="partial"), put("prior_courses", value=0)),
        "prior_courses: 1 course is listed as delivered; given: 0; allowed: 1 or more",
    ),
    # H03: both facts are in the message
    (
        "H03-none",
        every(put("prior_radiotherapy", value="none"), drop("prior_courses")),
        'prior_radiotherapy: it says "none", but 1 course is delivered; allowed: "complete" with prior_courses; '
        "one of the two is wrong",
    ),
    (
        "H03-none-and-a-count",
        every(put("prior_radiotherapy", value="none"), drop(*FIRST)),
        'prior_courses: prior_radiotherapy says "none"; given: 1; allowed: 0, or leave it out',
    ),
    # a count that cannot be read is one problem, not also a missing count
    (
        "H01-negative",
        put("prior_courses", value=-1),
        f"prior_courses: the number is out of range; given: -1; {WHOLE_FROM_0}",
    ),
    (
        "H01-quoted",
        put("prior_courses", value="1"),
        f"prior_courses: this is not a number; given: '1'; {WHOLE_FROM_0}; write it without quotes",
    ),
    (
        "H01-bool",
        put("prior_courses", value=True),
        f"prior_courses: this is not a number; given: True; {WHOLE_FROM_0}",
    ),
    # a role that cannot be read is not counted as delivered
    (
        "H03-role-misspelt",
        put(*SECOND, "role", value="propsed"),
        "course[2].role: this is not one of the allowed words; given: 'propsed'; allowed: 'delivered' or 'proposed'",
    ),
]  # fmt: skip

COURSES = [
    # H08
    (
        "H08-same-id",
        every(put(*SECOND, "id", value="1 Adjuvant ")),
        "course[2].id: course[1] has this id; given: '1 Adjuvant '; allowed: an id of its own for each course; "
        "was the course listed twice?",
    ),
    (
        "two-proposed",
        every(put(*FIRST, "role", value="proposed"), put("prior_courses", value=0)),
        "course[2].role: course[1] is proposed already; given: 'proposed'; allowed: at most one proposed course; "
        "check alternatives as cases of their own",
    ),
    # H10
    (
        "H10-proposed-is-older",
        every(put(*SECOND, "start", value="2013-05"), put(*SECOND, "end", value="2013-06")),
        "course[2].start: the proposed course begins before course[1], which was delivered, began; given: '2013-05'; "
        "allowed: 2014-01-06 or later; were the roles or the dates swapped?",
    ),
    # T07
    (
        "T07-end-before-start",
        put(*FIRST, "end", value="2013-12"),
        "course[1].end: the course ends before it starts; given: '2013-12'; allowed: 2014-01-06 or later; "
        "were start and end swapped?",
    ),
    (
        "D18-misspelt-beside-the-right-one",
        put(*DOSE, "Dmax[Gy]", value=60),
        'course[1].dose.SpinalCord."Dmax[Gy]": the metric is spelt Max[Gy] here; given: \'Dmax[Gy]\'; '
        "a dose under another name would be passed over",
    ),
    # D15
    (
        "D15-hours-once-daily",
        put(*FIRST, "hours_between_fractions", value=6),
        "course[1].hours_between_fractions: there is one fraction a day; given: 6.0; "
        "allowed: only with more than one fraction a day",
    ),
    (
        "D15-more-a-day-than-in-all",
        every(put(*FIRST, "schedule", value="16 Gy / 2"), put(*FIRST, "fractions_per_day", value=3)),
        "course[1].fractions_per_day: there are fewer fractions in all than on one day; "
        "given: 3; allowed: at most 2 a day; were the two swapped?",
    ),
    (
        "D15-a-night-shorter-than-the-gap",
        every(put(*FIRST, "fractions_per_day", value=2), put(*FIRST, "hours_between_fractions", value=20)),
        "course[1].hours_between_fractions: the night after 2 fractions so far apart is not longer than that; "
        "given: 20.0; allowed: less than 12 h; "
        "state the shorter one of the hours between two fractions, or none: repair is then a range",
    ),
    (
        "D15-phases-on-the-same-days",
        every(in_two_phases(45, 5), put(*FIRST, "end", value="2014-02-04")),
        "course[1].end: the phases that give dose to SpinalCord do not fit between start and end one after another; "
        f"given: '2014-02-04'; allowed: at least 31 days; these are 30; {SAME_DAY}",
    ),
    (
        "D15-courses-on-the-same-days",
        every(put(*SECOND, "start", value="2014-01-06"), put(*SECOND, "end", value="2014-02-08")),
        'course[2].start: the fractions that give dose to SpinalCord and those of course "1 adjuvant" share days; '
        f"given: '2014-01-06'; allowed: at least 35 days for both; these are 34; {SAME_DAY}",
    ),
    (
        "D15-more-fractions-than-days",
        put(*FIRST, "end", value="2014-01-10"),
        "course[1].end: 25 fractions, 1 a day, do not fit between start and end; given: '2014-01-10'; "
        "allowed: at least 25 days; these are 5; are the dates right, and fractions_per_day?",
    ),
    # T05: stated intervals and dates are not mixed
    (
        "T05-months-and-dates",
        put(*SECOND, "months_since_previous", value=25),
        "course[2]: it has both months_since_previous and dates; allowed: one of the two; dates say more",
    ),
    (
        "T05-months-on-the-first",
        every(WITHOUT_DATES, *(put(*course, "months_since_previous", value=3) for course in (FIRST, SECOND))),
        "course[1].months_since_previous: the first course listed has no previous one; leave it out",
    ),
    (
        "T05-months-left-out",
        every(
            WITHOUT_DATES,
            put(*SECOND, "months_since_previous", value=3),
            append_course(id="3"),
            put(*SECOND, "role", value="delivered"),
            put("prior_courses", value=3),
        ),
        "course[3].months_since_previous: it is missing, but course[2] has it; "
        "allowed: it on every course but the first, or on none",
    ),
    # D07
    (
        "D07-dose-of-missing",
        delivered(20),
        "course[1].dose_of: it is required: 20 of 25 fractions were delivered; "
        'allowed: "planned" or "delivered"; say which of the two the doses are',
    ),
    (
        "D07-more-than-planned",
        delivered(26),
        "course[1].fractions_delivered: more fractions than were planned; given: 26; allowed: 1 to 25",
    ),
    (
        "D07-dose-of-alone",
        put(*FIRST, "dose_of", value="planned"),
        "course[1].dose_of: there is no fractions_delivered; add it, or leave dose_of out",
    ),
    (
        "D07-no-schedule",
        every(NO_SCHEDULE, delivered(20)),
        "course[1].fractions_delivered: there is no schedule; given: 20; add the schedule as planned",
    ),
    (
        "D08-proposed",
        put(*SECOND, "fractions_delivered", value=10),
        "course[2].fractions_delivered: a proposed course has not begun; given: 10; leave it out",
    ),
    # phases
    (
        "n-phases-mismatch",
        every(NO_SCHEDULE, put(*FIRST, "phase", value=TWO_PHASES), put(*FIRST, "n_phases", value=3)),
        "course[1].n_phases: the course lists 2 phases; given: 3; allowed: 2",
    ),
    (
        "n-phases-missing",
        every(NO_SCHEDULE, put(*FIRST, "phase", value=TWO_PHASES)),
        "course[1].n_phases: is missing, and the course lists 2 phases; allowed: 2; "
        "it tells a course that is whole from one of which a phase was lost",
    ),
    (
        "n-phases-without-phases",
        put(*FIRST, "n_phases", value=2),
        "course[1].n_phases: the course lists no phase; given: 2; allowed: [[course.phase]] tables",
    ),
    (
        "phases-and-schedule",
        every(drop(*FIRST, "dose"), put(*FIRST, "phase", value=TWO_PHASES), put(*FIRST, "n_phases", value=2)),
        "course[1].schedule: the course lists phases; write schedule in each phase",
    ),
    (
        "D07-in-a-phase",
        every(
            NO_SCHEDULE,
            put(*FIRST, "phase", value=[TWO_PHASES[0], TWO_PHASES[1] | {"fractions_delivered": 15}]),
            put(*FIRST, "n_phases", value=2),
        ),
        "course[1].phase[2].fractions_delivered: more fractions than were planned; given: 15; allowed: 1 to 14",
    ),
]  # fmt: skip

DOSES = [
    (
        "O01-not-listed",
        put(*FIRST, "dose", "Heart", value={"Max[Gy]": 10}),
        "course[1].dose.Heart: the structure is not listed in structures; given: 'Heart'; allowed: SpinalCord; "
        "add it there, or write the same name",
    ),
    (
        "O01-half-time-not-listed",
        put("repair_half_time_h", value={"Heart": 4}),
        "repair_half_time_h.Heart: the structure is not listed in structures; given: 'Heart'; allowed: SpinalCord; "
        "add it there, or write the same name",
    ),
    # O03: two names that are one after case folding
    (
        "O03-listed-twice",
        put("structures", value=["SpinalCord", " spinalCORD"]),
        "structures[2]: the structure is listed twice; given: ' spinalCORD'; "
        "allowed: each structure once; remove one of them",
    ),
    (
        "D01-no-unit",
        put(*DOSE, value={"Max": 45}),
        "course[1].dose.SpinalCord.\"Max\": the metric has no unit in brackets; given: 'Max'; "
        'write "Max[Gy]" or "Max[cGy]"',
    ),
    # D02
    (
        "D02-twice",
        put(*DOSE, value={"Max[Gy]": 45, "Max[cGy]": 4500}),
        "course[1].dose.SpinalCord.\"Max[cGy]\": the metric is given twice; given: 'Max[cGy]'; "
        "allowed: each metric once; remove one of them",
    ),
    (
        "D18-spelt-twice",
        put(*DOSE, value={"D0.1cc[Gy]": 45, "D0.10cc[Gy]": 45}),
        "course[1].dose.SpinalCord.\"D0.10cc[Gy]\": the metric is given twice; given: 'D0.10cc[Gy]'; "
        "allowed: each metric once; remove one of them",
    ),
    # D18: a larger near-maximum is never below a smaller one
    (
        "D18-above-max",
        doses(Max=45, D0_1cc=46),
        'course[1].dose.SpinalCord."D0.1cc[Gy]": D0.1cc[Gy] is above Max[Gy], which cannot be; '
        "given: 46.0 Gy above 45.0 Gy; were the two swapped?",
    ),
    (
        "D18-ranges-above",
        doses(D0_03cc=[30, 40], D1cc=[40.5, 50]),
        'course[1].dose.SpinalCord."D1cc[Gy]": D1cc[Gy] is above D0.03cc[Gy], which cannot be; '
        "given: 40.5 Gy above 40.0 Gy; were the two swapped?",
    ),
    (
        "D18-min-above-mean",
        doses(Mean=20, Min=21),
        'course[1].dose.SpinalCord."Min[Gy]": Min[Gy] is above Mean[Gy], which cannot be; '
        "given: 21.0 Gy above 20.0 Gy; were the two swapped?",
    ),
    # a volume that receives more dose is part of one that receives less; those that are spared are the other way round
    (
        "D18-volume-above",
        put(*DOSE, value={"V20Gy[%]": 12, "V30Gy[%]": [12.5, 14], "V5Gy[%]": [10, 40], "V30Gy[cc]": 60}),
        'course[1].dose.SpinalCord."V30Gy[%]": V30Gy[%] is above V20Gy[%], which cannot be; '
        "given: 12.5 above 12.0; were the two swapped?",
    ),
    (
        "D18-volume-in-other-units",
        put(*DOSE, value={"V2000cGy[cc]": 12, "V30Gy[cc]": 12.5, "V5Gy[cc]": 12}),
        'course[1].dose.SpinalCord."V30Gy[cc]": V30Gy[cc] is above V5Gy[cc], which cannot be; '
        "given: 12.5 above 12.0; were the two swapped?",
    ),
    (
        "D18-volume-spared",
        put(*DOSE, value={"CV20Gy[cc]": 701, "CV17.5Gy[cc]": 702}),
        'course[1].dose.SpinalCord."CV17.5Gy[cc]": CV17.5Gy[cc] is above CV20Gy[cc], which cannot be; '
        "given: 702.0 above 701.0; were the two swapped?",
    ),
    (
        "D18-point-maximum-without-unit",
        put("point_maximum", value="D0.03cc"),
        "point_maximum: the metric has no unit in brackets; given: 'D0.03cc'; "
        'allowed: a metric with its unit, e.g. "D0.03cc[Gy]"',
    ),
    # D17: a prescription is the dose of the schedule
    (
        "D17-not-the-schedules",
        put(*DOSE, "basis", value="prescription"),
        f'{AT_MAX}: with basis = "prescription" the dose is that of the schedule; given: 45.0 Gy; '
        'allowed: 50 Gy, or 0 where the structure was out of the field; write basis = "plan" or "estimate" '
        "for another dose",
    ),
    (
        "D17-range-beside-the-schedule",
        put(*DOSE, value={"Max[Gy]": [45, 49.99], "basis": "prescription"}),
        f'{AT_MAX}: with basis = "prescription" the dose is that of the schedule; given: 45.0 to 49.99 Gy; '
        'allowed: 50 Gy, or 0 where the structure was out of the field; write basis = "plan" or "estimate" '
        "for another dose",
    ),
    (
        "D17-planned-for-delivered",
        every(
            delivered(20, dose_of="delivered"), put(*DOSE, value={"Max[Gy]": 50, "basis": "prescription"})
        ),
        f'{AT_MAX}: with basis = "prescription" the dose is that of the schedule; given: 50.0 Gy; '
        'allowed: 40 Gy, or 0 where the structure was out of the field; write basis = "plan" or "estimate" '
        "for another dose",
    ),
    (
        "D17-total-for-one-delivered",
        every(delivered(1, dose_of="delivered"), put(*DOSE, value={"Max[Gy]": 50, "basis": "prescription"})),
        f'{AT_MAX}: with basis = "prescription" the dose is that of the schedule; given: 50.0 Gy; '
        'allowed: 2 Gy, or 0 where the structure was out of the field; write basis = "plan" or "estimate" '
        "for another dose",
    ),
    (
        "D04-one-of-two-delivered",
        every(delivered(2, dose_of="delivered"), put(*DOSE, value={"Max[Gy]": 2, "basis": "prescription"})),
        PER_FRACTION,
    ),
    (
        "D04-one-delivered-of-a-planned-dose",
        every(delivered(1, dose_of="planned"), put(*DOSE, value={"Max[Gy]": 2, "basis": "prescription"})),
        PER_FRACTION,
    ),
]  # fmt: skip


def refusal(document):
    with pytest.raises(CaseError) as caught:
        parse_case(document)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("patch", "message"), [pytest.param(*row[1:], id=row[0]) for row in HISTORY + COURSES + DOSES])
def test_contradiction(patch, message):
    document = good_document()
    patch(document)
    assert refusal(document) == [message]


@pytest.mark.parametrize("basis", ["prescription", "plan"])
def test_d04_of_one_fraction_that_was_delivered_the_dose_per_fraction_is_the_total(basis: str) -> None:
    """D04, D17: one of 25 fractions of 2 Gy is 2 Gy; it was refused, and so was every other dose."""
    document = good_document()
    every(delivered(1, dose_of="delivered"), put(*DOSE, value={"Max[Gy]": 2, "basis": basis}))(document)
    assert parse_case(document).course[0].dose["SpinalCord"].metrics == {"Max[Gy]": (2.0, 2.0)}


def test_numbers_of_numpy_are_those_that_they_print() -> None:
    plain, document = good_document(), good_document()
    dose: Any = np.float32(30.1)
    every(put(*DOSE, value={"Max[Gy]": 30.1, "D1cc[Gy]": [20, 25]}), put("prior_courses", value=1))(plain)
    every(put(*DOSE, value={"Max[Gy]": dose, "D1cc[Gy]": [np.int64(20), np.int16(25)]}))(document)
    every(put("prior_courses", value=np.int64(1)), put(*FIRST, "fractions_per_day", value=np.uint8(1)))(document)
    assert parse_case(document) == parse_case(plain)


def test_what_a_number_of_numpy_says_is_told_beside_other_problems() -> None:
    document = good_document()
    every(put("prior_courses", value=np.int64(2)), put(*FIRST, "modality", value=7))(document)
    assert len(refusal(document)) == 2
    assert (
        "prior_courses: the history is complete, but 1 course is listed as delivered; given: 2;" in refusal(document)[1]
    )
