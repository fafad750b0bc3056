"""Profiles: which constraints each judges, and every refusal of a profile file with the whole message."""

from __future__ import annotations

import pytest

from library.refusals import cases
from library.wide_edition import WIDE
from reirrad.errors import LibraryError
from reirrad.library import Library, Profile, load_library
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import load_profile, shipped_structures
from reirrad.library.profile import DEFAULT_PROFILE, PROFILES, parse_profile

HEAD = 'schema = "reirrad-profile/1"\nid = "ours"\n'
ONE = f'{HEAD}editions = ["nieder-2006"]\n'
KNOWN = "allowed: schema, id, editions, constraints, reason"
POINT_DOSE, STATED_FACT, DISTRIBUTION = ["plain", "faded", "risen"], ["near"], ["volume", "mean"]


@pytest.fixture(scope="module")
def library() -> Library:
    """The shipped editions and one of every kind of constraint."""
    shipped = load_library()
    own = parse_edition(WIDE.encode(), "wide.toml", shipped_structures())
    return Library((*shipped.editions, own), shipped.structures, shipped.conventions)


def judged(library: Library, profile: Profile | None = None, editions: tuple[str, ...] = ()) -> list[str]:
    """Return what is judged of the wide edition."""
    chosen = library.select(editions, profile=profile).judged()
    return [rule.id.partition(".")[2] for loaded, rule in chosen if loaded.edition.id == "wide-2020"]


def own(text: str) -> Profile:
    return parse_profile(f"{HEAD}{text}\n".encode(), "ours.toml")


def test_the_default(library):
    assert judged(library) == POINT_DOSE + STATED_FACT
    assert judged(library, load_profile(DEFAULT_PROFILE)) == POINT_DOSE + STATED_FACT
    assert Profile().is_default
    assert load_profile("point-dose").is_default


def test_profiles_by_name(library):
    assert list(PROFILES) == ["point-dose", "distribution", "all"]
    assert judged(library, load_profile("distribution")) == DISTRIBUTION
    # a second opinion is never judged unless it is asked for, a reference never at all
    everything = [*POINT_DOSE, *DISTRIBUTION, *STATED_FACT, "open"]
    assert sorted(judged(library, load_profile("all"))) == sorted(everything)
    assert not load_profile("all").is_default


def test_an_edition_that_is_named_is_judged_with_its_second_opinion_and_its_incomplete_limits(library):
    assert judged(library, editions=("wide-2020",)) == [*POINT_DOSE, *STATED_FACT, "open", "model"]
    assert judged(library, load_profile("distribution"), ("wide-2020",)) == [*DISTRIBUTION, "open", "model"]
    assert judged(library, editions=("nieder-2006",)) == []
    assert [loaded.edition.id for loaded in library.select(["wide-2020"]).used()] == ["wide-2020"]


def test_an_edition_that_is_named_twice_counts_once(library):
    assert library.select(["wide-2020", "nieder-2006", "wide-2020"]).profile.editions == ("wide-2020", "nieder-2006")


def test_a_profile_of_editions(library):
    profile = own('editions = ["wide-2020", "nieder-2006"]')
    assert judged(library, profile) == [*POINT_DOSE, *STATED_FACT, "open", "model"]
    assert len(library.select(profile=profile).judged()) == 6 + 8


def test_a_profile_of_constraints_judges_nothing_else(library):
    profile = own('constraints = ["wide-2020.volume", "wide-2020.model", "wide-2020.open"]')
    assert judged(library, profile) == ["volume", "open", "model"]
    assert len(library.select(profile=profile).judged()) == 3


def test_a_profile_of_both(library):
    profile = own('editions = ["nieder-2006"]\nconstraints = ["wide-2020.mean"]')
    assert judged(library, profile) == ["mean"]
    assert len(library.select(profile=profile).judged()) == 8 + 1


