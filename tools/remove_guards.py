"""Takes away, one at a time, each guard of docs/hazards.toml and demands that a test which names it fails.

``python tools/remove_guards.py`` copies the sources to temporary folders, runs each guard's tests without the guard,
and then every linked test once as it is. A test counts as failed only if it ran and was not satisfied: not if it, or a
fixture, could not be loaded, and not because the changed code has a name too few. The result is written to
docs/trust/guards.json; with ids as arguments some rows are run, and what is recorded of the others stays. With
``--unseen`` only those tests of a row are run that have not failed yet without any of its guards.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from hazard_data import ROOT, Guard, Hazard, load_hazards

RECORD = ROOT / "docs" / "trust" / "guards.json"
_COPIED = ("src", "tests", "data", "docs", "tools", "benchmarks", "requirements")
_N_TREES = 2
_TIMEOUT_S = 240
#: The tests of all rows, as they are.
_TIMEOUT_OF_ALL_S = 1800
#: What a test ends with if the changed code is no code any more, or computes nothing: it says nothing of the guard.
_NO_CODE = ("NameError", "SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "UnboundLocalError")
_NO_CODE += ("AttributeError", "TypeError", "RuntimeWarning")
_EXAMPLES = "15"
#: A guard of a row, the tests to run without it, and those that are known to fail.
Job = tuple[Hazard, Guard, Sequence[str], Sequence[str]]


def copied(folder: Path) -> Path:
    """Return a copy of what tests need: they look for the sources and for data beside themselves."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, folder / path.name)
    return folder


def run(tree: Path, tests: Sequence[str], *options: str, timeout_s: float = _TIMEOUT_S) -> tuple[int, dict[str, str]]:
    """Run tests in a copy; return the exit code, and what each test that failed ended with."""
    report = tree / "junit.xml"
    report.unlink(missing_ok=True)
    arguments = ["-q", "-n0", "-p", "no:cacheprovider", "--no-header", "--tb=no", f"--junitxml={report}", *options]
    path = os.pathsep.join([str(tree / "src"), str(tree / "tests")])
    environment = os.environ | {"PYTHONPATH": path, "REIRRAD_EXAMPLES": _EXAMPLES}
    running = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "pytest", *arguments, *tests],
        cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = running.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        # with what it started itself, which holds its output
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        return -1, {}
    if running.returncode not in (0, 1) or not report.exists():
        print(said[-4000:])
        return running.returncode, {}
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 (written by pytest)
    found = ((case, case.find("failure")) for case in cases)
    return running.returncode, {
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}": str(failure.get("message"))
        for case, failure in found
        if failure is not None
    }


def seen_failing(tests: Sequence[str], failures: Mapping[str, str]) -> list[str]:
    """Return the tests of which one case at least failed, by what it is about."""
    failed = [name for name, text in failures.items() if not text.startswith(_NO_CODE)]
    return sorted(test for test in tests if any(name == test or name.startswith(f"{test}[") for name in failed))


def without(tree: Path, guard: Guard, tests: Sequence[str]) -> tuple[int, dict[str, str]]:
    """Run tests in a copy without a guard."""
    path = tree / guard.file
    text = path.read_text(encoding="utf-8")
    if text.count(guard.find) != 1:
        raise SystemExit(f"{guard.file}: {text.count(guard.find)} times: {guard.line}")
    path.write_text(text.replace(guard.find, guard.replace), encoding="utf-8")
    try:
        _forget(path)
        return run(tree, tests)
    finally:
        path.write_text(text, encoding="utf-8")
        _forget(path)


def _forget(path: Path) -> None:
    """Remove the compiled form: of two changes in one second it does not see the second."""
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()


def halves(tests: Sequence[str]) -> list[list[str]]:
    """Return the tests in two parts of whole files, so that no file is loaded twice."""
    files = sorted({test.partition("::")[0] for test in tests})
    parts: list[list[str]] = [[] for _ in range(_N_TREES)]
    for number, file in enumerate(files):
        parts[number % _N_TREES] += [test for test in tests if test.partition("::")[0] == file]
    return [part for part in parts if part]


