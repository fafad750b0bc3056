"""``[common]``, slips in keys, groups, and what is told together."""

from __future__ import annotations

import pytest

from library.good_edition import GOOD, PARTS, spoiled_parts
from library.refusals import cases, line_number, refused
from library.wide_edition import WIDE, WIDE_PARTS
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures

CONSTRAINT_KEYS = (
    "id, kind, group, advisory, profile, structures, applies_to_related, endpoint, metric, quantity, alpha_beta_gy, "
    "scope, comparison, limit, limit_by_n_fractions, limit_for, score, cord_model, modalities, conditions, recovery, "
    "lq_at_large_fractions, risk_at_limit, printed, read, locator, note"
)
EDITION_KEYS = (
    "schema, id, title, citation, doi, read, published, population, valid_until, superseded_by, recovery, constraint, "
    "common"
)
MODEL_KEYS = (
    "risk_percent, single_course_d50_gy, single_course_slope, retreatment_after_years, retreatment_d50_gy, "
    "retreatment_slope, first_course_of_animals_gy, onset_steepness, onset_shift, onset_percent, "
    "recovery_begins_days, human_risk_percent, human_dose_gy, human_dose_per_fraction_gy"
)
SCORE_KEYS = (
    "cumulative_above_gy, points_per_band, interval_below_months, interval_points, course_at_least_gy, "
    "course_points, group"
)
ONCE = "allowed: [common], once, with keys of constraints"
TWICE = "the key stands in [common] already; write it in one place"


def wide(part: str, *changes: tuple[str, str]) -> dict[str, str]:
    return spoiled_parts(part, *changes, parts=WIDE_PARTS)


def text(parts: dict[str, str]) -> str:
    return "".join(parts.values())


def test_common_is_given_to_each_constraint():
    # the same edition with every key written where it belongs
    shared = WIDE_PARTS["common"].split("[common]\n")[1]
    table = "[[constraint]]\n"
    parts = {name: part.replace(table, f"{table}{shared}", 1) for name, part in WIDE_PARTS.items()}
    written_out = text(parts | {"common": ""})
    structures = shipped_structures()
    editions = [parse_edition(one.encode(), "", structures).edition for one in (WIDE, written_out)]
    assert editions[0] == editions[1]


def test_a_key_in_common_and_in_a_constraint():
    parts = wide("mean", ('kind = "limit"', 'kind = "limit"\nadvisory = true'))
    line = line_number(parts, "mean", "advisory = true")
    assert refused(text(parts)) == [f"line {line}, constraint[5].advisory: {TWICE}"]


def test_the_same_value_twice_is_refused_too():
    parts = wide("mean", ('kind = "limit"', 'kind = "limit"\nread = "source"\nlocator = "table 2"'))
    lines = [line_number(parts, "mean", line) for line in ('read = "source"', 'locator = "table 2"')]
    # by name, whatever the order in the file
    assert refused(text(parts)) == [
        f"line {lines[1]}, constraint[5].locator: {TWICE}",
        f"line {lines[0]}, constraint[5].read: {TWICE}",
    ]


def test_a_key_of_every_constraint_in_common():
    parts = wide("common", ('read = "source"', 'read = "source"\nscope = "cumulative"'))
    scopes = [number for number, line in enumerate(text(parts).splitlines(), 1) if line.startswith("scope = ")]
    assert refused(text(parts)) == [
        f"line {line}, constraint[{number}].scope: {TWICE}" for number, line in enumerate(scopes[1:], start=1)
    ]


def test_an_unknown_key_in_common():
    parts = wide("common", ("applies_to_related", "applies_to_relatd"))
    line = line_number(parts, "common", "applies_to_relatd = false")
    unknown, *missing = refused(text(parts))
    assert unknown == (
        f"line {line}, common.applies_to_relatd: the key is not known; given: False; allowed: {CONSTRAINT_KEYS}; "
        "did you mean applies_to_related?"
    )
    # what it was meant for is missing of each constraint; of the slip itself nothing more is told
    tables = [number for number, line in enumerate(text(parts).splitlines(), 1) if line == "[[constraint]]"]
    assert missing == [
        f"line {line}, constraint[{number}].applies_to_related: it is required"
        for number, line in enumerate(tables, start=1)
    ]
    assert len(tables) == 9


