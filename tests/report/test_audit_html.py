"""The page of an audit: what it says is what the summary says, it stands by itself, and nothing in it can act."""

from __future__ import annotations

import copy
import re
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from reirrad.errors import InputError, MissingExtraError
from reirrad.model.audit_summary import NOTES
from reirrad.report.audit_html import audit_html
from reirrad.report.finding_words import LIMITS_OF_USE

pytest.importorskip("jinja2")

DIGEST = "0123456789abcdef" * 4
FORBIDDEN = re.compile(r"\b(safe|safely|ok|okay|approved|approval|cleared|pass|passed|fine)\b", re.IGNORECASE)
HTTP_EQUIV = '<meta http-equiv="Content-Security-Policy"'
HEADINGS = [
    ("h1", "Audit of a cohort against limits of re-irradiation"),
    ("h2", "Account of rows"),
    ("h2", "Rate of violation by structure and constraint"),
    ("h2", "By year of the newest course"),
    ("h2", "Worst margins"),
    ("h2", "What could not be evaluated, and why"),
    ("h2", "What is noted beside the verdicts"),
    ("h3", "Structures without a rule that decides"),
    ("h3", "What may be a mistake"),
    ("h2", "Effect of choosing another edition"),
    ("h2", "Quarantine and unknown names"),
    ("h3", "Quarantined rows by column and reason"),
    ("h3", "Unknown structures"),
    ("h3", "Unknown metrics"),
    ("h2", "How this was made"),
    ("h3", "Inputs"),
    ("h3", "Editions"),
    ("h3", "Options"),
    ("h3", "Assumptions"),
    ("h2", "Limits of use"),
]


