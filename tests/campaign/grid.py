"""The exact-hit grid: every limit on a dose, hit exactly by doses on the grid of 0.01 Gy, and a step beside it.

``python -m campaign.grid --record docs/trust/exact-hits.json`` judges, for every shipped limit on a dose, every single
course, or every pair of courses where the limit is for a sum or a share, whose exact value is the limit: at it, a step
of 0.01 Gy below and a step above (of the second course). What has to come out follows from whole numbers alone. Where
the converted dose of one course is limited, every course of two phases is among them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from campaign.differential import code_digest
from campaign.tiles import tiled, with_plans
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.ingest import parse_case
from reirrad.library import Library, Profile, load_library
from reirrad.model.rule import Constraint, Discounted, RaisedTolerance, SumConvention, Undiscounted
from reirrad.selftest.exact_hits import NUMBERS, Hits, Ints, coefficients, exactly, pairs, singles
from reirrad.selftest.oracle.dates import add_months

ROWS = 30_000
STEPS = (-1, 0, 1)
SUMS = ("cumulative", "share")
_LAST_DAY = date(2010, 2, 5)
Line = dict[str, Any]


@dataclass(frozen=True)
class Aim:
    """A limit of a constraint at one place: how its pairs are found, and the case that they are put into."""

    constraint: Constraint
    ends: tuple[Fraction, Fraction]
    #: which of the ends is hit
    end: int
    numbers: tuple[int, ...]
    #: the pair are the phases of one course
    in_phases: bool
    raw: Line
    c0: Fraction
    c1: Fraction

    def hits(self) -> Iterator[Hits]:
        alpha_beta = _alpha_beta(self.constraint)
        if self.constraint.scope in SUMS:
            return pairs(alpha_beta, self.c0, self.c1, NUMBERS, self.numbers)
        if self.in_phases:
            return self._of_phases(alpha_beta)
        return singles(alpha_beta, self.c0, self.numbers)

    def _of_phases(self, alpha_beta: Fraction | None) -> Iterator[Hits]:
        for hits in pairs(alpha_beta, self.c0, self.c1, self.numbers, self.numbers):
            fits = hits.n + hits.m <= self.numbers[-1]
            if fits.any():
                yield Hits(*(column[fits] for column in hits))

    def expected(self, step: int) -> Status:
        """Return the status that a value so many steps beside the end must have; the steps are small."""
        low, high = self.ends
        is_upper = self.constraint.is_upper
        outward = step if is_upper else -step
        if low < high:
            worse = self.end if is_upper else 1 - self.end  # 0: the end up to which it is met
            if outward != 0:
                return (Status.MET, Status.NOT_EVALUATED, Status.VIOLATED)[worse + (outward > 0)]
            inclusive = self.constraint.comparison in ("at_most", "at_least")
            return (Status.MET, Status.NOT_EVALUATED, Status.VIOLATED)[worse + (not inclusive)]
        if outward == 0:
            return Status.MET if self.constraint.comparison in ("at_most", "at_least") else Status.VIOLATED
        return Status.VIOLATED if outward > 0 else Status.MET


def dose_limits(library: Library) -> list[tuple[SumConvention, Constraint]]:
    """Return the limits on a dose, or on a share of one, that stated doses can decide."""
    every = [(loaded.edition.convention_of(c), c) for loaded, c in library.constraints() if c.kind == "limit"]
    return [
        (convention, constraint)
        for convention, constraint in every
        if constraint.scope not in ("interval", "score", "allowed_bed")
        and constraint.unit not in ("%", "cc", "months")
        and constraint.alpha_beta_gy != "not stated"
        and not (
            constraint.metric.startswith("Mean") and (constraint.scope in SUMS or constraint.quantity != "physical")
        )
    ]


def aims(convention: SumConvention, constraint: Constraint) -> Iterator[Aim]:
    """Yield each limit of a constraint: by fraction number, by recovered fraction, at each end of a printed range."""
    rows = dict(constraint.limit_by_n_fractions or ())
    for start, recovered in _moments(convention, constraint):
        for n in rows or (None,):
            numbers = (n,) if n is not None else _numbers(constraint)
            ends = constraint.limit if n is None else rows[n]
            assert ends is not None
            raised = 1 + recovered if isinstance(convention, RaisedTolerance) else Fraction(1)
            low, high = (exactly(end) * raised for end in ends)
            for end in range(1 if low == high else 2):
                alpha_beta = _alpha_beta(constraint)
                c0, c1 = coefficients(constraint.scope, constraint.quantity, alpha_beta, (low, high)[end])
                if isinstance(convention, Discounted):
                    c1 *= 1 - recovered
                may_be_phases = constraint.scope not in SUMS and constraint.quantity != "physical"
                for in_phases in (False, True) if may_be_phases else (False,):
                    raw = _raw(constraint, start, in_phases=in_phases)
                    yield Aim(constraint, (low, high), end, numbers, in_phases, raw, c0, c1)


def _alpha_beta(constraint: Constraint) -> Fraction | None:
    return None if constraint.quantity == "physical" else exactly(constraint.alpha_beta_gy)


def _numbers(constraint: Constraint) -> tuple[int, ...]:
    fewest, most = constraint.conditions.n_fractions or (NUMBERS[0], NUMBERS[-1])
    return tuple(n for n in NUMBERS if fewest <= n <= most)


def _moments(convention: SumConvention, constraint: Constraint) -> Iterator[tuple[date, Fraction]]:
    """Yield a first day of the second course for each step of recovery, and what has recovered by then."""
    if not isinstance(convention, Undiscounted):
        for step in convention.schedule.step:
            if step.recovered_fraction < 1:
                yield _months_later(step.from_months), exactly(step.recovered_fraction)
        return
    lowest = constraint.conditions.interval_months[0] if constraint.conditions.interval_months else 60
    yield _months_later(lowest), Fraction(0)


def _months_later(months: float) -> date:
    assert months == int(months)
    return add_months(_LAST_DAY, int(months)) + timedelta(days=0 if months else 1)


def _raw(constraint: Constraint, start: date, *, in_phases: bool) -> Line:
    """Return the case: two courses with what the conditions ask for; the doses are put in later."""
    conditions, structure = constraint.conditions, constraint.structures[0]
    scheduled = "50 Gy / 25" if conditions.scheduled_dose_gy is None else f"{conditions.scheduled_dose_gy[0]} Gy / 25"
    distance = {} if conditions.target_distance_mm is None else {"target_distance_mm": conditions.target_distance_mm[0]}
    common = {
        "role": "delivered",
        "modality": constraint.modalities[0],
        "technique": (conditions.technique or ("conventional",))[0],
        "fractions_per_day": 1,
        "schedule": scheduled,
        "dose": {structure: {constraint.metric: 40.0, "basis": "plan"} | distance},
    }
    days = [(date(2010, 1, 4), _LAST_DAY), (start, start + timedelta(days=99))]
    courses = [
        {"id": name, "start": first.isoformat(), "end": last.isoformat()} | common
        for name, (first, last) in zip(("first", "second"), days, strict=True)
    ]
    if in_phases:
        phase = {key: courses[1].pop(key) for key in ("schedule", "dose")}
        courses[1] |= {"n_phases": 2, "phase": [phase, phase]}
    fixed = {"schema": "reirrad-case/1", "case_id": constraint.id, "prior_radiotherapy": "complete", "prior_courses": 2}
    return fixed | {"structures": [structure], "course": courses}


def judged(aim: Aim, library: Library, x: Ints, n: Ints, y: Ints, m: Ints) -> Ints:
    """Return the statuses of cases in columns."""
    batch = tiled(prepare([parse_case(aim.raw)], library).batch, len(x))
    # the course of the single hits is the first of the two where the limit is for a first course
    order = (1, 0) if aim.constraint.scope == "first_course" else (0, 1)
    centigray, fractions = np.stack([x, y], axis=1)[:, order], np.stack([n, m], axis=1)[:, order]
    if aim.in_phases:  # after a course of a centigray
        centigray, fractions = np.insert(centigray, 0, 1, axis=1), np.insert(fractions, 0, 1, axis=1)
    blocks = evaluate(with_plans(batch, centigray, fractions), library, before=False)
    (block,) = [item for item in blocks if item.structure == aim.constraint.structures[0]]
    return block.status


def run_limit(convention: SumConvention, constraint: Constraint, *, one_in: int = 1) -> Line:
    """Judge every hit of one limit and its neighbours; with one_in only one hit in so many."""
    profile = Profile(constraint.id, constraints=frozenset({constraint.id}))
    library = load_library().select(profile=profile)
    began, hits, cases = time.process_time(), 0, 0
    wrong: list[str] = []
    for aim in aims(convention, constraint):
        parts = [np.concatenate(columns) for columns in zip(*aim.hits(), strict=True)]
        if not parts:
            continue
        parts = [column[::one_in] for column in parts]
        hits += len(parts[0])
        for begin in range(0, len(parts[0]), ROWS):
            x, n, y, m = (column[begin : begin + ROWS] for column in parts)
            for step in STEPS:
                status, expected = judged(aim, library, x, n, y + step, m), aim.expected(step)
                cases += len(x)
                for row in np.flatnonzero(status != expected)[:3]:
                    plans = f"{x[row]} cGy / {n[row]} and {y[row] + step} cGy / {m[row]}"
                    found = Status(int(status[row])).word
                    wrong.append(f"{constraint.id}: {plans}, {step:+} steps of the limit: {found}, not {expected.word}")
    seconds = round(time.process_time() - began, 2)
    return {"id": constraint.id, "hits": hits, "cases": cases, "wrong": wrong, "seconds": seconds}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m campaign.grid")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--one-in", type=int, default=1, help="judge only one hit in so many")
    parser.add_argument("--progress", type=Path, default=Path(".campaign/grid.jsonl"))
    options = parser.parse_args()
    options.progress.parent.mkdir(parents=True, exist_ok=True)
    key = {"code": code_digest(), "one_in": options.one_in}
    text = options.progress.read_text(encoding="utf-8") if options.progress.exists() else ""
    done = {line["id"]: line for line in map(json.loads, text.splitlines()) if key.items() <= line.items()}
    with options.progress.open("a", encoding="utf-8") as progress:
        for convention, constraint in dose_limits(load_library()):
            if constraint.id not in done:
                done[constraint.id] = run_limit(convention, constraint, one_in=options.one_in) | key
                progress.write(json.dumps(done[constraint.id]) + "\n")
                progress.flush()
    lines = list(done.values())
    found = {
        "schema": "reirrad-exact-hits/1",
        "limits": len(lines),
        "limits_hit": sum(line["hits"] > 0 for line in lines),
        "hits": sum(line["hits"] for line in lines),
        "cases": sum(line["cases"] for line in lines),
        "wrong": sum(len(line["wrong"]) for line in lines),
        "one_in": options.one_in,
        "code_digest": key["code"],
        "processor_seconds": round(sum(line["seconds"] for line in lines)),
        "hits_of_limits": {line["id"]: line["hits"] for line in lines},
    }
    if options.record:
        options.record.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for line in lines:
        for text in line["wrong"]:
            print(text)
    print(f"{found['hits']} hits of {found['limits']} limits, {found['wrong']} wrong", file=sys.stderr)
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
