"""The fuzz targets: seeds are read, what once broke one no longer does, and a short guided run finds nothing new."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

import fuzz.run
from fuzz import record
from fuzz.run import TARGETS, in_time, module_of, regressions, run
from reirrad.model.dates import DateRange
from reirrad.model.metric import parse_metric
from reirrad.model.schedule import Schedule

RECORD = Path(__file__).parents[2] / "docs" / "trust" / "fuzzing.json"
KEPT = [pytest.param(target, path, id=f"{target}-{path.name}") for target in TARGETS for path in regressions(target)]
#: seeds that are refused on purpose: they are close to a limit of size, or a table without a row
REFUSED = {"sizes": 12, "table_csv": 1}


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_are_read(target: str) -> None:
    module = module_of(target)
    seeds = module.seeds()
    assert sum(not module.one_input(seed) for seed in seeds) == REFUSED.get(target, 0)
    assert all(len(seed) <= module.MOST_BYTES for seed in seeds)


@pytest.mark.parametrize(("target", "path"), KEPT)
def test_what_once_broke_a_target(target: str, path: Path) -> None:
    in_time(module_of(target), path.read_bytes())


def test_what_takes_long_is_noticed() -> None:
    with pytest.raises(AssertionError, match="took the processor"):
        in_time(module_of("dates"), b"2020", most_seconds=-1.0)


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_and_anything(target: str) -> None:
    for content in (b"", b"\n", b"\x00" * 20, bytes(range(256)), b"\xef\xbb\xbf", b"[" * 60, b'"\\' * 9):
        module_of(target).one_input(content)


@pytest.mark.parametrize("target", TARGETS)
def test_changed_seeds_on_every_platform(target: str) -> None:
    module, random = module_of(target), Random(1)  # noqa: S311 - no secret
    content, ends = b"", time.perf_counter() + 2
    for _ in range(200):
        content = random.choice([content, *module.seeds()])
        for _ in range(random.randint(1, 3)):
            content = module.CHANGE(content, random)[: module.MOST_BYTES]
        module.one_input(content)
        if time.perf_counter() > ends:
            break


# the contracts notice what they are there for
WRONG = [
    pytest.param("dates", "parse_date_range", b"03/04/2020", DateRange(None, None), id="T01"),
    pytest.param("schedule", "parse_schedule", b"25 x 2 Gy", Schedule(Decimal(2), 25), id="D04"),
    pytest.param("schedule", "parse_schedule", b"50/25", Schedule(Decimal(50), 25), id="D01"),
    pytest.param("metric", "parse_metric", b"D0.1cc[Gy]", parse_metric("D1cc[Gy]"), id="D18"),
]


@pytest.mark.parametrize(("target", "reader", "content", "answer"), WRONG)
def test_a_wrong_reading_is_noticed(
    target: str, reader: str, content: bytes, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(target)
    monkeypatch.setattr(module, reader, lambda _text: answer)
    with pytest.raises(AssertionError):
        module.one_input(content)


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_wrong_exit_code_is_noticed(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    module = module_of("command")
    ran = module.invoke(*module._CASE[0], stdin=module.seeds()[0][1:])
    wrong = type(ran)((code + 1) % 4 if ran.code == code else code, ran.out, ran.err)
    monkeypatch.setattr(module, "invoke", lambda *_arguments, **_stdin: wrong)
    with pytest.raises(AssertionError):
        module.one_input(module.seeds()[0])


NEEDS_ATHERIS = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this platform"
)


@NEEDS_ATHERIS
@pytest.mark.parametrize("target", TARGETS)
def test_short_guided_run(target: str) -> None:
    campaign, log = run(target, runs=1_000_000, seconds=1, seed=1)
    assert campaign.failures == [], log
    assert campaign.executions > len(module_of(target).seeds())
    assert campaign.features > 50


@NEEDS_ATHERIS
def test_a_campaign_goes_on_in_new_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each part begins with the inputs of those before; what they ran is added up."""
    monkeypatch.setattr(fuzz.run, "MOST_RUNS_OF_A_PROCESS", 3000)
    begun: list[list[str]] = []
    started = subprocess.run

    def counted(command: list[str], **options: object) -> object:
        begun.append(command)
        return started(command, **options)

    monkeypatch.setattr(fuzz.run.subprocess, "run", counted)
    campaign, log = run("metric", runs=8000, seconds=0, seed=1, corpus=tmp_path)
    assert campaign.failures == [], log
    assert 8000 <= campaign.executions < 8200
    asked = [[word for word in command if word.startswith(("-runs", "-seed"))] for command in begun]
    assert [seed for _, seed in asked] == ["-seed=1", "-seed=2", "-seed=3"]
    assert [runs for runs, _ in asked][:2] == ["-runs=3000", "-runs=3000"]
    assert campaign.seed == 1
    assert campaign.corpus > len(module_of("metric").seeds())


def test_the_page_has_the_numbers_of_the_record() -> None:
    known = json.loads(RECORD.read_text(encoding="utf-8"))
    assert set(known) == set(TARGETS)
    page = RECORD.with_suffix(".md").read_text(encoding="utf-8")
    assert f"{record.BEGIN}\n{record.table_text(known)}{record.END}" in page
    assert all(campaign["failures"] == [] for campaign in known.values())


def test_a_campaign_replaces_the_one_of_its_target(tmp_path: Path) -> None:
    path, page = tmp_path / "x.json", tmp_path / "x.md"
    page.write_text(f"before\n{record.BEGIN}\n{record.END}\nafter\n", encoding="utf-8")
    known = json.loads(RECORD.read_text(encoding="utf-8"))["dates"]
    record.add(path, known | {"executions": 7})
    record.add(path, known | {"executions": 1234})
    assert json.loads(path.read_text(encoding="utf-8"))["dates"]["executions"] == 1234
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert text.count("| `dates` | 1 234 |") == 1
