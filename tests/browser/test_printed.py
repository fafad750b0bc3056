"""The pages on paper: nothing is cut over two sheets, nothing is wider than the paper, and one can read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser import pdf_tags
from browser.chromium import opened
from browser.opened import AUDIT, AUDITS, CONSULT, EVERY, HOSTILE
from browser.seen import CUT, TEXTS, WIDTH

Pages = Callable[[str], Path]
HPC = "hpc_lumbar_2024"
PAPERS = ["A4", "Letter"]
#: Of pages of one kind one is printed on both.
ON_BOTH = (HPC, AUDIT)
#: Width of A4, the narrower of the two, and both margins in millimetres; dots of CSS in one of them.
NARROWEST, MARGINS, DOTS = 210, {False: 26, True: 24}, 96 / 25.4
#: In points of print: what is on paper, and within a picture on it.
LEAST_PT, LEAST_IN_PICTURE_PT = 7, 5


def printed(page: Any, paper: str) -> bytes:
    pdf: bytes = page.pdf(format=paper, tagged=True, print_background=False)
    return pdf


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_cut_over_two_sheets(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        rows, pictures = page.locator("tr").count(), page.locator("svg").count()
        for paper in PAPERS[: 1 + (name in ON_BOTH)]:
            pdf = printed(page, paper)
            top = pdf_tags.tree(pdf)
            elements = list(top.every())
            # the tree has them all: a figure and the picture in it
            assert sum(part.kind == "TR" for part in elements) == rows
            assert sum(part.kind == "Figure" for part in elements) == 2 * pictures
            assert len(top.pages) == pdf_tags.count_of_pages(pdf)
            assert pdf_tags.cut_rows(top) == []
            assert pdf_tags.cut_figures(top) == []
            assert pdf_tags.headings_alone(top) == []
            if name in CONSULT:
                # comments and signatures of both on one sheet
                assert len(pdf_tags.last_section(top)) == 1


@pytest.mark.parametrize("name", CONSULT)
def test_s04_the_id_is_on_every_sheet(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        assert page.locator(".running").is_hidden()
        # it stands in the flow of the page, so that nothing is printed over it
        page.emulate_media(media="print")
        assert page.locator(".running").is_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.running')).position") == "static"
        assert page.locator(".running").inner_text().strip() == page.locator("h1").inner_text().strip()
        for paper in PAPERS[: 1 + (name in ON_BOTH)]:
            pdf = printed(page, paper)
            top = pdf_tags.tree(pdf)
            first = next(part for part in top.every() if part.own_pages)
            assert first.own_pages == set(range(1, pdf_tags.count_of_pages(pdf) + 1))


CUTTING = (
    "* { break-inside: auto !important; break-after: auto !important; orphans: 1 !important; widows: 1 !important }"
)
APART = f"<style>@media print {{ {CUTTING} }}"


def moved_down(space: int) -> str:
    """Return rules that move everything down, and once more what comes after the last picture."""
    return f"body::before, #made::before {{ content: ''; display: block; height: {space}mm; }}"


@pytest.mark.parametrize("name", [HPC, AUDIT])
def test_a_cut_would_be_seen(browser: Any, page_of: Pages, tmp_path: Path, name: str) -> None:
    html = page_of(name).read_text(encoding="utf-8")
    path = tmp_path / "changed.html"
    found: dict[str, int] = dict.fromkeys(("rows", "figures", "headings", "signatures"), 0)
    wanted = {"rows", "headings"} if name == AUDIT else set(found)
    # moved down little by little: whatever can be cut is cut once, a picture at one of the first
    for space in (*range(220, 250, 10), *range(0, 220, 10)):
        path.write_text(html.replace("</head>", f"{APART}{moved_down(space)}</style></head>"), encoding="utf-8")
        with opened(browser, path) as page:
            top = pdf_tags.tree(printed(page, "A4"))
        found["rows"] += len(pdf_tags.cut_rows(top))
        found["figures"] += len(pdf_tags.cut_figures(top))
        found["headings"] += len(pdf_tags.headings_alone(top))
        found["signatures"] += len(pdf_tags.last_section(top)) > 1
        if all(found[what] for what in wanted):
            break
    assert {what for what, count in found.items() if count} >= wanted, found


@pytest.mark.parametrize("space", [60, 130, 200])
def test_nothing_is_cut_wherever_it_stands(browser: Any, page_of: Pages, tmp_path: Path, space: int) -> None:
    html = page_of(HPC).read_text(encoding="utf-8")
    path = tmp_path / "changed.html"
    path.write_text(html.replace("</head>", f"<style>{moved_down(space)}</style></head>"), encoding="utf-8")
    with opened(browser, path) as page:
        top = pdf_tags.tree(printed(page, "A4"))
    assert pdf_tags.cut_rows(top) == pdf_tags.cut_figures(top) == pdf_tags.headings_alone(top) == []
    assert len(pdf_tags.last_section(top)) == 1


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_wider_than_the_paper(browser: Any, page_of: Pages, name: str) -> None:
    width = int((NARROWEST - MARGINS[name in AUDITS]) * DOTS)
    with opened(browser, page_of(name), size={"width": width, "height": 900}) as page:
        page.emulate_media(media="print")
        # a browser would make the page smaller to fit what is wider
        assert page.evaluate(WIDTH)[0] == width
        assert page.evaluate(CUT) == []
        texts = page.evaluate(TEXTS)
        placed = [own for own in texts if own["left"] is not None]
        assert [own for own in placed if own["left"] < -0.5 or own["right"] > width + 0.5] == []
        points = [(round(own["size"] * 0.75, 2), own) for own in texts]
        assert [own for size, own in points if size < (LEAST_IN_PICTURE_PT if own["picture"] else LEAST_PT)] == []


@pytest.mark.parametrize("name", [HPC, HOSTILE, AUDIT])
def test_status_is_a_word_in_every_cell(browser: Any, page_of: Pages, name: str) -> None:
    with opened(browser, page_of(name)) as page:
        page.emulate_media(media="print")
        if name == AUDIT:
            heads = " ".join(page.locator("thead").all_inner_texts()).split()
            assert {"✕", "violated", "•", "met", "?", "○"} <= set(heads)
            return
        cells = page.locator("td.state")
        words = [" ".join(text.split()) for text in cells.all_inner_texts()]
        assert set(words) <= {"✕ VIOLATED", "? NOT EVALUATED", "• met"}
        assert len(words) == page.locator("tr.finding").count() > 0
        # heads of columns are repeated on each sheet
        assert {
            page.locator("thead").nth(n).evaluate("own => getComputedStyle(own).display")
            for n in range(page.locator("thead").count())
        } == {"table-header-group"}
