"""The dose of a phase to a structure as a range, by hand: what is stated, what stands for it, what bounds it."""

from math import inf

import numpy as np
import pytest

from engine.columns_by_hand import Dose, batch_of, course, dose, of_doses, phase
from reirrad.engine.batch import Batch
from reirrad.engine.doses import PhaseDoses, bounds_metric, is_near_maximum, resolve_doses
from reirrad.library import load_library
from reirrad.model.metric import parse_metric

LIBRARY = load_library()
#: low, high, the dose rows behind them, and whether the metric (or what stands for it) is stated
Found = tuple[float, float, int, int, bool]
UNKNOWN: Found = (0, inf, -1, -1, False)


def resolved(batch: Batch, metric: str = "Max[Gy]", structure: str = "SpinalCord") -> list[Found]:
    found = resolve_doses(batch, LIBRARY, structure, parse_metric(metric).metric)
    assert types(found) == ["float64", "float64", "int64", "int64", "bool"]
    parts = (found.low, found.high, found.low_row, found.high_row, found.is_stated)
    return list(zip(*(part.tolist() for part in parts), strict=True))


def types(found: PhaseDoses) -> list[str]:
    return [str(part.dtype) for part in (found.low, found.high, found.low_row, found.high_row, found.is_stated)]


MAX, D01, D1, MEAN, MIN = "Max[Gy]", "D0.1cc[Gy]", "D1cc[Gy]", "Mean[Gy]", "Min[Gy]"
CANAL, SAC, LUMBAR = "SpinalCanal", "ThecalSac", "SpinalCord_Lum"

