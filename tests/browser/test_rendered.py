"""The pages in a real browser: all is seen, nothing acts or is asked for, and a phone shows it in a size to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser.chromium import DESK, PHONE, opened
from browser.opened import (
    AUDIT,
    AUDITS,
    CONSULT,
    CONTROLS,
    EVERY,
    HOSTILE,
    HOSTILE_AUDIT,
    NAMELESS,
    PAYLOADS,
    SMUGGLED,
)
from browser.seen import COLOURS, CUT, TEXTS, WIDTH

Pages = Callable[[str], Path]
HPC = "hpc_lumbar_2024"
#: Sizes in pixels of CSS: what a phone shows of a text, and of one within a picture.
LEAST, LEAST_IN_PICTURE = 12, 10
#: In the order that a reader needs; the pictures repeat what stands above them.
SECTIONS = [
    "The case and its courses",
    "Limits by structure",
    "What could not be evaluated, and what would decide it",
    "Budget for the proposed fractionation",
    "How sure the findings are",
    "Pictures",
    "How each value was computed",
    "How this was made",
    "Limits of use",
    "Comments and signatures",
]
AUDIT_SECTIONS = [
    "Account of rows",
    "Rate of violation by structure and constraint",
    "By year of the newest course",
    "Worst margins",
    "What could not be evaluated, and why",
    "What is noted beside the verdicts",
    "Effect of choosing another edition",
    "Quarantine and unknown names",
    "How this was made",
    "Limits of use",
]


def visible(page: Any, selector: str) -> list[str]:
    found = page.locator(selector)
    assert all(found.nth(number).is_visible() for number in range(found.count()))
    return [" ".join(text.split()) for text in found.all_inner_texts()]


# --- what is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONSULT)
def test_sections_of_a_case(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        sections = [title for title in SECTIONS if title != "Pictures" or name != SMUGGLED]
        assert visible(page, "h2") == sections
        (verdict,) = visible(page, ".verdict .word")
        assert verdict.startswith("Verdict: ")
        assert visible(page, "#headline")[0]
        # the verdict stands above everything, on the first screen
        assert page.locator(".verdict").bounding_box()["y"] < DESK["height"] / 4
        tops = [page.locator("h2").nth(n).bounding_box()["y"] for n in range(len(sections))]
        assert tops == sorted(tops)
        assert visible(page, ".sign h3") == ["Physicist: comment", "Physician: comment"]
        assert visible(page, ".sign .fields") == ["Name Date Signature"] * 2
        assert page.locator(".sign .line").count() == 6
        digest = visible(page, "#digest")[0]
        assert len(digest) == 64
        assert visible(page, "#case ~ h3 >> nth=0") == ["Time line"]
        (limits,) = visible(page, "p.limits")
        assert "Decisions stay with qualified people" in limits


def test_time_line_is_to_scale(browser: Any, page_of: Pages) -> None:
    # April to December 2014 are 275 of 946 days to 1 November 2016; then a tenth of the line is open: 26.2 % of it
    with opened(browser, page_of(HPC)) as page:
        tracks = [page.locator(".track").nth(n).bounding_box() for n in range(2)]
        bars = [page.locator(".track .may").nth(n).bounding_box() for n in range(2)]
        assert bars[0]["x"] == pytest.approx(tracks[0]["x"], abs=1)
        assert bars[0]["width"] / tracks[0]["width"] == pytest.approx(0.9 * 275 / 946, abs=0.003)
        ends = [box["x"] + box["width"] for box in (bars[1], tracks[1])]
        assert ends[0] == pytest.approx(ends[1], abs=1)
        assert bars[1]["width"] / tracks[1]["width"] == pytest.approx(1 - 0.9 * 945 / 946, abs=0.003)


@pytest.mark.parametrize("name", AUDITS)
def test_sections_of_an_audit(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        assert visible(page, "h2") == AUDIT_SECTIONS
        assert visible(page, ".headline")[0]
        assert page.locator(".headline").first.bounding_box()["y"] < DESK["height"] / 4
        # the contents lead to each section
        assert visible(page, "nav a") == AUDIT_SECTIONS
        for target in page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            assert page.locator(target).is_visible()


# --- nothing acts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_asked_for_and_nothing_runs(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        title = page.title()
        for x in range(50, DESK["width"], 300):
            page.mouse.move(x, x / 2)
        page.mouse.wheel(0, 100_000)
        page.keyboard.press("Tab")
        assert page.evaluate("document.scripts.length") == 0
        assert page.locator("img, iframe, object, embed, form, base, link, input, button").count() == 0
        assert page.title() == title != "ran"
        assert page.heard.everything == []
        assert page.url == page_of(name).as_uri()


def test_what_is_hostile_is_text(browser: Any, page_of: Pages) -> None:
    with opened(browser, page_of(HOSTILE)) as page:
        text = " ".join(page.locator("body").inner_text().split())
        assert all(payload in text for payload in PAYLOADS)
        # links of an SVG to its own parts are the only ones
        assert page.locator("a").count() == 0
    with opened(browser, page_of(HOSTILE_AUDIT)) as page:
        text = " ".join(page.locator("body").inner_text().split())
        assert all(payload in text for payload in PAYLOADS)
    for name in (SMUGGLED, HOSTILE_AUDIT):
        with opened(browser, page_of(name)) as page:
            text = page.locator("html").evaluate("page => page.textContent")
            assert not set(CONTROLS) - set("gnp[2J") & set(text)
            assert r"\x1b[2J\u202egnp\u202c\u200b\u2066\ufeff\x00\x85\u2028" in text


INJECTED = (
    "<script>document.title = 'ran'</script>"
    "<img src='https://elsewhere.invalid/x' onerror=\"document.title = 'ran'\">"
    "<svg onload=\"document.title = 'ran'\"></svg>"
    "<iframe srcdoc='<script>parent.document.title = 1</script>'></iframe>"
    "<form action='https://elsewhere.invalid/f'><input name='x'></form><base href='https://elsewhere.invalid/'>"
    "<p style='background: url(https://elsewhere.invalid/y)'>x</p>"
)


@pytest.mark.parametrize("name", [HPC, AUDIT])
def test_policy_stops_what_would_get_in(browser: Any, page_of: Pages, tmp_path: Path, name: str) -> None:
    html = page_of(name).read_text(encoding="utf-8")
    title = html[html.index("<title>") + len("<title>") : html.index("</title>")]
    changed = html.replace("</header>", f"</header>{INJECTED}")
    assert changed.count(INJECTED) == 1
    path = tmp_path / "changed.html"
    path.write_text(changed, encoding="utf-8")
    with opened(browser, path) as page:
        assert page.evaluate("document.scripts.length") == 1
        page.wait_for_timeout(200)
        assert page.title() == title
        page.evaluate("document.forms[0].submit()")
        page.wait_for_timeout(200)
        assert page.heard.requests == []
        refused = " ".join(page.heard.console)
        for what in (
            "inline script",
            "inline event handler",
            "Loading the image",
            "base-uri 'none'",
            "form-action 'none'",
        ):
            assert what in refused, refused
    # without the policy the same would act: what was looked at above can be seen
    head, policy, rest = changed.partition('<meta http-equiv="Content-Security-Policy"')
    path.write_text(head + rest[rest.index(">") + 1 :], encoding="utf-8")
    assert policy
    with opened(browser, path) as page:
        page.wait_for_timeout(200)
        assert page.title() in {"ran", "1"}
        assert any("elsewhere.invalid" in url for url in page.heard.requests)


# --- what a screen reader says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("name", [HPC, HOSTILE, NAMELESS, AUDIT])
def test_pictures_have_words_and_tables_are_tables(browser: Any, page_of: Pages, name: str, phone: bool) -> None:
    with opened(browser, page_of(name), phone=phone) as page:
        session = page.context.new_cdp_session(page)
        nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
        roles = Counter(node["role"]["value"] for node in nodes)
        said = [
            node["name"]["value"] for node in nodes if node["role"]["value"] in {"image", "img", "graphics-document"}
        ]
        pictures = page.locator("svg")
        assert len(said) == pictures.count()
        assert bool(said) == (name != AUDIT)
        words = pictures.evaluate_all(
            "all => all.map(own => ['title', 'desc'].map(tag => own.querySelector(tag).textContent).join(' '))"
        )
        assert [" ".join(text.split()) for text in said] == [" ".join(text.split()) for text in words]
        assert all(len(text) > len(title) + 20 for text, title in zip(said, visible(page, "figure b"), strict=True))
        assert roles["table"] == page.locator("table").count() > 0
        assert roles["row"] == page.locator("tr").count()
        assert roles["columnheader"] == page.locator("thead th").count()
        assert roles["rowheader"] >= page.locator("tbody th[scope=row]").count()
        assert roles["heading"] == page.locator("h1, h2, h3").count()


# --- a phone, and no colour -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_phone(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name), phone=True) as page:
        assert page.evaluate(WIDTH)[0] == PHONE["width"]
        assert page.evaluate(CUT) == []
        texts = page.evaluate(TEXTS)
        assert len(texts) > 50
        out = [own for own in texts if own["left"] is not None and not own["scrolls"] and not own["picture"]]
        assert [own for own in out if own["left"] < -0.5 or own["right"] > PHONE["width"] + 0.5] == []
        assert [own for own in texts if own["size"] < (LEAST_IN_PICTURE if own["picture"] else LEAST)] == []
        # what is wider than the phone scrolls by itself, with the keyboard too
        for own in page.locator(".scroll").all():
            assert own.get_attribute("tabindex") == "0"
            assert own.get_attribute("aria-label")


@pytest.mark.parametrize("name", EVERY)
def test_desk(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        assert page.evaluate(WIDTH)[0] == DESK["width"]
        assert page.evaluate(CUT) == []
        texts = [own for own in page.evaluate(TEXTS) if own["left"] is not None and not own["scrolls"]]
        assert [own for own in texts if own["left"] < 0 or own["right"] > DESK["width"]] == []


def test_text_that_is_cut_would_be_seen(browser: Any, page_of: Pages, tmp_path: Path) -> None:
    html = page_of(HOSTILE).read_text(encoding="utf-8")
    path = tmp_path / "changed.html"
    for rule in ("* { overflow-wrap: normal !important; }", "td { overflow: hidden; max-height: 1rem; height: 1rem; }"):
        path.write_text(html.replace("</style>", f"{rule}</style>", 1), encoding="utf-8")
        with opened(browser, path, phone=True) as page:
            out = page.evaluate(WIDTH)[0] > PHONE["width"]
            assert out or page.evaluate(CUT) != []


@pytest.mark.parametrize("name", [HPC, HOSTILE, AUDIT])
def test_no_colour_says_anything(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        for colour in page.evaluate(COLOURS):
            red, green, blue = (part.strip() for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
            assert red == green == blue, colour
