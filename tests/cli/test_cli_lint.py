"""``reirrad rules lint``: every problem of every file with its line, what is good, and ids that are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.runner import REPOSITORY, assert_refused, invoke, process
from library.good_edition import GOOD, spoiled
from library.wide_edition import WIDE

SHIPPED = REPOSITORY / "src" / "reirrad" / "library" / "editions"
TAKEN = "the id is used already; given:"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def line_of(text: str, line: str) -> int:
    assert text.splitlines().count(line) == 1
    return text.splitlines().index(line) + 1


def test_a_good_file(tmp_path: Path) -> None:
    path = write(tmp_path, "good.toml", GOOD)
    outcome = invoke("rules", "lint", path)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"{path}: no problem in 3 constraints\n"


def test_good_files_in_the_order_given(tmp_path: Path) -> None:
    paths = [write(tmp_path, "wide.toml", WIDE), write(tmp_path, "good.toml", GOOD)]
    outcome = invoke("rules", "lint", *paths)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"{paths[0]}: no problem in 9 constraints\n{paths[1]}: no problem in 3 constraints\n"


def test_every_problem_of_every_file_with_its_line(tmp_path: Path) -> None:
    first = spoiled("sum", "limit = [60, 70]", "limit = 0").replace("to_months = 6", "to_months = 7")
    second = WIDE.replace("[1, 2, 3]", "[3, 2, 1]")
    paths = [write(tmp_path, "a.toml", first), write(tmp_path, "b.toml", second)]
    step = [number for number, line in enumerate(first.splitlines(), start=1) if line == "[[recovery.step]]"][1]
    outcome = invoke("rules", "lint", *paths)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        f"reirrad: {paths[0]}: 2 problems\n"
        f"  line {line_of(first, 'limit = 0')}, constraint[1].limit: this is not a number above 0; given: 0; "
        "allowed: a number above 0\n"
        f"  line {step}, recovery[1].step[2]: the bin begins before the one above it ends\n"
        f"reirrad: {paths[1]}: 1 problem\n"
        f"  line {line_of(second, 'retreatment_after_years = [3, 2, 1]')}, "
        "constraint[8].cord_model.retreatment_after_years: the years do not rise\n"
    )


def test_good_and_bad_files(tmp_path: Path) -> None:
    text = spoiled("sum", '"own-2020.sum"', '"other.sum"')
    bad = write(tmp_path, "bad.toml", text)
    good = write(tmp_path, "wide.toml", WIDE)
    line = line_of(text, 'id = "other.sum"')
    outcome = invoke("rules", "lint", bad, good)
    assert (outcome.code, outcome.out) == (2, f"{good}: no problem in 9 constraints\n")
    assert outcome.err == (
        f"reirrad: {bad}: 1 problem\n  line {line}, constraint[1].id: the id does not "
        "begin with that of its edition; given: 'other.sum'; allowed: own-2020...\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "schema: it is required"),
        (b"\x00\x01\x02", "this is not TOML: "),
        (b"\xff\xd8\xff\xe0 JFIF", "byte 0: this is not UTF-8 text; save the file as UTF-8"),
        (b"limit = \n", "this is not TOML: Invalid value (at line 1, column 9)"),
        (b"a = 1\nb = 2\na = 3\n", "this is not TOML: Cannot overwrite a value (at line 3, column 6)"),
        (b"a = " + b"[" * 5000, "the document is nested too deeply; allowed: at most 20 levels"),
        (b"a = " + b"1" * 5000, "a number has thousands of digits; allowed: numbers as people write them\n"),
        (b"constraint = 3\n", "line 1, constraint: this is not a list; given: 3; allowed: [[constraint]] tables; "
         "write [[constraint]], with two brackets"),
        (b"[constraint]\nid = 1\n", "line 1, constraint: this is not a list; given: {'id': 1}"),
        (b"constraint = [1]\n", "line 1, constraint[1]: this is not a table; given: 1"),
    ],
    ids=["empty", "binary", "picture", "no-value", "key-twice", "deep", "digits", "number", "one-bracket", "no-tables"],
)  # fmt: skip
def test_what_is_no_edition(tmp_path: Path, content: bytes, message: str) -> None:
    path = write(tmp_path, "file.toml", content)
    outcome = invoke("rules", "lint", path)
    assert_refused(outcome, f"{path}: ", message)
    # nothing of the interpreter, and no message within a message
    assert "sys." not in outcome.err
    assert "\\n" not in outcome.err


def test_what_is_no_file(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    assert_refused(invoke("rules", "lint", missing), f"{missing}: 1 problem\n  cannot be read: No such file")
    assert_refused(invoke("rules", "lint", "/dev/null"), "/dev/null: 1 problem\n  this is no file; name a TOML file\n")


def test_a_folder_stands_for_what_would_be_read_of_it(tmp_path: Path) -> None:
    # O05: as --library reads it, whatever the case of the suffix
    assert_refused(invoke("rules", "lint", tmp_path), f"{tmp_path}: 1 problem\n  there is no edition in it; ")
    write(tmp_path, "notes.txt", "nothing")
    paths = [write(tmp_path, "WIDE.TOML", WIDE), write(tmp_path, "good.toml", GOOD)]
    outcome = invoke("rules", "lint", tmp_path)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"{paths[0]}: no problem in 9 constraints\n{paths[1]}: no problem in 3 constraints\n"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = write(tmp_path, "large.toml", GOOD + "#" * 4 * 1024 * 1024)
    assert_refused(
        invoke("rules", "lint", path),
        f"{path}: 1 problem\n  the file is too large to be an edition; allowed: at most 4 MiB",
    )


def test_nothing_to_check() -> None:
    assert_refused(invoke("rules", "lint"), "Missing argument 'FILE...'")


def test_a_missing_file_does_not_hide_the_others(tmp_path: Path) -> None:
    good = write(tmp_path, "good.toml", GOOD)
    outcome = invoke("rules", "lint", tmp_path / "missing.toml", good)
    assert (outcome.code, outcome.out) == (2, f"{good}: no problem in 3 constraints\n")
    assert "missing.toml: 1 problem" in outcome.err


@pytest.mark.parametrize("text", [GOOD, WIDE], ids=["good", "wide"])
def test_other_line_ends_are_good_too(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "own.toml", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert invoke("rules", "lint", path).code == 0


def test_every_shipped_file_is_good() -> None:
    files = sorted(SHIPPED.glob("*.toml"))
    outcome = invoke("rules", "lint", *files)
    assert (outcome.code, outcome.err) == (0, "")
    assert [line.partition(": no problem in ")[0] for line in outcome.out.splitlines()] == [*map(str, files)]


def test_a_copy_of_a_shipped_file_is_good(tmp_path: Path) -> None:
    path = write(tmp_path, "copy.toml", (SHIPPED / "nieder-2005.toml").read_bytes())
    outcome = invoke("rules", "lint", path)
    assert (outcome.code, outcome.out) == (0, f"{path}: no problem in 3 constraints\n")


def test_a_changed_copy_has_ids_that_are_taken(tmp_path: Path) -> None:
    text = (SHIPPED / "nieder-2005.toml").read_text(encoding="utf-8")
    path = write(tmp_path, "copy.toml", f"# ours\n{text}")
    outcome = invoke("rules", "lint", path)
    names = ["nieder-2005", "nieder-2005.score", "nieder-2005-lumbar.score", "nieder-2005-lumbar.score-ab4"]
    assert (outcome.code, outcome.out) == (2, "")
    problems = "".join(f"  {path}: {TAKEN} '{name}'; see nieder-2005.toml\n" for name in names)
    assert outcome.err == f"reirrad: library: 4 problems\n{problems}"


def test_two_files_with_one_id(tmp_path: Path) -> None:
    first = write(tmp_path, "a.toml", GOOD)
    second = write(tmp_path, "b.toml", GOOD.replace('title = "A', 'title = "The second'))
    outcome = invoke("rules", "lint", first, second)
    names = ["own-2020", "own-2020.sum", "own-2020.newest", "own-2020.score"]
    problems = "".join(f"  {second}: {TAKEN} '{name}'; see {first}\n" for name in names)
    assert (outcome.code, outcome.out) == (2, f"{first}: no problem in 3 constraints\n")
    assert outcome.err == f"reirrad: library: 4 problems\n{problems}"


def test_ids_are_compared_with_those_of_broken_files_out_of_the_way(tmp_path: Path) -> None:
    broken = write(tmp_path, "broken.toml", spoiled("sum", "limit = [60, 70]", "limit = 0"))
    taken = write(tmp_path, "taken.toml", GOOD.replace("own-2020", "nieder-2006"))
    outcome = invoke("rules", "lint", broken, taken)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"reirrad: {broken}: 1 problem\n" in outcome.err
    assert f"  {taken}: {TAKEN} 'nieder-2006'; see nieder-2006.toml\n" in outcome.err


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = write(tmp_path, "own.toml", spoiled("header", 'id = "own-2020"', 'id = "own-2020\\u001b[2J"'))
    outcome = invoke("rules", "lint", path)
    assert outcome.code == 2
    assert all(char.isprintable() or char == "\n" for char in outcome.err)


def test_by_process(tmp_path: Path) -> None:
    text = spoiled("sum", "limit = [60, 70]", "limit = -1")
    outcome = process("rules", "lint", write(tmp_path, "bad.toml", text))
    line = line_of(text, "limit = -1")
    assert_refused(outcome, f"line {line}, constraint[1].limit: this is not a number above 0; given: -1")
