"""The engine against the oracle: many cases as one batch, each finding against that of the oracle on one case alone.

What has to agree: which findings exist, the status of each, its value (in units in the last place of the exact value
rounded to float64), its course, and the margin of what was decided.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reirrad.engine.codes import Cause, Status
from reirrad.engine.evaluate import Block, evaluate, verdicts
from reirrad.engine.from_cases import prepare
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.selftest.constraints import as_oracle_sees
from reirrad.selftest.oracle import judge, verdict

Raw = dict[str, Any]
_DECIDED = ("met", "violated")


@dataclass(frozen=True)
class Difference:
    """Something that the engine and the oracle say differently."""

    case_id: str
    constraint_id: str
    structure: str
    what: str
    by_engine: object
    by_oracle: object

    def __str__(self) -> str:
        """Return the difference in one line."""
        finding = f"{self.case_id}: {self.constraint_id} for {self.structure}".rstrip()
        return f"{finding}: {self.what}: engine {self.by_engine}, oracle {self.by_oracle}"


@dataclass
class Tally:
    """What was compared: findings by status, and errors of values in units in the last place, by unit."""

    cases: int = 0
    verdicts: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    without_proposed: Counter[str] = field(default_factory=Counter)
    #: (unit, whole units in the last place, rounded up) -> values
    ulps: Counter[tuple[str, int]] = field(default_factory=Counter)
    margins: Counter[tuple[str, int]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what was compared elsewhere."""
        self.cases += other.cases
        self.verdicts += other.verdicts
        for name in ("findings", "without_proposed", "ulps", "margins"):
            getattr(self, name).update(getattr(other, name))
        self.differences += other.differences


