"""Volumes and doses of one curve: what rules out what, by hand and against every pair."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reirrad import audit, check, load_library
from reirrad.errors import CaseError
from reirrad.ingest import parse_case
from reirrad.model.dose_volume import order_of_curve
from reirrad.model.metric import parse_metric
from reirrad.selftest.oracle.facts import parse_metric as parse_of_the_oracle
from reirrad.selftest.random_volumes import rules_out, rules_out_around

HINT = "; both are of one curve: correct one of the two; where it was sampled coarsely, state ranges"

RULED_OUT: list[tuple[dict[str, Any], str, str]] = [
    # 3 cc receive 40 Gy: the maximum is not 0
    ({"Max[Gy]": 0, "V40Gy[cc]": 3}, "below", "0 Gy beside V40Gy[cc] = 3"),
    ({"Max[Gy]": 39.9, "V40Gy[%]": 0.1}, "below", "39.9 Gy beside V40Gy[%] = 0.1"),
    ({"Max[cGy]": 3990, "V4000cGy[cc]": [1, 2]}, "below", "39.9 Gy beside V4000cGy[cc] = 1 to 2"),
    # 30 cc receive 24 Gy: more than 5 cc receive 20 Gy
    ({"D30cc[Gy]": 24, "V20Gy[cc]": 5}, "above", "24 Gy beside V20Gy[cc] = 5"),
    # 20 cc receive 45 Gy: 10 cc receive as much
    ({"D10cc[Gy]": 12, "V45Gy[cc]": 20}, "below", "12 Gy beside V45Gy[cc] = 20"),
    ({"D5%[Gy]": 19, "V20Gy[%]": 6}, "below", "19 Gy beside V20Gy[%] = 6"),
    # all of it receives 21 Gy, and yet not all of it 20 Gy
    ({"Min[Gy]": 21, "V20Gy[%]": 99}, "above", "21 Gy beside V20Gy[%] = 99"),
    ({"Min[Gy]": 16, "CV15Gy[cc]": 700}, "above", "16 Gy beside CV15Gy[cc] = 700"),
    # 40 % receive less than 15 Gy, so 60 % receive 15 Gy or more
    ({"D50%[Gy]": 10, "CV15Gy[%]": 40}, "below", "10 Gy beside CV15Gy[%] = 40"),
    # at least 59.5 % of 20 Gy are 11.9 Gy; the mean is 11.35 Gy at most
    ({"Mean[Gy]": 11.3, "V20Gy[%]": 60}, "below", "11.3 Gy beside V20Gy[%] = 60"),
]

TWO_VOLUMES: list[tuple[dict[str, Any], str | None]] = [
    # in whatever order they stand
    ({"V20Gy[%]": 2.04, "V2000cGy[%]": 49.5}, "V2000cGy[%] and V20Gy[%]"),
    ({"V2000cGy[%]": 49.5, "V20Gy[%]": 2.04}, "V2000cGy[%] and V20Gy[%]"),
    ({"V2000cGy[%]": 2.04, "V20Gy[%]": 49.5}, "V20Gy[%] and V2000cGy[%]"),
    # 20 % receive less than 20 Gy, so 80 % receive 20 Gy or more
    ({"V20Gy[%]": 10, "CV20Gy[%]": 20}, "CV20Gy[%] and V20Gy[%]"),
    ({"CV15Gy[cc]": 700, "CV1500cGy[cc]": 100}, "CV15Gy[cc] and CV1500cGy[cc]"),
    ({"V20Gy[%]": 10.2, "CV20Gy[%]": 90}, None),  # 89.8 %, rounded
    ({"V20Gy[%]": 49.5, "V2000cGy[%]": 50}, None),
    ({"V20Gy[%]": 10, "V20Gy[cc]": 80}, None),  # of one volume or another
    ({"V20Gy[%]": 10, "CV15Gy[%]": 40}, None),
]

NOT_RULED_OUT: list[dict[str, Any]] = [
    {"Max[Gy]": 40, "V40Gy[cc]": 3},
    {"Max[Gy]": 41, "V40Gy[cc]": 0},  # too little of it to be printed
    {"D0.3cc[Gy]": 41, "V40Gy[cc]": 0},
    {"D0.7cc[Gy]": 39, "V40Gy[cc]": 1},  # 0.6 cc, rounded
    {"D1.4cc[Gy]": 41, "V40Gy[cc]": 1},  # 1.45 cc, rounded
    {"D0.35cc[Gy]": 20, "V20Gy[cc]": 0.35},
    {"D10cc[Gy]": 12, "V45Gy[cc]": [0, 20]},
    {"D5%[Gy]": 19, "V20Gy[cc]": 60},  # of how many cc is not known
    {"Min[Gy]": 21, "V20Gy[%]": 100},
    {"Min[Gy]": 14, "CV15Gy[cc]": 700},
    {"Mean[Gy]": 11.9, "V20Gy[%]": 60},
    {"Mean[Gy]": [2, 30], "V20Gy[%]": 60},
    {"Max[Gy]": 10, "V95%[cc]": 3},  # percent of what
]


def document(metrics: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "reirrad-case/1",
        "case_id": "A",
        "prior_radiotherapy": "none",
        "structures": ["Stomach"],
        "course": [
            {
                "id": "1",
                "role": "proposed",
                "modality": "photon",
                "fractions_per_day": 1,
                "technique": "stereotactic",
                "schedule": "210 Gy / 5",
                "dose": {"Stomach": metrics | {"basis": "plan"}},
            }
        ],
    }


def table(metrics: dict[str, Any]) -> dict[str, Any]:
    n = len(metrics)
    same = {"patient_id": "A", "course_id": "1", "structure": "Stomach", "modality": "photon", "basis": "plan"}
    same["role"] = "proposed"
    same |= {"technique": "stereotactic", "start": "2020-01-06", "end": "2020-01-31", "prior_radiotherapy": "none"}
    numbers = {"n_fractions": 5, "fractions_per_day": 1, "scheduled_dose_gy": 210.0}
    return {
        **{name: [value] * n for name, value in (same | numbers).items()},
        "metric": list(metrics),
        "dose_gy": [float(value) for value in metrics.values()],
    }


def is_quarantined(metrics: dict[str, Any]) -> bool:
    reasons = {item.reason for item in audit(table(metrics), library=LIBRARY).quarantine}
    assert reasons <= {"contradictory_doses"}
    return bool(reasons)


LIBRARY = load_library()


@pytest.mark.parametrize(("metrics", "side", "given_"), RULED_OUT)
def test_d18_a_dose_that_a_volume_rules_out_is_refused(metrics: dict[str, Any], side: str, given_: str) -> None:
    """D18: one of the two is wrong; judged by the other alone, the case may be met."""
    dose, volume = metrics
    with pytest.raises(CaseError) as caught:
        parse_case(document(metrics))
    told = f"{dose.replace('cGy', 'Gy')} is {side} what {volume} allows, which cannot be; given: {given_}"
    assert str(caught.value).splitlines()[1:] == [f'  course[1].dose.Stomach."{dose}": {told}{HINT}']


@pytest.mark.parametrize("metrics", [metrics for metrics, _, _ in RULED_OUT if "Max[cGy]" not in metrics])
def test_d18_in_a_table_its_rows_are_quarantined(metrics: dict[str, Any]) -> None:
    """D18: by the same rule, so that a patient is not met by one of two numbers of which one is wrong."""
    assert is_quarantined(metrics)


@pytest.mark.parametrize("metrics", NOT_RULED_OUT)
def test_what_may_be_of_one_curve_is_read(metrics: dict[str, Any]) -> None:
    parse_case(document(metrics))
    if not any(isinstance(value, list) for value in metrics.values()):
        assert not is_quarantined(metrics)


DOSES = ["Max", "D0.03cc", "D0.35cc", "D1cc", "D5cc", "D10cc", "D2%", "D50%", "Mean", "Min"]
VOLUMES = [f"{what}{dose}Gy[{unit}]" for what in ("V", "CV") for dose in ("5", "12.5", "20") for unit in ("cc", "%")]
NUMBERS = st.one_of(
    st.integers(0, 30).map(float), st.integers(0, 300).map(lambda n: n / 10), st.sampled_from([0.35, 12.5])
)
STATED = st.tuples(
    st.dictionaries(st.sampled_from(DOSES), NUMBERS, min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(VOLUMES), NUMBERS, min_size=1, max_size=4),
)


def expected(doses: dict[str, float], volumes: dict[str, float]) -> set[str]:
    """Return the doses that a volume rules out: every pair, in fractions, by another program."""
    out = set()
    for name, dose in doses.items():
        for volume, size in volumes.items():
            ends, sizes = [(Fraction(str(number)),) * 2 for number in (dose, size)]
            if rules_out(parse_of_the_oracle(f"{name}[Gy]")[0], ends, parse_of_the_oracle(volume)[0], sizes):
                out.add(name)
    return out


@given(STATED)
def test_every_pair(stated: tuple[dict[str, float], dict[str, float]]) -> None:
    doses, volumes = stated

    def read(names: dict[str, float], unit: str) -> list[Any]:
        ends = {name: (Decimal(repr(number)),) * 2 for name, number in names.items()}
        return [(parse_metric(f"{name}{unit}").metric, ends[name], name) for name in names]

    found = {problem.where for problem in order_of_curve(read(doses, "[Gy]"), read(volumes, ""))}
    # volumes of one dose may contradict each other besides
    assert found & {*doses} == expected(doses, volumes)


PAIRS = st.tuples(
    st.sampled_from(DOSES), NUMBERS, st.sampled_from(VOLUMES), NUMBERS.filter(lambda number: number < 100)
)


@settings(deadline=None, max_examples=40)
@given(st.lists(PAIRS, min_size=1, max_size=8))
def test_every_pair_of_many_patients(cohort: list[tuple[str, float, str, float]]) -> None:
    """Patients of one table, of which each is ruled out or not by its own numbers."""
    joined: dict[str, list[Any]] = {}
    for number, (dose, gray, volume, size) in enumerate(cohort):
        columns = table({f"{dose}[Gy]": gray, volume: size}) | {"patient_id": [f"P{number}"] * 2}
        for name, values in columns.items():
            joined.setdefault(name, []).extend(values)
    found = audit(joined, library=LIBRARY).quarantine
    out = {number for number, (dose, gray, *of) in enumerate(cohort) if expected({dose: gray}, {of[0]: of[1]})}
    assert [item.reason for item in found] == ["contradictory_doses"] * len(found)
    assert [item.row for item in found] == [row for number in sorted(out) for row in (2 * number, 2 * number + 1)]


AROUND: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    # 3 cc of the cord receive 40 Gy, so as much of the canal does
    ({"Max[Gy]": 30}, {"V40Gy[cc]": 3}, "V40Gy[cc] rules out the Max[Gy] of that; given: 30 Gy beside V40Gy[cc] = 3"),
    ({"D2cc[Gy]": 30}, {"V40Gy[cc]": 3}, "V40Gy[cc] rules out the D2cc[Gy] of that; given: 30 Gy beside V40Gy[cc] = 3"),
    ({"Max[Gy]": 30}, {"CV40Gy[%]": 90}, "CV40Gy[%] rules out the Max[Gy] of that; given: 30 Gy beside CV40Gy[%] = 90"),
    ({"D4cc[Gy]": 30}, {"V40Gy[cc]": 3}, None),
    ({"D2%[Gy]": 30}, {"V40Gy[%]": 30}, None),  # of another whole
    ({"Max[Gy]": 30}, {"CV40Gy[cc]": 90}, None),
    ({"D2cc[Gy]": 50}, {"V40Gy[cc]": 1}, None),  # the canal has more volume
]


@pytest.mark.parametrize(("outer", "inner", "told"), AROUND)
def test_d18_a_container_receives_what_its_part_does(
    outer: dict[str, Any], inner: dict[str, Any], told: str | None
) -> None:
    """D18: the dose of the container would bound the part."""
    raw = document({})
    raw["structures"] = ["SpinalCanal", "SpinalCord"]
    raw["course"][0]["dose"] = {"SpinalCanal": outer | {"basis": "plan"}, "SpinalCord": inner | {"basis": "plan"}}
    case = parse_case(raw)
    if told is None:
        check(case, library=LIBRARY)
    else:
        with pytest.raises(CaseError) as caught:
            check(case, library=LIBRARY)
        where = "  course[1].dose.SpinalCord: SpinalCord lies within SpinalCanal, but its "
        hint = "; correct one of the two; where contours or grids differ a little, state ranges"
        assert str(caught.value).splitlines()[1:] == [where + told + hint]
    columns = table(outer | inner) | {"structure": ["SpinalCanal"] * len(outer) + ["SpinalCord"] * len(inner)}
    reasons = [item.reason for item in audit(columns, library=LIBRARY).quarantine]
    assert reasons == ([] if told is None else ["contradictory_doses"] * 2)


@settings(deadline=None, max_examples=40)
@given(st.lists(PAIRS, min_size=1, max_size=8))
def test_every_container_of_many_patients(cohort: list[tuple[str, float, str, float]]) -> None:
    joined: dict[str, list[Any]] = {}
    for number, (dose, gray, volume, size) in enumerate(cohort):
        columns = table({f"{dose}[Gy]": gray, volume: size}) | {"patient_id": [f"P{number}"] * 2}
        for name, values in (columns | {"structure": ["SpinalCanal", "SpinalCord"]}).items():
            joined.setdefault(name, []).extend(values)
    out = [
        row
        for number, (dose, gray, volume, size) in enumerate(cohort)
        if rules_out_around(
            parse_of_the_oracle(f"{dose}[Gy]")[0],
            Fraction(str(gray)),
            parse_of_the_oracle(volume)[0],
            (Fraction(str(size)),) * 2,
        )
        for row in (2 * number, 2 * number + 1)
    ]
    found = audit(joined, library=LIBRARY).quarantine
    assert [(item.row, item.reason) for item in found] == [(row, "contradictory_doses") for row in out]


@pytest.mark.parametrize(("metrics", "told"), TWO_VOLUMES)
def test_d18_two_volumes_of_one_curve(metrics: dict[str, Any], told: str | None) -> None:
    """D18: of one dose there is one volume, in whatever unit or way it is stated."""
    assert is_quarantined(metrics) is (told is not None)
    if told is None:
        parse_case(document(metrics))
        return
    with pytest.raises(CaseError) as caught:
        parse_case(document(metrics))
    (line,) = str(caught.value).splitlines()[1:]
    assert f": {told} are of one curve, on which both cannot be; given: " in line


def test_volumes_beside_a_prescription() -> None:
    """A prescription is one dose, and a volume is none: 100 % beside 50 Gy contradict nothing."""
    for columns in (
        table({"Max[Gy]": 210, "V20Gy[%]": 100}),
        table({"V20Gy[%]": 30, "Max[Gy]": 40}) | {"structure": ["SpinalCanal", "SpinalCord"]},
    ):
        prescribed = columns | {"basis": ["prescription", "prescription" if columns["dose_gy"][0] > 100 else "plan"]}
        assert audit(prescribed, library=LIBRARY).quarantine == ()


def test_a_declared_point_maximum_is_a_dose_to_its_own_volume() -> None:
    """0.02 cc of the cord receive 50 Gy, and 0.035 cc of the canal 49.9 Gy."""
    raw = document({}) | {"structures": ["SpinalCanal", "SpinalCord"], "point_maximum": "D0.035cc[Gy]"}
    raw["course"][0]["dose"] = {
        "SpinalCanal": {"D0.035cc[Gy]": 49.9, "basis": "plan"},
        "SpinalCord": {"D0.035cc[Gy]": 49.8, "V50Gy[cc]": 0.02, "basis": "plan"},
    }
    assert check(parse_case(raw)).case_id == "A"
