"""Every rule that an edition must keep, broken one at a time, with the whole message."""

from __future__ import annotations

import pytest

from library.good_edition import GOOD, spoiled, spoiled_parts
from library.refusals import cases, refused, told_places, without_line
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures

GROUP = "the members of group own share one applicability, but differ in"
COMPARE = "compare own-2020.sum"
ALPHA_BETA = 'constraint[1].alpha_beta_gy: it is required with quantity EQD2; allowed: a number of Gy, or "not stated" '
BY_N = "constraint[2].limit_by_n_fractions"
SCORE_GROUPS = "constraint[3].score.group"

# the rules of the lint: (id, part, old text, new text, messages)
LINT = [
    (
        "O08-id-twice",
        ("newest", '"own-2020.newest"', '"own-2020.sum"'),
        ["constraint[2].id: the id is used twice in this edition; given: 'own-2020.sum'; allowed: an id of its own; "
         "an id stands for one constraint for ever"],
    ),
    (
        "O08-id-of-another-edition",
        ("newest", '"own-2020.newest"', '"nieder-2006.sum"'),
        ["constraint[2].id: the id does not begin with that of its edition; given: 'nieder-2006.sum'; "
         "allowed: own-2020..."],
    ),
    (
        "O01-alias-for-a-name",
        ("score", '["SpinalCord"]', '["spinal cord"]'),
        ["constraint[3].structures: this is no structure that is known; given: 'spinal cord'; write SpinalCord"],
    ),
    (
        "O01-unknown-name",
        ("score", '["SpinalCord"]', '["CORD_PRV"]'),
        ["constraint[3].structures: this is no structure that is known; given: 'CORD_PRV'; "
         "see `reirrad rules structures`; an edition cannot add one"],
    ),
    (
        "D18-metric-unknown",
        ("score", '"Max[Gy]"', '"gEUD[Gy]"'),
        ["constraint[3].metric: the metric is not one of Max, Mean, Min, D..cc, D..%, V..Gy; given: 'gEUD[Gy]'; "
         "allowed: e.g. Max[Gy]"],
    ),
    (
        "D18-metric-misspelt",
        ("score", '"Max[Gy]"', '"Dmax[Gy]"'),
        ["constraint[3].metric: the metric is spelt Max[Gy] here; given: 'Dmax[Gy]'; allowed: e.g. Max[Gy]"],
    ),
    (
        "D01-metric-without-unit",
        ("score", '"Max[Gy]"', '"Max"'),
        ["constraint[3].metric: the metric has no unit in brackets; given: 'Max'; allowed: e.g. Max[Gy]"],
    ),
    (
        "D02-metric-in-cgy",
        ("score", '"Max[Gy]"', '"D0.030cc[cGy]"'),
        ["constraint[3].metric: limits are in Gy; given: 'D0.030cc[cGy]'; allowed: D0.03cc[Gy]"],
    ),
    (
        "D11-no-alpha-beta",
        ("sum", "alpha_beta_gy = 2\n", ""),
        [f"{ALPHA_BETA}if the source does not say"],
    ),
    (
        "D09-alpha-beta-of-a-physical-dose",
        ("newest", '"physical"', '"physical"\nalpha_beta_gy = 2'),
        ["constraint[2].alpha_beta_gy: quantity physical has no alpha/beta; given: 2.0; leave it out"],
    ),
    (
        "O11-interval-in-gy",
        ("newest", 'scope = "newest_course"', 'scope = "interval"'),
        ["constraint[2].quantity: scope interval and quantity months belong together; given: 'physical'",
         f"{BY_N}: a limit by fraction number concerns the first or the newest course; given: 'interval'",
         "constraint[2].comparison: the limit is on the wrong side: a longer interval is no worse; given: 'at_most'; "
         "allowed: at_least or above"],
    ),
    (
        "O11-score-of-a-physical-dose",
        ("score", 'quantity = "BED"\nalpha_beta_gy = "not stated"', 'quantity = "physical"'),
        ["constraint[3].quantity: a score needs BED or EQD2; given: 'physical'"],
    ),
    (
        "O11-no-limit",
        ("sum", "limit = [60, 70]\n", ""),
        ["constraint[1].limit: exactly one of limit and limit_by_n_fractions is needed"],
    ),
    (
        "O11-two-limits",
        ("newest", "limit_by_n", "limit = 10\nlimit_by_n"),
        ["constraint[2].limit: exactly one of limit and limit_by_n_fractions is needed; "
         "given: limit, limit_by_n_fractions"],
    ),
    (
        "O11-limit-by-n-of-a-sum",
        ("sum", "limit = [60, 70]", "limit_by_n_fractions = { 5 = 70 }"),
        ["constraint[1].limit_by_n_fractions: a limit by fraction number concerns the first or the newest course; "
         "given: 'cumulative'"],
    ),
    (
        "O11-table-without-the-scope",
        ("score", 'scope = "score"', 'scope = "cumulative"'),
        ["constraint[3].score: scope score and the table score belong together; given: 'cumulative'",
         "constraint[3].limit_for: it is required: for which sum is the limit printed?; "
         "allowed: undiscounted_sum, recovery_adjusted_sum or tolerance"],
    ),
    (
        "O10-share-in-percent",
        ("sum", 'scope = "cumulative"', 'scope = "share"'),
        ["constraint[1].limit: a share is at most 1; given: 70.0",
         "constraint[1].limit_for: only the limit of a cumulative sum is for a sum; given: 'recovery_adjusted_sum'; "
         "leave it out",
         "constraint[1].recovery: only a cumulative sum can be discounted; given: 'share'; allowed: \"none\""],
    ),
    (
        "O10-bands",
        ("score", "[120, 130]", "[130, 120]"),
        ["constraint[3].score.cumulative_above_gy: the bands do not rise"],
    ),
    (
        "O10-last-group-closed",
        ("score", 'name = "high"', 'name = "high"\nup_to_points = 9'),
        [f"{SCORE_GROUPS}: the last group, and only it, has no upper end"],
    ),
    (
        "O10-middle-group-open",
        ("score", "up_to_points = 6\n", ""),
        [f"{SCORE_GROUPS}: the last group, and only it, has no upper end"],
    ),
    (
        "O10-groups-do-not-rise",
        ("score", "up_to_points = 6", "up_to_points = 3"),
        [f"{SCORE_GROUPS}: the groups do not rise"],
    ),
    (
        "D14-no-such-recovery",
        ("sum", '"slow"', '"fast"'),
        ["constraint[1].recovery: there is no such recovery schedule in this edition; given: 'fast'; "
         "allowed: none, slow",
         "recovery[1].id: no constraint uses this recovery schedule; given: 'slow'; remove it"],
    ),
    (
        "D14-recovery-of-a-physical-course",
        ("newest", 'recovery = "none"', 'recovery = "slow"'),
        ["constraint[2].recovery: only a cumulative sum can be discounted; given: 'newest_course'; allowed: \"none\""],
    ),
    (
        "O11-group-conditions",
        ("newest", '["stereotactic"]', '["conventional"]'),
        [f"constraint[2].conditions: {GROUP} conditions; {COMPARE}"],
    ),
    ("O11-group-metric", ("newest", '"Max[Gy]"', '"D1cc[Gy]"'), [f"constraint[2].metric: {GROUP} metric; {COMPARE}"]),
    (
        "O11-group-advisory",
        ("newest", "advisory = false", "advisory = true"),
        [f"constraint[2].advisory: {GROUP} advisory; {COMPARE}"],
    ),
    (
        "D14-bin-ends-early",
        ("recovery", "from_months = 0\nto_months = 6", "from_months = 5\nto_months = 5"),
        ["recovery[1].step[1]: the bin ends before it begins; given: 5.0"],
    ),
    (
        "D14-bins-overlap",
        ("recovery", "to_months = 6", "to_months = 7"),
        ["recovery[1].step[2]: the bin begins before the one above it ends"],
    ),
    (
        "D14-bin-behind-an-open-one",
        ("recovery", "to_months = 6\n", ""),
        ["recovery[1].step[2]: the bin begins before the one above it ends"],
    ),
]  # fmt: skip

