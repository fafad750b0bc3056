"""Numbers that no source prints: a limit in cGy is met by everybody, an alpha/beta of 200 Gy makes every dose small."""

from __future__ import annotations

import pytest

from library.good_edition import spoiled, spoiled_parts
from library.refusals import refused, told_places, without_line
from library.wide_edition import WIDE, WIDE_PARTS
from reirrad.library import load_library
from reirrad.library.alternatives import load_alternatives
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures
from reirrad.quantities import QUANTITIES

CGY = "is it in cGy?"
GY, BED, EQD2 = "above 0 to 1000 Gy", "above 0 to 1000 Gy BED", "above 0 to 1000 Gy EQD2"

#: Part, old text, how a number is written there, the largest that is read, one above it; what is told of that.
LIMITS = [
    ("sum", "limit = [60, 70]", "limit = {}", "1000", "1000.001", "limit", EQD2, CGY),
    ("sum", "limit = [60, 70]", "limit = [60, {}]", "1000", "7000", "limit", EQD2, CGY),
    ("sum", "limit = [60, 70]", "limit = {}", "1000", "5000", "limit", EQD2, CGY),
    ("sum", "limit = [60, 70]", "limit = {}", "1000", "1e308", "limit", EQD2, CGY),
    ("newest", "1 = 10.0,", "1 = {},", "1000", "1000.01", 'limit_by_n_fractions."1"', GY, CGY),
    ("newest", "5 = [25, 30]", "5 = [25, {}]", "1000", "3000", 'limit_by_n_fractions."5"', GY, CGY),
]  # fmt: skip


def told(text: str) -> list[str]:
    return [without_line(problem).partition(".")[2] for problem in refused(text)]


def is_read(text: str) -> bool:
    return parse_edition(text.encode(), "own.toml", shipped_structures()) is not None


@pytest.mark.parametrize(("part", "old", "new", "largest", "above", "key", "allowed", "hint"), LIMITS)
def test_a_limit_that_no_source_prints_is_refused(part, old, new, largest, above, key, allowed, hint):
    # D01, O10: fifty Gray typed as 5000
    assert is_read(spoiled(part, old, new.format(largest)))
    (problem,) = told(spoiled(part, old, new.format(above)))
    assert problem == (
        f"{key}: the limit is out of range; given: {float(above)!r}; allowed: a number {allowed}; {hint}"
    )


@pytest.mark.parametrize(
    ("part", "old", "largest", "above", "allowed"),
    [
        ("plain", "limit = 120", "limit = 1000", "limit = 1000.5", "a number above 0 to 1000 Gy BED"),
        ("volume", "limit = 30", "limit = 100", "limit = 100.5", "a number above 0 to 100 %"),
    ],
)
def test_limits_of_other_units(part, old, largest, above, allowed):
    text = WIDE_PARTS[part]
    assert text.count(old) == 1
    assert is_read(WIDE.replace(text, text.replace(old, largest)))
    (problem,) = told(WIDE.replace(text, text.replace(old, above)))
    assert f"limit: the limit is out of range; given: {float(above.split()[-1])!r}; allowed: {allowed}" in problem


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("single_course_d50_gy = 76.5", "cord_model.single_course_d50_gy"),
        ("first_course_of_animals_gy = 44", "cord_model.first_course_of_animals_gy"),
        ("human_dose_gy = 55", "cord_model.human_dose_gy"),
        ("human_dose_per_fraction_gy = 2", "cord_model.human_dose_per_fraction_gy"),
    ],
)
def test_doses_of_a_model(old, key):
    name = old.partition(" = ")[0]
    assert WIDE.count(old) == 1
    assert is_read(WIDE.replace(old, f"{name} = 1000"))
    (problem,) = told(WIDE.replace(old, f"{name} = 7650"))
    assert problem == f"{key}: the number is out of range; given: 7650; allowed: a number above 0 to 1000 Gy; {CGY}"


@pytest.mark.parametrize(
    ("part", "old", "largest", "above", "key"),
    [
        ("score", "course_at_least_gy = 102", "course_at_least_gy = 1000", "course_at_least_gy = 10200",
         "score.course_at_least_gy"),
        ("score", "[120, 130]", "[120, 1000]", "[120, 13000]", "score.cumulative_above_gy[2]"),
        ("score", "n_fractions = [1, 5]", "scheduled_dose_gy = [6, 1000]", "scheduled_dose_gy = [6, 5000]",
         "conditions.scheduled_dose_gy"),
    ],
)  # fmt: skip
def test_doses_of_scores_and_conditions(part, old, largest, above, key):
    assert is_read(spoiled(part, old, largest))
    (problem,) = told(spoiled(part, old, above))
    assert problem.startswith(f"{key}: the number is out of range; given: ")
    assert problem.endswith(f"; allowed: a number above 0 to 1000 Gy; {CGY}")


def test_alpha_beta_of_an_edition():
    # D11
    for good in ("0.1", "50", '"not stated"'):
        assert is_read(spoiled("sum", "alpha_beta_gy = 2", f"alpha_beta_gy = {good}"))
    for bad in ("200", "50.001", "1e300", "0.099", "1e-300"):
        (problem,) = told(spoiled("sum", "alpha_beta_gy = 2", f"alpha_beta_gy = {bad}"))
        hint = f"; {CGY}" if float(bad) > 1 else ""
        assert problem.startswith("alpha_beta_gy: the number is out of range; given: ")
        assert problem.endswith(f'; allowed: a number from 0.1 to 50 Gy, or "not stated"{hint}')


def test_the_line_of_a_row_is_told():
    part, old, new = "newest", "1 = 10.0,", "1 = 5000.0,"
    ((where, line),) = told_places(spoiled_parts(part, (old, new)))
    assert (where, "1 = 5000.0" in line) == ("newest", True)


def test_the_bounds_lie_between_what_is_printed_and_the_same_in_cgy():
    limits = [
        (rule.unit, end)
        for _, rule in load_library().constraints()
        for row in [rule.limit, *(ends for _, ends in rule.limit_by_n_fractions or ())]
        for end in row or ()
    ]
    for unit, name in (("Gy", "limit_gy"), ("Gy EQD2", "limit_eqd2_gy"), ("Gy BED", "limit_bed_gy")):
        printed = [end for of, end in limits if of == unit]
        # small limits in cGy may be large ones in Gy: those above 10 Gy are told apart
        assert 3 * max(printed) < QUANTITIES[name].high <= 100 * max(10, min(printed))
    stated = [rule.alpha_beta_gy for _, rule in load_library().constraints() if isinstance(rule.alpha_beta_gy, float)]
    stated += [end for item in load_alternatives().alpha_beta for end in (item.low_gy, item.value_gy, item.high_gy)]
    bounds = QUANTITIES["edition_alpha_beta_gy"]
    assert 3 * bounds.low < min(stated)
    assert 3 * max(stated) < bounds.high < 100 * min(stated)
