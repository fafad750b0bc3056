"""An independent oracle of the findings of one case: naive, exact, written from docs/semantics.md alone.

It shares no code with the package, so that a mistake has to be made twice to stay hidden. A constraint is a plain dict:

id, structures, metric, scope, comparison ("at_most" | "below" | "at_least" | "above")
quantity             "bed" | "eqd2" | "physical" (absent: physical)
alpha_beta           a number; needed for BED and EQD2
limit, limit_high    a number; limit_high only for a printed range
limit_by_n_fractions {n: limit or (limit, limit_high)} instead of limit
conditions           {"technique": name, "n_fractions": (least, most), "interval_months": (from, to or None)}
modalities           names, or absent for all
recovery             [(from, to or None, recovered fraction)] in months, or None
score                {"bands": [(BED above which, points)], "interval": (months, points), "course": (BED, points)}
group, advisory, applies_to_related
"""

from dataclasses import dataclass
from typing import Any

from reference import oracle_case as facts
from reference.oracle_dates import INF, Number, Range, Timeline, number, number_range
from reference.oracle_scopes import SCOPES, SUMMING_SCOPES, Order, View, smallest_interval, within
from reference.transcription import CONSTRAINTS

NO_MARGIN = -INF  # ranks an unbounded margin as the smallest
SEVERITY = ["violated", "not_evaluated", "met", "not_applicable"]


@dataclass(frozen=True)
class Judged:
    """One judged value: a turn, an item, an order, or a whole finding."""

    status: str
    value: Range | None = None
    margin: Number | None = None
    course_id: str | None = None


