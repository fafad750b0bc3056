"""Every value against its limit, as bars in parts of the limit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from reirrad.model.finding import Finding, Report
from reirrad.model.rule import UPPER_COMPARISONS
from reirrad.report.counts import counted
from reirrad.report.finding_words import WITHOUT_RULE_HEAD
from reirrad.report.pictures.sheet import HEAD_PT, SMALL_PT, Sheet, fitted
from reirrad.report.pictures.style import BLACK, FILLS, GREY, STATUS_WORDS
from reirrad.report.pictures.words import code_words, limit_words, listed, status_words, value_words

_ORDER = {"violated": 0, "not_evaluated": 1, "met": 2}
#: The axis ends at twice the limit; what lies beyond has an arrow.
_END = 2.0
#: A row holds a name, its numbers and its bar; their middles, as parts of the row.
_ROW_IN, _BAR = 0.56, 0.29
_NAME_AT, _NUMBERS_AT, _BAR_AT, _RANGE_AT = 0.16, 0.41, 0.71, 0.92
#: Room for a name beside its status, and for the numbers.
_NAME_IN, _NUMBERS_IN = 3.5, 5.1


def findings_figure(report: Report) -> Any:
    """Return the picture of every value against its limit.

    A bar is the value in percent of the limit; the part between the ends of a range is hatched. Findings without a
    value or a limit are named below.

    Parameters
    ----------
    report
        The report of a case.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    sheet = Sheet()
    sheet.text(f"Values against limits: case {report.case_id}", size=HEAD_PT, bold=True)
    sheet.text(f"Verdict: {STATUS_WORDS[report.verdict]}. {report.headline}")
    drawn = findings_to_draw(report)
    for structure in dict.fromkeys(item.structure for item in drawn):
        own = [item for item in drawn if item.structure == structure]
        sheet.space(1 / 10)
        sheet.text(structure, bold=True)
        _bars(sheet, own)
    if not drawn:
        sheet.text("Nothing to show: no finding has a value and a limit.")
    else:
        sheet.text(
            "A bar is the value in percent of the limit; cross-hatched: between the ends of a range. The triangle at "
            "the limit points to the side that is allowed; a grey strip is a limit that is a range. X: violated.",
            size=SMALL_PT,
        )
    for text in _texts(report):
        sheet.text(text, size=SMALL_PT)
    return sheet.figure()


def findings_alt_text(report: Report) -> str:
    """Return the picture in words."""
    counts = report.counts
    parts = [
        f"Verdict {STATUS_WORDS[report.verdict]}: {counts.violated} violated, {counts.met} met, "
        f"{counts.not_evaluated} not evaluated."
    ]
    violated = [item for item in findings_to_draw(report) if item.status == "violated" and not item.advisory]
    parts += [f"{item.structure} {item.constraint_id}: {_numbers(item)}." for item in violated]
    if not findings_to_draw(report):
        parts.append("Nothing to show: no finding has a value and a limit.")
    return " ".join(parts)


def _numbers(item: Finding) -> str:
    return f"{value_words(item)}, required {limit_words(item)}"


def _can_be_drawn(item: Finding) -> bool:
    is_open = not item.value_low and item.value_high is None
    return item.status in _ORDER and not is_open and bool(item.limit)


def findings_to_draw(report: Report) -> list[Finding]:
    """Return what has a bar: the worst first, advisory ones last."""
    found = [item for item in report.findings if _can_be_drawn(item)]
    return sorted(found, key=lambda item: (item.advisory, _ORDER[item.status]))