class Page(HTMLParser):
    """Headings, paragraphs and tables of a page; a cell ends where the next cell or the table does."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[str, str]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.texts: list[str] = []
        self._rows: list[list[str]] = []
        self._label = ""
        self._in: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag == "div":
            self._label = values["aria-label"] or ""
        elif tag == "table":
            self._rows = self.tables[self._label] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th"}:
            self._rows[-1].append("")
            self._in = "cell"
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append((tag, ""))
            self._in = "heading"
        elif tag in {"p", "li"}:
            self.texts.append("")
            self._in = "text"
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"table", "thead", "tbody", "h1", "h2", "h3", "p", "ul", "ol"}:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in == "cell":
            self._rows[-1][-1] += data
        elif self._in == "heading":
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)
        elif self._in == "text":
            self.texts[-1] += data

    def table(self, label: str) -> list[list[str]]:
        """Return the body of a table, cells stripped."""
        return [[cell.strip() for cell in row] for row in self.tables[label][1:]]

    def head(self, label: str) -> list[str]:
        return [cell.strip() for cell in self.tables[label][0]]


def finding(constraint: str, structure: str, *counts: int, advisory: bool = False) -> dict[str, Any]:
    names = ("violated", "met", "not_evaluated", "not_applicable")
    edition = constraint.partition(".")[0]
    key = {"constraint_id": constraint, "edition": edition, "structure": structure, "advisory": advisory}
    return key | dict(zip(names, counts, strict=True))


def of_year(constraint: str, structure: str, year: int | None, *counts: int) -> dict[str, Any]:
    key = {"constraint_id": constraint, "structure": structure, "year": year}
    return key | dict(zip(("violated", "met", "not_evaluated"), counts, strict=True))


def margin(patient: str, value: float | None, limit: float | None, room: float | None, unit: str) -> dict[str, Any]:
    key = {"constraint_id": "one-2020.cord", "structure": "SpinalCord", "patient_id": patient}
    return key | {"value": value, "limit": limit, "margin": room, "unit": unit}


EMPTY: dict[str, Any] = {
    "schema": "reirrad-audit/1",
    **dict.fromkeys(("rows_in", "rows_audited", "rows_quarantined", "rows_duplicate", "patients"), 0),
    "verdicts": {"violated": 0, "not_evaluated": 0, "met": 0},
    **{name: [] for name in ("findings", "by_year", "reasons", "worst", "editions_alone", "quarantine")},
    "verdicts_without_rule": {"violated": 0, "not_evaluated": 0, "met": 0},
    "unknown": {"structures": [], "metrics": []},
    **{name: [] for name in ("without_rule", "noted", "assumptions", "editions", "inputs")},
    "options": {},
    "reirrad_version": "1.2.3",
}

SUMMARY: dict[str, Any] = EMPTY | {
    "rows_in": 14000,
    "rows_audited": 13985,
    "rows_quarantined": 4,
    "rows_duplicate": 11,
    "patients": 2000,
    "verdicts": {"violated": 312, "not_evaluated": 1400, "met": 288},
    "verdicts_without_rule": {"violated": 0, "not_evaluated": 11, "met": 5},
    "without_rule": [
        {"structure": "A_Carotid_L", "violated": 0, "not_evaluated": 1, "met": 1},
        {"structure": "Kidney_L", "violated": 0, "not_evaluated": 10, "met": 4},
        {"structure": "Spleen", "violated": 2, "not_evaluated": 0, "met": 0},
    ],
    "noted": [
        {"kind": "large_fraction", "violated": 1, "not_evaluated": 2, "met": 3},
        {"kind": "of_another_version", "violated": 7, "not_evaluated": 0, "met": 0},
    ],
    "findings": [
        finding("two-2021.stem", "Brainstem", 0, 0, 77, 1923),
        finding("one-2020.cord", "SpinalCord", 1, 7, 1501, 491),
        finding("one-2020.cord-strict", "SpinalCord", 2, 1, 5, 1992, advisory=True),
        finding("two-2021.eye", "Eye_L", 0, 0, 0, 2000),
        finding("two-2021.bowel", "Bowel", 1, 2999, 6, 0),
        finding("two-2021.lens", "Lens_L", 2999, 1, 8, 0),
    ],
    "by_year": [
        of_year("one-2020.cord", "SpinalCord", None, 0, 0, 13),
        of_year("one-2020.cord", "SpinalCord", 2019, 1, 5, 701),
        of_year("one-2020.cord", "SpinalCord", 2017, 0, 2, 787),
        of_year("two-2021.stem", "Brainstem", 2019, 0, 0, 77),
    ],
    "reasons": [
        {"constraint_id": "two-2021.stem", "structure": "Brainstem", "reason": "dose_missing", "findings": 77},
        {"constraint_id": "one-2020.cord", "structure": "SpinalCord", "reason": "interval_unknown", "findings": 1501},
    ],
    "worst": [
        margin("P9", 220.5, 135.5, -85.0, "Gy_BED"),
        margin("P8", 135.500001, 135.5, -0.000001, "Gy_BED"),
        margin("P7", 1e-30, 0.0, -1e-30, "1"),
        margin("P6", 6.0, 6.0, 0.0, "months"),
        margin("P5", None, 48.0, None, "Gy"),
        margin("P4", 40.25, 48.0, 7.75, "Gy"),
    ],
    "editions_alone": [
        {"edition": "two-2021", "violated": 41, "met": 900, "not_evaluated": 1000, "not_applicable": 59},
        {"edition": "one-2020", "violated": 299, "met": 101, "not_evaluated": 1109, "not_applicable": 491},
    ],
    "quarantine": [
        {"column": "start", "reason": "not_a_date", "rows": 1},
        {"column": "dose_gy", "reason": "not_a_number", "rows": 3},
    ],
    "unknown": {
        "structures": [{"name": "Chiasma li.", "rows": 120}],
        "metrics": [{"name": "D_mean_gy", "rows": 12}],
    },
    "assumptions": ["Every history is unknown: prior_radiotherapy is not in the table."],
    "editions": [
        {"id": "two-2021", "digest": f"sha256:{DIGEST}", "origin": "modified"},
        {"id": "one-2020", "digest": f"sha256:{DIGEST}", "origin": "shipped"},
        {"id": "own", "digest": f"sha256:{DIGEST}", "origin": "user"},
    ],
    "inputs": [
        {"name": "cohort.csv", "kind": "table", "bytes": 987654, "sha256": DIGEST, "rows": 14000},
        {"name": "memory", "kind": "arrow_table", "bytes": None, "sha256": None, "rows": 0},
    ],
    "options": {"strict": True, "editions": ["one-2020", "two-2021"], "alpha_beta": None, "jobs": 3, "names": []},
}


def changed(**values: Any) -> dict[str, Any]:
    return SUMMARY | values


@pytest.fixture(scope="module")
def html() -> str:
    return audit_html(SUMMARY)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_headings_in_order(page: Page) -> None:
    assert page.headings == HEADINGS


def test_headline(page: Page) -> None:
    assert page.texts[:2] == [
        "2000 patients: 312 violate a limit, 1400 could not be evaluated in full, 288 met every limit that applies "
        "(5 of them with a structure without a rule that decides)",
        "4 rows of 14000 were quarantined: what they could affect is not evaluated",
    ]


def test_headline_of_one() -> None:
    one = {"violated": 1, "not_evaluated": 0, "met": 0}
    # of those who are not met, the sentence does not say it
    summary = changed(patients=1, verdicts=one, verdicts_without_rule=one, rows_quarantined=1)
    assert Page(audit_html(summary)).texts[:3] == [
        "1 patient: 1 violates a limit, 0 could not be evaluated in full, 0 met every limit that applies",
        "1 row of 14000 was quarantined: what it could affect is not evaluated",
        "A patient who violates a limit can have others that could not be evaluated. "
        "What could not be evaluated is never counted as met.",
    ]


def test_what_is_noted_beside_the_verdicts(page: Page) -> None:
    assert page.head("Structures without a rule") == ["structure", "patients", "✕ violated", "• met", "? not evaluated"]
    assert page.table("Structures without a rule") == [
        ["Kidney_L", "14", "0", "4", "10"],
        ["A_Carotid_L", "2", "0", "1", "1"],
        ["Spleen", "2", "2", "0", "0"],
    ]
    assert page.table("What may be a mistake") == [
        ["of another version\nof_another_version", "7", "7", "0", "0"],
        [f"{NOTES['large_fraction']}\nlarge_fraction", "6", "1", "3", "2"],
    ]
    # a summary of an earlier version has none of it
    earlier = {name: value for name, value in SUMMARY.items() if not name.endswith(("without_rule", "noted"))}
    texts = Page(audit_html(earlier)).texts
    assert texts[0].endswith("288 met every limit that applies")
    assert {"None is listed.", "Nothing is listed."} <= {text.strip() for text in texts}


def test_account_adds_up(page: Page) -> None:
    assert page.table("Account of rows") == [
        ["audited", "13985"],
        ["+ quarantined", "4"],
        ["+ duplicate", "11"],
        ["= sum", "14000"],
        ["read", "14000"],
    ]
    assert "The sum equals the number of rows that were read." in page.texts


def test_what_does_not_add_up_is_said() -> None:
    texts = Page(audit_html(changed(rows_in=14001, patients=2002))).texts
    assert "! The account does not add up: the difference to the rows that were read is 1." in texts
    assert "! The verdicts do not add up to the number of patients: the difference is 2." in texts
    assert not any("equals" in text for text in texts)


def test_rates(page: Page) -> None:
    assert page.head("Rate of violation")[1:] == ["rate", "✕ violated", "• met", "? not evaluated", "○ not applicable"]
    assert page.table("Rate of violation") == [
        ["Part of the verdict (4)"],
        ["Bowel\ntwo-2021.bowel", "<0.1 %", "1", "2999", "6", "0"],
        ["Brainstem\ntwo-2021.stem", "-", "0", "0", "77", "1923"],
        ["Lens_L\ntwo-2021.lens", ">99.9 %", "2999", "1", "8", "0"],
        ["SpinalCord\none-2020.cord", "12.5 %", "1", "7", "1501", "491"],
        ["Advisory, not part of the verdict (1)"],
        ["SpinalCord\none-2020.cord-strict (advisory)", "66.7 %", "2", "1", "5", "1992"],
        ["Applied to nobody (1)"],
        ["Eye_L\ntwo-2021.eye", "-", "0", "0", "0", "2000"],
    ]


def test_bars_are_not_read_out_and_none_stands_for_no_rate(page: Page) -> None:
    assert [values["style"] for tag, values in page.tags if tag == "b"] == [
        f"width:{width}%" for width in ("0.0", "100.0", "12.5", "66.7")
    ]
    assert all(values["aria-hidden"] == "true" for tag, values in page.tags if tag == "i")


def test_edition_is_named_where_the_constraint_does_not() -> None:
    row = finding("cord", "SpinalCord", 1, 1, 0, 0) | {"edition": "own"}
    table = Page(audit_html(changed(findings=[row]))).table("Rate of violation")
    assert table[1][0] == "SpinalCord\ncord\nedition own"


def test_years(page: Page) -> None:
    label = "Rates, 2017 to 2019, year not stated"
    assert page.head(label) == ["structure and constraint", "2017", "2019", "year not stated"]
    assert page.table(label) == [
        ["Brainstem\ntwo-2021.stem", "", "-\n0 of 0\n? 77", ""],
        ["SpinalCord\none-2020.cord", "0.0 %\n0 of 2\n? 787", "16.7 %\n1 of 6\n? 701", "-\n0 of 0\n? 13"],
    ]


def test_many_years_are_parted_into_tables_that_fit() -> None:
    rows = [of_year("one-2020.cord", "SpinalCord", year, 1, 1, year) for year in (None, *range(2001, 2018))]
    page = Page(audit_html(changed(by_year=rows)))
    labels = [label for label in page.tables if label.startswith("Rates, ")]
    assert labels == ["Rates, 2001 to 2008", "Rates, 2009 to 2016", "Rates, 2017, year not stated"]
    assert [name for label in labels for name in page.head(label)[1:]] == [
        *map(str, range(2001, 2018)),
        "year not stated",
    ]
    only = Page(audit_html(changed(by_year=rows[:1])))
    assert only.head("Rates, year not stated")[1:] == ["year not stated"]


def test_margins(page: Page) -> None:
    name = "SpinalCord\none-2020.cord"
    assert page.table("Worst margins") == [
        [name, "P9", "220.5 Gy_BED", "135.5 Gy_BED", "-85 Gy_BED"],
        [name, "P8", "135.500001 Gy_BED", "135.5 Gy_BED", "-0.000001 Gy_BED"],
        [name, "P7", "1e-30", "0", "-1e-30"],
        [name, "P6", "6 months", "6 months", "exactly at the limit"],
        [name, "P5", "-", "48 Gy", "-"],
        [name, "P4", "40.25 Gy", "48 Gy", "+7.75 Gy"],
    ]


def test_reasons_editions_and_quarantine(page: Page) -> None:
    assert page.table("What could not be evaluated") == [
        ["SpinalCord\none-2020.cord", "interval unknown", "1501"],
        ["Brainstem\ntwo-2021.stem", "dose missing", "77"],
    ]
    assert page.table("Each edition alone") == [
        ["one-2020", "299", "101", "1109", "491"],
        ["two-2021", "41", "900", "1000", "59"],
        ["as audited, all that were chosen", "312", "288", "1400", "-"],
    ]
    assert page.table("Quarantined rows") == [["dose_gy", "not a number", "3"], ["start", "not a date", "1"]]
    assert page.table("Unknown structures") == [["Chiasma li.", "120"]]
    assert page.table("Unknown metrics") == [["D_mean_gy", "12"]]


def test_how_it_was_made(page: Page) -> None:
    assert page.table("Inputs") == [
        ["cohort.csv", "table", "14000", "987654", DIGEST],
        ["memory", "arrow table", "0", "not stated", "not stated"],
    ]
    assert page.table("Editions") == [
        ["one-2020", "shipped", f"sha256:{DIGEST}"],
        ["own", "local", f"sha256:{DIGEST}"],
        ["two-2021", "LOCAL, MODIFIED", f"sha256:{DIGEST}"],
    ]
    assert page.table("Options") == [
        ["alpha_beta", "not set"],
        ["editions", "one-2020, two-2021"],
        ["jobs", "3"],
        ["names", "none"],
        ["strict", "yes"],
    ]
    assert SUMMARY["assumptions"][0] in [text.strip() for text in page.texts]
    assert page.texts[-2:] == ["reirrad 1.2.3", LIMITS_OF_USE]


def test_empty_cohort() -> None:
    html = audit_html(EMPTY)
    page = Page(html)
    assert page.headings == HEADINGS
    assert page.texts[:2] == ["0 patients: nothing was audited", "no row was read"]
    assert set(page.tables) == {"Account of rows"}
    assert "%" not in "".join(page.texts)
    assert audit_html(EMPTY | {"rows_in": 3, "rows_duplicate": 3}).count("no row of 3 was quarantined") == 1


@pytest.mark.parametrize("summary", [SUMMARY, EMPTY], ids=["full", "empty"])
def test_stands_by_itself(summary: dict[str, Any]) -> None:
    html = audit_html(summary)
    assert (
        f"{HTTP_EQUIV} content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
        in html
    )
    rest = html.replace(HTTP_EQUIV, "").lower()
    for what in ("http", "<script", "url(", "@import", "javascript:", "//", "src="):
        assert what not in rest, what
    page = Page(html)
    assert {tag for tag, _ in page.tags} & {"img", "link", "iframe", "object", "embed", "form", "base", "svg"} == set()
    assert not [name for _, values in page.tags for name in values if name.startswith("on")]
    anchors = {values["href"] for tag, values in page.tags if tag == "a"}
    assert anchors == {f"#{values['id']}" for _, values in page.tags if "id" in values}
    # the policy stands before anything that it could forbid
    assert html.index("Content-Security-Policy") < html.index("<style>")


@pytest.mark.parametrize("summary", [SUMMARY, EMPTY], ids=["full", "empty"])
def test_words_that_clear_a_plan_are_not_used(summary: dict[str, Any]) -> None:
    assert FORBIDDEN.findall(audit_html(summary)) == []


HOSTILE = "a<script>x</script>\"'&<b>\x1b[31m\u202e\r\ny{{ 7*7 }}\ud800"
AS_SHOWN = "a<script>x</script>\"'&<b>\\x1b[31m\\u202e\\r\\ny{{ 7*7 }}\\ud800"


def _hostile(value: Any) -> Any:
    """Return a summary with every text of it replaced, keys of options too."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, dict):
        return {key: _hostile(item) for key, item in value.items()}
    return [_hostile(item) for item in value] if isinstance(value, list) else value


