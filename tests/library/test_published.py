"""O10: the library and the published numbers, typed separately, say the same: line by line, and the other way."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from library.published_lines import LINES, PAIRED, ends, numbers, rows_of
from reirrad.library import load_library
from reirrad.model.rule import Discounted, RaisedTolerance, Undiscounted

EDITIONS = {loaded.edition.id: loaded.edition for loaded in load_library().editions}
CONSTRAINTS = {item.id: (edition, item) for edition in EDITIONS.values() for item in edition.constraint}
LIMITS = [name for name, (_, item) in CONSTRAINTS.items() if item.kind == "limit"]
REFERENCES = [name for name, (_, item) in CONSTRAINTS.items() if item.kind == "reference"]
# the second transcription of the cord editions covers them in full; the model of Woolley has parameters
CORD = {"nieder-2005", "nieder-2006", "hytec-cord-2021"}
COMPARED = [name for name in LIMITS if CONSTRAINTS[name][0].id not in CORD | {"woolley-2018"}]


# O10
@pytest.mark.parametrize("line", LINES, ids=str)
def test_every_line_is_in_the_library(line):
    found = {item.id: line.differs_from(item) for item in EDITIONS[line.edition].constraint}
    nearest = sorted(found.items(), key=lambda item: len(item[1]))[:3]
    assert any(not differences for differences in found.values()), nearest


def test_the_table_is_complete():
    assert len(LINES) == len(set(LINES))
    assert {line.edition for line in LINES} == set(EDITIONS) - {"nieder-2005", "woolley-2018"}
    kinds = [line.is_reference for line in LINES]
    assert (kinds.count(False), kinds.count(True)) == (298, 71)


def name_in_sources(edition, structure):
    """Return the name under which the table has a structure of the library."""
    base = structure.removesuffix("_L").removesuffix("_R")
    if base in PAIRED:
        return base
    if edition == "umich-2019" and structure == "Colon":  # bowel_large and sigmoid are two lines of the one colon
        return "Bowel_Large"
    return "SpinalCord" if structure in {f"SpinalCord_{part}" for part in ("Cerv", "Thor", "Lum", "Sac")} else structure


def numbers_of(limit):
    if limit.limit_by_n_fractions is None:
        return {None: ends(limit.limit)}
    return {n: ends(limit) for n, limit in limit.limit_by_n_fractions}


@pytest.mark.parametrize("name", COMPARED)
def test_every_number_of_a_limit_is_in_the_table(name):
    edition, limit = CONSTRAINTS[name]
    for structure in limit.structures:
        lines = [
            line
            for line in LINES
            if (line.edition, line.structure) == (edition.id, name_in_sources(edition.id, structure))
            and not line.is_reference
            and not line.differs_from(limit)
        ]
        found = {
            (
                None if limit.limit_by_n_fractions is None else int(line.n_fractions),
                Decimal(line.low),
                Decimal(line.high),
            )
            for line in lines
        }
        assert found == {(n, *limits) for n, limits in numbers_of(limit).items()}, structure
        assert {number for line in lines for number in numbers(line.risk)} <= numbers(limit.risk_at_limit)


def test_every_limit_is_compared():
    # O10
    assert len(COMPARED) == 176
    assert set(LIMITS) - set(COMPARED) == {
        name
        for name, (edition, constraint) in CONSTRAINTS.items()
        if constraint.kind == "limit" and edition.id in CORD | {"woolley-2018"}
    }


@pytest.mark.parametrize("name", REFERENCES)
def test_references_have_a_line_and_no_limit(name):
    edition, reference = CONSTRAINTS[name]
    assert reference.limit is None
    assert reference.limit_by_n_fractions is None
    assert reference.limit_for is None
    assert (reference.score, reference.cord_model) == (None, None)
    assert edition.convention_of(reference) == Undiscounted()
    assert reference.printed
    assert any(line.edition == edition.id and line.is_reference and not line.differs_from(reference) for line in LINES)


@pytest.mark.parametrize(("sex", "dose"), [("men", "55 Gy"), ("women", "67 Gy")])
def test_tolerance_of_the_cauda_equina_by_sex(sex, dose):
    _, reference = CONSTRAINTS[f"pieters-2006.{sex}"]
    assert (reference.endpoint, reference.printed) == (f"TD5/5 of the cauda equina, {sex}", dose)


def test_quantec_rows_that_are_risks_are_references():
    rows = [line for line in LINES if line.edition == "quantec-2010" and line.is_reference]
    assert sum(not line.sign for line in rows) == 15
    assert sum(line.risk == "<50%" for line in rows) == 4
    limits = [item for item in EDITIONS["quantec-2010"].constraint if item.kind == "limit"]
    for line in rows:
        assert not [item.id for item in limits if set(line.differs_from_limit(item)) <= {"comparison"}], line


# Woolley 2018, the code that the first author published
WOOLLEY = {
    "risk_percent": "1",
    "single_course_d50_gy": "76.5571",
    "single_course_slope": "11.3764",
    "retreatment_after_years": "1 2 3",
    "retreatment_d50_gy": "64.3842 72.2328 74.9850",
    "retreatment_slope": "9.5675 10.7338 11.1428",
    "first_course_of_animals_gy": "44",
    "onset_steepness": "0.15",
    "onset_shift": "0.1",
    "onset_percent": "35",
    "recovery_begins_days": "70",
    "human_risk_percent": "1",
    "human_dose_gy": "54.8",
    "human_dose_per_fraction_gy": "2",
}


def test_parameters_of_the_cord_model():
    edition, limit = CONSTRAINTS["woolley-2018.allowed-bed"]
    assert len(edition.constraint) == 1
    model = limit.cord_model
    assert set(WOOLLEY) == set(model.__slots__)
    for name, text in WOOLLEY.items():
        stored = getattr(model, name)
        assert ends(stored if isinstance(stored, tuple) else (stored,)) == tuple(map(Decimal, text.split())), name
    assert (limit.limit, limit.limit_by_n_fractions, limit.recovery) == (None, None, "none")
    assert (limit.quantity, limit.alpha_beta_gy, limit.profile) == ("BED", 2, "second-opinion")


def merged(steps):
    """Return the steps without borders at which nothing changes."""
    kept = [(Decimal(0), steps[0][1])]
    assert steps[0][0] == 0
    kept += [step for before, step in pairwise(steps) if step[1] != before[1]]
    return kept


def typed_schedule(edition, structure):
    rows = [
        row
        for row in rows_of("recovery.csv")
        if row["edition"] == edition and name_in_sources(edition, structure) in row["structures"].split(";")
    ]
    assert [row["to_months"] for row in rows] == [row["from_months"] for row in rows[1:]] + [""]
    (acts_on,) = {row["acts_on"] for row in rows}
    return acts_on, merged([(Decimal(row["from_months"]), Decimal(row["recovered_fraction"])) for row in rows])


def stored_schedule(edition, limit):
    convention = edition.convention_of(limit)
    if isinstance(convention, Undiscounted):
        return None, [(0, 0)]
    steps = convention.schedule.step
    assert [step.to_months for step in steps] == [step.from_months for step in steps[1:]] + [None]
    kept = [(Decimal(repr(step.from_months)), Decimal(repr(step.recovered_fraction))) for step in steps]
    return convention.schedule.acts_on, merged(kept)


@pytest.mark.parametrize("name", [name for name in LIMITS if CONSTRAINTS[name][0].id in {"umich-2019", "doi-2021"}])
def test_recovery_schedules(name):
    edition, limit = CONSTRAINTS[name]
    acts_on, stored = stored_schedule(edition, limit)
    for structure in limit.structures:
        typed_acts_on, typed = typed_schedule(edition.id, structure)
        assert stored == typed, structure
        # nothing recovers: then nothing is changed either
        assert acts_on == (None if typed == [(0, 0)] else {"prior": "prior_dose"}.get(typed_acts_on, typed_acts_on))


def test_only_two_editions_know_recovery():
    assert {edition.id for edition in EDITIONS.values() if edition.recovery} == {"umich-2019", "doi-2021"}
    undiscounted = {
        name for name in LIMITS if CONSTRAINTS[name][0].convention_of(CONSTRAINTS[name][1]) == Undiscounted()
    }
    of_two = {name for name in LIMITS if CONSTRAINTS[name][0].id in {"umich-2019", "doi-2021"}}
    assert undiscounted & of_two == {"umich-2019.kidneys"}
    assert set(LIMITS) - undiscounted == of_two - {"umich-2019.kidneys"}


@pytest.mark.parametrize("name", LIMITS)
def test_the_sum_and_its_limit_belong_together(name):
    """A discount and a raised tolerance never meet, and the limit says which of them it is printed for."""
    edition, limit = CONSTRAINTS[name]
    convention = edition.convention_of(limit)
    printed_for = {
        Undiscounted: "undiscounted_sum" if limit.scope == "cumulative" else None,
        Discounted: "recovery_adjusted_sum",
        RaisedTolerance: "tolerance",
    }
    assert limit.limit_for == printed_for[type(convention)]
    if not isinstance(convention, Undiscounted):
        assert limit.scope == "cumulative"
        assert [schedule.id for schedule in edition.recovery].count(limit.recovery) == 1


# mis-encodings seen in public code
@pytest.mark.parametrize(
    "edition",
    ["nieder-2005", "nieder-2006", "hytec-cord-2021", "troost-2020", "paradis-rulach-2021", "rulach-2021", "ars-2020",
     "slevin-2021"],
)  # fmt: skip
def test_undiscounted_editions(edition):
    assert EDITIONS[edition].recovery == ()
    assert {type(EDITIONS[edition].convention_of(item)) for item in EDITIONS[edition].constraint} == {Undiscounted}


# what the row restricts to patients, or to a condition, that a case cannot state (decision 0010), or a number not read
ADVISORY = {
    "nieder-2005-lumbar.score-ab4", "nieder-2006-lumbar.cumulative-ab4", "nieder-2006-lumbar.course-ab4",
    "hytec-carotid-2021.newest-course", "doi-2021.simple-rule", "hytec-prostate-2021.rectum",
    "hytec-prostate-2021.urethra", "hytec-brain-2021.v20", "hytec-brain-2021.v24", "rulach-2021.bronchus-main",
}  # fmt: skip


def test_o12_limits_for_what_a_case_cannot_state_are_advisory():
    found = {name for name in LIMITS if CONSTRAINTS[name][1].advisory}
    whole = {"paradis-rulach-2021": 7, "hytec-liver-2021": 6}
    for edition, count in whole.items():
        limits = {name for name in LIMITS if CONSTRAINTS[name][0].id == edition}
        assert len(limits) == count
        assert limits <= found
    rest = {name for name in found if CONSTRAINTS[name][0].id not in {*whole, "quantec-2010", "uk-sabr-2022"}}
    assert rest == ADVISORY | {"slevin-2021.cauda-equina.after-12-months", "slevin-2021.sacral-plex.after-12-months"}
    for name in found & ADVISORY:
        assert CONSTRAINTS[name][1].note


def test_what_is_advisory_says_the_condition():
    def note(name):
        return CONSTRAINTS[name][1].note

    assert "non-consecutive days, after about 70 Gy" in note("hytec-carotid-2021.newest-course")
    assert "an organ at tolerance in the first course" in note("paradis-rulach-2021.heart")
    assert "the 50 Gy that they start from was not" in note("doi-2021.simple-rule")
    assert "myelopathy" not in note("doi-2021.simple-rule")
    assert "brain metastases" in note("hytec-brain-2021.v20")


def test_the_retreatment_limits_of_hytec_have_no_number_of_fractions():
    # 1-5 fractions are about its first course only
    group = [item for item in EDITIONS["hytec-cord-2021"].constraint if item.group == "hytec-cord-2021"]
    assert len(group) == 4
    assert {item.conditions.n_fractions for item in group} == {None}
    assert {item.conditions.technique for item in group} == {("stereotactic",)}


def test_the_set_of_five_of_the_rectum_is_a_group():
    # O11
    group = {item.id for item in EDITIONS["quantec-2010"].constraint if item.group == "quantec-2010-rectum"}
    assert group == {f"quantec-2010.rectum.v{dose}" for dose in (50, 60, 65, 70, 75)}


@pytest.mark.parametrize("edition", ["troost-2020", "ars-2020"])
def test_columns_of_another_paper_were_not_read_in_their_source(edition):
    assert {item.read for item in EDITIONS[edition].constraint} == {"transcription"}
    assert all(item.locator.startswith("Rulach 2021, table 4, column ") for item in EDITIONS[edition].constraint)
    if edition == "troost-2020":
        assert all("9 months, which is read as 9 months and more" in item.note for item in EDITIONS[edition].constraint)


def test_25_gy_is_about_the_newest_course_and_70_about_the_sum():
    limits = {item.scope: item.limit for item in EDITIONS["hytec-cord-2021"].constraint}
    assert limits["cumulative"] == (70, 70)
    assert limits["newest_course"] == (25, 25)


def test_98_and_102_are_different_numbers():
    recommended = {item.limit for item in EDITIONS["nieder-2006"].constraint if item.scope == "each_course"}
    scored = {item.score.course_at_least_gy for item in EDITIONS["nieder-2005"].constraint}
    assert (recommended, scored) == ({(98, 98)}, {102})


REGIONS = {
    "rulach-2021": {"Thor"}, "paradis-rulach-2021": {"Thor"}, "troost-2020": {"Thor"}, "ars-2020": {"Thor"},
    "doi-2021": {"Cerv", "Thor"},
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in COMPARED if "SpinalCord" in CONSTRAINTS[name][1].structures])
def test_regions_of_the_cord(name):
    """A limit about the chest says nothing of the lumbar cord."""
    edition, limit = CONSTRAINTS[name]
    regions = REGIONS.get(edition.id, {"Cerv", "Thor", "Lum", "Sac"})
    assert set(limit.structures) == {"SpinalCord", *(f"SpinalCord_{region}" for region in regions)}


READ = {
    "abusaris-2012": "source", "ars-2020": "transcription", "chen-2014": "source", "doi-2021": "source",
    "hytec-brain-2021": "transcription", "hytec-carotid-2021": "transcription", "hytec-cord-2021": "source",
    "hytec-optic-2021": "transcription", "nieder-2005": "transcription", "nieder-2006": "source",
    "paradis-rulach-2021": "source", "quantec-2010": "transcription", "rulach-2021": "source",
    "slevin-2021": "transcription", "tg101-2010": "transcription", "troost-2020": "transcription",
    "uk-sabr-2022": "transcription", "umich-2019": "transcription", "woolley-2018": "transcription",
}  # fmt: skip


@pytest.mark.parametrize(("edition", "read"), READ.items())
def test_what_was_read(edition, read):
    assert EDITIONS[edition].read == read
    if edition == "doi-2021":
        # the steps and the cohort were read in the source, the dose that the steps start from was not
        assert {item.id: item.read for item in EDITIONS[edition].constraint} == {
            "doi-2021.simple-rule": "transcription", "doi-2021.cohort": "source",
        }  # fmt: skip
        return
    # the two results of Kirkpatrick 2010 were read in its abstract
    abstract = {"quantec-2010.spinal-cord.first-course-54", "quantec-2010.spinal-cord.first-course-61"}
    assert {item.read for item in EDITIONS[edition].constraint if item.id not in abstract} == {read}
    assert {CONSTRAINTS[name][1].read for name in abstract} == {"source"}
