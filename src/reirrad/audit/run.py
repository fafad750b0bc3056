"""An audit of files from end to end: read, judge by buckets, put together, publish. Interrupted, it can go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from reirrad import __version__
from reirrad.audit.bucket import OF_NOBODY, BucketTask
from reirrad.audit.engines import is_judged, run_dask, run_here, run_processes
from reirrad.audit.file_assumptions import assumptions_of_files
from reirrad.audit.found_files import PassedOver, find_files
from reirrad.audit.gathering import Gathering
from reirrad.audit.look_alike import LOOK_ALIKE, said_of, write_sets
from reirrad.audit.output import raw_lines, write_quarantine
from reirrad.audit.plan import Plan
from reirrad.audit.reader import read_safely
from reirrad.audit.reading import BAD_LINES, is_whole, same_files
from reirrad.audit.result_tables import FINDINGS, patients_schema
from reirrad.audit.rules_chosen import rules_digest
from reirrad.audit.sources.blocks import KEPT, Declared
from reirrad.audit.spill import buckets
from reirrad.audit.summary import summary_of
from reirrad.audit.workplace import Workplace, write_whole
from reirrad.errors import InputError, Problem, ReirradError, TableError
from reirrad.library import Library

#: A bucket has about so many rows: what it needs stays within a few hundred megabytes.
ROWS_OF_A_BUCKET = 250_000
_ANEW = "begin anew: --overwrite without --resume"

#: Called with what is being done, how much of it is done, and how much there is (``None``: not known yet).
Progress = Callable[[str, int, int | None], None]


#: Turns the summary into the text of report.html.
Report = Callable[[dict[str, Any]], str]


def audit_files(plan: Plan, *, report: Report | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Audit files into a folder, and return the summary.

    Parameters
    ----------
    plan
        What is audited, and how.
    report
        Makes ``report.html`` of the summary, e.g. :func:`reirrad.report.audit_html.audit_html`; none by default.
    progress
        Told what is done.

    Raises
    ------
    InputError
        If the output cannot be written or is there already, or an input cannot be read.
    LibraryError
        If the rules cannot be used.
    """
    tell = progress if progress is not None else _silent
    library = plan.choice.library()
    files, passed_over = find_files(plan.inputs, out=plan.out)
    with Workplace(plan.out, files).opened(resume=plan.resume, overwrite=plan.overwrite) as place:
        state = _read(plan, files, place, library, tell)
        tasks = _tasks(plan, place, state, library)
        gathering = Gathering(place.results, tasks, [name.removeprefix(KEPT) for name in state["kept"]], plan.form)
        _judge(plan, tasks, gathering, tell)
        gathering.close()
        summary = _write(plan, files, place, state, gathering, library, passed_over)
        if report is not None:
            write_whole(place.results / "report.html", report(summary))
        place.publish(overwrite=plan.overwrite)
    return summary


def prepare_files(plan: Plan, *, progress: Progress | None = None) -> list[BucketTask]:
    """Read the files of an audit and return its buckets, to be judged by whatever distributes calls.

    Each task is given to :func:`reirrad.audit.judge_bucket` on a machine that shares the folder; then
    :func:`audit_files` with ``resume=True`` finds every result there and puts them together.

    Parameters
    ----------
    plan, progress
        As for :func:`audit_files`.
    """
    tell = progress if progress is not None else _silent
    library = plan.choice.library()
    found = find_files(plan.inputs, out=plan.out)
    with Workplace(plan.out, found.files).opened(resume=plan.resume, overwrite=plan.overwrite) as place:
        return _tasks(plan, place, _read(plan, found.files, place, library, tell), library)


def _silent(_what: str, _done: int, _of: int | None) -> None:
    return


