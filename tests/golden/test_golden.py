"""Reports byte for byte as they were (S09).

After an intended change, write them anew, read the difference, and commit it with the change::

    REIRRAD_REGENERATE_GOLDEN=1 pytest tests/golden && git diff tests/golden/expected

What the numbers in them must be is in `test_golden_values.py`, computed by hand.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from golden.golden_cases import EXPECTED, GOLDEN
from reirrad import check, load_case
from reirrad.report import report_json, report_text

FORMATS = {"json": report_json, "txt": report_text}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("path", GOLDEN.values(), ids=GOLDEN.keys())
def test_report_is_as_it_was(path: Path, ending: str) -> None:
    # S09
    content = FORMATS[ending](check(load_case(path))).encode("utf-8")
    expected = EXPECTED / f"{path.stem}.{ending}"
    if os.environ.get("REIRRAD_REGENERATE_GOLDEN") == "1":
        expected.write_bytes(content)
    assert content == expected.read_bytes()


def test_no_report_is_left_over() -> None:
    files = {path.name for path in EXPECTED.iterdir()}
    assert files == {f"{stem}.{ending}" for stem in GOLDEN for ending in FORMATS}