def test_an_unknown_key_in_common_like_no_other():
    parts = wide("common", ("advisory = false", "advisory = false\ncolour = 1"))
    line = line_number(parts, "common", "colour = 1")
    assert refused(text(parts)) == [
        f"line {line}, common.colour: the key is not known; given: 1; allowed: {CONSTRAINT_KEYS}"
    ]


def test_an_unknown_key_in_common_and_in_a_constraint_is_told_of_each():
    parts = wide("common", ("advisory = false", "advisory = false\ncolour = 1"))
    parts |= wide("mean", ('kind = "limit"', 'kind = "limit"\ncolour = 2')) | {"common": parts["common"]}
    common, own = (line_number(parts, *where) for where in (("common", "colour = 1"), ("mean", "colour = 2")))
    assert refused(text(parts)) == [
        f"line {common}, common.colour: the key is not known; given: 1; allowed: {CONSTRAINT_KEYS}",
        f"line {own}, constraint[5].colour: the key is not known; given: 2; allowed: {CONSTRAINT_KEYS}",
    ]


@pytest.mark.parametrize(("value", "given"), [("3", "3"), ('"x"', "'x'"), ("[1]", "[1]"), ("[]", "[]")])
def test_common_that_is_no_table(value, given):
    expected = f"line 1, common: this is not a table; given: {given}; {ONCE}"
    assert refused(f"common = {value}\n{GOOD}") == [expected]
    # what else is wrong may come from what it should have said
    assert refused(f"common = {value}\n{GOOD.replace('[60, 70]', '0')}") == [expected]


def test_common_as_a_list_of_tables():
    parts = wide("common", ("[common]", "[[common]]"))
    line = line_number(parts, "common", "[[common]]")
    (problem,) = refused(text(parts))
    assert problem.startswith(f"line {line}, common: this is not a table; given: [{{'advisory': False, ")
    assert problem.endswith(f"; {ONCE}")
    second = text(parts | {"told": WIDE_PARTS["told"] + "\n[[common]]\nadvisory = 3\n"})
    assert refused(second) == [problem]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("advisory = false", 'advisory = "no"'),
            "common.advisory: this is not true or false; given: 'no'; allowed: true or false, without quotes",
        ),
        (
            ('comparison = "at_most"', 'comparison = "<="'),
            "common.comparison: this is not one of the allowed words; given: '<='; "
            "allowed: 'at_most', 'below', 'at_least' or 'above'",
        ),
        (
            ('structures = ["SpinalCord"]', 'structures = ["cord"]'),
            "common.structures: this is no structure that is known; given: 'cord'; write SpinalCord",
        ),
    ],
)
def test_a_wrong_value_in_common_is_told_once_and_at_its_own_line(change, expected):
    parts = wide("common", change)
    line = line_number(parts, "common", change[1])
    key = expected.partition(":")[0]
    assert [p for p in refused(text(parts)) if key in p] == [f"line {line}, {expected}"]


def test_what_only_some_constraints_make_of_common_is_told_at_each_of_them():
    # no recovery for any of them, which two limits are not printed for
    parts = wide("common", ('locator = "table 2"', 'locator = "table 2"\nrecovery = "none"'))
    for part in [*WIDE_PARTS][4:]:
        schedule = {"faded": "fade", "risen": "rise"}.get(part, "none")
        parts |= {part: wide(part, (f'recovery = "{schedule}"\n', ""))[part]}
    tables = [number for number, line in enumerate(text(parts).splitlines(), 1) if line == "[[constraint]]"]
    needs = 'needs the recovery schedule of its source; given: "none"; allowed: the id of a [[recovery]] table'
    assert [problem for problem in refused(text(parts)) if ".recovery: " in problem] == [
        f"line {tables[1]}, constraint[2].recovery: a limit for the recovery_adjusted_sum {needs}",
        f"line {tables[2]}, constraint[3].recovery: a limit for the tolerance {needs}",
    ]


def test_the_same_problem_of_some_constraints_is_told_at_each_of_them():
    # a limit for a sum, given to those that are none, too
    parts = wide("common", ('locator = "table 2"', 'locator = "table 2"\nlimit_for = "tolerance"'))
    sums = {"plain": "undiscounted_sum", "faded": "recovery_adjusted_sum", "risen": "tolerance"}
    for part, value in (sums | {"open": sums["plain"]}).items():
        parts |= {part: wide(part, (f'limit_for = "{value}"\n', ""))[part]}
    tables = [number for number, line in enumerate(text(parts).splitlines(), 1) if line == "[[constraint]]"]
    what = "only the limit of a cumulative sum is for a sum; given: 'tolerance'; leave it out"
    found = [problem for problem in refused(text(parts)) if ".limit_for: " in problem]
    assert found == [f"line {tables[number - 1]}, constraint[{number}].limit_for: {what}" for number in (4, 5, 6, 8, 9)]