def judge(
    case: dict[str, Any], *, strict: bool = False, constraints: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """Return one finding per constraint and structure of a valid case."""
    findings = []
    for constraint in CONSTRAINTS if constraints is None else constraints:
        for structure in structures_to_judge(case, constraint):
            judged = judge_structure(case, structure, constraint, strict)
            low, high = judged.value if judged.value is not None else (None, None)
            findings.append({
                "constraint_id": constraint["id"],
                "structure": structure,
                "status": judged.status,
                "value_low": low,
                "value_high": high,
                "margin": judged.margin,
                "course_id": judged.course_id,
                "group": constraint.get("group"),
                "advisory": bool(constraint.get("advisory", False)),
            })  # fmt: skip
    return findings


def verdict(findings: list[dict[str, Any]], case: dict[str, Any]) -> str:
    decisive = {finding["status"] for finding in findings if not finding["advisory"]}
    if "violated" in decisive:
        return "violated"
    found = {finding["structure"] for finding in findings}
    unmapped = any(not facts.is_known(name) and name not in found for name in case["structures"])
    if "not_evaluated" in decisive or unmapped or "met" not in decisive:
        return "not_evaluated"
    return "met"


def group_status(members: list[dict[str, Any]]) -> str:
    """Return the status of the findings of one group and structure."""
    statuses = {member["status"] for member in members}
    return next(status for status in SEVERITY if status in statuses)


def structures_to_judge(case: dict[str, Any], constraint: dict[str, Any]) -> list[str]:
    judged = case["structures"]
    return [
        name
        for name in constraint["structures"]
        if name in judged
        or (
            constraint.get("applies_to_related")
            and any(facts.contains(other, name) or facts.contains(name, other) for other in judged)
        )
    ]


def judge_structure(case: dict[str, Any], structure: str, constraint: dict[str, Any], strict: bool) -> Judged:
    raw = case.get("course", [])
    seen = {i: facts.see_course(case, course, structure, constraint) for i, course in enumerate(raw)}
    view = View(
        constraint=constraint,
        courses={i: course for i, course in seen.items() if course.dose[1] > 0},
        timeline=Timeline(raw),
        unseen=case.get("prior_radiotherapy") not in ("complete", "none"),
        strict=strict,
        metric=facts.parse_metric(constraint["metric"])[0],
    )
    first_course = constraint["scope"] == "first_course"
    if view.unseen and (first_course or not view.courses):
        return Judged("not_evaluated", facts.UNKNOWN)
    if len(view.courses) + view.unseen < (1 if first_course else 2):
        return Judged("not_applicable")
    orders = view.timeline.orders(sorted(view.courses))
    if not orders:
        return Judged("not_evaluated", facts.UNKNOWN)
    return agree([judge_order(view, order) for order in orders])


def agree(results: list[Judged]) -> Judged:
    """Join the results of several orders, or of several courses that may be the first."""
    statuses = {result.status for result in results}
    ids = {result.course_id for result in results}
    values = [result.value for result in results if result.value is not None]
    margins = [result.margin for result in results]
    return Judged(
        status=statuses.pop() if len(statuses) == 1 else "not_evaluated",
        value=(min(low for low, _ in values), max(high for _, high in values)) if values else None,
        margin=None if None in margins else min(margin for margin in margins if margin is not None),
        course_id=ids.pop() if len(ids) == 1 else None,
    )


def judge_order(view: View, order: Order) -> Judged:
    scope = view.constraint["scope"]
    if scope == "first_course":
        candidates = []
        for turn, course in enumerate(order):
            candidates.append(judge_value(view, order, turn, view.courses[course].quantity))
            if view.surely_gives(course):
                break
        return agree(candidates)
    if scope == "each_course":
        items = [judge_value(view, order, turn, view.courses[i].quantity) for turn, i in enumerate(order)]
        return worst([judge_value(view, order, None, facts.UNKNOWN), *items] if view.unseen else items)
    turns = range(0 if view.unseen else 1, len(order))
    if scope in SUMMING_SCOPES and not facts.is_near_maximum(view.metric):
        return worst([not_summable(view, order, turn) for turn in turns])
    return worst([judge_value(view, order, turn, SCOPES[scope](view, order, turn)) for turn in turns])


def worst(results: list[Judged]) -> Judged:
    """Return the result to report; of equals the latest."""

    def rank(result: Judged) -> tuple[int, Number]:
        return SEVERITY.index(result.status), NO_MARGIN if result.margin is None else result.margin

    return min(reversed(results), key=rank)


def not_summable(view: View, order: Order, turn: int) -> Judged:
    judged = judge_value(view, order, turn, facts.UNKNOWN)
    status = "not_applicable" if judged.status == "not_applicable" else "not_evaluated"
    return Judged(status, facts.UNKNOWN, None, judged.course_id)


def judge_value(view: View, order: Order, turn: int | None, value: Range) -> Judged:
    """Judge the value at the turn of a course of the order; turn None is the unseen course."""
    course = None if turn is None else view.courses[order[turn]]
    truths = condition_truths(view, order, turn)
    limits = limits_for(view.constraint, course)
    status, margin = compare(view.constraint["comparison"], value, limits) if limits else ("not_evaluated", None)
    if False in truths:
        status = "not_applicable"
    elif None in truths:
        status = "not_evaluated"
    return Judged(status, value, margin, None if course is None else course.course_id)


def limits_for(constraint: dict[str, Any], course: facts.Seen | None) -> Range | None:
    rows = constraint.get("limit_by_n_fractions")
    if rows is not None:
        return number_range(rows[course.fractions]) if course is not None and course.fractions in rows else None
    return number(constraint["limit"]), number(constraint.get("limit_high") or constraint["limit"])


def condition_truths(view: View, order: Order, turn: int | None) -> list[bool | None]:
    """Return each condition as true, false, or None for unknown."""
    course = None if turn is None else view.courses[order[turn]]
    conditions = view.constraint.get("conditions") or {}
    truths: list[bool | None] = []
    if "technique" in conditions:
        known = course is not None and course.technique is not None
        truths.append(course.technique == conditions["technique"] if course is not None and known else None)
    if "n_fractions" in conditions:
        least, most = conditions["n_fractions"]
        truths.append(None if course is None else least <= course.fractions <= most)
    if view.constraint.get("limit_by_n_fractions") is not None:
        truths.append(None if course is None else course.fractions in view.constraint["limit_by_n_fractions"])
    if "interval_months" in conditions:
        interval = facts.UNKNOWN if turn is None else smallest_interval(view, order, turn)
        truths.append(within(interval, *conditions["interval_months"]))
    return truths


def compare(comparison: str, value: Range, limits: Range) -> tuple[str, Number | None]:
    low, high = value
    least, most = limits
    if comparison in ("at_most", "below"):
        met = high <= least if comparison == "at_most" else high < least
        violated = low > most if comparison == "at_most" else low >= most
        margin = None if high == INF else least - high
    else:
        met = low >= most if comparison == "at_least" else low > most
        violated = high < least if comparison == "at_least" else high <= least
        margin = low - most
    return "met" if met else "violated" if violated else "not_evaluated", margin
