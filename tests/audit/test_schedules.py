"""Single rows that a case file is refused for: doses beside their schedule, hours of a day, volumes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from audit.test_lost_cells import courses, verdict
from audit.test_rows import read, reasons
from audit.two_course_table import TABLE
from reirrad import audit, check, load_library, parse_case
from reirrad.audit.assemble import check_rows
from reirrad.audit.schedules import may_be_prescribed
from reirrad.errors import CaseError, InputError
from reirrad.library.load import load_profile

PER_FRACTION, OTHER = ("dose_gy", "dose_per_fraction"), ("dose_gy", "differs_from_schedule")
NOTHING = ("", "")
PRESCRIBED = {"basis": "prescription"}
CORD = "SpinalCord"
ALL = load_library().select((), profile=load_profile("all"))

#: dose, fractions, scheduled dose, and what else differs from a plain row; the reason of a table, the words of a case
ROWS: list[tuple[str, str, str, dict[str, str], tuple[str, str], str]] = [
    ("2", "25", "50", {}, PER_FRACTION, "the dose per fraction"),
    # a mean of 2 Gy is what an organ beside the target gets in all; what it gets of the hottest volume is asked about
    ("2", "25", "50", {"metric": "Mean[Gy]"}, NOTHING, ""),
    ("2", "25", "50", {"metric": "V20Gy[%]"}, NOTHING, ""),
    ("2", "25", "50", {"metric": "Min[Gy]"}, NOTHING, ""),
    ("2", "25", "50", {"metric": "D50%[Gy]"}, PER_FRACTION, "the dose per fraction"),
    ("2", "25", "50", PRESCRIBED, PER_FRACTION, "the dose per fraction"),
    ("2.01", "25", "50", {}, NOTHING, ""),
    ("1.8", "28", "50.4", {}, PER_FRACTION, "the dose per fraction"),
    ("1.79", "28", "50.4", {}, NOTHING, ""),
    # 28 times it is a ten-millionth of a Gy more: as decimals they differ
    ("1.80000001", "28", "50.4", {}, NOTHING, ""),
    ("0.1", "3", "0.3", {}, PER_FRACTION, "the dose per fraction"),
    ("50", "1", "50", {}, NOTHING, ""),
    ("0", "25", "50", {}, NOTHING, ""),
    ("0", "25", "50", PRESCRIBED, NOTHING, ""),
    ("", "25", "50", PRESCRIBED, NOTHING, ""),
    # of a part of the course: the fraction size is that of the schedule
    ("2", "25", "50", {"fractions_delivered": "20", "dose_of": "delivered"}, PER_FRACTION, "the dose per fraction"),
    ("2", "25", "50", {"fractions_delivered": "2", "dose_of": "delivered"}, PER_FRACTION, "the dose per fraction"),
    ("2", "25", "50", {"fractions_delivered": "1", "dose_of": "planned"}, PER_FRACTION, "the dose per fraction"),
    # of one fraction it is the total
    ("2", "25", "50", {"fractions_delivered": "1", "dose_of": "delivered"}, NOTHING, ""),
    ("2", "25", "50", PRESCRIBED | {"fractions_delivered": "1", "dose_of": "delivered"}, NOTHING, ""),
    (
        "50",
        "25",
        "50",
        PRESCRIBED | {"fractions_delivered": "1", "dose_of": "delivered"},
        OTHER,
        "the dose is that of the schedule",
    ),
    ("5", "25", "50", PRESCRIBED, OTHER, "the dose is that of the schedule"),
    ("5", "25", "50", {"basis": "plan"}, NOTHING, ""),
    ("5", "25", "50", {}, NOTHING, ""),
    ("5", "25", "50", PRESCRIBED | {"metric": "Mean[Gy]"}, NOTHING, ""),
    ("5", "25", "50", PRESCRIBED | {"metric": "D0.1cc[Gy]"}, OTHER, "the dose is that of the schedule"),
    ("5", "25", "", PRESCRIBED, NOTHING, ""),
    ("50", "25", "50", PRESCRIBED, NOTHING, ""),
    # half of a hundredth of a Gy is rounding
    ("50.005", "25", "50", PRESCRIBED, NOTHING, ""),
    ("50.00501", "25", "50", PRESCRIBED, OTHER, "the dose is that of the schedule"),
    ("49.995", "25", "50", PRESCRIBED, NOTHING, ""),
    ("49.99499", "25", "50", PRESCRIBED, OTHER, "the dose is that of the schedule"),
    (
        "50",
        "25",
        "50",
        PRESCRIBED | {"fractions_delivered": "20", "dose_of": "delivered"},
        OTHER,
        "the dose is that of the schedule",
    ),
    ("40", "25", "50", PRESCRIBED | {"fractions_delivered": "20", "dose_of": "delivered"}, NOTHING, ""),
    ("40.005", "25", "50", PRESCRIBED | {"fractions_delivered": "20", "dose_of": "delivered"}, NOTHING, ""),
    ("33.33", "3", "100", PRESCRIBED | {"fractions_delivered": "1", "dose_of": "delivered"}, NOTHING, ""),
    (
        "33.34",
        "3",
        "100",
        PRESCRIBED | {"fractions_delivered": "1", "dose_of": "delivered"},
        OTHER,
        "33.33",
    ),
    ("50", "25", "50", PRESCRIBED | {"fractions_delivered": "20", "dose_of": "planned"}, NOTHING, ""),
    (
        "40",
        "25",
        "50",
        PRESCRIBED | {"fractions_delivered": "20", "dose_of": "planned"},
        OTHER,
        "the dose is that of the schedule",
    ),
]


def case_of(dose: str, n: str, scheduled: str, more: dict[str, str]) -> dict[str, Any]:
    """Return the same as a case file."""
    table: dict[str, Any] = {more.get("metric", "Max[Gy]"): float(dose)} if dose else {}
    course: dict[str, Any] = {"id": "c", "role": "delivered", "modality": "photon", "fractions_per_day": 1}
    if "basis" in more:
        table["basis"] = more["basis"]
    if "fractions_delivered" in more:
        course |= {"fractions_delivered": int(more["fractions_delivered"]), "dose_of": more["dose_of"]}
    course |= {"schedule": f"{scheduled} Gy / {n}"} if scheduled else {}
    if dose:
        course["dose"] = {"SpinalCord": table}
    return {"schema": "reirrad-case/1", "case_id": "p", "structures": ["SpinalCord"], "course": [course]}


@pytest.mark.parametrize(("dose", "n", "scheduled", "more", "expected", "said"), ROWS)
def test_d04_d16_d17_doses_beside_their_schedule(
    dose: str, n: str, scheduled: str, more: dict[str, str], expected: tuple[str, str], said: str
) -> None:
    """D04, D16, D17: a table sets aside what a case file is refused for, and nothing else."""
    row = {"dose_gy": dose, "n_fractions": n, "scheduled_dose_gy": scheduled} | more
    # the course beside it has a schedule too, so that the column is there
    rows = read(row, {"course_id": "d", "scheduled_dose_gy": "50"})
    check_rows(rows)
    assert reasons(rows) == [expected, NOTHING]
    case = case_of(dose, n, scheduled, more)
    if said:
        with pytest.raises(InputError, match=said):
            check(parse_case(case))
    else:
        check(parse_case(case))


#: metrics of one structure of 25 fractions of 2 Gy; which of them may be meant per fraction
BESIDE: list[tuple[dict[str, float], list[str]]] = [
    ({"Max[Gy]": 31.2, "D0.1cc[Gy]": 29.8, "Mean[Gy]": 2.0, "Min[Gy]": 2.0}, []),
    # whatever stands beside it: one of them alone may be meant per fraction
    ({"Max[Gy]": 31.2, "D0.1cc[Gy]": 2.0}, ["D0.1cc[Gy]"]),
    ({"Max[Gy]": 2.0, "D0.1cc[Gy]": 1.9, "Mean[Gy]": 0.4}, ["Max[Gy]"]),
    ({"Max[Gy]": 2.0, "D0.1cc[Gy]": 2.0}, ["Max[Gy]", "D0.1cc[Gy]"]),
]


@pytest.mark.parametrize(("doses", "wrong"), BESIDE)
def test_d04_which_doses_may_be_meant_per_fraction(doses: dict[str, float], wrong: list[str]) -> None:
    """D04: a mean or minimum of a few Gy is everyday practice, a hottest dose of the dose per fraction a slip."""
    plain = {"n_fractions": "25", "scheduled_dose_gy": "50", "basis": "plan"}
    rows = read(*(plain | {"metric": name, "dose_gy": str(dose)} for name, dose in doses.items()))
    check_rows(rows)
    assert reasons(rows) == [PER_FRACTION if name in wrong else NOTHING for name in doses]
    case = case_of("40", "25", "50", {"basis": "plan"})
    case["course"][0]["dose"] = {"SpinalCord": doses | {"basis": "plan"}}
    if not wrong:
        check(parse_case(case))
        return
    with pytest.raises(CaseError) as caught:
        parse_case(case)
    assert [problem.where for problem in caught.value.problems] == [
        f'course[1].dose.SpinalCord."{name}"' for name in wrong
    ]
    assert {problem.what for problem in caught.value.problems} == {
        "this is the dose per fraction of the schedule, where the total is wanted"
    }


@pytest.mark.parametrize("scheduled", ["99.99", "999", "999.9", "999.99"])
def test_d22_a_scheduled_dose_that_stands_for_a_missing_one(scheduled: str) -> None:
    rows = read(
        {"scheduled_dose_gy": scheduled, "dose_gy": "60"},
        {"scheduled_dose_gy": "99.98", "dose_gy": "60", "course_id": "d"},
    )
    check_rows(rows)
    assert reasons(rows) == [("scheduled_dose_gy", "sentinel"), NOTHING]
    with pytest.raises(InputError, match="databases write this number where a value is missing"):
        parse_case(case_of("60", "25", scheduled, {}))


def test_doses_of_cgy_are_compared_in_gy() -> None:
    rows = read(
        {"dose_cgy": "200", "scheduled_dose_gy": "50", "metric": "Max"},
        {"dose_cgy": "5000", "scheduled_dose_gy": "50", "course_id": "d", "metric": "Max[cGy]"},
        without=("dose_gy",),
    )
    check_rows(rows)
    assert reasons(rows) == [("dose_cgy", "dose_per_fraction"), NOTHING]


def test_phases_have_a_schedule_each() -> None:
    rows = read(
        {"phase_id": "1", "dose_gy": "50", "scheduled_dose_gy": "50", "basis": "prescription"},
        {"phase_id": "2", "dose_gy": "50", "scheduled_dose_gy": "16", "n_fractions": "8", "basis": "prescription"},
        {"phase_id": "3", "dose_gy": "2", "scheduled_dose_gy": "16", "n_fractions": "8", "basis": "plan"},
        {"phase_id": "4", "dose_gy": "2", "scheduled_dose_gy": "", "n_fractions": "8", "basis": "plan"},
    )
    check_rows(rows)
    assert reasons(rows) == [NOTHING, OTHER, PER_FRACTION, NOTHING]


def test_a_patient_whose_doses_are_per_fraction_is_not_met() -> None:
    """D04: 2 Gy in 25 fractions is nothing, 50 Gy is not."""
    table = courses(50, 50, n_fractions=[25, 25], scheduled_dose_gy=[50, 50])
    assert verdict(audit(table)) == "violated"
    lost = audit(table | {"dose_gy": [2, 2]})
    assert verdict(lost) == "not_evaluated"
    assert {(item.column, item.reason) for item in lost.quarantine} == {PER_FRACTION}


@pytest.mark.parametrize("stated", [999, 99.99, 999.9])
def test_d22_a_schedule_that_stands_for_a_missing_one_is_none(stated: float) -> None:
    """D22: 999 Gy is no 1.8 to 2 Gy per fraction, so no limit for those applied, and 65 Gy to the brain was met."""
    rules = load_library().select(["quantec-2010", "nieder-2006"])
    table = {name: [*values, *values] for name, values in TABLE.items()} | {
        "structure": [CORD, CORD, "Brain", "Brain"],
        "dose_gy": [30.0, 30.0, 65.0, 0.0],
    }
    # 90 Gy in 10 and 20 are prescriptions, of another fraction size
    other = audit(table | {"scheduled_dose_gy": [90.0] * 4}, library=rules)
    assert (verdict(other), other.quarantine) == ("met", ())
    lost = audit(table | {"scheduled_dose_gy": [stated] * 4}, library=rules)
    assert verdict(lost) == "not_evaluated"
    assert {(item.column, item.reason) for item in lost.quarantine} == {("scheduled_dose_gy", "sentinel")}
    assert "not_applicable" not in lost.columns["status"].tolist()


def test_d22_a_dose_in_cgy_that_stands_for_a_missing_one_is_not_met() -> None:
    """D22: as 9.999 Gy it was met."""
    table = TABLE | {"metric": ["Max"] * 2, "dose_cgy": [3000.0, 999.9]}
    del table["dose_gy"]
    lost = audit(table, library=load_library().select(["nieder-2006"]))
    assert verdict(lost) == "not_evaluated"
    assert [(item.row, item.column, item.reason) for item in lost.quarantine] == [(1, "dose_cgy", "sentinel")]


def test_a_schedule_of_nothing_is_none() -> None:
    assert reasons(read({"scheduled_dose_gy": "0"})) == [("scheduled_dose_gy", "not_allowed")]
    with pytest.raises(InputError, match="not above 0"):
        parse_case(case_of("5", "25", "0", {}))


@pytest.mark.parametrize(
    ("dose", "expected"), [("50.005", True), ("49.995", True), ("50.00501", False), ("5", False), ("50", True)]
)
def test_what_may_be_a_prescription_is_that_of_a_case(dose: str, *, expected: bool) -> None:
    rows = read({"dose_gy": dose, "scheduled_dose_gy": "50"}, {"dose_gy": dose, "course_id": "d"})
    assert may_be_prescribed(rows, np.arange(2)).tolist() == [expected, True]
    assert may_be_prescribed(rows, np.arange(0)).tolist() == []


@pytest.mark.parametrize(
    ("per_day", "hours", "is_refused"),
    [
        ("2", "6", False),
        ("2", "11.9", False),
        ("2", "12", True),
        ("2", "12.1", True),
        ("2", "24", True),
        ("3", "7.9", False),
        ("3", "8", True),
        ("3", "8.1", True),
        ("3", "24", True),
        ("4", "5.9", False),
        ("4", "6", True),
        ("4", "6.1", True),
        ("3", "", False),
    ],
)
def test_d15_the_fractions_of_a_day_fit_into_it(per_day: str, hours: str, *, is_refused: bool) -> None:
    """D15: where the night is the shorter one, fractions so far apart would repair as those of two days do not."""
    rows = read({"fractions_per_day": per_day, "hours_between_fractions": hours})
    check_rows(rows)
    assert reasons(rows) == [("hours_between_fractions", "beyond_a_day") if is_refused else NOTHING]
    case = case_of("30", "25", "50", {})
    case["course"][0]["fractions_per_day"] = int(per_day)
    if hours:
        case["course"][0]["hours_between_fractions"] = float(hours)
    if is_refused:
        with pytest.raises(CaseError, match="so far apart"):
            check(parse_case(case))
    else:
        check(parse_case(case))


#: course, phase, structure, dose, start and end of rows of 5 fractions; which of them do not fit into the days
SAME_DAYS: list[tuple[list[tuple[str, str, str, float, str, str]], list[int]]] = [
    # two phases of five fractions in nine days, and in ten
    ([("1", "1", CORD, 10, "06", "14"), ("1", "2", CORD, 10, "06", "14")], [0, 1]),
    ([("1", "1", CORD, 10, "06", "15"), ("1", "2", CORD, 10, "06", "15")], []),
    # at the same time, elsewhere
    ([("1", "1", CORD, 10, "06", "14"), ("1", "2", CORD, 0, "06", "14")], []),
    ([("1", "1", CORD, 10, "06", "14"), ("1", "2", "Heart", 10, "06", "14")], []),
    # two courses that overlap: nine days and ten from the first start to the last end
    ([("1", "", CORD, 10, "06", "11"), ("2", "", CORD, 10, "07", "14")], [0, 1]),
    ([("1", "", CORD, 10, "06", "11"), ("2", "", CORD, 10, "07", "15")], []),
    ([("1", "", CORD, 10, "06", "14"), ("2", "", CORD, 10, "08", "12")], [0, 1]),
    ([("1", "", CORD, 10, "06", "11"), ("2", "", CORD, 0, "07", "14")], []),
    ([("1", "", CORD, 10, "06", "11"), ("2", "", "Heart", 10, "07", "14")], []),
    # the third with the first; that which is too short by itself is told of itself
    (
        [("1", "", CORD, 9, "06", "14"), ("2", "", CORD, 0, "06", "14"), ("3", "", CORD, 9, "10", "14")],
        [0, 2],
    ),
    ([("1", "", CORD, 10, "06", "15"), ("2", "", CORD, 10, "06", "09")], [1]),
    ([("1", "", CORD, 10, "06", "11"), ("2", "", CORD, 10, "07", "")], []),
    # three courses of which any two fit
    ([(name, "", CORD, 10, "06", "15") for name in "123"], [0, 1, 2]),
    ([("1", "", CORD, 10, "06", "15"), ("2", "", CORD, 10, "06", "15"), ("3", "", CORD, 10, "06", "20")], []),
    ([("1", "", CORD, 10, "06", "15"), ("2", "", CORD, 10, "06", "15"), ("3", "", CORD, 10, "16", "20")], []),
    # what treats a part treats the whole
    ([("1", "1", "ThecalSac", 10, "06", "14"), ("1", "2", CORD, 10, "06", "14")], [0, 1]),
    ([("1", "", "ThecalSac", 10, "06", "11"), ("2", "", CORD, 10, "07", "14")], [0, 1]),
    ([("1", "", "ThecalSac", 10, "06", "11"), ("2", "", CORD, 10, "07", "15")], []),
]


@pytest.mark.parametrize(("stated", "wrong"), SAME_DAYS)
def test_d15_a_structure_gets_one_fraction_a_day(
    stated: list[tuple[str, str, str, float, str, str]], wrong: list[int]
) -> None:
    """D15: what phases and courses give on one day counts together; the dates prove that they do."""
    names = ("course_id", "phase_id", "structure", "dose_gy", "start", "end")
    rows = [dict(zip(names, map(str, row), strict=True)) | {"n_fractions": "5"} for row in stated]
    for row in rows:
        row |= {name: f"2020-01-{row[name]}" for name in ("start", "end") if row[name]}
    table = read(*({"scheduled_dose_gy": ""} | row for row in rows))
    check_rows(table)
    assert [reason == ("end", "too_few_days") for reason in reasons(table)] == [at in wrong for at in range(len(rows))]
    # the same as a case: one course for each id
    courses: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        phase = {
            "schedule": "20 Gy / 5",
            "dose": {row["structure"]: {"Max[Gy]": float(row["dose_gy"]), "basis": "plan"}},
        }
        courses.setdefault(row["course_id"], []).append(phase | {key: row[key] for key in ("start", "end") if row[key]})
    raw = {"schema": "reirrad-case/1", "case_id": "A", "prior_radiotherapy": "unknown"}
    raw["structures"] = sorted({row["structure"] for row in rows})
    raw["course"] = [_as_course(name, phases) for name, phases in courses.items()]
    if wrong:
        with pytest.raises(CaseError, match=r"share days|do not fit between start and end"):
            check(parse_case(raw))
    else:
        check(parse_case(raw))


def test_a_number_a_day_that_is_none_ends_nothing() -> None:
    """Such a cell is quarantined; the days that its course needs are not asked."""
    table = read({"fractions_per_day": "1e-308"}, {"fractions_per_day": "0"})
    check_rows(table)
    assert reasons(table) == [("fractions_per_day", "not_allowed")] * 2
    table = read(*({"fractions_delivered": text, "dose_of": "delivered"} for text in ("-1e400", "1e400", "-3")))
    check_rows(table)
    assert reasons(table) == [("fractions_delivered", "not_allowed")] * 3


def _as_course(name: str, phases: list[dict[str, Any]]) -> dict[str, Any]:
    course = {"id": name, "role": "delivered", "modality": "photon", "fractions_per_day": 1}
    course |= {key: phases[0][key] for key in ("start", "end") if key in phases[0]}
    bare = [{key: phase[key] for key in ("schedule", "dose")} for phase in phases]
    return course | (bare[0] if len(bare) == 1 else {"n_phases": len(bare), "phase": bare})


@pytest.mark.parametrize(
    ("start", "end", "per_day", "more", "is_refused"),
    [
        ("2020-01-06", "2020-01-30", "1", {}, False),  # 25 days
        ("2020-01-06", "2020-01-29", "1", {}, True),
        ("2020-01-06", "2020-01-18", "2", {}, False),  # 13 days, two a day
        ("2020-01-06", "2020-01-17", "2", {}, True),
        ("2020-01-06", "2020-01", "1", {}, False),  # to the last day of the month
        ("2020-01", "2020-01-20", "1", {}, True),
        ("2020-01-06", "", "1", {}, False),
        ("", "2020-01-06", "1", {}, False),
        ("2020-01-06", "2020-01-17", "1", {"fractions_delivered": "12", "dose_of": "delivered"}, False),
        ("2020-01-06", "2020-01-17", "1", {"fractions_delivered": "13", "dose_of": "delivered"}, True),
    ],
)
def test_d15_the_fractions_fit_between_start_and_end(
    start: str, end: str, per_day: str, more: dict[str, str], *, is_refused: bool
) -> None:
    """D15: more fractions than days at so many a day: some day had more, and its repair was not complete."""
    for dose in ("40", "0", ""):  # whatever is known of it
        rows = read({"start": start, "end": end, "fractions_per_day": per_day, "dose_gy": dose} | more)
        check_rows(rows)
        assert reasons(rows) == [("end", "too_few_days") if is_refused else NOTHING]
    case = case_of("30", "25", "50", {})
    stated = {"start": start, "end": end} | more | {"fractions_per_day": int(per_day)}
    if more:
        stated["fractions_delivered"] = int(more["fractions_delivered"])
    case["course"][0] = {key: value for key, value in (case["course"][0] | stated).items() if value != ""}
    if is_refused:
        with pytest.raises(CaseError, match="do not fit between start and end"):
            check(parse_case(case))
    else:
        check(parse_case(case))


IN_CGY = {"dose_cgy": "60", "course_id": "d", "metric": "Max[cGy]"}


@pytest.mark.parametrize("metric", ["V20Gy[%]", "V2000cGy[%]", "V20Gy[cc]", "CV20Gy[cc]", " CV20Gy[%]"])
@pytest.mark.parametrize("cell", ["60", "0", ""])
def test_d02_volumes_in_a_column_of_cgy(metric: str, cell: str) -> None:
    """D02: 60 in it is not 0.6 of the unit of a volume, and which one it is nobody says."""
    rows = read({"dose_cgy": cell, "metric": metric}, IN_CGY, without=("dose_gy",))
    assert reasons(rows) == [("metric", "not_allowed"), NOTHING]
    assert reasons(read({"dose_gy": cell, "metric": metric})) == [NOTHING]


@pytest.mark.parametrize(
    ("metric", "cell", "is_refused"),
    [
        ("V20Gy[%]", "100", False),
        ("V20Gy[%]", "100.1", True),
        ("V20Gy[%]", "250", True),
        ("CV20Gy[%]", "101", True),
        ("V20Gy[cc]", "250", False),
        ("Max[Gy]", "101", False),
        ("D5%[Gy]", "101", False),
    ],
)
def test_volumes_beyond_the_whole(metric: str, cell: str, *, is_refused: bool) -> None:
    rows = read({"dose_gy": cell, "metric": metric}, {"dose_gy": "101", "course_id": "d"})
    assert reasons(rows) == [("dose_gy", "not_allowed") if is_refused else NOTHING, NOTHING]
    case = case_of(cell, "25", "50", {"metric": metric})
    if is_refused:
        with pytest.raises(InputError, match="the volume is out of range"):
            check(parse_case(case))
    else:
        check(parse_case(case))


def test_a_patient_with_a_volume_in_cgy_is_not_met() -> None:
    """D01, D02: 60 % of the lungs above 20 Gy violate their limit; as 0.6 % they would meet it."""
    table = courses(60, n_fractions=[25], scheduled_dose_gy=[50], structure=["Lungs"], metric=["V20Gy[%]"])
    assert verdict(audit(table, library=ALL)) == "violated"
    in_cgy = {("dose_cgy" if name == "dose_gy" else name): values for name, values in table.items()}
    assert verdict(audit(in_cgy, library=ALL)) == "not_evaluated"
