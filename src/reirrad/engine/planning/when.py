"""From which day on a proposed course would satisfy each constraint.

A finding changes with the start of the proposed course only where an interval reaches a number of months that the
constraint names: an interval limit, the end of a condition, a step of recovery. The case is judged on each such day.
What is asked is whether the proposed course satisfies a constraint: a finding of an earlier course is no answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, floor, isfinite

import numpy as np

from reirrad import __version__
from reirrad.engine.arguments import check_flags, listed_cases, rules_of, whole_case
from reirrad.engine.batch import NO_HIGH, NO_LOW
from reirrad.engine.check import case_digest, editions_used, reports_and_blocks
from reirrad.engine.codes import Exclusion
from reirrad.engine.evaluate import Block
from reirrad.engine.from_cases import date_ends, prepare
from reirrad.engine.intervals import days_after_months
from reirrad.engine.notes import CheckOptions, notes_of_choice, unmapped_structures
from reirrad.engine.planning.largest import have_had_dose
from reirrad.engine.planning.newest import told_of_exceeded
from reirrad.errors import InputError, Problem
from reirrad.library import Library
from reirrad.model.case import Case
from reirrad.model.consistency import problems_of_case
from reirrad.model.dates import parse_date_range
from reirrad.model.finding import Finding, InputDigest, Report, StatusWord
from reirrad.model.rule import Constraint, Discounted, Edition, RaisedTolerance
from reirrad.model.when import Period, When, WhenRow

_EPOCH = dt.date(1970, 1, 1)


def when(case: Case, *, library: Library | None = None, strict: bool = False) -> When:
    """Return the earliest start of the proposed course at which each constraint is met.

    Parameters
    ----------
    case
        A case with a proposed course; every delivered course needs an end that is one day.
    library
        The rules; the editions of the package by default. The cord model is left out: it changes every day.
    strict
        As for :func:`reirrad.check`.

    Returns
    -------
    When
        A row for each constraint and structure, with the status in every period from the day after the last course.

    Raises
    ------
    InputError
        If the case proposes nothing, lists no delivered course, an end is not one day, or ``strict`` is neither
        true nor false.
    """
    check_flags(call="when", strict=strict)
    case = whole_case(case, call="when")
    rules = rules_of(library, call="when")
    ends = _ends(case)
    judged = [item for item in rules.judged() if item[1].cord_model is None]
    left_out = tuple(rule.id for _, rule in rules.judged() if rule.cord_model is not None)
    numbers = {number for loaded, rule in judged for number in _months(loaded.edition, rule)}
    first = max(ends) + 1
    days = {first, *(day for end in ends for number in numbers for day in _days(end, number))}
    starts = sorted(day for day in days if day >= first)
    moved = [_starting(case, day) for day in starts]
    reports, blocks = reports_and_blocks(listed_cases(moved, call="when"), rules, CheckOptions(strict=strict))
    batch = prepare([case], rules).batch
    silent = _not_of_proposed(blocks)
    by_key: dict[tuple[str, str], list[Finding]] = {}
    for report in reports:
        for item in report.findings:
            by_key.setdefault((item.structure, item.constraint_id), []).append(item)
    rows = [
        _row(by_key[structure, rule.id], starts, loaded.edition.id, silent[structure, rule.id])
        for loaded, rule in judged
        for structure in rule.structures
        # a limit of a first course says nothing of one to what had dose before
        if (structure, rule.id) in by_key
        and not (rule.scope == "first_course" and have_had_dose(batch, rules, structure)[0])
    ]
    bare = dict(_without_rule(reports, starts))
    return When(
        case_id=case.case_id,
        verdict=() if left_out else _periods([(report.verdict, None) for report in reports], starts),
        rows=tuple(rows),
        unmapped_structures=unmapped_structures(case, rules),
        left_out=left_out,
        structures_without_rule=tuple(bare),
        notes=(
            *notes_of_choice(case, rules, strict=strict),
            *([f"left out, because they change every day: {', '.join(left_out)}"] if left_out else []),
            *bare.values(),
            *_parts_of_groups(reports),
            *told_of_exceeded(_exceeded(by_key, silent), "on whatever day the proposed one begins"),
            *_earlier_in_verdict(by_key, silent, is_verdict=not left_out),
            "the doses are those of the proposed course; only its first day is moved",
            "a day on which a limit is met is no advice to treat on it",
        ),
        editions=editions_used(rules),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def _not_of_proposed(blocks: Sequence[Block]) -> dict[tuple[str, str], dict[int, str]]:
    """Return on which of the days each constraint does not apply to the proposed course, and why."""
    silent: dict[tuple[str, str], dict[int, str]] = {}
    for block in blocks:
        judged, is_silent = block.judged, ~block.judged.may_be_of_newest
        days = zip(judged.case[is_silent].tolist(), judged.exclusion_of_newest[is_silent].tolist(), strict=True)
        silent[block.structure, block.constraint.id] = {day: Exclusion(code).word for day, code in days}
    return silent


def _earlier_in_verdict(
    by_key: Mapping[tuple[str, str], Sequence[Finding]],
    silent: Mapping[tuple[str, str], Mapping[int, str]],
    *,
    is_verdict: bool,
) -> Iterator[str]:
    """Yield that the verdict rests on findings of earlier courses, too, which no row shows."""
    hidden = [by_key[key][at] for key, days in silent.items() for at in days]
    if is_verdict and any(item.status != "not_applicable" and not item.advisory for item in hidden):
        what = "the verdict is that of the case: what was found at earlier courses counts"
        yield f"{what}, where a constraint does not apply to the proposed one too"


def _exceeded(
    by_key: Mapping[tuple[str, str], Sequence[Finding]], silent: Mapping[tuple[str, str], Mapping[int, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield structure, constraint and course where a delivered course is beyond a limit, and no day can change that."""
    for (structure, constraint), items in by_key.items():
        for day, item in enumerate(items):
            is_of_earlier = item.course_role == "delivered" and item.course_id is not None
            if item.status == "violated" and is_of_earlier and day not in silent[structure, constraint]:
                yield structure, constraint, str(item.course_id)


