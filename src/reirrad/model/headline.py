"""The part of a headline that follows from the findings: whoever has them can write it again."""

from __future__ import annotations

from collections.abc import Sequence

from reirrad.model.finding import Finding

#: How the note begins that says that a structure without a rule keeps a verdict from met.
REQUIRES_ORGANS = "option: require organs"


def counted(findings: Sequence[Finding], *, n_unmapped: int, n_without_rule: int, n_parts: int) -> str:
    """Return the verdict in words: what was exceeded, of how many, what could not be evaluated, on what basis.

    Parameters
    ----------
    findings
        Of one case; of advisory ones only those that are exceeded are counted, apart.
    n_unmapped
        How many structures are not known.
    n_without_rule
        About how many structures no limit decides.
    n_parts
        Of how many groups of limits that hold only together a part was judged, and is met.
    """
    deciding = [item for item in findings if not item.advisory]
    violated = [item for item in deciding if item.status == "violated"]
    evaluated = len(violated) + sum(item.status == "met" for item in deciding)
    open_ = sum(item.status == "not_evaluated" for item in deciding)
    if evaluated:
        parts = [f"{len(violated) or 'none'} of {evaluated} evaluated limits exceeded"]
    else:
        parts = ["no limit was evaluated"]
    if open_:
        parts.append(f"{open_} could not be evaluated")
    if n_unmapped:
        parts.append(f"{n_unmapped} structure{'s' if n_unmapped > 1 else ''} not known")
    if n_without_rule:
        parts.append(f"{n_without_rule} structure{'s' if n_without_rule > 1 else ''} without a rule that decides")
    if n_parts:
        parts.append(f"{n_parts} group{'s' if n_parts > 1 else ''} of limits judged in part")
    advisory = sum(item.advisory and item.status == "violated" for item in findings)
    if advisory:
        parts.append(f"{advisory} advisory limit{'s' if advisory > 1 else ''} exceeded")
    before = sum(item.caused_by_proposed is False for item in violated)
    if before:
        parts.append(f"{before} {'was' if before == 1 else 'were'} exceeded before the proposed course")
    text = "; ".join(parts)
    if any(is_prescribed(item.basis) for item in deciding):
        text += ", on prescription doses"
    return text


def is_prescribed(basis: str | None) -> bool:
    """Whether a prescription is among what the doses of a finding come from.

    >>> [is_prescribed(basis) for basis in (None, "plan", "plan + prescription")]
    [False, False, True]
    """
    return basis is not None and "prescription" in basis
