"""Loading editions: those shipped, those of a folder, and what is refused with every problem at once."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import pytest

from library.good_edition import GOOD, spoiled
from reirrad.errors import LibraryError
from reirrad.library import LoadedEdition, load_library
from reirrad.model.rule import Discounted, RaisedTolerance, Undiscounted

CORD = {
    "nieder-2005": ["nieder-2005.score", "nieder-2005-lumbar.score", "nieder-2005-lumbar.score-ab4"],
    "nieder-2006": [
        "nieder-2006.cumulative", "nieder-2006.course", "nieder-2006.interval",
        "nieder-2006-lumbar.cumulative", "nieder-2006-lumbar.course", "nieder-2006-lumbar.interval",
        "nieder-2006-lumbar.cumulative-ab4", "nieder-2006-lumbar.course-ab4", "nieder-2006.none-reported",
    ],
    "hytec-cord-2021": [
        "hytec-cord-2021.cumulative", "hytec-cord-2021.newest-course", "hytec-cord-2021.share",
        "hytec-cord-2021.interval", "hytec-cord-2021.first-course",
    ],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def write(folder, text=GOOD, name="own.toml"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def refusal(*folders):
    with pytest.raises(LibraryError) as caught:
        load_library(folders)
    return caught.value.source, [str(problem) for problem in caught.value.problems]


def shipped_files() -> dict[str, bytes]:
    root = resources.files("reirrad.library").joinpath("editions")
    return {file.name: file.read_bytes() for file in root.iterdir() if file.name.endswith(".toml")}


def only_own(folder: Path) -> LoadedEdition:
    """Return the edition of a folder; those of the package come first, unchanged."""
    *shipped, own = load_library([folder]).editions
    assert tuple(shipped) == load_library().editions
    return own


def test_the_cord_editions_have_exactly_their_constraints():
    found = {loaded.edition.id: [c.id for c in loaded.edition.constraint] for loaded in load_library().editions}
    assert {name: found[name] for name in CORD} == CORD


def test_every_shipped_file_is_loaded_with_its_digest():
    digests = {name: f"sha256:{hashlib.sha256(content).hexdigest()}" for name, content in shipped_files().items()}
    editions = load_library().editions
    assert {loaded.source: loaded.digest for loaded in editions} == digests
    assert {loaded.origin for loaded in editions} == {"shipped"}


def test_shipped_editions_are_in_the_order_of_their_files():
    editions = load_library().editions
    assert [loaded.source for loaded in editions] == sorted(shipped_files())
    assert [f"{loaded.edition.id}.toml" for loaded in editions] == [loaded.source for loaded in editions]


def test_no_id_of_the_library_is_used_twice():
    library = load_library()
    ids = [constraint.id for _, constraint in library.constraints()]
    assert len(set(ids)) == len(ids)
    assert {constraint.id.startswith(loaded.edition.id) for loaded, constraint in library.constraints()} == {True}


def test_an_edition_of_a_folder_stands_beside_the_shipped_ones(folder):
    path = write(folder)
    own = only_own(folder)
    assert (own.edition.id, own.source, own.origin) == ("own-2020", path, "user")
    assert own.digest == "sha256:" + hashlib.sha256(GOOD.encode()).hexdigest()


def test_how_a_sum_and_its_limit_belong_together(folder):
    write(folder)
    own = only_own(folder).edition
    sums, newest, score = own.constraint
    (slow,) = own.recovery
    assert own.convention_of(sums) == Discounted(slow)
    assert own.convention_of(newest) == own.convention_of(score) == Undiscounted()
    text = GOOD.replace('"prior_dose"', '"tolerance"').replace('"recovery_adjusted_sum"', '"tolerance"')
    write(folder, text.replace("limit = [60, 70]", "limit = 60"))
    own = only_own(folder).edition
    assert own.convention_of(own.constraint[0]) == RaisedTolerance(own.recovery[0])


def test_no_shipped_sum_counts_recovery_twice():
    # what a limit is printed for says which convention goes with it
    fits = {"undiscounted_sum": Undiscounted, "recovery_adjusted_sum": Discounted, "tolerance": RaisedTolerance}
    for loaded, constraint in load_library().constraints():
        convention = loaded.edition.convention_of(constraint)
        assert isinstance(convention, fits.get(constraint.limit_for, Undiscounted)), constraint.id


def test_other_bytes_have_another_digest(folder):
    # O08
    write(folder, GOOD + "\n")
    assert only_own(folder).digest != "sha256:" + hashlib.sha256(GOOD.encode()).hexdigest()


# F20
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(GOOD.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), id="bom"),
    ],
)
def test_line_ends_and_byte_order_mark(folder, content):
    write(folder, content)
    assert load_library([folder]).editions[-1].edition.id == "own-2020"


# O13: nothing is shadowed in silence
def test_an_edition_with_a_shipped_id_is_refused(folder):
    text = GOOD.replace("own-2020", "nieder-2006").replace("nieder-2006.sum", "nieder-2006.cumulative")
    path = write(folder, text)
    assert refusal(folder) == (
        "library",
        [
            f"{path}: the id is used already; given: 'nieder-2006'; see nieder-2006.toml",
            f"{path}: the id is used already; given: 'nieder-2006.cumulative'; see nieder-2006.toml",
        ],
    )


def test_two_files_with_one_id_are_refused(folder):
    first, second = write(folder, name="a.toml"), write(folder, name="b.toml")
    source, found = refusal(folder)
    assert source == "library"
    assert found == [
        f"{second}: the id is used already; given: {name!r}; see {first}"
        for name in ("own-2020", "own-2020.sum", "own-2020.newest", "own-2020.score")
    ]


def test_a_constraint_id_of_another_edition_is_refused(folder):
    # the id of this edition is the beginning of the id of a shipped constraint
    path = write(folder, GOOD.replace("own-2020.sum", "nieder-2006.course").replace("own-2020", "nieder"))
    assert refusal(folder)[1] == [f"{path}: the id is used already; given: 'nieder-2006.course'; see nieder-2006.toml"]


def test_a_folder_without_editions(folder):
    # a folder that was named by mistake must not leave its rules out in silence
    (folder / "own.txt").write_text(GOOD, encoding="utf-8")
    assert refusal(folder) == (str(folder), ["there is no edition in it; allowed: files named *.toml"])


def test_no_folder(folder):
    assert refusal(folder / "none") == (
        str(folder / "none"),
        ["this is no folder; name a folder of edition files"],
    )


def test_a_file_for_a_folder(folder):
    path = write(folder)
    assert refusal(path) == (path, ["this is no folder; name a folder of edition files"])


def test_a_folder_with_the_name_of_an_edition(folder):
    (folder / "own.toml").mkdir()
    (problem,) = refusal(folder)[1]
    assert "MiB" not in problem  # it is not its size that is wrong


def test_too_large(folder):
    path = write(folder, GOOD + "#" * (4 * 1024 * 1024))
    assert refusal(folder) == (path, ["the file is too large to be an edition; allowed: at most 4 MiB"])


def test_not_utf8(folder):
    path = write(folder, b'schema = "\xe4"')
    assert refusal(folder) == (path, ["byte 10: this is not UTF-8 text; save the file as UTF-8"])


def test_not_toml(folder):
    path = write(folder, GOOD + "limit = \n")
    source, (problem,) = refusal(folder)
    assert source == path
    assert problem.startswith("this is not TOML: Invalid value (at line ")


def test_empty_file(folder):
    write(folder, "")
    assert "schema: it is required" in refusal(folder)[1]


def test_deep_nesting(folder):
    # X03
    write(folder, "a" + ".a" * 2000 + " = 1\n" + GOOD)
    assert len(refusal(folder)[1]) == 1


def test_all_files_are_reported_at_once(folder):
    write(folder, spoiled("sum", "[60, 70]", "0"), "a.toml")
    write(folder, spoiled("recovery", "0.25", "25"), "b.toml")
    with pytest.raises(LibraryError) as caught:
        load_library([folder])
    assert "a.toml" in str(caught.value)
    assert "b.toml" in str(caught.value)
    assert len(caught.value.problems) == 2


def test_all_problems_of_a_file_are_reported_at_once(folder):
    text = spoiled("sum", "limit = [60, 70]\n", "").replace("to_months = 6", "to_months = 7")
    write(folder, text)
    assert len(refusal(folder)[1]) == 2


def test_editions_that_are_selected_are_judged_alone():
    library = load_library()
    assert library.select() == library
    narrowed = library.select(["nieder-2006"])
    assert narrowed.editions == library.editions  # what is left out can be counted
    # all but the last, which is a reference
    assert [constraint.id for _, constraint in narrowed.judged()] == CORD["nieder-2006"][:-1]
    assert [loaded.edition.id for loaded in narrowed.used()] == ["nieder-2006"]


def test_an_edition_that_is_not_there():
    library = load_library()
    with pytest.raises(LibraryError) as caught:
        library.select(["nieder-2006", "nieder-2007"])
    known = ", ".join(loaded.edition.id for loaded in library.editions)
    assert str(caught.value) == (
        f"library: 1 problem\n  there is no such edition; given: 'nieder-2007'; allowed: {known}"
    )
