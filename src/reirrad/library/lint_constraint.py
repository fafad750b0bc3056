"""What must hold within one constraint, beyond the type of each field."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reirrad.errors import Problem, shown
from reirrad.library.lint_conditions import problems_of_conditions
from reirrad.library.structures import Structures
from reirrad.model.metric import MetricError, MetricKind, UnknownMetricError, parse_metric
from reirrad.model.rule import Constraint
from reirrad.model.wording import KNOWN_NAMES
from reirrad.quantities import QUANTITIES

#: What bounds a limit, by its unit; a share and points are bounded otherwise.
_BOUNDS = {
    "Gy": "limit_gy",
    "Gy EQD2": "limit_eqd2_gy",
    "Gy BED": "limit_bed_gy",
    "months": "limit_months",
    "%": "limit_percent",
    "cc": "limit_cc",
}
_DAYS_OF_A_YEAR = 365
#: What grows with the dose of every course.
_SUMS = ("cumulative", "share", "score", "allowed_bed")
_LIMIT_KEYS = ("limit", "limit_by_n_fractions", "cord_model")


def problems_of_constraint(constraint: Constraint, structures: Structures, where: str) -> Iterator[Problem]:
    """Yield every problem that a constraint has by itself."""
    yield from _structures(constraint, structures, where)
    if constraint.kind == "reference":
        yield from _reference(constraint, where)
        return
    yield from _metric(constraint, where)
    yield from _quantity(constraint, where)
    yield from _limit(constraint, where)
    yield from _direction(constraint, where)
    yield from problems_of_conditions(constraint, f"{where}.conditions")
    yield from _profile(constraint, where)


def _structures(constraint: Constraint, structures: Structures, where: str) -> Iterator[Problem]:
    for name in constraint.structures:
        if name not in structures.names:
            near = structures.canonical(name)
            hint = f"write {near}" if near else f"{KNOWN_NAMES}; an edition cannot add one"
            yield Problem(f"{where}.structures", "this is no structure that is known", shown(name), hint=hint)
    if len(set(constraint.structures)) != len(constraint.structures):
        yield Problem(f"{where}.structures", "a structure is listed twice")


def _reference(constraint: Constraint, where: str) -> Iterator[Problem]:
    """Yield what a reference must not have: it is shown and never compared, has words and no limit."""
    if constraint.printed is None:
        yield Problem(f"{where}.printed", "it is required of a reference", allowed="what the source prints, in words")
    for name in (*_LIMIT_KEYS, "score"):
        if getattr(constraint, name) is not None:
            yield Problem(
                f"{where}.{name}", "a reference is never compared", hint=f"leave {name} out, or write a limit"
            )
    if constraint.group is not None:
        yield Problem(f"{where}.group", "a reference is part of no group", shown(constraint.group), hint="leave it out")


def _metric(constraint: Constraint, where: str) -> Iterator[Problem]:
    key = f"{where}.metric"
    try:
        parsed = parse_metric(constraint.metric)
    except (MetricError, UnknownMetricError) as error:
        yield Problem(key, str(error), shown(constraint.metric), "e.g. Max[Gy]")
        return
    if parsed.unit == "cGy":
        yield Problem(key, "limits are in Gy", shown(constraint.metric), parsed.metric.label)
    if parsed.metric.kind is MetricKind.VOLUME_AT and constraint.scope in {"score", "share", "interval", "allowed_bed"}:
        yield Problem(key, f"a volume has no {constraint.scope}", shown(constraint.metric), "a dose metric")


def _quantity(constraint: Constraint, where: str) -> Iterator[Problem]:
    key = f"{where}.alpha_beta_gy"
    is_converted = constraint.quantity in {"BED", "EQD2"}
    if is_converted and constraint.alpha_beta_gy is None:
        allowed = 'a number of Gy, or "not stated" if the source does not say'
        yield Problem(key, f"it is required with quantity {constraint.quantity}", allowed=allowed)
    if not is_converted and constraint.alpha_beta_gy is not None:
        what = f"quantity {constraint.quantity} has no alpha/beta"
        yield Problem(key, what, shown(constraint.alpha_beta_gy), hint="leave it out")
    if (constraint.scope == "interval") != (constraint.quantity == "months"):
        what = "scope interval and quantity months belong together"
        yield Problem(f"{where}.quantity", what, shown(constraint.quantity))
    if constraint.scope == "score" and not is_converted:
        yield Problem(f"{where}.quantity", "a score needs BED or EQD2", shown(constraint.quantity))
    if constraint.scope == "allowed_bed" and constraint.quantity != "BED":
        yield Problem(f"{where}.quantity", "the allowed BED is a BED", shown(constraint.quantity), "BED")


def _limit(constraint: Constraint, where: str) -> Iterator[Problem]:
    given = [name for name in _LIMIT_KEYS if getattr(constraint, name) is not None]
    if len(given) != 1:
        what = "exactly one of limit and limit_by_n_fractions is needed"
        if "cord_model" in given:
            what = "a cord_model gives the limit itself"
        yield Problem(f"{where}.limit", what, ", ".join(given))
    if (constraint.scope == "allowed_bed") != (constraint.cord_model is not None):
        what = "scope allowed_bed and the table cord_model belong together"
        yield Problem(f"{where}.cord_model", what, shown(constraint.scope))
    if constraint.limit_by_n_fractions is not None and constraint.scope not in {"first_course", "newest_course"}:
        what = "a limit by fraction number concerns the first or the newest course"
        yield Problem(f"{where}.limit_by_n_fractions", what, shown(constraint.scope))
    if (constraint.scope == "score") != (constraint.score is not None):
        yield Problem(f"{where}.score", "scope score and the table score belong together", shown(constraint.scope))
    if constraint.scope == "share" and constraint.limit is not None and constraint.limit[1] > 1:
        yield Problem(f"{where}.limit", "a share is at most 1", shown(constraint.limit[1]))
    if (
        constraint.limit_for == "tolerance"
        and constraint.limit is not None
        and constraint.limit[0] < constraint.limit[1]
    ):
        yield Problem(f"{where}.limit", "a tolerance that recovery raises is one number", shown(constraint.limit))
    yield from _bounds(constraint, where)
    if constraint.score is not None:
        yield from _score(constraint, f"{where}.score")
    if constraint.cord_model is not None:
        yield from _cord_model(constraint, f"{where}.cord_model")


def _direction(constraint: Constraint, where: str) -> Iterator[Problem]:
    """Yield a limit that lies on the wrong side: what harms would be met."""
    if constraint.scope == "interval":
        what, allowed, is_wrong = "a longer interval is no worse", "at_least or above", constraint.is_upper
    elif constraint.metric.strip().startswith("CV"):
        what, allowed, is_wrong = "a larger spared volume is no worse", "at_least or above", constraint.is_upper
    else:
        of = "a sum" if constraint.scope in _SUMS else "a dose"
        what, allowed, is_wrong = f"more of {of} is no better", "at_most or below", not constraint.is_upper
    if is_wrong:
        yield Problem(
            f"{where}.comparison", f"the limit is on the wrong side: {what}", shown(constraint.comparison), allowed
        )


def _bounds(constraint: Constraint, where: str) -> Iterator[Problem]:
    """Yield limits that no source prints: typed in cGy, they are met by everybody."""
    quantity = QUANTITIES.get(_BOUNDS.get(constraint.unit, ""))
    if quantity is None:
        return
    rows = [(f"{where}.limit", constraint.limit)] if constraint.limit is not None else []
    rows += [(f'{where}.limit_by_n_fractions."{n}"', limit) for n, limit in constraint.limit_by_n_fractions or ()]
    for key, ends in rows:
        for end in dict.fromkeys(ends):
            if not quantity.contains(end):
                yield Problem(key, "the limit is out of range", shown(end), quantity.allowed, quantity.slip)


def _score(constraint: Constraint, where: str) -> Iterator[Problem]:
    score = constraint.score
    if score is None:
        return
    if any(low >= high for low, high in pairwise(score.cumulative_above_gy)):
        yield Problem(f"{where}.cumulative_above_gy", "the bands do not rise")
    ends = [group.up_to_points for group in score.group]
    if ends[-1] is not None or any(end is None for end in ends[:-1]):
        yield Problem(f"{where}.group", "the last group, and only it, has no upper end")
    elif any(low >= high for low, high in pairwise(end for end in ends if end is not None)):
        yield Problem(f"{where}.group", "the groups do not rise")


def _cord_model(constraint: Constraint, where: str) -> Iterator[Problem]:
    model = constraint.cord_model
    if model is None:
        return
    columns = (model.retreatment_after_years, model.retreatment_d50_gy, model.retreatment_slope)
    if len({len(column) for column in columns}) != 1 or len(model.retreatment_after_years) != 3:
        what = "the recovery curve goes through three retreatments: years, D50 and slope of each are needed"
        yield Problem(f"{where}.retreatment_after_years", what, shown(model.retreatment_after_years), "three of each")
    elif any(low >= high for low, high in pairwise(model.retreatment_after_years)):
        yield Problem(f"{where}.retreatment_after_years", "the years do not rise")
    elif model.recovery_begins_days >= model.retreatment_after_years[0] * _DAYS_OF_A_YEAR:
        what = "recovery begins after the first retreatment"
        given = f"{model.recovery_begins_days:g} days, and {model.retreatment_after_years[0]:g} years"
        yield Problem(f"{where}.recovery_begins_days", what, given)


def _profile(constraint: Constraint, where: str) -> Iterator[Problem]:
    """Yield a profile that is not what it takes to decide the constraint: it would be left out, or never decided."""
    key = f"{where}.profile"
    needs_fact = constraint.conditions.target_distance_mm is not None
    if needs_fact and constraint.profile != "stated-fact":
        what = "a condition on the target distance depends on a fact that most cases do not state"
        yield Problem(key, what, shown(constraint.profile), "stated-fact")
    if constraint.profile == "stated-fact" and not needs_fact:
        what = "no condition depends on a fact that cases may state"
        yield Problem(key, what, shown(constraint.profile), "point-dose or distribution")
    lacks_alpha_beta = constraint.alpha_beta_gy == "not stated" and constraint.kind == "limit"
    if constraint.profile == "incomplete" and not lacks_alpha_beta:
        yield Problem(key, "nothing is missing of this constraint", shown(constraint.profile), "point-dose")
    if constraint.profile == "second-opinion" and constraint.cord_model is None:
        yield Problem(key, "only a model is a second opinion", shown(constraint.profile), "point-dose or distribution")
    try:
        kind = parse_metric(constraint.metric).metric.kind
    except (MetricError, UnknownMetricError):
        return
    if kind is MetricKind.MAX and constraint.profile == "distribution":
        yield Problem(key, "a dose point decides this metric", shown(constraint.metric), "point-dose")
    if kind in {MetricKind.VOLUME_AT, MetricKind.MEAN} and constraint.profile != "distribution":
        yield Problem(key, "a dose point cannot decide this metric", shown(constraint.metric), "distribution")
