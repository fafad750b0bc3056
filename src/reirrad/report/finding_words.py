"""A finding in words: what was judged, its value, its limit and its margin, the same in text and on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reirrad.model.finding import EditionUsed, Finding, GroupFinding, Opinion, Report
from reirrad.model.rule import COMPARISON_SIGNS
from reirrad.model.wording import beyond, plain, undiscounted_ends, value_and_limit

STATUS_WORDS = {
    "violated": "VIOLATED",
    "not_evaluated": "NOT EVALUATED",
    "met": "met",
    "not_applicable": "not applicable",
}
STATUS_ORDER = {"violated": 0, "not_evaluated": 1, "met": 2, "not_applicable": 3}

LIMITS_OF_USE = (
    "Limits of use: this is a calculation from the stated data and published limits, no medical device and no "
    "clearance of a plan. A limit that is not exceeded is no proof of safety. Decisions stay with qualified people."
)

#: Whom the sources of a report are about, and that nothing but the reader compares the patient with them.
POPULATIONS = (
    "No rule depends on age, sex, earlier surgery or drugs: compare the patient with the population of each source."
)

#: What is said of structures without a rule that decides: of some, limits decide about earlier courses.
WITHOUT_RULE_HEAD = "No limit decides about the newest course that gives dose to"
#: What to do about them.
WITHOUT_RULE = (
    "No limit that is judged decides about the newest course that gives dose to these; choose editions with one that "
    "does, or add your own"
)

_SCOPES = {
    "cumulative": "cumulative {quantity}",
    "newest_course": "{quantity} of the newest course",
    "each_course": "{quantity} of each course",
    "first_course": "{quantity} of the first course",
    "share": "share of the newest course in the cumulative {quantity}",
    "interval": "interval",
    "score": "score",
    "allowed_bed": "{quantity} of the second course, against what the model allows",
}


#: Scopes of which a finding is about one course by itself.
_ONE_COURSE = frozenset({"each_course", "first_course"})


def reason_words(code: str | None) -> str:
    """Return a reason code in words."""
    return (code or "").replace("_", " ")


def source_line(item: Finding) -> str:
    """Return the source of a finding and the place in it."""
    return f"{item.source}; {item.locator}"


def numbered_sources(
    items: Sequence[Finding], editions: Sequence[EditionUsed]
) -> tuple[dict[str, int], dict[int, str]]:
    """Return the number of each source, in the order of the findings, and by number whom it is about."""
    populations = {edition.id: edition.population for edition in editions}
    numbers: dict[str, int] = {}
    about: dict[int, str] = {}
    for item in items:
        number = numbers.setdefault(source_line(item), len(numbers) + 1)
        about[number] = populations.get(item.edition, "")
    return numbers, about


def what_is_judged(item: Finding) -> str:
    """Return what a finding compares: scope, quantity, metric and alpha/beta."""
    quantity = "dose" if item.quantity == "physical" else item.quantity
    text = _SCOPES[item.scope].format(quantity=quantity)
    if item.scope not in {"interval", "score"}:
        text += f", {item.metric}"
    if item.alpha_beta_gy is not None:
        text += f", alpha/beta {plain(item.alpha_beta_gy)} Gy"
    return text


def remarks(item: Finding) -> Iterator[str]:
    """Yield what else is to be known of a finding: where it is decided, by whom it is caused, on what doses."""
    if item.near_limit:
        yield "NEAR THE LIMIT"
    if item.course_id is not None:
        yield f'at course "{item.course_id}"'
    if item.status == "violated" and item.caused_by_proposed is not None:
        yield _with_or_without(item)
    if item.basis is not None and item.basis != "plan":
        yield f"doses: {item.basis}"


def _with_or_without(item: Finding) -> str:
    if not item.caused_by_proposed:
        return "violated without the proposed course too"
    if item.scope in _ONE_COURSE and item.course_role == "delivered":
        # no dose of the proposed course changes that of another
        return "applies only because a course is proposed, and is exceeded by what was delivered"
    return "violated only with the proposed course"


def value_ends(item: Finding) -> list[tuple[str, float | None]]:
    """Return the ends of a value as shown and as they are, one if it is a number, none if there is none.

    They are shown without unit and with digits that do not contradict the decision.
    """
    return value_and_limit(item)[0]


def after_recovery(item: Finding | Opinion) -> str:
    """Return that a value is a sum after recovery, and what it is without; empty where nothing is discounted."""
    ends = " to ".join(text for text, _ in undiscounted_ends(item))
    return f"after recovery ({ends} without)" if ends else ""


def value_text(item: Finding) -> str:
    """Return the value, or its range, without unit."""
    return " to ".join(text for text, _ in value_ends(item)) or "no value"


def why_no_limit(item: Finding) -> str:
    """Return what stands in the place of a limit that is not a number of its own."""
    return "what the model allows" if item.scope == "allowed_bed" else "depends on the fraction number"


def limit_text(item: Finding) -> str:
    """Return the limit with its sign and unit."""
    if item.limit is None:
        return why_no_limit(item)
    ends = " to ".join(text for text, _ in value_and_limit(item)[1])
    text = f"{COMPARISON_SIGNS[item.comparison]} {ends}"
    return f"{text} {'' if item.unit == '1' else item.unit}".rstrip()


def why_range(item: Finding) -> str:
    """Return why a limit is a range; empty where it is none.

    Its source prints one, or an open interval leaves open how far a tolerance rose.
    """
    if item.limit_high is None:
        return ""
    return "it depends on the interval" if item.reason == "interval_unknown" else "a range"


def margin_text(item: Finding) -> str:
    """Return the margin with its sign and without unit; ``-`` where it is unbounded."""
    if item.margin is None:
        return "-"
    return f"{'+' if item.margin > 0 else ''}{beyond(item.margin, 0.0)}"


def wanted(item: Finding) -> list[str]:
    """Return what would decide a finding."""
    return [line.removeprefix("to decide: ") for line in item.derivation if line.startswith("to decide: ")]


def nothing_open(report: Report) -> str:
    """Return the sentence that nothing is open, with what it does not say; empty where something is."""
    statuses = {item.status for item in report.findings}
    if "not_evaluated" in statuses or report.unmapped_structures or report.structures_without_rule:
        return ""
    is_any = bool(statuses - {"not_applicable"})
    return "Every limit that applies was evaluated." if is_any else "No limit that is judged applies."


def steps(item: Finding) -> list[str]:
    """Return the arithmetic of a finding, without what would decide it."""
    return [line for line in item.derivation if not line.startswith("to decide: ")]


def not_applicable(findings: Sequence[Finding]) -> Iterator[tuple[str, str, bool, list[str]]]:
    """Yield structure, reason, whether it is advisory, and the constraints that do not apply."""

    def key(item: Finding) -> tuple[bool, str, str]:
        return item.advisory, item.structure, item.reason or ""

    items = sorted((item for item in findings if item.status == "not_applicable"), key=key)
    for (advisory, structure, reason), group in groupby(items, key=key):
        yield structure, reason_words(reason), advisory, [item.constraint_id for item in group]


def members_text(group: GroupFinding, report: Report) -> str:
    """Return the members of a group that were judged, and that they are not all."""
    return ", ".join(group.members) + ("; not all of it was judged" if report.not_judged_of(group) else "")


def wanted_of_groups(report: Report) -> Iterator[str]:
    """Yield of which groups the limits that were not judged would decide."""
    for group in report.groups:
        rest = report.not_judged_of(group)
        if rest and group.status == "not_evaluated":
            yield f"{group.structure}, {group.group}: its limits hold only together; judge these, too: {rest}"
