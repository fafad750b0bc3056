"""Edition files: an edition that loads can be judged by and printed; one that does not says where (O05, O13, X14)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

from fuzz.case_contract import SMALL
from fuzz.contract import check_output, check_refusal
from fuzz.mutations import of_lines
from library.good_edition import GOOD, PARTS
from reirrad.engine.check import check_all
from reirrad.errors import LibraryError
from reirrad.ingest import parse_case_bytes
from reirrad.library import load_library
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_files
from reirrad.model.case import Case
from reirrad.report import report_json, report_text
from reirrad.report.plain import plain_text
from reirrad.report.rule_text import rule_blocks

_NUMBERS = ["0", "1", "2", "-1", "1.5", "6", "1e-9", "1e999", "nan", "0x" + "f" * 300, "1" + "0" * 400]
TOKENS = [
    *_NUMBERS,
    *('"limit"', '"reference"', '"physical"', '"BED"', '"EQD2"', '"cumulative"', '"newest_course"', '"each_course"'),
    *('"first_course"', '"share"', '"interval"', '"score"', '"allowed_bed"', '"at_most"', '"below"', '"at_least"'),
    *('"above"', '"none"', '"not stated"', '"slow"', '"prior_dose"', '"tolerance"', '"undiscounted_sum"', "true"),
    *("false", '"recovery_adjusted_sum"', '"SpinalCord"', '["SpinalCord"]', '["Nowhere"]', "[]", "{}", "[60, 70]"),
    *("[70, 60]", '"Max[Gy]"', '"Mean[Gy]"', '"V20Gy[%]"', '["photon"]', '["stereotactic"]', '"point-dose"', '"all"'),
    *("{ n_fractions = [1, 5] }", "{ interval_months = [6, 60] }", "{ 1 = 10.0, 5 = [25, 30] }", '"\\u202e"', '""'),
    *("advisory = true", "alpha_beta_gy = 2", "limit = 50", "group = 'own'", "[common]", "[[constraint]]", "a.b = 1"),
    *("[[recovery]]", "[[recovery.step]]", "[constraint.score]", "[", "]", "'''", '"', "#", "\x00"),
    *("second_opinion_of = 'x'", "incomplete = 'x'", "note = 'x'", "printed = '5 %'", "unknown = 1"),
]
MOST_BYTES = 3000
CHANGE = of_lines(TOKENS)
IMPORTS = ("reirrad.library.edition_file", "reirrad.report.rule_text")


def seeds() -> list[bytes]:
    small = [PARTS["header"] + PARTS["newest"], PARTS["header"] + PARTS["recovery"] + PARTS["sum"]]
    return [
        *(text.encode() for text in (GOOD, *small)),
        *(content for content in shipped_files().values() if len(content) < 1500),
    ]


@cache
def _case() -> Case:
    return parse_case_bytes(SMALL, source="case")


def one_input(data: bytes) -> bool:
    """Whether the edition was loaded."""
    library = load_library()
    try:
        loaded = parse_edition(data, "fuzz", library.structures)
    except LibraryError as error:
        check_refusal(error)
        return False
    alone = replace(library, editions=(loaded,))
    for constraint in loaded.edition.constraint:
        check_output(plain_text(rule_blocks(loaded.edition, constraint, loaded.digest)))
    (report,) = check_all([_case()], library=alone)
    text = report_json(report)
    check_output(text)
    check_output(report_text(report))
    document = json.loads(text)
    ids = {constraint.id for constraint in loaded.edition.constraint}
    assert {finding["constraint_id"] for finding in document["findings"]} <= ids
    return True
