"""A small part of the campaigns, as fast tests: random patients, exact hits, formats; and that a fault is found."""

import hashlib
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from campaign import differential, grid
from campaign.differential import MOST_ULPS
from campaign.formats import run_block
from campaign.smaller import smaller
from campaign.suites import suite
from campaign.wider import POINT_MAXIMA, wider_cases
from reference.transcription import CONSTRAINTS
from reirrad.engine import convert, decide
from reirrad.library import load_library
from reirrad.selftest.comparison import Suite, compare
from reirrad.selftest.exact_hits import pairs
from reirrad.selftest.oracle import judge
from reirrad.selftest.random_cases import RandomCases

Raw = dict[str, Any]
DRAWN = RandomCases(CONSTRAINTS)
RANGE, AT_MOST = "rulach-2021.esophagus", "umich-2019.bladder"
BELOW = "hytec-carotid-2021.newest-course"
LIMITS = {constraint.id: (convention, constraint) for convention, constraint in grid.dose_limits(load_library())}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("name", "count"), [("cord", 200), ("library", 50), ("house", 20)])
def test_random_patients_are_judged_as_the_oracle_does(name: str, count: int, *, strict: bool) -> None:
    judged = suite(name)
    drawn = RandomCases(judged.constraints)
    raws = [drawn.case(3, index) for index in range(count)]
    tally = compare(raws, judged, most_ulps=MOST_ULPS, strict=strict, without_proposed=True)
    assert [str(item) for item in tally.differences] == []
    assert {"met", "violated", "not_evaluated", "not_applicable"} == set(tally.findings)
    assert sum(tally.without_proposed.values()) > 0
    assert sum(tally.ulps.values()) > count
    assert tally.verdicts == (0 if strict or name != "cord" else count)


@pytest.mark.parametrize(("name", "count"), [("cord", 60), ("library", 30), ("house", 10)])
def test_wider_patients_are_judged_as_the_oracle_does(name: str, count: int) -> None:
    judged = suite(name)
    raws, refused = wider_cases(RandomCases(judged.constraints), 3, range(count), judged.library)
    assert len(raws) + refused == count
    assert refused < count // 4
    for strict in (False, True):
        tally = compare(raws, judged, most_ulps=MOST_ULPS, strict=strict, without_proposed=True)
        assert [str(item) for item in tally.differences] == []


def test_wider_patients_state_what_others_do_not() -> None:
    raws, _ = wider_cases(DRAWN, 4, range(150), suite("cord").library)
    tables = [
        table
        for raw in raws
        for course in raw["course"]
        for phase in course.get("phase", [course])
        for table in phase.get("dose", {}).values()
    ]
    assert {len(raw["course"]) for raw in raws} >= {1, 2, 6, 7, 8, 9}
    assert {raw.get("point_maximum") for raw in raws} >= {None, *POINT_MAXIMA}
    assert any(
        table.get("basis") == "prescription" and any(isinstance(value, list) for value in table.values())
        for table in tables
    )


def test_a_case_is_given_by_its_seed_and_number() -> None:
    """The digest is that of an earlier run: the cases are to be the same on every platform, and to stay so."""
    cases = [DRAWN.case(1, index) for index in range(300)]
    text = json.dumps(cases, sort_keys=True).encode()
    assert hashlib.sha256(text).hexdigest()[:16] == "9c664644b447952e"
    assert DRAWN.case(1, 7) == cases[7] != DRAWN.case(2, 7)
    assert len({case["case_id"] for case in cases}) == 300


def statements(raw: Raw) -> Iterator[str]:
    """Yield what a case says or leaves open, in a word each."""
    phases = [(course, phase) for course in raw["course"] for phase in course.get("phase", [course])]
    yield f"history {raw.get('prior_radiotherapy')}"
    yield from (key for key in ("point_maximum", "repair_half_time_h") if key in raw)
    for course in raw["course"]:
        yield from (course["role"], course["modality"], f"technique {course.get('technique')}")
        yield from (key for key in ("phase", "months_since_previous", "hours_between_fractions") if key in course)
        yield f"{course['fractions_per_day']} a day"
        start = course.get("start")
        yield "no start" if start is None else "range of days" if "/" in start else f"start of {len(start)} characters"
    for _, phase in phases:
        yield "schedule" if "schedule" in phase else "no schedule"
        yield f"doses {phase.get('dose_of')}"
        for table in phase.get("dose", {}).values():
            yield f"basis {table.get('basis')}"
            for key, value in table.items():
                yield key
                yield "range" if isinstance(value, list) else "zero" if value == 0 else "number"
    if [course["id"] for course in raw["course"]] != sorted(course["id"] for course in raw["course"]):
        yield "any order"