def test_a_reference_is_never_judged(library):
    profile = own('constraints = ["wide-2020.told", "wide-2020.plain", "nieder-2006.none-reported"]')
    with pytest.raises(LibraryError) as caught:
        library.select(profile=profile)
    what = "this is a reference, which is never compared; given:"
    assert str(caught.value) == (
        f"profile ours: 2 problems\n  {what} 'nieder-2006.none-reported'; allowed: a limit\n"
        f"  {what} 'wide-2020.told'; allowed: a limit"
    )
    for name in PROFILES:
        assert "told" not in judged(library, load_profile(name), ("wide-2020",))


@pytest.mark.parametrize("named", ['editions = ["nieder-2006"]', 'constraints = ["nieder-2006.course"]'])
def test_editions_beside_a_profile_that_names_its_own_are_refused(library, named):
    with pytest.raises(LibraryError) as refused:
        library.select(["umich-2019"], profile=own(named))
    assert str(refused.value) == (
        "library: 1 problem\n  profile ours says itself which editions and constraints it judges; given: 'umich-2019'; "
        "leave out either the profile or the editions"
    )


def test_a_second_choice_of_editions_replaces_the_first(library):
    narrowed = library.select(["nieder-2006"]).select(["umich-2019"])
    assert [loaded.edition.id for loaded in narrowed.used()] == ["umich-2019"]


def test_only_a_constraint_that_is_named_is_insisted_on(library):
    near = next(rule for _, rule in library.constraints() if rule.id == "wide-2020.near")
    assert own('constraints = ["wide-2020.near"]').insists_on(near)
    assert load_profile("all").insists_on(near)
    for profile in (Profile(), load_profile("distribution"), own('editions = ["wide-2020"]')):
        assert not profile.insists_on(near)


def test_what_a_profile_file_says():
    profile = own('editions = ["b", "a"]\nconstraints = ["y", "x"]\nreason = "as agreed\\nin 2024"')
    assert (profile.name, profile.editions, profile.constraints) == ("ours", ("b", "a"), {"x", "y"})
    assert profile.reason == "as agreed\nin 2024"
    assert profile.kinds == PROFILES["point-dose"]
    assert own('editions = ["a"]').reason is None


def test_a_byte_order_mark_and_other_line_ends():
    content = b"\xef\xbb\xbf" + ONE.replace("\n", "\r\n").encode()
    assert parse_profile(content, "ours.toml") == parse_profile(ONE.encode(), "ours.toml")


REFUSALS = [
    ("names-nothing", HEAD, ["the profile names nothing; allowed: editions, constraints, or both"]),
    (
        "names-nothing-in-lists",
        f"{HEAD}editions = []\nconstraints = []\n",
        ["the profile names nothing; allowed: editions, constraints, or both"],
    ),
    ("unknown-key", f"{ONE}colour = 1\n", [f"colour: the key is not known; {KNOWN}"]),
    (
        "another-schema",
        ONE.replace("profile/1", "profile/2"),
        ["schema: it is required; given: 'reirrad-profile/2'; allowed: 'reirrad-profile/1'"],
    ),
    ("id-a-number", ONE.replace('"ours"', "3"), ["id: it is required; given: 3; allowed: text in quotes"]),
    ("id-blank", ONE.replace('"ours"', '"  "'), ["id: it is required; given: '  '; allowed: text in quotes"]),
    (
        "id-with-control-characters",
        ONE.replace('"ours"', '"\\u001b[31m"'),
        ["id: it is required; given: '\\x1b[31m'; allowed: text in quotes"],
    ),
    *(
        (
            f"id-{name}",
            ONE.replace("ours", name),
            [f"id: the package has a profile of this name; given: '{name}'; allowed: another name"],
        )
        for name in PROFILES
    ),
    ("reason-no-text", f"{ONE}reason = 3\n", ["reason: this is not text; given: 3; allowed: text in quotes"]),
    (
        "editions-a-text",
        f'{HEAD}editions = "nieder-2006"\n',
        ["editions: this is not a list of ids; given: 'nieder-2006'; allowed: [\"...\"]"],
    ),
    (
        "constraints-numbers",
        f"{HEAD}constraints = [1]\n",
        ['constraints: this is not a list of ids; given: [1]; allowed: ["..."]'],
    ),
    (
        "edition-twice",
        f'{HEAD}editions = ["a", "a"]\n',
        ["editions: an id is listed twice; given: ['a', 'a']"],
    ),
    (
        "constraint-twice",
        f'{HEAD}constraints = ["a", "b", "a"]\n',
        ["constraints: an id is listed twice; given: ['a', 'b', 'a']"],
    ),
    (
        "all-at-once",
        'id = 3\nschema = "x"\neditions = 1\nconstraints = 2\nreason = 4\ncolour = 5\n',
        [
            f"colour: the key is not known; {KNOWN}",
            "schema: it is required; given: 'x'; allowed: 'reirrad-profile/1'",
            "id: it is required; given: 3; allowed: text in quotes",
            "reason: this is not text; given: 4; allowed: text in quotes",
            'editions: this is not a list of ids; given: 1; allowed: ["..."]',
            'constraints: this is not a list of ids; given: 2; allowed: ["..."]',
        ],
    ),
]