# where each stands: the part and the line, one for each problem
NEWEST, SUM, SCORE, RECOVERY = "newest", "sum", "score", "recovery"
TABLE = "[[constraint]]"
STEP = "[[recovery.step]]"
PLACES = {
    "O08-id-twice": [(NEWEST, 'id = "own-2020.sum"')],
    "O08-id-of-another-edition": [(NEWEST, 'id = "nieder-2006.sum"')],
    "O01-alias-for-a-name": [(SCORE, 'structures = ["spinal cord"]')],
    "O01-unknown-name": [(SCORE, 'structures = ["CORD_PRV"]')],
    "D18-metric-unknown": [(SCORE, 'metric = "gEUD[Gy]"')],
    "D18-metric-misspelt": [(SCORE, 'metric = "Dmax[Gy]"')],
    "D01-metric-without-unit": [(SCORE, 'metric = "Max"')],
    "D02-metric-in-cgy": [(SCORE, 'metric = "D0.030cc[cGy]"')],
    "D11-no-alpha-beta": [(SUM, TABLE)],
    "D09-alpha-beta-of-a-physical-dose": [(NEWEST, "alpha_beta_gy = 2")],
    "O11-interval-in-gy": [
        (NEWEST, 'quantity = "physical"'),
        (NEWEST, "limit_by_n_fractions = { 1 = 10.0, 5 = [25, 30] }"),
        (NEWEST, 'comparison = "at_most"'),
    ],
    "O11-score-of-a-physical-dose": [(SCORE, 'quantity = "physical"')],
    "O11-no-limit": [(SUM, TABLE)],
    "O11-two-limits": [(NEWEST, "limit = 10")],
    "O11-limit-by-n-of-a-sum": [(SUM, "limit_by_n_fractions = { 5 = 70 }")],
    "O11-table-without-the-scope": [(SCORE, "[constraint.score]"), (SCORE, TABLE)],
    "O10-share-in-percent": [
        (SUM, "limit = [60, 70]"),
        (SUM, 'limit_for = "recovery_adjusted_sum"'),
        (SUM, 'recovery = "slow"'),
    ],
    "O10-bands": [(SCORE, "cumulative_above_gy = [130, 120]")],
    "O10-last-group-closed": [(SCORE, "[constraint.score]")],
    "O10-middle-group-open": [(SCORE, "[constraint.score]")],
    "O10-groups-do-not-rise": [(SCORE, "[constraint.score]")],
    "D14-no-such-recovery": [(SUM, 'recovery = "fast"'), (RECOVERY, 'id = "slow"')],
    "D14-recovery-of-a-physical-course": [(NEWEST, 'recovery = "slow"')],
    "O11-group-conditions": [(NEWEST, 'conditions = { technique = ["conventional"] }')],
    "O11-group-metric": [(NEWEST, 'metric = "D1cc[Gy]"')],
    "O11-group-advisory": [(NEWEST, "advisory = true")],
    "D14-bin-ends-early": [(RECOVERY, STEP)],
    "D14-bins-overlap": [(RECOVERY, STEP)],
    "D14-bin-behind-an-open-one": [(RECOVERY, STEP)],
}


