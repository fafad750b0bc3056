"""Where a report says of itself what its findings do not: counts, verdicts, headline, groups, opinions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

from reirrad.errors import Problem, shown
from reirrad.model.finding import Finding, GroupFinding, Opinion, Report, StatusWord
from reirrad.model.headline import REQUIRES_ORGANS, counted
from reirrad.model.rule import UPPER_COMPARISONS
from reirrad.model.wording import plain

HINT = "it was cut or changed: have it written again"
_GRAVEST_FIRST: tuple[StatusWord, ...] = ("violated", "not_evaluated", "met", "not_applicable")
#: How a headline goes on behind what follows from the findings: options, the choice of rules, rules that were changed.
_GOES_ON = (", ", "; judged by ", "; limits on ", "; LOCAL, MODIFIED: ")
#: Margins are computed exactly and rounded once, so that they differ from a difference of rounded numbers.
_ROUNDING = 1e-9
#: How the note begins which says that the table was changed that states how near is near.
_OTHER_CONVENTIONS = "conventions.toml differs"
#: What an opinion repeats of its finding.
_REPEATED = sorted({field.name for field in fields(Opinion)} & {field.name for field in fields(Finding)})


def contradictions(report: Report, near_fraction: float) -> Iterator[Problem]:
    """Yield where a report contradicts its findings.

    What a finding says is not judged again: only what follows from the findings for certain is asked for.
    ``near_fraction`` is the part of a dose limit within which a margin is marked as near to it.
    """
    name = shown(report.case_id)
    for where, what, given in (
        *_findings(report),
        *_margins(report),
        *_near_limits(report, near_fraction),
        *_counts(report),
        *_verdict(report),
        *_headline(report),
        *_groups(report),
        *_opinions(report),
    ):
        yield Problem(f"{name}, {where}", what, given, hint=HINT)


_Told = tuple[str, str, str]


def _findings(report: Report) -> Iterator[_Told]:
    seen: set[tuple[str, str]] = set()
    editions = {edition.id for edition in report.editions}
    for item in report.findings:
        key = item.constraint_id, item.structure
        if key in seen:
            yield "findings", f"a second finding of {item.constraint_id}", shown(item.structure)
        seen.add(key)
        if item.edition not in editions:
            what = "the edition is not among those that the report names"
            yield f"{item.structure}, {item.constraint_id}, edition", what, shown(item.edition)
        if (item.course_id is None) != (item.course_role is None):
            what = "there is a course without a role, or a role without a course"
            yield f"{item.structure}, {item.constraint_id}, course_role", what, shown(item.course_role)


def _margins(report: Report) -> Iterator[_Told]:
    """Yield margins that are not the room between value and limit: one of the three was changed."""
    for item in report.findings:
        is_upper = item.comparison in UPPER_COMPARISONS
        limit = item.limit if is_upper or item.limit_high is None else item.limit_high
        value = item.value_high if is_upper else item.value_low
        if limit is None or value is None:
            continue
        margin = limit - value if is_upper else value - limit
        if item.margin is None or abs(item.margin - margin) > _ROUNDING * max(1.0, abs(limit), abs(value)):
            what = f"the margin is not what lies between value and limit, which is {plain(margin)}"
            yield f"{item.structure}, {item.constraint_id}, margin", what, shown(item.margin)


def _near_limits(report: Report, near_fraction: float) -> Iterator[_Told]:
    """Yield marks of what is near to its limit that are not those of the margins."""
    if any(note.startswith(_OTHER_CONVENTIONS) for note in report.notes):
        return  # how near was then a choice of that installation
    for item in report.findings:
        is_known = item.margin is not None and item.limit is not None and item.unit.startswith("Gy")
        is_near = is_known and abs(item.margin or 0) <= near_fraction * (item.limit or 0)
        if item.near_limit != is_near:
            what = f"it is not what margin and limit say, which is {str(is_near).lower()}"
            yield f"{item.structure}, {item.constraint_id}, near_limit", what, str(item.near_limit).lower()


def _counts(report: Report) -> Iterator[_Told]:
    found = _counted(report)
    for status in get_args(StatusWord):
        stated = getattr(report.counts, status)
        if stated != found[status]:
            what = f"the count is not that of the findings, of which {found[status]} are {status}"
            yield f"counts.{status}", what, shown(stated)


def _counted(report: Report) -> Counter[StatusWord]:
    return Counter(item.status for item in report.findings if not item.advisory)


def _verdict(report: Report) -> Iterator[_Told]:
    found = _counted(report)
    must_have_a_rule = any(note.startswith(REQUIRES_ORGANS) for note in report.notes)
    is_unjudged = bool(
        report.unmapped_structures
        or (must_have_a_rule and report.structures_without_rule)
        or any(_is_open_part(group, report) for group in report.groups if _decides(group, report))
    )
    if found["violated"]:
        verdict = "violated"
    else:
        verdict = "not_evaluated" if found["not_evaluated"] or is_unjudged or not found["met"] else "met"
    if report.verdict != verdict:
        yield "verdict", f"the verdict is not that of the findings, which is {verdict}", shown(report.verdict)
    possible = _without_proposed(report, is_unjudged=is_unjudged)
    if report.verdict_without_proposed not in possible:
        words = " or ".join("null" if word is None else word for word in possible)
        what = f"it is not what the findings leave possible, which is {words}"
        yield "verdict_without_proposed", what, shown(report.verdict_without_proposed)


def _without_proposed(report: Report, *, is_unjudged: bool) -> tuple[StatusWord | None, ...]:
    """Return what the verdict without the proposed course may be, by what the findings say that this course caused.

    Without the last course every turn of the others is judged as with it. So what is met may be met or not apply, what
    does not apply does not, and what is open may be anything: a model or an order is open for many courses only. The
    findings do not say which of these it is.
    """
    deciding = [item for item in report.findings if not item.advisory]
    violated = [item for item in deciding if item.status == "violated"]
    if report.verdict_without_proposed is None:
        # a finding says what the proposed course caused only where there is one
        if all(item.caused_by_proposed is None for item in deciding):
            return (None,)
    elif any(item.caused_by_proposed is None and item.status != "violated" for item in deciding):
        return (None,)
    if any(item.caused_by_proposed is False for item in violated):
        return ("violated",)
    is_open = any(item.status == "not_evaluated" for item in deciding)
    applies = any(item.status != "not_applicable" for item in deciding)
    is_never_met = is_unjudged or not applies or any(item.caused_by_proposed is None for item in violated)
    first: tuple[StatusWord, ...] = ("violated",) if is_open else ()
    last: tuple[StatusWord, ...] = () if is_never_met else ("met",)
    return (*first, "not_evaluated", *last)


def _headline(report: Report) -> Iterator[_Told]:
    words = counted(
        report.findings,
        n_unmapped=len(report.unmapped_structures),
        n_without_rule=len(report.structures_without_rule),
        n_parts=sum(_is_open_part(group, report) for group in report.groups),
    )
    rest = report.headline.removeprefix(words)
    modified = [edition.id for edition in report.editions if edition.origin == "modified"]
    if rest == report.headline or not (rest == "" or rest.startswith(_GOES_ON)):
        yield (
            "headline",
            f"it does not begin with what the findings say, which is {shown(words)}",
            shown(report.headline),
        )
    elif any(name not in rest.partition("; LOCAL, MODIFIED: ")[2] for name in modified):
        yield "headline", f"it does not say that {', '.join(modified)} was modified", shown(report.headline)


def _groups(report: Report) -> Iterator[_Told]:
    """Yield groups that are not those of the findings; of one name there may be one in each edition."""
    status = {(item.constraint_id, item.structure): item.status for item in report.findings}
    wanted = Counter(
        (item.group, item.structure, item.constraint_id) for item in report.findings if item.group is not None
    )
    stated = Counter((group.group, group.structure, member) for group in report.groups for member in group.members)
    if stated != wanted:
        (name, structure, _), *_ = [*(wanted - stated), *(stated - wanted)]
        yield "groups", f"the members of {name} are not those of the findings", shown(structure)
        return
    for group in report.groups:
        found = {status[member, group.structure] for member in group.members}
        worst = next((word for word in _GRAVEST_FIRST if word in found), None)
        if worst == "met" and report.not_judged_of(group):
            worst = "not_evaluated"
        if group.status != worst:
            what = f"the status of {group.group} is not that of its findings, which is {worst}"
            yield "groups", what, shown(group.status)


def _is_open_part(group: GroupFinding, report: Report) -> bool:
    return group.status == "not_evaluated" and bool(report.not_judged_of(group))


def _decides(group: GroupFinding, report: Report) -> bool:
    """Whether a member of a group is part of the verdict: what is advisory is not."""
    deciding = {(item.constraint_id, item.structure) for item in report.findings if not item.advisory}
    return any((member, group.structure) in deciding for member in group.members)


def _opinions(report: Report) -> Iterator[_Told]:
    """Yield what the editions are said to say of a structure, and their findings do not."""
    findings = {(item.constraint_id, item.structure): item for item in report.findings}
    for compared in report.disagreement:
        for opinion in compared.opinions:
            item = findings.get((opinion.constraint_id, compared.structure))
            if item is None or any(getattr(item, name) != getattr(opinion, name) for name in _REPEATED):
                what = f"what is said of {opinion.constraint_id} is not what its finding says"
                yield "disagreement", what, shown(compared.structure)
