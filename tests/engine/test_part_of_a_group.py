"""A verdict by a part of what a source states only together: never met, whatever the other cases of a batch are."""

from __future__ import annotations

import numpy as np
import pytest

from engine.house_edition import house_edition
from property.example_cases import FIRST, SECOND, Raw, case, cord, course
from reirrad import load_library, parse_case
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import evaluate, verdicts
from reirrad.engine.from_cases import prepare
from reirrad.engine.groups import Group, notes_of_groups
from reirrad.library import Library, Profile
from reirrad.model.finding import GroupFinding, StatusWord

MET, OPEN, VIOLATED = Status.MET, Status.NOT_EVALUATED, Status.VIOLATED
#: Sums of BED at alpha/beta 2: "a" and "b" hold together for the cord, "c" and "d" for the sac, "e" alone for both.
RULES = {
    "a": {"limit": 80, "group": "cord", "structures": ["SpinalCord"]},
    "b": {"limit": 100, "group": "cord", "structures": ["SpinalCord"]},
    "c": {"limit": 80, "group": "sac", "structures": ["ThecalSac"]},
    "d": {"limit": 100, "group": "sac", "structures": ["ThecalSac"]},
    "e": {"limit": 200, "structures": ["SpinalCord", "ThecalSac"]},
}


def pair(structure: str, gray: int) -> Raw:
    """Return a case of twice the same dose in fractions of 2 Gy: four times the gray in BED."""
    schedule, dose = f"{gray} Gy / {gray // 2}", cord(gray, structure)
    return case([structure], course(*FIRST, schedule, dose=dose), course(*SECOND, schedule, dose=dose))


#: 56 Gy2 and 88 Gy2 to the cord, 56 Gy2 to the sac.
CASES = [pair("SpinalCord", 14), pair("SpinalCord", 22), pair("ThecalSac", 14)]


def verdict_of(*judged: str) -> list[int]:
    base = load_library()
    library = Library((house_edition(RULES),), base.structures, base.conventions)
    library = library.select(profile=Profile("some", constraints=frozenset(f"house.{name}" for name in judged)))
    batch = prepare([parse_case(raw | {"case_id": str(n)}) for n, raw in enumerate(CASES)], library).batch
    blocks = evaluate(batch, library)
    found = verdicts(batch, blocks, np.zeros(len(CASES), dtype=np.bool_))
    before = verdicts(batch, blocks, np.zeros(len(CASES), dtype=np.bool_), without_proposed=True)
    assert before.tolist() == [OPEN] * len(CASES)
    return [int(one) for one in found]


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ("ab", [MET, VIOLATED, OPEN]),
        # of one limit alone what is met is open, and what is violated is not
        ("a", [OPEN, VIOLATED, OPEN]),
        ("b", [OPEN, OPEN, OPEN]),
        ("be", [OPEN, OPEN, MET]),
        ("e", [MET, MET, MET]),
        # a whole group beside a part of another
        ("abc", [MET, VIOLATED, OPEN]),
        ("bcde", [OPEN, OPEN, MET]),
        ("abcde", [MET, VIOLATED, MET]),
    ],
)
def test_o11_verdicts_by_parts_of_groups(judged: str, expected: list[Status]) -> None:
    assert verdict_of(*judged) == expected


def test_of_a_group_that_does_not_apply_nothing_is_told() -> None:
    def told(status: StatusWord, *not_judged: str) -> list[str]:
        group = Group(GroupFinding(group="g", structure="SpinalCord", status=status, members=("a",)), not_judged)
        return list(notes_of_groups([group]))

    assert told("not_applicable", "b") == told("met") == []
    expected = ["SpinalCord, g: its source states these limits only together; not judged: b, c"]
    assert told("not_evaluated", "b", "c") == told("violated", "b", "c") == expected