def _texts(report: Report) -> list[str]:
    texts = []
    silent = [item for item in report.findings if item.status in _ORDER and not _can_be_drawn(item)]
    ranked = sorted(silent, key=lambda item: (_ORDER[item.status], item.structure, item.reason or ""))
    for (status, structure, reason), group in groupby(
        ranked, key=lambda item: (item.status, item.structure, item.reason)
    ):
        word = "Not evaluated" if status == "not_evaluated" else f"{STATUS_WORDS[status]}, without a bar"
        why = f" ({code_words(reason)})" if reason else ""
        texts.append(f"{word}: {structure}, {listed(item.constraint_id for item in group)}{why}.")
    texts += [f"Not evaluated: structure {name} is not known." for name in report.unmapped_structures]
    texts += [f"{WITHOUT_RULE_HEAD}: {name}." for name in report.structures_without_rule]
    others = sum(item.status == "not_applicable" for item in report.findings)
    if others:
        texts.append(f"Not applicable to this case: {counted(others, 'limit')}.")
    return texts


def _bars(sheet: Sheet, items: Sequence[Finding]) -> None:
    sheet.axes(
        _ROW_IN * len(items),
        lambda axes: _paint(axes, items),
        left_in=1 / 5,
        right_in=1 / 4,
        above_in=0.06,
        below_in=0.42,
    )


def _paint(axes: Any, items: Sequence[Finding]) -> None:
    axes.set_xlim(0, _END)
    axes.set_ylim(len(items), 0)
    axes.axvline(1, color=BLACK, linewidth=1.5)
    for row, item in enumerate(items):
        _row(axes, row, item)
    axes.set_yticks([])
    axes.set_xticks([0, _END / 4, _END / 2, 3 * _END / 4, _END])
    axes.set_xticklabels(["0", "50 %", "limit", "150 %", "200 %"], fontsize=SMALL_PT)
    axes.set_xlabel("value in percent of the limit", fontsize=SMALL_PT)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _row(axes: Any, row: int, item: Finding) -> None:
    limit = item.limit or 1.0
    low = (item.value_low or 0.0) / limit
    high = _END * 2 if item.value_high is None else item.value_high / limit
    fill, hatch = FILLS[item.status]
    place = row + _BAR_AT
    if item.limit_high is not None and item.limit_high > limit:
        band = [min(item.limit_high / limit, _END) - 1]
        axes.barh([row + _RANGE_AT], band, left=1, height=_BAR / 4, color=GREY, edgecolor=BLACK, linewidth=0.8)
    if low > 0:
        axes.barh([place], [min(low, _END)], height=_BAR, color=fill, edgecolor=BLACK, hatch=hatch, linewidth=0.8)
    if high > low and low < _END:
        length = [min(high, _END) - low]
        axes.barh([place], length, left=low, height=_BAR, color="none", edgecolor=BLACK, hatch="xxx", linewidth=0.8)
    if high == 0:
        axes.plot([0], [place], marker="o", color=BLACK, markersize=6, clip_on=False)
    if high > _END:
        axes.plot([_END], [place], marker=">", color=BLACK, markersize=7, clip_on=False)
    is_upper = item.comparison in UPPER_COMPARISONS
    axes.plot([1], [place - _BAR], marker="<" if is_upper else ">", color=BLACK, markersize=5)
    if item.status == "violated":
        at = min(low if is_upper else high, 0.95 * _END)
        axes.plot([at], [place], marker="X", color=BLACK, markeredgecolor="white", markersize=9)
    white = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    _label(axes, 0, row + _NAME_AT, fitted(item.constraint_id, _NAME_IN), bbox=white)
    _label(axes, 0, row + _NUMBERS_AT, fitted(_numbers(item), _NUMBERS_IN), bbox=white)
    weight = "bold" if item.status == "violated" else "normal"
    word = status_words(item.status, advisory=item.advisory)
    _label(axes, _END, row + _NAME_AT, word, ha="right", fontweight=weight, bbox=white)


def _label(axes: Any, place: float, height: float, text: str, **more: Any) -> None:
    moved = 3 if more.get("ha") != "right" else 0
    axes.annotate(text, (place, height), (moved, 0), textcoords="offset points", fontsize=SMALL_PT, va="center", **more)
