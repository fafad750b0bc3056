"""The edition and the profile of the page about them are valid, and do what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from reirrad.library import load_library
from reirrad.library.load import load_profile

PAGE = Path(__file__).parents[2] / "docs" / "own-rules.md"
EDITION, PROFILE = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_edition_and_profile_of_the_page(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.toml").write_text(EDITION, encoding="utf-8")
    (tmp_path / "choice.toml").write_text(PROFILE, encoding="utf-8")
    library = load_library([folder])
    assert library.editions[-1].edition.id == "our-clinic-2026"
    chosen = library.select(profile=load_profile(str(tmp_path / "choice.toml")))
    assert {loaded.edition.id for loaded in chosen.used()} == {
        "nieder-2006", "hytec-cord-2021", "umich-2019", "slevin-2021",
    }  # fmt: skip
    assert {rule.id for _, rule in chosen.judged() if rule.id.startswith("slevin")} == {"slevin-2021.sacral-plex"}
