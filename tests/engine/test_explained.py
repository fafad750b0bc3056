"""One constraint explained: its formulas with their sources, the courses in order, and all that is refused."""

from dataclasses import replace
from typing import Any

import pytest

from engine.house_edition import EQD2, MONTHS, PHYSICAL, Fields, house_edition, house_library
from property.example_cases import case, cord, course
from reirrad import __version__, check, load_library, parse_case
from reirrad.engine.check import case_digest
from reirrad.engine.planning.explanation import explain
from reirrad.errors import InputError, LibraryError
from reirrad.library import Library
from reirrad.library.validity import library_as_of
from reirrad.model.explanation import CourseInOrder, Explanation, Formula

Raw = dict[str, Any]
FIRST = course("first", "delivered", "2020-01-06", "2020-01-17", "30 Gy / 10", dose=cord(30))
SECOND = course("second", "delivered", "2021-01-17", "2021-01-29", "20 Gy / 10", dose=cord(20))
THIRD = course("third", "proposed", "2022-03-01", "2022-03-11", "10 Gy / 5", dose=cord(10))
TWO = case(["SpinalCord"], FIRST, SECOND)
TWICE = {"fractions_per_day": 2, "hours_between_fractions": 6}

LQ, THAMES = "linear-quadratic model", "Thames 1985, incomplete repair between fractions of one day"
OURS = "definition of this program"
BED = Formula(text="BED = D x (1 + (D/n) / (alpha/beta))", source=LQ)
IN_EQD2 = Formula(text="EQD2 = BED / (1 + 2 / (alpha/beta))", source=LQ)
THETA = Formula(
    text="theta = exp(-ln 2 x hours / half-time); h = (2/m) (theta/(1-theta)) (m - (1-theta^m)/(1-theta))",
    source=THAMES,
)
OF_DAYS = Formula(
    text="h of n fractions = sum over the days of (fractions of the day / n) x h of the day; h of one alone is 0",
    source=THAMES,
)
REPAIRED = Formula(text="BED = D x (1 + (1 + h) x (D/n) / (alpha/beta))", source=f"{LQ}; {THAMES}")
SUM = Formula(text="sum = sum over all courses up to the newest, undiscounted", source="house, table 1")
MONTHS_APART = Formula(
    text="interval = whole calendar months from last to next first fraction + rest of days / days of that month",
    source=OURS,
)
DISCOUNTED = "sum = sum over earlier courses of (1 - recovered fraction) x quantity, + quantity of the newest"
RAISED = "limit = tolerance x (1 + recovered fraction after the smallest interval)"
SCORE = {
    "cumulative_above_gy": [120],
    "points_per_band": 1,
    "interval_below_months": 6,
    "interval_points": 4.5,
    "course_at_least_gy": 102,
    "course_points": 4.5,
    "group": [{"name": "all", "rate": "none", "locator": "none"}],
}
POINTS = Formula(
    text="score = points of the sum + points of the interval + points of a course", source="house, table 1"
)
SHARE = Formula(text="share = quantity of the newest course / sum", source="house, table 1")


def explained(raw: Raw, *, strict: bool = False, **fields: Any) -> Explanation:
    """Explain the constraint of the house with these fields, between two others."""
    mine: Fields = {"limit": 100, "locator": "table 1"} | fields
    library = house_library({"before": {"limit": 90}, "mine": mine, "after": {"limit": 80}})
    return explain(parse_case(raw), "house.mine", library=library, strict=strict)


def named(name: str, text: str) -> Formula:
    return Formula(text=text, source=f"house, none: {name}")


