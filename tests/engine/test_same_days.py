"""D15: what dates put on one day counts together, and is not converted apart."""

from __future__ import annotations

from typing import Any

import pytest

from property.example_cases import case, cord
from reirrad import check
from reirrad.errors import CaseError
from reirrad.ingest import parse_case

HINT = "what is given on one day counts together: enter it as one, or correct the dates"
DAYS = ("2020-01-06", "2020-01-15")
Raw = dict[str, Any]


def course(name: str, start: str, end: str, *structures: str, gray: float = 14, n: int = 5) -> Raw:
    dose = {key: value for structure in structures for key, value in cord(gray, structure).items()}
    return {
        "id": name, "role": "delivered", "modality": "photon", "fractions_per_day": 1, "start": start, "end": end,
        "schedule": f"{4 * n} Gy / {n}", "dose": dose,
    }  # fmt: skip


def refused(*courses: Raw) -> list[str]:
    try:
        listed = {name for item in courses for part in item.get("phase", [item]) for name in part["dose"]}
        check(parse_case(case(sorted(listed), *courses)))
    except CaseError as error:
        return str(error).splitlines()[1:]
    return []


def test_d15_three_courses_that_fit_by_twos() -> None:
    """15 fractions do not fit into 10 days, 10 do."""
    three = [course(name, *DAYS, "SpinalCord") for name in "abc"]
    assert refused(*three[:2]) == []
    assert refused(*three) == [
        '  course[3].start: the fractions that give dose to SpinalCord and those of courses "a", "b" share days; '
        f"given: '2020-01-06'; allowed: at least 15 days for all; these are 10; {HINT}"
    ]
    later = course("c", "2020-01-06", "2020-01-20", "SpinalCord")
    assert refused(*three[:2], later) == []


def test_many_courses_are_not_all_named() -> None:
    many = [course(str(number), *DAYS, "SpinalCord", n=2, gray=7) for number in range(8)]
    (problem,) = refused(*many)
    assert 'of courses "0", "1", "2", "3" and 3 more share days' in problem
    assert "at least 16 days for all; these are 10" in problem


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("SpinalCord", "ThecalSac", "ThecalSac"),
        ("ThecalSac", "SpinalCord", "ThecalSac"),
        ("SpinalCanal", "SpinalCord", "SpinalCanal"),
        ("Heart", "SpinalCord", None),
        ("something", "SpinalCord", None),
    ],
)
def test_d15_what_treats_a_part_treats_the_whole(one: str, other: str, shared: str | None) -> None:
    days = ("2020-01-06", "2020-01-10")
    found = refused(course("a", *days, one), course("b", *days, other))
    expected = (
        f'  course[2].start: the fractions that give dose to {shared} and those of course "a" share days; '
        f"given: '2020-01-06'; allowed: at least 10 days for both; these are 5; {HINT}"
    )
    assert found == ([] if shared is None else [expected])
    assert refused(course("a", *days, one), course("b", "2020-01-11", "2020-01-15", other)) == []


def test_d15_phases_that_treat_a_part_and_the_whole() -> None:
    phases = [
        {"schedule": "25 Gy / 5", "dose": cord(20, "ThecalSac")},
        {"schedule": "20 Gy / 5", "dose": cord(13)},
    ]
    both = course("a", "2020-01-06", "2020-01-10") | {"n_phases": 2, "phase": phases}
    del both["schedule"], both["dose"]
    # the sac lies within the canal
    assert [problem.partition(" do not fit")[0] for problem in refused(both)] == [
        "  course[1].end: the phases that give dose to ThecalSac",
        "  course[1].end: the phases that give dose to SpinalCanal",
    ]
    assert refused(both | {"end": "2020-01-15"}) == []
    # ten fractions: not into nine days, and into ten
    assert len(refused(both | {"end": "2020-01-14"})) == 2
    # however late it may have ended, or early begun
    assert refused(both | {"end": "2020-01-08/.."}) == []
    assert refused(both | {"start": "../2020-01-08"}) == []
