"""Doses that a case states and that no limit which is judged looks at, although there are limits about them."""

from __future__ import annotations

from reirrad.library import Library
from reirrad.model.case import Case
from reirrad.model.metric import Metric, MetricError, UnknownMetricError, parse_metric


def stated_in_vain(case: Case, library: Library) -> tuple[str, ...]:
    """Return structure and metric of each such dose: whoever states it expects that it counts.

    None where the rules were chosen: every answer repeats that choice.
    """
    if not library.profile.is_default:
        return ()
    stated: dict[str, dict[str, None]] = {}
    for course in case.course:
        for phase in course.phases:
            for name, dose in phase.dose.items():
                known = library.structures.canonical(name)
                if known is not None:
                    stated.setdefault(known, {}).update(dict.fromkeys(dose.metrics))
    about: dict[tuple[str, Metric], bool] = {}
    for loaded, rule in library.constraints():
        names = [name for name in rule.structures if name in stated]
        metric = _metric(rule.metric) if names and rule.kind == "limit" else None
        if metric is not None:
            is_judged = library.profile.judges(loaded.edition.id, rule)
            about |= {(name, metric): is_judged or about.get((name, metric), False) for name in names}
    return tuple(
        f"{name} {key}"
        for name, keys in stated.items()
        for key in keys
        if (metric := _metric(key)) is not None and about.get((name, metric)) is False
    )


def _metric(text: str) -> Metric | None:
    try:
        return parse_metric(text).metric
    except (MetricError, UnknownMetricError):
        return None
