"""Any Python value at any place of a case: nothing but a CaseError is raised, and it can be written out (X03).

Files are in ``tests/fuzz``.
"""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.good_case import good_document
from reirrad.errors import CaseError
from reirrad.ingest import parse_case

fuzz = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

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
