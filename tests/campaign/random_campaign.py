"""Random cases, each with something lost: what of them improved, and what was refused or open before anything was."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from campaign.clean_cases import Maker, Raw, widened
from campaign.damage import Loss, lost, random_losses
from campaign.judging import Judged, is_contradictory, judge
from campaign.rules import Difference, compare, difference
from reirrad.engine.codes import Status, reason_word
from reirrad.errors import CaseError
from reirrad.ingest import parse_case
from reirrad.library import Library, load_library
from reirrad.library.load import load_profile
from reirrad.model.case import Case

#: By what the cases of a shard are judged, in turn: mostly as ``check`` does when it is told nothing.
MODES = ("default", "default", "default", "default", "default", "strict", "all", "woolley")
NEAR_TARGET = "umich-2019.spinal-cord.near-target"


@lru_cache
def library_of(mode: str) -> Library:
    """Return the library of a mode."""
    library = load_library()
    if mode == "all":
        return library.select((), profile=load_profile("all"))
    return library.select(("woolley-2018",), model_risk_percent=5.0) if mode == "woolley" else library


@lru_cache
def maker() -> Maker:
    """Return what makes the cases: the same for all modes, so that a number is one case."""
    return Maker(load_library())


@dataclass(slots=True)
class Tally:
    """Counts of a run, and the failures."""

    counts: Counter[str] = field(default_factory=Counter)
    #: findings of clean cases that are not evaluated, by constraint and reason
    open_findings: Counter[str] = field(default_factory=Counter)
    refused_clean: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """A case, what is lost of it, and what is left, if it is still a case."""

    number: int
    raw: Raw
    losses: list[Loss]
    before: Case
    after: Case | None
    is_clean: bool


def read(raw: Raw, library: Library) -> Case | None:
    """Return the case, or ``None`` where ``check`` refuses it."""
    try:
        case = parse_case(raw)
    except CaseError:
        return None
    return None if is_contradictory(case, library) else case


def trials(seed: int, numbers: range, library: Library, tally: Tally) -> Iterator[Trial]:
    """Yield the trials of some numbers; a case that is refused as it is yields none and is counted."""
    for number in numbers:
        random_ = random.Random(f"{seed}/{number}/lost")  # noqa: S311
        raw = maker().case(seed, number)
        is_clean = random_.random() < 0.6
        tally.counts["clean cases" if is_clean else "cases less exact"] += 1
        raw = raw if is_clean else widened(random_, raw)
        before = read(raw, library)
        if before is None:
            tally.counts["refused: clean cases" if is_clean else "refused: cases less exact"] += 1
            if is_clean:
                tally.refused_clean.append({"number": number, "case": raw})
            continue
        losses = random_losses(random_, raw)
        tally.counts[f"cases with {'one loss' if len(losses) == 1 else 'several losses'}"] += 1
        tally.counts["losses"] += len(losses)
        for _, way in losses:
            tally.counts[f"losses: {way}"] += 1
        after = read(lost(raw, losses), library)
        yield Trial(number, raw, losses, before, after, is_clean)


def run(seed: int, numbers: range, mode: str, *, counts_open: bool = False) -> Tally:
    """Judge the cases of some numbers with and without what is lost."""
    tally, library, strict = Tally(), library_of(mode), mode == "strict"
    pairs: dict[bool, list[tuple[Trial, Case, Difference]]] = {False: [], True: []}
    clean: list[Case] = []
    for trial in trials(seed, numbers, library, tally):
        if trial.is_clean and counts_open:
            clean.append(trial.before)
        if trial.after is None:
            tally.counts["exit code to 2"] += 1  # refused: no better, whatever it was
            continue
        different = difference(trial.before, trial.after)
        pairs["proposed" in different.kinds].append((trial, trial.after, different))
    for is_without, group in pairs.items():
        if group:
            cases = [case for trial, after, _ in group for case in (trial.before, after)]
            _compare(seed, mode, group, judge(cases, library, strict=strict, before=is_without), tally)
    if clean:
        _count_open(judge(clean, library, before=False), tally)
    return tally


def _compare(seed: int, mode: str, group: list[tuple[Trial, Case, Difference]], judged: Judged, tally: Tally) -> None:
    near_target = np.array([key[0] == NEAR_TARGET for key in judged.keys], dtype=np.bool_)
    for index, (trial, _, different) in enumerate(group):
        codes = [judged.exit_code(2 * index), judged.exit_code(2 * index + 1)]
        tally.counts[f"exit code {codes[0]} to {codes[1]}"] += 1
        outcome = compare(judged, 2 * index, 2 * index + 1, different, near_target)
        for kind in outcome.accepted:
            tally.counts[f"accepted: {kind}"] += 1
        if outcome.is_failure:
            tally.failures.append(
                {
                    "seed": seed,
                    "number": trial.number,
                    "mode": mode,
                    "lost": [[".".join(map(str, path)), way] for path, way in trial.losses],
                    "improved": outcome.improved,
                    "exit_codes": codes,
                    "case": trial.raw,
                }
            )


def _count_open(judged: Judged, tally: Tally) -> None:
    """Count what is not evaluated of clean cases, with the reasons."""
    applies = judged.status > Status.NOT_APPLICABLE
    is_open = judged.status == Status.NOT_EVALUATED
    tally.counts["clean: cases judged"] += len(judged.status)
    tally.counts["clean: cases to which no limit applies"] += int(np.count_nonzero(~applies.any(axis=1)))
    tally.counts["clean: cases with a finding not evaluated"] += int(np.count_nonzero(is_open.any(axis=1)))
    tally.counts["clean: findings that apply"] += int(np.count_nonzero(applies))
    tally.counts["clean: findings not evaluated"] += int(np.count_nonzero(is_open))
    for case, column in zip(*np.nonzero(is_open), strict=True):
        reason = reason_word(status=Status.NOT_EVALUATED, causes=int(judged.causes[case, column]), exclusion=0)
        tally.open_findings[f"{judged.keys[column][0]}: {reason}"] += 1
