"""Whatever stands in a file, nothing but a CaseError is raised, and its message can be written out (X03, X25)."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.good_case import JSON, TOML, good_document
from reirrad.errors import CaseError
from reirrad.ingest import parse_case, parse_case_bytes


def check_only_case_errors(content):
    try:
        parse_case_bytes(content, source="fuzz")
    except CaseError as error:
        message, problems = str(error), error.problems
        assert problems
        message.encode()


fuzz = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
pieces = st.sampled_from([
    b"-", b"0", b"9", b"1e999", b"nan", b"inf", b"true", b'"', b"[", b"]", b"{", b"}", b"=", b"\n", b"null", b"\\ud800",
    b"\x00", b"\xff", b"\x1b", b"Gy", b"cGy", b"/", b",", b"..", b"0001-01-01", b"[[course]]\n", b"course.", b'"":1,',
])  # fmt: skip


@fuzz
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes_raise_nothing_but_case_errors(content):
    check_only_case_errors(content)


@fuzz
@given(st.sampled_from([TOML.encode(), JSON.encode()]), st.data())
def test_mutated_documents_raise_nothing_but_case_errors(content, data):
    for _ in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(0, len(content)))
        last = min(len(content), first + data.draw(st.integers(0, 12)))
        content = content[:first] + data.draw(st.one_of(pieces, st.binary(max_size=3))) + content[last:]
    check_only_case_errors(content)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates(), st.datetimes()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


def paths(value, at=()):
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


@fuzz
@example(("course", 0, "start"), dt.date(99, 1, 1))
@given(st.sampled_from(list(paths(good_document()))), values)
def test_any_value_at_any_place_raises_nothing_but_case_errors(path, value):
    document = good_document()
    holder = document
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    try:
        case = parse_case(document)
    except CaseError as error:
        message, problems = str(error), error.problems
        assert problems
        message.encode()
    else:
        json.dumps(case.model_dump(mode="json")).encode()
