"""The editions side by side: what each says of the newest course that gives dose to a structure."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from reirrad.model.finding import Disagreement, Finding, Opinion

_RANK = {"violated": 0, "not_evaluated": 1, "met": 2}


def disagreements(findings: Iterable[Finding]) -> tuple[Disagreement, ...]:
    """Return a comparison for each structure of which more than one edition says something.

    Parameters
    ----------
    findings
        Those that are about the newest course: what an edition says of an earlier one only is no opinion on the plan.
        Advisory ones and those that do not apply are left out.
    """
    by_structure: dict[str, dict[str, list[Finding]]] = {}
    for item in findings:
        if item.status in _RANK and not item.advisory:
            by_structure.setdefault(item.structure, {}).setdefault(item.edition, []).append(item)
    return tuple(
        _compared(structure, {edition: min(items, key=_speaks_for_edition) for edition, items in editions.items()})
        for structure, editions in by_structure.items()
        if len(editions) > 1
    )


def _least_room(item: Finding) -> tuple[int, float]:
    percent = margin_percent(item)
    if percent is None:
        percent = -inf
    return _RANK[item.status], percent


def _speaks_for_edition(item: Finding) -> tuple[int, float]:
    """Rank the findings of one edition; points say less than a limit with a margin."""
    rank, percent = _least_room(item)
    return rank, inf if item.unit == "points" else percent


def margin_percent(item: Finding) -> float | None:
    """Return the margin in percent of the limit; ``None`` where either is unknown, and of points."""
    if item.margin is None or not item.limit or item.unit == "points":
        return None
    limit = item.limit if item.comparison in {"at_most", "below"} else item.limit_high or item.limit
    return 100 * item.margin / limit


def _compared(structure: str, worst: dict[str, Finding]) -> Disagreement:
    ranked = sorted(worst.items(), key=lambda pair: (*_least_room(pair[1]), pair[0]))
    evaluated = [item for _, item in ranked if item.status != "not_evaluated"]
    known = [percent for item in evaluated if (percent := margin_percent(item)) is not None]
    # points are no part of a limit; an unbounded value has the least room of all
    compared = [item for item in evaluated if item.unit != "points"]
    return Disagreement(
        structure=structure,
        agree=len({item.status for item in evaluated}) == 1 if evaluated else None,
        binds=min(compared or evaluated, key=_least_room).constraint_id if evaluated else None,
        spread_percent=(min(known), max(known)) if known else None,
        opinions=tuple(
            Opinion(
                edition=edition,
                constraint_id=item.constraint_id,
                course_id=item.course_id,
                status=item.status,
                value=item.value,
                value_low=item.value_low,
                value_high=item.value_high,
                undiscounted_value=item.undiscounted_value,
                undiscounted_low=item.undiscounted_low,
                undiscounted_high=item.undiscounted_high,
                limit=item.limit,
                limit_high=item.limit_high,
                comparison=item.comparison,
                margin=item.margin,
                margin_percent=margin_percent(item),
                unit=item.unit,
            )
            for edition, item in ranked
        ),
    )
