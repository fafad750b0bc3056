"""The published values that a finding is looked at with, against a second transcription typed here."""

from itertools import pairwise

import pytest

from reirrad.library import Library, load_library
from reirrad.library.alternatives import OtherSchedule, load_alternatives
from reirrad.model.rule import Discounted, RaisedTolerance, RecoverySchedule

LIBRARY = load_library()
ALTERNATIVES = load_alternatives()

CORD = {
    *("SpinalCanal", "ThecalSac", "SpinalCord_PRV03", "SpinalCord_PRV05", "SpinalCord", "SpinalCord_Cerv"),
    *("SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac", "SpinalCord_Sub"),
}

#: Endpoint, alpha/beta, both ends of the 95 % interval and source of every fit that states an interval; and the
#: structures of the endpoint, or why it is left out.
INTERVALS: list[tuple[str, float, float, float, str, set[str] | str]] = [
    ("spinal cord myelopathy, human", 0.87, 0.54, 1.19, "Schultheiss 2008", CORD),
    ("spinal cord myelopathy, human", 3.7, 2.2, 8.2, "Jin 2015", CORD),
    ("rectal bleeding G2+", 1.7, 0.7, 3.0, "Brand 2021", {"Rectum"}),
    ("lung pneumonitis", 4.0, 2.2, 5.8, "Bentzen 2000", {"Lungs", "Lungs-GTV"}),
    ("telangiectasia", 2.6, 2.2, 3.3, "Bentzen 1990", {"Skin"}),
    ("head and neck late effects", 4.0, 3.3, 5.0, "Stuschke 1999", "of no structure"),
    ("subcutaneous fibrosis", 1.7, 0.6, 2.6, "Bentzen 1991", "of no structure"),
    ("oral mucositis", 9.3, 5.8, 17.9, "Denham 1995", "of no structure"),
    ("temporal lobe necrosis", 2.9, -1.8, 7.6, "Lee 1998", "reaches below zero"),
    ("prostate tumour", 1.6, 1.3, 2.0, "Vogelius 2020", "tumour"),
    ("head and neck tumour", 10.5, 6.5, 29, "Stuschke 1999", "tumour"),
    ("stage I NSCLC", 8.2, 7.0, 9.4, "Stuschke 2010", "tumour"),
]

Bins = list[tuple[float, float | None, float]]
#: Name, bins [from, to) with the fraction recovered in each, and whether a source itself was read.
SCHEDULES: dict[str, tuple[str, Bins, str]] = {
    "abusaris": ("Abusaris (Rotterdam)", [(0, 6, 0), (6, 12, 0.25), (12, None, 0.5)], "transcription"),
    # what is recovered from 6 to 12 months is not stated
    "fox-chase": ("Fox Chase consultation process", [(0, 6, 0), (12, None, 0.5)], "source"),
    # 0.05 at 12 months, then 0.05 more a year up to 0.50 at 120 months
    "noel": (
        "Noel (slow)",
        [(0, 12, 0), *((12 * year, 12 * year + 12, 0.05 * year) for year in range(1, 10)), (120, None, 0.5)],
        "transcription",
    ),
}


def bins(schedule: RecoverySchedule) -> Bins:
    return [(step.from_months, step.to_months, step.recovered_fraction) for step in schedule.step]


def test_every_interval_of_the_transcription_is_there_and_no_other() -> None:
    expected = {
        (source, endpoint, value, low, high, frozenset(structures))
        for endpoint, value, low, high, source, structures in INTERVALS
        if isinstance(structures, set)
    }
    found = [
        (item.source, item.endpoint, item.value_gy, item.low_gy, item.high_gy, frozenset(item.structures))
        for item in ALTERNATIVES.alpha_beta
    ]
    assert set(found) == expected
    assert len(found) == len(expected)
    assert all(item.read == "transcription" for item in ALTERNATIVES.alpha_beta)


def test_what_is_left_out_is_no_fit_of_a_structure_that_is_there() -> None:
    left_out = {(endpoint, source) for endpoint, *_, source, why in INTERVALS if isinstance(why, str)}
    assert not left_out & {(item.endpoint, item.source) for item in ALTERNATIVES.alpha_beta}
    # an alpha/beta of zero or less has no meaning in a sum of BED
    assert all(item.low_gy > 0 for item in ALTERNATIVES.alpha_beta)


def test_every_interval_holds_its_value_in_steps_of_a_hundredth() -> None:
    for item in ALTERNATIVES.alpha_beta:
        assert item.low_gy < item.value_gy < item.high_gy, item.id
        # it is looked for in steps of 0.01 Gy: ends between two steps would never be asked
        assert all(round(end * 100) / 100 == end for end in (item.low_gy, item.high_gy)), item.id


def test_every_structure_is_in_the_table_and_named_as_there() -> None:
    for item in ALTERNATIVES.alpha_beta:
        assert set(item.structures) <= set(LIBRARY.structures.names), item.id
        assert len(set(item.structures)) == len(item.structures), item.id


