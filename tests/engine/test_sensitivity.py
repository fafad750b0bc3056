"""What findings survive and where they flip, against check itself on changed cases, and against hand calculations."""

import copy
import math
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given

from golden.golden_cases import GOLDEN
from property.effort import examples
from property.example_cases import BOUNDED, NOT_COMPLETE, PHASES_TWICE_DAILY, STATED_MONTHS, case, cord, course
from reference.cases import clean_cases
from reirrad import check, load_case, load_library, parse_case, sensitivity
from reirrad.engine.check import check_all
from reirrad.errors import CaseError
from reirrad.library import Library
from reirrad.library.alternatives import load_alternatives
from reirrad.library.load import load_profile
from reirrad.model.rule import Constraint, RecoveryStep
from reirrad.model.sensitivity import Sensitivity, SensitivityRow

Raw = dict[str, Any]
LIBRARY = load_library()
CORD = LIBRARY.select(["hytec-cord-2021", "nieder-2005", "nieder-2006", "umich-2019", "doi-2021", "woolley-2018"])
FEW = LIBRARY.select(["hytec-cord-2021", "nieder-2006", "umich-2019"])
NIEDER = LIBRARY.select(["nieder-2006"])


def two(first: float = 30.0, second: float = 22.0, start: str = "2021-01-17", metric: str = "Max[Gy]") -> Raw:
    """Return two courses in 10 fractions each; the first ends on 17 January 2020."""
    return case(
        ["SpinalCord"],
        course("first", "delivered", "2020-01-06", "2020-01-17", f"{first} Gy / 10", dose=cord(first, metric=metric)),
        course("second", "proposed", start, "2022-12-30", f"{second} Gy / 10", dose=cord(second, metric=metric)),
    )


def near_maxima(first: float, second: float) -> Raw:
    """Return two courses that state Max, and D0.1cc as 5 % less."""
    raw = two(first, second, "2020-03-17")
    for table in [one["dose"]["SpinalCord"] for one in raw["course"]]:
        table["D0.1cc[Gy]"] = round(table["Max[Gy]"] * 0.95, 2)
    return raw


def asked(raw: Raw, library: Library = NIEDER, *, strict: bool = False) -> Sensitivity:
    return sensitivity(parse_case(raw), library=library, strict=strict)


def rows(raw: Raw, library: Library = NIEDER) -> dict[str, SensitivityRow]:
    return {row.constraint_id: row for row in asked(raw, library).rows}


def statuses(raws: list[Raw], library: Library, *, strict: bool = False) -> list[dict[tuple[str, str], str]]:
    reports = check_all([parse_case(raw) for raw in raws], library=library, strict=strict)
    return [{(item.constraint_id, item.structure): item.status for item in report.findings} for report in reports]


def with_doses(raw: Raw, percent: Decimal) -> Raw:
    """Return the case with every dose of every course changed, as its user would write it; 30 and 3 % more are 30.9."""
    changed = copy.deepcopy(raw)
    phases = [phase for one in changed["course"] for phase in one.get("phase") or [one]]
    for table in [table for phase in phases for table in phase.get("dose", {}).values()]:
        for key in [key for key in table if key.endswith("Gy]")]:
            ends = table[key] if isinstance(table[key], list) else [table[key]]
            table[key] = [float(Decimal(str(end)) * (100 + percent) / 100) for end in ends]
            table[key] = table[key] if len(ends) > 1 else table[key][0]
    return changed


def with_alpha_beta(library: Library, alpha_beta_gy: float) -> Library:
    """Return the library whose constraints have another alpha/beta, where they have one at all.

    Of a limit on BED the dose in 2 Gy fractions stays the same: BED = EQD2 (1 + 2 / (alpha/beta)).
    """

    def changed(rule: Constraint) -> Constraint:
        if not isinstance(rule.alpha_beta_gy, float):
            return rule
        ratio = Fraction(1)
        if rule.quantity == "BED" and rule.cord_model is None:
            new, own = Fraction(str(alpha_beta_gy)), Fraction(str(rule.alpha_beta_gy))
            ratio = (1 + 2 / new) / (1 + 2 / own)

        def scaled(number: float) -> float:
            return float(Fraction(str(number)) * ratio)

        score = rule.score and replace(
            rule.score,
            cumulative_above_gy=tuple(map(scaled, rule.score.cumulative_above_gy)),
            course_at_least_gy=scaled(rule.score.course_at_least_gy),
        )
        # points and shares are no doses
        is_dose = rule.limit is not None and rule.scope not in ("score", "share")
        limit = (scaled(rule.limit[0]), scaled(rule.limit[1])) if is_dose and rule.limit else rule.limit
        return replace(rule, alpha_beta_gy=alpha_beta_gy, limit=limit, score=score)

    editions = []
    for item in library.editions:
        constraints = tuple(map(changed, item.edition.constraint))
        editions.append(replace(item, edition=replace(item.edition, constraint=constraints)))
    return replace(library, editions=tuple(editions))