# doses of one phase, the metric that is asked for, and what it comes to for the cord
ONE: dict[str, tuple[list[Dose], str, Found]] = {
    "nothing": ([], MAX, UNKNOWN),
    "nothing of a percentage": ([], "V20Gy[%]", (0, 100, -1, -1, False)),
    "nothing of a volume": ([], "CV16Gy[cc]", UNKNOWN),
    "stated": ([dose(D01, 30), dose(MAX, 40)], MAX, (40, 40, 1, 1, True)),
    "stated range": ([dose(MAX, 40, 50)], MAX, (40, 50, 0, 0, True)),
    "stated 0": ([dose(MAX, 0)], MAX, (0, 0, 0, 0, True)),
    "another structure": ([dose(MAX, 40, of="Brainstem")], MAX, UNKNOWN),
    "a volume bounds nothing": ([dose("V20Gy[%]", 30)], MAX, UNKNOWN),
    "nothing bounds a volume": ([dose("V20Gy[%]", 30)], "V25Gy[%]", (0, 100, -1, -1, False)),
    # a range is narrowed from both sides
    "narrowed": ([dose(D01, 20, 50), dose(MAX, 45), dose(D1, 25)], D01, (25, 45, 2, 1, True)),
    "narrowed to a value": ([dose(D01, 20, 50), dose(MAX, 30), dose(D1, 30)], D01, (30, 30, 2, 1, True)),
    "not narrowed by what is wider": ([dose(D01, 20, 50), dose(MAX, 50), dose(D1, 20)], D01, (20, 50, 0, 0, True)),
    "a value is not bounded": ([dose(D01, 30), dose(MAX, 25, basis=None)], D01, (30, 30, 0, 0, True)),
    "a prescribed range is not narrowed": (
        [dose(D01, 20, 50, basis="prescription"), dose(MAX, 45)], D01, (20, 50, 0, 0, True),
    ),
    # bounds that contradict what is stated: it stands
    "contradicted by a low bound": ([dose(D01, 20, 50), dose(D1, 60)], D01, (20, 50, 0, 0, True)),
    "contradicted by a high bound": ([dose(D01, 20, 50), dose(MAX, 15)], D01, (20, 50, 0, 0, True)),
    "contradicting bounds": ([dose(MAX, 30), dose(D1, 40)], D01, (40, inf, 1, -1, False)),
    "equal bounds": ([dose(MAX, 30), dose(D1, 30)], D01, (30, 30, 1, 0, False)),
    # bounds alone
    "between two": ([dose(MAX, 40), dose(D1, 30)], D01, (30, 40, 1, 0, False)),
    "the tightest above": (
        [dose(MAX, 40), dose("D0.03cc[Gy]", 38), dose("D0.05cc[Gy]", 39)], D01, (0, 38, -1, 1, False),
    ),
    # the mean of a part of 0.1 cc and less may be above D0.1cc, and is not above Max
    "the tightest below": ([dose(D1, 30), dose("D0.5cc[Gy]", 32), dose(MEAN, 33)], D01, (32, inf, 1, -1, False)),
    "below Max": ([dose(D1, 30), dose("D0.5cc[Gy]", 32), dose(MEAN, 33)], MAX, (33, inf, 2, -1, False)),
    "the least below": ([dose(MIN, 5)], D01, (5, inf, 0, -1, False)),
    "percents of one structure": ([dose("D5%[Gy]", 25), dose("D1%[Gy]", 30)], "D2%[Gy]", (25, 30, 0, 1, False)),
    "range below": ([dose(D1, 30, 35)], MAX, (30, inf, 0, -1, False)),
    "range above": ([dose(MAX, 30, 35)], D1, (0, 35, -1, 0, False)),
    "above the least": ([dose(MEAN, 30)], MIN, (0, 30, -1, 0, False)),
    # of two bounds that are alike the one whose metric is first in the alphabet
    "alike above": ([dose(MAX, 30), dose("D0.03cc[Gy]", 30)], D01, (0, 30, -1, 1, False)),
    "alike below": ([dose(D1, 30), dose("D0.5cc[Gy]", 30)], MAX, (30, inf, 1, -1, False)),
    # a prescription stands for every near-maximum, as a value
    "prescribed": ([dose(MAX, 30, basis="prescription")], D01, (30, 30, 0, 0, True)),
    "prescribed range": ([dose(MAX, 20, 30, basis="prescription"), dose(D1, 25)], D01, (20, 30, 0, 0, True)),
    "planned does not stand": ([dose(MAX, 30)], D01, (0, 30, -1, 0, False)),
    "prescribed, for no mean": ([dose(MAX, 30, basis="prescription")], MEAN, UNKNOWN),
    "prescribed mean": ([dose(MEAN, 30, basis="prescription")], D01, UNKNOWN),
    "prescribed large volume": ([dose("D2cc[Gy]", 30, basis="prescription")], D01, UNKNOWN),
    "the first of two prescribed": (
        [dose(MAX, 30, basis="prescription"), dose("D0.03cc[Gy]", 31, basis="prescription")], D01, (31, 31, 1, 1, True),
    ),
    "planned beside prescribed": (
        [dose(MAX, 30), dose("D0.03cc[Gy]", 29, basis="prescription")], D01, (29, 29, 1, 1, True),
    ),
    # a prescription bounds nothing
    "prescribed above": ([dose("D2cc[Gy]", 30, basis="prescription")], "D5cc[Gy]", UNKNOWN),
    "prescribed below": ([dose("D2cc[Gy]", 30, basis="prescription")], MAX, UNKNOWN),
    # what may be a prescription bounds near-maxima only
    "perhaps prescribed, near": ([dose(MAX, 30, basis=None, may_be_prescribed=True)], D01, (0, 30, -1, 0, False)),
    "perhaps prescribed, mean": ([dose(MAX, 30, basis=None, may_be_prescribed=True)], MEAN, UNKNOWN),
    "not stated and no prescription": ([dose(MAX, 30, basis=None)], MEAN, (0, 30, -1, 0, False)),
    # between structures
    "container": ([dose(MAX, 30, of=CANAL)], MAX, (0, 30, -1, 0, False)),
    "container's maximum above a volume": ([dose(MAX, 30, of=CANAL)], D01, (0, 30, -1, 0, False)),
    "container's dose at a volume": ([dose(D01, 30, of=CANAL)], D01, (0, 30, -1, 0, False)),
    "container's smaller volume": ([dose(D01, 30, of=CANAL)], D1, (0, 30, -1, 0, False)),
    "container's larger volume": ([dose(D1, 30, of=CANAL)], D01, UNKNOWN),
    "container's mean": ([dose(MEAN, 30, of=CANAL)], MEAN, UNKNOWN),
    "container's estimate": ([dose(MAX, 30, of=CANAL, basis="estimate")], MAX, (0, 30, -1, 0, False)),
    "container's prescription": ([dose(MAX, 30, of=CANAL, basis="prescription")], MAX, UNKNOWN),
    "container, basis not stated": ([dose(MAX, 30, of=CANAL, basis=None)], MAX, UNKNOWN),
    "the lower container": ([dose(MAX, 30, of=CANAL), dose(MAX, 29, of=SAC)], MAX, (0, 29, -1, 1, False)),
    "containers that are alike": ([dose(MAX, 30, of=SAC), dose(MAX, 30, of=CANAL)], MAX, (0, 30, -1, 1, False)),
    "part": ([dose(MAX, 20, of=LUMBAR)], MAX, (20, inf, 0, -1, False)),
    "part's estimate": ([dose(MAX, 20, of=LUMBAR, basis="estimate")], MAX, (20, inf, 0, -1, False)),
    "part's prescription": ([dose(MAX, 20, of=LUMBAR, basis="prescription")], MAX, UNKNOWN),
    "part, basis not stated": ([dose(MAX, 20, of=LUMBAR, basis=None)], MAX, UNKNOWN),
    "part's dose at a volume": ([dose(D01, 20, of=LUMBAR)], D01, (20, inf, 0, -1, False)),
    "part's larger volume": ([dose(D1, 20, of=LUMBAR)], D01, (20, inf, 0, -1, False)),
    "part's smaller volume": ([dose(D01, 20, of=LUMBAR)], D1, UNKNOWN),
    "part's percent": ([dose("D5%[Gy]", 25, of=LUMBAR)], "D2%[Gy]", UNKNOWN),
    "part's least": ([dose(MIN, 5, of=LUMBAR)], D01, UNKNOWN),
    "part's mean": ([dose(MEAN, 20, of=LUMBAR)], MEAN, UNKNOWN),
    "part's mean below Max": ([dose(MEAN, 20, of=LUMBAR)], MAX, (20, inf, 0, -1, False)),
    "the higher part": (
        [dose(MAX, 20, of=LUMBAR), dose(MAX, 21, of="SpinalCord_Cerv")], MAX, (21, inf, 1, -1, False),
    ),
    "parts that are alike": (
        [dose(MAX, 20, of=LUMBAR), dose(MAX, 20, of="SpinalCord_Cerv")], MAX, (20, inf, 1, -1, False),
    ),
    "container and part": ([dose(MAX, 20, of=LUMBAR), dose(MAX, 30, of=CANAL)], MAX, (20, 30, 0, 1, False)),
    "a range between container and part": (
        [dose(MAX, 10, 50), dose(MAX, 20, of=LUMBAR), dose(MAX, 30, of=CANAL)], MAX, (20, 30, 1, 2, True),
    ),
    "a value beside its container": ([dose(MAX, 25), dose(MAX, 20, of=CANAL)], MAX, (25, 25, 0, 0, True)),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_what_one_phase_states(name: str) -> None:
    doses, metric, expected = ONE[name]
    assert resolved(batch_of(of_doses(*doses)), metric) == [expected]


def test_a_metric_that_stands_for_the_maximum() -> None:
    """The first case reports D0.1cc as its point maximum, the second D1cc, the third none."""
    doses = dose(D01, 30), dose(D1, 25)
    courses = [course(phase(*doses), case=case) for case in range(3)]
    batch = batch_of(*courses, n_cases=3, point_maximum=[0, 1, -1])
    assert resolved(batch) == [(30, 30, 0, 0, True), (25, 25, 3, 3, True), (30, inf, 4, -1, False)]
    # for Max only: D0.1cc is itself, and D0.05cc is bounded by it from below
    assert resolved(batch, "D0.05cc[Gy]") == [(30, inf, row, -1, False) for row in (0, 2, 4)]
    # Max itself is taken before it
    beside = batch_of(of_doses(dose(D01, 30), dose(MAX, 40)), point_maximum=[0])
    assert resolved(beside) == [(40, 40, 1, 1, True)]


def test_the_point_maximum_of_a_container_is_its_maximum() -> None:
    canal = dose(D01, 30, of=CANAL)
    assert resolved(batch_of(of_doses(canal), point_maximum=[0])) == [(0, 30, -1, 0, False)]
    assert resolved(batch_of(of_doses(canal))) == [UNKNOWN]
    # not where it states a maximum of its own: phases are asked one by one
    own = batch_of(course(phase(canal, dose(MAX, 33, of=CANAL)), phase(canal)), point_maximum=[0])
    assert resolved(own) == [(0, 33, -1, 1, False), (0, 30, -1, 2, False)]
    # for Max only: D0.03cc of the cord may be higher than D0.1cc of the canal
    assert resolved(batch_of(of_doses(canal), point_maximum=[0]), "D0.03cc[Gy]") == [UNKNOWN]
    # the cord's own bounds it from below
    cord = batch_of(of_doses(dose(D01, 30), dose(D1, 28)), point_maximum=[1])
    assert resolved(cord) == [(28, 28, 1, 1, True)]
    # the point maximum of the second case is another metric
    two = [course(phase(dose(D1, 20, of=CANAL), canal), case=case) for case in (0, 1)]
    assert resolved(batch_of(*two, n_cases=2, point_maximum=[1, 0])) == [(0, 30, -1, 1, False), (0, 20, -1, 2, False)]


def test_every_phase_by_itself() -> None:
    """Stated, bounded, unknown and a range: each phase has what it states, and the rows of no other."""
    batch = batch_of(
        course(phase(dose(MAX, 30), dose(D1, 10, of=CANAL)), phase(dose(D1, 20), dose(MAX, 29, of=CANAL))),
        course(phase()),
        course(phase(dose(MAX, 10, 60), dose(MAX, 50, of=CANAL), dose(D1, 12)), phase(dose(MAX, 0))),
    )
    assert resolved(batch) == [
        (30, 30, 0, 0, True),
        (20, 29, 2, 3, False),
        UNKNOWN,
        (12, 50, 6, 5, True),
        (0, 0, 7, 7, True),
    ]
    assert resolved(batch, "D0.1cc[Gy]") == [
        (0, 30, -1, 0, False),
        (20, 29, 2, 3, False),
        UNKNOWN,
        (12, 50, 6, 5, False),
        (0, 0, -1, 7, False),
    ]
    # from the canal: its maximum is at least what the cord received
    assert resolved(batch, structure=CANAL) == [
        (30, inf, 0, -1, False),
        (29, 29, 3, 3, True),
        UNKNOWN,
        (50, 50, 5, 5, True),
        (0, inf, -1, -1, False),
    ]


def test_a_batch_without_phases() -> None:
    assert resolved(batch_of(n_cases=0)) == []


def test_contradictions_are_settled_phase_by_phase() -> None:
    """A stated range that is contradicted beside bounds that contradict each other, and one that is in order."""
    batch = batch_of(
        course(phase(dose(D01, 20, 50), dose(D1, 60))),
        course(phase(dose(MAX, 30), dose(D1, 40))),
        course(phase(dose(D01, 20, 50), dose(D1, 30))),
        course(phase(dose(MAX, 30), dose(D1, 20))),
    )
    assert resolved(batch, D01) == [
        (20, 50, 0, 0, True),
        (40, inf, 3, -1, False),
        (30, 50, 5, 4, True),
        (20, 30, 7, 6, False),
    ]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Max[Gy]", True),
        ("D1cc[Gy]", True),
        ("D1.01cc[Gy]", False),
        ("D2%[Gy]", True),
        ("D2.1%[Gy]", False),
        ("Mean[Gy]", False),
        ("Min[Gy]", False),
        ("V20Gy[%]", False),
    ],
)
def test_what_stands_for_the_maximum(metric: str, *, expected: bool) -> None:
    """Up to 1 cc, and up to 2 %: the convention of the library."""
    assert is_near_maximum(parse_metric(metric).metric, LIBRARY) is expected


