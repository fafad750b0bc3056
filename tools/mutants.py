"""Mutation tests: change the code in one place at a time, and see whether a test fails.

    python tools/mutants.py [--report] [--survivors] [--explained] [--quick] [--since=COMMIT] [AREA...]

mutmut makes the mutants and runs the tests, area by area, in ``build/mutants/AREA``; what was measured is kept, so that
an interrupted run goes on where it was. Exit code 1 if a mutant survives that ``docs/trust/survivors.toml`` does not
explain, if that explains one that does not survive, or if the score is below 95 %. ``--report`` measures nothing and
says what was measured; ``--survivors`` also prints what is not explained, ready to be; ``--explained`` measures what is
explained once more; ``--quick`` asks no test that takes long, as a first look: what survives is measured next time;
``--since=COMMIT`` measures and counts those functions only that are not as they were then.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from changed_functions import changed_functions
from mutant_areas import AREAS, Area
from mutant_survivors import Explanations, Mutant

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "mutants"
#: Percent of the mutants that a test must kill, of those that are not explained as equivalent.
LEAST_SCORE = 95.0
#: What the tests read beside the sources.
LINKED = ("src", "tests", "data", "docs", "tools", "benchmarks", "README.md", "CHANGELOG.md", "LICENSE", "Makefile")
KILLED = frozenset({"killed", "timeout", "segfault", "caught by type check"})
#: What a mutant is that no test has killed.
OPEN = ("survived", "no tests", "suspicious")
#: A test that takes longer is asked last.
SLOW_S = 0.1
OPTIONS = frozenset({"--report", "--survivors", "--explained", "--quick", "--measure"})
SINCE = "--since="


def folder_of(area: str) -> Path:
    """Return the folder in which an area is measured; what the tests read is linked there."""
    folder = WORK / area
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*LINKED, "pyproject.toml"):
        link = folder / name
        if not link.is_symlink() and (ROOT / name).exists():
            link.symlink_to(os.path.relpath(ROOT / name, folder))
    return folder


def configure(area: Area) -> None:
    """Say to mutmut what it would read from pyproject.toml: it has one set of tests for everything there."""
    from mutmut import configuration

    found = configuration.config()
    found.source_paths = [Path("src")]
    found.resolved_mutated_source_paths = [Path.cwd() / "mutants" / "src"]
    found.only_mutate = list(area.modules)
    found.also_copy = [Path(name) for name in LINKED if name != "src"] + [Path("pyproject.toml")]
    # hypothesis is imported before pytest, for its settings
    plugins = [f"-pno:{name}" for name in ("cacheprovider", "xdist", "benchmark")]
    found.pytest_add_cli_args = [*plugins, "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    found.pytest_add_cli_args_test_selection = list(area.tests)
    found.timeout_constant, found.timeout_multiplier = 2.0, 8.0
    found.use_git_change_detection = False
    found.on_dependency_change = "ignore"


def measure(area: str, processes: int, *, explained: bool, quick: bool, since: str) -> None:
    """Run the mutants of an area that have no result yet, in this process: it is of no use afterwards."""
    # of no function at all mutmut would run every one
    if since and not (patterns := _patterns(area, since)):
        return
    os.chdir(folder_of(area))
    os.environ |= {"REIRRAD_EXAMPLES_AT_MOST": "25", "PYTHONHASHSEED": "0"}
    from hypothesis import Phase, settings
    from mutmut import __main__ as mutmut

    # the same examples every time, no failure because a machine is busy, and no simpler example of a failure
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("mutants", derandomize=True, deadline=None, database=None, max_examples=25, phases=phases)
    settings.load_profile("mutants")
    configure(AREAS[area])
    run_few_tests_first(quick=quick)
    cache_nothing(AREAS[area].kept)
    copy_what_is_no_code()
    forget_survivors(area, explained=explained)
    mutmut._run(patterns if since else (), processes)


def _patterns(area: str, since: str) -> tuple[str, ...]:
    """Return the names of the mutants of functions that are not as they were at a commit."""
    from mutmut.utils.format_utils import make_mutant_key

    keys = []
    for module, function in sorted(changed_functions(since, AREAS[area].modules)):
        owner, _, name = function.rpartition(".")
        keys.append(f"{module}.{make_mutant_key(name, owner or None)}__mutmut_*")
    return tuple(keys)


def run_few_tests_first(*, quick: bool) -> None:
    """Run the tests of a mutant in stages: few of them kill most, and pytest takes long to collect hundreds.

    They come quickest first; those that take long are asked last of all, and only about what the others leave.
    """
    from mutmut.runners.harness import PytestRunner
    from mutmut.state import state

    run_all = PytestRunner.run_tests

    def run_in_stages(self: PytestRunner, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        every = list(tests)
        soon = [name for name in every if state().duration_by_test.get(name, 0.0) < SLOW_S]
        late = [name for name in every if name not in soon]
        few = sorted({*soon[:20], *soon[:: len(soon) // 20 + 1]}, key=soon.index)
        if mutant_name is None or len(every) <= 2 * len(few):
            return run_all(self, mutant_name=mutant_name, tests=every)
        for stage in (few, [name for name in soon if name not in few], [] if quick else late):
            if stage and (code := run_all(self, mutant_name=mutant_name, tests=stage)):
                return code
        return 0

    PytestRunner.run_tests = run_in_stages  # type: ignore[method-assign]


class Forgetful:
    """Empties caches before every test: what is behind one is called by every test that needs it, mutant or not."""

    def __init__(self, kept: tuple[str, ...]) -> None:
        self.kept = kept

    def pytest_runtest_setup(self) -> None:
        """Do so; the name is that of the hook."""
        forget_what_is_cached(self.kept)


def cache_nothing(kept: tuple[str, ...]) -> None:
    """Let every run of pytest begin each test with empty caches, but for those of what no mutant can change."""
    from mutmut.runners.harness import PytestRunner

    execute = PytestRunner.execute_pytest

    def execute_forgetfully(self: PytestRunner, params: list[str], *, plugins: Sequence[Any] = ()) -> int:
        return execute(self, params, plugins=[*plugins, Forgetful(kept)])

    PytestRunner.execute_pytest = execute_forgetfully  # type: ignore[method-assign]


def forget_what_is_cached(kept: tuple[str, ...]) -> None:
    """Empty every cache of the package but those of some parts of it."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "reirrad" and not name.startswith(kept):
            for item in list(vars(module).values()):
                if hasattr(item, "cache_clear"):
                    item.cache_clear()