def test_the_good_edition_is_good():
    edition = parse_edition(GOOD.encode(), "own.toml", shipped_structures()).edition
    assert [constraint.id for constraint in edition.constraint] == ["own-2020.sum", "own-2020.newest", "own-2020.score"]


@pytest.mark.parametrize(("change", "messages"), cases(LINT))
def test_lint(change, messages):
    assert [without_line(problem) for problem in refused(spoiled(*change))] == messages


@pytest.mark.parametrize(("name", "change"), [pytest.param(row[0], row[1], id=row[0]) for row in LINT])
def test_each_problem_names_the_line_on_which_it_stands(name, change):
    part, *texts = change
    assert told_places(spoiled_parts(part, tuple(texts))) == PLACES[name]


def test_a_step_is_named_by_its_own_line():
    # both steps begin alike; the first problem is about the first of them, the second about the second
    text = spoiled("recovery", "from_months = 0\nto_months = 6", "from_months = 8\nto_months = 7")
    steps = [number for number, line in enumerate(text.splitlines(), start=1) if line == STEP]
    assert refused(text) == [
        f"line {steps[0]}, recovery[1].step[1]: the bin ends before it begins; given: 7.0",
        f"line {steps[1]}, recovery[1].step[2]: the bin begins before the one above it ends",
    ]


def test_line_ends_and_byte_order_mark_move_no_line():
    text = spoiled("score", '"Max[Gy]"', '"Max"')
    assert refused("\ufeff" + text.replace("\n", "\r\n")) == refused(text)
