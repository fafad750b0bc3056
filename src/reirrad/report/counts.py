"""Numbers of things in words, as several reports print them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reirrad.model.audit_summary import met_words


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number of things.

    >>> counted(1, "row"), counted(3, "row"), counted(0, "row")
    ('1 row', '3 rows', '0 rows')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def verdicts_of_patients(summary: Mapping[str, Any]) -> str:
    """Return how many patients of an audit have which verdict.

    Parameters
    ----------
    summary
        Content of ``summary.json``, schema ``reirrad-audit/1``.

    Examples
    --------
    >>> verdicts_of_patients({"patients": 3, "verdicts": {"violated": 1, "not_evaluated": 0, "met": 2}})
    '3 patients: 1 violates a limit, 0 could not be evaluated in full, 2 met every limit that applies'
    """
    verdicts, patients = summary["verdicts"], counted(summary["patients"], "patient")
    n_open = verdicts["not_evaluated"]
    if not summary["patients"]:
        return f"{patients}: nothing was audited"
    violate = counted(verdicts["violated"], "violates", "violate")
    return f"{patients}: {violate} a limit, {n_open} could not be evaluated in full, {met_words(summary)}"
