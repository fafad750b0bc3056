"""Loading editions: those shipped, those of a folder, and what is refused with every problem at once."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest

from library.good_edition import GOOD, spoiled
from reirrad.errors import LibraryError
from reirrad.library import load_library

SHIPPED = ["hytec-cord-2021", "nieder-2005", "nieder-2006"]
CONSTRAINTS = {
    "nieder-2005": ["nieder-2005.score", "nieder-2005-lumbar.score", "nieder-2005-lumbar.score-ab4"],
    "nieder-2006": [
        "nieder-2006.cumulative", "nieder-2006.course", "nieder-2006.interval",
        "nieder-2006-lumbar.cumulative", "nieder-2006-lumbar.course", "nieder-2006-lumbar.interval",
        "nieder-2006-lumbar.cumulative-ab4", "nieder-2006-lumbar.course-ab4",
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


def test_exactly_the_shipped_constraints():
    found = {loaded.edition.id: [c.id for c in loaded.edition.constraint] for loaded in load_library().editions}
    assert found == CONSTRAINTS
    assert list(found) == SHIPPED


def test_every_shipped_file_is_loaded_with_its_digest():
    root = resources.files("reirrad.library").joinpath("editions")
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in root.iterdir()}
    found = {loaded.source: loaded.digest for loaded in load_library().editions}
    assert found == {name: f"sha256:{digest}" for name, digest in digests.items()}


def test_an_edition_of_a_folder_stands_beside_the_shipped_ones(folder):
    path = write(folder)
    library = load_library([folder])
    assert [loaded.edition.id for loaded in library.editions] == [*SHIPPED, "own-2020"]
    own = library.editions[-1]
    assert own.source == path
    assert own.digest == "sha256:" + hashlib.sha256(GOOD.encode()).hexdigest()
    sums = own.edition.constraint[0]
    assert own.edition.recovery_of(sums).id == "slow"
    assert own.edition.recovery_of(own.edition.constraint[1]) is None


def test_other_bytes_have_another_digest(folder):
    # O08
    write(folder, GOOD + "\n")
    assert load_library([folder]).editions[-1].digest != "sha256:" + hashlib.sha256(GOOD.encode()).hexdigest()


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


def test_select():
    library = load_library()
    assert library.select() is library
    assert [loaded.edition.id for loaded in library.select(["nieder-2006"]).editions] == ["nieder-2006"]
    assert len(library.select(["nieder-2006"]).constraints()) == 8
    with pytest.raises(LibraryError) as caught:
        library.select(["nieder-2006", "nieder-2007"])
    assert str(caught.value) == (
        "library: 1 problem\n"
        "  there is no such edition; given: 'nieder-2007'; allowed: hytec-cord-2021, nieder-2005, nieder-2006"
    )
