"""How sure the findings of one case are: what each of them survives, and where it flips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from reirrad import __version__
from reirrad.engine.arguments import check_flags, rules_of, whole_case
from reirrad.engine.check import case_digest, editions_used, source_of
from reirrad.engine.codes import Status, reason_word
from reirrad.engine.decided import Decided
from reirrad.engine.evaluate import evaluate, verdicts
from reirrad.engine.from_cases import prepare
from reirrad.engine.groups import told_of_parts
from reirrad.engine.notes import notes_of_choice, unmapped_structures
from reirrad.engine.planning.changes import NONE
from reirrad.engine.planning.newest import told_of_earlier
from reirrad.engine.planning.whatif import (
    STEPS_OF_A_PERCENT,
    OverAlphaBeta,
    OverDates,
    OverDoses,
    WhatIf,
    is_for_the_plain_sum,
    what_if,
)
from reirrad.library import Library
from reirrad.library.alternatives import Alternatives, OtherSchedule, load_alternatives
from reirrad.model.case import Case
from reirrad.model.finding import InputDigest, StatusWord
from reirrad.model.sensitivity import (
    OTHER_RECOVERY,
    PLAIN_SUMS,
    AlphaBetaRange,
    DateRange,
    DoseRange,
    DoseShift,
    Sensitivity,
    SensitivityRow,
    WithOtherRecovery,
)
from reirrad.model.wording import number_or_none


def sensitivity(case: Case, *, library: Library | None = None, strict: bool = False) -> Sensitivity:
    """Return whether each finding of a case survives what is uncertain, and where it flips.

    Parameters
    ----------
    case
        The case.
    library
        The rules; the editions of the package by default.
    strict
        As for :func:`reirrad.check`.

    Returns
    -------
    Sensitivity
        A row for each finding that applies: over the published intervals of alpha/beta for its endpoint, over dates
        that are ranges, with doses lower and higher, and with the other published recovery schedules.

    Raises
    ------
    CaseError
        If the fields of the case do not agree.
    InputError
        If ``strict`` is neither true nor false.

    Examples
    --------
    >>> from reirrad import load_library, parse_case
    >>> def course(number, start, end, dose):
    ...     return {"id": number, "role": "delivered", "modality": "photon", "fractions_per_day": 1,
    ...             "start": start, "end": end, "schedule": f"{dose} Gy / 10",
    ...             "dose": {"SpinalCord": {"Max[Gy]": dose}}}
    >>> case = parse_case({
    ...     "schema": "reirrad-case/1", "case_id": "A", "structures": ["SpinalCord"],
    ...     "prior_radiotherapy": "complete", "prior_courses": 2,
    ...     "course": [course("1", "2020-01-06", "2020-01-17", 30.0), course("2", "2021-01-04", "2021-01-15", 22.0)]})
    >>> found = sensitivity(case, library=load_library().select(["nieder-2006"]))
    >>> for row in found.rows:
    ...     print(row.constraint_id, row.status, row.label, row.dose.flips_at_higher_percent if row.dose else None)
    nieder-2006.cumulative met robust 7.32
    nieder-2006.course met robust 17.96
    nieder-2006.interval met robust None
    """
    check_flags(call="sensitivity", strict=strict)
    case = whole_case(case, call="sensitivity")
    rules = rules_of(library, call="sensitivity")
    alternatives = load_alternatives()
    batch = prepare([case], rules).batch
    blocks = evaluate(batch, rules, strict=strict, before=False)
    unmapped = unmapped_structures(case, rules)
    asked = [what_if(block, rules, alternatives) for block in blocks if block.status[0] != Status.NOT_APPLICABLE]
    rows = tuple(_row(item, alternatives) for item in asked)
    in_part = told_of_parts(((row.constraint_id, row.structure) for row in rows if not row.advisory), rules)
    return Sensitivity(
        case_id=case.case_id,
        verdict=Status(int(verdicts(batch, blocks, np.array([bool(unmapped)]))[0])).word,
        rows=rows,
        counts={
            word: sum((row.label or "not_evaluated") == word and not row.advisory for row in rows)
            for word in ("robust", "fragile", "not_evaluated")
        },
        unmapped_structures=unmapped,
        notes=(
            *notes_of_choice(case, rules, strict=strict),
            *told_of_earlier(blocks),
            *in_part,
            *_notes(alternatives, rows),
        ),
        editions=editions_used(rules),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def _notes(alternatives: Alternatives, rows: Sequence[SensitivityRow]) -> Iterator[str]:
    percents = " and ".join(f"{percent} %" for percent in alternatives.dose_uncertainty_percent)
    yield f"robust: the same over the published intervals of alpha/beta, the stated dates, and doses +/- {percents}"
    yield "alpha/beta is changed for the doses: a limit stays what it is in 2 Gy fractions with its own"
    yield "one thing is changed at a time, for all courses alike"
    yield OTHER_RECOVERY
    if any(item.would_be is None for row in rows for item in row.recovery):
        yield PLAIN_SUMS


def _row(item: WhatIf, alternatives: Alternatives) -> SensitivityRow:
    block = item.block
    constraint, decided = block.constraint, block.judged.decided
    status = Status(int(block.status[0]))
    is_decided = status in (Status.MET, Status.VIOLATED)
    alpha_beta = constraint.alpha_beta_gy
    return SensitivityRow(
        structure=block.structure,
        constraint_id=constraint.id,
        edition=block.loaded.edition.id,
        advisory=constraint.advisory,
        status=status.word,
        reason=reason_word(status=status, causes=int(decided.causes[0, 0]), exclusion=0),
        label=None if not is_decided else "robust" if item.is_robust[0] else "fragile",
        alpha_beta_gy=alpha_beta if isinstance(alpha_beta, float) else None,
        alpha_beta=tuple(_alpha_beta(answer) for answer in item.alpha_beta),
        dates=None if item.dates is None else _dates(item.dates, status),
        dose=None if item.doses is None else _dose(item.doses, alternatives, status),
        recovery=tuple(_recovery(item, schedule, found) for schedule, found in item.recovery),
        source=source_of(block.loaded, constraint.read),
        locator=constraint.locator,
    )


def _word(status: np.int64) -> StatusWord:
    return Status(int(status)).word


def _alpha_beta(answer: OverAlphaBeta) -> AlphaBetaRange:
    interval, flips = answer.interval, float(answer.flips_at_gy[0])
    return AlphaBetaRange(
        id=interval.id,
        endpoint=interval.endpoint,
        source=f"{interval.source} (read: {interval.read})",
        low_gy=interval.low_gy,
        high_gy=interval.high_gy,
        survives=bool(answer.survives[0]),
        status_low=_word(answer.status_low[0]),
        status_high=_word(answer.status_high[0]),
        flips_at_gy=None if np.isnan(flips) else flips,
        flips_to=None if np.isnan(flips) else _word(answer.flips_to[0]),
    )


def _dates(answer: OverDates, status: Status) -> DateRange:
    months = float(answer.flips_at_months[0])
    return DateRange(
        survives=status is not Status.NOT_EVALUATED,
        status_shortest=_word(answer.status_shortest[0]),
        status_longest=_word(answer.status_longest[0]),
        flips_at_months=None if np.isnan(months) else months,
    )


def _dose(answer: OverDoses, alternatives: Alternatives, status: Status) -> DoseRange:
    of_status = np.array([status])
    return DoseRange(
        shifts=tuple(
            DoseShift(
                percent=percent,
                survives=bool(answer.survives(of_status, percent)[0]),
                status_lower=_word(lower[0]),
                status_higher=_word(higher[0]),
            )
            for percent, (lower, higher) in answer.shifts.items()
        ),
        looked_for_up_to_percent=alternatives.dose_looked_for_up_to_percent,
        flips_at_lower_percent=_percent(answer.lower.step[0]),
        flips_at_higher_percent=_percent(answer.higher.step[0]),
    )


def _percent(step: np.int64) -> float | None:
    return None if step == NONE else int(step) / STEPS_OF_A_PERCENT


def _recovery(item: WhatIf, schedule: OtherSchedule | None, found: Decided) -> WithOtherRecovery:
    low, high = float(found.value.low[0, 0]), float(found.value.high[0, 0])
    limit_low, limit_high = float(found.limit.low[0, 0]), float(found.limit.high[0, 0])
    is_compared = not is_for_the_plain_sum(item.block)
    return WithOtherRecovery(
        schedule="none" if schedule is None else schedule.id,
        name="no recovery" if schedule is None else schedule.schedule.name,
        acts_on="nothing" if schedule is None else schedule.schedule.acts_on,
        value_low=number_or_none(low),
        value_high=number_or_none(high),
        limit=number_or_none(limit_low) if is_compared else None,
        limit_high=number_or_none(limit_high) if is_compared and limit_high > limit_low else None,
        unit=item.block.constraint.unit,
        would_be=_word(found.status[0, 0]) if is_compared else None,
        source="the sum as it is" if schedule is None else schedule.source,
        locator="" if schedule is None else schedule.locator,
    )
