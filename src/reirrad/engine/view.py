"""What all constraints on one structure and metric share: doses, possible orders, intervals, converted quantities."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property

import numpy as np

from reirrad.engine.batch import Batch, Bools, Floats, Ints
from reirrad.engine.codes import MODALITIES, Cause
from reirrad.engine.convert import (
    Conversion,
    Numbers,
    Span,
    course_quantities,
    exact_course_quantities,
    gives_dose,
    phase_quantities,
)
from reirrad.engine.doses import PhaseDoses, is_near_maximum, resolve_doses
from reirrad.engine.intervals import smallest_intervals, with_unseen
from reirrad.engine.orders import Rows, possible_orders
from reirrad.engine.repair import half_times_of_cases, repair_factors
from reirrad.engine.scopes import recovered_fractions
from reirrad.library import Library
from reirrad.model.metric import Metric, MetricKind, parse_metric
from reirrad.model.rule import RecoverySchedule

MAXIMUM = parse_metric("Max[Gy]").metric
#: What does not change with the doses of phases, as long as none becomes 0.
_KEPT = (
    *("_given", "rows", "repair", "n_fractions", "target_distance_mm", "unknown_volumes", "_has_phases"),
    *("may_be_untreated", "is_not_one_schedule"),
)


class View:
    """One structure and metric over the chosen cases of a batch; everything is computed once, when it is needed."""

    def __init__(
        self,
        batch: Batch,
        library: Library,
        structure: str,
        metric: Metric,
        cases: Bools,
        maximum: View | None = None,
    ) -> None:
        self.batch, self.library, self.structure, self.metric, self.cases = batch, library, structure, metric, cases
        is_another = maximum is None and metric != MAXIMUM
        #: the same structure by its Max, if that is another view: whether a course counts is asked of it
        self.maximum = View(batch, library, structure, MAXIMUM, cases) if is_another else maximum
        #: asked instead of the alpha/beta of constraints, per case; only what-if questions do
        self.alpha_beta_gy: Floats | None = None
        # caches live as long as the view does
        self.quantities = cache(self._quantities)
        self.phase_quantities = cache(self._phase_quantities)
        self.causes = cache(self._causes)
        self.intervals = cache(self._intervals)
        self.listed_intervals = cache(self._listed_intervals)
        self.recovered = cache(self._recovered)

    def with_doses(self, low_gy: Floats, high_gy: Floats) -> View:
        """Return the view with other doses of the phases; those above 0 stay above 0, and which course counts stays."""
        changed = View(self.batch, self.library, self.structure, self.metric, self.cases, self.maximum)
        changed.doses = replace(self.doses, low=low_gy, high=high_gy)
        for name in _KEPT:
            setattr(changed, name, getattr(self, name))
        changed.intervals, changed.recovered = self.intervals, self.recovered
        changed.listed_intervals = self.listed_intervals
        return changed

    def with_alpha_beta(self, alpha_beta_gy: Floats) -> View:
        """Return the view with an alpha/beta for each case instead of that of the constraint."""
        changed = self.with_doses(self.doses.low, self.doses.high)
        changed.alpha_beta_gy = alpha_beta_gy
        if self.maximum is not None:
            changed.maximum = self.maximum.with_alpha_beta(alpha_beta_gy)
        return changed

    @property
    def by_maximum(self) -> View:
        """The same structure by its Max: this view, if that is its metric."""
        return self if self.maximum is None else self.maximum

    @cached_property
    def doses(self) -> PhaseDoses:
        """Dose of every phase to the structure."""
        return resolve_doses(self.batch, self.library, self.structure, self.metric)

    @cached_property
    def _given(self) -> tuple[Bools, Bools]:
        # another metric may be 0, or not stated, where the structure has got dose
        return gives_dose(self.batch, self.doses) if self.maximum is None else self.maximum._given

    @property
    def gives_dose(self) -> Bools:
        """Per course: it gives or may give dose to the structure. The others have a Max of 0 and do not count."""
        return self._given[0]

    @property
    def certainly_gives_dose(self) -> Bools:
        """Per course: its dose is proved to be above 0."""
        return self._given[1]

    @cached_property
    def repair(self) -> Span:
        """Incomplete-repair factor of every phase."""
        return Span(*repair_factors(self.batch, self._structure_index))

    @cached_property
    def is_repair_known(self) -> Bools:
        """Per phase: the hours between fractions of a day and the half-time are stated."""
        batch = self.batch
        stated = (
            np.isnan(batch.hours_between_fractions)[batch.phase_course] | np.isnan(self.half_times)[batch.phase_case]
        )
        return np.asarray(~stated)

    @cached_property
    def half_times(self) -> Floats:
        """Per case: the half-time of repair of the structure [h]; NaN where it is not stated."""
        return half_times_of_cases(self.batch, self._structure_index)

    @property
    def _structure_index(self) -> int:
        return self.library.structures.names.index(self.structure)

    @cached_property
    def rows(self) -> list[Rows]:
        """The possible orders of the courses that count, by number of courses."""
        return possible_orders(self.batch, self.cases, self.gives_dose)

    @cached_property
    def target_distance_mm(self) -> Span:
        """Smallest distance of the structure from the target of every course: a range if a phase states none."""
        batch = self.batch
        low, high = np.zeros(batch.n_courses), np.full(batch.n_courses, np.inf)
        own = batch.distance_structure == self._structure_index
        low[batch.distance_course[own]] = batch.distance_low_mm[own]
        high[batch.distance_course[own]] = batch.distance_high_mm[own]
        return Span(low, high)

    @cached_property
    def n_fractions(self) -> tuple[Ints, Ints]:
        """Fewest and most fractions in which every course gives dose to the structure; 0 where not known.

        A phase that is proved to give none is not counted: it would spread the dose of the others over its fractions.
        """
        batch, doses = self.batch, self.by_maximum.doses
        may, certain = doses.high > 0, doses.low > 0
        n, n_courses = batch.n_fractions, batch.n_courses
        most = np.zeros(n_courses, dtype=np.int64)
        np.add.at(most, batch.phase_course[may], n[may])
        fewest = np.zeros(n_courses, dtype=np.int64)
        np.add.at(fewest, batch.phase_course[certain], n[certain])
        # one of the phases that may give dose does, or the course would not count
        smallest = np.full(n_courses, np.iinfo(np.int64).max)
        np.minimum.at(smallest, batch.phase_course[may], n[may])
        fewest = np.where(np.bincount(batch.phase_course, weights=certain, minlength=n_courses) > 0, fewest, smallest)
        unknown = np.zeros(n_courses, dtype=np.bool_)
        unknown[batch.phase_course[may & (n == 0)]] = True
        return np.where(unknown | (most == 0), 0, fewest), np.where(unknown, 0, most)

    @cached_property
    def may_be_untreated(self) -> Bools:
        """Per course: one of its phases gives, or may give, no dose to the structure, and another one may give some."""
        batch = self.batch
        unproved = ~(self.by_maximum.doses.low > 0)
        has_phases = np.bincount(batch.phase_course, minlength=batch.n_courses) > 1
        return has_phases & (np.bincount(batch.phase_course, weights=unproved, minlength=batch.n_courses) > 0)

    @cached_property
    def is_not_one_schedule(self) -> Bools:
        """Per course: several of its phases may give dose, or it has more than one fraction a day."""
        return np.asarray(self._has_phases | (self.batch.fractions_per_day > 1))

    def _intervals(self, rows_index: int) -> Span:
        return with_unseen(self.listed_intervals(rows_index), self.batch.has_unseen[self.rows[rows_index].case])

    def _listed_intervals(self, rows_index: int) -> Span:
        """Return what the smallest intervals are if no course is unseen: what is open in them is open by the dates."""
        return smallest_intervals(self.batch, self.rows[rows_index].course, self.certainly_gives_dose)

    def _recovered(self, rows_index: int, schedule: RecoverySchedule) -> tuple[Span, ...]:
        """Return for each course as the newest what those before it have recovered."""
        course = self.rows[rows_index].course
        return tuple(recovered_fractions(self.batch, course, newest, schedule) for newest in range(course.shape[1]))

    def _quantities(self, conversion: Conversion, modalities: tuple[str, ...], strict: bool = False) -> Span:
        unsummed = self.unsummed(strict=strict)
        span = course_quantities(self.batch, self.phase_quantities(conversion), unsummed)
        if unsummed.any():
            of_maximum = self.by_maximum.quantities(conversion, modalities, strict)
            span = Span(span.low, np.where(unsummed, of_maximum.high, span.high))
        return left_open(span, self.unsupported(modalities) | self.unknown_volumes)

    def _phase_quantities(self, conversion: Conversion) -> Span:
        alpha_beta = self._alpha_beta(conversion, self.batch.phase_case)
        return phase_quantities(self.batch, self.doses, self.repair, conversion.quantity, alpha_beta)

    def _alpha_beta(self, conversion: Conversion, cases: Ints) -> Numbers:
        """Return the alpha/beta for what belongs to cases: that of the constraint, or one for each."""
        if self.alpha_beta_gy is None:
            return np.array(np.nan if conversion.alpha_beta_gy is None else conversion.alpha_beta_gy)
        return self.alpha_beta_gy[cases]

    def exact_quantities(
        self, conversion: Conversion, modalities: tuple[str, ...], courses: Ints, *, strict: bool = False
    ) -> Span:
        """Return the quantities of some courses as fractions."""
        alpha_beta = self._alpha_beta(conversion, self.batch.course_case[courses])
        unsummed = self.unsummed(strict=strict)[courses]
        span = exact_course_quantities(
            self.batch, self.doses, conversion.quantity, alpha_beta, courses, self.half_times, unsummed
        )
        if unsummed.any():
            of_maximum = self.by_maximum.exact_quantities(conversion, modalities, courses, strict=strict)
            span = Span(span.low, np.where(unsummed, of_maximum.high, span.high))
        return left_open(span, (self.unsupported(modalities) | self.unknown_volumes)[courses])

    @cached_property
    def unknown_volumes(self) -> Bools:
        """Per course: the metric is a volume that its phases do not give: those of several, or of a part delivered."""
        batch = self.batch
        unknown = np.zeros(batch.n_courses, dtype=np.bool_)
        if self.metric.kind is MetricKind.VOLUME_AT:
            unknown[batch.phase_course[batch.scale_given != batch.scale_planned]] = True
            unknown |= np.bincount(batch.phase_course, minlength=batch.n_courses) > 1
        return unknown

    @cached_property
    def _has_phases(self) -> Bools:
        """Per course: more than one of its phases gives or may give dose."""
        batch = self.batch
        may = ~(self.by_maximum.doses.high <= 0)
        return np.bincount(batch.phase_course, weights=may, minlength=batch.n_courses) > 1

    def unsummed(self, *, strict: bool) -> Bools:
        """Per course: the metric of the whole is not the sum of that of its phases, but lies between two bounds.

        What 5 cc get of two phases together may be more than the sum of what 5 cc get of each: it need not be the same
        5 cc. It is at least that of the phase with the largest, and at most the sum of the Max. Means add up; sums of
        near-maxima are taken as values, by convention, but not with ``strict``.
        """
        kind = self.metric.kind
        is_summed = kind in {MetricKind.MAX, MetricKind.MEAN} or (
            not strict and is_near_maximum(self.metric, self.library)
        )
        # what is known of volumes is less: they have a rule of their own
        if is_summed or kind is MetricKind.VOLUME_AT:
            return np.zeros(self.batch.n_courses, dtype=np.bool_)
        return self._has_phases

    def unsupported(self, modalities: tuple[str, ...]) -> Bools:
        """Per course: it gives dose by a modality that a constraint does not list."""
        is_supported = np.array([name in modalities for name in MODALITIES])
        unsupported: Bools = self.gives_dose & ~is_supported[self.batch.modality]
        return unsupported

    def _causes(self, conversion: Conversion, modalities: tuple[str, ...], strict: bool = False) -> Ints:
        """Return per course why its quantity is a range, as flags of :class:`Cause`."""
        batch, doses = self.batch, self.doses
        is_range = doses.low < doses.high
        is_silent = (doses.low_row < 0) & (doses.high_row < 0)
        is_converted = conversion.quantity != "physical"
        phase_causes = np.zeros(len(batch.phase_course), dtype=np.int64)
        phase_causes[is_range & is_silent] = Cause.DOSE_UNKNOWN
        phase_causes[is_range & ~is_silent & ~doses.is_stated] = Cause.METRIC_BOUND_ONLY
        phase_causes[is_range & doses.is_stated] = Cause.DOSE_RANGE
        if is_converted:
            phase_causes[(self.repair.low < self.repair.high) & (doses.high > 0)] |= Cause.REPAIR_UNKNOWN
            phase_causes[(batch.n_fractions == 0) & (doses.high > 0)] |= Cause.SCHEDULE_UNKNOWN
        causes = np.zeros(batch.n_courses, dtype=np.int64)
        np.bitwise_or.at(causes, batch.phase_course, phase_causes)
        causes[self.unsupported(modalities)] |= Cause.MODALITY_NOT_SUPPORTED
        causes[self.unknown_volumes] |= Cause.DISTRIBUTION_NEEDED
        near_maximum = is_near_maximum(self.metric, self.library)
        causes[self.unsummed(strict=strict)] |= Cause.SUM_NOT_PROVEN if near_maximum else Cause.DISTRIBUTION_NEEDED
        return causes


def left_open(span: Span, unknown: Bools) -> Span:
    """Leave open what some courses give, e.g. by another modality: it is there, but not how much."""
    if not unknown.any():
        return span
    low, high = span.low.copy(), span.high.copy()
    low[unknown], high[unknown] = 0, np.inf
    return Span(low, high)
