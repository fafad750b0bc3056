"""What the summary says of each edition alone is what an audit with that edition says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from audit.fault_cohorts import audited, rows, summary, text_of
from reirrad.audit import Choice, Declared, Plan, audit_files

GENERATED = Path(__file__).parents[2] / "data/cohorts/generated-2000.csv"
WORDS = ("violated", "met", "not_evaluated", "not_applicable")


def alone(found: dict[str, Any], edition: str) -> tuple[int, ...]:
    (row,) = [row for row in found["editions_alone"] if row["edition"] == edition]
    return tuple(row[word] for word in WORDS)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return found(tmp_path_factory.mktemp("all") / "out")


def found(out: Path, *editions: str) -> dict[str, Any]:
    declared, choice = Declared(keep=("site",)), Choice(editions=editions)
    return audit_files(Plan(inputs=(GENERATED,), out=out, declared=declared, choice=choice))


@pytest.mark.parametrize("edition", ["nieder-2006", "slevin-2021", "hytec-cord-2021"])
def test_an_edition_alone_is_what_it_is_if_it_is_chosen(
    edition: str, generated: dict[str, Any], tmp_path: Path
) -> None:
    chosen = found(tmp_path / "out", edition)
    expected = tuple(chosen["verdicts"].get(word, 0) for word in WORDS)
    assert alone(generated, edition) == alone(chosen, edition) == expected
    assert min(expected[:3]) > 0
    assert sum(expected) == 2000


def test_a_patient_with_a_structure_that_is_not_known_is_never_met(tmp_path: Path) -> None:
    """A, B and C are met by their cords; of B a structure is not known, of C a row cannot be read."""
    strange = rows("B")[0].replace("SpinalCord", "Gewebe")
    unread = rows("C")[0].replace("SpinalCord,Max[Gy],13.84", "Lung,Max[Gy],x")
    content = text_of([*rows("A"), *rows("B"), strange, *rows("C"), unread, *rows("D", "violated")])
    out = audited(tmp_path, content, code=3)
    assert summary(out)["verdicts"] == {"violated": 1, "not_evaluated": 2, "met": 1}
    assert alone(summary(out), "nieder-2006") == (1, 1, 2, 0)
    # what says nothing of a patient evaluates nothing of him
    assert alone(summary(out), "hytec-optic-2021") == (0, 0, 4, 0)
