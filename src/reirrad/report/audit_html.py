"""The summary of an audit as one page of HTML: nothing is loaded, nothing runs, and it prints without colour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reirrad.errors import InputError, Problem, shown
from reirrad.model.audit_summary import AUDIT_SCHEMA, NOTES, of_nobody
from reirrad.model.wording import beyond, plain
from reirrad.report.counts import counted, verdicts_of_patients
from reirrad.report.finding_words import LIMITS_OF_USE
from reirrad.report.page import rendered, require_jinja2

_NOTHING = "-"
_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
_ORIGINS = {"modified": "LOCAL, MODIFIED", "user": "local"}
#: Years side by side: as many as fit on a page of A4 upright.
_YEARS_OF_A_TABLE = 8

#: A row of the summary.
_Row = Mapping[str, Any]


def audit_html(summary: Mapping[str, Any]) -> str:
    """Return the summary of an audit as a page of HTML that stands by itself.

    Equal summaries give equal pages. Every text of the summary is escaped, control characters are shown and not sent.

    Parameters
    ----------
    summary
        Content of ``summary.json``, schema ``reirrad-audit/1``.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    InputError
        If the summary has another schema.
    """
    jinja2 = require_jinja2("the report", "audit")

    if summary["schema"] != AUDIT_SCHEMA:
        problem = Problem("schema", "this report does not know it", shown(summary["schema"]), AUDIT_SCHEMA)
        raise InputError("summary of an audit", [problem])
    return rendered("audit.html.j2", _page(summary), jinja2=jinja2)


def _page(summary: _Row) -> dict[str, object]:
    """Return what the template prints, counted, ranked and worded."""
    unknown = summary["unknown"]
    return {
        "headline": _headline(summary),
        "account": _account(summary),
        "verdicts": summary["verdicts"],
        "verdicts_missing": summary["patients"] - sum(summary["verdicts"].values()),
        "advisory": {_of(row) for row in summary["findings"] if row["advisory"]},
        "without_rule": _by_patients(summary.get("without_rule", ()), "structure"),
        "noted": [
            row | {"text": NOTES.get(row["kind"], _words(row["kind"]))}
            for row in _by_patients(summary.get("noted", ()), "kind")
        ],
        "groups": list(_groups(summary["findings"])),
        "year_tables": list(_year_tables(summary)),
        "worst": [_margin_row(row) for row in summary["worst"]],
        "reasons": _ranked(summary["reasons"], "findings", "structure", "constraint_id", "reason"),
        "editions_alone": sorted(summary["editions_alone"], key=lambda row: str(row["edition"])),
        "quarantine": _ranked(summary["quarantine"], "rows", "column", "reason"),
        "unknown": {kind: _ranked(unknown[kind], "rows", "name") for kind in ("structures", "metrics")},
        "inputs": summary["inputs"],
        "editions": sorted(summary["editions"], key=lambda row: str(row["id"])),
        "options": [(name, _option(value)) for name, value in sorted(summary["options"].items())],
        "assumptions": summary["assumptions"],
        "version": summary["reirrad_version"],
        "limits_of_use": LIMITS_OF_USE,
        "words": _words,
        "stated": _stated,
        "origins": _ORIGINS,
    }


def _headline(summary: _Row) -> list[str]:
    """Return the sentences at the top."""
    rows, quarantined = summary["rows_in"], summary["rows_quarantined"]
    second = f"no row of {rows} was quarantined" if rows else "no row was read"
    if quarantined:
        second = (
            f"{counted(quarantined, 'row')} of {rows} {'was' if quarantined == 1 else 'were'} quarantined: "
            f"what {'it' if quarantined == 1 else 'they'} could affect is not evaluated"
        )
    uncertain = summary.get("rows_of_nobody", 0)
    return [verdicts_of_patients(summary), second, *([of_nobody(uncertain)] if uncertain else [])]


def _account(summary: _Row) -> dict[str, object]:
    """Return the account of the rows, and what is missing in it."""
    parts = [summary[f"rows_{part}"] for part in ("audited", "quarantined", "duplicate")]
    return {
        "rows": zip(("audited", "+ quarantined", "+ duplicate"), parts, strict=True),
        "sum": sum(parts),
        "rows_in": summary["rows_in"],
        "missing": summary["rows_in"] - sum(parts),
    }


def _groups(findings: Sequence[_Row]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield the findings of the verdict, the advisory ones and those that apply to nobody, each with its title."""
    ranked = sorted(findings, key=lambda row: (row["structure"], row["constraint_id"], row["edition"]))
    applied = [row for row in ranked if row["violated"] or row["met"] or row["not_evaluated"]]
    titles = {
        "Part of the verdict": [row for row in applied if not row["advisory"]],
        "Advisory, not part of the verdict": [row for row in applied if row["advisory"]],
        "Applied to nobody": [row for row in ranked if row not in applied],
    }
    for title, rows in titles.items():
        if rows:
            yield title, [dict(row) | _rate(row) | {"other_edition": _other_edition(row)} for row in rows]


