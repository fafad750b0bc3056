"""Case files in TOML (D01-D31, T01-T08, H06, X03, X25)."""

from __future__ import annotations

from fuzz.case_contract import TOKENS, check_case, read_case, seeds
from fuzz.mutations import of_lines

__all__ = ["CHANGE", "MOST_BYTES", "one_input", "seeds"]

MOST_BYTES = 2000
CHANGE = of_lines(TOKENS)


def one_input(data: bytes) -> bool:
    """Whether the case was read."""
    case = read_case(data)
    if case is not None:
        check_case(case)
    return case is not None