def _parts_of_groups(reports: Sequence[Report]) -> Iterator[str]:
    told = ((group.told_of_a_part, report.not_judged_of(group)) for report in reports for group in report.groups)
    yield from dict.fromkeys(words + left_out for words, left_out in told if left_out)


def _without_rule(reports: Sequence[Report], starts: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield structures about which no constraint decides on one day or more, each with a note that says when."""
    for name in dict.fromkeys(name for report in reports for name in report.structures_without_rule):
        is_bare = [name in report.structures_without_rule for report in reports]
        changes = [at for at in range(len(starts)) if at == 0 or is_bare[at] != is_bare[at - 1]]
        when = "on whatever day it begins"
        if not all(is_bare):
            ends = [*changes[1:], None]
            spans = [
                f"from {_day(starts[at])}" + ("" if end is None else f" until before {_day(starts[end])}")
                for at, end in zip(changes, ends, strict=True)
                if is_bare[at]
            ]
            when = f"if it begins {' or '.join(spans)}"
        yield name, f"structure {name}: no constraint that decides applies to the proposed course {when}"


def _months(edition: Edition, rule: Constraint) -> Iterator[float]:
    """Yield the numbers of months at which a constraint may change."""
    numbers: list[float] = list(rule.limit or ()) if rule.scope == "interval" else []
    if rule.score is not None:
        numbers.append(rule.score.interval_below_months)
    numbers += rule.conditions.interval_months or ()
    convention = edition.convention_of(rule)
    if isinstance(convention, Discounted | RaisedTolerance):
        for step in convention.schedule.step:
            numbers += [step.from_months, *([step.to_months] if step.to_months is not None else [])]
    yield from {number for number in numbers if isfinite(number)}


def _days(end: int, months: float) -> range:
    """Return the days on which an interval may reach or pass a number of months: two, or all of its month."""
    low, high = (int(days_after_months(np.array([end]), whole)[0]) for whole in (floor(months), ceil(months)))
    # what must be above a number is met on the day after
    return range(low, high + 2)


def _ends(case: Case) -> list[int]:
    """Return the last day of every delivered course."""
    problems = problems_of_case(case)
    if case.proposed is None:
        hint = "add it with its doses; its dates are what is asked for"
        problems.append(Problem("course", "no course is proposed", allowed='role = "proposed"', hint=hint))
    delivered = [(number, course) for number, course in enumerate(case.course) if course.role == "delivered"]
    if not delivered:
        problems.append(Problem("course", "no course was delivered: there is no interval to wait for"))
    ends = []
    for number, course in delivered:
        low, high = date_ends(parse_date_range(course.end)) if course.end is not None else (NO_LOW, NO_HIGH)
        if low != high:
            where = f"course[{number + 1}].end"
            problems.append(Problem(where, "the end must be one day", hint="state the day of the last fraction"))
        ends.append(low)
    if problems:
        raise InputError(case.case_id, problems)
    return ends


def _starting(case: Case, day: int) -> Case:
    """Return the case with the proposed course beginning on a day."""
    date = _day(day)
    moved = {"start": date, "end": f"{date}/..", "months_since_previous": None}
    courses = tuple(course.model_copy(update=moved) if course.role == "proposed" else course for course in case.course)
    return case.model_copy(update={"course": courses})


def _day(day: int) -> str:
    return (_EPOCH + dt.timedelta(days=day)).isoformat()


def _row(items: Sequence[Finding], starts: Iterable[int], edition: str, silent: Mapping[int, str]) -> WhenRow:
    """Return a row of the findings on each day; on ``silent`` ones they say nothing of the proposed course."""
    found: list[tuple[StatusWord, str | None]] = [
        ("not_applicable", silent[at]) if at in silent else (item.status, item.reason) for at, item in enumerate(items)
    ]
    first, periods = items[0], _periods(found, starts)
    return WhenRow(
        structure=first.structure,
        constraint_id=first.constraint_id,
        edition=edition,
        advisory=first.advisory,
        earliest=next((period.start for period in periods if period.status == "met"), None),
        periods=periods,
        source=first.source,
        locator=first.locator,
    )


def _periods(found: Iterable[tuple[StatusWord, str | None]], starts: Iterable[int]) -> tuple[Period, ...]:
    """Return from which days on there is another status, or another reason of it."""
    periods: list[Period] = []
    for (status, reason), day in zip(found, starts, strict=True):
        if not periods or (periods[-1].status, periods[-1].reason) != (status, reason):
            periods.append(Period(start=_day(day), status=status, reason=reason))
    return tuple(periods)