def test_cases_say_and_leave_open_everything() -> None:
    found = {word for index in range(1500) for word in statements(DRAWN.case(4, index))}
    assert found >= {
        "history complete", "history partial", "history unknown", "history None", "history none",
        "point_maximum", "repair_half_time_h", "delivered", "proposed", "photon", "proton", "mixed",
        "technique stereotactic", "technique other", "technique None", "phase", "months_since_previous",
        "hours_between_fractions", "1 a day", "2 a day", "3 a day", "no start", "range of days",
        "start of 4 characters", "start of 7 characters", "start of 10 characters", "schedule", "no schedule",
        "doses planned", "doses delivered", "doses None", "basis plan", "basis estimate", "basis prescription",
        "basis None", "Max[Gy]", "Max[cGy]", "D0.03cc[Gy]", "Mean[Gy]", "Min[Gy]", "range", "zero", "number",
        "any order",
    }  # fmt: skip
    house = RandomCases(suite("house").constraints)
    words = {word for index in range(300) for word in statements(house.case(4, index))}
    assert words >= {"target_distance_mm", "V20Gy[%]"}


def test_cases_hit_limits_exactly() -> None:
    hits = {
        item["constraint_id"]
        for index in range(1500)
        for item in judge(DRAWN.case(4, index), constraints=CONSTRAINTS)
        if item["margin"] == 0 and item["status"] == "met"
    }
    assert {"nieder-2006.cumulative", "nieder-2006.course", "nieder-2006.interval", "hytec-cord-2021.share"} <= hits


def test_a_limit_typed_wrong_is_found() -> None:
    wrong = [
        fields | {"limit": "135.6"} if fields["id"] == "nieder-2006.cumulative" else fields for fields in CONSTRAINTS
    ]
    judged = Suite.of(suite("cord").library, wrong)
    raws = [DRAWN.case(1, index) for index in range(60)]
    differences = compare(raws, judged, most_ulps=MOST_ULPS).differences
    assert {item.constraint_id for item in differences} == {"nieder-2006.cumulative"}
    assert {item.what.partition(" ")[0] for item in differences} >= {"margin"}


def test_an_error_of_the_engine_ends_a_shard_with_a_small_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """An EQD2 that refers to fractions of 3 Gy."""
    monkeypatch.setattr(convert, "_EQD2_REFERENCE_GY", 3)
    monkeypatch.setattr(differential, "SUITES", {"cord": ("the cord editions", 1)})
    line = differential.run_shard((1, 0, 40, False))
    assert line["suites"]["cord"]["differences"] > 0
    first = line["differences"][0]
    raw = next(raw for raw in map(DRAWN.case, [1] * 40, range(40)) if raw["case_id"] == first["case"]["case_id"])
    assert len(json.dumps(first["case"])) < len(json.dumps(raw))
    assert all("hytec" in text or "verdict" in text for text in first["found"])
    json.dumps(line)


def test_a_case_is_made_smaller_as_long_as_it_holds() -> None:
    raw = DRAWN.case(1, 5)
    small = smaller(raw, lambda one: len(one["course"]) > 0)
    assert len(small["course"]) == 1
    assert not small["course"][0].keys() & {"dose", "schedule", "start", "end"}


def test_campaign_is_recorded_and_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record, progress = tmp_path / "record.json", tmp_path / "progress.jsonl"
    arguments = ["campaign", "--patients", "45", "--record", str(record), "--progress", str(progress)]
    monkeypatch.setattr("sys.argv", arguments)
    assert differential.main() == 0
    first = json.loads(record.read_text(encoding="utf-8"))
    assert (first["patients"], first["differences"], first["shards"]) == (45, 0, 1)
    assert first["suites"]["cord"]["cases"] == first["suites"]["cord"]["verdicts"] == 45
    assert first["suites"]["library"]["cases"] == 3
    assert max(first["suites"]["cord"]["largest_value_ulps"].values()) <= MOST_ULPS
    assert len(progress.read_text(encoding="utf-8").splitlines()) == 1
    assert differential.main() == 0  # nothing is left to do
    assert json.loads(record.read_text(encoding="utf-8")) == first
    # another number of patients in a shard is another shard
    monkeypatch.setattr("sys.argv", [*arguments, "--patients", "44"])
    assert differential.main() == 0
    assert json.loads(record.read_text(encoding="utf-8"))["patients"] == 44
    assert len(progress.read_text(encoding="utf-8").splitlines()) == 2