def verify_doses(raw: Raw, library: Library, found: Sensitivity, *, strict: bool = False) -> None:
    """Compare every shift and every flip with check on the case with other doses."""
    expected: list[tuple[tuple[str, str], Decimal, str, bool]] = []
    for row, dose in [(row, row.dose) for row in found.rows if row.dose is not None]:
        key = row.constraint_id, row.structure
        for shift in dose.shifts:
            expected.append((key, -Decimal(shift.percent), shift.status_lower, True))
            expected.append((key, Decimal(shift.percent), shift.status_higher, True))
            assert shift.survives == (shift.status_lower == shift.status_higher == row.status)
        for sign, flip in ((-1, dose.flips_at_lower_percent), (1, dose.flips_at_higher_percent)):
            last_same = Decimal(50) if flip is None else Decimal(str(flip)) - Decimal("0.01")
            expected.append((key, sign * last_same, row.status, True))
            if flip is not None:
                expected.append((key, sign * Decimal(str(flip)), row.status, False))
    at = {}
    for percent in {percent for _, percent, _, _ in expected}:
        with suppress(CaseError):  # a dose that happens to be that of one fraction, or a sentinel, is refused
            (at[percent],) = statuses([with_doses(raw, percent)], library, strict=strict)
    assert not expected or at
    for key, percent, status, is_same in expected:
        if percent in at:
            assert (at[percent][key] == status) == is_same, (key, percent, status, at[percent][key])


def verify_alpha_beta(raw: Raw, library: Library, found: Sensitivity, *, strict: bool = False) -> None:
    """Compare the ends, the flip and the step before it with check by a library with that alpha/beta."""
    by_value: dict[float, dict[tuple[str, str], str]] = {}

    def at(value: float) -> str:
        if value not in by_value:
            (by_value[value],) = statuses([raw], with_alpha_beta(library, value), strict=strict)
        return by_value[value][row.constraint_id, row.structure]

    for row in found.rows:
        for item in row.alpha_beta:
            name = (row.constraint_id, row.structure, item.id)
            assert (item.status_low, item.status_high) == (at(item.low_gy), at(item.high_gy)), name
            middle = round((item.low_gy + item.high_gy) / 2, 2)
            differs = any(at(place) != row.status for place in (item.low_gy, middle, item.high_gy))
            if item.flips_at_gy is not None:
                before = round(item.flips_at_gy + math.copysign(0.01, (row.alpha_beta_gy or 0) - item.flips_at_gy), 2)
                assert at(item.flips_at_gy) == item.flips_to != row.status == at(before), name
                differs |= item.low_gy <= item.flips_at_gy <= item.high_gy
            assert item.survives == (not differs), name


def verify(raw: Raw, library: Library = CORD, *, strict: bool = False) -> Sensitivity:
    """Compare which rows there are, their labels and their doses with check; return what was said."""
    found = asked(raw, library, strict=strict)
    report = check(parse_case(raw), library=library, strict=strict)
    fields = attrgetter("constraint_id", "structure", "status", "reason")
    applies = [fields(item) for item in report.findings if item.status != "not_applicable"]
    assert list(map(fields, found.rows)) == applies
    for row in found.rows:
        survives = [item.survives for item in (*row.alpha_beta, *(row.dose.shifts if row.dose else ()))]
        assert row.label == (("robust" if all(survives) else "fragile") if row.status != "not_evaluated" else None)
    verify_doses(raw, library, found, strict=strict)
    return found


@examples(6)
@given(raw=clean_cases())
def test_every_row_is_what_check_says_of_changed_cases(raw: Raw) -> None:
    verify_alpha_beta(raw, FEW, verify(raw, FEW))


FILES = [load_case(GOLDEN[name]) for name in ("met_with_dates", "phases_and_twice_daily", "stereotactic_thecal_sac")]
KNOWN = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in FILES]
KNOWN += [BOUNDED, NOT_COMPLETE, PHASES_TWICE_DAILY, STATED_MONTHS]


@pytest.mark.parametrize("raw", KNOWN, ids=lambda raw: None)
def test_known_cases_by_check(raw: Raw) -> None:
    verify_alpha_beta(raw, CORD, verify(raw))


@pytest.mark.parametrize("raw", [near_maxima(30.0, 22.0), near_maxima(24.0, 20.0)], ids=lambda raw: None)
def test_strict_is_strict_about_other_doses(raw: Raw) -> None:
    assert any("strict" in note for note in verify(raw, strict=True).notes)


