"""At which course an edition speaks, whose a violation is, and which edition a finding is of: three courses by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.house_edition import EQD2, PHYSICAL, house_library
from library.good_edition import GOOD
from property.example_cases import case, cord, course
from reirrad import check, load_library, parse_case
from reirrad.model.finding import Report
from reirrad.report import report_json, report_text
from reirrad.report.consult_html import consult_html
from reirrad.report.finding_words import remarks
from report.shown import joined
from report.two_courses import only

Raw = dict[str, Any]


def near(maximum: float, near_maximum: float) -> Raw:
    """Return doses to the cord: the hottest point, and to 0.1 cc."""
    return {"SpinalCord_Thor": {"Max[Gy]": maximum, "D0.1cc[Gy]": near_maximum, "basis": "plan"}}


#: Two years lie between the first two courses, and six months before the third.
THREE = case(
    ["SpinalCord_Thor"],
    course("A", "delivered", "2018-01-08", "2018-02-16", "60 Gy / 30", dose=near(36, 34.5)),
    course("B", "delivered", "2020-03-02", "2020-03-06", "20 Gy / 5", dose=near(10, 9.5)),
    course("C", "proposed", "2020-09-07", "2020-09-11", "30 Gy / 5", dose=near(30, 29)),
)
#: 60 Gy in 30 fractions, and 2 of 8 Gy at once.
TWO = case(
    ["SpinalCord"],
    course("1", "delivered", "2019-03-04", "2019-04-19", "60 Gy / 30", dose=cord(60)),
    course("2", "proposed", "2019-12-02", "2019-12-02", "8 Gy / 1", dose=cord(2)),
)


def judged(*editions: str) -> Report:
    return check(parse_case(THREE), library=load_library().select(editions))


def test_an_edition_that_says_nothing_of_the_newest_course_has_no_opinion_on_it() -> None:
    # EQD2(2) of 36 in 30, of 10 in 5 and of 30 in 5: 28.8, 10 and 60. Troost 2020 is for intervals from 9 months, and
    # the proposed course comes after 6: of the courses before it the sum is 38.8 of 65
    found = judged("troost-2020", "rulach-2021", "umich-2019")
    troost = only(found.findings, edition="troost-2020")
    assert (troost.status, troost.value, troost.course_id, troost.course_role) == ("met", 38.8, "B", "delivered")
    rulach = only(found.findings, constraint_id="rulach-2021.spinal-cord")
    assert (rulach.status, rulach.value, rulach.course_id, rulach.course_role) == ("violated", 98.8, "C", "proposed")
    (table,) = found.disagreement
    assert {opinion.edition: opinion.course_id for opinion in table.opinions} == {"rulach-2021": "C", "umich-2019": "C"}
    assert table.agree is True
    assert judged("troost-2020", "rulach-2021").disagreement == ()


def test_an_edition_that_may_say_something_of_the_newest_course_stays() -> None:
    # with "some day" first at most ten months lie between the two, with "march" first none or up to ten: whether the
    # limit from 5 months on applies to "march" or "some day" last depends on the order
    march = course("march", "delivered", "2018-03-01", "2018-03-01", "12 Gy / 1", dose=cord(12))
    unordered = case(["SpinalCord"], march, march | {"id": "some day", "start": "2018", "end": "2018"})
    later = EQD2 | {"limit": 60, "conditions": {"interval_months": [5, float("inf")]}}
    house = house_library({"later": later}).editions
    other = tuple(
        replace(item, edition=replace(item.edition, id="other"))
        for item in house_library({"sum": PHYSICAL | {"limit": 60}}).editions
    )
    library = replace(house_library({"later": later}), editions=(*house, *other))
    (table,) = check(parse_case(unordered), library=library).disagreement
    assert {opinion.edition: opinion.status for opinion in table.opinions} == {"house": "not_evaluated", "other": "met"}


def test_where_all_are_decided_at_one_course_it_is_not_repeated() -> None:
    (table,) = judged("nieder-2006", "rulach-2021").disagreement
    assert {opinion.course_id for opinion in table.opinions} == {"C"}
    text = report_text(judged("nieder-2006", "rulach-2021"))
    assert "at course" not in text.partition("Editions side by side")[2].partition("\n\n")[0]


def test_a_limit_on_each_course_that_a_delivered_one_exceeds_is_not_blamed_on_the_proposed_one() -> None:
    # 60 (1 + 2/2) = 120 of 98 Gy2 was given before; the limit is for re-irradiation, and so applies with course 2 only
    found = check(parse_case(TWO), library=load_library().select(["nieder-2006", "rulach-2021"]))
    each = only(found.findings, constraint_id="nieder-2006.course")
    assert (each.status, each.value, each.course_id, each.course_role) == ("violated", 120.0, "1", "delivered")
    assert each.caused_by_proposed is True
    words = "applies only because a course is proposed, and is exceeded by what was delivered"
    assert list(remarks(each)) == ['at course "1"', words]
    # the sum is decided at the turn of the proposed course: 60 + 2 (1 + 2/2) / 2 = 62 of 60
    total = only(found.findings, constraint_id="rulach-2021.spinal-cord")
    assert (total.status, total.value, total.course_role) == ("violated", 62.0, "proposed")
    assert list(remarks(total)) == ['at course "2"', "violated only with the proposed course"]
    text = report_text(found)
    told = joined(text.partition("Editions side by side")[2].splitlines())
    assert 'nieder-2006.course VIOLATED 120 <= 98 Gy BED -22 % at course "1"' in told
    assert 'rulach-2021.spinal-cord VIOLATED 62 <= 60 Gy EQD2 -3 % at course "2"' in told


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Return a folder with an edition whose id is the beginning of the ids of another edition's constraints."""
    text = GOOD.replace("own-2020", "nieder-2006-lumbar").replace("SpinalCord", "Rectum")
    text = text.replace('population = "none"', 'population = "another population"')
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_finding_is_of_the_edition_that_has_its_constraint(other: Path) -> None:
    library = load_library([other]).select(["nieder-2006", "nieder-2006-lumbar"])
    lumbar = [item | {"dose": cord(20, "SpinalCord_Lum")} for item in THREE["course"]]
    read = parse_case(case(["SpinalCord_Lum"], *lumbar))
    found = check(read, library=library)
    assert {item.edition for item in found.findings} == {"nieder-2006"}
    assert {item["edition"] for item in json.loads(report_json(found))["findings"]} == {"nieder-2006"}
    for shown in (report_text(found), consult_html(read, found)):
        assert "another population" not in shown
        assert "nieder-2006-lumbar (sha256" not in shown
    assert "editions: nieder-2006 (sha256:" in joined(report_text(found).splitlines())
