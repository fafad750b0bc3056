"""The page about what is lost, written from the records of the deletion campaigns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]
PAGE = "deletion.md"
CASES, TABLES, EXAMPLES = "deletion.json", "deletion-tables.json", "deletion-examples.json"
ASKED = {CASES: 1_000_000, TABLES: 100_000}
TEMPLATE = Path(__file__).with_name("losses_template.md")
#: reason of a finding for which nothing that a case states could be better
_RANGE = "source_range"
_EXIT_CODES = (0, 1, 3)


def losses_page(folder: Path) -> str:
    """Return the text of the page from the records in a folder."""
    cases, tables, examples = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in (CASES, TABLES, EXAMPLES)
    )
    missing = cases["cases"] < ASKED[CASES] or tables["cases"] < ASKED[TABLES]
    fields = of_cases(cases) | of_clean_cases(cases) | of_examples(examples)
    fields |= {
        "table_cases": number(tables["cases"]),
        "table_seed": number(tables["seed"]),
        "table_failures": number(len(tables["failures"])),
        "table_code": tables["code"],
        "table_better": number(tables["counts"].get("violated to met", 0)),
        "table_plural": "was" if tables["counts"].get("violated to met", 0) == 1 else "were",
        "table_lost": number(tables["counts"].get("violated to absent", 0)),
        "table_gone": number(tables["counts"].get("not_evaluated to absent", 0)),
        "missing": f" {number(cases['cases'])} and {number(tables['cases'])} are done." if missing else "",
        "known": "- Random cases or patients are fewer than were asked for.\n" if missing else "",
    }
    return TEMPLATE.read_text(encoding="utf-8").format_map(fields)


def of_cases(record: Record) -> dict[str, str]:
    counts: dict[str, int] = record["counts"]
    named = {
        "losses": "losses",
        "one_loss": "cases with one loss",
        "several_losses": "cases with several losses",
        "clean": "clean cases",
        "less_exact": "cases less exact",
        "to_2": "exit code to 2",
    }
    accepted = ("proposed", "nothing applied", "stated fact", "structure", "unlisted course", "as scheduled")
    return (
        {ours: number(counts.get(theirs, 0)) for ours, theirs in named.items()}
        | {name.replace(" ", "_"): number(counts.get(f"accepted: {name}", 0)) for name in accepted}
        | {name: number(record[name]) for name in ("cases", "seed")}
        | {
            "failures": number(len(record["failures"])),
            "improved": number(sum(counts.get(f"exit code {code} to 0", 0) for code in (1, 3))),
            "exit_codes": "\n".join(_from_code(counts, code) for code in _EXIT_CODES),
            "code": record["code"],
        }
    )


def _from_code(counts: dict[str, int], before: int) -> str:
    cells = [counts.get(f"exit code {before} to {after}", 0) for after in (1, 3, 0)]
    return f"| {before} | | " + " | ".join(number(cell) if cell else "" for cell in cells) + " |"


def of_clean_cases(record: Record) -> dict[str, str]:
    counts, open_findings = record["counts"], record["clean_not_evaluated"]
    n_findings, n_open = counts["clean: findings that apply"], counts.get("clean: findings not evaluated", 0)
    n_ranges = sum(count for name, count in open_findings.items() if name.endswith(f": {_RANGE}"))
    return {
        "clean_refused": number(len(record["clean_refused"])),
        "clean_judged": number(counts["clean: cases judged"]),
        "clean_findings": number(n_findings),
        "clean_open": number(n_open),
        "clean_share": share(n_open, n_findings),
        "clean_ranges": number(n_ranges),
        "other_share": share(n_open - n_ranges, n_findings),
        "clean_without_limit": number(counts.get("clean: cases to which no limit applies", 0)),
        "clean_rows": "\n".join(
            "| `{}` | `{}` | {} |".format(*name.split(": "), number(count)) for name, count in open_findings.items()
        ),
    }


def of_examples(record: Record) -> dict[str, str]:
    fields = {"example_failures": number(len(record["failures"]))}
    for kind in ("JSON", "TOML", "CSV"):
        fields[f"{kind.lower()}_cases"] = number(len(record[kind]))
        fields[f"{kind.lower()}_losses"] = number(sum(counts["losses"] for counts in record[kind].values()))
    return fields


def number(value: int) -> str:
    """Return a number with thousands apart."""
    return f"{value:,}".replace(",", " ")


def share(part: int, whole: int) -> str:
    """Return a share in percent, 0 only where there is nothing."""
    return f"{100 * part / whole:.2f}" if part else "0"
