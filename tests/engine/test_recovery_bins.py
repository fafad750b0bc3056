"""Recovery as it is published, bin by bin: what is discounted, what is raised, and by which interval."""

from typing import Any

import pytest

from property.changes import by_key
from property.example_cases import FIRST, case, course
from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import load_library
from reirrad.model.finding import Finding

Raw = dict[str, Any]
LIBRARY = load_library().select(["umich-2019", "doi-2021"])

# one structure of every limit, by the schedule of its organ
GUT = {"bowel-small": "Bowel_Small", "stomach": "Stomach"}
DUODENUM = {"duodenum": "Duodenum"}
SERIAL = {
    "bladder": "Bladder", "brachial-plex": "BrachialPlex_R", "brainstem": "Brainstem", "bronchus": "Bronchus",
    "cauda-equina": "CaudaEquina", "cochlea": "Cochlea_L", "colon": "Colon_Sigmoid", "esophagus": "Esophagus",
    "great-ves": "A_Aorta", "heart": "Heart", "optic-chiasm": "OpticChiasm", "optic-nrv": "OpticNrv_L",
    "rectum": "Rectum", "retina": "Retina_R", "sacral-plex": "SacralPlex", "spinal-cord": "SpinalCord",
    "trachea": "Trachea", "spinal-cord.near-target": "SpinalCord",
}  # fmt: skip
ORGANS = SERIAL | GUT | DUODENUM
DOI = "doi-2021.simple-rule"

# the first course ends on 5 February 2010; serial organs, gut, duodenum, and how much a tolerance has risen
BINS = [
    ("2010-02-06", 0, 0, 0, 0),
    ("2010-05-04", 0, 0, 0, 0),
    ("2010-05-05", 0.1, 0, 0, 0),
    ("2010-08-04", 0.1, 0, 0, 0),
    ("2010-08-05", 0.25, 0.25, 0.25, 0.25),
    ("2011-02-04", 0.25, 0.25, 0.25, 0.25),
    ("2011-02-05", 0.5, 0.4, 0.25, 0.5),
    ("2013-02-04", 0.5, 0.4, 0.25, 0.5),
    ("2013-02-05", 0.5, 0.5, 0.5, 0.5),
    ("2035-02-05", 0.5, 0.5, 0.5, 0.5),
]
# 40 Gy in 20 and later 10 Gy in 5 fractions, which is an EQD2 of 40 and 10 for any alpha/beta
LEFT = {0: 50, 0.1: 46, 0.25: 40, 0.4: 34, 0.5: 30}
TOLERANCE = {0: 50, 0.25: 62.5, 0.5: 75}


def doses(gray: float) -> Raw:
    structures = sorted(set(ORGANS.values()))
    return {name: {"Max[Gy]": gray, "D0.1cc[Gy]": gray, "basis": "plan"} for name in structures}


def two_courses(start: str, end_of_first: str = FIRST[3]) -> Raw:
    later = doses(10)
    later["SpinalCord"]["target_distance_mm"] = 1
    return case(
        sorted(set(ORGANS.values())),
        course("first", "delivered", "2009-11-02", end_of_first, "40 Gy / 20", dose=doses(40)),
        course("second", "proposed", start, None, "10 Gy / 5", dose=later),
    )


def findings(raw: Raw) -> dict[str, Finding]:
    """Return the findings by their limit, without the edition."""
    report = check(parse_case(raw), library=LIBRARY)
    return {name.removeprefix("umich-2019."): item for (name, _), item in by_key(report).items()}


def test_every_limit_that_is_about_a_dose_is_here() -> None:
    judged = {constraint.id.removeprefix("umich-2019.") for _, constraint in LIBRARY.judged()}
    assert judged == {*ORGANS, DOI}


@pytest.mark.parametrize(("start", "serial", "gut", "duodenum", "raised"), BINS)
def test_each_bin(start: str, serial: float, gut: float, duodenum: float, raised: float) -> None:
    found = findings(two_courses(start))
    assert set(found) == {*ORGANS, DOI}
    for organs, fraction in ((SERIAL, serial), (GUT, gut), (DUODENUM, duodenum)):
        for name in organs:
            item = found[name]
            assert item.value == pytest.approx(LEFT[fraction], rel=1e-12), name
            assert item.undiscounted_value == 50
            assert item.recovery is not None
            assert [(part.course_id, part.fraction) for part in item.recovery] == [("first", fraction)]
            assert item.limit is not None
            assert item.status == ("met" if LEFT[fraction] <= item.limit else "violated")
    tolerance = found[DOI]
    assert (tolerance.value, tolerance.limit, tolerance.limit_high) == (50, TOLERANCE[raised], None)
    # nothing is discounted where the tolerance rises
    assert (tolerance.recovery, tolerance.undiscounted_value, tolerance.status) == (None, None, "met")


