"""Conventions that do not fit together, broken one at a time: the whole message with the line on which it stands."""

from __future__ import annotations

import pytest

from library.good_edition import spoiled_parts
from library.refusals import cases, line_number, refused
from library.wide_edition import WIDE, WIDE_PARTS
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures

TABLE = "[[constraint]]"
TOGETHER = "scope allowed_bed and the table cord_model belong together; given:"
SUMS_ONLY = "only the limit of a cumulative sum is for a sum; given: 'undiscounted_sum'; leave it out"
UNUSED = "no constraint uses this recovery schedule; given:"
COLUMNS = (
    "constraint[8].cord_model.retreatment_after_years: the recovery curve goes through three retreatments: "
    "years, D50 and slope of each are needed; given:"
)
TWICE = "an undiscounted limit would count recovery twice; given:"
SHARED = "the members of group g share one applicability, but differ in"
NO_FACT = (
    "no condition depends on a fact that cases may state; given: 'stated-fact'; allowed: point-dose or distribution"
)
NO_POINT = "a dose point cannot decide this metric; given:"
NEVER = "a reference is never compared; leave"


def of_plain(key: str, old: str, new: str, what: str) -> tuple:
    """A spoiled line of the first constraint with the one problem that it makes."""
    return "plain", [(f"{key} = {old}", f"{key} = {new}")], [(f"{key} = {new}", f"constraint[1].{key}: {what}")]


def told_with(key: str, value: str, what: str) -> tuple:
    """A line that a reference must not have."""
    new = f"{key} = {value}"
    return "told", [("printed =", f"{new}\nprinted =")], [(new, f"constraint[9].{key}: {what}")]


