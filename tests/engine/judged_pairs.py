"""Cases of two courses five years apart, and one finding of a case."""

from typing import Any

from engine.exact_hits import Plan
from property.changes import by_key
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import Library
from reirrad.model.finding import Finding

Raw = dict[str, Any]
STEREOTACTIC = {"technique": "stereotactic"}


def found(
    raw: Raw, name: str, structure: str = "SpinalCord", *, library: Library | None = None, strict: bool = False
) -> Finding:
    return by_key(check(parse_case(raw), library=library, strict=strict))[name, structure]


def pair(first: Plan, second: Plan, *, more: int = 0, structure: str = "SpinalCord", **fields: Any) -> Raw:
    """Return a case of two courses five years apart; the second dose some centigrays higher."""
    return case(
        [structure],
        course(*FIRST, first.schedule, dose=cord(first.gray, structure)),
        course(*SECOND, second.schedule, dose=cord(second.more(more), structure), **fields),
    )


def in_phases(first: Plan, second: Plan, *, more: int = 0, structure: str = "SpinalCord", **fields: Any) -> Raw:
    """Return a case of a small course, five years later one of two phases."""
    phases = [
        {"schedule": first.schedule, "dose": cord(first.gray, structure)},
        {"schedule": second.schedule, "dose": cord(second.more(more), structure)},
    ]
    return case(
        [structure],
        course(*FIRST, "1 Gy / 1", dose=cord(1, structure)),
        course(*SECOND, None, n_phases=2, phase=phases, **fields),
    )


def single(dose: Any, n: int = 1, structure: str = "SpinalCord") -> Raw:
    return case([structure], course(*FIRST, f"40 Gy / {n}", dose=cord(dose, structure), **STEREOTACTIC))
