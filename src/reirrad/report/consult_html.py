"""The report of one case for a consult, as one page of HTML: nothing is loaded, nothing runs, prints without colour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reirrad.model.budget import Budget
from reirrad.model.case import Case
from reirrad.model.finding import Finding, Report
from reirrad.model.rule import COMPARISON_SIGNS
from reirrad.model.sensitivity import OTHER_RECOVERY, PLAIN_SUMS, Sensitivity
from reirrad.model.wording import KNOWN_NAMES, undiscounted_ends, value_and_limit
from reirrad.report.budget_text import STATES, binds, per_fraction
from reirrad.report.consult_parts import course_rows, facts, reirradiation_type, time_line_ends
from reirrad.report.finding_words import (
    LIMITS_OF_USE,
    POPULATIONS,
    STATUS_ORDER,
    WITHOUT_RULE,
    WITHOUT_RULE_HEAD,
    margin_text,
    members_text,
    not_applicable,
    nothing_open,
    numbered_sources,
    reason_words,
    remarks,
    source_line,
    steps,
    value_ends,
    wanted,
    wanted_of_groups,
    what_is_judged,
    why_no_limit,
    why_range,
)
from reirrad.report.page import rendered, require_jinja2, visible
from reirrad.report.sensitivity_text import answers_of
from reirrad.report.text_tables import REFERENCES, reference_lines, title_of

#: What a spreadsheet would take for a formula when a table is pasted into it; numbers of the package are none.
_FORMULA = re.compile(r"\s*[=+\-@]")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?: [A-Za-z0-9% ]+)?|-")
_SYMBOLS = {
    "violated": "✕ VIOLATED",
    "not_evaluated": "? NOT EVALUATED",
    "met": "• met",
    "not_applicable": "○ not applicable",
}

#: A title, what the picture shows in words, and the picture.
Picture = tuple[str, str, str]


def consult_html(
    case: Case,
    report: Report,
    *,
    budget: Budget | None = None,
    sensitivity: Sensitivity | None = None,
    pictures: Sequence[Picture] = (),
    pictures_note: str = "",
    deidentified: bool = False,
) -> str:
    """Return the report of a case as a page of HTML that stands by itself.

    Equal arguments give equal pages. Every text is escaped, control characters are shown and not sent, and no text of
    the case begins a cell as a formula of a spreadsheet does. Numbers are in ``data`` elements whose ``value`` is that
    of the JSON; what is shown has as many digits as it takes not to contradict the decision.

    Parameters
    ----------
    case
        The case; de-identified already, if ``deidentified``.
    report
        The report of it.
    budget, sensitivity
        Of the same case, with the same rules; left out, the page says that they were not computed.
    pictures
        Title, what is shown in words, and SVG that this program made: it goes into the page as it is.
    pictures_note
        Why pictures are not there, if they should be.
    deidentified
        Whether dates are printed as months since the first course.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    """
    jinja2 = require_jinja2("the HTML report", "report")
    page = _page(case, report, deidentified=deidentified) | {
        "budget": None if budget is None else _budget(budget, report),
        "sensitivity": None if sensitivity is None else _sensitivity(sensitivity, report),
        "pictures": pictures,
        "pictures_note": pictures_note,
    }
    return rendered("consult.html.j2", page, jinja2=jinja2, finalize=_harmless)


def _harmless(value: object) -> object:
    """Return what a place of the template prints, no text of which a spreadsheet takes for a formula."""
    text = visible(value)
    is_text = isinstance(text, str) and not hasattr(text, "__html__")
    return f"'{text}" if is_text and _FORMULA.match(str(text)) and not _NUMBER.fullmatch(str(text)) else text


def _page(case: Case, report: Report, *, deidentified: bool) -> dict[str, Any]:
    """Return what the template prints of case and report."""
    ranked = sorted(report.findings, key=lambda item: (item.advisory, STATUS_ORDER[item.status]))
    listed = [item for item in ranked if item.status != "not_applicable"]
    sources, about = numbered_sources(listed, report.editions)
    judged = {item.edition for item in report.findings}
    kind, why = reirradiation_type(case)
    return {
        "report": report,
        "symbols": _SYMBOLS,
        "counts": [(status, getattr(report.counts, status)) for status in STATUS_ORDER],
        "facts": facts(case),
        "texts": [(name, _lines(text)) for name, text in _free_texts(case) if text],
        "type": kind,
        "type_why": why,
        "has_proposed": case.proposed is not None,
        "courses": course_rows(case, as_months=deidentified),
        "ends": time_line_ends(case, as_months=deidentified),
        "deidentified": deidentified,
        "structures": list(_structures(listed, report, sources)),
        "not_applicable": list(not_applicable(report.findings)),
        "groups": [group for group in report.groups if group.status != "not_applicable"],
        "sources": sources,
        "populations": POPULATIONS,
        "population_of": about,
        "of_groups": list(wanted_of_groups(report)),
        "references": reference_lines(report.references),
        "about_references": REFERENCES,
        "nothing_open": nothing_open(report),
        "open": [_open_row(item) for item in listed if item.status == "not_evaluated"],
        "derivations": [(item, steps(item)) for item in listed],
        "editions": [edition for edition in report.editions if edition.id in judged],
        "other_editions": sum(edition.id not in judged for edition in report.editions),
        "limits_of_use": LIMITS_OF_USE,
        "without_rule": WITHOUT_RULE,
        "without_rule_head": WITHOUT_RULE_HEAD,
        "known_names": KNOWN_NAMES,
        "words": reason_words,
        "members": members_text,
    }


def _free_texts(case: Case) -> tuple[tuple[str, str | None], ...]:
    return ("Systemic therapy", case.systemic_therapy), ("Note", case.note)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


# --- findings ---------------------------------------------------------------------------------------------------------


def _structures(
    listed: Sequence[Finding], report: Report, sources: Mapping[str, int]
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield each structure with a sentence on its editions and its findings, the gravest structure first."""
    sentences = {item.structure: title_of(item).partition(": ")[2] for item in report.disagreement}
    for structure in dict.fromkeys(item.structure for item in listed):
        rows = [_row(item, sources[source_line(item)]) for item in listed if item.structure == structure]
        yield structure, sentences.get(structure, ""), rows


