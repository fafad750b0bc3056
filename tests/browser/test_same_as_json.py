"""What a reader sees is what the JSON of the same case says: read back from the page as a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser.chromium import opened
from browser.opened import CANARY, JUDGED, NAMELESS, told

Pages = Callable[[str], Path]
WORDS = {
    "violated": "✕ VIOLATED",
    "not_evaluated": "? NOT EVALUATED",
    "met": "• met",
    "not_applicable": "○ not applicable",
}
SIGNS = {"at_most": "<=", "below": "<", "at_least": ">=", "above": ">"}
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?")

#: Rows of findings: what is shown, and the numbers as they are.
ROWS = """() => [...document.querySelectorAll('section.structure tr.finding')].map(row => {
  const cell = name => row.querySelector('td.' + name);
  const exact = name => [...cell(name).querySelectorAll('data')].map(own => own.getAttribute('value'));
  const box = row.getBoundingClientRect();
  return {
    structure: row.closest('section').querySelector('h3').innerText,
    title: row.querySelector('th').innerText,
    shown: Object.fromEntries(['value', 'limit', 'margin', 'state'].map(name => [name, cell(name).innerText.trim()])),
    undiscounted: cell('value').querySelector('.undiscounted')?.innerText ?? '',
    exact: Object.fromEntries(['value', 'limit', 'margin', 'state'].map(name => [name, exact(name)])),
    source: row.lastElementChild.innerText,
    advisory: row.classList.contains('advisory'),
    height: box.height, width: box.width,
  };
})"""


def numbers(texts: list[str]) -> list[float | None]:
    return [float(text) if text else None for text in texts]


def plain(text: str) -> str:
    return " ".join(text.split())


def seen_as(shown: str, exact: float) -> bool:
    """Whether a number as it is shown is the number, to the digits that are shown."""
    digits = len(shown.partition(".")[2])
    return float(shown) == pytest.approx(exact, rel=1e-9, abs=10.0**-digits)


@pytest.mark.parametrize("name", JUDGED)
def test_headline_and_counts(browser: Any, page_of: Pages, name: str) -> None:
    path = page_of(name)
    report = told(name, path.parent)
    with opened(browser, path) as page:
        assert page.locator("#verdict").inner_text() == WORDS[report["verdict"]]
        assert plain(page.locator("#headline").inner_text()) == plain(report["headline"])
        without = report["verdict_without_proposed"]
        shown = page.locator("#verdict-without")
        assert shown.count() == (without is not None)
        if without is not None:
            assert shown.inner_text() == WORDS[without]
        counts = page.locator("#counts").inner_text().removeprefix("Limits that decide: ").split(", ")
        assert counts == [f"{word} {report['counts'][status]}" for status, word in WORDS.items()]
        assert page.locator("#digest").inner_text() == report["input"]["sha256"]
        assert report["case_id"] in page.locator("h1").inner_text()
        digests = {own["id"]: own["digest"] for own in report["editions"]}
        rows = page.locator("tr.edition").all_inner_texts()
        judged = {own["constraint_id"].rpartition(".")[0] for own in report["findings"]}
        assert bool(rows) == bool(judged)
        for row in rows:
            edition, _, digest = row.split("\t")
            assert digests[edition.strip()] == digest.strip()


@pytest.mark.parametrize("name", JUDGED)
def test_every_finding(browser: Any, page_of: Pages, name: str) -> None:
    path = page_of(name)
    findings = told(name, path.parent)["findings"]
    expected = {(own["structure"], own["constraint_id"]): own for own in findings}
    assert len(expected) == len(findings)
    with opened(browser, path) as page:
        rows = page.evaluate(ROWS)
        sources = page.locator("h3:text-is('Sources') + p + ul li").all_inner_texts()
        elsewhere = page.locator("li.not-applicable span").all_inner_texts()
    seen = set()
    for row in rows:
        key = row["structure"], row["title"].split()[0]
        assert key not in seen
        seen.add(key)
        same_as(row, expected[key])
        number = row["source"].strip()
        line = next(text for text in sources if text.startswith(number))
        assert plain(expected[key]["source"]) in plain(line)
    assert seen == {key for key, own in expected.items() if own["status"] != "not_applicable"}
    assert sorted(elsewhere) == sorted(own["constraint_id"] for own in findings if own["status"] == "not_applicable")


def same_as(row: dict[str, Any], item: dict[str, Any]) -> None:
    """A row of the page says what a finding says."""
    shown, exact = row["shown"], row["exact"]
    assert row["height"] > 0
    assert row["width"] > 0
    # the status has its word and its sign in the cell itself
    assert shown["state"] == WORDS[item["status"]]
    assert exact["state"] == [item["status"]]
    assert row["advisory"] == item["advisory"] == ("(advisory)" in row["title"])
    unit = "" if item["unit"] == "1" else item["unit"]
    values = numbers(exact["value"])
    first_line = shown["value"].removesuffix(row["undiscounted"]).strip()
    if item["undiscounted_low"] is not None:
        sums = [item["undiscounted_low"], item["undiscounted_high"]]
        sums = sums[:1] if sums[0] == sums[1] else sums
        values, found = values[: -len(sums)], values[-len(sums) :]
        assert found == sums
        words = re.findall(r"unbounded|" + NUMBER.pattern, row["undiscounted"])
        assert all(map(seen_as, words, sums))
    else:
        assert row["undiscounted"] == ""
    low, high = item["value_low"], item["value_high"]
    if item["value"] is None and low is None and high is None:
        assert values == []
        assert first_line == "no value"
    else:
        ends = [item["value"]] if item["value"] is not None else [low, high]
        assert values == ends
        texts = [text.strip() for text in first_line.removesuffix(unit).split(" to ")]
        assert len(texts) == len(ends)
        for text, end in zip(texts, ends, strict=True):
            assert text == "unbounded" if end is None else seen_as(text, end)
        assert first_line.endswith(unit)
    limits = [end for end in (item["limit"], item["limit_high"]) if end is not None]
    assert numbers(exact["limit"]) == limits
    if limits:
        assert shown["limit"].split()[0] == SIGNS[item["comparison"]]
        assert unit in shown["limit"]
    margin = item["margin"]
    assert numbers(exact["margin"]) == ([] if margin is None else [margin])
    if margin is None:
        assert shown["margin"] == "-"
    else:
        text = NUMBER.match(shown["margin"]).group()  # type: ignore[union-attr]
        assert seen_as(text, margin)
        # what is beyond the limit is shown with its sign
        assert (float(text) < 0) == (margin < 0)
        assert shown["margin"] == f"{text} {unit}".strip()


def test_no_name_and_no_day_in_the_page(browser: Any, page_of: Pages) -> None:
    path = page_of(NAMELESS)
    assert CANARY in " ".join(entry.name for entry in path.parent.iterdir())  # the name of the case file
    everything = """() => {
      const texts = [document.title];
      const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.nodeType !== Node.ELEMENT_NODE) texts.push(node.data ?? '');
        else for (const own of node.attributes) texts.push(own.name + '=' + own.value);
      }
      return texts;
    }"""
    with opened(browser, path) as page:
        texts = page.evaluate(everything)
        pictures = page.locator("svg").count()
        shown = page.locator("body").inner_text()
        session = page.context.new_cdp_session(page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        texts += [str(node.get("name", {}).get("value", "")) for node in nodes]
    assert pictures > 0
    assert len(texts) > 500
    for text in texts:
        assert CANARY.casefold() not in text.casefold()
        assert re.search(r"\b19(13|17)\b|\b03-(04|28)\b|\b11-19\b|\b97\b years", text) is None, text
    assert "De-identified" in shown
    assert "structure not known 2" in shown
    # the same findings as with names
    report = told(NAMELESS, path.parent)
    with opened(browser, path) as page:
        counts = page.locator("#counts").inner_text()
    assert all(f"{word} {report['counts'][status]}" in counts for status, word in WORDS.items())
