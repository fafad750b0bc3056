"""Numbers and names as the pictures write them; the same as in the report."""

from __future__ import annotations

from collections.abc import Iterable

from reirrad.model.finding import Finding, Opinion
from reirrad.model.rule import COMPARISON_SIGNS
from reirrad.model.timeline import TimelineLine
from reirrad.model.wording import value_and_limit
from reirrad.report.pictures.style import STATUS_WORDS

#: Characters of a name in a sentence.
_MOST_OF_A_NAME = 41


def code_words(code: str | None) -> str:
    """Return a reason code in words."""
    return (code or "").replace("_", " ")


def value_words(item: Finding | Opinion | TimelineLine) -> str:
    """Return the value of a finding with as many digits as it takes not to look like its limit."""
    return " to ".join(text for text, _ in value_and_limit(item)[0]) or "no value"


def limit_words(item: Finding | Opinion | TimelineLine) -> str:
    """Return what is required, with its unit."""
    if item.limit is None:
        return "no single limit"
    span = " to ".join(text for text, _ in value_and_limit(item)[1])
    unit = "" if item.unit == "1" else f" {item.unit}"
    return f"{COMPARISON_SIGNS[item.comparison]} {span}{unit}"


def status_words(status: str, *, advisory: bool) -> str:
    """Return a status, and that a finding is no part of the verdict."""
    return STATUS_WORDS[status] + (" (advisory)" if advisory else "")


def listed(names: Iterable[str]) -> str:
    """Return names with commas, each once."""
    return ", ".join(dict.fromkeys(names))


def shortened(name: str) -> str:
    """Return a name of any length so that it leaves room for what is said of it.

    >>> shortened("1 adjuvant"), len(shortened("x" * 300))
    ('1 adjuvant', 41)
    """
    return name if len(name) <= _MOST_OF_A_NAME else f"{name[: _MOST_OF_A_NAME - 3]}..."
