"""What is audited, into which folder, and by what means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from reirrad.audit.choices import path_problems
from reirrad.audit.reading import Asked
from reirrad.audit.rules_chosen import Choice
from reirrad.audit.sources.blocks import Declared
from reirrad.engine.arguments import flag_problems
from reirrad.errors import Problem, TableError, shown

#: Forms of findings and patients, which are the suffixes of their files.
FORMS = ("parquet", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is audited, into which folder, and by what means; the means change no result. Texts become paths.

    Raises
    ------
    TableError
        If something of it is of another kind: nothing is read then.
    """

    inputs: tuple[Path, ...]
    out: Path
    declared: Declared = field(default_factory=Declared)
    choice: Choice = field(default_factory=Choice)
    asked: Asked = field(default_factory=Asked)
    form: str = "parquet"
    expect_rows: int | None = None
    resume: bool = False
    overwrite: bool = False
    workers: int = 1
    scheduler: str | None = None

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise TableError("plan", problems)
        object.__setattr__(self, "inputs", tuple(map(Path, self.inputs)))
        object.__setattr__(self, "out", Path(self.out))
        # chosen once: a header that may do without the column is one of rows that are judged so
        once_daily = self.choice.assume_once_daily
        object.__setattr__(self, "declared", replace(self.declared, assume_once_daily=once_daily))


def _problems(plan: Plan) -> Iterator[Problem]:
    yield from path_problems("inputs", plan.inputs, "('cohort.csv',)")
    if isinstance(plan.inputs, list | tuple) and not plan.inputs:
        yield Problem("inputs", "there is none", allowed="files and folders", hint="name what is audited")
    if not isinstance(plan.out, str | os.PathLike):
        yield Problem("out", "this is no path", shown(plan.out), "text, or a pathlib.Path")
    for name, kind in (("declared", Declared), ("choice", Choice), ("asked", Asked)):
        if not isinstance(value := getattr(plan, name), kind):
            yield Problem(name, f"this is no {kind.__name__}", shown(value), f"{kind.__name__}(...)")
    if plan.form not in FORMS:
        yield Problem("form", "it is not known", shown(plan.form), " or ".join(FORMS))
    if plan.expect_rows is not None and not _is_count(plan.expect_rows, 0):
        yield Problem("expect_rows", "this is no number of rows", shown(plan.expect_rows), "a whole number from 0 up")
    yield from flag_problems(resume=plan.resume, overwrite=plan.overwrite)
    if not _is_count(plan.workers, 1):
        yield Problem("workers", "this is no number of processes", shown(plan.workers), "a whole number from 1 up")
    if plan.scheduler is not None and not isinstance(plan.scheduler, str):
        yield Problem("scheduler", "this is no address", shown(plan.scheduler), "text, e.g. 'tcp://host:8786'")


def _is_count(value: Any, low: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= low)
