"""A report as text for a terminal: 100 columns, words beside colours, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from reirrad.errors import printable
from reirrad.model.finding import EditionUsed, Finding, Report
from reirrad.model.rule import COMPARISON_SIGNS
from reirrad.model.wording import beyond, plain
from reirrad.report.text_tables import disagreement_lines, reference_lines
from reirrad.report.wrapping import wrapped

#: Styles a line by a status; plain text gives it back unchanged.
Style = Callable[[str, str], str]
#: A line and the status it is styled by, if any.
Line = tuple[str, str | None]

_STATUS_WORDS = {
    "violated": "VIOLATED",
    "not_evaluated": "NOT EVALUATED",
    "met": "met",
    "not_applicable": "not applicable",
}
STATUS_ORDER = {"violated": 0, "not_evaluated": 1, "met": 2, "not_applicable": 3}

_ADVISORY = " - advisory, not part of the verdict"

LIMITS_OF_USE = (
    "Limits of use: this is a calculation from the stated data and published limits, no medical device and no "
    "clearance of a plan. A limit that is not exceeded is no proof of safety. Decisions stay with qualified people."
)


def _unstyled(text: str, _status: str) -> str:
    return text


def closing_lines(notes: Iterable[str], sha256: str, version: str) -> Iterator[str]:
    """Yield what every planning answer ends with: its notes, what it was computed from and by, the limits of use."""
    for note in notes:
        yield from wrapped(f"- {note}", "")
    yield from wrapped(f"- input sha256 {sha256}; reirrad {version}", "")
    yield from wrapped(LIMITS_OF_USE, "")


def report_text(report: Report, *, style: Style = _unstyled, details: bool = True) -> str:
    """Return a report as text.

    Parameters
    ----------
    report
        The report.
    style
        Receives each status word with its status and returns it styled for the terminal.
    details
        Whether to print the derivations.
    """
    ranked = sorted(report.findings, key=lambda item: (item.advisory, STATUS_ORDER[item.status]))
    listed = [item for item in ranked if item.status != "not_applicable"]
    sources = {source: number for number, source in enumerate(dict.fromkeys(map(source_line, listed)), start=1)}
    lines: list[Line] = [*_headline(report), ("", None)]
    for (advisory, status), items in groupby(listed, key=lambda item: (item.advisory, item.status)):
        lines += _section(list(items), status, sources, advisory=advisory)
    plain_lines = [*_groups(report), *disagreement_lines(report.disagreement), *_not_applicable(report.findings)]
    if details and listed:
        plain_lines += _derivations(listed)
    plain_lines += [*_sources(sources), *reference_lines(report.references), *_notes(report)]
    return _rendered([*lines, *((line, None) for line in plain_lines)], style)


def headline_text(report: Report, *, style: Style = _unstyled) -> str:
    """Return case, verdict and headline."""
    return _rendered(list(_headline(report)), style)


def _rendered(lines: Sequence[Line], style: Style) -> str:
    texts = [printable(text) if status is None else style(printable(text), status) for text, status in lines]
    return "\n".join(texts).rstrip() + "\n"


def _headline(report: Report) -> Iterator[Line]:
    for line in wrapped(f"Case {report.case_id}", ""):
        yield line, None
    yield f"Verdict: {_STATUS_WORDS[report.verdict]}", report.verdict
    if report.verdict_without_proposed is not None:
        yield f"Without the proposed course: {_STATUS_WORDS[report.verdict_without_proposed]}", None
    for line in wrapped(report.headline, ""):
        yield line, None


def _section(items: Sequence[Finding], status: str, sources: dict[str, int], *, advisory: bool) -> Iterator[Line]:
    title = f"{_STATUS_WORDS[status]} ({len(items)})"
    yield title + (_ADVISORY if advisory else ""), status
    for item in items:
        for line in _item(item, sources[source_line(item)]):
            yield line, None
    yield "", None


def _item(item: Finding, source: int) -> Iterator[str]:
    yield f"  {item.structure}  {item.constraint_id}  [{source}]" + ("  NEAR THE LIMIT" if item.near_limit else "")
    yield from wrapped(_summary(item), "    ")
    if item.status == "not_evaluated":
        yield from wrapped(f"reason: {reason_words(item.reason)}", "    ")
        for line in item.derivation:
            if line.startswith("to decide: "):
                yield from wrapped(line, "    ")


def reason_words(code: str | None) -> str:
    """Return a reason code in words."""
    return (code or "").replace("_", " ")


def _groups(report: Report) -> Iterator[str]:
    groups = [group for group in report.groups if group.status != "not_applicable"]
    if not groups:
        return
    yield "Stated only together by their source"
    for group in groups:
        members = ", ".join(group.members)
        yield from wrapped(f"{group.structure}  {group.group}: {_STATUS_WORDS[group.status]} ({members})", "  ")
    yield ""


def _summary(item: Finding) -> str:
    text = f"{_value(item)}, required {_limit(item)}"
    if item.undiscounted_value is not None:
        text = f"{_value(item)} after recovery ({plain(item.undiscounted_value)} without), required {_limit(item)}"
    if item.margin is not None:
        text += f", {_margin(item)}"
    text += f": {what_is_judged(item)}"
    remarks = []
    if item.course_id is not None:
        remarks.append(f'at course "{item.course_id}"')
    if item.status == "violated" and item.caused_by_proposed is not None:
        remarks.append(
            "violated only with the proposed course"
            if item.caused_by_proposed
            else "violated without the proposed course too"
        )
    if item.basis is not None and item.basis != "plan":
        remarks.append(f"doses: {item.basis}")
    return text + (f" ({'; '.join(remarks)})" if remarks else "")


def _derivations(items: Sequence[Finding]) -> Iterator[str]:
    yield "How each value was computed"
    for item in items:
        yield f"  {item.structure}  {item.constraint_id}"
        for line in item.derivation:
            if not line.startswith("to decide: "):
                yield from wrapped(line, "    ")
    yield ""


def source_line(item: Finding) -> str:
    """Return the source of a finding and the place in it."""
    return f"{item.source}; {item.locator}"


def _sources(sources: dict[str, int]) -> Iterator[str]:
    if not sources:
        return
    yield "Sources"
    for source, number in sources.items():
        yield from wrapped(f"[{number}] {source}", "  ")
    yield ""


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


def what_is_judged(item: Finding) -> str:
    """Return what a finding compares: scope, quantity, metric and alpha/beta."""
    quantity = "dose" if item.quantity == "physical" else item.quantity
    text = _SCOPES[item.scope].format(quantity=quantity)
    if item.scope not in {"interval", "score"}:
        text += f", {item.metric}"
    if item.alpha_beta_gy is not None:
        text += f", alpha/beta {plain(item.alpha_beta_gy)} Gy"
    return text


def _value(item: Finding) -> str:
    limit = item.limit_high if item.limit_high is not None else item.limit
    if item.value_low is None and item.value_high is None:
        return "no value"

    def text(end: float | None) -> str:
        if end is None:
            return "unbounded"
        return beyond(end, limit) if limit is not None else plain(end)

    if item.value is not None:
        return f"{text(item.value)} {_unit(item)}".rstrip()
    return f"{text(item.value_low)} to {text(item.value_high)} {_unit(item)}".rstrip()


def _limit(item: Finding) -> str:
    if item.limit is None:
        return "what the model allows" if item.scope == "allowed_bed" else "a limit that depends on the fraction number"
    text = f"{COMPARISON_SIGNS[item.comparison]} {plain(item.limit)}"
    if item.limit_high is None:
        return f"{text} {_unit(item)}".rstrip()
    # a limit is a range where its source prints one, or where an open interval leaves open how far a tolerance rose
    why = "it depends on the interval" if item.reason == "interval_unknown" else "a range"
    return f"{text} to {plain(item.limit_high)} {_unit(item)}".rstrip() + f" ({why})"


def _unit(item: Finding) -> str:
    return "" if item.unit == "1" else item.unit


def _margin(item: Finding) -> str:
    margin = item.margin or 0.0
    text = beyond(margin, 0.0)
    return f"margin {'+' if margin > 0 else ''}{text} {_unit(item)}".rstrip()


def _not_applicable(findings: Sequence[Finding]) -> Iterator[str]:
    for advisory in (False, True):
        items = [item for item in findings if item.status == "not_applicable" and item.advisory is advisory]
        if not items:
            continue
        yield f"not applicable ({len(items)})" + (_ADVISORY if advisory else "")
        for (structure, reason), group in groupby(items, key=lambda item: (item.structure, item.reason)):
            names = ", ".join(item.constraint_id for item in group)
            yield from wrapped(f"{structure}, {reason_words(reason)}: {names}", "  ")
        yield ""


def _notes(report: Report) -> Iterator[str]:
    yield "Notes"
    for note in report.notes:
        yield from wrapped(f"- {note}", "  ")
    judged = {edition_of(item.constraint_id, report.editions) for item in report.findings}
    used = [edition for edition in report.editions if edition.id in judged]
    editions = ", ".join(f"{edition.id} ({edition.digest[:19]})" for edition in used) or "none has a finding"
    others = len(report.editions) - len(used)
    more = f"; nothing of {others} more is about these structures" if others else ""
    yield from wrapped(f"- editions: {editions}{more}", "  ")
    yield from wrapped(f"- input sha256 {report.input.sha256[:16]}; reirrad {report.reirrad_version}", "  ")
    yield from wrapped(LIMITS_OF_USE, "  ")


def edition_of(constraint_id: str, editions: Sequence[EditionUsed]) -> str | None:
    """Return the edition of a constraint: its id begins with that of its edition, and the longest one is meant."""
    return max((edition.id for edition in editions if constraint_id.startswith(edition.id)), key=len, default=None)
