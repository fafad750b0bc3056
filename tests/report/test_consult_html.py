"""The consult report: what it says is what the JSON says, it stands by itself, and nothing in it can act."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, ClassVar

import pytest

from golden.golden_cases import GOLDEN, PUBLISHED
from reirrad import budget, check, load_case, parse_case, sensitivity
from reirrad.errors import MissingExtraError
from reirrad.model.case import Case
from reirrad.report import report_json
from reirrad.report.consult_html import consult_html
from reirrad.report.consult_parts import course_rows, reirradiation_type
from reirrad.report.finding_words import LIMITS_OF_USE
from report.shown import POPULATIONS, source_with_population
from report.two_courses import case_of

pytest.importorskip("jinja2")

PATHS = GOLDEN | {path.stem: path for path in sorted(PUBLISHED.glob("*.toml"))}
EVERY = pytest.mark.parametrize("name", PATHS)
VOID = {"meta", "br", "link", "input", "img"}
FORBIDDEN = re.compile(r"\b(safe|safely|ok|okay|approved|approval|cleared)\b", re.IGNORECASE)
SECTIONS = ["case", "limits", "open", "budget", "sensitivity", "derivations", "made", "use", "signatures"]
MOST_BYTES = 300_000
EVIL = "<script>alert(1)</script>\"'&amp; =1+1"


def document() -> dict[str, Any]:
    return tomllib.loads(case_of("2020-01-17", "2022-03-07"))


class Node:
    """An element with its text and the elements within."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag, self.attributes = tag, attributes
        self.parts: list[Node | str] = []

    @property
    def classes(self) -> set[str]:
        return set((self.attributes.get("class") or "").split())

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def every(self, tag: str = "", with_class: str = "") -> list[Node]:
        found = []
        for part in self.parts:
            if isinstance(part, Node):
                if (not tag or part.tag == tag) and (not with_class or with_class in part.classes):
                    found.append(part)
                found += part.every(tag, with_class)
        return found

    def by_id(self, name: str) -> Node:
        return next(node for node in self.every() if node.attributes.get("id") == name)

    @property
    def data(self) -> list[str]:
        return [node.attributes["value"] or "" for node in self.every("data")]


class Page(HTMLParser):
    """The tree of a page; end tags that HTML lets one leave out are put in."""

    CLOSES: ClassVar = {
        "td": {"td", "th"},
        "th": {"td", "th"},
        "tr": {"td", "th", "tr"},
        "li": {"li"},
        "dd": {"dd", "dt"},
    }
    CLOSES |= {"dt": {"dd", "dt"}, "tbody": {"td", "th", "tr", "thead"}, "p": {"p"}}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Node("", {})
        self._open = [self.root]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self._open[-1].tag in self.CLOSES.get(tag, ()):
            self._open.pop()
        node = Node(tag, dict(attrs))
        self._open[-1].parts.append(node)
        if tag == "br":
            node.parts.append("\n")
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        closed = ""
        while closed != tag:
            closed = self._open.pop().tag

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


def page_of(case: Case, **more: Any) -> str:
    n = [10] if case.proposed is not None else []
    found = budget(case, n_fractions=n) if n else None
    return consult_html(case, check(case), budget=found, sensitivity=sensitivity(case), **more)


@pytest.fixture(scope="module")
def pages() -> dict[str, tuple[Case, Node, str]]:
    found = {}
    for name, path in PATHS.items():
        case = load_case(path)
        html = page_of(case)
        found[name] = case, Page(html).root, html
    return found


Pages = dict[str, tuple[Case, Node, str]]


def number(text: str) -> float | None:
    return float(text) if text else None


def cell(row: Node, name: str) -> Node:
    return row.every("td", name)[0]


# --- what it says is what the JSON says -------------------------------------------------------------------------------


@EVERY
def test_verdict_and_counts(pages: Pages, name: str) -> None:
    case, page, _ = pages[name]
    told = json.loads(report_json(check(case)))
    assert page.by_id("verdict").data == [told["verdict"]]
    assert page.by_id("headline").words == told["headline"]
    if told["verdict_without_proposed"] is not None:
        assert page.by_id("verdict-without").data == [told["verdict_without_proposed"]]
    data = page.by_id("counts").data
    assert {word: int(count) for word, count in zip(data[::2], data[1::2], strict=True)} == told["counts"]


