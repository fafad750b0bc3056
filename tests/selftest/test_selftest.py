"""The self-test: what it compares, that it notices what is wrong, and the record that it makes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli.runner import invoke
from reirrad import load_library, radiobiology
from reirrad.library.check_values import load_check_values
from reirrad.model.selftest import Part, SelfTest
from reirrad.quantities import SENTINELS
from reirrad.report.plain import plain_text
from reirrad.report.selftest_html import selftest_html
from reirrad.report.selftest_text import selftest_blocks
from reirrad.selftest import comparison, run, selftest
from reirrad.selftest.draws import Draws
from reirrad.selftest.exact_hits import Plan
from reirrad.selftest.published import as_printed, published_values
from reirrad.selftest.random_doses import plausible, stated_doses
from reirrad.selftest.random_plans import any_phases, asked_phases, exact_pair, schedule_text

FUNCTIONS = {name: getattr(radiobiology, name) for name in radiobiology.__all__}
CASES = 12


@pytest.fixture(scope="module")
def answer() -> SelfTest:
    return selftest(functions=FUNCTIONS, cases=CASES)


def part_of(answer: SelfTest, name: str) -> Part:
    (part,) = [part for part in answer.parts if part.name == name]
    return part


def test_everything_agrees_and_is_counted(answer: SelfTest) -> None:
    assert [row for part in answer.parts for row in part.rows if not row.agrees] == []
    assert answer.agrees
    assert answer.differ == 0 == sum(part.differ for part in answer.parts)
    assert answer.compared == sum(part.compared for part in answer.parts)
    assert [part.name for part in answer.parts] == [
        "Rules as shipped",
        "Published values",
        "Limits at their edges",
        "Random cases",
    ]


def test_the_same_seed_gives_the_same_record(answer: SelfTest) -> None:
    assert selftest(functions=FUNCTIONS, cases=CASES) == answer
    assert selftest(functions=FUNCTIONS, cases=CASES, seed=2).parts[3] != answer.parts[3]


# --- published values -------------------------------------------------------------------------------------------------


def test_each_published_value_has_a_source_and_is_compared(answer: SelfTest) -> None:
    values = load_check_values()
    rows = part_of(answer, "Published values").rows
    assert len(rows) == len(values.calculations) + sum(len(item.finding) for item in values.cases)
    assert all(row.source for row in rows)
    assert len({row.what for row in rows}) == len(rows)


# once more by hand, in fractions or with the printed series, apart from the program and from its table
BY_HAND = {
    "BED of 50 Gy in 25 fractions, alpha/beta 2 Gy": Fraction(50) * (1 + Fraction(2, 2)),
    "BED of 50 Gy in 25 fractions, alpha/beta 4 Gy": Fraction(50) * (1 + Fraction(2, 4)),
    "BED of 45 Gy in 30 fractions, one a day, alpha/beta 2 Gy": Fraction(45) * (1 + Fraction(3, 4)),
    "EQD2 of 30 Gy in 10 fractions, alpha/beta 2 Gy": Fraction(30) * 5 / 4,
    "EQD2 of 54 Gy in 3 fractions, alpha/beta 3 Gy": Fraction(54) * 21 / 5,
    "LQ-L: BED of 3 x 18 Gy, alpha/beta 3 Gy, joined at 6 Gy per fraction": Fraction(3) * (6 * 3 + 5 * 12),
    "incomplete repair h2: 6 h apart, half-time 1.5 h": Fraction(1, 2) ** 4,
}


@pytest.mark.parametrize(("what", "value"), BY_HAND.items())
def test_the_table_of_check_values_is_right(what: str, value: Fraction) -> None:
    (item,) = [item for item in load_check_values().calculations if item.what == what]
    assert Fraction(item.printed) == value


def test_each_value_says_whether_its_source_prints_it(answer: SelfTest) -> None:
    rows = part_of(answer, "Published values").rows
    by_basis = {basis: [row.source for row in rows if row.basis == basis] for basis in {row.basis for row in rows}}
    assert {source.partition(",")[0] for source in by_basis["printed"]} == {"Nieder 2006", "Thames 1985"}
    assert [source.partition(",")[0] for source in by_basis["published code"]] == ["Woolley 2018"]
    assert by_basis.keys() == {"printed", "published code", "by hand"}
    assert all("by hand" in source for source in by_basis["by hand"])


def test_units_stand_with_their_numbers(answer: SelfTest) -> None:
    rows = {row.what.partition(": ")[2]: row for row in part_of(answer, "Published values").rows}
    assert rows["nieder-2006-lumbar.cumulative"].found_with_unit == "220 Gy BED, violated"
    assert rows["nieder-2006-lumbar.interval"].found_with_unit == "met"
    assert rows["6 h apart, half-time 1.5 h"].found_with_unit == "0.0625"
    assert {row.unit for part in answer.parts for row in part.rows} >= {"Gy", "Gy BED", "Gy EQD2", "%", "cc", ""}
    assert all(row.unit != "1" for part in answer.parts for row in part.rows)


def test_a_wrong_function_is_noticed() -> None:
    def wrong(**arguments: Any) -> float:
        return float(radiobiology.bed(**arguments)) * 1.01

    part = published_values(load_library(), FUNCTIONS | {"bed": wrong})
    assert {row.what for row in part.rows if not row.agrees} == {
        item.what for item in load_check_values().calculations if item.call == "bed"
    }
    assert part.differ == 4


@pytest.mark.parametrize(
    ("value", "printed", "agrees"), [(101.74, "101.7", True), (101.75001, "101.7", False), (220.6, "220", False)]
)
def test_printed_digits_decide(value: float, printed: str, *, agrees: bool) -> None:
    assert (as_printed(value, printed) == printed) is agrees


def test_a_case_without_its_finding_differs() -> None:
    library = load_library()
    without = library.select(["nieder-2005", "slevin-2021", "umich-2019", "woolley-2018", "nieder-2006"])
    assert published_values(without, FUNCTIONS).differ == 0
    item = load_check_values().cases[0].finding[0]
    assert item.constraint_id == "nieder-2006-lumbar.cumulative"


# --- random cases -----------------------------------------------------------------------------------------------------


def test_a_finding_that_differs_is_counted_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    original = comparison.judge

    def other(case: Any, **options: Any) -> Any:
        items = original(case, **options)
        return [item | {"status": "met"} if item["status"] == "violated" else item for item in items]

    monkeypatch.setattr(comparison, "judge", other)
    found = selftest(functions=FUNCTIONS, cases=CASES)
    assert not found.agrees
    part = part_of(found, "Random cases")
    assert part.differ > 0
    assert any(not row.agrees and row.found == "violated" and row.expected == "met" for row in part.rows)
    text = plain_text(selftest_blocks(found))
    assert "DIFFER: do not use this installation" in text
    page = selftest_html(found)
    assert "✕ DIFFERS" in page


def test_a_modified_edition_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    # O08
    library = load_library()
    first, *others = library.editions
    changed = replace(library, editions=(replace(first, origin="modified"), *others), modified_tables=("x.toml",))
    monkeypatch.setattr(run, "load_library", lambda: changed)
    found = selftest(functions=FUNCTIONS, cases=1)
    assert not found.agrees
    part = part_of(found, "Rules as shipped")
    assert [(row.what, row.expected, row.found, row.agrees) for row in part.rows[1:]] == [
        (f"edition {first.edition.id}", "as shipped", "modified", False),
        ("table x.toml", "as shipped", "modified", False),
    ]
    assert part.differ == 2
    assert part.rows[0].found == f"{part.compared - 2} as shipped"


# --- the record -------------------------------------------------------------------------------------------------------


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.data: list[str] = []
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.rows += tag == "tr"
        if tag == "data":
            self.data.append(dict(attrs)["value"] or "")


def test_the_page_says_what_the_json_says(answer: SelfTest) -> None:
    page = selftest_html(answer)
    parser = _Rows()
    parser.feed(page)
    assert {"script", "link", "img", "iframe"} & set(parser.tags) == set()
    assert parser.data == [str(number) for part in answer.parts for number in (part.compared, part.differ)]
    assert parser.rows == sum(len(part.rows) + 1 for part in answer.parts if part.rows)
    assert "default-src 'none'" in page
    assert page == selftest_html(answer)
    for edition in answer.editions:
        assert edition.digest in page
    assert answer.code_digest in page
    assert "<td>19.99 Gy met;<br>20 Gy violated<td>" in page
    assert re.search(r"https?://", page) is None


def test_the_text_fits_and_can_be_signed(answer: SelfTest) -> None:
    text = plain_text(selftest_blocks(answer))
    assert max(map(len, text.splitlines())) <= 80
    assert f"Outcome: agrees (all of {answer.compared} comparisons agree)" in text
    for name in ("Machine", "Room", "Performed by", "Date", "Signature"):
        assert f"{name}: ____" in text
    assert f"code: {answer.code_digest}" in " ".join(text.split())
    assert f"operating system: {answer.environment['operating_system']}" in " ".join(text.split())
    assert "no medical device" in " ".join(text.split())


def test_command_and_schema(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    outcome = invoke("selftest", "--cases", CASES, "--format", "json", "--output", path)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    record = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads(invoke("schema", "selftest").out)
    jsonschema.validate(record, schema)
    assert record["schema"] == "reirrad-selftest/1"
    assert record["options"] == {"cases": CASES, "seed": 1}
    assert {"python", "machine", "float", "numpy", "scipy", "pydantic"} <= set(record["environment"])
    again = invoke("selftest", "--cases", CASES, "--output", path)
    assert again.code == 2
    assert "the output exists already" in again.err


def test_what_differs_is_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radiobiology, "eqd2", lambda **_: 1.0)
    outcome = invoke("selftest", "--cases", 1)
    assert outcome.code == 1
    assert "Outcome: DIFFERS (2 of" in outcome.out


@pytest.mark.parametrize("option", [("--cases", "0"), ("--cases", "x"), ("--seed", "-1"), ("--format", "csv")])
def test_bad_options_are_refused(option: tuple[str, str]) -> None:
    outcome = invoke("selftest", *option)
    assert outcome.code == 2
    assert option[0] in outcome.err


def test_d22_no_random_dose_stands_for_a_missing_one() -> None:
    plan = Plan(9998, 30)
    stated = [stated_doses(Draws(1, index), plan, ["Max[Gy]", "Mean[Gy]"], may_prescribe=True) for index in range(300)]
    values = [value for doses in stated for key, value in doses.items() if key != "basis"]
    ends = [float(end) for value in values for end in (value if isinstance(value, list) else [value])]
    assert len(ends) > 200
    assert SENTINELS.isdisjoint(ends)
    assert any(doses.get("basis") == "prescription" for doses in stated)
    assert (plausible(9999, plan), plausible(999, plan), plausible(998, plan)) == (10000, 1000, 998)


class Told(Draws):
    """Draws of whole numbers that are told, and of the first of several items."""

    def __init__(self, *numbers: int) -> None:
        super().__init__(1, 1)
        self._random = lambda: 0.0
        self._numbers = iter(numbers)

    def whole(self, low: int, high: int) -> int:
        return next(self._numbers)


@pytest.mark.parametrize(("total", "drawn"), [(9999, 10000), (999, 1000), (998, 998), (1000, 1000), (9998, 9998)])
def test_d22_no_random_schedule_stands_for_a_missing_one(total: int, drawn: int) -> None:
    assert any_phases(Told(3, 7, total)) == [Plan(drawn, 7)]
    assert asked_phases(Told(1), {"conditions": {"fraction_size_gy": [total / 100]}}) == [Plan(drawn, 1)]
    assert asked_phases(Told(7), {"conditions": {"scheduled_dose_gy": [total / 100]}}) == [Plan(drawn, 7)]
    assert asked_phases(Told(7, total), {"scope": "cumulative", "limit": 50}) == [Plan(drawn, 7)]
    assert asked_phases(Told(7, 1), {"scope": "course", "limit": (total - 1) / 100}) == [Plan(drawn, 7)]


def test_d22_a_pair_that_hits_a_limit_has_no_such_schedule() -> None:
    """Of 1 and 9999 cGy, the first pair of 100 Gy, none can be moved; of 99.99 Gy the first is 1 and 9998 cGy."""
    constraint = {"scope": "cumulative", "limit": 100}
    assert exact_pair(Told(0), constraint) is None
    found = exact_pair(Told(0), constraint | {"limit": 99.99})
    assert found is not None
    assert [plan.centigray for plan in found] == [1, 9998]


def test_d22_a_dose_per_fraction_is_not_written_so() -> None:
    texts = {schedule_text(Draws(1, index), Plan(2 * 9999, 2)) for index in range(50)}
    assert texts == {"199.98 Gy / 2", "19998 cGy / 2"}
    texts = {schedule_text(Draws(1, index), Plan(2 * 9998, 2)) for index in range(50)}
    assert texts == {"199.96 Gy / 2", "19996 cGy / 2", "2 x 99.98 Gy"}