# (name, parts, part, change, the line that is spoiled, problem)
SLIPS = [
    (
        "recovery",
        *(PARTS, "recovery", ("acts_on =", "act_on ="), 'act_on = "prior_dose"'),
        "recovery[1].act_on: the key is not known; given: 'prior_dose'; "
        "allowed: id, name, acts_on, locator, step; did you mean acts_on?",
    ),
    (
        "step",
        *(PARTS, "recovery", ("to_months", "to_month"), "to_month = 6"),
        "recovery[1].step[1].to_month: the key is not known; given: 6; "
        "allowed: from_months, to_months, recovered_fraction; did you mean to_months?",
    ),
    (
        "constraint",
        *(PARTS, "sum", ("limit_for", "limitfor"), 'limitfor = "recovery_adjusted_sum"'),
        "constraint[1].limitfor: the key is not known; given: 'recovery_adjusted_sum'; "
        f"allowed: {CONSTRAINT_KEYS}; did you mean limit_for?",
    ),
    (
        "score",
        *(PARTS, "score", ("points_per_band", "point_per_band"), "point_per_band = 1"),
        "constraint[3].score.point_per_band: the key is not known; given: 1; "
        f"allowed: {SCORE_KEYS}; did you mean points_per_band?",
    ),
    (
        "group-of-a-score",
        *(PARTS, "score", ("up_to_points = 3", "upto_points = 3"), "upto_points = 3"),
        "constraint[3].score.group[1].upto_points: the key is not known; given: 3; "
        "allowed: name, up_to_points, rate, locator; did you mean up_to_points?",
    ),
    (
        "condition",
        *(WIDE_PARTS, "near", ("target_distance_mm", "target_distance")),
        *("conditions = { target_distance = [0, 2] }",),
        "constraint[6].conditions.target_distance: the key is not known; given: [0, 2]; "
        "allowed: technique, n_fractions, fraction_size_gy, scheduled_dose_gy, interval_months, target_distance_mm; "
        "did you mean target_distance_mm?",
    ),
    (
        "cord-model",
        *(WIDE_PARTS, "model", ("human_dose_gy", "human_dosegy"), "human_dosegy = 55"),
        "constraint[8].cord_model.human_dosegy: the key is not known; given: 55; "
        f"allowed: {MODEL_KEYS}; did you mean human_dose_gy?",
    ),
    (
        "edition",
        *(PARTS, "header", ("title =", "titel ="), 'titel = "A rule set of a clinic"'),
        "titel: the key is not known; given: 'A rule set of a clinic'; "
        f"allowed: {EDITION_KEYS}; did you mean title?",
    ),
    (
        "nothing-like-it",
        *(PARTS, "header", ('doi = "10.0000/none"', 'doi = "10.0000/none"\ncolour = 1'), "colour = 1"),
        f"colour: the key is not known; given: 1; allowed: {EDITION_KEYS}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("good", "part", "change", "line", "problem"), cases(SLIPS))
def test_unknown_keys(good, part, change, line, problem):
    parts = spoiled_parts(part, change, parts=good)
    message = f"line {line_number(parts, part, line)}, {problem}"
    found = refused(text(parts))
    # a key that is required is missing, too
    assert [one for one in found if "it is required" not in one] == [message]


GROUPS = [
    ("structures", ('["SpinalCord"]', '["SpinalCord_Thor"]'), 'structures = ["SpinalCord_Thor"]'),
    ("applies_to_related", ("related = false", "related = true"), "applies_to_related = true"),
    ("modalities", ('["photon"]', '["photon", "proton"]'), 'modalities = ["photon", "proton"]'),
]


@pytest.mark.parametrize(("change", "line"), cases(GROUPS))
def test_members_of_a_group_apply_alike(change, line, request):
    key = request.node.callspec.id
    parts = spoiled_parts("newest", change)
    assert refused(text(parts)) == [
        f"line {line_number(parts, 'newest', line)}, constraint[2].{key}: the members of group own share one "
        f"applicability, but differ in {key}; compare own-2020.sum"
    ]


def set_of_two(metric: str) -> dict[str, str]:
    first = WIDE_PARTS["volume"].replace('kind = "limit"', 'kind = "limit"\ngroup = "set"')
    second = first.replace("wide-2020.volume", "wide-2020.other").replace('"V20Gy[%]"', f'"{metric}"')
    return WIDE_PARTS | {"volume": first, "other": second}


@pytest.mark.parametrize("metric", ["V30Gy[%]", "V3000cGy[%]"])
def test_o11_a_group_may_have_volumes_at_several_doses(metric):
    edition = parse_edition(text(set_of_two(metric)).encode(), "", shipped_structures()).edition
    assert [item.metric for item in edition.constraint if item.group == "set"] == ["V20Gy[%]", metric]


def test_o11_volumes_of_a_group_are_of_one_curve():
    parts = set_of_two("V30Gy[cc]")
    line = line_number(parts, "other", 'metric = "V30Gy[cc]"')
    assert refused(text(parts)) == [
        f"line {line}, constraint[10].metric: the members of group set "
        "share one applicability, but differ in metric; compare wide-2020.volume"
    ]


def test_members_of_a_group_have_one_profile_and_kind():
    incomplete = [('"point-dose"', '"incomplete"'), ("alpha_beta_gy = 2", 'alpha_beta_gy = "not stated"')]
    parts = spoiled_parts("sum", *incomplete)
    parts |= {"newest": spoiled_parts("newest", ('kind = "limit"', 'kind = "reference"'))["newest"]}
    shared = "the members of group own share one applicability, but differ in"
    lines = [line_number(parts, "newest", line) for line in ('profile = "point-dose"', 'kind = "reference"')]
    found = refused(text(parts))
    assert f"line {lines[0]}, constraint[2].profile: {shared} profile; compare own-2020.sum" in found
    assert f"line {lines[1]}, constraint[2].kind: {shared} kind; compare own-2020.sum" in found


def test_errors_of_fields_and_of_the_lint_are_told_in_one_go():
    parts = spoiled_parts("sum", ("limit = [60, 70]", "limit = 0"))
    parts |= {
        "score": spoiled_parts("score", ("[120, 130]", "[130, 120]"), ('"Max[Gy]"', '"Max"'))["score"],
        "recovery": spoiled_parts("recovery", ("to_months = 6", "to_months = 7"))["recovery"],
    }
    spoiled = [("sum", "limit = 0"), ("score", 'metric = "Max"'), ("score", "cumulative_above_gy = [130, 120]")]
    limit, metric, bands = (line_number(parts, *where) for where in spoiled)
    step = [number for number, line in enumerate(text(parts).splitlines(), 1) if line == "[[recovery.step]]"][1]
    assert refused(text(parts)) == [
        f"line {limit}, constraint[1].limit: this is not a number above 0; given: 0; allowed: a number above 0",
        f"line {metric}, constraint[3].metric: the metric has no unit in brackets; given: 'Max'; allowed: e.g. Max[Gy]",
        f"line {bands}, constraint[3].score.cumulative_above_gy: the bands do not rise",
        f"line {step}, recovery[1].step[2]: the bin begins before the one above it ends",
    ]


def test_a_schedule_of_a_constraint_that_is_broken_is_not_called_unused():
    # the only user of the schedule has another problem; that must not bring a second, false one
    parts = spoiled_parts("sum", ("limit = [60, 70]", "limit = 0"))
    assert len(refused(text(parts))) == 1


def test_a_list_whose_items_were_refused_is_not_called_empty():
    assert refused(PARTS["header"] + "constraint = [1, 2]\n") == [
        f"line 9, constraint[{number}]: this is not a table; given: {number}; allowed: a table of keys and values"
        for number in (1, 2)
    ]
    parts = spoiled_parts("sum", ('structures = ["SpinalCord"]', "structures = [1]"))
    line = line_number(parts, "sum", "structures = [1]")
    assert refused(text(parts)) == [
        f"line {line}, constraint[1].structures[1]: this is not text; given: 1; allowed: text in quotes; "
        "put it in quotes: an id is text"
    ]


def test_an_empty_list_is_called_empty():
    assert refused(PARTS["header"] + "constraint = []\n") == [
        "line 9, constraint: the list is empty; given: []; allowed: at least 1"
    ]