@pytest.mark.parametrize(("text", "problems"), cases(REFUSALS))
def test_refusals(text, problems):
    with pytest.raises(LibraryError) as caught:
        parse_profile(text.encode(), "ours.toml")
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    assert str(caught.value) == "\n  ".join([f"ours.toml: {count}", *problems])


@pytest.mark.parametrize("key", ["schema", "id"])
def test_what_is_required(key):
    (line,) = (line for line in ONE.splitlines(keepends=True) if line.startswith(f"{key} ="))
    with pytest.raises(LibraryError, match=f"{key}: it is required"):
        parse_profile(ONE.replace(line, "").encode(), "ours.toml")


@pytest.mark.parametrize(
    "content",
    [b"editions = ", b"\xff", b"", b"[" * 5000, b'id = "a"\nid = "b"'],
    ids=["no-toml", "not-utf8", "empty", "deep", "key-twice"],
)
def test_what_is_no_profile_at_all(content):
    with pytest.raises(LibraryError) as caught:
        parse_profile(content, "ours.toml")
    assert caught.value.source == "ours.toml"


def test_names_that_the_library_does_not_have(library):
    profile = own(
        'editions = ["nieder-2007", "nieder-2006"]\n'
        'constraints = ["b.x", "a.x", "nieder-2006.course", "rades-2014.spinal-cord"]'
    )
    with pytest.raises(LibraryError) as caught:
        library.select(profile=profile)
    known = ", ".join(loaded.edition.id for loaded in library.editions)
    assert caught.value.source == "profile ours"
    assert [str(problem) for problem in caught.value.problems] == [
        f"there is no such edition; given: 'nieder-2007'; allowed: {known}",
        "there is no such constraint; given: 'a.x'; see: reirrad rules list",
        "there is no such constraint; given: 'b.x'; see: reirrad rules list",
        "this is a reference, which is never compared; given: 'rades-2014.spinal-cord'; allowed: a limit",
    ]


@pytest.mark.parametrize("name", PROFILES)
def test_an_edition_that_is_chosen_beside_a_shipped_profile_is_no_problem_of_the_profile(library, name):
    with pytest.raises(LibraryError) as caught:
        library.select(["nieder-2007"], profile=load_profile(name))
    assert caught.value.source == "library"


def test_what_is_no_choice_of_rules_is_refused(library):
    for asked, told in (
        ({"edition_ids": "nieder-2006"}, "edition_ids: this is no list; given: 'nieder-2006'; allowed: a list of ids"),
        (
            {"profile": "all"},
            "profile: this is no profile; given: 'all'; allowed: what reirrad.library.load_profile returns",
        ),
    ):
        with pytest.raises(LibraryError) as refused:
            library.select(**asked)
        assert str(refused.value) == f"library: 1 problem\n  {told}"