# (name, part, changes, [line, problem])
CONVENTIONS = [
    (
        "limit-for-missing",
        "plain",
        [('limit_for = "undiscounted_sum"\n', "")],
        [(TABLE, "constraint[1].limit_for: it is required: for which sum is the limit printed?; "
          "allowed: undiscounted_sum, recovery_adjusted_sum or tolerance")],
    ),
    (
        "limit-for-of-no-sum",
        "volume",
        [("limit = 30", 'limit = 30\nlimit_for = "undiscounted_sum"')],
        [('limit_for = "undiscounted_sum"', f"constraint[4].limit_for: {SUMS_ONLY}")],
    ),
    ("limit-for-of-a-reference", *told_with("limit_for", '"undiscounted_sum"', SUMS_ONLY)),
    (
        "recovery-adjusted-without-schedule",
        "faded",
        [('"fade"', '"none"')],
        [('recovery = "none"', "constraint[2].recovery: a limit for the recovery_adjusted_sum needs the recovery "
          "schedule of its source; given: \"none\"; allowed: the id of a [[recovery]] table"),
         ("fade", 'id = "fade"', f"recovery[1].id: {UNUSED} 'fade'; remove it")],
    ),
    (
        "tolerance-without-schedule",
        "risen",
        [('"rise"', '"none"')],
        [('recovery = "none"', "constraint[3].recovery: a limit for the tolerance needs the recovery "
          "schedule of its source; given: \"none\"; allowed: the id of a [[recovery]] table"),
         ("rise", 'id = "rise"', f"recovery[2].id: {UNUSED} 'rise'; remove it")],
    ),
    (
        "undiscounted-with-a-schedule-of-the-dose",
        "faded",
        [('"recovery_adjusted_sum"', '"undiscounted_sum"')],
        [('recovery = "fade"', f"constraint[2].recovery: {TWICE} 'fade' acts on the prior_dose; "
          'allowed: limit_for = "recovery_adjusted_sum"')],
    ),
    (
        "undiscounted-with-a-schedule-of-the-tolerance",
        "risen",
        [('"tolerance"', '"undiscounted_sum"')],
        [('recovery = "rise"', f"constraint[3].recovery: {TWICE} 'rise' acts on the tolerance; "
          'allowed: limit_for = "tolerance"')],
    ),
    (
        "discounted-with-a-schedule-of-the-tolerance",
        "faded",
        [('"fade"', '"rise"')],
        [('recovery = "rise"', "constraint[2].recovery: the schedule raises the tolerance; the limit is for a "
          "discounted sum; given: 'rise' acts on the tolerance; allowed: limit_for = \"tolerance\""),
         ("fade", 'id = "fade"', f"recovery[1].id: {UNUSED} 'fade'; remove it")],
    ),
    (
        "tolerance-with-a-schedule-of-the-dose",
        "risen",
        [('"rise"', '"fade"')],
        [('recovery = "fade"', "constraint[3].recovery: the schedule discounts the dose; the limit is a tolerance "
          "that recovery raises; given: 'fade' acts on the prior_dose; "
          'allowed: limit_for = "recovery_adjusted_sum"'),
         ("rise", 'id = "rise"', f"recovery[2].id: {UNUSED} 'rise'; remove it")],
    ),
    (
        "recovery-of-a-physical-dose",
        "faded",
        [('quantity = "EQD2"\nalpha_beta_gy = 2', 'quantity = "physical"')],
        [('recovery = "fade"', "constraint[2].recovery: recovery goes with an equieffective dose; given: 'physical'; "
          "allowed: BED or EQD2")],
    ),
    (
        "tolerance-printed-as-a-range",
        "risen",
        [("limit = 50", "limit = [50, 60]")],
        [("limit = [50, 60]", "constraint[3].limit: a tolerance that recovery raises is one number; "
          "given: (50.0, 60.0)")],
    ),
    (
        "schedule-named-none",
        "fade",
        [('"fade"', '"none"')],
        [("faded", 'recovery = "fade"', "constraint[2].recovery: there is no such recovery schedule in this edition; "
          "given: 'fade'; allowed: none, none, rise"),
         ('id = "none"', "recovery[1].id: none is the word for no recovery; given: 'none'; allowed: another id")],
    ),
    (
        "schedule-id-twice",
        "rise",
        [('"rise"', '"fade"')],
        [("risen", 'recovery = "rise"', "constraint[3].recovery: there is no such recovery schedule in this edition; "
          "given: 'rise'; allowed: none, fade, fade"),
         ('id = "fade"', "recovery[2].id: the id is used twice in this edition; given: 'fade'; "
          "allowed: an id of its own")],
    ),
    (
        "reference-without-words",
        "told",
        [('printed = "total BED of 80 to 137 Gy2"\n', "")],
        [(TABLE, "constraint[9].printed: it is required of a reference; allowed: what the source prints, in words")],
    ),
    ("reference-with-limit", *told_with("limit", "137", f"{NEVER} limit out, or write a limit")),
    ("reference-with-limits-by-n", *told_with(
        "limit_by_n_fractions", "{ 1 = 14 }", f"{NEVER} limit_by_n_fractions out, or write a limit")),
    ("reference-in-a-group", *told_with("group", '"g"', "a reference is part of no group; given: 'g'; leave it out")),
    (
        "structure-twice",
        "common",
        [('["SpinalCord"]', '["SpinalCord", "SpinalCord"]')],
        [('structures = ["SpinalCord", "SpinalCord"]', "common.structures: a structure is listed twice")],
    ),
    (
        "volume-of-a-score",
        "volume",
        [('"newest_course"', '"score"')],
        [('metric = "V20Gy[%]"', "constraint[4].metric: a volume has no score; given: 'V20Gy[%]'; "
          "allowed: a dose metric"),
         ('quantity = "physical"', "constraint[4].quantity: a score needs BED or EQD2; given: 'physical'"),
         (TABLE, "constraint[4].score: scope score and the table score belong together; given: 'score'")],
    ),
    (
        "volume-of-a-share",
        "volume",
        [('"newest_course"', '"share"'), ("limit = 30", "limit = 0.3")],
        [('metric = "V20Gy[%]"', "constraint[4].metric: a volume has no share; given: 'V20Gy[%]'; "
          "allowed: a dose metric")],
    ),
    (
        "volume-of-an-interval",
        "volume",
        [('"newest_course"', '"interval"'), ('"physical"', '"months"')],
        [('metric = "V20Gy[%]"', "constraint[4].metric: a volume has no interval; given: 'V20Gy[%]'; "
          "allowed: a dose metric"),
         ("[[constraint]]", "constraint[4].comparison: the limit is on the wrong side: a longer interval is no worse; "
          "given: 'at_most'; allowed: at_least or above")],
    ),
    (
        "months-without-an-interval",
        *of_plain("quantity", '"BED"\nalpha_beta_gy = 2', '"months"', "scope interval and quantity months belong "
                  "together; given: 'months'"),
    ),
    (
        "BED-without-alpha-beta",
        "plain",
        [("alpha_beta_gy = 2\n", "")],
        [(TABLE, "constraint[1].alpha_beta_gy: it is required with quantity BED; allowed: a number of Gy, or "
          '"not stated" if the source does not say')],
    ),
    (
        "model-of-another-scope",
        "model",
        [('"allowed_bed"', '"newest_course"')],
        [("[constraint.cord_model]", f"constraint[8].cord_model: {TOGETHER} 'newest_course'")],
    ),
    (
        "scope-without-its-model",
        "plain",
        [('"cumulative"', '"allowed_bed"'), ('limit_for = "undiscounted_sum"\n', "")],
        [(TABLE, f"constraint[1].cord_model: {TOGETHER} 'allowed_bed'")],
    ),
    (
        "model-of-an-EQD2",
        "model",
        [('"BED"', '"EQD2"')],
        [('quantity = "EQD2"', "constraint[8].quantity: the allowed BED is a BED; given: 'EQD2'; allowed: BED")],
    ),
    (
        "model-with-a-limit",
        "model",
        [("conditions = {}", "limit = 100\nconditions = {}")],
        [("limit = 100", "constraint[8].limit: a cord_model gives the limit itself; given: limit, cord_model")],
    ),
    (
        "model-with-too-few-years",
        "model",
        [("[1, 2, 3]", "[1, 2]")],
        [("retreatment_after_years = [1, 2]", f"{COLUMNS} (1.0, 2.0); allowed: three of each")],
    ),
    (
        "model-of-two-retreatments",
        "model",
        [("[1, 2, 3]", "[1, 2]"), ("[64, 72, 75]", "[64, 72]"), ("[9.5, 10.5, 11]", "[9.5, 11]")],
        [("retreatment_after_years = [1, 2]", f"{COLUMNS} (1.0, 2.0); allowed: three of each")],
    ),
    (
        "model-with-a-slope-too-many",
        "model",
        [("[9.5, 10.5, 11]", "[9.5, 10.5, 11, 12]")],
        [("retreatment_after_years = [1, 2, 3]", f"{COLUMNS} (1.0, 2.0, 3.0); allowed: three of each")],
    ),
    (
        "model-with-falling-years",
        "model",
        [("[1, 2, 3]", "[1, 3, 2]")],
        [("retreatment_after_years = [1, 3, 2]", "constraint[8].cord_model.retreatment_after_years: the years do not "
          "rise")],
    ),
    (
        "fact-that-the-profile-does-not-tell",
        "near",
        [('"stated-fact"', '"point-dose"')],
        [('profile = "point-dose"', "constraint[6].profile: a condition on the target distance depends on a fact that "
          "most cases do not state; given: 'point-dose'; allowed: stated-fact")],
    ),
    ("profile-of-no-fact", *of_plain("profile", '"point-dose"', '"stated-fact"', NO_FACT)),
    ("nothing-missing", *of_plain("profile", '"point-dose"', '"incomplete"',
                                  "nothing is missing of this constraint; given: 'incomplete'; allowed: point-dose")),
    ("no-model", *of_plain("profile", '"point-dose"', '"second-opinion"', "only a model is a second opinion; "
                           "given: 'second-opinion'; allowed: point-dose or distribution")),
    (
        "mean-of-dose-points",
        "mean",
        [('"distribution"', '"point-dose"')],
        [('profile = "point-dose"', f"constraint[5].profile: {NO_POINT} 'Mean[Gy]'; allowed: distribution")],
    ),
    ("maximum-of-distributions", *of_plain("profile", '"point-dose"', '"distribution"', "a dose point decides this "
                                           "metric; given: 'Max[Gy]'; allowed: point-dose")),
    (
        "volume-of-dose-points",
        "volume",
        [('"distribution"', '"point-dose"')],
        [('profile = "point-dose"', f"constraint[4].profile: {NO_POINT} 'V20Gy[%]'; allowed: distribution")],
    ),
]  # fmt: skip


def test_the_wide_edition_is_good():
    edition = parse_edition(WIDE.encode(), "wide.toml", shipped_structures()).edition
    assert [constraint.id.removeprefix("wide-2020.") for constraint in edition.constraint] == list(WIDE_PARTS)[4:]
    assert {constraint.locator for constraint in edition.constraint} == {"table 2"}


@pytest.mark.parametrize(("part", "changes", "expected"), cases(CONVENTIONS))
def test_conventions(part, changes, expected):
    parts = spoiled_parts(part, *changes, parts=WIDE_PARTS)
    placed = [(part, *item) if len(item) == 2 else item for item in expected]
    messages = [f"line {line_number(parts, where, line)}, {problem}" for where, line, problem in placed]
    assert refused("".join(parts.values())) == messages