FORMULAS: dict[str, tuple[Raw, Fields, tuple[Formula, ...]]] = {
    "a sum": (TWO, {}, (BED, SUM)),
    "a discounted sum": (TWO, {"recovery": "steps"}, (BED, named("steps", DISCOUNTED), MONTHS_APART)),
    "a raised tolerance": (
        TWO,
        EQD2 | {"recovery": "raised"},
        (BED, IN_EQD2, SUM, named("raised", RAISED), MONTHS_APART),
    ),
    "a share": (TWO, EQD2 | {"scope": "share", "limit": 0.5}, (BED, IN_EQD2, SUM, SHARE)),
    "a physical sum": (TWO, PHYSICAL, (SUM,)),
    "a score": (TWO, {"scope": "score", "score": SCORE, "limit": 4}, (BED, SUM, POINTS, MONTHS_APART)),
    "an interval": (TWO, MONTHS | {"limit": 6, "comparison": "at_least"}, (MONTHS_APART,)),
    "one course": (TWO, {"scope": "newest_course"}, (BED,)),
    "a dose": (TWO, PHYSICAL | {"scope": "newest_course"}, ()),
    "a condition": (
        TWO,
        PHYSICAL | {"scope": "newest_course", "conditions": {"interval_months": [0, 60]}},
        (MONTHS_APART,),
    ),
    # what counts is whether a course that the value is made of has two fractions a day
    "twice a day": (case(["SpinalCord"], FIRST, SECOND | TWICE), {}, (THETA, OF_DAYS, REPAIRED, SUM)),
    "the other one": (case(["SpinalCord"], FIRST | TWICE, SECOND), {}, (THETA, OF_DAYS, REPAIRED, SUM)),
    "not this one": (case(["SpinalCord"], FIRST | TWICE, SECOND), {"scope": "newest_course"}, (BED,)),
    "no course": (case(["SpinalCord"], prior_radiotherapy="unknown") | {"prior_courses": None}, {}, (SUM,)),
    # it does not apply, or cannot be evaluated
    "a technique": (TWO, {"conditions": {"technique": ["stereotactic"]}}, ()),
    "not stated": (TWO, {"alpha_beta_gy": "not stated", "profile": "incomplete"}, ()),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formulas_that_were_used_in_their_order(name: str) -> None:
    raw, fields, expected = FORMULAS[name]
    raw = {key: value for key, value in raw.items() if value is not None}
    (item,) = explained(raw, **fields).findings
    assert item.formulas == expected
    assert bool(item.courses) == (name not in ("a technique", "not stated", "no course"))


def test_the_cord_model_names_its_equation() -> None:
    (item,) = explain(parse_case(TWO), "woolley-2018.allowed-bed", library=load_library()).findings
    assert item.formulas[0] == BED
    assert item.formulas[1].text == (
        "B2 = 100 (1 - B1/100) [1 + h ((1 - B1/100)^(-r/(1+r)) - 1)], in percent of the tolerance BED"
    )
    assert item.formulas[1].source == f"woolley-2018, {item.finding.locator}"
    assert item.formulas[2:] == (MONTHS_APART,)


def test_all_that_is_said() -> None:
    raw = case(["SpinalCord", "Spleen"], FIRST, SECOND, THIRD)
    answer = explained(raw, recovery="steps")
    assert (answer.case_id, answer.constraint_id, answer.schema) == ("example", "house.mine", "reirrad-explain/1")
    # 12 months from 17 January to 17 January, and 13 (28 February) and 1 of 29 days (to 29 March) from
    # 29 January 2021 to 1 March 2022
    (item,) = answer.findings
    assert item.courses == (
        CourseInOrder(
            course_id="first",
            start=("2020-01-06", "2020-01-06"),
            end=("2020-01-17", "2020-01-17"),
            months_since_previous=None,
        ),
        CourseInOrder(
            course_id="second",
            start=("2021-01-17", "2021-01-17"),
            end=("2021-01-29", "2021-01-29"),
            months_since_previous=(12, 12),
        ),
        CourseInOrder(
            course_id="third",
            start=("2022-03-01", "2022-03-01"),
            end=("2022-03-11", "2022-03-11"),
            months_since_previous=(13 + 1 / 29, 13 + 1 / 29),
        ),
    )
    assert answer.notes == (
        "history: complete, every course is listed",
        "edition house is not of the package: house.toml",
        'structure "Spleen" is not known: nothing that needs it was evaluated; see `reirrad rules structures`',
    )
    library = house_library({"mine": {"limit": 100, "locator": "table 1", "recovery": "steps"}})
    (loaded,) = library.editions
    assert (answer.edition.id, answer.edition.origin) == ("house", loaded.origin)
    assert answer.input.sha256 == case_digest(parse_case(raw))
    assert answer.reirrad_version == __version__
    assert item.finding == check(parse_case(raw), library=library).findings[0]


def test_the_digest_is_that_of_the_edition() -> None:
    library = load_library()
    answer = explain(parse_case(TWO), "nieder-2006.course", library=library)
    (loaded,) = (item for item in library.editions if item.edition.id == "nieder-2006")
    assert (answer.edition.digest, answer.edition.origin) == (loaded.digest, loaded.origin)
    assert answer.notes == ("history: complete, every course is listed",)


def test_a_day_is_a_range_where_it_is_not_known() -> None:
    open_end = case(["SpinalCord"], FIRST | {"end": "2020-01-17/.."}, SECOND | {"start": "2021-01", "end": "2021"})
    first, second = explained(open_end).findings[0].courses
    # it ends before the second begins only if it is so stated: nothing bounds its end
    assert (first.start, first.end) == (("2020-01-06", "2020-01-06"), ("2020-01-17", None))
    assert (second.start, second.end) == (("2021-01-01", "2021-01-31"), ("2021-01-01", "2021-12-31"))
    # 12 months and 14 of 31 days from 17 January 2020 to 31 January 2021 at most
    assert second.months_since_previous == (0, 12 + 14 / 31)
    undated = case(["SpinalCord"], FIRST | {"start": None, "end": None}, THIRD | {"start": None, "end": None})
    undated["course"] = [{key: value for key, value in one.items() if value is not None} for one in undated["course"]]
    first, second = explained(undated).findings[0].courses
    assert (first.start, first.end, second.months_since_previous) == ((None, None), (None, None), (0, None))


def test_only_the_structures_that_the_constraint_is_about() -> None:
    doses = cord(20) | cord(20, "ThecalSac")
    raw = case(["SpinalCord", "ThecalSac"], *({**one, "dose": doses} for one in (FIRST, SECOND)))
    assert [item.finding.structure for item in explained(raw).findings] == ["SpinalCord", "ThecalSac"]
    with pytest.raises(InputError) as refused:
        explained(raw, structures=["Rectum", "Bladder"])
    assert str(refused.value) == (
        "example: 1 problem\n  structures: the constraint is about none of them; given: ['SpinalCord', 'ThecalSac']; "
        "allowed: Rectum, Bladder"
    )


def test_a_constraint_that_is_not_there_is_refused() -> None:
    with pytest.raises(
        LibraryError, match=r"^library: 1 problem\n  there is no such constraint; given: 'house.his'; did you mean "
    ):
        explain(parse_case(TWO), "house.his", library=house_library({"mine": {"limit": 100}}))


def test_strict_is_strict_and_says_so() -> None:
    raw = case(["SpinalCord"], *({**one, "dose": cord(20, metric="D0.1cc[Gy]")} for one in (FIRST, SECOND)))
    usual, strict = (explained(raw, strict=strict, metric="D0.1cc[Gy]") for strict in (False, True))
    assert [item.finding.status for item in (*usual.findings, *strict.findings)] == ["met", "not_evaluated"]
    assert strict.notes[1] == "option: strict, sums of near-maxima other than Max prove nothing by themselves"
    assert not any("strict" in note for note in usual.notes)
    library = house_library({"mine": {"limit": 100, "metric": "D0.1cc[Gy]"}})
    assert explain(parse_case(raw), "house.mine", library=library).findings[0].finding.status == "met"


def test_of_other_editions_nothing_is_said_or_asked() -> None:
    mine = house_edition({"mine": EQD2 | {"limit": 50}})
    mine = replace(mine, edition=replace(mine.edition, valid_until="2031-05-06"))
    (rule,) = mine.edition.constraint
    other = replace(
        mine,
        edition=replace(
            mine.edition, id="other", constraint=(replace(rule, id="other.mine"),), valid_until="2020-01-01"
        ),
    )
    base = load_library()
    library = Library((other, mine), base.structures, base.conventions)
    found = explain(parse_case(TWO), "house.mine", library=library, as_of="2031-05-06")
    assert "option: as of 2031-05-06, no edition that is used states an end before that day" in found.notes
    assert any("edition house " in note for note in found.notes)
    assert not any("edition other " in note for note in found.notes)
    assert not any("option: as of" in note for note in explain(parse_case(TWO), "house.mine", library=library).notes)
    # a library that was made for a day keeps it, and the edition that has ended since is no matter; a day that is
    # given counts in its place
    made = library_as_of(library.select(["house"]), "2031-05-06")
    assert "option: as of 2031-05-06, no edition that is used states an end before that day" in (
        explain(parse_case(TWO), "house.mine", library=made).notes
    )
    with pytest.raises(LibraryError, match="edition other is valid until 2020-01-01"):
        explain(parse_case(TWO), "other.mine", library=made)
    assert "option: as of 2019-12-31, no edition that is used states an end before that day" in (
        explain(parse_case(TWO), "other.mine", library=made, as_of="2019-12-31").notes
    )
    with pytest.raises(LibraryError, match="edition house is valid until 2031-05-06"):
        explain(parse_case(TWO), "house.mine", library=library, as_of="2031-05-07")
    with pytest.raises(LibraryError, match="edition other is valid until 2020-01-01"):
        explain(parse_case(TWO), "other.mine", library=library, as_of="2031-05-06")
