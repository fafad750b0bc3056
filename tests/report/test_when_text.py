"""What ``budget --when`` prints: the verdict in time, then the constraints."""

from __future__ import annotations

from dataclasses import replace

from reirrad.model.finding import InputDigest
from reirrad.model.when import Period, When
from reirrad.report.plain import plain_text
from reirrad.report.when_text import when_blocks

NONE = When(
    case_id="A", verdict=(), rows=(), unmapped_structures=(), left_out=(),
    structures_without_rule=(), notes=(), editions=(),
    input=InputDigest(sha256="0" * 64), reirrad_version="1",
)  # fmt: skip


def test_the_verdict_in_time() -> None:
    verdict = (
        Period(start="2020-01-06", status="violated", reason=None),
        Period(start="2020-07-06", status="not_evaluated", reason=None),
        Period(start="2021-01-06", status="met", reason=None),
    )
    lines = plain_text(when_blocks(replace(NONE, verdict=verdict))).splitlines()
    assert lines[:4] == [
        "Case A",
        "Verdict: from 2020-01-06 VIOLATED; from 2020-07-06 NOT EVALUATED; from",
        "  2021-01-06 met",
        "First day of the proposed course on which a constraint is met",
    ]


def test_without_rows_it_says_which_constraints_are_left_out() -> None:
    """A constraint that changes every day is about a further course, and no row is."""
    lines = plain_text(when_blocks(NONE)).splitlines()
    assert lines[2] == "no constraint is about a further course to these structures"
    text = " ".join(plain_text(when_blocks(replace(NONE, left_out=("a.model", "b.model")))).split())
    said = "no other constraint is about a further course to these structures than those that are left out: a.model, "
    assert f"{said}b.model Notes" in text


def test_without_a_verdict_none_is_printed() -> None:
    assert "Verdict" not in plain_text(when_blocks(NONE))
