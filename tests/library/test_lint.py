"""Every rule that an edition must keep, broken one at a time, with the whole message."""

from __future__ import annotations

import pytest

from library.good_edition import GOOD, PARTS, spoiled
from reirrad.errors import LibraryError
from reirrad.library import load_library
from reirrad.library.load import parse_edition

STRUCTURES = load_library().structures
POSITIVE = "allowed: a number above 0"
LIMIT = "constraint[1].limit"
NO_LIMIT = f"{LIMIT}: this is not a number above 0; given:"
GROUP = "the members of group own share one applicability, but differ in"
COMPARE = "compare own-2020.sum"
LIMITS = "allowed: a number, or [low, high]"
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
        ["constraint[3].structures: this is no TG-263 name of the table; given: 'spinal cord'; write SpinalCord"],
    ),
    (
        "O01-unknown-name",
        ("score", '["SpinalCord"]', '["CORD_PRV"]'),
        ["constraint[3].structures: this is no TG-263 name of the table; given: 'CORD_PRV'; "
         "add it to the table of structures"],
    ),
    (
        "D18-metric-unknown",
        ("score", '"Max[Gy]"', '"Dmax[Gy]"'),
        ["constraint[3].metric: the metric is not one of Max, Mean, Min, D..cc, D..%, V..Gy; given: 'Dmax[Gy]'; "
         "allowed: e.g. Max[Gy]"],
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
         f"{BY_N}: a limit by fraction number concerns the first or the newest course; given: 'interval'"],
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
        ["constraint[3].score: scope score and the table score belong together; given: 'cumulative'"],
    ),
    (
        "O10-share-in-percent",
        ("sum", 'scope = "cumulative"', 'scope = "share"'),
        ["constraint[1].limit: a share is at most 1; given: 70.0",
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
        ["constraint[2].recovery: only a cumulative sum can be discounted; given: 'newest_course'; allowed: \"none\"",
         "constraint[2].recovery: recovery multiplies an equieffective dose; given: 'physical'; allowed: BED or EQD2"],
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

# the types of the fields
FIELDS = [
    ("O10-zero", ("sum", "[60, 70]", "0"), f"{NO_LIMIT} 0; {POSITIVE}"),
    ("O10-inf", ("sum", "[60, 70]", "inf"), f"{NO_LIMIT} inf; {POSITIVE}"),
    ("O10-text", ("sum", "[60, 70]", '"70"'), f"{NO_LIMIT} '70'; {POSITIVE}"),
    ("O10-three", ("sum", "60, 70", "6, 7, 8"), f"{LIMIT}: a printed range has two ends; given: [6, 7, 8]; {LIMITS}"),
    (
        "O10-falling",
        ("sum", "60, 70", "70, 60"),
        f"{LIMIT}: the printed range does not rise; given: [70, 60]; allowed: [low, high] with low below high",
    ),
    (
        "O10-no-rows",
        ("newest", "{ 1 = 10.0, 5 = [25, 30] }", "{}"),
        f"{BY_N}: this is not a table of limits; given: {{}}; allowed: {{ 1 = 10.0, 2 = [12.0, 13.0] }}",
    ),
    (
        "O10-row-0",
        ("newest", "1 = 10.0, 5 = [25, 30]", "0 = 10.0"),
        f"{BY_N}: 0 is no number of fractions; given: {{'0': 10.0}}; allowed: a whole number from 1",
    ),
    (
        "D11-alpha-beta-zero",
        ("sum", "alpha_beta_gy = 2", "alpha_beta_gy = 0"),
        "constraint[1].alpha_beta_gy: the number is out of range; given: 0; "
        'allowed: a number above 0 Gy, or "not stated"',
    ),
    (
        "D14-fraction-in-percent",
        ("recovery", "0.25", "25"),
        "recovery[1].step[2].recovered_fraction: the number is out of range; given: 25; allowed: a number from 0 to 1",
    ),
    (
        "O09-sign",
        ("sum", '"at_most"', '"<="'),
        "constraint[1].comparison: this is not one of the allowed words; given: '<='; "
        "allowed: 'at_most', 'below', 'at_least' or 'above'",
    ),
    (
        "D20-no-modality",
        ("sum", 'modalities = ["photon"]', "modalities = []"),
        "constraint[1].modalities: the list is empty; given: []; allowed: at least 1",
    ),
    (
        "O05-unknown-key",
        ("sum", "\nlimit = ", "\nlimits = "),
        "constraint[1].limits: the key is not known; given: [60, 70]; allowed: id, kind, group, advisory, profile, "
        "structures, applies_to_related, endpoint, metric, quantity, alpha_beta_gy, scope, comparison, limit, "
        "limit_by_n_fractions, score, modalities, conditions, recovery, lq_at_large_fractions, risk_at_limit, read, "
        "locator, note; did you mean limit?",
    ),
    (
        "O05-unknown-condition",
        ("sum", "technique", "techniques"),
        "constraint[1].conditions.techniques: the key is not known; given: ['stereotactic']; "
        "allowed: technique, n_fractions, interval_months; did you mean technique?",
    ),
    (
        "schema",
        ("header", "reirrad-edition/1", "reirrad-edition/2"),
        "schema: this is not one of the allowed words; given: 'reirrad-edition/2'; allowed: 'reirrad-edition/1'",
    ),
]  # fmt: skip

# nothing clinical has a default, and every number has its place in the source
REQUIRED = [
    "kind", "advisory", "profile", "structures", "applies_to_related", "endpoint", "metric", "modalities",
    "lq_at_large_fractions", "risk_at_limit", "read", "locator", "comparison", "scope", "quantity", "conditions",
    "recovery", "id",
]  # fmt: skip

# O05: a condition that nothing can meet, a row or a schedule that hides another, is refused
NEVER_TRUE = [
    ("O05-fractions-fall", ("score", "[1, 5]", "[5, 1]"), "constraint[3].conditions"),
    ("O05-fractions-negative", ("score", "[1, 5]", "[-5, 0]"), "constraint[3].conditions"),
    ("O05-interval-falls", ("score", "[6, 60]", "[60, 6]"), "constraint[3].conditions"),
    ("O05-no-technique", ("score", "n_fractions = [1, 5]", "technique = []"), "constraint[3].conditions"),
    ("O13-row-twice", ("newest", "5 = [25, 30]", '"01" = 12.0'), BY_N),
    ("D14-schedule-named-none", ("recovery", 'id = "slow"', 'id = "none"'), "recovery[1]"),
    ("O05-schedule-without-use", ("sum", '"slow"', '"none"'), "recovery[1]"),
]


def problems(text: str) -> list[str]:
    with pytest.raises(LibraryError) as caught:
        parse_edition(text.encode(), "own.toml", STRUCTURES)
    assert str(caught.value).startswith("own.toml: ")
    return [str(problem) for problem in caught.value.problems]


def cases(table):
    return [pytest.param(*row[1:], id=row[0]) for row in table]


def test_the_good_edition_is_good():
    edition = parse_edition(GOOD.encode(), "own.toml", STRUCTURES).edition
    assert [constraint.id for constraint in edition.constraint] == ["own-2020.sum", "own-2020.newest", "own-2020.score"]


@pytest.mark.parametrize(("change", "messages"), cases(LINT))
def test_lint(change, messages):
    assert problems(spoiled(*change)) == messages


@pytest.mark.parametrize(("change", "message"), cases(FIELDS))
def test_field(change, message):
    found = problems(spoiled(*change))
    assert found == [message]


@pytest.mark.parametrize("key", REQUIRED)
def test_nothing_has_a_default(key):
    (line,) = (line for line in PARTS["sum"].splitlines(keepends=True) if line.startswith(f"{key} = "))
    assert problems(spoiled("sum", line, "")) == [f"constraint[1].{key}: it is required"]


@pytest.mark.parametrize(("change", "where"), cases(NEVER_TRUE))
def test_nothing_is_silently_without_effect(change, where):
    assert any(problem.startswith(where) for problem in problems(spoiled(*change)))
