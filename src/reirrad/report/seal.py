"""The end of a report: what it counts, and a digest of all that stands before, so that no part is taken for the whole.

The digest finds what was cut or changed by accident. It is no signature: whoever changes a report can write another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from reirrad.model.finding import Report
from reirrad.report.counts import counted
from reirrad.report.finding_words import STATUS_WORDS

_TEXT_LINE = re.compile(rb"sha256 ([0-9a-f]{64})\n")
_PAGE_LINE = re.compile(rb"<!-- sha256 ([0-9a-f]{64}) -->\n")


def end_text(reports: Sequence[Report], n_refused: int = 0) -> str:
    """Return how many reports end here, and how many of their limits that decide have which status.

    Parameters
    ----------
    reports
        All that stand before.
    n_refused
        Cases that were asked for and could not be judged.
    """
    counts = ", ".join(
        f"{word} {sum(getattr(report.counts, status) for report in reports)}" for status, word in STATUS_WORDS.items()
    )
    refused = f", {counted(n_refused, 'case')} not judged" if n_refused else ""
    return f"End of {counted(len(reports), 'report')}{refused}: {counts}"


def sealed_text(text: str) -> str:
    """Return a text with a last line that is the SHA-256 of all bytes before it.

    >>> sealed_text("").split()  # the digest of no bytes
    ['sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']
    """
    return f"{text}sha256 {_sha256(text.encode())}\n"


def sealed_page(page: str) -> str:
    """Return a page of HTML with a last line, not shown, that is the SHA-256 of all bytes before it."""
    return f"{page}<!-- sha256 {_sha256(page.encode())} -->\n"


def is_sealed(content: bytes, *, is_page: bool) -> bool | None:
    """Whether the last line of a report is the digest of what stands before; ``None`` if there is no such line.

    Parameters
    ----------
    content
        The bytes of a file.
    is_page
        Whether it is HTML.
    """
    start = content.rfind(b"\n", 0, -1) + 1
    line = (_PAGE_LINE if is_page else _TEXT_LINE).fullmatch(content, start)
    return None if line is None else line[1].decode() == _sha256(content[:start])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
