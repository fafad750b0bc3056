"""The case of a consult report: its courses in words and on a time line, and the type of re-irradiation."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reirrad.model.case import Case, Course, Phase
from reirrad.model.dates import DateRange, parse_date_range
from reirrad.model.metric import MetricError, MetricKind, UnknownMetricError, parse_metric
from reirrad.model.names import folded
from reirrad.model.wording import plain, span_text

NOT_STATED = "not stated"
#: Part of the time line that dates without an end take at its side.
_OPEN_PART = 1 / 10
_HISTORY = {
    "complete": "complete: every course is listed",
    "none": "none before the courses listed, as stated",
    "partial": "partial: earlier courses may be missing",
    "unknown": "unknown: earlier courses may be missing",
}


def history_text(case: Case) -> str:
    """Return what is known of earlier radiotherapy in words."""
    return _HISTORY[case.prior_radiotherapy]


# --- type of re-irradiation -------------------------------------------------------------------------------------------


def reirradiation_type(case: Case) -> tuple[str, str]:
    """Return the type of re-irradiation in the words of ESTRO and EORTC, and why it is that or not stated.

    Type 1 is a new course with geometrical overlap of the irradiated volumes, type 2 one without it but with concern
    for toxicity from the cumulative dose; "repeat organ irradiation" (the same organ) and "repeat irradiation" (another
    one) are neither. A case holds doses to organs and no volumes, so that a dose to one organ from two courses leaves
    three of the four.

    Andratschke and others 2022, doi 10.1016/S1470-2045(22)00447-8, as summarised in the abstract of
    doi 10.21037/apm-24-4; the consensus itself was not read.
    """
    if case.prior_radiotherapy in {"complete", "none"} and len(case.course) < 2:
        return "no re-irradiation", "the history is complete and has fewer than two courses"
    organs = _irradiated_twice(case)
    if not organs:
        return (
            NOT_STATED,
            "no structure that is judged is stated to get dose from an earlier course and from a later one",
        )
    get = "gets" if len(organs) == 1 else "get"
    return NOT_STATED, (
        f"{', '.join(organs)} {get} dose from an earlier course and from a later one, so that it is type 1, type 2 or "
        "repeat organ irradiation; whether the irradiated volumes overlap is not stated in a case"
    )


def _irradiated_twice(case: Case) -> list[str]:
    """Return the judged structures that certainly get dose from the proposed course and another, or from any two."""
    found = []
    for name in case.structures:
        courses = [course for course in case.course if _certainly_gets_dose(course, folded(name))]
        is_newest_among = case.proposed is None or case.proposed in courses
        if len(courses) > 1 and is_newest_among:
            found.append(name)
    return found


def _certainly_gets_dose(course: Course, name: str) -> bool:
    return any(
        low > 0 and _is_dose(metric)
        for phase in course.phases
        for stated, dose in phase.dose.items()
        if folded(stated) == name
        for metric, (low, _) in dose.metrics.items()
    )


def _is_dose(metric: str) -> bool:
    try:
        return parse_metric(metric).metric.kind is not MetricKind.VOLUME_AT
    except (MetricError, UnknownMetricError):
        return False


# --- dates ------------------------------------------------------------------------------------------------------------


def day_texts(case: Case, *, as_months: bool) -> list[dict[str, str]]:
    """Return start and end of each course: as stated, or in months from the first day of the first course."""
    first = _first_day(case)
    return [
        {
            key: NOT_STATED if text is None else _since(first, parse_date_range(text)) if as_months else text
            for key, text in (("start", course.start), ("end", course.end))
        }
        for course in case.course
    ]


def _first_day(case: Case) -> dt.date | None:
    days = [_range(course.start).low for course in case.course]
    return min((day for day in days if day is not None), default=None)


def _since(first: dt.date | None, dates: DateRange) -> str:
    if first is None:
        return "stated, but not as an interval"
    low = "unbounded" if dates.low is None else plain(_months(first, dates.low), decimals=2)
    high = "unbounded" if dates.high is None else plain(_months(first, dates.high), decimals=2)
    return low if low == high else f"{low} to {high}"


def _range(text: str | None) -> DateRange:
    return DateRange(None, None) if text is None else parse_date_range(text)


def _months(earlier: dt.date, later: dt.date) -> float:
    """Return calendar months between two days, as ``docs/semantics.md`` counts them; below 0 if the second is first."""
    if later < earlier:
        return -_months(later, earlier)
    whole = (later.year - earlier.year) * 12 + later.month - earlier.month
    whole -= _months_later(earlier, whole) > later
    begun = _months_later(earlier, whole)
    return whole + (later - begun).days / (_months_later(earlier, whole + 1) - begun).days


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# --- courses and time line --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """Where a course may lie and where it certainly does, in percent of the time line; ``None``: nowhere certain."""

    left: str
    width: str
    sure_left: str | None
    sure_width: str | None
    is_open_left: bool
    is_open_right: bool


@dataclass(frozen=True)
class CourseRow:
    """A course in words; ``interval`` is empty for the first, ``bar`` is none where no course has a date."""

    id: str
    role: str
    start: str
    end: str
    interval: str
    schedule: str
    per_day: str
    technique: str
    modality: str
    doses: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    bar: Bar | None


def course_rows(case: Case, *, as_months: bool) -> list[CourseRow]:
    """Return each course as the report lists it."""
    bars = _bars(case)
    return [
        CourseRow(
            id=course.id,
            role=course.role,
            start=days["start"],
            end=days["end"],
            interval=_interval_before(case, index),
            schedule=" + ".join(_schedule(phase) for phase in course.phases),
            per_day=_per_day(course),
            technique=course.technique or NOT_STATED,
            modality=course.modality.replace("_", " "),
            doses=tuple(_doses(course)),
            texts=tuple((name, text) for name, text in _free_texts(course) if text),
            bar=bars[index] if bars else None,
        )
        for index, (course, days) in enumerate(zip(case.course, day_texts(case, as_months=as_months), strict=True))
    ]


def _schedule(phase: Phase) -> str:
    if phase.schedule is None:
        return "schedule not stated"
    if phase.fractions_delivered is None:
        return f"{phase.schedule}"
    of = "" if phase.dose_of is None else f", doses as {phase.dose_of}"
    return f"{phase.schedule}, {phase.fractions_delivered} delivered{of}"


def _per_day(course: Course) -> str:
    if course.fractions_per_day == 1:
        return "1 a day"
    hours = course.hours_between_fractions
    apart = "hours between them not stated" if hours is None else f"{plain(hours)} h apart"
    return f"{course.fractions_per_day} a day, {apart}"


def _doses(course: Course) -> Iterator[str]:
    for number, phase in enumerate(course.phases, start=1):
        label = f"phase {number}, " if len(course.phases) > 1 else ""
        for name, dose in phase.dose.items():
            stated = ", ".join(f"{metric} {span_text(*bounds)}" for metric, bounds in dose.metrics.items())
            yield f"{label}{name}: {stated or NOT_STATED} ({dose.basis or 'basis not stated'})"


def _free_texts(course: Course) -> tuple[tuple[str, str | None], ...]:
    return ("systemic therapy", course.systemic_therapy), ("note", course.note)


def _interval_before(case: Case, index: int) -> str:
    """Return the months from the end of the course listed before to the start of this one, where dates prove them."""
    course, before = case.course[index], case.course[index - 1]
    if course.months_since_previous is not None:
        return f"{plain(course.months_since_previous)} months after the course listed before it"
    if index == 0:
        return ""
    start, end, began, ended = (_range(text) for text in (course.start, before.end, before.start, course.end))
    if start.low is None or end.high is None or start.low < end.high:
        return "the dates do not prove that it came after the course listed before it"
    low = plain(_months(end.high, start.low), decimals=2)
    earliest = max((day for day in (end.low, began.low) if day is not None), default=None)
    latest = min((day for day in (start.high, ended.high) if day is not None), default=None)
    high = "unbounded" if earliest is None or latest is None else plain(_months(earliest, latest), decimals=2)
    return f"{low if low == high else f'{low} to {high}'} months after the course listed before it"


def _bars(case: Case) -> list[Bar]:
    """Return the bars of the courses; none where no date is stated."""
    spans = [(_range(course.start), _range(course.end)) for course in case.course]
    days = [day for span in spans for dates in span for day in (dates.low, dates.high) if day is not None]
    if not days:
        return []
    first, last = min(days), max(days)
    left = _OPEN_PART if any(start.low is None for start, _ in spans) else 0.0
    right = _OPEN_PART if any(end.high is None for _, end in spans) else 0.0
    length = max((last - first).days + 1, 1)

    def at(day: dt.date, *, after: bool = False) -> float:
        return left + (1 - left - right) * ((day - first).days + after) / length

    bars = []
    for start, end in spans:
        low = 0.0 if start.low is None else at(start.low)
        high = 1.0 if end.high is None else at(end.high, after=True)
        sure = None
        if start.high is not None and end.low is not None and start.high <= end.low:
            sure = at(start.high), at(end.low, after=True)
        bars.append(
            Bar(
                left=_percent(low),
                width=_percent(high - low),
                sure_left=None if sure is None else _percent(sure[0]),
                sure_width=None if sure is None else _percent(sure[1] - sure[0]),
                is_open_left=start.low is None,
                is_open_right=end.high is None,
            )
        )
    return bars


def time_line_ends(case: Case, *, as_months: bool) -> Sequence[str]:
    """Return what the first and the last mark of the time line say; nothing where no date is stated."""
    ranges = [_range(text) for course in case.course for text in (course.start, course.end)]
    days = [day for dates in ranges for day in (dates.low, dates.high) if day is not None]
    if not days:
        return ()
    if not as_months:
        return min(days).isoformat(), max(days).isoformat()
    first = _first_day(case) or min(days)
    return tuple(f"month {plain(_months(first, day), decimals=2)}" for day in (min(days), max(days)))


def _percent(part: float) -> str:
    return plain(100 * part, decimals=2)


def facts(case: Case) -> Mapping[str, str]:
    """Return what a case states as a whole, without its free text."""
    stated = {
        "Earlier radiotherapy": history_text(case),
        "Structures to judge": ", ".join(case.structures),
        "Point maximum": None if case.point_maximum is None else f"{case.point_maximum} stands for Max[Gy]",
        "Repair half-times": ", ".join(f"{name} {plain(hours)} h" for name, hours in case.repair_half_time_h.items()),
        "Age": None if case.age_years is None else f"{plain(case.age_years)} years",
    }
    return {name: text for name, text in stated.items() if text}
