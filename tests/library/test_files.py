"""Which files of a folder are editions, and ids that are the same for whoever reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.good_edition import GOOD, spoiled
from library.refusals import refused, without_line
from reirrad.errors import LibraryError
from reirrad.library import load_library
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import load_profile, shipped_structures

FOLDERS = "allowed: a list of folders, each a str or a pathlib.Path"
OTHER = GOOD.replace("own-2020", "other-2021")


def own(folder: Path) -> list[str]:
    return [loaded.edition.id for loaded in load_library([folder]).editions if loaded.origin == "user"]


def refusal(*arguments, **named) -> list[str]:
    with pytest.raises(LibraryError) as caught:
        load_library(*arguments, **named)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("suffix", [".TOML", ".Toml", ".tOmL"])
def test_a_suffix_in_capitals_is_not_passed_over(tmp_path, suffix):
    # O05: the limits of a file that is left out in silence are met by everybody
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / f"cord{suffix}").write_text(OTHER)
    assert own(tmp_path) == ["own-2020", "other-2021"]
    (tmp_path / "a.toml").unlink()
    assert own(tmp_path) == ["other-2021"]


def test_other_files_are_no_editions(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD)
    for name in ("b.toml.bak", "c.txt", "toml", "d.tomlx"):
        (tmp_path / name).write_text("nothing")
    assert own(tmp_path) == ["own-2020"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, f"directories: these are no folders; given: None; {FOLDERS}"),
        (7, f"directories: these are no folders; given: 7; {FOLDERS}"),
        ("rules", f"directories: these are no folders; given: 'rules'; {FOLDERS}; "
         "put it in a list: load_library(['rules'])"),
        ([None], f"directories: this is no folder; given: None; {FOLDERS}; name the folder, . is this one"),
        ([""], f"directories: this is no folder; given: ''; {FOLDERS}; name the folder, . is this one"),
        (["a\0b"], "this is no folder; name a folder of edition files"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_folders(given, told):
    assert refusal(given) == [told]


def test_one_path_is_no_list_of_folders(tmp_path):
    (problem,) = refusal(tmp_path)
    assert problem.startswith("directories: these are no folders; given: ")


@pytest.mark.parametrize("given", [None, "ab" * 32, 7])
def test_what_is_no_list_of_digests(given):
    (problem,) = refusal(rules_sha256=given)
    assert problem.startswith(
        f"rules_sha256: this is no list of digests; given: {given!r}; allowed: a list, each of 64 "
    )


def test_what_is_no_digest():
    (problem,) = refusal(rules_sha256=[None])
    assert problem.startswith("rules_sha256: this is no SHA-256; given: None; ")


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(36, "File name too long")])
@pytest.mark.parametrize("asked", ["is_dir", "iterdir"])
def test_a_folder_that_may_not_be_read(tmp_path, monkeypatch, asked, error):
    def refuse(_path):
        raise error

    monkeypatch.setattr(Path, asked, refuse)
    assert refusal([tmp_path]) == [f"cannot be read: {error.strerror}"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(36, "File name too long")])
def test_a_profile_that_may_not_be_read(tmp_path, monkeypatch, error):
    def refuse(_path, **_named):
        raise error

    for asked in ("exists", "is_file", "stat"):
        monkeypatch.setattr(Path, asked, refuse)
    with pytest.raises(LibraryError, match=f"ours.toml: 1 problem\n  cannot be read: {error.strerror}$"):
        load_profile(str(tmp_path / "ours.toml"))


def test_a_profile_without_a_name():
    with pytest.raises(LibraryError, match="there is no such profile; given: ''; allowed: point-dose, "):
        load_profile("")


@pytest.mark.parametrize("name", ["Nieder-2006", "NIEDER-2006", "nieder-2006"])
def test_an_id_in_capitals_is_the_same_id(tmp_path, name):
    # O08: on paper and on a file system that ignores case they are one
    (tmp_path / "a.toml").write_text(GOOD.replace("own-2020", name))
    (tmp_path / "ours.toml").write_text(OTHER)
    told = refusal([tmp_path])
    assert told[0] == f"{tmp_path / 'a.toml'}: the id is used already; given: {name!r}; see nieder-2006.toml"


def test_a_folder_that_is_named_twice_is_no_other_edition(tmp_path):
    (tmp_path / "ours.toml").write_text(GOOD)
    assert refusal([tmp_path, tmp_path]) == [
        f"{tmp_path / 'ours.toml'}: the file is read twice; name it, or its folder, once"
    ]


def test_a_constraint_in_capitals_is_the_same_constraint():
    text = spoiled("newest", '"own-2020.newest"', '"own-2020.SUM"')
    (problem,) = refused(text)
    assert without_line(problem).startswith(
        "constraint[2].id: the id is used twice in this edition; given: 'own-2020.SUM'"
    )


EDITION_IDS = "letters, digits, '-', '.' and '_', at most 200, the first a letter or a digit"
RULE_IDS = "letters, digits, '-', '.', '_' and '%', at most 200, the first a letter or a digit"


@pytest.mark.parametrize(
    "name", ["a/../b", "../own", "own 2020", "own\\2020", ".own", "-own", "öwn", "own\u202e", "", "o" * 201]
)
def test_what_is_no_id_of_an_edition(name):
    text = GOOD.replace("own-2020", name.replace("\\", "\\\\"))
    told = [without_line(problem) for problem in refused(text)]
    assert f"id: this is no id; given: {name!r}; allowed: {EDITION_IDS}"[:60] in told[0]
    assert told[0].endswith(f"allowed: {EDITION_IDS}")
    assert len([problem for problem in told if f"allowed: {RULE_IDS}" in problem]) in (0, 3)


@pytest.mark.parametrize("name", ["own_2020", "OWN.2020", "2020-own", "o" * 190])
def test_what_is_an_id(name):
    text = GOOD.replace("own-2020", name)
    assert parse_edition(text.encode(), "own.toml", shipped_structures()).edition.id == name


@pytest.mark.parametrize("name", ["own-2020.a b", "own-2020/../x", "own-2020.é", "own-2020.a\n"])
def test_what_is_no_id_of_a_constraint(name):
    text = spoiled("newest", '"own-2020.newest"', '"' + name.replace("\n", "\\n") + '"')
    (problem,) = [without_line(problem) for problem in refused(text)]
    assert problem.startswith("constraint[2].id: this is no id; given: ")
    assert problem.endswith(f"allowed: {RULE_IDS}")


def test_an_id_that_is_no_text():
    problems = [without_line(problem) for problem in refused(spoiled("header", 'id = "own-2020"', "id = 2020"))]
    assert problems[0] == f"id: this is no id; given: 2020; allowed: {EDITION_IDS}; put it in quotes"


def test_a_metric_may_be_part_of_an_id():
    text = spoiled("newest", '"own-2020.newest"', '"own-2020.d10%"')
    assert parse_edition(text.encode(), "own.toml", shipped_structures()).edition.constraint[1].id == "own-2020.d10%"
