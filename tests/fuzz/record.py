"""The record of campaigns: a JSON file, and beside it a page with the same numbers as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- campaigns -->", "<!-- end of campaigns -->"
_HEAD = (
    "| target | executions | time [s] | of which processor [s] | executions per processor second | edges | features "
    "| inputs kept | failures |\n|---|---|---|---|---|---|---|---|---|\n"
)


def add(path: Path, campaign: dict[str, Any]) -> None:
    """Write a campaign into the record in place of the earlier one of its target, and into the page beside it."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[campaign["target"]] = campaign
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n", encoding="utf-8")
    page = path.with_suffix(".md")
    if page.exists():
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n{table_text(known)}{END}{after}", encoding="utf-8")


def table_text(known: dict[str, dict[str, Any]]) -> str:
    """Return the table of a record."""
    return _HEAD + "".join(_row(known[target]) for target in sorted(known))


def _row(campaign: dict[str, Any]) -> str:
    used = campaign["cpu_seconds"]
    rate = f"{campaign['executions'] / used:.0f}" if used else "-"
    numbers = (
        *(f"{campaign['executions']:,}".replace(",", " "), f"{campaign['seconds']:.0f}", f"{used:.0f}", rate),
        *(campaign["edges"], campaign["features"], campaign["corpus"], len(campaign["failures"])),
    )
    return f"| `{campaign['target']}` | {' | '.join(map(str, numbers))} |\n"
