"""Takes away, one at a time, each guard of docs/hazards.toml and demands that a test which names it fails.

``python tools/remove_guards.py`` copies the sources to temporary folders, runs each guard's tests without the guard,
and then every linked test once as it is. A test counts as failed only if it ran and was not satisfied: not if it, or a
fixture, could not be loaded, and not because the changed code has a name too few. The result is written to
docs/trust/guards.json; with ids as arguments some rows are run, and what is recorded of the others stays.
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


def is_seen(code: int, failures: Mapping[str, str]) -> bool:
    """Whether a test failed, and by what it is about."""
    return code == 1 and any(not text.startswith(_NO_CODE) for text in failures.values())


def without(tree: Path, guard: Guard) -> tuple[int, dict[str, str]]:
    """Run the tests of a guard in a copy without it."""
    path = tree / guard.file
    text = path.read_text(encoding="utf-8")
    if text.count(guard.find) != 1:
        raise SystemExit(f"{guard.file}: {text.count(guard.find)} times: {guard.line}")
    path.write_text(text.replace(guard.find, guard.replace), encoding="utf-8")
    try:
        _forget(path)
        return run(tree, guard.tests, "-x")
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


def record(rows: Sequence[Hazard], trees: SimpleQueue[Path]) -> Iterator[dict[str, Any]]:
    """Yield what came of each guard."""

    def one(item: tuple[Hazard, Guard]) -> dict[str, Any]:
        row, guard = item
        tree = trees.get()
        try:
            code, failures = without(tree, guard)
        finally:
            trees.put(tree)
        seen = is_seen(code, failures)
        print(
            f"{row.id} {'failed as it should' if seen else f'NOT SEEN ({code}, {failures})'}: {guard.line}", flush=True
        )
        about = {"id": row.id, "file": guard.file, "line": guard.line, "digest": guard.digest}
        return about | {"tests": list(guard.tests), "failed": sorted(failures), "seen_failing": seen}

    with ThreadPoolExecutor(_N_TREES) as pool:
        yield from pool.map(one, [(row, guard) for row in rows for guard in row.guards])


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


def _with_others(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return results in the order of the table; of rows that were not asked for, what is recorded of them."""
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["guards"] if RECORD.exists() else []
    known = {(item["id"], item["digest"]): item for item in [*recorded, *results]}
    wanted = [(row.id, guard.digest) for row in load_hazards().rows for guard in row.guards]
    return [known[key] for key in wanted if key in known]


def main(ids: Sequence[str]) -> int:
    """Run the guards of all rows, or of some, and return the exit code."""
    rows = [row for row in load_hazards().rows if not ids or row.id in ids]
    named = (test for row in rows for tests in (row.tests, *(guard.tests for guard in row.guards)) for test in tests)
    every = list(dict.fromkeys(named))
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(_N_TREES):
            trees.put(copied(Path(folder) / str(number)))
        results = list(record(rows, trees))
        document = {"schema": "reirrad-guards/1", "guards": _with_others(results)}
        RECORD.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        with ThreadPoolExecutor(_N_TREES) as pool:
            passed = all(list(pool.map(lambda part: _passes(part, trees), halves(every))))
    missed = [result["id"] for result in results if not result["seen_failing"]]
    print(f"{len(results)} guards, {len(results) - len(missed)} seen failing; not seen: {', '.join(missed) or 'none'}")
    return 0 if passed and not missed else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