# larger, smaller, whether it bounds within one structure, and whether a whole bounds its part
BOUNDS = [
    ("Max[Gy]", "Max[Gy]", False, True),
    ("Max[Gy]", "D1cc[Gy]", True, True),
    ("Max[Gy]", "D2%[Gy]", True, True),
    ("Max[Gy]", "Mean[Gy]", True, True),
    ("Max[Gy]", "Min[Gy]", True, True),
    ("Max[Gy]", "V20Gy[%]", False, False),
    ("D1cc[Gy]", "Max[Gy]", False, False),
    ("D1cc[Gy]", "D1cc[Gy]", False, True),
    ("D0.1cc[Gy]", "D1cc[Gy]", True, True),
    ("D1cc[Gy]", "D0.1cc[Gy]", False, False),
    ("D1cc[Gy]", "Min[Gy]", True, False),
    ("D1cc[Gy]", "D2%[Gy]", False, False),
    ("D2%[Gy]", "D2%[Gy]", False, False),
    ("D2%[Gy]", "D5%[Gy]", True, False),
    ("D2%[Gy]", "D1cc[Gy]", False, False),
    ("Mean[Gy]", "Mean[Gy]", False, False),
    ("Mean[Gy]", "Min[Gy]", True, False),
    ("V20Gy[%]", "V20Gy[%]", False, False),
    ("CV16Gy[cc]", "CV16Gy[cc]", False, False),
]


@pytest.mark.parametrize(("larger", "smaller", "same", "part"), BOUNDS)
def test_which_metric_bounds_which(larger: str, smaller: str, *, same: bool, part: bool) -> None:
    pair = parse_metric(larger).metric, parse_metric(smaller).metric
    assert bounds_metric(*pair, is_same_structure=True) is same
    assert bounds_metric(*pair, is_same_structure=False) is part


def test_what_is_stated_is_not_changed_by_resolving() -> None:
    batch = batch_of(of_doses(dose(D01, 20, 50), dose(MAX, 45), dose(D1, 25)))
    resolved(batch, D01)
    assert (batch.dose_low.tolist(), batch.dose_high.tolist()) == ([20, 45, 25], [50, 45, 25])
    assert np.array_equal(batch.dose_metric, [0, 1, 2])
