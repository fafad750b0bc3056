"""The browser and the pages; without a browser the tests are left out, unless one is required."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import chromium, opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    for library in ("playwright", "jinja2", "matplotlib", "pyarrow"):
        if os.environ.get(chromium.REQUIRED) != "1":
            pytest.importorskip(library)
    # of one module: while it is there, its loop of events is the one of this thread
    if chromium.executable() is None:
        reason = f"none of {', '.join(chromium.NAMES)} is on the PATH"
        if os.environ.get(chromium.REQUIRED) == "1":
            pytest.fail(f"{chromium.REQUIRED}=1, but {reason}")
        pytest.skip(reason)
    with chromium.launched() as found:
        yield found


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the file of a page by its name; it is made once."""
    folder, made = tmp_path_factory.mktemp("pages"), {}

    def find(name: str) -> Path:
        if name not in made:
            made[name] = opened.make(name, folder)
        return made[name]

    return find
