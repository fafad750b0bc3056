"""The findings of one case: sections 2, 6 and 8 of docs/semantics.md, and the format of a constraint.

A constraint is a plain dict:

id, structures, metric, scope, comparison ("at_most" | "below" | "at_least" | "above")
quantity             "bed" | "eqd2" | "physical" (absent: physical)
alpha_beta           a number; needed for BED and EQD2
limit, limit_high    a number; limit_high only for a printed range
limit_by_n_fractions {n: limit or (limit, limit_high)} instead of limit
conditions           {"technique": name or names, "n_fractions": (least, most), "interval_months": (from, to or None),
                     "fraction_size_gy": (lowest, highest), "scheduled_dose_gy": (lowest, highest),
                     "target_distance_mm": (from, to or None)}; a case states target_distance_mm (a number) beside the
                     doses of a structure
modalities           names, or absent for all
recovery             [(from, to or None, recovered fraction)] in months, or None: discounts the prior doses
tolerance_recovery   a list like recovery, or None: raises the limit; one of the two at most
score                {"bands": [(BED above which, points)], "interval": (months, points), "course": (BED, points)}
profile              "stated-fact": judged only for a structure that the case judges and for which one of its courses
                     states target_distance_mm; with any other (absent: "point-dose") judged: the caller has chosen
group, advisory, applies_to_related
"""

from dataclasses import dataclass, replace
from typing import Any

from reirrad.selftest.oracle import facts
from reirrad.selftest.oracle.conditions import condition_truths, limits_for, stated_limits
from reirrad.selftest.oracle.courses import Read, Seen, needs_distribution
from reirrad.selftest.oracle.dates import INF, Number, Range, number_range
from reirrad.selftest.oracle.scopes import SCOPES, SUMMING_SCOPES, Order, View

NO_MARGIN = -INF  # ranks an unbounded margin as the smallest
SEVERITY = ["violated", "not_evaluated", "met", "not_applicable"]


@dataclass(frozen=True)
class Judged:
    """One judged value: a turn, an item, an order, or a whole finding."""

    status: str
    value: Range | None = None
    margin: Number | None = None
    course_id: str | None = None
    limits: Range | None = None


def judge(case: dict[str, Any], *, constraints: list[dict[str, Any]], strict: bool = False) -> list[dict[str, Any]]:
    """Return one finding per constraint and structure of a valid case, as a plain dict."""
    findings, read = [], Read(case, strict=strict)
    for constraint in constraints:
        for structure in structures_to_judge(case, constraint):
            judged = judge_structure(read, structure, constraint, strict)
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
    """Return the verdict of section 8: advisory and not applicable are neutral."""
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
    """Return the structures for which a constraint has a finding."""
    judged = case["structures"]
    if constraint.get("profile", "point-dose") == "stated-fact":
        named = [name for name in constraint["structures"] if name in judged]
        return [name for name in named if facts.states_target_distance(case, name)]
    return [
        name
        for name in constraint["structures"]
        if name in judged
        or (
            constraint.get("applies_to_related")
            and any(facts.contains(other, name) or facts.contains(name, other) for other in judged)
        )
    ]


