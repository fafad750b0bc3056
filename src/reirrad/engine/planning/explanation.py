"""One constraint of a case, explained: courses in order, formulas with their sources, and the numbers in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from reirrad import __version__
from reirrad.engine.arguments import check_flags, rules_of, whole_case
from reirrad.engine.batch import NO_HIGH, NO_LOW
from reirrad.engine.check import case_digest, finding
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import Block, evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.judge import SUMS
from reirrad.engine.notes import notes_of_choice
from reirrad.engine.planning.newest import told_of_earlier
from reirrad.engine.trace import Trace
from reirrad.errors import InputError, Problem, shown
from reirrad.library import Library, LoadedEdition, Profile
from reirrad.library.validity import library_as_of
from reirrad.model.case import Case
from reirrad.model.explanation import CourseInOrder, ExplainedFinding, Explanation, Formula
from reirrad.model.finding import InputDigest
from reirrad.model.rule import Constraint, Discounted, RaisedTolerance

_EPOCH = dt.date(1970, 1, 1)
_LQ = "linear-quadratic model"
_THAMES = "Thames 1985, incomplete repair between fractions of one day"
_DEFINITION = "definition of this program"


def explain(
    case: Case,
    constraint_id: str,
    *,
    library: Library,
    strict: bool = False,
    as_of: str | dt.date | None = None,
) -> Explanation:
    """Explain one constraint of a case, for every structure that it is judged for.

    Parameters
    ----------
    case
        The case.
    constraint_id
        A limit of the library, of whatever profile.
    library
        The rules.
    strict, as_of
        As for :func:`reirrad.check`; of the editions only that of the constraint may not have ended.

    Raises
    ------
    LibraryError
        If there is no such limit, or its edition ended before ``as_of``.
    CaseError
        If the fields of the case do not agree.
    InputError
        If the constraint is not judged for any structure of the case, or ``strict`` is neither true nor false.
    """
    check_flags(call="explain", strict=strict)
    case = whole_case(case, call="explain")
    given = rules_of(library, call="explain")
    rules = replace(given, as_of=None).select(profile=Profile(constraints=frozenset({constraint_id})))
    loaded, constraint = next(item for item in rules.constraints() if item[1].id == constraint_id)
    # of no other edition is anything said: it may have ended, or be local
    alone = replace(rules, editions=(loaded,))
    day = as_of if as_of is not None else given.as_of
    if day is not None:
        alone = library_as_of(alone, day)
    prepared = prepare([case], alone)
    blocks = evaluate(prepared.batch, alone, strict=strict)
    if not blocks:
        about = ", ".join(constraint.structures)
        problem = Problem("structures", "the constraint is about none of them", shown(list(case.structures)), about)
        raise InputError(case.case_id, [problem])
    return Explanation(
        case_id=case.case_id,
        constraint_id=constraint_id,
        findings=tuple(_explained(Trace(block, 0), loaded, block) for block in blocks),
        # the constraint was chosen by its name: that is no option
        notes=(*notes_of_choice(case, replace(alone, profile=Profile()), strict=strict), *told_of_earlier(blocks)),
        edition=loaded.used(),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def _explained(trace: Trace, loaded: LoadedEdition, block: Block) -> ExplainedFinding:
    applies = int(block.status[0]) != Status.NOT_APPLICABLE and not block.judge.impossible()
    return ExplainedFinding(
        finding=finding(trace),
        courses=tuple(_courses(trace, range(len(trace.order)))) if applies else (),
        formulas=tuple(_formulas(trace, block.constraint, loaded)) if applies else (),
    )


def _courses(trace: Trace, positions: Sequence[int]) -> Iterator[CourseInOrder]:
    batch, order = trace.batch, trace.order
    for position in positions:
        course = order[position]
        interval = None
        if position > 0:
            low, high = trace.interval_between(order[position - 1], course)
            interval = (low, None if np.isinf(high) else high)
        yield CourseInOrder(
            course_id=str(batch.course_id[course]),
            start=_days(batch.start_low[course], batch.start_high[course]),
            end=_days(batch.end_low[course], batch.end_high[course]),
            months_since_previous=interval,
        )


def _days(low: int, high: int) -> tuple[str | None, str | None]:
    """Return the first and last day that a date may mean; ``None`` where it is open."""
    return (
        None if low <= NO_LOW else (_EPOCH + dt.timedelta(days=int(low))).isoformat(),
        None if high >= NO_HIGH else (_EPOCH + dt.timedelta(days=int(high))).isoformat(),
    )


def _formulas(trace: Trace, constraint: Constraint, loaded: LoadedEdition) -> Iterator[Formula]:
    """Yield the formulas in the order in which they are used."""
    batch = trace.batch
    locator = f"{loaded.edition.id}, {constraint.locator}"
    if trace.block.judge.is_converted and trace.courses:
        yield from _conversion(trace, has_repair=any(batch.fractions_per_day[course] > 1 for course in trace.courses))
    if trace.scope in SUMS:
        convention = trace.block.judge.convention
        if isinstance(convention, Discounted):
            schedule = convention.schedule
            text = "sum = sum over earlier courses of (1 - recovered fraction) x quantity, + quantity of the newest"
            yield Formula(text=text, source=f"{loaded.edition.id}, {schedule.locator}: {schedule.name}")
        else:
            yield Formula(text="sum = sum over all courses up to the newest, undiscounted", source=locator)
        if isinstance(convention, RaisedTolerance):
            schedule = convention.schedule
            text = "limit = tolerance x (1 + recovered fraction after the smallest interval)"
            yield Formula(text=text, source=f"{loaded.edition.id}, {schedule.locator}: {schedule.name}")
    if trace.scope == "share":
        yield Formula(text="share = quantity of the newest course / sum", source=locator)
    if trace.scope == "score":
        yield Formula(text="score = points of the sum + points of the interval + points of a course", source=locator)
    if trace.scope == "allowed_bed":
        text = "B2 = 100 (1 - B1/100) [1 + h ((1 - B1/100)^(-r/(1+r)) - 1)], in percent of the tolerance BED"
        yield Formula(text=text, source=locator)
    uses_interval = trace.scope in {"interval", "score", "allowed_bed"} or constraint.conditions.interval_months
    if uses_interval or constraint.recovery != "none":
        text = "interval = whole calendar months from last to next first fraction + rest of days / days of that month"
        yield Formula(text=text, source=_DEFINITION)


def _conversion(trace: Trace, *, has_repair: bool) -> Iterator[Formula]:
    if has_repair:
        text = "theta = exp(-ln 2 x hours / half-time); h = (2/m) (theta/(1-theta)) (m - (1-theta^m)/(1-theta))"
        yield Formula(text=text, source=_THAMES)
        text = "h of n fractions = sum over the days of (fractions of the day / n) x h of the day; h of one alone is 0"
        yield Formula(text=text, source=_THAMES)
        yield Formula(text="BED = D x (1 + (1 + h) x (D/n) / (alpha/beta))", source=f"{_LQ}; {_THAMES}")
    else:
        yield Formula(text="BED = D x (1 + (D/n) / (alpha/beta))", source=_LQ)
    if trace.block.judge.conversion.quantity == "EQD2":
        yield Formula(text="EQD2 = BED / (1 + 2 / (alpha/beta))", source=_LQ)