def _key(plan: Plan, library: Library) -> str:
    """Return a digest of everything that results depend on besides the rows."""
    what = {
        "declared": plan.declared.to_dict(),
        "choice": asdict(plan.choice),
        "asked": [plan.asked.table, plan.asked.query],
        "rules": rules_digest(library),
        "version": __version__,
        # the parts of another state of the program, which has the same version, may not fit
        "columns": [*FINDINGS.names, *patients_schema(()).names],
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _read(plan: Plan, files: Sequence[Path], place: Workplace, library: Library, tell: Progress) -> dict[str, Any]:
    key = _key(plan, library)
    state = place.state()
    if plan.resume:
        problems = []
        if state and state.get("key") != key:
            problems.append(Problem("", "the interrupted audit had other options or rules", hint=_ANEW))
        elif state.get("read") and not same_files(files, state["read"]["inputs"]):
            problems.append(Problem("", "the input has changed since it was interrupted", hint=_ANEW))
        elif not state or (state.get("read") and not is_whole(place.folder, state["read"])):
            problems.append(Problem("", "what the interrupted audit had read is damaged", hint=_ANEW))
        if problems:
            raise InputError(str(plan.out), problems)
        if state.get("read"):
            _refuse_other_rows(plan, state["read"]["inputs"])
            return dict(state["read"])
    place.save_state({"key": key})
    rows = 0

    def read(n_rows: int) -> None:
        nonlocal rows
        rows += n_rows
        tell("reading", rows, None)

    try:
        found = read_safely(files, plan.declared, plan.asked, place.folder, threads=max(2, plan.workers), progress=read)
        _refuse_other_rows(plan, found["inputs"])
    except ReirradError:
        # an input that is refused is no audit that was interrupted
        place.forget()
        raise
    place.save_state({"key": key, "read": found})
    return found


def _refuse_other_rows(plan: Plan, inputs: Sequence[dict[str, Any]]) -> None:
    # a header that stands in a table once more is a line of it, and about nobody
    rows = sum(item["rows"] - item["repeated_headers"] for item in inputs)
    if plan.expect_rows is not None and rows != plan.expect_rows:
        what = f"there are {rows} rows, and not {plan.expect_rows}"
        raise TableError("cohort", [Problem("", what, hint="is a file cut off, or one missing?")])


def _tasks(plan: Plan, place: Workplace, state: dict[str, Any], library: Library) -> list[BucketTask]:
    return [
        BucketTask(
            folder=str(place.folder),
            files=tuple(state["files"]),
            parts=parts,
            declared=plan.declared,
            choice=plan.choice,
            rules=rules_digest(library),
        )
        for parts in buckets(state["rows_of_parts"], ROWS_OF_A_BUCKET)
    ]


def _judge(plan: Plan, tasks: Sequence[BucketTask], gathering: Gathering, tell: Progress) -> None:
    done = 0
    tell("judging", done, len(tasks))
    there = [task for task in tasks if is_judged(task)]
    left = [task for task in tasks if task not in there]
    for task in chain(there, _run(plan, left)):
        gathering.finished(task)
        done += 1
        tell("judging", done, len(tasks))


def _run(plan: Plan, tasks: Sequence[BucketTask]) -> Iterator[BucketTask]:
    if plan.scheduler is not None:
        return run_dask(tasks, plan.scheduler)
    if plan.workers > 1 and len(tasks) > 1:
        return run_processes(tasks, min(plan.workers, len(tasks)))
    return run_here(tasks)


def _write(
    plan: Plan,
    files: Sequence[Path],
    place: Workplace,
    state: dict[str, Any],
    gathering: Gathering,
    library: Library,
    passed_over: Sequence[PassedOver],
) -> dict[str, Any]:
    """Write what is beside the tables; return the summary."""
    counts = gathering.counts
    bad = _bad_lines(place)
    for item in bad:
        counts["quarantine", "", item["reason"]] += 1
    quarantine = [*gathering.quarantine, *bad]
    account = {
        "rows_in": sum(item["rows"] for item in state["inputs"]),
        "rows_audited": gathering.rows - gathering.rows_duplicate - len(gathering.quarantine),
        "rows_quarantined": len(quarantine),
        "rows_duplicate": gathering.rows_duplicate,
    }
    _reconcile(account, gathering.rows + len(bad))
    of_nobody = counts[(OF_NOBODY,)] + sum(item["bad_lines_of_nobody"] for item in state["inputs"])
    write_quarantine(
        place.results / "quarantine.csv",
        _with_raw_text(quarantine, files, plan.declared, state["inputs"]),
        [item["name"] for item in state["inputs"]],
    )
    alike = gathering.look_alike()
    if alike:
        write_sets(place.results / LOOK_ALIKE, alike)
    summary = summary_of(
        counts=counts,
        worst=gathering.worst,
        rows=account | {"rows_of_nobody": of_nobody},
        patients=gathering.patients,
        inputs=state["inputs"],
        options=_options(plan),
        assumptions=[
            *assumptions_of_files(
                state,
                library,
                counts,
                passed_over,
                plan.declared,
                plan.choice,
                expects_rows=plan.expect_rows is not None,
            ),
            *said_of(alike, LOOK_ALIKE),
        ],
        library=library,
    )
    write_whole(place.results / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    return summary


def _reconcile(account: dict[str, int], rows: int) -> None:
    parts = account["rows_audited"] + account["rows_quarantined"] + account["rows_duplicate"]
    if account["rows_in"] != rows or account["rows_in"] != parts:
        what = f"the rows do not add up: {account}, {rows} were judged or quarantined"
        raise TableError("cohort", [Problem("", what, hint="please report it with the input")])


def _bad_lines(place: Workplace) -> list[dict[str, Any]]:
    lines = (place.folder / BAD_LINES).read_text(encoding="utf-8").splitlines()
    return [
        dict(zip(("source", "line", "reason", "raw"), json.loads(line), strict=True)) | {"column": ""} for line in lines
    ]


def _with_raw_text(
    quarantine: Iterable[dict[str, Any]], files: Sequence[Path], declared: Declared, inputs: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows with their text: the line itself of CSV files, the cells of others."""
    rows = list(quarantine)
    for number, item in enumerate(inputs):
        lines = {row["line"] for row in rows if row["source"] == number}
        if item["kind"] == "csv" and lines:
            texts = dict(raw_lines(files[number], lines, declared.encoding))
            if not same_files([files[number]], [item]):
                # the texts are not those of the rows that were judged
                problem = Problem("", "the file changed after it was read", hint="begin anew: --overwrite")
                raise TableError(str(files[number]), [problem])
            rows = [row | {"raw": texts.get(row["line"], "")} if row["source"] == number else row for row in rows]
    return rows


def _options(plan: Plan) -> dict[str, Any]:
    declared = {key: value for key, value in plan.declared.to_dict().items() if value not in (None, (), {}, False)}
    choice = {key: value for key, value in asdict(plan.choice).items() if value not in (None, (), False)}
    return {
        "format": plan.form,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in (declared | choice).items()},
        **({"table": plan.asked.table} if plan.asked.table else {}),
        **({"query": plan.asked.query} if plan.asked.query else {}),
    }