@EVERY
def test_findings(pages: Pages, name: str) -> None:
    case, page, _ = pages[name]
    told = json.loads(report_json(check(case)))
    expected = {
        (item["structure"], item["constraint_id"]): item
        for item in told["findings"]
        if item["status"] != "not_applicable"
    }
    seen = set()
    for section in page.every("section", "structure"):
        structure = section.every("h3")[0].words
        for row in section.every("tr", "finding"):
            constraint = row.every("th")[0].words.split()[0]
            item = expected[structure, constraint]
            seen.add((structure, constraint))
            assert cell(row, "state").data == [item["status"]]
            assert ("advisory" in row.classes) == item["advisory"]
            value, ends = cell(row, "value"), [item["value_low"], item["value_high"]]
            shown = [number(text) for text in value.data]
            if item["undiscounted_low"] is not None:
                sums = list(dict.fromkeys((item["undiscounted_low"], item["undiscounted_high"])))
                assert shown[-len(sums) :] == sums
                del shown[-len(sums) :]
            assert bool(cell(row, "value").every("small", "undiscounted")) == (item["undiscounted_low"] is not None)
            if item["value"] is not None:
                assert shown == [item["value"]]
            else:
                assert shown == ([] if ends == [None, None] else ends)
            limits = [end for end in (item["limit"], item["limit_high"]) if end is not None]
            assert [number(text) for text in cell(row, "limit").data] == limits
            margin = [] if item["margin"] is None else [item["margin"]]
            assert [number(text) for text in cell(row, "margin").data] == margin
    assert seen == set(expected)


@EVERY
def test_shown_numbers_do_not_contradict_the_status(pages: Pages, name: str) -> None:
    _, page, _ = pages[name]
    for row in page.every("tr", "finding"):
        value, limit = cell(row, "value").every("data"), cell(row, "limit").every("data")
        if cell(row, "state").data != ["violated"] or len(value) != 1 or len(limit) != 1:
            continue
        shown = float(value[0].text), float(limit[0].text)
        exact = float(value[0].attributes["value"] or ""), float(limit[0].attributes["value"] or "")
        assert (shown[0] > shown[1]) == (exact[0] > exact[1])


@EVERY
def test_what_does_not_apply_and_what_is_open(pages: Pages, name: str) -> None:
    case, page, _ = pages[name]
    findings = check(case).findings
    listed = [span.words for item in page.every("li", "not-applicable") for span in item.every("span")]
    assert sorted(listed) == sorted(item.constraint_id for item in findings if item.status == "not_applicable")
    rows = page.every("tr", "open")
    left = [item for item in findings if item.status == "not_evaluated"]
    assert len(rows) == len(left)
    text = " ".join(row.words for row in rows)
    for item in left:
        assert item.constraint_id in text
        assert all(line.removeprefix("to decide: ") in text for line in item.derivation if line.startswith("to decide"))


@EVERY
def test_o12_each_source_has_its_population(pages: Pages, name: str) -> None:
    case, page, _ = pages[name]
    listed = [item for item in check(case).findings if item.status != "not_applicable"]
    assert page.words.count(f"Sources {POPULATIONS}") == bool(listed)
    entries = [match[1] for item in page.every("li") if (match := re.fullmatch(r"\[\d+\] (.*)", item.words))]
    assert set(entries) == {source_with_population(item) for item in listed}


@EVERY
def test_derivations_and_provenance(pages: Pages, name: str) -> None:
    case, page, _ = pages[name]
    report = check(case)
    text = page.words
    for item in report.findings:
        if item.status != "not_applicable":
            assert all(line in text for line in item.derivation if not line.startswith("to decide: "))
    assert page.by_id("digest").words == report.input.sha256
    digests = {edition.id: edition.digest for edition in report.editions}
    for row in page.every("tr", "edition"):
        assert row.every("code")[0].words == digests[row.every("th")[0].words]
    assert all(" ".join(note.split()) in text for note in report.notes)
    assert f"reirrad {report.reirrad_version}" in text
    assert LIMITS_OF_USE in text


