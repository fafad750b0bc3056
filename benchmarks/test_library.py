"""Loading the shipped library: the compiled form as it is used, and the edition files that it stands for."""

from __future__ import annotations

import pytest

from reirrad.library import load
from reirrad.library.edition_file import parse_edition


def from_compiled() -> int:
    load._shipped.cache_clear()
    return len(load.load_library().editions)


def from_files() -> int:
    structures = load.shipped_structures()
    return len([parse_edition(content, name, structures) for name, content in load.shipped_files().items()])


@pytest.mark.benchmark(group="load the library", warmup=True, warmup_iterations=1)
@pytest.mark.parametrize("way", [from_compiled, from_files], ids=lambda way: way.__name__)
def test_load(benchmark, way):
    assert benchmark(way) > 30