@pytest.mark.parametrize("raw", [near_maxima(30.0, 22.0), near_maxima(30.0, 14.0)], ids=lambda raw: None)
def test_strict_is_strict_about_another_alpha_beta(raw: Raw) -> None:
    # the sum of the Max doses, which bounds a strict sum, has the other alpha/beta, too
    verify_alpha_beta(raw, CORD, asked(raw, CORD, strict=True), strict=True)


def test_the_same_is_said_again_and_in_any_order_of_the_courses() -> None:
    for raw in (two(), near_maxima(30.0, 14.0), BOUNDED):
        found = asked(raw, CORD)
        assert asked(raw, CORD) == found
        assert asked(raw | {"course": raw["course"][::-1]}, CORD).rows == found.rows


def flip_of(a: float, b: float, limit: float) -> float:
    """Return the first change in percent, in steps of 0.01 %, with a f + b f^2 > limit."""
    root = (-a + math.sqrt(a * a + 4 * b * limit)) / (2 * b)
    return (math.floor(root * 10_000) + 1 - 10_000) / 100


def test_flips_by_hand() -> None:
    cumulative, single, _ = rows(two()).values()
    # 30 + 22 Gy, and 30^2/20 + 22^2/20 at alpha/beta 2: 52 f + 69.2 f^2 = 135.5; one course: 30 f + 45 f^2 = 98
    for row, by_hand in ((cumulative, flip_of(52, 69.2, 135.5)), (single, flip_of(30, 45, 98))):
        assert row.dose is not None
        assert (row.dose.flips_at_lower_percent, row.dose.flips_at_higher_percent) == (None, by_hand)
        assert [(shift.percent, shift.survives) for shift in row.dose.shifts] == [(3, True), (5, True)]
    # in 2 Gy fractions 135.5 Gy2 are 67.75 Gy: (52 a + 138.4) / (a + 2) is above it below a = 0.18 only; and
    # (30 a + 90) / (a + 2) is below 45 Gy everywhere, the limit 49
    for row in (cumulative, single):
        assert [(item.id, item.flips_at_gy, item.survives) for item in row.alpha_beta] == [
            ("schultheiss-2008", None, True), ("jin-2015", None, True),
        ]  # fmt: skip
    assert asked(two()).counts == {"robust": 3, "fragile": 0, "not_evaluated": 0}
    # 35 and 22 Gy: (57 a + 170.9) / (a + 2) = 71.225 at 2, and 67.75 at a = 3.293; the course of 35 Gy, of 48.125
    # and (35 a + 122.5) / (a + 2) is above 49 below a = 1.75
    cumulative, single, _ = rows(two(35.0, 22.0)).values()
    for row, flip, status in ((cumulative, 3.3, "met"), (single, 1.74, "violated")):
        flips = {(item.flips_at_gy, item.flips_to) for item in row.alpha_beta if item.flips_at_gy is not None}
        assert flips == {(flip, status)}


def test_interval_limits_and_volumes_have_no_doses_and_what_is_open_no_label() -> None:
    interval = rows(two())["nieder-2006.interval"]
    assert (interval.dose, interval.alpha_beta, interval.recovery, interval.label) == (None, (), (), "robust")
    lungs = course("one", "proposed", "2020-01-06", "2020-02-14", "60 Gy / 30", dose={"Lungs": {"V20Gy[%]": 25}})
    found = rows(case(["Lungs"], lungs), LIBRARY.select(["quantec-2010"], profile=load_profile("all")))
    assert found["quantec-2010.lungs.v20"].dose is None
    assert {row.label for row in asked(NOT_COMPLETE).rows} == {None}
    assert asked(NOT_COMPLETE).counts == {"robust": 0, "fragile": 0, "not_evaluated": 3}


@pytest.mark.parametrize(
    ("end", "start"),
    [
        (["2020-01-15", "2020-03-20"], ["2020-08-01"]),
        (["2020-01-15"], ["2020-06-01", "2020-09-30"]),
        (["2020-01-15", "2020-03-20"], ["2020-06-01", "2020-09-30"]),
        (["2020-01-15", "2020-01-20"], ["2021-06-01", "2021-09-30"]),
    ],
)
@pytest.mark.parametrize("doses", [[30.0, 22.0], [30.0, 14.0], [45.0, 22.0]])
def test_ranges_of_dates_by_check_at_their_ends(end: list[str], start: list[str], doses: list[float]) -> None:
    def dated(first_end: str, second_start: str) -> Raw:
        raw = two(*doses)
        raw["course"][0]["end"], raw["course"][1]["start"] = first_end, second_start
        return raw

    every = statuses([dated(*days) for days in product(end, start)], CORD)
    shortest, longest = statuses([dated(end[-1], start[0]), dated(end[0], start[-1])], CORD)
    for row in rows(dated("/".join(end), "/".join(start)), CORD).values():
        key, item = (row.constraint_id, row.structure), row.dates
        assert item is not None
        assert item.survives == (row.status != "not_evaluated")
        assert not item.survives or {at[key] for at in every} == {row.status}
        assert (item.status_shortest, item.status_longest) == (shortest[key], longest[key]), key
        assert (item.flips_at_months is None) == (item.status_shortest == item.status_longest), key
        if row.constraint_id == "nieder-2006.interval" and not item.survives:
            # days of one range come one by one, those of two may come in pairs
            assert 6 <= (item.flips_at_months or 0) <= (6 if len(end) + len(start) == 3 else 6.1)


