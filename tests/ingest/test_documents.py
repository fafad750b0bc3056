"""Files and bytes: what is read, what is refused before it is a case, and that nothing else is ever raised."""

from __future__ import annotations

import os
import time

import pytest

from ingest.good_case import JSON, TOML, good_document
from reirrad.errors import CaseError
from reirrad.ingest import load_case, parse_case, parse_case_bytes
from reirrad.ingest.files import MOST_BYTES

EMPTY = ["the file is empty; `reirrad new` writes a template"]
TOO_LARGE = ["the file is too large to be a case; allowed: at most 8 MiB"]
TOO_DEEP = ["the document is nested too deeply; allowed: at most 20 levels"]
NOT_FINITE = "the number is not finite; given: {}; leave the key out if it is unknown"
NO_FILE = "name a case file, or - for standard input"
DIGITS = "a number has thousands of digits"


def refusal(content):
    with pytest.raises(CaseError) as caught:
        parse_case_bytes(content, source="a case")
    assert caught.value.source == "a case"
    assert str(caught.value).startswith("a case: ")
    return [str(problem) for problem in caught.value.problems]


def file_refusal(path):
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert caught.value.source == str(path)
    return [str(problem) for problem in caught.value.problems]


def test_toml_and_json_of_one_case_are_equal(tmp_path):
    toml, other = tmp_path / "case.toml", tmp_path / "case.json"
    toml.write_text(TOML, encoding="utf-8")
    other.write_text(JSON, encoding="utf-8")
    assert load_case(toml) == load_case(str(other)) == parse_case(good_document())


def test_the_name_of_the_file_does_not_count(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(JSON, encoding="utf-8")
    assert load_case(path).case_id == "0012345"


# F20
@pytest.mark.parametrize("text", [pytest.param(TOML, id="toml"), pytest.param(JSON, id="json")])
def test_byte_order_mark_line_ends_and_blanks(text):
    expected = parse_case(good_document())
    for content in (
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        b"\n\n  \n" + text.encode() + b"\n\n",
        text.rstrip("\n").encode(),
    ):
        assert parse_case_bytes(content, source="a case") == expected


def test_a_case_of_json_is_written_and_read_again():
    case = parse_case_bytes(TOML.encode(), source="a case")
    assert parse_case_bytes(case.model_dump_json(exclude_none=True).encode(), source="a case") == case


# D22: a file without content is no case without courses
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_empty(content):
    assert refusal(content) == EMPTY


def test_a_file_that_is_not_there(tmp_path):
    assert file_refusal(tmp_path / "none.toml") == ["cannot be read: No such file or directory"]


# X10: regular files only
def test_a_directory(tmp_path):
    assert file_refusal(tmp_path) == [f"this is a directory; {NO_FILE}"]


def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert file_refusal(tmp_path / "pipe") == [f"this is not a regular file; {NO_FILE}"]


def test_a_device():
    assert file_refusal("/dev/zero") == [f"this is not a regular file; {NO_FILE}"]


def test_a_path_that_is_none():
    (problem,) = file_refusal("a\0b")
    assert problem.startswith("cannot be read: ")


# X10, X25
def test_a_huge_sparse_file_is_refused_fast(tmp_path):
    path = tmp_path / "huge.toml"
    path.touch()
    os.truncate(path, 1 << 30)
    began = time.perf_counter()
    assert file_refusal(path) == TOO_LARGE
    assert time.perf_counter() - began < 1.0


def test_the_largest_file_is_read():
    filled = TOML.encode() + b"#" * (MOST_BYTES - len(TOML))
    assert parse_case_bytes(filled, source="a case").case_id == "0012345"
    assert refusal(filled + b"#") == TOO_LARGE


# F19: no guess at the encoding
@pytest.mark.parametrize(
    ("content", "offset"),
    [
        pytest.param('schema = "ä"'.encode("latin-1"), 10, id="latin-1"),
        pytest.param(TOML.encode("utf-16"), 0, id="utf-16"),
        pytest.param(b'a = "\xed\xa0\x80"', 5, id="surrogate-bytes"),
        pytest.param(TOML.encode() + b"\xff", len(TOML), id="last-byte"),
    ],
)
def test_not_utf8(content, offset):
    assert refusal(content) == [f"byte {offset}: this is not UTF-8 text; save the file as UTF-8"]


# O06
def test_json_keys_stand_once():
    doubled = JSON.replace('"prior_courses": 1', '"prior_courses": 1, "prior_courses": 1, "prior_courses": 0')
    assert refusal(doubled.encode()) == ["line 3: the key stands 3 times in one object; given: 'prior_courses'"]


def test_json_keys_that_stand_twice_are_told_with_both_lines():
    # O06: the same key in another object, in text, or behind escapes is another one
    content = r"""{"id": "a\"", "id:": 1,
 "note": "\"id\": {", "course": [{"id": 1, "dose": {"id": 2}},
  {"id": 1, "dose": {}, "\u0069d"
   : 2, "dose": {"x": 1, "x": 2}}],
 "id": "b", "dose": {"id": 1},
 "id": "c"}"""
    assert refusal(content.encode()) == [
        "line 4: the key stands 2 times in one object; given: 'x'",
        "line 3: the key stands 2 times in one object; given: 'id'",
        "lines 3 and 4: the key stands 2 times in one object; given: 'dose'",
        "lines 1, 5 and 6: the key stands 3 times in one object; given: 'id'",
    ]


def test_toml_keys_stand_once():
    (problem,) = refusal(TOML.replace("prior_courses = 1\n", "prior_courses = 1\nprior_courses = 0\n").encode())
    assert "Cannot overwrite a value" in problem
    assert "line 5" in problem


# D24, X03
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_json_numbers_that_json_does_not_have(number):
    assert refusal(JSON.replace("45.0", number).encode()) == [NOT_FINITE.format(number)]


@pytest.mark.parametrize(
    ("text", "number", "given"),
    [
        pytest.param(JSON, "1e400", "inf", id="json-1e400"),
        pytest.param(TOML, "1e400", "inf", id="toml-1e400"),
        pytest.param(TOML, "inf", "inf", id="toml-inf"),
        pytest.param(TOML, "nan", "nan", id="toml-nan"),
    ],
)
def test_numbers_that_are_not_finite(text, number, given):
    assert refusal(text.replace("45.0", number).encode()) == [
        f'course[1].dose.SpinalCord."Max[Gy]": the number is not finite; given: {given}; '
        "allowed: a number from 0, or a range [low, high]; leave the key out if the dose is unknown"
    ]


@pytest.mark.parametrize("text", [pytest.param(TOML, id="toml"), pytest.param(JSON, id="json")])
def test_numbers_of_5000_digits(text):
    (problem,) = refusal(text.replace("45.0", "4" * 5000).encode())
    assert problem.startswith(DIGITS)
    assert "sys." not in problem  # the reader has a case file, not a Python


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"[" * 10_000, id="json-lists"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, id="json-objects"),
        pytest.param(b'{"a": ' + b"[" * 21 + b"]" * 21 + b"}", id="json-just-too-deep"),
        pytest.param(b"a = " + b"[" * 10_000 + b"]" * 10_000, id="toml-lists"),
        pytest.param(b"a = " + b"[" * 100 + b"]" * 100, id="toml-100-lists"),
        pytest.param(b"a = " + b"{a=" * 10_000 + b"1" + b"}" * 10_000, id="toml-tables"),
        pytest.param(b"a" + b".a" * 2000 + b" = 1", id="toml-dotted-key"),
        pytest.param(b"[a" + b".a" * 2000 + b"]", id="toml-dotted-table"),
    ],
)
def test_nesting(content):
    assert refusal(content) == TOO_DEEP


