"""The cases whose reports are kept as files."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[1] / "data" / "cases"
EXPECTED = HERE / "expected"

GOLDEN = {path.stem: path for path in (PUBLISHED / "hpc_lumbar_2024.toml", *sorted((HERE / "cases").glob("*.toml")))}