def _other_edition(row: _Row) -> str:
    """Return the edition where the id of the constraint does not name it already."""
    return "" if row["constraint_id"].startswith(row["edition"]) else row["edition"]


def _year_tables(summary: _Row) -> Iterator[dict[str, object]]:
    """Yield tables of as many years as fit on a page; the unknown year comes last."""
    cells = {(_of(row), row["year"]): dict(row) | _rate(row) for row in summary["by_year"]}
    years = sorted({year for _, year in cells}, key=lambda year: (year is None, year or 0))
    advisory = {_of(row) for row in summary["findings"] if row["advisory"]}
    keys = sorted({key for key, _ in cells}, key=lambda key: (key in advisory, key))
    for start in range(0, len(years), _YEARS_OF_A_TABLE):
        shown_years = years[start : start + _YEARS_OF_A_TABLE]
        rows = [(key, [cells.get((key, year)) for year in shown_years]) for key in keys]
        names = [str(year) for year in shown_years if year is not None]
        span = [names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"] if names else []
        unknown = ["year not stated"] if None in shown_years else []
        yield {
            "title": ", ".join(span + unknown),
            "years": names + unknown,
            "rows": [(key, row) for key, row in rows if any(row)],
        }


def _rate(row: _Row) -> dict[str, object]:
    """Return the share of what was decided that is violated, in percent, as text and as width of a bar.

    A rate that is not zero never prints as zero, one that is not everything never as everything.
    """
    violated, decided = row["violated"], row["violated"] + row["met"]
    if not decided:
        return {"rate": _NOTHING, "width": None, "decided": 0}
    # half up, in whole tenths of a percent
    tenths = (2 * 10 * 100 * violated + decided) // (2 * decided)
    text = f"{tenths // 10}.{tenths % 10}"
    rate = f"{text} %"
    if violated and not tenths:
        rate = "<0.1 %"
    elif row["met"] and tenths == 10 * 100:
        rate = ">99.9 %"
    return {"rate": rate, "width": text, "decided": decided}


def _margin_row(row: _Row) -> dict[str, object]:
    """Return a finding with value, limit and margin in digits that do not round a violation away."""
    value, limit, margin = row["value"], row["limit"], row["margin"]
    unit = "" if row["unit"] in {"1", None} else f" {row['unit']}"
    texts = {
        "value": None if value is None else plain(value) if limit is None else beyond(value, limit),
        "limit": None if limit is None else beyond(limit, 0.0, decimals=4),
        "margin": None if margin is None else _margin(margin),
    }
    return dict(row) | {
        name: _NOTHING if text is None else text if text == _AT_LIMIT else text + unit for name, text in texts.items()
    }


_AT_LIMIT = "exactly at the limit"


def _margin(margin: float) -> str:
    if margin == 0:
        return _AT_LIMIT
    return f"{'+' if margin > 0 else ''}{beyond(margin, 0.0)}"


def _of(row: _Row) -> tuple[str, str]:
    return row["structure"], row["constraint_id"]


def _by_patients(rows: Sequence[_Row], name: str) -> list[dict[str, Any]]:
    """Return numbers of patients by verdict, and of all, with the greatest first, and by name among equals."""
    counted = [dict(row) | {"patients": row["violated"] + row["met"] + row["not_evaluated"]} for row in rows]
    return [dict(row) for row in _ranked(counted, "patients", name)]


def _ranked(rows: Sequence[_Row], count: str, *names: str) -> list[_Row]:
    """Return rows with the greatest count first, and by name among equals."""
    return sorted(rows, key=lambda row: (-row[count], *(str(row[name]) for name in names)))


def _words(code: str | None) -> str:
    """Return the code of a reason in words; what is no code stays as it is."""
    if code is None:
        return "not stated"
    return code.replace("_", " ") if _CODE.fullmatch(code) else code


def _stated(value: object) -> object:
    return "not stated" if value is None else value


def _option(value: object) -> str:
    """Return the value of an option in words."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "empty"