def test_a_long_dotted_key_costs_no_time():
    # X26: 10 kB
    began = time.perf_counter()
    refusal(b"a" + b".a" * 5000 + b" = 1")
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("content", [b'note = "%s"', b'{"note": "%s"}', b"%s = 1"])
def test_a_long_word_costs_no_time(content):
    # X26: 1 MB, which once took hours
    began = time.process_time()
    refusal(content % (b"a" * 1_000_000))
    assert time.process_time() - began < 2


def test_a_key_that_cannot_be_written():
    # X03: half a character
    (problem,) = refusal(b'{"\\ud800": 1}')
    assert problem.startswith("(a key): the text has half a character, which cannot be written")


def test_brackets_in_json_text_are_not_nesting():
    note = JSON.replace('"case_id"', '"note": "' + r"\"{[" * 50 + '", "case_id"')
    assert parse_case_bytes(note.encode(), source="a case").note == '"{[' * 50


def test_lone_surrogates():
    # X03: they cannot be written out again
    assert refusal(JSON.replace("0012345", r"A\ud800").encode()) == [
        "case_id: the text has control characters; given: 'A\\ud800'; allowed: printable text"
    ]
    (problem,) = refusal(JSON.replace('"case_id"', r'"note\udfff": "x", "case_id"').encode())
    problem.encode()


@pytest.mark.parametrize("content", [f"[{JSON}]", "[]", "[1]", "[[1]]", "[1, 2]"])
def test_a_list_is_no_case(content):
    assert refusal(content.encode()) == ["the document is not an object; one case a file: { ... }"]


def test_json_syntax_errors_have_their_place():
    assert refusal(JSON.replace('"prior_courses": 1', '"prior_courses" 1').encode()) == [
        "line 3, column 53: this is not JSON: Expecting ':' delimiter"
    ]


def test_toml_syntax_errors_have_their_place():
    (problem,) = refusal(TOML.replace('case_id = "0012345"', "case_id = 0012345").encode())
    assert "this is not TOML" in problem
    assert "line 2, column 12" in problem


def test_a_table_with_a_comment_is_no_json():
    problems = refusal(b"[[course]] # the first, adjuvant\nid = 'a'")
    assert "schema: it is required" in problems
    assert "JSON" not in " ".join(problems)


# T07: without quotes the TOML parser refuses the day; the reader learns that it is a day, and which line
def test_31_february_without_quotes():
    (problem,) = refusal(TOML.replace("2014-01-06", "2014-02-31").encode())
    assert "line 12" in problem
    assert "date that does not exist" in problem


# T06: the civil date as written
@pytest.mark.parametrize("written", ["2014-01-06T00:30:00+13:00", "2014-01-06 23:30:00-11:00", "2014-01-06T12:00:00"])
def test_a_datetime_is_its_day_as_written(written):
    case = parse_case_bytes(TOML.replace("2014-01-06", written).encode(), source="a case")
    assert case.course[0].start == "2014-01-06"


@pytest.mark.parametrize("n_courses", [1000, 1001])
def test_x25_case_of_too_many_courses(n_courses):
    """X25: what pairs of courses cost is bounded."""
    document = good_document()
    course = document["course"][0]
    years = {"start": "1995", "end": "2014"}
    course |= {"schedule": "8 Gy / 1", "dose": {"SpinalCord": {"Max[Gy]": 8}}}
    document |= {"course": [course | {"id": str(n)} | years for n in range(n_courses)], "prior_radiotherapy": "unknown"}
    del document["prior_courses"]
    if n_courses <= 1000:
        assert len(parse_case(document).course) == n_courses
    else:
        with pytest.raises(CaseError, match="course: the list is too long; allowed: at most 1000"):
            parse_case(document)
