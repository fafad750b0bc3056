"""The pages about the campaigns, written from their records: ``python -m campaign.page docs/trust``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from campaign import losses_page
from campaign.losses_page import number

Record = dict[str, Any]
PAGE, DIFFERENTIAL, GRID, FORMATS = "differential.md", "differential.json", "exact-hits.json", "formats.json"
WIDER = "differential-wider.json"
STATUSES = ("met", "violated", "not_evaluated", "not_applicable")
TEMPLATE = Path(__file__).with_name("page_template.md")


def page(folder: Path) -> str:
    """Return the text of the page from the records in a folder."""
    patients, wider, grid, formats = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in (DIFFERENTIAL, WIDER, GRID, FORMATS)
    )
    found = of_patients(patients) | of_wider(wider) | of_grid(grid) | of_formats(formats)
    return TEMPLATE.read_text(encoding="utf-8").format_map(found)


def of_patients(record: Record) -> dict[str, str]:
    suites = record["suites"].values()
    asked = f"Asked for were {number(record['patients_asked_for'])}; the run was ended before, and can be resumed."
    refused = max(suite.get("refused", 0) for suite in suites)
    left_out = (
        f" {number(refused)} of them was refused and not judged: it states a number that stands for a missing one."
    )
    return (
        {
            "asked": "" if record["patients"] == record["patients_asked_for"] else f" {asked}",
            "left_out": "" if not refused else left_out if refused == 1 else left_out.replace("was", "were"),
            "suites": "\n".join(_suite_row(suite) for suite in suites),
            "verdicts": number(sum(suite["verdicts"] for suite in suites)),
            "without": number(sum(sum(suite["without_proposed"].values()) for suite in suites)),
            "most_ulps": number(record["most_ulps_allowed"]),
            "value_ulps": "\n".join(_ulp_rows(record, "value_ulps")),
            "margin_ulps": "\n".join(_ulp_rows(record, "margin_ulps")),
            "code": record["code_digest"],
        }
        | {name: number(record[name]) for name in ("patients", "differences", "seed", "shards", "processor_seconds")}
        | {name: record[name] for name in ("reirrad", "python", "numpy", "platform")}
    )


def of_wider(record: Record) -> dict[str, str]:
    suites = record["suites"].values()
    counts = {
        "patients": record["patients"],
        "differences": record["differences"],
        "comparisons": sum(suite["cases"] for suite in suites),
        "findings": sum(sum(suite["findings"].values()) for suite in suites),
        "refused": sum(suite["refused"] for suite in suites),
        "seed": record["seed"],
    }
    found = {f"wider_{name}": number(count) for name, count in counts.items()}
    return found | {"wider_code": record["code_digest"]}


def of_grid(record: Record) -> dict[str, str]:
    counts = {
        "hits": "hits",
        "limits": "limits_hit",
        "cases": "cases",
        "wrong": "wrong",
        "seconds": "processor_seconds",
    }
    part = "" if record["one_in"] == 1 else f" One hit in {record['one_in']} was judged."
    found = {f"grid_{ours}": number(record[name]) for ours, name in counts.items()}
    return found | {"grid_part": part, "grid_code": record["code_digest"]}


def of_formats(record: Record) -> dict[str, str]:
    names = ("files", "findings_of_files", "rows", "findings_of_tables", "refused")
    return {name: number(record[name]) for name in names} | {
        "table_patients": number(record["patients"]),
        "format_differences": number(record["differences"]),
        "format_seed": number(record["seed"]),
        "format_code": record["code_digest"],
    }


def _suite_row(suite: Record) -> str:
    counts = [suite["cases"], suite["strict_cases"], *(suite["findings"].get(status, 0) for status in STATUSES)]
    return f"| {suite['judged_by']} | " + " | ".join(number(count) for count in [*counts, suite["differences"]]) + " |"


def _ulp_rows(record: Record, table: str) -> list[str]:
    total: dict[str, dict[int, int]] = {}
    for suite in record["suites"].values():
        for unit, counts in suite[table].items():
            for ulps, count in counts.items():
                of_unit = total.setdefault(unit, {})
                of_unit[int(ulps)] = of_unit.get(int(ulps), 0) + count
    rows = []
    for unit, counts in sorted(total.items()):
        cells = [sum(counts.values()), *(counts.get(ulps, 0) for ulps in range(5))]
        cells.append(sum(count for ulps, count in counts.items() if ulps > 4))
        rows.append(f"| {'share' if unit == '1' else unit} | " + " | ".join(number(cell) for cell in cells) + " |")
    return rows


def main() -> int:
    folder = Path(sys.argv[1])
    (folder / PAGE).write_text(page(folder), encoding="utf-8")
    (folder / losses_page.PAGE).write_text(losses_page.losses_page(folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