def test_a_status_between_the_ends_is_not_passed_over() -> None:
    # a limit for intervals of 6 to 12 months, and for no others: 37.5 and 37.5 Gy EQD2 are more than its 56.25
    library, metric = LIBRARY.select(["paradis-rulach-2021"]), "D0.1cc[Gy]"
    by_day = [rows(two(30.0, 30.0, day, metric), library) for day in ("2020-04-17", "2020-09-17", "2021-05-17")]
    assert [[row.status for row in found.values()] for found in by_day] == [[], ["violated"], []]
    (row,) = rows(two(30.0, 30.0, "2020-04-17/2021-05-17", metric), library).values()
    assert row.dates is not None
    assert row.dates.flips_at_months == 6


def test_days_and_open_ends_are_no_ranges() -> None:
    open_end = two()
    open_end["course"][0]["end"] = "2020-01-17/.."
    assert {row.dates for raw in (two(), open_end) for row in asked(raw).rows} == {None}


def other(row: SensitivityRow) -> dict[str, tuple[float, ...]]:
    """Return the two ends of the value and the limit with each other schedule."""
    return {
        item.schedule: tuple(round(value or 0, 6) for value in (item.value_low, item.value_high, item.limit))
        for item in row.recovery
    }


def test_other_recovery_by_hand() -> None:
    # 45 Gy are 146.25 Gy2 and 22 Gy 46.2; from 6 to 12 months one is silent. 135.5 Gy2 are for the sum without recovery
    at_8 = rows(two(45.0, start="2020-09-17"), CORD)["nieder-2006.cumulative"]
    quarter, none = (155.8875, 155.8875, 0), (192.45, 192.45, 0)
    by_hand = {"abusaris": quarter, "fox-chase": (46.2, 192.45, 0), "noel": none, "umich-2019.serial": quarter}
    assert other(at_8) == by_hand
    assert [item.would_be for item in at_8.recovery] == [None] * 4
    at_14 = rows(two(45.0, start="2021-03-17"), CORD)["nieder-2006.cumulative"]
    half = (119.325, 119.325, 0)
    noel = (185.1375, 185.1375, 0)
    assert other(at_14) == {"abusaris": half, "fox-chase": half, "noel": noel, "umich-2019.serial": half}
    assert {(item.limit, item.limit_high, item.would_be) for item in at_14.recovery} == {(None, None, None)}
    # EQD2 at 2.5: 30 (3 + 2.5) / 4.5, and 14 (1.4 + 2.5) / 4.5; what has recovery of its own is compared with none
    first, second = 30 * 5.5 / 4.5, 14 * 3.9 / 4.5
    discounted = rows(two(30.0, 14.0, "2020-09-17", "D0.1cc[Gy]"), CORD)["umich-2019.spinal-cord"]
    own = other(discounted)
    # 50 Gy are for the sum after recovery, and are no tolerance that rises
    assert list(own) == ["none", "abusaris", "fox-chase", "noel"]
    lows = [first + second, 0.75 * first + second, second, first + second]
    assert [ends[0] for ends in own.values()] == pytest.approx(lows, abs=1e-6)
    assert [ends[2] for ends in own.values()] == [50, 50, 50, 50]
    assert {item.would_be for item in discounted.recovery} == {"met"}


def test_other_recovery_changes_no_status_and_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    raw, shipped = two(45.0, start="2021-03-17"), load_alternatives()
    before, step = asked(raw, CORD), RecoveryStep(from_months=0, recovered_fraction=1.0)
    other_steps = [replace(item, schedule=replace(item.schedule, step=(step,))) for item in shipped.recovery]
    changed = replace(shipped, recovery=tuple(other_steps))
    monkeypatch.setattr("reirrad.engine.planning.sensitivity.load_alternatives", lambda: changed)
    after = asked(raw, CORD)
    assert after.rows != before.rows
    assert after.counts == before.counts
    assert [replace(row, recovery=()) for row in after.rows] == [replace(row, recovery=()) for row in before.rows]