def test_ids_are_used_once() -> None:
    names = [item.id for item in (*ALTERNATIVES.alpha_beta, *ALTERNATIVES.recovery)]
    assert len(set(names)) == len(names)
    # schedules of editions are named by their edition, so that a dot never stands in one of these
    assert not any("." in name for name in names)


def test_intervals_of_a_structure() -> None:
    def of(structure: str) -> list[str]:
        return [item.id for item in ALTERNATIVES.alpha_beta_of(structure)]

    assert of("SpinalCord_Lum") == ["schultheiss-2008", "jin-2015"]
    assert of("Rectum") == ["brand-2021"]
    # roots of the cauda are no cord, and for many organs nothing is published
    assert of("CaudaEquina") == of("Heart") == of("") == []


def test_every_schedule_of_the_transcription_is_there_and_no_other() -> None:
    found = {item.id: item for item in ALTERNATIVES.recovery}
    assert found.keys() == SCHEDULES.keys()
    for name, (title, expected, read) in SCHEDULES.items():
        item = found[name]
        assert (item.schedule.id, item.schedule.name, item.schedule.acts_on) == (name, title, "prior_dose")
        assert item.source.endswith(f"(read: {read})"), name
        assert [step[:2] for step in bins(item.schedule)] == [step[:2] for step in expected], name
        assert [step[2] for step in bins(item.schedule)] == pytest.approx([step[2] for step in expected], rel=1e-12)


def test_steps_are_in_order_and_do_not_overlap() -> None:
    for item in ALTERNATIVES.recovery:
        steps = bins(item.schedule)
        assert steps[0][0] == 0, item.id
        assert all(to is not None and to > start for start, to, _ in steps[:-1]), item.id
        assert steps[-1][1] is None, item.id
        for (_, to, before), (start, _, after) in pairwise(steps):
            assert to is not None, item.id
            assert to <= start, item.id
            # nothing is lost again with time
            assert 0 <= before <= after <= 1, item.id


def test_dose_uncertainty_is_what_is_customary() -> None:
    assert ALTERNATIVES.dose_uncertainty_percent == (3, 5)
    # with 100 % less there is no dose, and a course would not count any more
    assert ALTERNATIVES.dose_uncertainty_percent[-1] < ALTERNATIVES.dose_looked_for_up_to_percent == 50


def named(structure: str, own: str, library: Library = LIBRARY) -> list[str]:
    return [item.id for item in ALTERNATIVES.schedules_of(structure, library, own)]


OWN = list(SCHEDULES)


@pytest.mark.parametrize(
    ("structure", "own", "editions"),
    [
        ("SpinalCord", "nieder-2006.none", ["doi-2021.simple-25-50", "umich-2019.serial"]),
        ("SpinalCord", "umich-2019.serial", ["doi-2021.simple-25-50"]),
        ("SpinalCord_Thor", "doi-2021.simple-25-50", ["umich-2019.serial"]),
        # the simple rule is quoted for the cervical and thoracic cord
        ("SpinalCord_Lum", "nieder-2006.none", ["umich-2019.serial"]),
        ("CaudaEquina", "umich-2019.serial", []),
        ("Bowel_Small", "abusaris-2012.none", ["umich-2019.gut"]),
        ("Duodenum", "umich-2019.duodenum", []),
        ("Lungs-GTV", "", ["umich-2019.lung"]),
        # no recovery at any interval is no schedule, and what is only reported has no limit
        ("Kidneys", "", []),
        ("Brain", "", []),
    ],
)
def test_schedules_of_a_structure(structure: str, own: str, editions: list[str]) -> None:
    constraints = LIBRARY.constraints()
    stated = {name for _, constraint in constraints for name in constraint.structures}
    assert structure in stated
    assert named(structure, own) == [*OWN, *editions]


def test_schedules_do_not_depend_on_what_is_judged() -> None:
    narrowed = LIBRARY.select(["nieder-2006"])
    assert named("SpinalCord", "nieder-2006.none", narrowed) == named("SpinalCord", "nieder-2006.none")


def test_own_schedules_are_left_out_by_the_name_of_their_edition() -> None:
    # two editions may call theirs the same
    assert "umich-2019.serial" in named("SpinalCord", "clinic.serial")
    assert "umich-2019.serial" in named("SpinalCord", "serial")


def test_schedules_act_on_what_their_source_says() -> None:
    found: dict[str, OtherSchedule] = {item.id: item for item in ALTERNATIVES.schedules_of("SpinalCord", LIBRARY, "")}
    raised = found["doi-2021.simple-25-50"]
    assert isinstance(raised.convention, RaisedTolerance)
    assert all(isinstance(item.convention, Discounted) for name, item in found.items() if item is not raised)
    assert bins(raised.schedule) == [(0, 6, 0), (6, 12, 0.25), (12, None, 0.5)]
    assert bins(found["umich-2019.serial"].schedule) == [(0, 3, 0), (3, 6, 0.1), (6, 12, 0.25), (12, None, 0.5)]
    assert "10.1007/s00066-021-01772-7" in raised.source
