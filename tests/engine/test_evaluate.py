"""Which constraints are judged for which cases, what is left out, and the verdict of several findings, by hand.

Two courses of 10 and 20 Gy are a sum of 60 Gy2; the second is proposed where a case says so.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.hand_judges import MET, OPEN, OUT, VIOLATED, Raw, batch_of, first, history, second, unseen
from engine.house_edition import DISTRIBUTION, PHYSICAL, Fields, house_edition
from property.example_cases import cord
from reirrad.engine.codes import Status
from reirrad.engine.convert import Span
from reirrad.engine.evaluate import Block, cases_about, cases_judged_for, evaluate, outside_profile, verdicts
from reirrad.engine.evaluate import without_rule as bare
from reirrad.errors import UnprovedError
from reirrad.library import Library, Profile, load_library
from reirrad.library.profile import PROFILES

CORD = {"structures": ["SpinalCord"]}
SAC = {"structures": ["ThecalSac"]}
FACT: Fields = {"profile": "stated-fact", "conditions": {"target_distance_mm": [0, 2]}}
MEAN: Fields = PHYSICAL | DISTRIBUTION | {"metric": "Mean[Gy]", "scope": "newest_course"}
LOWER: Fields = PHYSICAL | {"limit": 10, "scope": "newest_course"}
NONE = np.array([False])


def rules(profile: Profile | None = None, /, **constraints: Fields) -> Library:
    """Return a library of one edition; by the default profile unless another is given."""
    shipped = load_library()
    library = Library((house_edition(constraints),), shipped.structures, shipped.conventions)
    return library if profile is None else library.select(profile=profile)


def constraint_of(library: Library, name: str) -> Any:
    return next(one for _, one in library.constraints() if one.id == f"house.{name}")


def sac(*courses: Raw, others: tuple[str, ...] = ()) -> Raw:
    """Return the case with the sac judged instead of the cord."""
    for item in courses:
        item["dose"] = {"ThecalSac": item["dose"]["SpinalCord"]}
    return history(*courses, structures=("ThecalSac", *others))


def near_target(distance: float, **more: Any) -> Raw:
    return second(**{"dose": {"SpinalCord": cord(20)["SpinalCord"] | {"target_distance_mm": distance}}} | more)


PROPOSED = {"role": "proposed"}


def found(blocks: list[Block]) -> list[tuple[str, str, list[int], list[int], list[int]]]:
    """Return id, structure, cases, status, and status without the proposed course."""
    return [
        (
            block.constraint.id.removeprefix("house."),
            block.structure,
            block.judged.case.tolist(),
            block.status.tolist(),
            block.status_without.tolist(),
        )
        for block in blocks
    ]


def test_blocks_in_the_order_of_the_library() -> None:
    """Constraints, and structures of each, that any case is judged for."""
    library = rules(
        low={"limit": 50, "structures": ["ThecalSac", "SpinalCord", "SpinalCord_Lum"]},
        lumbar={"limit": 50, "structures": ["SpinalCord_Lum"]},
        high={"limit": 70, "structures": ["SpinalCord"]},
    )
    raws = (
        history(first(), second(**PROPOSED)), sac(first(), second()), history(first(), second()),
        history(first(), second(20), second(10, name="c", start="2020", end="2020", **PROPOSED)),
    )  # fmt: skip
    batch = batch_of(*raws)
    blocks = evaluate(batch, library)
    # alone the first course is none after another; 60 Gy2 are above 50 with and without 20 more, which are above 70
    assert found(blocks) == [
        ("low", "ThecalSac", [1], [VIOLATED], [-1]),
        ("low", "SpinalCord", [0, 2, 3], [VIOLATED] * 3, [OUT, -1, VIOLATED]),
        ("high", "SpinalCord", [0, 2, 3], [MET, MET, VIOLATED], [OUT, -1, MET]),
    ]
    for block in blocks:
        assert block.loaded is library.editions[0]
        assert block.judge.constraint is block.constraint is constraint_of(library, block.constraint.id[6:])
        assert (block.judge.view.library, block.judge.view.batch) == (library, batch)
    assert [without for *_, without in found(evaluate(batch, library, before=False))] == [[-1], [-1] * 3, [-1] * 3]
    nothing_proposed = evaluate(batch_of(raws[2]), library)
    assert [without for *_, without in found(nothing_proposed)] == [[-1], [-1]]


def test_a_limit_and_its_recovery_belong_together() -> None:
    """0.75 x 20 + 40 = 55."""
    library = rules(low={"limit": 60, "recovery": "steps"} | CORD)
    (block,) = evaluate(batch_of(history(first(), second())), library)
    assert block.judge.convention == library.editions[0].edition.convention_of(block.constraint)
    assert (block.judged.decided.value.low.tolist(), block.judged.undiscounted.low.tolist()) == ([[55]], [60])


def test_strictly_with_and_without_what_is_proposed() -> None:
    """Of 0.1 cc a sum proves nothing by itself: 60 Gy2, and 80 with the proposed course."""
    doses = [cord(gray, metric="D0.1cc[Gy]") for gray in (10, 20, 10)]
    courses = (
        first(dose=doses[0]), second(dose=doses[1]),
        second(10, name="c", start="2020", end="2020", dose=doses[2], **PROPOSED),
    )  # fmt: skip
    library = rules(fine={"limit": 70, "metric": "D0.1cc[Gy]"} | CORD)
    batch = batch_of(history(*courses))
    assert found(evaluate(batch, library)) == [("fine", "SpinalCord", [0], [VIOLATED], [MET])]
    assert found(evaluate(batch, library, strict=True)) == [("fine", "SpinalCord", [0], [OPEN], [OPEN])]


def test_views_are_shared_by_structure_metric_and_cases() -> None:
    """Constraints on one of these ask one view, and views of other metrics ask that of the Max."""
    point, volume = {"limit": 1} | CORD, {"limit": 1, "metric": "D0.1cc[Gy]"} | CORD
    library = rules(
        point=point, volume=volume, same_volume=volume, same_point=point, fact=point | FACT, fact_volume=volume | FACT,
        sac={"limit": 1} | SAC, sac_volume=volume | SAC,
    )  # fmt: skip
    batch = batch_of(history(first(), near_target(1)), history(first(), second()), sac(first(), second()))
    blocks = {block.constraint.id[6:]: block for block in evaluate(batch, library)}
    assert list(blocks) == [
        "point", "volume", "same_volume", "same_point", "fact", "fact_volume", "sac", "sac_volume",
    ]  # fmt: skip
    views = {name: block.judge.view for name, block in blocks.items()}
    assert views["point"] is views["same_point"]
    assert views["volume"] is views["same_volume"]
    assert len({id(view) for view in views.values()}) == 6
    for name in ("point", "fact", "sac"):
        other = views["volume" if name == "point" else f"{name}_volume"]
        assert other.maximum is views[name]
        assert views[name].maximum is None
        assert (views[name].metric.name, other.metric.name) == ("Max", "D0.1cc")
        assert views[name].structure == other.structure == ("ThecalSac" if name == "sac" else "SpinalCord")
        cases = {"point": [True, True, False], "fact": [True, False, False], "sac": [False, False, True]}[name]
        assert views[name].cases.tolist() == other.cases.tolist() == cases


RELATED = batch_of(
    history(first(), second()), sac(first(), second()),
    history(structures=("Rectum",)), history(structures=("SpinalCord_Cerv", "Rectum")),
    history(structures=("SpinalCord_Thor", "CaudaEquina")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("structure", "related", "expected"),
    [
        ("SpinalCord", False, [True, False, False, False, False]),
        ("ThecalSac", False, [False, True, False, False, False]),
        # the cord lies within the sac, and its parts and the cauda equina do
        ("SpinalCord", True, [True, True, False, True, True]),
        ("ThecalSac", True, [True, True, False, True, True]),
        ("CaudaEquina", True, [False, True, False, False, True]),
        ("SpinalCord_Lum", True, [True, True, False, False, False]),
        ("Rectum", True, [False, False, True, True, False]),
        ("Rectum", False, [False, False, True, True, False]),
    ],
)
def test_cases_that_a_constraint_is_about(structure: str, related: bool, expected: list[bool]) -> None:
    library = rules(only={"limit": 1, "structures": [structure], "applies_to_related": related})
    constraint = constraint_of(library, "only")
    assert cases_about(RELATED, library, constraint, structure).tolist() == expected
    assert cases_judged_for(RELATED, library, constraint, structure).tolist() == expected


ALL, NAMED = Profile("all", PROFILES["all"]), Profile(constraints=frozenset({"house.fact"}))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [(None, [True, False, False, True]), (ALL, [True] * 4), (NAMED, [True] * 4)],
)
def test_what_depends_on_a_fact_is_judged_where_it_is_stated(profile: Profile | None, expected: list[bool]) -> None:
    """Stated for the cord, whatever it is, in any course; for another structure it says nothing of the cord."""
    both = {"structures": ("SpinalCord", "ThecalSac")}
    elsewhere = cord(20) | {"ThecalSac": cord(20)["SpinalCord"] | {"target_distance_mm": 1}}
    batch = batch_of(
        history(first(), near_target(9)), history(first(), second()),
        history(first(), second(dose=elsewhere), **both), history(near_target(1), first()),
    )  # fmt: skip
    library = rules(profile, plain={"limit": 1} | CORD, fact={"limit": 1} | FACT | CORD)
    assert cases_about(batch, library, constraint_of(library, "fact"), "SpinalCord").tolist() == [True] * 4
    assert cases_judged_for(batch, library, constraint_of(library, "fact"), "SpinalCord").tolist() == expected
    assert cases_judged_for(batch, library, constraint_of(library, "plain"), "SpinalCord").tolist() == [True] * 4


def test_what_is_left_out_is_counted_by_edition() -> None:
    reference = {"kind": "reference", "printed": "none", "limit": None, "limit_for": None}
    constraints: dict[str, Fields] = {
        "shown": reference | CORD,
        "judged": {"limit": 1} | CORD,
        "mean": {"limit": 1, "structures": ["SpinalCord", "ThecalSac", "SpinalCord_Lum"]} | MEAN,
        "fact": {"limit": 1} | FACT | CORD,
        "elsewhere": {"limit": 1} | MEAN | SAC,
        "other-mean": {"limit": 1} | MEAN | CORD,
    }
    batch = batch_of(
        history(first(), near_target(1)), history(first(), second()), history(structures=("Rectum",)),
        history(structures=("SpinalCord", "ThecalSac")),
    )  # fmt: skip
    library = rules(None, **constraints)
    assert [outside_profile(batch, library, case) for case in range(4)] == [
        {"house": 2}, {"house": 3}, {}, {"house": 5},
    ]  # fmt: skip
    named = library.select(["house"])
    assert [outside_profile(batch, named, case) for case in range(2)] == [{"house": 2}, {"house": 3}]
    # a fact that is stated does not help where no such constraint was chosen
    means = library.select(profile=Profile("distribution", PROFILES["distribution"]))
    assert [outside_profile(batch, means, case) for case in range(4)] == [{"house": 2}, {"house": 2}, {}, {"house": 2}]


def test_structures_without_a_rule() -> None:
    """The cord has a rule, of which only one does not advise; the rectum has none, and the sac of one case has."""
    library = rules(
        advice={"limit": 1, "advisory": True, "structures": ["SpinalCord", "Rectum"]},
        rule={"limit": 1, "structures": ["SpinalCord"]},
        fact={"limit": 1, "structures": ["ThecalSac"]} | FACT,
    )
    with_fact = sac(first(), near_target(1), others=("Rectum",))
    batch = batch_of(history(structures=("Rectum", "SpinalCord")), with_fact, sac(first(), second()), history())
    assert batch.judged_case.tolist() == [0, 0, 1, 1, 2, 3]
    assert bare(batch, evaluate(batch, library), library).tolist() == [True, False, False, True, True, False]
    assert bare(batch, [], library).tolist() == [True] * 6


# 60 Gy2, 80 Gy2, what may be more, and one course
CASES = (
    history(first(), second()), history(first(20), second()), unseen(first(), second()), history(first()),
    sac(first(), second()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        ({"low": {"limit": 70}}, [MET, VIOLATED, OPEN, OPEN, OPEN]),
        # the worst of two, whichever comes first
        ({"low": {"limit": 70}, "lower": {"limit": 50}}, [VIOLATED, VIOLATED, VIOLATED, OPEN, OPEN]),
        ({"lower": {"limit": 50}, "low": {"limit": 70}}, [VIOLATED, VIOLATED, VIOLATED, OPEN, OPEN]),
        # advice is no verdict
        ({"low": {"limit": 70}, "advice": {"limit": 50, "advisory": True}}, [MET, VIOLATED, OPEN, OPEN, OPEN]),
        ({"advice": {"limit": 70, "advisory": True}}, [OPEN] * 5),
        # what does not apply is neither
        (
            {"low": {"limit": 70}, "out": {"limit": 1, "conditions": {"technique": ["stereotactic"]}}},
            [MET, VIOLATED, OPEN, OPEN, OPEN],
        ),
    ],
)
def test_verdicts(constraints: dict[str, Fields], expected: list[Status]) -> None:
    library = rules(**{name: fields | CORD for name, fields in constraints.items()})
    batch = batch_of(*CASES)
    blocks = evaluate(batch, library)
    assert verdicts(batch, blocks, np.zeros(5, dtype=np.bool_)).tolist() == expected
    unmapped = verdicts(batch, blocks, np.ones(5, dtype=np.bool_)).tolist()
    assert unmapped == [OPEN if status == MET else status for status in expected]
    some = verdicts(batch, blocks, np.array([False, True, True, True, True])).tolist()
    assert some == expected


def test_verdicts_without_what_is_proposed() -> None:
    """80 Gy2 with the third course, which is above 70, and 60 without it."""
    batch = batch_of(history(first(), second(), second(10, name="c", start="2020", end="2020", **PROPOSED)))
    blocks = evaluate(batch, rules(low={"limit": 70} | CORD))
    assert verdicts(batch, blocks, NONE).tolist() == [VIOLATED]
    assert verdicts(batch, blocks, NONE, without_proposed=True).tolist() == [MET]


def test_no_verdict_on_what_its_numbers_contradict() -> None:
    batch = batch_of(history(first(), second()))
    for comparison, beyond, fields in (("at_most", 70, {"limit": 60}), ("at_least", 5, LOWER)):
        (block,) = evaluate(batch, rules(low=fields | {"comparison": comparison} | CORD))
        assert verdicts(batch, [block], NONE).tolist() == [MET]
        block.judged.decided.value = Span(*np.full((2, 1, 1), beyond))
        with pytest.raises(UnprovedError):
            verdicts(batch, [block], NONE)
    advice = replace(block, constraint=replace(block.constraint, advisory=True))
    with pytest.raises(UnprovedError):
        verdicts(batch, [advice], NONE)


def test_what_lies_within_3_percent_of_a_dose_limit() -> None:
    """60 Gy2: 61.85 less 3 % is 59.9945, and 61.9 less 3 % is 60.043. Months have no such margin."""
    limits = {"met": 61.8, "far": 61.9, "above": 58.3, "beyond": 58.2}
    batch = batch_of(history(first(), second()), history(first(5), second(5)))
    near = {}
    for block in evaluate(batch, rules(**{name: {"limit": limit} | CORD for name, limit in limits.items()})):
        near[block.constraint.id[6:]] = block.near_limit.tolist()
    assert near == {"met": [True, False], "far": [False, False], "above": [True, False], "beyond": [False, False]}