@EVERY
def test_budget_and_sensitivity(pages: Pages, name: str) -> None:
    case, page, _ = pages[name]
    rows = budget(case, n_fractions=[10]).rows if case.proposed is not None else ()
    shown = [row.every("td")[0].data[0] for row in page.every("tr", "budget")]
    told = [row.state if row.max_total_dose_gy is None else row.max_total_dose_gy for row in rows]
    assert sorted(shown) == sorted(map(str, told))
    assert sum("* binds" in row.words for row in page.every("tr", "budget")) == len(
        [row for row in rows if row.binding or (row.state == "none" and not row.advisory)]
    ) - sum(row.binding and any(_forbids(other, row.structure) for other in rows) for row in rows)
    answer = sensitivity(case)
    assert list(map(int, page.by_id("sure").data)) == list(answer.counts.values())
    assert len(page.every("tr", "sensitivity")) == len(answer.rows)


def _forbids(row: Any, structure: str) -> bool:
    return row.structure == structure and row.state == "none" and not row.advisory


# --- the page ---------------------------------------------------------------------------------------------------------


@EVERY
def test_stands_by_itself(pages: Pages, name: str) -> None:
    _, page, html = pages[name]
    assert len(html.encode()) < MOST_BYTES
    policy = page.every("meta")[1]
    assert policy.attributes == {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    }
    tags = {node.tag for node in page.every()}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a", "input", "button"}
    for node in page.every():
        assert not {key for key in node.attributes if key.startswith("on") or key in {"src", "href", "action"}}
    style = page.every("style")[0].text
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"https?:", html)


@EVERY
def test_order_of_sections(pages: Pages, name: str) -> None:
    _, page, html = pages[name]
    assert [node.attributes["id"] for node in page.every("h2")] == SECTIONS
    assert html.index("</header>") < html.index('id="case"')
    assert page.every("header")[0].by_id("headline")
    assert len(page.every("section", "sign")) == 2


@EVERY
def test_words(pages: Pages, name: str) -> None:
    _, page, html = pages[name]
    body = page.every("body")[0].text
    assert FORBIDDEN.search(body) is None
    for row in page.every("tr", "finding"):
        state = cell(row, "state")
        assert state.data[0].replace("_", " ") in state.words.casefold()
        assert state.words[0] in "✕?•○"
    assert html == page_of(load_case(PATHS[name]))


def test_prints(pages: Pages) -> None:
    style = next(iter(pages.values()))[1].every("style")[0].text
    printed = style[style.index("@media print") :]
    assert "@page" in style
    assert "tr { break-inside: avoid; }" in printed
    assert "table-header-group" in printed
    assert re.search(r"h1, h2, h3[^}]*break-after: avoid", printed)
    assert re.search(r"\.signatures [^}]*break-inside: avoid", printed)
    assert "size:" not in style.partition("@page")[2].partition("}")[0]  # A4 and Letter


# --- what is written cannot act ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(PATHS))
def test_s04_the_id_is_on_every_printed_page(pages: Pages, name: str) -> None:
    """As the head of a table that holds all the rest, which browsers repeat and do not print over."""
    case, page, html = pages[name]
    style, _, printed = page.every("style")[0].text.partition("@media print")
    assert ".running { display: none; }" in style
    for rule in (".sheets { display: table;", ".running { display: table-header-group;", ".text { display: table-row-"):
        assert rule in printed
    (sheets,), (running,) = page.every("div", "sheets"), page.every("div", "running")
    assert running.words == f"Dose limits of re-irradiation: case {case.case_id}"
    assert sheets.every("div")[0] is running
    assert len(sheets.every("main")) == len(sheets.every("h1")) == 1
    # no text of a case is a part of the style
    assert case.case_id not in style + printed
    assert html.index('class="running"') < html.index("<header>")


def evil_case() -> Case:
    raw = document()
    raw |= {"case_id": EVIL, "note": f"{EVIL}\n=SUM(A1)\n@x", "systemic_therapy": EVIL, "age_years": 40}
    raw["structures"] = [*raw["structures"], EVIL, "=cmd|' /C calc'!A0", "+1+1", "@x", "-1+1"]
    for n, course in enumerate(raw["course"]):
        course |= {"id": f"{EVIL}{n}", "note": EVIL, "systemic_therapy": "</style></p><svg onload=x>"}
        course["dose"][EVIL] = {"Max[Gy]": 1.0, "<b>[x]": 1.0}
    return parse_case(raw)


# X17
def test_nothing_is_injected() -> None:
    case = evil_case()
    page = Page(page_of(case)).root
    assert not {node.tag for node in page.every()} & {"script", "svg", "b>"}
    assert EVIL in page.words
    assert page.every("title")[0].text.endswith(EVIL)
    for node in page.every():
        assert "onload" not in node.attributes