def copy_what_is_no_code() -> None:
    """Bring up to date what the tool copies and counts once only: rules and tables, and which tests call a function."""
    Path("mutants/mutmut-stats.json").unlink(missing_ok=True)
    for file in (item for item in Path("src").rglob("*") if item.is_file() and item.suffix != ".py"):
        copy = Path("mutants") / file
        if copy.parent.is_dir() and "__pycache__" not in file.parts:
            shutil.copyfile(file, copy)


def forget_survivors(area: str, *, explained: bool) -> None:
    """Let survivors be measured again, those that are explained on request: there may be new tests."""
    reasons = Explanations.read()
    survivors = [mutant for mutant in results(area) if mutant.outcome not in KILLED]
    again = {mutant.name for mutant in survivors if explained or not reasons.of(mutant)}
    for meta in Path("mutants/src").rglob("*.py.meta"):
        content = json.loads(meta.read_text(encoding="utf-8"))
        codes = content["exit_code_by_key"]
        content["exit_code_by_key"] = {name: None if name in again else code for name, code in codes.items()}
        meta.write_text(json.dumps(content), encoding="utf-8")


def results(area: str) -> Iterator[Mutant]:
    """Yield every mutant of an area; those that are killed without their lines."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    os.chdir(folder_of(area))
    for meta in sorted(Path("mutants/src").rglob("*.py.meta")):
        path = meta.relative_to("mutants").with_suffix("")
        module = ".".join(path.with_suffix("").parts[1:])
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            outcome = status_by_exit_code[code]
            function, owner = orig_function_and_class_names_from_key(name)
            before = after = ""
            if outcome not in KILLED:
                lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
                before, after = (_changed(lines, sign) for sign in "-+")
            yield Mutant(name, module, f"{owner}.{function}" if owner else function, before, after, outcome)


def _changed(lines: list[str], sign: str) -> str:
    return "\n".join(line[1:].strip() for line in lines if line.startswith(sign))


def report(area: str, *, survivors: bool, since: str) -> bool:
    """Print what was measured of an area; return whether it is good enough."""
    mutants = list(results(area))
    asked = changed_functions(since, AREAS[area].modules) if since else {mutant.key[:2] for mutant in mutants}
    mutants = [mutant for mutant in mutants if mutant.key[:2] in asked]
    if since and not mutants:
        print(f"all of {area}: nothing has changed")
        return True
    explanations = Explanations.read()
    by_module: dict[str, Counter[str]] = {}
    for mutant in mutants:
        kind = "killed" if mutant.outcome in KILLED else mutant.outcome
        if kind in OPEN and explanations.of(mutant):
            kind = "explained"
        by_module.setdefault(mutant.module, Counter())[kind] += 1
        if survivors and kind in OPEN:
            print(mutant.entry())
    total: Counter[str] = Counter()
    for module, counts in by_module.items():
        total += counts
        print(_line(module, counts))
    print(_line(f"all of {area}", total))
    keys = {mutant.key for mutant in mutants if mutant.outcome not in KILLED}
    is_whole = not total["not checked"]
    is_asked = asked.__contains__ if since else lambda place: place[0] in by_module
    stale = [key for key in explanations.reasons if is_asked(key[:2]) and key not in keys and is_whole]
    for key in stale:
        print(f"explained, but killed or gone: {key}")
    return is_whole and not stale and not any(total[kind] for kind in OPEN) and score(total) >= LEAST_SCORE


def score(counts: Counter[str]) -> float:
    """Return the percentage of killed mutants among all that are not explained as equivalent."""
    n = counts["killed"] + sum(counts[kind] for kind in OPEN)
    return 100 * counts["killed"] / n if n else 0.0


def _line(name: str, counts: Counter[str]) -> str:
    words = ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))
    return f"{name}: {score(counts):.1f} % ({words})"


def main(arguments: list[str]) -> int:
    """Measure areas one after the other, each in a process of its own, and report."""
    options = {item for item in arguments if item.startswith("--")}
    areas = [item for item in arguments if not item.startswith("--")] or list(AREAS)
    since = "".join(item.removeprefix(SINCE) for item in options if item.startswith(SINCE))
    options = {item for item in options if not item.startswith(SINCE)}
    unknown = [area for area in areas if area not in AREAS] + sorted(options - OPTIONS)
    if unknown:
        print(f"not known: {', '.join(unknown)}; areas are {', '.join(AREAS)}", file=sys.stderr)
        return 2
    try:
        if since:
            changed_functions(since, ())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if "--measure" in options:
        processes = int(os.environ.get("REIRRAD_PROCESSES", os.cpu_count() or 1))
        measure(areas[0], processes, explained="--explained" in options, quick="--quick" in options, since=since)
        return 0
    is_good = True
    for area in areas:
        if "--report" not in options:
            paths = os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))
            environment = os.environ | {"PYTHONPATH": os.environ.get("PYTHONPATH", paths)}
            command = [
                sys.executable,
                __file__,
                "--measure",
                area,
                *(options & {"--explained", "--quick"}),
                *([SINCE + since] if since else []),
            ]
            subprocess.run(command, check=False, env=environment)  # noqa: S603
        is_good &= report(area, survivors="--survivors" in options, since=since)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
