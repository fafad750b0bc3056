"""Cases to reports."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence

import numpy as np

from reirrad import __version__
from reirrad.engine.arguments import check_flags, listed_cases, rules_of
from reirrad.engine.codes import ROLES, Status, reason_word
from reirrad.engine.disagreement import disagreements
from reirrad.engine.evaluate import Block, evaluate, outside_profile, verdicts, without_rule
from reirrad.engine.explain import derivation
from reirrad.engine.from_cases import Prepared, prepare
from reirrad.engine.groups import groups_of, notes_of_groups
from reirrad.engine.notes import CheckOptions, headline, notes_of_case
from reirrad.engine.trace import Trace
from reirrad.library import Library, LoadedEdition
from reirrad.library.validity import library_as_of
from reirrad.model.case import Case
from reirrad.model.finding import (
    Counts,
    EditionUsed,
    Finding,
    InputDigest,
    RecoveredCourse,
    Reference,
    Report,
)
from reirrad.model.wording import number_or_none


def check(
    case: Case,
    *,
    library: Library | None = None,
    strict: bool = False,
    require_organs: bool = False,
    as_of: str | dt.date | None = None,
) -> Report:
    """Judge one case.

    Parameters
    ----------
    case
        The case, e.g. from :func:`reirrad.load_case`.
    library
        The rules; the editions of the package by default.
    strict
        Whether sums of near-maxima other than Max prove nothing by themselves.
    require_organs
        Whether a judged structure without a rule makes a verdict not evaluated that would be met.
    as_of
        A day, e.g. ``"2026-03-01"``: editions that ended before it are refused. Without it no end is looked at.

    Returns
    -------
    Report
        Verdict, findings with their arithmetic and sources, groups, counts and notes.

    Raises
    ------
    CaseError
        If it is no case, or its fields do not agree.
    LibraryError
        If it is no library, or an edition that is used ended before ``as_of``.
    InputError
        If ``strict`` or ``require_organs`` is neither true nor false.
    """
    return check_all([case], library=library, strict=strict, require_organs=require_organs, as_of=as_of)[0]


def check_all(
    cases: Sequence[Case],
    *,
    library: Library | None = None,
    strict: bool = False,
    require_organs: bool = False,
    as_of: str | dt.date | None = None,
) -> list[Report]:
    """Judge several cases in one evaluation; as :func:`check`."""
    check_flags(call="check", strict=strict, require_organs=require_organs)
    rules = rules_of(library, call="check")
    cases = listed_cases(cases, call="check")
    if as_of is not None:
        rules = library_as_of(rules, as_of)
    return reports_and_blocks(cases, rules, CheckOptions(strict=strict, require_organs=require_organs))[0]


def reports_and_blocks(
    cases: Sequence[Case], rules: Library, options: CheckOptions
) -> tuple[list[Report], list[Block]]:
    """Judge cases that were read; with what was found, for further questions."""
    prepared = prepare(cases, rules)
    blocks = evaluate(prepared.batch, rules, strict=options.strict)
    unmapped = np.array([bool(names) for names in prepared.unmapped], dtype=np.bool_)
    bare = _without_rule(prepared, blocks, rules)
    if options.require_organs:
        unmapped |= np.array([bool(names) for names in bare], dtype=np.bool_)
    verdict = verdicts(prepared.batch, blocks, unmapped)
    before = verdicts(prepared.batch, blocks, unmapped, without_proposed=True)
    reports = [
        _report(
            index, case, prepared, blocks, rules, Status(int(verdict[index])), Status(int(before[index])), bare, options
        )
        for index, case in enumerate(cases)
    ]
    return reports, blocks


def _without_rule(prepared: Prepared, blocks: list[Block], library: Library) -> list[list[str]]:
    """Return the names of the judged structures without a rule, for each case."""
    batch, is_bare = prepared.batch, without_rule(prepared.batch, blocks, library)
    names: list[list[str]] = [[] for _ in range(batch.n_cases)]
    # in the order of the library: in which order a case lists them decides nothing
    bare = sorted(zip(batch.judged_case[is_bare].tolist(), batch.judged_structure[is_bare].tolist(), strict=True))
    for case, structure in bare:
        names[case].append(library.structures.names[structure])
    return names


def _report(
    index: int,
    case: Case,
    prepared: Prepared,
    blocks: list[Block],
    library: Library,
    verdict: Status,
    before: Status,
    bare: list[list[str]],
    options: CheckOptions,
) -> Report:
    traces = [
        Trace(block, int(position)) for block in blocks for position in np.flatnonzero(block.judged.case == index)
    ]
    findings = tuple(finding(trace) for trace in traces)
    deciding = [item for item in findings if not item.advisory]
    counts = {status.word: sum(item.status == status.word for item in deciding) for status in Status}
    has_proposed = case.proposed is not None
    left_out = outside_profile(prepared.batch, library, index)
    groups = tuple(groups_of(findings, library))
    return Report(
        case_id=case.case_id,
        headline=headline(case, findings, prepared.unmapped[index], bare[index], groups, library, options),
        verdict=verdict.word,
        verdict_without_proposed=before.word if has_proposed else None,
        findings=findings,
        groups=tuple(group.finding for group in groups),
        counts=Counts(**counts),
        disagreement=disagreements(
            item for trace, item in zip(traces, findings, strict=True) if trace.may_be_of_newest
        ),
        references=tuple(_references(case, library)),
        profile=library.profile.name,
        outside_profile=sum(left_out.values()),
        unmapped_structures=tuple(prepared.unmapped[index]),
        structures_without_rule=tuple(bare[index]),
        notes=(
            *notes_of_case(index, case, prepared, findings, bare[index], library, left_out, options),
            *notes_of_groups(groups),
        ),
        editions=editions_used(library),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def editions_used(library: Library) -> tuple[EditionUsed, ...]:
    """Return the editions of which anything is judged, with their digests."""
    return tuple(loaded.used() for loaded in library.used())


def _references(case: Case, library: Library) -> Iterator[Reference]:
    names = {library.structures.canonical(name) for name in case.structures}
    for loaded, constraint in library.constraints():
        is_chosen = not library.profile.editions or loaded.edition.id in library.profile.editions
        if constraint.kind != "reference" or not is_chosen:
            continue
        for structure in constraint.structures:
            if structure in names:
                yield Reference(
                    id=constraint.id,
                    structure=structure,
                    endpoint=constraint.endpoint,
                    printed=constraint.printed or "",
                    risk=constraint.risk_at_limit,
                    source=source_of(loaded, constraint.read),
                    locator=constraint.locator,
                    note=constraint.note,
                )


def case_digest(case: Case) -> str:
    """Return the SHA-256 of the canonical JSON of a case: sorted keys, no spaces, what is absent left out."""
    content = case.model_dump(mode="json", exclude_none=True)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def finding(trace: Trace) -> Finding:
    """Return a finding as it is reported."""
    block, position = trace.block, trace.position
    constraint, decided = block.constraint, block.judged.decided
    status = Status(int(block.status[position]))
    applies = status is not Status.NOT_APPLICABLE
    low, high = float(decided.value.low[position, 0]), float(decided.value.high[position, 0])
    limit_low, limit_high = float(decided.limit.low[position, 0]), float(decided.limit.high[position, 0])
    undiscounted = block.judged.undiscounted
    sum_low, sum_high = float(undiscounted.low[position]), float(undiscounted.high[position])
    course = int(block.judged.course[position])
    is_listed = course >= 0 and applies
    alpha_beta = constraint.alpha_beta_gy
    return Finding(
        constraint_id=constraint.id,
        edition=block.loaded.edition.id,
        group=constraint.group,
        structure=block.structure,
        metric=constraint.metric,
        metric_used=trace.metric_used if applies else None,
        quantity=constraint.quantity,
        alpha_beta_gy=alpha_beta if isinstance(alpha_beta, float) else None,
        scope=constraint.scope,
        course_id=str(trace.batch.course_id[course]) if is_listed else None,
        course_role=ROLES[int(trace.batch.is_proposed[course])] if is_listed else None,
        status=status.word,
        reason=reason_word(
            status=status, causes=int(decided.causes[position, 0]), exclusion=int(decided.exclusion[position, 0])
        ),
        advisory=constraint.advisory,
        caused_by_proposed=_caused_by_proposed(status, int(block.status_without[position])),
        value=number_or_none(low) if low == high else None,
        value_low=number_or_none(low),
        value_high=number_or_none(high),
        limit=number_or_none(limit_low),
        limit_high=number_or_none(limit_high) if limit_high > limit_low else None,
        comparison=constraint.comparison,
        margin=number_or_none(float(decided.margin[position, 0])),
        unit=constraint.unit,
        near_limit=bool(block.near_limit[position]),
        accumulation=trace.accumulation if applies else None,
        undiscounted_value=number_or_none(sum_low) if sum_low == sum_high else None,
        undiscounted_low=number_or_none(sum_low),
        undiscounted_high=number_or_none(sum_high),
        recovery=_recovery(trace) if applies else None,
        basis=trace.basis if applies else None,
        source=source_of(block.loaded, constraint.read),
        locator=constraint.locator,
        derivation=derivation(trace),
    )


def source_of(loaded: LoadedEdition, read: str) -> str:
    """Return the citation of an edition and what was read of it."""
    edition = loaded.edition
    return f"{edition.citation} {edition.doi_text} (read: {read})"


def _caused_by_proposed(status: Status, without: int) -> bool | None:
    """Whether the proposed course turned a constraint to violated; ``None`` if nothing is proposed or it is unknown."""
    if without < 0:
        return None
    if status is not Status.VIOLATED:
        return False
    return None if without == Status.NOT_EVALUATED else without != Status.VIOLATED


def _recovery(trace: Trace) -> tuple[RecoveredCourse, ...] | None:
    if trace.block.judge.recovery is None:
        return None
    return tuple(
        RecoveredCourse(
            course_id=str(trace.batch.course_id[item.course]),
            interval_months=_point_or_range(item.interval),
            fraction=item.fraction[0] if item.fraction[0] == item.fraction[1] else item.fraction,
            next_fraction=item.next_fraction,
            days_to_next_step=item.days_to_next,
        )
        for item in trace.recovered
    )


def _point_or_range(interval: tuple[float, float]) -> float | tuple[float, float | None]:
    low, high = interval
    return low if low == high else (low, number_or_none(high))
