"""The editions side by side, and published results beside them; every number is computed by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reirrad import load_case
from reirrad.engine.check import check
from reirrad.engine.disagreement import disagreements
from reirrad.library import Profile, load_library
from reirrad.model.finding import Opinion, Report
from reirrad.report import report_json, report_text
from reirrad.report.text_tables import _row
from report.shown import LIMITS, joined, parts, sections, table_rows
from report.two_courses import case_of, only, report_of

LIBRARY = load_library()
CASES = Path(__file__).parents[2] / "data" / "cases"

# 40 Gy / 20 and 20 Gy / 10 at 2 Gy: 80 + 40 = 120 Gy2, 40 + 20 = 60 Gy EQD2; from 31 January to 1 October are 8 months
# (30 September) and one of 31 days
EIGHT_MONTHS = [
    # no points: 120 is not above 120; a share of points is no room
    ("nieder-2005", "score", "met", 0.0, 3.0, None),
    # 60 of 60; 40 x (1 - 0.25) + 20 = 50 of 50
    ("rulach-2021", "spinal-cord", "met", 60.0, 60.0, 0.0),
    ("umich-2019", "spinal-cord", "met", 50.0, 50.0, 0.0),
    # 120 of 135.5; of its others the largest course, 80 of 98, and the interval have more room
    ("nieder-2006", "cumulative", "met", 120.0, 135.5, 100 * 15.5 / 135.5),
]
# to 8 July are 5 months and 8 of 31 days
FIVE_MONTHS = [
    # 4.5 points for the interval
    ("nieder-2005", "score", "violated", 4.5, 3.0, None),
    ("nieder-2006", "interval", "violated", 5 + 8 / 31, 6.0, 100 * (5 + 8 / 31 - 6) / 6),
    # 40 x (1 - 0.1) + 20 = 56 of 50
    ("umich-2019", "spinal-cord", "violated", 56.0, 50.0, -12.0),
    ("rulach-2021", "spinal-cord", "met", 60.0, 60.0, 0.0),
]
TABLES = pytest.mark.parametrize(
    ("start", "rows"), [("2020-10-01", EIGHT_MONTHS), ("2020-07-08", FIVE_MONTHS)], ids=["eight", "five"]
)


def with_room(rows) -> list[tuple[str, float]]:
    """Return the constraints that have room in percent of their limit, the least first."""
    known = [(f"{edition}.{rule}", percent) for edition, rule, *_, percent in rows if percent is not None]
    return sorted(known, key=lambda row: row[1])


def agree(rows) -> bool:
    return len({status for _, _, status, *_ in rows}) == 1


HEADS = ["status", "value", "required", "room"]


def side_by_side(text: str) -> list[str]:
    """Return the lines below the heading of the tables."""
    (found,) = (lines for head, lines in parts(sections(text)[LIMITS]).items() if head.startswith("Editions side by"))
    return found


def judged(start: str) -> Report:
    return report_of(case_of("2020-01-31", start))


def title_of(report: Report) -> str:
    """Return what the text says of the only table above its columns."""
    lines = side_by_side(report_text(report))
    title = joined(lines[: next(number for number, line in enumerate(lines) if line.split() == HEADS)])
    assert title.startswith("SpinalCord: ")
    return title.removeprefix("SpinalCord: ")


@TABLES
def test_one_row_for_each_edition_the_worst_first(start, rows):
    (table,) = judged(start).disagreement
    assert table.structure == "SpinalCord"
    found = [(item.edition, item.constraint_id, item.status) for item in table.opinions]
    assert found == [(edition, f"{edition}.{rule}", status) for edition, rule, status, *_ in rows]
    for item, (*_, value, limit, percent) in zip(table.opinions, rows, strict=True):
        assert item.value == item.value_low == item.value_high == pytest.approx(value, rel=1e-12)
        assert item.limit == pytest.approx(limit, rel=1e-12)
        assert item.margin_percent == (None if percent is None else pytest.approx(percent, rel=1e-9))
        assert (item.margin_percent is None) == (item.unit == "points")
        assert item.limit_high is None


@TABLES
def test_agreement_spread_and_what_binds(start, rows):
    (table,) = judged(start).disagreement
    assert table.agree is agree(rows)
    known = with_room(rows)
    assert table.spread_percent == pytest.approx((known[0][1], known[-1][1]), rel=1e-9)
    assert table.binds == known[0][0]


@TABLES
def test_an_opinion_is_the_worst_finding_of_its_edition(start, rows):
    report = judged(start)
    (table,) = report.disagreement
    for opinion in table.opinions:
        finding = only(report.findings, constraint_id=opinion.constraint_id)
        for name in ("status", "value", "undiscounted_value", "limit", "margin", "unit", "comparison"):
            assert getattr(opinion, name) == getattr(finding, name)


def test_the_undiscounted_sum_stands_beside_the_discounted_one():
    (table,) = judged("2020-10-01").disagreement
    assert only(table.opinions, edition="umich-2019").undiscounted_value == 60.0
    assert only(table.opinions, edition="rulach-2021").undiscounted_value is None


def test_what_does_not_apply_and_what_is_advisory_has_no_row():
    report = check(load_case(CASES / "hpc_lumbar_2024.toml"))
    neutral = {item.constraint_id for item in report.findings if item.status == "not_applicable" or item.advisory}
    assert {"nieder-2006-lumbar.cumulative-ab4", "tg101-2010.spinal-cord.max"} <= neutral
    assert [table.structure for table in report.disagreement] == ["SpinalCord_Lum", "CaudaEquina"]
    for table in report.disagreement:
        assert not neutral & {item.constraint_id for item in table.opinions}
        editions = [item.edition for item in table.opinions]
        assert len(set(editions)) == len(editions) > 1


def test_an_advisory_finding_says_nothing_for_its_edition():
    findings = judged("2020-07-08").findings
    # the only one that is met
    advisory = "rulach-2021.spinal-cord"
    items = [replace(item, advisory=item.advisory or item.constraint_id == advisory) for item in findings]
    (table,) = disagreements(items)
    assert [item.edition for item in table.opinions] == [row[0] for row in FIVE_MONTHS[:-1]]
    assert (table.agree, table.binds) == (True, "nieder-2006.interval")


def test_shipped_advisory_limits_have_no_row():
    report = judged("2020-10-01")
    found = {item.constraint_id: (item.status, item.advisory) for item in report.findings}
    # 60 of 56.25, and of 50 x (1 + 0.25) = 62.5
    assert found["paradis-rulach-2021.spinal-cord"] == ("violated", True)
    assert found["doi-2021.simple-rule"] == ("met", True)
    assert report.verdict == "met"
    (table,) = report.disagreement
    assert not {"paradis-rulach-2021", "doi-2021"} & {item.edition for item in table.opinions}


def test_points_bind_where_nothing_else_is_decided():
    names = frozenset({"nieder-2005.score", "umich-2019.spinal-cord.near-target"})
    library = LIBRARY.select(profile=Profile(name="ours", constraints=names))
    for start, status in (("2020-10-01", "met"), ("2020-07-08", "violated")):
        report = report_of(case_of("2020-01-31", start), library)
        (table,) = report.disagreement
        assert {item.edition: item.status for item in table.opinions} == {
            "nieder-2005": status,
            "umich-2019": "not_evaluated",
        }
        assert (table.agree, table.binds, table.spread_percent) == (True, "nieder-2005.score", None)
        assert title_of(report) == ("nieder-2005.score alone was evaluated, 1 could not be")


def test_editions_that_all_say_met_agree():
    # 20 Gy / 10 and 20 Gy / 10 at 8 months: 80 Gy2, 40 Gy EQD2
    text = case_of("2020-01-31", "2020-10-01").replace("40 Gy / 20", "20 Gy / 10").replace("40.0", "20.0")
    (table,) = report_of(text).disagreement
    assert {item.status for item in table.opinions} == {"met"}
    assert table.agree is True
    # 20 x 0.75 + 20 = 35 of 50 leaves less room than 40 of 60 and the interval of 8 1/31 of 6
    assert table.binds == "umich-2019.spinal-cord"
    # the score of 0 of 3 points has no room in percent
    assert table.spread_percent == pytest.approx((30.0, 100 * (2 + 1 / 31) / 6), rel=1e-9)
    assert only(table.opinions, edition="nieder-2005").value == 0.0


def test_editions_that_all_say_violated_agree():
    text = case_of("2020-01-31", "2020-10-01").replace("40 Gy / 20", "60 Gy / 30").replace("40.0", "60.0")
    (table,) = report_of(text).disagreement
    # 120 Gy2 and 40 Gy2 in courses of 60 and 20 Gy; 160 is above 4 of the bands, 120 at least 102: 8.5 points
    assert only(table.opinions, edition="nieder-2005").value == 8.5
    assert {item.status for item in table.opinions} == {"violated"}
    assert table.agree is True
    # 80 of 60 is more above than 60 x 0.75 + 20 = 65 of 50 and, of the limits of nieder-2006 the one with the least
    # room, a course of 120 of 98; the score has no room in percent
    assert table.binds == "rulach-2021.spinal-cord"
    assert table.spread_percent == pytest.approx((-100 / 3, 100 * -22 / 98), rel=1e-9)
    assert [item.edition for item in table.opinions][:2] == ["nieder-2005", "rulach-2021"]


def test_an_edition_that_is_open_neither_agrees_nor_disagrees_and_binds_nothing():
    names = frozenset({"umich-2019.spinal-cord.near-target", "nieder-2006.cumulative"})
    library = LIBRARY.select(profile=Profile(name="ours", constraints=names))
    report = report_of(case_of("2020-01-31", "2020-10-01"), library)
    (table,) = report.disagreement
    # what is open stands above what is met; only what was evaluated has a part in the spread
    assert [(item.edition, item.status) for item in table.opinions] == [
        ("umich-2019", "not_evaluated"),
        ("nieder-2006", "met"),
    ]
    assert table.agree is True
    assert table.binds == "nieder-2006.cumulative"
    assert table.spread_percent == pytest.approx((100 * 15.5 / 135.5,) * 2, rel=1e-9)
    assert title_of(report) == ("nieder-2006.cumulative alone was evaluated, 1 could not be")


# 5 months of 6 is violated, 60 of 60 and 120 of 135.5 met;
# the target distance is not stated, the alpha/beta of ars-2020 neither
DISAGREE = {"nieder-2006.interval", "rulach-2021.spinal-cord"}
OPEN = ["umich-2019.spinal-cord.near-target", "ars-2020.spinal-cord"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (DISAGREE, "the editions DISAGREE;"),
        (DISAGREE | {OPEN[0]}, "the editions that were evaluated DISAGREE, 1 could not be evaluated;"),
        (DISAGREE | {*OPEN}, "the editions that were evaluated DISAGREE, 2 could not be evaluated;"),
        ({"rulach-2021.spinal-cord", "nieder-2006.cumulative"}, "the editions agree;"),
        (
            {"rulach-2021.spinal-cord", "nieder-2006.cumulative", *OPEN},
            "the editions that were evaluated agree, 2 could not be evaluated;",
        ),
        ({*OPEN}, "no edition could be evaluated"),
    ],
)
def test_agreement_is_about_what_was_evaluated(names, words):
    library = LIBRARY.select(profile=Profile(name="ours", constraints=frozenset(names)))
    report = report_of(case_of("2020-01-31", "2020-07-08"), library)
    (table,) = report.disagreement
    assert {item.constraint_id for item in table.opinions} == names
    assert table.agree is (None if names == {*OPEN} else "DISAGREE" not in words)
    assert title_of(report).startswith(words)
    assert ("binds" in title_of(report)) == (table.agree is not None)


def test_where_nothing_is_evaluated_nothing_binds():
    text = case_of("2020-01-31", "2020-10-01")
    text = text.replace('prior_radiotherapy = "complete"\nprior_courses = 1\n', "").replace("= 20.0", "= [0, 70]")
    report = report_of(text)
    (table,) = report.disagreement
    assert {item.status for item in table.opinions} == {"not_evaluated"}
    assert (table.agree, table.binds, table.spread_percent) == (None, None, None)
    assert title_of(report) == "no edition could be evaluated"
    (found,) = json.loads(report_json(report))["disagreement"]
    assert (found["agree"], found["binds"], found["spread_percent"]) == (None, None, None)


def test_one_edition_is_compared_with_nothing():
    report = report_of(case_of("2020-01-31", "2020-10-01"), LIBRARY.select(["nieder-2006"]))
    assert report.disagreement == ()
    assert "side by side" not in report_text(report)


def rows_of(text: str) -> dict[str, list[str]]:
    """Return the cells of the only table by their constraint, in order."""
    block = side_by_side(text)
    head = next(number for number, line in enumerate(block) if line.split() == HEADS)
    return dict(table_rows(block[head + 1 :]))


@TABLES
def test_the_table_as_text(start, rows):
    text = report_text(judged(start))
    assert list(rows_of(text)) == [f"{edition}.{rule}" for edition, rule, *_ in rows]
    words = {"violated": "VIOLATED", "met": "met"}
    assert [cells[0] for cells in rows_of(text).values()] == [words[row[2]] for row in rows]
    joined = " ".join(text.split())
    assert (
        f"SpinalCord: the editions {'agree' if agree(rows) else 'DISAGREE'}; {with_room(rows)[0][0]} binds; room from "
        in joined
    )
    assert max(map(len, text.splitlines())) <= 80


def test_the_rows_of_the_text():
    assert rows_of(report_text(judged("2020-10-01"))) == {
        "rulach-2021.spinal-cord": ["met", "60", "<= 60 Gy EQD2", "0 %"],
        "umich-2019.spinal-cord": ["met", "50", "<= 50 Gy EQD2", "0 %"],
        "nieder-2006.cumulative": ["met", "120", "<= 135.5 Gy BED", "+11 %"],
        "nieder-2005.score": ["met", "0", "<= 3 points", "-"],
    }


def test_a_violation_by_a_hair_never_reads_as_no_room():
    # 20.001 Gy in 10: 20.001 (1 + 2.0001/2) / 2 = 20.0015; 60.0015 of 60
    text = case_of("2020-01-31", "2020-10-01").replace("= 20.0", "= 20.001")
    status, value, _, room = rows_of(report_text(report_of(text)))["rulach-2021.spinal-cord"]
    assert status == "VIOLATED"
    assert float(value) > 60
    assert float(room.removesuffix(" %")) < 0


@TABLES
def test_the_table_as_json(start, rows):
    document = json.loads(report_json(judged(start)))
    (table,) = document["disagreement"]
    assert list(table) == ["structure", "agree", "binds", "spread_percent", "opinions"]
    assert [opinion["edition"] for opinion in table["opinions"]] == [row[0] for row in rows]
    assert [opinion["margin_percent"] is None for opinion in table["opinions"]] == [row[-1] is None for row in rows]
    assert table["agree"] is agree(rows)
    assert list(table["opinions"][0]) == [
        *("edition", "constraint_id", "course_id", "status", "value", "value_low", "value_high", "undiscounted_value"),
        *("undiscounted_low", "undiscounted_high", "limit", "limit_high", "comparison", "margin"),
        *("margin_percent", "unit"),
    ]


@pytest.mark.parametrize(
    ("dose", "value", "without"),
    [
        # 8 months: a quarter of 40 has recovered
        ("40", "50", "60"),
        # alpha/beta 2.5: 32.49 (1.6245 + 2.5) / 4.5 = 29.78; 0.75 x 29.78 + 20 to 50
        ("[32.49, 40]", "42.33 to 50", "49.78 to 60"),
    ],
)
def test_d14_a_sum_after_recovery_says_so_wherever_it_stands(dose: str, value: str, without: str) -> None:
    text = case_of("2020-01-31", "2020-10-01").replace('"D0.1cc[Gy]" = 40.0', f'"D0.1cc[Gy]" = {dose}')
    told = joined(side_by_side(report_text(report_of(text))))
    assert f"umich-2019.spinal-cord met {value} <= 50 Gy EQD2 0 % after recovery ({without} without)" in told
    assert told.count("after recovery") == 1
    listed = joined(report_text(report_of(text)).partition("Editions side by side")[0].splitlines())
    assert f"after recovery ({without} without); NEAR THE LIMIT" in listed


def test_a_share_has_no_unit() -> None:
    """A third of the EQD2 is of the newest course."""
    share = {"value": 1 / 3, "value_low": 1 / 3, "value_high": 1 / 3, "margin": 0.5 - 1 / 3}
    share |= dict.fromkeys(("undiscounted_value", "undiscounted_low", "undiscounted_high"))
    limit = {"limit": 0.5, "limit_high": None, "comparison": "at_most", "margin_percent": 100 / 3, "unit": "1"}
    opinion = Opinion(edition="e", constraint_id="e.share", course_id="2", status="met", **share, **limit)
    row = _row(opinion, is_told=False)
    assert row.cells == ("met", "0.33", "<= 0.5", "+33 %")
