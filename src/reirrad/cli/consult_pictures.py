"""The pictures of a consult report: in as many as it takes for each to be read on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any, TypeVar

from reirrad.cli.further_course import USUAL_FRACTIONS
from reirrad.errors import MissingExtraError, how_to_install
from reirrad.library import Library
from reirrad.model.case import Case
from reirrad.model.finding import Finding, Report

#: Rows of one picture; with more it is higher than a sheet, and printed so small that nobody can read it.
_MOST_ROWS = 12

_Part = TypeVar("_Part")
#: Title, what is shown in words, and SVG.
Picture = tuple[str, str, str]


def consult_pictures(
    case: Case, report: Report, library: Library, *, n_fractions: int | None, strict: bool, deidentify: bool
) -> tuple[list[Picture], str]:
    """Return the pictures of a case, or why there is none."""
    try:
        drawn = import_module("reirrad.report.pictures")
        pictures = [
            *_values(drawn, report),
            # the one of doses over time has dates and is not de-identified
            *([] if deidentify else _timelines(drawn, case, library, strict=strict)),
            *(_budgets(drawn, case, library, n_fractions, strict=strict) if n_fractions else []),
            *_editions(drawn, report),
        ]
    except MissingExtraError:
        return [], f"Pictures need an extra: {how_to_install('report')}"
    return pictures, "" if pictures else "There is nothing to draw: no finding has a value and a limit."


def _timelines(drawn: Any, case: Case, library: Library, *, strict: bool) -> Iterator[Picture]:
    from reirrad.engine.planning.timeline import timeline

    doses = timeline(case, library=library, strict=strict)
    for own in doses.structures:
        left_out = tuple(line for line in doses.left_out if line.structure == own.structure)
        one = replace(doses, structures=(own,), left_out=left_out)
        title = f"Accumulated dose over time: {own.structure}"
        yield _picture(drawn, title, drawn.timeline_alt_text(one), drawn.timeline_figure(one))


def _values(drawn: Any, report: Report) -> Iterator[Picture]:
    """Yield bars of what has a value and a limit; what has none is named in the last."""
    bars = drawn.findings_to_draw(report)
    parts: list[tuple[list[Finding], int]] = []
    for structure in dict.fromkeys(item.structure for item in bars):
        own = [item for item in bars if item.structure == structure]
        for start in range(0, len(own), _MOST_ROWS):
            rows = own[start : start + _MOST_ROWS]
            parts.append((rows, len(rows)))
    groups = [[item for rows in group for item in rows] for group in _in_portions(parts)]
    silent = [item for item in report.findings if item not in bars]
    for number, group in enumerate(groups, start=1):
        is_last = number == len(groups)
        one = replace(
            report,
            findings=tuple(group + silent if is_last else group),
            unmapped_structures=report.unmapped_structures if is_last else (),
            structures_without_rule=report.structures_without_rule if is_last else (),
        )
        title = _title("Values against limits", (item.structure for item in group), number, len(groups))
        yield _picture(drawn, title, drawn.findings_alt_text(one), drawn.findings_figure(one))


def _budgets(drawn: Any, case: Case, library: Library, n_fractions: int, *, strict: bool) -> Iterator[Picture]:
    from reirrad.engine.planning.budget import budget

    counts = sorted({n_fractions, *map(int, USUAL_FRACTIONS.split(","))})
    left = budget(case, n_fractions=counts, library=library, strict=strict)
    parts = []
    for structure in dict.fromkeys(row.structure for row in left.rows):
        rows = [row for row in left.rows if row.structure == structure]
        parts.append((rows, len({row.constraint_id for row in rows})))
    groups = [[row for rows in group for row in rows] for group in _in_portions(parts)]
    for number, group in enumerate(groups, start=1):
        is_last = number == len(groups)
        one = replace(
            left,
            rows=tuple(group),
            unmapped_structures=left.unmapped_structures if is_last else (),
            left_out=left.left_out if is_last else (),
        )
        title = _title("Dose budget", (row.structure for row in group), number, len(groups))
        yield _picture(drawn, title, drawn.budget_alt_text(one), drawn.budget_figure(one))


def _editions(drawn: Any, report: Report) -> Iterator[Picture]:
    parts = [
        (own, len(own.opinions))
        for own in report.disagreement
        if any(item.margin_percent is not None for item in own.opinions)
    ]
    groups = _in_portions(parts)
    for number, group in enumerate(groups, start=1):
        one = replace(report, disagreement=tuple(group))
        title = _title("Editions side by side", (own.structure for own in group), number, len(groups))
        yield _picture(drawn, title, drawn.disagreement_alt_text(one), drawn.disagreement_figure(one))


def _in_portions(parts: Iterable[tuple[_Part, int]]) -> list[list[_Part]]:
    """Return parts in order, as many together as have few rows enough."""
    portions: list[list[_Part]] = []
    rows = 0
    for part, count in parts:
        if not portions or rows + count > _MOST_ROWS:
            portions.append([])
            rows = 0
        portions[-1].append(part)
        rows += count
    return portions


def _title(title: str, structures: Iterable[str], number: int, of: int) -> str:
    """Return the title of a picture; where there are several, with what is in it."""
    return title if of == 1 else f"{title} ({number} of {of}): {', '.join(dict.fromkeys(structures))}"


def _picture(drawn: Any, title: str, words: str, figure: Any) -> Picture:
    return title, words, drawn.svg_text(figure, title, words)