def _row(item: Finding, source: int) -> dict[str, Any]:
    return {
        "item": item,
        "what": what_is_judged(item),
        "remarks": list(remarks(item)),
        "value": value_ends(item),
        "undiscounted": undiscounted_ends(item),
        "limit": _limit(item),
        "margin": None if item.margin is None else (margin_text(item), item.margin),
        "unit": "" if item.unit == "1" else item.unit,
        "source": source,
    }


def _limit(item: Finding) -> dict[str, Any]:
    ends = value_and_limit(item)[1]
    return {
        "sign": COMPARISON_SIGNS[item.comparison],
        "ends": ends,
        "words": why_no_limit(item) if not ends else f"({why_range(item)})" if item.limit_high is not None else "",
    }


def _open_row(item: Finding) -> dict[str, Any]:
    return {"item": item, "reason": reason_words(item.reason), "wanted": wanted(item)}


# --- planning ---------------------------------------------------------------------------------------------------------


def _budget(budget: Budget, report: Report) -> dict[str, Any]:
    """Return the rows of a budget by structure; doses are rounded down, as they are computed."""
    tables = []
    for structure in dict.fromkeys(row.structure for row in budget.rows):
        rows = [row for row in budget.rows if row.structure == structure]
        forbidden = {row.n_fractions for row in rows if row.state == "none" and not row.advisory}
        tables.append(
            (
                structure,
                [
                    {
                        "row": row,
                        "binds": binds(row, forbidden),
                        "state": STATES.get(row.state, ""),
                        "reason": reason_words(row.reason),
                        "total": "" if row.max_total_dose_gy is None else f"{row.max_total_dose_gy:.2f}",
                        "each": None
                        if row.max_total_dose_gy is None
                        else per_fraction(row.max_total_dose_gy, row.n_fractions),
                    }
                    for row in rows
                ],
            )
        )
    counts = sorted({row.n_fractions for row in budget.rows})
    return {"tables": tables, "counts": counts, "notes": [note for note in budget.notes if note not in report.notes]}


def _sensitivity(answer: Sensitivity, report: Report) -> dict[str, Any]:
    """Return what each finding survives; other recovery schedules are a comparison, and not part of a summary."""
    rows = [
        {"row": row, "lines": [line for line in answers_of(row) if not line.startswith("other recovery")]}
        for row in sorted(answer.rows, key=lambda row: (row.advisory, row.label != "fragile", row.label is None))
    ]
    notes = [note for note in answer.notes if note not in {*report.notes, OTHER_RECOVERY, PLAIN_SUMS}]
    return {"rows": rows, "counts": answer.counts, "notes": notes}