def record(jobs: Sequence[Job], trees: SimpleQueue[Path]) -> Iterator[dict[str, Any]]:
    """Yield what came of each guard."""

    def one(job: Job) -> dict[str, Any]:
        row, guard, tests, before = job
        tree = trees.get()
        try:
            code, failures = without(tree, guard, tests)
        finally:
            trees.put(tree)
        failed = seen_failing(tests, failures)
        said = f"{len(failed)} of {len(tests)} failed" if failed else f"NOT SEEN ({code}, {failures})"
        print(f"{row.id} {said}: {guard.line}", flush=True)
        about = {"id": row.id, "file": guard.file, "line": guard.line, "digest": guard.digest}
        failed = sorted({*before, *failed})
        return about | {"tests": list(guard.tests), "failed": failed, "seen_failing": bool(failed)}

    with ThreadPoolExecutor(_N_TREES) as pool:
        yield from pool.map(one, jobs)


def jobs_of(rows: Sequence[Hazard], *, is_unseen: bool) -> Iterator[Job]:
    """Yield what to run: the tests of every guard, or those of a row that have not failed yet without any guard."""
    recorded = {(item["id"], item["digest"]): item["failed"] for item in _recorded()}
    for row in rows:
        failed = {test for guard in row.guards for test in recorded.get((row.id, guard.digest), ())}
        unseen = [test for test in row.tests if test not in failed]
        for guard in row.guards:
            if not is_unseen:
                yield row, guard, guard.tests, ()
            elif unseen:
                yield row, guard, unseen, recorded.get((row.id, guard.digest), ())


def _passes(part: Sequence[str], trees: SimpleQueue[Path]) -> bool:
    """Whether tests pass as they are; one that a busy machine was too slow for is asked again."""
    tree = trees.get()
    try:
        code, failures = run(tree, part, timeout_s=_TIMEOUT_OF_ALL_S)
        if code == 1 and failures:
            print(f"again: {failures}")
            code, failures = run(tree, list(failures))
    finally:
        trees.put(tree)
    if code:
        print(f"the tests do not pass as they are: {code} {failures}")
    return code == 0


def _recorded() -> list[dict[str, Any]]:
    return json.loads(RECORD.read_text(encoding="utf-8"))["guards"] if RECORD.exists() else []


def _with_others(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return results in the order of the table; of rows that were not asked for, what is recorded of them."""
    known = {(item["id"], item["digest"]): item for item in [*_recorded(), *results]}
    wanted = [(row.id, guard.digest) for row in load_hazards().rows for guard in row.guards]
    return [known[key] for key in wanted if key in known]


def main(arguments: Sequence[str]) -> int:
    """Run the guards of all rows, or of some, and return the exit code."""
    is_unseen, ids = "--unseen" in arguments, [item for item in arguments if item != "--unseen"]
    rows = [row for row in load_hazards().rows if not ids or row.id in ids]
    named = (test for row in rows for tests in (row.tests, *(guard.tests for guard in row.guards)) for test in tests)
    every = [] if is_unseen else list(dict.fromkeys(named))
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(_N_TREES):
            trees.put(copied(Path(folder) / str(number)))
        results = list(record(list(jobs_of(rows, is_unseen=is_unseen)), trees))
        document = {"schema": "reirrad-guards/1", "guards": _with_others(results)}
        RECORD.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        with ThreadPoolExecutor(_N_TREES) as pool:
            passed = all(list(pool.map(lambda part: _passes(part, trees), halves(every))))
    missed = [result["id"] for result in results if not result["seen_failing"]]
    print(f"{len(results)} guards, {len(results) - len(missed)} seen failing; not seen: {', '.join(missed) or 'none'}")
    return 0 if passed and not missed else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
