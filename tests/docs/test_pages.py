"""Every code block of every page is run, or says why it is not."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from docs.pages import LANGUAGES, ROOT, fences, matches, run_page

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("data/**/*.md"), *ROOT.glob("docs/**/*.md"))
)

#: What is not run, and why: each such block says the same before it.
NOT_RUN = {
    "README.md": ["it installs"],
    "docs/audit.md": ["it needs a cluster"],
    "docs/commissioning.md": ["it installs", "the record names the machine's packages"],
    "docs/index.md": ["it installs", "it installs"],
    "docs/trust/deletion.md": ["it takes hours"],
    "docs/trust/differential.md": ["it takes hours"],
    "docs/trust/mutants.md": ["it takes hours"],
}

#: Files that a page takes for granted, from the blocks of another page that make them.
TAKEN_FOR_GRANTED = {"README.md": "docs/own-rules.md"}


@pytest.mark.parametrize("name", PAGES)
def test_blocks_do_what_the_page_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / name
    monkeypatch.chdir(tmp_path)
    prepare(page, tmp_path)
    run = run_page(page)
    if run.shown and os.environ.get("REIRRAD_REGENERATE_PAGES"):
        text = page.read_text(encoding="utf-8")
        for start, end, printed in reversed(run.shown):
            text = text[:start] + printed + text[end:]
        page.write_text(text, encoding="utf-8")
    if run.faults:
        pytest.fail("\n\n".join(run.faults), pytrace=False)
    assert run.ran == list(fences(page.read_text(encoding="utf-8"))), f"a block is none of {', '.join(LANGUAGES)}"
    assert Counter(run.not_run) == Counter(NOT_RUN.get(name, []))


def prepare(page: Path, folder: Path) -> None:
    """Give a page what it finds in its folder: data/ of the repository, the folder of its own name, and a case."""
    (folder / "data").symlink_to(ROOT / "data")
    if page.with_suffix("").is_dir():
        shutil.copytree(page.with_suffix(""), folder, dirs_exist_ok=True)
    if other := TAKEN_FOR_GRANTED.get(page.name):
        template = resources.files("reirrad.cli") / "template.toml"
        (folder / "case.toml").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        made = re.findall(
            r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", (ROOT / other).read_text(encoding="utf-8"), re.DOTALL
        )
        for name, text in made:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def test_what_is_not_run_is_a_page() -> None:
    assert set(NOT_RUN) <= set(PAGES)


@pytest.mark.parametrize(
    ("shown", "printed", "is_same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("value ... Gy\n", "value 12.5 Gy\n", True),
        ("value ... Gy\n", "value 12.5 cGy, more\n", False),
        ("head\n----\nrow\n", "head\nrow  \n", True),
        ("", "something\n", False),
        ("1.5\n", "115\n", False),
    ],
)
def test_shown_and_printed(shown: str, printed: str, is_same: bool) -> None:
    assert matches(shown, printed) is is_same


def test_a_page_that_says_something_else_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    for block in (
        "```python\nprint(1)\n```\n",
        "```python\nprint(1)\n```\n\n```text\n2\n```\n",
        "```python\n>>> 1 + 1\n3\n```\n",
        '```console\n$ reirrad bed "50 Gy / 25" --alpha-beta 2\n99 Gy2\n```\n',
        "```console\n$ rm -r data\n```\n",
        "```console\n$ reirrad check nothing.toml\n```\n",
        '```toml\nschema = "reirrad-case/1"\n```\n',
        "```json\n{\n```\n",
        "```text\nprinted by nothing\n```\n",
    ):
        page.write_text(block, encoding="utf-8")
        assert run_page(page).faults, block
    page.write_text("```fortran\nEND\n```\n\n   ```python\nprint(1)\n   ```\n", encoding="utf-8")
    assert run_page(page).ran != list(fences(page.read_text(encoding="utf-8")))
