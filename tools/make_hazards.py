"""Writes docs/hazards.md from docs/hazards.toml: each hazard, what the program does, and the tests that show it."""

from __future__ import annotations

from collections.abc import Iterator

from hazard_data import ROOT, Hazard, Hazards, load_hazards

PAGE = ROOT / "docs" / "hazards.md"
_INTRODUCTION = """\
# Hazards

How a program of this kind could hurt a patient, and what this one does about it. The page is written from
`hazards.toml` (`make hazards`); a test fails where a row has no test or a test does not exist.

**R**: the input is refused with its place (exit 2). **NE**: the constraints concerned are not evaluated, with a reason
and what would decide them (exit 3 unless something is violated). **W**: a warning in the report, which `check` also
writes to standard error. No row ends in a silent `met`.

For each row the code that guards against it was taken away once, and every test that stands beside it was seen to
fail by that: how, and the result, is in [trust/guards.md](trust/guards.md). More tests name a row than are listed
here: those that no single change makes fail show less, and are left out.
"""


def page(hazards: Hazards) -> str:
    """Return the page."""
    return "\n".join([_INTRODUCTION, *_counts(hazards), *_tables(hazards)]) + "\n"


def _counts(hazards: Hazards) -> Iterator[str]:
    count = {status: sum(row.status == status for row in hazards.rows) for status in ("reached", "open", "waits")}
    yield (
        f"{len(hazards.rows)} rows: {count['reached']} reached in full, {count['open']} reached in part (the row says "
        f"what is open), {count['waits']} that wait for a feature which does not exist. "
        f"{sum(len(row.guards) for row in hazards.rows)} guards."
    )


def _tables(hazards: Hazards) -> Iterator[str]:
    for letter, title in hazards.groups.items():
        yield f"\n## {title}\n"
        yield "| id | hazard | what the program does | tests |"
        yield "|---|---|---|---|"
        for row in hazards.of_group(letter):
            tests = "<br>".join(map(_link, row.tests)) or "none"
            yield f"| {row.id} | {_cell(row.hazard)} | {_cell(_behaviour(row))} | {tests} |"


def _behaviour(row: Hazard) -> str:
    if row.status == "waits":
        return f"*Waits: {row.reason}.* {row.behaviour}"
    return f"{row.behaviour} *Open: {row.reason}.*" if row.status == "open" else row.behaviour


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{_cell(name).replace('[', '&#91;').replace(']', '&#93;')}](../{path})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load_hazards()), encoding="utf-8")


if __name__ == "__main__":
    main()
