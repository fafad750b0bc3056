"""The types of the fields of an edition, broken one at a time, with the whole message."""

from __future__ import annotations

import pytest

from library.good_edition import PARTS, spoiled, spoiled_parts
from library.refusals import cases, refused, told_places, without_line
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures

POSITIVE = "allowed: a number above 0"
LIMIT = "constraint[1].limit"
NO_LIMIT = f"{LIMIT}: this is not a number above 0; given:"
EMPTY = "the text is empty; given:"
NO_TEXT = 'allowed: text in quotes; write "not stated" if the source does not say'
LIMITS = "allowed: a number, or [low, high]"
BY_N = "constraint[2].limit_by_n_fractions"

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
        'allowed: a number from 0.1 to 50 Gy, or "not stated"',
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
        "limit_by_n_fractions, limit_for, score, cord_model, modalities, conditions, recovery, lq_at_large_fractions, "
        "risk_at_limit, printed, read, locator, note; did you mean limit?",
    ),
    (
        "O05-unknown-condition",
        ("sum", "technique", "techniques"),
        "constraint[1].conditions.techniques: the key is not known; given: ['stereotactic']; "
        "allowed: technique, n_fractions, fraction_size_gy, scheduled_dose_gy, interval_months, target_distance_mm; "
        "did you mean technique?",
    ),
    *(
        (f"O05-empty-{where}", (part, f'{key} = "{old}"', f"{key} = {given}"), f"{where}: {EMPTY} {given}; {NO_TEXT}")
        for where, part, key, old, given in [
            ("citation", "header", "citation", "Nobody N. Nowhere 2020.", "''"),
            ("population", "header", "population", "none", "' '"),
            ("recovery[1].locator", "recovery", "locator", "table 1", "''"),
            ("constraint[1].endpoint", "sum", "endpoint", "radiation myelopathy", "''"),
            ("constraint[2].locator", "newest", "locator", "table 2", "'  '"),
            ("constraint[3].risk_at_limit", "score", "risk_at_limit", "not stated", "''"),
            ("constraint[3].score.group[2].rate", "score", "rate", "25 %", "''"),
        ]
    ),
    (
        "O05-empty-printed",
        ("sum", "recovery = ", "printed = ''\nrecovery = "),
        f"constraint[1].printed: {EMPTY} ''; {NO_TEXT}",
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


@pytest.mark.parametrize(("change", "message"), cases(FIELDS))
def test_field(change, message):
    assert [without_line(problem) for problem in refused(spoiled(*change))] == [message]


@pytest.mark.parametrize("change", [pytest.param(row[1], id=row[0]) for row in FIELDS])
def test_each_problem_names_the_line_that_was_spoiled(change):
    part, old, new = change
    ((told, line),) = told_places(spoiled_parts(part, (old, new)))
    assert told == part
    assert new.strip().splitlines()[0] in line


@pytest.mark.parametrize("key", REQUIRED)
def test_nothing_has_a_default(key):
    (line,) = (line for line in PARTS["sum"].splitlines(keepends=True) if line.startswith(f"{key} = "))
    text = spoiled("sum", line, "")
    header = text.splitlines().index("[[constraint]]") + 1
    assert refused(text) == [f"line {header}, constraint[1].{key}: it is required"]


def test_what_is_missing_of_the_edition_has_no_line():
    assert refused(spoiled("header", 'doi = "10.0000/none"\n', "")) == ["doi: it is required"]


def test_a_note_may_be_empty():
    # it says nothing of the source
    text = spoiled("sum", "recovery = ", 'note = ""\nrecovery = ')
    assert parse_edition(text.encode(), "own.toml", shipped_structures()).edition.constraint[0].note == ""


@pytest.mark.parametrize(("change", "where"), cases(NEVER_TRUE))
def test_nothing_is_silently_without_effect(change, where):
    assert any(without_line(problem).startswith(where) for problem in refused(spoiled(*change)))
