"""Schedules as people write them: what is read, what is refused and with which words."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reirrad.model.schedule import Schedule, ScheduleError, parse_schedule
from reirrad.quantities import SENTINELS

NOT_ONE = "this is not a schedule"
NO_UNIT = ("the dose has no unit", "write Gy or cGy behind the dose")
NOT_WHOLE = ("the number of fractions is not whole", "were fractions and dose swapped?")
N_RANGE = ("the number of fractions is not a whole number from 1 to 200", "were fractions and dose swapped?")
TOTAL_RANGE = ("the total dose is not above 0 and up to 1000 Gy", "is it in cGy?")
PER_FRACTION = "was the dose per fraction written for the total?"
SENTINEL = (
    "databases write this number where a value is missing",
    "leave it out if it is not known; if it is real, write the other unit, or fractions alone: 3 x 333 cGy",
)
STAND_FOR_MISSING = [
    "999 Gy / 32", "999.0 Gy / 32", "99.99 Gy / 32", "99.990 Gy in 32", "999.9 Gy / 32", "999.99 Gy / 32",
    "9999 Gy / 32", "99999 Gy / 32", "999 cGy / 3", "99.99 cGy / 1", "9999 cGy / 32", "99999 cGy / 200",
    "1 x 99.99 Gy", "999 cGy x 3", "999 Gy / 1 x 999 Gy", "99.99 Gy / 32 (3.12 Gy)", "999 Gy / 3 x 333 Gy",
    "2 x 99.99 Gy = 199.98 Gy",
]  # fmt: skip
GY_OR_CGY = "write Gy or cGy; RBE-weighted doses are not converted"

READ = [
    pytest.param("50 Gy / 25", "50", 25, id="total"),
    pytest.param("50Gy/25", "50", 25, id="no-blanks"),
    pytest.param("  50 Gy / 25  ", "50", 25, id="blanks-around"),
    pytest.param("5000 cGy / 25", "50", 25, id="D02-cgy"),
    pytest.param("45.5 Gy / 25", "45.5", 25, id="decimal-point"),
    pytest.param("4550 cGy / 25", "45.5", 25, id="D02-cgy-decimal"),
    pytest.param("50 Gy in 25 fractions", "50", 25, id="in-fractions"),
    pytest.param("8 Gy / 1 fraction", "8", 1, id="one-fraction"),
    pytest.param("30 Gy / 10 fx", "30", 10, id="fx"),
    pytest.param("30 Gy / 10 fr", "30", 10, id="fr"),
    pytest.param("30 Gy / 10#", "30", 10, id="hash"),
    pytest.param("25 x 2 Gy", "50", 25, id="each"),
    pytest.param("25 * 2 Gy", "50", 25, id="each-asterisk"),
    pytest.param("25 \N{MULTIPLICATION SIGN} 2 Gy", "50", 25, id="each-multiplication-sign"),
    pytest.param("25x2Gy", "50", 25, id="each-no-blanks"),
    pytest.param("25 fx x 200 cGy", "50", 25, id="each-fx-cgy"),
    pytest.param("2 Gy x 25", "50", 25, id="each-first"),
    pytest.param("16 x 1.6 Gy", "25.6", 16, id="exact-product"),
    pytest.param("30 x 1.5 Gy = 45 Gy", "45", 30, id="each-and-total"),
    pytest.param("1.5 Gy x 30 = 4500 cGy", "45", 30, id="D02-two-units-agree"),
    # D04: three of them are accepted where they agree
    pytest.param("50 Gy / 25 (2 Gy)", "50", 25, id="D04-total-and-each"),
    pytest.param("50.4 Gy / 28 x 1.8 Gy", "50.4", 28, id="D04-total-x-each"),
    pytest.param("50 Gy in 25 fractions of 2 Gy", "50", 25, id="D04-fractions-of"),
    pytest.param("50.0 Gy / 25.0", "50", 25, id="whole-number-with-zero"),
    pytest.param("1000 Gy / 200", "1000", 200, id="largest"),
    pytest.param("0.01 Gy / 1", "0.01", 1, id="small"),
    # D22: only what is written so stands for a missing dose
    pytest.param("99.98 Gy / 32", "99.98", 32, id="D22-below"),
    pytest.param("100 Gy / 32", "100", 32, id="D22-above"),
    pytest.param("9.99 Gy / 3", "9.99", 3, id="D22-in-the-other-unit"),
    pytest.param("3 x 33.33 Gy", "99.99", 3, id="D22-a-product"),
    pytest.param("3 x 333 cGy", "9.99", 3, id="D22-fractions-alone"),
]

REFUSED = [
    # D01: no unit, no guess
    pytest.param("50/25", *NO_UNIT, id="D01-total"),
    pytest.param("50 / 25", *NO_UNIT, id="D01-total-blanks"),
    pytest.param("25 x 2", *NO_UNIT, id="D01-each"),
    pytest.param("5000/25", *NO_UNIT, id="D01-total-of-cgy-size"),
    pytest.param("25 x 2 = 50 Gy", *NO_UNIT, id="D01-each-beside-total"),
    # D03: only Gy and cGy are read, in this spelling
    pytest.param("50 CGE / 25", "the unit CGE is not read", GY_OR_CGY, id="D03-cge"),
    pytest.param("50 Gy(RBE) / 25", "the unit Gy(RBE) is not read", GY_OR_CGY, id="D03-gy-rbe"),
    pytest.param("50 Gy_RBE / 25", "the unit Gy_RBE is not read", GY_OR_CGY, id="D03-gy-underscore-rbe"),
    pytest.param("50 rad / 25", "the unit rad is not read", GY_OR_CGY, id="D03-rad"),
    pytest.param("50 mGy / 25", "the unit mGy is not read", GY_OR_CGY, id="D03-mgy"),
    pytest.param("50 gy / 25", "the unit gy is not read", GY_OR_CGY, id="D03-case"),
    # D05
    pytest.param("50 Gy / 25.5", *NOT_WHOLE, id="D05-half-fraction"),
    pytest.param("25.5 x 2 Gy", *NOT_WHOLE, id="D05-half-fraction-each"),
    pytest.param("28 Gy / 1.8", *NOT_WHOLE, id="D05-swapped"),
    pytest.param("50 Gy / 0", *N_RANGE, id="D05-none"),
    pytest.param("0 x 2 Gy", *N_RANGE, id="D05-none-each"),
    pytest.param("50 Gy / 201", *N_RANGE, id="D05-too-many"),
    pytest.param("5000 x 25 cGy", *N_RANGE, id="D05-swapped-each"),
    # D04
    pytest.param("50 Gy / 25 (3 Gy)", "25 x 3 Gy is 75 Gy, not 50 Gy", PER_FRACTION, id="D04-contradiction"),
    pytest.param("2 Gy / 25 (2 Gy)", "25 x 2 Gy is 50 Gy, not 2 Gy", PER_FRACTION, id="D04-per-fraction"),
    pytest.param("25 x 2 Gy = 5 Gy", "25 x 2 Gy is 50 Gy, not 5 Gy", PER_FRACTION, id="D04-slip-of-ten"),
    pytest.param("50 Gy / 25 (200 Gy)", "25 x 200 Gy is 5000 Gy, not 50 Gy", PER_FRACTION, id="D04-unit-of-each"),
    # D01: a size that no total has
    pytest.param("5000 Gy / 25", *TOTAL_RANGE, id="D01-cgy-as-gy"),
    pytest.param("25 x 200 Gy", *TOTAL_RANGE, id="D01-cgy-as-gy-each"),
    pytest.param("0 Gy / 25", *TOTAL_RANGE, id="zero"),
    pytest.param("1000.01 Gy / 25", *TOTAL_RANGE, id="just-above"),
    # D22: as written, in either unit
    *(pytest.param(text, *SENTINEL, id=f"D22-{text}") for text in STAND_FOR_MISSING),
    # D25
    pytest.param("45,5 Gy / 25", NOT_ONE, "use a decimal point", id="D25-comma"),
    pytest.param("25 x 1,8 Gy", NOT_ONE, "use a decimal point", id="D25-comma-each"),
    # D06: a total alone says nothing about the fractions; D24: no signs, no words for numbers
    pytest.param("50 Gy", NOT_ONE, "", id="D06-total-alone"),
    pytest.param("25", NOT_ONE, "", id="D06-number-alone"),
    pytest.param("", NOT_ONE, "", id="empty"),
    pytest.param("-50 Gy / 25", NOT_ONE, "", id="D24-negative"),
    pytest.param("nan Gy / 25", NOT_ONE, "", id="D24-nan"),
    pytest.param("inf Gy / 25", NOT_ONE, "", id="D24-inf"),
    pytest.param("5e1 Gy / 25", NOT_ONE, "", id="exponent"),
    pytest.param("50 Gy / 25 / 2", NOT_ONE, "", id="two-slashes"),
    pytest.param("\N{ARABIC-INDIC DIGIT FIVE}0 Gy / 25", NOT_ONE, "", id="O03-other-digits"),
    pytest.param("9" * 5000 + " Gy / 25", NOT_ONE, "", id="X03-many-digits"),
    pytest.param("50" + " " * 300_000 + "y", NOT_ONE, "", id="X25-many-blanks"),
    pytest.param("50\N{NO-BREAK SPACE}Gy / 25", NOT_ONE, "", id="O03-other-blank"),
]


@pytest.mark.parametrize(("text", "total", "n_fractions"), READ)
def test_read(text, total, n_fractions):
    assert parse_schedule(text) == Schedule(Decimal(total), n_fractions)


@pytest.mark.parametrize(("text", "what", "hint"), REFUSED)
def test_refused(text, what, hint):
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(text)
    assert (caught.value.what, caught.value.hint) == (what, hint)
    assert str(caught.value) == what


# D04: "accept three only if n*d = D within stated rounding": 45/28 = 1.607..., printed as 1.61; 40/15 = 2.666..., 2.67
@pytest.mark.parametrize(("text", "total", "n"), [("45 Gy / 28 (1.61 Gy)", 45, 28), ("40 Gy / 15 (2.67 Gy)", 40, 15)])
def test_a_rounded_dose_per_fraction_agrees_and_the_total_counts(text, total, n):
    assert parse_schedule(text) == Schedule(Decimal(total), n)


numbers_of_fractions = st.integers(1, 200)
fraction_doses = st.decimals(Decimal("0.01"), 5, places=2)


@given(numbers_of_fractions, fraction_doses)
def test_n_times_d_is_exactly_their_product(n, each):
    expected = Schedule(n * each, n)
    assume(n * each != Decimal("99.99"))  # D22: 99 x 1.01
    assert parse_schedule(f"{n} x {each} Gy") == expected
    assert parse_schedule(f"{each} Gy x {n}") == expected
    assert parse_schedule(f"{n * each} Gy / {n}") == expected
    assert parse_schedule(f"{n * each} Gy / {n} ({each} Gy)") == expected


@given(numbers_of_fractions, st.decimals(Decimal("0.01"), 1000, places=2))
def test_gy_and_cgy_are_the_same_dose(n, total):
    assume(not {float(total), float(total * 100)} & SENTINELS)
    assert parse_schedule(f"{total} Gy / {n}") == parse_schedule(f"{total * 100:f} cGy / {n}")


@given(numbers_of_fractions, fraction_doses, fraction_doses)
def test_a_contradiction_is_never_read(n, each, other):
    # D04: a part of the rounding is allowed, a whole percent is not
    if abs(other - each) < Decimal("0.01") * each + Decimal("0.01"):
        return
    with pytest.raises(ScheduleError):
        parse_schedule(f"{n * each} Gy / {n} ({other} Gy)")


@given(st.text("0123456789.,/x*= GycinafrBE()#-", max_size=30))
def test_whatever_is_read_is_a_possible_schedule(text):
    try:
        schedule = parse_schedule(text)
    except ScheduleError as error:
        what = error.what
        assert what
    else:
        assert 0 < schedule.total_dose_gy <= 1000
        assert 1 <= schedule.n_fractions <= 200
        assert "Gy" in text


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        # 30 x 1.67 Gy is 50.1 Gy, and 1.67 is 1.665 to 1.675: 49.95 to 50.25 Gy
        ("30 x 1.67 Gy = 49.95 Gy", True),
        ("30 x 1.67 Gy = 49.94 Gy", False),
        ("30 x 1.67 Gy = 50.25 Gy", True),
        ("30 x 1.67 Gy = 50.26 Gy", False),
        # one decimal, or whole centigrays, is how doses per fraction are prescribed: exact
        ("30 x 1.7 Gy = 51 Gy", True),
        ("30 x 1.7 Gy = 51.1 Gy", False),
        ("30 x 167 cGy = 5010 cGy", True),
        ("30 x 167 cGy = 5009 cGy", False),
        ("30 x 167.00 cGy = 5010.1 cGy", False),
    ],
)
def test_a_rounded_dose_per_fraction_agrees_within_its_last_digit(text: str, is_read: bool) -> None:
    if is_read:
        assert parse_schedule(text).n_fractions == 30
    else:
        with pytest.raises(ScheduleError, match="30 x "):
            parse_schedule(text)


def test_a_narrow_decimal_context_of_the_caller_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        assert parse_schedule("28 x 180.125 cGy") == Schedule(Decimal("50.435"), 28)
