"""The constraints of a library as the plain dicts that the oracle reads."""

from dataclasses import asdict
from typing import Any

from reirrad.library import Library
from reirrad.model.rule import Discounted, RaisedTolerance

Fields = dict[str, Any]


def as_oracle_sees(library: Library) -> list[Fields]:
    """Return the judged constraints of a library in the format of the oracle, in the library's order."""
    translated = []
    for loaded, constraint in library.judged():
        conditions = {key: value for key, value in asdict(constraint.conditions).items() if value is not None}
        for key in ("interval_months", "target_distance_mm"):
            if key in conditions:
                low, high = conditions[key]
                conditions[key] = (low, None if high == float("inf") else high)
        convention = loaded.edition.convention_of(constraint)
        stated = isinstance(constraint.alpha_beta_gy, float)
        fields: Fields = {
            "id": constraint.id,
            "profile": constraint.profile,
            "structures": list(constraint.structures),
            "metric": constraint.metric,
            "scope": constraint.scope,
            "comparison": constraint.comparison,
            "quantity": {"BED": "bed", "EQD2": "eqd2"}.get(constraint.quantity, "physical"),
            # the oracle needs a number; what it then decides tells only where the constraint applies
            "alpha_beta": constraint.alpha_beta_gy if stated else 2,
            "conditions": conditions,
            "modalities": list(constraint.modalities),
            "applies_to_related": constraint.applies_to_related,
        }
        if isinstance(convention, Discounted | RaisedTolerance):
            key = "recovery" if isinstance(convention, Discounted) else "tolerance_recovery"
            fields[key] = [
                (step.from_months, step.to_months, step.recovered_fraction) for step in convention.schedule.step
            ]
        if constraint.limit is not None:
            fields |= {"limit": constraint.limit[0], "limit_high": constraint.limit[1]}
        elif constraint.limit_by_n_fractions is not None:
            fields["limit_by_n_fractions"] = dict(constraint.limit_by_n_fractions or ())
        if constraint.score is not None:
            rule = constraint.score
            fields["score"] = {
                "bands": [(edge, (i + 1) * rule.points_per_band) for i, edge in enumerate(rule.cumulative_above_gy)],
                "interval": (rule.interval_below_months, rule.interval_points),
                "course": (rule.course_at_least_gy, rule.course_points),
            }
        translated.append(fields)
    return translated
