"""One constraint over all cases of a view: values, applicability, decision, and the turn that is reported."""

from __future__ import annotations

import numpy as np

from reirrad.engine import limits, scopes
from reirrad.engine.applicability import Applicability, applicability
from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import Cause, Exclusion, Status
from reirrad.engine.convert import Conversion, Numbers, Span
from reirrad.engine.decide import agree, compare, exact_limit, is_near, margin_of, shown, worst_turn
from reirrad.engine.decided import NO_CANDIDATE, Decided, blank, joined, picked, unite_candidates
from reirrad.engine.doses import is_near_maximum
from reirrad.engine.fractionation import not_covered
from reirrad.engine.judged import Judged, joined_cases, of_newest, refuse_unread
from reirrad.engine.orders import Rows
from reirrad.engine.proof import require_proof
from reirrad.engine.scopes import Turns
from reirrad.engine.view import View, left_open
from reirrad.model.metric import MetricKind
from reirrad.model.rule import Constraint, Discounted, RaisedTolerance, RecoverySchedule, SumConvention

SUMS = frozenset({"cumulative", "share", "score"})


class Judge:
    """One constraint on one view."""

    def __init__(self, view: View, constraint: Constraint, convention: SumConvention, *, strict: bool) -> None:
        self.view, self.constraint, self.convention = view, constraint, convention
        alpha_beta = constraint.alpha_beta_gy if isinstance(constraint.alpha_beta_gy, float) else None
        self.is_converted = constraint.quantity in {"BED", "EQD2"}
        self.conversion = Conversion(constraint.quantity if self.is_converted else "physical", alpha_beta)
        self.strict = strict
        self.is_sum = constraint.scope in SUMS
        self.is_strict_sum = strict and self.is_sum and view.metric.kind is not MetricKind.MAX

    def on(self, view: View) -> Judge:
        """Return the judge of the same constraint on another view."""
        return Judge(view, self.constraint, self.convention, strict=self.strict)

    @property
    def recovery(self) -> RecoverySchedule | None:
        """The schedule by which earlier doses are discounted; ``None`` where they are not."""
        return self.convention.schedule if isinstance(self.convention, Discounted) else None

    def judge(self) -> Judged:
        """Return the finding of every case of the view, in ascending order of the case."""
        judged = joined_cases([self._judge_rows(index, rows) for index, rows in enumerate(self.view.rows)])
        judged = refuse_unread(judged, self.view.batch.has_unread)
        require_proof(judged.decided, self.constraint.comparison)
        return judged

    def impossible(self) -> int:
        """Return the cause for which the constraint can be evaluated for no case at all, or 0."""
        if self.is_converted and self.conversion.alpha_beta_gy is None:
            return Cause.ALPHA_BETA_NOT_STATED
        if self.is_sum and not is_near_maximum(self.view.metric, self.view.library):
            return Cause.METRIC_NOT_SUMMABLE
        if self.is_converted and self.view.metric.kind in {MetricKind.MEAN, MetricKind.VOLUME_AT}:
            return Cause.DISTRIBUTION_NEEDED
        return 0

    def _judge_rows(self, rows_index: int, rows: Rows) -> Judged:
        if rows.n_courses == 0:
            return self._without_course(rows_index, rows)
        decided = self._decide(rows_index, rows)
        turn = worst_turn(decided)
        one = picked(decided, turn)
        undiscounted = self._undiscounted(rows_index, rows, turn)
        # the item of an unseen course stands before the listed ones
        position = turn - (decided.status.shape[1] - rows.n_courses)
        is_listed = position >= 0
        if self.constraint.scope == "first_course":
            is_listed = ~unite_candidates(one, decided) & ~self.view.batch.has_unseen[rows.case]
        course = np.where(is_listed, rows.course[np.arange(len(turn)), position], -1)
        is_of_newest, may_be_of_newest, exclusion_of_newest = of_newest(rows.case, decided)
        case, row, one, course = agree(rows.case, one, course)
        return Judged(
            case=case,
            decided=one,
            course=course,
            undiscounted=Span(undiscounted.low[row], undiscounted.high[row]),
            rows_index=np.full(len(case), rows_index),
            row=row,
            turn=position[row],
            is_of_newest=is_of_newest,
            may_be_of_newest=may_be_of_newest,
            exclusion_of_newest=exclusion_of_newest,
        )

    def _without_course(self, rows_index: int, rows: Rows) -> Judged:
        n_rows = len(rows.case)
        unseen = self.view.batch.has_unseen[rows.case][:, None]
        decided = blank(n_rows, 1, self.constraint.limit)
        decided.exclusion[:] = Exclusion.NO_COURSE
        decided = decided.refuse(unseen, self.impossible() or Cause.HISTORY_UNKNOWN)
        nothing, none = np.full(n_rows, -1), Span(np.full(n_rows, np.inf), np.full(n_rows, -np.inf))
        every, index, yes = np.arange(n_rows), np.full(n_rows, rows_index), np.ones(n_rows, dtype=np.bool_)
        return Judged(rows.case, decided, nothing, none, index, every, nothing, yes, yes, np.zeros_like(every))

    def quantities(self) -> Span:
        """Return the quantity of every course."""
        return self.view.quantities(self.conversion, self.constraint.modalities, self.strict)

    def course_causes(self) -> Ints:
        """Return per course why its quantity is a range, as flags of :class:`Cause`."""
        return np.asarray(self.view.causes(self.conversion, self.constraint.modalities, self.strict))

    def turns(self, rows_index: int, rows: Rows) -> Turns:
        """Return the quantities of the courses of each row, in order."""
        quantity = self.quantities()
        interval = self.view.intervals(rows_index)
        unseen = self.view.batch.has_unseen[rows.case]
        recovered = () if self.recovery is None else self.view.recovered(rows_index, self.recovery)
        return Turns(Span(quantity.low[rows.course], quantity.high[rows.course]), interval, unseen, recovered)

    def _decide(self, rows_index: int, rows: Rows) -> Decided:
        applies = applicability(self.constraint, self.view, rows, self.view.listed_intervals(rows_index))
        decided = blank(*rows.course.shape)
        decided.limit = applies.limit
        impossible = self.impossible()
        is_out = (applies.exclusion != 0) | ~applies.exists
        applies_nowhere = bool(is_out.all())
        if impossible != 0 and not applies_nowhere:
            decided = decided.refuse(np.ones_like(applies.exists), impossible)
        elif not applies_nowhere:
            decided = self._compare(decided, rows, rows_index, ~is_out)
        # where the constraint does not apply its limit is as it is stated, whoever else is in the batch
        decided.limit = Span(
            np.where(is_out, applies.limit.low, decided.limit.low),
            np.where(is_out, applies.limit.high, decided.limit.high),
        )
        decided = self._apply(decided, applies, rows)
        return decided if self.constraint.scope != "each_course" else self._with_unseen_item(decided, rows)

    def _compare(self, decided: Decided, rows: Rows, rows_index: int, applies: Bools) -> Decided:
        turns = self.turns(rows_index, rows)
        value = self.value(turns, rows.course)
        outside: Ints | None = None
        if isinstance(self.convention, RaisedTolerance):
            decided.limit = limits.raised_tolerance(decided.limit, turns.interval, self.convention.schedule)
        elif self.constraint.cord_model is not None:
            model = self.constraint.cord_model
            causes = self.course_causes()[rows.course]
            decided.limit, outside = limits.allowed_bed(self.constraint, model, self.view.batch, rows, turns, causes)
        decided.value = Span(value.low.astype(np.float64), value.high.astype(np.float64))
        decided.status = compare(value, decided.limit, self.constraint.comparison)
        decided.margin = margin_of(value, decided.limit, is_upper=self.constraint.is_upper)
        decided = self._decide_exactly(decided, turns, rows, applies)
        decided.causes = self._causes(decided, turns, rows, self.view.listed_intervals(rows_index))
        if outside is not None:
            unknown = outside != 0
            decided.status[unknown] = Status.NOT_EVALUATED
            decided.causes[unknown] = outside[unknown]
        return decided

    def _apply(self, decided: Decided, applies: Applicability, rows: Rows) -> Decided:
        """Put applicability above the comparison."""
        unknown = applies.unknown != 0
        decided.status[unknown] = Status.NOT_EVALUATED
        decided.causes |= applies.unknown
        decided = decided.exclude(applies.exclusion != 0, applies.exclusion)
        decided = decided.exclude(~applies.exists, Exclusion.FEWER_THAN_TWO_COURSES)
        differs = not_covered(self.constraint, self.view, rows.course, decided.status, strict=self.strict)
        decided.leave_open(differs, Cause.OTHER_FRACTIONATION)
        if self.constraint.scope == "first_course":
            certain = self.view.certainly_gives_dose[rows.course]
            is_candidate: Bools = np.cumsum(certain, axis=1) - certain == 0
            decided.status[~is_candidate] = NO_CANDIDATE
            unseen = self.view.batch.has_unseen[rows.case]
            decided = decided.refuse(np.broadcast_to(unseen[:, None], unknown.shape), Cause.HISTORY_UNKNOWN)
        # last, because which course is the newest hangs on the order; but not what excludes every one of them
        always = (applies.exclusion != 0) & (applies.exclusion != Exclusion.OTHER_INTERVAL)
        is_open = ~rows.is_ordered & ~always.all(axis=1)
        return decided.refuse(np.broadcast_to(is_open[:, None], unknown.shape), Cause.ORDER_UNKNOWN)

    def value(self, turns: Turns, course: Ints) -> Span:
        """Return the value that the scope compares, with each course of the rows as the newest."""
        constraint = self.constraint
        if constraint.scope == "interval":
            return left_open(turns.interval, self._has_unsupported(course))
        if constraint.scope in {"newest_course", "each_course", "first_course", "allowed_bed"}:
            return turns.quantity
        total = self._total(turns, course)
        if constraint.scope == "share":
            return scopes.share_of_bounds(turns, total) if self.is_strict_sum else scopes.share(turns, total)
        if constraint.score is not None:
            return scopes.score(turns, total, constraint.score)
        return total

    def _has_unsupported(self, course: Ints) -> Bools:
        """Whether a course up to each one has a modality that the constraint does not list."""
        return np.asarray(np.logical_or.accumulate(self.view.unsupported(self.constraint.modalities)[course], axis=1))

    def _total(self, turns: Turns, course: Ints) -> Span:
        if self.recovery is None:
            total = scopes.cumulative(turns)
            terms = turns.quantity.low if self.is_strict_sum else None
            largest = None if terms is None else np.maximum.accumulate(terms, axis=1)
        else:
            total = scopes.discounted(turns)
            largest = scopes.largest_term(turns) if self.is_strict_sum else None
        if largest is None:
            return total
        bound = self._maxima(turns, course)
        bound[:, 0] = total.high[:, 0]  # a single course is no sum
        return Span(largest, bound)

    def _maxima(self, turns: Turns, course: Ints) -> Numbers:
        """Upper bounds of the sums from the Max doses of the same courses."""
        of_max = self.on(self.view.by_maximum)
        if turns.is_exact():
            quantity = of_max.exact_quantity(course)
        else:
            every = of_max.quantities()
            quantity = Span(every.low[course], every.high[course])
        same = turns.of(quantity)
        return scopes.cumulative(same).high if self.recovery is None else scopes.discounted(same).high

    def exact_quantity(self, course: Ints) -> Span:
        """Return the quantities of the courses of rows as fractions."""
        courses, which = np.unique(course, return_inverse=True)
        every = self.view.exact_quantities(self.conversion, self.constraint.modalities, courses, strict=self.strict)
        return Span(every.low[which], every.high[which])

    def _decide_exactly(self, decided: Decided, turns: Turns, rows: Rows, applies: Bools) -> Decided:
        """Decide again, in rational arithmetic, the rows in which float64 is not exact enough."""
        if self.constraint.scope == "interval":
            return decided  # whole months are exact in float64
        # what an earlier turn is near to counts for those after it: a score looks at the largest course so far
        near = np.asarray(applies.any(axis=1) & self._near(decided, turns, rows.course).any(axis=1))
        if not near.any():
            return decided
        course = rows.course[near]
        exactly = turns.of(self.exact_quantity(course), near)
        value = self.value(exactly, course)
        limit = Span(decided.limit.low[near], decided.limit.high[near])
        status = compare(value, exact_limit(limit), self.constraint.comparison)
        printed = shown(value, limit)
        decided.status[near] = status
        decided.margin[near] = margin_of(value, exact_limit(limit), is_upper=self.constraint.is_upper)
        decided.value.low[near], decided.value.high[near] = printed.low, printed.high
        return decided

    def _near(self, decided: Decided, turns: Turns, course: Ints) -> Bools:
        score = self.constraint.score
        if score is None:
            if self.constraint.scope == "share":
                # however far from a limit: a quotient of two sums has the roundings of both
                return np.ones(decided.status.shape, dtype=np.bool_)
            return is_near(decided.value, decided.limit.low) | is_near(decided.value, decided.limit.high)
        total = self._total(turns, course)
        near = is_near(turns.quantity, score.course_at_least_gy)
        for edge in score.cumulative_above_gy:
            near = near | is_near(total, edge)
        return near

    def _causes(self, decided: Decided, turns: Turns, rows: Rows, listed: Span) -> Ints:
        """Return per turn why its value is a range."""
        scope = self.constraint.scope
        if scope == "interval":
            causes = np.where(self._has_unsupported(rows.course), int(Cause.MODALITY_NOT_SUPPORTED), 0)
        else:
            causes = self.course_causes()[rows.course]
        if self.is_sum:
            np.bitwise_or.accumulate(causes, axis=1, out=causes)
        if self.is_sum:
            causes[turns.unseen] |= Cause.HISTORY_UNKNOWN
        causes |= limits.interval_causes(self.constraint, listed, decided.limit, turns.unseen)
        if self.recovery is not None:
            causes |= limits.recovery_causes(self.view.batch, rows.course, turns.recovered, self.recovery)
        if self.is_strict_sum:
            causes[:, 1:] |= Cause.SUM_NOT_PROVEN
        raised = self.convention.schedule if isinstance(self.convention, RaisedTolerance) else None
        why = None if raised is None else limits.why_tolerance_is_open(listed, turns.unseen, raised)
        causes = limits.with_limit_causes(causes, decided.value, decided.limit, why)
        # what was decided although something is a range has no cause
        return np.where(decided.status == Status.NOT_EVALUATED, causes, 0)

    def _with_unseen_item(self, decided: Decided, rows: Rows) -> Decided:
        """Put the item of an unseen course before all others."""
        unseen = self.view.batch.has_unseen[rows.case][:, None]
        item = blank(len(rows.case), 1, self.constraint.limit)
        item = item.refuse(unseen, self.impossible() or Cause.HISTORY_UNKNOWN)
        if self.impossible() == 0:
            item.value.low[unseen], item.value.high[unseen] = 0.0, np.inf
            item.margin[unseen] = margin_of(item.value, item.limit, is_upper=self.constraint.is_upper)[unseen]
        return joined([item, decided], lambda columns: np.concatenate(columns, axis=1))

    def _undiscounted(self, rows_index: int, rows: Rows, turn: Ints) -> Span:
        every = np.arange(len(rows.case))
        if self.recovery is None or self.impossible():
            return Span(np.full(len(every), np.inf), np.full(len(every), -np.inf))
        total = scopes.cumulative(self.turns(rows_index, rows))
        return Span(total.low[every, turn], total.high[every, turn])