def test_a_record_of_the_same_code_is_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign that goes on where its progress file is not: the same numbers as in one go."""
    monkeypatch.setattr(differential, "SHARD", 15)
    record, whole = tmp_path / "record.json", tmp_path / "whole.json"

    def run(patients: int, path: Path, progress: str) -> dict[str, Any]:
        names = ["campaign", "--patients", str(patients), "--record", str(path), "--progress", str(tmp_path / progress)]
        monkeypatch.setattr("sys.argv", names)
        # in this process, where a shard is as small as it is here
        monkeypatch.setattr(differential, "work_off", lambda left, _: [differential.run_shard(job) for job in left])
        assert differential.main() == 0
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found | {"processor_seconds": 0}

    assert run(30, record, "a")["shards_done"] == [[0, 1]]
    added = run(45, record, "b")
    assert (added["shards_done"], added["shards"], added["patients"]) == ([[0, 2]], 3, 45)
    assert added == run(45, whole, "c")
    # nothing is left, and nothing counts twice
    assert run(45, record, "d") == added
    # of other code, or another seed, nothing counts
    monkeypatch.setattr(differential, "code_digest", lambda: "other")
    assert differential.read_record(record, 1) == []
    monkeypatch.undo()
    assert differential.read_record(record, 2) == []
    # the last shard of a number that is no multiple is not whole
    monkeypatch.setattr(differential, "SHARD", 15)
    run(40, tmp_path / "part.json", "e")
    assert differential.read_record(tmp_path / "part.json", 1) == []


@pytest.mark.parametrize("name", [RANGE, AT_MOST, BELOW, "nieder-2006.course", "hytec-cord-2021.share"])
def test_exact_hits_on_the_grid(name: str) -> None:
    line = grid.run_limit(*LIMITS[name], one_in=1 if name in (BELOW, "nieder-2006.course") else 40)
    assert line["wrong"] == []
    assert line["cases"] == 3 * line["hits"] > 0


def test_every_limit_on_a_dose_has_hits() -> None:
    assert len(LIMITS) == 145
    for convention, constraint in LIMITS.values():
        assert any(len(hits.x) for aim in grid.aims(convention, constraint) for hits in aim.hits()), constraint.id


def test_pairs_on_the_grid_are_those_of_plain_counting() -> None:
    """135.5 Gy2 in two courses of one to three fractions: x^2 / n + 200 x + y^2 / m + 200 y = 200 * 13550 cGy^2."""
    found = set()
    for hits in pairs(Fraction(2), Fraction(200 * 13550), Fraction(-1), (1, 2, 3), (1, 2, 3)):
        found |= set(zip(*(column.tolist() for column in hits), strict=True))
    values: dict[int, list[tuple[int, int]]] = {}
    for n in (1, 2, 3):
        for y in range(2, 3000):
            values.setdefault(6 * 200 * y + 6 // n * y * y, []).append((y, n))
    total = 6 * 200 * 13550
    expected = {
        (x, n, y, m)
        for n in (1, 2, 3)
        for x in range(1, 3000)
        for y, m in values.get(total - 6 * 200 * x - 6 // n * x * x, [])
    }
    assert found == expected
    assert found


def test_the_grid_finds_what_float64_alone_decides_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the second decision in rational numbers some of the hits come out on the wrong side."""
    monkeypatch.setattr(decide, "NEAR", 0.0)
    assert grid.run_limit(*LIMITS[AT_MOST], one_in=40)["wrong"] != []


def test_formats_say_the_same(tmp_path: Path) -> None:
    found = run_block(5, range(40), tmp_path)
    assert found["differences"] == []
    assert found["files"] == 40
    assert found["patients"] > 30
    assert found["findings_of_tables"] > 2 * found["patients"]


def test_statuses_of_the_grid_depend_on_the_comparison() -> None:
    """At most 120: 120 is met; below 120: it is not; of a printed range the ends decide, and nothing between them."""
    assert [LIMITS[name][1].comparison for name in (RANGE, AT_MOST, BELOW)] == ["at_most", "at_most", "below"]
    assert words(RANGE) == [["met", "met", "not_evaluated"], ["not_evaluated", "not_evaluated", "violated"]]
    assert words(AT_MOST)[0] == ["met", "met", "violated"]
    assert words(BELOW)[0] == ["met", "violated", "violated"]


def words(name: str) -> list[list[str]]:
    return [[aim.expected(step).word for step in (-1, 0, 1)] for aim in grid.aims(*LIMITS[name])]
