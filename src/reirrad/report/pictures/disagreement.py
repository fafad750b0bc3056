"""What the editions say side by side: the room that each leaves, in percent of its own limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reirrad.model.finding import Disagreement, Opinion, Report
from reirrad.model.wording import plain
from reirrad.report.counts import counted
from reirrad.report.pictures.sheet import HEAD_PT, SMALL_PT, Sheet, fitted
from reirrad.report.pictures.style import BLACK, BLUE, FILLS, GREY, STATUS_MARKERS, STATUS_WORDS
from reirrad.report.pictures.words import limit_words, listed, value_words

#: The axis ends at a room of all of the limit; what lies beyond has an arrow.
_END = 100.0
_ROW_IN = 0.52
#: Middles of the parts of a row.
_NAME_AT, _NUMBERS_AT, _DOT_AT = 0.17, 0.43, 0.77
_FILLS = {"violated": BLACK, "met": BLUE, "not_evaluated": "white"}
#: Room for a name beside its status, and for the numbers.
_NAME_IN, _NUMBERS_IN = 3.2, 4.9


def disagreement_figure(report: Report) -> Any:
    """Return the picture of the editions side by side.

    Every structure of which more than one edition says something has a panel; a dot is the room that the worst finding
    of an edition leaves in percent of its limit, left of the limit what is too much.

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
    sheet.text(f"Editions side by side: case {report.case_id}", size=HEAD_PT, bold=True)
    for own in report.disagreement:
        sheet.space(1 / 10)
        sheet.text(own.structure, bold=True)
        sheet.text(_agreement(own))
        drawn = [item for item in own.opinions if item.margin_percent is not None]
        if drawn:
            _dots(sheet, drawn, own.binds)
        for text in _texts(own):
            sheet.text(text, size=SMALL_PT)
    if not report.disagreement:
        sheet.text("Nothing to show: of no structure more than one edition says something.")
    else:
        sheet.text(
            "A mark is the room that the worst finding of an edition leaves at the worse end of its value, in percent "
            "of its limit. X: violated; filled: met; hollow: not evaluated.",
            size=SMALL_PT,
        )
    return sheet.figure()


def disagreement_alt_text(report: Report) -> str:
    """Return the picture in words."""
    if not report.disagreement:
        return "Nothing to show: of no structure more than one edition says something."
    return " ".join(f"{own.structure}: {_agreement(own)}" for own in report.disagreement)


def _agreement(own: Disagreement) -> str:
    if own.agree is None:
        return "No edition was evaluated."
    words = [STATUS_WORDS[status] for status in dict.fromkeys(item.status for item in own.opinions)]
    text = "The editions that were evaluated agree" if own.agree else f"The editions disagree ({', '.join(words)})"
    text += f"; {own.binds} binds" if own.binds else ""
    if own.spread_percent is not None:
        low, high = (_percent(end) for end in own.spread_percent)
        text += f"; room {low}" if low == high else f"; room from {low} to {high}"
    missing = sum(item.status == "not_evaluated" for item in own.opinions)
    if missing:
        text += f"; {counted(missing, 'edition')} not evaluated"
    return text + "."


def _percent(number: float) -> str:
    rounded = plain(number, decimals=0 if abs(number) >= 1 else 2)
    return f"{rounded} %"


def _texts(own: Disagreement) -> list[str]:
    texts = []
    for status, word in STATUS_WORDS.items():
        silent = [item for item in own.opinions if item.margin_percent is None and item.status == status]
        if silent:
            names = listed(f"{item.constraint_id} ({value_words(item)}, {limit_words(item)})" for item in silent)
            what = "Not evaluated" if status == "not_evaluated" else f"{word}, no room in percent"
            texts.append(f"{what}: {names}.")
    return texts


def _dots(sheet: Sheet, items: Sequence[Opinion], binds: str | None) -> None:
    sheet.axes(
        _ROW_IN * len(items),
        lambda axes: _paint(axes, items, binds),
        left_in=0.34,
        right_in=0.34,
        above_in=0.06,
        below_in=0.46,
    )


def _paint(axes: Any, items: Sequence[Opinion], binds: str | None) -> None:
    axes.set_xlim(-_END, _END)
    axes.set_ylim(len(items), 0)
    axes.axvspan(-_END, 0, facecolor="none", edgecolor="#CCCCCC", hatch="//", linewidth=0)
    axes.axvline(0, color=BLACK, linewidth=1.5)
    for row, item in enumerate(items):
        _row(axes, row, item, is_binding=item.constraint_id == binds)
    axes.set_yticks([])
    axes.set_xticks([-_END, -_END / 2, 0, _END / 2, _END])
    axes.set_xticklabels(["-100 %", "-50 %", "limit", "+50 %", "+100 %"], fontsize=SMALL_PT)
    axes.set_xlabel("exceeded  <  room in percent of the limit  >  left", fontsize=SMALL_PT)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _row(axes: Any, row: int, item: Opinion, *, is_binding: bool) -> None:
    room = item.margin_percent or 0.0
    place = row + _DOT_AT
    at = max(-_END, min(room, _END))
    line = "-" if item.status != "not_evaluated" else ":"
    axes.plot(
        [0, at], [place, place], color=FILLS[item.status][0] if line == "-" else GREY, linewidth=3, linestyle=line
    )
    if abs(room) > _END:
        axes.plot([at], [place], marker="<" if room < 0 else ">", color=BLACK, markersize=8, clip_on=False)
        at *= 0.95
    axes.plot(
        [at],
        [place],
        marker=STATUS_MARKERS[item.status],
        markerfacecolor=_FILLS[item.status],
        markeredgecolor=BLACK,
        markersize=9,
    )
    white = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    numbers = f"{value_words(item)}, required {limit_words(item)}, room {_percent(room)}"
    word = STATUS_WORDS[item.status] + (", binds" if is_binding else "")
    weight = "bold" if item.status == "violated" else "normal"
    name = fitted(item.constraint_id, _NAME_IN)
    for text, height in ((name, _NAME_AT), (fitted(numbers, _NUMBERS_IN), _NUMBERS_AT)):
        axes.annotate(
            text,
            (-_END, row + height),
            (3, 0),
            textcoords="offset points",
            fontsize=SMALL_PT,
            va="center",
            bbox=white,
        )
    axes.annotate(
        word, (_END, row + _NAME_AT), fontsize=SMALL_PT, fontweight=weight, ha="right", va="center", bbox=white
    )