def judge_structure(read: Read, structure: str, constraint: dict[str, Any], strict: bool) -> Judged:
    """Judge one constraint for one structure, over every order of the courses."""
    if constraint.get("recovery") and constraint.get("tolerance_recovery"):
        raise ValueError("a recovery schedule acts on one thing")
    seen = {i: read.seen(i, structure, constraint) for i in range(len(read.courses))}
    view = View(
        constraint=constraint,
        courses={i: course for i, course in seen.items() if course.dose[1] > 0},
        timeline=read.timeline,
        unseen=read.case.get("prior_radiotherapy") not in ("complete", "none"),
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
        # of an unseen course, which each_course judges too, no condition is proved false
        is_about_unseen = view.unseen and constraint["scope"] == "each_course"
        is_out = not is_about_unseen and all(excludes(view, course) for course in view.courses)
        return Judged("not_applicable") if is_out else Judged("not_evaluated", facts.UNKNOWN)
    return agree([judge_order(view, order) for order in orders])


def excludes(view: View, course: int) -> bool:
    """Tell whether a course cannot be judged by the constraint, wherever it stands among the others."""
    conditions = {
        name: value for name, value in (view.constraint.get("conditions") or {}).items() if name != "interval_months"
    }
    alone = replace(view, constraint=view.constraint | {"conditions": conditions})
    return False in condition_truths(alone, (course,), 0)


def agree(results: list[Judged], *, latest: bool = False) -> Judged:
    """Join the results of several orders, or of several courses that may be the first (of equals the latest)."""
    statuses = {result.status for result in results}
    ids = {result.course_id for result in results}
    same, limits = results, None
    if statuses in ({"met"}, {"violated"}):

        def rank(result: Judged) -> tuple[Number, Number]:
            least = 0 if result.limits is None or latest else result.limits[0]
            return NO_MARGIN if result.margin is None else result.margin, least

        limits = min(reversed(results) if latest else results, key=rank).limits
        same = [result for result in results if result.limits == limits]
    values = [result.value for result in same if result.value is not None]
    margins = [result.margin for result in results]
    return Judged(
        status=statuses.pop() if len(statuses) == 1 else "not_evaluated",
        value=(min(low for low, _ in values), max(high for _, high in values)) if values else None,
        margin=None if None in margins else min(margin for margin in margins if margin is not None),
        course_id=ids.pop() if len(ids) == 1 else None,
        limits=limits,
    )


def judge_order(view: View, order: Order) -> Judged:
    """Judge one order: the first course, every course, or the worst turn."""
    scope = view.constraint["scope"]
    if scope == "first_course":
        candidates = []
        for turn, course in enumerate(order):
            candidates.append(judge_value(view, order, turn, view.courses[course].quantity))
            if view.surely_gives(course):
                break
        return agree(candidates, latest=True)
    if scope == "each_course":
        items = [judge_value(view, order, turn, view.courses[i].quantity) for turn, i in enumerate(order)]
        return worst([judge_value(view, order, None, facts.UNKNOWN), *items] if view.unseen else items)
    turns = range(0 if view.unseen else 1, len(order))
    return worst([judge_value(view, order, turn, SCOPES[scope](view, order, turn)) for turn in turns])


def worst(results: list[Judged]) -> Judged:
    """Return the result to report; of equals the latest."""

    def rank(result: Judged) -> tuple[int, Number]:
        return SEVERITY.index(result.status), NO_MARGIN if result.margin is None else result.margin

    return min(reversed(results), key=rank)


def has_value(view: View) -> bool:
    """Tell whether the value can be computed at all from what cases state about the metric."""
    not_summable = view.constraint["scope"] in SUMMING_SCOPES and not facts.is_near_maximum(view.metric)
    return not (not_summable or needs_distribution(view.constraint))


def judge_value(view: View, order: Order, turn: int | None, value: Range) -> Judged:
    """Judge the value at the turn of a course of the order; turn None is the unseen course."""
    course = None if turn is None else view.courses[order[turn]]
    truths = condition_truths(view, order, turn)
    limits = limits_for(view, order, turn)
    status: str = "not_evaluated"
    margin: Number | None = None
    if not has_value(view):
        value = facts.UNKNOWN
    elif limits is not None:
        status, margin = compare(view.constraint["comparison"], value, limits)
        is_other = (
            course is not None
            and depends_on_fractions(view.constraint)
            and not (course.is_one_schedule or holds_in_fewer(view.constraint, course))
        )
        is_other = is_other or (course is not None and course.per_day > 1 and depends_on_size(view.constraint))
        status = "not_evaluated" if status == "met" and is_other else status
    if False in truths:
        status = "not_applicable"
    elif None in truths:
        status = "not_evaluated"
    return Judged(status, value, margin, None if course is None else course.course_id, limits)


def depends_on_fractions(constraint: dict[str, Any]) -> bool:
    """Tell whether a limit of a physical dose is for a number of fractions: of one size, one a day."""
    asks = constraint.get("limit_by_n_fractions") is not None or "n_fractions" in (constraint.get("conditions") or {})
    return asks and (constraint.get("quantity") or "physical") == "physical" and constraint["scope"] != "interval"


def depends_on_size(constraint: dict[str, Any]) -> bool:
    """Tell whether a limit of a physical dose is for fractions of a size: one a day."""
    is_physical = (constraint.get("quantity") or "physical") == "physical" and constraint["scope"] != "interval"
    return is_physical and "fraction_size_gy" in (constraint.get("conditions") or {})


def holds_in_fewer(constraint: dict[str, Any], course: Seen) -> bool:
    """Tell whether a limit of some number of fractions is kept by the dose, in fractions (days) that are no larger."""
    if facts.is_volume(facts.parse_metric(constraint["metric"])[0]):
        return False
    fewest, most = (constraint.get("conditions") or {}).get("n_fractions", (1, INF))
    rows = constraint.get("limit_by_n_fractions")
    limits = {fewest: stated_limits(constraint, course)} if rows is None else {n: number_range(rows[n]) for n in rows}
    for n, limit in limits.items():
        if limit is None or not fewest <= n <= most:
            continue
        below = course.most_dose < limit[0] or (constraint["comparison"] == "at_most" and course.most_dose == limit[0])
        if below and course.most_of_a_day * n <= limit[0]:
            return True
    return False


def compare(comparison: str, value: Range, limits: Range) -> tuple[str, Number | None]:
    """Compare a range with a limit: the status and the margin at the worst end."""
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
