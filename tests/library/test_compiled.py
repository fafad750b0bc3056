"""The compiled form and the reference page equal the edition files; a damaged form is not used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from library.good_edition import GOOD
from library.wide_edition import WIDE
from reirrad.library import load
from reirrad.library.compiled import CompiledFormError, compiled_form, digest_of, read_compiled
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import load_library, shipped_files, shipped_structures, shipped_tables
from reirrad.report.library_page import library_page

COMPILED = Path(load.__file__).with_name("compiled.jsonl")
PAGE = Path(__file__).parents[2] / "docs" / "library.md"


@pytest.fixture(scope="module")
def parsed():
    """The shipped editions, each read from its own file."""
    structures = shipped_structures()
    return [parse_edition(content, name, structures, origin="shipped") for name, content in shipped_files().items()]


@pytest.fixture
def reload(monkeypatch):
    """Load the library of the package anew, with another compiled form."""

    def with_form(content):
        def changed(form):
            if content is None:
                raise OSError
            return read_compiled(content)

        monkeypatch.setattr(load, "read_compiled", changed)
        return load._shipped.__wrapped__()

    return with_form


def test_the_compiled_form_is_up_to_date(parsed):
    assert COMPILED.read_bytes() == compiled_form(parsed, shipped_tables()).encode()


def test_the_page_is_up_to_date(parsed):
    assert PAGE.read_text(encoding="utf-8") == library_page(loaded.edition for loaded in parsed)


def test_loading_through_it_equals_loading_by_parsing(parsed):
    editions, tables = read_compiled(COMPILED.read_bytes())
    assert list(editions.values()) == parsed
    assert list(load_library().editions) == parsed
    assert tables == {name: digest_of(content) for name, content in shipped_tables().items()}
    assert load_library().modified_tables == ()


@pytest.mark.parametrize("text", [GOOD, WIDE], ids=["good", "wide"])
def test_nothing_is_lost_in_the_compiled_form(text):
    loaded = parse_edition(text.encode(), "own.toml", shipped_structures(), origin="shipped")
    tables = {"a.toml": b"a = 1\n", "b.toml": b"\xff"}
    digests = {name: digest_of(content) for name, content in tables.items()}
    assert read_compiled(compiled_form([loaded], tables).encode()) == ({"own.toml": loaded}, digests)
    assert read_compiled(compiled_form([loaded], {}).encode()) == ({"own.toml": loaded}, {})


def test_an_open_end_and_numbers_survive(parsed):
    # 0.1 + 0.2 has 17 digits; an interval without end is infinite
    text = GOOD.replace("limit = 3\n", f"limit = {0.1 + 0.2!r}\n").replace("[6, 60]", "[6, inf]")
    loaded = parse_edition(text.encode(), "own.toml", shipped_structures(), origin="shipped")
    (again,) = read_compiled(compiled_form([loaded], {}).encode())[0].values()
    score = again.edition.constraint[2]
    assert score.limit == (0.30000000000000004, 0.30000000000000004)
    assert score.conditions.interval_months == (6.0, float("inf"))


def test_one_table_and_one_edition_is_one_line():
    head, *rows = COMPILED.read_text(encoding="utf-8").splitlines()
    assert head.startswith("reirrad-compiled/1 sha256:")
    assert [json.loads(row)["file"] for row in rows] == [*shipped_tables(), *shipped_files()]
    assert list(shipped_tables()) == ["alternatives.toml", "conventions.toml", "structures.toml"]


def flipped(at: int) -> bytes:
    content = bytearray(COMPILED.read_bytes())
    content[at] ^= 1
    return bytes(content)


SIZE = COMPILED.stat().st_size
DAMAGED = [
    *(pytest.param(flipped(at % SIZE), id=f"byte-{at}") for at in (0, 20, 40, 100, SIZE // 3, SIZE // 2, -2, -1)),
    pytest.param(b"", id="empty"),
    pytest.param(COMPILED.read_bytes()[:-1], id="cut"),
    pytest.param(COMPILED.read_bytes()[: SIZE // 2], id="half"),
    pytest.param(COMPILED.read_bytes() + b"\n", id="longer"),
    pytest.param(b"\xff" + COMPILED.read_bytes(), id="not-text"),
    pytest.param(COMPILED.read_bytes().replace(b"compiled/1", b"compiled/2"), id="another-schema"),
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_changed_byte_is_noticed(content):
    with pytest.raises(CompiledFormError):
        read_compiled(content)


@pytest.mark.parametrize(
    "row", ['{"file":"a.toml"}', '{"digest":"b"}', "[1]", "1", '{"file":"a","digest":"b","edition":{"id":"a"}}', "{"]
)
def test_rows_that_are_no_edition(row):
    # with the right digest: written by another version
    body = f"{row}\n".encode()
    with pytest.raises(CompiledFormError):
        read_compiled(f"reirrad-compiled/1 {digest_of(body)}\n".encode() + body)


@pytest.mark.parametrize("content", [flipped(SIZE // 2), None], ids=["flipped", "missing"])
def test_the_edition_files_stand_in_for_a_damaged_form(content, reload, parsed):
    library = reload(content)
    assert [loaded.edition for loaded in library.editions] == [loaded.edition for loaded in parsed]
    assert [loaded.digest for loaded in library.editions] == [loaded.digest for loaded in parsed]
    assert [loaded.source for loaded in library.editions] == [loaded.source for loaded in parsed]
    # nothing tells them from changed ones
    assert {loaded.origin for loaded in library.editions} == {"modified"}
    assert library.modified_tables == tuple(shipped_tables())


def test_an_edition_that_the_form_does_not_know_is_read_itself(reload, parsed):
    library = reload(compiled_form(parsed[1:], shipped_tables()).encode())
    assert [loaded.edition for loaded in library.editions] == [loaded.edition for loaded in parsed]
    assert [loaded.origin for loaded in library.editions] == ["modified", *["shipped"] * (len(parsed) - 1)]
    assert library.modified_tables == ()


def test_a_file_that_differs_from_its_digest_is_read_itself(monkeypatch, parsed):
    files = shipped_files()
    files["nieder-2006.toml"] = files["nieder-2006.toml"].replace(b"limit = 135.5", b"limit = 140")
    monkeypatch.setattr(load, "shipped_files", lambda: files)
    editions = {loaded.source: loaded for loaded in load._shipped.__wrapped__().editions}
    changed = editions.pop("nieder-2006.toml")
    assert (changed.origin, changed.digest) == ("modified", digest_of(files["nieder-2006.toml"]))
    assert changed.edition.constraint[0].limit == (140.0, 140.0)
    assert list(editions.values()) == [loaded for loaded in parsed if loaded.source != "nieder-2006.toml"]


@pytest.mark.parametrize("name", ["alternatives.toml", "conventions.toml", "structures.toml"])
def test_a_table_that_differs_from_its_digest_is_named(name, monkeypatch, parsed):
    tables = shipped_tables()
    tables[name] += b"# ours\n"
    monkeypatch.setattr(load, "shipped_tables", lambda: tables)
    library = load._shipped.__wrapped__()
    assert library.modified_tables == (name,)
    assert list(library.editions) == parsed


def test_a_table_that_the_form_does_not_know_is_named(reload, parsed):
    known = {name: content for name, content in shipped_tables().items() if name != "structures.toml"}
    library = reload(compiled_form(parsed, known).encode())
    assert library.modified_tables == ("structures.toml",)
    assert {loaded.origin for loaded in library.editions} == {"shipped"}