def test_every_text_is_escaped() -> None:
    summary = _hostile(SUMMARY) | {"schema": SUMMARY["schema"], "options": {HOSTILE: HOSTILE, "list": [HOSTILE]}}
    html = audit_html(summary)
    html.encode()
    assert {char for char in html if not char.isprintable()} == {"\n"}
    page, plain = Page(html), Page(audit_html(SUMMARY))
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in plain.tags}
    assert {name for _, values in page.tags for name in values} == {name for _, values in plain.tags for name in values}
    assert [row[1] for row in page.table("Worst margins")] == [AS_SHOWN] * len(SUMMARY["worst"])
    assert page.table("Rate of violation")[1][0].startswith(f"{AS_SHOWN}\n{AS_SHOWN}")
    assert page.table("Options") == [[AS_SHOWN, AS_SHOWN], ["list", AS_SHOWN]]
    assert page.table("Inputs")[0][0] == AS_SHOWN
    assert page.table("Unknown structures")[0][0] == AS_SHOWN
    assert page.table("Quarantined rows")[0][:2] == [AS_SHOWN, AS_SHOWN]


def test_equal_summaries_give_equal_bytes() -> None:
    shuffled = copy.deepcopy(SUMMARY)
    for name in ("findings", "by_year", "reasons", "editions_alone", "quarantine", "editions"):
        shuffled[name].reverse()
    shuffled["options"] = dict(reversed(shuffled["options"].items()))
    before = copy.deepcopy(shuffled)
    assert audit_html(SUMMARY).encode() == audit_html(SUMMARY).encode() == audit_html(shuffled).encode()
    assert shuffled == before


