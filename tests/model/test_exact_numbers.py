"""Numbers that float64 cannot hold are refused, with their place: narrowed, they would be on the limit (D24)."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.good_case import JSON, TOML, good_document
from library.good_edition import spoiled
from library.refusals import refused
from property.effort import examples
from reirrad.errors import CaseError
from reirrad.ingest import parse_case, parse_case_bytes
from reirrad.model.exact_numbers import Unheld, toml_of
from reirrad.quantities import is_held

AT = 'course[1].dose.SpinalCord."Max[Gy]"'
ALLOWED = "allowed: at most 17 digits, without the zeros before and behind them"
ROUND = "round it as it is meant: its last digit may decide"
MORE = f"the number has more digits than are compared; given: {{}}; {ALLOWED}; {ROUND}"
TINY = (
    "the number is not 0, and too small to be told from it; given: {}; allowed: 0, or a number that is not read as 0; "
    "write 0 if that is meant"
)
NEGATIVE = "the number is negative; given: {}; allowed: a number from 0, or a range [low, high]; "
LEAVE_OUT = "leave the key out if the dose is unknown"
LONG = "12.400000000000000000001"
BOTH = pytest.mark.parametrize("text", [pytest.param(TOML, id="toml"), pytest.param(JSON, id="json")])


def refusal(content):
    with pytest.raises(CaseError) as caught:
        parse_case_bytes(content.encode(), source="a case")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45.600000000000001", True),
        ("45.600000000000000000000", True),
        ("0.00000000000000000000012345678901234567", True),
        ("-12345678901234567e200", True),
        ("12345678901234567000000", True),
        ("123456789012345678", False),
        ("1.23456789012345678", False),
        (LONG, False),
        ("57.499999999999999999999", False),
        ("1e-400", False),
        ("-1E-400", False),
        ("0", True),
        ("0.000e-999", True),
        ("5e-324", True),
        ("2e-324", False),
        # not finite, which is told as such
        ("1e400", True),
        ("inf", True),
        ("nan", True),
    ],
)
def test_what_float64_holds(text, expected):
    assert is_held(text) is expected


@examples(200)
@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_whatever_programs_write_is_held(number):
    for text in (repr(number), f"{number:.16e}", f"{number:.17g}"):
        assert is_held(text)
        assert float(text) == number


@BOTH
@pytest.mark.parametrize("dose", ["45.600000000000001", "45.600000000000000000000", "4.56e1", "45.6"])
def test_texts_of_one_number_are_one_case(text, dose):
    expected = good_document()
    expected["course"][0]["dose"]["SpinalCord"]["Max[Gy]"] = 45.6
    assert parse_case_bytes(text.replace("45.0", dose).encode(), source="a case") == parse_case(expected)


@BOTH
def test_d24_doses_of_more_digits(text):
    assert refusal(text.replace("45.0", LONG)) == [f"{AT}: {MORE.format(LONG)}"]
    other = "20.50000000000000000001"
    assert refusal(text.replace("45.0", LONG).replace("20.5", other)) == [
        f"{AT}: {MORE.format(LONG)}",
        f'course[2].dose.SpinalCord."Max[Gy]"[2]: {MORE.format(other)}',
    ]


@BOTH
def test_d24_what_is_not_0_is_not_out_of_the_field(text):
    assert refusal(text.replace("45.0", "1e-400")) == [f"{AT}: {TINY.format('1e-400')}"]
    digits = "0." + "0" * 400 + "1"
    assert refusal(text.replace("45.0", digits)) == [f"{AT}: {TINY.format(digits[:77] + '...')}"]


def test_d24_in_gy_it_would_be_0():
    document = good_document()
    document["course"][0]["dose"]["SpinalCord"] = {"Max[cGy]": 1e-323, "basis": "plan"}
    with pytest.raises(CaseError) as caught:
        parse_case(document)
    assert [str(problem) for problem in caught.value.problems] == [
        'course[1].dose.SpinalCord."Max[cGy]": the dose is not 0, and too small to be told from it; given: 1e-323; '
        "allowed: a number from 0 to 1000 Gy"
    ]


def test_d24_a_whole_number_of_more_digits():
    text = JSON.replace('"fractions_per_day": 1,', '"fractions_per_day": 1.0000000000000000001,', 1)
    assert refusal(text) == [f"course[1].fractions_per_day: {MORE.format('1.0000000000000000001')}"]


@BOTH
@pytest.mark.parametrize(("zero", "given"), [("-0", "-0.0"), ("-0.0", "-0.0"), ("-0e5", "-0.0")])
def test_d24_minus_zero_is_no_zero(text, zero, given):
    assert refusal(text.replace("45.0", zero)) == [f"{AT}: {NEGATIVE.format(given)}{LEAVE_OUT}"]
    assert refusal(text.replace("[18, 20.5]", f"[{zero}, 20.5]")) == [
        f'course[2].dose.SpinalCord."Max[Gy]": {NEGATIVE.format(f"[{given}, 20.5]")}{LEAVE_OUT}'
    ]


def test_a_text_and_a_key_may_say_minus_zero():
    lines = [
        'a = "x = -0 "', "b = '''", "-0", "'''", 'c = """', ' -0 """ # -0', "d = ' -0 '", "e = -0.5", "f = 2014-01-06",
        "-0 = 1",
    ]  # fmt: skip
    found = toml_of("\n".join(lines))
    assert [found[key] for key in ("a", "b", "c", "d", "e", "-0")] == ["x = -0 ", "-0\n", " -0 ", " -0 ", -0.5, 1]
    found = toml_of("a = -0\nb = [-0, 0,-0]\nc = {d=-0}#-0\ne = -0")
    assert repr(found) == "{'a': -0.0, 'b': [-0.0, 0, -0.0], 'c': {'d': -0.0}, 'e': -0.0}"


@pytest.mark.parametrize(("number", "expected"), [("12.400000000000000001", MORE), ("1e-400", TINY)])
def test_d24_a_long_double_of_more_digits(number, expected):
    document = good_document() | {"age_years": np.longdouble(number)}
    document["course"][0]["dose"]["SpinalCord"]["Max[Gy]"] = np.longdouble(number)
    with pytest.raises(CaseError) as caught:
        parse_case(document)
    told = expected.format(repr(np.longdouble(number)))
    assert [str(problem) for problem in caught.value.problems] == [f"{AT}: {told}", f"age_years: {told}"]


def test_a_long_double_that_is_a_float_is_read():
    document = good_document()
    document["course"][0]["dose"]["SpinalCord"]["Max[Gy]"] = np.longdouble("45.5")
    assert parse_case(document).course[0].dose["SpinalCord"].metrics["Max[Gy]"] == (45.5, 45.5)


def test_a_number_of_python_stays_as_it_is():
    document = good_document()
    document["course"][0]["dose"]["SpinalCord"]["Max[Gy]"] = float(LONG)
    assert parse_case(document).course[0].dose["SpinalCord"].metrics["Max[Gy]"] == (12.4, 12.4)
    document["course"][0]["dose"]["SpinalCord"]["Max[Gy]"] = Decimal(LONG)
    with pytest.raises(CaseError, match="this is not a number"):
        parse_case(document)


@pytest.mark.parametrize(("text", "expected"), [("57.499999999999999999999", MORE), ("1e-400", TINY)])
def test_d24_a_limit_of_more_digits(text, expected):
    edition = spoiled("sum", "[60, 70]", text)
    line = 1 + edition.splitlines().index(f"limit = {text}")
    assert refused(edition) == [f"line {line}, constraint[1].limit: {expected.format(text)}"]
    edition = spoiled("newest", "1 = 10.0", f"1 = {text}")
    line = 1 + next(at for at, one in enumerate(edition.splitlines()) if text in one)
    assert refused(edition) == [f"line {line}, constraint[2].limit_by_n_fractions.1: {expected.format(text)}"]


def test_d24_in_the_table_of_what_constraints_share():
    text = "schema = 'reirrad-edition/1'\n[common]\nalpha_beta_gy = 2.0000000000000000001\n"
    assert refused(text) == [f"line 3, common.alpha_beta_gy: {MORE.format('2.0000000000000000001')}"]


def test_every_number_is_told_at_once():
    text = json.dumps({"a": {"b": [1, 2]}}).replace("1", LONG).replace("2]", "1e-400]")
    assert refusal(text) == [f"a.b[1]: {MORE.format(LONG)}", f"a.b[2]: {TINY.format('1e-400')}"]


def test_d24_minus_zero_beside_a_number_of_more_digits() -> None:
    found = toml_of(f"zero = -0\nlong = {LONG}\n")
    assert str(found["zero"]) == "-0.0"
    assert found["long"] == Unheld(LONG)