@dataclass(frozen=True)
class Suite:
    """A library with the same constraints as the oracle reads them."""

    library: Library
    constraints: list[Raw]
    #: whose limit has no alpha/beta: the oracle tells only where they apply
    silent: frozenset[str]
    #: whether the oracle's constraints are all of the library, so that the verdicts can be compared
    is_whole: bool

    @classmethod
    def of(cls, library: Library, constraints: Sequence[Raw] | None = None) -> Suite:
        """Return a library with its own constraints, or with a transcription of them.

        A constraint whose limit comes out of a model (``allowed_bed``) is left to other tests.
        """
        judged = [constraint for _, constraint in library.judged()]
        own = as_oracle_sees(library) if constraints is None else list(constraints)
        known = [fields for fields in own if fields["scope"] != "allowed_bed"]
        silent = frozenset(item.id for item in judged if item.alpha_beta_gy == "not stated")
        return cls(library, known, silent, {item.id for item in judged} == {fields["id"] for fields in known})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the engine decided."""

    status: str
    low: float
    high: float
    margin: float
    course_id: str | None
    causes: int
    scope: str
    unit: str
    status_without: int

    @property
    def has_value(self) -> bool:
        """Whether value and course are defined: where orders disagree, or candidates do, they are unions."""
        if self.status in _DECIDED:
            return True
        is_union = bool(self.causes & Cause.ORDER_UNKNOWN) or self.scope == "first_course"
        return self.status == "not_evaluated" and self.low <= self.high and not is_union


def compare(
    raws: Sequence[Raw], suite: Suite, *, most_ulps: int, strict: bool = False, without_proposed: bool = False
) -> Tally:
    """Judge cases by the engine as one batch and by the oracle one by one, and compare every finding.

    Parameters
    ----------
    raws
        Valid cases, as mappings in the shape of a case file, with different ids.
    suite
        What they are judged by.
    most_ulps
        Most units in the last place by which a value may differ from the exact one.
    strict
        Whether a sum of near-maxima other than Max proves nothing by itself.
    without_proposed
        Whether to compare what the findings are without the proposed course, too.
    """
    prepared = prepare([parse_case(raw) for raw in raws], suite.library)
    blocks = evaluate(prepared.batch, suite.library, strict=strict, before=without_proposed)
    known = {fields["id"] for fields in suite.constraints}
    found: list[dict[tuple[str, str], _Found]] = [{} for _ in raws]
    for block in blocks:
        if block.constraint.id in known:
            _collect(block, prepared.batch.course_id, found)
    tally = Tally(cases=len(raws))
    whole = None
    if suite.is_whole and not strict:
        unmapped = np.array([bool(names) for names in prepared.unmapped])
        whole = verdicts(prepared.batch, blocks, unmapped)
    for index, (raw, by_engine) in enumerate(zip(raws, found, strict=True)):
        findings = judge(raw, constraints=suite.constraints, strict=strict)
        _compare_case(raw["case_id"], by_engine, findings, suite, tally, most_ulps=most_ulps, strict=strict)
        if whole is not None and not suite.silent:
            ours, theirs = Status(int(whole[index])).word, verdict(findings, raw)
            tally.verdicts += 1
            if ours != theirs:
                tally.differences.append(Difference(raw["case_id"], "verdict", "", "verdict", ours, theirs))
        if without_proposed:
            _compare_without(raw, by_engine, suite, tally, strict=strict)
    return tally


def _collect(block: Block, course_ids: Any, found: list[dict[tuple[str, str], _Found]]) -> None:
    judged, constraint = block.judged, block.constraint
    decided = judged.decided
    key = constraint.id, block.structure
    columns = zip(
        judged.case.tolist(),
        decided.status[:, 0].tolist(),
        decided.value.low[:, 0].tolist(),
        decided.value.high[:, 0].tolist(),
        decided.margin[:, 0].tolist(),
        judged.course.tolist(),
        decided.causes[:, 0].tolist(),
        block.status_without.tolist(),
        strict=True,
    )
    for case, status, low, high, margin, course, causes, without in columns:
        name = None if course < 0 else str(course_ids[course])
        if key in found[case]:
            raise AssertionError(f"{key} is judged twice")
        found[case][key] = _Found(
            Status(status).word, low, high, margin, name, causes, constraint.scope, constraint.unit, without
        )


def _compare_case(
    case_id: str,
    by_engine: dict[tuple[str, str], _Found],
    findings: list[Raw],
    suite: Suite,
    tally: Tally,
    *,
    most_ulps: int,
    strict: bool,
) -> None:
    by_oracle = {(item["constraint_id"], item["structure"]): item for item in findings}

    def differ(key: tuple[str, str], what: str, ours: object, theirs: object) -> None:
        tally.differences.append(Difference(case_id, *key, what, ours, theirs))

    for key in by_engine.keys() ^ by_oracle.keys():
        differ(key, "finding", key in by_engine, key in by_oracle)
    for key in by_engine.keys() & by_oracle.keys():
        ours, theirs = by_engine[key], by_oracle[key]
        expected = theirs["status"]
        if key[0] in suite.silent:
            expected = "not_applicable" if expected == "not_applicable" else "not_evaluated"
        elif strict and ours.scope == "share":
            continue  # what strict means for a share of more than two courses is not defined
        tally.findings[ours.status] += 1
        if ours.status != expected:
            differ(key, "status", ours.status, expected)
            continue
        if key[0] in suite.silent or not ours.has_value:
            continue
        if ours.course_id != theirs["course_id"]:
            differ(key, "course", ours.course_id, theirs["course_id"])
        for what, value, exact in (("low", ours.low, theirs["value_low"]), ("high", ours.high, theirs["value_high"])):
            nearest = float(exact)
            ulps = _ulps(value, nearest, nearest)
            tally.ulps[ours.unit, ulps] += 1
            if ulps > most_ulps:
                differ(key, f"{what} ({ulps} ulp)", value, nearest)
        if ours.status in _DECIDED:
            margin = -math.inf if theirs["margin"] is None else float(theirs["margin"])
            # a margin is a difference: its error is that of the larger of what is subtracted
            ulps = _ulps(ours.margin, margin, abs(margin) + abs(_finite_end(ours)))
            tally.margins[ours.unit, ulps] += 1
            if ulps > most_ulps:
                differ(key, f"margin ({ulps} ulp of the larger operand)", ours.margin, margin)


def _finite_end(found: _Found) -> float:
    return found.high if math.isfinite(found.high) else found.low


def _ulps(value: float, expected: float, scale: float) -> int:
    """Return how many units in the last place of a scale two values are apart, rounded up."""
    if value == expected:
        return 0
    # of a scale of nothing every value is as far away as can be
    if scale == 0 or not (math.isfinite(value) and math.isfinite(expected)):
        return 2**31
    return math.ceil(abs(value - expected) / math.ulp(scale))


def _compare_without(
    raw: Raw, by_engine: dict[tuple[str, str], _Found], suite: Suite, tally: Tally, *, strict: bool
) -> None:
    """Compare the statuses without the proposed course with those of the case that leaves it out."""
    delivered = [course for course in raw["course"] if course["role"] != "proposed"]
    if len(delivered) == len(raw["course"]):
        return
    findings = judge(raw | {"course": delivered}, constraints=suite.constraints, strict=strict)
    by_oracle = {(item["constraint_id"], item["structure"]): item["status"] for item in findings}
    for key, ours in by_engine.items():
        # with the course, the fact may be left out on which it depends whether there is a finding
        if key in by_oracle and key[0] not in suite.silent and not (strict and ours.scope == "share"):
            status = Status(ours.status_without).word
            tally.without_proposed[status] += 1
            if status != by_oracle[key]:
                difference = Difference(raw["case_id"], *key, "status without proposed", status, by_oracle[key])
                tally.differences.append(difference)