def test_size_of_a_great_library() -> None:
    names = [
        (f"edition-name-2021.structure.part.{number:03}", f"Structure_Name_{number % 40}") for number in range(300)
    ]
    findings = [finding(*name, number, 400 + number, 1000, 300) for number, name in enumerate(names)]
    years = [of_year(*name, year, 12, 120, 100) for name in names for year in range(2009, 2024)]
    html = audit_html(changed(findings=findings, by_year=years))
    assert len(html.encode()) < 300_000
    assert html.count("12 of 132") == len(years)


def test_prints_and_scrolls(html: str, page: Page) -> None:
    style = html[html.index("<style>") : html.index("</style>")]
    screen, _, paper = style.partition("@media print")
    assert ".scroll { overflow-x: auto;" in screen
    for rule in ("thead { display: table-header-group; }", "tr { break-inside: avoid; }", "overflow: visible"):
        assert rule in paper
    # A4 or Letter is what the printer has
    assert not re.search(r"\bsize:", style.replace("font-size:", ""))
    counts = [sum(tag == name for tag, _ in page.tags) for name in ("table", "thead", "div")]
    assert counts == [len(page.tables)] * 3


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    hint = r"pip install '\.\[audit\]' in the folder of the program"
    with pytest.raises(MissingExtraError, match=rf"^the report needs jinja2: {hint}$"):
        audit_html(SUMMARY)


def test_another_schema() -> None:
    with pytest.raises(InputError, match="reirrad-audit/2"):
        audit_html(changed(schema="reirrad-audit/2"))
