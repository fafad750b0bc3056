"""Constraints that a source states only together: a group belongs to its edition."""

from __future__ import annotations

import json

import pytest

from library.good_edition import GOOD
from reirrad.library import Library, load_library
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures
from reirrad.model.finding import Report
from reirrad.report import report_json, report_text
from report.two_courses import case_of, report_of

SHIPPED = load_library()
# 40 Gy / 20 and 20 Gy / 5 after 8 months: EQD2 of 40 x 0.75 + 20 (1 + 4/2)/2 = 60 Gy, and 20 Gy in 5 fractions
CASE = case_of("2020-01-31", "2020-10-01").replace("20 Gy / 10", "20 Gy / 5")
CASE = CASE.replace('"conventional"', '"stereotactic"')


def group_of(edition: str, group: str, limit: str) -> str:
    """Return an edition of one group, whose sum has another limit."""
    text = GOOD.replace("own-2020", edition).replace('group = "own"', f'group = "{group}"')
    return text.replace("limit = [60, 70]", f"limit = {limit}")


def judged(*texts: str) -> Report:
    own = [parse_edition(text.encode(), "own.toml", shipped_structures()) for text in texts]
    library = Library((*SHIPPED.editions, *own), SHIPPED.structures, SHIPPED.conventions)
    return report_of(CASE, library.select([loaded.edition.id for loaded in own]))


@pytest.mark.parametrize("names", [("same", "same"), ("one", "other")], ids=["same-name", "other-names"])
def test_groups_of_two_editions_are_not_merged(names: tuple[str, str]) -> None:
    report = judged(group_of("first-2020", names[0], "60"), group_of("second-2021", names[1], "59"))
    assert [(item.group, item.structure, item.status, item.members) for item in report.groups] == [
        (names[0], "SpinalCord", "met", ("first-2020.sum", "first-2020.newest")),
        (names[1], "SpinalCord", "violated", ("second-2021.sum", "second-2021.newest")),
    ]
    text = " ".join(report_text(report).split())
    assert f"SpinalCord, {names[0]}: met (first-2020.sum, first-2020.newest)" in text
    assert f"SpinalCord, {names[1]}: VIOLATED (second-2021.sum, second-2021.newest)" in text
    assert [item["members"] for item in json.loads(report_json(report))["groups"]] == [
        ["first-2020.sum", "first-2020.newest"],
        ["second-2021.sum", "second-2021.newest"],
    ]


def test_a_group_with_the_name_of_a_shipped_one_is_its_own() -> None:
    own = parse_edition(group_of("own-2020", "nieder-2006", "60").encode(), "own.toml", shipped_structures())
    library = Library((*SHIPPED.editions, own), SHIPPED.structures, SHIPPED.conventions)
    report = report_of(CASE, library.select(["nieder-2006", "own-2020"]))
    # 80 + 20 (1 + 4/2) = 140 Gy2 of 135.5; the other is met
    assert [(item.group, item.status, item.members) for item in report.groups] == [
        ("nieder-2006", "violated", tuple(f"nieder-2006.{name}" for name in ("cumulative", "course", "interval"))),
        ("nieder-2006", "met", ("own-2020.sum", "own-2020.newest")),
    ]