def test_no_cell_is_a_formula() -> None:
    page = Page(page_of(evil_case())).root
    for node in [*page.every("td"), *page.every("th"), *page.every("dd"), *page.every("p"), *page.every("li")]:
        text = node.text.strip()
        assert text in {"-", ""} or text[0] not in "=+-@" or re.match(r"[+-][0-9.]+( |$)", text), text


def test_control_characters_are_shown() -> None:
    case = parse_case(document()).model_copy(update={"case_id": "a\x1b[31m\u202eb\x00"})
    html = page_of(case.model_copy(update={"case_id": "a"})).replace("case a", "")
    assert "\x1b" not in html
    shown = consult_html(case, replace(check(case.model_copy(update={"case_id": "a"})), case_id=case.case_id))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "a\\x1b[31m\\u202eb\\x00" in shown


# --- type of re-irradiation, dates, what is left out ------------------------------------------------------------------


def test_type_of_reirradiation() -> None:
    raw = document()
    kind, why = reirradiation_type(parse_case(raw))
    assert kind == "not stated"
    assert "type 1, type 2 or repeat organ irradiation" in why
    raw["course"][0]["dose"] = {}
    kind, why = reirradiation_type(parse_case(raw))
    assert kind == "not stated"
    assert "type 1" not in why
    alone = raw | {"course": raw["course"][1:], "prior_courses": 0}
    assert reirradiation_type(parse_case(alone))[0] == "no re-irradiation"
    unknown = alone | {"prior_radiotherapy": "unknown"}
    assert reirradiation_type(parse_case(unknown))[0] == "not stated"


def test_zero_dose_is_no_dose() -> None:
    raw = document()
    for dose in raw["course"][0]["dose"].values():
        dose |= {"Max[Gy]": [0.0, 40.0], "D0.1cc[Gy]": [0.0, 40.0]}
    assert "type 1" not in reirradiation_type(parse_case(raw))[1]


@pytest.mark.parametrize(
    ("name", "interval"),
    [
        ("hpc_lumbar_2024", "22.03 to unbounded months"),
        ("open_questions", "2.03 to 14.97 months"),
        ("met_with_dates", "12.06 months"),
    ],
)
def test_intervals_are_those_of_the_findings(name: str, interval: str) -> None:
    # the same numbers as in the golden reports, counted by the engine
    rows = course_rows(load_case(PATHS[name]), as_months=False)
    assert rows[1].interval == f"{interval} after the course listed before it"


def test_bars() -> None:
    rows = course_rows(load_case(PATHS["hpc_lumbar_2024"]), as_months=False)
    first, second = rows[0].bar, rows[1].bar
    assert first is not None
    assert second is not None
    assert (first.left, first.is_open_right, first.sure_left) == ("0", False, None)
    assert second.is_open_right
    rows = course_rows(load_case(PATHS["met_with_dates"]), as_months=False)
    assert rows[0].bar is not None
    assert rows[0].bar.sure_left == "0"


def test_what_was_not_computed() -> None:
    case = load_case(PATHS["hpc_lumbar_2024"])
    page = Page(consult_html(case, check(case))).root
    assert "the number of fractions of the proposed course is not stated" in page.words
    assert "Not computed." in page.words


def test_pictures() -> None:
    case = load_case(PATHS["hpc_lumbar_2024"])
    svg = '<svg viewBox="0 0 1 1"><title>x</title></svg>'
    html = consult_html(case, check(case), pictures=[('A "title"', "what <it> shows", svg)], pictures_note="a note")
    page = Page(html).root
    figure = page.every("figure")[0]
    assert svg in html
    assert figure.attributes["aria-label"] == 'A "title"'
    assert "what <it> shows" in figure.every("figcaption")[0].words
    assert "a note" in page.words
    assert [node.attributes["id"] for node in page.every("h2")][5] == "pictures"


def test_deidentified_page_has_months(pages: Pages) -> None:
    case = load_case(PATHS["met_with_dates"])
    html = consult_html(case, check(case), deidentified=True)
    assert "2022-03-07" not in html
    assert "start 0 months; end 0.35 months" in Page(html).root.words


def test_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    case = load_case(PATHS["met_with_dates"])
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[report\]' in the folder of the program"):
        consult_html(case, check(case))
