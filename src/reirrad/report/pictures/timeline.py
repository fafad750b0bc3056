"""The accumulated dose over time, with the recovery and the limit of each edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from reirrad.model.timeline import LeftOutLine, StructureTimeline, Timeline, TimelineLine, TimelinePoint
from reirrad.model.wording import plain
from reirrad.report.counts import counted
from reirrad.report.pictures.sheet import HEAD_PT, SMALL_PT, Sheet
from reirrad.report.pictures.style import style
from reirrad.report.pictures.timeline_panel import paint
from reirrad.report.pictures.words import code_words, limit_words, listed, shortened, status_words, value_words

_PANEL_IN = 2.1


def timeline_figure(timeline: Timeline) -> Any:
    """Return the picture of the accumulated dose over time.

    Every structure has a panel for each unit. A line is what counts after each course and, as it recovers, for a
    further one; a limit is a line with a hatched edge on the side that it forbids.

    Parameters
    ----------
    timeline
        The answer of :func:`reirrad.engine.planning.timeline.timeline`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    sheet = Sheet()
    sheet.text(f"Accumulated dose over time: case {timeline.case_id}", size=HEAD_PT, bold=True)
    for own in timeline.structures:
        for unit in dict.fromkeys(line.unit for line in own.lines):
            _panel(sheet, own, unit, timeline)
    if not timeline.structures:
        sheet.text("Nothing to show: no cumulative limit has a line for this case.")
    else:
        sheet.text(
            "Thick: what counts of the courses so far for a course that would begin then, each from its first day on; "
            "shaded below it: the range, where doses or dates are ranges. Thin: the limit, hatched on the side that it "
            f"forbids. After the last course: {timeline.months_after_last_course} months.",
            size=SMALL_PT,
        )
        if any(line.not_applicable_to for own in timeline.structures for line in own.lines):
            sheet.text("A limit that does not apply to the newest course ends there.", size=SMALL_PT)
    for name in timeline.unmapped_structures:
        sheet.text(f"Not evaluated: structure {name} is not known.", size=SMALL_PT)
    for text in _left_out(timeline.left_out):
        sheet.text(text, size=SMALL_PT)
    return sheet.figure()


def timeline_alt_text(timeline: Timeline) -> str:
    """Return the picture in words."""
    if not timeline.structures:
        reasons = " ".join(_left_out(timeline.left_out))
        return f"Nothing to show: no cumulative limit has a line for this case. {reasons}".strip()
    parts = []
    for own in timeline.structures:
        lines = [f"{line.constraint_id} {_in_words(line)}" for line in own.lines]
        parts.append(f"{own.structure}: {'; '.join(lines)}.")
    if timeline.left_out:
        parts.append(f"Left out: {counted(len(timeline.left_out), 'limit')}.")
    return "Accumulated dose after the courses and its recovery, with limits. " + " ".join(parts)


def _in_words(line: TimelineLine) -> str:
    if line.value_low is None and line.value_high is None:
        return f"{_sum_words(line)} so far, for a further course {limit_words(line)}"
    text = f"{value_words(line)}, required {limit_words(line)}: {status_words(line.status, advisory=line.advisory)}"
    if line.course_id is not None and line.course_id != _last(line).course_id:
        text += f' at course "{shortened(line.course_id)}"'
    if line.not_applicable_to is not None:
        text += f'; not applicable to the newest course, "{shortened(line.not_applicable_to)}"'
    return text


def _last(line: TimelineLine) -> TimelinePoint:
    """Return the newest course that gives dose to the structure."""
    return next(point for point in reversed(line.points) if point.course_id is not None)


def _sum_words(line: TimelineLine) -> str:
    last = _last(line)
    return plain(last.high, decimals=2) if last.low == last.high else f"at most {plain(last.high, decimals=2)}"


def _left_out(items: Sequence[LeftOutLine]) -> Iterator[str]:
    ranked = sorted(items, key=lambda item: (item.structure, item.reason))
    for (structure, reason), group in groupby(ranked, key=lambda item: (item.structure, item.reason)):
        yield f"Left out, {code_words(reason)}: {structure}, {listed(item.constraint_id for item in group)}."


def _panel(sheet: Sheet, own: StructureTimeline, unit: str, timeline: Timeline) -> None:
    lines = [line for line in own.lines if line.unit == unit]
    courses = [point.course_id or "" for point in lines[0].points if point.course_id is not None]
    sheet.space(1 / 10)
    sheet.text(f"{own.structure}, {unit}", bold=True)
    is_dated = lines[0].points[0].date is not None
    sheet.axes(
        _PANEL_IN,
        lambda axes: paint(axes, lines, unit, is_dated=is_dated),
        left_in=0.55,
        right_in=1.1,
        above_in=1 / 4,
        below_in=0.46,
    )
    names = "; ".join(f"{number}: {name}" for number, name in enumerate(courses, start=1))
    sheet.text(f"Courses: {names}", size=SMALL_PT)
    for number, line in enumerate(lines):
        sheet.key(style(number), _key(line))


def _key(line: TimelineLine) -> str:
    text = f"{line.constraint_id}: {_in_words(line)}"
    details = [line.metric] + ([] if line.alpha_beta_gy is None else [f"alpha/beta {plain(line.alpha_beta_gy)} Gy"])
    if line.acts_on == "prior_dose":
        details.append("earlier dose recovers")
    elif line.acts_on == "tolerance":
        details.append("limit rises, dose is not discounted")
    else:
        details.append("no recovery")
    return f"{text} ({', '.join(details)})"