MONTH_ENDS = [
    ("2009-11-30", "2010-02-27", 0),
    ("2009-11-30", "2010-02-28", 0.1),
    ("2010-08-31", "2011-02-27", 0.1),
    ("2010-08-31", "2011-02-28", 0.25),
    ("2011-08-31", "2012-02-28", 0.1),  # that year has a 29 February
    ("2011-08-31", "2012-02-29", 0.25),
    ("2012-02-29", "2013-02-27", 0.25),
    ("2012-02-29", "2013-02-28", 0.5),
]


@pytest.mark.parametrize(("end", "start", "fraction"), MONTH_ENDS)
def test_months_are_calendar_months(end: str, start: str, fraction: float) -> None:
    item = findings(two_courses(start, end))["bladder"]
    assert item.value == pytest.approx(LEFT[fraction], rel=1e-12)


def three_courses() -> Raw:
    """EQD2 of 40, 30 and 10; the third begins 27 months after the first one ended and 3 after the second."""
    return case(
        sorted(set(ORGANS.values())),
        course("a", "delivered", "2008-01-07", "2008-02-05", "40 Gy / 20", dose=doses(40)),
        course("b", "delivered", "2010-01-15", "2010-02-05", "30 Gy / 15", dose=doses(30)),
        course("c", "proposed", "2010-05-05", None, "10 Gy / 5", dose=doses(10)),
    )


THREE = [
    ("bladder", [0.5, 0.1], 57),  # 20 + 27 + 10; with the newest interval for both it were 73
    ("great-ves", [0.5, 0.1], 57),
    ("stomach", [0.4, 0], 64),
    ("duodenum", [0.25, 0], 70),
]


@pytest.mark.parametrize(("name", "fractions", "value"), THREE)
def test_each_course_is_discounted_by_its_own_interval(name: str, fractions: list[float], value: float) -> None:
    item = findings(three_courses())[name]
    assert item.course_id == "c"
    assert item.value == pytest.approx(value, rel=1e-12)
    assert item.undiscounted_value == 80
    assert item.recovery is not None
    assert [part.course_id for part in item.recovery] == ["a", "b"]
    assert [part.interval_months for part in item.recovery] == [27, 3]
    assert [part.fraction for part in item.recovery] == fractions


def test_the_turn_of_the_second_course_has_its_own_discounts() -> None:
    """Without the third course the second is the newest: 40 (1 - 0.5) + 30."""
    raw = three_courses()
    raw["course"].pop()
    item = findings(raw)["bladder"]
    assert (item.course_id, item.value, item.undiscounted_value) == ("b", 50, 70)


def test_a_tolerance_rises_by_the_smallest_interval() -> None:
    """Three months lie between two of the courses: the tolerance is what it was, the plain sum 80."""
    item = findings(three_courses())[DOI]
    assert (item.course_id, item.value, item.limit, item.status) == ("c", 80, 50, "violated")
    raw = three_courses()
    raw["course"][2]["start"] = "2011-02-05"
    item = findings(raw)[DOI]
    assert (item.value, item.limit, item.status) == (80, 75, "violated")


def test_an_interval_that_is_not_known_gives_both_ends() -> None:
    """From nothing to a half of 40 is left out: 30 to 50, and a tolerance of 50 to 75."""
    raw = two_courses("2010-05-05")
    del raw["course"][1]["start"]
    found = findings(raw)
    cochlea = found["cochlea"]  # 45 Gy
    assert (cochlea.status, cochlea.reason) == ("not_evaluated", "interval_unknown")
    assert (cochlea.value_low, cochlea.value_high) == (30, 50)
    assert found["spinal-cord"].status == "met"  # 50 Gy at most
    tolerance = found[DOI]
    assert (tolerance.value, tolerance.limit, tolerance.limit_high, tolerance.status) == (50, 50, 75, "met")
    raw["course"][1]["dose"]["SpinalCord"] |= {"Max[Gy]": 20, "D0.1cc[Gy]": 20}
    raw["course"][1]["schedule"] = "20 Gy / 10"
    tolerance = findings(raw)[DOI]
    assert (tolerance.status, tolerance.reason) == ("not_evaluated", "interval_unknown")
