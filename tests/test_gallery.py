"""The gallery says what the program says today."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_page_is_that_of_the_cases(tmp_path: Path) -> None:
    gallery = runpy.run_path(str(ROOT / "tools" / "make_gallery.py"))
    assert gallery["main"](tmp_path) == 0
    hint = "run: make gallery"
    page = ROOT / "docs" / "gallery.md"
    assert (tmp_path / "gallery.md").read_text(encoding="utf-8") == page.read_text(encoding="utf-8"), hint
    # how a picture is drawn depends on the version of matplotlib, which pictures there are does not
    drawn, shown = ({path.name for path in (folder / "gallery").iterdir()} for folder in (tmp_path, ROOT / "docs"))
    assert drawn == shown, hint
