"""The site is built without a warning, holds every page, and asks nothing of the network."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docs.pages import ROOT

#: Where this is 1, a site that cannot be built is a failure, and not left out.
REQUIRED = "REIRRAD_SITE_REQUIRED"
LIBRARIES = ("sphinx", "myst_parser", "furo", "sphinx_click")

#: What a browser fetches by itself.
FETCHED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}


def test_site(tmp_path: Path) -> None:
    """One test, because a build takes some ten seconds and workers share no fixture."""
    needed()
    site = built(tmp_path)
    every_page_is_there(site)
    nothing_is_fetched_from_elsewhere(site)
    links_lead_to_something(site)
    reference_is_that_of_the_sources(site)
    equations_are_drawn_by_the_browser(site)


def needed() -> None:
    for library in LIBRARIES:
        if os.environ.get(REQUIRED) == "1":
            assert importlib.util.find_spec(library) is not None, f"{REQUIRED}=1, but {library} is not installed"
        else:
            pytest.importorskip(library, reason="the group docs is not installed")


@pytest.mark.parametrize("is_required", [True, False])
def test_a_site_that_cannot_be_built(monkeypatch: pytest.MonkeyPatch, is_required: bool) -> None:
    monkeypatch.setenv(REQUIRED, "1" if is_required else "")
    monkeypatch.setattr(f"{__name__}.LIBRARIES", ("no_such_library",))
    with pytest.raises(AssertionError if is_required else pytest.skip.Exception, match="is not installed"):
        needed()


def test_where_tests_are_run_the_site_is_built() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\npytest: $(VENV)/.docs\n" in makefile
    assert f"export {REQUIRED}=1\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def built(out: Path) -> Path:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(out / "trees")]
    ended = subprocess.run(
        [*command, str(ROOT / "docs"), str(out / "html")], capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode == 0, ended.stderr
    return out / "html"


class _Fetched(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in FETCHED and given.get(FETCHED[tag]):
            self.found.append(given[FETCHED[tag]] or "")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")


def parsed(site: Path) -> Iterator[tuple[Path, _Fetched]]:
    for page in site.rglob("*.html"):
        reader = _Fetched()
        reader.feed(page.read_text(encoding="utf-8"))
        yield page, reader


def every_page_is_there(site: Path) -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        assert (site / page.relative_to(ROOT / "docs")).with_suffix(".html").is_file(), page


def nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page, reader in parsed(site):
        assert not [place for place in reader.found if re.match(r"(https?:)?//", place)], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//|@import", style.read_text(encoding="utf-8")), style


def links_lead_to_something(site: Path) -> None:
    seen = 0
    for page, reader in parsed(site):
        for link in reader.links:
            place = link.split("#")[0].split("?")[0]
            if place and not re.match(r"[a-z]+:", place):
                seen += 1
                assert (page.parent / place).exists(), (page, link)
    assert seen > 500


def reference_is_that_of_the_sources(site: Path) -> None:
    import reirrad

    calls = (site / "reference" / "python.html").read_text(encoding="utf-8")
    for name in set(reirrad.__all__) - {"__version__"}:
        assert f'id="reirrad.{name}"' in calls or f'id="reirrad.radiobiology.{name}"' in calls, name
    commands = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    for option in ("--deidentify", "--when", "--expect-rows", "--alpha-beta"):
        assert option in commands


def equations_are_drawn_by_the_browser(site: Path) -> None:
    calls = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert calls.count("<math") >= 6
    assert r"\frac" not in calls
